"""What the pages of policies read: lists, one version with its neighbours, whom it addresses."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.errors import NotFound
from portal.network.models import Distributor, Outlet
from portal.paging import Count, Page, capped_count, keyset_page
from portal.rebates.models import PolicyAddressee, PolicyEvent, PolicyVersion, RebatePolicy
from portal.rebates.rules.life import VersionStatus
from portal.tables import ListState

EXPORT_CHUNK = 1_000


def get_version(session: Session, version_id: int) -> PolicyVersion:
    """The version with its policy; NotFound where there is none that the asker sees."""
    statement = select(PolicyVersion).where(PolicyVersion.id == version_id).options(joinedload(PolicyVersion.policy))
    found = session.scalar(statement)
    if found is None:
        raise NotFound()
    return found


def list_versions(session: Session, state: ListState, today: date) -> tuple[Page, Count]:
    """A page of versions."""
    statement = _versions(state, today)
    page = keyset_page(session, statement, state.order(PolicyVersion.id), state.cursor, state.size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def export_versions(session: Session, state: ListState, today: date) -> Iterator[PolicyVersion]:
    """All versions that the filters leave."""
    cursor: str | None = ""
    while cursor is not None:
        page = keyset_page(session, _versions(state, today), state.order(PolicyVersion.id), cursor, EXPORT_CHUNK)
        yield from page.rows
        cursor = page.next


def _versions(state: ListState, today: date) -> Select[PolicyVersion]:
    statement = select(PolicyVersion).join(PolicyVersion.policy).options(joinedload(PolicyVersion.policy))
    if state.text:
        columns = (RebatePolicy.code, PolicyVersion.name_en, PolicyVersion.name_zh)
        statement = statement.where(or_(*(each.icontains(state.text, autoescape=True) for each in columns)))
    for key in ("status", "party", "period"):
        if values := state.chosen(key):
            statement = statement.where(getattr(PolicyVersion, key).in_(values))
    if phases := state.chosen("phase"):
        statement = statement.where(or_(*(_in_phase(phase, today) for phase in phases)))
    return statement


def _in_phase(phase: str, today: date) -> ColumnElement[bool]:
    begin, end = PolicyVersion.effective_from, PolicyVersion.effective_to
    if phase == "later":
        return begin > today
    return end < today if phase == "past" else and_(begin <= today, end >= today)


def count_addressees(session: Session, version_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Version → (whom it addresses, how many of them have acknowledged), as far as the asker sees."""
    statement = (
        select(PolicyAddressee.version_id, func.count(), func.count(PolicyAddressee.acknowledged_on))
        .where(PolicyAddressee.version_id.in_(version_ids))
        .group_by(PolicyAddressee.version_id)
    )
    return {version_id: (number, done) for version_id, number, done in session.execute(statement)}


def versions_beside(session: Session, version: PolicyVersion) -> list[PolicyVersion]:
    """All versions of the same policy, latest first."""
    statement = select(PolicyVersion).where(PolicyVersion.policy_id == version.policy_id)
    return list(session.scalars(statement.order_by(PolicyVersion.number.desc())))


def events_of(session: Session, version: PolicyVersion) -> list[PolicyEvent]:
    """What happened to the version, latest first."""
    statement = select(PolicyEvent).where(PolicyEvent.version_id == version.id)
    return list(session.scalars(statement.order_by(PolicyEvent.id.desc())))


def published_versions(session: Session) -> list[PolicyVersion]:
    """Versions that are or were in force, to compare with; latest first."""
    statement = (
        select(PolicyVersion)
        .where(PolicyVersion.status == VersionStatus.PUBLISHED)
        .options(joinedload(PolicyVersion.policy))
        .order_by(PolicyVersion.effective_from.desc(), PolicyVersion.id.desc())
    )
    return list(session.scalars(statement))


_ADDRESSED: tuple[Any, ...] = (
    PolicyAddressee.id,
    PolicyAddressee.addressed_on,
    PolicyAddressee.acknowledged_on,
    PolicyAddressee.acknowledged_by_name,
    Distributor.code.label("owner_code"),
    Distributor.name.label("owner_name"),
    Distributor.name_en.label("owner_name_en"),
    Outlet.code.label("outlet_code"),
    Outlet.name.label("outlet_name"),
    Outlet.name_en.label("outlet_name_en"),
)


def list_addressees(session: Session, version: PolicyVersion, state: ListState) -> tuple[Page, Count]:
    """A page of those whom the version addresses."""
    statement = _addressees(version, state)
    page = keyset_page(session, statement, state.order(PolicyAddressee.id), state.cursor, state.size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def export_addressees(session: Session, version: PolicyVersion, state: ListState) -> Iterator[Any]:
    """All whom the version addresses, as far as the filters leave them."""
    cursor: str | None = ""
    while cursor is not None:
        statement = _addressees(version, state)
        page = keyset_page(session, statement, state.order(PolicyAddressee.id), cursor, EXPORT_CHUNK)
        yield from page.rows
        cursor = page.next


def _addressees(version: PolicyVersion, state: ListState) -> Select[Any]:
    statement = (
        select(*_ADDRESSED)
        .join(Distributor, Distributor.id == PolicyAddressee.distributor_id)
        .outerjoin(Outlet, Outlet.id == PolicyAddressee.outlet_id)
        .where(PolicyAddressee.version_id == version.id)
    )
    if state.text:
        columns = (Distributor.code, Distributor.name, Outlet.code, Outlet.name)
        statement = statement.where(or_(*(each.icontains(state.text, autoescape=True) for each in columns)))
    done = state.chosen_one("acknowledged")
    if done:
        is_open = PolicyAddressee.acknowledged_on.is_(None)
        statement = statement.where(is_open if done == "no" else ~is_open)
    return statement
