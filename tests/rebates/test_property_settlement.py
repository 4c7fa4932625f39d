"""Whatever people with whatever roles try in whatever order: money is conserved, and three different people paid it."""

from __future__ import annotations

import os
from datetime import date
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from portal.db import db
from portal.errors import QudaoError
from portal.permissions import Role
from portal.rebates.models import LedgerEntry, LedgerPosting, Payout, RebateStatement, RunEvent, SettlementRun
from portal.rebates.queries.ledger_check import faults
from portal.rebates.rules.life import SETTLED, RunStatus
from portal.rebates.rules.settling import Account, Unit
from portal.rebates.rules.words import Period
from portal.rebates.services.settlement import (
    approve,
    calculate,
    check_run,
    open_run,
    pay,
    release,
    return_run,
    withdraw_run,
)
from tests.factories import make_user
from tests.rebates.settling import document, in_force, lock_months, make_office, sell, volume_policy
from tests.sales.reporting import make_dealer

MONTHS = (date(2026, 8, 1), date(2026, 9, 1))
ROLES = (Role.HO_SALES, Role.HO_APPROVER, Role.HO_FINANCE)
VERBS = (check_run, approve, release, pay)
DESKS = (
    (calculate, Role.HO_SALES),
    (check_run, Role.HO_FINANCE),
    (approve, Role.HO_APPROVER),
    (release, Role.HO_FINANCE),
    (pay, Role.HO_FINANCE),
)
EXAMPLES = int(os.environ.get("EXAMPLES", "10"))


