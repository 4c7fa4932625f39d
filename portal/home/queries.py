"""Counts for the first page. Everything is cut to the reader's scope by the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, case, distinct, extract, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from portal.accounts.models import User
from portal.home.rules import FIELD_TASKS, Task, months_until, tasks_of
from portal.network.models import Distributor, Outlet, Region
from portal.network.queries.needs import is_needed
from portal.network.rules import PLANNED, TRADING, Need, OutletStatus, RegionLevel
from portal.onboarding.models import Application
from portal.onboarding.queries.applications import roles_on
from portal.onboarding.rules.states import REVIEWERS, ApplicationStatus
from portal.rebates.models import PolicyVersion, SettlementRun
from portal.rebates.rules.life import OPEN_RUNS, RunStatus, VersionStatus
from portal.sales.queries.work import count_work
from portal.visits.queries.activities import count_work as count_field_tasks

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


def count_tasks(session: Session, today: date, *, is_settling: bool = False) -> dict[Task, int]:
    """How many objects of each kind of task there are, in two statements. `is_settling`: those of rebates too."""

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
        select(
            *(_number(is_needed(Distributor, need, today)).label(task) for task, need in OWNER_NEEDS.items()),
            *(_settling(today) if is_settling else ()),
        )
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


def count_reports(session: Session, today: date) -> dict[Task, int]:
    """What waits in the monthly reports."""
    work = count_work(session, today)
    return {
        Task.REPORTS_OVERDUE: work.overdue,
        Task.REPORTS_DUE: work.due,
        Task.REPORTS_RETURNED: work.returned,
        Task.REPORT_QUESTIONS: work.questions,
        Task.REPORTS_TO_REVIEW: work.submitted,
        Task.AMENDMENTS_TO_DECIDE: work.amendments,
        Task.REOPENINGS_TO_DECIDE: work.reopenings,
    }


def _settling(today: date) -> list[ColumnElement[int]]:
    """Policies that wait for a second person, and settlements by the step that comes next; those overdue."""
    run, status = select(func.count(SettlementRun.id)), SettlementRun.status
    submitted = select(func.count(PolicyVersion.id)).where(PolicyVersion.status == VersionStatus.SUBMITTED)
    counted = {
        Task.POLICIES_SUBMITTED: submitted,
        Task.RUNS_TO_CHECK: run.where(status == RunStatus.DRAFT),
        Task.RUNS_TO_APPROVE: run.where(status == RunStatus.CHECKED),
        Task.RUNS_TO_PAY: run.where(status.in_((RunStatus.APPROVED, RunStatus.RELEASED))),
        Task.RUNS_OVERDUE: run.where(status.in_(OPEN_RUNS), SettlementRun.due_on < today, SettlementRun.due_fen > 0),
    }
    return [statement.scalar_subquery().label(task) for task, statement in counted.items()]


def count_field_work(session: Session, user: User, today: date) -> dict[Task, int]:
    """Evidence that waits, what came back, plans of the past, tasks of distributors; nothing for other roles."""
    if not FIELD_TASKS & tasks_of(user.role):
        return {}
    counts = count_field_tasks(session, user.id, today)
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
            _counties_around().label("counties"),
        )
    ).one()
    return Figures(row.trading, row.planned, row.covered, row.counties, row.exited)


def _counties_around() -> ScalarSelect[int]:
    """Counties of the prefectures in which the reader's outlets stand."""
    others = aliased(Outlet)
    prefectures = select(others.prefecture_code).where(others.prefecture_code.is_not(None)).distinct()
    return (
        select(func.count(Region.id))
        .where(Region.level == RegionLevel.COUNTY, Region.parent_code.in_(prefectures))
        .scalar_subquery()
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
