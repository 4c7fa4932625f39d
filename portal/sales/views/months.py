"""Who has reported: a distributor's own months, or the board of a month for those who judge and read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from portal import clock
from portal.access import can, requires
from portal.audit.exports import export_table
from portal.db import db
from portal.errors import NotFound
from portal.formatting import format_date
from portal.i18n import current_language
from portal.network.models import Distributor
from portal.network.queries.lists import Named, list_areas
from portal.periods import format_month, month_of, parse_month, previous_month, shift_month
from portal.permissions import Permission as P
from portal.sales.errors import PeriodClosed
from portal.sales.forms.lists import board_spec
from portal.sales.labels import (
    PERIOD_STATUS,
    PERIOD_STATUS_COLOUR,
    PUNCTUALITY,
    PUNCTUALITY_COLOUR,
    REPORT_STATUS,
    REPORT_STATUS_COLOUR,
)
from portal.sales.models import MonthlyReport, ReportingPeriod
from portal.sales.queries import board
from portal.sales.queries.periods import find_period, periods_of
from portal.sales.queries.standings import count_punctuality, open_questions
from portal.sales.rules.calendar import Punctuality, due_day_of, is_writable, punctuality_of, standing_of
from portal.sales.rules.words import PeriodStatus, ReportStatus
from portal.sales.services.reports import blank_report, open_report
from portal.sales.views import blueprint
from portal.scope import ScopeKind, bound_scope
from portal.spreadsheets import Column
from portal.table_rows import columns_of, draw_badges
from portal.tables import ListState

SHOWN_MONTHS = 24
EDITABLE = frozenset({ReportStatus.DRAFT, ReportStatus.RETURNED})


@blueprint.get("/reports")
@requires(P.SALES_REPORTS_READ)
def list_reports() -> str:
    """A distributor's months with what is due; for all others who has reported for a month."""
    if bound_scope(db.session()).kind is ScopeKind.DISTRIBUTOR:
        return _own_months()
    return _board()


