"""Conditions: every fact and comparison, what is not known, and over which lines a term and the payout ask."""

from __future__ import annotations

import pytest

from tests.rebates.building import line, policy, result_of, settled, sold, term, tiers, total_of

BEFORE = [line("F3", 90, 9000)]
CONDITIONS = {
    "units": ("units", None, {">=": "10", ">": "9", "<=": "10", "<": "11", "==": "10"}),
    "units of models in other lines": ("units", ["F6"], {">=": "4", ">": "3.5", "<=": "4", "<": "5", "==": "4"}),
    "amount": ("amount", None, {">=": "600.5", ">": "600.49", "<=": "600.5", "<": "600.51", "==": "600.50"}),
    "attainment": ("attainment", None, {">=": "0.5", ">": "0.499999", "<=": "0.5", "<": "0.6", "==": "0.5"}),
    "attainment of models": ("attainment", ["F6"], {">=": "0.8", ">": "0.7", "<=": "0.8", "<": "1", "==": "0.8"}),
    "growth": ("growth", None, {">=": "0.25", ">": "0.2", "<=": "0.25", "<": "0.3", "==": "0.25"}),
    "share": ("share", ["F3"], {">=": "0.6", ">": "0.5", "<=": "0.6", "<": "0.7", "==": "0.6"}),
    "activity": ("activity:mot", None, {">=": "2", ">": "1", "<=": "2", "<": "3", "==": "2"}),
    "violations": ("confirmed_violations", None, {">=": "1", ">": "0", "<=": "1", "<": "2", "==": "1"}),
    "days": ("collection_days", None, {">=": "12", ">": "11", "<=": "12", "<": "13", "==": "12"}),
    "file": ("party:bays", None, {">=": "6", ">": "5", "<=": "6", "<": "7", "==": "6"}),
}
FACTS = {
    "lines": [line("F3", 6), line("S6", 4, amount_fen=60050), line("F6", 4, tags=["off"])],
    "quota": {"F3": 12, "S6": 8, "F6": 5},
    "baseline": {"units": 8},
    "activities": {"mot": 2},
    "confirmed_violations": 1,
    "collection_days": 12,
    "report_on_time": True,
    "party_facts": {"bays": 6, "level": "A", "since": "2019"},
}
OTHER = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "==": None}


def condition(fact, op, value, models=None):
    return {"fact": fact, "op": op, "value": value} | ({"models": models} if models else {})


@pytest.mark.parametrize("name", CONDITIONS)
@pytest.mark.parametrize("op", list(OTHER))
def test_a_condition_holds_or_not(name, op):
    fact, models, values = CONDITIONS[name]
    one = term(lines={"models": ["F3", "S6"]}, pays="lump_sum", tiers=tiers(("0", "1")))
    holds = policy(one | {"when": [condition(fact, op, values[op], models)]})
    if name == "units of models in other lines":
        assert total_of(holds, FACTS) == 100
        return
    assert total_of(holds, FACTS) == 100
    if OTHER[op]:
        fails = policy(one | {"when": [condition(fact, OTHER[op], values[op], models)]})
        assert total_of(fails, FACTS) == 0


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        (condition("report_on_time", "==", True), True),
        (condition("report_on_time", "==", False), False),
        (condition("report_on_time", "==", "true"), True),
        (condition("report_on_time", ">=", "1"), True),
        (condition("party:level", "==", "A"), True),
        (condition("party:level", "==", "B"), False),
        (condition("party:since", "<", "2020"), True),
        (condition("party:level", ">=", "1"), False),
        (condition("activity:none", "==", "0"), True),
    ],
)
def test_conditions_of_the_file_and_the_report(asked, holds):
    one = term(pays="lump_sum", tiers=tiers(("0", "1")), when=[asked])
    assert total_of(policy(one), FACTS) == 100 * holds


@pytest.mark.parametrize(
    ("asked", "unknown"),
    [
        (condition("report_on_time", "<=", "1"), {}),
        (condition("collection_days", "<=", "999"), {}),
        (condition("party:unknown", "<=", "999"), {}),
        (condition("party:unknown", "==", "A"), {"party_facts": {"known": "A"}}),
        (condition("attainment", ">=", "0"), {}),
        (condition("growth", ">=", "-1"), {}),
        (condition("share", ">=", "0", ["F3"]), {"lines": []}),
        (condition("attainment", ">=", "0", ["F3"]), {"target": {"units": 1}}),
    ],
)
def test_what_is_not_known_does_not_hold(asked, unknown):
    found = settled(policy(term(when=[asked])), sold(5) | unknown)
    assert found["total_fen"] == 0
    assert found["terms"][0]["reasons"][0]["code"] == "condition_unknown"


