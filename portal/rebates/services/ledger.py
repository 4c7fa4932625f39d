"""The one place where something is posted by itself. Runs post in bulk (services.posting), by the same rules.

A posting sums to 0 in each unit and has a business key that is unique: what was posted is answered, not posted again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.audit.recorder import record
from portal.errors import InvalidInput
from portal.rebates.errors import IdempotencyConflict
from portal.rebates.models import LedgerEntry, LedgerPosting
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.rebates.services.moving import by
from portal.scope import scope_of_system


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a posting: debits are positive, credits negative."""

    distributor_id: int
    outlet_id: int | None
    month: date
    account: Account
    unit: Unit
    amount: int
    expires_on: date | None = None


def post(
    session: Session,
    key: str,
    kind: PostingKind,
    entries: Sequence[Entry],
    *,
    booked_on: date,
    actor: User | None,
    run_id: int | None = None,
    statement_id: int | None = None,
    memo: str = "",
) -> LedgerPosting:
    """Post the entries under the key; under a key that is there, the posting that is there.

    Raises InvalidInput (they do not sum to 0), IdempotencyConflict (the key was posted with other entries).
    """
    _check_balance(entries)
    with scope_of_system(session):  # the ledger is the house's, whoever acts
        posting = LedgerPosting(
            business_key=key,
            kind=kind,
            booked_on=booked_on,
            run_id=run_id,
            statement_id=statement_id,
            memo=memo[:200],
            created_at=clock.now(),
            **by(actor),
        )
        try:
            with session.begin_nested():
                session.add(posting)
                session.flush()
        except IntegrityError:
            return _known(session, key, kind, entries)
        rows = [_values(entry) | {"posting_id": posting.id} for entry in entries]
        session.execute(insert(LedgerEntry), rows)
        record(session, "post", object_type="rebate_postings", object_id=posting.id, label=key)
    return posting


def entry_pair(entry: Entry, against: Account) -> tuple[Entry, Entry]:
    """The entry and its other side."""
    other = Entry(entry.distributor_id, entry.outlet_id, entry.month, against, entry.unit, -entry.amount)
    return entry, other


def _check_balance(entries: Sequence[Entry]) -> None:
    sums: Counter[Unit] = Counter()
    for entry in entries:
        sums[entry.unit] += entry.amount
    if not entries or any(sums.values()) or any(entry.amount == 0 for entry in entries):
        raise InvalidInput("amount_out_of_range", field="entries", value=dict(sums))


def _values(entry: Entry) -> dict[str, object]:
    return {
        "distributor_id": entry.distributor_id,
        "outlet_id": entry.outlet_id,
        "month": entry.month,
        "account": entry.account,
        "unit": entry.unit,
        "amount": entry.amount,
        "expires_on": entry.expires_on,
    }


def _known(session: Session, key: str, kind: PostingKind, entries: Sequence[Entry]) -> LedgerPosting:
    posting = session.scalars(select(LedgerPosting).where(LedgerPosting.business_key == key)).one()
    wanted = Counter((each.distributor_id, each.outlet_id, each.account, each.unit, each.amount) for each in entries)
    there = Counter(
        (each.distributor_id, each.outlet_id, each.account, each.unit, each.amount) for each in posting.entries
    )
    if posting.kind is not kind or wanted != there:
        raise IdempotencyConflict(key=key)
    return posting


def count_postings(session: Session) -> int:
    """How many postings there are."""
    with scope_of_system(session):
        return session.scalar(select(func.count(LedgerPosting.id))) or 0
