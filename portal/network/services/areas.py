"""Verbs on sales areas: make, change, and give them regions from a day on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from portal.errors import InvalidInput, NotFound, StaleVersion
from portal.network.models import AreaRegion, Region, SalesArea
from portal.network.queries.parties import NOT_ASSIGNED
from portal.network.rules import code_fault
from portal.network.services.placing import Key, Reassigned, reassign_areas


@dataclass(frozen=True, slots=True)
class Conflict:
    """A region that another sales area holds on the day from which it was asked for, or later."""

    key: Key
    area_id: int
    area_code: str
    name_zh: str
    name_en: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Assigned:
    """What an assignment changed: regions begun, ended, taken from other areas; rows that moved with them today."""

    begun: int
    ended: int
    taken: int
    moved: Reassigned


def create_area(
    session: Session,
    *,
    code: str,
    name_zh: str,
    name_en: str,
    developer_id: int | None = None,
    maintainer_id: int | None = None,
) -> SalesArea:
    """A new sales area without regions. Raises InvalidInput (`code_taken`, or what `code_fault` says)."""
    _check_code(session, code)
    area = SalesArea(
        code=code, name_zh=name_zh, name_en=name_en, developer_id=developer_id, maintainer_id=maintainer_id
    )
    session.add(area)
    session.flush()
    return area


def change_area(
    session: Session,
    area_id: int,
    *,
    version: int | None,
    code: str,
    name_zh: str,
    name_en: str,
    developer_id: int | None = None,
    maintainer_id: int | None = None,
) -> SalesArea:
    """Change names and people. Raises NotFound, StaleVersion, InvalidInput (as create_area)."""
    area = _locked_area(session, area_id, version)
    _check_code(session, code, but=area.id)
    area.code, area.name_zh, area.name_en = code, name_zh, name_en
    area.developer_id, area.maintainer_id = developer_id, maintainer_id
    session.flush()
    return area


def assign_regions(
    session: Session,
    area_id: int,
    *,
    version: int | None,
    wanted: Collection[Key],
    among: Collection[Key] | None = None,
    on: date,
    takes_over: bool = False,
) -> Assigned:
    """From the day `on` the area holds, of the regions in `among`, exactly those in `wanted` (without `among`: adds).

    A region inside another wanted one comes with it and gets no row of its own. What another area holds is a
    conflict, unless `takes_over` ends it there the day before. Nothing before `on` changes. Raises NotFound,
    StaleVersion, InvalidInput (`unknown_region`; `region_taken` with `conflicts`).
    """
    area = _locked_area(session, area_id, version)
    wanted = frozenset(wanted)
    parents = _parents(session, wanted)
    held = _held(session, wanted | frozenset(among or ()), on)
    foreign = [row for row in held if row.area_id != area.id and (row.level, row.code) in wanted]
    if foreign and not takes_over:
        raise InvalidInput("region_taken", field="regions", conflicts=_conflicts(foreign))
    own = [row for row in held if row.area_id == area.id]
    widest = {key for key in wanted if not _is_inside(key, wanted, parents)}
    ended = sum(_end(session, row, on) for row in own if (row.level, row.code) not in widest)
    taken = sum(_end(session, row, on) for row in foreign)
    begun = sum(_begin(session, area, key, own, on) for key in sorted(widest))
    for touched in {row.area for row in foreign} | ({area} if begun or ended or taken else set()):
        flag_modified(touched, "code")  # a new version, so that whoever has the old list open is told
    session.flush()
    return Assigned(begun, ended, taken, reassign_areas(session))


def _locked_area(session: Session, area_id: int, version: int | None) -> SalesArea:
    area = session.scalar(select(SalesArea).where(SalesArea.id == area_id).with_for_update())
    if area is None:
        raise NotFound()
    if version != area.version:
        raise StaleVersion(expected=version, actual=area.version)
    return area


def _check_code(session: Session, code: str, but: int | None = None) -> None:
    fault = "code_reserved" if code.casefold() == NOT_ASSIGNED else code_fault(code)
    if fault:
        raise InvalidInput(fault, field="code", value=code)
    statement = select(SalesArea.id).where(SalesArea.code == code)
    if but is not None:
        statement = statement.where(SalesArea.id != but)
    if session.scalar(statement) is not None:
        raise InvalidInput("code_taken", field="code", value=code)


def _parents(session: Session, wanted: frozenset[Key]) -> dict[Key, Key | None]:
    """Each wanted region and its ancestors → the region around it. Raises InvalidInput for one nobody knows.

    The rows are locked, so that two who give the same region to two areas at once do it one after the other.
    """
    found: dict[Key, Key | None] = {}
    waiting: set[Key] = set(wanted)
    while waiting:
        columns = (Region.level, Region.code, Region.parent_level, Region.parent_code)
        asked = select(*columns).where(tuple_(Region.level, Region.code).in_(sorted(waiting)))
        rows = session.execute(asked.order_by(Region.id).with_for_update()).all()
        parents = {(row[0], row[1]): (row[2], row[3]) if row[2] and row[3] else None for row in rows}
        unknown = sorted(code for level, code in waiting & wanted if (level, code) not in parents)
        if unknown:
            raise InvalidInput("unknown_region", field="regions", value=", ".join(unknown))
        found |= parents
        waiting = {parent for parent in parents.values() if parent is not None and parent not in found}
    return found


def _is_inside(key: Key, wanted: frozenset[Key], parents: dict[Key, Key | None]) -> bool:
    above = parents.get(key)
    while above is not None:
        if above in wanted:
            return True
        above = parents.get(above)
    return False


def _held(session: Session, keys: Iterable[Key], on: date) -> list[AreaRegion]:
    """Assignments of these regions in force on the day or after it, earliest first."""
    statement = (
        select(AreaRegion)
        .where(tuple_(AreaRegion.level, AreaRegion.code).in_(sorted(set(keys))))
        .where(or_(AreaRegion.valid_to.is_(None), AreaRegion.valid_to >= on))
        .order_by(AreaRegion.valid_from, AreaRegion.id)
    )
    return list(session.scalars(statement))


def _end(session: Session, row: AreaRegion, on: date) -> int:
    """The last day is the one before; an assignment that would only begin later is taken back."""
    if row.valid_from >= on:
        row.area.regions.remove(row)
    else:
        row.valid_to = on - timedelta(days=1)
    return 1


def _begin(session: Session, area: SalesArea, key: Key, own: list[AreaRegion], on: date) -> int:
    """Hold the region from the day on without an end; what is held already is only stretched."""
    rows = [row for row in own if (row.level, row.code) == key]
    if not rows:
        area.regions.append(AreaRegion(level=key[0], code=key[1], valid_from=on))
        return 1
    first, *later = rows
    is_changed = first.valid_from > on or first.valid_to is not None
    first.valid_from, first.valid_to = min(first.valid_from, on), None
    for row in later:
        area.regions.remove(row)
    return int(is_changed)


def _conflicts(rows: list[AreaRegion]) -> list[Conflict]:
    return [
        Conflict(
            key=(row.level, row.code),
            area_id=row.area.id,
            area_code=row.area.code,
            name_zh=row.area.name_zh,
            name_en=row.area.name_en,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
    ]
