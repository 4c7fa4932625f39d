"""Openings: what is under way, its checklist, the day it opens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import pgettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.i18n import current_language
from portal.network.queries.lists import Named, list_areas
from portal.network.queries.region_names import region_book
from portal.onboarding.forms.openings import ItemForm, OpenForm, opening_spec
from portal.onboarding.forms.reviews import take_error
from portal.onboarding.labels import ACTION, APPLICATION_STATUS, APPLICATION_STATUS_COLOUR, GUARD
from portal.onboarding.models import Application, ChecklistItem
from portal.onboarding.queries import openings as queries
from portal.onboarding.queries.owners import name_distributors
from portal.onboarding.review_labels import CHECKLIST, guards_of, sentence_of
from portal.onboarding.rules.openings import ChecklistKind
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.onboarding.services.openings import change_item, get_item, open_outlet, tick_item
from portal.onboarding.services.reviews import possible_actions
from portal.onboarding.views import blueprint
from portal.onboarding.views.queue import late_words, place_words
from portal.permissions import Permission as P
from portal.spreadsheets import Column
from portal.tables import ListState

S = ApplicationStatus


@blueprint.get("/openings")
@requires(P.ONBOARDING_APPLICATIONS_READ)
def list_openings() -> str:
    """Everything that was approved: being opened, or open."""
    session, state = db.session(), _list_state()
    order = state.order(Application.id)
    page, count = queries.list_openings(session, _wanted(state), order=order, cursor=state.cursor, size=state.size)
    owners = name_distributors(session, {row.distributor_id for row in page.rows})
    return render_template(
        "onboarding/opening_list.html",
        state=state,
        page=page,
        count=count,
        rows=list(_shown_rows(page.rows, owners)),
        **_words(),
    )


@blueprint.post("/openings/export/<kind>")
@requires(P.ONBOARDING_APPLICATIONS_READ)
def export_openings(kind: str) -> FileResponse:
    """The filtered list of openings as a file."""
    session, wanted = db.session(), _wanted(_list_state())
    return export_table(kind, "openings", _columns(), _cells(queries.stream_openings(session, wanted)))


def _list_state() -> ListState:
    return opening_spec(list_areas(db.session())).read(url_for("onboarding.list_openings"), request.args)


def _wanted(state: ListState) -> queries.OpeningFilter:
    return queries.OpeningFilter(
        text=state.text,
        statuses=tuple(ApplicationStatus(value) for value in state.chosen("status")),
        areas=state.chosen("area"),
        late_on=clock.today() if state.chosen("late") else None,
    )


def _words() -> dict[str, Any]:
    return {"statuses": APPLICATION_STATUS, "colours": APPLICATION_STATUS_COLOUR, "kinds": CHECKLIST}


def _shown_rows(rows: Sequence[Any], owners: dict[int, Named]) -> Iterator[dict[str, Any]]:
    book, language = region_book(db.session()), current_language()
    for row in rows:
        owner = owners.get(row.distributor_id)
        is_open = row.status is S.OPENING
        yield {
            "id": row.id,
            "number": row.number,
            "name": row.outlet_name,
            "status": row.status,
            "place": place_words(book, row, language),
            "owner": owner.name(language) if owner else "",
            "planned_on": row.planned_open_on,
            "done": row.done or 0,
            "total": row.total or 0,
            "next_due": row.next_due if is_open else None,
            "late": late_words(row.next_due) if is_open else "",
        }


def _columns() -> list[Column]:
    return [
        Column(pgettext("application", "Number"), "text", 22),
        Column(_("Outlet"), "text", 28),
        Column(_("Status"), "text"),
        Column(_("Region"), "text", 22),
        Column(_("Class"), "text"),
        Column(_("Planned opening"), "date"),
        Column(_("Lines done"), "integer"),
        Column(_("Lines in all"), "integer"),
        Column(_("Next due"), "date"),
    ]


def _cells(rows: Any) -> Iterator[Sequence[Any]]:
    book, language = region_book(db.session()), current_language()
    for row in rows:
        yield [
            row.number,
            row.outlet_name,
            str(APPLICATION_STATUS[row.status]),
            place_words(book, row, language),
            row.store_class.value if row.store_class else "",
            row.planned_open_on,
            row.done or 0,
            row.total or 0,
            row.next_due,
        ]


@blueprint.get("/openings/<int:application_id>")
@requires(P.ONBOARDING_APPLICATIONS_READ)
def show_opening(application_id: int) -> str:
    """One opening: the checklist, and what stands in the way of the day."""
    session = db.session()
    application = queries.get_opening(session, application_id)
    items = queries.list_items(session, application)
    moves = _moves(application)
    return render_template(
        "onboarding/opening_page.html",
        application=application,
        place=place_words(region_book(session), application, current_language()),
        items=[(item, CHECKLIST[ChecklistKind(item.kind)], late_words(item.due_on)) for item in items],
        done=sum(item.done_on is not None for item in items),
        may_tick=can(P.ONBOARDING_OPENINGS_WRITE) and application.status is S.OPENING,
        moves=moves,
        reviews=queries.list_reviews_of(session, application.outlet_id) if application.status is S.OPENED else [],
        today=clock.today(),
        **_words(),
    )


def _moves(application: Application) -> list[dict[str, Any]]:
    """The steps of an opening that the reader may take, and what stands against them."""
    if not can(P.ONBOARDING_APPLICATIONS_REVIEW) or application.status is S.OPENED:
        return []
    urls = {
        Action.START_OPENING: url_for("onboarding.take_step", application_id=application.id, step="start-opening"),
        Action.OPEN: url_for("onboarding.record_opening", application_id=application.id),
    }
    return [
        {
            "label": ACTION[each.action],
            "url": urls[each.action],
            "hindrances": [str(GUARD[guard]) for guard in each.failing],
        }
        for each in possible_actions(db.session(), application, current_user)
        if each.action in urls
    ]


@blueprint.route("/openings/<int:application_id>/items/<int:item_id>", methods=["GET", "POST"])
@requires(P.ONBOARDING_OPENINGS_WRITE)
def edit_item(application_id: int, item_id: int) -> str | Response | tuple[str, int]:
    """A line of the checklist: owner, due date, done or not."""
    session = db.session()
    application = queries.get_opening(session, application_id)
    item = get_item(session, application, item_id)
    form = ItemForm(obj=item)
    if form.validate_on_submit():
        try:
            change_item(
                session,
                item,
                version=form.read_version or 0,
                actor=current_user,
                owner_name=form.owner_name.data or "",
                due_on=form.due_on.data,
                done_on=form.done_on.data,
                note=form.note.data or "",
            )
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        except (StaleVersion, IllegalMove) as error:
            session.rollback()
            return refused(application_id, error)
        else:
            session.commit()
            flash(_("Saved."), "success")
            return redirect(url_for("onboarding.show_opening", application_id=application_id))
    application = queries.get_opening(session, application_id)
    return _item_page(application, get_item(session, application, item_id), form)


def _item_page(application: Application, item: ChecklistItem, form: ItemForm) -> str:
    title = CHECKLIST[ChecklistKind(item.kind)]
    return render_template(
        "onboarding/checklist_item.html", application=application, item=item, form=form, title=title, **_words()
    )


@blueprint.post("/openings/<int:application_id>/items/<int:item_id>/tick")
@requires(P.ONBOARDING_OPENINGS_WRITE)
def tick_line(application_id: int, item_id: int) -> Response | tuple[str, int]:
    """Mark a line as done today, or as not done after all."""
    session = db.session()
    item = get_item(session, queries.get_opening(session, application_id), item_id)
    version = request.form.get("version", "")
    try:
        tick_item(
            session,
            item,
            version=int(version) if version.isascii() and version.isdigit() else 0,
            actor=current_user,
            done_on=None if request.form.get("undo") else clock.today(),
        )
    except (StaleVersion, IllegalMove) as error:
        session.rollback()
        return refused(application_id, error)
    session.commit()
    return redirect(url_for("onboarding.show_opening", application_id=application_id, _anchor="checklist"))


@blueprint.route("/openings/<int:application_id>/open", methods=["GET", "POST"])
@requires(P.ONBOARDING_APPLICATIONS_REVIEW)
def record_opening(application_id: int) -> str | Response | tuple[str, int]:
    """The outlet opens on a day: from then on it trades, and is open on the map."""
    session = db.session()
    application = queries.get_opening(session, application_id)
    hindered = _hindered(application)
    if hindered is not None:
        return refused(application_id, hindered)
    form = OpenForm(data={"version": application.version})
    if form.validate_on_submit():
        try:
            open_outlet(session, application, actor=current_user, version=form.read_version or 0, on=form.on.data)
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        except (StaleVersion, IllegalMove) as error:
            session.rollback()
            return refused(application_id, error)
        else:
            session.commit()
            flash(_("The outlet is open. It is reviewed after 6 and 12 months."), "success")
            return redirect(url_for("onboarding.show_opening", application_id=application_id))
    application = queries.get_opening(session, application_id)
    return render_template("onboarding/opening_open.html", application=application, form=form, **_words())


def _hindered(application: Application) -> IllegalMove | None:
    found = [e for e in possible_actions(db.session(), application, current_user) if e.action is Action.OPEN]
    if not found:
        return IllegalMove(from_status=application.status.value, action=Action.OPEN.value)
    guards = [guard.value for guard in found[0].failing]
    return IllegalMove("guard_failed", guards=guards) if guards else None


def refused(application_id: int, error: IllegalMove | StaleVersion) -> tuple[str, int]:
    """A step that is not possible here and now, or that somebody else was faster with. Nothing has been changed."""
    application = queries.get_opening(db.session(), application_id)
    guards = error.details.get("guards")
    sentences = guards_of(guards) if isinstance(guards, list) and guards else [sentence_of(error)]
    page = render_template(
        "onboarding/opening_refused.html",
        application=application,
        sentences=sentences,
        is_stale=isinstance(error, StaleVersion),
        **_words(),
    )
    return page, 409
