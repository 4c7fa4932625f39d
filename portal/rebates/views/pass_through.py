"""Subsidies handed down (转付): notices by head office, what was granted, passed on, and confirmed by the outlet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import QudaoError
from portal.i18n import pick
from portal.periods import month_of, parse_month, previous_month
from portal.permissions import Permission as P
from portal.products.queries import active_models
from portal.rebates.forms.dealer_lists import grant_spec
from portal.rebates.forms.dealers import ConfirmForm, PassOnForm, notice_form
from portal.rebates.labels import GRANT_STATUS, GRANT_STATUS_COLOUR, sentence_of
from portal.rebates.models import PassThroughGrant, SubsidyNotice
from portal.rebates.queries import pass_through as queries
from portal.rebates.rules.life import Action
from portal.rebates.services import pass_through as services
from portal.rebates.views import blueprint
from portal.rebates.views.dealer_words import is_dealer, recent_months, unique_order, yuan
from portal.sales.queries.periods import find_period
from portal.spreadsheets import Column
from portal.table_rows import draw_badges
from portal.tables import ListState


@blueprint.get("/pass-through")
@requires(P.REBATES_PASS_THROUGH_READ)
def list_grants() -> str:
    """What was granted for each outlet, and how far it has come; above it the notices."""
    session, state = db.session(), _state()
    page, count = queries.list_grants(
        session,
        _wanted(state),
        order=unique_order(state, PassThroughGrant.id),
        cursor=state.cursor,
        size=state.size,
    )
    notices = queries.list_notices(session, limit=6)
    return render_template(
        "rebates/grant_list.html",
        state=state,
        page=page,
        count=count,
        cells=_cells(page.rows),
        notices=notices,
        sums=queries.sums_by_notice(session, [notice.id for notice in notices]),
        may_issue=can(P.REBATES_POLICIES_WRITE),
        is_dealer=is_dealer(),
    )


def _state() -> ListState:
    return grant_spec(recent_months()).read(url_for("rebates.list_grants"), request.args)


def _wanted(state: ListState) -> queries.GrantFilter:
    month = state.chosen_one("month")
    return queries.GrantFilter(
        text=state.text,
        statuses=state.chosen("status"),
        month=parse_month(month) if month else None,
    )


def _cells(rows: Sequence[Any]) -> dict[str, Any]:
    statuses = draw_badges(GRANT_STATUS, GRANT_STATUS_COLOUR)
    return {
        "link": [url_for("rebates.show_grant", grant_id=row.id) for row in rows],
        "outlet": [pick(row.outlet_name, row.outlet_name_en) for row in rows],
        "code": [row.outlet_code for row in rows],
        "notice": [row.notice_code for row in rows],
        "month": [f"{row.month:%Y-%m}" for row in rows],
        "granted": [yuan(row.granted_fen) for row in rows],
        "passed_on": [yuan(row.passed_on_fen) for row in rows],
        "confirmed": [yuan(row.confirmed_fen) for row in rows],
        "status": [statuses[row.status] for row in rows],
    }


@blueprint.post("/pass-through/export/<kind>")
@requires(P.REBATES_PASS_THROUGH_READ)
def export_grants(kind: str) -> Response:
    """The list that the filters leave, as a file."""
    columns = [
        Column(_("Notice"), "text"),
        Column(_("Month"), "month"),
        Column(_("Distributor"), "text"),
        Column(_("Outlet"), "text"),
        Column(_("Name"), "text", 32),
        Column(_("Status"), "text"),
        Column(_("Granted"), "decimal"),
        Column(_("Passed on"), "decimal"),
        Column(_("Passed on, day"), "date"),
        Column(_("Confirmed"), "decimal"),
        Column(_("Confirmed, day"), "date"),
    ]
    rows = queries.stream_grants(db.session(), _wanted(_state()))
    return export_table(kind, "subsidies", columns, _exported(rows))


def _exported(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    for row in rows:
        yield [
            row.notice_code,
            row.month,
            row.distributor_code,
            row.outlet_code,
            pick(row.outlet_name, row.outlet_name_en),
            str(GRANT_STATUS[row.status]),
            row.granted_fen / 100,
            row.passed_on_fen / 100,
            row.passed_on_on,
            row.confirmed_fen / 100,
            row.confirmed_on,
        ]


# ---- notices of head office


@blueprint.route("/pass-through/notices/new", methods=["GET", "POST"])
@requires(P.REBATES_POLICIES_WRITE)
def issue_notice() -> str | Response | tuple[str, int]:
    """A notice: so much for each unit of a model in a month."""
    session, today = db.session(), clock.today()
    models = [(model.code, pick(model.name_zh, model.name_en)) for model in active_models(session, today)]
    form = notice_form(models, data={"month": previous_month(month_of(today)), "issued_on": today})
    if request.method == "GET":
        return _notice_form(form, models)
    if not form.validate_on_submit():
        return _notice_form(form, models), 422
    amounts = {code: form[f"model_{code}"].data or 0 for code, _name in models}
    try:
        notice = services.issue_notice(
            session,
            actor=current_user,
            code=form.code.data or "",
            name_en=form.name_en.data or "",
            name_zh=form.name_zh.data or "",
            month=form.month.data,
            per_model_fen=amounts,
            issued_on=form.issued_on.data or today,
            note=form.note.data or "",
        )
        notice_id = notice.id
        session.commit()
    except QudaoError as error:
        session.rollback()
        form.form_errors.append(notice_sentence(error))
        return _notice_form(form, models), error.status
    flash(_("The notice is kept. Grant it once the month is locked."), "success")
    return redirect(url_for("rebates.show_notice", notice_id=notice_id))


def _notice_form(form: Any, models: Sequence[tuple[str, str]]) -> str:
    return render_template("rebates/notice_new.html", form=form, amounts=[form[f"model_{code}"] for code, _n in models])


def notice_sentence(error: QudaoError) -> str:
    """What is wrong with a notice, a payment or a redemption."""
    if error.code == "no_amounts":
        return _("Give an amount for at least one model.")
    if error.code == "day_in_future":
        return _("This day is still to come. Choose today or an earlier day.")
    if error.code == "more_than_granted":
        left = yuan(int(str(error.details["left_fen"])))
        return _("At most %(left)s of this grant is still to be passed on.", left=left)
    if error.code == "more_than_passed_on":
        left = yuan(int(str(error.details["left_fen"])))
        return _("Only %(left)s was passed on: you cannot have received more.", left=left)
    if error.code == "reference_known":
        return _("A payment with the reference “%(value)s” is noted already.", value=error.details["value"])
    if error.code == "more_than_held":
        return _("The account holds %(held)s points. Redeem at most as many.", held=error.details["held"])
    if error.code == "idempotency_conflict":
        return _("There is a notice with this number and other words. Give this one a number of its own.")
    return sentence_of(error)


@blueprint.get("/pass-through/notices/<int:notice_id>")
@requires(P.REBATES_PASS_THROUGH_READ)
def show_notice(notice_id: int) -> str:
    """A notice: its amounts, and what became of them as far as the reader sees."""
    return _notice_page(queries.get_notice(db.session(), notice_id))


def _notice_page(notice: SubsidyNotice, sentence: str = "") -> str:
    session = db.session()
    period = find_period(session, notice.month)
    return render_template(
        "rebates/notice.html",
        notice=notice,
        handed=queries.sums_by_notice(session, [notice.id]).get(notice.id),
        may_grant=can(P.REBATES_POLICIES_WRITE) and notice.granted_at is None,
        is_locked=period is not None and period.status in services.CLOSED,
        sentence=sentence,
        list_url=url_for("rebates.list_grants", q=notice.code),
    )


@blueprint.post("/pass-through/notices/<int:notice_id>/grant")
@requires(P.REBATES_POLICIES_WRITE)
def grant_notice(notice_id: int) -> Response | tuple[str, int]:
    """Grant it to every outlet by the month's figures, once."""
    session = db.session()
    notice = queries.get_notice(session, notice_id)
    seen = request.form.get("version", "")
    try:
        count = services.grant_notice(
            session, notice, actor=current_user, version_seen=int(seen) if seen.isascii() and seen.isdigit() else 0
        )
        session.commit()
    except QudaoError as error:
        session.rollback()
        return _notice_page(queries.get_notice(session, notice_id), sentence_of(error)), error.status
    flash(
        ngettext("Granted for %(num)s outlet.", "Granted for %(num)s outlets.", count)
        if count
        else _("No outlet sold any of these models in that month: nothing is granted."),
        "success" if count else "warning",
    )
    return redirect(url_for("rebates.show_notice", notice_id=notice_id))


