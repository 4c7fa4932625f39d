"""Figures: roll-ups by area, distributor, outlet, model or month, with growth, attainment and months of stock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.formatting import format_month
from portal.i18n import current_language
from portal.network.queries.lists import list_areas, list_offered_distributors
from portal.periods import format_month as month_key
from portal.periods import month_of, months_between, previous_month, shift_month
from portal.permissions import Permission as P
from portal.products.queries import all_models
from portal.sales.forms.figures import SIZE, FigureState, read_state
from portal.sales.queries import figures as queries
from portal.sales.queries.figures import FigureFilter, Figures, Key
from portal.sales.rules.figures import Comparison, Grouping, attainment, growth, months_back, stock_months
from portal.sales.signals import attainment_asked
from portal.sales.views import blueprint
from portal.spreadsheets import Column

GROUPING: dict[Grouping, Any] = {
    Grouping.AREA: _l("Sales area"),
    Grouping.DISTRIBUTOR: _l("Distributor"),
    Grouping.OUTLET: _l("Outlet"),
    Grouping.MODEL: _l("Model"),
    Grouping.MONTH: _l("Month"),
}
COMPARISON: dict[Comparison, Any] = {
    Comparison.YEAR: _l("the same months of last year"),
    Comparison.BEFORE: _l("the months before"),
}
MEASURE: dict[str, Any] = {
    "sell_in": _l("Sell-in"),
    "sell_through": _l("Sell-through"),
    "retail": lazy_pgettext("sales column", "Retail"),
    "stock": _l("Closing stock"),
}
CHARTED = 20
COLOURS = (("--q-teal-solid", "#128090"), ("--q-amber-solid", "#c47f0a"), ("--q-blue-solid", "#2f6fbf"))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table: its name, where it leads, its sums and what follows from them."""

    name: str
    url: str
    sums: Mapping[str, int]
    growth: Decimal | None
    attainment: Decimal | None
    stock_months: Decimal | None


@blueprint.get("/figures")
@requires(P.SALES_ROLLUPS_READ)
def show_figures() -> str:
    """The roll-ups of a range of months."""
    session = db.session()
    ends = queries.months_with_figures(session)
    state, choices = _state(ends)
    wanted = state.filter(choices.ids(state))
    found = queries.list_figures(session, wanted, state.grouping, sort=state.sort, limit=SIZE, offset=state.offset)
    rows = list(_rows(state, wanted, found.rows))
    is_whole = state.page == 1 and not found.has_more
    total = queries.total_of(found.rows, state.grouping, wanted.last) if is_whole else None
    total = total or queries.sum_figures(session, wanted)
    before = queries.sum_retail(session, wanted.shifted(-months_back(state.comparison, wanted.months)))
    return render_template(
        "sales/figures.html",
        state=state,
        rows=rows,
        has_more=found.has_more,
        total=total,
        total_growth=growth(total["retail"], before),
        total_stock_months=stock_months(total["stock"], total["retail"], wanted.months),
        chart=_chart(state, rows),
        choices=choices,
        months=_months(ends),
        month_key=month_key,
        groupings=GROUPING,
        comparisons=COMPARISON,
        measures=MEASURE,
        with_sell_through=state.grouping is not Grouping.OUTLET,
        map_url=_map_url(),
    )


@dataclass(frozen=True)
class Choices:
    """What the filters offer: rows with id, code and a name."""

    areas: Sequence[Any]
    distributors: Sequence[Any]
    models: Sequence[Any]

    def ids(self, state: FigureState) -> dict[str, list[int]]:
        """Ids of the chosen codes; an unknown one finds nothing."""
        found = {}
        for name, rows in (("area", self.areas), ("distributor", self.distributors), ("model", self.models)):
            code = state.chosen.get(name)
            if code:
                found[name] = [row.id for row in rows if row.code == code] or [-1]
        return found


def _state(ends: tuple[date, date] | None) -> tuple[FigureState, Choices]:
    session = db.session()
    default = min(ends[1], previous_month(month_of(clock.today()))) if ends else previous_month(month_of(clock.today()))
    choices = Choices(list_areas(session), list_offered_distributors(session), all_models(session))
    return read_state(url_for("sales.show_figures"), request.args, default), choices


def _months(ends: tuple[date, date] | None) -> list[date]:
    """The months to choose from, the newest first."""
    present = month_of(clock.today())
    first, last = ends or (present, present)
    return list(months_between(first, max(last, previous_month(present))))[::-1]


def _rows(state: FigureState, wanted: FigureFilter, found: Sequence[Figures]) -> Iterator[Row]:
    """The rows with what they are compared with. Growth of a month is against the month it is compared with."""
    keys = [row.key for row in found]
    before = _before(state, wanted, keys)
    attained = _attained(state.grouping, wanted, keys)
    months = 1 if state.grouping is Grouping.MONTH else wanted.months
    for row in found:
        sold, quota = attained.get(row.key, (0, 0))
        yield Row(
            name=_name(row, state.grouping),
            url=_row_url(state, row),
            sums=row.sums,
            growth=growth(row.sums["retail"], before.get(row.key, 0)),
            attainment=attainment(sold, quota),
            stock_months=stock_months(row.sums["stock"], row.sums["retail"], months),
        )


