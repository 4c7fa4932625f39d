"""Plan an activity, record what was done, hand it in, accept or return it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.errors import InvalidInput, StaleVersion
from portal.geo import distance_m
from portal.network.models import Distributor, Outlet
from portal.network.services.parties import COORDINATE_DECIMALS, check_point
from portal.permissions import Role
from portal.products.models import ProductModel
from portal.storage import StoredFile
from portal.visits.errors import GuardFailed
from portal.visits.models import FieldActivity, FieldEvent, FieldFinding, FieldPhoto
from portal.visits.queries.activities import find_by_client_key
from portal.visits.rules.states import Action, Guard, GuardFacts, actions_of, failing_guards, find_move
from portal.visits.rules.words import ActivityKind, ActivityStatus, TaskStatus
from portal.visits.signals import activity_moved

MAX_PHOTOS = 12
MAX_REASON = 1_000
# So far ahead a plan may reach, and so far back work may be put down that nobody planned.
AHEAD_DAYS, BACK_DAYS = 366, 62


@dataclass(frozen=True, slots=True)
class Plan:
    """What is planned."""

    kind: ActivityKind
    planned_on: date
    theme: str = ""
    place: str = ""
    model: ProductModel | None = None
    course: str = ""
    lecturer: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """What was done: the day, the words, who took part, and (WGS-84) where the person stood."""

    done_on: date
    report: str = ""
    participants: int | None = None
    lng: float | None = None
    lat: float | None = None


def plan_activity(
    session: Session,
    plan: Plan,
    *,
    distributor: Distributor,
    outlet: Outlet | None,
    actor: User,
    client_key: str | None = None,
) -> FieldActivity:
    """Put a plan down, once for each key. Raises InvalidInput."""
    known = find_by_client_key(session, client_key) if client_key else None
    if known is not None:
        return known
    today = clock.today()
    if not today - timedelta(days=BACK_DAYS) <= plan.planned_on <= today + timedelta(days=AHEAD_DAYS):
        raise InvalidInput("day_out_of_reach", field="planned_on", value=plan.planned_on, limit=BACK_DAYS)
    if plan.kind is ActivityKind.TRAINING and not plan.course.strip():
        raise InvalidInput("course_missing", field="course", value="")
    if outlet is None and plan.kind not in (ActivityKind.MEETING, ActivityKind.ROAD_SHOW, ActivityKind.TRAINING):
        raise InvalidInput("outlet_missing", field="outlet", value="")
    activity = FieldActivity(
        distributor_id=distributor.id,
        outlet_id=outlet.id if outlet else None,
        kind=plan.kind,
        planned_on=plan.planned_on,
        theme=plan.theme.strip(),
        place=plan.place.strip(),
        model_id=plan.model.id if plan.model else None,
        course=plan.course.strip(),
        lecturer=plan.lecturer.strip(),
        owner_id=actor.id,
        owner_name=actor.name,
        client_key=client_key,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    session.add(activity)
    session.flush()
    _note(session, activity, "plan", None, actor)
    return activity


def plan_day(session: Session, outlets: Sequence[Outlet], day: date, *, actor: User, key: str) -> list[FieldActivity]:
    """A visit to each of the outlets on the day; one that is planned already stays the only one."""
    already = set(
        session.scalars(
            select(FieldActivity.outlet_id).where(
                FieldActivity.planned_on == day,
                FieldActivity.owner_id == actor.id,
                FieldActivity.kind == ActivityKind.VISIT,
                FieldActivity.status != ActivityStatus.CANCELLED,
            )
        )
    )
    plan = Plan(ActivityKind.VISIT, day)
    return [
        plan_activity(
            session, plan, distributor=outlet.distributor, outlet=outlet, actor=actor, client_key=f"{key}-{outlet.id}"
        )
        for outlet in outlets
        if outlet.id not in already
    ]


def is_own(activity: FieldActivity, actor: User) -> bool:
    """Whether the actor answers for it: who planned it."""
    return activity.owner_id == actor.id


def facts_for(
    session: Session, activity: FieldActivity, actor: User, *, reason: str = "", day: date | None = None
) -> GuardFacts:
    """What the guards of the table look at."""
    photos = session.scalar(select(func.count(FieldPhoto.id)).where(FieldPhoto.activity_id == activity.id)) or 0
    open_tasks = session.scalar(
        select(func.count(FieldFinding.id)).where(
            FieldFinding.activity_id == activity.id, FieldFinding.status == TaskStatus.OPEN
        )
    )
    return GuardFacts(
        is_own=is_own(activity, actor),
        has_come=(day or activity.planned_on) <= clock.today(),
        has_evidence=bool(photos) and bool(activity.report.strip()) and activity.done_on is not None,
        has_reason=bool(reason.strip()),
        is_submitter=activity.submitted_by_id == actor.id,
        has_open_task=bool(open_tasks),
    )


def possible_actions(session: Session, activity: FieldActivity, actor: User) -> dict[Action, list[Guard]]:
    """What the actor's role may do now, with the guards that stand against it (a reason is given with the step)."""
    facts = facts_for(session, activity, actor, reason="-")
    found = {}
    for action in actions_of(activity.status, actor.role):
        guards = failing_guards(find_move(activity.status, action, actor.role), facts)
        if Guard.OWN_ACTIVITY not in guards:
            found[action] = guards
    return found


