"""Verbs on uploads of a month: a file is handed in, checked, and its rows are brought into the report once.

A batch moves uploaded → checking → checked → importing → imported, back to uploaded where another mapping is chosen.
Each move is one conditional update. Checking puts the rows aside (staged); the import brings them into the report with
the batch's last move in one transaction, under a key of distributor, month and the file's hash: of two imports of one
file, one is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.audit.recorder import record
from portal.db import rows_written
from portal.errors import IllegalMove, InvalidInput
from portal.sales.models import SalesBatch, SalesFinding
from portal.sales.models.batches import SalesBatchStatus
from portal.sales.queries.imports import find_by_key
from portal.sales.services.imports_live import Brought, bring_rows
from portal.sales.services.imports_staging import clear_staged
from portal.spreadsheets import Report
from portal.spreadsheets.books import BookReport
from portal.spreadsheets.stored import count_rules, values_of_layout, values_of_note
from portal.storage import StoredFile

S = SalesBatchStatus
OPEN = (S.UPLOADED, S.CHECKED, S.REFUSED)
_FINDINGS_AT_ONCE = 2_000


class Owner(Protocol):
    """Who hands a file in: a user, or the command line."""

    @property
    def id(self) -> int | None: ...
    @property
    def name(self) -> str: ...


def hand_in(
    session: Session,
    *,
    kept: StoredFile,
    distributor_id: int,
    month: date,
    owner: Owner,
    mapping: Mapping[str, str] | None = None,
) -> SalesBatch:
    """A stored file becomes a batch. Raises InvalidInput (`already_imported`, with `batch`), OutOfScope."""
    refuse_repetition(session, distributor_id, month, kept.sha256)
    batch = SalesBatch(
        distributor_id=distributor_id,
        month=month,
        status=S.UPLOADED,
        column_mapping=dict(mapping or {}),
        storage_id=kept.storage_id,
        original_name=kept.original_name,
        sha256=kept.sha256,
        summary={},
        owner_id=owner.id,
        owner_name=owner.name,
        created_at=clock.now(),
    )
    session.add(batch)
    session.flush()
    return batch


def refuse_repetition(session: Session, distributor_id: int, month: date, sha256: str) -> None:
    """Raises InvalidInput (`already_imported`) where this very file was imported for them before."""
    earlier = find_by_key(session, key_of(distributor_id, month, sha256))
    if earlier is not None:
        raise InvalidInput("already_imported", field="file", batch=earlier)


def key_of(distributor_id: int, month: date, sha256: str) -> str:
    """What two imports of one file share."""
    return f"{distributor_id}:{month:%Y-%m}:{sha256}"


def start_checking(session: Session, batch: SalesBatch, *, mapping: Mapping[str, str] | None = None) -> None:
    """The file is to be checked (again), perhaps with another mapping. Raises IllegalMove."""
    changes: dict[str, Any] = {"error_count": 0, "warning_count": 0}
    if mapping is not None:
        changes["column_mapping"] = dict(mapping)
    _move(session, batch, S.CHECKING, among=OPEN, **changes)
    session.execute(delete(SalesFinding).where(SalesFinding.batch_id == batch.id))


def start_importing(session: Session, batch: SalesBatch) -> None:
    """The rows are to be brought into the report. Raises IllegalMove where the check does not allow it."""
    if not batch.summary.get("is_importable"):
        raise IllegalMove("import_has_errors", from_status=batch.status.value, to_status=S.IMPORTING.value)
    _move(session, batch, S.IMPORTING, among=(S.CHECKED,))


def put_back(session: Session, batch: SalesBatch) -> None:
    """What a job has begun and will not end: the file can be checked anew. Nothing happens to a batch that rests."""
    if batch.status in (S.CHECKING, S.IMPORTING):
        _move(session, batch, S.UPLOADED, among=(S.CHECKING, S.IMPORTING), job_id=None)


def discard(session: Session, batch: SalesBatch) -> str:
    """Forget a file that was not imported; returns its name in the store, for the caller to delete after the commit.

    Raises IllegalMove.
    """
    if batch.status not in OPEN:
        raise IllegalMove("import_not_discardable", from_status=batch.status.value, to_status="")
    return forget(session, batch)


def forget(session: Session, batch: SalesBatch) -> str:
    """Remove a batch with its findings and staged rows, wherever it stands; returns its name in the store."""
    storage_id = batch.storage_id
    clear_staged(session, batch.id)
    session.execute(delete(SalesFinding).where(SalesFinding.batch_id == batch.id))
    session.delete(batch)
    session.flush()
    return storage_id


def unfinished(session: Session, distributor_id: int, month: date, sha256: str) -> list[SalesBatch]:
    """Batches of this file that the command line has left behind: a run that was killed."""
    statement = select(SalesBatch).where(
        SalesBatch.sha256 == sha256,
        SalesBatch.distributor_id == distributor_id,
        SalesBatch.month == month,
        SalesBatch.owner_id.is_(None),
        SalesBatch.status != S.IMPORTED,
    )
    return list(session.scalars(statement))


def keep_check(
    session: Session,
    batch: SalesBatch,
    report: BookReport,
    *,
    is_readable: bool,
    is_importable: bool,
    header: Mapping[str, Any],
    good: Mapping[str, int],
    places: int,
) -> None:
    """Put what a check found beside the batch; rows that cannot be imported are not kept aside.

    Raises IllegalMove where it is not being checked any more.
    """
    _move(
        session,
        batch,
        S.CHECKED if is_readable else S.REFUSED,
        among=(S.CHECKING, S.IMPORTING),
        row_count=report.rows,
        error_count=report.error_count,
        warning_count=report.warning_count,
        summary={
            **summary_of(report),
            "is_importable": is_importable,
            "header": {name: str(value) for name, value in header.items()},
            "good": dict(good),
            "places": places,
        },
    )
    session.execute(delete(SalesFinding).where(SalesFinding.batch_id == batch.id))
    rows = finding_rows(batch.id, report)
    for start in range(0, len(rows), _FINDINGS_AT_ONCE):
        session.execute(insert(SalesFinding), rows[start : start + _FINDINGS_AT_ONCE])
    if not is_importable:
        clear_staged(session, batch.id)


def import_staged(session: Session, batch: SalesBatch, *, actor: User | None, replaces: bool = False) -> Brought:
    """Bring the staged rows of a checked batch into the report and end the batch; the caller commits.

    Raises IllegalMove where the batch is not being imported or the report takes no figures, PeriodClosed, InvalidInput
    (`already_imported`, `changed_meanwhile`).
    """
    batch_id, key = batch.id, key_of(batch.distributor_id, batch.month, batch.sha256)
    changes = {"status": S.IMPORTED, "imported_key": key, "finished_at": clock.now()}
    where = (SalesBatch.id == batch_id, SalesBatch.status == S.IMPORTING)
    claim = update(SalesBatch).where(*where).values(**changes).execution_options(synchronize_session=False)
    try:
        # Of two who import one file, one gets past this.
        claimed = rows_written(session.execute(claim))
    except IntegrityError as error:
        session.rollback()
        earlier = find_by_key(session, key)
        raise InvalidInput("already_imported", field="file", batch=earlier) from error
    if claimed != 1:
        raise IllegalMove("import_not_running", to_status=S.IMPORTED.value)
    session.refresh(batch)
    brought = bring_rows(session, batch, header=batch.summary.get("header", {}), actor=actor, replaces=replaces)
    batch.imported_count = brought.lines + brought.details
    batch.summary = {**batch.summary, "replaced": brought.replaced}
    clear_staged(session, batch_id)
    session.flush()
    return brought


def finding_rows(batch_id: int, report: BookReport) -> list[dict[str, Any]]:
    """The findings as rows of their table: errors first, sheet by sheet, in the order of the rows."""
    order = {name: at for at, name in enumerate(("", *report.parts))}
    rows: list[dict[str, Any]] = [
        {"batch_id": batch_id, "is_warning": is_warning, "rule": note.rule, "sheet": part, "row_number": note.row,
         "note": values_of_note(note)}
        for part, is_warning, note in report.notes()
    ]  # fmt: skip
    rows.sort(key=lambda row: (row["is_warning"], order[row["sheet"]], row["row_number"] or 0))
    for position, row in enumerate(rows):
        row["position"] = position
    return rows


def summary_of(report: BookReport) -> dict[str, Any]:
    """Counts by rule, and where the lists lie in the file."""
    return {
        "errors": _added(each.errors for each in report),
        "warnings": _added(each.warnings for each in report),
        "left_out": sum(each.errors.left_out + each.warnings.left_out for each in report),
        "layouts": {part: values_of_layout(each.layout) for part, each in report.parts.items() if each.layout},
        "rows": {part: each.rows for part, each in report.parts.items()},
        "error_rows": sum(len(each.error_rows()) for each in report),
    }


def _added(lists: Iterable[Iterable[Any]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for notes in lists:
        for rule, count in count_rules(notes).items():
            total[rule] = total.get(rule, 0) + count
    return total


def refuse_in_report(report: Report, error: InvalidInput | IllegalMove, month: date) -> None:
    """Why rows that were right did not get into the report after all, as a finding on the whole file."""
    batch: Any = error.details.get("batch")
    if batch is not None:
        day = (batch.finished_at or batch.created_at).astimezone(clock.BUSINESS_ZONE).date().isoformat()
        report.error(error.code, value=batch.original_name, on=day, batch=batch.id, count=batch.imported_count)
    elif error.code in ("changed_meanwhile", "period_closed"):
        report.error(error.code, month=f"{month:%Y-%m}")
    else:
        report.error("report_not_with_you", month=f"{month:%Y-%m}")


def _move(
    session: Session, batch: SalesBatch, to: SalesBatchStatus, *, among: Sequence[SalesBatchStatus], **values: Any
) -> None:
    """One conditional update: of two who move a batch, one succeeds."""
    before = batch.status
    moved = session.execute(
        update(SalesBatch)
        .where(SalesBatch.id == batch.id, SalesBatch.status.in_(among))
        .values(status=to, **values)
        .execution_options(synchronize_session=False)
    )
    session.expire(batch)
    if rows_written(moved) != 1:
        raise IllegalMove(from_status=before.value, to_status=to.value)
    record(session, "update", object_type="sales_batches", object_id=batch.id, label=batch.original_name,
           changes={"status": [before.value, to.value]})  # fmt: skip
