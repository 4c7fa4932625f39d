"""The rules agree with a second, naive reading of the language, over random policies and facts."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings

from tests.rebates import strategies
from tests.rebates.building import settled
from tests.rebates.oracle import settle

EXAMPLES = int(os.environ.get("REBATES_EXAMPLES", "300"))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.policies(), strategies.facts())
def test_rules_and_oracle_agree_to_the_fen(policy, facts):
    found = settled(policy, facts)
    assert (found["total_fen"], found["points"], found["goods"]) == settle(policy, facts)
