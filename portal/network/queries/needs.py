"""What needs attention, as one condition for the work list that counts it and for the lists that show it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, select

from portal.network.models import Distributor, Document, Outlet
from portal.network.rules import GONE, DistributorStatus, Need, OutletStatus

EXPIRING_DAYS = 60


def is_needed(model: type[Distributor] | type[Outlet], need: Need, today: date) -> ColumnElement[bool]:
    """Whether a row has the need; rows that are gone need nothing."""
    alive = model.status.not_in(GONE) if model is Outlet else model.status != DistributorStatus.EXITED
    return and_(alive, _condition(model, need, today))


def _condition(model: type[Distributor] | type[Outlet], need: Need, today: date) -> ColumnElement[bool]:
    if need is Need.PAPERS_EXPIRED:
        return _has_papers(model, Document.valid_to < today)
    if need is Need.PAPERS_EXPIRING:
        return _has_papers(model, Document.valid_to.between(today, today + timedelta(days=EXPIRING_DAYS)))
    if need is Need.OPENING_OVERDUE:
        late = and_(Outlet.status == OutletStatus.OPENING, Outlet.planned_open_on < today)
        return late if model is Outlet else Distributor.id.in_(select(Outlet.distributor_id).where(late))
    if need is Need.NO_AREA:
        return model.sales_area_id.is_(None)
    return model.lng.is_(None)


def _has_papers(model: type[Distributor] | type[Outlet], wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of the row itself: a distributor's own papers are not those of its outlets."""
    if model is Outlet:
        return Outlet.id.in_(select(Document.outlet_id).where(Document.outlet_id.is_not(None), wanted))
    return Distributor.id.in_(select(Document.distributor_id).where(Document.outlet_id.is_(None), wanted))
