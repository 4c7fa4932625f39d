"""What goes beyond one term, computed by hand: windows, cumulative settling, order of terms, payout, prorated caps."""

from __future__ import annotations

import pytest

from tests.rebates.building import both, line, policy, settled, sold, term, tiers, total_of

STEPS = tiers(("0", "1"), ("100", "3"))
BEFORE = [line("F3", 90, 9000)]
HOLDS = {"fact": "units", "op": ">=", "value": "0"}
FAILS = {"fact": "units", "op": ">", "value": "9999"}


@pytest.mark.parametrize(
    ("method", "window", "yuan"),
    [
        ("retrospective", "period", 20),
        ("retrospective", "year_to_date", 60),
        ("marginal", "period", 20),
        ("marginal", "year_to_date", 10 + 30),
        ("rolling", "year_to_date", 10 + 60),
        ("total", "year_to_date", 80),
    ],
)
def test_the_year_selects_the_tier_and_the_period_is_paid(method, window, yuan):
    of = policy(term(method=method, window=window, tiers=STEPS))
    assert total_of(of, sold(20, year_to_date=BEFORE)) == yuan * 100


def test_each_period_never_claws_back():
    of = policy(term(window="year_to_date", method="marginal", tiers=STEPS))
    assert total_of(of, sold(-5, year_to_date=BEFORE)) == 0


def test_excess_of_the_year_is_paid_once():
    of = policy(term(window="year_to_date", applies_to="excess"))
    assert total_of(of, sold(20, year_to_date=BEFORE, baseline={"units": 100})) == 10000
    assert total_of(of, sold(20, year_to_date=[line("F3", 110)], baseline={"units": 100})) == 20000


def test_a_lump_sum_of_the_year_is_paid_in_every_period():
    of = policy(term(pays="lump_sum", window="year_to_date", tiers=tiers(("100", "500"))))
    assert total_of(of, sold(20, year_to_date=BEFORE)) == 50000
    assert total_of(of, sold(5, year_to_date=BEFORE)) == 0


def test_cumulative_measures_and_pays_the_year_less_what_was_settled():
    of = policy(term(method="retrospective", tiers=STEPS), settle="cumulative")
    assert total_of(of, sold(20, year_to_date=BEFORE, settled_fen=9000)) == 110 * 300 - 9000


def test_cumulative_points_and_goods_have_their_own_settlement():
    of = policy(
        term(pays="points", tiers=tiers(("0", "1"))),
        term(pays="goods", per=10, tiers=tiers(("0", "1"))),
        settle="cumulative",
    )
    found = settled(of, sold(20, 100, year_to_date=BEFORE, settled_points=9000, settled_goods=9))
    assert (found["points"], found["goods"], found["total_fen"]) == (100, 2, 0)


# Orders of stacking: 5 % of ¥100,000, then 2 %.


def percent(rate, **keys):
    return term(**({"pays": "percent", "tier_on": "amount", "tiers": tiers(("0", rate))} | keys))


STACKS = {
    "full base each": ([percent("5"), percent("2")], [500000, 200000]),
    "second after first": ([percent("5"), percent("2", after=["t0"])], [500000, 190000]),
    "third after both": (
        [percent("5"), percent("2", after=["t0"]), percent("1", after=["t0", "t1"])],
        [500000, 190000, 93100],
    ),
    "third after the first alone": (
        [percent("5"), percent("2", after=["t0"]), percent("1", after=["t0"])],
        [500000, 190000, 95000],
    ),
    "after a bonus per unit": ([term(tiers=tiers(("0", "1000"))), percent("2", after=["t0"])], [1000000, 180000]),
    "after a lump sum": (
        [term(pays="lump_sum", tiers=tiers(("0", "10000"))), percent("2", after=["t0"])],
        [1000000, 180000],
    ),
    "after more than there is": (
        [term(pays="lump_sum", tiers=tiers(("0", "200000"))), percent("2", after=["t0"])],
        [20000000, 0],
    ),
    "tier by the full measure": (
        [percent("5"), percent("2", after=["t0"], tiers=tiers(("100000", "2")))],
        [500000, 190000],
    ),
    "an excess shrinks like its base": (
        [percent("5"), percent("2", after=["t0"], applies_to="excess")],
        [500000, 57000],
    ),
    "slices shrink like their base": (
        [percent("5"), percent("2", after=["t0"], method="marginal", tiers=tiers(("0", "2"), ("60000", "4")))],
        [500000, 114000 + 152000],
    ),
}


