"""The seven laws of the language, as properties."""

from __future__ import annotations

import ast
import json
import random
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from portal.rebates import rules
from portal.rebates.rules import document, facts
from portal.rebates.rules.evaluation import evaluate, evaluate_many
from portal.rebates.rules.exact import apportion, half_up
from portal.rebates.rules.explain import as_dict
from portal.rebates.rules.standing import Standing, accrue, due_fen
from tests.rebates import strategies
from tests.rebates.building import assert_adds_up, line, policy, result_of, settled, sold, term, tiers, total_of

SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
QUICK = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
FILES = sorted(Path(rules.__path__[0]).glob("*.py"))


# 1. Exact: Decimal inside, integer fen outside, rounded half up once.


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_float_is_written_in_the_rules(file):
    tree = ast.parse(file.read_text(encoding="utf8"))
    constants = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert [value for value in constants if isinstance(value, float)] == []
    assert names.isdisjoint({"float"})


@QUICK
@given(st.integers(0, 10**13), st.integers(0, 10**8))
def test_a_percentage_is_rounded_half_up_to_the_fen(fen, rate):
    assume(rate <= 100 * 10**6)
    of = policy(term(pays="percent", tier_on="amount", tiers=[{"from": "0", "rate": f"{Decimal(rate).scaleb(-6):f}"}]))
    exact = Fraction(fen * rate, 100 * 10**6)
    assert total_of(of, {"lines": [{"model": "F3", "amount_fen": fen}]}) == (exact * 2 + 1) // 2


@QUICK
@given(st.integers(1, 999), st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_quotient_that_ends_on_a_half_is_a_half(units, fen, rate):
    """Slices at an average price: the exact half is found, however the quotient is reached."""
    of = policy(
        term(pays="percent", method="marginal", tiers=tiers(("0", "0"), ("1", f"{Decimal(rate).scaleb(-4):f}")))
    )
    assume(rate <= 10**6)
    exact = Fraction(units - 1, units) * fen * Fraction(rate, 10**6)
    assert total_of(of, {"lines": [{"model": "F3", "units": units, "amount_fen": fen}]}) == (exact * 2 + 1) // 2


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        ("0.5", 1),
        ("0.49", 0),
        ("1.5", 2),
        ("-0.5", -1),
        ("-0.4", 0),
        ("2", 2),
        ("0.4" + "9" * 50, 1),
        ("0.4" + "9" * 30, 0),
    ],
)
def test_half_up(value, whole):
    assert half_up(Decimal(value)) == whole


@QUICK
@given(st.lists(st.decimals(-1000, 1000, places=3), min_size=1, max_size=6))
def test_parts_always_add_up(parts):
    total = half_up(sum(parts))
    assert sum(apportion(parts, total)) == total
    assert all(abs(rounded - part) <= len(parts) for rounded, part in zip(apportion(parts, total), parts, strict=True))


def test_the_largest_part_takes_the_residue():
    assert apportion([Decimal("0.4"), Decimal("-9.4"), Decimal("0.4")], -8) == [0, -8, 0]
    assert apportion([Decimal("0.5"), Decimal("0.5")], 1) == [0, 1]
    assert apportion([], 0) == []
    assert apportion([Decimal("0.4")], 0) == [0]


@SLOW
@given(strategies.policies(), strategies.facts())
def test_results_are_whole_numbers_and_reasons_add_up(of, on):
    found = settled(of, on)
    assert all(type(found[key]) is int for key in ("total_fen", "points", "goods"))
    text = json.dumps(found)
    assert "." not in str(found["total_fen"])
    assert json.loads(text) == found


# 2. Retrospective ≥ marginal when rates rise; marginal is continuous; both monotone unless a rate falls.

rising = st.lists(st.integers(0, 60), min_size=1, max_size=4, unique=True).map(sorted)
rates = st.lists(st.integers(0, 900), min_size=4, max_size=4)


def volume_term(starts, given_rates, **keys):
    return policy(
        term(tiers=[{"from": str(a), "rate": str(b)} for a, b in zip(starts, given_rates, strict=False)], **keys)
    )


@QUICK
@given(rising, rates.map(sorted), st.integers(0, 90))
def test_retrospective_is_at_least_marginal(starts, given_rates, units):
    retrospective = total_of(volume_term(starts, given_rates, method="retrospective"), sold(units))
    marginal = total_of(volume_term(starts, given_rates, method="marginal"), sold(units))
    rolling = total_of(volume_term(starts, given_rates, method="rolling"), sold(units))
    total = total_of(volume_term(starts, given_rates, method="total"), sold(units))
    assert marginal <= retrospective <= rolling <= total


@QUICK
@given(rising, rates, st.integers(0, 90))
def test_marginal_never_jumps(starts, given_rates, units):
    of = volume_term(starts, given_rates, method="marginal")
    step = total_of(of, sold(units + 1)) - total_of(of, sold(units))
    assert 0 <= step <= max(given_rates) * 100


@QUICK
@given(
    rising, rates.map(sorted), st.integers(0, 90), st.sampled_from(["retrospective", "marginal", "rolling", "total"])
)
def test_more_volume_never_earns_less(starts, given_rates, units, method):
    of = volume_term(starts, given_rates, method=method)
    assert total_of(of, sold(units)) <= total_of(of, sold(units + 1))


# 3. Splitting a year into periods with cumulative sums to the year's own figure, returns included.


