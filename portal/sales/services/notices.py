"""Who is told of what: the next person at each step, and day by day whoever has not reported.

The sentences stand in notice_labels. Told inside the transaction of the step: undone with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import GrantKind, ScopeGrant, User
from portal.notifications.services import notify
from portal.periods import format_month, month_of, shift_month
from portal.permissions import Role
from portal.sales.models import Amendment, MonthlyReport, PeriodReopening, ReportEvent, ReportingPeriod
from portal.sales.queries.standings import unreported
from portal.sales.rules.calendar import reminder_step
from portal.sales.rules.states import Action
from portal.sales.rules.words import PeriodStatus
from portal.sales.signals import amendment_moved, period_moved, report_moved
from portal.scope import scope_of_system

# So many users are told by one statement.
CHUNK = 500
# Months that are looked at for reports that are missing; older ones are a matter for people.
REMINDED_MONTHS = 12


def report_path(report_id: int) -> str:
    """The page of a report."""
    return f"/reports/{report_id}"


def amendment_path(amendment_id: int) -> str:
    """The page of an amendment."""
    return f"/amendments/{amendment_id}"


def month_path(month: date) -> str:
    """The list of a month's reports; a distributor's own stands there alone."""
    return f"/reports?month={format_month(month)}"


def period_path(month: date) -> str:
    """The page of a period."""
    return f"/periods/{format_month(month)}"


def remind(session: Session, today: date) -> int:
    """Tell distributors whose report is due, and managers who is late. Each step once, however often this runs."""
    with scope_of_system(session):
        first = shift_month(month_of(today), -REMINDED_MONTHS)
        periods = session.scalars(
            select(ReportingPeriod)
            .where(ReportingPeriod.status == PeriodStatus.OPEN, ReportingPeriod.month >= first)
            .order_by(ReportingPeriod.month)
        ).all()
        return sum(_remind_of(session, period, today) for period in periods)


def _remind_of(session: Session, period: ReportingPeriod, today: date) -> int:
    step = reminder_step(period.due_on, today)
    if step is None:
        return 0
    missing = unreported(session, period.month)
    month, is_late = format_month(period.month), today > period.due_on
    params = {"month": month, "day": period.due_on.isoformat(), "days": abs((period.due_on - today).days)}
    kind = "sales.report_overdue" if is_late else "sales.report_due"
    people = _users_of(session, {distributor for distributor, _area in missing})
    told = 0
    for start in range(0, len(people), CHUNK):
        chunk = people[start : start + CHUNK]
        key, path = f"{kind}:{month}:{step}", month_path(period.month)
        told += notify(session, chunk, kind=kind, path=path, params=params, key=key)
    return told + (_tell_managers(session, period, missing, step) if is_late else 0)


def _tell_managers(
    session: Session, period: ReportingPeriod, missing: Collection[tuple[int, int | None]], step: str
) -> int:
    """Each area's managers learn once a day how many of theirs are late."""
    month, told = format_month(period.month), 0
    managers = session.execute(
        select(ScopeGrant.object_id, ScopeGrant.user_id)
        .join(User, User.id == ScopeGrant.user_id)
        .where(ScopeGrant.kind == GrantKind.SALES_AREA, User.role == Role.REGIONAL_MANAGER, User.is_active)
        .order_by(ScopeGrant.user_id)
    ).all()
    late = Counter(area for _distributor, area in missing)
    by_user: Counter[int] = Counter()
    for area, user in managers:
        by_user[user] += late.get(area, 0)
    for user, number in by_user.items():
        if number:
            params = {"month": month, "number": number}
            key, path = f"sales.area_overdue:{month}:{step}", month_path(period.month)
            told += notify(session, [user], kind="sales.area_overdue", path=path, params=params, key=key)
    return told


def _users_of(session: Session, distributor_ids: Collection[int]) -> list[int]:
    """Active users of these distributors, in order."""
    rows = session.execute(
        select(ScopeGrant.object_id, ScopeGrant.user_id)
        .join(User, User.id == ScopeGrant.user_id)
        .where(ScopeGrant.kind == GrantKind.DISTRIBUTOR, User.role == Role.DISTRIBUTOR, User.is_active)
    )
    return sorted({user for distributor, user in rows if distributor in distributor_ids})


@report_moved.connect
def tell_of_report(report: MonthlyReport, *, session: Session, event: ReportEvent, actor: User | None) -> None:
    """The manager learns of what was handed in, the distributor of what was returned or accepted."""
    with scope_of_system(session):
        handed_in = event.action == Action.SUBMIT
        people = _managers_of(session, report) if handed_in else _users_of(session, {report.distributor_id})
        params = {"month": format_month(report.month), "distributor": report.distributor.name}
        told = set(people) - {actor.id if actor else 0}
        notify(session, told, kind=f"sales.report_{event.to_status}", path=report_path(report.id), params=params)


@amendment_moved.connect
def tell_of_amendment(amendment: Amendment, *, session: Session, action: Action, actor: User) -> None:
    """Whoever may decide learns of the proposal, whoever proposed it of the decision."""
    with scope_of_system(session):
        if action is Action.PROPOSE_AMENDMENT:
            people = set(_active(session, Role.HO_SALES, Role.HO_APPROVER)) - {actor.id}
        else:
            people = {amendment.proposed_by_id} - {actor.id}
        distributor = amendment.report.distributor
        params = {"month": format_month(amendment.month), "distributor": distributor.name, "number": amendment.number}
        path = amendment_path(amendment.id)
        notify(session, people, kind=f"sales.amendment_{amendment.status}", path=path, params=params)


@period_moved.connect
def tell_of_period(
    period: ReportingPeriod, *, session: Session, action: Action, actor: User, reopening: PeriodReopening | None
) -> None:
    """Those who grant learn of a request to reopen, whoever asked of the answer."""
    if reopening is None:
        return
    with scope_of_system(session):
        asked = action is Action.ASK_REOPENING
        people = set(_active(session, Role.HO_APPROVER)) if asked else {reopening.asked_by_id}
        params = {"month": format_month(period.month), "actor": actor.name}
        path = period_path(period.month)
        notify(session, people - {actor.id}, kind=f"sales.{action}", path=path, params=params)


def _managers_of(session: Session, report: MonthlyReport) -> list[int]:
    """Managers of the distributor's area; head office's sales department where it has none."""
    found = session.scalars(
        select(User.id)
        .join(ScopeGrant, ScopeGrant.user_id == User.id)
        .where(User.role == Role.REGIONAL_MANAGER, User.is_active, ScopeGrant.kind == GrantKind.SALES_AREA)
        .where(ScopeGrant.object_id == report.distributor.sales_area_id)
    ).all()
    return list(found) or _active(session, Role.HO_SALES)


def _active(session: Session, *roles: Role) -> list[int]:
    return list(session.scalars(select(User.id).where(User.role.in_(roles), User.is_active)))
