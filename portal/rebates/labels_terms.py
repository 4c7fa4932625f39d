"""A policy in words: what a term counts, what selects its tier, what it pays and under which conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext, ngettext, pgettext

from portal.formatting import format_date, format_int, format_percent, format_yuan
from portal.i18n import current_language
from portal.rebates.labels import PARTY as PARTY_KIND
from portal.rebates.labels import PERIOD, SETTLE
from portal.rebates.rules import figures
from portal.rebates.rules.exact import plain
from portal.rebates.rules.policy import Condition, Deduction, LineFilter, Policy, Term
from portal.rebates.rules.words import (
    AMOUNTS,
    RATIOS,
    AppliesTo,
    Fact,
    Method,
    NoBaseline,
    Pays,
    TierOn,
    Window,
)
from portal.sales.labels import SALE_TYPE
from portal.sales.rules.words import SaleType

__all__ = ["PARTY_KIND", "PERIOD", "SETTLE"]  # said here too, beside the other words of a policy

TIER_ON: dict[TierOn, Any] = {
    TierOn.UNITS: lazy_pgettext("tier on", "Units sold"),
    TierOn.AMOUNT: lazy_pgettext("tier on", "Amount"),
    TierOn.ATTAINMENT: lazy_pgettext("tier on", "Attainment of the target"),
    TierOn.GROWTH: lazy_pgettext("tier on", "Growth on last year"),
    TierOn.GROWTH_UNITS: lazy_pgettext("tier on", "Units more than last year"),
    TierOn.GROWTH_AMOUNT: lazy_pgettext("tier on", "Amount more than last year"),
}
METHOD: dict[Method, Any] = {
    Method.RETROSPECTIVE: _l("The tier reached pays on the whole volume, from the first unit on."),
    Method.MARGINAL: _l("Each tier pays on the volume between its start and the next tier."),
    Method.ROLLING: _l("Each lower tier pays up to the start of the next, and the highest on everything."),
    Method.TOTAL: _l("Every tier reached pays on the whole volume; what they pay is added up."),
}


@dataclass(frozen=True, slots=True)
class TierWords:
    """From where a tier counts, and what it pays."""

    start: str
    pays: str


@dataclass(slots=True)
class TermWords:
    """One term as a reader wants it: its name, its ladder, and sentences."""

    id: str
    label: str
    measured: str
    tiers: list[TierWords]
    notes: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    deductions: list[str] = field(default_factory=list)


def word_of(words: Mapping[str, str]) -> str:
    """A text of the policy ({en, zh}) in the reader's language."""
    first, second = ("zh", "en") if current_language() == "zh_Hans" else ("en", "zh")
    return words.get(first) or words.get(second) or ""


def rule_locale() -> str:
    """The reader's language as the rules call it."""
    return "zh" if current_language() == "zh_Hans" else "en"


def describe_terms(policy: Policy) -> list[TermWords]:
    """Every term of the policy in words, in order."""
    return [_term(policy, term) for term in policy.terms]


def _term(policy: Policy, term: Term) -> TermWords:
    found = TermWords(term.id, word_of(term.label), _measured(policy, term), [])
    found.tiers = [TierWords(tier_start(term, number), tier_pays(term, number)) for number in range(len(term.tiers))]
    found.notes = list(_notes(policy, term))
    found.conditions = [condition_words(each) for each in term.when]
    found.deductions = [deduction_words(term, each) for each in term.deductions]
    return found


def _measured(policy: Policy, term: Term) -> str:
    year = policy.is_cumulative or term.window is Window.YEAR_TO_DATE
    what = str(TIER_ON[term.tier_on])
    return _("%(what)s, in the year so far", what=what) if year else what


def tier_start(term: Term, number: int) -> str:
    """Where a tier begins: ≥ 8 units, ≥ 80%, ≥ ¥500,000; every sale where it begins at 0."""
    tier = term.tiers[number]
    if tier.start == 0 and term.tier_on in (TierOn.UNITS, TierOn.AMOUNT):
        return _("from the first sale on")
    if term.tier_on in RATIOS:
        return f"≥ {format_percent(tier.start, digits=_digits(tier.start * 100))}"
    if term.tier_on in AMOUNTS:
        return f"≥ {_yuan(tier.start * 100)}"
    return f"≥ {_units(tier.start)}"


