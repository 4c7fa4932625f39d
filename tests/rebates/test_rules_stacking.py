"""Two policies that claim the same line must say how they stack; versions of one follow each other."""

from __future__ import annotations

import pytest

from portal.rebates.rules import document
from portal.rebates.rules.stacking import check_together
from tests.rebates.building import policy, term


def pair(one=None, other=None, line=None, other_line=None, **functions):
    policies = [
        document.parse(policy(term(lines=line), code="A", **(one or {}))),
        document.parse(policy(term(id="free"), term(lines=other_line, id="b"), code="B", **(other or {})))
        if other_line is None
        else document.parse(policy(term(lines=other_line, id="b"), code="B", **(other or {}))),
    ]
    return check_together(policies, **functions)


def test_the_same_line_in_two_policies():
    (problem,) = pair()
    assert (problem.path, problem.rule, problem.value) == ("$[1].terms[0].lines", "policies_overlap", "B")
    assert problem.line("en") == (
        "$[1].terms[0].lines: Policies A and B both pay for the same lines from 2026-01-01 to 2026-12-31 (term t0 and "
        "term free), and neither says that they stack. Add the other's code to “stacks_with”, or narrow the lines, "
        "scope or days of one of them."
    )
    assert problem.line("zh").startswith("$[1].terms[0].lines：2026-01-01至2026-12-31期间，政策A")


DAYS = {"effective": {"from": "2027-01-01", "to": "2027-12-31"}}
ONE_DAY = {"effective": {"from": "2026-12-31", "to": "2027-12-31"}}
MEET = {
    "one day in common": ({}, ONE_DAY, None, {"models": ["F3"]}),
    "a party in common": ({"scope": {"parties": ["a", "b"]}}, {"scope": {"parties": ["b", "c"]}}, None, None),
    "a class in common": ({"scope": {"classes": ["A", "B"]}}, {"scope": {"classes": ["B"]}}, None, None),
    "one names parties": ({"scope": {"parties": ["a"]}}, {}, None, None),
    "one names classes": ({}, {"scope": {"classes": ["A"]}}, None, None),
    "regions not compared": ({"scope": {"regions": ["45"]}}, {"scope": {"regions": ["51"]}}, None, None),
    "a party left": ({"scope": {"parties": ["a", "b"]}}, {"scope": {"exclude_parties": ["a"]}}, None, None),
    "a model in common": ({}, {}, {"models": ["F3", "F6"]}, {"models": ["F6", "S6"]}),
    "one names models": ({}, {}, {"models": ["F3"]}, {"sale_types": ["retail"]}),
    "a model not excluded": ({}, {}, {"models": ["F3", "F6"]}, {"exclude_models": ["F3"]}),
    "both exclude": ({}, {}, {"exclude_models": ["F6"]}, {"exclude_models": ["F3"]}),
    "different tags": ({}, {}, {"tags": ["a"]}, {"tags": ["b"]}),
    "another tag excluded": ({}, {}, {"tags": ["a", "b"]}, {"exclude_tags": ["a"]}),
    "types in common": ({}, {}, {"sale_types": ["x", "y"]}, {"sale_types": ["y"]}),
}
APART = {
    "other days": ({}, DAYS, None, None),
    "days before": (DAYS, {}, None, None),
    "another kind of party": ({}, {"party": "distributor"}, None, None),
    "one says so": ({"stacks_with": ["B"]}, {}, None, None),
    "the other says so": ({}, {"stacks_with": ["A"]}, None, None),
    "other parties": ({"scope": {"parties": ["a"]}}, {"scope": {"parties": ["b"]}}, None, None),
    "other classes": ({"scope": {"classes": ["A"]}}, {"scope": {"classes": ["B"]}}, None, None),
    "its parties excluded": ({"scope": {"parties": ["a"]}}, {"scope": {"exclude_parties": ["a", "b"]}}, None, None),
    "excluded by the first": ({"scope": {"exclude_parties": ["a"]}}, {"scope": {"parties": ["a"]}}, None, None),
    "the common party excluded": (
        {"scope": {"parties": ["a", "b"]}},
        {"scope": {"parties": ["a", "c"], "exclude_parties": ["a"]}},
        None,
        None,
    ),
    "other models": ({}, {}, {"models": ["F3"]}, {"models": ["F6"]}),
    "its models excluded": ({}, {}, {"models": ["F3"]}, {"exclude_models": ["F3"]}),
    "its tags excluded": ({}, {}, {"tags": ["a"]}, {"exclude_tags": ["a"]}),
    "its tags excluded by the first": ({}, {}, {"exclude_tags": ["a"]}, {"tags": ["a"]}),
    "other types": ({}, {}, {"sale_types": ["x"]}, {"sale_types": ["y"]}),
}


