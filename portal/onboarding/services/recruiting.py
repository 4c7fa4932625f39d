"""Candidates along the recruiting stages, the rollout plan, and delegations."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.models import User
from portal.errors import InvalidInput, StaleVersion
from portal.network.rules import CityTier, StoreClass
from portal.network.services.placing import Placement, place
from portal.onboarding.models import Candidate, CandidateEvent, Delegation, RecruitingStage, RolloutLine
from portal.onboarding.queries.applications import is_reviewer_of_head_office
from portal.onboarding.rules.recruiting import check_stage
from portal.onboarding.rules.scores import classify
from portal.scope import ScopeKind, bound_scope

# A desk is lent for a time, not for good.
MAX_DELEGATION_DAYS = 92
EDITABLE = frozenset(
    {"name", "note", "address", "quality", "size", "is_related", "is_new_mainstream_store"}
    | {"next_step", "next_on", "owner_id", "owner_name"}
)


def add_candidate(
    session: Session,
    *,
    actor: User,
    name: str,
    county_code: str | None,
    lng: float | None = None,
    lat: float | None = None,
    note: str = "",
    predecessor_id: int | None = None,
    on: date | None = None,
    **facts: Any,
) -> Candidate:
    """A name for a county, at the first stage. Raises InvalidInput without a name or a county."""
    if not name.strip():
        raise InvalidInput("name_missing", field="name", value=name)
    placement = _placement(session, county_code, lng, lat)
    today = on or clock.today()
    candidate = Candidate(
        name=name.strip(),
        stage=RecruitingStage.SURVEY,
        stage_on=today,
        lng=lng,
        lat=lat,
        province_code=placement.province_code,
        prefecture_code=placement.prefecture_code,
        county_code=placement.county_code,
        sales_area_id=placement.sales_area_id,
        note=note,
        predecessor_id=predecessor_id,
        owner_id=actor.id,
        owner_name=actor.name,
        created_at=clock.now(),
    )
    _write(candidate, facts)
    session.add(candidate)
    session.flush()
    _add_event(session, candidate, before="", actor=actor, reason=note, on=today)
    return candidate


def _placement(
    session: Session, county_code: str | None, lng: float | None = None, lat: float | None = None
) -> Placement:
    """Where it is. Raises InvalidInput without a county, and for one outside a manager's areas."""
    placement, scope = place(session, lng=lng, lat=lat, county_code=county_code), bound_scope(session)
    if placement.county_code is None:
        raise InvalidInput("county_missing", field="county_code", value=county_code)
    if scope.kind is ScopeKind.AREAS and placement.sales_area_id not in scope.ids:
        raise InvalidInput("county_not_yours", field="county_code", value=placement.county_code)
    return placement


def edit_candidate(session: Session, candidate: Candidate, *, version: int, **facts: Any) -> Candidate:
    """Change what is known of a candidate. Raises StaleVersion."""
    _check_version(candidate, version)
    _write(candidate, facts)
    _flush(session, candidate)
    return candidate


def move_candidate(
    session: Session,
    candidate: Candidate,
    to: RecruitingStage,
    *,
    actor: User,
    version: int,
    reason: str = "",
    signing: str = "",
    on: date | None = None,
) -> CandidateEvent:
    """One step on, back, or out. Raises IllegalMove, InvalidInput, StaleVersion."""
    _check_version(candidate, version)
    check_stage(
        candidate.stage.value,
        to.value,
        is_classified=candidate.target_class is not None,
        reason=reason,
        signing=signing,
    )
    day = on or clock.today()
    if day > clock.today() or day < candidate.stage_on:
        raise InvalidInput("day_out_of_order", field="on", value=day, last_on=candidate.stage_on)
    before, candidate.stage, candidate.stage_on = candidate.stage.value, to, day
    if to is RecruitingStage.SIGNED:
        candidate.signing = signing
    if to is RecruitingStage.DROPPED:
        candidate.drop_reason = reason.strip()
    event = _add_event(session, candidate, before=before, actor=actor, reason=reason, on=day)
    _flush(session, candidate)
    return event


