"""Figures as the reader writes them: units, yuan, percent, in English and Chinese."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from portal.rebates.rules.exact import plain
from portal.rebates.rules.policy import Condition, Term
from portal.rebates.rules.terms import Outcome
from portal.rebates.rules.words import Fact, Pays, TierOn

LOCALES = ("en", "zh")
_SIGNS = {">=": "≥", "<=": "≤", "==": "="}


def _grouped(value: Decimal) -> str:
    if value == (number := int(value)):
        return f"{number:,}"
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


@lru_cache(4096)
def units(value: Decimal, locale: str) -> str:
    """10 units, 10台."""
    return f"{_grouped(value)} {'unit' if value == 1 else 'units'}" if locale == "en" else f"{_grouped(value)}台"


@lru_cache(4096)
def money(fen: Decimal, locale: str) -> str:
    """¥1,234.50 in both languages, with a minus before the sign."""
    del locale
    text = f"{abs(fen).scaleb(-2):,.2f}"
    return f"-¥{text}" if fen < 0 else f"¥{text}"


@lru_cache(4096)
def percent(ratio: Decimal) -> str:
    """A ratio as a percentage with at most 4 decimals."""
    return f"{plain(round(ratio * 100, 4))}%"


def volume(value: Decimal, in_fen: bool, locale: str) -> str:
    """A volume in its unit."""
    return money(value, locale) if in_fen else units(value, locale)


def earning(pays: Pays, value: int, locale: str) -> str:
    """What a term pays, in its unit."""
    if pays is Pays.POINTS:
        return f"{value:,} points" if locale == "en" else f"{value:,}积分"
    return units(Decimal(value), locale) if pays is Pays.GOODS else money(Decimal(value), locale)


def rate(term: Term, tier: int, locale: str) -> str:
    """The rate of a tier as it is read in a sentence."""
    value = term.tiers[tier].rate
    return money(value * 100, locale) if term.pays in (Pays.PER_UNIT, Pays.LUMP_SUM) else _grouped(value)


def rate_text(term: Term, tier: int) -> str:
    """The rate of a tier as data: yuan with two decimals, else as written."""
    value = term.tiers[tier].rate
    if term.pays in (Pays.PER_UNIT, Pays.LUMP_SUM) and value == round(value, 2):
        return f"{value:.2f}"
    return plain(value)


def start(term: Term, tier: int, locale: str) -> str:
    """Where a tier begins."""
    value = term.tiers[tier].start
    if term.tier_on in (TierOn.ATTAINMENT, TierOn.GROWTH):
        return percent(value)
    return volume(term.starts[tier], term.tiers_in_fen, locale)


def measure_text(outcome: Outcome) -> str:
    """What is compared with the tiers, as data: units, yuan, or a ratio; ∞ for growth from nothing."""
    term, value, against = outcome.term, outcome.measure, outcome.against
    if term.tier_on is TierOn.ATTAINMENT:
        return plain(value / against)
    if term.tier_on is TierOn.GROWTH:
        return plain((value - against) / against) if against else "∞"
    if term.tier_on in (TierOn.GROWTH_UNITS, TierOn.GROWTH_AMOUNT):
        value -= against
    return base_text(value, term.tiers_in_fen)


def base_text(value: Decimal, in_fen: bool) -> str:
    """A volume as data: yuan with two decimals, units plain."""
    if in_fen:
        value = value.scaleb(-2)
        return f"{value:.2f}" if value == round(value, 2) else plain(value)
    return plain(value)


def measure(outcome: Outcome, year: bool, locale: str) -> str:
    """What is compared with the tiers, as the beginning of a sentence."""
    term, value, against = outcome.term, outcome.measure, outcome.against
    text = volume(value, term.tiers_in_fen, locale)
    held = volume(against, term.tiers_in_fen, locale)
    english = locale == "en"
    if year:
        text = f"{text} in the year so far" if english else f"年度累计{text}"
    if term.tier_on is TierOn.ATTAINMENT:
        share = percent(value / against)
        return f"{text}, {share} of the target of {held}" if english else f"{text}，为目标{held}的{share}"
    if term.tier_on is TierOn.GROWTH:
        grown = percent((value - against) / against) if against else "∞"
        return f"{text}, a growth of {grown} on {held}" if english else f"{text}，较去年{held}增长{grown}"
    if term.tier_on in (TierOn.GROWTH_UNITS, TierOn.GROWTH_AMOUNT):
        more = volume(value - against, term.tiers_in_fen, locale)
        return f"{text}, {more} more than last year's {held}" if english else f"{text}，较去年{held}增加{more}"
    return text


def condition(asked: Condition) -> str:
    """A condition as it is read: units(F6) ≥ 4."""
    value = asked.value if isinstance(asked.value, str) else plain(asked.value)
    if isinstance(asked.value, Decimal) and asked.fact in (Fact.SHARE, Fact.ATTAINMENT, Fact.GROWTH):
        value = percent(asked.value)
    return f"{asked.words} {_SIGNS.get(asked.op, asked.op)} {value}"
