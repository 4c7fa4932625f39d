"""The sentences of a statement, word for word, in both languages."""

from __future__ import annotations

import pytest

from tests.rebates.building import line, policy, settled, sold, term, tiers

MISSED = {"unless": {"fact": "activity:mot", "op": ">=", "value": "1"}, "label": {"en": "Display", "zh": "物料"}}
UNKNOWN = {"unless": {"fact": "collection_days", "op": "<=", "value": "30"}, "label": {"en": "Days", "zh": "天数"}}
THREE = tiers(("0", "1"), ("10", "2"), ("20", "3"))


# A term, facts → code and sentences of the reasons.
SENTENCES = {
    "per unit": (
        term(tiers=tiers(("8", "1000.5"))),
        sold(10),
        [
            (
                "tier_reached",
                "With 10 units, tier 1 (from 8 units) is reached: ¥1,000.50 for each of 10 units = ¥10,005.00.",
                "10台，达到第1坎（8台起）：10台×每台¥1,000.50=¥10,005.00。",
            )
        ],
    ),
    "one unit": (
        term(tiers=tiers(("1", "1"))),
        sold(1),
        [
            (
                "tier_reached",
                "With 1 unit, tier 1 (from 1 unit) is reached: ¥1.00 for each of 1 unit = ¥1.00.",
                "1台，达到第1坎（1台起）：1台×每台¥1.00=¥1.00。",
            )
        ],
    ),
    "packs": (
        term(per=3, tiers=tiers(("0", "5"))),
        sold(10),
        [
            (
                "tier_reached",
                "With 10 units, tier 1 (from 0 units) is reached: ¥5.00 for every full 3 of 10 units = ¥15.00.",
                "10台，达到第1坎（0台起）：10台每满3台¥5.00=¥15.00。",
            )
        ],
    ),
    "percent": (
        term(pays="percent", tier_on="amount", tiers=tiers(("1000", "2.5"))),
        sold(1, 1234567),
        [
            (
                "tier_reached",
                "With ¥1,234,567.00, tier 1 (from ¥1,000.00) is reached: 2.5 % of ¥1,234,567.00 = ¥30,864.18.",
                "¥1,234,567.00，达到第1坎（¥1,000.00起）：¥1,234,567.00×2.5%=¥30,864.18。",
            )
        ],
    ),
    "points": (
        term(pays="points", tiers=tiers(("0", "0.5"))),
        sold(1, 5000),
        [
            (
                "tier_reached",
                "With 1 unit, tier 1 (from 0 units) is reached: 0.5 points for each yuan of ¥5,000.00 = 2,500 points.",
                "1台，达到第1坎（0台起）：¥5,000.00×每元0.5积分=2,500积分。",
            )
        ],
    ),
    "goods": (
        term(pays="goods", per=10, tiers=tiers(("0", "1"))),
        sold(1234, 0),
        [
            (
                "tier_reached",
                "With 1,234 units, tier 1 (from 0 units) is reached: 1 free for every full 10 of "
                "1,234 units = 123 units.",
                "1,234台，达到第1坎（0台起）：1,234台每满10台赠1台=123台。",
            )
        ],
    ),
    "attainment": (
        term(pays="lump_sum", tier_on="attainment", tiers=tiers(("0.8", "500"))),
        sold(5, quota={"F3": 6}),
        [
            (
                "tier_reached",
                "With 5 units, 83.3333% of the target of 6 units, tier 1 (from 80%) is reached: ¥500.00.",
                "5台，为目标6台的83.3333%，达到第1坎（80%起）：¥500.00。",
            )
        ],
    ),
    "growth": (
        term(tier_on="growth", no_baseline="skip", tiers=tiers(("0.1", "1"))),
        sold(12, baseline={"units": 10}),
        [
            (
                "tier_reached",
                "With 12 units, a growth of 20% on 10 units, tier 1 (from 10%) is reached: ¥1.00 "
                "for each of 12 units = ¥12.00.",
                "12台，较去年10台增长20%，达到第1坎（10%起）：12台×每台¥1.00=¥12.00。",
            )
        ],
    ),
    "growth from nothing": (
        term(tier_on="growth", no_baseline="zero", tiers=tiers(("0.1", "1"))),
        sold(2),
        [
            (
                "tier_reached",
                "With 2 units, a growth of ∞ on 0 units, tier 1 (from 10%) is reached: ¥1.00 for "
                "each of 2 units = ¥2.00.",
                "2台，较去年0台增长∞，达到第1坎（10%起）：2台×每台¥1.00=¥2.00。",
            )
        ],
    ),
    "growth in yuan": (
        term(tier_on="growth_amount", no_baseline="skip", tiers=tiers(("5", "1"))),
        sold(2, 17, baseline={"amount_fen": 1000}),
        [
            (
                "tier_reached",
                "With ¥17.00, ¥7.00 more than last year's ¥10.00, tier 1 (from ¥5.00) is reached: "
                "¥1.00 for each of 2 units = ¥2.00.",
                "¥17.00，较去年¥10.00增加¥7.00，达到第1坎（¥5.00起）：2台×每台¥1.00=¥2.00。",
            )
        ],
    ),
    "the year so far": (
        term(window="year_to_date", tiers=tiers(("8", "1"))),
        sold(2, year_to_date=[line("F3", 8, ref="b")]),
        [
            (
                "tier_reached",
                "With 10 units in the year so far, tier 1 (from 8 units) is reached: ¥1.00 for each "
                "of 2 units = ¥2.00.",
                "年度累计10台，达到第1坎（8台起）：2台×每台¥1.00=¥2.00。",
            )
        ],
    ),
    "below": (
        term(tiers=tiers(("8", "1"))),
        sold(7),
        [
            (
                "below_first_tier",
                "With 7 units, the first tier (from 8 units) is not reached: nothing is earned.",
                "7台，未达第一坎（8台起）：不计返利。",
            )
        ],
    ),
    "slices": (
        term(method="marginal", tiers=THREE[1:]),
        sold(25),
        [
            (
                "below_first_slice",
                "Nothing is earned on the 10 units below the first tier (from 10 units).",
                "第一坎（10台起）以下的10台不计返利。",
            ),
            (
                "tier_slice",
                "Of 25 units, the part in tier 1 (from 10 units) earns ¥2.00 for each of 10 units = ¥20.00.",
                "25台，其中第1坎（10台起）部分：10台×每台¥2.00=¥20.00。",
            ),
            (
                "tier_slice",
                "Of 25 units, the part in tier 2 (from 20 units) earns ¥3.00 for each of 5 units = ¥15.00.",
                "25台，其中第2坎（20台起）部分：5台×每台¥3.00=¥15.00。",
            ),
        ],
    ),
    "a flag": (
        term(method="marginal", tiers=[THREE[0], THREE[1] | {"retrospective": True}]),
        sold(12),
        [
            (
                "tier_reached",
                "With 12 units, tier 2 (from 10 units) is reached: ¥2.00 for each of 12 units = ¥24.00.",
                "12台，达到第2坎（10台起）：12台×每台¥2.00=¥24.00。",
            )
        ],
    ),
    "rolling": (
        term(method="rolling", tiers=THREE[:2]),
        sold(12),
        [
            (
                "tier_capped",
                "With 12 units, tier 1 (from 0 units) counts up to where the next begins: "
                "¥1.00 for each of 10 units = ¥10.00.",
                "12台，已超过第1坎（0台起），计至下一坎起点：10台×每台¥1.00=¥10.00。",
            ),
            (
                "tier_reached",
                "With 12 units, tier 2 (from 10 units) is reached: ¥2.00 for each of 12 units = ¥24.00.",
                "12台，达到第2坎（10台起）：12台×每台¥2.00=¥24.00。",
            ),
        ],
    ),
    "excess": (
        term(applies_to="excess", tiers=tiers(("0", "1"))),
        sold(12, baseline={"units": 10}),
        [
            ("below_level", "Only what lies above the baseline of 10 units counts.", "仅超出基数10台的部分计返。"),
            (
                "tier_reached",
                "With 12 units, tier 1 (from 0 units) is reached: ¥1.00 for each of 2 units = ¥2.00.",
                "12台，达到第1坎（0台起）：2台×每台¥1.00=¥2.00。",
            ),
        ],
    ),
    "excess over a target, not reached": (
        term(pays="percent", tier_on="attainment", applies_to="excess", tiers=tiers(("0.5", "1"))),
        sold(12, 90, target={"amount_fen": 10000}),
        [
            ("below_level", "Only what lies above the target of ¥100.00 counts.", "仅超出目标¥100.00的部分计返。"),
            (
                "nothing_to_pay_on",
                "With ¥90.00, 90% of the target of ¥100.00, tier 1 (from 50%) is reached, but "
                "nothing is left to pay on.",
                "¥90.00，为目标¥100.00的90%，达到第1坎（50%起），但没有可计返的数量。",
            ),
        ],
    ),
    "no baseline": (
        term(tier_on="growth", no_baseline="skip"),
        sold(1),
        [
            (
                "no_baseline",
                "There are no figures of last year to compare with: nothing is earned.",
                "没有去年数据可比：不计返利。",
            )
        ],
    ),
    "no target": (
        term(tier_on="attainment"),
        sold(1),
        [("no_target", "There is no target: nothing is earned.", "没有目标：不计返利。")],
    ),
    "no level": (
        term(applies_to="excess"),
        sold(1),
        [
            (
                "no_level",
                "There is neither a baseline nor a target to exceed: nothing is earned.",
                "没有可供超出的基数或目标：不计返利。",
            )
        ],
    ),
    "a condition": (
        term(when=[{"fact": "share", "models": ["F6"], "op": ">=", "value": "0.4"}]),
        sold(3),
        [
            (
                "condition_failed",
                "The condition share(F6) ≥ 40% does not hold (0): nothing is earned.",
                "不满足条件share(F6) ≥ 40%（实际为0）：不计返利。",
            )
        ],
    ),
    "a condition not known": (
        term(when=[UNKNOWN["unless"]]),
        sold(3),
        [
            (
                "condition_unknown",
                "The condition collection_days ≤ 30 does not hold, because the fact is not known: nothing is earned.",
                "条件collection_days ≤ 30缺少数据，视为不满足：不计返利。",
            )
        ],
    ),
    "a text condition": (
        term(when=[{"fact": "party:level", "op": "==", "value": "A"}]),
        sold(3, party_facts={"level": "B"}),
        [
            (
                "condition_failed",
                "The condition party:level = A does not hold (B): nothing is earned.",
                "不满足条件party:level = A（实际为B）：不计返利。",
            )
        ],
    ),
    "deductions, floor": (
        term(deductions=[MISSED | {"percent": "25"}, UNKNOWN | {"amount": "10"}], floor="90"),
        sold(10),
        [
            (
                "tier_reached",
                "With 10 units, tier 1 (from 0 units) is reached: ¥10.00 for each of 10 units = ¥100.00.",
                "10台，达到第1坎（0台起）：10台×每台¥10.00=¥100.00。",
            ),
            (
                "deduction",
                "Display: activity:mot ≥ 1 does not hold (0), ¥25.00 is deducted.",
                "物料：不满足activity:mot ≥ 1（实际为0），扣减¥25.00。",
            ),
            (
                "deduction_unknown",
                "Days: collection_days ≤ 30 is not known, ¥10.00 is deducted.",
                "天数：collection_days ≤ 30缺少数据，扣减¥10.00。",
            ),
            ("floor", "Raised to the least this term pays: ¥25.00 more.", "补足至本条款下限：增加¥25.00。"),
        ],
    ),
    "a cap": (
        term(cap="80"),
        sold(10),
        [
            (
                "tier_reached",
                "With 10 units, tier 1 (from 0 units) is reached: ¥10.00 for each of 10 units = ¥100.00.",
                "10台，达到第1坎（0台起）：10台×每台¥10.00=¥100.00。",
            ),
            ("cap", "Cut to the most this term pays: ¥20.00 less.", "超过本条款上限：减少¥20.00。"),
        ],
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentences(name):
    one, facts, expected = SENTENCES[name]
    found = settled(policy(one), facts)["terms"][0]["reasons"]
    assert [(reason["code"], reason["text"]["en"], reason["text"]["zh"]) for reason in found] == expected
