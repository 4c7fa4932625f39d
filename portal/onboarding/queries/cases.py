"""What a reviewer reads of one application besides the form: visits, scores, steps with their frozen sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, undefer

from portal.accounts.models import User
from portal.errors import NotFound
from portal.onboarding.models import Application, Delegation, ReviewStep, ScoreSheet, SiteVisit, VisitPhoto
from portal.onboarding.queries.applications import is_reviewer_of_head_office


def get_case(session: Session, application_id: int, *, with_steps: bool = False) -> Application:
    """An application that was handed in, with distributor and outlet; NotFound where the reader sees none."""
    statement = (
        select(Application)
        .where(Application.id == application_id, Application.number.is_not(None))
        .options(joinedload(Application.distributor), joinedload(Application.outlet))
    )
    if with_steps:
        statement = statement.options(joinedload(Application.steps).defer(ReviewStep.frozen_sheet))
    found = session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound()
    return found


def list_visits(session: Session, application: Application) -> list[SiteVisit]:
    """Visits to the site with their photos, the latest first."""
    statement = (
        select(SiteVisit)
        .where(SiteVisit.application_id == application.id)
        .options(joinedload(SiteVisit.photos))
        .order_by(SiteVisit.visited_on.desc(), SiteVisit.id.desc())
    )
    return list(session.scalars(statement).unique())


def list_scores(session: Session, application: Application) -> list[ScoreSheet]:
    """Score sheets, the one that counts first."""
    statement = select(ScoreSheet).where(ScoreSheet.application_id == application.id)
    return list(session.scalars(statement.order_by(ScoreSheet.id.desc())))


def get_photo(session: Session, application: Application, photo_id: int) -> VisitPhoto:
    """A photo of a visit to this application's site; NotFound for any other's."""
    photo = session.scalar(
        select(VisitPhoto).where(VisitPhoto.id == photo_id, VisitPhoto.application_id == application.id)
    )
    if photo is None:
        raise NotFound()
    return photo


def list_frozen(session: Session, application: Application) -> list[ReviewStep]:
    """The decisions that carry a frozen site sheet, oldest first, with the sheets."""
    statement = (
        select(ReviewStep)
        .where(ReviewStep.application_id == application.id, ReviewStep.frozen_sha256 != "")
        .options(undefer(ReviewStep.frozen_sheet))
        .order_by(ReviewStep.id)
    )
    return list(session.scalars(statement))


def list_steps_since(session: Session, application: Application, version: int) -> list[ReviewStep]:
    """What happened to the application after somebody read it in this version, oldest first."""
    statement = select(ReviewStep).where(
        ReviewStep.application_id == application.id, ReviewStep.application_version >= version
    )
    return list(session.scalars(statement.order_by(ReviewStep.id)))


def name_users(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Names of users by id."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    return {row.id: row.name for row in session.execute(select(User.id, User.name).where(User.id.in_(wanted)))}


@dataclass(frozen=True, slots=True)
class ActingFor:
    """Whose desk somebody sits at, and until when."""

    name: str
    role: str
    valid_to: date


def list_acting_for(session: Session, user: User, day: date) -> list[ActingFor]:
    """The delegations that let the user act for somebody else on the day."""
    if not is_reviewer_of_head_office(user.role):
        return []
    rows = session.execute(
        select(User.name, Delegation.role, Delegation.valid_to)
        .join(User, User.id == Delegation.from_user_id)
        .where(Delegation.to_user_id == user.id, Delegation.ended_at.is_(None))
        .where(Delegation.valid_from <= day, Delegation.valid_to >= day)
        .where(User.is_active, User.role == Delegation.role)
        .order_by(Delegation.id)
    )
    return [ActingFor(row.name, row.role, row.valid_to) for row in rows]


def list_delegations(session: Session, user: User | None) -> list[tuple[Delegation, str, str]]:
    """Delegations given or taken by the user (None: everybody's), newest first, with both names."""
    statement = select(Delegation)
    if user is not None:
        statement = statement.where((Delegation.from_user_id == user.id) | (Delegation.to_user_id == user.id))
    rows = session.scalars(statement.order_by(Delegation.id.desc()).limit(200)).all()
    names = name_users(session, [each for row in rows for each in (row.from_user_id, row.to_user_id)])
    return [(row, names.get(row.from_user_id, ""), names.get(row.to_user_id, "")) for row in rows]


def list_receivers(session: Session, giver: User) -> list[User]:
    """Who may sit at the giver's desk: other reviewers of head office, by name."""
    users = session.scalars(select(User).where(User.is_active, User.id != giver.id).order_by(User.name, User.id))
    return [user for user in users if is_reviewer_of_head_office(user.role)]


def get_delegation(session: Session, delegation_id: int, giver: User) -> Delegation:
    """A delegation that this user has given; NotFound for any other's."""
    found = session.scalar(
        select(Delegation).where(Delegation.id == delegation_id, Delegation.from_user_id == giver.id)
    )
    if found is None:
        raise NotFound()
    return found
