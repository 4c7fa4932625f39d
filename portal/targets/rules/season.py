"""The season profile of a year (淡旺季分解): groups of months with units or shares, the rest by judgement."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.errors import InvalidInput
from portal.targets.rules.allotting import share_out
from portal.targets.rules.words import WHOLE_BP, YEAR_MONTHS

MONTHS = tuple(range(1, YEAR_MONTHS + 1))
EVEN = (1,) * YEAR_MONTHS
_GROUP = re.compile(r"(\d{1,2})(?:-(\d{1,2}))?:(\d{1,9})(?:\.(\d{1,2}))?(%?)")


@dataclass(frozen=True, slots=True)
class SeasonGroup:
    """Months `first` to `last` (1 to 12; over the year's end where last < first) get units, or a share of the total."""

    first: int
    last: int
    units: int | None = None
    share_bp: int | None = None

    @property
    def months(self) -> tuple[int, ...]:
        """The months, in the order of the calendar."""
        if self.first <= self.last:
            return tuple(range(self.first, self.last + 1))
        return tuple(month for month in MONTHS if month >= self.first or month <= self.last)

    def units_of(self, total: int) -> int:
        """How many units of `total` the group gets; a share is rounded half up."""
        if self.units is not None:
            return self.units
        return (total * (self.share_bp or 0) * 2 + WHOLE_BP) // (2 * WHOLE_BP)


@dataclass(frozen=True, slots=True)
class SeasonProfile:
    """Groups of months, and twelve weights of judgement: within a group, and over the months in none."""

    groups: tuple[SeasonGroup, ...] = ()
    weights: tuple[int, ...] = EVEN

    def as_dict(self) -> dict[str, Any]:
        """For a JSON column."""
        groups = [{"first": g.first, "last": g.last, "units": g.units, "share_bp": g.share_bp} for g in self.groups]
        return {"groups": groups, "weights": list(self.weights)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> SeasonProfile:
        """What `as_dict` gave; an empty mapping is an even year."""
        groups = tuple(SeasonGroup(**group) for group in stored.get("groups", ()))
        return cls(groups, tuple(stored.get("weights") or EVEN))

    def as_text(self) -> str:
        """As `parse_season` reads it: 3-5:8000,8-10:27.5%."""
        return ",".join(_group_text(group) for group in self.groups)


def _group_text(group: SeasonGroup) -> str:
    months = f"{group.first}-{group.last}" if group.first != group.last else str(group.first)
    if group.units is not None:
        return f"{months}:{group.units}"
    whole, part = divmod(group.share_bp or 0, 100)
    return f"{months}:{whole}.{part:02d}%" if part else f"{months}:{whole}%"


def parse_season(text: str) -> tuple[SeasonGroup, ...]:
    """ "3-5:8000,8-10:30%" → its groups. Raises InvalidInput (`season_unreadable`) naming the part."""
    parts = [part for part in re.split(r"[,，;；]\s*", text.strip()) if part.strip()]
    return tuple(_read_group(part.strip().replace("：", ":").replace("％", "%")) for part in parts)


def _read_group(part: str) -> SeasonGroup:
    found = _GROUP.fullmatch(part)
    if found is None:
        raise InvalidInput("season_unreadable", field="season", value=part)
    first, last, whole, decimals, percent = found.groups()
    if decimals and not percent:
        raise InvalidInput("season_unreadable", field="season", value=part)
    ends = int(first), int(last or first)
    if percent:
        return SeasonGroup(*ends, share_bp=int(whole) * 100 + int((decimals or "0").ljust(2, "0")))
    return SeasonGroup(*ends, units=int(whole))


def split_year(total: int, profile: SeasonProfile, *, first_month: int = 1) -> list[int]:
    """Units of each month from `first_month` to December; they add up to `total`. Raises InvalidInput."""
    check_season(total, profile, first_month=first_month)
    months = MONTHS[first_month - 1 :]
    units = dict.fromkeys(months, 0)
    left, rest = total, list(months)
    for group in profile.groups:
        given = group.units_of(total)
        units |= _by_judgement(given, group.months, profile.weights)
        left -= given
        rest = [month for month in rest if month not in group.months]
    units |= _by_judgement(left, rest, profile.weights)
    return [units[month] for month in months]


def _by_judgement(total: int, months: Sequence[int], weights: Sequence[int]) -> dict[int, int]:
    return dict(zip(months, share_out(total, [weights[month - 1] for month in months]), strict=True))


def check_season(total: int, profile: SeasonProfile, *, first_month: int = 1) -> None:
    """The groups lie within the year, share no month, and leave neither too much nor too little; else InvalidInput."""
    if total < 0:
        raise InvalidInput("total_negative", field="total_qty", value=total)
    if len(profile.weights) != YEAR_MONTHS or min(profile.weights) < 0:
        raise InvalidInput("weights_wrong", field="weights", value=str(profile.weights))
    taken: set[int] = set()
    for group in profile.groups:
        _check_group(group, taken, first_month)
        taken |= set(group.months)
    given = sum(group.units_of(total) for group in profile.groups)
    if given > total:
        raise InvalidInput("season_exceeds", field="season", value=given, total=total)
    if given < total and len(taken) == YEAR_MONTHS - first_month + 1:
        raise InvalidInput("season_falls_short", field="season", value=given, total=total, left=total - given)


def _check_group(group: SeasonGroup, taken: set[int], first_month: int) -> None:
    for month in (group.first, group.last):
        if month not in MONTHS:
            raise InvalidInput("month_unknown", field="season", value=month)
    for month in group.months:
        if month < first_month:
            raise InvalidInput("season_outside", field="season", value=month, first=first_month)
        if month in taken:
            raise InvalidInput("season_overlap", field="season", value=month)