def _write(candidate: Candidate, facts: dict[str, Any]) -> None:
    unknown = set(facts) - EDITABLE
    if unknown:
        raise ValueError(f"not facts of a candidate: {sorted(unknown)}")
    for name, value in facts.items():
        setattr(candidate, name, value)
    if candidate.quality is not None and candidate.size is not None:
        candidate.target_class = classify(
            candidate.quality,
            candidate.size,
            is_related=bool(candidate.is_related),
            is_new_mainstream_store=bool(candidate.is_new_mainstream_store),
        )


def _add_event(
    session: Session, candidate: Candidate, *, before: str, actor: User, reason: str, on: date
) -> CandidateEvent:
    event = CandidateEvent(
        candidate_id=candidate.id,
        sales_area_id=candidate.sales_area_id,
        from_stage=before,
        to_stage=candidate.stage.value,
        reason=reason.strip(),
        actor_id=actor.id,
        actor_name=actor.name,
        happened_on=on,
        recorded_at=clock.now(),
    )
    session.add(event)
    session.flush()
    return event


def _check_version(candidate: Candidate, version: int) -> None:
    if candidate.version != version:
        raise StaleVersion(expected=version, actual=candidate.version)


def _flush(session: Session, candidate: Candidate) -> None:
    version = candidate.version
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version, actual=None) from error


def plan_openings(
    session: Session,
    *,
    county_code: str,
    open_month: date,
    planned_qty: int,
    store_class: StoreClass | None,
    city_tier: CityTier | None,
    difficulty: int,
    note: str = "",
) -> RolloutLine:
    """A line of the rollout plan. Raises InvalidInput for a month that does not begin on the first, or no county."""
    if open_month.day != 1:
        raise InvalidInput("not_first_of_month", field="open_month", value=open_month)
    if planned_qty < 1 or difficulty not in (1, 2, 3):
        raise InvalidInput("out_of_range", field="planned_qty", value=planned_qty)
    placement = _placement(session, county_code)
    line = RolloutLine(
        province_code=placement.province_code,
        prefecture_code=placement.prefecture_code,
        county_code=placement.county_code,
        sales_area_id=placement.sales_area_id,
        open_month=open_month,
        planned_qty=planned_qty,
        store_class=store_class,
        city_tier=city_tier,
        difficulty=difficulty,
        note=note,
    )
    session.add(line)
    session.flush()
    return line


def remove_line(session: Session, line: RolloutLine) -> None:
    """Take a line out of the plan."""
    session.delete(line)
    session.flush()


def delegate(
    session: Session, *, giver: User, receiver: User, valid_from: date, valid_to: date, reason: str
) -> Delegation:
    """Let somebody of head office sit at one's desk for a time. Raises InvalidInput."""
    if not is_reviewer_of_head_office(giver.role):
        raise InvalidInput("role_cannot_delegate", field="receiver", value=giver.role)
    if receiver.id == giver.id or not receiver.is_active or not is_reviewer_of_head_office(receiver.role):
        raise InvalidInput("receiver_not_possible", field="receiver", value=receiver.name)
    if valid_to < valid_from:
        raise InvalidInput("period_reversed", field="valid_to", value=valid_to, first=valid_from)
    if valid_to < clock.today():
        raise InvalidInput("period_over", field="valid_to", value=valid_to)
    if (valid_to - valid_from).days >= MAX_DELEGATION_DAYS:
        raise InvalidInput("period_too_long", field="valid_to", value=valid_to, limit=MAX_DELEGATION_DAYS)
    delegation = Delegation(
        from_user_id=giver.id,
        to_user_id=receiver.id,
        role=giver.role,
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason.strip(),
        created_at=clock.now(),
    )
    session.add(delegation)
    session.flush()
    return delegation


def end_delegation(session: Session, delegation: Delegation) -> None:
    """Take the desk back at once; one that has ended stays as it is."""
    if delegation.ended_at is None:
        delegation.ended_at = clock.now()
    session.flush()
