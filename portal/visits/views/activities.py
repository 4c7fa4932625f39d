"""The list of activities, one of them with its timeline, and its steps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, QudaoError, StaleVersion
from portal.i18n import pick
from portal.network.queries.lists import list_areas
from portal.permissions import Permission as P
from portal.spreadsheets import Column
from portal.tables import ListState
from portal.visits.errors import GuardFailed
from portal.visits.forms.activities import StepForm, activity_spec
from portal.visits.labels import (
    ACTION,
    ACTIVITY_KIND,
    ACTIVITY_STATUS,
    ACTIVITY_STATUS_COLOUR,
    EVENT,
    GUARD,
    TASK_OWNER,
    TASK_STATUS,
    TASK_STATUS_COLOUR,
    sentence_of,
)
from portal.visits.models import FieldActivity
from portal.visits.queries import activities as queries
from portal.visits.rules.states import Action
from portal.visits.rules.words import ActivityKind, ActivityStatus, TaskOwner
from portal.visits.services import activities as services
from portal.visits.services.findings import may_add_finding, possible_task_actions
from portal.visits.views import blueprint

# Steps by the name in the URL; the first two take one press, the others say why.
PRESSED = {"submit": Action.SUBMIT, "accept": Action.ACCEPT}
REASONED = {"return": Action.RETURN, "cancel": Action.CANCEL}
STEP_OF = {action: name for name, action in (PRESSED | REASONED).items()}
JUDGING = frozenset({Action.ACCEPT, Action.RETURN})


@blueprint.get("/activities")
@requires(P.VISITS_ACTIVITIES_READ)
def list_activities() -> str:
    """Activities by day, the latest first."""
    session, state = db.session(), _state()
    order = state.order(FieldActivity.id)
    page, count = queries.list_activities(session, _wanted(state), order=order, cursor=state.cursor, size=state.size)
    rows = [(row, pick(row.name, row.name_en) if row.code else "") for row in page.rows]
    return render_template("visits/activity_list.html", state=state, page=page, count=count, rows=rows, **words())


@blueprint.post("/activities/export/<kind>")
@requires(P.VISITS_ACTIVITIES_READ)
def export_activities(kind: str) -> FileResponse:
    """The filtered list as a file."""
    rows = queries.stream_activities(db.session(), _wanted(_state()))
    return export_table(kind, "activities", _columns(), _cells(rows), noted_as="field_activities")


def _state() -> ListState:
    return activity_spec(list_areas(db.session())).read(url_for("visits.list_activities"), request.args)


def _wanted(state: ListState) -> queries.ActivityFilter:
    return queries.ActivityFilter(
        text=state.text,
        kinds=tuple(ActivityKind(value) for value in state.chosen("kind")),
        statuses=tuple(ActivityStatus(value) for value in state.chosen("status")),
        areas=state.chosen("area"),
        since=read_day(state.chosen_one("since")),
        until=read_day(state.chosen_one("until")),
        owner_id=current_user.id if state.chosen("mine") else None,
        tasks=tuple(TaskOwner(value) for value in state.chosen("task")),
        late_on=clock.today() if state.chosen("late") else None,
    )


def read_day(text: str | None) -> date | None:
    """The day that a URL names, or None."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def words() -> dict[str, Any]:
    """What every page of the room says."""
    return {
        "kinds": ACTIVITY_KIND,
        "statuses": ACTIVITY_STATUS,
        "colours": ACTIVITY_STATUS_COLOUR,
        "task_statuses": TASK_STATUS,
        "task_colours": TASK_STATUS_COLOUR,
        "owners": TASK_OWNER,
        "events_words": EVENT,
    }


def _columns() -> list[Column]:
    return [
        Column(_("Planned for"), "date"),
        Column(_("Held on"), "date"),
        Column(_("Kind of activity"), "text"),
        Column(_("Outlet code"), "text"),
        Column(_("Outlet"), "text", 28),
        Column(_("Status"), "text"),
        Column(_("Theme"), "text", 22),
        Column(_("Course"), "text", 22),
        Column(_("Lecturer"), "text"),
        Column(_("Participants"), "integer"),
        Column(_("Check-in (m from the outlet)"), "integer"),
        Column(_("Planned by"), "text"),
        Column(_("Decided by"), "text"),
        Column(_("What was done"), "text", 40),
    ]


def _cells(rows: Any) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield [
            row.planned_on,
            row.done_on,
            str(ACTIVITY_KIND[row.kind]),
            row.code or "",
            pick(row.name, row.name_en) if row.code else "",
            str(ACTIVITY_STATUS[row.status]),
            row.theme,
            row.course,
            row.lecturer,
            row.participants,
            row.distance_m,
            row.owner_name,
            row.decided_by_name,
            row.report,
        ]


