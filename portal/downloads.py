"""Tables as files to take away: .xlsx or .csv, as an attachment."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import Response, send_file

from portal import clock
from portal.errors import NotFound
from portal.spreadsheets import Column, write_csv, write_xlsx

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SIZE_IN_MEMORY = 1024 * 1024


def send_table(kind: str, name: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Response:
    """The rows as `name`-YYYYMMDD.`kind`. Raises NotFound for another kind than csv and xlsx."""
    if kind not in TYPES:
        raise NotFound()
    file = tempfile.SpooledTemporaryFile(max_size=SIZE_IN_MEMORY)  # noqa: SIM115 - closed with the response
    write: Callable[..., int] = write_csv if kind == "csv" else write_xlsx
    write(columns, rows, file)
    file.seek(0)
    download = f"{name}-{clock.today():%Y%m%d}.{kind}"
    return send_file(file, mimetype=TYPES[kind], as_attachment=True, download_name=download)
