"""Desks lent for a time: from a day to a day, seen by everybody, held to the guards for both."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import IllegalMove, InvalidInput
from portal.onboarding.models import Delegation, ReviewStep
from portal.onboarding.queries.applications import roles_on
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.onboarding.services.recruiting import MAX_DELEGATION_DAYS, delegate, end_delegation
from portal.onboarding.services.reviews import GuardFailed
from portal.permissions import Role
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_user
from tests.network.pages import open_page
from tests.onboarding.reviewing import bring_to, do, hand_in, make_crew, text_of

S = ApplicationStatus


@pytest.fixture
def crew(applicant):
    return make_crew(applicant.area)


@pytest.fixture
def deputy(session):
    return make_user(Role.HO_SALES, name="代理人")


def lend(giver, receiver, *, first=0, last=5):
    today = clock.today()
    return delegate(
        db.session(),
        giver=giver,
        receiver=receiver,
        valid_from=today + timedelta(days=first),
        valid_to=today + timedelta(days=last),
        reason="休假",
    )


def test_a_desk_is_lent_used_shown_and_taken_back_in_the_browser(client_for, applicant, crew, deputy):
    application = bring_to(hand_in(applicant), crew, S.HEAD_OFFICE_REVIEW)
    giver, receiver = client_for(crew.approver), client_for(deputy)
    assert application.number not in open_page(receiver, "/reviews")
    open_page(giver, "/delegations/new")
    today = clock.today()
    data = {"receiver": str(deputy.id), "valid_from": today.isoformat(), "reason": "休假"}
    data["valid_to"] = (today + timedelta(days=3)).isoformat()
    assert giver.post("/delegations/new", data=data).status_code == 302
    assert deputy.name in open_page(giver, "/delegations")
    page = open_page(receiver, "/reviews")
    assert f"acting for {crew.approver.name}" in page
    assert application.number in page
    assert f"acting for {crew.approver.name}" in open_page(receiver, f"/reviews/{application.id}")
    page = open_page(receiver, f"/reviews/{application.id}/step/approve")
    assert "Both names are kept" in page
    version = application.version
    answer = receiver.post(f"/reviews/{application.id}/step/approve", data={"version": version})
    assert answer.status_code == 302
    bind_scope(db.session(), EVERYTHING)
    step = db.session.scalars(select(ReviewStep).where(ReviewStep.action == Action.APPROVE)).one()
    assert (step.actor_id, step.on_behalf_of_id) == (deputy.id, crew.approver.id)
    assert f"{deputy.name} for {crew.approver.name}" in open_page(receiver, f"/reviews/{application.id}")
    row = db.session.query(Delegation).one()
    assert receiver.post(f"/delegations/{row.id}/end").status_code == 404
    assert giver.post(f"/delegations/{row.id}/end").status_code == 302
    assert "acting for" not in open_page(receiver, "/reviews")
    of_delegations = select(AuditEntry.action).where(AuditEntry.object_type == "delegations").order_by(AuditEntry.id)
    kinds = db.session.scalars(of_delegations).all()
    assert kinds == ["create", "update"]


def test_it_holds_from_the_first_to_the_last_day(crew, deputy):
    lend(crew.approver, deputy, first=2, last=4)
    today = clock.today()
    held = [Role.HO_APPROVER in roles_on(db.session(), deputy, today + timedelta(days=day)) for day in range(7)]
    assert held == [False, False, True, True, True, False, False]


def test_it_ends_by_itself(applicant, crew, deputy):
    application = bring_to(hand_in(applicant), crew, S.HEAD_OFFICE_REVIEW)
    lend(crew.approver, deputy, last=2)
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False), pytest.raises(IllegalMove):
        do(application, Action.APPROVE, deputy)
    assert do(application, Action.APPROVE, deputy).on_behalf_of_id == crew.approver.id


@pytest.mark.parametrize("change", ["role", "account", "receiver", "ended"])
def test_it_lapses_with_the_givers_role_or_account_and_the_receivers_place(crew, deputy, change):
    row = lend(crew.approver, deputy)
    assert Role.HO_APPROVER in roles_on(db.session(), deputy, clock.today())
    if change == "role":
        crew.approver.role = Role.HO_VIEWER
    elif change == "account":
        crew.approver.is_active = False
    elif change == "receiver":
        deputy.role = Role.HO_VIEWER
    else:
        end_delegation(db.session(), row)
    db.session.flush()
    assert Role.HO_APPROVER not in roles_on(db.session(), deputy, clock.today())


def test_whoever_endorsed_does_not_approve_at_a_lent_desk(applicant, crew):
    application = bring_to(hand_in(applicant), crew, S.HEAD_OFFICE_REVIEW)
    lend(crew.approver, crew.network)
    with pytest.raises(GuardFailed) as caught:
        do(application, Action.APPROVE, crew.network)
    assert caught.value.details["guards"] == ["not_decided_before"]


def test_a_lender_of_the_applicants_house_lends_nothing(applicant, crew, deputy):
    application = bring_to(hand_in(applicant), crew, S.HEAD_OFFICE_REVIEW)
    lend(crew.approver, deputy)
    application.circle = [*application.circle, crew.approver.id]
    db.session.flush()
    with pytest.raises(GuardFailed) as caught:
        do(application, Action.APPROVE, deputy)
    assert caught.value.details["guards"] == ["not_the_applicant"]


@pytest.mark.parametrize(
    ("giver", "receiver", "days", "code"),
    [
        (Role.REGIONAL_MANAGER, Role.HO_SALES, (0, 1), "role_cannot_delegate"),
        (Role.HO_VIEWER, Role.HO_SALES, (0, 1), "role_cannot_delegate"),
        (Role.HO_APPROVER, Role.HO_VIEWER, (0, 1), "receiver_not_possible"),
        (Role.HO_APPROVER, Role.REGIONAL_MANAGER, (0, 1), "receiver_not_possible"),
        (Role.HO_APPROVER, Role.HO_SALES, (3, 1), "period_reversed"),
        (Role.HO_APPROVER, Role.HO_SALES, (-3, -1), "period_over"),
        (Role.HO_APPROVER, Role.HO_SALES, (0, MAX_DELEGATION_DAYS), "period_too_long"),
    ],
)
def test_who_lends_to_whom_and_for_how_long(session, giver, receiver, days, code):
    with pytest.raises(InvalidInput, match=code):
        lend(make_user(giver), make_user(receiver), first=days[0], last=days[1])


def test_a_wrong_period_comes_back_with_a_sentence(client_for, crew, deputy):
    client, today = client_for(crew.approver), clock.today()
    data = {"receiver": str(deputy.id), "valid_from": today.isoformat(), "reason": "休假"}
    data["valid_to"] = (today - timedelta(days=1)).isoformat()
    assert "is before the first one" in text_of(client.post("/delegations/new", data=data))
    assert db.session.query(Delegation).count() == 0
    data["receiver"] = str(crew.manager.id)
    assert client.post("/delegations/new", data=data).status_code == 200
