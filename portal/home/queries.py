"""Counts for the first page. Everything is cut to the reader's scope by the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, case, distinct, extract, func, literal, select, union_all
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.home.rules import FIELD_TASKS, Task, months_until, tasks_of
from portal.network.models import Distributor, Outlet, Region
from portal.network.queries.needs import is_needed
from portal.network.rules import PLANNED, TRADING, Need, OutletStatus, RegionLevel
from portal.onboarding.models import Application
from portal.onboarding.queries.applications import roles_on
from portal.onboarding.rules.states import REVIEWERS, ApplicationStatus
from portal.visits.queries.activities import count_work

CHART_MONTHS = 24
OUTLET_NEEDS = {
    Task.OPENING_OVERDUE: Need.OPENING_OVERDUE,
    Task.NOT_ASSIGNED: Need.NO_AREA,
    Task.NO_COORDINATES: Need.NO_PLACE,
    Task.DOCUMENTS_EXPIRED: Need.PAPERS_EXPIRED,
    Task.DOCUMENTS_EXPIRING: Need.PAPERS_EXPIRING,
}
OWNER_NEEDS = {
    Task.OWNER_DOCUMENTS_EXPIRED: Need.PAPERS_EXPIRED,
    Task.OWNER_DOCUMENTS_EXPIRING: Need.PAPERS_EXPIRING,
}


@dataclass(frozen=True)
class Figures:
    """The four figures: outlets that trade, that are planned, counties with one, and exits of twelve months."""

    trading: int
    planned: int
    counties_covered: int
    counties: int
    exited: int


def count_tasks(session: Session, today: date) -> dict[Task, int]:
    """How many objects of each kind of task there are, in two statements."""

    outlets = session.execute(
        select(
            _number(Outlet.status == OutletStatus.IN_REVIEW).label(Task.IN_REVIEW),
            _number(Outlet.status == OutletStatus.APPLIED).label(Task.APPLIED),
            _number(Outlet.status == OutletStatus.WATCH).label(Task.ON_WATCH),
            _number(Outlet.status == OutletStatus.SUSPENDED).label(Task.SUSPENDED),
            *(_number(is_needed(Outlet, need, today)).label(task) for task, need in OUTLET_NEEDS.items()),
        )
    ).one()
    owners = session.execute(
        select(*(_number(is_needed(Distributor, need, today)).label(task) for task, need in OWNER_NEEDS.items()))
    ).one()
    return {Task(name): count for row in (outlets, owners) for name, count in row._mapping.items()}


def count_applications(session: Session, user: User, today: date) -> dict[Task, int]:
    """Applications on the user's desk (in their own right or for somebody), those overdue, those returned to them."""
    desks = [stage for stage, role in REVIEWERS.items() if role in roles_on(session, user, today)]
    mine = Application.status.in_(desks)
    row = session.execute(
        select(
            _number(mine).label(Task.ON_MY_DESK),
            _number(mine & (Application.due_on < today)).label(Task.DESK_OVERDUE),
            _number(Application.status == ApplicationStatus.MORE_INFORMATION).label(Task.RETURNED),
        )
    ).one()
    return {Task(name): count for name, count in row._mapping.items()}


def count_field_work(session: Session, user: User, today: date) -> dict[Task, int]:
    """Evidence that waits, what came back, plans of the past, tasks of distributors; nothing for other roles."""
    if not FIELD_TASKS & tasks_of(user.role):
        return {}
    counts = count_work(session, user.id, today)
    return {
        Task.EVIDENCE_WAITING: counts["waiting"],
        Task.EVIDENCE_RETURNED: counts["returned"],
        Task.PLANS_OVERDUE: counts["overdue"],
        Task.FIELD_TASKS: counts["tasks"],
        Task.FIELD_TASKS_LATE: counts["tasks_late"],
    }


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def get_figures(session: Session, today: date) -> Figures:
    """The four figures of the reader's part of the network."""
    trading = Outlet.status.in_(TRADING)
    row = session.execute(
        select(
            func.coalesce(func.sum(case((trading, 1), else_=0)), 0).label("trading"),
            func.coalesce(func.sum(case((Outlet.status.in_(PLANNED), 1), else_=0)), 0).label("planned"),
            func.count(distinct(case((trading, Outlet.county_code)))).label("covered"),
            func.coalesce(func.sum(case((Outlet.exited_on > today - timedelta(days=365), 1), else_=0)), 0).label(
                "exited"
            ),
            func.count(distinct(Outlet.province_code)).label("provinces"),
        )
    ).one()
    return Figures(row.trading, row.planned, row.covered, _counties_around(session), row.exited)


def _counties_around(session: Session) -> int:
    """Counties of the prefectures in which the reader's outlets stand."""
    prefectures = select(Outlet.prefecture_code).where(Outlet.prefecture_code.is_not(None)).distinct()
    return (
        session.scalar(
            select(func.count())
            .select_from(Region)
            .where(Region.level == RegionLevel.COUNTY, Region.parent_code.in_(prefectures))
        )
        or 0
    )


def openings_and_exits(session: Session, today: date) -> tuple[list[date], list[int], list[int]]:
    """Months, and how many outlets opened and exited in each."""
    months = months_until(today, CHART_MONTHS)
    parts = []
    for name, column in (("opened", Outlet.opened_on), ("exited", Outlet.exited_on)):
        year, month = extract("year", column), extract("month", column)
        counted = select(literal(name), year, month, func.count()).where(column >= months[0])
        parts.append(counted.group_by(year, month))
    found = {(name, int(y), int(m)): count for name, y, m, count in session.execute(union_all(*parts))}
    opened, exited = ([found.get((name, day.year, day.month), 0) for day in months] for name in ("opened", "exited"))
    return months, opened, exited
