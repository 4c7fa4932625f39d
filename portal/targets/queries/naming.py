"""What the keys of a split are called: areas, distributors, outlets, models. One statement a kind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.network.models import Distributor, Outlet, SalesArea
from portal.network.queries.lists import Named
from portal.products.models import ProductModel
from portal.targets.rules.cascade import UNASSIGNED, id_of
from portal.targets.rules.words import Level

_TABLES: dict[str, tuple[Any, ...]] = {
    Level.AREA.value: (SalesArea.id, SalesArea.code, SalesArea.name_zh, SalesArea.name_en),
    Level.DISTRIBUTOR.value: (Distributor.id, Distributor.code, Distributor.name, Distributor.name_en),
    Level.OUTLET.value: (Outlet.id, Outlet.code, Outlet.name, Outlet.name_en),
    Level.MODEL.value: (ProductModel.id, ProductModel.code, ProductModel.name_zh, ProductModel.name_en),
}


def names_of(session: Session, keys: Iterable[str]) -> dict[str, Named]:
    """Key → code and names, for the keys that name something which the asker sees."""
    wanted: dict[str, set[int]] = {}
    for key in keys:
        number = id_of(key)
        if number is not None:
            wanted.setdefault(key.partition(":")[0], set()).add(number)
    found = {}
    for level, ids in wanted.items():
        columns = _TABLES[level]
        for row in session.execute(select(*columns).where(columns[0].in_(ids))):
            found[f"{level}:{row[0]}"] = Named(*row)
    return found


def codes_of(session: Session) -> dict[str, str]:
    """Key → code of every area, distributor, outlet and model."""
    found = {f"{Level.AREA}:{UNASSIGNED}": "none"}
    for level, columns in _TABLES.items():
        found |= {f"{level}:{number}": code for number, code in session.execute(select(columns[0], columns[1]))}
    return found
