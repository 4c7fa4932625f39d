"""Points accounts (积分返点): what a party earned, redeemed and lost month by month, beside payments received."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from portal.network.models import Distributor, Outlet
from portal.periods import month_of
from portal.rebates.models import LedgerEntry, LedgerPosting, PaymentReceived, PointsRedemption
from portal.rebates.rules.points import Lot, remaining
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.sales.models import SalesRollup
from portal.scope import bound_scope, scope_of_system, visible_rows


@dataclass(frozen=True, slots=True)
class Party:
    """A distributor, or one of its outlets."""

    distributor: Distributor
    outlet: Outlet | None = None

    @property
    def key(self) -> str:
        """The code of the outlet, or of the distributor."""
        return self.outlet.code if self.outlet else self.distributor.code

    @property
    def outlet_id(self) -> int | None:
        return self.outlet.id if self.outlet else None


def accounts(session: Session) -> list[tuple[Party, int]]:
    """Parties that ever had points, with what they may redeem now, by code. In the reader's scope."""
    entry = LedgerEntry
    open_sum = func.sum(-entry.amount)
    statement = (
        select(entry.distributor_id, entry.outlet_id, open_sum)
        .where(entry.unit == Unit.POINTS, entry.account == Account.PAYABLE)
        .group_by(entry.distributor_id, entry.outlet_id)
    )
    rows = session.execute(statement).all()
    distributor_ids, outlet_ids = {row[0] for row in rows}, {row[1] for row in rows if row[1]}
    distributors = {
        row.id: row for row in session.scalars(select(Distributor).where(Distributor.id.in_(distributor_ids)))
    }
    outlets = {row.id: row for row in session.scalars(select(Outlet).where(Outlet.id.in_(outlet_ids)))}
    found = [
        (Party(distributors[row[0]], outlets.get(row[1]) if row[1] else None), int(row[2] or 0))
        for row in rows
        if row[0] in distributors and (row[1] is None or row[1] in outlets)
    ]
    return sorted(found, key=lambda pair: pair[0].key)


def of_party(party_distributor_id: int, outlet_id: int | None) -> list[ColumnElement[bool]]:
    """The conditions of a party's entries."""
    outlet = LedgerEntry.outlet_id.is_(None) if outlet_id is None else LedgerEntry.outlet_id == outlet_id
    return [LedgerEntry.distributor_id == party_distributor_id, outlet]


def _visible(session: Session) -> ColumnElement[bool]:
    """The entries that the reader sees. Postings, which tell of their kind and day, are head office's own otherwise."""
    return visible_rows(LedgerEntry, bound_scope(session))


def lots_of(session: Session, distributor_id: int, outlet_id: int | None) -> tuple[list[Lot], int]:
    """The points released to a party, and how many of them were redeemed or have expired."""
    where = [*of_party(distributor_id, outlet_id), LedgerEntry.unit == Unit.POINTS, _visible(session)]
    released = (
        select(LedgerEntry.expires_on, func.sum(-LedgerEntry.amount))
        .join(LedgerPosting, LedgerPosting.id == LedgerEntry.posting_id)
        .where(*where, LedgerEntry.account == Account.PAYABLE, LedgerPosting.kind == PostingKind.RELEASE)
        .group_by(LedgerEntry.expires_on)
    )
    ended = select(func.sum(-LedgerEntry.amount)).where(
        *where, LedgerEntry.account.in_([Account.REDEEMED, Account.EXPIRED])
    )
    with scope_of_system(session):
        lots = [Lot(int(points), day) for day, points in session.execute(released) if points]
    return lots, int(session.scalar(ended) or 0)


def available_points(session: Session, distributor_id: int, outlet_id: int | None) -> int:
    """What the party may redeem now."""
    where = [*of_party(distributor_id, outlet_id), LedgerEntry.unit == Unit.POINTS]
    held = select(func.sum(-LedgerEntry.amount)).where(*where, LedgerEntry.account == Account.PAYABLE)
    return int(session.scalar(held) or 0)


def expiring(session: Session, distributor_id: int, outlet_id: int | None) -> list[Lot]:
    """What is left of each lot, the first to expire first."""
    return remaining(*lots_of(session, distributor_id, outlet_id))


@dataclass(slots=True)
class PointsMonth:
    """A month of a points account, beside what was paid and what was billed in it."""

    month: date
    earned: int = 0
    redeemed: int = 0
    expired: int = 0
    balance: int = 0
    paid_fen: int = 0
    billed_fen: int = 0

    @property
    def open_fen(self) -> int:
        """Billed and not paid in the month."""
        return self.billed_fen - self.paid_fen


