"""The board of norms by outlet and month, evidence that waits, and the norms themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import InvalidInput
from portal.formatting import format_month as month_words
from portal.i18n import current_language, pick
from portal.network.labels import STORE_CLASS
from portal.network.models import Outlet
from portal.network.queries.lists import list_areas
from portal.network.rules import StoreClass
from portal.paging import SortKey
from portal.periods import format_month, month_of, parse_month, shift_month
from portal.permissions import Permission as P
from portal.products.models import ProductModel
from portal.spreadsheets import Column
from portal.tables import ListState
from portal.visits.forms.activities import take_error
from portal.visits.forms.norms import NormForm, board_spec
from portal.visits.labels import ACTIVITY_KIND
from portal.visits.models import FieldActivity
from portal.visits.queries import activities, board
from portal.visits.rules.norms import Standing
from portal.visits.rules.words import ActivityKind, ActivityStatus
from portal.visits.services.norms import add_norm
from portal.visits.views import blueprint
from portal.visits.views.activities import words

MONTHS_BACK = 12
WAITING = 10
OLDEST = (SortKey(FieldActivity.planned_on), SortKey(FieldActivity.id))


@blueprint.get("/norms")
@requires(P.VISITS_NORMS_READ)
def show_board() -> str:
    """Outlets of a month: what is due, done, accepted, missing; and evidence to decide on."""
    session, state = db.session(), _state()
    month = _month(state)
    order = state.order(Outlet.id)
    page, count, found = board.list_board(
        session, _wanted(state), month, order=order, cursor=state.cursor, size=state.size
    )
    waiting = []
    if can(P.VISITS_ACTIVITIES_REVIEW):
        wanted = activities.ActivityFilter(statuses=(ActivityStatus.SUBMITTED,))
        listed = activities.list_activities(session, wanted, order=OLDEST, cursor="", size=WAITING)[0]
        waiting = [(row, pick(row.name, row.name_en) if row.code else "") for row in listed.rows]
    return render_template(
        "visits/board.html",
        state=state,
        page=page,
        count=count,
        rows=[(row, pick(row.name, row.name_en), found[row.id], _missing(found[row.id])) for row in page.rows],
        month=month,
        activity_kinds=list(ActivityKind),
        waiting=waiting,
        **words(),
    )


def _missing(found: dict[ActivityKind, Standing]) -> int:
    return sum(each.missing for each in found.values())


def _state() -> ListState:
    this = month_of(clock.today())
    months = [shift_month(this, -back) for back in range(MONTHS_BACK)]
    offered = [(format_month(month), month_words(month, current_language())) for month in months]
    return board_spec(list_areas(db.session()), offered).read(url_for("visits.show_board"), request.args)


def _month(state: ListState) -> date:
    chosen = state.chosen_one("month")
    return parse_month(chosen) if chosen else month_of(clock.today())


def _wanted(state: ListState) -> board.BoardFilter:
    classes = tuple(StoreClass(value) for value in state.chosen("class"))
    return board.BoardFilter(state.text, state.chosen("area"), classes)


@blueprint.post("/norms/export/<kind>")
@requires(P.VISITS_NORMS_READ)
def export_board(kind: str) -> FileResponse:
    """The board as a file: due, held and accepted of each kind."""
    state = _state()
    rows = board.stream_board(db.session(), _wanted(state), _month(state))
    return export_table(kind, "norms", _columns(), _cells(rows), noted_as="activity_norms")


def _columns() -> list[Column]:
    found = [Column(_("Outlet code"), "text"), Column(_("Outlet"), "text", 28)]
    for kind in ActivityKind:
        name = str(ACTIVITY_KIND[kind])
        found += [
            Column(_("%(kind)s: due", kind=name), "integer"),
            Column(_("%(kind)s: held", kind=name), "integer"),
            Column(_("%(kind)s: accepted", kind=name), "integer"),
        ]
    return [*found, Column(_("Missing"), "integer")]


def _cells(rows: Iterator[tuple[Any, dict[ActivityKind, Standing]]]) -> Iterator[Sequence[Any]]:
    for row, found in rows:
        cells: list[Any] = [row.code, pick(row.name, row.name_en)]
        for kind in ActivityKind:
            each = found.get(kind)
            cells += [each.norm.minimum, each.done, each.accepted] if each else [None, None, None]
        yield [*cells, _missing(found)]


@blueprint.get("/norms/rows")
@requires(P.VISITS_NORMS_READ)
def list_norms() -> str:
    """The dated rows."""
    return render_template(
        "visits/norms.html",
        norms=board.list_norms(db.session()),
        classes=STORE_CLASS,
        today=clock.today(),
        **words(),
    )


@blueprint.route("/norms/rows/new", methods=["GET", "POST"])
@requires(P.VISITS_NORMS_WRITE)
def new_norm() -> str | Response:
    """Another norm from a month on."""
    session = db.session()
    following = shift_month(month_of(clock.today()), 1)
    form = NormForm(data={"first_month": following}) if request.method == "GET" else NormForm()
    if form.validate_on_submit():
        try:
            add_norm(
                session,
                kind=form.kind.data,
                per_month=form.per_month.data,
                first_month=form.first_month.data,
                store_class=form.store_class.data,
                theme=form.theme.data or "",
                model=_model(form.model.data or ""),
            )
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        else:
            session.commit()
            flash(_("The norm holds from its month on."), "success")
            return redirect(url_for("visits.list_norms"))
    return render_template("visits/norm_new.html", form=form, **words())


def _model(code: str) -> ProductModel | None:
    if not code:
        return None
    found = db.session.scalar(select(ProductModel).where(ProductModel.code == code))
    if found is None:
        raise InvalidInput("model_unknown", field="model", value=code)
    return found
