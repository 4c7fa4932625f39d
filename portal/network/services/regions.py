"""Brings the books of regions up to the facts: regions of today, names by date, successions, population."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, union, update
from sqlalchemy.orm import Session

from portal.audit.recorder import record
from portal.boundaries import regions as facts
from portal.boundaries.errors import FactsError
from portal.network.models import (
    AreaRegion,
    Distributor,
    Outlet,
    Region,
    RegionName,
    RegionSuccession,
    Territory,
)
from portal.network.queries.region_names import forget_regions
from portal.network.rules import RegionLevel
from portal.scope import scope_of_system

Key = tuple[RegionLevel, str]
Values = dict[str, Any]
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many regions were added, changed, removed and found as they are; names and successions in the facts."""

    added: int
    changed: int
    removed: int
    same: int
    names: int
    successions: int


def load_regions(session: Session, directory: Path) -> Loaded:
    """Make the books say what the facts in `directory` say, a user's own country included. Safe to repeat.

    A code whose every name has ended is no region of today: its names and its succession keep it. A region that the
    facts have dropped leaves the books unless something stands there. Raises FactsError for a damaged table.
    """
    known = facts.list_regions(directory)
    regions = _regions_of_today(known)
    _add_population(regions, facts.list_populations(directory))
    added, changed = _upsert(session, regions)
    removed = _remove_unused(session, frozenset(regions))
    names = _replace_names(session, known)
    successions = _replace_successions(session, directory)
    forget_regions()
    if added or changed or removed:
        counts = {"added": [None, added], "changed": [None, changed], "removed": [None, removed]}
        record(session, "load", object_type="regions", label=str(len(regions)), changes=counts)
    return Loaded(added, changed, removed, len(regions) - added - changed, names, successions)


def _regions_of_today(known: Iterable[facts.Region]) -> dict[Key, Values]:
    """Column values under each region's key."""
    current = {_key(region): region for region in known if region.valid_to is None}
    found: dict[Key, Values] = {}
    for key, region in current.items():
        parent = (RegionLevel(region.parent_key[0]), region.parent_key[1]) if region.parent_key else None
        if parent is not None and parent not in current:
            raise FactsError("unknown_parent", path="regions.csv", value=region.code)
        found[key] = {
            "level": key[0],
            "code": region.code,
            "parent_level": parent[0] if parent else None,
            "parent_code": parent[1] if parent else None,
            "name_zh": region.name_zh or region.name_en,
            "name_en": region.name_en or region.name_zh,
            "lng": region.lng,
            "lat": region.lat,
        }
    return found


def _add_population(regions: dict[Key, Values], by_prefecture: dict[str, int]) -> None:
    """Residents of prefectures, and of the provinces of which every prefecture is counted."""
    inside: dict[str, list[int | None]] = defaultdict(list)
    for (level, code), values in regions.items():
        if level is RegionLevel.PREFECTURE:
            people = by_prefecture.get(code)
            inside[values["parent_code"]].append(people)
            if people is not None:
                values["population"] = people
    for province, counts in inside.items():
        if None not in counts:
            regions[RegionLevel.PROVINCE, province]["population"] = sum(filter(None, counts))


def _upsert(session: Session, regions: dict[Key, Values]) -> tuple[int, int]:
    """Regions added and changed. A population stays where the facts name none."""
    stored = {(row.level, row.code): row for row in session.execute(select(*Region.__table__.columns))}
    new = [values for key, values in regions.items() if key not in stored]
    changes = [
        {"id": stored[key].id, **values}
        for key, values in regions.items()
        if key in stored and any(getattr(stored[key], name) != value for name, value in values.items())
    ]
    for batch in _alike(new):
        session.execute(insert(Region), batch)
    for batch in _alike(changes):
        session.execute(update(Region), batch)
    return len(new), len(changes)


def _alike(rows: list[Values]) -> Iterable[list[Values]]:
    """Rows grouped by the columns they set: only some carry a population."""
    groups: dict[frozenset[str], list[Values]] = defaultdict(list)
    for row in rows:
        groups[frozenset(row)].append(row)
    return groups.values()


def _remove_unused(session: Session, wanted: frozenset[Key]) -> int:
    """Remove regions that the facts do not name, unless they or a region inside them is referred to."""
    stored = {(row.level, row.code): row for row in session.scalars(select(Region))}
    kept = set(wanted)
    for key in _used(session) & stored.keys():
        above: Key | None = key
        while above is not None and above not in kept:
            kept.add(above)
            row = stored.get(above)
            above = (row.parent_level, row.parent_code) if row and row.parent_level and row.parent_code else None
    gone = [row.id for key, row in stored.items() if key not in kept]
    _delete(session, Region, gone)
    return len(gone)


def _used(session: Session) -> set[Key]:
    """Regions in which something stands or that an area or a territory names."""
    columns = {
        RegionLevel.PROVINCE: (Distributor.province_code, Outlet.province_code),
        RegionLevel.PREFECTURE: (Distributor.prefecture_code, Outlet.prefecture_code),
        RegionLevel.COUNTY: (Distributor.county_code, Outlet.county_code, Territory.county_code),
    }
    used = {(row.level, row.code) for row in session.execute(select(AreaRegion.level, AreaRegion.code).distinct())}
    with scope_of_system(session):
        for level, places in columns.items():
            codes = union(*(select(place).where(place.is_not(None)) for place in places))
            used |= {(level, code) for (code,) in session.execute(codes)}
    return used


def _replace_names(session: Session, known: Iterable[facts.Region]) -> int:
    """The names by date, as in the facts: there a name's end is the first day without it."""
    columns = ("level", "code", "name_zh", "name_en", "valid_from", "valid_to")
    wanted = {(*_key(r), r.name_zh or r.name_en, r.name_en or r.name_zh, r.valid_from, _last_day(r)) for r in known}
    rows = session.execute(select(RegionName.id, *(getattr(RegionName, name) for name in columns))).all()
    return _replace(session, RegionName, columns, wanted, {tuple(row[1:]): row.id for row in rows})


def _replace_successions(session: Session, directory: Path) -> int:
    """Changes of code; a region that only changed its name has none."""
    columns = ("level", "old_code", "new_code", "on")
    changes = [each for each in facts.list_successions(directory) if each.old_code != each.new_code]
    wanted = {(RegionLevel(each.level), each.old_code, each.new_code, each.on) for each in changes}
    rows = session.execute(select(RegionSuccession.id, *(getattr(RegionSuccession, name) for name in columns))).all()
    return _replace(session, RegionSuccession, columns, wanted, {tuple(row[1:]): row.id for row in rows})


def _replace(
    session: Session,
    model: type[RegionName] | type[RegionSuccession],
    columns: tuple[str, ...],
    wanted: set[tuple[Any, ...]],
    stored: dict[tuple[Any, ...], int],
) -> int:
    """The table holds exactly the wanted rows; rows that are right already are not touched."""
    _delete(session, model, [row_id for values, row_id in stored.items() if values not in wanted])
    missing = sorted(wanted - stored.keys(), key=lambda values: tuple(map(str, values)))
    if missing:
        session.execute(insert(model), [dict(zip(columns, values, strict=True)) for values in missing])
    return len(wanted)


def _delete(session: Session, model: type[Any], ids: list[int]) -> None:
    for start in range(0, len(ids), _BATCH):
        session.execute(delete(model).where(model.id.in_(ids[start : start + _BATCH])))


def _key(region: facts.Region) -> Key:
    return RegionLevel(region.level), region.code


def _last_day(region: facts.Region) -> date | None:
    return region.valid_to - timedelta(days=1) if region.valid_to else None