@pytest.mark.parametrize("name", STACKS)
def test_order_of_terms(name):
    terms, earned = STACKS[name]
    terms = [one | {"id": f"t{number}"} for number, one in enumerate(terms)]
    found = settled(policy(*terms), sold(10, 100000, baseline={"amount_fen": 7000000}))
    assert [block["earned_fen"] for block in found["terms"]] == earned


def test_only_lines_in_common_are_reduced():
    lines = [line("F3", 5, 50000), line("F6", 5, 50000)]
    on_f6 = percent("10", lines={"models": ["F6"]})
    found = settled(policy(on_f6, percent("10", after=["t0"], id="t1")), {"lines": lines})
    assert [block["earned_fen"] for block in found["terms"]] == [500000, 950000]
    found = settled(
        policy(on_f6, percent("10", after=["t0"], lines={"models": ["F3"]}, id="t1")),
        {"lines": lines},
    )
    assert [block["earned_fen"] for block in found["terms"]] == [500000, 500000]


@pytest.mark.parametrize(
    ("payout", "yuan"),
    [
        ({}, 100),
        ({"multiplier": [{"when": HOLDS, "times": "0.8"}]}, 80),
        ({"multiplier": [{"when": FAILS, "times": "2"}, {"when": HOLDS, "times": "0.5"}]}, 50),
        ({"multiplier": [{"when": HOLDS, "times": "1.5"}, {"when": HOLDS, "times": "2"}]}, 150),
        ({"multiplier": [{"when": FAILS, "times": "2"}]}, 0),
        ({"multiplier": [{"when": FAILS, "times": "2"}], "guarantee": "30"}, 30),
        ({"multiplier": [{"when": FAILS, "times": "2"}], "floor": "30"}, 0),
        ({"guarantee": "300"}, 300),
        ({"guarantee": "30"}, 100),
        ({"floor": "300"}, 300),
        ({"cap": "30"}, 30),
        ({"cap": "300"}, 100),
        ({"multiplier": [{"when": HOLDS, "times": "9"}], "cap": "500"}, 500),
        ({"guarantee": "100.005"}, 100.01),
    ],
)
def test_payout(payout, yuan):
    assert total_of(policy(term(), payout=payout), sold(10)) == yuan * 100


def test_the_multiplier_rounds_half_up():
    payout = {"multiplier": [{"when": HOLDS, "times": "0.5"}]}
    of = policy(percent("1"), payout=payout)
    assert total_of(of, {"lines": [{"model": "F3", "units": 1, "amount_fen": 100}]}) == 1


def test_points_and_goods_pass_the_payout_untouched():
    of = policy(
        term(pays="points", tiers=tiers(("0", "1"))),
        term(pays="goods", tiers=tiers(("0", "1"))),
        payout={"multiplier": [{"when": FAILS, "times": "2"}], "guarantee": "5"},
    )
    found = settled(of, sold(3, 40))
    assert (found["total_fen"], found["points"], found["goods"]) == (500, 40, 3)


@pytest.mark.parametrize(
    ("begin", "end", "fen"),
    [
        ("2026-01-01", "2026-12-31", 36500),
        ("2026-01-01", "2026-01-01", 100),
        ("2026-12-01", "2026-12-31", 3100),
        ("2024-01-01", "2024-12-31", 36500),
        ("2024-02-29", "2024-02-29", 100),
    ],
)
def test_a_cap_is_prorated_by_days(begin, end, fen):
    of = policy(term(cap="365", prorate=True), effective={"from": begin, "to": end})
    assert total_of(of, sold(1000)) == fen


def test_a_cap_is_whole_without_prorate():
    of = policy(term(cap="365", prorate=False), effective={"from": "2026-12-01", "to": "2026-12-31"})
    assert total_of(of, sold(1000)) == 36500


def test_scope_is_held_against_the_party():
    of = policy(term(), scope={"exclude_parties": ["o1"]}, payout={"guarantee": "9"})
    found = settled(of, sold(5))
    assert (found["total_fen"], found["payout"][0]["code"]) == (0, "party_excluded")
    found = settled(policy(term(), scope={"parties": ["o2"]}), sold(5))
    assert (found["total_fen"], found["payout"][0]["code"]) == (0, "party_not_named")
    assert total_of(policy(term(), scope={"parties": ["o1", "o2"]}), sold(5)) == 5000
    assert both("x")["zh"] == "x"


# What earlier terms leave, line by line.


