"""The figures of an amendment as they are typed: the new value of each figure; the difference follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from portal.i18n import current_language
from portal.sales.forms.entry import OWN_ONLY, place_key
from portal.sales.rules.stock import Place
from portal.sales.uploads.columns import LINE_COLUMNS
from portal.spreadsheets import Problem, parse_value, render

AMENDED = (
    "opening_stock",
    "sell_in",
    "transfers_in",
    "transfers_out",
    "sell_through",
    "retail",
    "returns_in",
    "returns_out",
    "closing_stock",
    "aged_stock",
)
_SPECS = {spec.field: spec for spec in LINE_COLUMNS if spec.field in AMENDED}
Differences = dict[Place, dict[str, int]]


@dataclass
class TypedChanges:
    """What was typed into the form: texts by field name, sentences by field name, differences by place."""

    texts: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    differences: Differences = field(default_factory=dict)


def amended_columns(place: Place) -> tuple[str, ...]:
    """The figures of a place that can be amended."""
    return AMENDED if place[0] is None else tuple(name for name in AMENDED if name not in OWN_ONLY)


def read_changes(form: Mapping[str, str], figures: Mapping[Place, Mapping[str, int]]) -> TypedChanges:
    """The fields `new-<outlet or 0>-<model>-<column>` of these places against the figures that count now."""
    found = TypedChanges()
    for place, present in figures.items():
        for name in amended_columns(place):
            key = f"new-{place_key(place)}-{name}"
            text = form.get(key, "").strip()[:40]
            if not text:
                continue
            found.texts[key] = text
            parsed = parse_value(_SPECS[name], text)
            if isinstance(parsed, Problem):
                found.errors[key] = render(parsed.rule, current_language(), {"value": parsed.value, **parsed.params})
            elif parsed.value != present.get(name, 0):
                found.differences.setdefault(place, {})[name] = parsed.value - present.get(name, 0)
    return found


def hidden_differences(differences: Differences) -> dict[str, int]:
    """The differences as hidden fields of the page that shows them once more."""
    return {
        f"diff-{place_key(place)}-{name}": value
        for place, changes in differences.items()
        for name, value in changes.items()
    }


def read_differences(form: Mapping[str, str], places: Iterable[Place]) -> Differences:
    """What those hidden fields say; anything that is no whole number is left out."""
    found: Differences = {}
    for place in places:
        for name in AMENDED:
            text = form.get(f"diff-{place_key(place)}-{name}", "")
            if text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 12:
                found.setdefault(place, {})[name] = int(text)
    return found
