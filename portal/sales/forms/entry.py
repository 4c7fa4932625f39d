"""Lines of a report as they are typed: one outlet at a time on a phone, many in a grid. Field names are the same.

A field is called `line-<outlet or 0>-<model>-<column>`. Beside its fields each line sends its *base*: the figures that
it showed when the page was made. A line that somebody else has saved meanwhile is told by it, whatever else changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from portal.i18n import current_language
from portal.sales.rules.stock import LineFacts, Place, expected_closing, stock_difference
from portal.sales.uploads.columns import LINE_COLUMNS
from portal.spreadsheets import ColumnSpec, Problem, parse_value, render

MAIN = ("opening_stock", "sell_in", "sell_through", "retail", "closing_stock")
MORE = ("transfers_in", "transfers_out", "returns_in", "returns_out", "in_transit", "aged_stock", "counted_stock")
MONEY = ("channel_price_fen", "amount_fen")
REASON = "reason"
TYPED = (*MAIN, *MORE, *MONEY, REASON)
# What only the distributor's own store and warehouse states.
OWN_ONLY = frozenset({"sell_through", *MONEY})
# Left empty these say nothing; all others say 0.
MAY_BE_EMPTY = frozenset({"counted_stock", "channel_price_fen"})
LONGEST = 500


def place_key(place: Place) -> str:
    """`12-3`: outlet (0: the own store) and model, for names of fields."""
    return f"{place[0] or 0}-{place[1]}"


def base_of(facts: LineFacts) -> str:
    """The figures of a line as one text."""
    return "|".join("" if (value := getattr(facts, name)) is None else str(value) for name in TYPED)


def columns_of_place(place: Place) -> tuple[str, ...]:
    """What is asked at a place, in the order of the page."""
    return TYPED if place[0] is None else tuple(name for name in TYPED if name not in OWN_ONLY)


@dataclass
class TypedLine:
    """One line as it was sent: what fits is in `facts`, what does not stays in `texts` with a sentence in `errors`."""

    place: Place
    texts: dict[str, str]
    facts: LineFacts
    base: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """For names and ids of fields."""
        return place_key(self.place)

    @property
    def expected(self) -> int:
        """The closing stock to which its figures lead."""
        return expected_closing(self.facts)

    @property
    def difference(self) -> int:
        """Stated less expected closing stock."""
        return stock_difference(self.facts)

    def name(self, column: str) -> str:
        """The name of a field."""
        return f"line-{self.key}-{column}"


def shown_line(facts: LineFacts) -> TypedLine:
    """A line as it stands in the books, for a page that is opened."""
    texts = {name: _text(name, getattr(facts, name)) for name in TYPED}
    return TypedLine(facts.place, texts, facts, base_of(facts))


def read_lines(form: Mapping[str, str], known: Mapping[Place, LineFacts]) -> list[TypedLine]:
    """The lines of `known` that the form holds, in their order; what it does not hold of a line stays as it was."""
    return [_read_line(form, facts) for place, facts in known.items() if f"line-{place_key(place)}-base" in form]


def _read_line(form: Mapping[str, str], facts: LineFacts) -> TypedLine:
    key = place_key(facts.place)
    line = TypedLine(facts.place, {}, facts, form.get(f"line-{key}-base", "")[: LONGEST * 4])
    values: dict[str, Any] = {}
    for name in TYPED:
        text = form.get(f"line-{key}-{name}")
        if text is None:
            line.texts[name] = _text(name, getattr(facts, name))
            continue
        line.texts[name] = text = text.strip()[:LONGEST]
        read = _read(name, text)
        if isinstance(read, Problem):
            line.errors[name] = render(read.rule, current_language(), {"value": read.value, **read.params})
        else:
            values[name] = read
    line.facts = replace(facts, **_with_amount(values, line), batch_id=None, row_number=None)
    return line


def _read(name: str, text: str) -> Any:
    if name == REASON:
        return text
    if text == "":
        return None if name in MAY_BE_EMPTY else 0
    parsed = parse_value(_specs()[name], text)
    return parsed if isinstance(parsed, Problem) else parsed.value


def _with_amount(values: dict[str, Any], line: TypedLine) -> dict[str, Any]:
    """An amount that is left empty follows from the price and what came in."""
    if line.texts.get("amount_fen") == "" and values.get("channel_price_fen") and "sell_in" in values:
        values["amount_fen"] = values["channel_price_fen"] * values["sell_in"]
    return values


@cache
def _specs() -> dict[str, ColumnSpec]:
    """Column → what it may hold: the same as in a file that is uploaded."""
    by_field = {spec.field: spec for spec in LINE_COLUMNS}
    return {name: by_field[name.removesuffix("_fen")] for name in (*MAIN, *MORE, *MONEY)}


def _text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in MONEY:
        return f"{value // 100}.{value % 100:02}".removesuffix(".00") if value else ""
    return str(value)


def find_conflicts(lines: Collection[TypedLine], books: Mapping[Place, LineFacts]) -> list[TypedLine]:
    """Lines that were saved by somebody else since the page was made, with other figures than are typed now."""
    return [
        line
        for line in lines
        if (saved := books.get(line.place)) is not None
        and line.base not in ("", base_of(saved))
        and base_of(line.facts) != base_of(saved)
    ]


def changed_facts(lines: Collection[TypedLine], books: Mapping[Place, LineFacts]) -> Iterator[LineFacts]:
    """What is to be stored: figures that fit and are not those in the books."""
    for line in lines:
        saved = books.get(line.place)
        if saved is None or base_of(line.facts) != base_of(saved):
            yield line.facts
