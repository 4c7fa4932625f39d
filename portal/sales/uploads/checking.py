"""A file from the disk to checked rows and a report. Rows that are right go to a sink as they come."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from portal.periods import last_day, next_month
from portal.sales.services.imports_books import Books, Counties, fold, has_serials, read_books, serials_reported
from portal.sales.services.imports_details import PERSONAL_FIELDS, DetailReader
from portal.sales.services.imports_lines import LineReader
from portal.sales.uploads.columns import DETAILS, ESSENTIAL_QUANTITIES, LINE_COLUMNS, LINES, block_of, parts_of
from portal.sales.uploads.messages import MESSAGES
from portal.sales.uploads.versions import version_of
from portal.spreadsheets import HeaderMatch, Limits, Note, Refused, Report, Table
from portal.spreadsheets.beside import open_beside
from portal.spreadsheets.blocks import read_blocks
from portal.spreadsheets.books import Book, BookReport, open_book
from portal.spreadsheets.findings import refuse, shown
from portal.spreadsheets.headblocks import BlockCell, read_block
from portal.spreadsheets.limits import MIB

# So many errors, and as many warnings, are put down for each list; of more there is the number only.
MOST_FINDINGS = 20_000
LIMITS = Limits(rows=1_500_000, file_bytes=256 * MIB, cpu_seconds=120)
_WAN = ("万元", "10,000", "10000", "wan")
# Of the names of columns that a file lacks.
_NAMES = {spec.field: spec.names.as_param() for spec in LINE_COLUMNS}
_YUAN = frozenset({"cny", "rmb", "人民币", "元", "人民币元", "人民币(元)", "人民币（元）", "yuan", "¥"})


class Sink(Protocol):
    """Where rows that are right go."""

    def put(self, part: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Take rows of LINES (STAGED_LINE) or DETAILS (STAGED_DETAIL)."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was handed in. `mapping` is the user's {header: field}, field "" for a column to leave out."""

    path: Path
    name: str
    distributor_id: int
    month: date
    mapping: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = LIMITS


@dataclass(slots=True)
class CheckedUpload:
    """The report on a file, what stands above its lists, and how many rows of each list are right."""

    report: BookReport
    allows_partial: bool = False
    is_readable: bool = False
    """Whether the file was read to its end."""
    header: dict[str, Any] = field(default_factory=dict)
    good: dict[str, int] = field(default_factory=dict)
    places: int = 0
    """How many lines the report may have."""

    @property
    def good_rows(self) -> int:
        """Of all lists."""
        return sum(self.good.values())

    @property
    def is_importable(self) -> bool:
        """Something can be imported: all of it, or, where head office allows it, the rows that are right."""
        is_allowed = not self.report.has_errors or (self.allows_partial and not self.report.whole.has_errors)
        return self.is_readable and is_allowed and self.good_rows > 0


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """One column of a file before it is checked: its list, title, first values, the field it fills ("" for none)."""

    part: str
    title: str
    sample: list[str]
    field: str


def report_of() -> BookReport:
    """An empty report that speaks the room's rules."""
    return BookReport((LINES, DETAILS), MESSAGES, most=MOST_FINDINGS)


