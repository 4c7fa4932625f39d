"""The lists of outlets and distributors: one row of words per party, made without a query or a translation a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal.access import can, requires
from portal.db import db
from portal.formatting import format_date
from portal.i18n import current_language
from portal.network.forms.lists import distributor_spec, outlet_spec
from portal.network.labels import (
    CITY_TIER,
    DISTRIBUTOR_STATUS,
    DISTRIBUTOR_STATUS_COLOUR,
    DISTRIBUTOR_TIER,
    OPERATING_MODE,
    OUTLET_STATUS,
    OUTLET_STATUS_COLOUR,
    words_of,
)
from portal.network.models import Distributor, Outlet
from portal.network.queries import lists
from portal.network.queries.parties import (
    DistributorFilter,
    OutletFilter,
    PlaceFilter,
    RegionKey,
)
from portal.network.queries.region_names import RegionBook, region_book
from portal.network.rules import RegionLevel
from portal.network.views import blueprint
from portal.permissions import Permission as P
from portal.scope import ScopeKind, bound_scope
from portal.table_rows import columns_of, draw_badges
from portal.tables import ListState


@dataclass(frozen=True)
class PageWords:
    """Everything that a row refers to, looked up once a page, in the reader's language."""

    language: str
    book: RegionBook
    areas: Mapping[int, str]
    not_assigned: str

    def area(self, area_id: int | None) -> str:
        """The sales area; a row in none says so."""
        return self.areas.get(area_id, "") if area_id else self.not_assigned

    def names(self, chinese: Sequence[str | None], english: Sequence[str | None]) -> list[str]:
        """Names in the reader's language, else in the other one, else nothing."""
        firsts, seconds = (chinese, english) if self.language == "zh_Hans" else (english, chinese)
        return [first or second or "" for first, second in zip(firsts, seconds, strict=True)]

    def days(self, days: Sequence[date | None]) -> list[str]:
        """Days, empty where there is none."""
        return [format_date(day, self.language) if day else "" for day in days]

    def region(self, level: RegionLevel, code: str | None) -> str:
        """The name of one region."""
        return self.book.name(level, code, self.language)


@blueprint.get("/outlets")
@requires(P.NETWORK_OUTLETS_READ)
def list_outlets() -> str:
    """The outlets that the reader sees."""
    session, filters = db.session(), OutletFilter.parse(request.args)
    areas, offered = lists.list_areas(session), lists.list_offered_distributors(session)
    state = outlet_state(filters, areas, offered)
    page, count = lists.list_outlets(
        session, filters, order=state.order(Outlet.id), cursor=state.cursor, size=state.size
    )
    words = page_words(areas, as_markup=True)
    return render_template(
        "network/outlets.html",
        state=state,
        page=page,
        count=count,
        cells=_outlet_cells(page.rows, words),
        places=_places(filters, state, words, Outlet),
        is_new_allowed=can(P.NETWORK_OUTLETS_WRITE),
    )


@blueprint.get("/distributors")
@requires(P.NETWORK_DISTRIBUTORS_READ)
def list_distributors() -> str:
    """The distributors that the reader sees."""
    session, filters = db.session(), DistributorFilter.parse(request.args)
    areas = lists.list_areas(session)
    state = distributor_state(filters, areas)
    page, count = lists.list_distributors(
        session, filters, order=state.order(Distributor.id), cursor=state.cursor, size=state.size
    )
    words = page_words(areas, as_markup=True)
    return render_template(
        "network/distributors.html",
        state=state,
        page=page,
        count=count,
        cells=_distributor_cells(page.rows, words),
        places=_places(filters, state, words, Distributor),
        is_new_allowed=can(P.NETWORK_DISTRIBUTORS_WRITE),
    )


def outlet_state(filters: OutletFilter, areas: Sequence[lists.Named], offered: Sequence[lists.Named]) -> ListState:
    spec = outlet_spec(areas, offered, words=_region_words(filters), all_areas=_sees_unassigned())
    return spec.read(url_for("network.list_outlets"), request.args)


