"""Amendments: a difference with a reason, decided by another person, in locked and settled months only."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.notifications.models import Notice
from portal.permissions import Role
from portal.sales.errors import GuardFailed, LinesRefused
from portal.sales.models import Amendment, ReportEvent, ReportLine, SalesRollup
from portal.sales.rules.states import Guard
from portal.sales.rules.words import AmendmentStatus, PeriodStatus
from portal.sales.services.amendments import decide_amendment, propose_amendment
from portal.sales.services.periods import lock_period, open_period, settle_period
from portal.sales.services.reports import blank_report
from portal.sales.services.rollups import compare
from portal.scope import bind_scope
from tests.sales.reporting import MONTH, accept, hand_in, make_dealer

G, M = Guard, AmendmentStatus


@pytest.fixture(params=[PeriodStatus.LOCKED, PeriodStatus.SETTLED])
def closed(request, session, dealer):
    """An accepted report in a month that is locked, or settled."""
    report = accept(hand_in(dealer), dealer)
    period = open_period(session(), MONTH)
    lock_period(session(), period, actor=dealer.sales, version=period.version)
    if request.param is PeriodStatus.SETTLED:
        settle_period(session(), period, actor=dealer.sales, version=period.version)
    return report


def place(dealer, outlet=0, model=0):
    return dealer.outlets[outlet].id, dealer.models[model].id


def propose(session, report, dealer, differences=None, *, actor=None, reason="漏报一台"):
    differences = differences or {place(dealer): {"retail": 1, "closing_stock": -1, "amount_fen": 500}}
    return propose_amendment(session(), report, differences, reason, actor=actor or dealer.user)


def decide(session, amendment, actor, *, is_approved=True, reason=""):
    decide_amendment(
        session(), amendment, actor=actor, version=amendment.version, is_approved=is_approved, reason=reason
    )


def figures(session, dealer, outlet=0):
    row = session.scalars(
        select(SalesRollup).where(
            SalesRollup.outlet_id == place(dealer, outlet)[0], SalesRollup.model_id == place(dealer)[1]
        )
    ).one()
    return row.retail, row.closing_stock, row.amount_fen


def test_a_difference_reaches_the_rollups_and_leaves_the_line(session, dealer, closed):
    amendment = propose(session, closed, dealer)
    session.expire_all()
    assert figures(session, dealer) == (6, 4, 0)
    decide(session, amendment, dealer.sales)
    session.expire_all()
    assert figures(session, dealer) == (7, 3, 500)
    assert set(session.scalars(select(ReportLine.retail))) == {0, 6}
    assert compare(session()) == []


def test_several_add_up_in_the_order_of_their_numbers(session, dealer, closed):
    for number in (1, 2, 3):
        amendment = propose(session, closed, dealer)
        assert amendment.number == number
        decide(session, amendment, dealer.approver)
    session.expire_all()
    assert figures(session, dealer) == (9, 1, 1500)
    assert compare(session()) == []


def test_large_amounts_and_new_places(session, dealer, closed):
    wide = {(None, dealer.models[1].id): {"sell_through": 3, "amount_fen": 9_000_000_000}}
    decide(session, propose(session, closed, dealer, wide), dealer.sales)
    row = session.scalars(select(SalesRollup).where(SalesRollup.sell_through == 3)).one()
    assert (row.outlet_id, row.amount_fen) == (None, 9_000_000_000)


def test_whoever_proposes_does_not_decide(session, dealer, closed):
    amendment = propose(session, closed, dealer, actor=dealer.sales)
    for is_approved in (True, False):
        with pytest.raises(GuardFailed) as failed:
            decide(session, amendment, dealer.sales, is_approved=is_approved, reason="x")
        assert failed.value.guards == (G.NOT_THE_PROPOSER,)
    decide(session, amendment, dealer.approver)
    assert (amendment.status, amendment.decided_by_id) == (M.APPROVED, dealer.approver.id)


def test_also_not_in_another_role(session, dealer, closed):
    amendment = propose(session, closed, dealer)
    dealer.user.role = Role.HO_SALES
    session.flush()
    with pytest.raises(GuardFailed):
        decide(session, amendment, dealer.user)


def test_a_refusal_says_why_and_changes_nothing(session, dealer, closed):
    amendment = propose(session, closed, dealer)
    with pytest.raises(GuardFailed) as failed:
        decide(session, amendment, dealer.sales, is_approved=False)
    assert failed.value.guards == (G.REASON_GIVEN,)
    decide(session, amendment, dealer.sales, is_approved=False, reason="无凭证")
    assert (amendment.status, amendment.decision_reason) == (M.REFUSED, "无凭证")
    assert compare(session()) == []


def test_it_is_decided_once(session, dealer, closed):
    amendment = propose(session, closed, dealer)
    decide(session, amendment, dealer.sales)
    with pytest.raises(IllegalMove):
        decide(session, amendment, dealer.approver)
    with pytest.raises(StaleVersion):
        decide_amendment(session(), amendment, actor=dealer.approver, version=1, is_approved=True)


@pytest.mark.parametrize("role", ["user", "manager"])
def test_who_may_not_decide(session, dealer, closed, role):
    amendment = propose(session, closed, dealer, actor=dealer.sales)
    with pytest.raises(IllegalMove):
        decide(session, amendment, getattr(dealer, role))


def test_an_open_month_is_changed_in_the_report_itself(session, dealer):
    report = hand_in(dealer)
    with pytest.raises(GuardFailed) as failed:
        propose(session, report, dealer)
    assert failed.value.guards == (G.PERIOD_CLOSED,)


def test_only_ones_own_report_and_with_a_reason(session, dealer, closed):
    with pytest.raises(GuardFailed) as failed:
        propose(session, closed, dealer, actor=make_dealer(crew=dealer).user)
    assert failed.value.guards == (G.OWN_REPORT,)
    with pytest.raises(GuardFailed) as failed:
        propose(session, closed, dealer, reason=" ")
    assert failed.value.guards == (G.REASON_GIVEN,)


@pytest.mark.parametrize(
    ("differences", "code"),
    [
        ({"retail": -7}, "falls_below_zero"),
        ({"counted_stock": 1}, "not_amendable"),
        ({"reason": 1}, "not_amendable"),
        ({"retail": 2_000_000}, "too_large"),
    ],
)
def test_differences_that_cannot_be(session, dealer, closed, differences, code):
    with pytest.raises(LinesRefused) as refused:
        propose(session, closed, dealer, {place(dealer): differences})
    assert [error.code for error in refused.value.errors] == [code]
    assert session.scalar(select(func.count(Amendment.id))) == 0


def test_a_foreign_outlet_is_not_amended(session, dealer, closed):
    foreign = make_dealer(crew=dealer).outlets[0]
    with pytest.raises(LinesRefused):
        propose(session, closed, dealer, {(foreign.id, dealer.models[0].id): {"retail": 1}})


def test_an_amendment_that_changes_nothing(session, dealer, closed):
    with pytest.raises(InvalidInput):
        propose(session, closed, dealer, {place(dealer): {"retail": 0}})


def test_two_proposals_together_do_not_fall_below_zero(session, dealer, closed):
    first, second = (propose(session, closed, dealer, {place(dealer): {"retail": -4}}) for _ in range(2))
    decide(session, first, dealer.sales)
    with pytest.raises(LinesRefused):
        decide(session, second, dealer.sales)
    assert second.status is M.PROPOSED


def test_a_report_that_never_came_is_amended_too(session, dealer, closed):
    late = make_dealer(crew=dealer)
    report = blank_report(session(), late.distributor, MONTH, actor=late.user)
    amendment = propose(session, report, late, {place(late): {"sell_in": 2, "closing_stock": 2}})
    decide(session, amendment, dealer.sales)
    assert session.scalar(select(SalesRollup.sell_in).where(SalesRollup.distributor_id == late.distributor.id)) == 2
    assert compare(session()) == []


def test_in_the_scopes_of_those_who_do_it(session, dealer, closed):
    session.commit()
    bind_scope(session(), dealer.user.scope)
    amendment = propose(session, closed, dealer)
    session.commit()
    bind_scope(session(), dealer.approver.scope)
    decide(session, amendment, dealer.approver)
    session.commit()
    assert compare(session()) == []


def test_the_timeline_and_the_notices(session, dealer, closed):
    decide(session, propose(session, closed, dealer), dealer.sales)
    steps = session.scalars(select(ReportEvent.action).order_by(ReportEvent.id)).all()
    assert steps[-2:] == ["propose_amendment", "approve_amendment"]
    told = {(row.user_id, row.kind) for row in session.scalars(select(Notice)) if "amendment" in row.kind}
    assert told == {
        (dealer.sales.id, "sales.amendment_proposed"),
        (dealer.approver.id, "sales.amendment_proposed"),
        (dealer.user.id, "sales.amendment_approved"),
    }
