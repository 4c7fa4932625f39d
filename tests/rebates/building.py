"""Policies and facts for tests, short to write."""

from __future__ import annotations

from typing import Any

from portal.rebates.rules import document, facts
from portal.rebates.rules.evaluation import Result, evaluate
from portal.rebates.rules.explain import as_dict

Json = dict[str, Any]


def both(text: str) -> dict[str, str]:
    return {"en": text, "zh": text}


def tiers(*pairs: tuple[str, str]) -> list[Json]:
    return [{"from": start, "rate": rate} for start, rate in pairs]


def term(number: int = 0, **keys: Any) -> Json:
    """A term that pays ¥10 a unit from the first one, changed by the keys; None takes a key away."""
    full = {
        "id": f"t{number}",
        "label": both("Term"),
        "pays": "per_unit",
        "tier_on": "units",
        "tiers": tiers(("0", "10")),
    } | keys
    return {key: value for key, value in full.items() if value is not None}


def policy(*terms: Json, **keys: Any) -> Json:
    """A policy of these terms for the year 2026, changed by the keys."""
    return {
        "code": "P-2026",
        "name": both("Policy"),
        "party": "outlet",
        "period": "month",
        "effective": {"from": "2026-01-01", "to": "2026-12-31"},
        "settle": "each_period",
        "terms": [one | {"id": one["id"] if one["id"] != "t0" else f"t{number}"} for number, one in enumerate(terms)],
    } | keys


def line(model: str = "F3", units: int = 1, yuan: int = 0, **keys: Any) -> Json:
    return {"model": model, "units": units, "amount_fen": yuan * 100} | keys


def sold(units: int = 0, yuan: int = 0, **keys: Any) -> Json:
    """Facts of one line."""
    return {"party": "o1", "period": "2026-10", "lines": [line("F3", units, yuan, ref="a")]} | keys


def result_of(of: Json, on: Json) -> Result:
    return evaluate(document.parse(of), facts.parse(on))


def total_of(of: Json, on: Json) -> int:
    """Fen; also proves that the reasons add up."""
    return settled(of, on)["total_fen"]


def settled(of: Json, on: Json) -> Json:
    """The result as data, after proving that its reasons add up."""
    found = as_dict(result_of(of, on))
    assert_adds_up(found, on if of["settle"] == "cumulative" else {})
    return found


def assert_adds_up(found: Json, before: Json) -> None:
    """Reasons add up to each term, terms and payout to the total, exactly and in whole fen."""
    sums = {"amount_fen": 0, "points": 0, "goods": 0}
    for block in found["terms"]:
        key = block["pays"] if block["pays"] in sums else "amount_fen"
        amount = sum(reason[key] for reason in block["reasons"])
        assert amount == block["earned_fen" if key == "amount_fen" else key]
        assert all(type(reason[key]) is int for reason in block["reasons"])
        sums[key] += amount
    sums["amount_fen"] += sum(reason["amount_fen"] for reason in found["payout"])
    assert found["total_fen"] == sums["amount_fen"]
    assert found["points"] == sums["points"] - before.get("settled_points", 0)
    assert found["goods"] == sums["goods"] - before.get("settled_goods", 0)


def wrong(of: Any) -> list[tuple[str, str]]:
    """(path, rule) of every problem."""
    return [(problem.path, problem.rule) for problem in document.check(of)]
