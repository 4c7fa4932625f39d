"""What the map's script asks for: counts by region, outlets in a box, search, cards, sales areas. JSON, scoped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from flask import Response, request, url_for
from flask_babel import gettext as _

from portal import clock
from portal.access import requires
from portal.coverage import queries
from portal.coverage.queries import RegionCount
from portal.coverage.rules import (
    MAX_NAMED_POINTS,
    STATUSES,
    Box,
    Metric,
    class_breaks,
    pack_deltas,
    parse_box,
    status_letters,
)
from portal.coverage.views import blueprint
from portal.coverage.views.answers import refusal, scoped_answer
from portal.db import db
from portal.errors import InvalidInput
from portal.formatting import format_date
from portal.i18n import current_language, pick
from portal.network.labels import OPERATING_MODE
from portal.network.queries.parties import OutletFilter, tidy_text
from portal.network.queries.region_names import region_book
from portal.network.rules import RegionLevel
from portal.periods import month_of, previous_month
from portal.permissions import Permission as P

Choice = TypeVar("Choice", bound=StrEnum)
MAX_PARENTS = 60
# 1 m, and 11 m where outlets are many: less than a pixel where they are drawn.
FINE, COARSE = 100_000, 10_000

blueprint.register_error_handler(InvalidInput, refusal)


@blueprint.get("/map/bubbles/<level>.json")
@requires(P.COVERAGE_MAP_READ)
def bubbles(level: str) -> Response:
    """Regions with outlets: [code, name, province, lng, lat, residents, [status, count, …]], and units sold."""
    wanted, metric = OutletFilter.parse(request.args), _metric()
    region_level = _level(level)
    provinces = tuple(sorted(set(request.args.getlist("parent"))))[:MAX_PARENTS]

    month = previous_month(month_of(clock.today())) if metric is Metric.RETAIL else None

    def build() -> dict[str, Any]:
        rows = queries.count_by_region(db.session(), region_level, wanted, provinces)
        if month is None:
            return {"rows": [_bubble(row) for row in rows], "breaks": _breaks(region_level, wanted, metric)}
        sold = queries.retail_by_region(db.session(), region_level, wanted, month)
        packed = [[*_bubble(row), sold.get(row.region.code, 0)] for row in rows]
        return {"rows": packed, "breaks": class_breaks(max(sold.values(), default=0))}

    return scoped_answer(build, wanted, provinces, metric, month)


def _bubble(row: RegionCount) -> list[Any]:
    region = row.region
    counts = [number for status, count in row.counts.items() for number in (STATUSES.index(status), count)]
    name = pick(region.name_zh, region.name_en)
    return [region.code, name, row.province_code, region.lng, region.lat, region.population, counts]


def _breaks(level: RegionLevel, wanted: OutletFilter, metric: Metric | None) -> list[float]:
    if metric is None or metric is Metric.AREA:
        return []
    largest = queries.largest_value(db.session(), level, wanted, metric)
    return class_breaks(largest, is_count=metric is not Metric.PER_MILLION)


@blueprint.get("/map/points.json")
@requires(P.COVERAGE_MAP_READ)
def points() -> Response:
    """Outlets in `bbox` by id: differences of ids, steps from the box's corner, a letter a status."""
    wanted, box = OutletFilter.parse(request.args), parse_box(request.args.get("bbox", ""))
    return scoped_answer(lambda: _points(queries.list_points(db.session(), wanted, box), box), wanted, box)


def _points(found: queries.Points, box: Box) -> dict[str, Any]:
    step = FINE if found.total <= MAX_NAMED_POINTS else COARSE
    packed: dict[str, Any] = {
        "total": found.total,
        "shown": len(found.rows),
        "origin": [box.west, box.south],
        "step": step,
        "ids": pack_deltas(row.id for row in found.rows),
        "x": [round((row.lng - box.west) * step) for row in found.rows],
        "y": [round((row.lat - box.south) * step) for row in found.rows],
        "statuses": status_letters([row.status for row in found.rows]),
    }
    if found.has_names:
        packed["names"] = [pick(row.name, row.name_en) for row in found.rows]
    return packed


