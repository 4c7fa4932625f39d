"""Subsidy notices and what was granted of them: lists in the reader's scope, and the month's units by outlet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.errors import NotFound
from portal.network.models import Distributor, Outlet
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.products.models import ProductModel
from portal.rebates.models import PassThroughGrant, SubsidyNotice
from portal.rebates.rules.life import GrantStatus
from portal.sales.models import SalesRollup


@dataclass(frozen=True, slots=True)
class OutletUnits:
    """What an outlet sold of the models of a notice."""

    distributor_id: int
    outlet_id: int
    units: dict[str, int]


def units_of_month(session: Session, month: date, codes: Collection[str]) -> Iterator[OutletUnits]:
    """Units sold to customers, less returns, by outlet and model: one statement, ordered by outlet."""
    sold = SalesRollup.retail - SalesRollup.returns_in
    statement = (
        select(SalesRollup.distributor_id, SalesRollup.outlet_id, ProductModel.code, sold)
        .join(ProductModel, ProductModel.id == SalesRollup.model_id)
        .where(SalesRollup.month == month, SalesRollup.outlet_id.is_not(None), ProductModel.code.in_(sorted(codes)))
        .order_by(SalesRollup.distributor_id, SalesRollup.outlet_id, ProductModel.code)
    )
    present: OutletUnits | None = None
    for distributor_id, outlet_id, code, units in session.execute(statement).all():
        if outlet_id is None:
            continue
        if present is None or (present.distributor_id, present.outlet_id) != (distributor_id, outlet_id):
            if present is not None:
                yield present
            present = OutletUnits(distributor_id, outlet_id, {})
        present.units[code] = units
    if present is not None:
        yield present


def list_notices(session: Session, *, limit: int = 60) -> list[SubsidyNotice]:
    """The newest notices."""
    statement = select(SubsidyNotice).order_by(SubsidyNotice.month.desc(), SubsidyNotice.id.desc()).limit(limit)
    return list(session.scalars(statement))


def get_notice(session: Session, notice_id: int) -> SubsidyNotice:
    """The notice; raises NotFound."""
    notice = session.get(SubsidyNotice, notice_id)
    if notice is None:
        raise NotFound()
    return notice


@dataclass(frozen=True)
class Handed:
    """Sums over grants: outlets, granted, handed down, confirmed."""

    outlets: int
    granted_fen: int
    passed_on_fen: int
    confirmed_fen: int


def sums_by_notice(session: Session, notice_ids: Collection[int]) -> dict[int, Handed]:
    """Notice → its sums, as far as the reader sees them."""
    grant = PassThroughGrant
    confirmed = func.sum(case((grant.status == GrantStatus.CONFIRMED, grant.confirmed_fen), else_=0))
    statement = (
        select(grant.notice_id, func.count(), func.sum(grant.granted_fen), func.sum(grant.passed_on_fen), confirmed)
        .where(grant.notice_id.in_(notice_ids))
        .group_by(grant.notice_id)
    )
    return {row[0]: Handed(*(int(value or 0) for value in row[1:])) for row in session.execute(statement)}


@dataclass(frozen=True)
class GrantFilter:
    """What the facets leave; empty: everything."""

    text: str = ""
    statuses: Collection[str] = ()
    month: date | None = None
    notice_id: int | None = None

    def apply(self, statement: Select[Any]) -> Select[Any]:
        """The statement, cut."""
        if self.text:
            columns = (Outlet.code, Outlet.name, Outlet.name_en, Distributor.code, Distributor.name, SubsidyNotice.code)
            statement = statement.where(or_(*(each.icontains(self.text, autoescape=True) for each in columns)))
        if self.statuses:
            statement = statement.where(PassThroughGrant.status.in_([GrantStatus(each) for each in self.statuses]))
        if self.notice_id is not None:
            statement = statement.where(PassThroughGrant.notice_id == self.notice_id)
        return statement if self.month is None else statement.where(PassThroughGrant.month == self.month)


_COLUMNS: tuple[Any, ...] = (
    PassThroughGrant.id,
    PassThroughGrant.month,
    PassThroughGrant.status,
    PassThroughGrant.granted_fen,
    PassThroughGrant.passed_on_fen,
    PassThroughGrant.passed_on_on,
    PassThroughGrant.confirmed_fen,
    PassThroughGrant.confirmed_on,
    SubsidyNotice.code.label("notice_code"),
    Outlet.code.label("outlet_code"),
    Outlet.name.label("outlet_name"),
    Outlet.name_en.label("outlet_name_en"),
    Distributor.code.label("distributor_code"),
)
_LISTED: Select[Any] = (
    select(*_COLUMNS)
    .join(SubsidyNotice, SubsidyNotice.id == PassThroughGrant.notice_id)
    .join(Outlet, Outlet.id == PassThroughGrant.outlet_id)
    .join(Distributor, Distributor.id == PassThroughGrant.distributor_id)
)


def list_grants(
    session: Session, wanted: GrantFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """A page of grants, and how many there are."""
    statement = wanted.apply(_LISTED)
    return keyset_page(session, statement, order, cursor, size), capped_count(session, statement)


def stream_grants(session: Session, wanted: GrantFilter) -> Iterator[Any]:
    """All of them, the newest first."""
    statement = wanted.apply(_LISTED).order_by(PassThroughGrant.month.desc(), PassThroughGrant.id.desc())
    yield from session.execute(statement, execution_options={"yield_per": 2_000})


def find_grant(session: Session, grant_id: int) -> PassThroughGrant:
    """The grant with its notice and parties; raises NotFound."""
    parts = (
        joinedload(PassThroughGrant.notice),
        joinedload(PassThroughGrant.outlet),
        joinedload(PassThroughGrant.distributor),
    )
    grant = session.scalar(select(PassThroughGrant).where(PassThroughGrant.id == grant_id).options(*parts))
    if grant is None:
        raise NotFound()
    return grant
