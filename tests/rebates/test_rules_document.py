"""Law 7: what is wrong with a policy is found on save, at its place, with a sentence and a remedy in both languages."""

from __future__ import annotations

import json

import pytest

from portal.rebates.rules import document
from portal.rebates.rules.known import Known
from portal.rebates.rules.problem_words import SENTENCES
from portal.rebates.rules.problems import Invalid
from tests.rebates.building import both, policy, term, tiers, wrong
from tests.rebates.test_rules_names import full

CONDITION = {"fact": "units", "op": ">=", "value": "1"}
DEDUCTION = {"unless": CONDITION, "percent": "5", "label": both("x")}
T = "$.terms[0]"

# What is changed in a sound policy → where the problem is and which rule it breaks.
TERMS = {
    "overlapping tiers": (
        {"method": "total", "tiers": tiers(("1", "1"), ("1.0", "2"))},
        f"{T}.tiers[1].from",
        "tier_twice",
    ),
    "unordered tiers": (
        {"method": "total", "tiers": tiers(("5", "1"), ("1", "2"))},
        f"{T}.tiers[1].from",
        "tiers_not_rising",
    ),
    "a gap": (
        {"method": "total", "tiers": [{"from": "0", "to": "5", "rate": "1"}, {"from": "6", "rate": "2"}]},
        f"{T}.tiers[0].to",
        "tier_gap",
    ),
    "an overlap by to": (
        {"method": "total", "tiers": [{"from": "0", "to": "7", "rate": "1"}, {"from": "6", "rate": "2"}]},
        f"{T}.tiers[0].to",
        "tier_overlap",
    ),
    "a tier from after to": (
        {"method": "total", "tiers": [{"from": "8", "to": "5", "rate": "1"}, {"from": "9", "rate": "2"}]},
        f"{T}.tiers[0].to",
        "tier_ends_before_it_begins",
    ),
    "an end of the last tier": (
        {"tiers": [{"from": "0", "to": "5", "rate": "1"}]},
        f"{T}.tiers[0].to",
        "last_tier_has_an_end",
    ),
    "no tier": ({"tiers": []}, f"{T}.tiers", "list_empty"),
    "tiers that are no list": ({"tiers": {"from": "1"}}, f"{T}.tiers", "not_a_list"),
    "a tier without a rate": ({"tiers": [{"from": "0"}]}, f"{T}.tiers[0].rate", "key_missing"),
    "a tier that is no object": ({"tiers": ["0"]}, f"{T}.tiers[0]", "not_an_object"),
    "a number without quotation marks": ({"tiers": [{"from": 0, "rate": "1"}]}, f"{T}.tiers[0].from", "not_a_decimal"),
    "a float": ({"tiers": [{"from": "0", "rate": 2.5}]}, f"{T}.tiers[0].rate", "not_a_decimal"),
    "an exponent": ({"tiers": tiers(("0", "1e3"))}, f"{T}.tiers[0].rate", "not_a_decimal"),
    "not a number": ({"tiers": tiers(("0", "NaN"))}, f"{T}.tiers[0].rate", "not_a_decimal"),
    "digits of another script": ({"tiers": tiers(("0", "１"))}, f"{T}.tiers[0].rate", "not_a_decimal"),
    "a comma": ({"tiers": tiers(("0", "1,5"))}, f"{T}.tiers[0].rate", "not_a_decimal"),
    "a line break": ({"tiers": tiers(("0", "1\n"))}, f"{T}.tiers[0].rate", "not_a_decimal"),
    "too many decimals": ({"tiers": tiers(("0", "1.0000001"))}, f"{T}.tiers[0].rate", "not_a_decimal"),
    "a negative rate": ({"tiers": tiers(("0", "-1"))}, f"{T}.tiers[0].rate", "too_small"),
    "a negative number of units": ({"tiers": tiers(("-1", "1"))}, f"{T}.tiers[0].from", "too_small"),
    "more than 100 %": (
        {"pays": "percent", "tiers": tiers(("0", "100.01"))},
        f"{T}.tiers[0].rate",
        "too_large",
    ),
    "a shrinking by more than all": (
        {"tier_on": "growth", "no_baseline": "skip", "tiers": tiers(("-1.01", "1"))},
        f"{T}.tiers[0].from",
        "too_small",
    ),
    "half a free unit": ({"pays": "goods", "tiers": tiers(("0", "0.5"))}, f"{T}.tiers[0].rate", "goods_are_whole"),
    "a flag as a word": (
        {"method": "marginal", "tiers": [{"from": "0", "rate": "1", "retrospective": "yes"}]},
        f"{T}.tiers[0].retrospective",
        "not_a_flag",
    ),
    "a flag outside marginal": (
        {"method": "total", "tiers": [{"from": "0", "rate": "1", "retrospective": True}]},
        f"{T}.tiers[0].retrospective",
        "flag_only_in_marginal",
    ),
    "several tiers without a method": ({"tiers": tiers(("0", "1"), ("5", "2"))}, f"{T}.method", "method_missing"),
    "an unknown method": ({"method": "retro"}, f"{T}.method", "not_a_choice"),
    "an unknown way to pay": ({"pays": "cash"}, f"{T}.pays", "not_a_choice"),
    "no way to pay": ({"pays": None}, f"{T}.pays", "key_missing"),
    "an unknown measure": ({"tier_on": "profit"}, f"{T}.tier_on", "not_a_choice"),
    "an unknown window": ({"window": "week"}, f"{T}.window", "not_a_choice"),
    "an unknown excess": ({"applies_to": "some"}, f"{T}.applies_to", "not_a_choice"),
    "growth without a word for newcomers": ({"tier_on": "growth"}, f"{T}.no_baseline", "baseline_choice_missing"),
    "growth in units without it": ({"tier_on": "growth_units"}, f"{T}.no_baseline", "baseline_choice_missing"),
    "growth in yuan without it": ({"tier_on": "growth_amount"}, f"{T}.no_baseline", "baseline_choice_missing"),
    "an unknown word for newcomers": ({"no_baseline": "maybe"}, f"{T}.no_baseline", "not_a_choice"),
    "slices of a lump sum": ({"pays": "lump_sum", "method": "marginal"}, f"{T}.method", "lump_sum_has_no_slices"),
    "rolling lump sums": ({"pays": "lump_sum", "method": "rolling"}, f"{T}.method", "lump_sum_has_no_slices"),
    "excess of a lump sum": (
        {"pays": "lump_sum", "applies_to": "excess"},
        f"{T}.applies_to",
        "lump_sum_has_no_excess",
    ),
    "excess in two units": (
        {"pays": "percent", "method": "marginal", "applies_to": "excess"},
        f"{T}.applies_to",
        "excess_in_two_units",
    ),
    "excess in two units, by yuan": (
        {"tier_on": "growth_amount", "no_baseline": "skip", "method": "rolling", "applies_to": "excess"},
        f"{T}.applies_to",
        "excess_in_two_units",
    ),
    "per with percent": ({"pays": "percent", "per": 2}, f"{T}.per", "per_not_meant"),
    "per nothing": ({"per": 0}, f"{T}.per", "out_of_range"),
    "per as text": ({"per": "5"}, f"{T}.per", "not_an_integer"),
    "per true": ({"per": True}, f"{T}.per", "not_an_integer"),
    "a floor above the cap": ({"floor": "9", "cap": "8"}, f"{T}.floor", "above_the_cap"),
    "a negative cap": ({"cap": "-1"}, f"{T}.cap", "too_small"),
    "prorate without a cap": ({"prorate": True}, f"{T}.prorate", "prorate_needs_a_cap"),
    "prorate as text": ({"cap": "1", "prorate": "no"}, f"{T}.prorate", "not_a_flag"),
    "after itself": ({"pays": "percent", "after": ["t0"]}, f"{T}.after[0]", "not_an_earlier_term"),
    "after a later term": ({"pays": "percent", "after": ["last"]}, f"{T}.after[0]", "not_an_earlier_term"),
    "after per unit": ({"after": []}, f"{T}.after", "after_needs_amounts"),
    "a deduction of both kinds": (
        {"deductions": [DEDUCTION | {"amount": "1"}]},
        f"{T}.deductions[0]",
        "percent_or_amount",
    ),
    "a deduction of neither": (
        {"deductions": [{"unless": CONDITION, "label": both("x")}]},
        f"{T}.deductions[0]",
        "percent_or_amount",
    ),
    "a deduction of more than all": (
        {"deductions": [DEDUCTION | {"percent": "101"}]},
        f"{T}.deductions[0].percent",
        "too_large",
    ),
    "a deduction without a label": (
        {"deductions": [{"unless": CONDITION, "percent": "5"}]},
        f"{T}.deductions[0].label",
        "key_missing",
    ),
    "an unknown fact": ({"when": [CONDITION | {"fact": "profit"}]}, f"{T}.when[0].fact", "unknown_fact"),
    "an activity without a name": (
        {"when": [CONDITION | {"fact": "activity:"}]},
        f"{T}.when[0].fact",
        "name_malformed",
    ),
    "an activity without a colon": ({"when": [CONDITION | {"fact": "activity"}]}, f"{T}.when[0].fact", "unknown_fact"),
    "units with a name": ({"when": [CONDITION | {"fact": "units:x"}]}, f"{T}.when[0].fact", "unknown_fact"),
    "an unknown comparison": ({"when": [CONDITION | {"op": "!="}]}, f"{T}.when[0].op", "not_a_choice"),
    "a value that is no decimal": ({"when": [CONDITION | {"value": 1}]}, f"{T}.when[0].value", "not_a_decimal"),
    "a text for units": ({"when": [CONDITION | {"value": "A"}]}, f"{T}.when[0].value", "not_a_decimal"),
    "a text that is larger": (
        {"when": [{"fact": "party:level", "op": ">", "value": "A"}]},
        f"{T}.when[0].value",
        "text_compares_equal",
    ),
    "a share of what": ({"when": [CONDITION | {"fact": "share"}]}, f"{T}.when[0].models", "share_needs_models"),
    "models of an activity": (
        {"when": [CONDITION | {"fact": "activity:mot", "models": ["F3"]}]},
        f"{T}.when[0].models",
        "models_not_meant",
    ),
    "models of growth": (
        {"when": [CONDITION | {"fact": "growth", "models": ["F3"]}]},
        f"{T}.when[0].models",
        "models_not_meant",
    ),
    "a condition without a value": ({"when": [{"fact": "units", "op": ">="}]}, f"{T}.when[0].value", "key_missing"),
    "conditions that are no list": ({"when": CONDITION}, f"{T}.when", "not_a_list"),
    "no models": ({"lines": {"models": []}}, f"{T}.lines.models", "list_empty"),
    "a model twice": ({"lines": {"models": ["F3", "F3"]}}, f"{T}.lines.models[1]", "named_twice"),
    "a model named and excluded": (
        {"lines": {"models": ["F3"], "exclude_models": ["F3"]}},
        f"{T}.lines.exclude_models",
        "named_and_excluded",
    ),
    "a tag named and excluded": (
        {"lines": {"tags": ["a"], "exclude_tags": ["a"]}},
        f"{T}.lines.exclude_tags",
        "named_and_excluded",
    ),
    "a model that is no text": ({"lines": {"models": [3]}}, f"{T}.lines.models[0]", "not_a_text"),
    "an unknown key of lines": ({"lines": {"regions": ["45"]}}, f"{T}.lines.regions", "unknown_key"),
    "an unknown key": ({"metod": "total"}, f"{T}.metod", "unknown_key"),
    "a label in one language": ({"label": {"en": "x"}}, f"{T}.label.zh", "key_missing"),
    "a blank label": ({"label": {"en": "x", "zh": " "}}, f"{T}.label.zh", "not_a_text"),
    "a label too long": ({"label": {"en": "x" * 201, "zh": "x" * 200}}, f"{T}.label.en", "text_too_long"),
    "an id with spaces": ({"id": "a b"}, f"{T}.id", "not_a_name"),
    "the id of another": ({"id": "last"}, "$.terms[1].id", "id_twice"),
}
POLICIES = {
    "no code": ({"code": None}, "$.code", "key_missing"),
    "a code with spaces": ({"code": "a b"}, "$.code", "not_a_name"),
    "a version of nothing": ({"version": 0}, "$.version", "out_of_range"),
    "an unknown party": ({"party": "factory"}, "$.party", "not_a_choice"),
    "an unknown period": ({"period": "week"}, "$.period", "not_a_choice"),
    "an unknown settling": ({"settle": "later"}, "$.settle", "not_a_choice"),
    "from after to": ({"effective": {"from": "2026-02-01", "to": "2026-01-31"}}, "$.effective", "from_after_to"),
    "a day that is none": ({"effective": {"from": "2026-02-30", "to": "2026-12-31"}}, "$.effective.from", "not_a_day"),
    "a day in another shape": (
        {"effective": {"from": "20260201", "to": "2026-12-31"}},
        "$.effective.from",
        "not_a_day",
    ),
    "no end": ({"effective": {"from": "2026-02-01"}}, "$.effective.to", "key_missing"),
    "no terms": ({"terms": []}, "$.terms", "list_empty"),
    "terms that are none": ({"terms": "none"}, "$.terms", "not_a_list"),
    "an unknown key": ({"rebate": "1"}, "$.rebate", "unknown_key"),
    "a key that is a sentence": ({"a b": "1"}, "$['a b']", "unknown_key"),
    "an empty scope": ({"scope": {"parties": []}}, "$.scope.parties", "list_empty"),
    "an unknown scope": ({"scope": {"party": ["a"]}}, "$.scope.party", "unknown_key"),
    "nobody left": (
        {"scope": {"parties": ["a"], "exclude_parties": ["a", "b"]}},
        "$.scope.exclude_parties",
        "nobody_left",
    ),
    "stacking with itself": ({"stacks_with": ["P-2026"]}, "$.stacks_with", "stacks_with_itself"),
    "stacking with no list": ({"stacks_with": "Q"}, "$.stacks_with", "not_a_list"),
    "a guarantee above the cap": ({"payout": {"guarantee": "9", "cap": "8"}}, "$.payout.guarantee", "above_the_cap"),
    "a floor above the cap": ({"payout": {"floor": "9", "cap": "8"}}, "$.payout.floor", "above_the_cap"),
    "a multiplier without steps": ({"payout": {"multiplier": []}}, "$.payout.multiplier", "list_empty"),
    "a step without times": (
        {"payout": {"multiplier": [{"when": CONDITION}]}},
        "$.payout.multiplier[0].times",
        "key_missing",
    ),
    "a negative multiplier": (
        {"payout": {"multiplier": [{"when": CONDITION, "times": "-1"}]}},
        "$.payout.multiplier[0].times",
        "too_small",
    ),
    "a multiplier of a thousand": (
        {"payout": {"multiplier": [{"when": CONDITION, "times": "1000"}]}},
        "$.payout.multiplier[0].times",
        "too_large",
    ),
    "an unknown payout": ({"payout": {"bonus": "1"}}, "$.payout.bonus", "unknown_key"),
}


