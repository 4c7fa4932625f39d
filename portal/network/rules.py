"""States of an outlet and of a distributor, the moves between them, and what a code may look like. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from portal.errors import IllegalMove, InvalidInput


class OutletStatus(StrEnum):
    """The life of a second-tier outlet (candidate … 退网)."""

    CANDIDATE = "candidate"
    SURVEYED = "surveyed"
    APPLIED = "applied"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    OPENING = "opening"
    OPEN = "open"
    WATCH = "watch"
    SUSPENDED = "suspended"
    EXITED = "exited"
    DROPPED = "dropped"


class DistributorStatus(StrEnum):
    """The life of a distributor."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXITED = "exited"


class Need(StrEnum):
    """Why somebody ought to look at a distributor or an outlet."""

    PAPERS_EXPIRED = "papers_expired"
    PAPERS_EXPIRING = "papers_expiring"
    OPENING_OVERDUE = "opening_overdue"
    NO_PLACE = "no_place"
    NO_AREA = "no_area"


class OperatingMode(StrEnum):
    """Who runs the shop, and on whose account (直营, 加盟, 加盟直营化, 联营, 代销)."""

    DIRECT = "direct"
    FRANCHISE = "franchise"
    FRANCHISE_RUN_BY_US = "franchise_run_by_us"
    JOINT = "joint"
    CONSIGNMENT = "consignment"


class StoreClass(StrEnum):
    """Class of the shop or its mall."""

    A = "A"
    B = "B"
    C = "C"


class CityTier(StrEnum):
    """一线, 二线, 三线."""

    FIRST = "1"
    SECOND = "2"
    THIRD = "3"


class Exclusivity(StrEnum):
    """Whether a county is one distributor's alone."""

    EXCLUSIVE = "exclusive"
    SHARED = "shared"


