"""What tests of the monthly report need: products, a distributor with outlets and people, periods, figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.network.models import Distributor, Outlet, SalesArea
from portal.permissions import Role
from portal.products.models import ProductModel, ProductSeries
from portal.sales.models import MonthlyReport
from portal.sales.rules.stock import LineFacts
from portal.sales.services.reports import accept_report, open_report, save_lines, submit_report
from tests.factories import make_area, make_distributor, make_outlet, make_user, save

_numbers = count(1)
MONTH = date(2026, 9, 1)
# 3 October 2026, noon in Shanghai: September is over and its report is due in two days.
NOW = datetime(2026, 10, 3, 4, 0, tzinfo=UTC)


@dataclass
class Dealer:
    """A distributor with its sales area, outlets, models and everybody who has to do with its report."""

    area: SalesArea
    distributor: Distributor
    outlets: list[Outlet]
    models: list[ProductModel]
    user: User
    manager: User
    sales: User
    approver: User
    keys: Any = field(default_factory=lambda: count(1))

    def key(self) -> str:
        """A new idempotency key."""
        return f"key-{self.distributor.id}-{next(self.keys)}"


def make_model(**values: Any) -> ProductModel:
    """A model that is sold from 2020 on."""
    number, first = next(_numbers), date(2020, 1, 1)
    series = save(ProductSeries(code=f"S{number}", name_zh=f"系列{number}", name_en=f"S {number}", active_from=first))
    defaults = {"code": f"F{number}", "name_zh": f"车型{number}", "name_en": f"Model {number}", "active_from": first}
    return save(ProductModel(**defaults | {"series_id": series.id} | values))


def make_dealer(
    *, outlets: int = 2, models: list[ProductModel] | int = 2, area: SalesArea | None = None, crew: Dealer | None = None
) -> Dealer:
    """A distributor with outlets; `crew` lends its head office and its models."""
    area = area or make_area(prefecture=None)
    distributor = make_distributor(area=area)
    made = [make_model() for _ in range(models)] if isinstance(models, int) and crew is None else None
    return Dealer(
        area,
        distributor,
        [make_outlet(distributor, area=area) for _ in range(outlets)],
        crew.models if crew else (made or list(models)),  # type: ignore[arg-type]
        make_user(Role.DISTRIBUTOR, of=distributor),
        crew.manager if crew and crew.area is area else make_user(Role.REGIONAL_MANAGER, of=area),
        crew.sales if crew else make_user(Role.HO_SALES),
        crew.approver if crew else make_user(Role.HO_APPROVER),
    )


def good_line(outlet: Outlet | None, model: ProductModel, **figures: Any) -> LineFacts:
    """A line that adds up: 10 in, 6 out, 4 left."""
    values = {"sell_in": 10, "retail": 6, "closing_stock": 4} | figures
    return LineFacts(outlet_id=outlet.id if outlet else None, model_id=model.id, **values)


def fill(report: MonthlyReport, dealer: Dealer, rows: list[LineFacts] | None = None) -> None:
    """Good lines for every outlet and the first model, or the given ones."""
    rows = rows if rows is not None else [good_line(outlet, dealer.models[0]) for outlet in dealer.outlets]
    save_lines(db.session(), report, rows, actor=dealer.user, version=report.version)


def hand_in(dealer: Dealer, month: date = MONTH, rows: list[LineFacts] | None = None) -> MonthlyReport:
    """A report opened, filled and submitted by the services."""
    report = open_report(db.session(), dealer.distributor, month, actor=dealer.user)
    fill(report, dealer, rows)
    submit_report(db.session(), report, actor=dealer.user, version=report.version, key=dealer.key())
    return report


def accept(report: MonthlyReport, dealer: Dealer) -> MonthlyReport:
    """Accepted by the regional manager."""
    accept_report(db.session(), report, actor=dealer.manager, version=report.version)
    return report


def at_noon(day: date) -> Any:
    """The clock held at noon of a business day."""
    return clock.held(datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC))
