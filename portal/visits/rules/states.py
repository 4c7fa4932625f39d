"""The declared table of the field work: state × action × role × guards → next state. Buttons are drawn from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.errors import IllegalMove
from portal.permissions import Role
from portal.visits.rules.words import ActivityStatus, TaskStatus

State = ActivityStatus | TaskStatus


class Action(StrEnum):
    """What somebody does. No action belongs to both kinds of things."""

    RECORD = "record"
    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    CANCEL = "cancel"
    ANSWER_TASK = "answer_task"
    SETTLE_TASK = "settle_task"


class Guard(StrEnum):
    """A condition besides state and role; its code names the sentence that a user reads."""

    OWN_ACTIVITY = "own_activity"
    DAY_HAS_COME = "day_has_come"
    HAS_EVIDENCE = "has_evidence"
    REASON_GIVEN = "reason_given"
    NOT_THE_SUBMITTER = "not_the_submitter"
    NO_OPEN_TASK = "no_open_task"
    OWN_TASK = "own_task"


A, G, S, T = Action, Guard, ActivityStatus, TaskStatus


@dataclass(frozen=True)
class Move:
    """One line of the table."""

    before: State
    action: Action
    role: Role
    guards: tuple[Guard, ...]
    after: State


@dataclass(frozen=True)
class GuardFacts:
    """What the guards look at. What is not asked may stay as it is."""

    is_own: bool = False
    has_come: bool = False
    has_evidence: bool = False
    has_reason: bool = False
    is_submitter: bool = False
    has_open_task: bool = False
    is_own_task: bool = False


def _activity_moves() -> Iterable[Move]:
    for role in (Role.REGIONAL_MANAGER, Role.DISTRIBUTOR):
        own = (G.OWN_ACTIVITY,)
        yield Move(S.PLANNED, A.RECORD, role, (*own, G.DAY_HAS_COME), S.DONE)
        for status in (S.DONE, S.RETURNED):
            yield Move(status, A.RECORD, role, own, status)
            yield Move(status, A.SUBMIT, role, (*own, G.HAS_EVIDENCE), S.SUBMITTED)
        yield Move(S.PLANNED, A.CANCEL, role, (*own, G.REASON_GIVEN), S.CANCELLED)
        yield Move(S.DONE, A.CANCEL, role, (*own, G.REASON_GIVEN, G.NO_OPEN_TASK), S.CANCELLED)
        yield Move(S.RETURNED, A.CANCEL, role, (*own, G.REASON_GIVEN, G.NO_OPEN_TASK), S.CANCELLED)
    for role in (Role.REGIONAL_MANAGER, Role.HO_SALES):
        yield Move(S.SUBMITTED, A.ACCEPT, role, (G.NOT_THE_SUBMITTER,), S.ACCEPTED)
        yield Move(S.SUBMITTED, A.RETURN, role, (G.NOT_THE_SUBMITTER, G.REASON_GIVEN), S.RETURNED)


def _task_moves() -> Iterable[Move]:
    for role in (Role.DISTRIBUTOR, Role.REGIONAL_MANAGER):
        for status in (T.OPEN, T.ANSWERED):
            yield Move(status, A.ANSWER_TASK, role, (G.OWN_TASK, G.REASON_GIVEN), T.ANSWERED)
    for role in (Role.REGIONAL_MANAGER, Role.HO_SALES):
        yield Move(T.ANSWERED, A.SETTLE_TASK, role, (), T.SETTLED)


MOVES: tuple[Move, ...] = (*_activity_moves(), *_task_moves())
ACTIONS_OF: dict[type[StrEnum], frozenset[Action]] = {
    kind: frozenset(move.action for move in MOVES if isinstance(move.before, kind)) for kind in (S, T)
}
TABLE: dict[tuple[State, Action, Role], Move] = {(move.before, move.action, move.role): move for move in MOVES}


def find_move(before: State, action: Action, role: Role) -> Move:
    """The line of the table; raises IllegalMove where there is none."""
    move = TABLE.get((before, action, role))
    if move is None or action not in ACTIONS_OF[type(before)]:
        raise IllegalMove(from_status=before.value, action=action.value, role=role.value)
    return move


def actions_of(before: State, role: Role) -> list[Action]:
    """What the role may do in this state, in the order of the enum; guards are asked separately."""
    return [action for action in Action if action in ACTIONS_OF[type(before)] and (before, action, role) in TABLE]


def failing_guards(move: Move, facts: GuardFacts) -> list[Guard]:
    """The move's guards that do not hold, in its order."""
    holds = {
        G.OWN_ACTIVITY: facts.is_own,
        G.DAY_HAS_COME: facts.has_come,
        G.HAS_EVIDENCE: facts.has_evidence,
        G.REASON_GIVEN: facts.has_reason,
        G.NOT_THE_SUBMITTER: not facts.is_submitter,
        G.NO_OPEN_TASK: not facts.has_open_task,
        G.OWN_TASK: facts.is_own_task,
    }
    return [guard for guard in move.guards if not holds[guard]]
