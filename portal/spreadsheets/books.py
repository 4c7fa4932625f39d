"""A file that may hold several lists, each on a sheet of its own (sales and details). A CSV file holds one of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from portal.spreadsheets.columns import (
    ColumnSpec,
    FoundHeader,
    HeaderIndex,
    HeaderMatch,
    find_header,
    match_header,
    normal_header,
)
from portal.spreadsheets.filekinds import check_file
from portal.spreadsheets.findings import Finding, Note, Refused, Report, refuse
from portal.spreadsheets.limits import DEFAULT_LIMITS, Limits
from portal.spreadsheets.messages import Messages
from portal.spreadsheets.patches import Row
from portal.spreadsheets.sheets import Source, is_aside, source_of, text_source
from portal.spreadsheets.tables import Table
from portal.spreadsheets.texttables import open_text
from portal.spreadsheets.workbooks import Sheet, Workbook

Parts = Mapping[str, Sequence[ColumnSpec]]
"""Name of a list -> its columns."""


class BookReport:
    """Findings about a file as a whole and about each of its lists; speaks like a `Report`, naming the sheets."""

    def __init__(self, parts: Sequence[str], messages: Messages | None = None, *, most: int = 100_000) -> None:
        self.whole = Report(messages)
        self.parts = {name: Report(messages) for name in parts}
        self.imported = 0
        for report in self:
            report.errors.most = report.warnings.most = most

    def __iter__(self) -> Iterator[Report]:
        return iter((self.whole, *self.parts.values()))

    @property
    def rows(self) -> int:
        """Rows of data that were read, of all lists (of the whole, where the file was read for its rows only)."""
        return sum(report.rows for report in self)

    @property
    def has_errors(self) -> bool:
        return any(report.has_errors for report in self)

    @property
    def error_count(self) -> int:
        """All errors, those too that are only counted."""
        return sum(len(report.errors) + report.errors.left_out for report in self)

    @property
    def warning_count(self) -> int:
        """All warnings, those too that are only counted."""
        return sum(len(report.warnings) + report.warnings.left_out for report in self)

    def refuse(self, refusal: Refused) -> None:
        """Take over the reasons why the file cannot be read."""
        self.whole.refuse(refusal)

    def notes(self) -> Iterator[tuple[str, bool, Note]]:
        """(list, whether it is a warning, note) of everything found; "" for the file as a whole."""
        for name, report in (("", self.whole), *self.parts.items()):
            yield from ((name, False, note) for note in report.errors)
            yield from ((name, True, note) for note in report.warnings)

    def findings(self, locale: str) -> tuple[list[Finding], list[Finding]]:
        """Errors and warnings as sentences, sheet by sheet in the order of rows."""
        errors: list[Finding] = []
        warnings: list[Finding] = []
        for report in self:
            found = report.findings(locale)
            errors += found[0]
            warnings += found[1]
        return errors, warnings

    def as_dict(self, locale: str) -> dict[str, Any]:
        """The public report: as that of a `Report`, with the sheet in each finding."""
        errors, warnings = self.findings(locale)
        return {
            "rows": self.rows,
            "imported": self.imported,
            "errors": [{**finding.as_dict(), "sheet": finding.sheet} for finding in errors],
            "warnings": [{**finding.as_dict(), "sheet": finding.sheet} for finding in warnings],
        }


@dataclass(frozen=True, slots=True)
class Book:
    """The lists of an open file: how their headers fit, and the tables one after the other."""

    matches: Mapping[str, HeaderMatch]
    """List -> how its header fits the columns; only lists that are in the file."""
    samples: Mapping[str, tuple[Row, ...]]
    """List -> the first rows below its header."""
    tables: Iterator[tuple[str, Table]]
    """(list, table) in the order of the lists. The rows of one are gone when the next is asked for."""


@contextmanager
def open_book(
    path: Path | str,
    parts: Parts,
    *,
    block: Sequence[ColumnSpec] = (),
    name: str | None = None,
    mapping: Mapping[str, str] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Book]:
    """Open a file as the lists that are in it.

    A sheet is taken for the list whose columns it names most of; of several sheets for one list the best. `block` are
    the labelled values that may stand above a list. Other arguments and Refused as with `open_table`.
    """
    path = Path(path)
    name = name or path.name
    indexes = _indexes(parts, mapping or {})
    opening = _Opening(name, indexes, HeaderIndex(block) if block else None, limits)
    if check_file(path, name, limits) == "csv":
        yield opening.text(path)
        return
    workbook = Workbook(path, limits)
    try:
        yield opening.workbook(workbook)
    finally:
        workbook.close()


def _indexes(parts: Parts, mapping: Mapping[str, str]) -> dict[str, HeaderIndex]:
    """Each list gets the entries of the mapping that name a field of its own, or leave a column out."""
    known = {name: {spec.field for spec in specs} for name, specs in parts.items()}
    everything = frozenset().union(*known.values())
    strangers = {title: said for title, said in mapping.items() if said and said not in everything}
    mine: dict[str, dict[str, str]] = {}
    for name in parts:
        mine[name] = {title: said for title, said in mapping.items() if not said or said in known[name]} | strangers
        strangers = {}  # told of once
    return {name: HeaderIndex(specs, mine[name]) for name, specs in parts.items()}


@dataclass(frozen=True, slots=True)
class _Opening:
    name: str
    indexes: Mapping[str, HeaderIndex]
    labels: HeaderIndex | None
    limits: Limits

    def text(self, path: Path) -> Book:
        """A CSV file is the list that its header fits best."""
        sources = {
            part: text_source(open_text(path, index, self.limits.peek_rows), self.name, self.limits.peek_rows)
            for part, index in self.indexes.items()
        }
        part = max(sources, key=lambda each: _score(sources[each].top, self.indexes[each]))
        return self._book({part: sources[part].top}, lambda _part: sources[part])

    def workbook(self, workbook: Workbook) -> Book:
        filled = [sheet for sheet in workbook.sheets if sheet.top]
        if not filled:
            raise refuse("no_cells")
        chosen = _choose(filled, self.indexes)
        taken = {sheet.name for sheet in chosen.values()}
        first = next(iter(chosen))

        def source(part: str) -> Source:
            """What nobody reads is told of once, with the first list."""
            rivals = [sheet for sheet in filled if sheet.name not in taken] if part == first else []
            return source_of(workbook, chosen[part], rivals, self.name, self.indexes[part], self.limits)

        return self._book({part: sheet.top for part, sheet in chosen.items()}, source)

    def _book(self, tops: Mapping[str, Sequence[Row]], source: Callable[[str], Source]) -> Book:
        headers = {part: _header(top, self.indexes[part]) for part, top in tops.items()}
        matches = {part: match_header(header.titles, self.indexes[part]) for part, header in headers.items()}
        matches = _without_needless(matches)
        samples = {part: tuple(row for row in top if row[0] > headers[part].row)[:5] for part, top in tops.items()}
        tables = (
            (part, Table(source(part), headers[part], matches[part], self.limits, self.labels)) for part in matches
        )
        return Book(matches, samples, tables)


def _choose(sheets: Sequence[Sheet], indexes: Mapping[str, HeaderIndex]) -> dict[str, Sheet]:
    """List -> sheet. Each sheet belongs to the list it fits best; hidden ones and our own asides only in need."""
    candidates = [sheet for sheet in sheets if sheet.is_visible and not is_aside(sheet)] or list(sheets)
    best: dict[str, tuple[int, Sheet]] = {}
    for sheet in candidates:
        scores = {part: _score(sheet.top, index) for part, index in indexes.items()}
        part = max(scores, key=lambda each: scores[each])
        if part not in best or scores[part] > best[part][0]:
            best[part] = scores[part], sheet
    most = max(score for score, _sheet in best.values())
    return {part: best[part][1] for part in indexes if part in best and (best[part][0] > 1 or best[part][0] == most)}


def _score(top: Sequence[Row], index: HeaderIndex) -> int:
    found = find_header(top, index)
    return found.score if found else 0


def _header(top: Sequence[Row], index: HeaderIndex) -> FoundHeader:
    header = find_header(top, index)
    if header is None:
        raise refuse("no_cells")
    return header


def _without_needless(matches: Mapping[str, HeaderMatch]) -> dict[str, HeaderMatch]:
    """What the user said of a header that another list has is no mistake; one that none has is said once."""
    titles = {normal_header(title) for match in matches.values() for title in match.titles}
    told: set[tuple[str, str]] = set()
    found = {}
    for part, match in matches.items():
        unused = tuple(
            entry for entry in match.unused_mapping if normal_header(entry[0]) not in titles and entry not in told
        )
        told.update(unused)
        found[part] = replace(match, unused_mapping=unused)
    return found