def tier_pays(term: Term, number: int) -> str:
    """What a tier pays: ¥1,000 for each unit, 2.5% of the amount …"""
    rate = term.tiers[number].rate
    if term.pays is Pays.PERCENT:
        return _("%(rate)s of the amount", rate=format_percent(rate / 100, digits=_digits(rate)))
    if term.pays is Pays.LUMP_SUM:
        return _("%(amount)s once", amount=_yuan(rate * 100))
    if term.pays is Pays.POINTS:
        return _("%(rate)s points for each yuan", rate=plain(rate))
    if term.pays is Pays.GOODS:
        return _("%(rate)s free for every full %(per)s", rate=plain(rate), per=_units(Decimal(term.per)))
    if term.per > 1:
        return _("%(amount)s for every full %(per)s", amount=_yuan(rate * 100), per=_units(Decimal(term.per)))
    return _("%(amount)s for each unit", amount=_yuan(rate * 100))


def _notes(policy: Policy, term: Term) -> Iterable[str]:
    yield from _lines(term.lines)
    if len(term.tiers) > 1:
        yield str(METHOD[term.method])
    if any(tier.retrospective for tier in term.tiers):
        yield _("A tier marked as retrospective pays from the first unit on, once it is reached.")
    if term.applies_to is AppliesTo.EXCESS:
        yield _("Paid only on what lies above the baseline or the target.")
    if term.is_growth and term.no_baseline is NoBaseline.SKIP:
        yield _("Without figures of last year it pays nothing.")
    if term.is_growth and term.no_baseline is NoBaseline.ZERO:
        yield _("Without figures of last year everything counts as growth.")
    if term.after:
        before = _listed(word_of(policy.terms[number].label) for number in term.after)
        yield _("Paid on what is left after: %(terms)s.", terms=before)
    if term.floor is not None:
        yield _("At least %(amount)s where anything is earned.", amount=_in_pay(term, term.floor))
    if term.cap is not None:
        yield _("At most %(amount)s.", amount=_in_pay(term, term.cap))


def _lines(lines: LineFilter) -> Iterable[str]:
    if lines.models is not None:
        yield _("Counts only the models %(models)s.", models=_listed(sorted(lines.models)))
    if lines.exclude_models:
        yield _("Does not count the models %(models)s.", models=_listed(sorted(lines.exclude_models)))
    if lines.tags is not None:
        yield _("Counts only models of the groups %(groups)s.", groups=_listed(sorted(lines.tags)))
    if lines.exclude_tags:
        yield _("Does not count models of the groups %(groups)s.", groups=_listed(sorted(lines.exclude_tags)))
    if lines.sale_types is not None:
        yield _("Counts only these types of sale: %(types)s.", types=_listed(map(_sale_type, sorted(lines.sale_types))))


def _sale_type(name: str) -> str:
    return str(SALE_TYPE[SaleType(name)]) if name in set(SaleType) else name


def condition_words(asked: Condition) -> str:
    """A condition as a reader says it: Trainings ≥ 2."""
    sign = {"==": "=", ">=": "≥", "<=": "≤"}.get(str(asked.op), str(asked.op))
    return f"{_fact(asked)} {sign} {_value(asked)}"


def _fact(asked: Condition) -> str:
    models = _listed(sorted(asked.models or ()))
    match asked.fact:
        case Fact.UNITS:
            return _("Units of %(models)s", models=models) if models else _("Units")
        case Fact.AMOUNT:
            return _("Amount of %(models)s", models=models) if models else pgettext("rebate fact", "Amount")
        case Fact.ATTAINMENT:
            return _("Attainment of %(models)s", models=models) if models else pgettext("rebate fact", "Attainment")
        case Fact.GROWTH:
            return pgettext("rebate fact", "Growth on last year")
        case Fact.SHARE:
            return _("Share of %(models)s", models=models)
        case Fact.CONFIRMED_VIOLATIONS:
            return _("Confirmed violations")
        case Fact.REPORT_ON_TIME:
            return _("Report on time")
        case Fact.COLLECTION_DAYS:
            return _("Days until payment")
        case Fact.ACTIVITY:
            return activity_word(asked.name)
        case _:
            return _("On file: %(name)s", name=asked.name)


