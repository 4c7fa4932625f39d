"""Which sheet of a workbook holds the table, and its rows with what the sheet tells beside its values."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from portal.spreadsheets.cells import is_empty_row
from portal.spreadsheets.columns import HeaderIndex, find_header
from portal.spreadsheets.findings import Note, column_letters, refuse, shown
from portal.spreadsheets.limits import Limits
from portal.spreadsheets.patches import Row, Span, with_errors
from portal.spreadsheets.texttables import TextTable
from portal.spreadsheets.workbooks import Chunk, Facts, Sheet, Workbook

OWN_SHEETS = {
    "instructions": {"en": "Instructions", "zh": "填写说明"},
    "list": {"en": "List", "zh": "数据"},
    "choices": {"en": "Choices", "zh": "选项"},
}
"""Names of the sheets that `write_template` makes."""
_ASIDE = {*OWN_SHEETS["instructions"].values(), *OWN_SHEETS["choices"].values()}


@dataclass(frozen=True, slots=True)
class Source:
    """Rows to be read once, and what is known about them before."""

    file_name: str
    top: list[Row]
    """The first rows that have content."""
    rows: Callable[[], Iterator[Row]]
    warnings: list[Note] = field(default_factory=list)
    sheet: str = ""
    is_one_of_many: bool = False
    encoding: str = ""
    merged: list[Span] = field(default_factory=list)
    chunks: Callable[[], Iterator[Chunk]] | None = None
    """The same rows by columns, where nothing has to be put into them; read either these or `rows`."""


def text_source(text: TextTable, name: str, peek_rows: int) -> Source:
    """The rows of a CSV file."""
    filled = ((number, cells) for number, cells in text.rows() if not is_empty_row(cells))
    encoding = text.encoding.upper().removesuffix("-SIG")
    warnings = [Note("csv_encoding", params={"encoding": encoding})] if encoding == "GB18030" else []
    return Source(name, list(islice(filled, peek_rows)), text.rows, warnings, encoding=encoding)


def choose_sheet(workbook: Workbook, name: str, index: HeaderIndex, wanted: str | None, limits: Limits) -> Source:
    """The sheet the user named, else the visible one whose header fits best. Raises Refused."""
    filled = [sheet for sheet in workbook.sheets if sheet.top]
    if not filled:
        raise refuse("no_cells")
    sheet = _named(workbook.sheets, wanted) if wanted else _best(filled, index)
    return source_of(workbook, sheet, filled, name, index, limits, is_chosen_by_user=bool(wanted))


def source_of(
    workbook: Workbook,
    sheet: Sheet,
    rivals: Sequence[Sheet],
    name: str,
    index: HeaderIndex,
    limits: Limits,
    *,
    is_chosen_by_user: bool = False,
) -> Source:
    """One sheet of a workbook; `rivals` are the sheets that are not read in its favour. Raises Refused."""
    _check_rows(sheet, limits)
    facts = workbook.choose(sheet.index)
    _check_facts(facts)
    others = [other for other in rivals if other.name != sheet.name and not is_aside(other)]
    return Source(
        file_name=name,
        top=list(sheet.top),
        rows=lambda: with_errors(workbook.rows(), facts),
        warnings=[*_other_sheets(sheet, others, index, is_chosen_by_user=is_chosen_by_user), *_hidden(facts)],
        sheet=sheet.name,
        is_one_of_many=len(workbook.sheets) > 1,
        merged=facts.merged,
        chunks=None if facts.merged or facts.errors or facts.empty_formulas else workbook.chunks,
    )


def is_aside(sheet: Sheet) -> bool:
    """Whether it is a sheet of our own templates that holds no list."""
    return sheet.name in _ASIDE


def _named(sheets: list[Sheet], wanted: str) -> Sheet:
    found = next((sheet for sheet in sheets if sheet.name == wanted), None)
    if found is None:
        names = "、".join(f"“{sheet.name}”" for sheet in sheets if sheet.is_visible)
        raise refuse("sheet_not_found", value=wanted, sheets=names)
    if not found.top:
        raise refuse("no_cells")
    return found


def _best(sheets: list[Sheet], index: HeaderIndex) -> Sheet:
    visible = [sheet for sheet in sheets if sheet.is_visible and not is_aside(sheet)]
    return max(visible or sheets, key=lambda sheet: _score(sheet, index))


def _score(sheet: Sheet, index: HeaderIndex) -> int:
    found = find_header(sheet.top, index)
    return found.score if found else 0


def _check_rows(sheet: Sheet, limits: Limits) -> None:
    """A list that is far too long is refused before its rows are sent; the exact count is taken while reading."""
    if sheet.rows > limits.rows * 5 // 4 + limits.peek_rows:
        raise refuse("too_many_rows", row=sheet.rows, limit=limits.rows)


def _check_facts(facts: Facts) -> None:
    for count, named in ((facts.empty_formula_count, facts.empty_formulas), (facts.error_count, facts.errors)):
        if count > sum(len(cells) for cells in named.values()):
            raise refuse("formulas_without_values", count=count)


def _other_sheets(sheet: Sheet, others: list[Sheet], index: HeaderIndex, *, is_chosen_by_user: bool) -> list[Note]:
    visible = [other for other in others if other.is_visible]
    notes = []
    if visible and not is_chosen_by_user:
        names = "、".join(f"“{other.name}”" for other in visible)
        notes.append(Note("sheet_chosen", value=sheet.name, params={"others": names}))
    fits = max(2, _score(sheet, index) // 2)
    hidden = [other for other in others if not other.is_visible and _score(other, index) >= fits]
    return notes + [Note("hidden_sheet", value=other.name) for other in hidden]


def _hidden(facts: Facts) -> list[Note]:
    notes = []
    if facts.hidden_row_count:
        rows = ", ".join(str(row) for row in facts.hidden_rows[:10])
        more = " …" if facts.hidden_row_count > 10 else ""
        notes.append(Note("hidden_rows", value=rows + more, params={"count": facts.hidden_row_count}))
    if facts.hidden_columns:
        spans = [column_letters(first) + (f"–{column_letters(last)}" if last > first else "")
                 for first, last in facts.hidden_columns]  # fmt: skip
        notes.append(Note("hidden_columns", value=shown(", ".join(spans))))
    return notes
