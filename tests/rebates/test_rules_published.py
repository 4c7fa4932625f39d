"""The cases that the language's reference publishes."""

from __future__ import annotations

import pytest

from tests.rebates.building import line, policy, settled, sold, term, tiers, total_of
from tests.rebates.test_docs import examples

TWO_TIERS = tiers(("0", "2"), ("50", "5"))
OUTLET = examples()[0][0]


@pytest.mark.parametrize(
    ("method", "yuan"), [("retrospective", 500), ("marginal", 350), ("rolling", 600), ("total", 700)]
)
def test_the_four_methods_on_the_same_input(method, yuan):
    assert total_of(policy(term(method=method, tiers=TWO_TIERS)), sold(100)) == yuan * 100


@pytest.mark.parametrize(
    ("f3", "f6", "activities", "fen"),
    [
        (6, 4, {"mot": 1, "training": 1}, 1190000),
        (5, 2, {"mot": 1, "training": 1}, 170000),
        (5, 2, {"mot": 1, "training": 2}, 220000),
        (5, 2, {}, 120000),
        (7, 0, {"mot": 1, "training": 2}, 200000),
        (8, 0, {"mot": 1, "training": 2}, 1000000),
        (9, 0, {"mot": 1, "training": 2}, 1100000),
    ],
)
def test_outlet_policy_of_2026(f3, f6, activities, fen):
    lines = [line("F3", f3), line("F6", f6)] if f6 else [line("F3", f3)]
    assert total_of(OUTLET, {"lines": lines, "activities": activities}) == fen


def test_a_return_that_drops_a_tier_claws_back():
    of = policy(
        term(pays="percent", tier_on="amount", method="retrospective", tiers=tiers(("0", "1"), ("1000000", "2"))),
        settle="cumulative",
    )
    assert total_of(of, sold(1, 1020000)) == 2040000
    found = settled(of, sold(-1, -40000, year_to_date=[line("F3", 17, 1020000)], settled_fen=2040000))
    assert found["total_fen"] == -1060000
    (reason,) = found["payout"]
    assert reason["code"] == "clawed_back"
    assert reason["text"]["en"] == (
        "Entitled to ¥9,800.00 in the year so far, but ¥20,400.00 was settled before: ¥10,600.00 is clawed back."
    )


def test_the_first_hundred_units_lie_below_a_marginal_tier():
    assert total_of(policy(term(method="marginal", tiers=tiers(("100", "3")))), sold(130)) == 9000


def test_the_next_tier_says_what_is_missing_and_what_it_brings():
    of = policy(term(method="retrospective", tiers=tiers(("8", "1000"), ("12", "1000"))))
    found = settled(of, sold(10))
    assert found["next_tier"] == {"term": "t0", "tier": 1, "needs": "2", "would_earn_fen": 200000}