# ---- a distributor's own months


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month of a distributor: its period, its report where there is one, and how it stands."""

    month: date
    due_on: date
    standing: PeriodStatus
    report: MonthlyReport | None
    punctuality: Punctuality
    questions: int
    days: int

    @property
    def is_to_do(self) -> bool:
        """Whether the distributor has to hand something in."""
        waits = self.report is None or self.report.status in EDITABLE
        return waits and is_writable(self.standing)


def _own_months() -> str:
    session, today = db.session(), clock.today()
    distributors = board.list_own_distributors(session)
    if not distributors:
        raise NotFound()
    chosen = next((each for each in distributors if each.code == request.args.get("distributor")), distributors[0])
    rows = _month_rows(chosen, today)
    present = month_of(today)
    return render_template(
        "sales/months.html",
        distributors=distributors,
        distributor=chosen,
        rows=rows,
        waiting=[row for row in rows if row.is_to_do and row.month < present][::-1],
        present=next((row for row in rows if row.month == present), None),
        month_key=format_month,
        **_words(),
    )


def _month_rows(distributor: Distributor, today: date) -> list[MonthRow]:
    session, present = db.session(), month_of(today)
    months = [shift_month(present, -back) for back in range(SHOWN_MONTHS + 1)]
    periods = periods_of(session, months)
    reports = board.reports_of_months(session, distributor.id, months)
    questions = board.count_open_questions(session, [report.id for report in reports.values()])
    return [
        _month_row(period, reports.get(month), questions, today)
        for month in months
        if (period := periods.get(month)) is not None
    ]


def _month_row(
    period: ReportingPeriod, report: MonthlyReport | None, questions: dict[int, int], today: date
) -> MonthRow:
    first = report.first_submitted_at if report else None
    submitted_on = first.astimezone(clock.BUSINESS_ZONE).date() if first else None
    return MonthRow(
        month=period.month,
        due_on=period.due_on,
        standing=standing_of(period.status, period.due_on, today),
        report=report,
        punctuality=punctuality_of(submitted_on, period.due_on, today),
        questions=questions.get(report.id, 0) if report else 0,
        days=((submitted_on or today) - period.due_on).days,
    )


@blueprint.post("/reports/open")
@requires(P.SALES_REPORTS_WRITE)
def open_month() -> Response:
    """Begin the report of a month (its lines open with last month's stock), or go on with it.

    Of a closed month an empty paper is made, on which an amendment can hang.
    """
    session, month = db.session(), _month(request.form.get("month", ""))
    code = request.form.get("distributor", "")
    distributor = next((each for each in board.list_own_distributors(session) if each.code == code), None)
    if distributor is None or month > month_of(clock.today()):
        raise NotFound()
    try:
        report = open_report(session, distributor, month, actor=current_user)
        is_open = report.status in EDITABLE
    except PeriodClosed:
        report, is_open = blank_report(session, distributor, month, actor=current_user), False
    report_id = report.id
    session.commit()
    endpoint = "sales.enter_outlet" if is_open else "sales.show_report"
    return redirect(url_for(endpoint, report_id=report_id))


def _month(text: str) -> date:
    try:
        return parse_month(text)
    except ValueError:
        raise NotFound() from None


# ---- the board of a month


def _board() -> str:
    session, today = db.session(), clock.today()
    areas = list_areas(session)
    state = board_state(areas)
    month = chosen_month(state)
    period = find_period(session, month) or ReportingPeriod(month=month, due_on=due_day_of(month))
    wanted = _wanted(state)
    page, count = board.list_board(
        session, period, today, wanted, order=state.order(Distributor.id), cursor=state.cursor, size=state.size
    )
    return render_template(
        "sales/board.html",
        state=state,
        page=page,
        count=count,
        cells=_cells(page.rows, areas, period, today),
        month=month,
        period=period,
        standing=standing_of(period.status or PeriodStatus.OPEN, period.due_on, today),
        counts=count_punctuality(session, period, today),
        before=state.facet_url("month", format_month(previous_month(month))),
        after=state.facet_url("month", format_month(shift_month(month, 1))) if month < month_of(today) else "",
        is_judge=can(P.SALES_REPORTS_REVIEW) and is_writable(period.status or PeriodStatus.OPEN),
        **_words(),
    )


def board_state(areas: Sequence[Named]) -> ListState:
    """The board as its URL asks for it."""
    present = month_of(clock.today())
    months = [shift_month(present, -back) for back in range(SHOWN_MONTHS + 1)]
    all_areas = bound_scope(db.session()).kind is ScopeKind.EVERYTHING
    return board_spec(months, areas, all_areas=all_areas).read(url_for("sales.list_reports"), request.args)


def chosen_month(state: ListState) -> date:
    """The month of the board: the one in the URL, else the last that is over."""
    chosen = state.chosen_one("month")
    return parse_month(chosen) if chosen else previous_month(month_of(clock.today()))


def _wanted(state: ListState) -> board.BoardFilter:
    return board.BoardFilter(
        text=state.text,
        statuses=state.chosen("status"),
        punctualities=tuple(Punctuality(each) for each in state.chosen("punctuality")),
        areas=state.chosen("area"),
        has_questions=bool(state.chosen("questions")),
    )


def _cells(rows: Sequence[Any], areas: Sequence[Named], period: ReportingPeriod, today: date) -> dict[str, Any]:
    """The cells of the board by column."""
    if not rows:
        return {}
    language, of = current_language(), columns_of(rows)
    statuses = draw_badges(REPORT_STATUS, REPORT_STATUS_COLOUR)
    area_names = {area.id: area.name(language) for area in areas}
    asked = open_questions(db.session(), period.month)
    names = (of.name, of.name_en) if language == "zh_Hans" else (of.name_en, of.name)
    not_begun = Markup('<span class="q-none">{}</span>').format(_("Not begun"))
    return {
        "pick": [_pick(*row) for row in zip(of.report_id, of.status, of.version, of.code, strict=True)],
        "link": [
            url_for("sales.show_report", report_id=number) if number else url_for("network.show_distributor", code=code)
            for number, code in zip(of.report_id, of.code, strict=True)
        ],
        "code": of.code,
        "name": [first or second or "" for first, second in zip(*names, strict=True)],
        "status": [statuses[status] if status else not_begun for status in of.status],
        "punctuality": _timeliness(of.punctuality, of.first_submitted_at, period.due_on, today),
        "submitted": [format_date(moment, language) if moment else "–" for moment in of.first_submitted_at],
        "questions": [str(asked.get(number, 0) or "–") for number in of.report_id],
        "area": [area_names.get(area_id, "") for area_id in of.sales_area_id],
    }


def _pick(report_id: int | None, status: ReportStatus | None, version: int | None, code: str) -> Markup:
    if status not in (ReportStatus.SUBMITTED, ReportStatus.ACCEPTED):
        return Markup()
    return Markup(
        '<input class="form-check-input" type="checkbox" name="report" value="{}:{}" aria-label="{}">'
    ).format(report_id, version, code)


def _timeliness(kinds: Sequence[str], firsts: Sequence[Any], due_on: date, today: date) -> list[Markup]:
    badges = draw_badges(PUNCTUALITY, PUNCTUALITY_COLOUR)
    found = []
    for kind, first in zip(kinds, firsts, strict=True):
        badge = badges[Punctuality(kind)]
        day = first.astimezone(clock.BUSINESS_ZONE).date() if first else today
        late = (day - due_on).days
        words = late_words(late) if kind in (Punctuality.LATE, Punctuality.MISSING) else ""
        found.append(badge + (Markup(' <span class="q-late">{}</span>').format(words) if words else ""))
    return found


def late_words(days: int) -> str:
    """By how many days something is late; nothing where it is not."""
    return ngettext("%(num)s day late", "%(num)s days late", days) if days > 0 else ""


def _words() -> dict[str, Any]:
    return {
        "statuses": REPORT_STATUS,
        "colours": REPORT_STATUS_COLOUR,
        "standings": PERIOD_STATUS,
        "standing_colours": PERIOD_STATUS_COLOUR,
        "punctualities": PUNCTUALITY,
        "punctuality_colours": PUNCTUALITY_COLOUR,
        "late_words": late_words,
    }


@blueprint.post("/reports/export/<kind>")
@requires(P.SALES_REPORTS_READ)
def export_reports(kind: str) -> Response:
    """The board that the filters leave, as a file; for a distributor its own line."""
    session, today = db.session(), clock.today()
    areas = list_areas(session)
    state = board_state(areas)
    month = chosen_month(state)
    period = find_period(session, month) or ReportingPeriod(month=month, due_on=due_day_of(month))
    columns = [
        Column(_("Month"), "month"),
        Column(_("Code"), "text"),
        Column(_("Distributor"), "text", 32),
        Column(_("Sales area"), "text"),
        Column(_("Status"), "text"),
        Column(_("On time?"), "text"),
        Column(_("First submitted"), "date"),
        Column(_("Open questions"), "integer"),
    ]
    rows = board.stream_board(session, period, today, _wanted(state))
    return export_table(kind, "sales-reports", columns, _export_cells(rows, areas, month))


def _export_cells(rows: Iterator[Any], areas: Sequence[Named], month: date) -> Iterator[Sequence[Any]]:
    language, asked = current_language(), open_questions(db.session(), month)
    area_names = {area.id: area.name(language) for area in areas}
    for row in rows:
        first = row.first_submitted_at
        yield [
            month,
            row.code,
            (row.name if language == "zh_Hans" else row.name_en) or row.name,
            area_names.get(row.sales_area_id, ""),
            str(REPORT_STATUS[row.status]) if row.status else _("Not begun"),
            str(PUNCTUALITY[Punctuality(row.punctuality)]),
            first.astimezone(clock.BUSINESS_ZONE).date() if first else None,
            asked.get(row.report_id, 0),
        ]
