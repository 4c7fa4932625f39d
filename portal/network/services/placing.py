"""Where something belongs: its county, prefecture and province, and the sales area that follows from them on a day.

The narrowest assignment wins: a county's own, else its prefecture's, else its province's. Former codes are followed
through the succession to the region that is in the books today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.audit.recorder import record
from portal.boundaries.manifest import geodata_dir, read_manifest
from portal.errors import InvalidInput
from portal.network.models import AreaRegion, Distributor, Outlet, Region, RegionSuccession
from portal.network.models.parties import Placed
from portal.network.queries.assignments import area_at, in_force
from portal.network.rules import RegionLevel
from portal.scope import scope_of_system

Key = tuple[RegionLevel, str]


@dataclass(frozen=True, slots=True)
class Placement:
    """The regions around a place and the sales area they lie in (None: not assigned)."""

    province_code: str | None = None
    prefecture_code: str | None = None
    county_code: str | None = None
    sales_area_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reassigned:
    """How many rows came to lie in another sales area."""

    distributors: int
    outlets: int

    @property
    def total(self) -> int:
        return self.distributors + self.outlets


class AreaResolver:
    """Places many things: reads regions, succession and assignments once (some 3,300 rows for China).

    `counties`: all that will be asked for; the others are left unread.
    """

    def __init__(
        self, session: Session, on: date | None = None, *, counties: Iterable[str | None] | None = None
    ) -> None:
        self.on = on or clock.today()
        self._areas = _assignments(session, self.on)
        self._successors = _successors(session)
        regions = select(Region.level, Region.code, Region.parent_level, Region.parent_code)
        if counties is not None:
            regions = regions.where(or_(Region.level != RegionLevel.COUNTY, Region.code.in_(self._ever(counties))))
        self._parents = {(row.level, row.code): _parent(row) for row in session.execute(regions)}

    def _ever(self, counties: Iterable[str | None]) -> set[str]:
        """The counties and whatever they became."""
        found: set[str] = set()
        waiting = [code for code in counties if code]
        while waiting:
            code = waiting.pop()
            if code not in found:
                found.add(code)
                waiting += self._successors.get((RegionLevel.COUNTY, code), [])
        return found

    def follow(self, level: RegionLevel, code: str | None) -> str | None:
        """The code under which the region stands in the books today; None where it is unknown.

        A former code leads to its successor. Where a region was divided its code alone names none of the parts.
        """
        seen: set[str] = set()
        while code is not None and (level, code) not in self._parents:
            after = self._successors.get((level, code), [])
            if len(after) != 1 or code in seen:
                return None
            seen.add(code)
            code = after[0]
        return code

    def placement(self, code: str | None, level: RegionLevel = RegionLevel.COUNTY) -> Placement | None:
        """The region `code` (or what it became), the regions around it and their area; None where it is unknown."""
        current = self.follow(level, code)
        if current is None:
            return None
        chain = self._chain((level, current))
        area = next((self._areas[key] for key in chain if key in self._areas), None)
        codes = dict(chain)
        return Placement(
            codes.get(RegionLevel.PROVINCE), codes.get(RegionLevel.PREFECTURE), codes.get(RegionLevel.COUNTY), area
        )

    def _chain(self, key: Key) -> list[Key]:
        """The region and those around it, narrowest first."""
        chain = [key]
        while (above := self._parents.get(chain[-1])) is not None and above not in chain:
            chain.append(above)
        return chain


def place(
    session: Session,
    *,
    lng: float | None = None,
    lat: float | None = None,
    county_code: str | None = None,
    on: date | None = None,
    resolver: AreaResolver | None = None,
) -> Placement:
    """Place one thing. A point inside the boundaries decides; else the stated county, under its present code.

    Empty where neither says anything; without built boundaries no point says anything. Raises InvalidInput
    (`unknown_region`) for a county that nobody knows. Give a `resolver` where many are placed one by one.
    """
    here = _county_at(lng, lat)
    resolver = resolver or AreaResolver(session, on, counties=(here, county_code))
    found = resolver.placement(here)
    if found is not None or not county_code:
        return found or Placement()
    stated = resolver.placement(county_code)
    if stated is None:
        raise InvalidInput("unknown_region", field="county_code", value=county_code)
    return stated


def reassign_areas(session: Session, on: date | None = None) -> Reassigned:
    """Recompute the sales area of every distributor and outlet, whoever asks; put the counts down in the audit.

    Whatever else stands in a place (tables of the rooms above that derive from Placed) goes with them.
    Call it whenever assignments change, and once a day for those that begin or end on a later day.
    """
    day = on or clock.today()
    session.flush()
    with scope_of_system(session):
        moved = Reassigned(_reassign(session, Distributor, day), _reassign(session, Outlet, day))
        others = sum(_reassign(session, m, day) for m in Placed.__subclasses__() if m not in (Distributor, Outlet))
    if moved.total or others:
        changes = {"distributors": [None, moved.distributors], "outlets": [None, moved.outlets]}
        changes |= {"others": [None, others]} if others else {}
        record(session, "reassign", object_type="sales_areas", label=day.isoformat(), changes=changes)
        expire_placed(session)
    return moved


def _reassign(session: Session, model: type[Placed], on: date) -> int:
    area = func.coalesce(
        area_at(RegionLevel.COUNTY, model.county_code, on),
        area_at(RegionLevel.PREFECTURE, model.prefecture_code, on),
        area_at(RegionLevel.PROVINCE, model.province_code, on),
    )
    change = update(model).where(model.sales_area_id.is_distinct_from(area)).values(sales_area_id=area)
    result = session.execute(change.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]


def expire_placed(session: Session) -> None:
    """What is at hand of placed things is read anew: an UPDATE went past it."""
    for row in session.identity_map.values():
        if isinstance(row, Placed):
            session.expire(row, ["province_code", "prefecture_code", "county_code", "sales_area_id"])


def _county_at(lng: float | None, lat: float | None) -> str | None:
    """The code of the county around a WGS-84 point; None without a point, boundaries, or a county there."""
    if lng is None or lat is None or read_manifest(geodata_dir()) is None:
        return None
    from portal.boundaries.locate import get_locator  # shapely: only processes that place points pay for it

    found = get_locator(geodata_dir()).locate(lng, lat)
    return found.county_code if found else None


def _parent(row: object) -> Key | None:
    level, code = row.parent_level, row.parent_code  # type: ignore[attr-defined]
    return (level, code) if level is not None and code is not None else None


def _assignments(session: Session, on: date) -> dict[Key, int]:
    rows = session.execute(select(AreaRegion.level, AreaRegion.code, AreaRegion.area_id).where(in_force(on)))
    return {(row.level, row.code): row.area_id for row in rows}


def _successors(session: Session) -> dict[Key, list[str]]:
    columns = (RegionSuccession.level, RegionSuccession.old_code, RegionSuccession.new_code)
    found: dict[Key, list[str]] = defaultdict(list)
    for row in session.execute(select(*columns).order_by(RegionSuccession.on, RegionSuccession.new_code)):
        found[row.level, row.old_code].append(row.new_code)
    return found
