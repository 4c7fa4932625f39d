"""Moves tell the next desk and the applicant; reminders come once a due day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.notifications.labels import SENTENCES as KNOWN
from portal.notifications.models import Notice
from portal.onboarding.models import Application, Candidate, ChecklistItem, RecruitingStage
from portal.onboarding.rules.openings import ChecklistKind
from portal.onboarding.rules.states import REVIEWS, Action, ApplicationStatus
from portal.onboarding.services.notices import TOLD_TO_APPLICANT, remind
from portal.onboarding.services.reviews import act
from portal.permissions import Role
from tests.factories import COUNTY, make_area, make_distributor, make_user, save

S = ApplicationStatus


@pytest.fixture
def people(session):
    """A dealer in an area, its manager, another manager, and the desks."""
    area = make_area()
    distributor = make_distributor(area=area)
    found = {role.value: make_user(role) for role in (Role.HO_SALES, Role.HO_NETWORK, Role.HO_APPROVER)}
    found["manager"] = make_user(Role.REGIONAL_MANAGER, of=area)
    found["elsewhere"] = make_user(Role.REGIONAL_MANAGER, of=make_area(prefecture=None))
    found["dealer"] = make_user(Role.DISTRIBUTOR, of=distributor)
    found["application"] = save(
        Application(
            number="AREA-20261101-001",
            client_key="k1",
            distributor_id=distributor.id,
            applicant_id=found["dealer"].id,
            status=S.AREA_REVIEW,
            chain=[stage.value for stage in (S.AREA_REVIEW, S.HEAD_OFFICE_REVIEW)],
            outlet_name="广汉新店",
            county_code=COUNTY,
            sales_area_id=area.id,
            answers={},
            due_on=date(2026, 11, 15),
            created_at=clock.now(),
            updated_at=clock.now(),
        )
    )
    session.commit()
    return found


def told(who):
    return db.session.scalars(select(Notice.kind).where(Notice.user_id == who.id).order_by(Notice.id)).all()


def test_a_return_tells_the_applicant_alone(people):
    application = people["application"]
    act(
        db.session(),
        application,
        Action.REQUEST_INFORMATION,
        actor=people["manager"],
        version=application.version,
        reason="请补充租约",
    )
    db.session.commit()
    assert told(people["dealer"]) == ["application.more_information"]
    assert told(people["manager"]) == told(people["elsewhere"]) == told(people["ho_approver"]) == []


def test_every_state_that_tells_somebody_has_its_sentence():
    assert {f"application.{status}" for status in (*REVIEWS, *TOLD_TO_APPLICANT)} <= set(KNOWN)
    assert {f"checklist.{kind}" for kind in ChecklistKind} <= set(KNOWN)


def test_a_reminder_comes_once_for_each_due_day_and_to_the_desk_only(people):
    today = date(2026, 11, 14)
    assert remind(db.session(), today) == 1
    assert remind(db.session(), today) == 0
    assert remind(db.session(), today + timedelta(days=2)) == 1  # overdue is another sentence
    assert told(people["manager"]) == ["application.due", "application.overdue"]
    assert told(people["elsewhere"]) == []


def test_what_is_far_away_is_not_mentioned(people):
    assert remind(db.session(), date(2026, 11, 12)) == 0


def test_checklists_and_candidates_are_remembered(people):
    application = people["application"]
    application.status, application.due_on = S.OPENING, None
    save(ChecklistItem(application_id=application.id, kind=ChecklistKind.LICENCE.value, due_on=date(2026, 11, 16)))
    save(
        Candidate(
            name="宏达",
            stage=RecruitingStage.FIRST_VISIT,
            stage_on=date(2026, 11, 1),
            county_code=COUNTY,
            next_step="二次拜访",
            next_on=date(2026, 11, 15),
            owner_id=people["manager"].id,
            created_at=clock.now(),
        )
    )
    db.session.commit()
    assert remind(db.session(), date(2026, 11, 15)) == 3
    assert told(people["dealer"]) == ["checklist.licence"]
    assert told(people["ho_network"]) == ["checklist.licence"]
    assert told(people["manager"]) == ["candidate.next_step"]
