"""Evidence of a report: attached while its distributor holds it, taken away only before it was first handed in."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.errors import IllegalMove, InvalidInput
from portal.sales.models import MonthlyReport, ReportFile
from portal.sales.queries.report_page import get_file
from portal.sales.services.reports import begin_writing
from portal.storage import StoredFile

MAX_FILES = 20


def attach_evidence(session: Session, report: MonthlyReport, kept: StoredFile, *, actor: User | None) -> ReportFile:
    """Put a stored file to the report. Raises as `begin_writing`, InvalidInput (`too_many_files`, `file_present`)."""
    begin_writing(session, report, actor=actor, version=report.version)
    statement = select(func.count()).where(ReportFile.report_id == report.id)
    count = session.scalar(statement) or 0
    if count >= MAX_FILES:
        raise InvalidInput("too_many_files", field="file", value=count, limit=MAX_FILES)
    if session.scalar(statement.where(ReportFile.sha256 == kept.sha256)):
        raise InvalidInput("file_present", field="file", value=kept.original_name)
    row = ReportFile(
        report_id=report.id,
        distributor_id=report.distributor_id,
        storage_id=kept.storage_id,
        original_name=kept.original_name,
        content_type=kept.content_type,
        size=kept.size_bytes,
        sha256=kept.sha256,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def remove_evidence(session: Session, report: MonthlyReport, file_id: int, *, actor: User | None) -> str:
    """Take a file away; returns its name in the store, for the caller to delete after the commit.

    Raises IllegalMove once the report was handed in: what a manager may have seen stays.
    """
    if report.revision:
        raise IllegalMove("file_seen", from_status=report.status.value, action="remove_file")
    row = get_file(session, report, file_id)
    begin_writing(session, report, actor=actor, version=report.version)
    storage_id = row.storage_id
    session.delete(row)
    session.flush()
    return storage_id
