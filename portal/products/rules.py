"""Lives of products and codes: what may stand beside what. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.errors import InvalidInput

CODE_LENGTH = 40
# Words that are pages of their own beside /products/models/<code>.
RESERVED_CODES = frozenset({"new", "export", "none"})


class Life(StrEnum):
    """Where a product stands in its life on a day."""

    COMING = "coming"
    ON_SALE = "on_sale"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Days:
    """From a day to a day, both inclusive; an open end is None."""

    first: date
    last: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day lies within."""
        return self.first <= day and (self.last is None or day <= self.last)

    def covers(self, other: Days) -> bool:
        """Whether all days of the other lie within."""
        ends = self.last is None or (other.last is not None and other.last <= self.last)
        return self.first <= other.first and ends

    def meets(self, other: Days) -> bool:
        """Whether the two share a day."""
        return (self.last is None or other.first <= self.last) and (other.last is None or self.first <= other.last)


def life_on(days: Days, day: date) -> Life:
    """Coming, on sale or ended."""
    if day < days.first:
        return Life.COMING
    return Life.ON_SALE if days.holds(day) else Life.ENDED


def check_code(code: str) -> None:
    """Letters and digits of any script, `-`, `_` and `.` inside; else InvalidInput on `code`."""
    fault = None
    if not code:
        fault = "code_missing"
    elif len(code) > CODE_LENGTH:
        fault = "code_too_long"
    elif code.casefold() in RESERVED_CODES:
        fault = "code_reserved"
    elif not (code[0].isalnum() and all(sign.isalnum() or sign in "-_." for sign in code)):
        fault = "code_characters"
    if fault:
        raise InvalidInput(fault, field="code", value=code)


def check_days(days: Days, *, last_field: str = "active_to") -> None:
    """The last day is not before the first; else InvalidInput on `last_field`."""
    if days.last is not None and days.last < days.first:
        raise InvalidInput("days_reversed", field=last_field, value=days.last, first=days.first)


def check_within(days: Days, outer: Days, *, name: str, fields: tuple[str, str] = ("active_from", "active_to")) -> None:
    """A life lies within the one around it (`name`: whose it is); else InvalidInput on the day that does not."""
    if days.first < outer.first:
        raise InvalidInput("before_owner", field=fields[0], value=days.first, owner=name, first=outer.first)
    if outer.last is not None and (days.last is None or days.last > outer.last):
        raise InvalidInput("after_owner", field=fields[1], value=days.last, owner=name, last=outer.last)


def check_holds(outer: Days, inner: Iterable[tuple[str, Days]]) -> None:
    """What stands inside a life stays inside when it changes; else InvalidInput naming the first that would not."""
    for name, days in inner:
        if days.first < outer.first:
            raise InvalidInput("begins_after_part", field="active_from", value=outer.first, part=name, first=days.first)
        if not outer.covers(days):
            raise InvalidInput("ends_before_part", field="active_to", value=outer.last, part=name, last=days.last)


def check_apart(days: Days, others: Iterable[Days]) -> None:
    """A model is in a group once at a time; else InvalidInput with the days it is in it already."""
    for other in others:
        if days.meets(other):
            raise InvalidInput(
                "member_already", field="valid_from", value=days.first, first=other.first, last=other.last
            )
