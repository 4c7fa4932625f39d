"""The page of one report: where it stands, its lines with their differences, questions, evidence, timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.formatting import format_int, format_yuan, mark_negative
from portal.i18n import current_language, pick
from portal.periods import format_month
from portal.permissions import Permission as P
from portal.sales.forms.lists import line_spec
from portal.sales.labels import (
    ACTION,
    ACTION_DONE,
    AMENDMENT_STATUS,
    AMENDMENT_STATUS_COLOUR,
    CHECK,
    COLUMN,
    GUARD,
    PERIOD_STATUS,
    PERIOD_STATUS_COLOUR,
    PUNCTUALITY,
    PUNCTUALITY_COLOUR,
    REPORT_STATUS,
    REPORT_STATUS_COLOUR,
    question_text,
)
from portal.sales.models import MonthlyReport, ReportEvent, ReportingPeriod, ReportLine, ReportQuestion
from portal.sales.queries.periods import find_period
from portal.sales.queries.report_page import amendments_of, list_files, list_lines, list_questions, stream_lines
from portal.sales.queries.reports import events_of_report, get_report
from portal.sales.rules.calendar import due_day_of, punctuality_of, standing_of
from portal.sales.rules.checks import Check
from portal.sales.rules.states import Action, Guard
from portal.sales.rules.words import PeriodStatus, QuestionStatus
from portal.sales.services.reports import possible_actions
from portal.sales.views import blueprint
from portal.sales.views.months import late_words
from portal.sales.views.submitting import question_words
from portal.spreadsheets import Column
from portal.table_rows import columns_of

# Whose reason is asked on the page of the step itself.
ASKED_LATER = frozenset({Guard.REASON_GIVEN, Guard.COMPLETE})


@dataclass(frozen=True, slots=True)
class Button:
    """An action that the table offers: where it leads, or why not just now."""

    label: str
    url: str
    obstacle: str = ""
    is_main: bool = False
    writes: bool = False


@blueprint.get("/reports/<int:report_id>")
@requires(P.SALES_REPORTS_READ)
def show_report(report_id: int) -> str:
    """One report."""
    session = db.session()
    report = get_report(session, report_id)
    period = find_period(session, report.month) or ReportingPeriod(
        month=report.month, due_on=due_day_of(report.month), status=PeriodStatus.OPEN
    )
    state = line_spec().read(url_for("sales.show_report", report_id=report_id), request.args)
    page, count = list_lines(
        session,
        report,
        only_differences=bool(state.chosen("only")),
        order=state.order(ReportLine.id),
        cursor=state.cursor,
        size=state.size,
    )
    questions = list_questions(session, report)
    is_own = can(P.SALES_REPORTS_WRITE)
    return render_template(
        "sales/report.html",
        report=report,
        period=period,
        standing=standing_of(period.status, period.due_on, clock.today()),
        timeliness=_timeliness(report, period),
        state=state,
        page=page,
        count=count,
        cells=_cells(page.rows),
        questions=_shown_questions(questions),
        waiting=sum(1 for row in questions if row.ReportQuestion.status is QuestionStatus.OPEN),
        events=events_of_report(session, report),
        files=list_files(session, report),
        amendments=amendments_of(session, report),
        buttons=_buttons(report, period),
        is_own=is_own,
        is_judge=can(P.SALES_REPORTS_REVIEW),
        month_key=format_month(report.month),
        **words(),
    )


def _timeliness(report: MonthlyReport, period: ReportingPeriod) -> tuple[Any, str]:
    """The word's key, and by how many days it is late."""
    first, today = report.first_submitted_at, clock.today()
    day = first.astimezone(clock.BUSINESS_ZONE).date() if first else None
    kind = punctuality_of(day, period.due_on, today)
    return kind, late_words(((day or today) - period.due_on).days)


def words() -> dict[str, Any]:
    """Words and colours of everything on the page."""
    return {
        "statuses": REPORT_STATUS,
        "colours": REPORT_STATUS_COLOUR,
        "standings": PERIOD_STATUS,
        "standing_colours": PERIOD_STATUS_COLOUR,
        "punctualities": PUNCTUALITY,
        "punctuality_colours": PUNCTUALITY_COLOUR,
        "amendment_statuses": AMENDMENT_STATUS,
        "amendment_colours": AMENDMENT_STATUS_COLOUR,
        "columns": COLUMN,
        "event_words": _event_words,
        **question_words(),
    }


def _event_words(event: ReportEvent) -> str:
    """What the timeline says of an event."""
    try:
        return str(ACTION_DONE[Action(event.action)])
    except (KeyError, ValueError):
        return event.action


def _shown_questions(rows: Sequence[Any]) -> list[tuple[ReportQuestion, Any, str, str]]:
    """Each question with its title, sentence and place: open ones first."""
    order = list(QuestionStatus)
    rows = sorted(rows, key=lambda row: (order.index(row.ReportQuestion.status), row.ReportQuestion.id))
    return [
        (row.ReportQuestion, CHECK[Check(row.ReportQuestion.check)], question_text(row.ReportQuestion), _place(row))
        for row in rows
    ]


