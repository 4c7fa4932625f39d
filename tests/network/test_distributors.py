"""Distributors: created, edited, moved through their life; codes, parents and credit codes."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal import clock
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.network.models import LifeEvent
from portal.network.rules import (
    DistributorStatus,
    DistributorTier,
    OutletStatus,
    Step,
    code_fault,
    credit_check_sign,
    credit_code_fault,
)
from portal.network.services.distributors import create_distributor, edit_distributor, move_distributor
from portal.network.services.life import SystemActor
from tests.factories import make_area, make_distributor, make_outlet
from tests.network.sichuan import fill_books

ACTOR = SystemActor("the test")
D = DistributorStatus
# Well formed, with its right check sign.
CREDIT_CODE = "91350100M000100Y43"


@pytest.fixture
def books(session):
    yield from fill_books(session)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (CREDIT_CODE, None),
        (CREDIT_CODE[:-1] + "4", "credit_code_checksum"),
        (CREDIT_CODE[:-1], "credit_code_length"),
        (CREDIT_CODE[:-1] + "I", "credit_code_signs"),
        ("91350100m000100Y43", "credit_code_signs"),
    ],
)
def test_credit_codes_end_in_their_check_sign(code, fault):
    assert credit_code_fault(code) == fault


def test_every_change_of_one_sign_breaks_a_credit_code():
    for place in range(17):
        other = "0" if CREDIT_CODE[place] != "0" else "1"
        changed = CREDIT_CODE[:place] + other + CREDIT_CODE[place + 1 : -1]
        assert credit_check_sign(changed) != CREDIT_CODE[-1]


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("SC-001", None),
        ("德阳01", None),
        ("", "code_missing"),
        ("A" * 41, "code_too_long"),
        ("New", "code_reserved"),
        ("a/b", "code_characters"),
        ("-a", "code_characters"),
        ("a b", "code_characters"),
    ],
)
def test_codes_are_safe_in_a_url(code, fault):
    assert code_fault(code) == fault


def test_a_new_distributor_is_placed_and_active(session, books):
    area = make_area()
    made = create_distributor(
        session,
        actor=ACTOR,
        code="SC-DY",
        name="德阳总经销",
        tier=DistributorTier.PREFECTURE_GENERAL,
        county_code="510681",
        credit_code=CREDIT_CODE.lower(),
    )
    assert (made.status, made.opened_on, made.credit_code) == (D.ACTIVE, clock.today(), CREDIT_CODE)
    assert (made.province_code, made.prefecture_code, made.sales_area_id) == ("510000", "510600", area.id)
    event = session.scalar(select(LifeEvent).where(LifeEvent.distributor_id == made.id))
    assert (event.outlet_id, event.to_status) == (None, "active")


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"credit_code": "123"}, "credit_code", "credit_code_length"),
        ({"name": "  "}, "name", "name_missing"),
        ({"lng": 104.1}, "lat", "coordinates_incomplete"),
        ({"lng": 30.97, "lat": 104.28}, "lng", "coordinates_swapped"),
        ({"lng": 2.35, "lat": 48.85}, "lng", "coordinates_outside"),
        ({"county_code": "999999"}, "county_code", "unknown_region"),
        ({"parent_id": 987654}, "parent", "distributor_unknown"),
    ],
)
def test_wrong_facts_name_their_field(session, facts, field, code):
    with pytest.raises(InvalidInput) as refused:
        create_distributor(session, **{"actor": ACTOR, "code": "SC-1", "name": "某经销商"} | facts)
    assert (refused.value.code, refused.value.details["field"]) == (code, field)


def test_a_distributor_cannot_stand_above_itself(session):
    top, middle = make_distributor(), make_distributor()
    edit_distributor(session, middle, parent_id=top.id)
    with pytest.raises(InvalidInput, match="parent_is_itself"):
        edit_distributor(session, top, parent_id=middle.id)


def test_the_area_follows_the_county(session, books):
    area = make_area()
    made = create_distributor(session, actor=ACTOR, code="SC-1", name="某经销商", county_code="469001")
    assert made.sales_area_id is None
    edit_distributor(session, made, county_code="510682", version=made.version)
    assert (made.county_code, made.sales_area_id) == ("510682", area.id)


def test_a_distributor_exits_after_its_outlets(session):
    made = make_distributor()
    outlet = make_outlet(made)
    day = clock.today()
    with pytest.raises(IllegalMove, match="distributor_has_outlets"):
        move_distributor(session, made, D.EXITED, on=day, reason="contract ended", actor=ACTOR)
    outlet.status = OutletStatus.EXITED
    session.flush()
    event = move_distributor(session, made, D.EXITED, on=day, reason="contract ended", actor=ACTOR)
    assert (made.exited_on, event.from_status, event.to_status) == (day, "active", "exited")
    with pytest.raises(IllegalMove):
        move_distributor(session, made, D.ACTIVE, on=day, reason="back", actor=ACTOR)


def test_a_life_told_at_creation(session):
    steps = [Step(D.ACTIVE, date(2020, 1, 1)), Step(D.EXITED, date(2024, 1, 1), "ended")]
    made = create_distributor(session, actor=ACTOR, code="SC-1", name="某经销商", history=steps)
    assert (made.status, made.opened_on, made.exited_on) == (D.EXITED, steps[0].on, steps[1].on)


def test_an_old_version_is_refused(session):
    made = make_distributor()
    with pytest.raises(StaleVersion):
        edit_distributor(session, made, version=7, name="x")
