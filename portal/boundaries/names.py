"""From a name as people write it to regions.

"成都", "四川省成都市武侯区", "合肥包河", "阿坝州", "安县" (a district since 2016), "Xi'an", "510100": each finds the
regions that it can mean. Nothing is guessed: an unknown name finds nothing, one with several meanings finds them all.

Better readings hide worse ones: the full name of today, then a full former name, then a name without its kind
(成都 for 成都市), then a former name without its kind, then two or three names run together.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from portal.boundaries.manifest import geodata_dir
from portal.boundaries.regions import Key, Region, Succession, list_regions, list_successions
from portal.boundaries.rules import LEVELS, Level

_LONGEST = 60
_REMEMBERED = 100_000
_ETHNIC_ZH = (
    "藏|彝|羌|回|苗|侗|瑶|壮|土家|布依|仡佬|仫佬|毛南|水|黎|畲|满|蒙古|朝鲜|哈尼|傣|景颇|傈僳|白|纳西|拉祜|佤|布朗|独龙|怒|普米|"
    "哈萨克|柯尔克孜|裕固|东乡|保安|撒拉|土|达斡尔|各"
)
_ETHNIC_TAIL = re.compile(rf"(?:(?:{_ETHNIC_ZH})族|蒙古|哈萨克|柯尔克孜|锡伯|塔吉克|壮族|回族|维吾尔)+$")
_KINDS_ZH = (
    *("特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "林区", "特区"),
    *("省", "市", "区", "县", "盟", "旗"),
)
# What people write for an autonomous prefecture or county: 阿坝州, 北川县.
_SHORT_KINDS = {"自治州": "州", "自治县": "县", "自治旗": "旗", "自治区": "区"}
_KINDS_EN = (
    "autonomous prefecture", "autonomous county", "autonomous banner", "autonomous region", "forestry district",
    "special district", "prefecture", "province", "district", "county", "banner", "league", "city",
)  # fmt: skip
_ETHNIC_EN = re.compile(
    r" (?:tibetan|yi|qiang|hui|miao|dong|yao|zhuang|tujia|buyei|gelao|mulao|maonan|sui|li|she|manchu|mongol|korean|"
    r"hani|dai|jingpo|lisu|bai|naxi|lahu|va|blang|derung|nu|pumi|kazakh|kirghiz|xibe|tajik|yugur|bonan|salar|tu|daur|various)\b.*$"
)
# Spellings in use beside the table's.
_ALSO: dict[Key, tuple[str, ...]] = {
    (Level.PROVINCE, "150000"): ("Nei Mongol", "Neimenggu"),
    (Level.PROVINCE, "540000"): ("Xizang",),
    (Level.PROVINCE, "820000"): ("Macau",),
    (Level.PREFECTURE, "513200"): ("Ngawa",),
    (Level.PREFECTURE, "513300"): ("Ganzi",),
    (Level.PREFECTURE, "540200"): ("Shigatse",),
    (Level.PREFECTURE, "653100"): ("Kashi",),
}


class NameIndex:
    """Finds regions by name in one table of regions; answers are remembered."""

    def __init__(self, regions: Iterable[Region], successions: Iterable[Succession] = ()) -> None:
        every = list(regions)
        self._current = {region.key: region for region in every if region.valid_to is None}
        self._heirs: dict[Key, list[Succession]] = defaultdict(list)
        for step in successions:
            if step.kind != "separated":
                self._heirs[step.level, step.old_code].append(step)
        # One dictionary a reading, best first: folded name → keys of current regions.
        self._readings: list[dict[str, dict[Key, None]]] = [defaultdict(dict) for _ in range(4)]
        for region in every:
            self._add(region)
        self._answers: dict[tuple[str, Level | None, str | None], list[Region]] = {}

    def match(self, text: str, level: Level | str | None = None, within: str | None = None) -> list[Region]:
        """The regions of today that `text` can mean, by level and code; see `match_region`."""
        level = Level(level) if level else None
        question = (text, level, within)
        if question not in self._answers:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            self._answers[question] = self._find(fold(text), level, within)
        return list(self._answers[question])

    def chain(self, region: Region) -> list[Region]:
        """The region, then what holds it, up to the province."""
        found = [region]
        while (key := found[-1].parent_key) is not None and key in self._current:
            found.append(self._current[key])
        return found

    def _find(self, folded: str, level: Level | None, within: str | None) -> list[Region]:
        if not folded or len(folded) > _LONGEST:
            return []
        for reading in self._readings:
            found = self._allowed(reading.get(folded, ()), level, within)
            if found:
                return _widest_of_same_name(found) if level is None else found
        return self._run_together(folded, level, within)

    def _run_together(self, folded: str, level: Level | None, within: str | None) -> list[Region]:
        """A wide name followed by a narrower one: every cut of the text is tried."""
        found: dict[Key, Region] = {}
        for cut in range(2, len(folded) - 1):
            for wide in self._wide(folded[:cut], within):
                for region in self._find(folded[cut:], level, wide.code):
                    if region.level is not wide.level or region.code != wide.code:
                        found[region.key] = region
        return sorted(found.values(), key=_order)

    def _wide(self, folded: str, within: str | None) -> list[Region]:
        keys = {key: None for reading in self._readings[::2] for key in reading.get(folded, ())}
        return self._allowed((key for key in keys if key[0] is not Level.COUNTY), None, within)

    def _allowed(self, keys: Iterable[Key], level: Level | None, within: str | None) -> list[Region]:
        found = [self._current[key] for key in keys if level is None or key[0] is level]
        if within is not None:
            found = [region for region in found if any(above.code == within for above in self.chain(region))]
        return sorted(found, key=_order)

    def _add(self, region: Region) -> None:
        """File the names of a region; a former name leads to the regions of today that took its place."""
        former = region.valid_to is not None
        for key in self._living(region) if former else [region.key]:
            for name in (region.name_zh, region.name_en, region.code, *_ALSO.get(region.key, ())):
                self._readings[1 if former else 0][fold(name)][key] = None
            for name in short_names(region):
                self._readings[3 if former else 2][fold(name)][key] = None

    def _living(self, region: Region) -> list[Key]:
        waiting, living = [region.key], []
        seen: set[Key] = set()
        while waiting:
            key = waiting.pop(0)
            steps = [step for step in self._heirs.get(key, ()) if (step.level, step.new_code) not in seen]
            if key in self._current and (key != region.key or not steps):
                living.append(key)
                continue
            for step in steps:
                seen.add((step.level, step.new_code))
                waiting.append((step.level, step.new_code))
        return living or ([region.key] if region.key in self._current else [])


def match_region(text: str, level: Level | str | None = None, within: str | None = None) -> list[Region]:
    """The regions of today that `text` can mean: none, one, or all where it is ambiguous, by level and code.

    `level` admits only that level, `within` only what lies in (or is) the region of that code. Full-width characters,
    blanks, case and accents do not matter. For many rows take `get_index` once: this asks the file system each time.
    """
    return get_index(geodata_dir()).match(text, level, within)


def get_index(directory: Path) -> NameIndex:
    """The index over the regions of a geodata folder, made once for each version of the tables (0.1 s)."""
    tables = list_regions(directory), list_successions(directory)
    known = _INDEXES.get(directory)
    if known is None or known[0][0] is not tables[0] or known[0][1] is not tables[1]:
        known = _INDEXES[directory] = (tables, NameIndex(*tables))
    return known[1]


_INDEXES: dict[Path, tuple[tuple[tuple[Region, ...], tuple[Succession, ...]], NameIndex]] = {}


def fold(text: str) -> str:
    """What is left of a name when width, case, accents, blanks and punctuation do not matter."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text)).casefold()
    return "".join(char for char in plain if char.isalnum())


