"""Outlets and distributors follow their county into its new code (安县 510724 → 安州区 510705)."""

from __future__ import annotations

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from portal.audit.recorder import record
from portal.db import rows_written
from portal.network.models import Region
from portal.network.models.parties import Placed
from portal.network.rules import RegionLevel
from portal.network.services.placing import AreaResolver, expire_placed
from portal.scope import scope_of_system


def follow_codes(session: Session) -> int:
    """Give whatever stands in a county whose code has ended the codes of today; returns how many rows were moved.

    A county that was divided names none of its parts: what stands there stays, and its page asks for the county.
    """
    session.flush()
    moved = 0
    with scope_of_system(session):
        resolver = AreaResolver(session)
        for model in Placed.__subclasses__():
            for code in _ended_codes(session, model):
                moved += _move(session, model, code, resolver)
    if moved:
        expire_placed(session)
    return moved


def _ended_codes(session: Session, model: type[Placed]) -> list[str]:
    stands = exists(select(1).where(Region.level == RegionLevel.COUNTY, Region.code == model.county_code))
    codes = select(model.county_code).where(model.county_code.is_not(None), ~stands).distinct()
    return sorted(code for code in session.scalars(codes) if code)


def _move(session: Session, model: type[Placed], code: str, resolver: AreaResolver) -> int:
    found = resolver.placement(code)
    if found is None or found.county_code is None:
        return 0
    values = {
        "province_code": found.province_code,
        "prefecture_code": found.prefecture_code,
        "county_code": found.county_code,
        "sales_area_id": found.sales_area_id,
    }
    change = update(model).where(model.county_code == code).values(**values)
    number = rows_written(session.execute(change.execution_options(synchronize_session=False)))
    table = model.__tablename__  # type: ignore[attr-defined]
    note = {"county_code": [code, found.county_code], "rows": [None, number]}
    record(session, "reassign", object_type=table, label=code, changes=note)
    return number
