"""What regions were called, under which codes, and how one code gave way to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.network.models import RegionName, RegionSuccession
from portal.network.queries.remembering import Remembered
from portal.network.rules import RegionLevel

Key = tuple[RegionLevel, str]
MAX_MATCHES = 200


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name, and the code it went with, from a day to a day (None: open)."""

    code: str
    name_zh: str
    name_en: str
    valid_from: date | None
    valid_to: date | None

    def is_valid(self, day: date) -> bool:
        """Whether it was the name on a day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to >= day)


@dataclass(frozen=True, slots=True)
class Change:
    """A code gave way to another on a day."""

    level: RegionLevel
    old_code: str
    new_code: str
    on: date


class Changes:
    """Every change of code (some hundreds), forwards and backwards."""

    def __init__(self, session: Session) -> None:
        columns = (RegionSuccession.level, RegionSuccession.old_code, RegionSuccession.new_code, RegionSuccession.on)
        statement = select(*columns).order_by(RegionSuccession.on, *columns[:3])
        self._after: dict[Key, list[Change]] = defaultdict(list)
        self._before: dict[Key, list[Change]] = defaultdict(list)
        for row in session.execute(statement):
            change = Change(*row)
            self._after[change.level, change.old_code].append(change)
            self._before[change.level, change.new_code].append(change)

    def out_of(self, key: Key) -> list[Change]:
        """What a code became directly, by day."""
        return self._after.get(key, [])

    def into(self, key: Key) -> list[Change]:
        """What led to a code, over several steps, by day."""
        found: set[Change] = set()
        waiting = [key]
        while waiting:
            fresh = set(self._before.get(waiting.pop(), [])) - found
            found |= fresh
            waiting += [(change.level, change.old_code) for change in fresh]
        return sorted(found, key=lambda change: (change.on, change.old_code, change.new_code))

    def descendants(self, keys: Iterable[Key]) -> set[Key]:
        """These codes and everything they became."""
        found: set[Key] = set()
        waiting = set(keys)
        while waiting:
            found |= waiting
            waiting = {(change.level, change.new_code) for key in waiting for change in self.out_of(key)} - found
        return found


_changes: Remembered[Changes] = Remembered()


def changes_of_codes(session: Session) -> Changes:
    """Every change of code, at most a minute old."""
    return _changes.get(str(session.get_bind().engine.url), lambda: Changes(session))


class Past:
    """The names of some regions, and of what led to them."""

    def __init__(self, session: Session, keys: Collection[Key], changes: Changes | None = None) -> None:
        self.changes = changes or changes_of_codes(session)
        before = {(change.level, change.old_code) for key in keys for change in self.changes.into(key)}
        self._names = list_names(session, {*keys, *before})

    def former_names(self, key: Key) -> list[FormerName]:
        """Names that have ended: its own, and those of codes that are gone, oldest first."""
        own = [name for name in self._names.get(key, ()) if name.valid_to is not None]
        return [*(name for old in self._gone(key) for name in self._names.get(old, ())), *own]

    def all_names(self, key: Key) -> list[FormerName]:
        """Every name that led here, oldest first."""
        whole = [*self.former_names(key), *(name for name in self._names.get(key, ()) if name.valid_to is None)]
        return sorted(whole, key=_order)

    def _gone(self, key: Key) -> list[Key]:
        """Codes before this one. A region of today that only gave something away is no former name of it."""
        found = dict.fromkeys((change.level, change.old_code) for change in self.changes.into(key))
        return [old for old in found if all(name.valid_to for name in self._names.get(old, ()))]


def list_names(session: Session, keys: Collection[Key]) -> dict[Key, list[FormerName]]:
    """The names of some codes by date; a code that never was is left out."""
    columns = (RegionName.name_zh, RegionName.name_en, RegionName.valid_from, RegionName.valid_to)
    wanted = tuple_(RegionName.level, RegionName.code).in_(sorted(set(keys)))
    found: dict[Key, list[FormerName]] = defaultdict(list)
    for row in session.execute(select(RegionName.level, RegionName.code, *columns).where(wanted)):
        found[row.level, row.code].append(FormerName(*row[1:]))
    return {key: sorted(names, key=_order) for key, names in found.items()}


def name_on(session: Session, level: RegionLevel, code: str, day: date) -> FormerName | None:
    """What the region with this code was called on a day; None where nothing had the code then."""
    names = list_names(session, [(level, code)]).get((level, code), [])
    return next((name for name in names if name.is_valid(day)), None)


def get_former(session: Session, key: Key) -> tuple[Sequence[FormerName], Sequence[Change]]:
    """For a code of the past: its names, and what it became. Raises NotFound for a code that never was."""
    names = list_names(session, [key]).get(key)
    if not names:
        raise NotFound()
    return names, changes_of_codes(session).out_of(key)


@dataclass(frozen=True, slots=True)
class OnceCalled:
    """Codes that once had a name or code that was searched for, and everything they became."""

    exactly: Collection[Key]
    alike: Collection[Key]


def find_once_called(session: Session, text: str, changes: Changes) -> OnceCalled:
    """Regions by a name that has ended or a code that is gone: those called exactly so, and those called alike."""
    matches = or_(
        RegionName.code.startswith(text, autoescape=True),
        RegionName.name_zh.contains(text, autoescape=True),
        RegionName.name_en.icontains(text, autoescape=True),
    )
    columns = (RegionName.level, RegionName.code, RegionName.name_zh, RegionName.name_en)
    former = select(*columns).where(matches, RegionName.valid_to.is_not(None))
    rows = session.execute(former.order_by(RegionName.code, RegionName.level, RegionName.id).limit(MAX_MATCHES)).all()
    exact = [row for row in rows if text.casefold() in {row.code, row.name_zh, row.name_en.casefold()}]
    keys = [changes.descendants((row.level, row.code) for row in some) for some in (exact, rows)]
    return OnceCalled(*(sorted(each) for each in keys))


def _order(name: FormerName) -> tuple[date, date, str]:
    return name.valid_from or date.min, name.valid_to or date.max, name.code