def record_activity(
    session: Session,
    activity: FieldActivity,
    record: Record,
    *,
    actor: User,
    version: int,
    kept: Sequence[StoredFile] = (),
) -> None:
    """What was done, with photos. The first point given stays: one check-in, no track. Raises as a move does."""
    if record.done_on > clock.today():
        raise InvalidInput("day_in_future", field="done_on", value=record.done_on)
    check_point(record.lng, record.lat)
    before = activity.status
    facts = facts_for(session, activity, actor, day=min(record.done_on, activity.planned_on))
    _move(activity, Action.RECORD, actor, version, facts)
    activity.done_on = record.done_on
    activity.report, activity.participants = record.report.strip(), record.participants
    if record.lng is not None and record.lat is not None and activity.checked_in_at is None:
        activity.lng, activity.lat = round(record.lng, COORDINATE_DECIMALS), round(record.lat, COORDINATE_DECIMALS)
        activity.checked_in_at = clock.now()
        activity.distance_m = _metres_to_outlet(activity)
    _add_photos(session, activity, kept)
    _note(session, activity, Action.RECORD.value, before, actor)


def _metres_to_outlet(activity: FieldActivity) -> int | None:
    outlet = activity.outlet
    if outlet is None or outlet.lng is None or outlet.lat is None:
        return None
    return round(float(distance_m(outlet.lng, outlet.lat, activity.lng, activity.lat)))


def _add_photos(session: Session, activity: FieldActivity, kept: Sequence[StoredFile]) -> None:
    known = set(session.scalars(select(FieldPhoto.sha256).where(FieldPhoto.activity_id == activity.id)))
    if len(known) + len(kept) > MAX_PHOTOS:
        raise InvalidInput("too_many_files", field="photos", value=len(known) + len(kept), limit=MAX_PHOTOS)
    for each in kept:
        if each.sha256 in known:
            raise InvalidInput("photo_repeated", field="photos", value=each.original_name)
        known.add(each.sha256)
        session.add(
            FieldPhoto(
                activity_id=activity.id,
                distributor_id=activity.distributor_id,
                outlet_id=activity.outlet_id,
                storage_id=each.storage_id,
                original_name=each.original_name,
                content_type=each.content_type,
                sha256=each.sha256,
                created_at=clock.now(),
            )
        )
    session.flush()