@pytest.mark.parametrize("name", TERMS)
def test_a_wrong_term_is_refused_at_its_place(name):
    keys, path, rule = TERMS[name]
    last = term(id="last", tiers=tiers(("0", "1")))
    assert wrong(policy(term(**keys), last)) == [(path, rule)]


@pytest.mark.parametrize("name", POLICIES)
def test_a_wrong_policy_is_refused_at_its_place(name):
    keys, path, rule = POLICIES[name]
    of = {key: value for key, value in policy(term(), **keys).items() if value is not None}
    assert wrong(of) == [(path, rule)]


def test_after_must_name_money_once():
    first, points = term(id="a"), term(id="b", pays="points")
    last = term(id="c", pays="percent", after=["a", "b", "a"])
    assert wrong(policy(first, points, last)) == [
        ("$.terms[2].after[1]", "after_needs_money"),
        ("$.terms[2].after[2]", "named_twice"),
    ]


@pytest.mark.parametrize("days", [("2025-07-01", "2026-06-30"), ("2026-12-31", "2027-01-01")])
def test_prorate_needs_one_calendar_year(days):
    of = policy(term(cap="5", prorate=True), effective={"from": days[0], "to": days[1]})
    assert wrong(of) == [("$.terms[0].prorate", "prorate_needs_one_year")]


