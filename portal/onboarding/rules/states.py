"""The declared table of an application: state × action × role × guards → next state.

Buttons, permissions, the page of the documentation and the exhaustive test all read this one table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.errors import IllegalMove
from portal.permissions import Role


class ApplicationStatus(StrEnum):
    """Where an application stands. The stage of review is a state of its own: it says whose desk it is on."""

    DRAFT = "draft"
    AREA_REVIEW = "area_review"
    MORE_INFORMATION = "more_information"
    SALES_REVIEW = "sales_review"
    NETWORK_REVIEW = "network_review"
    HEAD_OFFICE_REVIEW = "head_office_review"
    APPROVED = "approved"
    OPENING = "opening"
    OPENED = "opened"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What somebody does to an application."""

    SUBMIT = "submit"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    REQUEST_INFORMATION = "request_information"
    ENDORSE = "endorse"
    APPROVE = "approve"
    REJECT = "reject"
    START_OPENING = "start_opening"
    OPEN = "open"


class Guard(StrEnum):
    """A condition that must hold besides state and role; its code names the sentence that a user reads."""

    COMPLETE = "complete"
    OWN_APPLICATION = "own_application"
    NOT_THE_APPLICANT = "not_the_applicant"
    NOT_DECIDED_BEFORE = "not_decided_before"
    SITE_VISITED = "site_visited"
    SCORED = "scored"
    NO_KNOCK_OUT = "no_knock_out"
    REASON_GIVEN = "reason_given"
    TWO_PERSONS = "two_persons"
    CHECKLIST_DONE = "checklist_done"


A, S, G = Action, ApplicationStatus, Guard

REVIEWS = (S.AREA_REVIEW, S.SALES_REVIEW, S.NETWORK_REVIEW, S.HEAD_OFFICE_REVIEW)
ENDED = frozenset({S.OPENED, S.REJECTED, S.WITHDRAWN})

# Whose desk a stage of review is.
REVIEWERS: dict[ApplicationStatus, Role] = {
    S.AREA_REVIEW: Role.REGIONAL_MANAGER,
    S.SALES_REVIEW: Role.HO_SALES,
    S.NETWORK_REVIEW: Role.HO_NETWORK,
    S.HEAD_OFFICE_REVIEW: Role.HO_APPROVER,
}


@dataclass(frozen=True)
class Move:
    """One line of the table. `after` is None where the chain of the application decides (ENDORSE)."""

    before: ApplicationStatus
    action: Action
    role: Role
    guards: tuple[Guard, ...]
    after: ApplicationStatus | None


def _review_moves() -> Iterable[Move]:
    judged = (G.NOT_THE_APPLICANT, G.NOT_DECIDED_BEFORE)
    for stage in REVIEWS:
        role = REVIEWERS[stage]
        yield Move(stage, A.REQUEST_INFORMATION, role, (G.NOT_THE_APPLICANT, G.REASON_GIVEN), S.MORE_INFORMATION)
        yield Move(stage, A.REJECT, role, (*judged, G.REASON_GIVEN), S.REJECTED)
    yield Move(
        S.AREA_REVIEW,
        A.ENDORSE,
        Role.REGIONAL_MANAGER,
        (*judged, G.SITE_VISITED, G.SCORED, G.NO_KNOCK_OUT),
        None,
    )
    for stage in (S.SALES_REVIEW, S.NETWORK_REVIEW):
        yield Move(stage, A.ENDORSE, REVIEWERS[stage], (*judged, G.NO_KNOCK_OUT), None)
    yield Move(S.HEAD_OFFICE_REVIEW, A.APPROVE, Role.HO_APPROVER, (*judged, G.NO_KNOCK_OUT, G.TWO_PERSONS), S.APPROVED)


MOVES: tuple[Move, ...] = (
    Move(S.DRAFT, A.SUBMIT, Role.DISTRIBUTOR, (G.OWN_APPLICATION, G.COMPLETE), S.AREA_REVIEW),
    Move(S.DRAFT, A.WITHDRAW, Role.DISTRIBUTOR, (G.OWN_APPLICATION,), S.WITHDRAWN),
    *(Move(stage, A.WITHDRAW, Role.DISTRIBUTOR, (G.OWN_APPLICATION, G.REASON_GIVEN), S.WITHDRAWN) for stage in REVIEWS),
    Move(S.MORE_INFORMATION, A.WITHDRAW, Role.DISTRIBUTOR, (G.OWN_APPLICATION, G.REASON_GIVEN), S.WITHDRAWN),
    # The answer goes back to the desk that asked.
    Move(S.MORE_INFORMATION, A.ANSWER, Role.DISTRIBUTOR, (G.OWN_APPLICATION, G.COMPLETE), None),
    *_review_moves(),
    Move(S.APPROVED, A.START_OPENING, Role.HO_NETWORK, (G.NOT_THE_APPLICANT,), S.OPENING),
    Move(S.OPENING, A.OPEN, Role.HO_NETWORK, (G.NOT_THE_APPLICANT, G.CHECKLIST_DONE), S.OPENED),
)
TABLE: dict[tuple[ApplicationStatus, Action, Role], Move] = {
    (move.before, move.action, move.role): move for move in MOVES
}


def find_move(before: ApplicationStatus, action: Action, role: Role) -> Move:
    """The line of the table; raises IllegalMove where there is none."""
    try:
        return TABLE[before, action, role]
    except KeyError:
        raise IllegalMove(from_status=before.value, action=action.value, role=role.value) from None


def actions_of(before: ApplicationStatus, role: Role) -> list[Action]:
    """What the role may do in this state, in the order of the enum; guards are asked separately."""
    return [action for action in Action if (before, action, role) in TABLE]
