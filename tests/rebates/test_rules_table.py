"""Cases computed by hand: each line is a term, facts, and what it earns in yuan (or points, or units)."""

from __future__ import annotations

import pytest

from tests.rebates.building import line, policy, settled, sold, term, tiers, wrong

# 120 units and ¥12,000 on a target of 100 units and ¥10,000; tiers from 50 % and from 110 %.
RATES = {"percent": ("1", "2"), "per_unit": ("10", "20"), "lump_sum": ("1000", "2000"), "points": ("1", "2")}
RATES["goods"] = ("1", "2")
METHODS = ("retrospective", "marginal", "rolling", "total")
EARNED = {
    ("percent", "all"): (240, 80, 350, 360),
    ("percent", "excess"): (40, 30, 50, 60),
    ("per_unit", "all"): (2400, 800, 3500, 3600),
    ("per_unit", "excess"): (400, 300, 500, 600),
    ("lump_sum", "all"): (2000, None, None, 3000),
    ("lump_sum", "excess"): (None, None, None, None),
    ("points", "all"): (24000, 8000, 35000, 36000),
    ("points", "excess"): (4000, 3000, 5000, 6000),
    ("goods", "all"): (80, 26, 116, 120),
    ("goods", "excess"): (12, 9, 15, 18),
}
COMBINATIONS = [(pays, applies, m, e[i]) for (pays, applies), e in EARNED.items() for i, m in enumerate(METHODS)]


@pytest.mark.parametrize(("pays", "applies_to", "method", "earned"), COMBINATIONS)
def test_every_method_times_pays_times_applies_to(pays, applies_to, method, earned):
    low, high = RATES[pays]
    one = term(
        pays=pays, tier_on="attainment", method=method, applies_to=applies_to, per=3 if pays == "goods" else None
    )
    of = policy(one | {"tiers": tiers(("0.5", low), ("1.1", high))})
    if earned is None:
        assert wrong(of)
        return
    assert earns(of, sold(120, 12000, target={"units": 100, "amount_fen": 1000000})) == earned


def earns(of, facts):
    """Yuan, points or units, whichever the policy pays; one kind only."""
    found = settled(of, facts)
    kinds = [found["total_fen"] / 100, found["points"], found["goods"]]
    assert sum(kind != 0 for kind in kinds) <= 1
    return sum(kinds)


THREE = tiers(("0", "1"), ("10", "2"), ("20", "3"))
F6 = {"models": ["F6"]}
MIXED = [line("F3", 6, 600), line("F6", 4, 800, tags=["new"], sale_type="retail")]
MIXED.append(line("S6", 2, 900, tags=["fleet"], sale_type="key_account"))

