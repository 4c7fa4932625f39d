"""Reports are accepted or returned: one on its page, many from the board; questions are settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import requires
from portal.db import db
from portal.errors import IllegalMove, StaleVersion
from portal.permissions import Permission as P
from portal.sales.errors import GuardFailed
from portal.sales.forms.reports import BulkForm, JudgeForm
from portal.sales.labels import ACTION, GUARD, REPORT_STATUS, REPORT_STATUS_COLOUR, sentence_of
from portal.sales.models import MonthlyReport
from portal.sales.queries.periods import find_period
from portal.sales.queries.reports import get_question, get_report, questions_of
from portal.sales.rules.states import Action, Guard
from portal.sales.rules.words import PeriodStatus, QuestionStatus
from portal.sales.services.questions import settle_question
from portal.sales.services.reports import accept_report as accept
from portal.sales.services.reports import possible_actions
from portal.sales.services.reports import return_report as give_back
from portal.sales.services.reviewing import accept_many, return_many
from portal.sales.views import blueprint

MOST_AT_ONCE = 200


@blueprint.route("/reports/<int:report_id>/accept", methods=["GET", "POST"])
@requires(P.SALES_REPORTS_REVIEW)
def accept_report(report_id: int) -> str | Response | tuple[str, int]:
    """Accept what was handed in."""
    return _judge(report_id, Action.ACCEPT)


@blueprint.route("/reports/<int:report_id>/return", methods=["GET", "POST"])
@requires(P.SALES_REPORTS_REVIEW)
def return_report(report_id: int) -> str | Response | tuple[str, int]:
    """Give the report back, with a reason."""
    return _judge(report_id, Action.RETURN)


def _judge(report_id: int, action: Action) -> str | Response | tuple[str, int]:
    session = db.session()
    report = get_report(session, report_id)
    form = JudgeForm(data={"version": report.version})
    obstacle = _obstacle(report, action) if request.method == "GET" else ""
    if obstacle:
        return _refused(report_id, obstacle), 409
    if form.validate_on_submit():
        verb = accept if action is Action.ACCEPT else give_back
        try:
            verb(session, report, actor=current_user, version=form.read_version or 0, reason=form.reason.data or "")
            session.commit()
        except StaleVersion:
            session.rollback()
            return _refused(report_id, _("The report has moved on since you opened this page.")), 409
        except GuardFailed as error:
            session.rollback()
            if error.guards != (Guard.REASON_GIVEN,):
                return _refused(report_id, sentence_of(error)), 409
            form.reason.errors = [*form.reason.errors, str(GUARD[Guard.REASON_GIVEN])]
        except IllegalMove as error:
            session.rollback()
            return _refused(report_id, sentence_of(error)), 409
        else:
            done = _("The report is accepted.") if action is Action.ACCEPT else _("The report is returned.")
            flash(done, "success")
            return redirect(url_for("sales.show_report", report_id=report_id))
    return _judge_page(get_report(session, report_id), form, action)


def _obstacle(report: MonthlyReport, action: Action) -> str:
    """Why the reader cannot take the step now; empty where they can."""
    period = find_period(db.session(), report.month)
    status = period.status if period else PeriodStatus.OPEN
    possible = possible_actions(db.session(), report, current_user, status)
    if action not in possible:
        return sentence_of(IllegalMove())
    return " ".join(str(GUARD[guard]) for guard in possible[action])


def _judge_page(report: MonthlyReport, form: JudgeForm, action: Action) -> str:
    questions = questions_of(db.session(), report)
    waiting = sum(1 for each in questions if each.status is not QuestionStatus.SETTLED)
    return render_template(
        "sales/judge.html",
        report=report,
        form=form,
        action=action.value,
        title=ACTION[action],
        waiting=waiting,
        **_words(),
    )


def _refused(report_id: int, sentence: str) -> str:
    report = get_report(db.session(), report_id)
    return render_template("sales/refused.html", report=report, sentence=sentence, **_words())


def _words() -> dict[str, Any]:
    return {"statuses": REPORT_STATUS, "colours": REPORT_STATUS_COLOUR}


@blueprint.post("/reports/judge")
@requires(P.SALES_REPORTS_REVIEW)
def judge_reports() -> str | tuple[str, int]:
    """Many reports at once; the page says what became of each."""
    session, form = db.session(), BulkForm()
    versions = _chosen(request.form.getlist("report"))
    back_url = _board_url(request.form.get("month", ""))
    if not versions:
        return render_template("sales/judged.html", outcomes=[], back_url=back_url, is_accepted=None), 422
    is_accepted = request.form.get("action") == "accept"
    if not form.validate_on_submit() or (not is_accepted and not form.reason.data):
        page = render_template(
            "sales/bulk_reason.html",
            form=form,
            reports=request.form.getlist("report"),
            back_url=back_url,
            month=request.form.get("month", ""),
        )
        return page, 422 if form.reason.errors else 200
    outcomes = (
        accept_many(session, versions, actor=current_user)
        if is_accepted
        else return_many(session, versions, actor=current_user, reason=form.reason.data or "")
    )
    session.commit()
    shown = [(each, sentence_of(each.error) if each.error else "") for each in outcomes]
    return render_template("sales/judged.html", outcomes=shown, back_url=back_url, is_accepted=is_accepted)


def _board_url(month: str) -> str:
    values: Mapping[str, str] = {"month": month} if len(month) == 7 else {}
    return url_for("sales.list_reports", **values)


def _chosen(texts: list[str]) -> dict[int, int]:
    """`id:version` of each report; what is not written so is left out."""
    found = {}
    for text in texts[:MOST_AT_ONCE]:
        number, _colon, version = text.partition(":")
        if number.isascii() and number.isdigit() and version.isascii() and version.isdigit() and len(text) < 30:
            found[int(number)] = int(version)
    return found


@blueprint.post("/reports/<int:report_id>/questions/<int:question_id>/settle")
@requires(P.SALES_REPORTS_REVIEW)
def settle_report_question(report_id: int, question_id: int) -> Response:
    """Let a question rest."""
    session = db.session()
    report = get_report(session, report_id)
    question = get_question(session, report, question_id)
    try:
        settle_question(session, report, question, actor=current_user)
        session.commit()
        flash(_("The question is settled."), "success")
    except IllegalMove as error:
        session.rollback()
        flash(sentence_of(error), "danger")
    return redirect(url_for("sales.show_report", report_id=report_id, _anchor="questions"))