ACTIVITIES: dict[str, Any] = {
    "mot": lazy_pgettext("activity", "Display changed to standard"),
    "training": lazy_pgettext("activity", "Trainings"),
    "in_store_event": lazy_pgettext("activity", "In-store events"),
    "publicity": lazy_pgettext("activity", "Publicity actions"),
    "road_show": lazy_pgettext("activity", "Road shows"),
    "visit": lazy_pgettext("activity", "Market visits"),
}


def activity_word(name: str) -> str:
    """What an activity is called; the name itself where nobody has given it a word."""
    return str(ACTIVITIES.get(name, name))


def _value(asked: Condition) -> str:
    value = asked.value
    if asked.fact is Fact.REPORT_ON_TIME:
        return _("yes") if str(value) in ("1", "true", "True") else _("no")
    if isinstance(value, str):
        return value
    if asked.fact in (Fact.SHARE, Fact.ATTAINMENT, Fact.GROWTH):
        return format_percent(value, digits=_digits(value * 100))
    return _yuan(value * 100) if asked.fact is Fact.AMOUNT else plain(value)


def deduction_words(term: Term, taken: Deduction) -> str:
    """What is taken off unless something was done."""
    if taken.percent is not None:
        off = format_percent(taken.percent / 100, digits=_digits(taken.percent))
    else:
        off = _in_pay(term, taken.amount or Decimal(0))
    return _("%(label)s: %(off)s less unless %(condition)s", label=word_of(taken.label), off=off,
             condition=condition_words(taken.unless))  # fmt: skip


def describe_payout(policy: Policy) -> list[str]:
    """What happens to the sum of the terms before it is paid."""
    payout, found = policy.payout, []
    for step in payout.multiplier:
        times = plain(step.times)
        found.append(_("Times %(times)s where %(condition)s", times=times, condition=condition_words(step.when)))
    if payout.multiplier:
        found.append(_("The first of these that holds counts; where none holds nothing is paid."))
    if payout.guarantee is not None:
        found.append(_("At least %(amount)s, whatever was earned.", amount=_yuan(payout.guarantee)))
    if payout.floor is not None:
        found.append(_("At least %(amount)s where anything is earned.", amount=_yuan(payout.floor)))
    if payout.cap is not None:
        found.append(_("At most %(amount)s.", amount=_yuan(payout.cap)))
    return found


def effective_words(policy: Policy) -> str:
    """From which day to which."""
    language = current_language()
    return f"{format_date(policy.effective_from, language)} – {format_date(policy.effective_to, language)}"


def earning_words(pays: str, amount: int) -> str:
    """What a term earned, in what it pays."""
    if pays == Pays.POINTS:
        return ngettext("%(number)s point", "%(number)s points", amount, number=format_int(amount))
    if pays == Pays.GOODS:
        return _("%(units)s free", units=_units(Decimal(amount)))
    return format_yuan(amount)


def _in_pay(term: Term, value: Decimal) -> str:
    return _yuan(value) if term.is_money else figures.earning(term.pays, int(value), rule_locale())


def _units(value: Decimal) -> str:
    return figures.units(value, rule_locale())


def _yuan(fen: Decimal) -> str:
    """Whole yuan without decimals."""
    return format_yuan(int(fen), decimals=bool(fen % 100))


def _digits(percent: Decimal) -> int:
    """As many decimals as the percentage has, at most four."""
    text = plain(percent)
    return min(len(text.partition(".")[2]), 4)


def _listed(words: Iterable[str]) -> str:
    comma = "、" if current_language() == "zh_Hans" else ", "
    return comma.join(words)
