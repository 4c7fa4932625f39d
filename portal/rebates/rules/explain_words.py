"""The sentences of reasons: code → locale → sentence. Figures come in as text, written for the locale."""

from __future__ import annotations

from collections.abc import Mapping

Sentences = Mapping[str, Mapping[str, str]]

# How a tier's rate becomes an amount, by what the term pays; `packed` where it pays for full packs.
PAID: Sentences = {
    "percent": {"en": "{rate} % of {base} = {amount}", "zh": "{base}×{rate}%={amount}"},
    "per_unit": {"en": "{rate} for each of {base} = {amount}", "zh": "{base}×每台{rate}={amount}"},
    "per_unit_packed": {
        "en": "{rate} for every full {per} of {base} = {amount}",
        "zh": "{base}每满{per}台{rate}={amount}",
    },
    "lump_sum": {"en": "{amount}", "zh": "{amount}"},
    "points": {"en": "{rate} points for each yuan of {base} = {amount}", "zh": "{base}×每元{rate}积分={amount}"},
    "goods": {
        "en": "{rate} free for every full {per} of {base} = {amount}",
        "zh": "{base}每满{per}台赠{rate}台={amount}",
    },
}

REASONS: Sentences = {
    "tier_reached": {
        "en": "With {measure}, tier {tier} (from {start}) is reached: {paid}.",
        "zh": "{measure}，达到第{tier}坎（{start}起）：{paid}。",
    },
    "tier_slice": {
        "en": "Of {measure}, the part in tier {tier} (from {start}) earns {paid}.",
        "zh": "{measure}，其中第{tier}坎（{start}起）部分：{paid}。",
    },
    "tier_capped": {
        "en": "With {measure}, tier {tier} (from {start}) counts up to where the next begins: {paid}.",
        "zh": "{measure}，已超过第{tier}坎（{start}起），计至下一坎起点：{paid}。",
    },
    "below_first_tier": {
        "en": "With {measure}, the first tier (from {start}) is not reached: nothing is earned.",
        "zh": "{measure}，未达第一坎（{start}起）：不计返利。",
    },
    "below_first_slice": {
        "en": "Nothing is earned on the {base} below the first tier (from {start}).",
        "zh": "第一坎（{start}起）以下的{base}不计返利。",
    },
    "below_level": {
        "en": "Only what lies above the {kind} of {level} counts.",
        "zh": "仅超出{kind}{level}的部分计返。",
    },
    "earned_before": {
        "en": "{amount} that earlier terms earned on the same lines is taken off the base of {base}.",
        "zh": "基数{base}中扣除前序条款在相同销售行上所得的{amount}。",
    },
    "nothing_to_pay_on": {
        "en": "With {measure}, tier {tier} (from {start}) is reached, but nothing is left to pay on.",
        "zh": "{measure}，达到第{tier}坎（{start}起），但没有可计返的数量。",
    },
    "condition_failed": {
        "en": "The condition {condition} does not hold ({found}): nothing is earned.",
        "zh": "不满足条件{condition}（实际为{found}）：不计返利。",
    },
    "condition_unknown": {
        "en": "The condition {condition} does not hold, because the fact is not known: nothing is earned.",
        "zh": "条件{condition}缺少数据，视为不满足：不计返利。",
    },
    "no_baseline": {
        "en": "There are no figures of last year to compare with: nothing is earned.",
        "zh": "没有去年数据可比：不计返利。",
    },
    "no_target": {"en": "There is no target: nothing is earned.", "zh": "没有目标：不计返利。"},
    "no_level": {
        "en": "There is neither a baseline nor a target to exceed: nothing is earned.",
        "zh": "没有可供超出的基数或目标：不计返利。",
    },
    "deduction": {
        "en": "{label}: {condition} does not hold ({found}), {amount} is deducted.",
        "zh": "{label}：不满足{condition}（实际为{found}），扣减{amount}。",
    },
    "deduction_unknown": {
        "en": "{label}: {condition} is not known, {amount} is deducted.",
        "zh": "{label}：{condition}缺少数据，扣减{amount}。",
    },
    "floor": {"en": "Raised to the least this term pays: {amount} more.", "zh": "补足至本条款下限：增加{amount}。"},
    "cap": {"en": "Cut to the most this term pays: {amount} less.", "zh": "超过本条款上限：减少{amount}。"},
    "model_not_named": {
        "en": "Not counted: {base} of models that this term does not name.",
        "zh": "不在本条款车型内的{base}不计。",
    },
    "model_excluded": {"en": "Not counted: {base} of excluded models.", "zh": "被排除车型的{base}不计。"},
    "tag_missing": {
        "en": "Not counted: {base} without a tag that this term asks for.",
        "zh": "缺少所需标签的{base}不计。",
    },
    "tag_excluded": {"en": "Not counted: {base} with an excluded tag.", "zh": "带有被排除标签的{base}不计。"},
    "sale_type_not_named": {
        "en": "Not counted: {base} of a type of sale that this term does not name.",
        "zh": "不在本条款销售方式内的{base}不计。",
    },
    "not_in_effect": {
        "en": "Not counted: {base} sold outside the policy's days ({begin} to {end}).",
        "zh": "在政策有效期（{begin}至{end}）之外销售的{base}不计。",
    },
}

PAYOUT: Sentences = {
    "multiplied": {
        "en": "{condition} holds ({found}): {before} × {times} = {after}.",
        "zh": "满足{condition}（实际为{found}）：{before}×{times}={after}。",
    },
    "no_multiplier_holds": {
        "en": "No step of the multiplier holds: {before} becomes {after}.",
        "zh": "未满足任何系数条件：{before}变为{after}。",
    },
    "guarantee": {"en": "Raised from {before} to the guarantee of {after}.", "zh": "由{before}补足至保底{after}。"},
    "payout_floor": {
        "en": "Raised from {before} to the least that is paid, {after}.",
        "zh": "由{before}补足至最低兑现额{after}。",
    },
    "payout_cap": {"en": "Cut from {before} to the cap of {after}.", "zh": "由{before}封顶至{after}。"},
    "settled_before": {
        "en": "Entitled to {before} in the year so far, of which {amount} was settled before: {after} is due.",
        "zh": "年度累计应得{before}，此前已兑现{amount}，本期应付{after}。",
    },
    "clawed_back": {
        "en": "Entitled to {before} in the year so far, but {amount} was settled before: {after} is clawed back.",
        "zh": "年度累计应得{before}，此前已兑现{amount}，本期追扣{after}。",
    },
    "party_excluded": {"en": "The policy excludes this party.", "zh": "该政策不适用于该对象（已被排除）。"},
    "party_not_named": {"en": "The policy does not address this party.", "zh": "该政策未将该对象列入适用范围。"},
    "not_published": {"en": "The policy is not published: nothing accrues.", "zh": "政策尚未发布：不计提返利。"},
    "not_acknowledged": {
        "en": "The party has not acknowledged the policy: nothing accrues.",
        "zh": "该对象尚未确认政策：不计提返利。",
    },
}

KINDS: Sentences = {"baseline": {"en": "baseline", "zh": "基数"}, "target": {"en": "target", "zh": "目标"}}
