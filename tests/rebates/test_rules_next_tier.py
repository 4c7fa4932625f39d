"""What is missing to the next tier, and what reaching it would bring."""

from __future__ import annotations

import pytest

from tests.rebates.building import line, policy, settled, sold, term, tiers

FAILS = {"fact": "units", "op": ">", "value": "9999"}
THREE = tiers(("0", "1"), ("10", "2"), ("20", "3"))


@pytest.mark.parametrize(
    ("one", "facts", "upcoming"),
    [
        (term(tiers=tiers(("8", "1000"))), sold(6), ("2", 800000)),
        (term(tiers=tiers(("8", "1000"))), sold(8), None),
        (term(method="marginal", tiers=THREE), sold(15), ("5", 1000)),
        (term(pays="percent", tier_on="amount", tiers=tiers(("1000.50", "2"))), sold(5, 900), ("100.50", 2001)),
        (term(tier_on="attainment", tiers=tiers(("0.9", "10"))), sold(5, quota={"F3": 7}), ("2", 7000)),
        (
            term(tier_on="growth", no_baseline="skip", tiers=tiers(("0.1", "10"))),
            sold(5, baseline={"units": 5}),
            ("1", 6000),
        ),
        (term(tier_on="growth", no_baseline="zero", tiers=tiers(("0.1", "10"))), {"lines": []}, ("1", 1000)),
        (term(tier_on="growth", no_baseline="skip", tiers=tiers(("0.1", "10"))), sold(5), None),
        (term(tier_on="attainment"), sold(5), None),
        (term(when=[FAILS], tiers=tiers(("8", "1"))), sold(5), None),
        (term(tiers=tiers(("8", "1000")), cap="5000"), sold(6), ("2", 500000)),
        (term(pays="percent", tiers=tiers(("8", "10"))), sold(4, 400), ("4", 8000)),
        (term(pays="percent", tiers=tiers(("8", "10"))), {"lines": []}, ("8", 0)),
        (term(tier_on="amount", tiers=tiers(("800", "10"))), sold(4, 400), ("400.00", 8000)),
        (
            term(pays="percent", window="year_to_date", tiers=tiers(("8", "10"))),
            sold(1, 100, year_to_date=[line("F3", 3, 700)]),
            ("4", 9000),
        ),
        (
            term(tier_on="amount", window="year_to_date", tiers=tiers(("1600", "10"))),
            sold(1, 100, year_to_date=[line("F3", 3, 700)]),
            ("800.00", 5000),
        ),
        (term(pays="percent", tiers=tiers(("8", "10"))), sold(0, 400), ("8", 4000)),
        (term(pays="percent", tiers=tiers(("8", "10"))), sold(4, -400), ("4", 0)),
        (term(tier_on="amount", tiers=tiers(("800", "10"))), sold(4, -400), ("1200.00", 4000)),
        (term(window="year_to_date", tiers=tiers(("8", "1"))), sold(1, year_to_date=[line("F3", 4)]), ("3", 400)),
    ],
)
def test_next_tier(one, facts, upcoming):
    found = settled(policy(one), facts)
    expected = (
        None
        if upcoming is None
        else {"tier": found["next_tier"]["tier"], "needs": upcoming[0], "would_earn_fen": upcoming[1]}
    )
    assert found["terms"][0]["next_tier"] == expected
    assert found["next_tier"] == (None if expected is None else {"term": "t0"} | expected)


def test_the_nearest_of_several_next_tiers():
    far, near = term(tiers=tiers(("100", "1"))), term(tiers=tiers(("10", "1")))
    assert settled(policy(far, near), sold(9))["next_tier"]["term"] == "t1"
    assert settled(policy(near, far), sold(9))["next_tier"]["term"] == "t0"
    assert settled(policy(near, near | {"id": "same"}), sold(9))["next_tier"]["term"] == "t0"


@pytest.mark.parametrize("pays", ["points", "goods"])
def test_the_next_tier_of_points_and_goods(pays):
    found = settled(policy(term(pays=pays, tiers=tiers(("8", "2")))), sold(4, 40))
    assert found["next_tier"] == {
        "term": "t0",
        "tier": 0,
        "needs": "4",
        f"would_earn_{pays}": 160 if pays == "points" else 16,
    }


def test_the_next_tier_after_earlier_terms():
    first = term(pays="percent", tier_on="amount", tiers=tiers(("0", "10")))
    later = term(id="later", pays="percent", tier_on="amount", after=["t0"], tiers=tiers(("2000", "10")))
    found = settled(policy(first, later), sold(1, 1000))["terms"][1]["next_tier"]
    assert found == {"tier": 0, "needs": "1000.00", "would_earn_fen": 18000}
