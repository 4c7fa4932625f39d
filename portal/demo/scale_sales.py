"""Many synthetic sales, to see how the figures bear them: two years of reports of the synthetic outlets.

Deterministic, and written by bulk statements like the outlets themselves: the audit has one entry for all of it. Every
outlet and model has a line for every month; its sales are listed one by one, as many as are asked for in all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal import clock
from portal.audit.recorder import record
from portal.demo.products import make_products
from portal.demo.scale import PREFIX
from portal.errors import InvalidInput
from portal.network.models import Distributor, Outlet
from portal.periods import month_of, previous_month, shift_month
from portal.products.models import ProductModel
from portal.sales.models import MonthlyReport, ReportingPeriod, ReportLine, SalesDetail
from portal.sales.rules.words import CustomerKind, ReportStatus, SaleType
from portal.sales.services.periods import ensure_months
from portal.sales.services.rollups import rebuild

MONTHS = 24
MODELS = 4
SEED = 20_261_101
CHUNK = 20_000
SALES_A_MONTH = 6
KINDS = tuple(CustomerKind)
NOON = time(4)

Report = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Places:
    """The synthetic outlets by their ids, with their distributors, counties and the models that all sell."""

    outlets: NDArray[np.int64]
    owners: NDArray[np.int64]
    counties: list[str | None]
    models: list[int]


def make_lines(session: Session, count: int, *, report: Report = lambda _done: None) -> int:
    """Put two years of reports of the synthetic outlets into the books, with `count` sales one by one.

    Months before the first that is in the calendar are taken, so that nothing real is touched. Commits by the month.
    Raises InvalidInput: `scale_missing` without synthetic outlets, `scale_present` where they have reports already.
    """
    places = _places(session)
    months = _months(session)
    random = np.random.default_rng(SEED)
    each = np.full(MONTHS, count // MONTHS)
    each[: count % MONTHS] += 1
    serial = 0
    for month, sales in zip(months, each, strict=True):
        serial = _write_month(session, places, month, int(sales), serial, random)
        report(int(sales))
    record(session, "scale", object_type="sales_details", label=f"{PREFIX}…", changes={"details": [None, count]})
    session.commit()
    return count


def _places(session: Session) -> Places:
    rows = session.execute(
        select(Outlet.id, Outlet.distributor_id, Outlet.county_code)
        .where(Outlet.code.startswith(PREFIX), Outlet.opened_on.is_not(None))
        .order_by(Outlet.distributor_id, Outlet.id)
    ).all()
    if not rows:
        raise InvalidInput("scale_missing", field="lines", value=0)
    owners = sorted({row.distributor_id for row in rows})
    present = session.scalar(
        select(func.count()).select_from(MonthlyReport).where(MonthlyReport.distributor_id.in_(owners[:500]))
    )
    if present:
        raise InvalidInput("scale_present", field="lines", value=present)
    return Places(
        np.array([row.id for row in rows]),
        np.array([row.distributor_id for row in rows]),
        [row.county_code for row in rows],
        _models(session),
    )


def _models(session: Session) -> list[int]:
    found = list(session.scalars(select(ProductModel.id).order_by(ProductModel.id).limit(MODELS)))
    return found or [model.id for model in make_products(session, {}).values()]


def _months(session: Session) -> list[date]:
    first = session.scalar(select(func.min(ReportingPeriod.month)))
    last = previous_month(first or month_of(clock.today()))
    return [shift_month(last, back) for back in range(-MONTHS + 1, 1)]


def _write_month(
    session: Session, places: Places, month: date, sales: int, serial: int, random: np.random.Generator
) -> int:
    """Reports, lines, sales and sums of one month; returns the last serial number."""
    ensure_months(session, [month])
    reports = _write_reports(session, places, month)
    wide = len(places.outlets) * len(places.models)
    units = random.multinomial(sales, np.full(wide, 1 / wide))
    _write_lines(session, places, month, reports, units)
    for start in range(0, wide, CHUNK):
        rows = list(_details(places, month, reports, units[start : start + CHUNK], start, serial, random))
        serial += len(rows)
        for first in range(0, len(rows), CHUNK):
            session.execute(insert(SalesDetail), rows[first : first + CHUNK])
    session.commit()
    rebuild(session, month)
    session.commit()
    return serial


def _write_reports(session: Session, places: Places, month: date) -> dict[int, int]:
    """Distributor → its report, accepted in time."""
    due = datetime.combine(shift_month(month, 1) + timedelta(days=3), NOON, clock.now().tzinfo)
    fixed = {"month": month, "status": ReportStatus.ACCEPTED, "revision": 1, "first_submitted_at": due}
    fixed |= {"submitted_at": due, "accepted_at": due, "created_at": due, "updated_at": due}
    owners = np.unique(places.owners).tolist()
    session.execute(insert(MonthlyReport), [{"distributor_id": owner} | fixed for owner in owners])
    rows = session.execute(
        select(MonthlyReport.distributor_id, MonthlyReport.id).where(
            MonthlyReport.month == month,
            MonthlyReport.distributor_id.in_(select(Distributor.id).where(_is_synthetic())),
        )
    )
    return {row[0]: row[1] for row in rows}


def _is_synthetic() -> Any:
    return Distributor.code.startswith(f"{PREFIX}-D")


def _write_lines(
    session: Session, places: Places, month: date, reports: dict[int, int], units: NDArray[np.int64]
) -> None:
    """A line for each outlet and model: what was sold came in, a month's stock stays."""
    wide = len(places.models)
    rows: list[dict[str, Any]] = []
    for place, sold in enumerate(units.tolist()):
        outlet = place // wide
        owner = int(places.owners[outlet])
        rows.append(
            {
                "report_id": reports[owner],
                "month": month,
                "distributor_id": owner,
                "outlet_id": int(places.outlets[outlet]),
                "model_id": places.models[place % wide],
                "opening_stock": SALES_A_MONTH,
                "sell_in": sold,
                "retail": sold,
                "closing_stock": SALES_A_MONTH,
            }
        )
        if len(rows) == CHUNK:
            session.execute(insert(ReportLine), rows)
            rows.clear()
    if rows:
        session.execute(insert(ReportLine), rows)


def _details(
    places: Places,
    month: date,
    reports: dict[int, int],
    units: NDArray[np.int64],
    start: int,
    serial: int,
    random: np.random.Generator,
) -> Iterator[dict[str, Any]]:
    """The sales of some places, with serials in rising order: an index that grows in order is three times faster."""
    wide = len(places.models)
    days = random.integers(0, 28, int(units.sum())).tolist()
    number = serial
    for offset, sold in enumerate(units.tolist()):
        outlet, model = divmod(start + offset, wide)
        owner = int(places.owners[outlet])
        for _sale in range(sold):
            yield {
                "report_id": reports[owner],
                "month": month,
                "distributor_id": owner,
                "outlet_id": int(places.outlets[outlet]),
                "model_id": places.models[model],
                "sold_on": month + timedelta(days=days[number - serial]),
                "serial": f"SCALE{number:012}",
                "customer_kind": KINDS[number % len(KINDS)],
                "county_code": places.counties[outlet],
                "sale_type": SaleType.RETAIL,
            }
            number += 1
