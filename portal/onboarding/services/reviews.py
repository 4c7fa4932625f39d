"""The one place where an application changes its state."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.models import User
from portal.errors import IllegalMove, StaleVersion
from portal.network.models import Outlet
from portal.network.rules import OutletStatus
from portal.network.services.outlets import move_outlet
from portal.network.services.placing import Placement
from portal.onboarding.models import Application, ReviewStep
from portal.onboarding.queries.applications import (
    CaseFindings,
    applicants_circle,
    file_kinds,
    findings_of,
    judgements_of,
    roles_on,
)
from portal.onboarding.queries.sites import site_sheet
from portal.onboarding.rules.chain import Judgement, has_decided_before, has_two_persons, may_judge, next_stage
from portal.onboarding.rules.guards import REQUIRED_COLUMNS, GuardFacts, failing_guards, missing_fields
from portal.onboarding.rules.states import Action, ApplicationStatus, Guard, Move, actions_of, find_move
from portal.onboarding.signals import application_moved
from portal.permissions import Role
from portal.scope import scope_of_system

A, S = Action, ApplicationStatus
# Days that a desk has for its answer.
DESK_DAYS = {S.AREA_REVIEW: 14, S.SALES_REVIEW: 5, S.NETWORK_REVIEW: 5, S.HEAD_OFFICE_REVIEW: 7, S.MORE_INFORMATION: 14}
# Decisions on which the site sheet is frozen.
FREEZING = frozenset({A.ENDORSE, A.APPROVE, A.REJECT})
# The outlet's life event keeps this many signs of the reason; the step keeps all of it.
MAX_LIFE_REASON = 500
OUTLET_AFTER: dict[ApplicationStatus, OutletStatus] = {
    S.SALES_REVIEW: OutletStatus.IN_REVIEW,
    S.NETWORK_REVIEW: OutletStatus.IN_REVIEW,
    S.HEAD_OFFICE_REVIEW: OutletStatus.IN_REVIEW,
    S.APPROVED: OutletStatus.APPROVED,
    S.OPENING: OutletStatus.OPENING,
    S.OPENED: OutletStatus.OPEN,
    S.REJECTED: OutletStatus.DROPPED,
    S.WITHDRAWN: OutletStatus.DROPPED,
}


class GuardFailed(IllegalMove):
    """A guard of the declared table does not hold: `guards` are their codes, `missing` the fields still empty."""

    code = "guard_failed"


@dataclass(frozen=True)
class Possible:
    """An action that the table offers the user here, and the guards that stand against it just now."""

    action: Action
    role: Role
    on_behalf_of_id: int | None
    failing: tuple[Guard, ...]


@dataclass(frozen=True)
class Case:
    """What the guards ask of an application, whoever acts: read once a page."""

    circle: frozenset[int]
    former_circle: frozenset[int]
    applicant_id: int
    judgements: list[Judgement]
    findings: CaseFindings
    missing: list[str]

    def is_of_the_house(self, user_id: int) -> bool:
        """Whether the person belongs to the applicant's house, or did at one of its steps."""
        circle = self.circle | self.former_circle
        return not may_judge(user_id, applicant_id=self.applicant_id, applicant_circle=circle)

    def facts(self, user: User, giver_id: int | None, *, reason: str) -> GuardFacts:
        """The answers for this user, who acts for `giver_id` where that is set: both are held to the guards."""
        persons = {user.id, giver_id} - {None}
        return GuardFacts(
            is_complete=not self.missing,
            is_own=user.id in self.circle,
            is_applicants_circle=any(self.is_of_the_house(person) for person in persons if person is not None),
            has_decided_before=any(has_decided_before(p, self.judgements) for p in persons if p is not None),
            is_visited=self.findings.visits > 0,
            is_scored=self.findings.scores > 0,
            is_knocked_out=self.findings.is_knocked_out,
            has_reason=bool(reason.strip()),
            has_two_persons=has_two_persons(user.id, self.judgements),
            is_checklist_done=self.findings.is_checklist_done,
        )


def case_of(session: Session, application: Application) -> Case:
    """The case as it stands. What is missing is asked only where somebody may hand the form in."""
    is_with_applicant = application.status in (S.DRAFT, S.MORE_INFORMATION)
    return Case(
        circle=applicants_circle(session, application),
        former_circle=frozenset(application.circle or ()),
        applicant_id=application.applicant_id,
        judgements=judgements_of(session, application),
        findings=findings_of(session, application),
        missing=missing_of(session, application) if is_with_applicant else [],
    )


def missing_of(session: Session, application: Application) -> list[str]:
    """Names of the fields that a submission still needs."""
    columns = {name: getattr(application, name) for name in REQUIRED_COLUMNS}
    return missing_fields(columns, application.answers, file_kinds(session, application))


def possible_actions(
    session: Session, application: Application, user: User, case: Case | None = None
) -> list[Possible]:
    """What this user may do now: the buttons of the page. A reason is asked on the next page, so it is not missing.

    Give the `case` where its parts have been read already.
    """
    case, found = case or case_of(session, application), []
    for role, giver in roles_on(session, user, clock.today()).items():
        facts = case.facts(user, giver, reason="given later")
        for action in actions_of(application.status, role):
            move = find_move(application.status, action, role)
            found.append(Possible(action, role, giver, tuple(failing_guards(move, facts))))
    return found


