"""The map page, the script that draws its map, and the list beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, current_app, render_template, request, url_for

from portal.access import requires
from portal.coverage import queries
from portal.coverage.drawing import ZOOMS, Drawn, draw_map
from portal.coverage.forms import map_spec
from portal.coverage.labels import SYMBOL, list_metrics, list_statuses, map_words, source_line
from portal.coverage.rules import FIRST_POINT_ZOOM, SYMBOL_OF, parse_box
from portal.coverage.views import blueprint
from portal.coverage.views.answers import fixed_answer, page_answer, scoped_answer
from portal.coverage.views.boundaries import boundary_version
from portal.db import db
from portal.i18n import HTML_LANG, current_language
from portal.network.labels import OUTLET_STATUS
from portal.network.queries.lists import list_areas, list_offered_distributors
from portal.network.queries.parties import OutletFilter
from portal.network.queries.region_names import region_book
from portal.network.rules import RegionLevel
from portal.permissions import Permission as P
from portal.scope import ScopeKind, bound_scope
from portal.tables import ListState, build_url

# The script's parts, named in the page so that the browser asks for all of them at once; a test compares the folder.
MODULES = (
    "outlet_map.js",
    "areas.js",
    "boundaries.js",
    "bubbles.js",
    "cards.js",
    "companion_list.js",
    "controls.js",
    "counts.js",
    "fetching.js",
    "layout.js",
    "points.js",
    "regions.js",
    "search.js",
    "shading.js",
    "shapes.js",
    "view_state.js",
)


@blueprint.app_context_processor
def _map_words() -> dict[str, Any]:
    """The line under every map, also under small ones on other rooms' pages."""
    config = current_app.config
    return {
        "map_source_line": lambda: source_line(config["MAP_SOURCE"], config["MAP_REVIEW_NUMBER"]),
        "mini_map_config": _mini_map_config,
    }


@blueprint.get("/map")
@requires(P.COVERAGE_MAP_READ)
def outlet_map() -> Response:
    """The frame: filters, legend, the map's element. Outlets and regions are asked for by the script."""
    session, wanted = db.session(), OutletFilter.parse(request.args)
    extent = queries.find_extent(session, wanted) or queries.find_extent(session, OutletFilter())
    page = render_template(
        "coverage/outlet_map.html",
        state=_list_state(),
        drawn=_drawn(),
        modules=MODULES,
        extent=",".join(f"{side:.4f}" for side in extent) if extent else "",
        symbols=SYMBOL,
        metrics=list_metrics(),
        shaded=request.args.get("shade", ""),
        nowhere=queries.count_without_place(session, wanted),
    )
    return page_answer(page)


def _list_state() -> ListState:
    session = db.session()
    all_areas = bound_scope(session).kind is ScopeKind.EVERYTHING
    spec = map_spec(list_areas(session), list_offered_distributors(session), all_areas=all_areas)
    return spec.read(request.path, request.args)


@blueprint.get("/map/map-<digest>.js")
@requires(P.COVERAGE_MAP_READ)
def map_script(digest: str) -> Response:
    """What folium rendered, under an address of its own: the page needs no inline script."""
    drawn = _drawn()
    if digest != drawn.digest:
        abort(404)
    return fixed_answer(drawn.script.encode(), "text/javascript; charset=utf-8", tag=drawn.digest)


def _drawn() -> Drawn:
    static_base = url_for("static", filename="js/map/outlet_map.js").removesuffix("js/map/outlet_map.js")
    config = current_app.config
    is_shifted = bool(config["TILE_URL"]) and config["TILE_DATUM"] == "gcj02"
    return draw_map(_map_config(static_base), static_base=static_base, crs="GCJ02" if is_shifted else "EPSG3857")


