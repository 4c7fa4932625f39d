"""Facts are checked as the policy is: each problem at its place."""

from __future__ import annotations

import copy

import pytest

from portal.rebates.rules import facts
from portal.rebates.rules.problems import Invalid
from tests.rebates.building import sold
from tests.rebates.test_rules_document import KNOWN

FACTS = {
    "an unknown key": ({"line": []}, "$.line", "unknown_key"),
    "a line without a model": ({"lines": [{"units": 1}]}, "$.lines[0].model", "key_missing"),
    "a line with a retail price": (
        {"lines": [{"model": "F3", "retail_price": 1}]},
        "$.lines[0].retail_price",
        "unknown_key",
    ),
    "half a unit": ({"lines": [{"model": "F3", "units": 0.5}]}, "$.lines[0].units", "not_an_integer"),
    "units as text": ({"lines": [{"model": "F3", "units": "5"}]}, "$.lines[0].units", "not_an_integer"),
    "too many units": ({"lines": [{"model": "F3", "units": 10**16}]}, "$.lines[0].units", "out_of_range"),
    "a wrong day": ({"lines": [{"model": "F3", "on": "2026-13-01"}]}, "$.lines[0].on", "not_a_day"),
    "tags as text": ({"lines": [{"model": "F3", "tags": "a"}]}, "$.lines[0].tags", "not_a_list"),
    "lines that are none": ({"lines": {}}, "$.lines", "not_a_list"),
    "a line that is none": ({"year_to_date": [3]}, "$.year_to_date[0]", "not_an_object"),
    "a negative quota": ({"quota": {"F3": -1}}, "$.quota.F3", "out_of_range"),
    "a quota that is none": ({"quota": [1]}, "$.quota", "not_an_object"),
    "an unknown target": ({"target": {"cars": 1}}, "$.target.cars", "unknown_key"),
    "a negative baseline": ({"baseline": {"units": -1}}, "$.baseline.units", "out_of_range"),
    "a negative count": ({"activities": {"mot": -1}}, "$.activities.mot", "out_of_range"),
    "activities that are none": ({"activities": "mot"}, "$.activities", "not_an_object"),
    "a negative number of violations": ({"confirmed_violations": -1}, "$.confirmed_violations", "out_of_range"),
    "a report almost on time": ({"report_on_time": "almost"}, "$.report_on_time", "not_a_flag"),
    "a file that is none": ({"party_facts": []}, "$.party_facts", "not_an_object"),
    "a list on file": ({"party_facts": {"a": [1]}}, "$.party_facts.a", "neither_number_nor_text"),
    "a float on file": ({"party_facts": {"a": 0.5}}, "$.party_facts.a", "neither_number_nor_text"),
    "a blank party": ({"party": " "}, "$.party", "not_a_text"),
    "fen with a point": ({"settled_fen": 1.5}, "$.settled_fen", "not_an_integer"),
}


@pytest.mark.parametrize("name", FACTS)
def test_wrong_facts_are_refused_at_their_place(name):
    keys, path, rule = FACTS[name]
    with pytest.raises(Invalid) as caught:
        facts.parse(copy.deepcopy(keys))
    assert [(problem.path, problem.rule) for problem in caught.value.problems] == [(path, rule)]
    assert all(problem.line(locale) for problem in caught.value.problems for locale in ("en", "zh"))


def test_unknown_names_in_facts():
    of = {"lines": [{"model": "F9"}], "quota": {"F9": 1}, "activities": {"x": 1}}
    with pytest.raises(Invalid) as caught:
        facts.parse(of, KNOWN)
    assert {(problem.path, problem.rule) for problem in caught.value.problems} == {
        ("$.lines[0].model", "unknown_name"),
        ("$.quota.F9", "unknown_name"),
        ("$.activities.x", "unknown_name"),
    }
    assert facts.parse({"lines": [{"model": "F3"}], "quota": {"F3": 1}, "activities": {"mot": 1}}, KNOWN)


def test_facts_may_be_few_or_null():
    assert facts.parse({}) == facts.Facts(lines=[], year_to_date=[])
    assert facts.parse(dict.fromkeys(facts.KEYS)) == facts.Facts(lines=[], year_to_date=[])
    found = facts.parse({"lines": [{"model": "F3", "tags": ["b", "a"], "on": None, "units": 2}]})
    assert found.lines == [facts.Line("F3", 2, 0, ("a", "b"))]
    with pytest.raises(Invalid):
        facts.parse([sold(1)])
