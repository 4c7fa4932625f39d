"""The guards of the declared table, and what an application must hold before it is submitted. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.onboarding.rules.states import Guard, Move


@dataclass(frozen=True)
class GuardFacts:
    """What the guards ask. The defaults let nothing through."""

    is_complete: bool = False
    is_own: bool = False
    is_applicants_circle: bool = True
    has_decided_before: bool = True
    is_visited: bool = False
    is_scored: bool = False
    is_knocked_out: bool = True
    has_reason: bool = False
    has_two_persons: bool = False
    is_checklist_done: bool = False


CHECKS: dict[Guard, Callable[[GuardFacts], bool]] = {
    Guard.COMPLETE: lambda facts: facts.is_complete,
    Guard.OWN_APPLICATION: lambda facts: facts.is_own,
    Guard.NOT_THE_APPLICANT: lambda facts: not facts.is_applicants_circle,
    Guard.NOT_DECIDED_BEFORE: lambda facts: not facts.has_decided_before,
    Guard.SITE_VISITED: lambda facts: facts.is_visited,
    Guard.SCORED: lambda facts: facts.is_scored,
    Guard.NO_KNOCK_OUT: lambda facts: not facts.is_knocked_out,
    Guard.REASON_GIVEN: lambda facts: facts.has_reason,
    Guard.TWO_PERSONS: lambda facts: facts.has_two_persons,
    Guard.CHECKLIST_DONE: lambda facts: facts.is_checklist_done,
}


def failing_guards(move: Move, facts: GuardFacts) -> list[Guard]:
    """The guards of the move that do not hold, in the order of the table."""
    return [guard for guard in move.guards if not CHECKS[guard](facts)]


# Fields without which an application cannot be judged: columns, then answers by name.
REQUIRED_COLUMNS = (
    "outlet_name",
    "county_code",
    "address",
    "lng",
    "lat",
    "store_class",
    "operating_mode",
    "capital_wan",
    "volume_year_1",
    "volume_year_2",
    "volume_year_3",
    "planned_open_on",
)
REQUIRED_ANSWERS = ("form_of_outlet", "company", "credit_code", "legal_representative", "contact", "phone")
DECLARATIONS = ("is_truthful", "consents_to_checks", "bears_own_cost", "keeps_confidential")


def missing_fields(columns: Mapping[str, Any], answers: Mapping[str, Any], file_kinds: frozenset[str]) -> list[str]:
    """Names of what is still missing: columns, answers, declarations, a photo of the storefront."""
    missing = [name for name in REQUIRED_COLUMNS if columns.get(name) in (None, "")]
    missing += [name for name in REQUIRED_ANSWERS if answers.get(name) in (None, "")]
    missing += [name for name in DECLARATIONS if answers.get(name) is not True]
    if "storefront" not in file_kinds:
        missing.append("storefront")
    return missing
