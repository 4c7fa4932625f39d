"""Law 6: no condition, term or deduction can name a retail price or a deviation from a recommended price."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rebates.rules import document
from portal.rebates.rules.document_conditions import FACTS
from portal.rebates.rules.known import Known
from portal.rebates.rules.names import is_wellformed, speaks_of_price
from portal.rebates.rules.words import Fact
from tests.rebates.building import both, policy, term, tiers, wrong

FORBIDDEN = [
    "retail_price",
    "Retail Price",
    "avg-retail-price",
    "price",
    "PRICE_DEVIATION",
    "pricing",
    "deviation",
    "deviates_from_list",
    "discount",
    "undercutting",
    "markdown",
    "MSRP",
    "below_rrp",
    "rrp",
    "srp.deviation",
    "map violation",
    "min RPM",
    "below_recommended",
    "below-guide",
    "零售价",
    "零售价格",
    "指导价",
    "建议零售价偏差",
    "低于指导",
    "成交价",
    "限价",
    "最低价",
    "乱价",
    "降价",
    "测评价格",
    "评价目表",
    "折扣",
    "让利",
    "价格偏离",
    "零售价值",
    "retail_价",
    "lingshoujia",
    "zhidaojia",
    "jiage",
    "価格",
    "指導價",
    "偏離",
    "ｐｒｉｃｅ",
    "p_r_i_c_e",
    "p.r.i.c.e",
]
ALLOWED = [
    "mot",
    "training",
    "store_level",
    "fleet",
    "retail",
    "key_account",
    "客户评价",
    "物料更换",
    "价值观培训",
    "campaign",
    "F6主题活动",
    "mapping",
]
CONDITION = {"fact": "units", "op": ">=", "value": "1"}


def full() -> dict:
    """A policy with every key."""
    one = term(
        lines={"models": ["F3"], "exclude_models": ["F6"], "tags": ["a"], "exclude_tags": ["b"], "sale_types": ["c"]},
        pays="percent",
        tier_on="growth",
        method="marginal",
        tiers=[{"from": "0", "rate": "1", "to": "1"}, {"from": "1", "rate": "2", "retrospective": True}],
        applies_to="excess",
        window="period",
        when=[{"fact": "activity:mot", "op": ">=", "value": "1"}],
        after=["first"],
        deductions=[{"unless": {"fact": "party:level", "op": "==", "value": "A"}, "percent": "5", "label": both("x")}],
        floor="1",
        cap="2",
        prorate=True,
        no_baseline="skip",
    )
    packed = term(id="packed", per=2, deductions=[{"unless": CONDITION, "amount": "5", "label": both("x")}])
    share = CONDITION | {"fact": "share", "models": ["F3"]}
    whole = policy(
        term(id="first", method="total", tiers=tiers(("0", "1"))),
        one,
        packed,
        version=3,
        scope={"regions": ["45"], "parties": ["o1"], "classes": ["A"], "exclude_parties": ["o2"]},
        payout={"multiplier": [{"when": share, "times": "1"}], "guarantee": "1", "floor": "1", "cap": "2"},
        stacks_with=["Q"],
    )
    return copy.deepcopy(whole)


def objects(value, path=()):
    """Paths of every object in a document."""
    if isinstance(value, dict):
        yield path
        for key, inner in value.items():
            yield from objects(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from objects(inner, (*path, number))


def at(value, path):
    for key in path:
        value = value[key]
    return value


def test_the_full_policy_is_sound():
    assert wrong(full()) == []


@pytest.mark.parametrize("path", list(objects(full())), ids=lambda path: ".".join(map(str, path)) or "policy")
@pytest.mark.parametrize("key", ["retail_price", "price_deviation", "零售价", "below_recommended"])
def test_no_object_takes_a_key_about_prices(path, key):
    of = full()
    at(of, path)[key] = "1"
    assert "unknown_key" in {rule for _, rule in wrong(of)}


# Every place where a free name may stand.
PLACES = {
    "a condition's fact": (("terms", 1, "when", 0, "fact"), "{}"),
    "an activity": (("terms", 1, "when", 0, "fact"), "activity:{}"),
    "a fact of the file": (("terms", 1, "when", 0, "fact"), "party:{}"),
    "a fact of a deduction": (("terms", 1, "deductions", 0, "unless", "fact"), "activity:{}"),
    "a text of the file": (("terms", 1, "deductions", 0, "unless", "value"), "{}"),
    "a fact of the multiplier": (("payout", "multiplier", 0, "when", "fact"), "party:{}"),
    "a tag": (("terms", 1, "lines", "tags", 0), "{}"),
    "an excluded tag": (("terms", 1, "lines", "exclude_tags", 0), "{}"),
    "a type of sale": (("terms", 1, "lines", "sale_types", 0), "{}"),
    "a class": (("scope", "classes", 0), "{}"),
    "what is paid": (("terms", 1, "pays"), "{}"),
    "what selects the tier": (("terms", 1, "tier_on"), "{}"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", FORBIDDEN)
def test_no_place_takes_a_name_about_prices(place, name):
    path, form = PLACES[place]
    of = full()
    at(of, path[:-1])[path[-1]] = form.format(name)
    rules = {rule for _, rule in wrong(of)}
    assert rules & {"retail_price", "not_a_choice", "name_malformed"}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_names_about_prices_are_recognised(name):
    assert speaks_of_price(name)


@pytest.mark.parametrize("name", ALLOWED)
def test_names_of_the_trade_are_allowed(name):
    assert not speaks_of_price(name)
    assert is_wellformed(name)


@pytest.mark.parametrize("name", ["prісe", "p\u200brice", "a:b", "", " x", "a" * 65, "a/b", "a\nb"])
def test_look_alikes_and_signs_are_no_names(name):
    assert not is_wellformed(name)


@given(st.text(max_size=6), st.sampled_from(["price", "deviation", "零售价", "指导价"]), st.text(max_size=6))
def test_no_text_around_hides_a_price(before, word, after):
    name = before + word + after
    assert speaks_of_price(name) or not is_wellformed(name) or "评价" in name or "价值" in name


def test_facts_are_a_closed_list_without_prices():
    assert set(Fact) == {
        "units",
        "amount",
        "attainment",
        "growth",
        "share",
        "confirmed_violations",
        "report_on_time",
        "collection_days",
        "activity",
        "party",
    }
    assert not speaks_of_price(FACTS)


@pytest.mark.parametrize("fact", ["violations", "alleged_violations", "open_violations", "confirmed_violations:x"])
def test_only_confirmed_violations_can_be_asked(fact):
    of = policy(term(when=[CONDITION | {"fact": fact}]))
    assert wrong(of) == [("$.terms[0].when[0].fact", "unknown_fact")]


def test_known_names_are_the_second_lock():
    known = Known(activities=["mot"], party_facts=["level"], tags=["a"], sale_types=["c"], classes=["A"], models=["F3"])
    found = {(problem.path, problem.rule) for problem in document.check(full(), known)}
    assert found == {
        ("$.terms[1].lines.exclude_models[0]", "unknown_name"),
        ("$.terms[1].lines.exclude_tags[0]", "unknown_name"),
    }
    of = full()
    of["terms"][1]["when"][0]["fact"] = "activity:secret_index"
    assert ("$.terms[1].when[0].fact", "unknown_name") in {(p.path, p.rule) for p in document.check(of, known)}
