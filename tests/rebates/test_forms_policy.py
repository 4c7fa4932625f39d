"""The form of a policy and its document say the same; a problem finds its field."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from werkzeug.datastructures import MultiDict

from portal.rebates.forms import policy as form
from portal.rebates.forms.policy_values import complete, new_term, read_form, step, tidy
from portal.rebates.rules import document
from tests.rebates.building import policy, term, tiers
from tests.rebates.strategies import policies


def flat(values, name=""):
    """The fields that a browser sends."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield from flat(value, f"{name}-{key}" if name else key)
    elif isinstance(values, list):
        for number, value in enumerate(values):
            yield from [(name, value)] if isinstance(value, str) else flat(value, f"{name}-{number}")
    elif values:
        yield name, values


def through_the_form(found):
    sent = MultiDict(list(flat(form.values_of(found))))
    return form.document_of(tidy(read_form(sent)))


@given(policies())
@settings(max_examples=200, deadline=None)
def test_a_policy_is_the_same_after_the_form(found):
    assert document.parse(through_the_form(found)) == document.parse(found)


def test_the_example_of_the_reference_comes_from_the_form():
    sent = MultiDict(
        {
            "code": " OUTLET-2026 ", "name-en": "Outlet policy 2026", "name-zh": "2026网点商务政策", "party": "outlet",
            "period": "month", "settle": "each_period", "effective-from": "2026-01-01", "effective-to": "2026-12-31",
            "terms-0-id": "quota", "terms-0-label-en": "Quota bonus", "terms-0-label-zh": "任务返利",
            "terms-0-pays": "per_unit", "terms-0-tier_on": "units", "terms-0-tiers-0-from": "８",
            "terms-0-tiers-0-rate": "¥1,000", "terms-0-tiers-1-from": "", "terms-0-tiers-1-rate": "",
            "terms-1-id": "f6", "terms-1-label-en": "F6 push", "terms-1-label-zh": "F6奖励", "terms-1-pays": "per_unit",
            "terms-1-tier_on": "units", "terms-1-lines-which": "only", "terms-1-lines-models": "F6",
            "terms-1-tiers-0-from": "0", "terms-1-tiers-0-rate": "100",
        }
    )  # fmt: skip
    found = form.document_of(tidy(read_form(sent)))
    assert document.check(found) == []
    assert found["terms"][0]["tiers"] == [{"from": "8", "rate": "1000"}]
    assert found["terms"][1]["lines"] == {"models": ["F6"]}
    assert found["code"] == "OUTLET-2026"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("80", "0.8"), ("80%", "0.8"), ("８５．５", "0.855"), ("100", "1"), ("-10", "-0.1"), ("many", "many")],
)
def test_ratios_are_typed_in_percent(typed, kept):
    assert form.number(typed, in_percent=True) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1,000", "1000"), ("2.50", "2.50"), ("¥ 12", "12"), ("3台", "3"), ("1,5", "1,5"), ("", ""), ("x", "x")],
)
def test_numbers_as_people_write_them(typed, kept):
    assert form.number(typed) == kept


def test_problems_stand_at_their_fields():
    found = policy(
        term(0, tiers=tiers(("0", "10"), ("5", "x"))),
        term(1, lines={"exclude_models": []}, when=[{"fact": "share", "op": ">=", "value": "0.5"}]),
        term(2, deductions=[{"unless": {"fact": "activity:price", "op": ">=", "value": "1"}, "percent": "150",
                             "label": {"en": "", "zh": "x"}}]),
        code="no code",
        terms=None,
    )  # fmt: skip
    found["terms"] = [
        one | {"id": f"t{number}"}
        for number, one in enumerate(
            (
                term(0, tiers=tiers(("0", "10"), ("5", "x"))),
                term(1, lines={"exclude_models": []}, when=[{"fact": "share", "op": ">=", "value": "0.5"}]),
                term(2, deductions=[{"unless": {"fact": "activity:price", "op": ">=", "value": "1"}, "percent": "150",
                                     "label": {"en": "", "zh": "x"}}]),
            )
        )
    ]  # fmt: skip
    values = form.values_of(found)
    placed = form.problems_by_field(document.check(found), values)
    assert {name: [each.rule for each in problems] for name, problems in placed.items()} == {
        "code": ["not_a_name"],
        "terms-0-tiers-1-rate": ["not_a_decimal"],
        "terms-0-method": ["method_missing"],
        "terms-1-lines-models": ["list_empty"],
        "terms-1-when-0-models": ["share_needs_models"],
        "terms-2-deductions-0-value": ["too_large"],
        "terms-2-deductions-0-unless-fact": ["retail_price"],
        "terms-2-deductions-0-label-en": ["not_a_text"],
    }


def test_an_empty_form_says_what_is_missing():
    values = complete({})
    placed = form.problems_by_field(document.check(form.document_of(values)), values)
    assert set(placed) == {"code", "name-en", "name-zh", "effective-from", "effective-to", "terms"}


def test_rows_come_go_and_move():
    values = complete({})
    assert step(values, "add:terms") == "terms-0"
    assert step(values, "add:terms") == "terms-1"
    assert [each["id"] for each in values["terms"]] == ["term-1", "term-2"]
    assert step(values, "up:terms-1") == "terms-0"
    assert [each["id"] for each in values["terms"]] == ["term-2", "term-1"]
    assert step(values, "add:terms-0-tiers") == "terms-0-tiers-1"
    assert step(values, "add:terms-0-when") == "terms-0-when-0"
    assert step(values, "add:terms-0-deductions") == "terms-0-deductions-0"
    assert step(values, "add:payout-multiplier") == "payout-multiplier-0"
    assert step(values, "remove:terms-0-tiers-0") == "terms-0-tiers-0"
    assert step(values, "remove:terms-0") == "terms-0"
    assert step(values, "remove:terms-0") == "terms"
    for nonsense in ("", "add:code", "add:name", "remove:terms-7", "down:terms", "drop:terms-0", "up:name-en", "add:"):
        assert step(values, nonsense) == "", nonsense
    assert new_term(values)["id"] == "term-1"


@pytest.mark.parametrize(
    "sent",
    [
        {"terms": "x"}, {"terms-x-id": "y"}, {"terms-0": "z", "terms-0-id": "a"}, {"name": "x", "name-en": "y"},
        {"terms-99999999-id": "a"}, {"payout": "x"}, {"scope-classes-0": "A"}, {"terms-0-tiers": "x"},
        {"terms-0-lines-models-3": "x"}, {"terms-0-label": "x"}, {"-": "x", "--": "y"}, {"effective-from-x": "1"},
    ],
)  # fmt: skip
def test_nonsense_is_a_form_that_is_not_filled_in(sent):
    values = read_form(MultiDict(sent))
    assert document.check(form.document_of(tidy(values)))
