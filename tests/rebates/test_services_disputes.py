"""A line is asked about once, answered, and decided by somebody who did not calculate it."""

from __future__ import annotations

import pytest

from portal.errors import IllegalMove, InvalidInput, NotFound, StaleVersion
from portal.permissions import Role
from portal.rebates.errors import AlreadyOpen, GuardFailed, IdempotencyConflict
from portal.rebates.models import RebateDispute
from portal.rebates.rules.life import Action, DisputeStatus, Guard
from portal.rebates.services.disputes import answer, ask, decide, possible_actions, take_back
from tests.rebates.settling import MONTH, document, in_force, sell, settle, statement_of
from tests.sales.reporting import make_dealer


@pytest.fixture
def statement(session, office, dealer, locked):
    in_force(office, document())
    sell(dealer, MONTH, 7, outlet=dealer.outlets[0])
    return statement_of(settle(office, until="approved"), outlet=dealer.outlets[0])


def dispute_of(session, dealer, statement, **words) -> RebateDispute:
    defaults = {"question": "One car was left out.", "term_id": "quota", "key": "k1"}
    return ask(session(), statement, actor=dealer.user, **defaults | words)


def test_a_dispute_is_asked_answered_and_decided(session, office, dealer, statement):
    dispute = dispute_of(session, dealer, statement, line_ref=f"2026-09/{dealer.models[0].code}")
    assert (dispute.status, dispute.outlet_id) == (DisputeStatus.OPEN, dealer.outlets[0].id)
    answer(session(), dispute, actor=office.finance, version_seen=dispute.version, answer="It is in October.")
    assert dispute.status is DisputeStatus.ANSWERED
    with pytest.raises(StaleVersion):
        decide(session(), dispute, actor=office.approver, version_seen=1, is_accepted=True, decision="x")
    with pytest.raises(InvalidInput):
        decide(session(), dispute, actor=office.approver, version_seen=dispute.version, is_accepted=True, decision=" ")
    decide(
        session(), dispute, actor=office.approver, version_seen=dispute.version, is_accepted=False, decision="October"
    )
    assert (dispute.status, dispute.open_key, dispute.decision) == (DisputeStatus.REFUSED, None, "October")
    with pytest.raises(IllegalMove):
        take_back(session(), dispute, actor=dealer.user, version_seen=dispute.version)
    assert dispute_of(session, dealer, statement, key="k2").status is DisputeStatus.OPEN


def test_the_same_submission_is_answered_alike_and_a_line_is_disputed_once(session, dealer, statement):
    dispute = dispute_of(session, dealer, statement)
    assert dispute_of(session, dealer, statement).id == dispute.id
    with pytest.raises(IdempotencyConflict):
        dispute_of(session, dealer, statement, question="Something else")
    with pytest.raises(AlreadyOpen):
        dispute_of(session, dealer, statement, key="k2")
    take_back(session(), dispute, actor=dealer.user, version_seen=dispute.version)
    assert dispute_of(session, dealer, statement, key="k3").id != dispute.id


@pytest.mark.parametrize("words", [{"question": " "}, {"question": "x" * 2001}, {"term_id": "no"}, {"line_ref": "no"}])
def test_what_cannot_be_asked(session, dealer, statement, words):
    with pytest.raises(InvalidInput):
        dispute_of(session, dealer, statement, **words)


def test_a_draft_is_not_disputed(session, office, dealer, statement):
    statement.approved_on = None
    with pytest.raises(NotFound):
        dispute_of(session, dealer, statement)


def test_who_calculated_does_not_judge_and_others_do_not_take_back(session, office, dealer, statement):
    dispute = dispute_of(session, dealer, statement)
    office.sales.role = Role.HO_APPROVER
    with pytest.raises(GuardFailed):
        decide(session(), dispute, actor=office.sales, version_seen=dispute.version, is_accepted=True, decision="yes")
    stranger = make_dealer(crew=dealer).user
    with pytest.raises(GuardFailed):
        take_back(session(), dispute, actor=stranger, version_seen=dispute.version)
    assert possible_actions(session(), dispute, stranger) == {Action.TAKE_BACK_DISPUTE: [Guard.OWN_PARTY]}
    assert possible_actions(session(), dispute, dealer.user) == {Action.TAKE_BACK_DISPUTE: []}
