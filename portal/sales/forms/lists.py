"""What the lists of the monthly report offer in their URLs: columns, order, filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.formatting import format_month
from portal.i18n import current_language
from portal.network.labels import words_of
from portal.network.models import Distributor, Outlet
from portal.network.queries.lists import Named
from portal.network.queries.parties import CODE_PATTERN, NOT_ASSIGNED
from portal.periods import format_month as month_key
from portal.products.models import ProductModel
from portal.sales.labels import AMENDMENT_STATUS, COLUMN, PUNCTUALITY, REPORT_STATUS
from portal.sales.models import Amendment, MonthlyReport, ReportLine
from portal.sales.queries.board import NOT_OPENED
from portal.tables import Column, Facet, ListSpec, Option, translate_columns

_STATUS, _AREA, _MONTH = lazy_pgettext("column", "Status"), _l("Sales area"), _l("Month")
_NOT_ASSIGNED, _NOT_OPENED = _l("Not assigned"), lazy_pgettext("report status", "Not begun")
SPECS = 256
MONTH_PATTERN = r"\d{4}-(0[1-9]|1[0-2])"

BOARD_COLUMNS = (
    Column("name", _l("Distributor"), Distributor.name, fixed=True),
    Column("code", _l("Code"), Distributor.code, fixed=True),
    Column("status", _STATUS, MonthlyReport.status, nullable=True),
    Column("punctuality", _l("On time?")),
    Column("submitted", _l("First submitted"), MonthlyReport.first_submitted_at, nullable=True),
    Column("questions", _l("Open questions"), numeric=True),
    Column("area", _AREA),
)
LINE_COLUMNS = (
    Column("outlet", _l("Outlet"), Outlet.code, nullable=True, fixed=True),
    Column("model", _l("Model"), ProductModel.code, fixed=True),
    *(
        Column(name, COLUMN[name], getattr(ReportLine, name), numeric=True, shown=name in shown)
        for shown in (frozenset({"opening_stock", "sell_in", "sell_through", "retail", "closing_stock", "aged_stock"}),)
        for name in (
            "opening_stock",
            "sell_in",
            "transfers_in",
            "transfers_out",
            "in_transit",
            "sell_through",
            "retail",
            "returns_in",
            "returns_out",
            "closing_stock",
        )
    ),
    Column("difference", _l("Difference"), numeric=True),
    Column("counted_stock", COLUMN["counted_stock"], numeric=True, shown=False),
    Column("aged_stock", COLUMN["aged_stock"], ReportLine.aged_stock, numeric=True, shown=False),
    Column("amount_fen", COLUMN["amount_fen"], ReportLine.amount_fen, numeric=True, shown=False),
    Column("reason", COLUMN["reason"]),
)
AMENDMENT_COLUMNS = (
    Column("number", _l("Amendment"), Amendment.id, fixed=True),
    Column("month", _MONTH, Amendment.month),
    Column("distributor", _l("Distributor"), Distributor.code),
    Column("status", _STATUS, Amendment.status),
    Column("reason", lazy_pgettext("amendment", "Reason")),
    Column("proposed", _l("Proposed on"), Amendment.proposed_at),
    Column("decided", _l("Decided on"), Amendment.decided_at, nullable=True),
)


def board_spec(months: Sequence[date], areas: Sequence[Named], *, all_areas: bool) -> ListSpec:
    """The board of a month for a reader who sees these areas; `all_areas`: also distributors in none."""
    return _board_spec(tuple(months), tuple(areas), all_areas, current_language())


@lru_cache(maxsize=SPECS)
def _board_spec(months: tuple[date, ...], areas: tuple[Named, ...], all_areas: bool, language: str) -> ListSpec:
    unassigned = [Option(NOT_ASSIGNED, str(_NOT_ASSIGNED))] if all_areas else []
    options = [Option(area.code, area.name(language)) for area in areas] + unassigned
    facets = (
        _month_facet(months, language),
        Facet("status", str(_STATUS), [Option(NOT_OPENED, str(_NOT_OPENED)), *_options(REPORT_STATUS)]),
        Facet("punctuality", str(_l("On time?")), _options(PUNCTUALITY)),
        Facet("area", str(_AREA), options if len(options) > 1 else (), CODE_PATTERN),
        Facet("questions", str(_l("Questions")), [Option("open", str(_l("With open questions")))]),
    )
    return ListSpec(translate_columns(BOARD_COLUMNS, language), facets, default_sort="code")


def line_spec() -> ListSpec:
    """The lines of a report."""
    return _line_spec(current_language())


@lru_cache
def _line_spec(language: str) -> ListSpec:
    facets = (Facet("only", str(_l("Show")), [Option("differences", str(_l("Only lines with differences")))]),)
    columns = translate_columns(LINE_COLUMNS, language)
    return ListSpec(columns, facets, default_sort="outlet", default_size=100, searchable=False)


def amendment_spec(months: Sequence[date]) -> ListSpec:
    """The list of amendments."""
    return _amendment_spec(tuple(months), current_language())


@lru_cache(maxsize=SPECS)
def _amendment_spec(months: tuple[date, ...], language: str) -> ListSpec:
    facets = (Facet("status", str(_STATUS), _options(AMENDMENT_STATUS)), _month_facet(months, language))
    return ListSpec(translate_columns(AMENDMENT_COLUMNS, language), facets, default_sort="-number")


def _month_facet(months: Sequence[date], language: str) -> Facet:
    options = [Option(month_key(month), format_month(month, language)) for month in months]
    return Facet("month", str(_MONTH), options, MONTH_PATTERN, multiple=False)


def _options(labels: Mapping[Any, Any]) -> list[Option]:
    return [Option(member.value, word) for member, word in words_of(labels).items()]
