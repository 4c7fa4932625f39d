"""Answers that browsers may keep: an ETag of who asks, for what, and which state of the data; 304 when it still holds.

The tag covers the asker's scope, so an answer kept for one reader is never taken for another's, even in one browser.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Response, current_app, make_response, request

from portal.coverage.labels import sentence_of
from portal.coverage.queries import data_version
from portal.db import db
from portal.errors import InvalidInput
from portal.i18n import current_language
from portal.scope import bound_scope

WORTH_PACKING = 1_000
REVALIDATE = "private, no-cache"
FOR_GOOD = "private, max-age=31536000, immutable"


def scoped_answer(build: Callable[[], str | dict[str, Any]], *asked: object) -> Response:
    """JSON of a dict, or HTML of a string, of rows in the asker's scope; `asked` are the request's parsed arguments.

    `build` is not called when the browser holds the present answer. The state of the data is read before the data:
    should they change in between, the next question finds another tag and asks again.
    """
    session = db.session()
    parts = (request.endpoint, request.view_args, asked, current_language(), bound_scope(session).key)
    tag = _tag(repr((parts, data_version(session))))
    if request.if_none_match.contains_weak(tag):
        return _finished(make_response("", 304), tag, REVALIDATE)
    content = build()
    kind = "text/html; charset=utf-8" if isinstance(content, str) else "application/json"
    body = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return _finished(_packed(body.encode(), kind), tag, REVALIDATE)


def fixed_answer(body: bytes, kind: str, *, tag: str, cache: str = FOR_GOOD) -> Response:
    """Something that is the same for every reader while its address stays the same."""
    if request.if_none_match.contains_weak(tag):
        return _finished(make_response("", 304), tag, cache)
    return _finished(_packed(body, kind), tag, cache)


def file_answer(path: Path, *, tag: str, cache: str) -> Response:
    """A JSON file that has a packed copy beside it."""
    if request.if_none_match.contains_weak(tag):
        return _finished(make_response("", 304), tag, cache)
    packed = path.with_name(path.name + ".gz")
    if request.accept_encodings.find("gzip") >= 0 and packed.exists():
        response = _response(packed.read_bytes(), "application/json")
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = _response(path.read_bytes(), "application/json")
    return _finished(response, tag, cache)


def page_answer(page: str) -> Response:
    """A whole page, packed. It holds the form token, but cookies are SameSite: nobody else's page can have this one
    fetched again and again to guess the token from its length."""
    response = _packed(page.encode(), "text/html; charset=utf-8")
    response.vary.add("Accept-Encoding")
    return response


def refusal(error: InvalidInput) -> tuple[dict[str, Any], int]:
    """A parameter that means nothing: 400 with the sentence that says which, and why."""
    return {"error": error.code, "field": error.details.get("field"), "message": sentence_of(error)}, 400


def _tag(text: str) -> str:
    return hashlib.sha256(f"{current_app.config['SECRET_KEY']}{text}".encode()).hexdigest()[:32]


def _packed(body: bytes, kind: str) -> Response:
    is_packed = len(body) > WORTH_PACKING and request.accept_encodings.find("gzip") >= 0
    response = _response(gzip.compress(body, compresslevel=5, mtime=0) if is_packed else body, kind)
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


def _response(body: bytes, kind: str) -> Response:
    return Response(body, content_type=kind)


def _finished(response: Response, tag: str, cache: str) -> Response:
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = cache
    response.vary.update(("Accept-Encoding", "Cookie"))
    return response
