"""Points accounts: payments received are noted, points redeemed, and what is too old expires."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.errors import InvalidInput, NotFound
from portal.network.models import Distributor
from portal.periods import month_of
from portal.rebates.errors import IdempotencyConflict
from portal.rebates.models import LedgerEntry, PaymentReceived, PointsRedemption
from portal.rebates.queries.points import available_points, lots_of
from portal.rebates.rules.points import expired
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.rebates.services.ledger import Entry, post

MOST_FEN = 10**13
MAX_WHAT_FOR = 300


def note_payment(
    session: Session,
    distributor_id: int,
    *,
    actor: User | None,
    month: date,
    received_on: date,
    amount_fen: int,
    reference: str,
    note: str = "",
) -> PaymentReceived:
    """Money has arrived from a distributor. The bank's reference is noted once; the same words again are the same."""
    if not 0 < amount_fen <= MOST_FEN:
        raise InvalidInput("amount_out_of_range", value=amount_fen)
    if received_on > clock.today():
        raise InvalidInput("day_in_future", value=received_on)
    known = session.scalar(select(PaymentReceived).where(PaymentReceived.reference == reference))
    if known is not None:
        if (known.distributor_id, known.amount_fen, known.received_on) == (distributor_id, amount_fen, received_on):
            return known
        raise InvalidInput("reference_known", value=reference)
    payment = PaymentReceived(
        distributor_id=distributor_id,
        month=month_of(month),
        received_on=received_on,
        amount_fen=amount_fen,
        reference=reference,
        note=note,
        noted_by_id=actor.id if actor else None,
        noted_by_name=actor.name if actor else "",
        created_at=clock.now(),
    )
    session.add(payment)
    session.flush()
    return payment


def redeem(
    session: Session,
    distributor_id: int,
    outlet_id: int | None,
    *,
    actor: User | None,
    points: int,
    what_for: str,
    value_fen: int,
    on: date | None = None,
    key: str,
) -> PointsRedemption:
    """Points become goods, training or money. The same submission again is answered alike; no more than there are."""
    _hold(session, distributor_id)
    known = session.scalar(select(PointsRedemption).where(PointsRedemption.submission_key == key))
    if known is not None:
        if (known.distributor_id, known.outlet_id, known.points) == (distributor_id, outlet_id, points):
            return known
        raise IdempotencyConflict(key=key)
    day = on or clock.today()
    if day > clock.today():
        raise InvalidInput("day_in_future", value=day)
    held = available_points(session, distributor_id, outlet_id)
    if not 0 < points <= held:
        raise InvalidInput("more_than_held", value=points, held=held)
    redemption = PointsRedemption(
        distributor_id=distributor_id,
        outlet_id=outlet_id,
        points=points,
        redeemed_on=day,
        what_for=what_for[:MAX_WHAT_FOR],
        value_fen=value_fen,
        submission_key=key,
        noted_by_id=actor.id if actor else None,
        noted_by_name=actor.name if actor else "",
        created_at=clock.now(),
    )
    session.add(redemption)
    session.flush()
    _move(session, (distributor_id, outlet_id), Account.REDEEMED, points, f"redeem:{redemption.id}", day, actor)
    return redemption


def expire_points(session: Session, today: date | None = None, *, actor: User | None = None) -> int:
    """Take off what was not redeemed by its last day, once however often it runs; returns how many points.

    Call it in the scope of the house.
    """
    today, total = today or clock.today(), 0
    for distributor_id, outlet_id in _parties_with_old_points(session, today):
        _hold(session, distributor_id)
        lots, used = lots_of(session, distributor_id, outlet_id)
        for day, points in sorted(expired(lots, used, today).items()):
            key = f"expire:{distributor_id}:{outlet_id or 0}:{day.isoformat()}"
            _move(session, (distributor_id, outlet_id), Account.EXPIRED, points, key, today, actor)
            total += points
    return total


def _parties_with_old_points(session: Session, today: date) -> list[tuple[int, int | None]]:
    statement = (
        select(LedgerEntry.distributor_id, LedgerEntry.outlet_id)
        .where(LedgerEntry.unit == Unit.POINTS, LedgerEntry.account == Account.PAYABLE, LedgerEntry.expires_on < today)
        .group_by(LedgerEntry.distributor_id, LedgerEntry.outlet_id)
        .having(func.sum(-LedgerEntry.amount) > 0)
        .order_by(LedgerEntry.distributor_id, LedgerEntry.outlet_id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def _move(
    session: Session,
    party: tuple[int, int | None],
    account: Account,
    points: int,
    key: str,
    day: date,
    actor: User | None,
) -> None:
    place = (*party, month_of(day))
    kind = PostingKind.REDEEM if account is Account.REDEEMED else PostingKind.EXPIRE
    entries = [Entry(*place, Account.PAYABLE, Unit.POINTS, points), Entry(*place, account, Unit.POINTS, -points)]
    post(session, key, kind, entries, booked_on=day, actor=actor)
    session.flush()


def _hold(session: Session, distributor_id: int) -> None:
    """Two redemptions of one distributor wait for each other. (SQLite has one writer anyway.)"""
    held = session.scalar(select(Distributor.id).where(Distributor.id == distributor_id).with_for_update())
    if held is None:
        raise NotFound()