def test_all_conditions_must_hold_and_the_first_that_fails_is_named():
    asked = [condition("units", ">=", "5"), condition("units", ">=", "6"), condition("units", ">=", "7")]
    reason = settled(policy(term(when=asked)), sold(5))["terms"][0]["reasons"][0]
    assert reason["condition"] == {"fact": "units", "op": ">=", "value": "6", "found": "5"}
    assert result_of(policy(term(when=asked)), sold(5)).outcomes[0].status == "condition_failed"


def test_conditions_measure_the_year_where_the_term_does():
    asked = [condition("units", ">=", "95")]
    assert total_of(policy(term(when=asked)), sold(5, year_to_date=BEFORE)) == 0
    assert total_of(policy(term(when=asked, window="year_to_date")), sold(5, year_to_date=BEFORE)) == 5000
    asked = [condition("units", ">=", "95", ["F3"])]
    assert total_of(policy(term(when=asked, window="year_to_date")), sold(5, year_to_date=BEFORE)) == 5000


def test_the_payout_asks_about_all_lines():
    step = {"when": condition("units", ">=", "14"), "times": "2"}
    of = policy(term(lines={"models": ["F6"]}), payout={"multiplier": [step]})
    assert total_of(of, FACTS) == 8000
    step = {"when": condition("attainment", ">=", "0.56"), "times": "2"}
    of = policy(term(lines={"models": ["F6"]}), payout={"multiplier": [step]})
    assert total_of(of, FACTS) == 8000
    assert total_of(of, FACTS | {"quota": {}, "target": {"amount_fen": 60050}}) == 8000
    step = {"when": condition("growth", ">=", "0.75"), "times": "2"}
    assert total_of(policy(term(lines={"models": ["F6"]}), payout={"multiplier": [step]}), FACTS) == 8000


# Growth as a condition is in the unit that the term pays on.


@pytest.mark.parametrize(
    ("asked", "keys", "facts", "holds"),
    [
        (">= 0.5", {"pays": "percent"}, sold(1, 150, baseline={"units": 9, "amount_fen": 10000}), True),
        ("> 0.5", {"pays": "percent"}, sold(1, 150, baseline={"units": 9, "amount_fen": 10000}), False),
        (">= 0.5", {}, sold(3, 1, baseline={"units": 2, "amount_fen": 10000}), True),
        (">= 0.5", {"pays": "percent"}, sold(3, 1, baseline={"units": 2}), False),
        ("<= -0.5", {}, sold(1, 9, baseline={"units": 2}), True),
        (">= 99", {"no_baseline": "zero"}, sold(1), True),
        ("> 99", {"no_baseline": "zero"}, sold(1), True),
        ("< 99", {"no_baseline": "zero"}, sold(1), False),
        ("<= 99", {"no_baseline": "zero"}, sold(1), False),
        ("== 99", {"no_baseline": "zero"}, sold(1), False),
        (">= -1", {"no_baseline": "zero"}, sold(0), False),
        (">= -1", {"no_baseline": "skip"}, sold(1), False),
        (">= -1", {}, sold(1), False),
        (">= 1", {"window": "year_to_date"}, sold(1, year_to_date=[line("F3", 3)], baseline={"units": 2}), True),
        (">= 0", {}, sold(1, year_to_date=[line("F3", 3)], baseline={"units": 2}), False),
    ],
)
def test_growth_as_a_condition(asked, keys, facts, holds):
    op, value = asked.split()
    one = term(**({"tiers": tiers(("0", "1")), "floor": "5"} | keys), when=[condition("growth", op, value)])
    reason = settled(policy(one), facts)["terms"][0]["reasons"][0]
    assert reason["code"].startswith("condition") is not holds


def test_growth_from_nothing_is_shown_as_infinite():
    one = term(no_baseline="zero", when=[condition("growth", "<", "5")])
    assert settled(policy(one), sold(1))["terms"][0]["reasons"][0]["condition"]["found"] == "∞"


@pytest.mark.parametrize(
    ("models", "op", "value", "holds"),
    [
        (["F3"], ">=", "0.75", True),
        (["F3"], ">", "0.75", False),
        (["F6"], "==", "0", True),
        (["S6", "F3"], "==", "1", True),
        (["T1"], ">", "0", False),
    ],
)
def test_a_share_is_of_the_terms_lines(models, op, value, holds):
    one = term(lines={"models": ["F3", "S6"]}, when=[condition("share", op, value, models)])
    facts = {"lines": [line("F3", 3), line("S6", 1), line("F6", 9)]}
    assert (total_of(policy(one), facts) > 0) is holds


