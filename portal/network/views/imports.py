"""Pages of imports: hand a file in, say what its columns are, see what is wrong with it, import it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Response as FileResponse
from flask import current_app, flash, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import requires
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, NotFound
from portal.geo import Datum
from portal.i18n import current_language
from portal.jobs import labels as job_labels
from portal.jobs.models import Job
from portal.jobs.queries import get_job
from portal.jobs.rules import JobStatus, is_over
from portal.jobs.services import TooManyJobs, start_job
from portal.network import tasks
from portal.network.forms.imports import (
    IMPORTS,
    DatumForm,
    UploadForm,
    findings_spec,
    imported_spec,
    mapping_form,
)
from portal.network.labels import IMPORT_KIND, IMPORT_STATUS, IMPORT_STATUS_COLOUR
from portal.network.models import ImportBatch, ImportKind, ImportStatus
from portal.network.queries import imports as queries
from portal.network.queries.lists import list_all_distributors
from portal.network.queries.region_names import RegionBook, region_book
from portal.network.rules import RegionLevel
from portal.network.services import imports as services
from portal.network.uploads import MESSAGES, Upload, find_columns, report_of, template_specs
from portal.network.uploads.titles import title_of
from portal.network.views import blueprint
from portal.permissions import Permission as P
from portal.spreadsheets import Limits, Refused, annotate, write_template
from portal.storage import CONTENT_TYPES, SPREADSHEETS, FileRefused, Storage, StoredFile, content_disposition

S = ImportStatus
STEPS = {S.UPLOADED: 2, S.CHECKING: 3, S.CHECKED: 3, S.REFUSED: 3, S.IMPORTING: 4, S.IMPORTED: 5}
RESTING = (S.UPLOADED, S.CHECKED, S.REFUSED)
# A drop-down of more codes than this helps nobody.
OFFERED_CODES = 2_000


@blueprint.get("/imports")
@requires(P.NETWORK_IMPORTS_RUN)
def list_imports() -> str:
    """The files that were handed in, newest first."""
    state = IMPORTS.read(url_for("network.list_imports"), request.args)
    page, count = queries.list_imports(db.session(), state)
    return render_template("network/imports.html", state=state, page=page, count=count, **_words())


@blueprint.route("/imports/new", methods=["GET", "POST"])
@requires(P.NETWORK_IMPORTS_RUN)
def new_import() -> str | Response:
    """Hand in a file."""
    form, earlier = UploadForm(), None
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
    return render_template("network/import_new.html", form=form, earlier=earlier, kinds=IMPORT_KIND)


def _receive(form: UploadForm, kept: StoredFile) -> Response:
    """The file is kept: ask for its columns where they are not clear, else check it."""
    session, kind, datum = db.session(), ImportKind(form.kind.data), Datum(form.datum.data)
    services.refuse_repetition(session, kind, kept.sha256)
    columns = find_columns(Upload(_storage().path_of(kept.storage_id), kept.original_name, kind, datum))
    batch = services.hand_in(session, kept=kept, kind=kind, datum=datum, actor=current_user)
    if columns.needs_mapping:
        session.commit()
        return redirect(url_for("network.map_import_columns", batch_id=batch.id))
    return _start(batch, tasks.CHECK)


@blueprint.get("/imports/template/<kind>")
@requires(P.NETWORK_IMPORTS_RUN)
def download_template(kind: str) -> FileResponse:
    """The empty list with drop-downs and instructions, in the reader's language."""
    if kind not in [known.value for known in ImportKind]:
        raise NotFound()
    language, file = current_language(), tempfile.TemporaryFile()  # noqa: SIM115 - closed with the response
    choices = {}
    if ImportKind(kind) is ImportKind.OUTLETS:
        owners = list_all_distributors(db.session())[:OFFERED_CODES]
        choices["distributor"] = [f"{owner.code} {owner.name_zh}" for owner in owners]
    write_template(template_specs(ImportKind(kind)), language, file, choices=choices)
    file.seek(0)
    return _send(file, f"qudao-{kind}.xlsx")


