"""Pages of sales areas: the list with what is not assigned, one area, its names and people, its regions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.audit.exports import export_table
from portal.boundaries.manifest import read_manifest
from portal.db import db
from portal.errors import InvalidInput, StaleVersion
from portal.i18n import current_language
from portal.network.forms.areas import (
    AreaForm,
    AssignForm,
    area_spec,
    area_values,
    conflict_lines,
    province_options,
    read_keys,
)
from portal.network.forms.parties import take_error
from portal.network.labels import REGION_LEVEL
from portal.network.models import AreaRegion
from portal.network.queries import areas as queries
from portal.network.queries.region_names import RegionBook, region_book
from portal.network.services import areas as services
from portal.network.services.areas import Assigned
from portal.network.views import blueprint
from portal.network.views.merging import differences
from portal.permissions import Permission as P
from portal.scope import ScopeKind, bound_scope
from portal.spreadsheets import Column as ExportColumn


@blueprint.get("/areas")
@requires(P.NETWORK_AREAS_READ)
def list_areas() -> str:
    """The sales areas that the reader sees, and what is in none."""
    session = db.session()
    state = area_spec().read(url_for("network.list_areas"), request.args)
    page, count, rest = queries.list_areas(session, state, clock.today())
    return render_template(
        "network/areas.html",
        state=state,
        page=page,
        count=count,
        rest=None if state.text or page.next else rest,
        sees_everything=_sees_everything(),
    )


@blueprint.post("/areas/export/<kind>")
@requires(P.NETWORK_AREAS_READ)
def export_areas(kind: str) -> Response:
    """All sales areas as a file. A POST, because the export is put down in the audit."""
    rows = queries.list_all_areas(db.session(), clock.today())
    return export_table(kind, "sales-areas", _export_columns(), _export_cells(rows))


@blueprint.get("/areas/<code>")
@requires(P.NETWORK_AREAS_READ)
def show_area(code: str) -> str:
    """One sales area: people, figures, regions with their dates, map."""
    session, today = db.session(), clock.today()
    area = queries.get_area(session, code)
    lines = list(_lines(queries.list_holdings(session, area), region_book(session)))
    return render_template(
        "network/area.html",
        area=area,
        row=queries.describe_area(session, area, today),
        current=[line for line in lines if line["is_current"]],
        coming=[line for line in lines if line["is_coming"]],
        ended=[line for line in lines if not (line["is_current"] or line["is_coming"])],
        map=_map_of(line for line in lines if line["is_current"]),
        sees_everything=_sees_everything(),
    )


@blueprint.route("/areas/new", methods=["GET", "POST"])
@requires(P.NETWORK_AREAS_MANAGE)
def create_area() -> str | Response:
    """A new sales area; its regions come next."""
    session = db.session()
    form = AreaForm()
    form.offer(queries.list_people(session))
    if form.validate_on_submit():
        try:
            area = services.create_area(session, **form.facts())
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            flash(_("The sales area has been created. Choose its regions now."), "success")
            return redirect(url_for("network.assign_area_regions", code=area.code))
    return render_template("network/area_edit.html", form=form, area=None, differences=[])


@blueprint.route("/areas/<code>/edit", methods=["GET", "POST"])
@requires(P.NETWORK_AREAS_MANAGE)
def edit_area(code: str) -> str | Response:
    """Change code, names and people of a sales area."""
    session = db.session()
    area = queries.get_area(session, code)
    form = AreaForm(data=area_values(area))
    form.offer(queries.list_people(session, [area.developer_id, area.maintainer_id]))
    found = []
    if form.validate_on_submit():
        try:
            services.change_area(session, area.id, version=form.read_version, **form.facts())
        except StaleVersion:
            session.rollback()
            found = differences(form, area_values(area))
            form.version.data = str(area.version)
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            flash(_("The sales area has been saved."), "success")
            return redirect(url_for("network.show_area", code=area.code))
    return render_template("network/area_edit.html", form=form, area=area, differences=found)


@blueprint.route("/areas/<code>/regions", methods=["GET", "POST"])
@requires(P.NETWORK_AREAS_MANAGE)
def assign_area_regions(code: str) -> str | Response:
    """Tick, in a list or on the map, which regions of a province the area holds from a day on."""
    session = db.session()
    area = queries.get_area(session, code)
    form = AssignForm(data={"version": area.version})
    province = request.args.get("province") or queries.first_province(session, area)
    on = form.on.data or clock.today()
    choice = queries.choose_in(session, area, province, on) if province else None
    ticked = read_keys(request.form.getlist("region")) if request.method == "POST" else None
    conflicts: list[str] = []
    is_stale = False
    if choice is not None and form.validate_on_submit():
        try:
            assigned = services.assign_regions(
                session,
                area.id,
                version=form.read_version,
                wanted=(ticked or set()) & set(choice.keys),
                among=choice.keys,
                on=form.on.data,
                takes_over=form.takes_over.data,
            )
        except StaleVersion:
            session.rollback()
            is_stale, form.version.data = True, str(area.version)
        except InvalidInput as error:
            session.rollback()
            conflicts = _take_conflicts(form, error)
        else:
            session.commit()
            flash(_assigned_words(assigned), "success")
            return redirect(url_for("network.show_area", code=area.code))
    return render_template(
        "network/area_regions.html",
        area=area,
        form=form,
        choice=choice,
        ticked=ticked,
        conflicts=conflicts,
        is_stale=is_stale,
        province=province,
        provinces=province_options(queries.list_provinces(session)),
        map=_map_of_choice(choice) if choice else None,
    )


def _take_conflicts(form: AssignForm, error: InvalidInput) -> list[str]:
    if error.code != "region_taken":
        take_error(form, error)
        return []
    form.form_errors.append(_("Regions that you ticked belong to another sales area on that day or later."))
    return conflict_lines(error.details["conflicts"], region_book(db.session()))  # type: ignore[arg-type]


def _assigned_words(assigned: Assigned) -> str:
    words = [
        ngettext("%(num)d region begins", "%(num)d regions begin", assigned.begun),
        ngettext("%(num)d ends", "%(num)d end", assigned.ended),
    ]
    if assigned.taken:
        words.append(ngettext("%(num)d is taken over", "%(num)d are taken over", assigned.taken))
    words.append(
        ngettext(
            "%(num)d distributor or outlet lies in another area now",
            "%(num)d distributors and outlets lie in another area now",
            assigned.moved.total,
        )
    )
    return _("The regions have been saved: %(changes)s.", changes=_(", ").join(words))


def _lines(holdings: Iterable[AreaRegion], book: RegionBook) -> Iterator[dict[str, Any]]:
    today, language = clock.today(), current_language()
    for row in holdings:
        path = book.path((row.level, row.code))
        yield {
            "level": row.level,
            "word": REGION_LEVEL[row.level],
            "code": row.code,
            "name": book.name(row.level, row.code, language),
            "within": " · ".join(entry.name(language) for entry in path[:-1]),
            "path": [entry.code for entry in path],
            "valid_from": row.valid_from,
            "valid_to": row.valid_to,
            "is_coming": row.valid_from > today,
            "is_current": row.valid_from <= today and (row.valid_to is None or row.valid_to >= today),
        }


def _map_of(lines: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """What the map of an area draws: files by set and owner, and which of their regions are the area's."""
    files: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        owner = line["path"][-2] if len(line["path"]) > 1 else ""
        files.setdefault((line["level"].value, owner), []).append(line["code"])
    if not files:
        return None
    return _map_config([{"set": name, "parent": owner, "codes": codes} for (name, owner), codes in files.items()])


