"""Reasons as the dealer reads them: every kind, in both languages, with what they are made of."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from portal.rebates.rules.explain import as_dict
from portal.rebates.rules.explain_words import PAID, PAYOUT, REASONS
from tests.rebates import strategies
from tests.rebates.building import assert_adds_up, both, line, policy, result_of, settled, sold, term, tiers

MISSED = {"unless": {"fact": "activity:mot", "op": ">=", "value": "1"}, "label": {"en": "Display", "zh": "物料"}}
UNKNOWN = {"unless": {"fact": "collection_days", "op": "<=", "value": "30"}, "label": {"en": "Days", "zh": "天数"}}
THREE = tiers(("0", "1"), ("10", "2"), ("20", "3"))


def reasons(one, facts, **keys):
    return settled(policy(one, **keys), facts)["terms"][0]["reasons"]


def test_earlier_terms_are_named_in_the_base():
    first = term(pays="percent", tier_on="amount", tiers=tiers(("0", "5")))
    found = settled(policy(first, first | {"id": "later", "after": ["t0"]}), sold(1, 1000))["terms"][1]["reasons"]
    assert [reason["text"]["en"] for reason in found] == [
        "¥50.00 that earlier terms earned on the same lines is taken off the base of ¥1,000.00.",
        "With ¥1,000.00, tier 1 (from ¥0.00) is reached: 5 % of ¥950.00 = ¥47.50.",
    ]
    assert found[0]["text"]["zh"] == "基数¥1,000.00中扣除前序条款在相同销售行上所得的¥50.00。"
    assert [reason["base"] for reason in found] == ["950.00", "950.00"]


NOT_COUNTED = {
    "model_not_named": ({"models": ["F6"]}, "Not counted: 7 units of models that this term does not name."),
    "model_excluded": ({"exclude_models": ["F3"]}, "Not counted: 7 units of excluded models."),
    "tag_missing": ({"tags": ["x"]}, "Not counted: 7 units without a tag that this term asks for."),
    "tag_excluded": ({"exclude_tags": ["old"]}, "Not counted: 7 units with an excluded tag."),
    "sale_type_not_named": (
        {"sale_types": ["retail"]},
        "Not counted: 7 units of a type of sale that this term does not name.",
    ),
}


@pytest.mark.parametrize("why", NOT_COUNTED)
def test_what_did_not_count_is_listed_with_why(why):
    rule, sentence = NOT_COUNTED[why]
    lines = [line("F3", 5, tags=["old"], ref="b"), line("F3", 2, tags=["old"], ref="a"), line("F3", 1, tags=["old"])]
    lines[2] |= {"units": 0}
    counted = line("F6", 4, tags=["x"], sale_type="retail", ref="c")
    paid, left = reasons(term(lines=rule), {"lines": [*lines, counted]})
    assert paid["lines"] == ["c"]
    assert left == {
        "code": why,
        "text": left["text"],
        "policy": "P-2026 2026-01-01",
        "amount_fen": 0,
        "base": "7",
        "lines": ["a", "b"],
    }
    assert left["text"]["en"] == sentence


def test_lines_outside_the_days_are_listed():
    lines = [line("F3", 3, on="2025-12-31", ref="old"), line("F3", 2, on="2026-01-01", ref="new")]
    paid, left = reasons(term(lines={"models": ["F3"]}), {"lines": lines})
    assert (paid["lines"], left["lines"], left["code"]) == (["new"], ["old"], "not_in_effect")
    assert left["text"]["en"] == "Not counted: 3 units sold outside the policy's days (2026-01-01 to 2026-12-31)."


def test_a_reason_names_what_it_is_made_of():
    (reason,) = reasons(term(tiers=tiers(("8", "1000"))), sold(10), version=4)
    assert {key: value for key, value in reason.items() if key != "text"} == {
        "code": "tier_reached",
        "policy": "P-2026 v4",
        "amount_fen": 1000000,
        "tier": 0,
        "measure": "10",
        "rate": "1000.00",
        "base": "10",
        "lines": ["a"],
    }


@pytest.mark.parametrize(
    ("one", "facts", "figures"),
    [
        (
            term(pays="percent", tier_on="amount", tiers=tiers(("0", "2.50"))),
            sold(1, 1000),
            ("1000.00", "2.5", "1000.00"),
        ),
        (term(pays="lump_sum", tiers=tiers(("0", "7.5"))), sold(3, 1000), ("3", "7.50", "1")),
        (term(tiers=tiers(("0", "0.0005"))), sold(3), ("3", "0.0005", "3")),
        (term(tier_on="attainment", tiers=tiers(("0", "1"))), sold(1, quota={"F3": 3}), ("0.333333", "1.00", "1")),
        (
            term(tier_on="growth", no_baseline="skip", tiers=tiers(("-1", "1"))),
            sold(1, baseline={"units": 4}),
            ("-0.75", "1.00", "1"),
        ),
        (term(tier_on="growth", no_baseline="zero", tiers=tiers(("0", "1"))), sold(1), ("∞", "1.00", "1")),
        (
            term(pays="percent", tier_on="growth_amount", no_baseline="skip", tiers=tiers(("0", "1"))),
            sold(1, 15, baseline={"amount_fen": 1000}),
            ("5.00", "1", "15.00"),
        ),
        (
            term(pays="percent", method="marginal", tiers=tiers(("0", "1"), ("2", "2"))),
            sold(3, 10),
            ("3", "1", "6.666667"),
        ),
    ],
)
def test_figures_as_data(one, facts, figures):
    reason = reasons(one, facts)[0]
    assert (reason["measure"], reason["rate"], reason["base"]) == figures


def test_the_condition_of_a_reason_is_data():
    reason = reasons(term(deductions=[MISSED | {"percent": "25"}]), sold(10))[1]
    assert reason["condition"] == {"fact": "activity:mot", "op": ">=", "value": "1", "found": "0"}
    assert reason["amount_fen"] == -2500


HOLDS = {"fact": "units", "op": ">=", "value": "0"}
FAILS = {"fact": "units", "op": ">", "value": "9999"}
PAYOUTS = {
    "multiplied": (
        {"multiplier": [{"when": HOLDS, "times": "0.80"}]},
        -2000,
        "units ≥ 0 holds (10): ¥100.00 × 0.8 = ¥80.00.",
    ),
    "no_multiplier_holds": (
        {"multiplier": [{"when": FAILS, "times": "2"}]},
        -10000,
        "No step of the multiplier holds: ¥100.00 becomes ¥0.00.",
    ),
    "guarantee": ({"guarantee": "300"}, 20000, "Raised from ¥100.00 to the guarantee of ¥300.00."),
    "payout_floor": ({"floor": "300"}, 20000, "Raised from ¥100.00 to the least that is paid, ¥300.00."),
    "payout_cap": ({"cap": "30"}, -7000, "Cut from ¥100.00 to the cap of ¥30.00."),
}


@pytest.mark.parametrize("code", PAYOUTS)
def test_payout_reasons(code):
    payout, fen, sentence = PAYOUTS[code]
    (reason,) = settled(policy(term(), payout=payout), sold(10))["payout"]
    assert reason == {
        "code": code,
        "text": {"en": sentence, "zh": reason["text"]["zh"]},
        "policy": "P-2026 2026-01-01",
        "amount_fen": fen,
    }


def test_what_was_settled_before_is_a_reason():
    (reason,) = settled(policy(term(), settle="cumulative"), sold(10, settled_fen=4000))["payout"]
    assert (reason["code"], reason["amount_fen"]) == ("settled_before", -4000)
    assert reason["text"] == {
        "en": "Entitled to ¥100.00 in the year so far, of which ¥40.00 was settled before: ¥60.00 is due.",
        "zh": "年度累计应得¥100.00，此前已兑现¥40.00，本期应付¥60.00。",
    }
    assert settled(policy(term(), settle="cumulative"), sold(10))["payout"] == []


# All sentences can be written, and none leaves a gap.

SEEN: set[str] = set()


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.policies(), strategies.facts())
def test_every_sentence_is_whole(of, on):
    found = settled(of, on)
    for reason in [reason for block in found["terms"] for reason in block["reasons"]] + found["payout"]:
        assert set(reason["text"]) == {"en", "zh"}
        assert reason["policy"] == "P-2026 " + of["effective"]["from"]
        assert reason["text"]["en"].endswith(".")
        assert reason["text"]["zh"].endswith("。")
        assert not re.search(r"[{}]|None|Decimal|E[-+]\d", reason["text"]["en"] + reason["text"]["zh"])


@pytest.mark.parametrize("table", [PAID, PAYOUT, REASONS])
def test_both_languages_ask_for_the_same_figures(table):
    for code, texts in table.items():
        asked = [set(re.findall(r"{(\w+)}", texts[locale])) for locale in ("en", "zh")]
        assert asked[0] == asked[1], code
    assert both("x") == {"en": "x", "zh": "x"}


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(strategies.policies(), strategies.facts())
def test_a_brief_result_differs_in_sentences_and_next_tiers_only(of, on):
    whole, brief = settled(of, on), as_dict(result_of(of, on), is_brief=True)
    assert_adds_up(brief, on if of["settle"] == "cumulative" else {})
    for block in [whole, *whole["terms"]]:
        del block["next_tier"]
    for reason in [reason for block in whole["terms"] for reason in block["reasons"]] + whole["payout"]:
        del reason["text"]
    assert brief == whole


def test_a_brief_refusal():
    (reason,) = as_dict(result_of(policy(term(), scope={"parties": ["o2"]}), sold(9)), is_brief=True)["payout"]
    assert reason == {"code": "party_not_named", "policy": "P-2026 2026-01-01", "amount_fen": 0}
