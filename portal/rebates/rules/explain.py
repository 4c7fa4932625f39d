"""Every fen of a result with its reason, as data with a sentence in each language.

A reason has `code`, `text` {en, zh}, `policy` (the version), what it adds (`amount_fen`, or `points` or `goods` where
the term pays these), and where it has them `tier`, `measure`, `rate`, `base` and `lines`. The amounts of all reasons
of a result add up to its `total_fen` exactly; what did not count is listed with amount 0 and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from functools import partial
from typing import Any

from portal.rebates.rules import figures
from portal.rebates.rules.conditions import Answer
from portal.rebates.rules.evaluation import Result
from portal.rebates.rules.exact import EXACT, apportion
from portal.rebates.rules.explain_lines import LineNotes
from portal.rebates.rules.explain_words import KINDS, PAID, PAYOUT, REASONS
from portal.rebates.rules.next_tier import Next, nearest, next_tiers
from portal.rebates.rules.payout import Change
from portal.rebates.rules.policy import Condition
from portal.rebates.rules.terms import Outcome, Part, covers_year, exact_amounts
from portal.rebates.rules.words import AppliesTo, Method, Pays

Reason = dict[str, Any]
Texts = Callable[[str], Mapping[str, str]]


def as_dict(result: Result, *, is_brief: bool = False) -> dict[str, Any]:
    """The whole result as JSON values, in the shape of the language's reference.

    A brief one has every reason with its figures, but no sentences and no next tiers: what a run over many parties
    keeps. The same policy and facts give the sentences again when somebody reads the statement.
    """
    with localcontext(EXACT):
        upcoming = {} if is_brief else next_tiers(result)
        notes = LineNotes(result.policy, result.facts, is_brief)
        found: dict[str, Any] = {
            "policy": result.policy.version,
            "party": result.facts.party,
            "period": result.facts.period,
            "total_fen": result.total_fen,
            "points": result.points,
            "goods": result.goods,
            "terms": [_term(result, outcome, notes) for outcome in result.outcomes],
            "payout": payout_reasons(result, is_brief),
        }
        if not is_brief:
            for block, ahead in zip(found["terms"], upcoming.values(), strict=True):
                block["next_tier"] = _next(ahead, with_term=False)
            found["next_tier"] = _next(nearest(upcoming.values()), with_term=True)
        return found


def _term(result: Result, outcome: Outcome, notes: LineNotes) -> dict[str, Any]:
    term, earned = outcome.term, outcome.earned
    return {
        "id": term.id,
        "label": dict(term.label),
        "pays": str(term.pays),
        "earned_fen": earned if term.is_money else 0,
        "points": earned if term.pays is Pays.POINTS else 0,
        "goods": earned if term.pays is Pays.GOODS else 0,
        "reasons": term_reasons(result, outcome, notes),
    }


def _next(upcoming: Next | None, *, with_term: bool) -> dict[str, Any] | None:
    if upcoming is None:
        return None
    found: dict[str, Any] = {"term": upcoming.outcome.term.id} if with_term else {}
    more, term = upcoming.would_earn - upcoming.outcome.earned, upcoming.outcome.term
    key = "would_earn_fen" if term.is_money else f"would_earn_{term.pays}"
    return found | {"tier": upcoming.tier, "needs": upcoming.needs, key: more}


def term_reasons(result: Result, outcome: Outcome, notes: LineNotes) -> list[Reason]:
    """The reasons of one term; what each adds sums up to what the term earned."""
    writer = _Writer(result, outcome, notes)
    writer.write()
    return writer.reasons


class _Writer:
    """Writes the reasons of one term."""

    def __init__(self, result: Result, outcome: Outcome, notes: LineNotes) -> None:
        self.outcome = outcome
        self.term = outcome.term
        self.version = result.policy.version
        self.year = covers_year(self.term, result.policy.is_cumulative)
        self.notes = notes
        self.reasons: list[Reason] = []
        self._key = "amount_fen" if self.term.is_money else str(self.term.pays)
        self._amounts = apportion(exact_amounts(outcome), outcome.earned)

    def write(self) -> None:
        """All reasons, in the order in which a reader recomputes the term."""
        outcome = self.outcome
        if outcome.failed:
            self._conditional(*outcome.failed)
        elif outcome.status == "below_first_tier":
            self._add(outcome.status, lambda locale: self._tier_words(0, locale), **self._measured())
        elif outcome.status != "paid":
            self._add(outcome.status, _no_words, lines=self._lines())
        else:
            self._write_paid()
        for left in self.notes.not_counted(outcome.number):
            self._add(left.why, partial(self.notes.words, left.units), base=str(left.units), lines=left.lines)

    def _write_paid(self) -> None:
        outcome = self.outcome
        self._write_base()
        amounts = iter(self._amounts)
        for part in outcome.parts:
            self._part(part, next(amounts))
        if not outcome.parts:
            self._add("nothing_to_pay_on", lambda locale: self._tier_words(outcome.top, locale), **self._measured())
        for taken in outcome.taken:
            label = taken.deduction.label
            self._conditional(taken.deduction.unless, taken.answer, next(amounts), label)
        for code, value in (("floor", outcome.lifted), ("cap", outcome.cut)):
            if value:
                self._limit(code, next(amounts))

    def _limit(self, code: str, amount: int) -> None:
        self._add(code, lambda locale: {"amount": self._earning(abs(amount), locale)}, amount)

    def _write_base(self) -> None:
        """What was left out of the base before any rate."""
        outcome, term = self.outcome, self.term
        if outcome.reduced is not None and outcome.reduced != outcome.full_base:
            self._write_earned_before(outcome.full_base, outcome.reduced)
        if outcome.level:
            self._write_level(outcome.level)
        is_sliced = term.method is Method.MARGINAL and term.applies_to is AppliesTo.ALL
        has_flag = any(term.tiers[tier].retrospective for tier in range(outcome.top + 1))
        if is_sliced and not has_flag and outcome.limits[0] > 0:
            self._write_below(outcome.limits[0])

    def _write_earned_before(self, full: Decimal, reduced: Decimal) -> None:
        def words(locale: str) -> dict[str, str]:
            return {"base": figures.money(full, locale), "amount": figures.money(full - reduced, locale)}

        self._add("earned_before", words, base=figures.base_text(reduced, True))

    def _write_level(self, level: Decimal) -> None:
        in_fen, kind = self.term.pays_on_fen, self.outcome.level_kind

        def words(locale: str) -> dict[str, str]:
            return {"kind": KINDS[kind][locale], "level": figures.volume(level, in_fen, locale)}

        self._add("below_level", words, base=figures.base_text(level, in_fen))

    def _write_below(self, below: Decimal) -> None:
        term = self.term

        def words(locale: str) -> dict[str, str]:
            base = figures.volume(below, term.tiers_in_fen, locale)
            return {"base": base, "start": figures.start(term, 0, locale)}

        self._add("below_first_slice", words, base=figures.base_text(below, term.tiers_in_fen))

    def _part(self, part: Part, amount: int) -> None:
        tier, term = part.stretch.tier, self.term
        packed = "_packed" if term.pays is Pays.PER_UNIT and term.per > 1 else ""

        def words(locale: str) -> dict[str, str]:
            paid = PAID[f"{term.pays}{packed}"][locale].format(
                rate=figures.rate(term, tier, locale),
                base=figures.volume(part.base, term.pays_on_fen, locale),
                per=term.per,
                amount=self._earning(amount, locale),
            )
            return self._tier_words(tier, locale) | {"paid": paid}

        is_lump = term.pays is Pays.LUMP_SUM
        self._add(
            self._part_code(tier),
            words,
            amount,
            tier=tier,
            measure=figures.measure_text(self.outcome),
            rate=figures.rate_text(term, tier),
            base="1" if is_lump else figures.base_text(part.base, term.pays_on_fen),
            lines=self._lines(),
        )

    def _part_code(self, tier: int) -> str:
        if self.term.method is Method.MARGINAL and not self.term.tiers[tier].retrospective:
            return "tier_slice"
        return "tier_capped" if self.term.method is Method.ROLLING and tier < self.outcome.top else "tier_reached"

    def _tier_words(self, tier: int, locale: str) -> dict[str, str]:
        return {
            "measure": figures.measure(self.outcome, self.year, locale),
            "tier": str(tier + 1),
            "start": figures.start(self.term, tier, locale),
        }

    def _measured(self) -> dict[str, Any]:
        return {"measure": figures.measure_text(self.outcome), "lines": self._lines()}

    def _conditional(
        self, asked: Condition, answer: Answer, amount: int = 0, label: Mapping[str, str] | None = None
    ) -> None:
        code = "deduction" if label else "condition_failed"
        if not answer.found:
            code = "deduction_unknown" if label else "condition_unknown"
        self._add(
            code,
            lambda locale: {
                "label": (label or {}).get(locale, ""),
                "condition": figures.condition(asked),
                "found": answer.found,
                "amount": self._earning(-amount, locale),
            },
            amount,
            condition={"fact": asked.words, "op": str(asked.op), "value": str(asked.value), "found": answer.found},
        )

    def _earning(self, amount: int, locale: str) -> str:
        return figures.earning(self.term.pays, amount, locale)

    def _lines(self) -> list[str]:
        return self.notes.counted(self.outcome.number)

    def _add(self, code: str, words: Texts, amount: int = 0, **values: Any) -> None:
        reason = {"code": code, "policy": self.version, self._key: amount, **values}
        if not self.notes.is_brief:
            reason["text"] = _text(REASONS[code], words)
        self.reasons.append(reason)


def _text(sentences: Mapping[str, str], words: Texts) -> dict[str, str]:
    return {locale: sentences[locale].format_map(words(locale)) for locale in figures.LOCALES}


def _no_words(locale: str) -> dict[str, str]:
    del locale
    return {}


def payout_reasons(result: Result, is_brief: bool = False) -> list[Reason]:
    """What happened between the sum of the terms and what is paid."""
    if result.refusal:
        return [_payout_reason(result, result.refusal, 0, None if is_brief else _no_words)]
    return [_change_reason(result, change, is_brief) for change in result.changes]


def _change_reason(result: Result, change: Change, is_brief: bool) -> Reason:
    code = "clawed_back" if change.code == "settled_before" and change.after_fen < 0 else change.code

    def words(locale: str) -> dict[str, str]:
        step, answer = change.step, change.answer
        shown = abs(change.after_fen) if code == "clawed_back" else change.after_fen
        return {
            "before": figures.money(Decimal(change.before_fen), locale),
            "after": figures.money(Decimal(shown), locale),
            "amount": figures.money(Decimal(-change.amount_fen), locale),
            "condition": figures.condition(step.when) if step else "",
            "found": answer.found if answer else "",
            "times": f"{step.times.normalize():f}" if step else "",
        }

    return _payout_reason(result, code, change.amount_fen, None if is_brief else words)


def _payout_reason(result: Result, code: str, amount: int, words: Texts | None) -> Reason:
    reason: Reason = {"code": code, "policy": result.policy.version, "amount_fen": amount}
    if words is not None:
        reason["text"] = _text(PAYOUT[code], words)
    return reason
