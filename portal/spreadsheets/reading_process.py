"""Reads one .xlsx in a process of its own, with capped memory and time, and writes its rows to stdout.

Run by path (`python -I reading_process.py REQUEST`), so that it imports nothing but the standard library and calamine.
REQUEST is JSON: path, memory_bytes, cpu_seconds, peek_rows. Every message is a length of 4 bytes and a pickle:
first {"sheets": [...]} with the top rows of each; then, after each line "<index>\\n" on stdin, {"facts": ...} of that
sheet, chunks of its rows by columns, and None at the end. {"failed": text} may come at any time. A chunk is (number of
its first row, first column, number of rows, columns); a column is a list of cells, the bytes of doubles where all are
numbers, or ("days", the bytes of ordinals) where all are days.
"""

import gc
import json
import os
import pickle
import re
import struct
import sys
import threading
import zipfile
from array import array
from datetime import date
from itertools import islice
from typing import Any, BinaryIO
from xml.etree import ElementTree

CHUNK_ROWS = 2_000
MOST_FACTS = 1_000
"""Cells with errors, formulas without results, hidden rows, merged ranges: so many are named, more are counted."""
_BLOCK = 1 << 20
_LONGEST_ROW = 32 << 20

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COL = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_REF = re.compile(rb"""\br=["']([A-Z]{1,3})(\d+)["']""")
_ROW_REF = re.compile(rb"""\br=["'](\d+)["']""")
_HIDDEN = re.compile(rb"""\bhidden=["'](?:1|true)["']""")
_IS_ERROR = re.compile(rb"""\bt=["']e["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_CELL_SIGNS = (b't="e"', b"<f")
_ODD_CELL_SIGNS = (*_CELL_SIGNS, b"t='e'", b":f")
"""Signs that cells with errors or formulas are near."""
_SPAN = re.compile(rb"""\b(min|max)=["'](\d+)["']""")


def limit_process(memory_bytes: int, cpu_seconds: int) -> None:
    """Cap memory and CPU time, and forbid writing files; a cap that the system does not know is left out."""
    try:
        import resource
    except ImportError:
        return
    caps = ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, cpu_seconds), (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0))  # fmt: skip
    for what, cap in caps:
        try:
            resource.setrlimit(what, (cap, cap))
        except (ValueError, OSError):
            continue


def send(out: BinaryIO, message: Any) -> None:
    """Write one message."""
    payload = pickle.dumps(message, 5)
    out.write(struct.pack("<I", len(payload)))
    out.write(payload)
    out.flush()


def main() -> None:
    request = json.loads(sys.argv[1])
    limit_process(request["memory_bytes"], request["cpu_seconds"])
    out = os.fdopen(os.dup(1), "wb")
    gc.disable()  # rows hold no cycles; collecting would cost a quarter of the time
    try:
        serve(request, out, sys.stdin)
    except MemoryError:
        os._exit(77)
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:
        send(out, {"failed": f"{type(error).__name__}: {error}"[:300]})


