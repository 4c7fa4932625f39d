"""What is wrong and what to do, per rule and language: rule → locale → (sentence, remedy)."""

from __future__ import annotations

from collections.abc import Mapping

from portal.rebates.rules.problem_words_terms import TERM_SENTENCES

_SHAPE: dict[str, dict[str, tuple[str, str]]] = {
    "not_json": {
        "en": ("This is not JSON: {why}.", "Correct the text at that position."),
        "zh": ("内容不是有效的JSON：{why}。", "请在该位置更正文本。"),
    },
    "too_much_text": {
        "en": ("The document has more than {most} characters.", "Split it into several policies."),
        "zh": ("文档超过{most}个字符。", "请拆分为多个政策。"),
    },
    "key_twice": {
        "en": ("The key “{value}” stands twice in one object.", "Keep one of them."),
        "zh": ("同一对象中键“{value}”出现两次。", "请只保留一个。"),
    },
    "unknown_key": {
        "en": ("The key “{value}” is not part of the language.", "Remove it, or use one of: {keys}."),
        "zh": ("政策语言中没有键“{value}”。", "请删除，或改用：{keys}。"),
    },
    "key_missing": {
        "en": ("The key “{value}” is missing.", "Add it."),
        "zh": ("缺少键“{value}”。", "请补上。"),
    },
    "not_an_object": {
        "en": ("“{value}” is not an object.", "Write {{ … }} with its keys here."),
        "zh": ("“{value}”不是对象。", "此处应写成{{ … }}并填写各键。"),
    },
    "not_a_list": {
        "en": ("“{value}” is not a list of at most {most} items.", "Write [ … ] here."),
        "zh": ("“{value}”不是列表，或超过{most}项。", "此处应写成[ … ]。"),
    },
    "list_empty": {
        "en": ("The list is empty.", "Name at least one, or leave the key out."),
        "zh": ("列表为空。", "请至少填写一项，或删除该键。"),
    },
    "named_twice": {
        "en": ("“{value}” is named twice.", "Name it once."),
        "zh": ("“{value}”重复。", "请只写一次。"),
    },
    "not_a_text": {
        "en": ("“{value}” is not a text, or is blank.", "Write a text in quotation marks."),
        "zh": ("“{value}”不是文本或为空。", "请填写带引号的文本。"),
    },
    "text_too_long": {
        "en": ("The text is longer than {most} characters.", "Shorten it."),
        "zh": ("文本超过{most}个字符。", "请缩短。"),
    },
    "not_a_name": {
        "en": (
            "“{value}” is not a code of up to 64 letters, digits, hyphens, points and underscores.",
            "Write one such as OUTLET-2026.",
        ),
        "zh": ("“{value}”不是由字母、数字、连字符、点或下划线组成的64位以内编码。", "请填写如OUTLET-2026的编码。"),
    },
    "not_a_choice": {
        "en": ("“{value}” is none of the words allowed here.", "Use one of: {choices}."),
        "zh": ("“{value}”不在可选值之内。", "请选用：{choices}。"),
    },
    "not_a_decimal": {
        "en": (
            "“{value}” is not a decimal in quotation marks (up to 15 digits, a point, up to 6 decimals).",
            'Write it like "2.5".',
        ),
        "zh": ("“{value}”不是带引号的十进制数（整数最多15位，小数最多6位）。", '请写成如"2.5"。'),
    },
    "too_small": {
        "en": ("{value} is less than {least}.", "Write {least} or more."),
        "zh": ("{value}小于{least}。", "请填写不小于{least}的值。"),
    },
    "too_large": {
        "en": ("{value} is more than {most}.", "Write {most} or less."),
        "zh": ("{value}大于{most}。", "请填写不大于{most}的值。"),
    },
    "not_an_integer": {
        "en": ("“{value}” is not a whole number.", "Write digits without quotation marks and without a point."),
        "zh": ("“{value}”不是整数。", "请填写不带引号和小数点的数字。"),
    },
    "out_of_range": {
        "en": ("{value} is not between {least} and {most}.", "Write a number in that range."),
        "zh": ("{value}不在{least}至{most}之间。", "请填写该范围内的数字。"),
    },
    "not_a_flag": {
        "en": ("“{value}” is neither true nor false.", "Write true or false without quotation marks."),
        "zh": ("“{value}”不是true或false。", "请填写不带引号的true或false。"),
    },
    "not_a_day": {
        "en": ("“{value}” is not a day of the calendar.", "Write it like 2026-10-31."),
        "zh": ("“{value}”不是有效日期。", "请写成如2026-10-31。"),
    },
}

