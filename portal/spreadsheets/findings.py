"""What is wrong with a file, where, and the report that users and scripts get."""

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from portal.spreadsheets.messages import Messages, localised, render_note


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence for the user: place, value, rule and remedy are all in `message`."""

    row: int | None
    """As the spreadsheet shows it; None when the finding is about the whole file or a whole column."""
    column: str
    """The header as the user wrote it; empty when the finding is about the whole row or file."""
    value: str
    rule: str
    """A stable code, the same in every language."""
    message: str
    cell: str = ""
    """The cell's address, as in "C7", when row and column are known."""
    sheet: str = ""
    """Empty for a CSV file, and for what is about the whole file."""

    def as_dict(self) -> dict[str, Any]:
        """The public form: five keys."""
        return {"row": self.row, "column": self.column, "value": self.value, "rule": self.rule,
                "message": self.message}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table is in the user's file."""

    file_name: str
    sheet: str
    """Empty for a CSV file."""
    header_row: int
    columns: Mapping[str, tuple[int, str]]
    """field -> (0-based column, header as the user wrote it)."""
    is_one_of_many: bool = False
    """The workbook has other sheets too, so that sentences name the sheet."""


@dataclass(frozen=True, slots=True)
class Note:
    """A finding in no language yet. `params` fill the template; a param {"en": …, "zh": …} is chosen by locale."""

    rule: str
    row: int | None = None
    field: str = ""
    value: str = ""
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    column: str | Mapping[str, str] = ""
    """The header, for a column that no field was found for; {"en", "zh"} for one that is missing."""
    index: int | None = None
    """0-based column, for a column that belongs to no field."""


class Refused(Exception):
    """The file cannot be read at all; `notes` say why. Nothing was read, or reading stopped half-way."""

    def __init__(self, *notes: Note) -> None:
        super().__init__(", ".join(note.rule for note in notes))
        self.notes = notes


def refuse(rule: str, *, row: int | None = None, value: str = "", **params: Any) -> Refused:
    """The exception for one reason that concerns the whole file."""
    return Refused(Note(rule, row=row, value=value, params=params))


class Notes(list[Note]):
    """The first `most` notes; what comes after is only counted, so that a hopeless file does not fill the memory."""

    def __init__(self, notes: Iterable[Note] = (), *, most: int = 100_000, left_out: int = 0) -> None:
        super().__init__(notes)
        self.most = most
        self.left_out = left_out

    def append(self, note: Note) -> None:
        if len(self) < self.most:
            super().append(note)
        else:
            self.left_out += 1

    def extend(self, notes: Iterable[Note]) -> None:
        for note in notes:
            self.append(note)


class Report:
    """Errors and warnings in the order of the rows, with the counts of rows read and imported."""

    def __init__(self, messages: Messages | None = None) -> None:
        self.messages = messages or {}
        self.rows = 0
        self.imported = 0
        self.errors = Notes()
        self.warnings = Notes()
        self.layout: Layout | None = None

    @property
    def has_errors(self) -> bool:
        return bool(self.errors)

    def error(self, rule: str, *, row: int | None = None, field: str = "", value: Any = "", **params: Any) -> None:
        """Add an error. `rule` is a key of the package's messages or of the room's own."""
        self.errors.append(Note(rule, row, field, shown(value), params))

    def warn(self, rule: str, *, row: int | None = None, field: str = "", value: Any = "", **params: Any) -> None:
        """Add a warning: the row is imported all the same."""
        self.warnings.append(Note(rule, row, field, shown(value), params))

    def refuse(self, refusal: Refused) -> None:
        """Take over the reasons why the file cannot be read."""
        self.errors.extend(refusal.notes)

    def error_rows(self) -> set[int]:
        return {note.row for note in self.errors if note.row is not None}

    def findings(self, locale: str) -> tuple[list[Finding], list[Finding]]:
        """Errors and warnings as sentences, each list in the order of rows."""
        return self._rendered(self.errors, locale), self._rendered(self.warnings, locale)

    def as_dict(self, locale: str) -> dict[str, Any]:
        """The public report: rows, imported, errors, warnings."""
        errors, warnings = self.findings(locale)
        return {
            "rows": self.rows,
            "imported": self.imported,
            "errors": [finding.as_dict() for finding in errors],
            "warnings": [finding.as_dict() for finding in warnings],
        }

    def dump(self) -> str:
        """JSON that `load` reads again: for a job's row, so that the report can be shown in either language."""
        layout = asdict(self.layout) if self.layout else None
        return json.dumps(
            {"rows": self.rows, "imported": self.imported, "layout": layout,
             "errors": _dumped(self.errors), "warnings": _dumped(self.warnings)},
            ensure_ascii=False, default=str,
        )  # fmt: skip

    @classmethod
    def load(cls, text: str, messages: Messages | None = None) -> "Report":
        """A report as `dump` wrote it."""
        data = json.loads(text)
        report = cls(messages)
        report.rows, report.imported = data["rows"], data["imported"]
        report.errors, report.warnings = _loaded(data["errors"]), _loaded(data["warnings"])
        report.layout = _loaded_layout(data["layout"])
        return report

    def _rendered(self, notes: Notes, locale: str) -> list[Finding]:
        found = list(self._sentences(sorted(notes, key=lambda note: note.row or 0), locale))
        if notes.left_out:
            more = Note("more_findings", params={"shown": len(notes), "left_out": notes.left_out})
            found += self._sentences([more], locale)
        return found

    def _sentences(self, notes: list[Note], locale: str) -> Iterator[Finding]:
        for note in notes:
            index, column = self._place(note, locale)
            cell = cell_name(note.row, index) if note.row is not None and index is not None else ""
            message = render_note(note, self.layout, (column, cell), locale, self.messages)
            sheet = self.layout.sheet if self.layout else ""
            yield Finding(note.row, column, note.value, note.rule, message, cell, sheet)

    def _place(self, note: Note, locale: str) -> tuple[int | None, str]:
        known = self.layout.columns.get(note.field) if self.layout and note.field else None
        return known or (note.index, localised(note.column, locale) or note.field)


def _dumped(notes: Notes) -> dict[str, Any]:
    rows = [[note.rule, note.row, note.field, note.value, note.params, note.column, note.index] for note in notes]
    return {"notes": rows, "left_out": notes.left_out}


def _loaded(data: dict[str, Any]) -> Notes:
    return Notes((Note(*values) for values in data["notes"]), left_out=data["left_out"])


def _loaded_layout(data: dict[str, Any] | None) -> Layout | None:
    if data is None:
        return None
    columns = {name: (place[0], place[1]) for name, place in data.pop("columns").items()}
    return Layout(columns=columns, **data)


def shown(value: Any, longest: int = 80) -> str:
    """The value as a sentence can quote it: one line, no control characters, cut at `longest`."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    text = "" if value is None else str(value)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text[: longest + 1])
    return text if len(text) <= longest else text[: longest - 1] + "…"


def column_letters(index: int) -> str:
    """0 -> A, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, index: int) -> str:
    """(7, 2) -> "C7"."""
    return f"{column_letters(index)}{row}"
