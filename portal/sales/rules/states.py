"""The declared table of the monthly report: state × action × role × guards → next state.

Buttons, permissions, the page of the documentation and the exhaustive test all read this one table. It holds four kinds
of things, each with its own states and actions: reports, periods, amendments and questions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.errors import IllegalMove
from portal.permissions import Role
from portal.sales.rules.words import AmendmentStatus, PeriodStatus, QuestionStatus, ReportStatus

State = ReportStatus | PeriodStatus | AmendmentStatus | QuestionStatus


class Action(StrEnum):
    """What somebody does. The name says to what; no action belongs to two kinds of things."""

    SAVE = "save"
    SUBMIT = "submit"
    RETURN = "return"
    ACCEPT = "accept"
    PROPOSE_AMENDMENT = "propose_amendment"
    LOCK = "lock"
    SETTLE = "settle"
    ASK_REOPENING = "ask_reopening"
    GRANT_REOPENING = "grant_reopening"
    REFUSE_REOPENING = "refuse_reopening"
    APPROVE_AMENDMENT = "approve_amendment"
    REFUSE_AMENDMENT = "refuse_amendment"
    ANSWER_QUESTION = "answer_question"
    SETTLE_QUESTION = "settle_question"


class Guard(StrEnum):
    """A condition that must hold besides state and role; its code names the sentence that a user reads."""

    OWN_REPORT = "own_report"
    OWN_AREA = "own_area"
    PERIOD_WRITABLE = "period_writable"
    PERIOD_CLOSED = "period_closed"
    PERIOD_ENDED = "period_ended"
    COMPLETE = "complete"
    REASON_GIVEN = "reason_given"
    NOT_THE_REPORTER = "not_the_reporter"
    NOT_THE_PROPOSER = "not_the_proposer"
    NOT_THE_ASKER = "not_the_asker"
    NOTHING_ASKED = "nothing_asked"
    REOPENING_ASKED = "reopening_asked"


A, G = Action, Guard
R, P, M, Q = ReportStatus, PeriodStatus, AmendmentStatus, QuestionStatus


@dataclass(frozen=True)
class Move:
    """One line of the table."""

    before: State
    action: Action
    role: Role
    guards: tuple[Guard, ...]
    after: State


def _report_moves() -> Iterable[Move]:
    writing = (G.OWN_REPORT, G.PERIOD_WRITABLE)
    for status in (R.DRAFT, R.RETURNED):
        yield Move(status, A.SAVE, Role.DISTRIBUTOR, writing, status)
        yield Move(status, A.SUBMIT, Role.DISTRIBUTOR, (*writing, G.COMPLETE), R.SUBMITTED)
    for role in (Role.REGIONAL_MANAGER, Role.HO_SALES):
        judged = (G.PERIOD_WRITABLE, G.NOT_THE_REPORTER, *((G.OWN_AREA,) if role is Role.REGIONAL_MANAGER else ()))
        yield Move(R.SUBMITTED, A.ACCEPT, role, judged, R.ACCEPTED)
        for status in (R.SUBMITTED, R.ACCEPTED):
            yield Move(status, A.RETURN, role, (*judged, G.REASON_GIVEN), R.RETURNED)
    for status in R:
        guards = (G.OWN_REPORT, G.PERIOD_CLOSED, G.REASON_GIVEN)
        yield Move(status, A.PROPOSE_AMENDMENT, Role.DISTRIBUTOR, guards, status)
        yield Move(status, A.PROPOSE_AMENDMENT, Role.HO_SALES, guards[1:], status)


def _period_moves() -> Iterable[Move]:
    yield Move(P.OPEN, A.LOCK, Role.HO_SALES, (G.PERIOD_ENDED,), P.LOCKED)
    yield Move(P.LOCKED, A.SETTLE, Role.HO_SALES, (G.NOTHING_ASKED,), P.SETTLED)
    yield Move(P.LOCKED, A.ASK_REOPENING, Role.HO_SALES, (G.NOTHING_ASKED, G.REASON_GIVEN), P.LOCKED)
    decided = (G.REOPENING_ASKED, G.NOT_THE_ASKER)
    yield Move(P.LOCKED, A.GRANT_REOPENING, Role.HO_APPROVER, decided, P.OPEN)
    yield Move(P.LOCKED, A.REFUSE_REOPENING, Role.HO_APPROVER, decided, P.LOCKED)


def _amendment_moves() -> Iterable[Move]:
    for role in (Role.HO_SALES, Role.HO_APPROVER):
        yield Move(M.PROPOSED, A.APPROVE_AMENDMENT, role, (G.PERIOD_CLOSED, G.NOT_THE_PROPOSER), M.APPROVED)
        yield Move(M.PROPOSED, A.REFUSE_AMENDMENT, role, (G.NOT_THE_PROPOSER, G.REASON_GIVEN), M.REFUSED)


def _question_moves() -> Iterable[Move]:
    for status in (Q.OPEN, Q.ANSWERED):
        yield Move(status, A.ANSWER_QUESTION, Role.DISTRIBUTOR, (G.OWN_REPORT, G.REASON_GIVEN), Q.ANSWERED)
        yield Move(status, A.SETTLE_QUESTION, Role.REGIONAL_MANAGER, (G.OWN_AREA,), Q.SETTLED)
        yield Move(status, A.SETTLE_QUESTION, Role.HO_SALES, (), Q.SETTLED)


MOVES: tuple[Move, ...] = (*_report_moves(), *_period_moves(), *_amendment_moves(), *_question_moves())
# The actions of each kind of thing: a state's text alone may belong to two kinds ("open").
ACTIONS_OF: dict[type[StrEnum], frozenset[Action]] = {
    kind: frozenset(move.action for move in MOVES if isinstance(move.before, kind)) for kind in (R, P, M, Q)
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
