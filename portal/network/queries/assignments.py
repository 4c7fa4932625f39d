"""SQL of which region belongs to which sales area on a day. The narrowest assignment wins."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.network.models import AreaRegion, Region
from portal.network.rules import RegionLevel

Code = ColumnElement[Any] | InstrumentedAttribute[Any]


def in_force(on: date, held: Any = AreaRegion) -> ColumnElement[bool]:
    """The condition under which an assignment is in force on a day (`held`: an alias of AreaRegion)."""
    return and_(held.valid_from <= on, or_(held.valid_to.is_(None), held.valid_to >= on))


def area_at(level: RegionLevel | Code, code: Code, on: date) -> ColumnElement[int | None]:
    """The area to which the region (level, code) itself is assigned on a day, as a scalar subquery."""
    held = aliased(AreaRegion)
    found = select(func.min(held.area_id)).where(held.level == level, held.code == code, in_force(on, held))
    return found.correlate_except(held).scalar_subquery()


def area_of_region(on: date) -> ColumnElement[int | None]:
    """The area in which each row of Region lies on a day: its own, else that of a region around it."""
    around = aliased(Region)
    is_around = and_(around.level == Region.parent_level, around.code == Region.parent_code)
    widest = select(area_at(around.parent_level, around.parent_code, on)).where(is_around)
    return func.coalesce(
        area_at(Region.level, Region.code, on),
        area_at(Region.parent_level, Region.parent_code, on),
        widest.correlate(Region).scalar_subquery(),
    )
