"""Who is told of what: the next desk, the applicant, and, day by day, whoever has something due.

The sentences stand in notice_labels; keys make a reminder come once for each due day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import GrantKind, ScopeGrant, User
from portal.notifications.services import notify
from portal.onboarding.models import (
    Application,
    Candidate,
    ChecklistItem,
    ExitCase,
    ExitStage,
    OpeningReview,
    RecruitingStage,
    ReviewStep,
)
from portal.onboarding.rules.states import REVIEWERS, REVIEWS, ApplicationStatus
from portal.onboarding.signals import application_moved
from portal.permissions import Role
from portal.scope import scope_of_system

S = ApplicationStatus
# States of which the applicant is told, besides the desk that is next.
TOLD_TO_APPLICANT = frozenset({S.MORE_INFORMATION, S.APPROVED, S.OPENING, S.OPENED, S.REJECTED})
REMIND_BEFORE_DAYS = 2


def application_path(application_id: int) -> str:
    """The page of an application."""
    return f"/applications/{application_id}"


@application_moved.connect
def tell_of_move(application: Application, *, session: Session, step: ReviewStep, actor: User) -> None:
    """Inside the transaction of the move: undone with it."""
    with scope_of_system(session):
        params = {"number": application.number or "", "outlet": application.outlet_name, "actor": actor.name}
        path = application_path(application.id)
        if step.to_status in REVIEWS:
            people = reviewers_of(session, application, REVIEWERS[step.to_status]) - {actor.id}
            notify(session, people, kind=f"application.{step.to_status}", path=path, params=params)
        if step.to_status in TOLD_TO_APPLICANT and application.applicant_id != actor.id:
            told = [application.applicant_id]
            notify(session, told, kind=f"application.{step.to_status}", path=path, params=params)


def reviewers_of(session: Session, application: Application, role: Role) -> set[int]:
    """Active users of the desk: managers of the sales area, or everybody at head office who holds the role."""
    statement = select(User.id).where(User.role == role, User.is_active)
    if role is Role.REGIONAL_MANAGER:
        statement = statement.join(ScopeGrant, ScopeGrant.user_id == User.id).where(
            ScopeGrant.kind == GrantKind.SALES_AREA, ScopeGrant.object_id == application.sales_area_id
        )
    return set(session.scalars(statement))


@dataclass(frozen=True)
class Reminder:
    """Something that is due: whom to tell, in which words, where it stands."""

    key: str
    kind: str
    path: str
    people: frozenset[int]
    params: dict[str, Any]


def remind(session: Session, today: date) -> int:
    """Tell whoever has something due in two days, today, or since; each due day once. Returns how many were told."""
    with scope_of_system(session):
        told = 0
        for reminder in due_reminders(session, today):
            told += notify(
                session,
                reminder.people,
                kind=reminder.kind,
                path=reminder.path,
                params=reminder.params,
                key=reminder.key,
            )
        return told


def due_reminders(session: Session, today: date) -> Iterable[Reminder]:
    """Everything that is due by the day after tomorrow, in the order of its kind and id."""
    limit = today + timedelta(days=REMIND_BEFORE_DAYS)
    yield from _applications_due(session, limit, today)
    yield from _checklists_due(session, limit)
    yield from _reviews_due(session, limit)
    yield from _handovers_due(session, limit)
    yield from _candidates_due(session, limit)


def _applications_due(session: Session, limit: date, today: date) -> Iterable[Reminder]:
    rows = session.scalars(
        select(Application)
        .where(Application.due_on <= limit, Application.status.in_([*REVIEWS, S.MORE_INFORMATION]))
        .order_by(Application.id)
    )
    for row in rows:
        people = {row.applicant_id}
        if row.status in REVIEWS:
            people = reviewers_of(session, row, REVIEWERS[row.status])
        kind = "application.overdue" if row.due_on and row.due_on < today else "application.due"
        params = {"number": row.number or "", "outlet": row.outlet_name, "day": str(row.due_on)}
        key = f"{kind}:{row.id}:{row.status}:{row.due_on}"
        yield Reminder(key, kind, application_path(row.id), frozenset(people), params)


def _checklists_due(session: Session, limit: date) -> Iterable[Reminder]:
    rows = session.execute(
        select(ChecklistItem, Application)
        .join(Application, Application.id == ChecklistItem.application_id)
        .where(ChecklistItem.done_on.is_(None), ChecklistItem.due_on <= limit, Application.status == S.OPENING)
        .order_by(ChecklistItem.id)
    ).all()
    network = _active(session, Role.HO_NETWORK) if rows else frozenset()
    for item, application in rows:
        params = {"outlet": application.outlet_name, "day": str(item.due_on)}
        key = f"checklist:{item.id}:{item.due_on}"
        people = network | {application.applicant_id}
        yield Reminder(key, f"checklist.{item.kind}", application_path(application.id), people, params)


def _reviews_due(session: Session, limit: date) -> Iterable[Reminder]:
    rows = session.scalars(
        select(OpeningReview)
        .where(OpeningReview.held_on.is_(None), OpeningReview.due_on <= limit)
        .order_by(OpeningReview.id)
    ).all()
    for row in rows:
        params = {"outlet": row.outlet.name, "months": row.months, "day": str(row.due_on)}
        people = _managers(session, row.outlet.sales_area_id)
        yield Reminder(f"review:{row.id}", "opening.review_due", f"/outlets/{row.outlet.code}", people, params)


def _handovers_due(session: Session, limit: date) -> Iterable[Reminder]:
    rows = session.scalars(
        select(ExitCase)
        .where(ExitCase.stage == ExitStage.HANDOVER, ExitCase.handover_due_on <= limit)
        .order_by(ExitCase.id)
    ).all()
    for row in rows:
        params = {"outlet": row.outlet.name, "day": str(row.handover_due_on)}
        people = _managers(session, row.outlet.sales_area_id) | {row.requested_by_id}
        yield Reminder(f"exit:{row.id}", "exit.handover_due", f"/outlets/{row.outlet.code}", people, params)


def _candidates_due(session: Session, limit: date) -> Iterable[Reminder]:
    open_stages = [stage for stage in RecruitingStage if stage not in (RecruitingStage.SIGNED, RecruitingStage.DROPPED)]
    rows = session.scalars(
        select(Candidate)
        .where(Candidate.next_on <= limit, Candidate.stage.in_(open_stages), Candidate.owner_id.is_not(None))
        .order_by(Candidate.id)
    )
    for row in rows:
        params = {"name": row.name, "step": row.next_step, "day": str(row.next_on)}
        key = f"candidate:{row.id}:{row.next_on}"
        yield Reminder(key, "candidate.next_step", f"/candidates/{row.id}", frozenset({row.owner_id or 0}), params)


def _active(session: Session, role: Role) -> frozenset[int]:
    return frozenset(session.scalars(select(User.id).where(User.role == role, User.is_active)))


def _managers(session: Session, area_id: int | None) -> frozenset[int]:
    """Managers of the area; head office's network department where it has none."""
    found = frozenset(
        session.scalars(
            select(User.id)
            .join(ScopeGrant, ScopeGrant.user_id == User.id)
            .where(User.role == Role.REGIONAL_MANAGER, User.is_active)
            .where(ScopeGrant.kind == GrantKind.SALES_AREA, ScopeGrant.object_id == area_id)
        )
    )
    return found or _active(session, Role.HO_NETWORK)
