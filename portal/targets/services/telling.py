"""What the targets tell the monthly report when it asks: quotas as thresholds of a check, attainment of its figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from portal.network.models import Distributor, Outlet
from portal.sales.queries.figures import FigureFilter, Key, retail_of
from portal.sales.rules.figures import Grouping
from portal.sales.signals import attainment_asked, thresholds_asked
from portal.targets.models import Quota
from portal.targets.queries.quotas import in_force


@thresholds_asked.connect
def tell_thresholds(
    distributor_id: int, *, session: Session, months: Sequence[date]
) -> dict[tuple[int | None, date], list[int]]:
    """(outlet, or None for the distributor with all its outlets, month) → the quota over all models."""
    statement = (
        select(Quota.outlet_id, Quota.month, func.sum(Quota.units))
        .where(Quota.distributor_id == distributor_id, Quota.month.in_(months), in_force(None))
        .group_by(Quota.outlet_id, Quota.month)
    )
    found: dict[tuple[int | None, date], int] = defaultdict(int)
    for outlet, month, units in session.execute(statement):
        found[None, month] += int(units)
        if outlet is not None:
            found[outlet, month] = int(units)
    return {place: [units] for place, units in found.items()}


@attainment_asked.connect
def tell_attainment(
    grouping: Grouping, *, session: Session, wanted: FigureFilter, keys: Collection[Key]
) -> dict[Key, tuple[int, int]]:
    """Key → (units sold of the models that have a quota, their quota). Two statements, whatever the rows."""
    quotas, models = _quotas(session, wanted, grouping, keys) if keys else ({}, set[int]())
    if not quotas:
        return {}
    sold = retail_of(session, replace(wanted, models=sorted(models)), grouping, keys)
    return {key: (sold.get(key, 0), units) for key, units in quotas.items()}


def _quotas(
    session: Session, wanted: FigureFilter, grouping: Grouping, keys: Collection[Key]
) -> tuple[dict[Key, int], set[int]]:
    """Key → units of its quota; and the models that have one."""
    columns = _columns(grouping)
    statement = select(*columns, Quota.model_id.label("of_model"), func.sum(Quota.units)).where(
        Quota.month.between(wanted.first, wanted.last), in_force(None)
    )
    if wanted.models:
        statement = statement.where(Quota.model_id.in_(wanted.models))
    if grouping is Grouping.AREA or wanted.areas:
        statement = statement.outerjoin(Outlet, Outlet.id == Quota.outlet_id).outerjoin(
            Distributor, Distributor.id == Quota.distributor_id
        )
    if wanted.areas:
        statement = statement.where(_area().in_(wanted.areas))
    if wanted.distributors:
        statement = statement.where(Quota.distributor_id.in_(wanted.distributors))
    if wanted.outlets:
        statement = statement.where(Quota.outlet_id.in_(wanted.outlets))
    if grouping in (Grouping.DISTRIBUTOR, Grouping.OUTLET):
        statement = statement.where(Quota.distributor_id.in_({key[0] for key in keys}))
    shown, found, models = set(keys), dict[Key, int](), set[int]()
    for *key, model, units in session.execute(statement.group_by(*columns, Quota.model_id)):
        if tuple(key) in shown:
            found[tuple(key)] = found.get(tuple(key), 0) + int(units)
            models.add(model)
    return found, models


def _area() -> ColumnElement[int]:
    """The area of the outlet today, or of the distributor whose own store it is: as figures are grouped."""
    return case((Quota.outlet_id.is_(None), Distributor.sales_area_id), else_=Outlet.sales_area_id)


def _columns(grouping: Grouping) -> list[Any]:
    columns: dict[Grouping, list[Any]] = {
        Grouping.AREA: [_area()],
        Grouping.DISTRIBUTOR: [Quota.distributor_id],
        Grouping.OUTLET: [Quota.distributor_id, Quota.outlet_id],
        Grouping.MODEL: [Quota.model_id],
        Grouping.MONTH: [Quota.month],
    }
    return columns[grouping]