@blueprint.route("/imports/<int:batch_id>/columns", methods=["GET", "POST"])
@requires(P.NETWORK_IMPORTS_RUN)
def map_import_columns(batch_id: int) -> str | Response:
    """Say which field each column fills."""
    batch = _get(batch_id)
    if batch.status not in RESTING:
        return redirect(_page(batch))
    form = mapping_form(batch.kind, find_columns(tasks.upload_of(batch)))
    if form.validate_on_submit():
        return _start(batch, tasks.CHECK, mapping=form.mapping())
    return render_template("network/import_columns.html", form=form, batch=batch, **_words())


@blueprint.get("/imports/<int:batch_id>")
@requires(P.NETWORK_IMPORTS_RUN)
def show_import(batch_id: int) -> str:
    """One import, wherever it stands: under way, checked with its findings, done."""
    batch = _get(batch_id)
    job = _job(batch)
    values: dict[str, Any] = {
        "batch": batch,
        "job": job,
        "step": STEPS[batch.status],
        "is_stuck": batch.status not in (*RESTING, S.IMPORTED) and (job is None or is_over(job.status)),
        "datum_form": DatumForm(data={"datum": batch.datum}),
        "datums": {datum.value: datum.label for datum in Datum},
        **_findings(batch),
    }
    if job and job.status is JobStatus.FAILED:
        values["failure"] = job_labels.error_sentence(job)
    return render_template("network/import.html", job_labels=job_labels, **values, **_words())


@blueprint.get("/imports/<int:batch_id>/rows")
@requires(P.NETWORK_IMPORTS_RUN)
def list_imported(batch_id: int) -> str:
    """The distributors or outlets that an import has brought."""
    session, batch, language = db.session(), _get(batch_id), current_language()
    state = imported_spec(batch.kind).read(url_for("network.list_imported", batch_id=batch.id), request.args)
    page, count = queries.list_imported(session, batch, state)
    book = region_book(session)
    return render_template(
        "network/import_rows.html",
        batch=batch,
        state=state,
        page=page,
        count=count,
        places={row.code: _place(row, book, language) for row in page.rows},
        base=url_for(f"network.list_{batch.kind.value}"),
        **_words(),
    )


@blueprint.get("/imports/<int:batch_id>/progress")
@requires(P.NETWORK_IMPORTS_RUN)
def show_import_progress(batch_id: int) -> Response:
    """The moving part of the page; once the work is over the page is loaded anew."""
    batch = _get(batch_id)
    job = _job(batch)
    answer = make_response(render_template("network/import_progress.html", batch=batch, job=job, job_labels=job_labels))
    if job is None or is_over(job.status):
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/imports/<int:batch_id>/check")
@requires(P.NETWORK_IMPORTS_RUN)
def check_import(batch_id: int) -> Response:
    """Check the file again, perhaps in another datum."""
    batch, form = _get(batch_id), DatumForm()
    datum = Datum(form.datum.data) if form.validate() else None
    return _start(batch, tasks.CHECK, datum=datum)


@blueprint.post("/imports/<int:batch_id>/run")
@requires(P.NETWORK_IMPORTS_RUN)
def run_import(batch_id: int) -> Response:
    """Put the rows into the books."""
    return _start(_get(batch_id), tasks.IMPORT)


@blueprint.post("/imports/<int:batch_id>/discard")
@requires(P.NETWORK_IMPORTS_RUN)
def discard_import(batch_id: int) -> Response:
    """Forget a file that was not imported."""
    batch = _get(batch_id)
    _release(batch)
    storage_id = services.discard(db.session(), batch)
    db.session.commit()
    _storage().remove(storage_id)
    flash(_("The file has been discarded. Nothing was imported."), "success")
    return redirect(url_for("network.list_imports"))


@blueprint.get("/imports/<int:batch_id>/file")
@requires(P.NETWORK_IMPORTS_RUN)
def download_import(batch_id: int) -> FileResponse:
    """The file as it was handed in."""
    batch = _get(batch_id)
    return _send(_storage().open_stored(batch.storage_id), batch.original_name)