def test_all_problems_are_found_at_once():
    of = policy(term(pays="cash"), term(tiers=[]), party="x", code="")
    assert len(wrong(of)) == 4


@pytest.mark.parametrize("value", [None, 3, "x", [], [policy(term())]])
def test_what_is_no_policy_at_all(value):
    assert wrong(value) == [("$", "not_an_object")]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{", "not_json"),
        ("", "not_json"),
        ('{"a": NaN}', "not_json"),
        ('{"a": Infinity}', "not_json"),
        ('{"a": 1, "a": 2}', "key_twice"),
        ('[{"b": {"a": 1, "a": 1, "a": 1}}]', "key_twice"),
        ("[" * 100000, "not_json"),
        (" " * 1_000_001, "too_much_text"),
        ("{" + "9" * 5000 + "}", "not_json"),
        ("9" * 5000, "not_json"),
    ],
)
def test_text_that_cannot_be_read(text, rule):
    with pytest.raises(Invalid) as caught:
        document.read(text)
    assert [problem.rule for problem in caught.value.problems] == [rule]


def test_text_is_read_without_floats():
    assert str(document.read('{"a": 0.1000}')["a"]) == "0.1000"


def test_a_sound_document_passes_through_text():
    assert wrong(document.read(json.dumps(full()))) == []


