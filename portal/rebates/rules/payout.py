"""From the terms' money to what is paid: multiplier, guarantee, floor, cap, and what was settled before."""

from __future__ import annotations

from dataclasses import dataclass

from portal.rebates.rules.conditions import Answer, Asking
from portal.rebates.rules.exact import half_up
from portal.rebates.rules.policy import Step


@dataclass(slots=True)
class Change:
    """One step of the payout: `code`, the fen it adds or takes, what it stood at before and after."""

    code: str
    amount_fen: int
    before_fen: int
    after_fen: int
    step: Step | None = None
    answer: Answer | None = None


def pay_out(asking: Asking, earned_fen: int) -> list[Change]:
    """The changes from the sum of the terms to what is paid, in the order of the language; none where none applies."""
    changes: list[Change] = []
    total = _multiply(asking, earned_fen, changes)
    payout = asking.policy.payout
    if payout.guarantee is not None:
        total = _move("guarantee", total, max(total, half_up(payout.guarantee)), changes)
    if payout.floor is not None and total > 0:
        total = _move("payout_floor", total, max(total, half_up(payout.floor)), changes)
    if payout.cap is not None:
        total = _move("payout_cap", total, min(total, half_up(payout.cap)), changes)
    if asking.policy.is_cumulative and asking.facts.settled_fen:
        _move("settled_before", total, total - asking.facts.settled_fen, changes)
    return changes


def _multiply(asking: Asking, earned_fen: int, changes: list[Change]) -> int:
    """The first step whose condition holds counts; none holds → 0."""
    steps = asking.policy.payout.multiplier
    for step in steps:
        answer = asking.answer(step.when)
        if answer.holds:
            after = half_up(earned_fen * step.times)
            changes.append(Change("multiplied", after - earned_fen, earned_fen, after, step, answer))
            return after
    if steps:
        changes.append(Change("no_multiplier_holds", -earned_fen, earned_fen, 0))
        return 0
    return earned_fen


def _move(code: str, before: int, after: int, changes: list[Change]) -> int:
    if before != after:
        changes.append(Change(code, after - before, before, after))
    return after
