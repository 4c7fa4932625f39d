"""Points accounts: what is redeemed or has expired takes the oldest points first. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Lot:
    """Points that were released together, and the day after which they are gone; None never."""

    points: int
    expires_on: date | None


def remaining(lots: Iterable[Lot], used: int) -> list[Lot]:
    """What is left of the lots after `used` points: those that expire first are used first."""
    left = []
    for lot in sorted(lots, key=lambda lot: (lot.expires_on is None, lot.expires_on or date.max)):
        taken = min(used, lot.points)
        used -= taken
        if lot.points > taken:
            left.append(Lot(lot.points - taken, lot.expires_on))
    return left


def expired(lots: Iterable[Lot], used: int, today: date) -> dict[date, int]:
    """Day → points that were not used by then, of the days that are over."""
    found: dict[date, int] = {}
    for lot in remaining(lots, used):
        if lot.expires_on is not None and lot.expires_on < today:
            found[lot.expires_on] = found.get(lot.expires_on, 0) + lot.points
    return found
