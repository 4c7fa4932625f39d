"""Findings and the tasks that come of them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import requires
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.permissions import Permission as P
from portal.visits.forms.activities import AnswerForm, FindingForm, take_error
from portal.visits.queries.activities import get_activity, get_finding
from portal.visits.rules.states import Action
from portal.visits.services import findings as services
from portal.visits.views import blueprint
from portal.visits.views.activities import refused, title_of, words


@blueprint.route("/activities/<int:activity_id>/findings/new", methods=["GET", "POST"])
@requires(P.VISITS_ACTIVITIES_WRITE)
def new_finding(activity_id: int) -> str | Response | tuple[str, int]:
    """What was found; with a next step it becomes a task."""
    session, form = db.session(), FindingForm()
    activity = get_activity(session, activity_id)
    if not services.may_add_finding(activity, current_user):
        return refused(activity_id, IllegalMove())
    if form.validate_on_submit():
        try:
            services.add_finding(
                session,
                activity,
                actor=current_user,
                finding=form.finding.data or "",
                next_step=form.next_step.data or "",
                owner=form.owner.data,
                due_on=form.due_on.data,
            )
        except InvalidInput as error:
            session.rollback()
            activity = get_activity(session, activity_id)
            take_error(form, error)
        else:
            session.commit()
            flash(_("The finding has been put down."), "success")
            return redirect(url_for("visits.show_activity", activity_id=activity_id, _anchor="findings"))
    return render_template("visits/finding.html", activity=activity, heading=title_of(activity), form=form, **words())


@blueprint.route("/activities/<int:activity_id>/findings/<int:finding_id>/answer", methods=["GET", "POST"])
@requires(P.VISITS_ACTIVITIES_WRITE)
def answer(activity_id: int, finding_id: int) -> str | Response | tuple[str, int]:
    """The owner of a task says what was done."""
    session = db.session()
    activity = get_activity(session, activity_id)
    row = get_finding(session, activity, finding_id)
    if Action.ANSWER_TASK not in services.possible_task_actions(row, current_user):
        return refused(activity_id, IllegalMove())
    form = AnswerForm(data={"version": row.version, "answer": row.answer})
    if form.validate_on_submit():
        try:
            version = form.read_version or 0
            services.answer_task(session, activity, row, form.answer.data or "", actor=current_user, version=version)
        except (IllegalMove, StaleVersion) as error:
            session.rollback()
            return refused(activity_id, error)
        session.commit()
        flash(_("The task is answered."), "success")
        return redirect(url_for("visits.show_activity", activity_id=activity_id, _anchor="findings"))
    return render_template(
        "visits/answer.html", activity=activity, row=row, heading=title_of(activity), form=form, **words()
    )


@blueprint.post("/activities/<int:activity_id>/findings/<int:finding_id>/settle")
@requires(P.VISITS_ACTIVITIES_REVIEW)
def settle(activity_id: int, finding_id: int) -> Response | tuple[str, int]:
    """The manager lets the task rest."""
    session, text = db.session(), request.form.get("version", "")
    activity = get_activity(session, activity_id)
    row = get_finding(session, activity, finding_id)
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    try:
        services.settle_task(session, activity, row, actor=current_user, version=version)
    except (IllegalMove, StaleVersion) as error:
        session.rollback()
        return refused(activity_id, error)
    session.commit()
    flash(_("The task is settled."), "success")
    return redirect(url_for("visits.show_activity", activity_id=activity_id, _anchor="findings"))
