"""The reviewers' pages: queue, review, sheets, steps, visits and scores, as each desk meets them."""

from __future__ import annotations

import pytest

from portal.db import db
from portal.onboarding.models import Application
from portal.onboarding.rules.states import ApplicationStatus
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_outlet
from tests.network.pages import open_page
from tests.onboarding.reviewing import hand_in, make_crew, visit_and_score

S = ApplicationStatus


@pytest.fixture
def crew(applicant):
    return make_crew(applicant.area)


@pytest.fixture
def case(applicant):
    make_outlet(applicant.distributor, area=applicant.area)
    return hand_in(applicant)


def reread(application_id: int) -> Application:
    bind_scope(db.session(), EVERYTHING)
    db.session.expire_all()
    return db.session.get_one(Application, application_id)


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_the_manager_opens_every_page_of_the_review(client_for, crew, case, locale):
    crew.manager.locale = locale
    visit_and_score(case, crew.manager)
    client = client_for(crew.manager)
    for path in (
        "/reviews",
        "/reviews/all",
        "/reviews/ended",
        f"/reviews/{case.id}",
        f"/reviews/{case.id}/sheets",
        f"/reviews/{case.id}/step/endorse",
        f"/reviews/{case.id}/step/reject",
        f"/reviews/{case.id}/step/request-information",
        f"/reviews/{case.id}/visit",
        f"/reviews/{case.id}/score",
        "/reviews/compare?county=510681",
        "/reviews/compare",
    ):
        open_page(client, path)


def test_the_queue_shows_whose_turn_it_is(client_for, crew, case):
    assert case.number in open_page(client_for(crew.manager), "/reviews")
    assert case.number not in open_page(client_for(crew.network), "/reviews")
    assert case.number in open_page(client_for(crew.network), "/reviews/all")
