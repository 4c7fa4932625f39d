"""A result in words: each term as a block with its reasons, its ladder of tiers, and what is still missing for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from portal.formatting import format_int, format_yuan
from portal.rebates.labels_terms import condition_words, earning_words, rule_locale, tier_pays, tier_start, word_of
from portal.rebates.rules import figures
from portal.rebates.rules.evaluation import Result
from portal.rebates.rules.explain import as_dict
from portal.rebates.rules.next_tier import Next, tiers_ahead
from portal.rebates.rules.policy import Condition
from portal.rebates.rules.terms import Outcome, covers_year
from portal.rebates.rules.words import RATIOS

# Reasons that tell of lines which a term leaves out.
LEFT_OUT = frozenset(
    {"model_not_named", "model_excluded", "tag_missing", "tag_excluded", "sale_type_not_named", "not_in_effect"}
)
_BAR = 1000


@dataclass(slots=True)
class ReasonWords:
    """A reason: its sentence, what it adds, and the sales lines that it speaks of."""

    code: str
    text: str
    amount: str = ""
    lines: Sequence[str] = ()
    is_left_out: bool = False
    facts: Sequence[tuple[str, str]] = ()


@dataclass(slots=True)
class Rung:
    """A tier of a ladder: reached or not, what is missing, and what the term would then earn more."""

    start: str
    pays: str
    is_reached: bool
    is_present: bool = False
    missing: str = ""
    more: str = ""


@dataclass(slots=True)
class Block:
    """A term of a statement or forecast."""

    id: str
    label: str
    earned: str
    is_zero: bool
    measure: str = ""
    reasons: list[ReasonWords] = field(default_factory=list)
    left_out: list[ReasonWords] = field(default_factory=list)
    rungs: list[Rung] = field(default_factory=list)
    # How far the way to the next tier is gone, in thousandths; None at the top or where no volume leads on.
    progress: int | None = None


def told_of(result: Result) -> dict[str, Any]:
    """The result as `explain.as_dict` tells it, its conditions in the words that readers use."""
    told = as_dict(result)
    words = {figures.condition(each): condition_words(each) for each in _conditions(result)}
    for reason in (*(reason for term in told["terms"] for reason in term["reasons"]), *told["payout"]):
        for code, readable in words.items():
            reason["text"] = {locale: text.replace(code, readable) for locale, text in reason["text"].items()}
    return told


def _conditions(result: Result) -> Iterator[Condition]:
    """Every condition that a reason may speak of, the longest as written first."""
    found = [outcome.failed[0] for outcome in result.outcomes if outcome.failed]
    found += [taken.deduction.unless for outcome in result.outcomes for taken in outcome.taken]
    found += [change.step.when for change in result.changes if change.step is not None]
    yield from sorted(found, key=lambda asked: len(figures.condition(asked)), reverse=True)


def blocks_of(result: Result, told: Mapping[str, Any]) -> list[Block]:
    """The terms of a result; `told` is the same result as `explain.as_dict` tells it, with sentences."""
    return [
        _block(result, outcome, block) for outcome, block in zip(result.outcomes, told.get("terms", ()), strict=False)
    ]


def payout_of(told: Mapping[str, Any]) -> list[ReasonWords]:
    """What happened between the sum of the terms and what is paid."""
    return [
        ReasonWords(reason["code"], word_of(reason["text"]), format_yuan(reason["amount_fen"]))
        for reason in told.get("payout", ())
    ]


def _block(result: Result, outcome: Outcome, told: Mapping[str, Any]) -> Block:
    reasons = [_reason(str(outcome.term.pays), reason) for reason in told["reasons"]]
    found = Block(
        outcome.term.id,
        word_of(outcome.term.label),
        earning_words(outcome.term.pays, outcome.earned),
        is_zero=not outcome.earned,
        reasons=[reason for reason in reasons if not reason.is_left_out],
        left_out=[reason for reason in reasons if reason.is_left_out],
    )
    if outcome.limits:
        year = covers_year(outcome.term, result.policy.is_cumulative)
        found.measure = figures.measure(outcome, year, rule_locale())
        found.rungs = list(_rungs(result, outcome))
        found.progress = _progress(outcome)
    return found


def _reason(pays: str, reason: Mapping[str, Any]) -> ReasonWords:
    amount = next((reason[key] for key in ("amount_fen", "points", "goods") if key in reason), 0)
    shown = format_yuan(amount) if "amount_fen" in reason else earning_words(pays, amount)
    facts = [
        (word, str(value))
        for word, value in (
            (_("Policy version"), reason.get("policy", "")),
            (_("Measure"), reason.get("measure", "")),
            (_("Tier"), reason["tier"] + 1 if "tier" in reason else ""),
            (_("Rate"), reason.get("rate", "")),
            (_("Base"), reason.get("base", "")),
        )
        if value != ""
    ]
    is_left_out = reason["code"] in LEFT_OUT
    text = word_of(reason["text"]) if "text" in reason else reason["code"]
    return ReasonWords(reason["code"], text, "" if is_left_out else shown, reason.get("lines", ()), is_left_out, facts)


def _rungs(result: Result, outcome: Outcome) -> list[Rung]:
    ahead = {found.tier: found for found in tiers_ahead(result, outcome)}
    rungs = []
    for number in range(len(outcome.term.tiers)):
        rung = Rung(
            tier_start(outcome.term, number),
            tier_pays(outcome.term, number),
            is_reached=number <= outcome.top,
            is_present=number == outcome.top,
        )
        if number in ahead:
            rung.missing = missing_words(ahead[number])
            more = ahead[number].would_earn - outcome.earned
            rung.more = f"+{earning_words(outcome.term.pays, more)}" if more > 0 else ""
        rungs.append(rung)
    return rungs


def missing_words(ahead: Next) -> str:
    """3 units, ¥12,000.00: the volume that leads to a tier."""
    if ahead.outcome.term.tiers_in_fen:
        return format_yuan(ahead.missing)
    return figures.units(Decimal(ahead.missing), rule_locale())


def _progress(outcome: Outcome) -> int | None:
    """Growth begins at what it is held against, everything else at nothing."""
    if outcome.top + 1 >= len(outcome.limits):
        return None
    start = outcome.against if outcome.term.is_growth and outcome.term.tier_on not in RATIOS else Decimal(0)
    aim = outcome.limits[outcome.top + 1] - start
    if aim <= 0:
        return None
    return max(0, min(_BAR, int((outcome.measure - start) * _BAR / aim)))


def totals_of(result: Result) -> list[tuple[str, str]]:
    """What the party earns by kind: money always, points and free units where there are any."""
    found = [(_("Money"), format_yuan(result.total_fen))]
    if result.points:
        found.append((_("Points"), format_int(result.points)))
    if result.goods:
        found.append((_("Free units"), format_int(result.goods)))
    return found