CASES = {
    # Boundaries.
    "a unit below the first tier": (term(tiers=tiers(("8", "1000"))), sold(7), 0),
    "at the first tier": (term(tiers=tiers(("8", "1000"))), sold(8), 8000),
    "a unit above it": (term(tiers=tiers(("8", "1000"))), sold(9), 9000),
    "a fen below a tier in yuan": (
        term(pays="percent", tier_on="amount", tiers=tiers(("100.01", "10"))),
        {"lines": [{"model": "F3", "amount_fen": 10000}]},
        0,
    ),
    "at a tier in yuan and fen": (
        term(pays="lump_sum", tier_on="amount", tiers=tiers(("100.01", "7"))),
        {"lines": [{"model": "F3", "amount_fen": 10001}]},
        7,
    ),
    "nothing sold, tier from 0": (term(pays="lump_sum", tiers=tiers(("0", "2000"))), {"lines": []}, 2000),
    "only returns, tier from 0": (term(pays="lump_sum", tiers=tiers(("0", "2000"))), sold(-1), 0),
    "retrospective, second tier": (term(method="retrospective", tiers=THREE), sold(10), 20),
    "marginal just below the second": (term(method="marginal", tiers=THREE), sold(9), 9),
    "marginal at the second": (term(method="marginal", tiers=THREE), sold(10), 10),
    "marginal above the third": (term(method="marginal", tiers=THREE), sold(25), 45),
    "rolling over three tiers": (term(method="rolling", tiers=THREE), sold(25), 10 + 40 + 75),
    "total over three tiers": (term(method="total", tiers=THREE), sold(25), 150),
    "rolling at a threshold": (term(method="rolling", tiers=THREE), sold(10), 10 + 20),
    "rolling counts from the first unit": (
        term(method="rolling", tiers=tiers(("5", "1"), ("10", "2"))),
        sold(12),
        10 + 24,
    ),
    "a rate that falls": (term(method="retrospective", tiers=tiers(("0", "5"), ("10", "1"))), sold(10), 10),
    "a flag in marginal below its tier": (
        term(method="marginal", tiers=[THREE[0], THREE[1] | {"retrospective": True}, THREE[2]]),
        sold(9),
        9,
    ),
    "a flag in marginal at its tier": (
        term(method="marginal", tiers=[THREE[0], THREE[1] | {"retrospective": True}, THREE[2]]),
        sold(10),
        20,
    ),
    "a flag in marginal above its tier": (
        term(method="marginal", tiers=[THREE[0], THREE[1] | {"retrospective": True}, THREE[2]]),
        sold(25),
        20 * 2 + 5 * 3,
    ),
    "the highest flag counts": (
        term(method="marginal", tiers=[one | {"retrospective": True} for one in THREE]),
        sold(25),
        75,
    ),
    "one tier, marginal": (term(method="marginal", tiers=tiers(("8", "1000"))), sold(10), 2000),
    # Attainment: of the quota of the term's models, else of the target.
    "quota of the term's models": (
        term(tier_on="attainment", lines=F6, tiers=tiers(("1", "10"))),
        {"lines": MIXED, "quota": {"F6": 4, "F3": 50}, "target": {"units": 99}},
        40,
    ),
    "quota missed by one": (
        term(tier_on="attainment", lines=F6, tiers=tiers(("1", "10"))),
        {"lines": MIXED, "quota": {"F6": 5}, "target": {"units": 1}},
        0,
    ),
    "quota without the excluded model": (
        term(tier_on="attainment", lines={"exclude_models": ["F3"]}, tiers=tiers(("1", "10"))),
        {"lines": MIXED, "quota": {"F3": 90, "F6": 4, "S6": 2}},
        60,
    ),
    "no quota of these models, then the target": (
        term(tier_on="attainment", lines=F6, tiers=tiers(("1", "10"))),
        {"lines": MIXED, "quota": {"F3": 90}, "target": {"units": 4}},
        40,
    ),
    "a target of one unit": (term(tier_on="attainment", tiers=tiers(("2", "10"))), sold(2, quota={"F3": 1}), 20),
    "zero quota and no target": (term(tier_on="attainment"), sold(9, quota={"F3": 0}), 0),
    "a third is not rounded before it is compared": (
        term(tier_on="attainment", tiers=tiers(("0.333333", "10"))),
        sold(1, target={"units": 3}),
        10,
    ),
    "a target in yuan": (
        term(pays="percent", tier_on="attainment", tiers=tiers(("0.8", "2"))),
        sold(1, 800, target={"amount_fen": 100000, "units": 99}),
        16,
    ),
    "marginal slices of a target that does not divide": (
        term(tier_on="attainment", method="marginal", per=2, tiers=tiers(("0.5", "7"), ("1", "9"))),
        sold(10, target={"units": 3}),
        0 * 7 + 3 * 9,
    ),
    # Growth.
    "growth below the tier": (
        term(tier_on="growth", no_baseline="skip", tiers=tiers(("0.15", "10"))),
        sold(114, baseline={"units": 100}),
        0,
    ),
    "growth at the tier": (
        term(tier_on="growth", no_baseline="skip", tiers=tiers(("0.15", "10"))),
        sold(115, baseline={"units": 100}),
        1150,
    ),
    "growth on a baseline of one unit": (
        term(tier_on="growth", no_baseline="skip", tiers=tiers(("1", "10"))),
        sold(2, baseline={"units": 1}),
        20,
    ),
    "growth of a third, exactly": (
        term(tier_on="growth", no_baseline="skip", tiers=tiers(("0", "10")), applies_to="excess"),
        sold(4, baseline={"units": 3}),
        10,
    ),
    "growth marginal": (
        term(tier_on="growth", no_baseline="skip", method="marginal", tiers=tiers(("0", "10"), ("0.1", "20"))),
        sold(130, baseline={"units": 100}),
        500,
    ),
    "growth marginal from a tier above 0": (
        term(tier_on="growth", no_baseline="skip", method="marginal", tiers=tiers(("0.05", "10"), ("0.1", "20"))),
        sold(130, baseline={"units": 100}),
        450,
    ),
    "growth marginal with a flag, all volume": (
        term(
            tier_on="growth",
            no_baseline="skip",
            method="marginal",
            tiers=[THREE[0], {"from": "0.1", "rate": "20", "retrospective": True}],
        ),
        sold(130, baseline={"units": 100}),
        2600,
    ),
    "a shrinking party may reach a tier below 0": (
        term(tier_on="growth", no_baseline="skip", tiers=tiers(("-0.1", "10"))),
        sold(90, baseline={"units": 100}),
        900,
    ),
    "growth in percent of yuan": (
        term(pays="percent", tier_on="growth", no_baseline="skip", tiers=tiers(("0.5", "10"))),
        sold(1, 1500, baseline={"amount_fen": 100000, "units": 900}),
        150,
    ),
    "more units than last year": (
        term(tier_on="growth_units", no_baseline="skip", tiers=tiers(("20", "10"))),
        sold(120, baseline={"units": 100}),
        1200,
    ),
    "one unit too few": (
        term(tier_on="growth_units", no_baseline="skip", tiers=tiers(("20", "10"))),
        sold(119, baseline={"units": 100}),
        0,
    ),
    "growth in units, marginal": (
        term(tier_on="growth_units", no_baseline="skip", method="marginal", tiers=tiers(("0", "10"), ("20", "30"))),
        sold(125, baseline={"units": 100}),
        350,
    ),
    "growth in yuan, marginal": (
        term(
            pays="percent",
            tier_on="growth_amount",
            no_baseline="skip",
            method="marginal",
            tiers=tiers(("0", "1"), ("100", "10")),
        ),
        sold(1, 1250, baseline={"amount_fen": 100000}),
        16,
    ),
    "no baseline, skip": (term(tier_on="growth", no_baseline="skip"), sold(50), 0),
    "no baseline, zero": (
        term(tier_on="growth", no_baseline="zero", method="retrospective", tiers=tiers(("0", "1"), ("5", "2"))),
        sold(50),
        100,
    ),
    "no baseline, zero, marginal": (
        term(tier_on="growth", no_baseline="zero", method="marginal", tiers=tiers(("0", "1"), ("5", "2"))),
        sold(50),
        100,
    ),
    "no baseline, zero, nothing sold": (
        term(pays="lump_sum", tier_on="growth", no_baseline="zero", tiers=tiers(("0", "100"))),
        {"lines": []},
        0,
    ),
    "no baseline, zero, growth in units": (
        term(tier_on="growth_units", no_baseline="zero", tiers=tiers(("50", "1"))),
        sold(50),
        50,
    ),
    # Excess.
    "excess above the baseline": (term(applies_to="excess"), sold(50, baseline={"units": 30}), 200),
    "excess above a baseline of one unit": (term(applies_to="excess"), sold(50, baseline={"units": 1}), 490),
    "excess above a target of one unit": (term(applies_to="excess"), sold(50, target={"units": 1}), 490),
    "excess below the baseline": (term(applies_to="excess"), sold(20, baseline={"units": 30}), 0),
    "excess above the target where there is no baseline": (term(applies_to="excess"), sold(50, quota={"F3": 20}), 300),
    "excess with neither": (term(applies_to="excess"), sold(50), 0),
    "excess of a term that asks for a baseline": (
        term(applies_to="excess", no_baseline="skip"),
        sold(50, quota={"F3": 20}),
        0,
    ),
    "excess of a party that starts from zero": (
        term(applies_to="excess", no_baseline="zero"),
        sold(50, quota={"F3": 20}),
        500,
    ),
    "excess of attainment is above the target, whatever the baseline": (
        term(tier_on="attainment", applies_to="excess", no_baseline="skip"),
        sold(12, target={"units": 10}, baseline={"units": 5}),
        20,
    ),
    "excess of attainment, newcomers from zero": (
        term(tier_on="attainment", applies_to="excess", no_baseline="zero"),
        sold(12, target={"units": 10}),
        20,
    ),
    "excess of marginal tiers in units": (
        term(applies_to="excess", method="marginal", tiers=THREE),
        sold(25, baseline={"units": 15}),
        5 * 2 + 5 * 3,
    ),
    "excess in yuan, tier in units": (
        term(pays="percent", applies_to="excess", tiers=tiers(("3", "10"))),
        sold(3, 900, baseline={"amount_fen": 50000}),
        40,
    ),
    # Units and yuan in one term.
    "percent by units": (
        term(pays="percent", method="marginal", tiers=tiers(("0", "1"), ("20", "2"))),
        sold(30, 3000),
        20 + 20,
    ),
    "per unit by yuan": (
        term(tier_on="amount", method="marginal", tiers=tiers(("0", "1"), ("2000", "3"))),
        sold(30, 3000),
        20 + 30,
    ),
    # Packs.
    "per five": (term(per=5, tiers=tiers(("0", "100"))), sold(14), 200),
    "goods, just not": (term(pays="goods", per=10, tiers=tiers(("0", "1"))), sold(9), 0),
    "goods, two for ten": (term(pays="goods", per=10, tiers=tiers(("0", "2"))), sold(29), 4),
    # Rounding.
    "half a fen goes up": (
        term(pays="percent", tier_on="amount", tiers=tiers(("0", "50"))),
        {"lines": [{"model": "F3", "amount_fen": 1}]},
        0.01,
    ),
    "just under half a fen": (
        term(pays="percent", tier_on="amount", tiers=tiers(("0", "49.9999"))),
        {"lines": [{"model": "F3", "amount_fen": 1}]},
        0,
    ),
    "rounded once, not per line": (
        term(pays="percent", tier_on="amount", tiers=tiers(("0", "50"))),
        {"lines": [{"model": "F3", "amount_fen": 1}] * 3},
        0.02,
    ),
    "half a point goes up": (term(pays="points", tiers=tiers(("0", "0.5"))), sold(1, 1), 1),
    # Which lines count.
    "named models": (term(lines=F6), {"lines": MIXED}, 40),
    "excluded models": (term(lines={"exclude_models": ["F6"]}), {"lines": MIXED}, 80),
    "one of the tags": (term(lines={"tags": ["new", "old"]}), {"lines": MIXED}, 40),
    "none of the tags": (term(lines={"exclude_tags": ["new"]}), {"lines": MIXED}, 80),
    "types of sale": (term(lines={"sale_types": ["key_account"]}), {"lines": MIXED}, 20),
    "returns count": (term(), {"lines": [line("F3", 9), line("F3", -2)]}, 70),
    "days outside the policy": (
        term(),
        {"lines": [line("F3", 9, on="2025-12-31"), line("F3", 1, on="2026-01-01"), line("F3", 2, on="2026-12-31")]},
        30,
    ),
    # Deductions and limits.
    "an amount deducted": (
        term(deductions=[{"unless": {"fact": "activity:mot", "op": ">=", "value": "1"}, "amount": "15"}]),
        sold(10),
        85,
    ),
    "never below 0": (
        term(deductions=[{"unless": {"fact": "activity:mot", "op": ">=", "value": "1"}, "amount": "1500"}]),
        sold(10),
        0,
    ),
    "percentages of the full earning": (
        term(deductions=[{"unless": {"fact": "activity:mot", "op": ">=", "value": "1"}, "percent": "50"}] * 2),
        sold(10),
        0,
    ),
    "a floor lifts": (term(floor="500"), sold(10), 500),
    "a floor lifts nothing from 0": (term(floor="500", tiers=tiers(("0", "0"))), sold(10), 0),
    "a floor below": (term(floor="50"), sold(10), 100),
    "a floor after a deduction": (
        term(
            floor="90",
            deductions=[{"unless": {"fact": "activity:mot", "op": ">=", "value": "1"}, "percent": "50"}],
        ),
        sold(10),
        90,
    ),
    "a cap cuts": (term(cap="80"), sold(10), 80),
    "a cap above": (term(cap="800"), sold(10), 100),
    "a cap in points": (term(pays="points", cap="80", tiers=tiers(("0", "1"))), sold(10, 1000), 80),
    "a cap after a deduction": (
        term(
            cap="80",
            deductions=[{"unless": {"fact": "activity:mot", "op": ">=", "value": "1"}, "percent": "10"}],
        ),
        sold(10),
        80,
    ),
}
for _one, _, _ in CASES.values():
    for _deduction in _one.get("deductions", ()):
        _deduction["label"] = {"en": "Missed", "zh": "未做"}


@pytest.mark.parametrize("name", CASES)
def test_case(name):
    one, facts, earned = CASES[name]
    assert earns(policy(one), facts) == earned


def test_there_are_enough_cases():
    assert len(CASES) >= 60
    assert len(COMBINATIONS) == 40