def _map_of_choice(choice: queries.Choice) -> dict[str, Any] | None:
    """What the map of a choice draws: the prefectures of the province, and the counties of each."""
    counties = [{"set": "county", "parent": child.entry.code} for child in choice.children if child.children]
    return _map_config([{"set": "prefecture", "parent": choice.entry.code}, *counties])


def _map_config(files: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    manifest = read_manifest(current_app.config["GEODATA_DIR"])
    if manifest is None or "coverage.boundaries" not in current_app.view_functions:
        return None
    return {
        "address": url_for("coverage.boundaries", name="-").removesuffix("-.json"),
        "version": manifest.folder,
        "language": "zh" if current_language() == "zh_Hans" else "en",
        "files": list(files),
        "source": current_app.config["MAP_SOURCE"],
        "build": manifest.source.name,
        "review": current_app.config["MAP_REVIEW_NUMBER"],
    }


def _sees_everything() -> bool:
    return bound_scope(db.session()).kind is ScopeKind.EVERYTHING


def _export_columns() -> list[ExportColumn]:
    return [
        ExportColumn(_("Code"), "text"),
        ExportColumn(_("Chinese name"), "text", 24),
        ExportColumn(_("English name"), "text", 24),
        ExportColumn(_("Developer"), "text", 20),
        ExportColumn(_("Maintainer"), "text", 20),
        ExportColumn(_("Prefectures"), "integer"),
        ExportColumn(_("Counties"), "integer"),
        ExportColumn(_("Without territory"), "integer"),
        ExportColumn(_("Distributors"), "integer"),
        ExportColumn(_("Active outlets"), "integer"),
        ExportColumn(_("Planned outlets"), "integer"),
    ]


def _export_cells(rows: Iterable[queries.AreaRow]) -> Iterator[list[Any]]:
    for row in rows:
        area, inside = row.area, row.inside
        named = [area.code, area.name_zh, area.name_en] if area else ["", "未分配", "Not assigned"]
        figures = [inside.prefectures, inside.counties, inside.white_counties]
        yield [*named, row.developer, row.maintainer, *figures, inside.distributors, inside.trading, inside.planned]
