"""Disputes in the reader's scope: the list, one, and those of a statement."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.errors import NotFound
from portal.network.models import Distributor, Outlet
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.rebates.models import PolicyVersion, RebateDispute, RebatePolicy, RebateStatement
from portal.rebates.rules.life import DisputeStatus

PARTY_CODE = func.coalesce(Outlet.code, Distributor.code)


@dataclass(frozen=True)
class DisputeFilter:
    """What the facets leave; empty: everything."""

    text: str = ""
    statuses: Collection[DisputeStatus] = ()

    def apply(self, statement: Select[Any]) -> Select[Any]:
        """The statement, cut."""
        if self.text:
            columns = (RebateDispute.question, RebatePolicy.code, Outlet.code, Outlet.name, Outlet.name_en,
                       Distributor.code, Distributor.name, Distributor.name_en)  # fmt: skip
            statement = statement.where(or_(*(each.icontains(self.text, autoescape=True) for each in columns)))
        return statement.where(RebateDispute.status.in_(self.statuses)) if self.statuses else statement


_COLUMNS: tuple[Any, ...] = (
    RebateDispute.id,
    RebateDispute.status,
    RebateDispute.term_id,
    RebateDispute.line_ref,
    RebateDispute.question,
    RebateDispute.answer,
    RebateDispute.decision,
    RebateDispute.asked_at,
    RebateDispute.asked_by_name,
    RebateDispute.answered_at,
    RebateDispute.decided_at,
    RebateDispute.statement_id,
    RebateStatement.month,
    RebatePolicy.code.label("policy_code"),
    PARTY_CODE.label("party_code"),
    Outlet.name.label("outlet_name"),
    Outlet.name_en.label("outlet_name_en"),
    Distributor.name.label("distributor_name"),
    Distributor.name_en.label("distributor_name_en"),
)
_LISTED: Select[Any] = (
    select(*_COLUMNS)
    .select_from(RebateDispute)
    .join(RebateStatement, RebateStatement.id == RebateDispute.statement_id)
    .join(PolicyVersion, PolicyVersion.id == RebateStatement.version_id)
    .join(RebatePolicy, RebatePolicy.id == PolicyVersion.policy_id)
    .join(Distributor, Distributor.id == RebateDispute.distributor_id)
    .outerjoin(Outlet, Outlet.id == RebateDispute.outlet_id)
)


def list_disputes(
    session: Session, wanted: DisputeFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """A page of disputes, and how many there are."""
    statement = wanted.apply(_LISTED)
    return keyset_page(session, statement, order, cursor, size), capped_count(session, statement)


def stream_disputes(session: Session, wanted: DisputeFilter) -> Iterator[Any]:
    """All of them, the newest first."""
    statement = wanted.apply(_LISTED).order_by(RebateDispute.id.desc())
    yield from session.execute(statement, execution_options={"yield_per": 2_000})


def get_dispute(session: Session, dispute_id: int) -> RebateDispute:
    """The dispute with its statement; raises NotFound."""
    parts = (
        joinedload(RebateDispute.statement).joinedload(RebateStatement.policy_version).joinedload(PolicyVersion.policy),
        joinedload(RebateDispute.statement).joinedload(RebateStatement.run),
        joinedload(RebateDispute.distributor),
        joinedload(RebateDispute.outlet),
    )
    dispute = session.scalar(select(RebateDispute).where(RebateDispute.id == dispute_id).options(*parts))
    if dispute is None or dispute.statement is None:
        raise NotFound()
    return dispute


def disputes_of(session: Session, statement_id: int) -> list[RebateDispute]:
    """Those about one statement, the newest first."""
    found = select(RebateDispute).where(RebateDispute.statement_id == statement_id)
    return list(session.scalars(found.order_by(RebateDispute.id.desc())))