def _map_config(static_base: str) -> dict[str, Any]:
    """Everything the script is told: addresses, words, numbers of the installation. Nothing that people typed."""
    language = current_language()
    return {
        "module": f"{static_base}js/map/outlet_map.js",
        "language": "zh" if language == "zh_Hans" else "en",
        "locale": HTML_LANG[language],
        "zooms": ZOOMS,
        "firstPointZoom": FIRST_POINT_ZOOM,
        "boundaries": boundary_version(),
        "endpoints": _endpoints(),
        "statuses": list_statuses(),
        "metrics": list_metrics(),
        "words": map_words(),
        "tiles": {"url": current_app.config["TILE_URL"]},
        "source": current_app.config["MAP_SOURCE"],
        "reviewNumber": current_app.config["MAP_REVIEW_NUMBER"],
    }


def _endpoints() -> dict[str, str]:
    return {
        "bubbles": url_for("coverage.bubbles", level="-").removesuffix("-.json"),
        "points": url_for("coverage.points"),
        "cards": url_for("coverage.cards"),
        "search": url_for("coverage.search"),
        "areas": url_for("coverage.areas", level="-").removesuffix("-.json"),
        "list": url_for("coverage.list_in_view"),
        "boundaries": url_for("coverage.boundaries", name="-").removesuffix("-.json"),
    }


def _mini_map_config(place: Mapping[str, Any]) -> dict[str, Any]:
    """What the script of a small map is told about one place (see coverage/mini_map.html)."""
    words, endpoints = map_words(), _endpoints()
    return {
        "lng": place.get("lng"),
        "lat": place.get("lat"),
        "label": place.get("label", ""),
        "symbol": SYMBOL_OF[place["status"]] if place.get("status") else "seat",
        "county": place.get("county_code"),
        "prefecture": place.get("prefecture_code"),
        "query": place.get("query", ""),
        "stops": place.get("stops", []),
        "points": endpoints["points"],
        "boundaries": {"path": endpoints["boundaries"], "version": boundary_version()},
        "statuses": list_statuses(),
        "leaflet": url_for("static", filename="vendor/leaflet/leaflet.js"),
        "words": {name: words[name] for name in ("map", "zoomIn", "zoomOut")},
    }


@blueprint.get("/map/list")
@requires(P.COVERAGE_MAP_READ)
def list_in_view() -> Response:
    """The outlets of the filters inside `bbox`, fifty a page: a part of a page that the script puts beside the map."""
    wanted = OutletFilter.parse(request.args)
    text = request.args.get("bbox", "")
    box = parse_box(text) if text else None
    cursor = request.args.get("cursor", "")
    return scoped_answer(lambda: _list_part(wanted, box, cursor), wanted, box, cursor)


def _list_part(wanted: OutletFilter, box: Any, cursor: str) -> str:
    session = db.session()
    listed = queries.list_in_view(session, wanted, box, cursor=cursor)
    kept = [pair for pair in request.args.items(multi=True) if pair[0] not in {"cursor", "metric"}]
    path = url_for("coverage.list_in_view")

    def page_url(place: str | None) -> str | None:
        return build_url(path, [*kept, ("cursor", place)]) if place else None

    return render_template(
        "coverage/outlet_list.html",
        listed=listed,
        base=url_for("network.show_outlet", code="-").removesuffix("-"),
        symbol_of=SYMBOL_OF,
        statuses={status: str(word) for status, word in OUTLET_STATUS.items()},
        place_names=_place_names(listed.page.rows),
        previous_url=page_url(listed.page.previous),
        next_url=page_url(listed.page.next),
    )


def _place_names(rows: list[Any]) -> dict[int, str]:
    """Prefecture and county of each row, in the reader's language."""
    book, language = region_book(db.session()), current_language()
    levels = ((RegionLevel.PREFECTURE, "prefecture_code"), (RegionLevel.COUNTY, "county_code"))
    names = {row.id: [book.name(level, getattr(row, column), language) for level, column in levels] for row in rows}
    return {outlet: " · ".join(dict.fromkeys(filter(None, found))) for outlet, found in names.items()}
