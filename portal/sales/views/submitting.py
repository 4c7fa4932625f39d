"""The last steps of a report: its head and evidence, the checks, "check your answers", handed in once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import requires
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.i18n import current_language
from portal.merging import differences
from portal.periods import last_day
from portal.permissions import Permission as P
from portal.sales.errors import GuardFailed
from portal.sales.forms.entry import place_key
from portal.sales.forms.reports import HeaderForm, SubmitForm
from portal.sales.labels import (
    CHECK,
    COLUMN,
    QUESTION_STATUS,
    QUESTION_STATUS_COLOUR,
    question_text,
    sentence_of,
    sentence_of_line,
)
from portal.sales.models import MonthlyReport
from portal.sales.queries.entry import Named, models_by_id, outlets_by_id
from portal.sales.queries.report_page import get_file, list_files, sum_lines
from portal.sales.queries.reports import get_report, questions_of
from portal.sales.rules.checks import Check
from portal.sales.rules.stock import LineError
from portal.sales.rules.words import QuestionStatus
from portal.sales.services.files import attach_evidence, remove_evidence
from portal.sales.services.questions import answer_question, run_checks
from portal.sales.services.reports import HeaderFacts, save_header, submission_errors, submit_report
from portal.sales.views import blueprint
from portal.sales.views.entry import editable_report, to_report
from portal.storage import PICTURES, SPREADSHEETS, FileRefused, Storage, StoredFile, content_disposition

EVIDENCE = PICTURES | SPREADSHEETS | {"pdf"}
SUMMED = ("opening_stock", "sell_in", "sell_through", "retail", "closing_stock", "aged_stock")


# ---- head and evidence


@blueprint.route("/reports/<int:report_id>/header", methods=["GET", "POST"])
@requires(P.SALES_REPORTS_WRITE)
def edit_header(report_id: int) -> str | Response | tuple[str, int]:
    """Who reports, as of when; a note; the evidence."""
    session = db.session()
    report = editable_report(report_id)
    if report is None:
        return to_report(report_id)
    form = HeaderForm(data=_header_values(report))
    found = []
    if form.validate_on_submit():
        facts = HeaderFacts(
            form.as_of_on.data, form.reporter.data or "", form.phone.data or "", form.note.data or "", report.currency
        )
        try:
            save_header(session, report, facts, actor=current_user, version=form.read_version or 0)
            run_checks(session, report)
            session.commit()
            return redirect(url_for("sales.check_report", report_id=report_id))
        except StaleVersion:
            session.rollback()
            report = get_report(session, report_id)
            values = _header_values(report)
            found = differences(form, values)
            form.version.data = str(values["version"])
        except IllegalMove as error:
            session.rollback()
            return to_report(report_id, sentence_of(error))
    page = render_template(
        "sales/header.html",
        report=report,
        form=form,
        files=list_files(session, report),
        differences=found,
        columns=COLUMN,
    )
    return (page, 409) if found else page


def _header_values(report: MonthlyReport) -> dict[str, Any]:
    return {
        "as_of_on": report.as_of_on or last_day(report.month),
        "reporter": report.reporter or current_user.name,
        "phone": report.phone,
        "note": report.note,
        "version": report.version,
    }


@blueprint.post("/reports/<int:report_id>/files")
@requires(P.SALES_REPORTS_WRITE)
def attach_file(report_id: int) -> Response:
    """Put evidence to the report, or (`remove`) take a file away."""
    session, storage = db.session(), Storage(current_app.config["STORAGE_DIR"])
    get_report(session, report_id)
    session.rollback()  # pictures are written anew before the transaction that writes begins
    kept, refused = _receive(storage)
    unwanted: list[str] = []
    report = get_report(session, report_id)
    try:
        for stored in kept:
            attach_evidence(session, report, stored, actor=current_user)
        wanted_away = request.form.get("remove", "")
        if wanted_away.isascii() and wanted_away.isdigit():
            unwanted.append(remove_evidence(session, report, int(wanted_away[:18]), actor=current_user))
        session.commit()
    except (IllegalMove, InvalidInput) as error:
        session.rollback()
        unwanted = [stored.storage_id for stored in kept]
        refused.append(sentence_of(error))
    for sentence in refused:
        flash(sentence, "danger")
    for storage_id in unwanted:
        storage.remove(storage_id)
    return redirect(url_for("sales.edit_header", report_id=report_id, _anchor="evidence"))


def _receive(storage: Storage) -> tuple[list[StoredFile], list[str]]:
    kept, refused = [], []
    for each in [sent for sent in request.files.getlist("file") if sent.filename][:10]:
        try:
            kept.append(storage.store(each.stream, each.filename, EVIDENCE))
        except FileRefused as refusal:
            refused.append(refusal.sentence(current_language()))
    return kept, refused


@blueprint.get("/reports/<int:report_id>/files/<int:file_id>")
@requires(P.SALES_REPORTS_READ)
def download_file(report_id: int, file_id: int) -> Response:
    """A file under its own name, as an attachment."""
    session = db.session()
    row = get_file(session, get_report(session, report_id), file_id)
    path = Storage(current_app.config["STORAGE_DIR"]).path_of(row.storage_id)
    response = send_file(path, mimetype=row.content_type)
    response.headers["Content-Disposition"] = content_disposition(row.original_name)
    return response


# ---- the checks, and handing in


@blueprint.post("/reports/<int:report_id>/check")
@requires(P.SALES_REPORTS_WRITE)
def run_report_checks(report_id: int) -> Response:
    """Look for what is odd now, then show it."""
    session = db.session()
    report = editable_report(report_id)
    if report is None:
        return to_report(report_id)
    run_checks(session, report)
    session.commit()
    return redirect(url_for("sales.check_report", report_id=report_id))


@blueprint.get("/reports/<int:report_id>/check")
@requires(P.SALES_REPORTS_WRITE)
def check_report(report_id: int) -> str | Response:
    """Everything on one page: sums, what cannot be, questions with their answers, and the button that hands it in."""
    report = editable_report(report_id)
    if report is None:
        return to_report(report_id)
    form = SubmitForm(data={"version": report.version, "key": secrets.token_hex(16)})
    return _check_page(report, form, submission_errors(db.session(), report))


def _check_page(report: MonthlyReport, form: SubmitForm, errors: Sequence[LineError], sentence: str = "") -> str:
    session = db.session()
    questions = [each for each in questions_of(session, report) if each.status is not QuestionStatus.SETTLED]
    places = Places.of(questions, errors)
    return render_template(
        "sales/check.html",
        report=report,
        form=form,
        sentence=sentence,
        sums=sum_lines(session, report),
        summed=SUMMED,
        columns=COLUMN,
        files=list_files(session, report),
        questions=[(each, CHECK[Check(each.check)], question_text(each), places.words(each)) for each in questions],
        problems=[(places.words(each), sentence_of_line(each), _entry_url(report, each)) for each in errors],
        **question_words(),
    )


class Places:
    """Names of outlets and models that questions and errors speak of."""

    def __init__(self, outlets: dict[int, Named], models: dict[int, Named]) -> None:
        self.outlets, self.models = outlets, models

    @classmethod
    def of(cls, *groups: Sequence[Any]) -> Places:
        """Those that these rows name. Two statements."""
        session, rows = db.session(), [row for group in groups for row in group]
        outlets = outlets_by_id(session, {row.outlet_id for row in rows})
        return cls(outlets, models_by_id(session, {row.model_id for row in rows if row.model_id}))

    def words(self, row: Any) -> str:
        """Outlet and model in the reader's language; a whole report's question names none."""
        language = current_language()
        outlet, model = self.outlets.get(row.outlet_id or 0), self.models.get(row.model_id or 0)
        names = [outlet.name(language) if outlet else (_("Own store and warehouse") if model else "")]
        names.append(model.code if model else "")
        return " · ".join(name for name in names if name)


def question_words() -> dict[str, Any]:
    """Words and colours of questions."""
    return {"question_statuses": QUESTION_STATUS, "question_colours": QUESTION_STATUS_COLOUR}


def _entry_url(report: MonthlyReport, error: LineError) -> str:
    field = f"line-{place_key((error.outlet_id, error.model_id))}-{error.field}"
    return url_for("sales.enter_outlet", report_id=report.id, outlet=error.outlet_id or 0, _anchor=field)


@blueprint.post("/reports/<int:report_id>/submit")
@requires(P.SALES_REPORTS_WRITE)
def submit(report_id: int) -> str | Response | tuple[str, int]:
    """Hand the report in. The same key again leads to the same page and changes nothing."""
    session = db.session()
    report = get_report(session, report_id)
    form = SubmitForm()
    key = (form.key.data or "")[:64] or secrets.token_hex(16)
    if not form.validate_on_submit():
        return redirect(url_for("sales.check_report", report_id=report_id))
    try:
        submit_report(session, report, actor=current_user, version=form.read_version or 0, key=key)
        session.commit()
    except GuardFailed as error:
        session.rollback()
        if not error.errors:
            return to_report(report_id, sentence_of(error))
        report = get_report(session, report_id)
        return _check_page(report, _fresh(report), error.errors, sentence_of(error)), 409
    except StaleVersion:
        session.rollback()
        report = get_report(session, report_id)
        sentence = _("The report has been changed since you opened this page. Look at it again, then submit it.")
        return _check_page(report, _fresh(report), submission_errors(session, report), sentence), 409
    except IllegalMove as error:
        session.rollback()
        return to_report(report_id, sentence_of(error))
    return redirect(url_for("sales.show_submitted", report_id=report_id))


def _fresh(report: MonthlyReport) -> SubmitForm:
    return SubmitForm(formdata=None, data={"version": report.version, "key": secrets.token_hex(16)})


@blueprint.get("/reports/<int:report_id>/submitted")
@requires(P.SALES_REPORTS_WRITE)
def show_submitted(report_id: int) -> str | Response:
    """What follows: who looks at it, which questions are open."""
    session = db.session()
    report = get_report(session, report_id)
    if report.submitted_at is None:
        return redirect(url_for("sales.show_report", report_id=report_id))
    waiting = [each for each in questions_of(session, report) if each.status is QuestionStatus.OPEN]
    return render_template("sales/submitted.html", report=report, waiting=len(waiting))


# ---- answers


@blueprint.post("/reports/<int:report_id>/answers")
@requires(P.SALES_REPORTS_WRITE)
def answer_questions(report_id: int) -> Response:
    """Answer questions: `answer-<id>` for each; an empty one stays open."""
    session = db.session()
    report = get_report(session, report_id)
    answered = 0
    try:
        for question in questions_of(session, report):
            text = request.form.get(f"answer-{question.id}", "").strip()
            if text and text != question.answer and question.status is not QuestionStatus.SETTLED:
                answer_question(session, report, question, text, actor=current_user)
                answered += 1
        session.commit()
    except IllegalMove as error:
        session.rollback()
        flash(sentence_of(error), "danger")
    if answered:
        flash(_("The answers are saved."), "success")
    back = "sales.check_report" if request.form.get("back") == "check" else "sales.show_report"
    return redirect(url_for(back, report_id=report_id, _anchor="questions"))
