"""Pages of uploads: the template, hand a file in, say what its columns are, see what is wrong with it, import it."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from flask import Response as FileResponse
from flask import current_app, flash, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from portal import clock
from portal.access import can, requires
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, NotFound
from portal.formatting import format_month as month_in_words
from portal.i18n import current_language, pick
from portal.jobs import labels as job_labels
from portal.jobs.models import Job
from portal.jobs.queries import get_job
from portal.jobs.rules import JobStatus, is_over
from portal.jobs.services import TooManyJobs, start_job
from portal.network.models import Distributor
from portal.periods import format_month, month_of, parse_month, shift_month
from portal.permissions import Permission as P
from portal.sales import tasks_imports as tasks
from portal.sales.forms.imports import UPLOADS, RunForm, UploadForm, findings_spec, mapping_form
from portal.sales.labels_imports import UPLOAD_STATUS, UPLOAD_STATUS_COLOUR
from portal.sales.models import MonthlyReport, SalesBatch
from portal.sales.models.batches import SalesBatchStatus
from portal.sales.queries import board
from portal.sales.queries import imports as queries
from portal.sales.queries.reports import find_report
from portal.sales.services import imports as services
from portal.sales.uploads import DETAILS, LINES, MESSAGES, Upload, find_columns, report_of
from portal.sales.uploads.checking import LIMITS
from portal.sales.uploads.template import write_report_template
from portal.sales.uploads.titles import title_of
from portal.sales.views import blueprint
from portal.spreadsheets import Refused, annotate
from portal.storage import CONTENT_TYPES, SPREADSHEETS, FileRefused, Storage, StoredFile, content_disposition

S = SalesBatchStatus
STEPS = {S.UPLOADED: 2, S.CHECKING: 3, S.CHECKED: 3, S.REFUSED: 3, S.IMPORTING: 4, S.IMPORTED: 5}
RESTING = (S.UPLOADED, S.CHECKED, S.REFUSED)
# Months that can be chosen, this one included.
MONTHS = 25


@blueprint.get("/reports/uploads")
@requires(P.SALES_REPORTS_READ)
def list_uploads() -> str:
    """The files that were handed in, newest first."""
    state = UPLOADS.read(url_for("sales.list_uploads"), request.args)
    page, count = queries.list_batches(db.session(), state)
    return render_template("sales/import_list.html", state=state, page=page, count=count, **_words())


@blueprint.route("/reports/uploads/new", methods=["GET", "POST"])
@requires(P.SALES_REPORTS_WRITE)
def new_upload() -> str | Response:
    """Hand in the file of a month."""
    form, earlier = _upload_form(), None
    if form.validate_on_submit():
        kept = None
        try:
            kept = _storage().store(form.file.data.stream, form.file.data.filename, SPREADSHEETS)
            return _receive(form, kept)
        except FileRefused as refusal:
            form.file.errors = [*form.file.errors, refusal.sentence(current_language())]
        except Refused as refusal:
            form.file.errors = [*form.file.errors, *_sentences(refusal)]
        except InvalidInput as error:
            earlier = error.details["batch"]
            form.file.errors = [*form.file.errors, _("This very file was imported before.")]
        db.session.rollback()
        if kept is not None:
            _storage().remove(kept.storage_id)
    return render_template("sales/import_new.html", form=form, earlier=earlier)


def _upload_form() -> UploadForm:
    """With the user's own distributors and the months of two years; the last one that is over is chosen."""
    session, this_month = db.session(), month_of(clock.today())
    months = [shift_month(this_month, -back) for back in range(MONTHS)]
    owners = board.list_own_distributors(session)
    month, owner = request.args.get("month") or format_month(months[1]), request.args.get("distributor")
    form = UploadForm(data={"month": month, "distributor": owner or (owners[0].code if owners else "")})
    form.distributor.choices = [
        SelectChoice(each.code, f"{each.code} {pick(each.name, each.name_en)}") for each in owners
    ]
    form.month.choices = [
        SelectChoice(format_month(month), month_in_words(month, current_language())) for month in months
    ]
    return form


def _receive(form: UploadForm, kept: StoredFile) -> Response:
    """The file is kept: ask for its columns where they are not clear, else check it."""
    session, month = db.session(), parse_month(form.month.data)
    distributor = _own_distributor(form.distributor.data)
    services.refuse_repetition(session, distributor.id, month, kept.sha256)
    path = _storage().path_of(kept.storage_id)
    _columns, is_unclear = find_columns(Upload(path, kept.original_name, distributor.id, month))
    batch = services.hand_in(session, kept=kept, distributor_id=distributor.id, month=month, owner=current_user)
    if is_unclear:
        session.commit()
        return redirect(url_for("sales.map_upload_columns", upload_id=batch.id))
    return _start(batch, tasks.CHECK)


