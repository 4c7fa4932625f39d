"""Weights from figures, with a sensible one for whoever has none yet. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from datetime import date

from portal.periods import last_day


def fill_gaps(figures: Mapping[Hashable, int | None], groups: Mapping[Hashable, Hashable]) -> dict[Hashable, int]:
    """Each key's figure; where it has none (or 0) the average of its group's others, else of all, else 1.

    An outlet that opened this year is expected to do as its distributor's other outlets did.
    """
    known = {key: figure for key, figure in figures.items() if figure}
    by_group: dict[Hashable, list[int]] = {}
    for key, figure in known.items():
        by_group.setdefault(groups[key], []).append(figure)
    overall = _average(list(known.values())) or 1
    return {key: known.get(key) or _average(by_group.get(groups[key], [])) or overall for key in figures}


def _average(figures: Sequence[int]) -> int:
    return max(1, round(sum(figures) / len(figures))) if figures else 0


def whole_months(opened: date | None, exited: date | None, months: Sequence[date]) -> tuple[bool, ...]:
    """In which months a party is there from the first day to the last: quotas are given for whole months."""
    return tuple(
        (opened is None or opened <= month) and (exited is None or exited >= last_day(month)) for month in months
    )


def touched_months(first: date, last: date | None, months: Sequence[date]) -> tuple[bool, ...]:
    """In which months a model is on sale on at least one day."""
    return tuple(first <= last_day(month) and (last is None or last >= month) for month in months)


def county_weights(counties: Sequence[str | None], residents: Mapping[str, int]) -> list[int | None]:
    """Market weight of each party by the county it stands in: its residents, shared by all who stand there."""
    rivals: dict[str | None, int] = {}
    for county in counties:
        rivals[county] = rivals.get(county, 0) + 1
    return [residents.get(county, 0) // rivals[county] if county else None for county in counties]
