"""The regions that a row names in words: 四川 | 西昌 | – is Sichuan and Xichang, with what is around it.

Pure: an index of names in, regions and faults out. Answers are remembered, because a file repeats its places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.boundaries.names import NameIndex
from portal.boundaries.regions import Region
from portal.boundaries.rules import LEVELS, Level

Texts = tuple[str | None, str | None, str | None]
"""Province, prefecture and county as the file has them."""
FIELDS = {Level.PROVINCE: "province", Level.PREFECTURE: "prefecture", Level.COUNTY: "county"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A name that means nothing, or something elsewhere. `params` fill the rule's sentence."""

    rule: str
    field: str
    value: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A name that can mean several regions; the row's point may settle it."""

    field: str
    value: str
    candidates: tuple[tuple[Region, ...], ...]
    """Each region with what is around it: two of the same name differ only there."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What the words of a row say, as far as they say one thing."""

    province: Region | None = None
    prefecture: Region | None = None
    county: Region | None = None
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    codes: tuple[str | None, str | None, str | None] = field(default=(None, None, None))
    """Of province, prefecture and county."""

    def at(self, level: Level) -> Region | None:
        """The region stated at one level."""
        return {Level.PROVINCE: self.province, Level.PREFECTURE: self.prefecture, Level.COUNTY: self.county}[level]

    @property
    def narrowest(self) -> Region | None:
        """The narrowest region that is known."""
        return self.county or self.prefecture or self.province


class StatedReader:
    """Reads the three columns of a row."""

    def __init__(self, index: NameIndex) -> None:
        self._index = index
        self._known: dict[Texts, Stated] = {}

    def read(self, texts: Texts) -> Stated:
        """What the row says; the same object for the same words."""
        found = self._known.get(texts)
        if found is None:
            found = self._known[texts] = _Reading(self._index).read(texts)
        return found


class _Reading:
    """One row's words, from the widest to the narrowest."""

    def __init__(self, index: NameIndex) -> None:
        self._index = index
        self._found: dict[Level, Region] = {}
        self._faults: list[Fault] = []
        self._doubts: list[Doubt] = []

    def read(self, texts: Texts) -> Stated:
        for level, text in zip(LEVELS, texts, strict=True):
            if text:
                self._take(level, text)
        province, prefecture, county = (self._found.get(level) for level in LEVELS)
        codes = [region.code if region else None for region in (province, prefecture, county)]
        faults, doubts = tuple(self._faults), tuple(self._doubts)
        return Stated(province, prefecture, county, faults, doubts, (codes[0], codes[1], codes[2]))

    def _take(self, level: Level, text: str) -> None:
        around = self._around(level)
        candidates = self._candidates(level, text, around)
        if len(candidates) == 1:
            self._settle(candidates[0])
        elif candidates:
            chains = tuple(tuple(self._index.chain(region)) for region in candidates)
            self._doubts.append(Doubt(FIELDS[level], text, chains))
            self._settle_what_is_common(candidates)
        else:
            self._faults.append(self._fault(level, text, around))

    def _around(self, level: Level) -> Region | None:
        wider = LEVELS[: LEVELS.index(level)]
        return next((self._found[above] for above in reversed(wider) if above in self._found), None)

    def _candidates(self, level: Level, text: str, around: Region | None) -> list[Region]:
        """A prefecture's column may also name a county-level city (西昌), or both at once (合肥包河)."""
        within = around.code if around else None
        levels = (level, Level.COUNTY) if level is Level.PREFECTURE else (level,)
        return next((found for each in levels if (found := self._index.match(text, each, within))), [])

    def _settle(self, region: Region) -> None:
        for each in self._index.chain(region):
            self._found[each.level] = each

    def _settle_what_is_common(self, candidates: Sequence[Region]) -> None:
        """伊宁 may be the city or the county: either way it is in the prefecture of Ili."""
        chains = [self._index.chain(region) for region in candidates]
        for above in chains[0]:
            if all(above in chain for chain in chains):
                self._settle(above)
                return

    def _fault(self, level: Level, text: str, around: Region | None) -> Fault:
        elsewhere = self._index.match(text) if around else []
        if not around or not elsewhere:
            return Fault("region_unknown", FIELDS[level], text, {})
        places = name_chain(self._index.chain(elsewhere[0]))
        stated = {"en": around.name_en, "zh": around.name_zh}
        return Fault("region_elsewhere", FIELDS[level], text, {"around": stated, "found": places})


def name_of(region: Region) -> dict[str, str]:
    """Both names, for a sentence."""
    return {"en": region.name_en or region.name_zh, "zh": region.name_zh or region.name_en}


def name_chain(chain: Sequence[Region]) -> dict[str, str]:
    """A region with what is around it, widest first in Chinese, narrowest first in English; each name once."""
    names = [name_of(region) for region in chain]
    return {
        "en": ", ".join(dict.fromkeys(name["en"] for name in names)),
        "zh": "".join(dict.fromkeys(name["zh"] for name in reversed(names))),
    }