class Settling(RuleBasedStateMachine):
    """Four people whose roles change, two months, a policy of each kind, sales that change as they like."""

    dealer: ClassVar[Any]
    people: ClassVar[list[Any]]

    @initialize()
    def begin(self) -> None:
        db.session.expire_all()
        self.nested = db.session.begin_nested()

    @rule(who=st.integers(0, 3), role=st.sampled_from(ROLES))
    def change_role(self, who: int, role: Role) -> None:
        self.people[who].role = role
        db.session.flush()

    @rule(
        month=st.sampled_from(MONTHS),
        outlet=st.sampled_from([0, 1, None]),
        units=st.integers(-3, 14),
        fen=st.integers(-5, 130),
    )
    def sell(self, month: date, outlet: int | None, units: int, fen: int) -> None:
        place = None if outlet is None else self.dealer.outlets[outlet]
        sell(self.dealer, month, units, outlet=place, fen=fen * 1_000_000)

    @rule(who=st.integers(0, 3), month=st.sampled_from(MONTHS))
    def open(self, who: int, month: date) -> None:
        self._try(lambda: open_run(db.session(), Period.MONTH, month, actor=self.people[who]))

    @rule(who=st.integers(0, 3), place=st.integers(0, 30))
    def calculate(self, who: int, place: int) -> None:
        self._on(place, lambda run: calculate(db.session(), run, actor=self.people[who]))

    @rule(who=st.integers(0, 3), place=st.integers(0, 30), verb=st.sampled_from(VERBS))
    def move(self, who: int, place: int, verb: Any) -> None:
        self._on(place, lambda run: verb(db.session(), run, actor=self.people[who], version_seen=run.version))

    @rule(who=st.integers(0, 3), place=st.integers(0, 30), verb=st.sampled_from((return_run, withdraw_run)))
    def give_back(self, who: int, place: int, verb: Any) -> None:
        actor = self.people[who]
        self._on(place, lambda run: verb(db.session(), run, actor=actor, version_seen=run.version, reason="x"))

    @rule(month=st.sampled_from(MONTHS), crew=st.tuples(*[st.integers(0, 2)] * len(DESKS)))
    def settle_with_whoever_is_given_the_role(self, month: date, crew: tuple[int, ...]) -> None:
        """Everybody gets the role of each step before trying it: only who did an earlier one stands against it."""
        session = db.session()
        run = next((each for each in self._runs() if each.period_month == month and each.open_key), None)
        if run is None:
            self.people[0].role = Role.HO_SALES
            run = self._try(lambda: open_run(session, Period.MONTH, month, actor=self.people[0]))
        for (verb, role), who in zip(DESKS, crew, strict=True):
            person = self.people[who]
            person.role = role
            session.flush()
            if run is None:
                return
            if verb is calculate:
                self._try(lambda: calculate(session, run, actor=person))  # noqa: B023 - called at once
            else:
                self._try(lambda: verb(session, run, actor=person, version_seen=run.version))  # noqa: B023

    @rule(month=st.sampled_from(MONTHS), units=st.sampled_from([0, 7, 8, 9, 12]))
    def settle_with_the_right_people(self, month: date, units: int) -> None:
        """Random roles seldom come to an end: three who may do it take the month as far as it goes."""
        sell(self.dealer, month, units, outlet=self.dealer.outlets[0])
        session = db.session()
        sales, approver, finance = self.people[4:]
        run = self._try(lambda: open_run(session, Period.MONTH, month, actor=sales))
        if run is None:
            return
        calculate(session, run, actor=sales)
        for verb, actor in zip(VERBS, (finance, approver, finance, finance), strict=True):
            verb(session, run, actor=actor, version_seen=run.version)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert faults(db.session()) == []

    @invariant()
    def whoever_calculated_did_not_approve_and_whoever_paid_did_neither(self) -> None:
        for run in db.session.scalars(select(SettlementRun).where(SettlementRun.status.in_(SETTLED))):
            assert run.approved_by_id not in (None, run.calculated_by_id)
            if run.status is RunStatus.PAID:
                assert len({run.calculated_by_id, run.approved_by_id, run.paid_by_id}) == 3

    @invariant()
    def what_was_paid_is_what_was_due_less_what_is_open(self) -> None:
        due = (
            select(func.coalesce(func.sum(RebateStatement.due_fen), 0))
            .join(SettlementRun, SettlementRun.id == RebateStatement.run_id)
            .where(SettlementRun.status.in_(SETTLED))
        )
        held = select(func.coalesce(func.sum(-LedgerEntry.amount), 0)).where(
            LedgerEntry.account.in_((Account.ACCRUED, Account.PAYABLE)), LedgerEntry.unit == Unit.CASH
        )
        paid = select(func.coalesce(func.sum(Payout.amount_fen), 0))
        session = db.session
        assert session.scalar(paid) + session.scalar(held) == session.scalar(due)
        assert session.scalar(select(func.count()).where(Payout.amount_fen <= 0)) == 0

    @invariant()
    def what_paid_runs_left_is_owed_by_the_dealer_and_taken_off_the_next_payout(self) -> None:
        left = (
            select(func.coalesce(func.sum(-LedgerEntry.amount), 0))
            .join(LedgerPosting, LedgerPosting.id == LedgerEntry.posting_id)
            .join(SettlementRun, SettlementRun.id == LedgerPosting.run_id)
            .where(LedgerEntry.account == Account.PAYABLE, SettlementRun.status == RunStatus.PAID)
        )
        owed = db.session.scalar(left.where(LedgerEntry.unit == Unit.CASH))
        last = select(RunEvent.run_id).where(RunEvent.to_status == RunStatus.PAID).order_by(RunEvent.id.desc())
        run_id = db.session.scalar(last.limit(1))
        assert owed <= 0
        if db.session.scalar(select(func.count()).where(Payout.run_id == run_id)):
            assert owed == 0

    def _runs(self) -> list[SettlementRun]:
        return list(db.session.scalars(select(SettlementRun).order_by(SettlementRun.id)))

    def teardown(self) -> None:
        if getattr(self, "nested", None) is not None:
            self.nested.rollback()

    def _on(self, place: int, work: Any) -> None:
        runs = self._runs()
        if runs:
            self._try(lambda: work(runs[place % len(runs)]))

    def _try(self, work: Any) -> Any:
        nested = db.session.begin_nested()
        try:
            found = work()
        except QudaoError:
            nested.rollback()
            db.session.expire_all()
            return None
        nested.commit()
        return found


@pytest.fixture
def stage(session, held_clock):
    Settling.dealer, office = make_dealer(), make_office()
    lock_months(*MONTHS)
    in_force(office, document())
    in_force(office, volume_policy(effective={"from": "2026-08-01", "to": "2026-12-31"}))
    changing = [make_user(Role.HO_SALES) for _ in range(4)]
    Settling.people = [*changing, office.sales, office.approver, office.finance]
    session.commit()


@pytest.mark.usefixtures("stage")
def test_money_is_conserved_whoever_tries_what():
    run_state_machine_as_test(
        Settling,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert db.session.scalar(select(func.count(LedgerPosting.id))) == 0, "each example was undone"