def test_a_parsed_policy_cannot_be_wrong():
    with pytest.raises(Invalid) as caught:
        document.parse(policy(term(pays="cash")))
    assert str(caught.value) == (
        "$.terms[0].pays: “cash” is none of the words allowed here. "
        "Use one of: percent, per_unit, lump_sum, points, goods."
    )
    assert caught.value.details["problems"] == [
        {
            "path": "$.terms[0].pays",
            "value": "cash",
            "rule": "not_a_choice",
            "sentence": {"en": "“cash” is none of the words allowed here.", "zh": "“cash”不在可选值之内。"},
            "remedy": {
                "en": "Use one of: percent, per_unit, lump_sum, points, goods.",
                "zh": "请选用：percent, per_unit, lump_sum, points, goods。",
            },
        }
    ]


@pytest.mark.parametrize("name", [*TERMS, *POLICIES])
def test_every_problem_has_sentence_and_remedy_in_both_languages(name):
    of = policy(term(**TERMS[name][0])) if name in TERMS else policy(term(), **POLICIES[name][0])
    for problem in document.check(of):
        for locale, full_stop in (("en", "."), ("zh", "。")):
            line = problem.line(locale)
            assert line.startswith(problem.path)
            assert line.endswith(full_stop)
            assert "{" not in problem.remedy(locale).replace("{ … }", "")


