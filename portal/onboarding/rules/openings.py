"""From approval to opening, the promise held against the result, the way out, the plan. Pure.

Sources: an exit starts the final settlement and a 30-day hand-over of customer data; reviews of the promise are held
6 and 12 months after the opening; rollout goes easy before hard.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from portal.errors import IllegalMove


class ChecklistKind(StrEnum):
    """What must be done before an outlet opens, in this order."""

    CONTRACT = "contract"
    LICENCE = "licence"
    DECORATION = "decoration"
    STAFF = "staff"
    TRAINING = "training"
    SYSTEMS = "systems"
    FIRST_STOCK = "first_stock"


# Days after the start by which each is due.
CHECKLIST_DAYS: dict[ChecklistKind, int] = {
    ChecklistKind.CONTRACT: 7,
    ChecklistKind.LICENCE: 21,
    ChecklistKind.DECORATION: 45,
    ChecklistKind.STAFF: 45,
    ChecklistKind.TRAINING: 55,
    ChecklistKind.SYSTEMS: 55,
    ChecklistKind.FIRST_STOCK: 60,
}
HANDOVER_DAYS = 30
REVIEW_MONTHS = (6, 12)
# Below this share of the promised volume an outlet goes to the watch list, in percent.
WATCH_BELOW_PERCENT = 60


class ExitAction(StrEnum):
    """Steps of an exit case."""

    CONFIRM = "confirm"
    HAND_OVER = "hand_over"
    SETTLE = "settle"
    WITHDRAW = "withdraw"


# stage → action → next stage (stages as in models.openings.ExitStage).
EXIT_MOVES: dict[str, dict[ExitAction, str]] = {
    "notice": {ExitAction.CONFIRM: "handover", ExitAction.WITHDRAW: "withdrawn"},
    "handover": {ExitAction.HAND_OVER: "settlement"},
    "settlement": {ExitAction.SETTLE: "closed"},
    "closed": {},
    "withdrawn": {},
}


def next_exit_stage(stage: str, action: ExitAction) -> str:
    """The stage after the action; raises IllegalMove."""
    try:
        return EXIT_MOVES[stage][action]
    except KeyError:
        raise IllegalMove(from_status=stage, action=action.value) from None


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day."""
    serial = day.year * 12 + day.month - 1 + months
    year, month = serial // 12, serial % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (following - timedelta(days=1)).day))


def promised_by(months: int, yearly: tuple[int, int, int]) -> int:
    """Units promised for the first `months` months, rounded half up."""
    return (yearly[0] * min(months, 12) * 2 + 12) // 24


@dataclass(frozen=True)
class PromiseResult:
    """Actual against promised: percent rounded half up, and whether the outlet goes to the watch list."""

    percent: int | None
    goes_on_watch: bool


def hold_against_promise(promised_qty: int, actual_qty: int) -> PromiseResult:
    """Nothing promised cannot be missed."""
    if promised_qty <= 0:
        return PromiseResult(None, goes_on_watch=False)
    percent = (actual_qty * 200 + promised_qty) // (2 * promised_qty)
    return PromiseResult(percent, goes_on_watch=actual_qty * 100 < promised_qty * WATCH_BELOW_PERCENT)


@dataclass(frozen=True)
class PlanProgress:
    """Planned and open of one group, and how many are late by `until`."""

    planned: int
    opened: int
    late: int


def plan_progress(planned: Iterable[tuple[date, int]], opened: int, *, until: date) -> PlanProgress:
    """`planned`: (first of the month, how many). Late = due by the end of `until`'s month and not open."""
    lines = list(planned)
    due = sum(count for month, count in lines if month <= until)
    return PlanProgress(sum(count for _, count in lines), opened, max(0, due - opened))


def easy_first(lines: Mapping[str, int]) -> list[str]:
    """Keys by difficulty, easy before hard; equal ones by key."""
    return sorted(lines, key=lambda key: (lines[key], key))
