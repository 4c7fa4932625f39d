"""The reviewers' queue: what lies on a desk, how old it is, by when it is due."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.network.models import Distributor
from portal.network.queries.parties import Rows
from portal.network.rules import CityTier, StoreClass
from portal.onboarding.models import Application, ScoreSheet
from portal.onboarding.queries.application_lists import OWNER_COLUMNS, ApplicationFilter
from portal.onboarding.rules.states import ApplicationStatus
from portal.paging import Count, Page, SortKey, capped_count, keyset_page

EXPORT_CHUNK = 2_000
# Points of the last score sheet: the one that counts.
POINTS = (
    select(ScoreSheet.points)
    .where(ScoreSheet.application_id == Application.id)
    .order_by(ScoreSheet.id.desc())
    .limit(1)
    .correlate(Application)
    .scalar_subquery()
    .label("points")
)
COLUMNS = (
    Application.id,
    Application.number,
    Application.outlet_name,
    Application.status,
    Application.distributor_id,
    Application.sales_area_id,
    Application.province_code,
    Application.prefecture_code,
    Application.county_code,
    Application.city_tier,
    Application.store_class,
    Application.submitted_at,
    Application.due_on,
    Application.volume_year_1,
    Application.capital_wan,
    POINTS,
)

_OWNED = Distributor.id == Application.distributor_id
_LISTED = select(*COLUMNS, *OWNER_COLUMNS).select_from(Application).outerjoin(Distributor, _OWNED)
_HANDED_IN = Application.number.is_not(None)
_BY_STATUS = select(Application.status, func.count()).where(_HANDED_IN).group_by(Application.status)


@cache
def _on_desk(statuses: tuple[ApplicationStatus, ...]) -> tuple[Rows, Rows]:
    """What lists and what counts the applications in these states: the same for many requests, so built once."""
    wanted = Application.status.in_(statuses), _HANDED_IN
    return _LISTED.where(*wanted), select(Application.id).where(*wanted)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which applications of a desk: those states, and what the facets ask for."""

    statuses: tuple[ApplicationStatus, ...]
    wanted: ApplicationFilter = field(default_factory=ApplicationFilter)
    classes: tuple[StoreClass, ...] = ()
    tiers: tuple[CityTier, ...] = ()
    # Only what was due before this day.
    due_before: date | None = None

    def apply(self, statement: Rows) -> Rows:
        """`statement` on Application, cut to what is asked for."""
        return self.narrow(statement.where(Application.status.in_(self.statuses), _HANDED_IN))

    def narrow(self, statement: Rows) -> Rows:
        """`statement` on the applications of the desk, cut to what the facets ask for."""
        statement = self.wanted.apply(statement)
        if self.classes:
            statement = statement.where(Application.store_class.in_(self.classes))
        if self.tiers:
            statement = statement.where(Application.city_tier.in_(self.tiers))
        return statement.where(Application.due_on < self.due_before) if self.due_before else statement


def list_queue(
    session: Session, wanted: QueueFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """One page of the queue (rows of COLUMNS and OWNER_COLUMNS), and how many there are in all."""
    listed, counted = _on_desk(wanted.statuses)
    page = keyset_page(session, wanted.narrow(listed), order, cursor, size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, wanted.narrow(counted))


def stream_queue(session: Session, wanted: QueueFilter, order: Sequence[SortKey]) -> Iterator[Any]:
    """All rows (COLUMNS) that the filters leave, a chunk at a time."""
    cursor: str | None = ""
    while cursor is not None:
        page = keyset_page(session, wanted.apply(select(*COLUMNS)), order, cursor, EXPORT_CHUNK)
        yield from page.rows
        cursor = page.next


def count_by_status(session: Session) -> dict[ApplicationStatus, int]:
    """How many applications that were handed in stand in each state, as far as the reader sees them."""
    return {row[0]: row[1] for row in session.execute(_BY_STATUS)}
