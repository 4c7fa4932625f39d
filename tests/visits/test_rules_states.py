"""The declared table: every state × action × role, and each guard alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.errors import IllegalMove
from portal.permissions import Permission, Role, is_allowed
from portal.visits.labels import ACTION, ACTIVITY_STATUS, EVENT, GUARD, TASK_STATUS
from portal.visits.rules.states import (
    ACTIONS_OF,
    MOVES,
    TABLE,
    Action,
    Guard,
    GuardFacts,
    actions_of,
    failing_guards,
    find_move,
)
from portal.visits.rules.words import ActivityStatus, TaskStatus

FINE = GuardFacts(is_own=True, has_come=True, has_evidence=True, has_reason=True, is_submitter=False, is_own_task=True)
BROKEN = {
    Guard.OWN_ACTIVITY: {"is_own": False},
    Guard.DAY_HAS_COME: {"has_come": False},
    Guard.HAS_EVIDENCE: {"has_evidence": False},
    Guard.REASON_GIVEN: {"has_reason": False},
    Guard.NOT_THE_SUBMITTER: {"is_submitter": True},
    Guard.NO_OPEN_TASK: {"has_open_task": True},
    Guard.OWN_TASK: {"is_own_task": False},
}


def test_every_line_once():
    assert len(MOVES) == len(TABLE)
    assert set(BROKEN) == set(Guard)


@pytest.mark.parametrize("state", [*ActivityStatus, *TaskStatus])
@pytest.mark.parametrize("action", Action)
def test_what_is_not_in_the_table_is_illegal(state, action):
    for role in Role:
        is_listed = any(
            (type(move.before), move.before, move.action, move.role) == (type(state), state, action, role)
            for move in MOVES
        )
        if is_listed:
            assert find_move(state, action, role).before is state
            assert action in actions_of(state, role)
        else:
            with pytest.raises(IllegalMove):
                find_move(state, action, role)


@pytest.mark.parametrize("move", MOVES)
def test_each_guard_alone_stops_its_move(move):
    assert failing_guards(move, FINE) == []
    for guard, facts in BROKEN.items():
        assert failing_guards(move, replace(FINE, **facts)) == ([guard] if guard in move.guards else [])


def test_accepted_and_cancelled_are_final():
    assert not [move for move in MOVES if move.before in (ActivityStatus.ACCEPTED, ActivityStatus.CANCELLED)]


def test_roles_of_the_table_hold_the_permission_and_all_has_words():
    for move in MOVES:
        judging = move.action in (Action.ACCEPT, Action.RETURN, Action.SETTLE_TASK)
        needed = Permission.VISITS_ACTIVITIES_REVIEW if judging else Permission.VISITS_ACTIVITIES_WRITE
        assert is_allowed(move.role, needed), move
    assert set(GUARD) == set(Guard)
    assert set(ACTION) == set(Action) == {action for actions in ACTIONS_OF.values() for action in actions}
    assert set(ACTIVITY_STATUS) == set(ActivityStatus)
    assert set(TASK_STATUS) == set(TaskStatus)
    assert {action.value for action in Action} < set(EVENT)
