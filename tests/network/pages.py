"""What every page of the network is held to: strict HTML, nothing inline, few queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import html5lib
from flask.testing import FlaskClient
from sqlalchemy import event

from portal.db import db

MAX_QUERIES = 12


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """The statements that run inside the block (transactions are not counted)."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def open_page(client: FlaskClient, path: str) -> str:
    """The page at `path` as text, held to the rules of every page."""
    with counted_queries() as queries:
        answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    assert len(queries) <= MAX_QUERIES, (path, len(queries), queries)
    html = answer.get_data(as_text=True)
    html5lib.HTMLParser(strict=True).parse(html)
    assert not re.search(r"<[^>]+ (style|on[a-z]+)=", html)
    ids = re.findall(r'<[^>]* id="([^"]+)"', html)
    assert len(ids) == len(set(ids)), [each for each in ids if ids.count(each) > 1]
    return html
