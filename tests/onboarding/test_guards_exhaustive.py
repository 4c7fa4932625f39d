"""The declared table over real rows: every state × action × role, every guard of each line, stale and illegal pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, product
from typing import Any

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.errors import IllegalMove, StaleVersion
from portal.onboarding.models import (
    Application,
    ApplicationFile,
    ApplicationFileKind,
    ChecklistItem,
    ReviewStep,
    ScoreSheet,
    SiteVisit,
)
from portal.onboarding.rules.states import MOVES, TABLE, Action, ApplicationStatus, Guard, Move
from portal.onboarding.services.reviews import GuardFailed, act, possible_actions
from portal.permissions import Role
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_user, save
from tests.onboarding.applying import Applicant, make_applicant
from tests.onboarding.reviewing import make_row, text_of

S, A, G = ApplicationStatus, Action, Guard
_numbers = count(1)


@pytest.fixture
def people(applicant: Applicant) -> dict[Role, User]:
    """One user a role: the distributor's is a colleague of the applicant, the manager's is of the area."""
    found = {role: make_user(role) for role in Role if role not in (Role.REGIONAL_MANAGER, Role.DISTRIBUTOR)}
    found[Role.REGIONAL_MANAGER] = make_user(Role.REGIONAL_MANAGER, of=applicant.area)
    found[Role.DISTRIBUTOR] = make_user(Role.DISTRIBUTOR, of=applicant.distributor)
    return found


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace."""
    nested = db.session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()
        db.session.expire_all()


def prepare(applicant: Applicant, status: ApplicationStatus, actor: User, broken: Guard | None = None) -> Application:
    """An application in which every guard holds for the actor, but for `broken`."""
    values: dict[str, Any] = {"lng": None, "lat": None}  # without a pin nothing is frozen: that has its own test
    if status in (S.DRAFT, S.MORE_INFORMATION):
        values = {"planned_open_on": clock.today(), "operating_mode": "franchise", "address": "路1号"}
    if broken is G.COMPLETE:
        values["outlet_name"] = ""
    if broken is G.NOT_THE_APPLICANT:
        values["circle"] = [actor.id]
    application = make_row(applicant, status, **values)
    if broken is not G.SITE_VISITED:
        save(_visit(application))
    if broken is not G.SCORED:
        save(_score(application, knocks_out=broken is G.NO_KNOCK_OUT))
    if broken is not G.TWO_PERSONS:
        save(_endorsement(application, 987_654))
    if broken is G.NOT_DECIDED_BEFORE:
        save(_endorsement(application, actor.id, version=-1))
    if status is S.OPENING:
        save(_item(application, is_done=broken is not G.CHECKLIST_DONE))
    save(_photo(application))
    return application


def _visit(application: Application) -> SiteVisit:
    return SiteVisit(
        application_id=application.id,
        visitor_id=1,
        visitor_name="x",
        visited_on=clock.today(),
        created_at=clock.now(),
    )


def _score(application: Application, *, knocks_out: bool) -> ScoreSheet:
    return ScoreSheet(
        application_id=application.id,
        marks={},
        disturbs_market=knocks_out,
        points=70,
        passed=not knocks_out,
        scorer_id=1,
        scorer_name="x",
        created_at=clock.now(),
    )


def _endorsement(application: Application, actor_id: int, version: int = 0) -> ReviewStep:
    return ReviewStep(
        application_id=application.id,
        action=A.ENDORSE,
        from_status=S.AREA_REVIEW,
        to_status=S.SALES_REVIEW,
        application_version=version,
        actor_id=actor_id,
        actor_name="x",
        happened_at=clock.now(),
    )


def _item(application: Application, *, is_done: bool) -> ChecklistItem:
    done_on = clock.today() if is_done else None
    return ChecklistItem(application_id=application.id, kind="contract", done_on=done_on)


def _photo(application: Application) -> ApplicationFile:
    return ApplicationFile(
        application_id=application.id,
        kind=ApplicationFileKind.STOREFRONT,
        storage_id=f"{next(_numbers):032x}",
        original_name="x.jpg",
        content_type="image/jpeg",
        size_bytes=1,
        sha256="0" * 64,
        created_at=clock.now(),
    )


def snapshot(application: Application) -> tuple[Any, ...]:
    """Everything that a refused move must leave as it was."""
    db.session.flush()
    db.session.expire_all()
    steps = db.session.scalar(select(func.count(ReviewStep.id)).where(ReviewStep.application_id == application.id))
    outlet = application.outlet
    return (
        application.status, application.version, application.due_on, application.conditions, steps,
        outlet and (outlet.status, outlet.version),
    )  # fmt: skip


def attempt(application: Application, action: Action, actor: User, reason: str = "理由") -> str:
    """`done`, or the code of the refusal."""
    try:
        act(db.session(), application, action, actor=actor, version=application.version, reason=reason)
    except IllegalMove as error:
        return error.code
    return "done"


