"""What can be wrong with terms, tiers, conditions and facts: rule → locale → (sentence, remedy)."""

from __future__ import annotations

TERM_SENTENCES: dict[str, dict[str, tuple[str, str]]] = {
    "id_twice": {
        "en": ("Two terms have the id “{value}”.", "Give each its own."),
        "zh": ("两个条款的id均为“{value}”。", "请为每个条款使用不同的id。"),
    },
    "tier_twice": {
        "en": ("Two tiers begin at {value}: they overlap.", "Remove one, or raise this “from” above {before}."),
        "zh": ("两个坎级均从{value}起，发生重叠。", "请删除其一，或使from大于{before}。"),
    },
    "tiers_not_rising": {
        "en": (
            "The tier begins at {value}, below the one before it ({before}).",
            "Put the tiers in rising order of “from”.",
        ),
        "zh": ("坎级从{value}起，低于前一坎级（{before}）。", "请按from由低到高排列坎级。"),
    },
    "tier_gap": {
        "en": (
            "The tier ends at {value} and the next begins at {following}: what lies between earns nothing.",
            "Let “to” be {following}, or leave it out: a tier ends where the next begins.",
        ),
        "zh": (
            "坎级止于{value}，下一坎级从{following}起，中间出现断档。",
            "请将to改为{following}或删除：坎级止于下一坎级的起点。",
        ),
    },
    "tier_overlap": {
        "en": (
            "The tier ends at {value}, after the next begins at {following}: they overlap.",
            "Let “to” be {following}, or leave it out: a tier ends where the next begins.",
        ),
        "zh": (
            "坎级止于{value}，而下一坎级从{following}起，发生重叠。",
            "请将to改为{following}或删除：坎级止于下一坎级的起点。",
        ),
    },
    "tier_ends_before_it_begins": {
        "en": ("The tier ends at {value}, not after its beginning at {begin}.", "Let “to” be above “from”."),
        "zh": ("坎级终点{value}不大于起点{begin}。", "请使to大于from。"),
    },
    "last_tier_has_an_end": {
        "en": (
            "The last tier ends at {value}: what lies above would earn nothing.",
            "Leave out its “to”; limit the amount with “cap”.",
        ),
        "zh": ("最高坎级止于{value}，超出部分将没有返利。", "请删除to；如需封顶请用cap。"),
    },
    "method_missing": {
        "en": (
            "{tiers} tiers need a “method”: the methods give different amounts on the same sales.",
            "Write retrospective, marginal, rolling or total.",
        ),
        "zh": (
            "有{tiers}个坎级时必须填写method：相同销量下各方法金额不同。",
            "请填写retrospective、marginal、rolling或total。",
        ),
    },
    "flag_only_in_marginal": {
        "en": (
            "A tier is “retrospective” in a term whose method is {method}.",
            "Use the flag with method marginal only, or remove it.",
        ),
        "zh": ("条款方法为{method}，坎级却带有retrospective标记。", "该标记仅用于marginal方法，请删除或改方法。"),
    },
    "lump_sum_has_no_slices": {
        "en": (
            "A lump sum has no volume that {value} could cut into slices.",
            "Use retrospective (the reached tier's sum) or total (every reached tier's sum).",
        ),
        "zh": (
            "固定金额没有可供{value}分段的数量。",
            "请用retrospective（所达坎级金额）或total（已达各坎级金额之和）。",
        ),
    },
    "lump_sum_has_no_excess": {
        "en": (
            "A lump sum is not paid on volume, so it has no excess.",
            "Leave “applies_to” out, and put the threshold into the tiers.",
        ),
        "zh": ("固定金额不按数量计算，没有超出部分。", "请删除applies_to，并用坎级表示门槛。"),
    },
    "excess_in_two_units": {
        "en": (
            "The tiers are cut by {tier_on} but {pays} is paid on another unit: the excess would be ambiguous.",
            "Use attainment or growth, tiers in the unit that is paid on, or method retrospective or total.",
        ),
        "zh": (
            "坎级按{tier_on}分段而{pays}按另一单位计返，超出部分有歧义。",
            "请改用attainment或growth、改用同一单位的坎级，或用retrospective、total方法。",
        ),
    },
    "goods_are_whole": {
        "en": ("{value} free units cannot be delivered.", "Write a whole number, and set “per”."),
        "zh": ("无法交付{value}台赠品。", "请填写整数，并设置per。"),
    },
    "baseline_choice_missing": {
        "en": (
            "{value} needs “no_baseline”: what a party without last year's figures gets.",
            "Write skip (nothing) or zero (all its volume counts as growth).",
        ),
        "zh": (
            "按{value}分坎时必须填写no_baseline：没有去年数据的对象如何处理。",
            "请填写skip（不计）或zero（全部视为增长）。",
        ),
    },
    "per_not_meant": {
        "en": ("“per” does not go with {pays}.", "Use it with per_unit or goods, or remove it."),
        "zh": ("per不适用于{pays}。", "请仅用于per_unit或goods，或删除。"),
    },
    "prorate_needs_a_cap": {
        "en": ("There is no cap to prorate.", "Add “cap”, or remove “prorate”."),
        "zh": ("没有可按天折算的上限。", "请填写cap，或删除prorate。"),
    },
    "prorate_needs_one_year": {
        "en": (
            "A cap is prorated by the days of one calendar year, but the policy runs from {begin} to {end}.",
            "Keep “effective” within one year, or remove “prorate”.",
        ),
        "zh": (
            "上限按一个日历年的天数折算，但政策有效期为{begin}至{end}。",
            "请将有效期限制在同一年内，或删除prorate。",
        ),
    },
    "percent_or_amount": {
        "en": ("A deduction has either “percent” or “amount”.", "Write exactly one of the two."),
        "zh": ("扣减项必须且只能填写percent或amount之一。", "请二选一。"),
    },
    "after_needs_amounts": {
        "en": (
            "What earlier terms earned can be taken off amounts only, but {pays} is not paid on amounts.",
            "Use “after” with percent or points.",
        ),
        "zh": ("前序条款所得只能从金额中扣除，而{pays}不按金额计算。", "请仅在percent或points条款中使用after。"),
    },
    "after_needs_money": {
        "en": ("“{value}” earns {pays}, which is no money to take off.", "Name terms that earn money."),
        "zh": ("“{value}”所得为{pays}，不是可扣除的金额。", "请填写以金额计返的条款。"),
    },
    "not_an_earlier_term": {
        "en": ("“{value}” is not a term before this one.", "Name one of: {earlier}."),
        "zh": ("“{value}”不是本条款之前的条款。", "请选用：{earlier}。"),
    },
    "named_and_excluded": {
        "en": ("“{value}” is both named and excluded.", "Remove it from one of the lists."),
        "zh": ("“{value}”既被列入又被排除。", "请从其中一个列表删除。"),
    },
    "unknown_fact": {
        "en": ("“{value}” is not a fact that a condition can ask.", "Use one of: {facts}."),
        "zh": ("条件中没有事实“{value}”。", "请选用：{facts}。"),
    },
    "share_needs_models": {
        "en": ("“{value}” needs “models”: the share of which models?", "Add “models”."),
        "zh": ("“{value}”必须填写models：哪些车型的占比？", "请补充models。"),
    },
    "models_not_meant": {
        "en": ("“models” does not go with {fact}.", "Remove it."),
        "zh": ("models不适用于{fact}。", "请删除。"),
    },
    "text_compares_equal": {
        "en": ("The text “{value}” cannot be compared with {op}.", "Use ==, or a number."),
        "zh": ("文本“{value}”不能用{op}比较。", "请用==，或填写数字。"),
    },
    "neither_number_nor_text": {
        "en": (
            "“{value}” is neither a whole number, a decimal in quotation marks, a text, nor true or false.",
            "Correct it.",
        ),
        "zh": ("“{value}”既不是整数、带引号的小数、文本，也不是true或false。", "请更正。"),
    },
}
