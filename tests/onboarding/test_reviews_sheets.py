"""The site sheet beside the ones on which it was decided: kept, verified by digest, masked for managers."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.db import db
from portal.onboarding.models import ReviewStep
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.onboarding.services.reviews import sheet_digest
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_area, make_distributor, make_outlet
from tests.network.pages import open_page
from tests.onboarding.reviewing import bring_to, do, hand_in, make_crew, text_of, visit_and_score

S = ApplicationStatus
FOREIGN = "成都别家网点"


@pytest.fixture
def crew(applicant):
    return make_crew(applicant.area)


@pytest.fixture
def endorsed(applicant, crew):
    """Endorsed once, with an own outlet and one of another sales area near the site."""
    south = make_area(prefecture=None)
    make_outlet(applicant.distributor, area=applicant.area)
    make_outlet(make_distributor(area=south), area=south, name=FOREIGN, name_en=FOREIGN, lng=104.26, lat=30.95)
    application = hand_in(applicant)
    visit_and_score(application, crew.manager)
    do(application, Action.ENDORSE, crew.manager, reason="路口好", internal_note="老板可靠")
    return application


def frozen_step(application) -> ReviewStep:
    bind_scope(db.session(), EVERYTHING)
    db.session.expire_all()
    decided = select(ReviewStep).where(ReviewStep.application_id == application.id, ReviewStep.frozen_sha256 != "")
    return db.session.scalars(decided).one()


def test_a_decision_keeps_the_sheet_as_it_was(client_for, crew, applicant, endorsed):
    step = frozen_step(endorsed)
    before = step.frozen_sheet
    assert step.frozen_sha256 == sheet_digest(before)
    assert {each["name"] for each in before["judgement"]["nearest"]} >= {FOREIGN}
    make_outlet(applicant.distributor, area=applicant.area, lng=104.251, lat=30.991)
    db.session.commit()
    page = open_page(client_for(crew.network), f"/reviews/{endorsed.id}/sheets")
    assert "matches" in page
    assert "does not match" not in page
    assert f"?step={step.id}" in page
    page = open_page(client_for(crew.network), f"/reviews/{endorsed.id}/sheets?step={step.id}")
    assert step.frozen_sha256 in page
    assert frozen_step(endorsed).frozen_sheet == before


def test_a_sheet_that_was_altered_is_seen(client_for, crew, endorsed):
    step = frozen_step(endorsed)
    sheet = {**step.frozen_sheet, "judgement": {**step.frozen_sheet["judgement"], "overlap_share": 0.0}}
    step.frozen_sheet = sheet
    db.session.commit()
    page = open_page(client_for(crew.network), f"/reviews/{endorsed.id}/sheets")
    assert "does not match its digest" in page


def test_a_manager_reads_the_figures_of_all_and_the_names_of_their_own(client_for, crew, endorsed):
    step = frozen_step(endorsed)
    manager, network = client_for(crew.manager), client_for(crew.network)
    for path in (f"/reviews/{endorsed.id}/sheets", f"/reviews/{endorsed.id}/sheets?step={step.id}"):
        assert FOREIGN not in open_page(manager, path)
        assert FOREIGN in open_page(network, path)
    assert FOREIGN not in open_page(manager, f"/reviews/compare?county={endorsed.county_code}")
    assert FOREIGN not in text_of(manager.get(f"/applications/{endorsed.id}/sheet"))


def test_the_applicant_sees_neither_notes_nor_scores_nor_frozen_sheets(client_for, applicant, endorsed):
    client = client_for(applicant.user)
    page = open_page(client, f"/applications/{endorsed.id}")
    assert "路口好" in page
    assert "老板可靠" not in page
    assert FOREIGN not in text_of(client.get(f"/applications/{endorsed.id}/sheet"))
    for path in (f"/reviews/{endorsed.id}", f"/reviews/{endorsed.id}/sheets", "/reviews"):
        assert client.get(path).status_code == 403


def test_notes_and_conditions_reach_whom_they_are_for(client_for, applicant, crew):
    application = bring_to(hand_in(applicant), crew, S.HEAD_OFFICE_REVIEW)
    client = client_for(crew.approver)
    data = {"version": application.version, "conditions": "三个月内装修", "internal_note": "仅内部", "reason": ""}
    assert client.post(f"/reviews/{application.id}/step/approve", data=data).status_code == 302
    page = open_page(client, f"/reviews/{application.id}")
    assert "三个月内装修" in page
    assert "仅内部" in page
    page = open_page(client_for(applicant.user), f"/applications/{application.id}")
    assert "三个月内装修" in page
    assert "仅内部" not in page
