"""The tables of regions: codes, names by date, parents, the succession of codes, and population.

Of a build from a user's own file, the regions are that file's; else they are the committed facts.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from portal.boundaries.errors import FactsError
from portal.boundaries.manifest import COMMITTED, build_dir, read_manifest
from portal.boundaries.rules import LEVELS, Level

COLUMNS = ("level", "code", "parent_code", "name_zh", "name_en", "lng", "lat", "valid_from", "valid_to")
Key = tuple[Level, str]


@dataclass(frozen=True, slots=True)
class Region:
    """A region under one name. `lng`, `lat` is a point inside (WGS-84); `valid_to` is the first day it is no more."""

    level: Level
    code: str
    parent_code: str
    name_zh: str
    name_en: str
    lng: float
    lat: float
    valid_from: date | None = None
    valid_to: date | None = None

    @property
    def key(self) -> Key:
        return self.level, self.code

    @property
    def parent_key(self) -> Key | None:
        """Key of the region one level up; None for a province."""
        index = LEVELS.index(self.level)
        return (LEVELS[index - 1], self.parent_code) if index else None

    def is_valid(self, on: date) -> bool:
        after_start = self.valid_from is None or self.valid_from <= on
        return after_start and (self.valid_to is None or on < self.valid_to)


@dataclass(frozen=True, slots=True)
class Succession:
    """A code gave way to another on a day. `kind`: renamed, recoded, reclassified, merged, divided, separated."""

    level: Level
    old_code: str
    new_code: str
    on: date
    kind: str
    note: str


def list_regions(directory: Path) -> tuple[Region, ...]:
    """Every region that is or was, by level, code and date."""
    manifest = read_manifest(directory)
    built = build_dir(directory) / manifest.folder / "regions.csv" if manifest else None
    return read_regions(built or facts_path(directory, "regions.csv"))


def read_regions(path: Path) -> tuple[Region, ...]:
    """The regions of one table, in its order."""
    return _regions(*_stamped(path))


def list_current_regions(directory: Path) -> tuple[Region, ...]:
    """The regions of today's map: those without an end."""
    return tuple(region for region in list_regions(directory) if region.valid_to is None)


def list_successions(directory: Path) -> tuple[Succession, ...]:
    """By level, date and codes; empty for boundaries of a user's own file."""
    manifest = read_manifest(directory)
    if manifest is not None and manifest.source.kind == "file":
        return ()
    return _successions(*_stamped(facts_path(directory, "succession.csv")))


def list_populations(directory: Path) -> dict[str, int]:
    """Residents by prefecture code (2020 census, where a table is committed)."""
    path = facts_path(directory, "population_2020_sichuan.csv")
    return {row["code"]: int(row["population"]) for row in _rows(path)}


def source_codes(directory: Path) -> dict[Key, str]:
    """Codes that the boundary package gives differently from the register → the register's."""
    rows = _rows(facts_path(directory, "source_codes.csv"))
    return {(Level(row["level"]), row["source_code"]): row["code"] for row in rows}


def facts_path(directory: Path, name: str) -> Path:
    """A committed table: in this folder, or in the repository's when GEODATA_DIR points elsewhere."""
    path = directory / name
    return path if path.exists() else COMMITTED / name


def write_regions(path: Path, regions: list[Region]) -> None:
    """Write a table of regions that `list_regions` reads back."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for r in regions:
            dates = [day.isoformat() if day else "" for day in (r.valid_from, r.valid_to)]
            place = (f"{r.lng:.4f}", f"{r.lat:.4f}")
            writer.writerow((r.level.value, r.code, r.parent_code, r.name_zh, r.name_en, *place, *dates))


def _stamped(path: Path) -> tuple[Path, int]:
    try:
        return path, path.stat().st_mtime_ns
    except FileNotFoundError:
        raise FactsError("facts_missing", path=str(path)) from None


@lru_cache(maxsize=8)
def _regions(path: Path, stamp: int) -> tuple[Region, ...]:
    return tuple(_region(row) for row in _rows(path))


@lru_cache(maxsize=8)
def _successions(path: Path, stamp: int) -> tuple[Succession, ...]:
    return tuple(
        Succession(
            level=Level(row["level"]),
            old_code=row["old_code"],
            new_code=row["new_code"],
            on=date.fromisoformat(row["on"]),
            kind=row["kind"],
            note=row["note"],
        )
        for row in _rows(path)
    )


def _region(row: dict[str, str]) -> Region:
    return Region(
        level=Level(row["level"]),
        code=row["code"],
        parent_code=row["parent_code"],
        name_zh=row["name_zh"],
        name_en=row["name_en"],
        lng=float(row["lng"]),
        lat=float(row["lat"]),
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