def serve(request: dict[str, Any], out: BinaryIO, commands: Any) -> None:
    """Peek at all sheets, then send those that are asked for, each once."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    workbook = CalamineWorkbook.from_path(request["path"])
    known = sheet_parts(request["path"])
    metas = {index: meta for index, meta in enumerate(workbook.sheets_metadata) if meta.typ == SheetTypeEnum.WorkSheet}
    scans = Scans(request["path"], {index: known[meta.name] for index, meta in metas.items() if meta.name in known})
    infos, loaded = [], {}
    for index, meta in metas.items():
        loaded[index] = workbook.get_sheet_by_index(index)
        infos.append(describe(index, meta.name, meta.visible == SheetVisibleEnum.Visible, loaded[index], request))
    send(out, {"sheets": infos})
    for line in iter(commands.readline, ""):
        sheet = loaded.pop(int(line))
        send(out, {"facts": {**scans.facts(int(line)), "merged": merged_ranges(sheet)}})
        send_rows(sheet, out)


def describe(index: int, name: str, is_visible: bool, sheet: Any, request: dict[str, Any]) -> dict[str, Any]:
    """What the parent chooses by: name, whether it is visible, its size, its first rows."""
    top = []
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if any(cell != "" for cell in cells):
            top.append((number, sheet.start[1], cells))
        if len(top) >= request["peek_rows"]:
            break
    last = sheet.end or (-1, -1)
    return {"index": index, "name": name, "is_visible": is_visible, "rows": last[0] + 1, "columns": last[1] + 1,
            "top": top}  # fmt: skip


def merged_ranges(sheet: Any) -> list[tuple[int, int, int, int]]:
    """(first row, last row, first column, last column), rows as shown, columns 0-based."""
    ranges = (sheet.merged_cell_ranges or [])[:MOST_FACTS]
    return [(top[0] + 1, bottom[0] + 1, top[1], bottom[1]) for top, bottom in ranges]


def send_rows(sheet: Any, out: BinaryIO) -> None:
    """All rows from the first to the last that has content, in chunks."""
    first_column = sheet.start[1] if sheet.start else 0
    rows = sheet.iter_rows()
    number = 1
    while chunk := list(islice(rows, CHUNK_ROWS)):
        columns = [as_column(cells) for cells in zip(*chunk, strict=True)]
        send(out, (number, first_column, len(chunk), columns))
        number += len(chunk)
    send(out, None)


def as_column(cells: tuple[Any, ...]) -> Any:
    """Numbers as the bytes of doubles, days as a mark and the bytes of ordinals, other cells as they are.

    A quarter of the work of pickling them one by one.
    """
    kinds = set(map(type, cells))
    if kinds == {float}:
        return array("d", cells).tobytes()
    if kinds == {date}:
        return "days", array("l", map(date.toordinal, cells)).tobytes()
    return list(cells)


# -- what calamine does not tell: hidden rows and columns, error cells, formulas whose result was not saved


def sheet_parts(path: str) -> dict[str, str]:
    """Sheet name -> its part in the archive; empty where the workbook is unusual.

    Parts that declare entities were refused before this process was started.
    """
    with zipfile.ZipFile(path) as archive:
        try:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
            relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        except (KeyError, ElementTree.ParseError):
            return {}
        targets = {node.get("Id"): node.get("Target", "") for node in relations}
        sheets = [node for node in book.iter() if node.tag.rpartition("}")[2] == "sheet"]
        known = {str(node.get("name")): _part_name(targets.get(node.get(_RELATION), "")) for node in sheets}
        names = set(archive.namelist())
        return {name: part for name, part in known.items() if part in names}


def _part_name(target: str) -> str:
    return target[1:] if target.startswith("/") else f"xl/{target}"


class Scan:
    """What one sheet's XML tells beside its values."""

    def __init__(self) -> None:
        self._is_plain: bool | None = None
        self.facts: dict[str, Any] = {"hidden_rows": [], "hidden_row_count": 0, "hidden_columns": [], "errors": {},
                                      "error_count": 0, "empty_formulas": {}, "empty_formula_count": 0}  # fmt: skip

    def read(self, path: str, part: str) -> None:
        with zipfile.ZipFile(path) as archive, archive.open(part) as stream:
            rest = b""
            while block := stream.read(_BLOCK):
                text = rest + block
                cut = _end_of_rows(text)
                self._look(text[:cut])
                rest = text[cut:]
            self._look(rest)

    def _look(self, text: bytes) -> None:
        if b"hidden=" in text:
            self._look_for_hidden(text)
        if self._is_plain is None:
            # Every program writes names without a prefix, and double quotes; where one does not, more is looked for.
            self._is_plain = b":row" not in text and b":sheetData" not in text and b"='" not in text
        signs = _CELL_SIGNS if self._is_plain else _ODD_CELL_SIGNS
        if any(sign in text for sign in signs):
            self._look_at_cells(text)

    def _look_for_hidden(self, text: bytes) -> None:
        for found in _COL.finditer(text):
            if _HIDDEN.search(found[1]):
                span = dict(_SPAN.findall(found[1]))
                self.facts["hidden_columns"].append((int(span.get(b"min", 1)) - 1, int(span.get(b"max", 1)) - 1))
        for found in _ROW.finditer(text):
            number = _ROW_REF.search(found[1])
            if number and _HIDDEN.search(found[1]):
                self.facts["hidden_row_count"] += 1
                if len(self.facts["hidden_rows"]) < MOST_FACTS:
                    self.facts["hidden_rows"].append(int(number[1]))

    def _look_at_cells(self, text: bytes) -> None:
        for found in _CELL.finditer(text):
            value = _VALUE.search(found[2])
            if _IS_ERROR.search(found[1]):
                self._note("errors", "error_count", found[1], value[1].decode("ascii", "replace") if value else "#")
            elif (value is None or not value[1]) and _FORMULA.search(found[2]):
                self._note("empty_formulas", "empty_formula_count", found[1], "")

    def _note(self, kind: str, count: str, attributes: bytes, value: str) -> None:
        place = _REF.search(attributes)
        self.facts[count] += 1
        if place and self.facts[count] <= MOST_FACTS:
            self.facts[kind].setdefault(int(place[2]), {})[_column(place[1])] = value


class Scans:
    """Scans the sheets one after the other in a thread, while calamine parses them (both leave Python's lock)."""

    def __init__(self, path: str, parts: dict[int, str]) -> None:
        self._path = path
        self._parts = parts
        self._scans = {index: Scan() for index in parts}
        self._done = {index: threading.Event() for index in parts}
        threading.stack_size(1 << 19)
        threading.Thread(target=self._run, daemon=True).start()

    def facts(self, index: int) -> dict[str, Any]:
        """Of one sheet; empty where its part is not known."""
        if index not in self._parts:
            return Scan().facts
        self._done[index].wait()
        return self._scans[index].facts

    def _run(self) -> None:
        for index, part in self._parts.items():
            try:
                self._scans[index].read(self._path, part)
            finally:
                self._done[index].set()


def _end_of_rows(text: bytes) -> int:
    """Where the last whole row ends, so that no cell is cut in two; 0 to read on."""
    end = text.rfind(b"</row>")
    if end >= 0:
        return end + len(b"</row>")
    ends = [text.rfind(mark) + len(mark) for mark in (b":row>", b"<sheetData") if mark in text]
    return max(ends, default=len(text) if len(text) > _LONGEST_ROW else 0)


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


if __name__ == "__main__":
    main()
