"""Postings of a whole run, set by set: INSERT … SELECT from its statements, a business key for each.

A key that is there already stops the whole transaction: nothing of the run is posted twice, whoever tries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, String, case, cast, func, insert, literal, null, or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.periods import last_day, shift_month
from portal.rebates.models import LedgerEntry, LedgerPosting, Payout, RebateStatement, SettlementRun
from portal.rebates.rules.life import RunStatus
from portal.rebates.rules.settling import POINTS_LAST_MONTHS, Account, PostingKind, Unit
from portal.rebates.services.moving import by

S, P, E = RebateStatement, LedgerPosting, LedgerEntry
DUE = {Unit.CASH: S.due_fen, Unit.POINTS: S.due_points, Unit.GOODS: S.due_goods}
_POSTING = (
    "business_key",
    "kind",
    "booked_on",
    "run_id",
    "statement_id",
    "memo",
    "actor_id",
    "actor_name",
    "created_at",
)
_ENTRY = ("posting_id", "distributor_id", "outlet_id", "month", "account", "unit", "amount", "expires_on")
ACCRUALS = (PostingKind.ACCRUE, PostingKind.TRUE_UP, PostingKind.CLAW_BACK)


def post_accruals(session: Session, run: SettlementRun, *, actor: User | None) -> None:
    """What the run's statements leave due becomes accrued: earned for the first time, trued up, or clawed back."""
    falls = or_(S.due_fen < 0, S.due_points < 0, S.due_goods < 0)
    was_posted = or_(S.posted_fen != 0, S.posted_points != 0, S.posted_goods != 0)
    kind = case(
        (falls, literal(PostingKind.CLAW_BACK.value)),
        (was_posted if run.number > 1 else literal(False), literal(PostingKind.TRUE_UP.value)),
        else_=literal(PostingKind.ACCRUE.value),
    )
    _post_statements(session, run, "accrue", kind, (Account.EXPENSE, Account.ACCRUED), ACCRUALS, actor)


def post_releases(session: Session, run: SettlementRun, *, actor: User | None) -> None:
    """What is accrued becomes payable; points can be used from now on, until they expire."""
    kind = literal(PostingKind.RELEASE.value)
    expires = last_day(shift_month(clock.today().replace(day=1), POINTS_LAST_MONTHS))
    accounts = (Account.ACCRUED, Account.PAYABLE)
    _post_statements(session, run, "release", kind, accounts, (PostingKind.RELEASE,), actor, expires)


def _post_statements(
    session: Session,
    run: SettlementRun,
    word: str,
    kind: ColumnElement[str],
    accounts: tuple[Account, Account],
    kinds: Sequence[PostingKind],
    actor: User | None,
    expires: date | None = None,
) -> None:
    """A posting for each statement with something due: debit the first account, credit the second."""
    who = by(actor)
    rows = select(
        literal(f"{word}:") + cast(S.id, String),
        kind,
        literal(clock.today()),
        S.run_id,
        S.id,
        literal(""),
        literal(who["actor_id"]) if who["actor_id"] else null(),
        literal(who["actor_name"]),
        literal(clock.now(), P.created_at.type),
    ).where(S.run_id == run.id, or_(*(due != 0 for due in DUE.values())))
    session.execute(insert(P).from_select(_POSTING, rows))
    debit, credit = accounts
    for unit, due in DUE.items():
        for account, amount in ((debit, due), (credit, -due)):
            keeps = expires is not None and unit is Unit.POINTS and account is Account.PAYABLE
            lasts: Any = case((due > 0, literal(expires, Date)), else_=null()) if keeps else null()
            entries = (
                select(
                    P.id,
                    S.distributor_id,
                    S.outlet_id,
                    S.month,
                    literal(account.value),
                    literal(unit.value),
                    amount,
                    lasts,
                )
                .join(S, S.id == P.statement_id)
                .where(P.run_id == run.id, P.kind.in_(kinds), due != 0)
            )
            session.execute(insert(E).from_select(_ENTRY, entries))


def post_payments(
    session: Session, run: SettlementRun, *, actor: User | None, reference: str, paid_on: date
) -> list[Payout]:
    """What is payable becomes paid, a payout for each distributor, less what earlier runs left it owing.

    Where nothing is left to pay a distributor, its balance is carried to the next run. Free units go out beside.
    """
    session.flush()
    payouts = []
    for distributor, parties in sorted(_payable(session, run, Unit.CASH).items()):
        amount = sum(parties.values())
        if amount <= 0:
            continue
        payout = Payout(
            run_id=run.id,
            distributor_id=distributor,
            amount_fen=amount,
            reference=reference.strip()[:80],
            paid_on=paid_on,
            paid_by_id=actor.id if actor else None,
            paid_by_name=actor.name if actor else "",
        )
        payouts.append(payout)
    session.add_all(payouts)
    session.flush()
    wanted = {payout.distributor_id for payout in payouts}
    _post_parties(session, run, Unit.CASH, wanted, actor, paid_on)
    goods = {owner for owner, parties in _payable(session, run, Unit.GOODS).items() if sum(parties.values()) > 0}
    _post_parties(session, run, Unit.GOODS, goods, actor, paid_on)
    return payouts


def _payable(session: Session, run: SettlementRun, unit: Unit) -> dict[int, dict[int | None, int]]:
    """Distributor → outlet (None: itself) → what is payable by this run, with what paid runs have left."""
    statement = (
        select(E.distributor_id, E.outlet_id, func.sum(-E.amount))
        .join(P, P.id == E.posting_id)
        .join(SettlementRun, SettlementRun.id == P.run_id)
        .where(
            E.account == Account.PAYABLE,
            E.unit == unit,
            or_(SettlementRun.id == run.id, SettlementRun.status == RunStatus.PAID),
        )
        .group_by(E.distributor_id, E.outlet_id)
        .having(func.sum(E.amount) != 0)
    )
    found: dict[int, dict[int | None, int]] = defaultdict(dict)
    for distributor, outlet, amount in session.execute(statement):
        found[distributor][outlet] = int(amount)
    return found


def _post_parties(
    session: Session, run: SettlementRun, unit: Unit, wanted: set[int], actor: User | None, paid_on: date
) -> None:
    """A posting for each distributor, an entry pair for each of its parties with a balance."""
    if not wanted:
        return
    who, now = by(actor), clock.now()
    word = "pay" if unit is Unit.CASH else f"pay_{unit.value}"
    session.execute(
        insert(P),
        [
            {
                "business_key": f"{word}:{run.id}:{distributor}",
                "kind": PostingKind.PAY,
                "booked_on": paid_on,
                "run_id": run.id,
                "memo": "",
                "created_at": now,
                **who,
            }
            for distributor in sorted(wanted)
        ],
    )
    keys = select(P.business_key, P.id).where(P.run_id == run.id, P.kind == PostingKind.PAY)
    ids = dict(session.execute(keys).all())
    rows = []
    for distributor, parties in _payable(session, run, unit).items():
        if distributor not in wanted:
            continue
        for outlet, amount in parties.items():
            shared = {
                "posting_id": ids[f"{word}:{run.id}:{distributor}"],
                "distributor_id": distributor,
                "outlet_id": outlet,
                "month": run.period_month,
                "unit": unit,
            }
            rows.append(shared | {"account": Account.PAYABLE, "amount": amount})
            rows.append(shared | {"account": Account.PAID, "amount": -amount})
    session.execute(insert(E), rows)
