"""Exits: notice, a second person, hand-over within 30 days, settlement, and what follows."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest

from portal import clock
from portal.db import db
from portal.errors import InvalidInput, NotAllowed, StaleVersion
from portal.network.models import Outlet, Territory
from portal.network.rules import Exclusivity, OutletStatus
from portal.onboarding.models import Candidate, ExitCase, ExitStage
from portal.onboarding.rules.openings import EXIT_MOVES, ExitAction
from portal.onboarding.services.exits import close_exit, confirm_exit, give_notice, hand_over, withdraw_exit
from portal.onboarding.signals import final_settlement_due
from portal.permissions import Role
from portal.scope import EVERYTHING, bind_scope
from tests.factories import COUNTY, make_area, make_outlet, make_user, save
from tests.network.pages import open_page
from tests.onboarding.reviewing import make_crew, text_of


@pytest.fixture
def crew(applicant):
    return make_crew(applicant.area)


@pytest.fixture
def outlet(applicant):
    return make_outlet(applicant.distributor, area=applicant.area)


def case_of(outlet, actor, **values):
    facts = {"reason": "老板转行", "notice_on": clock.today(), "redevelop": True} | values
    return give_notice(db.session(), outlet, actor=actor, **facts)


def reread(model, key):
    bind_scope(db.session(), EVERYTHING)
    db.session.expire_all()
    return db.session.get_one(model, key)


@pytest.fixture
def due():
    """What the rooms above are told."""
    heard = []

    def listen(case, session):
        heard.append(case.id)

    with final_settlement_due.connected_to(listen):
        yield heard


def test_a_whole_exit_in_the_browser(client_for, applicant, crew, outlet, due):
    territory = save(
        Territory(
            distributor_id=applicant.distributor.id,
            county_code=COUNTY,
            exclusivity=Exclusivity.EXCLUSIVE,
            valid_from=date(2024, 1, 1),
        )
    )
    manager, approver, network = (client_for(user) for user in (crew.manager, crew.approver, crew.network))
    assert "/exit" in open_page(manager, f"/outlets/{outlet.code}")
    open_page(manager, f"/outlets/{outlet.code}/exit")
    data = {"reason": "8月退网", "notice_on": clock.today().isoformat(), "redevelop": "y"}
    answer = manager.post(f"/outlets/{outlet.code}/exit", data=data)
    assert answer.status_code == 302, text_of(answer)
    case = db.session.query(ExitCase).one()
    path = f"/exits/{case.id}"
    assert case.handover_due_on == clock.today() + timedelta(days=30)
    assert manager.get(f"/outlets/{outlet.code}/exit").headers["Location"].endswith(path)
    assert "Confirm the exit" not in open_page(manager, path)
    assert manager.post(f"{path}/confirm", data={"version": 1}).status_code == 403
    assert "Confirm the exit" in open_page(approver, path)
    assert approver.post(f"{path}/confirm", data={"version": 1}).status_code == 302
    open_page(manager, path)
    answer = manager.post(f"{path}/hand-over", data={"version": 2, "to": "", "on": clock.today().isoformat()})
    assert "Say who takes over the customers" in text_of(answer)
    sent = {"version": 2, "to": "双渔汇4S店", "on": clock.today().isoformat()}
    assert manager.post(f"{path}/hand-over", data=sent).status_code == 302
    assert due == [case.id]
    assert "Close the case" not in open_page(manager, path)
    open_page(network, path)
    sent = {"version": 3, "on": clock.today().isoformat(), "free_territory": "y"}
    assert network.post(f"{path}/close", data=sent).status_code == 302
    outlet = reread(Outlet, outlet.id)
    assert (outlet.status, outlet.exited_on) == (OutletStatus.EXITED, clock.today())
    assert reread(Territory, territory.id).valid_to == clock.today()
    candidate = db.session.query(Candidate).one()
    assert (candidate.predecessor_id, candidate.county_code) == (outlet.id, COUNTY)
    page = open_page(network, path)
    assert f"/candidates/{candidate.id}" in page
    page = open_page(network, f"/candidates/{candidate.id}")
    assert outlet.code in page
    assert "8月退网" in page


def test_the_asker_never_confirms_not_even_at_head_office(client_for, crew, outlet):
    case = case_of(outlet, crew.network)
    client = client_for(crew.network)
    assert "Confirm the exit" not in open_page(client, f"/exits/{case.id}")
    answer = client.post(f"/exits/{case.id}/confirm", data={"version": 1})
    assert answer.status_code == 409
    assert "somebody else must confirm it" in text_of(answer)
    assert reread(ExitCase, case.id).stage is ExitStage.NOTICE
    with pytest.raises(NotAllowed):
        confirm_exit(db.session(), case, actor=make_user(Role.REGIONAL_MANAGER), version=1)


def test_an_outlet_has_one_open_case_and_may_have_a_second_later(crew, outlet):
    first = case_of(outlet, crew.manager)
    with pytest.raises(InvalidInput, match="exit_open_already"):
        case_of(outlet, crew.network)
    withdraw_exit(db.session(), first, version=1)
    assert case_of(outlet, crew.network).id != first.id


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reason": "  "}, "reason_missing"),
        ({"notice_on": date(2999, 1, 1)}, "day_in_future"),
    ],
)
def test_a_notice_needs_a_reason_and_a_day_that_has_come(crew, outlet, values, code):
    with pytest.raises(InvalidInput, match=code):
        case_of(outlet, crew.manager, **values)


def test_only_a_trading_outlet_leaves(client_for, crew, applicant):
    planned = make_outlet(applicant.distributor, area=applicant.area, status=OutletStatus.APPROVED)
    with pytest.raises(InvalidInput, match="not_trading"):
        case_of(planned, crew.manager)
    assert "can leave the network" in open_page(client_for(crew.manager), f"/outlets/{planned.code}/exit")


STAGES = {stage.value: stage for stage in ExitStage}


def test_every_stage_and_action_against_the_table(client_for, applicant, crew):
    """All 20 over real rows: the legal ones move, the others get a page and change nothing."""
    client, day, faults = client_for(crew.network), clock.today().isoformat(), []
    posts = {
        ExitAction.CONFIRM: ("confirm", {}),
        ExitAction.HAND_OVER: ("hand-over", {"to": "某店", "on": day}),
        ExitAction.SETTLE: ("close", {"on": day}),
        ExitAction.WITHDRAW: ("withdraw", {}),
    }
    for stage, action in product(ExitStage, ExitAction):
        case = case_of(make_outlet(applicant.distributor, area=applicant.area), crew.manager)
        case.stage = stage
        db.session.flush()
        path, data = posts[action]
        answer = client.post(f"/exits/{case.id}/{path}", data=data | {"version": case.version})
        answer.close()
        after = EXIT_MOVES[stage.value].get(action)
        found = (answer.status_code, reread(ExitCase, case.id).stage)
        if found != ((302, STAGES[after]) if after else (409, stage)):
            faults.append((stage, action, found))
    assert not faults


def test_a_stale_page_changes_nothing_and_says_so(client_for, crew, outlet):
    case = case_of(outlet, crew.manager)
    client = client_for(crew.approver)
    assert client.post(f"/exits/{case.id}/confirm", data={"version": 1}).status_code == 302
    answer = client_for(crew.network).post(f"/exits/{case.id}/withdraw", data={"version": 1})
    assert answer.status_code == 409
    assert "Somebody else was faster" in text_of(answer)
    with pytest.raises(StaleVersion):
        hand_over(db.session(), reread(ExitCase, case.id), version=1, to="x", on=clock.today())


def test_another_areas_manager_finds_no_case(client_for, crew, outlet):
    case = case_of(outlet, crew.manager)
    stranger = client_for(make_user(Role.REGIONAL_MANAGER, of=make_area(prefecture=None)))
    assert stranger.get(f"/exits/{case.id}").status_code == 404
    assert stranger.post(f"/exits/{case.id}/withdraw", data={"version": 1}).status_code == 404
    assert outlet.code not in open_page(stranger, "/exits")


def test_another_outlet_of_the_distributor_keeps_the_territory(applicant, crew, outlet):
    make_outlet(applicant.distributor, area=applicant.area)
    territory = save(
        Territory(
            distributor_id=applicant.distributor.id,
            county_code=COUNTY,
            exclusivity=Exclusivity.EXCLUSIVE,
            valid_from=date(2024, 1, 1),
        )
    )
    session, case = db.session(), case_of(outlet, crew.manager, redevelop=False)
    confirm_exit(session, case, actor=crew.approver, version=1)
    hand_over(session, case, version=2, to="某店", on=clock.today())
    found = close_exit(session, case, actor=crew.network, version=3, on=clock.today(), free_territory=True)
    assert found is None
    assert territory.valid_to is None


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_the_list_filters_warns_and_exports(client_for, crew, outlet, locale):
    case = case_of(outlet, crew.manager, notice_on=clock.today() - timedelta(days=33))
    confirm_exit(db.session(), case, actor=crew.approver, version=1)
    crew.manager.locale = locale
    client = client_for(crew.manager)
    page = open_page(client, "/exits?late=yes")
    assert outlet.code in page
    assert ("3 days overdue" if locale == "en" else "逾期3天") in page
    assert outlet.code not in open_page(client, "/exits?stage=notice")
    open_page(client, f"/exits/{case.id}")
    assert outlet.code in text_of(client.post("/exits/export/csv?stage=handover"))