def test_the_sentences_are_complete():
    for rule, texts in SENTENCES.items():
        assert set(texts) == {"en", "zh"}, rule
        for sentence, remedy in texts.values():
            assert sentence
            assert remedy


def test_a_long_value_is_shortened():
    (problem,) = document.check(policy(term(id="x" * 100)))
    assert problem.value == "x" * 57 + "…"


def test_to_may_repeat_where_the_next_tier_begins():
    repeated = [{"from": "0", "to": "5.0", "rate": "1"}, {"from": "5", "rate": "2"}]
    assert wrong(policy(term(method="total", tiers=repeated))) == []


def test_a_version_is_named_in_reasons():
    assert document.parse(policy(term(), version=3)).version == "P-2026 v3"
    assert document.parse(policy(term())).version == "P-2026 2026-01-01"


KNOWN = Known(
    models=["F3"],
    tags=["a"],
    sale_types=["retail"],
    activities=["mot"],
    party_facts=["level"],
    parties=["o1"],
    regions=["45"],
    classes=["A"],
)


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ({"lines": {"models": ["F3", "F9"]}}, "lines.models[1]"),
        ({"lines": {"exclude_models": ["F9"]}}, "lines.exclude_models[0]"),
        ({"lines": {"tags": ["b"]}}, "lines.tags[0]"),
        ({"lines": {"exclude_tags": ["b"]}}, "lines.exclude_tags[0]"),
        ({"lines": {"sale_types": ["online"]}}, "lines.sale_types[0]"),
        ({"when": [CONDITION | {"models": ["F9"]}]}, "when[0].models[0]"),
        ({"when": [CONDITION | {"fact": "activity:x"}]}, "when[0].fact"),
        ({"when": [CONDITION | {"fact": "party:x"}]}, "when[0].fact"),
    ],
)
def test_unknown_names_in_a_term(keys, place):
    problems = document.check(policy(term(**keys)), KNOWN)
    assert [(problem.path, problem.rule) for problem in problems] == [(f"{T}.{place}", "unknown_name")]
    assert document.check(policy(term(**keys))) == []


@pytest.mark.parametrize("key", ["parties", "exclude_parties", "regions", "classes"])
def test_unknown_names_in_the_scope(key):
    problems = document.check(policy(term(), scope={key: ["x"]}), KNOWN)
    assert [(problem.path, problem.rule) for problem in problems] == [(f"$.scope.{key}[0]", "unknown_name")]


def test_known_names_pass():
    lines = {"models": ["F3"], "tags": ["a"], "sale_types": ["retail"]}
    scope = {"parties": ["o1"], "regions": ["45"], "classes": ["A"]}
    asked = [CONDITION | {"fact": "activity:mot"}, CONDITION | {"fact": "party:level"}]
    assert document.check(policy(term(lines=lines, when=asked), scope=scope), KNOWN) == []