@pytest.mark.parametrize("name", MEET)
def test_policies_that_meet(name):
    one, other, line, other_line = MEET[name]
    assert [problem.rule for problem in pair(one, other, line, other_line or {"models": ["F3", "F6", "S6"]})] == [
        "policies_overlap"
    ]


@pytest.mark.parametrize("name", APART)
def test_policies_that_keep_apart(name):
    one, other, line, other_line = APART[name]
    assert pair(one, other, line, other_line or {"models": ["F3"]}) == []


def test_regions_are_compared_by_whoever_knows_them():
    scopes = {"scope": {"regions": ["45"]}}, {"scope": {"regions": ["4502"]}}
    assert pair(*scopes, regions_meet=lambda one, other: not one.isdisjoint(other)) == []
    assert pair(*scopes, regions_meet=lambda one, other: any(b.startswith(a) for a in one for b in other))
    assert pair({}, scopes[1], regions_meet=lambda one, other: False)


def test_one_problem_for_each_pair():
    three = [document.parse(policy(term(), term(id="x"), code=code)) for code in ("A", "B", "C")]
    assert [problem.path for problem in check_together(three)] == [f"$[{n}].terms[0].lines" for n in (1, 2, 2)]
    apart = document.parse(policy(term(), code="D", party="distributor"))
    assert check_together([apart, three[0]]) == []
    assert check_together([]) == []


def versions(*days):
    return [document.parse(policy(term(), effective={"from": begin, "to": end})) for begin, end in days]


@pytest.mark.parametrize(
    ("days", "rule", "between"),
    [
        ([("2026-01-01", "2026-06-30"), ("2026-07-01", "2026-12-31")], None, None),
        ([("2026-07-01", "2026-12-31"), ("2026-01-01", "2026-06-30")], None, None),
        (
            [("2026-01-01", "2026-06-30"), ("2026-06-30", "2026-12-31")],
            "versions_overlap",
            ("2026-06-30", "2026-06-30"),
        ),
        (
            [("2026-01-01", "2026-12-31"), ("2026-03-01", "2026-04-30")],
            "versions_overlap",
            ("2026-03-01", "2026-04-30"),
        ),
        ([("2026-01-01", "2026-06-30"), ("2026-07-02", "2026-12-31")], "versions_gap", ("2026-07-01", "2026-07-01")),
    ],
)
def test_versions_follow_each_other(days, rule, between):
    problems = check_together(versions(*days))
    assert [problem.rule for problem in problems] == ([rule] if rule else [])
    for problem in problems:
        assert (problem.params["begin"], problem.params["end"]) == between
        assert problem.path == "$[1].effective"
        assert all(problem.line(locale) for locale in ("en", "zh"))


def test_versions_of_several_policies():
    first = document.parse(policy(term(), code="A", party="distributor"))
    second = versions(("2026-01-01", "2026-06-30"), ("2026-06-30", "2026-12-31"), ("2027-02-01", "2027-12-31"))
    problems = check_together([*second, first])
    assert [(problem.path, problem.rule, problem.value) for problem in problems] == [
        ("$[1].effective", "versions_overlap", "P-2026"),
        ("$[2].effective", "versions_gap", "P-2026"),
    ]
    assert problems[0].line("en").startswith("$[1].effective: Two versions of P-2026 are in effect from 2026-06-30")
