"""Recruiting: board, list, steps, classification, the link that begins an application."""

from __future__ import annotations

from datetime import timedelta
from itertools import count, product

import pytest

from portal import clock
from portal.db import db
from portal.errors import InvalidInput
from portal.network.rules import OutletStatus
from portal.onboarding.models import Application, Candidate, RecruitingStage
from portal.onboarding.rules.recruiting import STAGES, next_stages
from portal.onboarding.rules.scores import Quality, Size, TargetClass
from portal.onboarding.services.recruiting import add_candidate, edit_candidate, move_candidate
from portal.permissions import Role
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_area, make_outlet, make_user
from tests.network.pages import open_page
from tests.onboarding.applying import make_applicant
from tests.onboarding.reviewing import make_crew, text_of

S = RecruitingStage
_numbers = count(1)


@pytest.fixture
def crew(applicant):
    return make_crew(applicant.area)


def make_candidate(actor, **facts) -> Candidate:
    name = f"名单{next(_numbers)}"
    return add_candidate(db.session(), actor=actor, **{"name": name, "county_code": "510681"} | facts)


def bring(candidate: Candidate, stage: RecruitingStage, actor) -> Candidate:
    session = db.session()
    if candidate.target_class is None:
        edit_candidate(session, candidate, version=candidate.version, quality=Quality.HIGH, size=Size.LARGE)
    path = STAGES[STAGES.index(candidate.stage.value) + 1 : STAGES.index(stage.value) + 1]
    for step in path:
        move_candidate(session, candidate, S(step), actor=actor, version=candidate.version, signing="simple")
    return candidate


def reread(key: int) -> Candidate:
    bind_scope(db.session(), EVERYTHING)
    db.session.expire_all()
    return db.session.get_one(Candidate, key)


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_every_page_of_recruiting(client_for, crew, applicant, locale):
    candidate = make_candidate(crew.manager, next_step="拜访", next_on=clock.today() - timedelta(days=2))
    crew.manager.locale = locale
    client = client_for(crew.manager)
    for path in (
        "/candidates",
        "/candidates/list",
        "/candidates/new",
        f"/candidates/{candidate.id}",
        f"/candidates/{candidate.id}/edit",
        f"/candidates/{candidate.id}/move?to=first_visit",
    ):
        open_page(client, path)


def test_a_name_goes_from_the_survey_to_the_contract_in_the_browser(client_for, crew):
    client = client_for(crew.manager)
    sent = {"name": "成绵路农机行", "county": "广汉", "quality": "high", "size": "small", "is_related": "y"}
    answer = client.post("/candidates/new", data=sent | {"next_step": "初访", "next_on": "2027-01-05", "owner": ""})
    assert answer.status_code == 302, text_of(answer)
    candidate = db.session.query(Candidate).one()
    assert (candidate.county_code, candidate.target_class) == ("510681", TargetClass.KEY)
    assert candidate.name in open_page(client, "/candidates")
    today = clock.today().isoformat()
    for step in STAGES[1:-1]:
        version = reread(candidate.id).version
        data = {"to": step, "version": version, "on": today, "back": "board"}
        answer = client.post(f"/candidates/{candidate.id}/move", data=data)
        assert answer.headers["Location"] == "/candidates"
    version = reread(candidate.id).version
    data = {"to": "signed", "version": version, "on": today}
    assert "how the contract was signed" in text_of(client.post(f"/candidates/{candidate.id}/move", data=data))
    answer = client.post(f"/candidates/{candidate.id}/move", data=data | {"signing": "with_press"})
    assert answer.status_code == 302
    candidate = reread(candidate.id)
    assert (candidate.stage, candidate.signing) == (S.SIGNED, "with_press")
    assert [event.to_stage for event in candidate.events] == list(STAGES)
    assert all(event.actor_name == crew.manager.name for event in candidate.events)
    page = open_page(client, f"/candidates/{candidate.id}/move")
    assert "has been signed or dropped" in page


def test_every_pair_of_stages(crew, client_for):
    """All 81 over real rows: the legal ones move, the others get a page and change nothing."""
    client, faults = client_for(crew.manager), []
    for before, after in product(S, S):
        candidate = make_candidate(crew.manager, quality=Quality.HIGH, size=Size.LARGE)
        candidate.stage = before
        db.session.flush()
        data = {"to": after, "version": candidate.version, "on": clock.today().isoformat()}
        answer = client.post(f"/candidates/{candidate.id}/move", data=data | {"reason": "不合适", "signing": "simple"})
        answer.close()
        is_legal = after.value in next_stages(before.value)
        found = (answer.status_code, reread(candidate.id).stage)
        if found != ((302, after) if is_legal else (409, before)):
            faults.append((before, after, found))
    assert not faults


