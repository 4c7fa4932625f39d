"""What was sold, from the roll-ups: set-wise, and never more than the asker may see."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.sales.models import SalesRollup

PartyKey = tuple[int, int | None]
QuotaKey = tuple[int, int | None, int, date]


def retail_by_party(session: Session, year: int) -> dict[PartyKey, int]:
    """(distributor, outlet or None for its own store) → units sold to customers in the year."""
    statement = (
        select(SalesRollup.distributor_id, SalesRollup.outlet_id, func.sum(SalesRollup.retail))
        .where(_in_year(year))
        .group_by(SalesRollup.distributor_id, SalesRollup.outlet_id)
    )
    return {(distributor, outlet): int(units) for distributor, outlet, units in session.execute(statement)}


def retail_by_model(session: Session, year: int) -> dict[int, int]:
    """Model → units sold to customers in the year."""
    statement = (
        select(SalesRollup.model_id, func.sum(SalesRollup.retail)).where(_in_year(year)).group_by(SalesRollup.model_id)
    )
    return {model: int(units) for model, units in session.execute(statement)}


def retail_by_month(session: Session, year: int) -> list[int]:
    """Units sold to customers in each of the year's months, as far as the asker sees."""
    statement = (
        select(SalesRollup.month, func.sum(SalesRollup.retail)).where(_in_year(year)).group_by(SalesRollup.month)
    )
    found = {month.month: int(units) for month, units in session.execute(statement)}
    return [found.get(month, 0) for month in range(1, 13)]


def years_with_figures(session: Session) -> list[int]:
    """The years of which there are roll-ups, latest first."""
    first, last = session.execute(select(func.min(SalesRollup.month), func.max(SalesRollup.month))).one()
    return list(range(last.year, first.year - 1, -1)) if first and last else []


def retail_of(session: Session, keys: Iterable[QuotaKey]) -> dict[QuotaKey, int]:
    """Units sold by (distributor, outlet, model, month), for the rows of a list. One statement."""
    wanted = set(keys)
    if not wanted:
        return {}
    outlets = {outlet for _d, outlet, _m, _month in wanted if outlet is not None}
    owners = {distributor for distributor, outlet, _m, _month in wanted if outlet is None}
    columns = (SalesRollup.distributor_id, SalesRollup.outlet_id, SalesRollup.model_id, SalesRollup.month)
    whose = SalesRollup.outlet_id.in_(outlets) | (
        SalesRollup.outlet_id.is_(None) & SalesRollup.distributor_id.in_(owners)
    )
    statement = (
        select(*columns, func.sum(SalesRollup.retail))
        .where(SalesRollup.month.in_({month for *_key, month in wanted}), whose)
        .group_by(*columns)
    )
    found = {(row[0], row[1], row[2], row[3]): int(row[4]) for row in session.execute(statement)}
    # An outlet that changed hands: its sales of the month count, whoever reported them.
    by_outlet = {key[1:]: units for key, units in found.items() if key[1] is not None}
    return {key: units for key in wanted if (units := found.get(key, by_outlet.get(key[1:]))) is not None}


def _in_year(year: int) -> ColumnElement[bool]:
    return SalesRollup.month.between(date(year, 1, 1), date(year, 12, 1))
