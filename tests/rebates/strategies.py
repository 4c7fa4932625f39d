"""Random policies of the whole language, and facts to go with them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.rebates.building import Json, both, policy

MODELS = ("F3", "F6", "S6", "T1")
TAGS = ("new", "fleet")
SALE_TYPES = ("retail", "key_account")


def decimals(low: int, high: int, places: int) -> st.SearchStrategy[str]:
    return st.integers(low * 10**places, high * 10**places).map(lambda n: f"{Decimal(n).scaleb(-places):f}")


_STARTS = {
    "units": decimals(0, 60, 0),
    "amount": decimals(0, 6000, 2),
    "attainment": decimals(0, 2, 2),
    "growth": decimals(-1, 2, 2),
    "growth_units": decimals(-20, 40, 0),
    "growth_amount": decimals(-2000, 4000, 2),
}
_RATES = {
    "percent": decimals(0, 20, 2),
    "per_unit": decimals(0, 500, 2),
    "lump_sum": decimals(0, 3000, 2),
    "points": decimals(0, 3, 2),
    "goods": decimals(0, 3, 0),
}
_SUBSETS = st.lists(st.sampled_from(MODELS), min_size=1, max_size=3, unique=True)


@st.composite
def lines(draw: st.DrawFn, *, returns: bool = True) -> Json:
    units = draw(st.integers(-6 if returns else 0, 20))
    line: Json = {"model": draw(st.sampled_from(MODELS)), "units": units}
    line["amount_fen"] = units * draw(st.integers(1, 20000))
    if draw(st.booleans()):
        line["tags"] = draw(st.lists(st.sampled_from(TAGS), unique=True, min_size=1))
    if draw(st.booleans()):
        line["sale_type"] = draw(st.sampled_from(SALE_TYPES))
    if draw(st.integers(0, 3)) == 0:
        line["on"] = draw(st.sampled_from(["2025-12-31", "2026-01-01", "2026-06-15", "2026-12-31", "2027-01-01"]))
    line["ref"] = f"r{draw(st.integers(0, 999)):03}"
    return line


@st.composite
def facts(draw: st.DrawFn) -> Json:
    found: Json = {"party": "o1", "period": "2026-10", "lines": draw(st.lists(lines(), max_size=6))}
    found["year_to_date"] = draw(st.lists(lines(returns=False), max_size=4))
    found["quota"] = draw(st.dictionaries(st.sampled_from(MODELS), st.integers(0, 20)))
    for key in ("target", "baseline"):
        found[key] = {"units": draw(st.integers(0, 40)), "amount_fen": draw(st.integers(0, 400000))}
        if draw(st.integers(0, 3)) == 0:
            found[key] = {}
    found["activities"] = draw(st.dictionaries(st.sampled_from(["mot", "training"]), st.integers(0, 3)))
    found["confirmed_violations"] = draw(st.integers(0, 2))
    found["settled_fen"] = draw(st.integers(0, 100000))
    found["settled_points"], found["settled_goods"] = draw(st.integers(0, 50)), draw(st.integers(0, 5))
    found["party_facts"] = {"level": draw(st.sampled_from(["A", "B"])), "bays": draw(st.integers(0, 9))}
    for key, values in (("collection_days", st.integers(0, 60)), ("report_on_time", st.booleans())):
        if draw(st.booleans()):
            found[key] = draw(values)
    return found


@st.composite
def conditions(draw: st.DrawFn) -> Json:
    op = draw(st.sampled_from([">=", ">", "<=", "<", "=="]))
    fact, value = draw(
        st.sampled_from(
            [
                ("units", "10"),
                ("amount", "1500.5"),
                ("attainment", "0.8"),
                ("growth", "0.1"),
                ("share", "0.25"),
                ("activity:mot", "1"),
                ("confirmed_violations", "0"),
                ("report_on_time", True),
                ("collection_days", "30"),
                ("party:bays", "4"),
                ("party:level", "A"),
            ]
        )
    )
    condition: Json = {"fact": fact, "op": "==" if fact == "party:level" else op, "value": value}
    if fact == "share" or (fact in ("units", "amount", "attainment") and draw(st.booleans())):
        condition["models"] = draw(_SUBSETS)
    return condition


@st.composite
def line_rules(draw: st.DrawFn) -> Json:
    rule: Json = {}
    if draw(st.booleans()):
        rule["models"] = draw(_SUBSETS)
    elif draw(st.booleans()):
        rule["exclude_models"] = draw(_SUBSETS)
    key = draw(st.sampled_from([None, "tags", "exclude_tags"]))
    if key:
        rule[key] = [draw(st.sampled_from(TAGS))]
    if draw(st.integers(0, 4)) == 0:
        rule["sale_types"] = [draw(st.sampled_from(SALE_TYPES))]
    return rule


def _is_one_unit(pays: str, tier_on: str) -> bool:
    if tier_on in ("attainment", "growth"):
        return True
    return (tier_on in ("amount", "growth_amount")) == (pays in ("percent", "points"))


@st.composite
def terms(draw: st.DrawFn, number: int = 0, earlier: tuple[Json, ...] = (), **fixed: Any) -> Json:
    """A sound term; `fixed` keys are kept."""
    pays = fixed.get("pays") or draw(st.sampled_from(sorted(_RATES)))
    tier_on = fixed.get("tier_on") or draw(st.sampled_from(sorted(_STARTS)))
    starts = sorted(draw(st.lists(_STARTS[tier_on], min_size=1, max_size=4, unique_by=Decimal)), key=Decimal)
    tiers = [{"from": start, "rate": draw(_RATES[pays])} for start in starts]
    methods = ["retrospective", "total"] if pays == "lump_sum" else ["retrospective", "marginal", "rolling", "total"]
    method = fixed.get("method") or draw(st.sampled_from(methods))
    if method == "marginal":
        for tier in tiers:
            if draw(st.integers(0, 4)) == 0:
                tier["retrospective"] = True
    term: Json = {"id": f"t{number}", "label": both("Term"), "pays": pays, "tier_on": tier_on, "tiers": tiers}
    if len(tiers) > 1 or method == "marginal" or draw(st.booleans()):
        term["method"] = method
    cuts = term.get("method") in ("marginal", "rolling") and not _is_one_unit(pays, tier_on)
    if pays != "lump_sum" and not cuts and draw(st.booleans()):
        term["applies_to"] = draw(st.sampled_from(["all", "excess"]))
    if tier_on.startswith("growth") or draw(st.integers(0, 5)) == 0:
        term["no_baseline"] = draw(st.sampled_from(["skip", "zero"]))
    if pays in ("per_unit", "goods") and draw(st.booleans()):
        term["per"] = draw(st.integers(1, 5))
    if draw(st.booleans()):
        term["lines"] = draw(line_rules())
    if draw(st.integers(0, 2)) == 0:
        term["window"] = draw(st.sampled_from(["period", "year_to_date"]))
    if draw(st.integers(0, 3)) == 0:
        term["when"] = draw(st.lists(conditions(), max_size=2))
    money = [one["id"] for one in earlier if one["pays"] not in ("points", "goods")]
    if money and pays in ("percent", "points") and draw(st.booleans()):
        term["after"] = draw(st.lists(st.sampled_from(money), unique=True, min_size=1))
    if draw(st.integers(0, 2)) == 0:
        term["deductions"] = draw(st.lists(_deductions(), max_size=3))
    if draw(st.integers(0, 3)) == 0:
        term["floor"] = draw(decimals(0, 50, 2))
    if draw(st.integers(0, 3)) == 0:
        term["cap"] = draw(decimals(50, 900, 2))
        term["prorate"] = "floor" not in term and draw(st.booleans())
    return term | fixed


@st.composite
def _deductions(draw: st.DrawFn) -> Json:
    kind = draw(st.sampled_from(["percent", "amount"]))
    return {"unless": draw(conditions()), kind: draw(decimals(0, 60, 2)), "label": both("Missed")}


@st.composite
def policies(draw: st.DrawFn, **fixed: Any) -> Json:
    """A sound policy of up to four terms."""
    found: list[Json] = []
    for number in range(draw(st.integers(1, 4))):
        found.append(draw(terms(number, tuple(found))))
    keys: Json = {"settle": draw(st.sampled_from(["each_period", "cumulative"]))}
    if draw(st.booleans()):
        payout: Json = {}
        if draw(st.booleans()):
            step = st.fixed_dictionaries({"when": conditions(), "times": decimals(0, 2, 3)})
            payout["multiplier"] = draw(st.lists(step, min_size=1, max_size=3))
        for key, low, high in (("guarantee", 0, 300), ("floor", 0, 300), ("cap", 300, 3000)):
            if draw(st.integers(0, 2)) == 0:
                payout[key] = draw(decimals(low, high, 2))
        keys["payout"] = payout
    if draw(st.integers(0, 3)) == 0:
        keys["effective"] = {"from": "2026-03-10", "to": "2026-10-31"}
    return policy(*found, **(keys | fixed))
