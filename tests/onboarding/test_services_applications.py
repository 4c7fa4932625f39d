"""An application from its first keystroke to the desk: kept, handed in once, answered, withdrawn."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import User
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, NotFound, StaleVersion
from portal.network.models import Outlet
from portal.network.rules import CityTier, DistributorStatus, OutletStatus, StoreClass
from portal.onboarding.models import Application, ReviewStep, ScoreSheet, SiteVisit
from portal.onboarding.queries.application_lists import get_seen_application
from portal.onboarding.rules.guards import DECLARATIONS, REQUIRED_ANSWERS, REQUIRED_COLUMNS
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.onboarding.services.applications import (
    answer_application,
    begin_application,
    save_application,
    submit_application,
    withdraw_application,
)
from portal.onboarding.services.reviews import GuardFailed, act
from portal.permissions import Role
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_area, make_distributor, make_user, save
from tests.onboarding.applying import ANSWERS, COLUMNS, make_applicant, make_draft

S = ApplicationStatus


def hand_in(applicant, application):
    return submit_application(db.session(), application, actor=applicant.user, version=application.version)


def to_the_desk_of_the_network(applicant, **columns):
    """An application that the regional manager has endorsed, and the network department holds."""
    application = make_draft(applicant, columns=columns)
    hand_in(applicant, application)
    manager = make_user(Role.REGIONAL_MANAGER, of=applicant.area)
    visit_and_score(application, manager)
    act(db.session(), application, Action.ENDORSE, actor=manager, version=application.version)
    return application


def visit_and_score(application, manager):
    who = {"visitor_id": manager.id, "visitor_name": manager.name}
    save(SiteVisit(application_id=application.id, visited_on=clock.today(), created_at=clock.now(), **who))
    marks = dict.fromkeys(("commitment", "brand_attitude", "market_opening", "sub_channels", "funds", "location"), 8)
    save(
        ScoreSheet(
            application_id=application.id,
            marks=marks,
            points=80,
            passed=True,
            scorer_id=manager.id,
            scorer_name=manager.name,
            created_at=clock.now(),
        )
    )


def test_the_same_key_means_the_same_draft(applicant):
    session = db.session()
    first = begin_application(
        session, client_key="one-browser-0001", distributor=applicant.distributor, applicant=applicant.user
    )
    again = begin_application(
        session, client_key="one-browser-0001", distributor=applicant.distributor, applicant=applicant.user
    )
    assert first.id == again.id
    assert session.scalar(select(func.count()).select_from(Application)) == 1


def test_a_distributor_that_has_left_begins_nothing(books):
    gone = make_distributor(status=DistributorStatus.EXITED)
    with pytest.raises(InvalidInput, match="distributor_not_active"):
        begin_application(db.session(), client_key="k" * 16, distributor=gone, applicant=make_user(Role.ADMIN))


def test_a_draft_is_saved_bit_by_bit_and_stays_where_it_is(applicant):
    session = db.session()
    application = begin_application(
        session, client_key="bit-by-bit-00001", distributor=applicant.distributor, applicant=applicant.user
    )
    save_application(session, application, version=None, columns={"county_code": "510681"}, answers={})
    assert (application.prefecture_code, application.sales_area_id) == ("510600", applicant.area.id)
    save_application(session, application, version=None, columns={"outlet_name": "向阳镇店"}, answers={"series": "F3"})
    assert (application.county_code, application.outlet_name) == ("510681", "向阳镇店")
    assert application.answers["series"] == "F3"


def test_a_stale_save_is_refused_and_an_empty_one_changes_no_version(draft):
    session, version = db.session(), draft.version
    save_application(session, draft, version=version, columns={"outlet_name": draft.outlet_name}, answers={})
    assert draft.version == version
    save_application(session, draft, version=version, columns={"outlet_name": "另一个名字"}, answers={})
    with pytest.raises(StaleVersion):
        save_application(session, draft, version=version, columns={"outlet_name": "第三个"}, answers={})


def test_half_a_point_and_a_point_abroad_are_refused(draft):
    for lng, lat, code in ((104.2, None, "incomplete"), (2.35, 48.85, "outside"), (30.99, 104.25, "swapped")):
        with pytest.raises(InvalidInput, match=f"coordinates_{code}"):
            save_application(db.session(), draft, version=None, columns={"lng": lng, "lat": lat}, answers={})


def test_what_is_missing_is_named(applicant):
    session = db.session()
    application = begin_application(
        session, client_key="nothing-but-a-key", distributor=applicant.distributor, applicant=applicant.user
    )
    with pytest.raises(GuardFailed) as failure:
        hand_in(applicant, application)
    assert failure.value.details["guards"] == ["complete"]
    wanted = {*REQUIRED_COLUMNS, *REQUIRED_ANSWERS, *DECLARATIONS, "storefront"}
    assert set(failure.value.details["missing"]) == wanted
    assert application.status is S.DRAFT


@pytest.mark.parametrize("name", [*REQUIRED_ANSWERS, *DECLARATIONS])
def test_one_answer_less_is_one_answer_missing(applicant, name):
    application = make_draft(applicant, **{name: None})
    with pytest.raises(GuardFailed) as failure:
        hand_in(applicant, application)
    assert failure.value.details["missing"] == [name]


def test_handing_in_gives_number_chain_desk_and_outlet(applicant, draft):
    step = hand_in(applicant, draft)
    today = clock.today()
    assert draft.number == f"{applicant.area.code}-{today:%Y%m%d}-001"
    assert draft.chain == ["area_review", "network_review", "head_office_review"]
    assert (draft.status, draft.due_on) == (S.AREA_REVIEW, today + timedelta(days=14))
    assert (step.from_status, step.to_status, step.actor_name) == (S.DRAFT, S.AREA_REVIEW, applicant.user.name)
    outlet = db.session.get(Outlet, draft.outlet_id)
    assert (outlet.code, outlet.status, outlet.name) == (draft.number, OutletStatus.APPLIED, draft.outlet_name)
    assert (outlet.lng, outlet.lat, outlet.floor_area_sqm, outlet.staff) == (draft.lng, draft.lat, 180, 6)


@pytest.mark.parametrize(
    ("store_class", "tier", "desks"),
    [(StoreClass.A, CityTier.THIRD, 4), (StoreClass.C, CityTier.THIRD, 2), (StoreClass.C, CityTier.FIRST, 4)],
)
def test_the_chain_follows_class_and_city_tier(applicant, store_class, tier, desks):
    application = make_draft(applicant, columns={"store_class": store_class, "city_tier": tier})
    hand_in(applicant, application)
    assert len(application.chain) == desks


def test_numbers_count_by_area_and_day(books, monkeypatch):
    north, other = make_applicant(), make_applicant(area=make_area(prefecture="510700"))
    numbers = []
    for applicant, columns in ((north, {}), (north, {}), (other, {"county_code": "510781", "lng": None, "lat": None})):
        application = make_draft(applicant, columns=columns)
        if columns:
            save_application(db.session(), application, version=None, columns={"lng": 104.7, "lat": 31.8}, answers={})
        hand_in(applicant, application)
        numbers.append(application.number)
    day = f"{clock.today():%Y%m%d}"
    assert numbers == [
        f"{north.area.code}-{day}-001",
        f"{north.area.code}-{day}-002",
        f"{other.area.code}-{day}-001",
    ]


def test_the_thousandth_number_follows_the_nine_hundred_and_ninety_ninth(applicant):
    first = make_draft(applicant)
    hand_in(applicant, first)
    prefix = first.number.removesuffix("001")
    first.number = f"{prefix}999"
    db.session.flush()
    for serial in ("1000", "1001"):
        application = make_draft(applicant)
        hand_in(applicant, application)
        assert application.number == prefix + serial


def test_a_site_in_no_area_is_numbered_all_the_same(books):
    area = make_area(prefecture="510700")
    applicant = make_applicant(area=area)
    application = make_draft(applicant)
    hand_in(applicant, application)
    assert application.sales_area_id is None
    assert application.number.startswith("NA-")


def test_handing_in_twice_leaves_one_step_and_one_outlet(applicant, draft):
    version = draft.version
    hand_in(applicant, draft)
    with pytest.raises(StaleVersion):
        submit_application(db.session(), draft, actor=applicant.user, version=version)
    with pytest.raises(IllegalMove):
        hand_in(applicant, draft)
    assert db.session.scalar(select(func.count()).select_from(ReviewStep)) == 1
    assert db.session.scalar(select(func.count()).select_from(Outlet)) == 1


def test_what_is_handed_in_is_not_edited(applicant, draft):
    hand_in(applicant, draft)
    with pytest.raises(IllegalMove, match="not_editable"):
        save_application(db.session(), draft, version=None, columns={"capital_wan": 1}, answers={})


def test_only_the_applicant_s_house_sees_a_draft(applicant, draft):
    session = db.session()
    manager, viewer = make_user(Role.REGIONAL_MANAGER, of=applicant.area), make_user(Role.HO_VIEWER)
    rival = make_applicant(area=applicant.area)
    session.commit()
    number, own, others = draft.id, applicant.user.scope, (manager.scope, viewer.scope, rival.user.scope)
    for reader in others:
        session.expunge_all()
        bind_scope(session, reader)
        with pytest.raises(NotFound):
            get_seen_application(session, number)
    bind_scope(session, own)
    assert get_seen_application(session, number).id == number


def test_an_answer_goes_back_to_the_desk_that_asked_and_the_outlet_follows(applicant, draft):
    session = db.session()
    hand_in(applicant, draft)
    manager = make_user(Role.REGIONAL_MANAGER, of=applicant.area)
    act(session, draft, Action.REQUEST_INFORMATION, actor=manager, version=draft.version, reason="请补充租赁合同")
    columns = {"outlet_name": "向阳镇二店", "store_class": StoreClass.A, "lng": 104.26, "lat": 30.98}
    save_application(session, draft, version=draft.version, columns=columns, answers={"floor_area_sqm": 240})
    step = answer_application(session, draft, actor=applicant.user, version=draft.version, words="已补充")
    assert (draft.status, step.reason) == (S.AREA_REVIEW, "已补充")
    assert len(draft.chain) == 4, "class A passes every desk"
    outlet = session.get(Outlet, draft.outlet_id)
    assert (outlet.name, outlet.lng, outlet.store_class, outlet.floor_area_sqm) == (
        "向阳镇二店",
        104.26,
        StoreClass.A,
        240,
    )


def test_an_endorsed_site_no_longer_moves(applicant):
    session = db.session()
    application = to_the_desk_of_the_network(applicant)
    network = make_user(Role.HO_NETWORK)
    act(session, application, Action.REQUEST_INFORMATION, actor=network, version=application.version, reason="资金?")
    for columns in ({"lng": 104.3, "lat": 30.9}, {"store_class": StoreClass.C}, {"city_tier": CityTier.THIRD}):
        with pytest.raises(InvalidInput, match="already_endorsed"):
            save_application(session, application, version=None, columns=columns, answers={})
    same = {"lng": application.lng, "lat": application.lat, "store_class": application.store_class}
    save_application(session, application, version=None, columns=same | {"capital_wan": 300}, answers={})
    answer_application(session, application, actor=applicant.user, version=application.version)
    assert (application.status, application.capital_wan) == (S.NETWORK_REVIEW, 300)


def test_a_draft_is_discarded_without_a_reason_an_application_withdrawn_with_one(applicant, draft):
    session = db.session()
    withdraw_application(session, make_draft(applicant), actor=applicant.user, version=3)
    hand_in(applicant, draft)
    with pytest.raises(GuardFailed) as failure:
        withdraw_application(session, draft, actor=applicant.user, version=draft.version)
    assert failure.value.details["guards"] == ["reason_given"]
    withdraw_application(session, draft, actor=applicant.user, version=draft.version, reason="店面已转租")
    assert draft.status is S.WITHDRAWN
    assert session.get(Outlet, draft.outlet_id).status is OutletStatus.DROPPED


def test_a_colleague_of_the_applicant_hands_in_a_rival_does_not(applicant, draft):
    rival = make_applicant(area=applicant.area)
    with pytest.raises(GuardFailed) as failure:
        submit_application(db.session(), draft, actor=rival.user, version=draft.version)
    assert "own_application" in failure.value.details["guards"]
    colleague = make_user(Role.DISTRIBUTOR, of=applicant.distributor)
    submit_application(db.session(), draft, actor=colleague, version=draft.version)
    assert draft.status is S.AREA_REVIEW


@pytest.mark.parametrize("same", [True, False], ids=["one application twice", "two applications at once"])
def test_of_two_submissions_at_once_each_application_is_handed_in_once(app, applicant, same):
    """Two processes' worth of clicks: no application twice, no number twice."""
    drafts = [make_draft(applicant) for _number in range(8)]
    ids, user_id = [each.id for each in drafts], applicant.user.id
    db.session.commit()  # from here on this thread holds no transaction
    pairs = [(each, each) for each in ids] if same else list(zip(ids[::2], ids[1::2], strict=True))
    outcomes = [_race(app, pair, user_id) for pair in pairs]
    expected = ["done", "late"] if same else ["done", "done"]
    assert [sorted(each) for each in outcomes] == [expected] * len(pairs)
    db.session.rollback()
    numbers = db.session.scalars(select(Application.number)).all()
    assert len(set(numbers)) == len(ids)
    assert db.session.scalar(select(func.count()).select_from(ReviewStep)) == len(ids)
    assert db.session.scalar(select(func.count()).select_from(Outlet)) == len(ids)


