"""A run settles what the books say: once, by three people, and again only for the difference."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.permissions import Role
from portal.rebates.errors import AlreadyOpen, GuardFailed, PeriodNotLocked
from portal.rebates.models import LedgerEntry, LedgerPosting, Payout, RebateStatement, RunEvent, SettlementRun
from portal.rebates.queries.known import policy_of
from portal.rebates.rules import facts as facts_language
from portal.rebates.rules.evaluation import evaluate
from portal.rebates.rules.explain import as_dict
from portal.rebates.rules.life import Action, RunStatus
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.rebates.rules.words import Period
from portal.rebates.services.settlement import (
    approve,
    calculate,
    check_run,
    open_run,
    pay,
    possible_actions,
    release,
    return_run,
    start_calculation,
    withdraw_run,
)
from portal.scope import EVERYTHING, Scope, ScopeKind, bind_scope
from tests.factories import make_outlet, make_user
from tests.rebates.settling import (
    MONTH,
    acknowledge_everybody,
    balance,
    document,
    in_force,
    lock_months,
    sell,
    settle,
    statement_of,
    volume_policy,
)
from tests.sales.reporting import make_dealer

pytestmark = pytest.mark.usefixtures("locked")


def test_a_month_is_settled_from_the_roll_ups_to_the_payout(session, office, dealer):
    first, second = dealer.outlets
    in_force(office, document())
    sell(dealer, MONTH, 6, outlet=first)
    sell(dealer, MONTH, 4, outlet=first, model=1)
    sell(dealer, MONTH, 7, outlet=second)
    run = settle(office)
    assert (run.status, run.statements, run.total_fen, run.due_fen) == (RunStatus.PAID, 2, 1_000_000, 1_000_000)
    earned, nothing = statement_of(run, outlet=first), statement_of(run, outlet=second)
    assert (earned.total_fen, earned.posted_fen, earned.due_fen) == (1_000_000, 0, 1_000_000)
    assert nothing.total_fen == 0
    assert nothing.result["terms"][0]["reasons"][0]["code"] == "below_first_tier"
    assert [line["ref"] for line in earned.facts["lines"]] == [f"2026-09/{model.code}" for model in dealer.models]
    payout = db.session.scalars(select(Payout)).one()
    assert (payout.distributor_id, payout.amount_fen) == (dealer.distributor.id, 1_000_000)
    assert balance(Account.EXPENSE) == 1_000_000
    assert balance(Account.PAID) == -1_000_000
    assert balance(Account.ACCRUED) == balance(Account.PAYABLE) == 0


def test_a_statement_can_be_computed_again_from_what_is_stored(session, office, dealer):
    version = in_force(office, document())
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    statement = statement_of(settle(office), outlet=dealer.outlets[0])
    again = evaluate(policy_of(version), facts_language.parse(statement.facts))
    assert as_dict(again, is_brief=True) == statement.result
    assert again.total_fen == statement.total_fen == 900_000


def test_a_run_again_pays_only_the_difference_and_an_amended_month_is_trued_up(session, office, dealer):
    outlet = dealer.outlets[0]
    in_force(office, document())
    sell(dealer, MONTH, 9, outlet=outlet)
    settle(office)
    second = settle(office)
    assert (second.number, second.statements, second.due_fen) == (2, 0, 0)
    assert db.session.scalar(select(func.count(Payout.id))) == 1
    sell(dealer, MONTH, 11, outlet=outlet)
    third = settle(office)
    statement = statement_of(third)
    assert (statement.total_fen, statement.posted_fen, statement.due_fen) == (1_100_000, 900_000, 200_000)
    kinds = set(db.session.scalars(select(LedgerPosting.kind).where(LedgerPosting.run_id == third.id)))
    assert kinds == {PostingKind.TRUE_UP, PostingKind.RELEASE, PostingKind.PAY}
    assert sorted(db.session.scalars(select(Payout.amount_fen))) == [200_000, 900_000]


def test_what_falls_below_a_tier_is_clawed_back_and_taken_off_the_next_payout(session, office, dealer):
    outlet, october = dealer.outlets[0], date(2026, 10, 1)
    in_force(office, document())
    sell(dealer, MONTH, 9, outlet=outlet)
    settle(office)
    sell(dealer, MONTH, 7, outlet=outlet)
    again = settle(office)
    assert again.due_fen == -900_000
    assert db.session.scalar(select(func.count(Payout.id)).where(Payout.run_id == again.id)) == 0
    assert balance(Account.PAYABLE) == 900_000, "the dealer owes it"
    lock_months(october)
    sell(dealer, october, 10, outlet=outlet)
    settle(office, october)
    assert sorted(db.session.scalars(select(Payout.amount_fen))) == [100_000, 900_000]
    assert balance(Account.PAYABLE) == 0


def test_returns_of_a_cumulative_policy_claw_back_to_the_fen(session, office, dealer):
    """REBATES.md, law 3: 1,020,000 at 2 % paid 20,400; a return of 40,000 → entitled 9,800 → −10,600."""
    october = date(2026, 10, 1)
    in_force(office, volume_policy(effective={"from": "2026-09-01", "to": "2026-12-31"}))
    lock_months(october)
    sell(dealer, MONTH, 20, fen=102_000_000)
    sell(dealer, october, -1, fen=-4_000_000)
    first, second = settle(office), settle(office, october)
    assert (first.due_fen, second.due_fen) == (2_040_000, -1_060_000)
    statement = statement_of(second)
    assert statement.facts["settled_fen"] == 2_040_000
    assert statement.facts["year_to_date"][0]["ref"] == f"2026-09/{dealer.models[0].code}"
    assert statement.result["payout"][-1]["code"] == "clawed_back"


def test_the_year_so_far_is_settled_month_by_month(session, office, dealer):
    in_force(office, volume_policy(effective={"from": "2026-08-01", "to": "2026-12-31"}))
    with pytest.raises(InvalidInput, match="earlier_not_settled"):
        open_run(session(), Period.MONTH, MONTH, actor=office.sales)


def test_a_run_calculated_before_an_earlier_one_was_settled_is_not_approved(session, office, dealer):
    october = date(2026, 10, 1)
    in_force(office, volume_policy(effective={"from": "2026-09-01", "to": "2026-12-31"}))
    lock_months(october)
    sell(dealer, MONTH, 1)
    settle(office)
    later = settle(office, october, until="checked")
    with clock.held(clock.now().replace(hour=9)):
        sell(dealer, MONTH, 2)
        settle(office)  # September again
        with pytest.raises(GuardFailed) as refused:
            approve(session(), later, actor=office.approver, version_seen=later.version)
    assert refused.value.details["guards"] == ["basis_unchanged"]


def test_nothing_accrues_to_whoever_has_not_acknowledged_and_is_paid_once_it_has(session, office, dealer):
    version = in_force(office, document(), is_acknowledged=False)
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    run = settle(office)
    assert run.due_fen == 0
    assert {row.refusal for row in db.session.scalars(select(RebateStatement))} == {"not_acknowledged"}
    acknowledge_everybody(version)
    assert settle(office).due_fen == 900_000


def test_an_outlet_that_comes_later_is_addressed_and_moves_with_its_distributor(session, office, dealer):
    version = in_force(office, document())
    late = make_outlet(dealer.distributor, area=dealer.area)
    sell(dealer, MONTH, 8, outlet=late)
    run = settle(office)
    assert statement_of(run, outlet=late).refusal == "not_acknowledged"
    other = make_dealer(outlets=0, crew=dealer, area=dealer.area)
    late.distributor_id = other.distributor.id
    acknowledge_everybody(version)
    again = settle(office)
    statement = statement_of(again)
    assert (statement.outlet_id, statement.distributor_id) == (late.id, other.distributor.id)
    assert db.session.scalars(select(Payout.distributor_id)).all() == [other.distributor.id]


def test_a_month_that_is_not_locked_is_not_settled(session, office, dealer):
    in_force(office, document())
    with pytest.raises(PeriodNotLocked) as refused:
        open_run(session(), Period.MONTH, date(2026, 10, 1), actor=office.sales)
    assert refused.value.details["month"] == date(2026, 10, 1)
    with pytest.raises(PeriodNotLocked):
        open_run(session(), Period.QUARTER, MONTH, actor=office.sales)


def test_one_run_of_a_period_is_open_at_a_time_and_a_withdrawn_one_makes_room(session, office, dealer):
    with pytest.raises(InvalidInput, match="no_policies"):
        open_run(session(), Period.MONTH, MONTH, actor=office.sales)
    in_force(office, document())
    run = settle(office, until="draft")
    with pytest.raises(AlreadyOpen):
        open_run(session(), Period.MONTH, MONTH, actor=office.sales)
    with pytest.raises(GuardFailed):
        withdraw_run(session(), run, actor=office.sales, version_seen=run.version, reason=" ")
    withdraw_run(session(), run, actor=office.sales, version_seen=run.version, reason="wrong policy")
    assert settle(office).number == 2
    assert db.session.scalar(select(func.count(RebateStatement.id))) == 4


def test_the_three_are_different_people(session, office, dealer):
    in_force(office, document())
    run = settle(office, until="draft")
    for user, role in ((office.sales, Role.HO_FINANCE), (office.sales, Role.HO_APPROVER)):
        user.role = role
        verb = check_run if role is Role.HO_FINANCE else approve
        if verb is approve:
            check_run(session(), run, actor=office.finance, version_seen=run.version)
        with pytest.raises(GuardFailed) as refused:
            verb(session(), run, actor=user, version_seen=run.version)
        assert refused.value.details["guards"] == ["not_the_calculator"]
    approve(session(), run, actor=office.approver, version_seen=run.version)
    office.approver.role = office.sales.role = Role.HO_FINANCE
    for user in (office.approver, office.sales):
        with pytest.raises(GuardFailed):
            release(session(), run, actor=user, version_seen=run.version)
    release(session(), run, actor=office.finance, version_seen=run.version)
    for user in (office.approver, office.sales):
        with pytest.raises(GuardFailed):
            pay(session(), run, actor=user, version_seen=run.version)
        assert possible_actions(session(), run, user)[Action.PAY_RUN]
    pay(session(), run, actor=office.finance, version_seen=run.version)
    with pytest.raises(IllegalMove):
        pay(session(), run, actor=office.finance, version_seen=run.version)


def test_a_returned_run_is_calculated_again_and_what_was_calculated_before_goes(session, office, dealer):
    in_force(office, document())
    run = settle(office, until="checked")
    with pytest.raises(IllegalMove):
        calculate(session(), run, actor=office.sales)
    return_run(session(), run, actor=office.approver, version_seen=run.version, reason="one outlet lacks")
    assert (run.status, run.returned_reason) == (RunStatus.DRAFT, "one outlet lacks")
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    calculate(session(), run, actor=office.sales)
    assert (run.calculation, run.statements, run.due_fen) == (2, 2, 900_000)
    with pytest.raises(StaleVersion):
        check_run(session(), run, actor=office.finance, version_seen=1)
    actions = db.session.scalars(select(RunEvent.action).order_by(RunEvent.id)).all()
    assert actions == ["calculate_run", "check_run", "return_run", "calculate_run"]


def test_a_job_calculates_in_the_background(session, office, dealer):
    in_force(office, document())
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    run = open_run(session(), Period.MONTH, MONTH, actor=office.sales)
    job = start_calculation(session(), run, actor=office.sales, version_seen=run.version)
    db.session.commit()
    db.session.refresh(job)
    assert (job.status.value, job.result) == ("done", {"statements": 2})
    db.session.refresh(run)
    assert (run.due_fen, run.calculated_by_id, run.job_id) == (900_000, office.sales.id, job.id)


def test_points_and_goods_have_entries_of_their_own(session, office, dealer):
    terms = [
        {
            "id": "points",
            "label": {"en": "Points", "zh": "积分"},
            "pays": "points",
            "tier_on": "amount",
            "tiers": [{"from": "0", "rate": "0.01"}],
        },
        {
            "id": "free",
            "label": {"en": "Free", "zh": "赠送"},
            "pays": "goods",
            "per": 10,
            "tier_on": "units",
            "tiers": [{"from": "0", "rate": "1"}],
        },
    ]
    in_force(office, document("POINTS-2026", party="distributor", terms=terms))
    sell(dealer, MONTH, 25)
    run = settle(office)
    assert (run.due_fen, run.due_points, run.due_goods) == (0, 12_500, 2)
    assert balance(Account.PAYABLE, Unit.POINTS) == -12_500, "points are used later"
    assert balance(Account.PAID, Unit.GOODS) == -2
    expires = db.session.scalars(select(LedgerEntry.expires_on).where(LedgerEntry.expires_on.is_not(None))).all()
    assert expires == [date(2028, 10, 31)]
    assert db.session.scalar(select(func.count(Payout.id))) == 0


def test_dealers_see_their_own_statements_once_the_run_is_approved(session, office, dealer):
    other = make_dealer(crew=dealer, area=dealer.area)
    in_force(office, document())
    for each in (dealer, other):
        sell(each, MONTH, 9, outlet=each.outlets[0])
    run = settle(office, until="checked")
    scopes = {
        2: Scope(ScopeKind.DISTRIBUTOR, frozenset({dealer.distributor.id})),
        1: Scope(ScopeKind.OUTLET, frozenset({other.outlets[0].id})),
        4: Scope(ScopeKind.AREAS, frozenset({dealer.area.id})),
    }
    for scope in scopes.values():
        bind_scope(db.session(), scope)
        assert db.session.scalars(select(RebateStatement)).all() == []
    bind_scope(db.session(), EVERYTHING)
    approve(session(), run, actor=office.approver, version_seen=run.version)
    for count, scope in scopes.items():
        bind_scope(db.session(), scope)
        assert len(db.session.scalars(select(RebateStatement)).all()) == count
        assert db.session.scalars(select(LedgerPosting)).all() == []
    bind_scope(db.session(), EVERYTHING)


def test_what_is_written_in_bulk_stands_in_the_audit(session, office, dealer):
    in_force(office, document())
    sell(dealer, MONTH, 9, outlet=dealer.outlets[0])
    settle(office)
    db.session.commit()
    found = {tuple(row) for row in db.session.execute(select(AuditEntry.object_type, AuditEntry.action))}
    assert {
        ("policy_addressees", "create"),
        ("policy_versions", "publish"),
        ("policy_versions", "acknowledge"),
        ("rebate_statements", "settle"),
        ("rebate_payouts", "pay"),
        ("settlement_runs", "create"),
        ("settlement_runs", "update"),
    } <= found


def test_a_quarter_is_settled_beside_its_months_with_growth_on_last_year(session, office, dealer):
    term = {
        "id": "growth",
        "label": {"en": "Growth", "zh": "增长"},
        "lines": {"models": [dealer.models[0].code]},
        "pays": "per_unit",
        "tier_on": "growth",
        "no_baseline": "skip",
        "tiers": [{"from": "0.1", "rate": "100"}],
    }
    in_force(office, document("GROWTH-2026", period="quarter", terms=[term]))
    outlet = dealer.outlets[0]
    lock_months(date(2026, 7, 1), date(2026, 8, 1))
    for month, units in ((7, 5), (8, 6), (9, 9)):
        sell(dealer, date(2026, month, 1), units, outlet=outlet)
        sell(dealer, date(2025, month, 1), 5, outlet=outlet)
        sell(dealer, date(2025, month, 1), 50, outlet=outlet, model=1)
    run = settle(office, kind=Period.QUARTER)
    statement = statement_of(run, outlet=outlet)
    assert statement.total_fen == 20 * 10_000
    assert statement.facts["baseline"] == {"units": 15, "amount_fen": 75_000_000}
    assert statement.facts["lines"][0]["ref"] == f"2026-07~2026-09/{dealer.models[0].code}"
    assert db.session.get(SettlementRun, run.id).period_month == date(2026, 7, 1)


def test_a_user_of_another_role_cannot_begin(session, office, dealer):
    in_force(office, document())
    with pytest.raises(IllegalMove):
        open_run(session(), Period.MONTH, MONTH, actor=make_user(Role.HO_NETWORK))
