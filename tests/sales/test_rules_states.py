"""The declared table: every state × action × role, and every guard, against a second table written by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from portal.errors import IllegalMove
from portal.permissions import ROLE_PERMISSIONS, Permission, Role
from portal.sales.rules.guards import CHECKS, GuardFacts, failing_guards
from portal.sales.rules.states import ACTIONS_OF, MOVES, TABLE, Action, Guard, actions_of, find_move
from portal.sales.rules.words import AmendmentStatus, PeriodStatus, QuestionStatus, ReportStatus

R, P, M, Q, A, G = ReportStatus, PeriodStatus, AmendmentStatus, QuestionStatus, Action, Guard
KINDS = (R, P, M, Q)
DEALER, MANAGER, SALES, APPROVER = Role.DISTRIBUTOR, Role.REGIONAL_MANAGER, Role.HO_SALES, Role.HO_APPROVER

# Written by hand, not derived: who may do what, and where it leads.
EXPECTED = {
    (R.DRAFT, A.SAVE, DEALER): R.DRAFT,
    (R.RETURNED, A.SAVE, DEALER): R.RETURNED,
    (R.DRAFT, A.SUBMIT, DEALER): R.SUBMITTED,
    (R.RETURNED, A.SUBMIT, DEALER): R.SUBMITTED,
    (R.SUBMITTED, A.ACCEPT, MANAGER): R.ACCEPTED,
    (R.SUBMITTED, A.ACCEPT, SALES): R.ACCEPTED,
    (R.SUBMITTED, A.RETURN, MANAGER): R.RETURNED,
    (R.SUBMITTED, A.RETURN, SALES): R.RETURNED,
    (R.ACCEPTED, A.RETURN, MANAGER): R.RETURNED,
    (R.ACCEPTED, A.RETURN, SALES): R.RETURNED,
    **{(status, A.PROPOSE_AMENDMENT, role): status for status in R for role in (DEALER, SALES)},
    (P.OPEN, A.LOCK, SALES): P.LOCKED,
    (P.LOCKED, A.SETTLE, SALES): P.SETTLED,
    (P.LOCKED, A.ASK_REOPENING, SALES): P.LOCKED,
    (P.LOCKED, A.GRANT_REOPENING, APPROVER): P.OPEN,
    (P.LOCKED, A.REFUSE_REOPENING, APPROVER): P.LOCKED,
    (M.PROPOSED, A.APPROVE_AMENDMENT, SALES): M.APPROVED,
    (M.PROPOSED, A.APPROVE_AMENDMENT, APPROVER): M.APPROVED,
    (M.PROPOSED, A.REFUSE_AMENDMENT, SALES): M.REFUSED,
    (M.PROPOSED, A.REFUSE_AMENDMENT, APPROVER): M.REFUSED,
    (Q.OPEN, A.ANSWER_QUESTION, DEALER): Q.ANSWERED,
    (Q.ANSWERED, A.ANSWER_QUESTION, DEALER): Q.ANSWERED,
    (Q.OPEN, A.SETTLE_QUESTION, MANAGER): Q.SETTLED,
    (Q.ANSWERED, A.SETTLE_QUESTION, MANAGER): Q.SETTLED,
    (Q.OPEN, A.SETTLE_QUESTION, SALES): Q.SETTLED,
    (Q.ANSWERED, A.SETTLE_QUESTION, SALES): Q.SETTLED,
}
# What a move needs of its role, in the table of permissions.
NEEDS = {
    A.SAVE: Permission.SALES_REPORTS_WRITE,
    A.SUBMIT: Permission.SALES_REPORTS_WRITE,
    A.RETURN: Permission.SALES_REPORTS_REVIEW,
    A.ACCEPT: Permission.SALES_REPORTS_REVIEW,
    A.PROPOSE_AMENDMENT: Permission.SALES_REPORTS_READ,
    A.LOCK: Permission.SALES_PERIODS_MANAGE,
    A.SETTLE: Permission.SALES_PERIODS_MANAGE,
    A.ASK_REOPENING: Permission.SALES_PERIODS_MANAGE,
    A.GRANT_REOPENING: Permission.SALES_PERIODS_REOPEN,
    A.REFUSE_REOPENING: Permission.SALES_PERIODS_REOPEN,
    A.APPROVE_AMENDMENT: Permission.SALES_AMENDMENTS_DECIDE,
    A.REFUSE_AMENDMENT: Permission.SALES_AMENDMENTS_DECIDE,
    A.ANSWER_QUESTION: Permission.SALES_REPORTS_WRITE,
    A.SETTLE_QUESTION: Permission.SALES_REPORTS_REVIEW,
}
EVERYTHING_HOLDS = GuardFacts(
    is_own_report=True,
    is_own_area=True,
    is_period_writable=True,
    is_period_closed=True,
    is_period_ended=True,
    is_complete=True,
    has_reason=True,
    is_reporter=False,
    is_proposer=False,
    is_asker=False,
)
BREAKING = {
    G.OWN_REPORT: {"is_own_report": False},
    G.OWN_AREA: {"is_own_area": False},
    G.PERIOD_WRITABLE: {"is_period_writable": False},
    G.PERIOD_CLOSED: {"is_period_closed": False},
    G.PERIOD_ENDED: {"is_period_ended": False},
    G.COMPLETE: {"is_complete": False},
    G.REASON_GIVEN: {"has_reason": False},
    G.NOT_THE_REPORTER: {"is_reporter": True},
    G.NOT_THE_PROPOSER: {"is_proposer": True},
    G.NOT_THE_ASKER: {"is_asker": True},
    G.NOTHING_ASKED: {"is_reopening_asked": True},
    G.REOPENING_ASKED: {"is_reopening_asked": False},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_action_and_role(kind):
    for status, action, role in product(kind, Action, Role):
        expected = EXPECTED.get((status, action, role)) if action in ACTIONS_OF[kind] else None
        if expected is None:
            with pytest.raises(IllegalMove):
                find_move(status, action, role)
        else:
            assert find_move(status, action, role).after is expected
        assert (action in actions_of(status, role)) == (expected is not None)


def test_no_two_lines_say_the_same():
    assert len(TABLE) == len(MOVES) == len(EXPECTED)


def test_no_action_belongs_to_two_kinds():
    for one, other in product(KINDS, KINDS):
        assert one is other or not ACTIONS_OF[one] & ACTIONS_OF[other]


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.before}-{move.action}-{move.role}")
def test_the_role_holds_what_the_move_needs(move):
    assert NEEDS[move.action] in ROLE_PERMISSIONS[move.role]


def facts_for(move):
    return replace(EVERYTHING_HOLDS, is_reopening_asked=G.REOPENING_ASKED in move.guards)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: f"{move.before}-{move.action}-{move.role}")
def test_each_guard_alone_stands_against_its_move(move):
    assert failing_guards(move, facts_for(move)) == []
    for guard in Guard:
        failing = failing_guards(move, replace(facts_for(move), **BREAKING[guard]))
        assert (guard in failing) == (guard in move.guards)


def test_every_guard_is_checked_and_used():
    assert set(CHECKS) == set(Guard) == set(BREAKING) == {guard for move in MOVES for guard in move.guards}


@pytest.mark.parametrize("guard", Guard)
def test_by_default_nothing_passes(guard):
    assert not CHECKS[guard](GuardFacts())


def test_who_proposes_or_asks_never_decides():
    deciding = {A.APPROVE_AMENDMENT, A.REFUSE_AMENDMENT}
    assert all(G.NOT_THE_PROPOSER in move.guards for move in MOVES if move.action in deciding)
    reopening = {A.GRANT_REOPENING, A.REFUSE_REOPENING}
    assert all(G.NOT_THE_ASKER in move.guards for move in MOVES if move.action in reopening)


def test_nothing_leads_out_of_a_settled_month():
    assert not [move for move in MOVES if move.before is P.SETTLED]