def _race(app, pair, user_id):
    start, outcomes = threading.Barrier(2), []

    def click(application_id):
        with app.app_context():
            session = db.session()
            bind_scope(session, EVERYTHING)
            start.wait()
            try:
                application = session.get_one(Application, application_id)
                version = application.version if application.number is None else 0
                user = session.get_one(User, user_id)
                submit_application(session, application, actor=user, version=version)
                session.commit()
                outcomes.append("done")
            except (StaleVersion, IllegalMove):
                session.rollback()
                outcomes.append("late")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=click, args=(each,)) for each in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_the_planned_day_and_what_was_promised_are_kept(draft):
    assert draft.planned_open_on > date(2026, 1, 1)
    assert (draft.volume_year_1, draft.volume_year_2, draft.volume_year_3) == (60, 80, 100)
    assert set(ANSWERS) <= set(draft.answers)
    assert COLUMNS["address"] == draft.address


def test_the_audit_keeps_which_answers_changed_and_no_personal_data(draft):
    session = db.session()
    session.commit()
    save_application(session, draft, version=None, columns={}, answers={"series": "F6", "phone": "138 0000 1234"})
    session.commit()
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    changes = entry.changes["answers"]
    assert changes == [{"phone": "•••"}, {"phone": "•••", "series": "F6"}]
    count = session.scalar(select(func.count()).select_from(AuditEntry))
    save_application(session, draft, version=None, columns={}, answers={"page": "another-page"})
    session.commit()
    assert session.scalar(select(func.count()).select_from(AuditEntry)) == count
    everything = str(session.scalars(select(AuditEntry.changes)).all())
    for words in ("0838-5223456", "李大山", "张小明", "138 0000 1234"):
        assert words not in everything