class RegionLevel(StrEnum):
    """Levels of regions, widest first."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


class DistributorTier(StrEnum):
    """地级总经销商 and 县级经销商."""

    PREFECTURE_GENERAL = "prefecture_general"
    COUNTY = "county"


S = OutletStatus
# An exited town may be redeveloped: that is a new candidate which knows its predecessor, not a move of the old one.
OUTLET_MOVES: dict[OutletStatus, tuple[OutletStatus, ...]] = {
    S.CANDIDATE: (S.SURVEYED, S.DROPPED),
    S.SURVEYED: (S.APPLIED, S.DROPPED),
    S.APPLIED: (S.IN_REVIEW, S.DROPPED),
    S.IN_REVIEW: (S.APPROVED, S.APPLIED, S.DROPPED),
    S.APPROVED: (S.OPENING, S.DROPPED),
    S.OPENING: (S.OPEN, S.DROPPED),
    S.OPEN: (S.WATCH, S.SUSPENDED, S.EXITED),
    S.WATCH: (S.OPEN, S.SUSPENDED, S.EXITED),
    S.SUSPENDED: (S.OPEN, S.WATCH, S.EXITED),
    S.EXITED: (),
    S.DROPPED: (),
}

# Outlets that sell today, those still to come, and those that are gone.
TRADING = frozenset({S.OPEN, S.WATCH, S.SUSPENDED})
PLANNED = frozenset({S.CANDIDATE, S.SURVEYED, S.APPLIED, S.IN_REVIEW, S.APPROVED, S.OPENING})
GONE = frozenset({S.EXITED, S.DROPPED})

D = DistributorStatus
DISTRIBUTOR_MOVES: dict[DistributorStatus, tuple[DistributorStatus, ...]] = {
    D.ACTIVE: (D.SUSPENDED, D.EXITED),
    D.SUSPENDED: (D.ACTIVE, D.EXITED),
    D.EXITED: (),
}


def check_outlet_move(before: OutletStatus, after: OutletStatus) -> None:
    """Raise IllegalMove unless an outlet may go from `before` to `after`."""
    if after not in OUTLET_MOVES[before]:
        raise IllegalMove(from_status=before.value, to_status=after.value)


def check_distributor_move(before: DistributorStatus, after: DistributorStatus) -> None:
    """Raise IllegalMove unless a distributor may go from `before` to `after`."""
    if after not in DISTRIBUTOR_MOVES[before]:
        raise IllegalMove(from_status=before.value, to_status=after.value)


M = TypeVar("M", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Step:
    """One change of status: to what, on which day, and why."""

    status: Any
    on: date
    reason: str = ""


def is_reachable(moves: Mapping[M, Sequence[M]], before: M, after: M) -> bool:
    """Whether some chain of moves leads from `before` to `after`; a status is not reachable from itself alone."""
    waiting, seen = list(moves[before]), set()
    while waiting:
        status = waiting.pop()
        if status is after:
            return True
        if status not in seen:
            seen.add(status)
            waiting.extend(moves[status])
    return False


def check_event_day(on: date, *, last_on: date | None, today: date) -> None:
    """A change of status is dated on or after the last one and not in the future; else InvalidInput on `on`."""
    if on > today:
        raise InvalidInput("day_in_future", field="on", value=on, today=today)
    if last_on is not None and on < last_on:
        raise InvalidInput("day_before_last_event", field="on", value=on, last_on=last_on)


def check_history(steps: Sequence[Step], moves: Mapping[M, Sequence[M]], *, today: date) -> None:
    """A past life may leave steps out, but its days do not go back and no step goes where no moves lead.

    Raises InvalidInput or IllegalMove.
    """
    if not steps:
        raise InvalidInput("history_empty", field="history", value="")
    for earlier, later in zip((None, *steps), steps, strict=False):
        check_event_day(later.on, last_on=earlier.on if earlier else None, today=today)
        if earlier is None:
            continue
        if earlier.status == later.status or not is_reachable(moves, earlier.status, later.status):
            raise IllegalMove(from_status=earlier.status.value, to_status=later.status.value)


def first_day(steps: Sequence[Step], status: StrEnum) -> date | None:
    """The first day on which a life reached `status`."""
    return next((step.on for step in steps if step.status == status), None)


CODE_LENGTH = 40
# Words that are pages of their own beside /outlets/<code>.
RESERVED_CODES = frozenset({"new", "export"})


def code_fault(code: str) -> str | None:
    """Why `code` cannot name a distributor or outlet: letters and digits of any script, `-`, `_` and `.` inside."""
    if not code:
        return "code_missing"
    if len(code) > CODE_LENGTH:
        return "code_too_long"
    if code.casefold() in RESERVED_CODES:
        return "code_reserved"
    if not (code[0].isalnum() and all(sign.isalnum() or sign in "-_." for sign in code)):
        return "code_characters"
    return None


# GB 32100-2015, table 1 and 5.5: 31 signs without I, O, S, V, Z; weight of place i is 3^(i-1) mod 31.
CREDIT_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE_LENGTH = 18
_CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(CREDIT_CODE_LENGTH - 1))


def credit_check_sign(first17: str) -> str:
    """The 18th sign of a unified social credit code (GB 32100-2015, 5.5): 31 minus the weighted sum mod 31."""
    total = sum(CREDIT_CODE_SIGNS.index(sign) * weight for sign, weight in zip(first17, _CREDIT_WEIGHTS, strict=True))
    return CREDIT_CODE_SIGNS[-total % 31]


def credit_code_fault(code: str) -> str | None:
    """Why `code` is no unified social credit code (统一社会信用代码), or None."""
    if len(code) != CREDIT_CODE_LENGTH:
        return "credit_code_length"
    if not all(sign in CREDIT_CODE_SIGNS for sign in code):
        return "credit_code_signs"
    if credit_check_sign(code[:-1]) != code[-1]:
        return "credit_code_checksum"
    return None