# ---- one grant


@blueprint.get("/pass-through/<int:grant_id>")
@requires(P.REBATES_PASS_THROUGH_READ)
def show_grant(grant_id: int) -> str:
    """What was granted for an outlet and why, what its distributor passed on, what has arrived."""
    return _grant_page(queries.find_grant(db.session(), grant_id))


def _grant_page(
    grant: PassThroughGrant,
    *,
    passing: PassOnForm | None = None,
    confirming: ConfirmForm | None = None,
    sentence: str = "",
) -> str:
    session, today = db.session(), clock.today()
    left = grant.granted_fen - grant.passed_on_fen
    seen = {"version": grant.version, "on": today}
    may = {
        action: services.may(session, grant, action, current_user)
        for action in (Action.PASS_ON, Action.CONFIRM_RECEIPT)
    }
    return render_template(
        "rebates/grant.html",
        grant=grant,
        notice=grant.notice,
        rows=[
            (model, units, grant.notice.per_model_fen.get(model, 0), grant.notice.per_model_fen.get(model, 0) * units)
            for model, units in sorted(grant.units.items())
        ],
        left_fen=left,
        status=GRANT_STATUS[grant.status],
        status_colour=GRANT_STATUS_COLOUR[grant.status],
        may_pass_on=may[Action.PASS_ON] and can(P.REBATES_PASS_THROUGH_WRITE),
        may_confirm=may[Action.CONFIRM_RECEIPT] and can(P.REBATES_PASS_THROUGH_CONFIRM),
        passing=passing or PassOnForm(formdata=None, data={**seen, "amount": left}),
        confirming=confirming or ConfirmForm(formdata=None, data={**seen, "amount": grant.passed_on_fen}),
        sentence=sentence,
    )


