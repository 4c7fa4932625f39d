"""Sales areas are cut anew while things are under way: papers go with their county to the new manager."""

from __future__ import annotations

from datetime import date

import pytest

from portal.db import db
from portal.network.models import AreaRegion
from portal.network.rules import RegionLevel
from portal.network.services.placing import reassign_areas
from portal.onboarding.rules.states import ApplicationStatus
from portal.onboarding.services.recruiting import add_candidate, plan_openings
from portal.permissions import Role
from tests.factories import make_area, make_user
from tests.network.pages import open_page
from tests.onboarding.reviewing import bring_to, hand_in, make_crew

S = ApplicationStatus


@pytest.fixture
def crew(applicant):
    return make_crew(applicant.area)


def test_applications_candidates_and_plan_follow_their_county(client_for, applicant, crew):
    session = db.session()
    application = bring_to(hand_in(applicant), crew, S.AREA_REVIEW)
    candidate = add_candidate(session, actor=crew.manager, name="成绵路农机行", county_code="510681")
    plan_openings(
        session,
        county_code="510681",
        open_month=date(2027, 1, 1),
        planned_qty=1,
        store_class=None,
        city_tier=None,
        difficulty=1,
    )
    other = make_area(prefecture=None)
    other.regions.append(AreaRegion(level=RegionLevel.COUNTY, code="510681", valid_from=date(2020, 1, 1)))
    session.flush()
    reassign_areas(session)
    db.session.commit()
    new = client_for(make_user(Role.REGIONAL_MANAGER, of=other))
    old = client_for(crew.manager)
    assert application.number in open_page(new, "/reviews")
    assert application.number not in open_page(old, "/reviews")
    open_page(new, f"/reviews/{application.id}/step/reject")
    page = open_page(new, f"/candidates/{candidate.id}")
    assert crew.manager.name in page  # the history has come along
    assert old.get(f"/candidates/{candidate.id}").status_code == 404
    assert "Guanghan" in open_page(new, "/plan/county")
    assert "Guanghan" not in open_page(old, "/plan/county")
    answer = new.post(f"/candidates/{candidate.id}/move", data={"to": "first_visit", "version": 1, "on": "2099-01-01"})
    assert answer.status_code == 200  # a day in the future, not a 404