def act(
    session: Session,
    application: Application,
    action: Action,
    *,
    actor: User,
    version: int,
    reason: str = "",
    internal_note: str = "",
    conditions: str = "",
    on: date | None = None,
) -> ReviewStep:
    """Move the application by one action, with its outlet; freeze the site sheet into a decision.

    Raises StaleVersion (somebody was faster), IllegalMove, GuardFailed.
    """
    if application.version != version:
        raise StaleVersion(expected=version, actual=application.version)
    move, giver = _choose_move(session, application, action, actor)
    case = case_of(session, application)
    _check_guards(case, move, case.facts(actor, giver, reason=reason))
    if move.role is Role.DISTRIBUTOR:
        application.circle = sorted(case.circle | case.former_circle)
    before, after = application.status, _after(application, move)
    sheet = _frozen(session, application) if action in FREEZING else None
    _write(application, after, conditions=conditions)
    step = _step(application, action, before, after, actor=actor, giver=giver, sheet=sheet)
    step.reason, step.internal_note = reason.strip(), internal_note.strip()
    session.add(step)
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version, actual=None) from error
    _move_outlet(session, application, after, actor=actor, reason=reason, on=on)
    application_moved.send(application, session=session, step=step, actor=actor)
    return step


def _choose_move(session: Session, application: Application, action: Action, actor: User) -> tuple[Move, int | None]:
    roles = roles_on(session, actor, clock.today())
    for role, giver in roles.items():
        if action in actions_of(application.status, role):
            return find_move(application.status, action, role), giver
    return find_move(application.status, action, actor.role), None


def _check_guards(case: Case, move: Move, facts: GuardFacts) -> None:
    failing = failing_guards(move, facts)
    if failing:
        missing = case.missing if Guard.COMPLETE in failing else []
        raise GuardFailed(guards=[guard.value for guard in failing], missing=missing)


def _after(application: Application, move: Move) -> ApplicationStatus:
    if move.after is not None:
        return move.after
    if move.action is A.ANSWER:
        return application.asked_by_stage or S.AREA_REVIEW
    chain = tuple(ApplicationStatus(stage) for stage in application.chain)
    return next_stage(chain, move.before)


def _write(application: Application, after: ApplicationStatus, *, conditions: str) -> None:
    today = clock.today()
    if after is S.MORE_INFORMATION:
        application.asked_by_stage = application.status
    if after in (S.APPROVED, S.REJECTED, S.WITHDRAWN):
        application.decided_at = clock.now()
    if conditions:
        application.conditions = conditions.strip()
    application.status, application.updated_at = after, clock.now()
    application.due_on = today + timedelta(days=DESK_DAYS[after]) if after in DESK_DAYS else None


def _step(
    application: Application,
    action: Action,
    before: ApplicationStatus,
    after: ApplicationStatus,
    *,
    actor: User,
    giver: int | None,
    sheet: dict[str, Any] | None,
) -> ReviewStep:
    return ReviewStep(
        application_id=application.id,
        action=action,
        from_status=before,
        to_status=after,
        application_version=application.version,
        actor_id=actor.id,
        actor_name=actor.name,
        on_behalf_of_id=giver,
        frozen_sheet=sheet,
        frozen_sha256=sheet_digest(sheet) if sheet else "",
        happened_at=clock.now(),
    )


def sheet_digest(sheet: dict[str, Any]) -> str:
    """SHA-256 of the sheet's canonical JSON: shows later on that nobody touched it."""
    text = json.dumps(sheet, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _frozen(session: Session, application: Application) -> dict[str, Any] | None:
    if application.lng is None or application.lat is None:
        return None
    with scope_of_system(session):
        return current_sheet(session, application)


def current_sheet(session: Session, application: Application) -> dict[str, Any]:
    """The site sheet of the application as it is now, in the reader's scope."""
    place = Placement(
        application.province_code, application.prefecture_code, application.county_code, application.sales_area_id
    )
    return site_sheet(
        session,
        lng=application.lng or 0.0,
        lat=application.lat or 0.0,
        place=place,
        on=clock.today(),
        capital_wan=application.capital_wan,
        distributor_id=application.distributor_id,
        but_outlet_id=application.outlet_id,
    )


def _move_outlet(
    session: Session, application: Application, after: ApplicationStatus, *, actor: User, reason: str, on: date | None
) -> None:
    """The outlet follows its application, also where another sales area has come to hold it meanwhile."""
    target = OUTLET_AFTER.get(after)
    if target is None or application.outlet_id is None:
        return
    why, day = (reason.strip() or application.number or "")[:MAX_LIFE_REASON], on or clock.today()
    with scope_of_system(session):
        outlet = session.get_one(Outlet, application.outlet_id)
        if after is S.APPROVED and outlet.status is OutletStatus.APPLIED:
            move_outlet(session, outlet, OutletStatus.IN_REVIEW, on=clock.today(), reason=why, actor=actor)
        if outlet.status is not target:
            move_outlet(session, outlet, target, on=day, reason=why, actor=actor)
