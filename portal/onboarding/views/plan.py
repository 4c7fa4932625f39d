"""The rollout plan: planned against open, and its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import InvalidInput
from portal.formatting import format_month
from portal.i18n import current_language
from portal.network.labels import CITY_TIER, STORE_CLASS
from portal.network.queries.lists import list_areas
from portal.network.queries.region_names import region_book
from portal.network.rules import CityTier, RegionLevel, StoreClass
from portal.onboarding.forms.plan import LineForm, plan_spec
from portal.onboarding.forms.reviews import take_error
from portal.onboarding.models import RolloutLine
from portal.onboarding.queries import plan as queries
from portal.onboarding.review_labels import DIFFICULTY, GROUPING
from portal.onboarding.rules.plan import Grouping
from portal.onboarding.services.recruiting import plan_openings, remove_line
from portal.onboarding.views import blueprint
from portal.onboarding.views.queue import place_words
from portal.permissions import Permission as P
from portal.spreadsheets import Column
from portal.tables import ListState


@blueprint.get("/plan", defaults={"by": "prefecture"}, endpoint="show_plan")
@blueprint.get("/plan/<any(county, tier, class, month):by>", endpoint="show_plan")
@requires(P.ONBOARDING_PLAN_READ)
def show_plan(by: str) -> str:
    """Planned against open by group, and the lines of the plan."""
    session, group = db.session(), Grouping(by)
    state = _state(group)
    wanted = _wanted(state)
    table = queries.plan_table(session, wanted, group, today=clock.today())
    order = state.order(RolloutLine.id)
    page, count = queries.list_lines(session, wanted, order=order, cursor=state.cursor, size=state.size)
    return render_template(
        "onboarding/plan_page.html",
        state=state,
        page=page,
        count=count,
        table=table,
        by=group,
        groups=[_group(each, group) for each in table.groups],
        share=_share(table.total.opened, table.total.planned),
        groupings=[(word, state.export_url(_path(each)), each is group) for each, word in GROUPING.items()],
        rows=list(_lines(page.rows)),
        may_write=can(P.ONBOARDING_PLAN_WRITE),
    )


def _path(by: Grouping) -> str:
    return url_for("onboarding.show_plan", by=by.value)


def _state(by: Grouping = Grouping.PREFECTURE) -> ListState:
    session, language = db.session(), current_language()
    book = region_book(session)
    codes = queries.list_regions(session)
    prefectures = {code: book.name(RegionLevel.PREFECTURE, code, language) for code in codes}
    spec = plan_spec(queries.list_years(session), prefectures, list_areas(session))
    return spec.read(_path(by), request.args)


def _wanted(state: ListState) -> queries.PlanFilter:
    regions = (value.partition(":") for value in state.chosen("region"))
    return queries.PlanFilter(
        years=tuple(int(value) for value in state.chosen("year")),
        areas=state.chosen("area"),
        regions=tuple((RegionLevel(level), code) for level, _sign, code in regions),
        classes=tuple(StoreClass(value) for value in state.chosen("class")),
        tiers=tuple(CityTier(value) for value in state.chosen("tier")),
        difficulties=tuple(int(value) for value in state.chosen("difficulty")),
    )


def _group(group: queries.Group, by: Grouping) -> dict[str, Any]:
    progress = group.progress
    return {
        "label": group_words(group.key, by),
        "map_query": f"region={by.value}:{group.key}" if by in (Grouping.PREFECTURE, Grouping.COUNTY) else "",
        "planned": progress.planned,
        "opened": progress.opened,
        "late": progress.late,
        "share": _share(progress.opened, progress.planned),
        "difficulty": DIFFICULTY.get(group.difficulty, group.difficulty),
    }


def _share(opened: int, planned: int) -> int:
    """Percent of the plan that is open, rounded half up, at most 999."""
    return min(999, (opened * 200 + planned) // (2 * planned)) if planned else 0


def group_words(key: Any, by: Grouping) -> str:
    """What a group is called."""
    if key is None:
        return _("not stated")
    if by is Grouping.MONTH:
        return format_month(key, current_language())
    if by is Grouping.CLASS:
        return str(STORE_CLASS[key])
    if by is Grouping.TIER:
        return str(CITY_TIER[key])
    return region_book(db.session()).name(RegionLevel(by.value), key, current_language())


def _lines(rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    book, language = region_book(db.session()), current_language()
    for row in rows:
        yield {
            "id": row.id,
            "place": place_words(book, row, language),
            "month": row.open_month,
            "qty": row.planned_qty,
            "class": row.store_class.value if row.store_class else "–",
            "tier": CITY_TIER[row.city_tier] if row.city_tier else "–",
            "difficulty": DIFFICULTY.get(row.difficulty, row.difficulty),
            "note": row.note,
        }


@blueprint.post("/plan/export/<kind>")
@requires(P.ONBOARDING_PLAN_READ)
def export_plan(kind: str) -> FileResponse:
    """The table by a grouping (`what` in the query), or without one the lines of the plan, as a file."""
    wanted, what, today = _wanted(_state()), request.args.get("what", ""), clock.today()
    if what in set(Grouping):
        by = Grouping(what)
        table = queries.plan_table(db.session(), wanted, by, today=today)
        return export_table(
            kind, "plan-progress", _table_columns(by), _table_cells(table, by), noted_as="rollout_lines"
        )
    return export_table(
        kind, "plan", _line_columns(), _line_cells(queries.stream_lines(db.session(), wanted)), noted_as="rollout_lines"
    )


def _table_columns(by: Grouping) -> list[Column]:
    return [
        Column(str(GROUPING[by]), "text", 24),
        Column(_("Planned"), "integer"),
        Column(_("Open"), "integer"),
        Column(_("Late"), "integer"),
        Column(_("Share (%)"), "integer"),
        Column(_("Difficulty"), "text"),
    ]


def _table_cells(table: queries.PlanTable, by: Grouping) -> Iterator[Sequence[Any]]:
    for each in table.groups:
        row = _group(each, by)
        yield [row["label"], row["planned"], row["opened"], row["late"], row["share"], str(row["difficulty"])]
    total = table.total
    yield [_("Total"), total.planned, total.opened, total.late, _share(total.opened, total.planned), ""]


def _line_columns() -> list[Column]:
    return [
        Column(_("Prefecture"), "text"),
        Column(_("County"), "text"),
        Column(_("County code"), "text"),
        Column(_("Month"), "date"),
        Column(_("Planned"), "integer"),
        Column(_("Class"), "text"),
        Column(_("City tier"), "text"),
        Column(_("Difficulty"), "text"),
        Column(_("Note"), "text", 30),
    ]


def _line_cells(rows: Any) -> Iterator[Sequence[Any]]:
    book, language = region_book(db.session()), current_language()
    for row in rows:
        yield [
            book.name(RegionLevel.PREFECTURE, row.prefecture_code, language),
            book.name(RegionLevel.COUNTY, row.county_code, language),
            row.county_code,
            row.open_month,
            row.planned_qty,
            row.store_class.value if row.store_class else "",
            str(CITY_TIER[row.city_tier]) if row.city_tier else "",
            str(DIFFICULTY.get(row.difficulty, row.difficulty)),
            row.note,
        ]


@blueprint.route("/plan/new", methods=["GET", "POST"])
@requires(P.ONBOARDING_PLAN_WRITE)
def new_line() -> str | Response:
    """Add a line to the plan."""
    session, form = db.session(), LineForm()
    if form.validate_on_submit():
        try:
            plan_openings(
                session,
                county_code=form.county_code or "",
                open_month=form.open_month.data,
                planned_qty=form.planned_qty.data,
                store_class=form.store_class.data,
                city_tier=form.city_tier.data,
                difficulty=form.difficulty.data,
                note=form.note.data or "",
            )
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            flash(_("The line is in the plan."), "success")
            return redirect(url_for("onboarding.show_plan"))
    return render_template("onboarding/plan_line.html", form=form)


@blueprint.post("/plan/lines/<int:line_id>/remove")
@requires(P.ONBOARDING_PLAN_WRITE)
def drop_line(line_id: int) -> Response:
    """Take a line out of the plan."""
    session = db.session()
    remove_line(session, queries.get_line(session, line_id))
    session.commit()
    flash(_("The line has been removed."), "success")
    return redirect(url_for("onboarding.show_plan"))