def distributor_state(filters: DistributorFilter, areas: Sequence[lists.Named]) -> ListState:
    spec = distributor_spec(areas, words=_region_words(filters), all_areas=_sees_unassigned())
    return spec.read(url_for("network.list_distributors"), request.args)


def _sees_unassigned() -> bool:
    return bound_scope(db.session()).kind is not ScopeKind.AREAS


def _region_words(filters: PlaceFilter) -> dict[str, str]:
    if not filters.regions:
        return {}
    book, language = region_book(db.session()), current_language()
    return {f"{level.value}:{code}": book.name(level, code, language) for level, code in filters.regions}


def page_words(areas: Iterable[lists.Named], *, as_markup: bool = False) -> PageWords:
    language = current_language()
    return PageWords(
        language=language,
        book=region_book(db.session()),
        areas={area.id: area.name(language) for area in areas},
        not_assigned=_not_assigned(language) if as_markup else "",
    )


def _outlet_cells(rows: Sequence[Any], words: PageWords) -> dict[str, Sequence[str]]:
    """The cells of the list by column."""
    if not rows:
        return {}
    modes, tiers = words_of(OPERATING_MODE), words_of(CITY_TIER)
    badges = draw_badges(OUTLET_STATUS, OUTLET_STATUS_COLOUR)
    of = columns_of(rows)
    return {
        "code": of.code,
        "name": words.names(of.name, of.name_en),
        "status": [badges[status] for status in of.status],
        "since": words.days(of.status_on),
        "area": [words.area(area_id) for area_id in of.sales_area_id],
        "place": words.book.places(of.prefecture_code, of.county_code, words.language),
        "owner_code": [code or "" for code in of.owner_code],
        "owner": words.names(of.owner_name, of.owner_name_en),
        "class": [each.value if each else "" for each in of.store_class],
        "mode": [modes[mode] for mode in of.operating_mode],
        "tier": [tiers[tier] if tier else "" for tier in of.city_tier],
        "opened": words.days(of.opened_on),
    }


def _distributor_cells(rows: Sequence[Any], words: PageWords) -> dict[str, Sequence[str]]:
    """The cells of the list by column."""
    if not rows:
        return {}
    modes, tiers, ranks = words_of(OPERATING_MODE), words_of(CITY_TIER), words_of(DISTRIBUTOR_TIER)
    badges = draw_badges(DISTRIBUTOR_STATUS, DISTRIBUTOR_STATUS_COLOUR)
    of = columns_of(rows)
    return {
        "code": of.code,
        "name": words.names(of.name, of.name_en),
        "status": [badges[status] for status in of.status],
        "rank": [ranks[tier] for tier in of.tier],
        "area": [words.area(area_id) for area_id in of.sales_area_id],
        "place": words.book.places(of.prefecture_code, of.county_code, words.language),
        "mode": [modes[mode] for mode in of.operating_mode],
        "tier": [tiers[tier] if tier else "" for tier in of.city_tier],
        "opened": words.days(of.opened_on),
    }


@cache
def _not_assigned(_language: str) -> Markup:
    return Markup('<span class="q-none">{}</span>').format(_("Not assigned"))


def _places(filters: PlaceFilter, state: ListState, words: PageWords, model: Any) -> dict[str, Any]:
    """The way down from the country: the regions above the chosen one, and those under it that hold rows."""
    chosen: RegionKey | None = filters.regions[0] if filters.regions else None
    path = words.book.path(chosen)
    under = [] if chosen and chosen[0] is RegionLevel.COUNTY else lists.list_region_choices(db.session(), model, chosen)

    def link(key: RegionKey) -> tuple[str, str]:
        return words.region(*key), state.facet_url("region", f"{key[0].value}:{key[1]}").replace("%3A", ":")

    return {
        "top_url": state.facet_url("region") if path else "",
        "path": [link(entry.key) for entry in path],
        "under": tuple(under),
        "link": link,
    }