@blueprint.get("/imports/<int:batch_id>/findings")
@requires(P.NETWORK_IMPORTS_RUN)
def download_findings(batch_id: int) -> FileResponse:
    """The user's own file with red and yellow cells and a column of comments; it can be handed in again."""
    batch, language = _get(batch_id), current_language()
    report = queries.report_on(db.session(), batch, MESSAGES)
    if report.layout is None:
        raise NotFound()
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "findings.xlsx"
        path = _storage().path_of(batch.storage_id)
        annotate(path, report, language, output=output, name=batch.original_name, limits=Limits())
        file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the response
        file.write(output.read_bytes())
    file.seek(0)
    return _send(file, f"{Path(batch.original_name).stem}-{_('findings')}.xlsx")


# -- what the pages share


def _get(batch_id: int) -> ImportBatch:
    return queries.get_import(db.session(), batch_id)


def _page(batch: ImportBatch) -> str:
    return url_for("network.show_import", batch_id=batch.id)


def _job(batch: ImportBatch) -> Job | None:
    """The work on the batch, whoever asked for it: an import belongs to head office as a whole."""
    if batch.job_id is None:
        return None
    try:
        return get_job(db.session(), batch.job_id, owner_id=None)
    except NotFound:
        return None


def _release(batch: ImportBatch) -> None:
    """A batch whose work has ended without coming to rest is taken back."""
    job = _job(batch)
    if job is None or is_over(job.status):
        services.put_back(db.session(), batch)


def _start(batch: ImportBatch, kind: str, **changes: Any) -> Response:
    """Hand the batch to a worker; the page shows it moving."""
    session, page = db.session(), _page(batch)
    try:
        _release(batch)
        if kind == tasks.CHECK:
            services.start_checking(session, batch, **changes)
        else:
            services.start_importing(session, batch)
        job = start_job(session, kind=kind, owner=current_user, arguments={"batch_id": batch.id},
                        unique_key=f"import-{batch.id}")  # fmt: skip
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


def _findings(batch: ImportBatch) -> dict[str, Any]:
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


def _rules(batch: ImportBatch, severity: str, language: str) -> list[tuple[str, str, int]]:
    counted = batch.summary.get(severity, {}).items()
    return [(rule, title_of(rule, language), count) for rule, count in sorted(counted, key=lambda each: -each[1])]


def _finding_rows(batch: ImportBatch, findings: Any, language: str) -> list[dict[str, Any]]:
    report = report_of()
    report.layout = queries.layout_of(batch)
    rows = []
    for severity, chosen in (("error", report.errors), ("warning", report.warnings)):
        chosen.extend(queries.note_of(each) for each in findings if each.is_warning == (severity == "warning"))
    for severity, sentences in zip(("error", "warning"), report.findings(language), strict=True):
        rows += [{"severity": severity, "finding": each} for each in sentences]
    return rows


def _place(row: Any, book: RegionBook, language: str) -> str:
    codes = (
        (RegionLevel.PROVINCE, row.province_code),
        (RegionLevel.PREFECTURE, row.prefecture_code),
        (RegionLevel.COUNTY, row.county_code),
    )
    return " › ".join(dict.fromkeys(name for level, code in codes if (name := book.name(level, code, language))))


def _sentences(refusal: Refused) -> list[str]:
    report = report_of()
    report.refuse(refusal)
    return [finding.message for finding in report.findings(current_language())[0]]


def _words() -> dict[str, Any]:
    return {"kinds": IMPORT_KIND, "statuses": IMPORT_STATUS, "colours": IMPORT_STATUS_COLOUR}


def _storage() -> Storage:
    return Storage(current_app.config["STORAGE_DIR"])


def _send(file: Any, name: str) -> FileResponse:
    kind = Path(name).suffix.removeprefix(".").lower()
    response = send_file(file, mimetype=CONTENT_TYPES.get(kind, "application/octet-stream"))
    response.headers["Content-Disposition"] = content_disposition(name)
    return response