def check_upload(
    session: Session,
    upload: Upload,
    *,
    geodata: Path,
    sink: Sink | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> CheckedUpload:
    """Read a file and check every row. What is wrong, with the file itself too, is in the report."""
    checked = CheckedUpload(report_of())
    try:
        with ExitStack() as stack, _uncollected():
            opening = open_beside(stack, lambda: _open(upload))
            books = read_books(session, upload.distributor_id, upload.month)
            checked.allows_partial = books.allows_partial
            check_standing(books, checked.report.whole)
            counties = Counties(geodata)
            if not opening.done():
                counties.prepare()
            check = _Check(session, upload, books, checked, counties, sink, progress)
            checked.places = len(books.places)
            check.run(opening.result())
        checked.is_readable = True
    except Refused as refusal:
        checked.report.refuse(refusal)
    return checked


def check_standing(books: Books, report: Report) -> None:
    """Whether the month and its report take any figures now."""
    month = f"{books.month:%Y-%m}"
    if not books.is_open:
        report.error("period_closed", month=month)
    elif not books.is_editable:
        report.error("report_not_with_you", month=month)


def find_columns(upload: Upload) -> tuple[list[FoundColumn], bool]:
    """The columns of the file, and whether the user should say which is which. Raises Refused."""
    found: list[FoundColumn] = []
    is_unclear = False
    with _open(upload) as book:
        for part, match in book.matches.items():
            fields = {each.index: each.spec.field for each in match.matched}
            is_unclear |= bool(match.unknown or match.missing or match.duplicated)
            is_unclear |= not {"model_code", "model_name"} & set(fields.values())
            for index, title in enumerate(match.titles):
                if title and (index in fields or upload.mapping.get(title) == "" or (index, title) in match.unknown):
                    found.append(FoundColumn(part, title, _sample(book, part, index), fields.get(index, "")))
    return found, is_unclear


def _sample(book: Book, part: str, index: int, most: int = 3) -> list[str]:
    values = (shown(cells[index]).strip() for _number, cells in book.samples[part] if index < len(cells))
    return [value for value in dict.fromkeys(values) if value][:most]


@contextmanager
def _open(upload: Upload) -> Iterator[Book]:
    month = upload.month
    with open_book(upload.path, parts_of(month), block=block_of(month), name=upload.name, mapping=upload.mapping,
                   limits=upload.limits) as book:  # fmt: skip
        yield book


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without Python's search for cycles: rows hold none, and it would look at all of them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(slots=True)
class _Check:
    """One file against the books."""

    session: Session
    upload: Upload
    books: Books
    checked: CheckedUpload
    counties: Counties
    sink: Sink | None
    progress: Callable[[int], None]
    lines: LineReader | None = None
    has_details: bool = False

    def run(self, book: Book) -> None:
        report = self.checked.report
        self.has_details = DETAILS in book.matches
        if not any(_is_about_sales(match) for match in book.matches.values()):
            report.whole.error("no_list")
            return
        for part, table in book.tables:
            mine = report.parts[part]
            if not _has_what_is_needed(part, table, mine):
                continue
            self._check_block(table.block, mine)
            if part == LINES:
                self._read_lines(table, mine)
            else:
                self._read_details(table, mine)
        if not report.rows and not report.has_errors:
            raise refuse("no_rows")

    def _read_lines(self, table: Table, report: Report) -> None:
        self.lines = LineReader(self.books, report, _NAMES, has_details=self.has_details)
        for block in read_blocks(table, report):
            self._put(LINES, self.lines.read(block))
        self.lines.end(set(table.match.columns()))

    def _read_details(self, table: Table, report: Report) -> None:
        known = (
            (lambda serials: serials_reported(self.session, serials, self.books)) if has_serials(self.session) else None
        )
        reader = DetailReader(self.books, report, self.counties, known)
        for block in read_blocks(table, report):
            self._put(DETAILS, reader.read(block))
        retail = self.lines.retail if self.lines else {}
        reader.end(set(table.match.columns()), retail, self.checked.report.parts[LINES])

    def _put(self, part: str, rows: list[tuple[Any, ...]]) -> None:
        report = self.checked.report
        self.checked.good[part] = self.checked.good.get(part, 0) + len(rows)
        if self.sink is not None and rows and (self.checked.allows_partial or not report.has_errors):
            self.sink.put(part, rows)
        self.progress(report.rows)

    def _check_block(self, block: Mapping[str, BlockCell], report: Report) -> None:
        """What stands above the list must be about the month and the distributor that were chosen."""
        values = read_block(dict(block), report)
        for name, cell in block.items():
            value = values.get(name)
            if value is not None:
                self._check_one(name, value, cell, report)
        self.checked.header |= {name: value for name, value in values.items() if value is not None}

    def _check_one(self, name: str, value: Any, cell: BlockCell, report: Report) -> None:
        books, month = self.books, f"{self.books.month:%Y-%m}"
        if name == "period" and value != books.month:
            report.errors.append(cell.note("period_differs", f"{value:%Y-%m}", month=month))
        elif name in ("distributor_code", "distributor_name") and not _is_distributor(value, books):
            notes = report.errors if name == "distributor_code" else report.warnings
            notes.append(cell.note("distributor_differs", shown(value), code=books.distributor.code,
                                   name=books.distributor.name))  # fmt: skip
        elif name == "version" and value != version_of(books.distributor.code, books.month):
            expected = version_of(books.distributor.code, books.month)
            report.errors.append(cell.note("version_differs", shown(value), expected=expected))
        elif name == "currency" and fold(value) not in _YUAN:
            report.errors.append(cell.note("currency_differs", shown(value)))
        elif name == "as_of_on" and not books.month <= value <= last_day(next_month(books.month)):
            report.errors.append(cell.note("as_of_outside", value.isoformat(), month=month))


def _is_distributor(text: str, books: Books) -> bool:
    return books.distributor.is_called(text) or fold(text.partition(" ")[0]) == fold(books.distributor.code)


def _is_about_sales(match: HeaderMatch) -> bool:
    """At least two columns of ours; names and phones of customers are in every list."""
    return len({each.spec.field for each in match.matched} - set(PERSONAL_FIELDS)) > 1


def _has_what_is_needed(part: str, table: Table, report: Report) -> bool:
    """Columns without which the list means nothing; one that is not there is named."""
    columns = table.match.columns()
    unknown = "、".join(f"“{title}”" for _index, title in table.match.unknown) or "—"
    missing: list[Note] = []
    if not {"model_code", "model_name"} & set(columns):
        missing.append(Note("column_missing_model", table.header_row, params={"unknown": unknown}))
    for name in ESSENTIAL_QUANTITIES if part == LINES else ():
        if name not in columns:
            params = {"name": _NAMES[name], "unknown": unknown}
            missing.append(Note("missing_column", table.header_row, name, params=params, column=_NAMES[name]))
    index, title = columns.get("amount", (None, ""))
    if index is not None and any(word in title.casefold() for word in _WAN):
        missing.append(Note("amount_in_wan", table.header_row, "amount", title))
    if missing:
        table.begin(report)
        report.errors.extend(missing)
    return not missing
