"""What everybody earned, was paid, and is still owed: sums of the ledger, in the reader's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from portal.rebates.models import LedgerEntry, SettlementRun
from portal.rebates.queries.settled import span_of_run
from portal.rebates.rules.life import RunStatus
from portal.rebates.rules.settling import Account, Span, Unit, days_overdue

E = LedgerEntry


@dataclass(frozen=True, slots=True)
class Balance:
    """One party in one unit; what is positive is the dealer's.

    Always: earned = clawed_back + accrued + payable + paid + redeemed + expired. A negative `payable` is owed by it.
    """

    distributor_id: int
    outlet_id: int | None
    unit: Unit
    earned: int
    clawed_back: int
    accrued: int
    payable: int
    paid: int
    redeemed: int
    expired: int

    @property
    def open(self) -> int:
        """What is still to be paid, released or not."""
        return self.accrued + self.payable

    @property
    def is_conserved(self) -> bool:
        """Whether nothing got lost: what was earned is somewhere."""
        return self.earned == self.clawed_back + self.open + self.paid + self.redeemed + self.expired


def balances(session: Session, *, distributor_id: int | None = None, outlet_id: int | None = None) -> list[Balance]:
    """Balances by party and unit; of one distributor with its outlets, or of one outlet. One statement."""
    cost = E.account == Account.EXPENSE
    columns: list[Any] = [
        func.sum(case((cost & (E.amount > 0), E.amount), else_=0)),
        func.sum(case((cost & (E.amount < 0), -E.amount), else_=0)),
    ]
    owed = (Account.ACCRUED, Account.PAYABLE, Account.PAID, Account.REDEEMED, Account.EXPIRED)
    columns += [func.sum(case((E.account == account, -E.amount), else_=0)) for account in owed]
    statement = (
        select(E.distributor_id, E.outlet_id, E.unit, *columns)
        .where(E.account.in_((Account.EXPENSE, *owed)))
        .group_by(E.distributor_id, E.outlet_id, E.unit)
        .order_by(E.distributor_id, E.outlet_id, E.unit)
    )
    if distributor_id is not None:
        statement = statement.where(E.distributor_id == distributor_id)
    if outlet_id is not None:
        statement = statement.where(E.outlet_id == outlet_id)
    return [
        Balance(distributor, outlet, Unit(unit), *(int(value) for value in sums))
        for distributor, outlet, unit, *sums in session.execute(statement)
    ]


@dataclass(frozen=True, slots=True)
class Unpaid:
    """A run that is approved and not paid: its period, and how many days ago it had to be."""

    run: SettlementRun
    span: Span
    overdue: int


def unpaid_runs(session: Session, today: date) -> list[Unpaid]:
    """Runs that wait for their payment, the longest due first. `overdue` is negative while there is time."""
    waiting = (RunStatus.APPROVED, RunStatus.RELEASED)
    statement = select(SettlementRun).where(SettlementRun.status.in_(waiting))
    return [
        Unpaid(run, span_of_run(run), days_overdue(run.due_on, today, is_paid=False))
        for run in session.scalars(statement.order_by(SettlementRun.due_on, SettlementRun.id))
    ]


def totals(session: Session) -> list[tuple[Unit, Account, int]]:
    """What stands in each account, by unit: debits are positive."""
    statement = select(E.unit, E.account, func.sum(E.amount)).group_by(E.unit, E.account).order_by(E.unit, E.account)
    return [(Unit(unit), Account(account), int(amount)) for unit, account, amount in session.execute(statement)]
