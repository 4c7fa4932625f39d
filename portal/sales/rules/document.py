"""The declared table as a page of the documentation: docs/monthly-report.md is written from it. Pure.

python -m portal.sales.rules.document > docs/monthly-report.md
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from portal.markdown import draw_table
from portal.sales.rules.calendar import DUE_DAY, REMIND_BEFORE
from portal.sales.rules.checks import Check
from portal.sales.rules.states import MOVES, Guard
from portal.sales.rules.words import AmendmentStatus, PeriodStatus, QuestionStatus, ReportStatus

HEAD = """# The monthly report: the declared table

This page is written from `portal/sales/rules` (`python -m portal.sales.rules.document > docs/monthly-report.md`); a
test compares the two. Buttons, permissions and the exhaustive tests read the same table.
"""
THINGS: dict[type[StrEnum], str] = {
    ReportStatus: "The report of a distributor for a month",
    PeriodStatus: "The period: one business month of all",
    AmendmentStatus: "An amendment of a closed month",
    QuestionStatus: "A question of a check",
}
MEANING: dict[Guard, str] = {
    Guard.OWN_REPORT: "the user is an account of the reporting distributor",
    Guard.OWN_AREA: "the distributor is seated in a sales area of the user",
    Guard.PERIOD_WRITABLE: "the month is neither locked nor settled",
    Guard.PERIOD_CLOSED: "the month is locked or settled",
    Guard.PERIOD_ENDED: "the month is over",
    Guard.COMPLETE: "there are lines, and each can be true",
    Guard.REASON_GIVEN: "a reason is given",
    Guard.NOT_THE_REPORTER: "the user did not hand the report in",
    Guard.NOT_THE_PROPOSER: "the user did not propose the amendment",
    Guard.NOT_THE_ASKER: "the user did not ask for the reopening",
    Guard.NOTHING_ASKED: "no request to reopen the month waits for its answer",
    Guard.REOPENING_ASKED: "a request to reopen the month waits for its answer",
}
ASKED: dict[Check, str] = {
    Check.STOCK_EQUATION: "opening + in − out does not give the closing stock",
    Check.OPENING_DIFFERS: "the opening stock is not last month's closing stock",
    Check.COUNT_DIFFERS: "what was counted is not the closing stock",
    Check.SELL_THROUGH_DIFFERS: "what was sold to the outlets is not what they took in",
    Check.TRANSFER_WITHOUT_OTHER_SIDE: "units were moved in that nobody moved out, or the other way round",
    Check.DETAIL_DIFFERS: "the sales listed one by one are not the line's retail",
    Check.CHANNEL_PRICE_OFF: "the channel price is far from last month's",
    Check.MONTH_END_SPIKE: "many sales fall on the last days",
    Check.BUNCHING_ABOVE_THRESHOLD: "months often end just above a quota or a tier",
    Check.SERIAL_SOLD_TWICE: "a serial number is sold twice",
    Check.REVERSAL_NEXT_MONTH: "many of last month's sales came back",
}


def document() -> str:
    """The whole page."""
    parts = (*(_moves(kind, title) for kind, title in THINGS.items()), _guards(), _checks(), _reminders())
    return "\n".join([HEAD, *("\n".join(part) for part in parts)])


def _moves(kind: type[StrEnum], title: str) -> Iterator[str]:
    yield f"## {title}: state × action × role × guards → next state\n"
    rows = [
        (
            f"`{move.before}`",
            f"`{move.action}`",
            f"`{move.role}`",
            ", ".join(f"`{guard}`" for guard in move.guards) or "–",
            f"`{move.after}`",
        )
        for move in MOVES
        if isinstance(move.before, kind)
    ]
    yield from draw_table(("state", "action", "role", "guards", "next state"), rows)


def _guards() -> Iterator[str]:
    yield "Every cell that is not listed is refused with a page of its own and changes nothing. Whatever the state, a"
    yield "trigger of the database refuses to write lines and details of a closed month.\n"
    yield "## Guards\n"
    yield from draw_table(("guard", "holds when"), [(f"`{guard}`", MEANING[guard]) for guard in Guard])


def _checks() -> Iterator[str]:
    yield "## Checks: questions, never verdicts\n"
    yield from draw_table(("check", "asks when"), [(f"`{check}`", ASKED[check]) for check in Check])


def _reminders() -> Iterator[str]:
    yield "## Reminders\n"
    days = ", ".join(map(str, REMIND_BEFORE))
    yield f"A report is due on day {DUE_DAY} of the next month (`SALES_DUE_DAY`). A distributor that has not reported"
    yield f"is reminded {days} days before, and every day after; then its manager is told as well.\n"


if __name__ == "__main__":
    print(document(), end="")
