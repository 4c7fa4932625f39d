"""Pages of regions: from the country down, by search, and one region with its names and codes by date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as Redirect

from portal import clock
from portal.access import requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import NotFound
from portal.formatting import format_date
from portal.i18n import current_language, pick
from portal.network.forms.regions import region_spec
from portal.network.labels import REGION_LEVEL
from portal.network.models import SalesArea
from portal.network.queries import regions as queries
from portal.network.queries.areas import list_areas_by_code, list_provinces
from portal.network.queries.region_names import RegionBook, region_book
from portal.network.queries.region_past import FormerName, get_former
from portal.network.queries.territories import list_holders
from portal.network.rules import RegionLevel
from portal.network.views import blueprint
from portal.permissions import Permission as P
from portal.spreadsheets import Column as ExportColumn
from portal.tables import ListState


@blueprint.get("/regions")
@requires(P.NETWORK_REGIONS_READ)
def list_regions() -> str:
    """Provinces, or what a search or the filters find among all regions."""
    areas = list_areas_by_code(db.session())
    state = _state(areas)
    page, count = queries.list_regions(db.session(), state, clock.today(), areas)
    return render_template(
        "network/regions.html",
        state=state,
        page=page,
        count=count,
        rows=list(_words(page.rows)),
    )


@blueprint.post("/regions/export/<kind>")
@requires(P.NETWORK_REGIONS_READ)
def export_regions(kind: str) -> Response:
    """The filtered list as a file. A POST, because the export is put down in the audit."""
    areas = list_areas_by_code(db.session())
    rows = queries.iter_regions(db.session(), _state(areas), clock.today(), areas)
    return export_table(kind, "regions", _export_columns(), _export_cells(rows))


@blueprint.get("/regions/<level>/<code>")
@requires(P.NETWORK_REGIONS_READ)
def show_region(level: str, code: str) -> str | Redirect:
    """One region: what lies in it, whose it is, what it was called before."""
    session, key, today = db.session(), (_level(level), code), clock.today()
    try:
        page = queries.get_region_page(session, key, today, list_areas_by_code(session))
    except NotFound:
        return _former_region(key)
    return render_template(
        "network/region.html",
        page=page,
        row=page.row,
        word=REGION_LEVEL[key[0]],
        divided=_divided(page.row.parts),
        path=region_book(session).path(key),
        children=list(_words(page.children)),
        holders=list_holders(session, code, today) if key[0] is RegionLevel.COUNTY else None,
        language=current_language(),
    )


def _former_region(key: queries.Key) -> str | Redirect:
    """A code of the past leads to what it became; where that is not one region, to a page that says so."""
    names, changes = get_former(db.session(), key)
    if len(changes) == 1:
        return redirect(url_for("network.show_region", level=key[0].value, code=changes[0].new_code))
    return render_template(
        "network/region_former.html",
        code=key[1],
        level=key[0],
        word=REGION_LEVEL[key[0]],
        name=names[-1],
        names=names,
        changes=changes,
        book=region_book(db.session()),
        language=current_language(),
    )


def _level(text: str) -> RegionLevel:
    try:
        return RegionLevel(text)
    except ValueError:
        abort(404)


def _state(areas: Sequence[SalesArea]) -> ListState:
    spec = region_spec(areas, list_provinces(db.session()))
    return spec.read(url_for("network.list_regions"), request.args)


def _words(rows: Iterable[queries.RegionRow]) -> Iterator[dict[str, Any]]:
    """Rows as the table shows them: no query, no URL, no translation a row."""
    book, language = region_book(db.session()), current_language()
    levels = {level: str(word) for level, word in REGION_LEVEL.items()}
    formerly, somewhere = _("formerly"), _("another sales area")
    divided = lru_cache(_divided)
    for row in rows:
        region = row.region
        yield {
            "key": f"{region.level.value}/{region.code}",
            "filter": f"{region.level.value}:{region.code}",
            "code": region.code,
            "name": pick(region.name_zh, region.name_en),
            "former": f"{formerly} {_former(row.former, language)}" if row.former else "",
            "level": levels[region.level],
            "within": _within(book, region, language),
            "area": (pick(row.area.name_zh, row.area.name_en) or somewhere) if row.area else divided(row.parts),
            "area_code": row.area.code if row.area else "",
            "is_assigned": row.area is not None,
            "inside": row.inside,
            "population": region.population,
        }


def _divided(parts: int) -> str:
    """What to say of a region that is in no sales area itself."""
    return (
        ngettext("In part: %(num)d sales area", "In part: %(num)d sales areas", parts) if parts else _("Not assigned")
    )


def _former(names: Iterable[FormerName], language: str) -> str:
    words = []
    for name in names:
        until = _("until %(day)s", day=format_date(name.valid_to, language))
        words.append(
            _("%(name)s (%(code)s, %(until)s)", name=pick(name.name_zh, name.name_en), code=name.code, until=until)
        )
    return _(", ").join(words)


def _within(book: RegionBook, region: Any, language: str) -> str:
    return " · ".join(entry.name(language) for entry in book.path((region.level, region.code))[:-1])


def _export_columns() -> list[ExportColumn]:
    return [
        ExportColumn(_("Level"), "text"),
        ExportColumn(_("Code"), "text"),
        ExportColumn(_("Chinese name"), "text", 20),
        ExportColumn(_("English name"), "text", 28),
        ExportColumn(_("Lies in"), "text", 28),
        ExportColumn(_("Sales area"), "text", 20),
        ExportColumn(_("Distributors"), "integer"),
        ExportColumn(_("Outlets"), "integer"),
        ExportColumn(_("Active outlets"), "integer"),
        ExportColumn(_("Residents"), "integer"),
        ExportColumn(_("Former names"), "text", 36),
    ]


def _export_cells(rows: Iterable[queries.RegionRow]) -> Iterator[list[Any]]:
    book, language = region_book(db.session()), current_language()
    levels = {level: str(word) for level, word in REGION_LEVEL.items()}
    for row in rows:
        region, inside = row.region, row.inside
        yield [
            levels[region.level],
            region.code,
            region.name_zh,
            region.name_en,
            _within(book, region, language),
            pick(row.area.name_zh, row.area.name_en) if row.area else "",
            inside.distributors,
            inside.outlets,
            inside.trading,
            region.population,
            _former(row.former, language),
        ]