_POLICY: dict[str, dict[str, tuple[str, str]]] = {
    "from_after_to": {
        "en": ("The policy begins on {begin}, after it ends on {end}.", "Let “from” be on or before “to”."),
        "zh": ("政策开始日{begin}晚于结束日{end}。", "请使开始日不晚于结束日。"),
    },
    "nobody_left": {
        "en": ("Every party named is excluded again.", "Exclude fewer, or name more in “parties”."),
        "zh": ("所列对象全部被排除。", "请减少排除对象，或在parties中增加。"),
    },
    "stacks_with_itself": {
        "en": ("A policy cannot stack with itself ({value}).", "Name other policies only."),
        "zh": ("政策不能与自身叠加（{value}）。", "请只填写其他政策。"),
    },
    "above_the_cap": {
        "en": ("{value} is above the cap of {cap}.", "Lower it, or raise the cap."),
        "zh": ("{value}高于上限{cap}。", "请降低该值或提高上限。"),
    },
    "unknown_name": {
        "en": ("There is no {kind} “{value}”.", "Check the spelling, or enter it in the portal first."),
        "zh": ("系统中没有{kind}“{value}”。", "请检查拼写，或先在系统中建立。"),
    },
    "name_malformed": {
        "en": (
            "“{value}” has signs that a name may not have.",
            "Use letters, digits, Chinese characters, spaces, points, hyphens and underscores.",
        ),
        "zh": ("名称“{value}”含有不允许的字符。", "请使用字母、数字、汉字、空格、点、连字符和下划线。"),
    },
    "retail_price": {
        "en": (
            "“{value}” speaks of a price or of a deviation from one: no rebate may depend on what a dealer sells for.",
            "Take the condition out; reward volume or activities instead.",
        ),
        "zh": (
            "“{value}”涉及价格或价格偏离：任何返利都不得取决于经销商的转售价格（反垄断法第十八条）。",
            "请删除该条件，改为考核销量或活动。",
        ),
    },
    "policies_overlap": {
        "en": (
            "Policies {one} and {other} both pay for the same lines from {begin} to {end} (term {term} and term "
            "{other_term}), and neither says that they stack.",
            "Add the other's code to “stacks_with”, or narrow the lines, scope or days of one of them.",
        ),
        "zh": (
            "{begin}至{end}期间，政策{one}（条款{term}）与{other}（条款{other_term}）对相同的销售行计返，且均未声明可叠加。",
            "请在stacks_with中填写对方编码，或缩小其中一个的销售行范围、适用对象或有效期。",
        ),
    },
    "versions_overlap": {
        "en": (
            "Two versions of {one} are in effect from {begin} to {end}.",
            "End the earlier one the day before the later one begins.",
        ),
        "zh": ("{one}的两个版本在{begin}至{end}同时有效。", "请使前一版本在后一版本开始的前一天结束。"),
    },
    "versions_gap": {
        "en": (
            "No version of {one} is in effect from {begin} to {end}.",
            "Let the later version begin the day after the earlier one ends.",
        ),
        "zh": ("{begin}至{end}期间{one}没有有效版本。", "请使后一版本在前一版本结束的次日开始。"),
    },
}

SENTENCES: Mapping[str, Mapping[str, tuple[str, str]]] = {**_SHAPE, **_POLICY, **TERM_SENTENCES}