@SLOW
@given(
    strategies.policies(settle="cumulative"),
    st.lists(st.lists(strategies.lines(), max_size=3), max_size=5),
    strategies.facts(),
)
def test_periods_sum_to_the_year(of, months, other):
    # `floor` of zero and the rest as they come: what was settled is what the runs before gave.
    other = {key: value for key, value in other.items() if key not in ("lines", "year_to_date")}
    other |= {"settled_fen": 0, "settled_points": 0, "settled_goods": 0}
    whole = settled(of, other | {"lines": [one for month in months for one in month]})
    before, paid = [], {"total_fen": 0, "points": 0, "goods": 0}
    for month in months:
        settled_before = {f"settled_{key.removeprefix('total_')}": value for key, value in paid.items()}
        found = settled(of, other | settled_before | {"lines": month, "year_to_date": before})
        paid = {key: value + found[key] for key, value in paid.items()}
        before = before + month
    if months:
        assert paid == {key: whole[key] for key in paid}


# 4. The order of sales lines never matters; sums give what single lines give.


@SLOW
@given(strategies.policies(), strategies.facts(), st.randoms(use_true_random=False))
def test_order_of_lines_changes_nothing(of, on, rng):
    shuffled = on | {
        key: random.Random(rng.random()).sample(on[key], len(on[key])) for key in ("lines", "year_to_date")
    }
    with_nothing = on | {"lines": [*on["lines"], {"model": "F3", "units": 0, "amount_fen": 0}]}
    assert json.dumps(as_dict(result_of(of, on))) == json.dumps(as_dict(result_of(of, shuffled)))
    assert total_of(of, with_nothing) == total_of(of, on)


@SLOW
@given(strategies.policies(), strategies.facts())
def test_sums_of_lines_give_the_same(of, on):
    compiled = document.parse(of)
    single = facts.parse(on)
    summed = facts.parse(on)
    for key in ("lines", "year_to_date"):
        sums: dict = {}
        for one in getattr(single, key):
            if one.on is None or compiled.effective_from <= one.on <= compiled.effective_to:
                kind = (one.model, one.tags, one.sale_type)
                units, fen = sums.get(kind, (0, 0))
                sums[kind] = (units + one.units, fen + one.amount_fen)
        setattr(summed, key, [facts.Line(m, units, fen, t, s) for (m, t, s), (units, fen) in sums.items()])
    one, other = evaluate(compiled, single), evaluate(compiled, summed)
    assert (one.total_fen, one.points, one.goods) == (other.total_fen, other.points, other.goods)


@SLOW
@given(strategies.policies(), st.lists(strategies.facts(), max_size=3))
def test_many_parties_are_each_their_own(of, many):
    compiled = document.parse(of)
    parties = [facts.parse(on) for on in many]
    found = [as_dict(result) for result in evaluate_many(compiled, parties)]
    assert found == [as_dict(result_of(of, on)) for on in many]
    assert found == [as_dict(evaluate(compiled, one)) for one in reversed(parties)][::-1]


# 5. Nothing accrues without a published, acknowledged version. Settling twice pays nothing twice.


@pytest.mark.parametrize(
    ("published", "acknowledged", "code"),
    [
        (None, None, "not_published"),
        (None, date(2026, 1, 2), "not_published"),
        (date(2026, 1, 1), None, "not_acknowledged"),
    ],
)
def test_nothing_accrues_before_publication_and_acknowledgement(published, acknowledged, code):
    of = policy(term(), payout={"guarantee": "500"}, settle="cumulative")
    result = accrue(
        document.parse(of), facts.parse(sold(9, settled_fen=7, settled_points=7)), Standing(published, acknowledged)
    )
    found = as_dict(result)
    assert (found["total_fen"], found["points"], found["goods"], found["terms"]) == (0, 0, 0, [])
    assert [reason["code"] for reason in found["payout"]] == [code]


@SLOW
@given(strategies.policies(), strategies.facts())
def test_what_stands_accrues_and_settling_twice_pays_nothing_twice(of, on):
    compiled, known = document.parse(of), facts.parse(on)
    result = accrue(compiled, known, Standing(date(2026, 1, 1), date(2026, 1, 2)))
    assert as_dict(result) == as_dict(evaluate(compiled, known))
    assert due_fen(result.total_fen, 0) == result.total_fen
    assert (
        due_fen(accrue(compiled, known, Standing(date(2026, 1, 1), date(2026, 1, 2))).total_fen, result.total_fen) == 0
    )


@SLOW
@given(strategies.policies(settle="cumulative"), strategies.facts())
def test_settling_cumulatively_twice_leaves_nothing_due(of, on):
    first = settled(of, on)
    again = {
        "settled_fen": on["settled_fen"] + first["total_fen"],
        "settled_points": on["settled_points"] + first["points"],
        "settled_goods": on["settled_goods"] + first["goods"],
    }
    found = settled(of, on | again)
    assert (found["total_fen"], found["points"], found["goods"]) == (0, 0, 0)


def test_a_reason_of_a_refused_result_adds_up():
    found = as_dict(result_of(policy(term(), scope={"parties": ["o2"]}), sold(9)))
    assert_adds_up(found, {})
    assert line("F3")["model"] == "F3"


# 6 and 7 are properties of the document: test_rules_names.py, test_rules_document.py, test_rules_stacking.py.