def _before(state: FigureState, wanted: FigureFilter, keys: Sequence[Key]) -> Mapping[Key, int]:
    """What the rows of the page sold in the months that they are compared with."""
    back = months_back(state.comparison, wanted.months)
    earlier = queries.retail_of(db.session(), wanted.shifted(-back), state.grouping, keys)
    if state.grouping is not Grouping.MONTH:
        return earlier
    # A month is compared with the one so many months before it.
    return {(shift_month(month, back),): units for (month,), units in earlier.items() if isinstance(month, date)}


def _attained(grouping: Grouping, wanted: FigureFilter, keys: Sequence[Key]) -> dict[Key, tuple[int, int]]:
    """What the rooms above know of quotas."""
    merged: dict[Key, tuple[int, int]] = {}
    for _receiver, answer in attainment_asked.send(grouping, session=db.session(), wanted=wanted, keys=keys):
        merged |= answer or {}
    return merged


def _name(row: Figures, grouping: Grouping) -> str:
    language = current_language()
    if grouping is Grouping.MONTH:
        return format_month(row.key[0], language)  # type: ignore[arg-type]
    first, second = (row.name_zh, row.name_en) if language == "zh_Hans" else (row.name_en, row.name_zh)
    name = first or second
    if not row.code:
        return _("Not assigned")
    if grouping is Grouping.OUTLET and row.key[1] is None:
        return _("%(name)s: own store", name=name)
    return name or row.code


def _row_url(state: FigureState, row: Figures) -> str:
    """One step down: an area's distributors, a distributor's outlets, a month's areas."""
    if state.grouping is Grouping.AREA and row.code:
        return state.by_url(Grouping.DISTRIBUTOR, area=row.code)
    if state.grouping is Grouping.DISTRIBUTOR and row.code:
        return state.by_url(Grouping.OUTLET, distributor=row.code)
    if state.grouping is Grouping.MODEL:
        return state.by_url(Grouping.MONTH, model=row.code)
    return ""


def _chart(state: FigureState, rows: Sequence[Row]) -> dict[str, Any]:
    """Bars of the rows on the page: sell-in, sell-through and retail apart."""
    shown = list(rows)[-CHARTED:] if state.grouping is Grouping.MONTH else list(rows)[:CHARTED]
    names = ["retail", "sell_through", "sell_in"]
    return {
        "categories": [row.name for row in shown],
        "series": [
            {
                "name": str(MEASURE[name]),
                "values": [row.sums[name] for row in shown],
                "colour": colour,
                "fallback": fallback,
            }
            for name, (colour, fallback) in zip(names, COLOURS, strict=True)
        ],
    }


def _map_url() -> str:
    """The map shaded by retail, where the reader may see the map."""
    if not can(P.COVERAGE_MAP_READ):
        return ""
    return url_for("coverage.outlet_map", shade="retail")


@blueprint.post("/figures/export/<kind>")
@requires(P.SALES_ROLLUPS_READ)
def export_figures(kind: str) -> Response:
    """All rows of the grouping, as a file."""
    session = db.session()
    state, choices = _state(queries.months_with_figures(session))
    wanted = state.filter(choices.ids(state))
    columns = [
        Column(_("First month"), "month"),
        Column(_("Last month"), "month"),
        Column(_("Code"), "text"),
        Column(str(GROUPING[state.grouping]), "text", 32),
        *(Column(str(word), "integer") for word in MEASURE.values()),
        Column(_("Returns from customers"), "integer"),
        Column(_("Retail compared with"), "integer"),
        Column(_("Growth"), "percent"),
        Column(_("Attainment"), "percent"),
        Column(_("Months of stock"), "decimal"),
    ]
    found = queries.list_figures(session, wanted, state.grouping, sort=state.sort).rows
    return export_table(kind, "sales-figures", columns, _export_cells(state, wanted, found))


def _export_cells(state: FigureState, wanted: FigureFilter, found: Sequence[Figures]) -> Iterable[Sequence[Any]]:
    before = _before(state, wanted, [row.key for row in found])
    for row, shown in zip(found, _rows(state, wanted, found), strict=True):
        yield [
            wanted.first,
            wanted.last,
            row.code or (month_key(row.key[0]) if state.grouping is Grouping.MONTH else ""),  # type: ignore[arg-type]
            shown.name,
            *(row.sums[name] for name in MEASURE),
            row.sums["returns_in"],
            before.get(row.key, 0),
            shown.growth,
            shown.attainment,
            shown.stock_months,
        ]
