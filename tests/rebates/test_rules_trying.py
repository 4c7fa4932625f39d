"""The slider: other units than those so far, priced as before; every tier ahead with what it needs and brings."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from portal.rebates.labels_result import blocks_of, told_of
from portal.rebates.labels_terms import describe_payout, describe_terms
from portal.rebates.rules import document
from portal.rebates.rules import facts as rule_facts
from portal.rebates.rules.evaluation import evaluate
from portal.rebates.rules.explain import as_dict
from portal.rebates.rules.next_tier import tiers_ahead
from portal.rebates.rules.trying import units_by_model, with_units
from tests.rebates import strategies
from tests.rebates.building import line, policy, result_of, sold, term, tiers


def facts_of(**values):
    lines = [line("F3", 4, 400, ref="a", tags=["new"]), line("F3", -1, -100, ref="b"), line("F6", 2, 500, ref="c")]
    return rule_facts.parse({"party": "o1", "period": "2026-10", "lines": lines, "quota": {"S6": 3}} | values)


def test_models_with_a_quota_count_too():
    assert units_by_model(facts_of()) == {"F3": 3, "F6": 2, "S6": 0}


@pytest.mark.parametrize(("wanted", "fen"), [(10, 100_000), (3, 30_000), (0, 0)])
def test_more_and_fewer_units_at_the_average_price(wanted, fen):
    tried = with_units(facts_of(), {"F3": wanted}, {})
    assert units_by_model(tried)["F3"] == wanted
    assert sum(each.amount_fen for each in tried.lines if each.model == "F3") == fen
    assert {each.tags for each in tried.lines if each.model == "F3"} <= {("new",), ()}


def test_a_model_not_sold_yet_has_the_price_given():
    tried = with_units(facts_of(), {"S6": 2}, {"S6": 7_000})
    assert [each.amount_fen for each in tried.lines if each.model == "S6"] == [14_000]


def test_what_is_not_moved_stays_as_it_is():
    facts = facts_of()
    assert with_units(facts, {"F3": 3, "F6": 2}, {}) is facts


@given(strategies.policies(), strategies.facts())
def test_the_ladder_leads_where_it_says(policy, facts):
    """What the next tiers need and bring is what `next_tier` says of the first of them."""
    result = evaluate(document.parse(policy), rule_facts.parse(facts))
    for outcome, block in zip(result.outcomes, told_of_terms(result), strict=False):
        ahead = tiers_ahead(result, outcome)
        assert [each.tier for each in ahead] == [*range(outcome.top + 1, len(outcome.limits))] or not ahead
        if block["next_tier"]:
            assert (ahead[0].tier, ahead[0].needs) == (block["next_tier"]["tier"], block["next_tier"]["needs"])


def told_of_terms(result):
    return as_dict(result)["terms"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(strategies.policies(), strategies.facts())
def test_every_policy_and_result_has_words(app, policy, facts):
    parsed = document.parse(policy)
    with app.test_request_context("/"):
        assert len(describe_terms(parsed)) == len(parsed.terms)
        describe_payout(parsed)
        result = evaluate(parsed, rule_facts.parse(facts))
        assert len(blocks_of(result, told_of(result))) == len(result.outcomes)


def test_conditions_are_said_in_the_readers_words(app):
    asked = {"fact": "activity:training", "op": ">=", "value": "2"}
    of = policy(term(tiers=tiers(("0", "10")), when=[asked]))
    with app.test_request_context("/"):
        block = blocks_of(*(lambda result: (result, told_of(result)))(result_of(of, sold(units=3))))[0]
    assert block.reasons[0].text == "The condition Trainings ≥ 2 does not hold (0): nothing is earned."
