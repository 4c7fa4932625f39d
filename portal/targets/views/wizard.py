"""From a total to published quotas in four steps: total, seasons, shares, check."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.db import db
from portal.errors import InvalidInput, NotFound, StaleVersion
from portal.i18n import current_language
from portal.jobs.labels import TOO_MANY
from portal.jobs.services import TooManyJobs, start_job
from portal.merging import Difference, differences, put_error
from portal.periods import last_day
from portal.permissions import Permission as P
from portal.products.queries import models_between
from portal.targets import tasks
from portal.targets.forms.plans import (
    NewPlanForm,
    PlanForm,
    SeasonForm,
    StepForm,
    month_name,
    plan_values,
    season_values,
    shares_form,
    take_season,
)
from portal.targets.labels import plan_name, sentence_of
from portal.targets.models import TargetPlan
from portal.targets.queries import plans as queries
from portal.targets.queries.figures import retail_by_month
from portal.targets.queries.hierarchy import months_of
from portal.targets.queries.naming import names_of
from portal.targets.queries.plans import At, Grid, Line
from portal.targets.rules.cascade import mismatches, model_key
from portal.targets.rules.season import SeasonProfile
from portal.targets.rules.words import PlanStatus
from portal.targets.services.plans import change_plan, check_publishable, create_plan, set_season, set_shares
from portal.targets.views import blueprint
from portal.targets.views.grids import table_of, word_of

MODELS = "models"


def _draft(plan_id: int) -> TargetPlan:
    """The draft; NotFound for what is published: it has no steps any more."""
    plan = queries.get_plan(db.session(), plan_id)
    if plan.status is not PlanStatus.DRAFT:
        raise NotFound()
    return plan


def _again(plan: TargetPlan, plan_id: int) -> TargetPlan:
    """The draft as it is in the books after a form was refused; as it was read where none was sent."""
    return plan if request.method == "GET" else _draft(plan_id)


@blueprint.route("/targets/new", methods=["GET", "POST"])
@requires(P.TARGETS_PLANS_WRITE)
def new_plan() -> str | Response:
    """Step 1: the total of a year that has no plan yet, or of its next revision."""
    session, today = db.session(), clock.today()
    form = NewPlanForm(data={"year": today.year + 1, "valid_from": today.replace(today.year + 1, 1, 1)})
    form.offer(form.year.data or today.year)
    if form.validate_on_submit():
        try:
            facts = form.facts(form.year.data)
            plan = create_plan(session, year=form.year.data, actor=current_user, **facts)
        except InvalidInput as error:
            session.rollback()
            put_error(form, str(error.details.get("field", "")), sentence_of(error))
        else:
            session.commit()
            return redirect(url_for("targets.edit_season", plan_id=plan.id))
    return render_template("targets/plan_edit.html", form=form, plan=None, name=_("New target"), differences=[])


@blueprint.route("/targets/<int:plan_id>/edit", methods=["GET", "POST"])
@requires(P.TARGETS_PLANS_WRITE)
def edit_plan(plan_id: int) -> str | Response:
    """Step 1 again."""
    session, plan = db.session(), _draft(plan_id)
    form, found = PlanForm(data=plan_values(plan)), list[Difference]()
    form.offer(plan.year)
    if form.validate_on_submit():
        try:
            change_plan(session, plan, version=form.read_version, **form.facts(plan.year))
        except StaleVersion:
            session.rollback()
            values = plan_values(_draft(plan_id))
            found, form.version.data = differences(form, values), str(values["version"])
        except InvalidInput as error:
            session.rollback()
            put_error(form, str(error.details.get("field", "")), sentence_of(error))
        else:
            session.commit()
            return redirect(url_for("targets.edit_season", plan_id=plan_id))
    plan = _again(plan, plan_id)
    return render_template(
        "targets/plan_edit.html", form=form, plan=plan, name=plan_name(plan.year, plan.revision), differences=found
    )


@blueprint.route("/targets/<int:plan_id>/season", methods=["GET", "POST"])
@requires(P.TARGETS_PLANS_WRITE)
def edit_season(plan_id: int) -> str | Response:
    """Step 2: seasons with their units or shares, and weights for the rest."""
    session, plan = db.session(), _draft(plan_id)
    values = season_values(SeasonProfile.from_dict(plan.season)) | {"version": plan.version}
    form, found = SeasonForm(data=values), list[Difference]()
    form.offer()
    if form.validate_on_submit():
        try:
            set_season(session, plan, form.profile(), version=form.read_version)
        except StaleVersion:
            session.rollback()
            plan = _draft(plan_id)
            saved = season_values(SeasonProfile.from_dict(plan.season))
            found, form.version.data = differences(form, saved), str(plan.version)
        except InvalidInput as error:
            session.rollback()
            take_season(form, error)
        else:
            session.commit()
            return redirect(url_for("targets.edit_shares", plan_id=plan_id))
    plan = _again(plan, plan_id)
    language = current_language()
    return render_template(
        "targets/plan_season.html",
        form=form,
        plan=plan,
        name=plan_name(plan.year, plan.revision),
        differences=found,
        months=[month_name(month, language) for month in range(1, 13)],
        last_year=retail_by_month(session, plan.year - 1),
        **_preview_months(plan),
    )


def _preview_months(plan: TargetPlan) -> dict[str, Any]:
    """The months as they are saved, as figures and as a chart; empty while they do not fit."""
    try:
        units = queries.season_of(plan)
    except InvalidInput as error:
        return {"units": [], "chart": None, "problem": sentence_of(error)}
    categories = [month_name(month.month, current_language()) for month in months_of(plan)]
    series = {"name": _("Units"), "values": units, "colour": "--q-teal-solid", "fallback": "#128090"}
    rows = list(zip(categories, units, strict=True))
    return {"units": rows, "chart": {"categories": categories, "series": [series]}, "problem": ""}


@blueprint.route("/targets/<int:plan_id>/shares", methods=["GET", "POST"])
@requires(P.TARGETS_PLANS_WRITE)
def edit_shares(plan_id: int) -> str | Response:
    """Step 3: judge shares below a place (`at`: a path, or "models"); what is left empty follows the figures."""
    session, plan = db.session(), _draft(plan_id)
    asked = request.args.get("at", "")
    under, children, grid = _children(plan, asked)
    stored = {share.path: share.share_bp for share in plan.shares}
    judged = {key: stored[path] for key in children if (path := f"{under}/{key}" if under else key) in stored}
    form, names = shares_form(children, judged, version=plan.version)
    found = list[Difference]()
    if form.validate_on_submit():
        wanted = {key: form[names[key]].data for key in children}
        try:
            set_shares(session, plan, under, wanted, version=form.read_version)
        except StaleVersion:
            session.rollback()
            now = _draft(plan_id)
            saved = {share.path: share.share_bp for share in now.shares}
            texts = {names[key]: saved.get(f"{under}/{key}" if under else key) for key in children}
            found, form.version.data = differences(form, texts), str(now.version)
        except InvalidInput as error:
            session.rollback()
            put_error(form, names.get(str(error.details.get("field", "")), ""), sentence_of(error))
        else:
            session.commit()
            flash(_("The shares have been saved."), "success")
            return redirect(url_for("targets.edit_shares", plan_id=plan_id, at=asked or None))
    plan = _again(plan, plan_id)
    at = At() if asked == MODELS else At.parse(asked)

    def link(path: str) -> str:
        return url_for("targets.edit_shares", plan_id=plan_id, at=path or None)

    table = table_of(grid, at, link) if grid else None
    return render_template(
        "targets/plan_shares.html",
        form=form,
        fields=[(key, form[names[key]]) for key in children],
        plan=plan,
        name=plan_name(plan.year, plan.revision),
        differences=found,
        at=at,
        is_models=asked == MODELS,
        rows={row.key: row for row in table.rows} if table else {},
        back=link("/".join(at.keys[:-1])) if at.keys else "",
        place=word_of(at.keys[-1], names_of(session, at.keys), current_language()) if at.keys else "",
    )


def _children(plan: TargetPlan, asked: str) -> tuple[str, dict[str, str], Grid | None]:
    """(path in the cascade, key → name of what lies below, the figures as they are) of a place."""
    session, months, language = db.session(), months_of(plan), current_language()
    if asked == MODELS:
        models = models_between(session, months[0], last_day(months[-1]))
        names = names_of(session, [model_key(model.id) for model in models])
        return "*", {key: f"{name.code} · {name.name(language)}" for key, name in names.items()}, None
    at = At.parse(asked)
    if at.depth > 2:
        raise NotFound()
    try:
        grid = queries.grid_of(session, plan, at)
    except InvalidInput:  # the season does not fit yet: shares can be judged all the same
        split = queries.split_of_nothing(session, plan, depth=at.depth + 2)
        grid = queries.grid_of_split(split, months, at)
    names = names_of(session, [line.key for line in grid.lines])
    lines: list[Line] = [line for line in grid.lines if line.key != "own" or plan.own_share_bp is None]
    return at.path, {line.key: word_of(line.key, names, language) for line in lines}, grid


@blueprint.route("/targets/<int:plan_id>/publish", methods=["GET", "POST"])
@requires(P.TARGETS_PLANS_WRITE)
def check_plan(plan_id: int) -> str | Response:
    """Step 4: the whole cascade with its sums checked; then a job publishes it."""
    session, plan = db.session(), _draft(plan_id)
    form = StepForm(data={"version": plan.version})
    if form.validate_on_submit():
        try:
            check_publishable(session, plan, version=form.read_version)
            job = start_job(
                session,
                kind=tasks.PUBLISH,
                owner=current_user,
                arguments={"plan_id": plan.id, "version": plan.version},
                unique_key=f"targets-publish-{plan.id}",
            )
        except InvalidInput as error:
            session.rollback()
            form.form_errors.append(sentence_of(error))
        except TooManyJobs as error:
            session.rollback()
            form.form_errors.append(str(TOO_MANY) % error.details)
        else:
            session.commit()
            return redirect(url_for("jobs.show_job", job_id=job.id))
    plan = _again(plan, plan_id)
    return render_template(
        "targets/plan_check.html", form=form, plan=plan, name=plan_name(plan.year, plan.revision), **_checked(plan)
    )


def _checked(plan: TargetPlan) -> dict[str, Any]:
    """Sums of every level, the table of the areas, and what does not fit."""
    session = db.session()
    try:
        split = queries.split_plan(session, plan)
    except InvalidInput as error:
        return {"problem": sentence_of(error), "levels": [], "table": None, "faults": 0}
    grid = queries.grid_of_split(split, months_of(plan), At())
    levels = queries.level_sums(split)
    problem = "" if split.children else sentence_of(InvalidInput("nobody_there"))
    return {
        "problem": problem,
        "levels": levels,
        "table": table_of(grid, At()),
        "faults": len(list(mismatches(split))),
    }
