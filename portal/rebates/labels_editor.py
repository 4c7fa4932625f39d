"""Words of the editor of policies: the choices of each field, and what is wrong as whoever fills a form reads it.

The rules' own sentences speak of keys and quotation marks, to those who write JSON; here they speak of fields.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.rebates.labels_terms import METHOD, PARTY_KIND, PERIOD, SETTLE, TIER_ON, rule_locale
from portal.rebates.rules.problems import Problem
from portal.rebates.rules.words import AppliesTo, Fact, Method, NoBaseline, Operator, Pays, TierOn, Window

PAYS: dict[Pays, Any] = {
    Pays.PER_UNIT: lazy_pgettext("policy pays", "Yuan for each unit"),
    Pays.PERCENT: lazy_pgettext("policy pays", "Percent of the amount"),
    Pays.LUMP_SUM: lazy_pgettext("policy pays", "A fixed sum"),
    Pays.POINTS: lazy_pgettext("policy pays", "Points for each yuan"),
    Pays.GOODS: lazy_pgettext("policy pays", "Free units"),
}
RATE: dict[Pays, Any] = {
    Pays.PER_UNIT: _l("Pays (yuan a unit)"),
    Pays.PERCENT: _l("Pays (%)"),
    Pays.LUMP_SUM: _l("Pays (yuan)"),
    Pays.POINTS: _l("Pays (points a yuan)"),
    Pays.GOODS: _l("Pays (free units)"),
}
START: dict[TierOn, Any] = {
    TierOn.UNITS: _l("From (units)"),
    TierOn.AMOUNT: _l("From (yuan)"),
    TierOn.ATTAINMENT: _l("From (% of target)"),
    TierOn.GROWTH: _l("From (% growth)"),
    TierOn.GROWTH_UNITS: _l("From (units more)"),
    TierOn.GROWTH_AMOUNT: _l("From (yuan more)"),
}
METHOD_NAME: dict[Method, Any] = {
    Method.RETROSPECTIVE: _l("Retrospective: the tier reached pays on everything"),
    Method.MARGINAL: _l("Marginal: each tier pays on its own slice"),
    Method.ROLLING: _l("Rolling: lower tiers up to their end, the highest on everything"),
    Method.TOTAL: _l("Total: every tier reached pays on everything"),
}
APPLIES_TO: dict[AppliesTo, Any] = {
    AppliesTo.ALL: _l("All volume"),
    AppliesTo.EXCESS: _l("Only what lies above target or baseline"),
}
WINDOW: dict[Window, Any] = {
    Window.PERIOD: _l("The volume of the period"),
    Window.YEAR_TO_DATE: _l("The volume of the year so far"),
}
NO_BASELINE: dict[NoBaseline, Any] = {
    NoBaseline.SKIP: _l("Earns nothing"),
    NoBaseline.ZERO: _l("All volume counts as growth"),
}
WHICH: dict[str, Any] = {"all": _l("All models"), "only": _l("Only these models"), "except": _l("All but these models")}
FACT: dict[Fact, Any] = {
    Fact.UNITS: _l("Units sold"),
    Fact.AMOUNT: _l("Amount (yuan)"),
    Fact.ATTAINMENT: _l("Attainment of the target (%)"),
    Fact.GROWTH: _l("Growth on last year (%)"),
    Fact.SHARE: _l("Share of some models (%)"),
    Fact.ACTIVITY: _l("Activity: how often"),
    Fact.REPORT_ON_TIME: _l("Report in time (yes or no)"),
    Fact.CONFIRMED_VIOLATIONS: _l("Confirmed violations"),
    Fact.COLLECTION_DAYS: _l("Days until payment"),
    Fact.PARTY: _l("A fact of the party's file"),
}
OPERATOR: dict[Operator, Any] = {
    Operator.AT_LEAST: _l("at least"),
    Operator.ABOVE: _l("more than"),
    Operator.AT_MOST: _l("at most"),
    Operator.BELOW: _l("less than"),
    Operator.EQUAL: _l("equal to"),
}
FILE_FACT: dict[str, Any] = {
    "store_class": _l("Class of the shop (A, B, C)"),
    "operating_mode": _l("Operating mode"),
    "city_tier": _l("City tier (1, 2, 3)"),
    "floor_area_sqm": _l("Floor area (m²)"),
    "staff": _l("Staff"),
    "tier": _l("Tier of the distributor"),
}
TAKEN: dict[str, Any] = {"percent": _l("% of the term"), "amount": _l("a fixed amount")}

CHOICES: dict[str, dict[Any, Any]] = {
    "party": PARTY_KIND,
    "period": PERIOD,
    "settle": SETTLE,
    "pays": PAYS,
    "tier_on": TIER_ON,
    "method": METHOD_NAME,
    "applies_to": APPLIES_TO,
    "window": WINDOW,
    "no_baseline": NO_BASELINE,
    "which": WHICH,
    "fact": FACT,
    "op": OPERATOR,
    "by": TAKEN,
}
METHOD_HINT = METHOD

# Rule of the language → what to say beside a field.
_SENTENCES: dict[str, Any] = {
    "not_a_text": _l("This is empty. Write it in both languages: dealers read the one they chose."),
    "not_a_name": _l("“%(value)s” is no code. Use letters, digits and hyphens, such as OUTLET-2026."),
    "not_a_decimal": _l("“%(value)s” is no number. Write digits, such as 8 or 2.5."),
    "not_an_integer": _l("“%(value)s” is no whole number. Write digits, such as 10."),
    "not_a_day": _l("“%(value)s” is no day. Write it like 2026-10-31."),
    "not_a_choice": _l("Choose one of the list."),
    "list_empty": _l("There is nothing here yet. Add at least one."),
    "method_missing": _l(
        "With several tiers choose how they work together: on the same sales the four ways pay different amounts."
    ),
    "baseline_choice_missing": _l("Choose what a party without figures of last year gets."),
    "unknown_fact": _l("Choose what the condition asks, and name it where it asks for an activity or a fact on file."),
    "share_needs_models": _l("Choose the models whose share is meant."),
    "tier_twice": _l("This tier begins where the one before it begins. Let it begin higher, or remove one."),
    "tiers_not_rising": _l("This tier begins below the one before it. Put the tiers in rising order."),
    "lump_sum_has_no_slices": _l(
        "A fixed sum has no volume to cut into slices. Choose retrospective (the sum of the tier reached) or total."
    ),
    "lump_sum_has_no_excess": _l("A fixed sum is not paid on volume. Choose all volume; the tiers hold the threshold."),
    "excess_in_two_units": _l(
        "Tiers and pay are in different units, so the excess is not clear. Choose attainment or growth for the tiers, "
        "or retrospective."
    ),
    "prorate_needs_a_cap": _l("There is no cap that could be cut by days. Give a cap, or take the tick away."),
    "prorate_needs_one_year": _l("A cap is cut by the days of one calendar year. Let the policy end within its year."),
    "after_needs_amounts": _l("Only terms that pay percent or points can come after others."),
    "after_needs_money": _l("“%(value)s” earns no money that could be taken off."),
    "not_an_earlier_term": _l("“%(value)s” does not stand before this term. Move it up, or take the tick away."),
    "id_twice": _l("Two terms have the short name “%(value)s”. Give each its own."),
    "nobody_left": _l("All parties that are named are excluded again."),
    "goods_are_whole": _l("%(value)s free units cannot be delivered. Write a whole number, and for how many units."),
    "above_the_cap": _l("This is above the cap of %(cap)s. Lower it, or raise the cap."),
    "too_small": _l("%(value)s is too small."),
    "too_large": _l("%(value)s is too large."),
    "from_after_to": _l("The first day (%(begin)s) lies after the last one (%(end)s)."),
    "text_compares_equal": _l("A text can only be equal to something. Choose “equal to”, or write a number."),
    "policies_overlap": _l(
        "Policy %(one)s pays for the same sales from %(begin)s to %(end)s. If both shall pay, name the other one under "
        "“Stacks with”; otherwise narrow models, parties or days."
    ),
}

# The same where nothing was typed at all.
_EMPTY: dict[str, Any] = {
    "not_a_name": _l("Give it a code, such as OUTLET-2026."),
    "not_a_decimal": _l("Write a number."),
    "not_a_day": _l("Choose a day."),
}


def form_sentence(problem: Problem) -> str:
    """What is wrong and what to do, for somebody in front of the form."""
    if problem.rule in _EMPTY and problem.value in ("", "None"):
        return str(_EMPTY[problem.rule])
    sentence = _SENTENCES.get(problem.rule)
    if sentence is not None:
        return str(sentence) % {"value": problem.value, **problem.params}
    locale = rule_locale()
    return f"{problem.sentence(locale)}{'' if locale == 'zh' else ' '}{problem.remedy(locale)}"


# Last part of a field's name → what the error summary calls it.
_FIELD: dict[str, Any] = {
    "code": _l("Code"),
    "en": _l("Name in English"),
    "zh": _l("Name in Chinese"),
    "name": _l("Name"),
    "party": _l("Who earns"),
    "period": _l("Settled"),
    "settle": _l("Counted"),
    "effective": _l("Days in force"),
    "to": _l("Last day"),
    "regions": _l("Only in these regions"),
    "classes": _l("Only these classes (none: all)"),
    "parties": _l("Only these parties"),
    "exclude_parties": _l("Not these parties"),
    "stacks_with": _l("Stacks with"),
    "terms": _l("Terms"),
    "tiers": _l("Tiers"),
    "rate": _l("Pays"),
    "method": _l("How the tiers work together"),
    "no_baseline": _l("A party without figures of last year"),
    "models": _l("Models"),
    "tags": _l("Only models of the groups"),
    "exclude_tags": _l("No models of the groups"),
    "sale_types": _l("Types of sale"),
    "applies_to": _l("Paid on"),
    "after": _l("Paid on what is left after"),
    "per": _l("For every full … units"),
    "floor": _l("At least"),
    "cap": _l("At most"),
    "prorate": _l("Cut the cap by days"),
    "id": _l("Short name"),
    "fact": _l("What is asked"),
    "op": _l("How it compares"),
    "value": _l("Value"),
    "times": _l("Times"),
    "guarantee": _l("Guarantee (yuan)"),
}
_ROW: dict[str, Any] = {
    "terms": _l("Term %(number)s"),
    "tiers": _l("tier %(number)s"),
    "when": _l("condition %(number)s"),
    "deductions": _l("deduction %(number)s"),
    "multiplier": _l("step %(number)s"),
}


def label_of(name: str) -> str:
    """Where a field stands, in words: Term 2, tier 1, Pays."""
    parts, found = name.split("-"), []
    for part, following in zip(parts, [*parts[1:], ""], strict=True):
        if part in _ROW and following.isdigit():
            found.append(str(_ROW[part]) % {"number": int(following) + 1})
    last = parts[-1]
    if last == "from":
        found.append(str(_l("First day") if parts[0] == "effective" else _l("From")))
    elif last in ("en", "zh"):
        found.append(f"{_l('Name') if parts[-2] == 'name' else _l('Words')} ({_FIELD[last]})")
    elif last in _FIELD:
        found.append(str(_FIELD[last]))
    return ("，" if rule_locale() == "zh" else ", ").join(found)
