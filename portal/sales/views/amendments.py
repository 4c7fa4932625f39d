"""Amendments of closed months: proposed as new values, shown as old → new, decided by somebody else."""

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
from portal.errors import IllegalMove, InvalidInput, NotFound, StaleVersion
from portal.formatting import format_date, format_int, format_month
from portal.i18n import current_language, pick
from portal.periods import month_of, parse_month, shift_month
from portal.permissions import Permission as P
from portal.sales.errors import GuardFailed, LinesRefused
from portal.sales.forms.amendments import (
    TypedChanges,
    amended_columns,
    hidden_differences,
    read_changes,
    read_differences,
)
from portal.sales.forms.entry import place_key
from portal.sales.forms.lists import amendment_spec
from portal.sales.forms.reports import AmendForm, DecideForm
from portal.sales.labels import (
    AMENDMENT_STATUS,
    AMENDMENT_STATUS_COLOUR,
    COLUMN,
    GUARD,
    sentence_of,
    sentence_of_line,
)
from portal.sales.models import Amendment, MonthlyReport
from portal.sales.queries import amendments as queries
from portal.sales.queries.entry import models_by_id, outlets_by_id
from portal.sales.queries.lines import places_of_month
from portal.sales.queries.periods import find_period
from portal.sales.queries.reports import get_report
from portal.sales.rules.states import Action, Guard
from portal.sales.rules.stock import Place
from portal.sales.rules.words import AmendmentStatus
from portal.sales.services.amendments import decide_amendment, propose_amendment
from portal.sales.services.periods import hold_period
from portal.sales.services.reports import possible_actions
from portal.sales.views import blueprint
from portal.sales.views.entry import Paper
from portal.spreadsheets import Column
from portal.table_rows import columns_of, draw_badges
from portal.tables import ListState

SHOWN_MONTHS = 24


@blueprint.get("/amendments")
@requires(P.SALES_REPORTS_READ)
def list_amendments() -> str:
    """The amendments that the reader sees."""
    session, state = db.session(), _state()
    page, count = queries.list_amendments(
        session, _wanted(state), order=_order(state), cursor=state.cursor, size=state.size
    )
    return render_template("sales/amendments.html", state=state, page=page, count=count, cells=_cells(page.rows))


def _state() -> ListState:
    present = month_of(clock.today())
    months = [shift_month(present, -back) for back in range(SHOWN_MONTHS + 1)]
    return amendment_spec(months).read(url_for("sales.list_amendments"), request.args)


def _order(state: ListState) -> Any:
    keys = state.order(Amendment.id)
    return keys[:1] if keys[0].expression is Amendment.id else keys


def _wanted(state: ListState) -> queries.AmendmentFilter:
    month = state.chosen_one("month")
    return queries.AmendmentFilter(
        text=state.text,
        statuses=tuple(AmendmentStatus(each) for each in state.chosen("status")),
        month=parse_month(month) if month else None,
    )


def _cells(rows: Sequence[Any]) -> dict[str, Any]:
    if not rows:
        return {}
    of, language = columns_of(rows), current_language()
    badges = draw_badges(AMENDMENT_STATUS, AMENDMENT_STATUS_COLOUR)
    names = [pick(zh, en) for zh, en in zip(of.distributor_name, of.distributor_name_en, strict=True)]
    return {
        "id": [str(number) for number in of.id],
        "number": [f"{code}-{number}" for code, number in zip(of.distributor_code, of.number, strict=True)],
        "month": [format_month(month, language) for month in of.month],
        "distributor": names,
        "status": [badges[status] for status in of.status],
        "reason": of.reason,
        "proposed": [format_date(moment, language) for moment in of.proposed_at],
        "decided": [format_date(moment, language) if moment else "" for moment in of.decided_at],
    }


@blueprint.post("/amendments/export/<kind>")
@requires(P.SALES_REPORTS_READ)
def export_amendments(kind: str) -> Response:
    """The amendments that the filters leave."""
    columns = [
        Column(_("Month"), "month"),
        Column(_("Distributor code"), "text"),
        Column(_("Distributor"), "text", 28),
        Column(_("Number"), "integer"),
        Column(_("Status"), "text"),
        Column(_("Reason"), "text", 40),
        Column(_("Proposed by"), "text"),
        Column(_("Proposed on"), "date"),
        Column(_("Decided by"), "text"),
        Column(_("Decided on"), "date"),
    ]
    rows = queries.stream_amendments(db.session(), _wanted(_state()))
    return export_table(kind, "sales-amendments", columns, _export_cells(rows))


