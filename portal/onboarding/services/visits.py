"""What a regional manager finds out: visits to the site with photos and position, and the score sheet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.errors import IllegalMove, InvalidInput
from portal.geo import distance_m
from portal.network.services.parties import COORDINATE_DECIMALS, check_point
from portal.onboarding.models import Application, ScoreSheet, SiteVisit, VisitPhoto
from portal.onboarding.rules.desks import is_open_to_visits
from portal.onboarding.rules.scores import Criterion, score
from portal.onboarding.rules.states import Guard
from portal.onboarding.services.reviews import GuardFailed, case_of
from portal.permissions import Role
from portal.storage import StoredFile

MAX_PHOTOS = 12
# A visit counts that was made while the applicant was still writing, if it is not older than this.
VISITED_BEFORE_DAYS = 90


def may_visit(application: Application, user: User) -> bool:
    """Whether the user is the manager who visits and scores this site now."""
    return user.role is Role.REGIONAL_MANAGER and is_open_to_visits(application.status, application.asked_by_stage)


def check_may_visit(session: Session, application: Application, user: User) -> None:
    """Raise IllegalMove (`not_your_desk`), or GuardFailed for somebody of the applicant's house."""
    if not may_visit(application, user):
        raise IllegalMove("not_your_desk", from_status=application.status.value, action="visit")
    if case_of(session, application).is_of_the_house(user.id):
        raise GuardFailed(guards=[Guard.NOT_THE_APPLICANT.value], missing=[])


def record_visit(
    session: Session,
    application: Application,
    *,
    actor: User,
    visited_on: date,
    findings: str,
    lng: float | None = None,
    lat: float | None = None,
) -> SiteVisit:
    """Put a visit down; the point (WGS-84) is where the visitor stood. Raises InvalidInput, IllegalMove."""
    check_may_visit(session, application, actor)
    if visited_on > clock.today():
        raise InvalidInput("day_in_future", field="visited_on", value=visited_on)
    _check_not_long_before(application, visited_on)
    if not findings.strip():
        raise InvalidInput("findings_missing", field="findings", value=findings)
    check_point(lng, lat)
    visit = SiteVisit(
        application_id=application.id,
        visitor_id=actor.id,
        visitor_name=actor.name,
        visited_on=visited_on,
        lng=None if lng is None else round(lng, COORDINATE_DECIMALS),
        lat=None if lat is None else round(lat, COORDINATE_DECIMALS),
        distance_m=metres_to_site(application, lng, lat),
        findings=findings.strip(),
        created_at=clock.now(),
    )
    session.add(visit)
    session.flush()
    return visit


def _check_not_long_before(application: Application, visited_on: date) -> None:
    submitted = application.submitted_at
    if submitted is not None and (submitted.date() - visited_on).days > VISITED_BEFORE_DAYS:
        raise InvalidInput("visit_too_old", field="visited_on", value=visited_on, limit=VISITED_BEFORE_DAYS)


def metres_to_site(application: Application, lng: float | None, lat: float | None) -> int | None:
    """Geodesic metres between a point and the site as it is applied for now; None where either is not known."""
    if lng is None or lat is None or application.lng is None or application.lat is None:
        return None
    return round(float(distance_m(application.lng, application.lat, lng, lat)))


def add_photo(session: Session, visit: SiteVisit, *, kept: StoredFile) -> VisitPhoto:
    """Put a stored picture to the visit. Raises InvalidInput (`too_many_files`)."""
    count = session.scalar(select(func.count(VisitPhoto.id)).where(VisitPhoto.visit_id == visit.id)) or 0
    if count >= MAX_PHOTOS:
        raise InvalidInput("too_many_files", field="photos", value=count, limit=MAX_PHOTOS)
    photo = VisitPhoto(
        application_id=visit.application_id,
        visit_id=visit.id,
        storage_id=kept.storage_id,
        original_name=kept.original_name,
        content_type=kept.content_type,
        created_at=clock.now(),
    )
    session.add(photo)
    session.flush()
    return photo


def fill_score(
    session: Session,
    application: Application,
    *,
    actor: User,
    marks: Mapping[Criterion, int],
    disturbs_market: bool,
    note: str,
) -> ScoreSheet:
    """A new score sheet: the last one counts, the former ones stay. Raises InvalidInput, IllegalMove."""
    check_may_visit(session, application, actor)
    if disturbs_market and not note.strip():
        raise InvalidInput("knock_out_unexplained", field="note", value=note)
    found = score(marks, disturbs_market=disturbs_market)
    sheet = ScoreSheet(
        application_id=application.id,
        marks={criterion.value: marks[criterion] for criterion in Criterion},
        disturbs_market=disturbs_market,
        points=found.points,
        passed=found.passed,
        note=note.strip(),
        scorer_id=actor.id,
        scorer_name=actor.name,
        created_at=clock.now(),
    )
    session.add(sheet)
    session.flush()
    return sheet