def test_every_state_action_and_role(applicant, people):
    """891 cells: those of the table move as it says, every other one is refused and changes nothing."""
    faults, moved = [], 0
    for status, (role, actor) in product(S, people.items()):
        with undone():
            application = prepare(applicant, status, actor)
            before = snapshot(application)
            for action in A:
                with undone():
                    found = attempt(application, action, actor)
                    move = TABLE.get((status, action, role))
                    if move is None:
                        if found != "illegal_move" or snapshot(application) != before:
                            faults.append((status, action, role, found))
                        continue
                    moved += 1
                    if found != "done" or not _is_moved(application, move):
                        faults.append((status, action, role, found, application.status))
    assert not faults
    assert moved == len(MOVES)


def _is_moved(application: Application, move: Move) -> bool:
    expected = move.after or {A.ANSWER: S.AREA_REVIEW}.get(move.action)
    if expected is None:
        chain = application.chain
        expected = S(chain[chain.index(move.before.value) + 1])
    step = db.session.scalars(
        select(ReviewStep).where(ReviewStep.application_id == application.id).order_by(ReviewStep.id.desc())
    ).first()
    said = (step.action, step.from_status, step.to_status) if step else None
    return application.status is expected and said == (move.action, move.before, expected)


def test_every_guard_of_every_line(applicant, people):
    """Break one guard at a time: exactly that one is named, and nothing changes."""
    stranger, faults, asked = make_applicant(area=applicant.area).user, [], 0
    for move in MOVES:
        for guard in move.guards:
            asked += 1
            actor = stranger if guard is G.OWN_APPLICATION else people[move.role]
            with undone():
                application = prepare(applicant, move.before, actor, broken=guard)
                before = snapshot(application)
                with undone():
                    reason = "" if guard is G.REASON_GIVEN else "理由"
                    try:
                        act(
                            db.session(), application, move.action,
                            actor=actor, version=application.version, reason=reason,
                        )  # fmt: skip
                        faults.append((move, guard, "let through"))
                    except GuardFailed as error:
                        if error.details["guards"] != [guard.value]:
                            faults.append((move, guard, error.details["guards"]))
                    shown = [e for e in possible_actions(db.session(), application, actor) if e.action is move.action]
                    hindered = [] if guard is G.REASON_GIVEN else [guard]
                    if [list(each.failing) for each in shown] != [hindered]:
                        faults.append((move, guard, "button", shown))
                if snapshot(application) != before:
                    faults.append((move, guard, "changed"))
    assert not faults
    assert asked == sum(len(move.guards) for move in MOVES)


def test_every_move_in_an_old_version_is_refused(applicant, people):
    for move in MOVES:
        with undone():
            application = prepare(applicant, move.before, people[move.role])
            before = snapshot(application)
            with pytest.raises(StaleVersion):
                act(db.session(), application, move.action, actor=people[move.role], version=0, reason="理由")
            assert snapshot(application) == before


STEPS = {
    "request-information": A.REQUEST_INFORMATION,
    "endorse": A.ENDORSE,
    "approve": A.APPROVE,
    "reject": A.REJECT,
    "start-opening": A.START_OPENING,
}


REVIEWING = (Role.REGIONAL_MANAGER, Role.HO_SALES, Role.HO_NETWORK, Role.HO_APPROVER)


def test_illegal_and_stale_steps_get_a_clear_page(client_for, applicant, people):
    """The steps of the review × state × reviewer in the browser: legal ones lead on, others are told why."""
    states = [each for each in S if each is not S.DRAFT]
    cases = [
        (role, status, name, action, prepare(applicant, status, people[role]))
        for role, status, (name, action) in product(REVIEWING, states, STEPS.items())
    ]
    sent = {(role, status, name): (row.id, row.version) for role, status, name, _action, row in cases}
    clients, faults, legal = {role: client_for(people[role]) for role in REVIEWING}, [], 0
    for role, status, name, action, _row in cases:
        key, version = sent[role, status, name]
        is_legal = (status, action, role) in TABLE
        legal += is_legal
        if is_legal:  # first in an old version
            answer = clients[role].post(f"/reviews/{key}/step/{name}", data={"version": version - 1, "reason": "理由"})
            if answer.status_code != 409 or "Nothing of yours has been saved" not in text_of(answer):
                faults.append((role, status, name, "stale", answer.status_code))
        answer = clients[role].post(f"/reviews/{key}/step/{name}", data={"version": version, "reason": "理由"})
        page = text_of(answer)
        if answer.status_code != (302 if is_legal else 409) or (
            not is_legal and "Nothing has been changed" not in page
        ):
            faults.append((role, status, name, answer.status_code))
    assert not faults
    assert legal == sum(move.role in REVIEWING and move.action in STEPS.values() for move in MOVES)
    for role, status, name, action, row in cases:
        is_legal = (status, action, role) in TABLE
        assert (_status_of(row) is not status) is is_legal, (role, status, name)


def _status_of(application: Application) -> ApplicationStatus:
    bind_scope(db.session(), EVERYTHING)
    db.session.refresh(application)
    return application.status


def test_an_unknown_step_is_not_found(client_for, applicant, people):
    application = make_row(applicant, S.AREA_REVIEW)
    client = client_for(people[Role.REGIONAL_MANAGER])
    assert client.get(f"/reviews/{application.id}/step/bless").status_code == 404
    assert client.get(f"/reviews/{application.id}/step/open").status_code == 404
