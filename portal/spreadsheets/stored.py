"""Findings as plain values, for a room that keeps them in its tables, and back again."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from portal.spreadsheets.findings import Layout, Note


def values_of_note(note: Note) -> dict[str, Any]:
    """What is kept beside the rule and the row of a note, as JSON holds it."""
    return {"field": note.field, "value": note.value, "params": dict(note.params), "column": note.column,
            "index": note.index}  # fmt: skip


def note_of(rule: str, row: int | None, values: Mapping[str, Any]) -> Note:
    """The note again."""
    return Note(rule, row, **values)


def values_of_layout(layout: Layout | None) -> dict[str, Any] | None:
    """Where a list lies in its file, as JSON holds it."""
    return asdict(layout) if layout else None


def layout_of(values: Mapping[str, Any] | None) -> Layout | None:
    """The layout again; None where the file could not be read."""
    if values is None:
        return None
    columns = {name: (place[0], place[1]) for name, place in values["columns"].items()}
    return Layout(**{**values, "columns": columns})


def count_rules(notes: Iterable[Note]) -> dict[str, int]:
    """How many notes there are of each rule."""
    return dict(Counter(note.rule for note in notes))