def _place(row: Any) -> str:
    """Outlet and model of a question in words; one about the whole report names none."""
    outlet = pick(row.outlet_name, row.outlet_name_en) or (_("Own store and warehouse") if row.model_code else "")
    return " · ".join(part for part in (outlet, row.model_code) if part)


def _buttons(report: MonthlyReport, period: ReportingPeriod) -> list[Button]:
    """What the reader's role may do with the report now, and what stands against it."""
    found = []
    for action, guards in possible_actions(db.session(), report, current_user, period.status).items():
        failing = [guard for guard in guards if guard not in ASKED_LATER]
        button = _button(report, action)
        if button is None or Guard.PERIOD_CLOSED in failing:
            continue
        if Guard.PERIOD_WRITABLE in failing:  # the page says that the month is closed
            continue
        obstacle = " ".join(str(GUARD[guard]) for guard in failing)
        found.append(Button(button.label, button.url, obstacle, button.is_main, button.writes))
    return found


def _button(report: MonthlyReport, action: Action) -> Button | None:
    number = report.id
    if action is Action.SAVE:
        return Button(_("Fill in"), url_for("sales.enter_outlet", report_id=number))
    if action is Action.SUBMIT:
        url = url_for("sales.run_report_checks", report_id=number)
        return Button(_("Check and submit"), url, is_main=True, writes=True)
    if action is Action.ACCEPT:
        return Button(str(ACTION[action]), url_for("sales.accept_report", report_id=number), is_main=True)
    if action is Action.RETURN:
        return Button(str(ACTION[action]), url_for("sales.return_report", report_id=number))
    if action is Action.PROPOSE_AMENDMENT:
        return Button(str(ACTION[action]), url_for("sales.propose_amendment_to", report_id=number))
    return None


def _cells(rows: Sequence[Any]) -> dict[str, Any]:
    if not rows:
        return {}
    of, language = columns_of(rows), current_language()
    names = (of.outlet_name, of.outlet_name_en) if language == "zh_Hans" else (of.outlet_name_en, of.outlet_name)
    own = Markup("<strong>{}</strong>").format(_("Own store and warehouse"))
    found: dict[str, Any] = {
        "outlet": [
            Markup('<span class="q-wide">{}</span> <small>{}</small>').format(first or second, code) if code else own
            for first, second, code in zip(*names, of.outlet_code, strict=True)
        ],
        "model": of.model_code,
        "difference": [_difference(value) for value in of.difference],
        "counted_stock": [format_int(value) if value is not None else "" for value in of.counted_stock],
        "amount_fen": [format_yuan(value, decimals=False) if value else "" for value in of.amount_fen],
        "reason": of.reason,
        "row": ["q-differs" if value else "" for value in of.difference],
    }
    for name in NUMBERS:
        found[name] = [mark_negative(format_int(value)) if value else "0" for value in getattr(of, name)]
    return found


NUMBERS = (
    "opening_stock",
    "sell_in",
    "transfers_in",
    "transfers_out",
    "in_transit",
    "sell_through",
    "retail",
    "returns_in",
    "returns_out",
    "closing_stock",
    "aged_stock",
)


def _difference(value: int) -> Markup:
    if not value:
        return Markup()
    sign = "+" if value > 0 else ""
    return Markup('<span class="q-diff">{}{}</span>').format(sign, format_int(value))


@blueprint.post("/reports/<int:report_id>/export/<kind>")
@requires(P.SALES_REPORTS_READ)
def export_report(report_id: int, kind: str) -> Response:
    """The lines of a report as a file."""
    session = db.session()
    report = get_report(session, report_id)
    columns = [
        Column(_("Month"), "month"),
        Column(_("Distributor code"), "text"),
        Column(_("Outlet code"), "text"),
        Column(_("Outlet"), "text", 28),
        Column(_("Model"), "text"),
        *(Column(str(COLUMN[name]), "integer") for name in (*NUMBERS, "counted_stock")),
        Column(_("Difference"), "integer"),
        Column(str(COLUMN["channel_price_fen"]), "decimal"),
        Column(str(COLUMN["amount_fen"]), "decimal"),
        Column(str(COLUMN["reason"]), "text", 40),
    ]
    name = f"sales-report-{report.distributor.code}-{format_month(report.month)}"
    return export_table(kind, name, columns, _export_cells(stream_lines(session, report), report))


def _export_cells(rows: Iterator[Any], report: MonthlyReport) -> Iterator[Sequence[Any]]:
    own, code, month = _("Own store and warehouse"), report.distributor.code, report.month
    for row in rows:
        price = row.channel_price_fen
        yield [
            month,
            code,
            row.outlet_code or "",
            pick(row.outlet_name, row.outlet_name_en) if row.outlet_code else own,
            row.model_code,
            *(getattr(row, name) for name in NUMBERS),
            row.counted_stock,
            row.difference,
            None if price is None else Decimal(price) / 100,
            Decimal(row.amount_fen) / 100,
            row.reason,
        ]
