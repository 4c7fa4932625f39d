"""Visits with position and photos, and score sheets: by the manager, as long as it is their desk."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from pyproj import Geod

from portal import clock
from portal.db import db
from portal.errors import IllegalMove, InvalidInput
from portal.geo import Datum, convert
from portal.onboarding.models import ScoreSheet, SiteVisit, VisitPhoto
from portal.onboarding.rules.scores import WEIGHTS, Criterion
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.onboarding.services.reviews import GuardFailed
from portal.onboarding.services.visits import MAX_PHOTOS, fill_score, record_visit
from portal.onboarding.views.application_files import storage
from portal.permissions import Role
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_area, make_user
from tests.network.pages import open_page
from tests.onboarding.applying import SITE, photo
from tests.onboarding.reviewing import GOOD, bring_to, do, hand_in, make_crew, text_of

S = ApplicationStatus


@pytest.fixture
def crew(applicant):
    return make_crew(applicant.area)


@pytest.fixture
def case(applicant):
    return hand_in(applicant)


def the(model):
    bind_scope(db.session(), EVERYTHING)
    db.session.expire_all()
    return db.session.query(model).one()


def sent(**values):
    return {"visited_on": clock.today().isoformat(), "findings": "临街，可停车", "datum": "wgs84"} | values


def test_a_visit_with_a_check_in_and_photos(app, client_for, crew, case):
    client = client_for(crew.manager)
    lng, lat = SITE[0] + 0.0021, SITE[1] - 0.0013
    pictures = [(photo("red"), "门口.jpg"), (photo("blue"), "路口.jpg")]
    answer = client.post(f"/reviews/{case.id}/visit", data=sent(lng=str(lng), lat=str(lat), photos=pictures))
    assert answer.status_code == 302, text_of(answer)
    visit = the(SiteVisit)
    exact = Geod(ellps="WGS84").inv(*SITE, lng, lat)[2]
    assert abs(visit.distance_m - exact) <= 0.5
    assert (visit.visitor_name, visit.findings) == (crew.manager.name, "临街，可停车")
    photos = db.session.query(VisitPhoto).order_by(VisitPhoto.id).all()
    assert [each.original_name for each in photos] == ["门口.jpg", "路口.jpg"]
    with app.app_context(), Image.open(storage().path_of(photos[0].storage_id)) as picture:
        assert not picture.getexif()
    page = open_page(client, f"/reviews/{case.id}")
    path = f"/reviews/{case.id}/photos/{photos[0].id}"
    assert path in page
    answer = client.get(path)
    assert answer.mimetype == "image/jpeg"
    answer.close()


def test_coordinates_are_converted_from_their_datum(client_for, crew, case):
    lng, lat = convert(*SITE, Datum.WGS84, Datum.BD09)
    data = sent(lng=f"{lng:.6f}", lat=f"{lat:.6f}", datum="bd09")
    assert client_for(crew.manager).post(f"/reviews/{case.id}/visit", data=data).status_code == 302
    assert the(SiteVisit).distance_m <= 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"findings": " "}, "Say what you found"),
        ({"visited_on": (clock.today() + timedelta(days=1)).isoformat()}, "future"),
        ({"visited_on": (clock.today() - timedelta(days=120)).isoformat()}, "more than 90 days before"),
        ({"lng": "104.2"}, "Give both"),
        ({"lng": "30.9", "lat": "104.2"}, "104.2"),
    ],
)
def test_a_visit_that_cannot_be_is_sent_back_with_all_that_was_typed(client_for, crew, case, values, said):
    answer = client_for(crew.manager).post(f"/reviews/{case.id}/visit", data=sent(**values))
    assert answer.status_code == 200
    page = text_of(answer)
    assert said in page
    if "findings" not in values:
        assert "临街，可停车" in page
    assert db.session.query(SiteVisit).count() == 0


def test_a_broken_picture_keeps_the_visit_back_and_leaves_no_file(app, client_for, crew, case):
    pictures = [(photo("red"), "好.jpg"), (io.BytesIO(b"not a picture"), "坏.jpg")]
    answer = client_for(crew.manager).post(f"/reviews/{case.id}/visit", data=sent(photos=pictures))
    assert "坏.jpg" in text_of(answer)
    assert db.session.query(SiteVisit).count() == db.session.query(VisitPhoto).count() == 0


def test_more_photos_than_allowed_are_refused(client_for, crew, case):
    pictures = [(photo("red"), f"{number}.jpg") for number in range(MAX_PHOTOS + 1)]
    answer = client_for(crew.manager).post(f"/reviews/{case.id}/visit", data=sent(photos=pictures))
    assert "the limit is 12" in text_of(answer)


def test_another_applications_photo_is_not_found(client_for, applicant, crew, case):
    client, other = client_for(crew.manager), hand_in(applicant)
    client.post(f"/reviews/{case.id}/visit", data=sent(photos=[(photo(), "a.jpg")]))
    key = the(VisitPhoto).id
    assert client.get(f"/reviews/{other.id}/photos/{key}").status_code == 404
    stranger = client_for(make_user(Role.REGIONAL_MANAGER, of=make_area(prefecture=None)))
    assert stranger.get(f"/reviews/{case.id}/photos/{key}").status_code == 404
    assert client_for(applicant.user).get(f"/reviews/{case.id}/photos/{key}").status_code == 403


def test_the_score_is_counted_by_the_server(client_for, crew, case):
    marks = dict(zip(Criterion, (8, 7, 6, 5, 9, 10), strict=True))
    data = {f"mark_{criterion}": str(mark) for criterion, mark in marks.items()} | {"note": "", "points": "100"}
    client = client_for(crew.manager)
    assert client.post(f"/reviews/{case.id}/score", data=data).status_code == 302
    sheet = the(ScoreSheet)
    assert sheet.points == 75  # 74.5 half up
    assert sheet.marks == {criterion.value: mark for criterion, mark in marks.items()}
    page = open_page(client, f"/reviews/{case.id}/score")
    assert all(f'data-weight="{weight}"' in page for weight in WEIGHTS.values())
    answer = client.post(f"/reviews/{case.id}/score", data=data | {"mark_funds": "11"})
    assert "11" in text_of(answer)
    assert db.session.query(ScoreSheet).count() == 1


def test_a_knock_out_needs_words_and_stops_the_endorsement(client_for, crew, case):
    record_visit(db.session(), case, actor=crew.manager, visited_on=clock.today(), findings="好")
    client = client_for(crew.manager)
    data = {f"mark_{criterion}": "9" for criterion in Criterion} | {"disturbs_market": "y"}
    assert "how the applicant disturbs" in text_of(client.post(f"/reviews/{case.id}/score", data=data))
    assert client.post(f"/reviews/{case.id}/score", data=data | {"note": "窜货两次"}).status_code == 302
    assert not the(ScoreSheet).passed
    page = open_page(client, f"/reviews/{case.id}")
    assert "knocks the applicant out" in page
    answer = client.get(f"/reviews/{case.id}/step/endorse")
    assert answer.status_code == 409
    with pytest.raises(GuardFailed):
        do(the_case(case), Action.ENDORSE, crew.manager)


def the_case(case):
    bind_scope(db.session(), EVERYTHING)
    db.session.refresh(case)
    return case


@pytest.mark.parametrize("status", [S.NETWORK_REVIEW, S.APPROVED])
def test_visits_and_scores_end_with_the_managers_desk(client_for, applicant, crew, case, status):
    case = bring_to(case, crew, status)
    client = client_for(crew.manager)
    for page in ("visit", "score"):
        answer = client.get(f"/reviews/{case.id}/{page}")
        assert answer.status_code == 409
        assert "visited and scored by the regional manager" in text_of(answer)
    with pytest.raises(IllegalMove):
        fill_score(db.session(), case, actor=crew.manager, marks=GOOD, disturbs_market=False, note="")


def test_a_manager_of_the_applicants_house_visits_nothing(applicant, crew, case):
    case.circle = [crew.manager.id]
    db.session.flush()
    with pytest.raises(GuardFailed):
        record_visit(db.session(), case, actor=crew.manager, visited_on=clock.today(), findings="好")


def test_head_office_does_not_score(crew, case):
    with pytest.raises(IllegalMove):
        fill_score(db.session(), case, actor=crew.network, marks=GOOD, disturbs_market=False, note="")
    with pytest.raises(InvalidInput, match="findings_missing"):
        record_visit(db.session(), case, actor=crew.manager, visited_on=clock.today(), findings="")