@blueprint.get("/activities/<int:activity_id>")
@requires(P.VISITS_ACTIVITIES_READ)
def show_activity(activity_id: int) -> str:
    """One activity: what was planned, done, found, shown; what may be done next."""
    session = db.session()
    activity = queries.get_activity(session, activity_id)
    findings = queries.findings_of(session, activity)
    return render_template(
        "visits/activity.html",
        activity=activity,
        outlet=activity.outlet,
        title=title_of(activity),
        findings=[(row, possible_task_actions(row, current_user)) for row in findings],
        photos=queries.photos_of(session, activity),
        events=queries.events_of(session, activity),
        buttons=_buttons(activity),
        may_find=can(P.VISITS_ACTIVITIES_WRITE) and may_add_finding(activity, current_user),
        today=clock.today(),
        **words(),
    )


def title_of(activity: FieldActivity) -> str:
    """The kind, and at whom."""
    outlet = activity.outlet
    place = pick(outlet.name, outlet.name_en) if outlet else activity.place
    return f"{ACTIVITY_KIND[activity.kind]} · {place}" if place else str(ACTIVITY_KIND[activity.kind])


def _buttons(activity: FieldActivity) -> list[dict[str, Any]]:
    found = []
    for action, guards in services.possible_actions(db.session(), activity, current_user).items():
        if not can(P.VISITS_ACTIVITIES_REVIEW if action in JUDGING else P.VISITS_ACTIVITIES_WRITE):
            continue
        if action is Action.RECORD:
            url = url_for("visits.record", activity_id=activity.id)
        else:
            endpoint = "visits.judge" if action in JUDGING else "visits.step"
            url = url_for(endpoint, activity_id=activity.id, step=STEP_OF[action])
        found.append(
            {
                "label": ACTION[action],
                "url": url,
                "obstacle": " ".join(str(GUARD[guard]) for guard in guards),
                "is_post": action in PRESSED.values(),
                "is_main": action in (Action.RECORD, Action.SUBMIT, Action.ACCEPT),
            }
        )
    return found


@blueprint.route("/activities/<int:activity_id>/step/<any('submit', 'cancel'):step>", methods=["GET", "POST"])
@requires(P.VISITS_ACTIVITIES_WRITE)
def step(activity_id: int, step: str) -> str | Response | tuple[str, int]:
    """Hand in the evidence, or cancel."""
    return _step(activity_id, step)


@blueprint.route("/activities/<int:activity_id>/evidence/<any('accept', 'return'):step>", methods=["GET", "POST"])
@requires(P.VISITS_ACTIVITIES_REVIEW)
def judge(activity_id: int, step: str) -> str | Response | tuple[str, int]:
    """Somebody else accepts the evidence, or returns it."""
    return _step(activity_id, step)


def _step(activity_id: int, name: str) -> str | Response | tuple[str, int]:
    session, action = db.session(), (PRESSED | REASONED)[name]
    activity = queries.get_activity(session, activity_id)
    form = StepForm(data={"version": activity.version})
    if request.method == "POST":
        is_pressed = action in PRESSED.values()
        if is_pressed or form.validate():
            try:
                _act(activity, action, form.read_version or 0, form.reason.data or "")
            except (IllegalMove, StaleVersion, InvalidInput) as error:
                session.rollback()
                return refused(activity_id, error)
            session.commit()
            flash(_("Done: %(step)s.", step=ACTION[action]), "success")
            return redirect(url_for("visits.show_activity", activity_id=activity_id))
    else:
        possible = services.possible_actions(session, activity, current_user)
        if action not in possible or possible[action]:
            return refused(activity_id, GuardFailed(possible[action]) if possible.get(action) else IllegalMove())
    return render_template(
        "visits/step.html",
        activity=activity,
        title=ACTION[action],
        heading=title_of(activity),
        form=form,
        is_pressed=action in PRESSED.values(),
        action=action.value,
        **words(),
    )


def _act(activity: FieldActivity, action: Action, version: int, reason: str) -> None:
    session, actor = db.session(), current_user
    if action is Action.SUBMIT:
        services.submit_activity(session, activity, actor=actor, version=version)
    elif action is Action.ACCEPT:
        services.accept_activity(session, activity, actor=actor, version=version)
    elif action is Action.RETURN:
        services.return_activity(session, activity, reason, actor=actor, version=version)
    else:
        services.cancel_activity(session, activity, reason, actor=actor, version=version)


def refused(activity_id: int, error: QudaoError) -> tuple[str, int]:
    """A step that is not possible, or with which somebody was faster. Nothing has been changed."""
    activity = queries.get_activity(db.session(), activity_id)
    page = render_template(
        "visits/refused.html", activity=activity, heading=title_of(activity), sentence=sentence_of(error), **words()
    )
    return page, 409
