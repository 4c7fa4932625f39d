"""Background work of uploads: a file is checked and its rows put aside; checked rows are brought into the report."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.audit.recorder import set_actor
from portal.db import reading, writing
from portal.errors import IllegalMove, InvalidInput
from portal.jobs.registry import job_kind
from portal.jobs.running import RunningJob
from portal.network.services.life import SystemActor
from portal.sales.models import SalesBatch
from portal.sales.queries.imports import get_batch
from portal.sales.services import imports as services
from portal.sales.services.imports_staging import Stager, clear_staged
from portal.sales.uploads import CheckedUpload, Upload, check_upload, report_of
from portal.sales.uploads.checking import LIMITS
from portal.scope import EVERYTHING, bind_scope
from portal.spreadsheets import Refused
from portal.spreadsheets.books import BookReport
from portal.spreadsheets.filekinds import check_file
from portal.storage import SPREADSHEETS, Storage, StorageLimits

CHECK, IMPORT = "sales.check_upload", "sales.run_import"
ACTOR = SystemActor(name="flask sales import")
_READING = {"reading": _l("Reading and checking the rows")}
_CHECKING = {**_READING, "done": _l("Rows: %(rows)s, errors: %(errors)s, warnings: %(warnings)s")}
_IMPORTING = {
    "writing": _l("Bringing the rows into the report"),
    "import_not_running": _l("The import was taken back in the meantime."),
    "done": _l("Rows imported: %(imported)s"),
}


def _page(arguments: Any, _result: Any) -> tuple[str, dict[str, Any]]:
    return "sales.show_upload", {"upload_id": arguments["batch_id"]}


@job_kind(CHECK, label=_l("Check of a monthly report"), messages=_CHECKING, link=_page)
def run_check(job: RunningJob, *, batch_id: int) -> dict[str, Any]:
    """Find out what is wrong with a file, and put aside the rows that are right."""
    session = job.session
    batch = get_batch(session, batch_id)
    total, upload = batch.row_count or None, upload_of(batch)
    clear_staged(session, batch_id)
    job.commit()
    with Stager(_engine(session), batch_id) as stager:
        with job.reading():
            found = check_upload(
                session, upload, geodata=Path(current_app.config["GEODATA_DIR"]), sink=stager,
                progress=lambda done: job.progress(done, total, note="reading"),
            )  # fmt: skip
        if found.is_importable:
            stager.finish()
    keep(session, batch_id, found)
    report = found.report
    return {"rows": report.rows, "errors": report.error_count, "warnings": report.warning_count}


@job_kind(IMPORT, label=_l("Import of a monthly report"), messages=_IMPORTING, link=_page)
def run_import(job: RunningJob, *, batch_id: int, replaces: bool = False) -> dict[str, Any]:
    """Bring the rows that were put aside into the report; they, the batch's last move and the job's end are one."""
    session = job.session
    job.progress(0, None, note="writing")
    owner = session.get(User, job.owner_id) if job.owner_id else None
    batch = get_batch(session, batch_id)
    month = batch.month
    try:
        brought = services.import_staged(session, batch, actor=owner, replaces=replaces)
    except (InvalidInput, IllegalMove) as error:
        session.rollback()
        if error.code == "import_not_running":
            raise
        found = CheckedUpload(report_of(), is_readable=True)
        services.refuse_in_report(found.report.whole, error, month)
        keep(session, batch_id, found)
        return {"imported": 0}
    return {"imported": brought.lines + brought.details}


def keep(session: Session, batch_id: int, found: CheckedUpload) -> None:
    """Put what was found beside its batch."""
    services.keep_check(
        session,
        get_batch(session, batch_id),
        found.report,
        is_readable=found.is_readable,
        is_importable=found.is_importable,
        header=found.header,
        good=found.good,
        places=found.places,
    )


def upload_of(batch: SalesBatch) -> Upload:
    """The batch's file in the store."""
    path = Storage(current_app.config["STORAGE_DIR"]).path_of(batch.storage_id)
    return Upload(path, batch.original_name, batch.distributor_id, batch.month, batch.column_mapping)


def _engine(session: Session) -> Engine:
    bind = session.get_bind()
    return bind if isinstance(bind, Engine) else bind.engine


@dataclass(frozen=True, slots=True)
class SalesImport:
    """The same in the foreground, for a file on this machine: the command line. It acts for the distributor."""

    storage: Storage
    geodata: Path

    @classmethod
    def configured(cls, config: Mapping[str, Any]) -> SalesImport:
        """With the installation's folders."""
        limits = StorageLimits(file_bytes=LIMITS.file_bytes)
        return cls(Storage(config["STORAGE_DIR"], limits), Path(config["GEODATA_DIR"]))

    def run(self, session: Session, upload: Upload, *, is_dry: bool, replaces: bool = False) -> BookReport:
        """Check the file and, unless it is a dry run or may not be imported, bring its rows into the report."""
        bind_scope(session, EVERYTHING)
        set_actor(session, actor_id=None, name=ACTOR.name)
        try:
            with reading():
                services.refuse_repetition(session, upload.distributor_id, upload.month, _digest(upload.path))
                session.rollback()
        except InvalidInput as error:
            report = report_of()
            services.refuse_in_report(report.whole, error, upload.month)
            return report
        if is_dry:
            with reading():
                found = check_upload(session, upload, geodata=self.geodata)
                session.rollback()
            return found.report
        try:
            check_file(upload.path, upload.name, upload.limits)
        except Refused as refusal:  # nothing that is no spreadsheet gets into the store
            report = report_of()
            report.refuse(refusal)
            return report
        return self._import(session, upload, replaces=replaces)

    def _import(self, session: Session, upload: Upload, *, replaces: bool) -> BookReport:
        batch_id = self._hand_in(session, upload)
        with Stager(_engine(session), batch_id) as stager:
            with reading():
                found = check_upload(session, upload, geodata=self.geodata, sink=stager)
                session.rollback()
            if found.is_importable:
                stager.finish()
        report = found.report
        if found.is_importable:
            with writing():
                self._bring(session, batch_id, found, upload, replaces=replaces)
        if not report.imported:
            with writing():
                self._forget(session, get_batch(session, batch_id))
        return report

    def _hand_in(self, session: Session, upload: Upload) -> int:
        """A batch for the file; what a run that was killed has left of it goes."""
        with writing():
            for left in services.unfinished(session, upload.distributor_id, upload.month, _digest(upload.path)):
                self._forget(session, left)
            with upload.path.open("rb") as stream:
                kept = self.storage.store(stream, upload.name, SPREADSHEETS)
            batch = services.hand_in(
                session, kept=kept, distributor_id=upload.distributor_id, month=upload.month, owner=ACTOR,
                mapping=upload.mapping,
            )  # fmt: skip
            batch_id = batch.id
            services.start_checking(session, batch)
            session.commit()
            return batch_id

    def _bring(self, session: Session, batch_id: int, found: CheckedUpload, upload: Upload, *, replaces: bool) -> None:
        """Everything that is left to do, in one transaction."""
        try:
            keep(session, batch_id, found)
            batch = get_batch(session, batch_id)
            services.start_importing(session, batch)
            brought = services.import_staged(session, batch, actor=None, replaces=replaces)
            session.commit()
            found.report.imported = brought.lines + brought.details
        except (InvalidInput, IllegalMove) as error:
            session.rollback()
            services.refuse_in_report(found.report.whole, error, upload.month)

    def _forget(self, session: Session, batch: SalesBatch) -> None:
        storage_id = services.forget(session, batch)
        session.commit()
        self.storage.remove(storage_id)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
