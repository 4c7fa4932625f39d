"""The declared table is complete: every state × action × role that it does not name is refused."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from portal.errors import IllegalMove
from portal.permissions import Role
from portal.rebates.rules.life import (
    CHECKS,
    MOVES,
    Action,
    DisputeStatus,
    GrantStatus,
    Guard,
    GuardFacts,
    RunStatus,
    VersionStatus,
    actions_of,
    failing_guards,
    find_move,
)
from portal.rebates.rules.settling import days_overdue, due_on, span_of
from portal.rebates.rules.words import Period

STATES = [state for kind in (VersionStatus, RunStatus, DisputeStatus, GrantStatus) for state in kind]


def test_what_the_table_does_not_name_is_refused():
    named = {(type(move.before), move.before, move.action, move.role) for move in MOVES}
    assert len(named) == len(MOVES)
    for state, action, role in product(STATES, Action, Role):
        if (type(state), state, action, role) in named:
            assert find_move(state, action, role).before is state
            assert action in actions_of(state, role)
        else:
            with pytest.raises(IllegalMove):
                find_move(state, action, role)


def test_every_guard_lets_nothing_through_by_itself_and_every_action_is_somewhere():
    assert set(CHECKS) == set(Guard)
    assert {move.action for move in MOVES} == set(Action)
    for move in MOVES:
        assert failing_guards(move, GuardFacts()) == list(move.guards)


def test_money_never_moves_by_the_hands_of_one_person():
    """Approving asks for somebody who has not calculated, paying for somebody who has done neither."""
    guards = {(move.action, move.before): set(move.guards) for move in MOVES}
    assert Guard.NOT_THE_CALCULATOR in guards[Action.APPROVE_RUN, RunStatus.CHECKED]
    for action, before in ((Action.RELEASE_RUN, RunStatus.APPROVED), (Action.PAY_RUN, RunStatus.RELEASED)):
        assert {Guard.NOT_THE_CALCULATOR, Guard.NOT_THE_APPROVER} <= guards[action, before]
    assert Guard.NOT_THE_AUTHOR in guards[Action.PUBLISH_POLICY, VersionStatus.SUBMITTED]


@pytest.mark.parametrize(
    ("kind", "month", "first", "last", "label"),
    [
        (Period.MONTH, date(2026, 9, 1), date(2026, 9, 1), date(2026, 9, 1), "2026-09"),
        (Period.QUARTER, date(2026, 9, 1), date(2026, 7, 1), date(2026, 9, 1), "2026Q3"),
        (Period.QUARTER, date(2026, 10, 1), date(2026, 10, 1), date(2026, 12, 1), "2026Q4"),
        (Period.YEAR, date(2026, 5, 1), date(2026, 1, 1), date(2026, 12, 1), "2026"),
    ],
)
def test_a_month_lies_in_one_period_of_each_kind(kind, month, first, last, label):
    span = span_of(kind, month)
    assert (span.first, span.last, span.label) == (first, last, label)
    assert month in span.months
    assert (due_on(span) - span.ends_on).days == 45


def test_the_clock_counts_until_it_is_paid():
    due = date(2026, 11, 14)
    assert [days_overdue(due, date(2026, 11, day), is_paid=False) for day in (10, 14, 20)] == [-4, 0, 6]
    assert days_overdue(due, date(2026, 12, 1), is_paid=True) == 0
