"""The declared table as a page of the documentation: docs/onboarding.md is written from it. Pure.

python -m portal.onboarding.rules.document > docs/onboarding.md
"""

from __future__ import annotations

from collections.abc import Iterator

from portal.markdown import draw_table
from portal.network.rules import CityTier, StoreClass
from portal.onboarding.rules.chain import CHAINS
from portal.onboarding.rules.openings import (
    CHECKLIST_DAYS,
    EXIT_MOVES,
    HANDOVER_DAYS,
    REVIEW_MONTHS,
    WATCH_BELOW_PERCENT,
)
from portal.onboarding.rules.recruiting import STAGES, next_stages
from portal.onboarding.rules.scores import HIGHEST, MINIMUM_CAPITAL_WAN, PASS_MARK, WEIGHTS
from portal.onboarding.rules.states import MOVES, REVIEWERS, Action, ApplicationStatus, Guard

HEAD = """# Onboarding: the declared tables

This page is written from `portal/onboarding/rules` (`python -m portal.onboarding.rules.document > docs/onboarding.md`);
a test compares the two. Buttons, permissions and the exhaustive tests read the same tables.
"""
MEANING: dict[Guard, str] = {
    Guard.COMPLETE: "every required field, declaration and the photo of the storefront are there",
    Guard.OWN_APPLICATION: "the user is an account of the applying distributor",
    Guard.NOT_THE_APPLICANT: "neither the user nor whoever lent them the desk is, or was at one of its steps, an "
    "account of the applying distributor or of one of its outlets",
    Guard.NOT_DECIDED_BEFORE: "neither of them has endorsed it at an earlier desk",
    Guard.SITE_VISITED: "a visit to the site is on file",
    Guard.SCORED: "a score sheet is on file",
    Guard.NO_KNOCK_OUT: "the last score sheet does not knock the applicant out",
    Guard.REASON_GIVEN: "a reason is given",
    Guard.TWO_PERSONS: "with this user at least two different people have judged",
    Guard.CHECKLIST_DONE: "there is a checklist and nothing on it is open",
}


def document() -> str:
    """The whole page."""
    parts = (_applications(), _guards(), _chains(), _scores(), _openings(), _exits(), _recruiting())
    return "\n".join([HEAD, *("\n".join(part) for part in parts)])


def _applications() -> Iterator[str]:
    yield "## An application: state × action × role × guards → next state\n"
    rows = [
        (
            f"`{move.before}`",
            f"`{move.action}`",
            f"`{move.role}`",
            ", ".join(f"`{guard}`" for guard in move.guards) or "–",
            f"`{move.after}`" if move.after else _derived(move.action),
        )
        for move in MOVES
    ]
    yield from draw_table(("state", "action", "role", "guards", "next state"), rows)
    yield "Every cell that is not listed is refused with a page of its own and changes nothing.\n"
    yield f"States: {', '.join(f'`{status}`' for status in ApplicationStatus)}.\n"


def _derived(action: Action) -> str:
    return "the desk that asked" if action is Action.ANSWER else "the next desk of the chain"


def _guards() -> Iterator[str]:
    yield "## Guards\n"
    yield from draw_table(("guard", "holds when"), [(f"`{guard}`", MEANING[guard]) for guard in Guard])
    yield "Whoever acts for somebody who lent them the desk is held to the guards for both; both names are kept.\n"


def _chains() -> Iterator[str]:
    yield "## Chains: which desks an application passes (the first line that fits counts)\n"
    rows = [
        (_members(classes), _members(tiers), " → ".join(f"`{stage}`" for stage in chain))
        for classes, tiers, chain in CHAINS
    ]
    yield from draw_table(("class", "city tier", "desks"), rows)
    yield from draw_table(("desk", "role"), [(f"`{stage}`", f"`{role}`") for stage, role in REVIEWERS.items()])


def _members(values: frozenset[StoreClass] | frozenset[CityTier] | None) -> str:
    return "any" if values is None else ", ".join(sorted(values))


def _scores() -> Iterator[str]:
    yield "## Score sheet\n"
    rows = [(f"`{criterion}`", str(weight)) for criterion, weight in WEIGHTS.items()]
    yield from draw_table(("criterion", "weight"), rows)
    yield f"Marks run from 0 to {HIGHEST}; {PASS_MARK} points of 100 pass. Disturbing the market's order knocks out.\n"
    yield "Minimum capital in 万元 (10,000 yuan):\n"
    head = ("part", "provincial capital", "prefecture city", "county")
    yield from draw_table(head, [(f"`{part}`", *map(str, row)) for part, row in MINIMUM_CAPITAL_WAN.items()])


def _openings() -> Iterator[str]:
    yield "## Opening\n"
    rows = [(f"`{kind}`", str(days)) for kind, days in CHECKLIST_DAYS.items()]
    yield from draw_table(("line of the checklist", "due after days"), rows)
    months = " and ".join(map(str, REVIEW_MONTHS))
    yield f"The promise is held against the result after {months} months; below {WATCH_BELOW_PERCENT} % the outlet goes"
    yield "to the watch list.\n"


def _exits() -> Iterator[str]:
    yield "## Exit\n"
    rows = [
        (f"`{stage}`", f"`{action}`", f"`{after}`")
        for stage, moves in EXIT_MOVES.items()
        for action, after in moves.items()
    ]
    yield from draw_table(("stage", "action", "next stage"), rows)
    yield f"Customers are handed over within {HANDOVER_DAYS} days of the notice."
    yield "Whoever gives the notice never confirms it.\n"


def _recruiting() -> Iterator[str]:
    yield "## Recruiting\n"
    rows = [(f"`{stage}`", ", ".join(f"`{after}`" for after in next_stages(stage)) or "–") for stage in STAGES]
    yield from draw_table(("stage", "may go to"), rows)


if __name__ == "__main__":
    print(document(), end="")
