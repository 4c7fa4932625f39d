"""Verbs on imports: a file is handed in, checked, and its rows are put into the books once.

A batch moves uploaded → checking → checked → importing → imported, back to uploaded where another mapping or datum is
chosen. Each move is one conditional update. The rows come with the batch's last move in one transaction, under a key
made of the file's hash: of two imports of one file, one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.audit.recorder import record
from portal.db import rows_written
from portal.errors import IllegalMove, InvalidInput, OutOfScope
from portal.geo import Datum
from portal.network.models import ImportBatch, ImportFinding, ImportKind, ImportStatus
from portal.network.queries.imports import find_by_key, get_import
from portal.network.services.imports_writing import Staged, begin_staging
from portal.network.services.life import Actor
from portal.scope import ScopeKind, bound_scope
from portal.spreadsheets import Note, Report
from portal.spreadsheets.stored import count_rules, values_of_layout, values_of_note
from portal.storage import StoredFile

if TYPE_CHECKING:
    from portal.network.services.imports_check import Checked

S = ImportStatus
_OPEN = (S.UPLOADED, S.CHECKED, S.REFUSED)
_FINDINGS_AT_ONCE = 2_000


def hand_in(
    session: Session,
    *,
    kept: StoredFile,
    kind: ImportKind,
    datum: Datum,
    actor: Actor,
    mapping: Mapping[str, str] | None = None,
) -> ImportBatch:
    """A stored file becomes a batch. Raises InvalidInput (`already_imported`, with `batch`), OutOfScope."""
    _check_may_import(session)
    refuse_repetition(session, kind, kept.sha256)
    batch = _new_batch(kept, kind, datum, mapping or {}, actor)
    session.add(batch)
    session.flush()
    return batch


def _new_batch(
    kept: StoredFile, kind: ImportKind, datum: Datum, mapping: Mapping[str, str], actor: Actor
) -> ImportBatch:
    return ImportBatch(
        kind=kind,
        status=S.UPLOADED,
        datum=datum.value,
        column_mapping=dict(mapping),
        storage_id=kept.storage_id,
        original_name=kept.original_name,
        sha256=kept.sha256,
        summary={},
        owner_id=actor.id,
        owner_name=actor.name,
        created_at=clock.now(),
    )


def refuse_repetition(session: Session, kind: ImportKind, sha256: str) -> None:
    """Raises InvalidInput (`already_imported`) where this very file was imported before."""
    earlier = find_by_key(session, _key(kind, sha256))
    if earlier is not None:
        raise InvalidInput("already_imported", field="file", batch=earlier)


def start_checking(
    session: Session, batch: ImportBatch, *, mapping: Mapping[str, str] | None = None, datum: Datum | None = None
) -> None:
    """The file is to be checked (again), perhaps with another mapping or datum. Raises IllegalMove."""
    changes: dict[str, Any] = {"error_count": 0, "warning_count": 0}
    if mapping is not None:
        changes["column_mapping"] = dict(mapping)
    if datum is not None:
        changes["datum"] = datum.value
    _move(session, batch, S.CHECKING, among=_OPEN, **changes)
    session.execute(delete(ImportFinding).where(ImportFinding.batch_id == batch.id))


def start_importing(session: Session, batch: ImportBatch) -> None:
    """The rows are to be put into the books. Raises IllegalMove while there are errors or after the import."""
    if batch.error_count or not batch.row_count:
        raise IllegalMove("import_has_errors", from_status=batch.status.value, to_status=S.IMPORTING.value)
    _move(session, batch, S.IMPORTING, among=(S.CHECKED,))


def put_back(session: Session, batch: ImportBatch) -> None:
    """What a job has begun and will not end: the file can be checked anew. Nothing happens to a batch that rests."""
    if batch.status in (S.CHECKING, S.IMPORTING):
        _move(session, batch, S.UPLOADED, among=(S.CHECKING, S.IMPORTING), job_id=None)


def discard(session: Session, batch: ImportBatch) -> str:
    """Forget a file that was not imported; returns its name in the store, for the caller to delete after the commit.

    Raises IllegalMove.
    """
    if batch.status not in _OPEN:
        raise IllegalMove("import_not_discardable", from_status=batch.status.value, to_status="")
    storage_id = batch.storage_id
    session.execute(delete(ImportFinding).where(ImportFinding.batch_id == batch.id))
    session.delete(batch)
    session.flush()
    return storage_id


def keep_report(session: Session, batch: ImportBatch, report: Report, *, is_readable: bool) -> None:
    """Put the findings of a check beside the batch. Raises IllegalMove where it is not being checked any more."""
    rows = [*_finding_rows(batch.id, report.errors, False), *_finding_rows(batch.id, report.warnings, True)]
    rows.sort(key=lambda row: (row["is_warning"], row["row_number"] or 0))
    for position, row in enumerate(rows):
        row["position"] = position
    _move(
        session,
        batch,
        S.CHECKED if is_readable else S.REFUSED,
        among=(S.CHECKING, S.IMPORTING),
        row_count=report.rows,
        error_count=len(report.errors) + report.errors.left_out,
        warning_count=len(report.warnings) + report.warnings.left_out,
        summary=_summary(report),
    )
    session.execute(delete(ImportFinding).where(ImportFinding.batch_id == batch.id))
    for start in range(0, len(rows), _FINDINGS_AT_ONCE):
        session.execute(insert(ImportFinding), rows[start : start + _FINDINGS_AT_ONCE])


def import_rows(session: Session, batch: ImportBatch, checked: Checked, report: Report, *, actor: Actor) -> ImportBatch:
    """Put the rows of a checked file into the books and end its batch; the caller commits.

    The session's transaction is thrown away and begun anew. Raises IllegalMove where the batch is not being imported,
    InvalidInput (`already_imported`, `changed_meanwhile`) where somebody was faster.
    """
    batch_id, key = batch.id, _key(batch.kind, batch.sha256)
    changes = {**_end_values(report), "imported_key": key}

    def claim() -> int:
        """Of two who import one file, one gets past this."""
        where = (ImportBatch.id == batch_id, ImportBatch.status == S.IMPORTING)
        change = update(ImportBatch).where(*where).values(**changes)
        if rows_written(session.execute(change.execution_options(synchronize_session=False))) != 1:
            session.rollback()
            raise IllegalMove("import_not_running", to_status=S.IMPORTED.value)
        return batch_id

    return _write(session, checked, key, claim, actor)


def import_at_once(
    session: Session,
    *,
    kept: StoredFile,
    datum: Datum,
    mapping: Mapping[str, str],
    checked: Checked,
    report: Report,
    actor: Actor,
) -> ImportBatch:
    """The same without a batch beforehand (the command line): batch and rows come in one transaction."""
    key = _key(checked.kind, kept.sha256)

    def claim() -> int:
        batch = _new_batch(kept, checked.kind, datum, mapping, actor)
        for name, value in (*_end_values(report).items(), ("imported_key", key), ("summary", _summary(report))):
            setattr(batch, name, value)
        session.add(batch)
        session.flush()
        return batch.id

    return _write(session, checked, key, claim, actor)


def _write(session: Session, checked: Checked, key: str, claim: Callable[[], int], actor: Actor) -> ImportBatch:
    """`claim` is the first statement that touches the books, so that no reader has to turn into a writer."""
    _check_may_import(session)
    staged = Staged(begin_staging(session), checked.kind, checked.columns)
    staged.fill(checked.values())
    try:
        batch_id = claim()
        count = staged.copy_over(batch_id, actor)
    except IntegrityError as error:
        session.rollback()
        earlier = find_by_key(session, key)
        if earlier is not None:
            raise InvalidInput("already_imported", field="file", batch=earlier) from error
        raise InvalidInput("changed_meanwhile", field="code") from error
    batch = get_import(session, batch_id)
    batch.imported_count = count
    changes = {"rows": [None, count], "sha256": [None, batch.sha256]}
    record(session, "import", object_type=batch.kind.value, object_id=batch.id, label=batch.original_name,
           changes=changes)  # fmt: skip
    session.flush()
    return batch


def _end_values(report: Report) -> dict[str, Any]:
    return {
        "status": S.IMPORTED,
        "row_count": report.rows,
        "error_count": 0,
        "warning_count": len(report.warnings) + report.warnings.left_out,
        "finished_at": clock.now(),
    }


def _key(kind: ImportKind, sha256: str) -> str:
    return f"{kind.value}:{sha256}"


def _check_may_import(session: Session) -> None:
    """An import writes rows of every area, so only those who see everything may run one."""
    if bound_scope(session).kind is not ScopeKind.EVERYTHING:
        raise OutOfScope(table="import_batches")


def _move(
    session: Session, batch: ImportBatch, to: ImportStatus, *, among: Sequence[ImportStatus], **values: Any
) -> None:
    """One conditional update: of two who move a batch, one succeeds."""
    before = batch.status
    moved = session.execute(
        update(ImportBatch)
        .where(ImportBatch.id == batch.id, ImportBatch.status.in_(among))
        .values(status=to, **values)
        .execution_options(synchronize_session=False)
    )
    session.expire(batch)
    if rows_written(moved) != 1:
        raise IllegalMove(from_status=before.value, to_status=to.value)
    changes = {"status": [before.value, to.value]}
    record(session, "update", object_type="import_batches", object_id=batch.id, label=batch.original_name,
           changes=changes)  # fmt: skip


def _finding_rows(batch_id: int, notes: Iterable[Note], is_warning: bool) -> Iterable[dict[str, Any]]:
    for note in notes:
        yield {"batch_id": batch_id, "is_warning": is_warning, "rule": note.rule, "row_number": note.row,
               "note": values_of_note(note)}  # fmt: skip


def _summary(report: Report) -> dict[str, Any]:
    """Counts by rule, and where the table lies in the file."""
    return {
        "errors": count_rules(report.errors),
        "warnings": count_rules(report.warnings),
        "left_out": report.errors.left_out + report.warnings.left_out,
        "layout": values_of_layout(report.layout),
        "error_rows": len(report.error_rows()),
    }