@blueprint.post("/pass-through/<int:grant_id>/pass-on")
@requires(P.REBATES_PASS_THROUGH_WRITE)
def pass_on(grant_id: int) -> str | Response | tuple[str, int]:
    """The distributor notes what it has handed down."""
    session = db.session()
    grant, form = queries.find_grant(session, grant_id), PassOnForm()
    if not form.validate_on_submit():
        return _grant_page(grant, passing=form), 422
    try:
        services.pass_on(
            session,
            services.get_grant(session, grant_id),
            actor=current_user,
            version_seen=form.read_version or 0,
            amount_fen=form.amount.data or 0,
            on=form.on.data,
            note=form.note.data or "",
        )
        session.commit()
    except QudaoError as error:
        session.rollback()
        return _refused(grant_id, error, passing=form)
    flash(_("Noted. The outlet confirms what has arrived."), "success")
    return redirect(url_for("rebates.show_grant", grant_id=grant_id))


@blueprint.post("/pass-through/<int:grant_id>/confirm")
@requires(P.REBATES_PASS_THROUGH_CONFIRM)
def confirm_receipt(grant_id: int) -> str | Response | tuple[str, int]:
    """The outlet confirms what has arrived."""
    session = db.session()
    grant, form = queries.find_grant(session, grant_id), ConfirmForm()
    if not form.validate_on_submit():
        return _grant_page(grant, confirming=form), 422
    try:
        services.confirm_receipt(
            session,
            services.get_grant(session, grant_id),
            actor=current_user,
            version_seen=form.read_version or 0,
            amount_fen=form.amount.data or 0,
            on=form.on.data,
        )
        session.commit()
    except QudaoError as error:
        session.rollback()
        return _refused(grant_id, error, confirming=form)
    flash(_("Receipt confirmed."), "success")
    return redirect(url_for("rebates.show_grant", grant_id=grant_id))


def _refused(
    grant_id: int, error: QudaoError, *, passing: PassOnForm | None = None, confirming: ConfirmForm | None = None
) -> tuple[str, int]:
    """The page with what was typed, the error at its field."""
    if error.status == 404:
        raise error
    grant = queries.find_grant(db.session(), grant_id)
    form: Any = passing or confirming
    sentence = notice_sentence(error)
    if error.code in ("more_than_granted", "more_than_passed_on"):
        form.amount.errors = [*form.amount.errors, sentence]
        sentence = ""
    elif error.code == "day_in_future":
        form.on.errors = [*form.on.errors, sentence]
        sentence = ""
    form.version.data = str(grant.version)
    return _grant_page(grant, passing=passing, confirming=confirming, sentence=sentence), error.status
