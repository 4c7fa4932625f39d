"""Accepted evidence is the fact `activity:NAME` of a rebate."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from portal import clock
from portal.db import db
from portal.rebates.queries.facts import facts_of
from portal.rebates.queries.known import ACTIVITIES
from portal.rebates.rules import document
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.settling import span_of
from portal.rebates.rules.words import Period
from portal.visits.rules.words import ActivityKind
from portal.visits.services.activities import accept_activity
from tests.rebates.building import policy, term

NOON = datetime(2026, 10, 20, 4, tzinfo=UTC)


@pytest.mark.parametrize("party", ["outlet", "distributor"])
def test_only_what_was_accepted_in_the_period_counts(field, party):
    with clock.held(NOON):
        for day, is_accepted in ((10, True), (11, False)):
            activity = field.submitted(ActivityKind.MOT, by=field.dealer, planned_on=date(2026, 10, day))
            if is_accepted:
                accept_activity(db.session(), activity, actor=field.manager, version=activity.version)
    asked = term(when=[{"fact": "activity:mot", "op": ">=", "value": "1"}])
    compiled: Policy = document.parse(policy(asked, party=party))
    counts = {}
    for month in (date(2026, 9, 1), date(2026, 10, 1)):
        (found,) = facts_of(db.session(), compiled, span_of(Period.MONTH, month))
        counts[month.month] = dict(found.facts.activities)
    assert counts == {9: {}, 10: {"mot": 1}}


def test_the_names_of_the_language_are_kinds_of_activities():
    assert {kind.value for kind in ActivityKind} - set(ACTIVITIES) == {"meeting"}
    assert set(ACTIVITIES) < {kind.value for kind in ActivityKind}