def _export_cells(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    for row in rows:
        decided = row.decided_at.astimezone(clock.BUSINESS_ZONE).date() if row.decided_at else None
        yield [
            row.month,
            row.distributor_code,
            pick(row.distributor_name, row.distributor_name_en),
            row.number,
            str(AMENDMENT_STATUS[row.status]),
            row.reason,
            row.proposed_by_name,
            row.proposed_at.astimezone(clock.BUSINESS_ZONE).date(),
            row.decided_by_name,
            decided,
        ]


# ---- one of them


@blueprint.get("/amendments/<int:amendment_id>")
@requires(P.SALES_REPORTS_READ)
def show_amendment(amendment_id: int) -> str:
    """An amendment: what changes, why, who decided."""
    amendment = queries.get_amendment(db.session(), amendment_id)
    form = DecideForm(data={"version": amendment.version})
    return _amendment_page(amendment, form)


def _amendment_page(amendment: Amendment, form: DecideForm, sentence: str = "") -> str:
    session = db.session()
    figures = queries.present_figures(session, amendment.report)
    changes = {(line.outlet_id, line.model_id): line.differences for line in amendment.lines}
    is_in = amendment.status is AmendmentStatus.APPROVED
    return render_template(
        "sales/amendment.html",
        amendment=amendment,
        report=amendment.report,
        lines=change_rows(amendment.report, changes, figures, is_in=is_in),
        form=form,
        sentence=sentence,
        obstacle=_obstacle(amendment),
        statuses=AMENDMENT_STATUS,
        colours=AMENDMENT_STATUS_COLOUR,
    )


def _obstacle(amendment: Amendment) -> str | None:
    """Why the reader cannot decide; None where they have nothing to decide, empty where they can."""
    if amendment.status is not AmendmentStatus.PROPOSED or not can(P.SALES_AMENDMENTS_DECIDE):
        return None
    return str(GUARD[Guard.NOT_THE_PROPOSER]) if amendment.proposed_by_id == current_user.id else ""


def change_rows(report: MonthlyReport, changes: Any, figures: Any, *, is_in: bool = False) -> list[dict[str, Any]]:
    """Place, figure, old, new and difference of each change. `is_in`: the figures hold the change already."""
    session, language = db.session(), current_language()
    outlets = outlets_by_id(session, {outlet for outlet, _model in changes})
    models = models_by_id(session, [model for _outlet, model in changes])
    rows = []
    for place, differences in changes.items():
        outlet, model = outlets.get(place[0] or 0), models[place[1]]
        for name, value in differences.items():
            present = figures.get(place, {}).get(name, 0)
            old = present - value if is_in else present
            sign = "+" if value > 0 else ""
            rows.append(
                {
                    "outlet": outlet.name(language) if outlet else _("Own store and warehouse"),
                    "model": model.code,
                    "column": COLUMN[name],
                    "old": old,
                    "new": old + value,
                    "difference": f"{sign}{format_int(value)}",
                }
            )
    return rows


@blueprint.post("/amendments/<int:amendment_id>/decide")
@requires(P.SALES_AMENDMENTS_DECIDE)
def decide_on_amendment(amendment_id: int) -> str | Response | tuple[str, int]:
    """Approve or refuse (`action`)."""
    session = db.session()
    amendment = queries.get_amendment(session, amendment_id)
    form, is_approved = DecideForm(), request.form.get("action") == "approve"
    if not form.validate_on_submit():
        return _amendment_page(amendment, form), 422
    try:
        decide_amendment(
            session,
            amendment,
            actor=current_user,
            version=form.read_version or 0,
            is_approved=is_approved,
            reason=form.reason.data or "",
        )
        session.commit()
    except (IllegalMove, LinesRefused, StaleVersion) as error:
        session.rollback()
        amendment = queries.get_amendment(session, amendment_id)
        if isinstance(error, GuardFailed) and error.guards == (Guard.REASON_GIVEN,):
            form.reason.errors = [*form.reason.errors, str(GUARD[Guard.REASON_GIVEN])]
            return _amendment_page(amendment, form), 422
        form = DecideForm(formdata=None, data={"version": amendment.version})
        return _amendment_page(amendment, form, _sentence(error)), 409
    done = _("The amendment is approved; the figures follow.") if is_approved else _("The amendment is refused.")
    flash(done, "success")
    return redirect(url_for("sales.show_amendment", amendment_id=amendment_id))


def _sentence(error: Exception) -> str:
    if isinstance(error, LinesRefused):
        return " ".join(sentence_of_line(each) for each in error.errors)
    return sentence_of(error)  # type: ignore[arg-type]


# ---- proposing


@blueprint.route("/reports/<int:report_id>/amend", methods=["GET", "POST"])
@requires(P.SALES_AMENDMENTS_PROPOSE)
def propose_amendment_to(report_id: int) -> str | Response | tuple[str, int]:
    """New values for one outlet (`outlet` in the query, 0: the own store); then old → new once more; then proposed."""
    session = db.session()
    report = get_report(session, report_id)
    obstacle = _proposal_obstacle(report)
    if obstacle:
        flash(obstacle, "warning")
        return redirect(url_for("sales.show_report", report_id=report_id))
    figures = _figures(report)
    form = AmendForm()
    if request.method == "GET":
        return _propose_page(report, figures, form, TypedChanges())
    if request.form.get("then") == "send":
        return _send(report, figures, form)
    typed = read_changes(request.form, figures)
    if not form.validate() or typed.errors:
        return _propose_page(report, figures, form, typed), 422
    if not typed.differences:
        form.form_errors.append(sentence_of(InvalidInput("nothing_changes")))
        return _propose_page(report, figures, form, typed), 422
    return render_template(
        "sales/amend_check.html",
        report=report,
        form=form,
        lines=change_rows(report, typed.differences, figures),
        hidden=hidden_differences(typed.differences),
        outlet=request.args.get("outlet", ""),
    )


def _proposal_obstacle(report: MonthlyReport) -> str:
    period = find_period(db.session(), report.month)
    if period is None:
        return str(GUARD[Guard.PERIOD_CLOSED])
    guards = possible_actions(db.session(), report, current_user, period.status).get(Action.PROPOSE_AMENDMENT)
    if guards is None:
        raise NotFound()
    return " ".join(str(GUARD[guard]) for guard in guards)


def _figures(report: MonthlyReport) -> dict[Place, dict[str, int]]:
    """The figures of every place that the month knows."""
    session = db.session()
    present = queries.present_figures(session, report)
    places = places_of_month(session, report.distributor_id, report.month)
    return {place: present.get(place, {}) for place in [*present, *(each for each in places if each not in present)]}


def _propose_page(
    report: MonthlyReport, figures: dict[Place, dict[str, int]], form: AmendForm, typed: TypedChanges
) -> str:
    session = db.session()
    outlets = outlets_by_id(session, {outlet for outlet, _model in figures})
    models = models_by_id(session, [model for _outlet, model in figures])
    paper = Paper(report, dict.fromkeys(figures), outlets, models)  # type: ignore[dict-item]
    text = request.args.get("outlet", "")
    shop = next((each for each in paper.shops if str(each or 0) == text), paper.shops[0] if paper.shops else None)
    return render_template(
        "sales/amend.html",
        report=report,
        form=form,
        typed=typed,
        paper=paper,
        shop=shop,
        places=[(place, place_key(place), models[place[1]], figures[place]) for place in paper.places([shop])],
        amended=amended_columns((shop, 0)),
        columns=COLUMN,
        language=current_language(),
    )


def _send(report: MonthlyReport, figures: dict[Place, dict[str, int]], form: AmendForm) -> Response | tuple[str, int]:
    session, report_id = db.session(), report.id
    differences = read_differences(request.form, figures)
    reason = (form.reason.data or "").strip()
    hold_period(session, report.month)
    known = queries.find_same(session, report, current_user.id, reason, differences)
    if known is not None:
        return redirect(url_for("sales.show_amendment", amendment_id=known.id))
    try:
        amendment = propose_amendment(session, report, differences, reason, actor=current_user)
        amendment_id = amendment.id
        session.commit()
    except (IllegalMove, InvalidInput) as error:
        session.rollback()
        report = get_report(session, report_id)
        form.form_errors.append(_sentence(error))
        return _propose_page(report, _figures(report), form, TypedChanges()), error.status
    flash(_("The amendment is proposed. Somebody at head office decides."), "success")
    return redirect(url_for("sales.show_amendment", amendment_id=amendment_id))
