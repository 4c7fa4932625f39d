"""Tables that are taken away as a file: put down in the audit with their filters, then sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Response, request

from portal.audit.recorder import record
from portal.db import db, set_may_write
from portal.downloads import TYPES, send_table
from portal.errors import NotFound
from portal.spreadsheets import Column


def export_table(
    kind: str, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], *, noted_as: str = ""
) -> Response:
    """The rows as `name`-YYYYMMDD.`kind` (csv or xlsx), in the audit under `noted_as` where that is another word.

    Commits the note; what follows only reads: give rows that are fetched while they are iterated. Raises NotFound.
    """
    if kind not in TYPES:
        raise NotFound()
    asked = {key: [None, ", ".join(request.args.getlist(key))] for key in request.args}
    record(db.session(), "export", object_type=noted_as or name, label=kind, changes=asked)
    db.session.commit()
    set_may_write(False)
    return send_table(kind, name, columns, rows)