@dataclass(slots=True)
class PointsAccount:
    """A party's account: its months, the newest first, its redemptions and payments."""

    months: list[PointsMonth] = field(default_factory=list)
    redemptions: list[PointsRedemption] = field(default_factory=list)
    payments: list[PaymentReceived] = field(default_factory=list)


def read_account(session: Session, party: Party) -> PointsAccount:
    """Everything that both sides check."""
    months: dict[date, PointsMonth] = {}

    def at(month: date) -> PointsMonth:
        return months.setdefault(month, PointsMonth(month))

    for kind, month, booked_on, points in _moves(session, party):
        if kind is PostingKind.RELEASE:
            at(month).earned += points
        elif kind is PostingKind.REDEEM:
            at(month_of(booked_on)).redeemed -= points
        elif kind is PostingKind.EXPIRE:
            at(month_of(booked_on)).expired -= points
        else:
            at(month).earned += points
    payments = _payments(session, party)
    for payment in payments:
        at(payment.month).paid_fen += payment.amount_fen
    for month, fen in _billed(session, party, list(months)):
        at(month).billed_fen = fen
    balance = 0
    for month in sorted(months):
        row = months[month]
        balance += row.earned - row.redeemed - row.expired
        row.balance = balance
    rows = sorted(months.values(), key=lambda row: row.month, reverse=True)
    return PointsAccount(rows, _redemptions(session, party), payments)


def _moves(session: Session, party: Party) -> Iterator[tuple[PostingKind, date, date, int]]:
    """Every change of what may be redeemed: kind, month, day, points (negative where they go)."""
    entry = LedgerEntry
    statement = (
        select(LedgerPosting.kind, entry.month, LedgerPosting.booked_on, -entry.amount)
        .join(LedgerPosting, LedgerPosting.id == entry.posting_id)
        .where(*of_party(party.distributor.id, party.outlet_id))
        .where(entry.unit == Unit.POINTS, entry.account == Account.PAYABLE, _visible(session))
        .order_by(entry.id)
    )
    with scope_of_system(session):
        rows = session.execute(statement).all()
    for kind, month, day, points in rows:
        yield kind, month, day, int(points)


def _payments(session: Session, party: Party) -> list[PaymentReceived]:
    """Payments are the distributor's: an outlet pays its distributor, not the manufacturer."""
    if party.outlet is not None:
        return []
    statement = (
        select(PaymentReceived)
        .where(PaymentReceived.distributor_id == party.distributor.id)
        .order_by(PaymentReceived.received_on.desc(), PaymentReceived.id.desc())
        .limit(200)
    )
    return list(session.scalars(statement))


def _billed(session: Session, party: Party, months: list[date]) -> list[tuple[date, int]]:
    """The channel price of what was sold, by month, as reported."""
    if not months:
        return []
    statement = (
        select(SalesRollup.month, func.sum(SalesRollup.amount_fen))
        .where(SalesRollup.distributor_id == party.distributor.id, SalesRollup.month.in_(months))
        .group_by(SalesRollup.month)
    )
    if party.outlet is not None:
        statement = statement.where(SalesRollup.outlet_id == party.outlet.id)
    return [(month, int(fen or 0)) for month, fen in session.execute(statement)]


def _redemptions(session: Session, party: Party) -> list[PointsRedemption]:
    outlet = PointsRedemption.outlet_id
    statement = (
        select(PointsRedemption)
        .where(PointsRedemption.distributor_id == party.distributor.id)
        .where(outlet.is_(None) if party.outlet is None else outlet == party.outlet.id)
        .options(joinedload(PointsRedemption.distributor))
        .order_by(PointsRedemption.id.desc())
        .limit(200)
    )
    return list(session.scalars(statement))


def find_party(session: Session, code: str) -> Party | None:
    """The outlet or the distributor with this code, in the reader's scope."""
    if not code:
        return None
    outlet = session.scalar(select(Outlet).where(Outlet.code == code).options(joinedload(Outlet.distributor)))
    if outlet is not None:
        distributor = outlet.distributor or session.get(Distributor, outlet.distributor_id)
        return Party(distributor, outlet) if distributor is not None else None
    distributor = session.scalar(select(Distributor).where(Distributor.code == code))
    return None if distributor is None else Party(distributor)


def list_distributors(session: Session) -> list[Distributor]:
    """Those that the reader sees, by code."""
    return list(session.scalars(select(Distributor).order_by(Distributor.code)))