def test_a_share_of_one_unit_and_of_none():
    one = term(pays="lump_sum", tiers=tiers(("0", "1")), when=[condition("share", ">=", "1", ["F3"])])
    assert total_of(policy(one), sold(1)) == 100
    reason = settled(policy(one), {"lines": []})["terms"][0]["reasons"][0]
    assert (reason["code"], reason["condition"]["found"]) == ("condition_unknown", "")


def test_a_share_of_the_year():
    one = term(window="year_to_date", when=[condition("share", ">=", "0.5", ["F6"])])
    facts = sold(1, year_to_date=[line("F6", 1)])
    assert total_of(policy(one), facts) == 1000
    assert total_of(policy(one | {"window": "period"}), facts) == 0


def test_units_of_models_are_of_all_lines_and_attainment_of_their_quota():
    lines = [line("F3", 3), line("F6", 2, tags=["x"])]
    one = term(lines={"models": ["F3"]}, when=[condition("units", ">=", "2", ["F6"])])
    assert total_of(policy(one), {"lines": lines}) == 3000
    one = term(lines={"models": ["F3"]}, when=[condition("attainment", ">=", "1", ["F6"])])
    assert total_of(policy(one), {"lines": lines, "quota": {"F6": 2, "F3": 100}}) == 3000
    assert total_of(policy(one), {"lines": lines, "quota": {"F6": 3}}) == 0


def test_attainment_as_a_condition_is_in_the_terms_unit():
    asked = [condition("attainment", "==", "1")]
    facts = sold(1, 100, target={"units": 5, "amount_fen": 10000})
    assert total_of(policy(term(pays="percent", when=asked)), facts) == 1000
    assert total_of(policy(term(when=asked)), facts) == 0
    assert total_of(policy(term(when=asked)), facts | {"quota": {"F3": 1}}) == 1000


@pytest.mark.parametrize(
    ("op", "value", "on_file", "holds", "found"),
    [
        ("==", "A", "A", True, "A"),
        ("==", "A", "B", False, "B"),
        ("==", "5", 5, True, "5"),
        ("==", "5.0", "5", True, "5"),
        (">=", "-6", "-5", True, "-5"),
        ("<", "5.1", "5.05", True, "5.05"),
        (">", "5", "5", False, "5"),
        (">=", "5", "five", False, "five"),
        (">=", "5", "5.0.1", False, "5.0.1"),
        ("==", "5", "五", False, "五"),
        ("==", "5", "５", False, "５"),
        (">=", "1", True, True, "1"),
    ],
)
def test_facts_of_the_file(op, value, on_file, holds, found):
    asked = condition("party:x", op, value)
    paid = settled(policy(term(when=[asked])), sold(1, party_facts={"x": on_file}))
    assert (paid["total_fen"] > 0) is holds
    if not holds:
        assert paid["terms"][0]["reasons"][0]["condition"]["found"] == found


def test_the_multiplier_measures_the_period_or_the_whole_year():
    step = {"when": condition("units", ">=", "95"), "times": "2"}
    facts = sold(5, year_to_date=[line("F3", 90)])
    assert total_of(policy(term(window="year_to_date"), payout={"multiplier": [step]}), facts) == 0
    assert total_of(policy(term(), payout={"multiplier": [step]}, settle="cumulative"), facts) == 95 * 2000


def test_the_payout_measures_yuan_where_only_yuan_are_on_file():
    step = {"when": condition("growth", ">=", "1"), "times": "2"}
    of = policy(term(), payout={"multiplier": [step]})
    assert total_of(of, sold(1, 20, baseline={"amount_fen": 1000})) == 2000
    assert total_of(of, sold(1, 20, baseline={"amount_fen": 1000, "units": 1})) == 0
    assert total_of(of, sold(2, 20, baseline={"amount_fen": 9000, "units": 1})) == 4000
    step = {"when": condition("attainment", ">=", "1"), "times": "2"}
    of = policy(term(), payout={"multiplier": [step]})
    assert total_of(of, sold(1, 20, target={"amount_fen": 2000})) == 2000
    assert total_of(of, sold(1, 20, target={"amount_fen": 2000, "units": 2})) == 0
    assert total_of(of, sold(1, 20, target={"amount_fen": 9000}, quota={"F3": 1})) == 2000