def test_dropping_needs_a_reason_and_classifying_needs_quality_and_size(client_for, crew):
    candidate = bring(make_candidate(crew.manager, quality=Quality.LOW, size=Size.SMALL), S.FIRST_VISIT, crew.manager)
    candidate.quality = candidate.target_class = None
    db.session.flush()
    client, path = client_for(crew.manager), f"/candidates/{candidate.id}/move"
    data = {"version": candidate.version, "on": clock.today().isoformat()}
    assert "Say why" in text_of(client.post(path, data=data | {"to": "dropped"}))
    assert "quality and size first" in text_of(client.post(path, data=data | {"to": "classified"}))
    assert reread(candidate.id).stage is S.FIRST_VISIT
    assert client.post(path, data=data | {"to": "dropped", "reason": "转行"}).status_code == 302
    assert "转行" in open_page(client, f"/candidates/{candidate.id}")


def test_the_second_writer_sees_both_values(client_for, crew):
    candidate = make_candidate(crew.manager)
    first, second = client_for(crew.manager), client_for(crew.network)
    sent = {"version": 1, "name": candidate.name, "next_step": "电话", "owner": ""}
    path = f"/candidates/{candidate.id}/edit"
    assert first.post(path, data=sent).status_code == 302
    answer = second.post(path, data=sent | {"next_step": "拜访"})
    assert answer.status_code == 409
    page = text_of(answer)
    assert "拜访" in page
    assert "电话" in page
    assert reread(candidate.id).next_step == "电话"
    answer = second.post(f"/candidates/{candidate.id}/move", data={"version": 1, "to": "dropped", "on": "2020-01-01"})
    assert answer.status_code == 409
    assert "Somebody else changed this candidate" in text_of(answer)


def test_a_manager_recruits_only_in_their_areas(client_for, crew, applicant):
    stranger = make_user(Role.REGIONAL_MANAGER, of=make_area(prefecture=None))
    candidate = make_candidate(crew.manager)
    client = client_for(stranger)
    assert candidate.name not in open_page(client, "/candidates")
    assert client.get(f"/candidates/{candidate.id}").status_code == 404
    assert client.post(f"/candidates/{candidate.id}/move", data={"to": "dropped"}).status_code == 404
    answer = client.post("/candidates/new", data={"name": "别处", "county": "510681", "owner": ""})
    assert "outside your sales areas" in text_of(answer)
    assert client_for(applicant.user).get("/candidates").status_code == 403


def test_the_list_filters_and_exports_and_the_board_stays_short(client_for, crew):
    key = make_candidate(crew.manager, quality=Quality.HIGH, size=Size.LARGE)
    plain = make_candidate(crew.manager, next_on=clock.today() - timedelta(days=1), next_step="=1+1")
    for _ in range(40):
        make_candidate(crew.manager)
    client = client_for(crew.manager)
    page = open_page(client, "/candidates/list?class=key")
    assert key.name in page
    assert plain.name not in page
    assert plain.name in open_page(client, "/candidates/list?late=yes&region=prefecture:510600")
    board = open_page(client, "/candidates")
    assert board.count("q-board-card") == 30
    assert "12 more in the list" in board
    text = text_of(client.post("/candidates/export/csv?late=yes"))
    assert plain.name in text
    assert ",=1+1" not in text


def test_the_link_begins_one_application_with_the_candidates_town_and_history(client_for, crew, applicant):
    gone = make_outlet(applicant.distributor, area=applicant.area, status=OutletStatus.EXITED)
    candidate = make_candidate(crew.manager, predecessor_id=gone.id, address="老街1号")
    page = open_page(client_for(crew.manager), f"/candidates/{candidate.id}")
    assert gone.code in page
    start = page.index("/applications/for/")
    link = page[start : page.index('"', start)]
    dealer = client_for(applicant.user)
    assert "广汉" in open_page(dealer, link) or "Guanghan" in open_page(dealer, link)
    for _ in range(2):
        answer = dealer.post(link)
        assert answer.status_code == 302
    application = db.session.query(Application).one()
    assert answer.headers["Location"].endswith(f"/applications/{application.id}/edit/place")
    found = (application.candidate_id, application.predecessor_id, application.county_code, application.outlet_name)
    assert found == (candidate.id, gone.id, "510681", candidate.name)
    assert dealer.get(f"{link}x").status_code == 404
    assert client_for(crew.manager).get(link).status_code == 403
    other = client_for(make_applicant(area=applicant.area).user)
    assert other.post(link).status_code == 302
    assert db.session.query(Application).count() == 2


def test_a_dropped_candidates_link_is_dead(client_for, crew, applicant):
    candidate = make_candidate(crew.manager)
    page = open_page(client_for(crew.manager), f"/candidates/{candidate.id}")
    start = page.index("/applications/for/")
    link = page[start : page.index('"', start)]
    move_candidate(db.session(), reread(candidate.id), S.DROPPED, actor=crew.manager, version=1, reason="转行")
    assert client_for(applicant.user).get(link).status_code == 404


def test_a_candidate_needs_a_name_and_a_county(crew):
    with pytest.raises(InvalidInput, match="name_missing"):
        make_candidate(crew.manager, name=" ")
    with pytest.raises(InvalidInput, match="county_missing"):
        make_candidate(crew.manager, county_code=None)
