"""Reads of imports. They belong to head office as a whole: whoever may run imports sees all of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.network.models import Distributor, ImportBatch, ImportFinding, ImportKind, Outlet
from portal.network.queries.parties import Rows
from portal.paging import Count, Page, SortKey
from portal.spreadsheets import Layout, Note, Report, stored
from portal.tables import ListState, capped_count, keyset_page


def list_imports(session: Session, state: ListState) -> tuple[Page, Count]:
    """One page of imports, and how many there are."""
    statement = select(ImportBatch)
    kinds, statuses = state.chosen("kind"), state.chosen("status")
    if kinds:
        statement = statement.where(ImportBatch.kind.in_(kinds))
    if statuses:
        statement = statement.where(ImportBatch.status.in_(statuses))
    if state.text:
        statement = statement.where(ImportBatch.original_name.icontains(state.text, autoescape=True))
    page = keyset_page(session, statement, state.order(ImportBatch.id), state.cursor, state.size)
    return page, capped_count(session, statement)


def get_import(session: Session, batch_id: int) -> ImportBatch:
    """The import of that number. Raises NotFound."""
    batch = session.scalar(select(ImportBatch).where(ImportBatch.id == batch_id))
    if batch is None:
        raise NotFound(batch_id=batch_id)
    return batch


def find_by_key(session: Session, key: str) -> ImportBatch | None:
    """The import that has put the file of this key into the books."""
    return session.scalar(select(ImportBatch).where(ImportBatch.imported_key == key))


def list_findings(session: Session, batch: ImportBatch, state: ListState) -> tuple[Page, Count]:
    """One page of an import's findings in the order of severity and row, filtered by `severity` and `rule`."""
    statement = _findings(batch)
    severities, rules = state.chosen("severity"), state.chosen("rule")
    if severities:
        statement = statement.where(ImportFinding.is_warning.in_([value == "warning" for value in severities]))
    if rules:
        statement = statement.where(ImportFinding.rule.in_(rules))
    order = [SortKey(ImportFinding.position)]
    return keyset_page(session, statement, order, state.cursor, state.size), capped_count(session, statement)


def list_imported(session: Session, batch: ImportBatch, state: ListState) -> tuple[Page, Count]:
    """One page of the distributors or outlets that an import has brought, and how many there are."""
    model = Outlet if batch.kind is ImportKind.OUTLETS else Distributor
    columns = (model.id, model.code, model.name, model.province_code, model.prefecture_code, model.county_code)
    statement: Rows = select(*columns).where(model.import_batch_id == batch.id)
    return keyset_page(session, statement, state.order(model.id), state.cursor, state.size), capped_count(
        session, statement
    )


def report_on(session: Session, batch: ImportBatch, messages: Any) -> Report:
    """The whole report again, in no language yet."""
    report = Report(messages)
    report.rows, report.imported = batch.row_count, batch.imported_count
    report.layout = layout_of(batch)
    for finding in session.scalars(_findings(batch).order_by(ImportFinding.position)):
        (report.warnings if finding.is_warning else report.errors).append(note_of(finding))
    return report


def note_of(finding: ImportFinding) -> Note:
    """The finding as the spreadsheets room writes sentences of."""
    return stored.note_of(finding.rule, finding.row_number, finding.note)


def layout_of(batch: ImportBatch) -> Layout | None:
    """Where the table lies in the file; None where it could not be read."""
    return stored.layout_of(batch.summary.get("layout"))


def _findings(batch: ImportBatch) -> Select[ImportFinding]:
    return select(ImportFinding).where(ImportFinding.batch_id == batch.id)
