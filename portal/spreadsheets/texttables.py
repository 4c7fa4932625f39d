"""CSV: which encoding, which delimiter, and its rows numbered as a spreadsheet program shows them."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from portal.spreadsheets.columns import HeaderIndex, find_header
from portal.spreadsheets.findings import Refused, refuse
from portal.spreadsheets.limits import MIB

DELIMITERS = (",", ";", "\t")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class TextTable:
    """A CSV file whose encoding and delimiter are known."""

    path: Path
    encoding: str
    delimiter: str

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(row number, cells); a quoted cell with line breaks is one row. Raises Refused."""
        with self.path.open(encoding=self.encoding, newline="") as stream:
            first = stream.readline()
            if not _is_separator_line(first):
                stream.seek(0)
            yield from self._records(stream)

    def _records(self, stream: io.TextIOBase) -> Iterator[tuple[int, list[str]]]:
        number = 0
        reader = csv.reader(stream, delimiter=self.delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, 1):
                yield number, cells
        except csv.Error as error:
            raise refuse("csv_quotes", row=number + 1, detail=str(error)) from error


def open_text(path: Path, index: HeaderIndex, peek_rows: int) -> TextTable:
    """Find encoding and delimiter. Raises Refused when the bytes are no text that is known."""
    encoding = detect_encoding(path)
    return TextTable(path, encoding, _detect_delimiter(path, encoding, index, peek_rows))


def _is_separator_line(line: str) -> bool:
    """Excel's own first line "sep=;", which it does not show."""
    return line.strip().lower()[:4] == "sep=" and len(line.strip()) == 5


def detect_encoding(path: Path) -> str:
    """utf-8-sig, utf-16(-le, -be) or gb18030: the first in which every byte can be read; no byte is replaced."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return _checked(path, encoding)
    encoding = _utf16_without_bom(head)
    if encoding:
        return _checked(path, encoding)
    _refuse_nul(path)
    if _first_bad_byte(path, "utf-8") is None:
        return "utf-8-sig"
    return _checked(path, "gb18030")


def _utf16_without_bom(head: bytes) -> str:
    """Line breaks and delimiters betray it: each has a NUL beside it, always on the same side."""
    pairs = [head[place : place + 2] for place in range(0, len(head) - 1, 2)]
    for encoding in ("utf-16-le", "utf-16-be"):
        signs = {sign.encode(encoding) for sign in (*DELIMITERS, "\n")}
        if "\n".encode(encoding) in pairs and sum(pair in signs for pair in pairs) > 2:
            return encoding
    return ""


def _refuse_nul(path: Path) -> None:
    row = 1
    with path.open("rb") as stream:
        while block := stream.read(MIB):
            place = block.find(b"\0")
            if place >= 0:
                raise refuse("nul_bytes", row=row + block.count(b"\n", 0, place))
            row += block.count(b"\n")


def _checked(path: Path, encoding: str) -> str:
    bad = _first_bad_byte(path, encoding)
    if bad:
        raise refuse("encoding_unknown", row=bad[0], value=bad[1])
    return encoding


def _first_bad_byte(path: Path, encoding: str) -> tuple[int, str] | None:
    """(row, the byte as 0x..) of the first byte that the encoding does not allow."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    row = 1
    with path.open("rb") as stream:
        while True:
            block = stream.read(MIB)
            try:
                row += decoder.decode(block, final=not block).count("\n")
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(encoding, "ignore")
                return row + before.count("\n"), f"0x{error.object[error.start]:02X}"
            if not block:
                return None


def _detect_delimiter(path: Path, encoding: str, index: HeaderIndex, peek_rows: int) -> str:
    """The one under which the first rows name most fields; then the one that gives most columns."""

    def merit(delimiter: str) -> tuple[int, int]:
        top: list[tuple[int, list[str]]] = []
        with suppress(Refused):  # what is wrong further down is said when the rows are read
            top.extend(islice(TextTable(path, encoding, delimiter).rows(), peek_rows))
        found = find_header(top, index)
        return (found.score if found else 0, max((len(cells) for _, cells in top), default=0))

    return max(DELIMITERS, key=merit)
