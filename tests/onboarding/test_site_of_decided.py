"""The sheet of a site whose outlet is in the books already: it is judged among the others."""

from __future__ import annotations

from sqlalchemy import select

from portal.network.models import LifeEvent, Region
from portal.network.rules import RegionLevel
from portal.onboarding.rules.states import ApplicationStatus
from portal.onboarding.services.reviews import current_sheet
from tests.factories import COUNTY, make_outlet
from tests.onboarding.applying import make_applicant
from tests.onboarding.reviewing import bring_to, hand_in, make_crew


def test_an_approved_outlet_is_not_its_own_neighbour(session, books):
    applicant = make_applicant()
    make_outlet(applicant.distributor, area=applicant.area)
    county = session.scalars(select(Region).where(Region.level == RegionLevel.COUNTY, Region.code == COUNTY)).one()
    county.population = 600_000
    application = hand_in(applicant)
    asked = current_sheet(session, application)["potential"]
    bring_to(application, make_crew(applicant.area), ApplicationStatus.OPENED)
    assert (asked["outlets"], asked["per_outlet_before"], asked["per_outlet_after"]) == (1, 600_000, 300_000)
    assert current_sheet(session, application)["potential"] == asked


def test_steps_without_words_leave_the_number_in_the_outlets_life(session, books):
    applicant = make_applicant()
    application = hand_in(applicant)
    bring_to(application, make_crew(applicant.area), ApplicationStatus.OPENED)
    reasons = set(session.scalars(select(LifeEvent.reason).where(LifeEvent.outlet_id == application.outlet_id)))
    assert reasons == {application.number}
