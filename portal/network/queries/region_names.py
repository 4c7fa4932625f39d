"""Names of regions for lists and pages: read once a minute and process, then looked up without a query.

They are facts that belong to nobody, so no scope applies to them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.network.models import Region
from portal.network.queries.remembering import Remembered, forget_all
from portal.network.rules import RegionLevel

Key = tuple[RegionLevel, str]


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """A region as lists show it."""

    level: RegionLevel
    code: str
    name_zh: str
    name_en: str
    parent: Key | None

    @property
    def key(self) -> Key:
        return self.level, self.code

    def name(self, language: str) -> str:
        """The name in one of the portal's languages, or the other one where that is missing."""
        first, second = (self.name_zh, self.name_en) if language == "zh_Hans" else (self.name_en, self.name_zh)
        return first or second


@dataclass(frozen=True)
class RegionBook:
    """All regions of today by (level, code), and what lies under each."""

    entries: Mapping[Key, RegionEntry]
    children: Mapping[Key | None, Sequence[RegionEntry]]

    def name(self, level: RegionLevel, code: str | None, language: str) -> str:
        """The region's name, its code where the books do not know it, nothing without a code."""
        if not code:
            return ""
        entry = self.entries.get((level, code))
        return entry.name(language) if entry else code

    def places(self, prefectures: Sequence[str | None], counties: Sequence[str | None], language: str) -> list[str]:
        """Prefecture and county of each row, or what is known of them; a name that is both stands once."""
        pairs = list(zip(prefectures, counties, strict=True))
        words = {pair: self._place(*pair, language) for pair in set(pairs)}
        return [words[pair] for pair in pairs]

    def _place(self, prefecture: str | None, county: str | None, language: str) -> str:
        names = (
            self.name(RegionLevel.PREFECTURE, prefecture, language),
            self.name(RegionLevel.COUNTY, county, language),
        )
        return " · ".join(dict.fromkeys(name for name in names if name))

    def path(self, key: Key | None) -> list[RegionEntry]:
        """The region and those around it, widest first; empty for an unknown one."""
        path: list[RegionEntry] = []
        while key is not None and (entry := self.entries.get(key)) is not None and entry not in path:
            path.insert(0, entry)
            key = entry.parent
        return path


_books: Remembered[RegionBook] = Remembered()


def region_book(session: Session) -> RegionBook:
    """The regions, at most a minute old."""
    return _books.get(session.get_bind().engine, lambda: _read(session))


def forget_regions() -> None:
    """Read the regions anew at the next question (they have just been loaded)."""
    forget_all()


def _read(session: Session) -> RegionBook:
    columns = (Region.level, Region.code, Region.name_zh, Region.name_en, Region.parent_level, Region.parent_code)
    entries: dict[Key, RegionEntry] = {}
    children: dict[Key | None, list[RegionEntry]] = defaultdict(list)
    for level, code, name_zh, name_en, above, above_code in session.execute(select(*columns).order_by(Region.code)):
        parent = (above, above_code) if above is not None and above_code else None
        entry = RegionEntry(level, code, name_zh, name_en, parent)
        entries[entry.key] = entry
        children[parent].append(entry)
    return RegionBook(entries, dict(children))


def find_counties(book: RegionBook, text: str, limit: int) -> list[tuple[RegionEntry, str, str]]:
    """Up to `limit` counties whose code or name begins with the text, then those that hold it, by code.

    Each comes with what stands above it, in Chinese and in English.
    """
    wanted = text.casefold()
    counties = [entry for entry in book.entries.values() if entry.level is RegionLevel.COUNTY]
    names = [(entry, (entry.code, entry.name_zh.casefold(), entry.name_en.casefold())) for entry in counties]
    begins = [entry for entry, own in names if any(name.startswith(wanted) for name in own)]
    holds = [entry for entry, own in names if any(wanted in name for name in own) and entry not in begins]
    return [(entry, *_above(book, entry)) for entry in [*begins, *holds][:limit]]


def _above(book: RegionBook, entry: RegionEntry) -> tuple[str, str]:
    path = book.path(entry.parent)
    return " ".join(each.name_zh for each in path), ", ".join(each.name_en for each in reversed(path))
