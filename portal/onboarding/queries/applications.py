"""Reads of applications and of what guards ask about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from portal.accounts.models import GrantKind, ScopeGrant, User
from portal.network.models import Outlet
from portal.onboarding.models import (
    Application,
    ApplicationFile,
    ChecklistItem,
    Delegation,
    ReviewStep,
    ScoreSheet,
    SiteVisit,
)
from portal.onboarding.rules.chain import Judgement
from portal.onboarding.rules.states import Action
from portal.permissions import HEAD_OFFICE_ROLES, Permission, Role, is_allowed
from portal.scope import scope_of_system


def get_application(session: Session, application_id: int) -> Application | None:
    """The application, or None where it is not in the reader's scope."""
    return session.scalar(select(Application).where(Application.id == application_id))


def get_by_client_key(session: Session, client_key: str) -> Application | None:
    """The application that a browser began under this key."""
    return session.scalar(select(Application).where(Application.client_key == client_key))


def judgements_of(session: Session, application: Application) -> list[Judgement]:
    """Who endorsed the application, and at which desk."""
    rows = session.execute(
        select(ReviewStep.from_status, ReviewStep.actor_id, ReviewStep.on_behalf_of_id)
        .where(ReviewStep.application_id == application.id, ReviewStep.action == Action.ENDORSE)
        .order_by(ReviewStep.id)
    )
    return [Judgement(stage, actor, giver) for stage, actor, giver in rows]


def applicants_circle(session: Session, application: Application) -> frozenset[int]:
    """The applicant and every other account of the same distributor or of one of its outlets."""
    outlets = select(Outlet.id).where(Outlet.distributor_id == application.distributor_id)
    of_distributor = (ScopeGrant.kind == GrantKind.DISTRIBUTOR) & (ScopeGrant.object_id == application.distributor_id)
    of_outlet = (ScopeGrant.kind == GrantKind.OUTLET) & ScopeGrant.object_id.in_(outlets)
    with scope_of_system(session):
        ids = session.scalars(select(ScopeGrant.user_id).where(of_distributor | of_outlet)).all()
    return frozenset(ids) | {application.applicant_id}


def file_kinds(session: Session, application: Application) -> frozenset[str]:
    """Kinds of the files attached."""
    kinds = session.scalars(select(ApplicationFile.kind).where(ApplicationFile.application_id == application.id))
    return frozenset(kind.value for kind in kinds)


@dataclass(frozen=True)
class CaseFindings:
    """What is on file about an application, as far as guards ask."""

    visits: int
    scores: int
    is_knocked_out: bool
    items: int
    items_done: int

    @property
    def is_checklist_done(self) -> bool:
        """Whether there is a checklist and nothing on it is open."""
        return self.items > 0 and self.items == self.items_done


def findings_of(session: Session, application: Application) -> CaseFindings:
    """Visits, scores (the last sheet counts) and checklist. Read by the product: the applicant must not see them."""
    last = select(ScoreSheet.disturbs_market).where(ScoreSheet.application_id == application.id)
    items = func.count(ChecklistItem.id), func.count(ChecklistItem.done_on)
    statement = select(
        _count_of(SiteVisit, application),
        _count_of(ScoreSheet, application),
        last.order_by(ScoreSheet.id.desc()).limit(1).scalar_subquery(),
        *(select(item).where(ChecklistItem.application_id == application.id).scalar_subquery() for item in items),
    )
    with scope_of_system(session):
        visits, scores, disturbs, total, done = session.execute(statement).one()
    return CaseFindings(visits, scores, bool(disturbs), total, done)


def _count_of(model: type[SiteVisit] | type[ScoreSheet], application: Application) -> ScalarSelect[int]:
    return select(func.count(model.id)).where(model.application_id == application.id).scalar_subquery()


def roles_on(session: Session, user: User, day: date) -> dict[Role, int | None]:
    """Roles in which the user may act on the day → for whom (None: in their own right).

    A delegation lapses with the giver's role or account, and with the receiver's place at head office.
    """
    found: dict[Role, int | None] = {user.role: None}
    if not is_reviewer_of_head_office(user.role):
        return found
    rows = session.execute(
        select(Delegation.role, Delegation.from_user_id)
        .join(User, User.id == Delegation.from_user_id)
        .where(Delegation.to_user_id == user.id, Delegation.ended_at.is_(None))
        .where(Delegation.valid_from <= day, Delegation.valid_to >= day)
        .where(User.is_active, User.role == Delegation.role)
        .order_by(Delegation.id)
    )
    for role, giver in rows:
        found.setdefault(role, giver)
    return found


def is_reviewer_of_head_office(role: Role) -> bool:
    """Whether the role sits at a desk of head office: it may lend that desk, and be lent another one."""
    return role in HEAD_OFFICE_ROLES and is_allowed(role, Permission.ONBOARDING_APPLICATIONS_REVIEW)
