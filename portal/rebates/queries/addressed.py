"""Policies addressed to the reader's parties, and what each of them does: list, one, by party."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.errors import NotFound
from portal.network.models import Distributor, Outlet
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.rebates.models import PolicyAddressee, PolicyVersion, RebatePolicy
from portal.rebates.rules.life import VersionStatus
from portal.rebates.rules.words import Period

# Name of the party: its outlet's, else the distributor's own.
PARTY_CODE = func.coalesce(Outlet.code, Distributor.code)


@dataclass(frozen=True)
class AddressedFilter:
    """What the facets leave; empty: everything."""

    text: str = ""
    waiting: bool = False
    in_force_on: date | None = None
    periods: Collection[Period] = ()

    def apply(self, statement: Select[Any]) -> Select[Any]:
        """The statement, cut."""
        if self.text:
            columns = (RebatePolicy.code, PolicyVersion.name_zh, PolicyVersion.name_en, Outlet.code, Outlet.name,
                       Outlet.name_en, Distributor.code)  # fmt: skip
            statement = statement.where(or_(*(each.icontains(self.text, autoescape=True) for each in columns)))
        if self.waiting:
            statement = statement.where(
                PolicyAddressee.acknowledged_on.is_(None), PolicyVersion.status == VersionStatus.PUBLISHED
            )
        if self.in_force_on is not None:
            day = self.in_force_on
            statement = statement.where(PolicyVersion.effective_from <= day, PolicyVersion.effective_to >= day)
        return statement.where(PolicyVersion.period.in_(self.periods)) if self.periods else statement


_COLUMNS: tuple[Any, ...] = (
    PolicyAddressee.id,
    PolicyAddressee.acknowledged_on,
    PolicyAddressee.acknowledged_by_name,
    PolicyAddressee.addressed_on,
    PolicyAddressee.distributor_id,
    PolicyAddressee.outlet_id,
    PolicyVersion.id.label("version_id"),
    PolicyVersion.number,
    PolicyVersion.status,
    PolicyVersion.name_en,
    PolicyVersion.name_zh,
    PolicyVersion.party,
    PolicyVersion.period,
    PolicyVersion.effective_from,
    PolicyVersion.effective_to,
    PolicyVersion.notice_on,
    RebatePolicy.code.label("policy_code"),
    PARTY_CODE.label("party_code"),
    Outlet.name.label("outlet_name"),
    Outlet.name_en.label("outlet_name_en"),
    Distributor.name.label("distributor_name"),
    Distributor.name_en.label("distributor_name_en"),
)
_LISTED: Select[Any] = (
    select(*_COLUMNS)
    .select_from(PolicyAddressee)
    .join(PolicyVersion, PolicyVersion.id == PolicyAddressee.version_id)
    .join(RebatePolicy, RebatePolicy.id == PolicyVersion.policy_id)
    .join(Distributor, Distributor.id == PolicyAddressee.distributor_id)
    .outerjoin(Outlet, Outlet.id == PolicyAddressee.outlet_id)
    .where(PolicyVersion.published_at.is_not(None))
)


def list_addressed(
    session: Session, wanted: AddressedFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """A page of policies with the party that each addresses, and how many there are."""
    statement = wanted.apply(_LISTED)
    return keyset_page(session, statement, order, cursor, size), capped_count(session, statement)


def stream_addressed(session: Session, wanted: AddressedFilter) -> Iterator[Any]:
    """All of them, the newest first."""
    statement = wanted.apply(_LISTED).order_by(PolicyAddressee.id.desc())
    yield from session.execute(statement, execution_options={"yield_per": 2_000})


def count_waiting(session: Session) -> int:
    """How many still wait for an acknowledgement, in the reader's scope."""
    statement = AddressedFilter(waiting=True).apply(_LISTED)
    return capped_count(session, statement).value


def get_addressee(session: Session, addressee_id: int) -> PolicyAddressee:
    """One party and one version addressed to it; raises NotFound."""
    parts = (
        joinedload(PolicyAddressee.policy_version).joinedload(PolicyVersion.policy),
        joinedload(PolicyAddressee.distributor),
        joinedload(PolicyAddressee.outlet),
    )
    addressee = session.scalar(select(PolicyAddressee).where(PolicyAddressee.id == addressee_id).options(*parts))
    if addressee is None or addressee.policy_version is None or addressee.policy_version.published_at is None:
        raise NotFound()
    return addressee


def addressees_in_force(session: Session, first: date, last: date, *, limit: int, text: str = "") -> list[Any]:
    """Rows of policies in force between two days, by party and policy: what a forecast is made of."""
    statement = AddressedFilter(text=text).apply(_LISTED)
    statement = statement.where(PolicyVersion.effective_from <= last, PolicyVersion.effective_to >= first)
    statement = statement.where(PolicyVersion.effective_from <= PolicyVersion.effective_to)
    ordered = statement.order_by(PARTY_CODE, RebatePolicy.code, PolicyVersion.number).limit(limit)
    return list(session.execute(ordered))