def submit_activity(session: Session, activity: FieldActivity, *, actor: User, version: int) -> None:
    """Hand the evidence in. Raises IllegalMove, GuardFailed, StaleVersion, InvalidInput where a photo served before."""
    before = activity.status
    facts = facts_for(session, activity, actor)
    reused = _photo_used_elsewhere(session, activity)
    if reused is not None:
        raise InvalidInput("photo_reused", field="photos", value=reused)
    _move(activity, Action.SUBMIT, actor, version, facts)
    activity.submitted_by_id, activity.submitted_at = actor.id, clock.now()
    activity.returned_reason = ""
    _note(session, activity, Action.SUBMIT.value, before, actor)


def _photo_used_elsewhere(session: Session, activity: FieldActivity) -> str | None:
    """The name of a photo that is evidence of another activity of the distributor."""
    own = select(FieldPhoto.sha256).where(FieldPhoto.activity_id == activity.id)
    statement = (
        select(FieldPhoto.original_name)
        .join(FieldActivity, FieldActivity.id == FieldPhoto.activity_id)
        .where(
            FieldPhoto.sha256.in_(own),
            FieldPhoto.activity_id != activity.id,
            FieldPhoto.distributor_id == activity.distributor_id,
            FieldActivity.status.in_((ActivityStatus.SUBMITTED, ActivityStatus.ACCEPTED)),
        )
    )
    return session.scalar(statement.limit(1))


def accept_activity(session: Session, activity: FieldActivity, *, actor: User, version: int) -> None:
    """Somebody else than the submitter accepts: now it counts. Raises IllegalMove, GuardFailed, StaleVersion."""
    _decide(session, activity, Action.ACCEPT, actor, version, "")


def return_activity(session: Session, activity: FieldActivity, reason: str, *, actor: User, version: int) -> None:
    """Somebody else than the submitter sends it back, and says why."""
    _decide(session, activity, Action.RETURN, actor, version, reason)
    activity.returned_reason = reason.strip()[:MAX_REASON]
    session.flush()


def _decide(session: Session, activity: FieldActivity, action: Action, actor: User, version: int, reason: str) -> None:
    before = activity.status
    _move(activity, action, actor, version, facts_for(session, activity, actor, reason=reason))
    activity.decided_by_name, activity.decided_at = actor.name, clock.now()
    _note(session, activity, action.value, before, actor, reason)


def cancel_activity(session: Session, activity: FieldActivity, reason: str, *, actor: User, version: int) -> None:
    """It does not take place, or shall not count."""
    before = activity.status
    _move(activity, Action.CANCEL, actor, version, facts_for(session, activity, actor, reason=reason))
    _note(session, activity, Action.CANCEL.value, before, actor, reason)


def _move(activity: FieldActivity, action: Action, actor: User, version: int, facts: GuardFacts) -> None:
    move = find_move(activity.status, action, actor.role)
    if activity.version != version:
        raise StaleVersion(value=version, expected=activity.version)
    failing = failing_guards(move, facts)
    if failing:
        raise GuardFailed(failing)
    activity.status, activity.updated_at = ActivityStatus(move.after), clock.now()


def _note(
    session: Session,
    activity: FieldActivity,
    action: str,
    before: ActivityStatus | None,
    actor: User,
    reason: str = "",
) -> None:
    session.add(
        FieldEvent(
            activity_id=activity.id,
            distributor_id=activity.distributor_id,
            outlet_id=activity.outlet_id,
            action=action,
            from_status=before,
            to_status=activity.status,
            reason=reason.strip()[:MAX_REASON],
            actor_id=actor.id,
            actor_name=actor.name,
            happened_at=clock.now(),
        )
    )
    session.flush()
    activity_moved.send(activity, session=session, action=action, actor=actor)


def may_plan(actor: User) -> bool:
    """Whether the role plans work in the field."""
    return actor.role in (Role.REGIONAL_MANAGER, Role.DISTRIBUTOR)
