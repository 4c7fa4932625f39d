"""Files as they really arrive, made by code: each a file name and its bytes."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from portal.spreadsheets import ColumnSpec, Limits, Words

SPECS = (
    ColumnSpec("code", Words("Outlet code", "网点编码", ("经销商代码",)), kind="code", required=True, max_length=20),
    ColumnSpec("name", Words("Outlet name", "网点名称"), required=True, max_length=60),
    ColumnSpec(
        "mode",
        Words("Operating mode", "经营方式"),
        kind="choice",
        choices={"owned": Words("Owned", "直营"), "franchise": Words("Franchise", "加盟", ("特许",))},
    ),
    ColumnSpec("stock", Words("Closing stock", "期末库存"), kind="integer", minimum=0),
    ColumnSpec("price", Words("Channel price", "结算价"), kind="decimal", places=2),
    ColumnSpec("opened", Words("Opened on", "开业日期"), kind="date"),
    ColumnSpec("month", Words("Month", "报表期间"), kind="month"),
    ColumnSpec("lng", Words("Longitude", "经度"), kind="longitude"),
    ColumnSpec("lat", Words("Latitude", "纬度"), kind="latitude"),
)
HEADER = ["网点编码", "网点名称", "经营方式", "期末库存"]
ROW = ["SC001", "成都一店", "直营", 12]
SMALL = Limits(rows=50, columns=12)

File = tuple[str, bytes]


def workbook(rows: Iterable[Sequence[Any]], change: Callable[[Worksheet], None] | None = None) -> bytes:
    """An .xlsx with one sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book.active)
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(data: bytes, part: str, edit: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            new.writestr(info.filename, edit(content) if info.filename == part else content)
    return out.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with a part more."""
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def archive(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts:
            zipped.writestr(name, content)
    return out.getvalue()


def csv_text(rows: Iterable[Sequence[Any]], delimiter: str = ",") -> str:
    return "".join(delimiter.join(str(cell) for cell in row) + "\r\n" for row in rows)


PLAIN = workbook([HEADER, ROW])
SHEET = "xl/worksheets/sheet1.xml"


def ole(*streams: str) -> bytes:
    """The beginning of an OLE compound file whose directory names the streams."""
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + names


def zip_bomb() -> bytes:
    """An .xlsx of some kilobytes whose sheet unpacks to 60 MB of blanks."""
    return edited(PLAIN, SHEET, lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + b" " * 60_000_000))


def lying_directory() -> bytes:
    """A bomb whose directory says that its sheet is small."""
    content = b"<worksheet><sheetData>" + b" " * 60_000_000
    data = edited(PLAIN, SHEET, lambda _xml: content)
    small, real = struct.pack("<I", 1000), struct.pack("<I", len(content))
    return data.replace(real, small)


def billion_laughs() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    doctype = f'<!DOCTYPE worksheet [<!ENTITY l0 "lol">{levels}]>'.encode()
    return edited(
        PLAIN,
        SHEET,
        lambda xml: doctype + re.sub(rb"<sheetData>.*</sheetData>", _LAUGHS, xml, flags=re.DOTALL),
    )


_LAUGHS = rb'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData>'


def far_cell() -> bytes:
    """A stray cell in the last row and column of the sheet."""

    def add(sheet: Worksheet) -> None:
        sheet.cell(1_048_576, 16_384).value = "x"

    return workbook([HEADER, ROW], add)


def png() -> bytes:
    """One grey pixel."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")
