"""Edges that a change of one sign or one name in the rules would move."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext

import pytest

from portal.rebates.rules import document, facts
from portal.rebates.rules.evaluation import evaluate, evaluate_many
from portal.rebates.rules.exact import apportion, half_up, plain, whole
from portal.rebates.rules.explain import as_dict
from portal.rebates.rules.standing import Standing, accrue, due_fen
from tests.rebates.building import line, policy, result_of, settled, sold, term, tiers, total_of

NOT_DONE = {"unless": {"fact": "activity:mot", "op": ">=", "value": "1"}, "label": {"en": "Missed", "zh": "未做"}}
STEPS = tiers(("0", "1"), ("100", "3"))


def percent(rate, **keys):
    return term(**({"pays": "percent", "tier_on": "amount", "tiers": tiers(("0", rate))} | keys))


def earned(*terms, on, **keys):
    """Fen, points or units of each term."""
    found = settled(policy(*(one | {"id": f"t{number}"} for number, one in enumerate(terms)), **keys), on)
    return [block["earned_fen"] + block["points"] + block["goods"] for block in found["terms"]]


def test_deductions_stop_at_nothing():
    one = term(deductions=[NOT_DONE | {"percent": "60"}, NOT_DONE | {"percent": "60"}, NOT_DONE | {"amount": "5"}])
    amounts = [reason["amount_fen"] for reason in settled(policy(one), sold(10))["terms"][0]["reasons"]]
    assert amounts == [10000, -6000, -4000, 0]
    one = term(deductions=[NOT_DONE | {"amount": "30"}, NOT_DONE | {"percent": "20"}, NOT_DONE | {"amount": "60"}])
    amounts = [reason["amount_fen"] for reason in settled(policy(one), sold(10))["terms"][0]["reasons"]]
    assert amounts == [10000, -3000, -2000, -5000]


def test_a_single_fen_is_lifted_by_a_floor():
    one_fen = {"lines": [{"model": "F3", "amount_fen": 100}]}
    assert total_of(policy(percent("1", floor="5")), one_fen) == 500
    assert total_of(policy(percent("0.4", floor="5")), one_fen) == 500
    assert total_of(policy(percent("1"), payout={"floor": "5"}), one_fen) == 500
    assert total_of(policy(percent("0.4"), payout={"floor": "5"}), one_fen) == 0


# Windows, units and earlier terms together.


@pytest.mark.parametrize(
    ("keys", "settle", "fen"),
    [
        # 90 units before, 20 now for ¥2,000: ¥1,000 at 1 %, ¥1,000 at 3 %.
        ({"window": "year_to_date"}, "each_period", 1000 + 3000),
        ({}, "each_period", 2000),
        # The year: 110 units for ¥11,000: ¥10,000 at 1 %, ¥1,000 at 3 %.
        ({}, "cumulative", 10000 + 3000),
    ],
)
def test_slices_in_units_paid_on_yuan_over_the_year(keys, settle, fen):
    of = policy(term(pays="percent", method="marginal", tiers=STEPS, **keys), settle=settle)
    assert total_of(of, sold(20, 2000, year_to_date=[line("F3", 90, 9000)])) == fen


def test_earlier_terms_are_taken_off_this_periods_base_only():
    later = percent("10", after=["t0"], window="year_to_date")
    on = sold(20, 2000, year_to_date=[line("F3", 90, 9000)])
    assert earned(percent("50"), later, on=on) == [100000, 10000]
    assert earned(percent("50"), percent("10", after=["t0"]), on=on, settle="cumulative") == [550000, 55000]


def test_an_empty_base_after_earlier_terms_earns_nothing():
    later = percent("10", tier_on="units", after=["t0"])
    assert earned(term(), later, on=sold(5, 0)) == [5000, 0]
    assert earned(term(), later, on=sold(5, -10)) == [5000, 0]


def test_a_part_of_a_fen_in_the_base_counts():
    first = term(pays="lump_sum", tiers=tiers(("0", "100")))
    later = percent("100", after=["t0"], lines={"models": ["F6"]})
    assert earned(first, later, on={"lines": [line("F3", 1, 200), line("F6", 1, 100)]}) == [10000, 6667]


def test_lines_outside_the_days_reduce_nothing():
    lines = [line("F3", 1, 1000, on="2025-12-31"), line("F3", 1, 1000, on="2026-01-01")]
    assert earned(percent("10"), percent("10", after=["t0"]), on={"lines": lines}) == [10000, 9000]


# Targets and conditions.


def test_a_model_without_a_quota_adds_nothing_to_the_target():
    one = term(tier_on="attainment", lines={"models": ["F3", "F6"]}, tiers=tiers(("1", "10")))
    assert total_of(policy(one), sold(5, quota={"F3": 5})) == 5000


@pytest.mark.parametrize(("op", "holds"), [("==", True), (">", False), ("<", False)])
def test_the_amount_of_models_among_all_lines_in_effect(op, holds):
    lines = [
        line("S6", 1, 50),
        line("F3", 1, 100, on="2025-12-31"),
        line("F3", 1, 20, on="2026-01-01"),
        line("F6", 1, 7),
        line("F3", 1, 3),
    ]
    asked = {"fact": "amount", "models": ["F3", "F6"], "op": op, "value": "30"}
    of = policy(term(lines={"models": ["S6"]}, when=[asked]))
    assert (total_of(of, {"lines": lines}) > 0) is holds


def test_the_amount_of_the_year():
    asked = {"fact": "amount", "op": "==", "value": "130"}
    on = sold(1, 100, year_to_date=[line("F3", 7, 30)])
    assert total_of(policy(term(when=[asked]), settle="cumulative"), on) == 8000
    assert total_of(policy(term(when=[asked])), on) == 0


def test_a_ratio_is_shown_as_a_ratio():
    asked = {"fact": "share", "models": ["F3"], "op": ">", "value": "0.9"}
    on = {"lines": [line("F3", 3), line("F6", 1)]}
    assert settled(policy(term(when=[asked])), on)["terms"][0]["reasons"][0]["condition"]["found"] == "0.75"


def test_the_payout_asks_about_all_lines_whatever_the_terms():
    step = {"when": {"fact": "units", "op": "==", "value": "9"}, "times": "2"}
    terms = [term(id=f"only{n}", lines={"models": [model]}) for n, model in enumerate(("F3", "F6", "S6"))]
    on = {"lines": [line("F3", 1), line("F6", 2), line("S6", 3), line("T1", 3)]}
    assert total_of(policy(*terms, payout={"multiplier": [step]}), on) == 12000


# Settling.


def test_each_period_knows_nothing_of_what_was_settled():
    of = policy(term(), term(pays="points"), term(pays="goods"))
    on = sold(2, 1, settled_fen=500, settled_points=5, settled_goods=5)
    found = as_dict(result_of(of, on))
    assert (found["total_fen"], found["points"], found["goods"], found["payout"]) == (2000, 10, 20, [])


def test_points_and_goods_of_several_terms_add_up():
    points, goods = term(pays="points", tiers=tiers(("0", "1"))), term(pays="goods", tiers=tiers(("0", "1")))
    found = settled(policy(points, goods, points | {"id": "p"}, goods | {"id": "g"}), sold(3, 7))
    assert (found["points"], found["goods"]) == (14, 6)


def test_what_stands_accrues_and_the_difference_is_due():
    compiled, on = document.parse(policy(term())), facts.parse(sold(5))
    assert accrue(compiled, on, Standing(date(2026, 1, 1), date(2026, 1, 1))).total_fen == 5000
    refused = accrue(compiled, on, Standing(date(2026, 1, 1), None))
    assert (refused.total_fen, refused.outcomes, refused.changes) == (0, [], [])
    assert as_dict(refused)["payout"][0]["code"] == "not_acknowledged"
    assert (due_fen(5000, 3000), due_fen(3000, 5000), due_fen(5000, 5000)) == (2000, -2000, 0)


def test_many_are_evaluated_one_by_one():
    compiled = document.parse(policy(term()))
    parties = (facts.parse(sold(units, party=f"o{units}")) for units in (1, 2))
    assert [(one.facts.party, one.total_fen) for one in evaluate_many(compiled, parties)] == [
        ("o1", 1000),
        ("o2", 2000),
    ]


# Arithmetic does not depend on what surrounds it.


def test_precision_of_the_caller_does_not_matter():
    of = document.parse(policy(percent("33.333333"), percent("7", after=["t0"], id="later")))
    on = facts.parse({"lines": [{"model": "F3", "units": 7, "amount_fen": 123_456_789_012_345}]})
    with localcontext(prec=3):
        found = [evaluate(of, on).total_fen, *(result.total_fen for result in evaluate_many(of, [on]))]
        text = as_dict(evaluate(of, on))["terms"][0]["reasons"][0]["text"]["en"]
    assert found == [evaluate(of, on).total_fen] * 2
    assert "33.333333 % of ¥1,234,567,890,123.45 = ¥411,522,625,925.92." in text


def test_large_values_are_rounded_whatever_the_precision():
    large = Decimal("123456789012345678901234567890.5")
    assert half_up(large) == 123456789012345678901234567891
    assert whole(large) == 123456789012345678901234567890
    assert half_up(Decimal("123456789012345678901234567890.49999999999999999999")) == 123456789012345678901234567890


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("0.50", "0.5"),
        ("10.0", "10"),
        ("100", "100"),
        ("0.0000004", "0"),
        ("-0.0000004", "0"),
        ("0.0000006", "0.000001"),
        ("-2.50", "-2.5"),
        ("1E+3", "1000"),
        ("0.1000", "0.1"),
        ("2.0000001", "2"),
    ],
)
def test_numbers_as_people_write_them(value, text):
    assert plain(Decimal(value)) == text


def test_the_residue_goes_to_the_largest_part():
    assert apportion([Decimal("0.5"), Decimal("7.5"), Decimal("0.5")], 8) == [1, 6, 1]
    assert apportion([Decimal("9.5"), Decimal("0.5"), Decimal("0.5")], 10) == [8, 1, 1]
    assert apportion([Decimal("1.4"), Decimal("-9.4"), Decimal("1.4")], -7) == [1, -9, 1]
    assert apportion([], 0) == []


# The next tier.


def test_newcomers_with_returns_need_one_sale_more_than_they_returned():
    one = term(tier_on="growth", no_baseline="zero", tiers=tiers(("0.1", "10")))
    assert settled(policy(one), sold(-3))["next_tier"]["needs"] == "4"


def test_without_sales_there_is_no_average_price():
    one = percent("100", tier_on="units", tiers=tiers(("1", "100")))
    assert settled(policy(one), {"lines": []})["next_tier"]["would_earn_fen"] == 0


def test_one_unit_makes_an_average():
    one = percent("10", tier_on="units", tiers=tiers(("3", "10")))
    assert settled(policy(one), sold(1, 100))["next_tier"]["would_earn_fen"] == 3000


@pytest.mark.parametrize(
    ("keys", "more"),
    [
        # Half is taken off; at ¥20,000 the period's ¥11,000 count, or the year's ¥20,000.
        ({"settle": "each_period"}, 55000),
        ({"settle": "cumulative"}, 100000),
    ],
)
def test_the_next_tier_of_the_year_after_earlier_terms(keys, more):
    later = percent("10", after=["t0"], window="year_to_date", tiers=tiers(("20000", "10")))
    on = sold(20, 2000, year_to_date=[line("F3", 90, 9000)])
    found = settled(policy(percent("50"), later | {"id": "later"}, **keys), on)
    assert found["terms"][1]["next_tier"] == {"tier": 0, "needs": "9000.00", "would_earn_fen": more}


def test_the_next_tier_on_an_empty_base_after_earlier_terms():
    later = percent("10", tier_on="units", after=["t0"], tiers=tiers(("8", "10")), id="later")
    found = settled(policy(term(), later), sold(5, 0))
    assert found["terms"][1]["next_tier"] == {"tier": 0, "needs": "3", "would_earn_fen": 0}


def test_one_unit_in_slices_is_paid_on_its_amount():
    assert total_of(policy(percent("10", tier_on="units", method="marginal")), sold(1, 100)) == 1000


def test_lines_of_the_model_that_the_term_leaves_out_do_not_end_the_share():
    asked = {"fact": "share", "models": ["F3"], "op": "==", "value": "0.5"}
    lines = [line("F3", 7, tags=["fleet"]), line("F3", 2), line("F6", 2)]
    assert total_of(policy(term(lines={"exclude_tags": ["fleet"]}, when=[asked])), {"lines": lines}) == 4000
