"""Files of an application: attached while the applicant holds it, taken away only while it is a draft."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.errors import IllegalMove, InvalidInput, NotFound
from portal.onboarding.models import Application, ApplicationFile, ApplicationFileKind
from portal.onboarding.rules.states import ApplicationStatus
from portal.onboarding.services.applications import check_editable
from portal.storage import StoredFile

MAX_FILES = 30


def attach_file(
    session: Session, application: Application, *, kept: StoredFile, kind: ApplicationFileKind
) -> ApplicationFile:
    """Put a stored file to the application. Raises IllegalMove, InvalidInput (`too_many_files`, `file_present`)."""
    check_editable(application)
    statement = select(func.count()).where(ApplicationFile.application_id == application.id)
    count = session.scalar(statement) or 0
    if count >= MAX_FILES:
        raise InvalidInput("too_many_files", field=kind.value, value=count, limit=MAX_FILES)
    if session.scalar(statement.where(ApplicationFile.kind == kind, ApplicationFile.sha256 == kept.sha256)):
        raise InvalidInput("file_present", field=kind.value, value=kept.original_name)
    row = ApplicationFile(
        application_id=application.id,
        kind=kind,
        storage_id=kept.storage_id,
        original_name=kept.original_name,
        content_type=kept.content_type,
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        created_at=clock.now(),
    )
    session.add(row)
    # Moves the version on: a submission at the same moment sees the files or loses the race.
    application.updated_at = clock.now()
    session.flush()
    return row


def get_file(session: Session, application: Application, file_id: int) -> ApplicationFile:
    """A file of this application; NotFound for any other's."""
    row = session.scalar(
        select(ApplicationFile).where(ApplicationFile.id == file_id, ApplicationFile.application_id == application.id)
    )
    if row is None:
        raise NotFound()
    return row


def remove_file(session: Session, application: Application, file_id: int) -> str:
    """Take a file away; returns its name in the store, for the caller to delete after the commit.

    Raises IllegalMove once the application was handed in: what reviewers may have seen stays.
    """
    if application.status is not ApplicationStatus.DRAFT:
        raise IllegalMove("not_editable", from_status=application.status.value, action="remove_file")
    row = get_file(session, application, file_id)
    storage_id = row.storage_id
    session.delete(row)
    application.updated_at = clock.now()
    session.flush()
    return storage_id
