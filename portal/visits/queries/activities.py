"""Reads of activities, their findings, photos and events. All in the reader's scope."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.errors import NotFound
from portal.network.models import Outlet, SalesArea
from portal.network.queries.parties import Rows
from portal.network.queries.text_search import contains_text
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.periods import next_month
from portal.visits.models import FieldActivity, FieldEvent, FieldFinding, FieldPhoto
from portal.visits.rules.words import ActivityKind, ActivityStatus, TaskOwner, TaskStatus

COLUMNS = (
    FieldActivity.id,
    FieldActivity.kind,
    FieldActivity.status,
    FieldActivity.planned_on,
    FieldActivity.done_on,
    FieldActivity.theme,
    FieldActivity.place,
    FieldActivity.course,
    FieldActivity.lecturer,
    FieldActivity.participants,
    FieldActivity.distance_m,
    FieldActivity.owner_name,
    FieldActivity.decided_by_name,
    FieldActivity.report,
    Outlet.code,
    Outlet.name,
    Outlet.name_en,
)


@dataclass(frozen=True, slots=True)
class ActivityFilter:
    """Which activities. `tasks`: only with an open task of this owner, `late_on`: due before this day."""

    text: str = ""
    kinds: tuple[ActivityKind, ...] = ()
    statuses: tuple[ActivityStatus, ...] = ()
    areas: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    owner_id: int | None = None
    tasks: tuple[TaskOwner, ...] = ()
    late_on: date | None = None

    def apply(self, statement: Rows) -> Rows:
        """`statement` on FieldActivity beside its outlet, cut to what is asked for."""
        if self.text:
            found = [contains_text(column, self.text) for column in (Outlet.name, Outlet.code, FieldActivity.theme)]
            statement = statement.where(found[0] | found[1] | found[2])
        if self.kinds:
            statement = statement.where(FieldActivity.kind.in_(self.kinds))
        if self.statuses:
            statement = statement.where(FieldActivity.status.in_(self.statuses))
        if self.areas:
            areas = select(SalesArea.id).where(SalesArea.code.in_(self.areas))
            statement = statement.where(Outlet.sales_area_id.in_(areas))
        if self.since:
            statement = statement.where(FieldActivity.planned_on >= self.since)
        if self.until:
            statement = statement.where(FieldActivity.planned_on <= self.until)
        if self.owner_id:
            statement = statement.where(FieldActivity.owner_id == self.owner_id)
        if self.tasks or self.late_on:
            tasks = select(FieldFinding.activity_id).where(FieldFinding.status == TaskStatus.OPEN)
            if self.tasks:
                tasks = tasks.where(FieldFinding.owner.in_(self.tasks))
            if self.late_on:
                tasks = tasks.where(FieldFinding.due_on < self.late_on)
            statement = statement.where(FieldActivity.id.in_(tasks))
        return statement


def list_activities(
    session: Session, wanted: ActivityFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """One page of activities (rows of COLUMNS), and how many there are in all."""
    statement = wanted.apply(_activities())
    page = keyset_page(session, statement, order, cursor, size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def stream_activities(session: Session, wanted: ActivityFilter) -> Iterator[Any]:
    """All rows that the filters leave, the latest day first."""
    statement = wanted.apply(_activities()).order_by(FieldActivity.planned_on.desc(), FieldActivity.id.desc())
    yield from session.execute(statement.execution_options(yield_per=1_000))


def _activities() -> Rows:
    return select(*COLUMNS).select_from(FieldActivity).outerjoin(Outlet, Outlet.id == FieldActivity.outlet_id)


def get_activity(session: Session, activity_id: int) -> FieldActivity:
    """An activity with its outlet; NotFound where the reader sees none."""
    statement = select(FieldActivity).where(FieldActivity.id == activity_id)
    found = session.scalar(statement.options(joinedload(FieldActivity.outlet), joinedload(FieldActivity.model)))
    if found is None:
        raise NotFound()
    return found


def find_by_client_key(session: Session, key: str) -> FieldActivity | None:
    """What was planned under this key."""
    return session.scalar(select(FieldActivity).where(FieldActivity.client_key == key))


def findings_of(session: Session, activity: FieldActivity) -> list[FieldFinding]:
    """Findings in the order in which they were put down."""
    statement = select(FieldFinding).where(FieldFinding.activity_id == activity.id).order_by(FieldFinding.id)
    return list(session.scalars(statement))


def get_finding(session: Session, activity: FieldActivity, finding_id: int) -> FieldFinding:
    """One of its findings; raises NotFound."""
    statement = select(FieldFinding).where(FieldFinding.id == finding_id, FieldFinding.activity_id == activity.id)
    found = session.scalar(statement)
    if found is None:
        raise NotFound()
    return found


def photos_of(session: Session, activity: FieldActivity) -> list[FieldPhoto]:
    """Photos in the order in which they came."""
    statement = select(FieldPhoto).where(FieldPhoto.activity_id == activity.id).order_by(FieldPhoto.id)
    return list(session.scalars(statement))


def get_photo(session: Session, activity: FieldActivity, photo_id: int) -> FieldPhoto:
    """One of its photos; raises NotFound."""
    statement = select(FieldPhoto).where(FieldPhoto.id == photo_id, FieldPhoto.activity_id == activity.id)
    found = session.scalar(statement)
    if found is None:
        raise NotFound()
    return found


def events_of(session: Session, activity: FieldActivity) -> list[FieldEvent]:
    """What happened, the latest first."""
    statement = select(FieldEvent).where(FieldEvent.activity_id == activity.id)
    return list(session.scalars(statement.order_by(FieldEvent.happened_at.desc(), FieldEvent.id.desc())))


def activities_of_month(session: Session, month: date, owner_id: int | None) -> list[FieldActivity]:
    """What is planned in the month (by one person), by day, without what was cancelled."""
    statement = (
        select(FieldActivity)
        .where(
            FieldActivity.planned_on >= month,
            FieldActivity.planned_on < next_month(month),
            FieldActivity.status != ActivityStatus.CANCELLED,
        )
        .options(joinedload(FieldActivity.outlet))
        .order_by(FieldActivity.planned_on, FieldActivity.id)
    )
    if owner_id is not None:
        statement = statement.where(FieldActivity.owner_id == owner_id)
    return list(session.scalars(statement.limit(1_000)))


def count_work(session: Session, user_id: int, today: date) -> dict[str, int]:
    """For the first page: evidence of others that waits, own that came back, plans of the past, tasks by owner."""
    activity, task = FieldActivity, FieldFinding
    waiting = select(func.count(activity.id)).where(
        activity.status == ActivityStatus.SUBMITTED, activity.submitted_by_id != user_id
    )
    own = select(func.count(activity.id)).where(activity.owner_id == user_id)
    open_tasks = select(func.count(func.distinct(task.activity_id))).where(task.status == TaskStatus.OPEN)
    asked = {
        "waiting": waiting,
        "returned": own.where(activity.status == ActivityStatus.RETURNED),
        "overdue": own.where(activity.status == ActivityStatus.PLANNED, activity.planned_on < today),
        "tasks": open_tasks.where(task.owner == TaskOwner.DISTRIBUTOR),
        "tasks_late": open_tasks.where(task.owner == TaskOwner.DISTRIBUTOR, task.due_on < today),
    }
    columns = [statement.scalar_subquery().label(name) for name, statement in asked.items()]
    return {name: int(count or 0) for name, count in session.execute(select(*columns)).one()._mapping.items()}


def outlets_by_id(session: Session, ids: Collection[int]) -> list[Outlet]:
    """These outlets, as far as the reader sees them."""
    statement = select(Outlet).where(Outlet.id.in_(ids)).options(joinedload(Outlet.distributor))
    return list(session.scalars(statement.order_by(Outlet.code)))
