"""Does the ledger hold together? Asked by `flask doctor` and `flask rebates ledger --check`; a line for each fault.

Every select here is over the whole house: call it in the scope of the house.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from portal.rebates.models import LedgerEntry, LedgerPosting, Payout, RebateStatement, SettlementRun
from portal.rebates.queries.balances import balances
from portal.rebates.rules.life import SETTLED, RunStatus
from portal.rebates.rules.settling import Account, PostingKind, Unit

MOST = 20
E, P, S, R = LedgerEntry, LedgerPosting, RebateStatement, SettlementRun
ACCRUALS = (PostingKind.ACCRUE, PostingKind.TRUE_UP, PostingKind.CLAW_BACK)
_RELEASED = (RunStatus.RELEASED, RunStatus.PAID)


def faults(session: Session) -> list[str]:
    """What does not hold; empty when everything does. At most some of each kind."""
    return [
        *_rows(session, _unbalanced(), "posting {0}: its entries in {1} sum to {2}, not to 0"),
        *_rows(session, _empty(), "posting {0} ({1}) has no entries"),
        *(line for unit in Unit for line in _statements(session, unit)),
        *_rows(session, _unsettled(), "posting {0}: statement {1} is of a run that is not settled"),
        *_rows(session, _payouts(), "payout {0}: {1} fen, but {2} fen are posted"),
        *_rows(session, _totals(), "version {0}, party {1}, {2}: earned {3} fen, but {4} fen were settled"),
        *_parties(session),
    ]


def _rows(session: Session, statement: Select[*tuple[Any, ...]], words: str) -> list[str]:
    return [words.format(*row) for row in session.execute(statement.limit(MOST))]


def _unbalanced() -> Select[*tuple[Any, ...]]:
    total = func.sum(E.amount)
    return select(E.posting_id, E.unit, total).group_by(E.posting_id, E.unit).having(total != 0)


def _empty() -> Select[*tuple[Any, ...]]:
    return select(P.id, P.business_key).where(~exists().where(E.posting_id == P.id))


def _statements(session: Session, unit: Unit) -> Iterator[str]:
    """What a settled statement leaves due is accrued once, and where the run is released, payable once."""
    due = {Unit.CASH: S.due_fen, Unit.POINTS: S.due_points, Unit.GOODS: S.due_goods}[unit]
    for account, kinds, statuses in (
        (Account.ACCRUED, ACCRUALS, SETTLED),
        (Account.PAYABLE, (PostingKind.RELEASE,), _RELEASED),
    ):
        posted = (
            select(P.statement_id, func.sum(-E.amount).label("amount"))
            .join(E, E.posting_id == P.id)
            .where(P.kind.in_(kinds), E.account == account, E.unit == unit)
            .group_by(P.statement_id)
            .subquery()
        )
        statement = (
            select(S.id, due, func.coalesce(posted.c.amount, 0))
            .join(R, R.id == S.run_id)
            .outerjoin(posted, posted.c.statement_id == S.id)
            .where(R.status.in_(statuses), due != func.coalesce(posted.c.amount, 0))
        )
        yield from _rows(session, statement, f"statement {{0}}: {{1}} {unit} are due, {{2}} are {account}")


def _unsettled() -> Select[*tuple[Any, ...]]:
    return (
        select(P.id, P.statement_id)
        .join(S, S.id == P.statement_id)
        .join(R, R.id == S.run_id)
        .where(P.kind.in_((*ACCRUALS, PostingKind.RELEASE)), R.status.not_in(SETTLED))
    )


def _payouts() -> Select[*tuple[Any, ...]]:
    """A payout is what was posted as paid to the distributor's parties by the run."""
    posted = (
        select(P.run_id, E.distributor_id, func.sum(-E.amount).label("amount"))
        .join(E, E.posting_id == P.id)
        .where(P.kind == PostingKind.PAY, E.account == Account.PAID, E.unit == Unit.CASH)
        .group_by(P.run_id, E.distributor_id)
        .subquery()
    )
    same = and_(posted.c.run_id == Payout.run_id, posted.c.distributor_id == Payout.distributor_id)
    return (
        select(Payout.id, Payout.amount_fen, func.coalesce(posted.c.amount, 0))
        .outerjoin(posted, same)
        .where(Payout.amount_fen != func.coalesce(posted.c.amount, 0))
    )


def _totals() -> Select[*tuple[Any, ...]]:
    """All that settled runs left due of a period is what the last of them says was earned: nothing counted twice."""
    keys = (S.version_id, S.month, S.period_kind)
    party = func.coalesce(S.outlet_id, -S.distributor_id)
    sums = (
        select(*keys, party.label("party"), func.sum(S.due_fen).label("due"), func.max(S.run_id).label("last"))
        .join(R, R.id == S.run_id)
        .where(R.status.in_(SETTLED))
        .group_by(*keys, party)
        .subquery()
    )
    last = aliased(S)
    same = and_(
        last.run_id == sums.c.last,
        last.version_id == sums.c.version_id,
        func.coalesce(last.outlet_id, -last.distributor_id) == sums.c.party,
    )
    return (
        select(sums.c.version_id, sums.c.party, sums.c.month, last.total_fen, sums.c.due)
        .join(last, same)
        .where(last.total_fen != sums.c.due)
    )


def _parties(session: Session) -> list[str]:
    """Of each party: earned = paid + open + clawed back (and redeemed, and expired)."""
    wrong = [each for each in balances(session) if not each.is_conserved]
    return [
        f"distributor {each.distributor_id}, outlet {each.outlet_id}: earned {each.earned} {each.unit}, but "
        f"{each.paid} paid, {each.open} open, {each.clawed_back} clawed back, {each.redeemed} redeemed, "
        f"{each.expired} expired"
        for each in wrong[:MOST]
    ]
