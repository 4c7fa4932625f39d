"""What is looked up for parties that did alike is what would have been computed for each."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.rebates.rules import document
from portal.rebates.rules import facts as language
from portal.rebates.rules.alike import Alike
from portal.rebates.rules.evaluation import Result, evaluate
from portal.rebates.rules.next_tier import next_tiers
from tests.rebates import strategies
from tests.rebates.building import line, policy, term

EXAMPLES = int(os.environ.get("REBATES_EXAMPLES", "150"))


def told(result: Result) -> tuple[object, ...]:
    upcoming = [
        (found.tier, found.missing, found.would_earn) if found else None for found in next_tiers(result).values()
    ]
    return result.total_fen, result.points, result.goods, result.refusal, upcoming


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.policies(), st.lists(strategies.facts(), min_size=1, max_size=6))
def test_looking_up_is_computing(written, parties):
    compiled = document.parse(written)
    alike = Alike(compiled, told)
    for facts in [language.parse(each) for each in parties] * 2:
        assert alike.of(facts) == told(evaluate(compiled, facts))


def test_parties_that_did_alike_are_computed_once():
    compiled, seen = document.parse(policy(term())), []
    alike = Alike(compiled, lambda result: seen.append(result) or result.total_fen)
    for name in "AB":
        alike.of(language.parse({"party": name, "lines": [line(units=3), line(units=2)]}))
    alike.of(language.parse({"party": "C", "lines": [line(units=5)]}))
    assert len(seen) == 1
