"""Facts as they are written down beside a statement, and what the references of their lines say. Pure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from portal.periods import last_day
from portal.rebates.rules.facts import Facts, Line


def months_of_ref(ref: str) -> tuple[date, date, str]:
    """First day, last day and model of a line's reference."""
    months, model, *_sale_type = ref.split("/")
    first, _sign, last = months.partition("~")
    begin, end = (date.fromisoformat(f"{month}-01") for month in (first, last or first))
    return begin, last_day(end), model


def facts_as_dict(facts: Facts) -> dict[str, Any]:
    """Facts as JSON values in the language of facts: `rules.facts.parse` reads them back."""
    found: dict[str, Any] = {
        "party": facts.party,
        "period": facts.period,
        "lines": [_line(each) for each in facts.lines],
    }
    if facts.year_to_date:
        found["year_to_date"] = [_line(each) for each in facts.year_to_date]
    volumes = {
        "target": (facts.target_units, facts.target_fen),
        "baseline": (facts.baseline_units, facts.baseline_fen),
    }
    found |= {key: {"units": units, "amount_fen": fen} for key, (units, fen) in volumes.items() if units or fen}
    for key in ("quota", "activities"):
        if value := getattr(facts, key):
            found[key] = dict(value)
    if facts.party_facts:
        found["party_facts"] = {name: _written(value) for name, value in facts.party_facts.items()}
    for key in ("collection_days", "report_on_time"):
        if (value := getattr(facts, key)) is not None:
            found[key] = value
    for key in ("confirmed_violations", "settled_fen", "settled_points", "settled_goods"):
        if value := getattr(facts, key):
            found[key] = value
    return found


def _written(value: Decimal | str) -> int | str:
    return int(value) if isinstance(value, Decimal) else value


def _line(line: Line) -> dict[str, Any]:
    found: dict[str, Any] = {"model": line.model, "units": line.units, "amount_fen": line.amount_fen, "ref": line.ref}
    if line.tags:
        found["tags"] = list(line.tags)
    if line.sale_type:
        found["sale_type"] = line.sale_type
    if line.on:
        found["on"] = line.on.isoformat()
    return found
