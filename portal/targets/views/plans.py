"""The list of plans, a plan's table on any level, its revision, its file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import InvalidInput
from portal.formatting import format_month
from portal.i18n import current_language
from portal.permissions import Permission as P
from portal.scope import ScopeKind, bound_scope
from portal.spreadsheets import Column
from portal.table_rows import draw_badges
from portal.targets.forms.plans import StepForm, month_name, plan_spec
from portal.targets.labels import PLAN_STATUS, PLAN_STATUS_COLOUR, plan_name, sentence_of
from portal.targets.models import TargetPlan
from portal.targets.queries import plans as queries
from portal.targets.queries.hierarchy import months_of
from portal.targets.queries.naming import names_of
from portal.targets.queries.plans import At, Grid
from portal.targets.rules.cascade import OUTLETS, leaves
from portal.targets.rules.season import SeasonProfile
from portal.targets.rules.words import PlanStatus
from portal.targets.services.plans import discard_plan, revise_plan
from portal.targets.views import blueprint
from portal.targets.views.grids import chart_of, crumbs, table_of


def sees_everything() -> bool:
    """Whether the reader sees the whole network, and so a plan's own total."""
    return bound_scope(db.session()).kind is ScopeKind.EVERYTHING


def season_words(plan: TargetPlan) -> list[str]:
    """The seasons of a plan, one text each: Mar–May 8,000."""
    language, found = current_language(), []
    for group in SeasonProfile.from_dict(plan.season).groups:
        months = month_name(group.first, language)
        if group.last != group.first:
            months += "–" + month_name(group.last, language)
        amount = f"{group.units:,}" if group.units is not None else f"{(group.share_bp or 0) / 100:g}%"
        found.append(f"{months} {amount}")
    return found


@blueprint.get("/targets")
@requires(P.TARGETS_PLANS_READ)
def list_plans() -> str:
    """Plans, latest first."""
    session = db.session()
    state = plan_spec(queries.list_years(session)).read(url_for("targets.list_plans"), request.args)
    page, count = queries.list_plans(session, state)
    return render_template(
        "targets/plan_list.html",
        state=state,
        page=page,
        count=count,
        badges=draw_badges(PLAN_STATUS, PLAN_STATUS_COLOUR),
        plan_name=plan_name,
        season_words=season_words,
        sees_everything=sees_everything(),
    )


@blueprint.post("/targets/export/<kind>")
@requires(P.TARGETS_PLANS_READ)
def export_plans(kind: str) -> Response:
    """The filtered list of plans as a file."""
    session = db.session()
    state = plan_spec(queries.list_years(session)).read(url_for("targets.list_plans"), request.args)
    columns = [
        Column(_("Target"), "text", 24),
        Column(_("Status"), "text"),
        Column(_("First month"), "month"),
        Column(_("Units"), "integer"),
        Column(_("Seasons"), "text", 30),
        Column(_("In force from"), "date"),
        Column(_("Published"), "moment"),
    ]
    return export_table(kind, "targets", columns, _plan_cells(queries.export_plans(session, state)))


def _plan_cells(plans: Iterator[TargetPlan]) -> Iterator[Sequence[Any]]:
    total = sees_everything()
    for plan in plans:
        seasons = ", ".join(season_words(plan)) if total else ""
        units = plan.total_qty if total else None
        name, status = plan_name(plan.year, plan.revision), str(PLAN_STATUS[plan.status])
        yield [name, status, plan.first_month, units, seasons, plan.valid_from, plan.published_at]


