"""Entries of a party's ledger, with the posting that each belongs to.

Postings are head office's own: a dealer reads of them what concerns its own entries, so the entries are cut to the
reader's scope by hand here, and the rest is read by the house.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session

from portal.network.models import Distributor, Outlet
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.rebates.models import LedgerEntry, LedgerPosting
from portal.rebates.queries.points import expiring
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.scope import bound_scope, scope_of_system, visible_rows

# Accounts that are looked through for points that end soon.
MOST_EXPIRING = 200
PARTY_CODE = func.coalesce(Outlet.code, Distributor.code)
# What a dealer has an interest in: not the manufacturer's cost, which mirrors every accrual.
OWN_ACCOUNTS = tuple(account for account in Account if account not in (Account.EXPENSE, Account.SUBSIDY))


@dataclass(frozen=True)
class EntryFilter:
    """What the facets leave; empty: everything."""

    text: str = ""
    units: Collection[Unit] = ()
    kinds: Collection[PostingKind] = ()
    accounts: Collection[Account] = ()

    def apply(self, statement: Select[Any]) -> Select[Any]:
        """The statement, cut."""
        statement = statement.where(LedgerEntry.account.in_(self.accounts or OWN_ACCOUNTS))
        if self.text:
            columns = (Outlet.code, Outlet.name, Outlet.name_en, Distributor.code, Distributor.name, LedgerPosting.memo)
            statement = statement.where(or_(*(each.icontains(self.text, autoescape=True) for each in columns)))
        if self.units:
            statement = statement.where(LedgerEntry.unit.in_(self.units))
        return statement.where(LedgerPosting.kind.in_(self.kinds)) if self.kinds else statement


_COLUMNS: tuple[Any, ...] = (
    LedgerEntry.id,
    LedgerEntry.month,
    LedgerEntry.account,
    LedgerEntry.unit,
    LedgerEntry.amount,
    LedgerEntry.expires_on,
    LedgerPosting.kind,
    LedgerPosting.booked_on,
    LedgerPosting.memo,
    LedgerPosting.statement_id,
    PARTY_CODE.label("party_code"),
)


def _listed(session: Session, wanted: EntryFilter) -> Select[Any]:
    statement: Select[Any] = (
        select(*_COLUMNS)
        .select_from(LedgerEntry)
        .join(LedgerPosting, LedgerPosting.id == LedgerEntry.posting_id)
        .join(Distributor, Distributor.id == LedgerEntry.distributor_id)
        .outerjoin(Outlet, Outlet.id == LedgerEntry.outlet_id)
        .where(visible_rows(LedgerEntry, bound_scope(session)))
    )
    return wanted.apply(statement)


def list_entries(
    session: Session, wanted: EntryFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """A page of entries, and how many there are."""
    statement = _listed(session, wanted)
    with scope_of_system(session):
        return keyset_page(session, statement, order, cursor, size), capped_count(session, statement)


def stream_entries(session: Session, wanted: EntryFilter) -> Iterator[Any]:
    """All of them, the newest first."""
    statement = _listed(session, wanted).order_by(LedgerEntry.id.desc())
    with scope_of_system(session):
        rows = session.execute(statement, execution_options={"yield_per": 2_000})
    yield from rows


@dataclass(frozen=True, slots=True)
class Sums:
    """What the reader's parties have of one kind: earned, taken back, and by account what became of it."""

    earned: int = 0
    clawed_back: int = 0
    by_account: Mapping[Account, int] = field(default_factory=dict)

    def of(self, account: Account) -> int:
        """The sum of an account, positive where it is owed or was paid to the dealer."""
        return self.by_account.get(account, 0)

    @property
    def owed(self) -> int:
        """What is still to be paid or redeemed."""
        return self.of(Account.ACCRUED) + self.of(Account.PAYABLE)


def sums_by_unit(session: Session) -> dict[Unit, Sums]:
    """Kind → its sums, in the reader's scope; money always. One statement."""
    cost, amount = LedgerEntry.account == Account.EXPENSE, LedgerEntry.amount
    statement = select(
        LedgerEntry.unit,
        LedgerEntry.account,
        func.sum(-amount),
        func.sum(case((cost & (amount > 0), amount), else_=0)),
        func.sum(case((cost & (amount < 0), -amount), else_=0)),
    ).group_by(LedgerEntry.unit, LedgerEntry.account)
    accounts: dict[Unit, dict[Account, int]] = {Unit.CASH: {}}
    earned: Counter[Unit] = Counter()
    clawed: Counter[Unit] = Counter()
    for unit, account, total, gained, lost in session.execute(statement):
        accounts.setdefault(unit, {})[account] = int(total or 0)
        earned[unit] += int(gained or 0)
        clawed[unit] += int(lost or 0)
    return {unit: Sums(earned[unit], clawed[unit], accounts[unit]) for unit in Unit if unit in accounts}


def points_expiring(session: Session, today: date, until: date) -> list[tuple[date, int]]:
    """Day → points of all accounts that the reader sees which end by then, unless they are redeemed before."""
    found: Counter[date] = Counter()
    statement = (
        select(LedgerEntry.distributor_id, LedgerEntry.outlet_id)
        .where(
            LedgerEntry.unit == Unit.POINTS,
            LedgerEntry.account == Account.PAYABLE,
            LedgerEntry.expires_on.between(today, until),
        )
        .distinct()
        .limit(MOST_EXPIRING)
    )
    for distributor_id, outlet_id in session.execute(statement).all():
        for lot in expiring(session, distributor_id, outlet_id):
            if lot.expires_on is not None and today <= lot.expires_on <= until:
                found[lot.expires_on] += lot.points
    return sorted(found.items())
