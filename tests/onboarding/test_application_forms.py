"""What people type into the application form, and what is made of it."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from portal.onboarding.forms.applications import FORMS, PlaceStep, texts_of
from portal.onboarding.labels import FIELD
from portal.onboarding.rules.answers import FIELDS_OF_STEP, STEP_OF_FIELD, FormStep, step_after, step_before
from portal.onboarding.rules.guards import DECLARATIONS, REQUIRED_ANSWERS, REQUIRED_COLUMNS
from tests.onboarding.applying import SENT


@pytest.fixture(autouse=True)
def request_context(app, books):
    with app.test_request_context():
        yield


def sent(step: str, **changes: str):
    form = FORMS[FormStep(step)](MultiDict(SENT[step] | changes), meta={"csrf": False})
    form.validate()
    return form


def test_every_required_field_has_its_step_and_its_name():
    for name in (*REQUIRED_COLUMNS, *REQUIRED_ANSWERS, *DECLARATIONS, "storefront"):
        assert name in STEP_OF_FIELD
    assert set(FIELD) == set(STEP_OF_FIELD)


def test_every_field_of_a_step_is_in_its_form():
    apart = {"storefront", "county_code"}
    for step, names in FIELDS_OF_STEP.items():
        assert set(names) - apart <= set(FORMS[step]()._fields), step


def test_steps_follow_one_another():
    order = list(FormStep)
    assert [step_after(step) for step in order] == [*order[1:], None]
    assert [step_before(step) for step in order] == [None, *order[:-1]]


# The choices of the site depend on the application: a test of the pages sends them.
@pytest.mark.parametrize("step", [step for step in SENT if step != "site"])
def test_what_is_right_is_taken_over_whole(step):
    form = sent(step)
    assert not form.errors
    assert not form.facts().typed


@pytest.mark.parametrize(
    ("typed", "read"), [("220", 220), ("２２０", 220), ("1,220", 1220), (" 220 ", 220), ("¥220", 220), ("220.0", 220)]
)
def test_numbers_are_read_as_people_write_them(typed, read):
    facts = sent("plan", capital_wan=typed).facts()
    assert (facts.columns["capital_wan"], facts.typed) == (read, {})


@pytest.mark.parametrize("typed", ["三百万", "2.5", "0", "-3", "1.234,5", "9" * 30])
def test_numbers_that_are_none_stay_as_typed(typed):
    form = sent("plan", capital_wan=typed)
    assert form.errors["capital_wan"]
    facts = form.facts()
    assert facts.typed == {"capital_wan": typed}
    assert "capital_wan" not in facts.columns


@pytest.mark.parametrize("typed", ["2027-03-01", "2027/3/1", "2027年3月1日", "20270301"])
def test_days_are_read_as_people_write_them(typed):
    assert sent("plan", planned_open_on=typed).facts().columns["planned_open_on"] == date(2027, 3, 1)


def test_an_emptied_field_is_a_fact_too():
    facts = sent("plan", capital_wan="", stock_qty="").facts()
    assert facts.columns["capital_wan"] is None
    assert facts.answers["stock_qty"] is None
    assert not facts.typed


@pytest.mark.parametrize(
    ("county", "code"),
    [("510681", "510681"), ("510681 广汉市", "510681"), ("广汉", "510681"), ("Guanghan City", "510681")],
)
def test_a_county_is_known_by_name_and_code(county, code):
    form = sent("place", county=county)
    assert isinstance(form, PlaceStep)
    assert form.facts().columns["county_code"] == code


def test_a_county_that_nobody_knows_stays_as_typed():
    facts = sent("place", county="天府国").facts()
    assert facts.typed == {"county": "天府国"}
    assert "county_code" not in facts.columns


@pytest.mark.parametrize(
    ("lng", "lat"), [("104.25", ""), ("", "30.99"), ("x", "30.99"), ("30.99", "104.25"), ("2.35", "48.85")]
)
def test_a_pair_that_is_no_place_is_kept_whole_as_typed(lng, lat):
    facts = sent("place", lng=lng, lat=lat).facts()
    assert not {"lng", "lat"} & set(facts.columns)
    assert {name: facts.typed.get(name, "") for name in ("lng", "lat")} == {"lng": lng, "lat": lat}


def test_a_pair_taken_away_is_taken_away():
    facts = sent("place", lng="", lat="").facts()
    assert (facts.columns["lng"], facts.columns["lat"]) == (None, None)


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_each_datum_leads_to_wgs84(datum):
    facts = sent("place", datum=datum).facts()
    shift = abs(facts.columns["lng"] - float(SENT["place"]["lng"]))
    assert shift == 0 if datum == "wgs84" else 0.001 < shift < 0.02


def test_a_choice_that_was_not_offered_is_not_taken():
    facts = sent("kind", store_class="Z", operating_mode="barter").facts()
    assert facts.columns["store_class"] is None
    assert facts.columns["operating_mode"] is None
    assert "datum" not in sent("place", datum="mars").facts().columns


def test_more_shareholders_than_there_is_room_for_are_cut_not_an_error():
    many = {f"shareholders-{place}-name": f"股东{place}" for place in range(40)}
    facts = sent("ownership", **many).facts()
    assert len(facts.answers["shareholders"]) == 10


def test_texts_go_round(books):
    values = {"a": None, "b": True, "c": False, "lng": 104.25, "shareholders": [{"name": "张", "capital": "1"}]}
    assert dict(texts_of(values)) == {
        "b": "y",
        "lng": "104.25",
        "shareholders-0-name": "张",
        "shareholders-0-capital": "1",
    }