@blueprint.get("/map/cards.json")
@requires(P.COVERAGE_MAP_READ)
def cards() -> Response:
    """What opens at one outlet, or at several that share a place (`id`, several times)."""
    ids = _ids(request.args.getlist("id"))
    return scoped_answer(lambda: {"cards": [_card(row) for row in queries.list_cards(db.session(), ids)]}, ids)


def _card(row: Any) -> dict[str, Any]:
    book, language = region_book(db.session()), current_language()
    places = [
        book.name(RegionLevel.PREFECTURE, row.prefecture_code, language),
        book.name(RegionLevel.COUNTY, row.county_code, language),
    ]
    return {
        "id": row.id,
        "name": pick(row.name, row.name_en),
        "url": url_for("network.show_outlet", code=row.code),
        "status": STATUSES.index(row.status),
        "since": format_date(row.status_on, language) if row.status_on else "",
        "facts": [
            [_("Code"), row.code],
            [_("Distributor"), pick(row.distributor_name, row.distributor_name_en)],
            [_("Operating mode"), str(OPERATING_MODE[row.operating_mode])],
            [_("Region"), " · ".join(dict.fromkeys(place for place in places if place))],
            [_("Address"), row.address],
        ],
    }


@blueprint.get("/map/search.json")
@requires(P.COVERAGE_MAP_READ)
def search() -> Response:
    """Outlets by code or name, regions by name or code, former ones too."""
    text = tidy_text(request.args.get("q", ""))

    def build() -> dict[str, Any]:
        if not text:
            return {"outlets": [], "regions": []}
        outlets = queries.find_outlets(db.session(), text)
        return {"outlets": [_found_outlet(row) for row in outlets], "regions": _found_regions(text)}

    return scoped_answer(build, text)


def _found_outlet(row: Any) -> list[Any]:
    return [row.id, pick(row.name, row.name_en), row.code, STATUSES.index(row.status), row.lng, row.lat]


def _found_regions(text: str) -> list[list[Any]]:
    book, language = region_book(db.session()), current_language()
    found = []
    for region, former in queries.find_regions(db.session(), text):
        around = [entry.name(language) for entry in book.path((region.level, region.code))[:-1]]
        detail = " › ".join(around)
        if former:
            detail = _("formerly %(name)s", name=former) + (f" · {detail}" if detail else "")
        name = pick(region.name_zh, region.name_en)
        found.append([region.level.value, region.code, name, detail, region.lng, region.lat])
    return found


@blueprint.get("/map/areas/<level>.json")
@requires(P.COVERAGE_MAP_READ)
def areas(level: str) -> Response:
    """The sales areas that the asker may name, each with the codes of its regions of a level today."""
    region_level = _level(level)

    day = clock.today()
    return scoped_answer(lambda: {"areas": _areas(region_level, day)}, day)


def _areas(level: RegionLevel, day: date) -> list[dict[str, Any]]:
    language = current_language()
    found = queries.list_area_regions(db.session(), level, day)
    return [{"name": area.name(language) if area else _("Another area"), "codes": codes} for area, codes in found]


def _level(text: str) -> RegionLevel:
    return _member(RegionLevel, text, rule="region_level", field="level")


def _metric() -> Metric | None:
    text = request.args.get("metric", "")
    return _member(Metric, text, rule="metric_unknown", field="metric") if text else None


def _member(kind: type[Choice], text: str, *, rule: str, field: str) -> Choice:
    try:
        return kind(text)
    except ValueError:
        raise InvalidInput(rule, field=field, value=text[:40]) from None


def _ids(texts: Sequence[str]) -> tuple[int, ...]:
    for text in texts:
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise InvalidInput("card_ids", field="id", value=text[:40])
    return tuple(sorted({int(text) for text in texts}))[: queries.MAX_CARDS]