def short_names(region: Region) -> list[str]:
    """Names without the kind of unit: 成都, 阿坝, 阿坝州, Chengdu, Aba."""
    names: list[str] = []
    for kind in _KINDS_ZH:
        if region.name_zh.endswith(kind):
            stem = region.name_zh.removesuffix(kind)
            bare = _ETHNIC_TAIL.sub("", stem) if kind.startswith("自治") else stem
            bare = bare if len(bare) > 1 else stem
            names += [name for name in (stem, bare) if len(name) > 1]
            names += [bare + _SHORT_KINDS[kind]] if kind in _SHORT_KINDS else []
            break
    english = fold_words(region.name_en)
    for kind in _KINDS_EN:
        if english.endswith(" " + kind):
            stem = english.removesuffix(" " + kind)
            names += [stem, _ETHNIC_EN.sub("", stem) if kind.startswith("autonomous") else stem]
            break
    else:
        names.append(f"{english} {'province' if region.level is Level.PROVINCE else 'city'}")
    return list(dict.fromkeys(names))


def fold_words(text: str) -> str:
    """Lower case, with single blanks between words."""
    return " ".join(text.casefold().split())


def _widest_of_same_name(found: list[Region]) -> list[Region]:
    """北京市 is a province and the prefecture in it: without a level asked for, the wider one is meant."""
    names = {(region.key, region.name_zh) for region in found}
    return [region for region in found if (region.parent_key, region.name_zh) not in names]


def _order(region: Region) -> tuple[int, str]:
    return LEVELS.index(region.level), region.code
