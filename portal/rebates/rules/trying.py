"""What if it were so many units? The figures of a period with other units, for the dealer's slider. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from portal.rebates.rules.exact import half_up
from portal.rebates.rules.facts import Facts, Line

MOST_UNITS = 100_000


def units_by_model(facts: Facts) -> dict[str, int]:
    """Units of the period by model, of the models sold or with a quota, in the order of their codes."""
    found = dict.fromkeys(facts.quota, 0)
    for line in facts.lines:
        found[line.model] = found.get(line.model, 0) + line.units
    return dict(sorted(found.items()))


def with_units(facts: Facts, wanted: Mapping[str, int], prices_fen: Mapping[str, int]) -> Facts:
    """The same period as if each model named had sold so many units: a line for each difference.

    The amount follows at the model's average of the period, else of the year so far, else at `prices_fen`. Tags and
    type of sale are those of the model's largest line.
    """
    present = units_by_model(facts)
    added = []
    for model, units in sorted(wanted.items()):
        more = min(max(units, 0), MOST_UNITS) - present.get(model, 0)
        if more:
            known = _largest_line(facts, model)
            amount = _amount(facts, model, more, prices_fen)
            added.append(Line(model, more, amount, known.tags, known.sale_type) if known else Line(model, more, amount))
    return replace(facts, lines=[*facts.lines, *added]) if added else facts


def _largest_line(facts: Facts, model: str) -> Line | None:
    lines = [line for line in (*facts.lines, *facts.year_to_date) if line.model == model]
    return max(lines, key=lambda line: line.units, default=None)


def _amount(facts: Facts, model: str, units: int, prices_fen: Mapping[str, int]) -> int:
    for lines in (facts.lines, facts.year_to_date):
        sold = sum(line.units for line in lines if line.model == model)
        fen = sum(line.amount_fen for line in lines if line.model == model)
        if sold > 0 and fen > 0:
            return half_up(Decimal(fen) * units / sold)
    return units * prices_fen.get(model, 0)
