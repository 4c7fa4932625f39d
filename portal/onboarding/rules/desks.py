"""Whose desk is whose: what lies on it, and who visits and scores a site. Pure."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from portal.onboarding.rules.states import REVIEWERS, REVIEWS, ApplicationStatus
from portal.permissions import Role

S = ApplicationStatus


class Desk(StrEnum):
    """Views of the queue."""

    MINE = "mine"
    ALL = "all"
    RETURNED = "returned"
    APPROVED = "approved"
    ENDED = "ended"


STATUSES_OF_DESK: dict[Desk, tuple[ApplicationStatus, ...]] = {
    Desk.ALL: REVIEWS,
    Desk.RETURNED: (S.MORE_INFORMATION,),
    Desk.APPROVED: (S.APPROVED, S.OPENING, S.OPENED),
    Desk.ENDED: (S.REJECTED, S.WITHDRAWN),
}
# What the network department sees to after the decision.
TO_OPEN = (S.APPROVED, S.OPENING)


def statuses_on(desk: Desk, roles: Collection[Role]) -> tuple[ApplicationStatus, ...]:
    """The states that a view of the queue holds, for somebody who acts in these roles."""
    if desk is not Desk.MINE:
        return STATUSES_OF_DESK[desk]
    reviewed = tuple(stage for stage in REVIEWS if REVIEWERS[stage] in roles)
    return reviewed + (TO_OPEN if Role.HO_NETWORK in roles else ())


def is_open_to_visits(status: ApplicationStatus, asked_by: ApplicationStatus | None) -> bool:
    """A site is visited and scored as long as the regional manager holds the application, or waits for an answer."""
    return status is S.AREA_REVIEW or (status is S.MORE_INFORMATION and asked_by is S.AREA_REVIEW)