@blueprint.get("/reports/template")
@requires(P.SALES_REPORTS_WRITE)
def download_template() -> FileResponse:
    """The workbook of a distributor's month (the last one that is over, where none is named)."""
    asked = request.args
    month = _month(asked["month"]) if "month" in asked else shift_month(month_of(clock.today()), -1)
    distributor = _own_distributor(asked.get("distributor"))
    file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the response
    write_report_template(db.session(), distributor, month, current_language(), file)
    file.seek(0)
    word = _("monthly report")
    return _send(file, f"{word}-{distributor.code}-{format_month(month)}.xlsx")


@blueprint.route("/reports/uploads/<int:upload_id>/columns", methods=["GET", "POST"])
@requires(P.SALES_REPORTS_WRITE)
def map_upload_columns(upload_id: int) -> str | Response:
    """Say which field each column fills."""
    batch = _get(upload_id)
    if batch.status not in RESTING:
        return redirect(_page(batch))
    try:
        columns, _is_unclear = find_columns(tasks.upload_of(batch))
    except Refused:
        return _start(batch, tasks.CHECK)
    form = mapping_form(columns, batch.month)
    if form.validate_on_submit():
        return _start(batch, tasks.CHECK, mapping=form.mapping())
    return render_template("sales/import_columns.html", form=form, batch=batch, **_words())


@blueprint.get("/reports/uploads/<int:upload_id>")
@requires(P.SALES_REPORTS_READ)
def show_upload(upload_id: int) -> str:
    """One upload, wherever it stands: under way, checked with its findings, done."""
    batch = _get(upload_id)
    job, session = _job(batch), db.session()
    report = find_report(session, batch.distributor_id, batch.month)
    values: dict[str, Any] = {
        "batch": batch,
        "job": job,
        "report": report,
        "distributor": session.get_one(Distributor, batch.distributor_id),
        "step": STEPS[batch.status],
        "is_stuck": batch.status not in (*RESTING, S.IMPORTED) and (job is None or is_over(job.status)),
        "is_own": can(P.SALES_REPORTS_WRITE),
        "good_rows": sum(batch.summary.get("good", {}).values()),
        "run_form": RunForm() if _asks_about_details(batch, report) else None,
        **_findings(batch),
    }
    if job and job.status is JobStatus.FAILED:
        values["failure"] = job_labels.error_sentence(job)
    return render_template("sales/import.html", job_labels=job_labels, **values, **_words())


@blueprint.get("/reports/uploads/<int:upload_id>/progress")
@requires(P.SALES_REPORTS_READ)
def show_upload_progress(upload_id: int) -> Response:
    """The moving part of the page; once the work is over the page is loaded anew."""
    batch = _get(upload_id)
    job = _job(batch)
    answer = make_response(render_template("sales/import_progress.html", batch=batch, job=job, job_labels=job_labels))
    if job is None or is_over(job.status):
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/reports/uploads/<int:upload_id>/check")
@requires(P.SALES_REPORTS_WRITE)
def check_upload(upload_id: int) -> Response:
    """Check the file again."""
    return _start(_get(upload_id), tasks.CHECK)


@blueprint.post("/reports/uploads/<int:upload_id>/run")
@requires(P.SALES_REPORTS_WRITE)
def run_upload(upload_id: int) -> Response:
    """Bring the rows into the report."""
    form = RunForm()
    return _start(_get(upload_id), tasks.IMPORT, replaces=form.details.data == "replace")


@blueprint.post("/reports/uploads/<int:upload_id>/discard")
@requires(P.SALES_REPORTS_WRITE)
def discard_upload(upload_id: int) -> Response:
    """Forget a file that was not imported."""
    batch = _get(upload_id)
    _release(batch)
    storage_id = services.discard(db.session(), batch)
    db.session.commit()
    _storage().remove(storage_id)
    flash(_("The file has been discarded. Nothing was imported."), "success")
    return redirect(url_for("sales.list_uploads"))


@blueprint.get("/reports/uploads/<int:upload_id>/file")
@requires(P.SALES_REPORTS_READ)
def download_upload(upload_id: int) -> FileResponse:
    """The file as it was handed in."""
    batch = _get(upload_id)
    return _send(_storage().open_stored(batch.storage_id), batch.original_name)


@blueprint.get("/reports/uploads/<int:upload_id>/findings")
@requires(P.SALES_REPORTS_READ)
def download_upload_findings(upload_id: int) -> FileResponse:
    """The user's own file with red and yellow cells and a column of comments; it can be handed in again."""
    batch, language = _get(upload_id), current_language()
    report = queries.report_on(db.session(), batch, (LINES, DETAILS), MESSAGES)
    if not batch.summary.get("layouts"):
        raise NotFound()
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "findings.xlsx"
        path = _storage().path_of(batch.storage_id)
        annotate(path, report, language, output=output, name=batch.original_name, limits=LIMITS)
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the response
        file.write(output.read_bytes())
    file.seek(0)
    word = _("findings")
    return _send(file, f"{Path(batch.original_name).stem}-{word}.xlsx")


