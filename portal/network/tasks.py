"""Background work of the network: a file is checked, a checked file is imported."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.audit.recorder import set_actor
from portal.db import db, reading, writing
from portal.errors import InvalidInput
from portal.geo import Datum
from portal.jobs.models import Job
from portal.jobs.registry import job_kind
from portal.jobs.rounds import every
from portal.jobs.running import RunningJob
from portal.network.models import ImportBatch
from portal.network.queries.imports import get_import
from portal.network.services.imports import import_at_once, import_rows, keep_report, refuse_repetition
from portal.network.services.life import SystemActor
from portal.network.services.placing import reassign_areas
from portal.network.uploads import CheckedUpload, Upload, check_upload, report_of
from portal.network.uploads.refusals import refuse_in_report
from portal.scope import EVERYTHING, bind_scope
from portal.spreadsheets import Limits, Report
from portal.storage import SPREADSHEETS, Storage, StorageLimits

if TYPE_CHECKING:
    from portal.network.services.imports_check import Checked

CHECK, IMPORT = "network.check_import", "network.run_import"
_READING = {"reading": _l("Reading and checking the rows")}
_CHECKING = {**_READING, "done": _l("Rows: %(rows)s, errors: %(errors)s, warnings: %(warnings)s")}
_IMPORTING = {
    **_READING,
    "writing": _l("Putting the rows into the books"),
    "import_not_running": _l("The import was taken back in the meantime."),
    "done": _l("Rows imported: %(imported)s"),
}


def _page(arguments: Any, _result: Any) -> tuple[str, dict[str, Any]]:
    return "network.show_import", {"batch_id": arguments["batch_id"]}


@job_kind(CHECK, label=_l("Check of a file"), messages=_CHECKING, link=_page)
def check_import(job: RunningJob, *, batch_id: int) -> dict[str, Any]:
    """Find out what is wrong with a file."""
    found = _check(job, batch_id)
    keep_report(job.session, get_import(job.session, batch_id), found.report, is_readable=found.checked is not None)
    report = found.report
    return {"rows": report.rows, "errors": len(report.errors), "warnings": len(report.warnings)}


@job_kind(IMPORT, label=_l("Import of a file"), messages=_IMPORTING, link=_page)
def run_import(job: RunningJob, *, batch_id: int) -> dict[str, Any]:
    """Check the file once more, because the books may have changed, and put its rows into them.

    The rows, the batch's last move and the end of the job are one transaction.
    """
    found = _check(job, batch_id)
    if found.checked is None or not found.is_importable:
        keep_report(job.session, get_import(job.session, batch_id), found.report, is_readable=found.checked is not None)
        return {"imported": 0}
    job.progress(found.report.rows, found.report.rows, note="writing")
    batch = get_import(job.session, batch_id)
    actor = SystemActor(name=job.session.get_one(Job, job.id).owner_name, id=job.owner_id)
    try:
        batch = import_rows(job.session, batch, found.checked, found.report, actor=actor)
    except InvalidInput as error:
        refuse_in_report(found.report, error)
        keep_report(job.session, get_import(job.session, batch_id), found.report, is_readable=True)
        return {"imported": 0}
    return {"imported": batch.imported_count}


class FileImport:
    """The same in the foreground, for a file on this machine: the command line."""

    actor = SystemActor(name="flask network import")

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._storage = Storage(config["STORAGE_DIR"], StorageLimits(file_bytes=Limits().file_bytes))
        self._geodata = Path(config["GEODATA_DIR"])

    def run(self, session: Session, upload: Upload, *, is_dry: bool) -> Report:
        """Check the file and, unless it is a dry run or has errors, import it: all rows or none."""
        bind_scope(session, EVERYTHING)
        set_actor(session, actor_id=None, name=self.actor.name)
        with reading():
            found = self._check(session, upload)
            session.rollback()
        if not is_dry and found.is_importable and found.checked is not None:
            self._write(session, upload, found.report, found.checked)
        return found.report

    def _check(self, session: Session, upload: Upload) -> CheckedUpload:
        with upload.path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        try:
            refuse_repetition(session, upload.kind, digest)
        except InvalidInput as error:
            report = report_of()
            refuse_in_report(report, error)
            return CheckedUpload(report, None)
        return check_upload(session, upload, geodata=self._geodata)

    def _write(self, session: Session, upload: Upload, report: Report, checked: Checked) -> None:
        with upload.path.open("rb") as stream:
            kept = self._storage.store(stream, upload.name, SPREADSHEETS)
        try:
            batch = import_at_once(
                session, kept=kept, datum=upload.datum, mapping=upload.mapping, checked=checked, report=report,
                actor=self.actor,
            )  # fmt: skip
            session.commit()
            report.imported = batch.imported_count
        except InvalidInput as error:
            refuse_in_report(report, error)
        finally:
            if not report.imported:
                session.rollback()
                self._storage.remove(kept.storage_id)


def _check(job: RunningJob, batch_id: int) -> CheckedUpload:
    """Reads only: nobody waits for it."""
    total = None
    with job.reading() as session:
        batch = get_import(session, batch_id)
        total = batch.row_count or None
        upload = upload_of(batch)
        return check_upload(
            session, upload, geodata=Path(current_app.config["GEODATA_DIR"]),
            progress=lambda done: job.progress(done, total, note="reading"),
        )  # fmt: skip


def upload_of(batch: ImportBatch) -> Upload:
    """The batch's file in the store."""
    path = Storage(current_app.config["STORAGE_DIR"]).path_of(batch.storage_id)
    return Upload(path, batch.original_name, batch.kind, Datum(batch.datum), batch.column_mapping)


@every(3600, "sales areas of the day")
def reassign_areas_of_today(app: Flask) -> None:
    """Regions may come to another sales area on a later day: what stands there follows. Changes nothing otherwise."""
    with app.app_context(), writing():
        session = db.session()
        bind_scope(session, EVERYTHING)
        set_actor(session, actor_id=None, name="sales areas")
        reassign_areas(session)
        session.commit()
