"""The promise held against the result, 6 and 12 months after an opening."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response as FileResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import InvalidInput, StaleVersion
from portal.i18n import current_language, pick
from portal.network.labels import OUTLET_STATUS, OUTLET_STATUS_COLOUR
from portal.network.rules import OutletStatus
from portal.onboarding.forms.openings import HoldForm, promise_spec
from portal.onboarding.forms.reviews import take_error
from portal.onboarding.models import OpeningReview
from portal.onboarding.queries import openings as queries
from portal.onboarding.rules.openings import WATCH_BELOW_PERCENT, hold_against_promise
from portal.onboarding.services.openings import hold_review
from portal.onboarding.views import blueprint
from portal.onboarding.views.queue import late_words
from portal.permissions import Permission as P
from portal.spreadsheets import Column
from portal.tables import ListState


@blueprint.get("/openings/reviews")
@requires(P.ONBOARDING_APPLICATIONS_READ)
def list_promises() -> str:
    """Reviews to hold and held."""
    session, state, today = db.session(), _state(), clock.today()
    page, count = queries.list_promises(
        session,
        _wanted(state),
        today=today,
        order=state.order(OpeningReview.id),
        cursor=state.cursor,
        size=state.size,
    )
    return render_template(
        "onboarding/opening_reviews.html",
        state=state,
        page=page,
        count=count,
        rows=[_row(row) for row in page.rows],
        statuses=OUTLET_STATUS,
        colours=OUTLET_STATUS_COLOUR,
        watch_below=WATCH_BELOW_PERCENT,
    )


@blueprint.post("/openings/reviews/export/<kind>")
@requires(P.ONBOARDING_APPLICATIONS_READ)
def export_promises(kind: str) -> FileResponse:
    """The filtered list of reviews as a file."""
    wanted = _wanted(_state())
    rows = queries.stream_promises(db.session(), wanted, clock.today())
    return export_table(kind, "opening-reviews", _columns(), _cells(rows), noted_as="opening_reviews")


def _state() -> ListState:
    return promise_spec().read(url_for("onboarding.list_promises"), request.args)


def _wanted(state: ListState) -> queries.PromiseFilter:
    return queries.PromiseFilter(
        text=state.text,
        states=state.chosen("state"),
        months=tuple(int(value) for value in state.chosen("months")),
        statuses=tuple(OutletStatus(value) for value in state.chosen("status")),
    )


def _share(row: Any) -> int | None:
    return None if row.actual_qty is None else hold_against_promise(row.promised_qty, row.actual_qty).percent


def _row(row: Any) -> dict[str, Any]:
    share = _share(row)
    return {
        "id": row.id,
        "code": row.code,
        "name": pick(row.name, row.name_en),
        "status": row.status,
        "months": row.months,
        "due_on": row.due_on,
        "late": late_words(row.due_on) if row.held_on is None else "",
        "promised": row.promised_qty,
        "actual": row.actual_qty,
        "share": share,
        "is_low": share is not None and share < WATCH_BELOW_PERCENT,
        "held_on": row.held_on,
        "on_watch": row.put_on_watch,
        "is_due": row.held_on is None and row.due_on <= clock.today(),
    }


def _columns() -> list[Column]:
    return [
        Column(_("Outlet code"), "text"),
        Column(_("Outlet"), "text", 28),
        Column(_("Status"), "text"),
        Column(_("Opened on"), "date"),
        Column(_("Review after (months)"), "integer"),
        Column(_("Due"), "date"),
        Column(_("Promised"), "integer"),
        Column(_("Sold"), "integer"),
        Column(_("Share (%)"), "integer"),
        Column(_("Held on"), "date"),
        Column(_("Source"), "text", 28),
        Column(_("Put on watch"), "text"),
    ]


def _cells(rows: Any) -> Iterator[Sequence[Any]]:
    language = current_language()
    for row in rows:
        names = (row.name, row.name_en) if language == "zh_Hans" else (row.name_en, row.name)
        yield [
            row.code,
            names[0] or names[1],
            str(OUTLET_STATUS[row.status]),
            row.opened_on,
            row.months,
            row.due_on,
            row.promised_qty,
            row.actual_qty,
            _share(row),
            row.held_on,
            row.source,
            _("Yes") if row.put_on_watch else "",
        ]


@blueprint.route("/openings/reviews/<int:review_id>", methods=["GET", "POST"])
@requires(P.ONBOARDING_OPENINGS_WRITE)
def hold_promise(review_id: int) -> str | Response | tuple[str, int]:
    """Put down what an outlet really sold."""
    session = db.session()
    review = queries.get_review(session, review_id)
    form = HoldForm(data={"version": review.version})
    status = 200
    if form.validate_on_submit():
        try:
            result = hold_review(
                session,
                review,
                actor=current_user,
                version=form.read_version or 0,
                actual_qty=form.actual_qty.data,
                source=form.source.data or "",
                held_on=form.held_on.data,
            )
        except InvalidInput as error:
            session.rollback()
            take_error(form, error)
        except StaleVersion:
            session.rollback()
            form.form_errors.append(_("Somebody else has changed this review meanwhile. Look at it, then save again."))
            form.version.data = str(queries.get_review(session, review_id).version)
            status = 409
        else:
            session.commit()
            words = _(
                "Held: %(percent)s %% of the promise.", percent=result.percent if result.percent is not None else "–"
            )
            flash(words, "warning" if result.goes_on_watch else "success")
            return redirect(url_for("onboarding.list_promises", state="due"))
    review = queries.get_review(session, review_id)
    page = render_template(
        "onboarding/opening_hold.html",
        review=review,
        outlet=review.outlet,
        form=form,
        watch_below=WATCH_BELOW_PERCENT,
        statuses=OUTLET_STATUS,
        colours=OUTLET_STATUS_COLOUR,
    )
    return page if status == 200 else (page, status)
