"""Reads of uploads, in the reader's scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.network.models import Distributor
from portal.paging import Count, Page, SortKey
from portal.sales.models import MonthlyReport, SalesBatch, SalesDetail, SalesFinding
from portal.spreadsheets import Note, stored
from portal.spreadsheets.books import BookReport
from portal.tables import ListState, capped_count, keyset_page


def list_batches(session: Session, state: ListState) -> tuple[Page, Count]:
    """One page of the files that were handed in, with their distributors, and how many there are."""
    statement: Select[*tuple[Any, ...]] = select(SalesBatch, Distributor.code, Distributor.name).join(
        Distributor, Distributor.id == SalesBatch.distributor_id
    )
    statuses = state.chosen("status")
    if statuses:
        statement = statement.where(SalesBatch.status.in_(statuses))
    if state.text:
        statement = statement.where(SalesBatch.original_name.icontains(state.text, autoescape=True))
    page = keyset_page(session, statement, state.order(SalesBatch.id), state.cursor, state.size)
    return page, capped_count(session, statement)


def get_batch(session: Session, batch_id: int) -> SalesBatch:
    """The upload of that number. Raises NotFound."""
    batch = session.scalar(select(SalesBatch).where(SalesBatch.id == batch_id))
    if batch is None:
        raise NotFound(batch_id=batch_id)
    return batch


def find_by_key(session: Session, key: str) -> SalesBatch | None:
    """The upload that has brought the file of this key."""
    return session.scalar(select(SalesBatch).where(SalesBatch.imported_key == key))


def batches_of_month(session: Session, distributor_id: int, month: date) -> Sequence[SalesBatch]:
    """The uploads for a report, newest first."""
    statement = select(SalesBatch).where(SalesBatch.distributor_id == distributor_id, SalesBatch.month == month)
    return session.scalars(statement.order_by(SalesBatch.id.desc())).all()


def has_details(session: Session, report: MonthlyReport) -> bool:
    """Whether the report has sales one by one."""
    return session.scalar(select(SalesDetail.id).where(SalesDetail.report_id == report.id).limit(1)) is not None


def list_findings(session: Session, batch: SalesBatch, state: ListState) -> tuple[Page, Count]:
    """One page of an upload's findings in the order of severity, sheet and row; filtered by `severity` and `rule`."""
    statement = _findings(batch)
    severities, rules = state.chosen("severity"), state.chosen("rule")
    if severities:
        statement = statement.where(SalesFinding.is_warning.in_([value == "warning" for value in severities]))
    if rules:
        statement = statement.where(SalesFinding.rule.in_(rules))
    order = [SortKey(SalesFinding.position)]
    return keyset_page(session, statement, order, state.cursor, state.size), capped_count(session, statement)


def report_on(session: Session, batch: SalesBatch, parts: Sequence[str], messages: Any) -> BookReport:
    """The whole report again, in no language yet."""
    findings = session.scalars(_findings(batch).order_by(SalesFinding.position))
    return report_with(batch, findings, parts, messages)


def report_with(batch: SalesBatch, findings: Any, parts: Sequence[str], messages: Any) -> BookReport:
    """A report on the batch with only these findings."""
    report = BookReport(parts, messages)
    for part, layout in batch.summary.get("layouts", {}).items():
        report.parts[part].layout = stored.layout_of(layout)
        report.parts[part].rows = batch.summary.get("rows", {}).get(part, 0)
    for finding in findings:
        mine = report.parts.get(finding.sheet, report.whole)
        (mine.warnings if finding.is_warning else mine.errors).append(note_of(finding))
    report.imported = batch.imported_count
    return report


def note_of(finding: SalesFinding) -> Note:
    """The finding as the spreadsheets room writes sentences of."""
    return stored.note_of(finding.rule, finding.row_number, finding.note)


def _findings(batch: SalesBatch) -> Select[SalesFinding]:
    return select(SalesFinding).where(SalesFinding.batch_id == batch.id)
