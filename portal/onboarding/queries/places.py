"""Where one point lies, quickly: for a sheet that is asked for at each move of the pin.

`portal.network.services.placing.place` reads all regions, which pays for a file of many; here the names that every
process remembers give the chain of regions, and one query the sales area.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal import clock
from portal.boundaries.manifest import geodata_dir, read_manifest
from portal.network.models import AreaRegion
from portal.network.queries.assignments import in_force
from portal.network.queries.region_names import region_book
from portal.network.rules import RegionLevel
from portal.network.services.placing import Placement, place


def place_of_point(session: Session, lng: float, lat: float, on: date | None = None) -> Placement:
    """The regions and the sales area around a WGS-84 point; empty where no county lies there or none are built."""
    code = _county_at(lng, lat)
    if code is None:
        return Placement()
    chain = region_book(session).path((RegionLevel.COUNTY, code))
    if not chain:  # the boundaries know a code that the books have under another one
        return place(session, lng=lng, lat=lat, on=on)
    codes = {entry.level: entry.code for entry in chain}
    return Placement(
        codes.get(RegionLevel.PROVINCE),
        codes.get(RegionLevel.PREFECTURE),
        code,
        _area_of(session, codes, on or clock.today()),
    )


def _county_at(lng: float, lat: float) -> str | None:
    if read_manifest(geodata_dir()) is None:
        return None
    from portal.boundaries.locate import get_locator  # shapely: only processes that place points pay for it

    found = get_locator(geodata_dir()).locate(lng, lat)
    return found.county_code if found else None


def _area_of(session: Session, codes: dict[RegionLevel, str], on: date) -> int | None:
    """The narrowest assignment wins."""
    keys = [(AreaRegion.level == level) & (AreaRegion.code == code) for level, code in codes.items()]
    rows = session.execute(select(AreaRegion.level, AreaRegion.area_id).where(in_force(on), or_(*keys)))
    areas = {row.level: row.area_id for row in rows}
    narrowest_first = (RegionLevel.COUNTY, RegionLevel.PREFECTURE, RegionLevel.PROVINCE)
    return next((areas[level] for level in narrowest_first if level in areas), None)