# -- what the pages share


def _get(upload_id: int) -> SalesBatch:
    return queries.get_batch(db.session(), upload_id)


def _own_distributor(code: str | None) -> Distributor:
    """The distributor of that code, or the first that the user reports for."""
    owners = board.list_own_distributors(db.session())
    found = next((each for each in owners if code is None or each.code == code), None)
    if found is None:
        raise NotFound()
    return found


def _month(text: str) -> date:
    try:
        month = parse_month(text)
    except ValueError:
        raise NotFound() from None
    if not shift_month(month_of(clock.today()), -MONTHS) < month <= month_of(clock.today()):
        raise NotFound()
    return month


def _page(batch: SalesBatch) -> str:
    return url_for("sales.show_upload", upload_id=batch.id)


def _job(batch: SalesBatch) -> Job | None:
    """The work on the batch, whoever of the distributor's people asked for it."""
    if batch.job_id is None:
        return None
    try:
        return get_job(db.session(), batch.job_id, owner_id=None)
    except NotFound:
        return None


def _release(batch: SalesBatch) -> None:
    """A batch whose work has ended without coming to rest is taken back."""
    job = _job(batch)
    if job is None or is_over(job.status):
        services.put_back(db.session(), batch)


def _start(batch: SalesBatch, kind: str, *, mapping: dict[str, str] | None = None, replaces: bool = False) -> Response:
    """Hand the batch to a worker; the page shows it moving."""
    session, page = db.session(), _page(batch)
    arguments: dict[str, Any] = {"batch_id": batch.id}
    try:
        _release(batch)
        if kind == tasks.CHECK:
            services.start_checking(session, batch, mapping=mapping)
        else:
            services.start_importing(session, batch)
            arguments["replaces"] = replaces
        job = start_job(session, kind=kind, owner=current_user, arguments=arguments,
                        unique_key=f"sales-upload-{batch.id}")  # fmt: skip
        batch.job_id = job.id
    except IllegalMove:
        session.rollback()
        flash(_("The import has moved on in the meantime; this is where it stands now."), "warning")
    except TooManyJobs as error:
        session.rollback()
        flash(str(job_labels.TOO_MANY) % error.details, "warning")
    else:
        session.commit()
    return redirect(page)


def _asks_about_details(batch: SalesBatch, report: MonthlyReport | None) -> bool:
    """Whether the file has details and the report has some too."""
    if batch.status is not S.CHECKED or report is None or not batch.summary.get("good", {}).get(DETAILS):
        return False
    return queries.has_details(db.session(), report)


def _findings(batch: SalesBatch) -> dict[str, Any]:
    """The findings of the last check: a page of sentences, and how many there are of each rule."""
    language = current_language()
    state = findings_spec(batch.summary).read(_page(batch), request.args)
    page, count = queries.list_findings(db.session(), batch, state)
    return {
        "state": state,
        "page": page,
        "count": count,
        "rows": _finding_rows(batch, page.rows, language),
        "error_rules": _rules(batch, "errors", language),
        "warning_rules": _rules(batch, "warnings", language),
    }


def _rules(batch: SalesBatch, severity: str, language: str) -> list[tuple[str, str, int]]:
    counted = batch.summary.get(severity, {}).items()
    return [(rule, title_of(rule, language), count) for rule, count in sorted(counted, key=lambda each: -each[1])]


def _finding_rows(batch: SalesBatch, findings: Any, language: str) -> list[dict[str, Any]]:
    report = queries.report_with(batch, findings, (LINES, DETAILS), MESSAGES)
    rows = []
    for severity, sentences in zip(("error", "warning"), report.findings(language), strict=True):
        rows += [{"severity": severity, "finding": each} for each in sentences]
    return rows


def _sentences(refusal: Refused) -> list[str]:
    report = report_of()
    report.refuse(refusal)
    return [finding.message for finding in report.findings(current_language())[0]]


def _words() -> dict[str, Any]:
    return {"statuses": UPLOAD_STATUS, "colours": UPLOAD_STATUS_COLOUR, "month_key": format_month}


def _storage() -> Storage:
    return Storage(current_app.config["STORAGE_DIR"])


def _send(file: Any, name: str) -> FileResponse:
    kind = Path(name).suffix.removeprefix(".").lower()
    response = send_file(file, mimetype=CONTENT_TYPES.get(kind, "application/octet-stream"))
    response.headers["Content-Disposition"] = content_disposition(name)
    return response