def test_after_looks_at_the_year_when_the_year_is_paid():
    first, later = percent("10", lines={"models": ["F6"]}), percent("10", id="later", after=["t0"])
    facts = {"year_to_date": [line("F6", 1, 1000)], "lines": [line("F3", 1, 500)]}
    found = settled(policy(first, later, settle="cumulative"), facts)
    assert [block["earned_fen"] for block in found["terms"]] == [10000, 14000]
    found = settled(policy(first, later), facts)
    assert [block["earned_fen"] for block in found["terms"]] == [0, 5000]


def test_a_bonus_per_unit_lies_on_lines_by_units():
    first = term(tiers=tiers(("0", "100")))
    later = percent("10", id="later", after=["t0"], lines={"models": ["F6"]})
    found = settled(policy(first, later), {"lines": [line("F3", 3, 1000), line("F6", 1, 1000)]})
    assert [block["earned_fen"] for block in found["terms"]] == [40000, 9000]


def test_a_lump_sum_lies_on_lines_by_amount():
    first = term(pays="lump_sum", tiers=tiers(("0", "400")))
    later = percent("10", id="later", after=["t0"], lines={"models": ["F6"]})
    found = settled(policy(first, later), {"lines": [line("F3", 3, 1000), line("F6", 1, 3000)]})
    assert [block["earned_fen"] for block in found["terms"]] == [40000, 27000]


def test_a_third_of_a_line_is_exact():
    first = term(pays="lump_sum", tiers=tiers(("0", "100")))
    later = percent("50", id="later", after=["t0"], lines={"models": ["F6"]})
    lines = [line("F3", 1, 200), line("F6", 1, 100)]
    found = settled(policy(first, later), {"lines": lines})
    assert found["terms"][1]["earned_fen"] == 3333
    assert found["terms"][1]["reasons"][1]["base"] == "66.666667"


def test_a_sum_on_lines_without_amount_takes_nothing_off():
    first = term(pays="lump_sum", tiers=tiers(("0", "100")))
    later = percent("10", id="later", after=["t0"], lines={"models": ["F6"]})
    lines = [line("F3", 5, -1000), line("F6", 1, 1000)]
    assert [block["earned_fen"] for block in settled(policy(first, later), {"lines": lines})["terms"]] == [10000, 10000]


def test_a_base_that_earlier_terms_used_up_earns_nothing():
    first = percent("100")
    for keys in ({}, {"method": "marginal"}, {"tier_on": "units", "method": "marginal"}):
        later = percent("10", id="later", after=["t0"], **keys)
        found = settled(policy(first, later), sold(2, 100))
        assert [block["earned_fen"] for block in found["terms"]] == [10000, 0]
        assert found["terms"][1]["reasons"][-1]["code"] == "nothing_to_pay_on"


def test_slices_in_units_are_paid_on_what_earlier_terms_left():
    first = percent("50")
    later = percent(
        "10", id="later", after=["t0"], tier_on="units", method="marginal", tiers=tiers(("0", "0"), ("1", "10"))
    )
    found = settled(policy(first, later), sold(4, 400))
    assert [block["earned_fen"] for block in found["terms"]] == [20000, 1500]


def test_several_lines_of_one_kind_are_added_up_before_they_are_reduced():
    first = term(tiers=tiers(("0", "100")))
    later = percent("10", id="later", after=["t0"], lines={"models": ["F6"]})
    lines = [line("F3", 1, 1000), line("F3", 2, 1000), line("F6", 1, 1000), line("F6", 1, 500)]
    found = settled(policy(first, later), {"lines": lines})
    assert [block["earned_fen"] for block in found["terms"]] == [50000, 13000]


def test_a_bonus_per_unit_lies_on_its_own_lines_only():
    first = term(tiers=tiers(("0", "100")), lines={"models": ["F6"]})
    later = percent("10", id="later", after=["t0"], lines={"models": ["F6"]})
    found = settled(policy(first, later), {"lines": [line("F3", 9, 1000), line("F6", 1, 1000)]})
    assert [block["earned_fen"] for block in found["terms"]] == [10000, 9000]


def test_thirds_that_are_deducted_whole_leave_nothing_to_lift():
    """Slices of a third each of ¥1 are ¥1 together, also where the quotients do not end."""
    off = {"unless": {"fact": "activity:mot", "op": ">=", "value": "1"}, "amount": "1", "label": both("Missed")}
    steps = tiers(("0", "1"), ("1", "1.0"), ("2", "1.00"))
    one = term(pays="percent", method="marginal", tiers=steps, deductions=[off], floor="50")
    assert total_of(policy(one), sold(3, 100)) == 0
    assert total_of(policy(one), {"lines": [{"model": "F3", "units": 3, "amount_fen": 10001}]}) == 5000
