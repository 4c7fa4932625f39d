"""The lists of outlets and distributors as files: the same filters, order and scope. POSTs, for they leave a trace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import pgettext

from portal.access import requires
from portal.audit.exports import export_table
from portal.db import db
from portal.network.labels import (
    CITY_TIER,
    DISTRIBUTOR_STATUS,
    DISTRIBUTOR_TIER,
    OPERATING_MODE,
    OUTLET_STATUS,
    words_of,
)
from portal.network.models import Distributor, Outlet
from portal.network.queries import lists
from portal.network.queries.parties import DistributorFilter, OutletFilter
from portal.network.rules import RegionLevel
from portal.network.views import blueprint
from portal.network.views.listing import PageWords, distributor_state, outlet_state, page_words
from portal.permissions import Permission as P
from portal.spreadsheets import Column


@blueprint.post("/outlets/export/<kind>")
@requires(P.NETWORK_OUTLETS_READ)
def export_outlets(kind: str) -> Response:
    """The filtered list of outlets as a file."""
    session, filters = db.session(), OutletFilter.parse(request.args)
    areas = lists.list_areas(session)
    order = outlet_state(filters, areas, ()).order(Outlet.id)
    cells = _outlet_cells(lists.stream_outlets(session, filters, order), areas)
    return export_table(kind, "outlets", _outlet_columns(), cells)


@blueprint.post("/distributors/export/<kind>")
@requires(P.NETWORK_DISTRIBUTORS_READ)
def export_distributors(kind: str) -> Response:
    """The filtered list of distributors as a file."""
    session, filters = db.session(), DistributorFilter.parse(request.args)
    areas = lists.list_areas(session)
    order = distributor_state(filters, areas).order(Distributor.id)
    cells = _distributor_cells(lists.stream_distributors(session, filters, order), areas)
    return export_table(kind, "distributors", _distributor_columns(), cells)


def _place_columns() -> list[Column]:
    return [
        Column(_("Sales area"), "text"),
        Column(_("Province"), "text"),
        Column(_("Prefecture"), "text"),
        Column(_("County"), "text"),
        Column(_("County code"), "text"),
        Column(_("City tier"), "text"),
        Column(_("Address"), "text", 36),
        Column(_("Longitude (WGS-84)")),
        Column(_("Latitude (WGS-84)")),
    ]


def _outlet_columns() -> list[Column]:
    return [
        Column(_("Outlet code"), "text"),
        Column(_("Name"), "text", 28),
        Column(_("Name in English"), "text", 28),
        Column(_("Distributor code"), "text"),
        Column(_("Distributor"), "text", 28),
        Column(_("Status"), "text"),
        Column(_("In this status since"), "date"),
        Column(_("Opened on"), "date"),
        Column(_("Exited on"), "date"),
        Column(_("Operating mode"), "text"),
        Column(_("Class"), "text"),
        *_place_columns(),
        Column(_("Floor area (m²)"), "integer"),
        Column(_("Staff"), "integer"),
        Column(_("Planned opening"), "date"),
    ]


def _distributor_columns() -> list[Column]:
    return [
        Column(_("Distributor code"), "text"),
        Column(_("Name"), "text", 28),
        Column(_("Name in English"), "text", 28),
        Column(pgettext("distributor", "Level"), "text", 24),
        Column(_("Status"), "text"),
        Column(_("Active since"), "date"),
        Column(_("Exited on"), "date"),
        Column(_("Operating mode"), "text"),
        Column(_("Unified social credit code"), "text", 22),
        *_place_columns(),
    ]


def _place_cells(row: Any, words: PageWords, tiers: Mapping[Any, str]) -> list[Any]:
    return [
        words.area(row.sales_area_id),
        words.region(RegionLevel.PROVINCE, row.province_code),
        words.region(RegionLevel.PREFECTURE, row.prefecture_code),
        words.region(RegionLevel.COUNTY, row.county_code),
        row.county_code,
        tiers[row.city_tier] if row.city_tier else "",
        row.address,
        row.lng,
        row.lat,
    ]


def _outlet_cells(rows: Iterable[Any], areas: Sequence[lists.Named]) -> Iterator[Sequence[Any]]:
    words = page_words(areas)
    statuses, modes, tiers = words_of(OUTLET_STATUS), words_of(OPERATING_MODE), words_of(CITY_TIER)
    for row in rows:
        yield [
            row.code,
            row.name,
            row.name_en,
            row.owner_code,
            *words.names([row.owner_name], [row.owner_name_en]),
            statuses[row.status],
            row.status_on,
            row.opened_on,
            row.exited_on,
            modes[row.operating_mode],
            row.store_class.value if row.store_class else "",
            *_place_cells(row, words, tiers),
            row.floor_area_sqm,
            row.staff,
            row.planned_open_on,
        ]


def _distributor_cells(rows: Iterable[Any], areas: Sequence[lists.Named]) -> Iterator[Sequence[Any]]:
    words = page_words(areas)
    statuses, modes, tiers = words_of(DISTRIBUTOR_STATUS), words_of(OPERATING_MODE), words_of(CITY_TIER)
    ranks = words_of(DISTRIBUTOR_TIER)
    for row in rows:
        yield [
            row.code,
            row.name,
            row.name_en,
            ranks[row.tier],
            statuses[row.status],
            row.opened_on,
            row.exited_on,
            modes[row.operating_mode],
            row.credit_code,
            *_place_cells(row, words, tiers),
        ]