@blueprint.get("/targets/<int:plan_id>")
@requires(P.TARGETS_PLANS_READ)
def show_plan(plan_id: int) -> str:
    """A plan's months by area, or by what lies below a place (`at` in the query)."""
    session = db.session()
    plan, at = queries.get_plan(session, plan_id), At.parse(request.args.get("at", ""))
    problem = ""
    try:
        grid = queries.grid_of(session, plan, at)
    except InvalidInput as error:  # a draft whose season does not fit its total
        grid, problem = Grid(months_of(plan)), sentence_of(error)

    def link(path: str) -> str:
        return url_for("targets.show_plan", plan_id=plan.id, at=path or None)

    table, name = table_of(grid, at, link), plan_name(plan.year, plan.revision)
    return render_template(
        "targets/plan.html",
        plan=plan,
        name=name,
        problem=problem,
        table=table,
        at=at,
        crumbs=list(crumbs(at, link, name)),
        chart=chart_of(table, _("Units")),
        badge=draw_badges(PLAN_STATUS, PLAN_STATUS_COLOUR)[plan.status],
        is_draft=plan.status is PlanStatus.DRAFT,
        seasons=season_words(plan),
        sees_everything=sees_everything(),
        may_write=can(P.TARGETS_PLANS_WRITE),
        form=StepForm(data={"version": plan.version}),
    )


@blueprint.post("/targets/<int:plan_id>/export/<kind>")
@requires(P.TARGETS_PLANS_READ)
def export_plan(plan_id: int, kind: str) -> Response:
    """A plan down to its models as a file: a row for each party and model, a column for each month."""
    session = db.session()
    plan = queries.get_plan(session, plan_id)
    try:
        rows = _stored(plan) if plan.status is PlanStatus.PUBLISHED else _computed(plan)
    except InvalidInput as error:
        flash(sentence_of(error), "error")
        return redirect(url_for("targets.show_plan", plan_id=plan.id))
    language = current_language()
    titles = (_("Sales area"), _("Distributor code"), _("Distributor"), _("Outlet code"), _("Outlet"), _("Model"))
    columns = [Column(title, "text") for title in titles]
    columns += [Column(format_month(month, language), "integer", 10) for month in months_of(plan)]
    columns.append(Column(_("Total"), "integer"))
    return export_table(kind, f"target-{plan.year}", columns, _leaf_cells(rows))


Leaves = list[tuple[tuple[str, ...], Sequence[int]]]


def _stored(plan: TargetPlan) -> Leaves:
    return list(leaves(queries.stored_split(db.session(), plan)))


def _computed(plan: TargetPlan) -> Leaves:
    found = leaves(queries.split_plan(db.session(), plan))
    return [(tuple(key for key in path if key != OUTLETS), units) for path, units in found if any(units)]


def _leaf_cells(rows: Leaves) -> Iterator[Sequence[Any]]:
    language = current_language()
    names = names_of(db.session(), {key for path, _units in rows for key in path})
    for (area, owner, party, model), units in rows:
        where = names[area].name(language) if area in names else _("Not assigned")
        outlet = [names[party].code, names[party].name(language)] if party in names else ["", _("Own store")]
        seller = [names[owner].code, names[owner].name(language)] if owner in names else ["", ""]
        yield [where, *seller, *outlet, names[model].code if model in names else model, *units, sum(units)]


@blueprint.post("/targets/<int:plan_id>/revise")
@requires(P.TARGETS_PLANS_WRITE)
def revise(plan_id: int) -> Response:
    """Draw up the plan's next revision, from the next month on."""
    session = db.session()
    plan = queries.get_plan(session, plan_id)
    revision = revise_plan(session, plan, actor=current_user, today=clock.today())
    session.commit()
    flash(_("A new draft has been made from the quotas in force. Change it, check it, publish it."), "success")
    return redirect(url_for("targets.edit_plan", plan_id=revision.id))


@blueprint.post("/targets/<int:plan_id>/discard")
@requires(P.TARGETS_PLANS_WRITE)
def discard(plan_id: int) -> Response:
    """Throw a draft away."""
    session, form = db.session(), StepForm()
    plan = queries.get_plan(session, plan_id)
    try:
        discard_plan(session, plan, version=form.read_version)
    except InvalidInput as error:
        session.rollback()
        flash(sentence_of(error), "error")
        return redirect(url_for("targets.show_plan", plan_id=plan_id))
    session.commit()
    flash(_("The draft has been thrown away."), "success")
    return redirect(url_for("targets.list_plans"))
