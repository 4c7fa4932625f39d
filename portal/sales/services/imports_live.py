"""Staged rows into the report: one short transaction of a few statements, whatever their number."""

# ruff: noqa: S608  (statements are made of the names of columns and tables in this house; values are bound)

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, Date, bindparam, insert, select, text
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.audit.recorder import record
from portal.errors import InvalidInput
from portal.network.models import Distributor
from portal.periods import format_month
from portal.sales.models import MonthlyReport, ReportLine, SalesBatch
from portal.sales.queries.lines import places_of_month
from portal.sales.queries.reports import find_report
from portal.sales.services.imports_details import STAGED_DETAIL
from portal.sales.services.imports_lines import STAGED_LINE
from portal.sales.services.reports import begin_writing, blank_report
from portal.sales.services.rollups import resum

SORTED_ROWS = 100_000
_OWNER = ("report_id", "month", "distributor_id", "batch_id")
_TYPES: dict[str, Any] = {
    "report": BigInteger(),
    "batch": BigInteger(),
    "distributor": BigInteger(),
    "month": Date(),
    "first": BigInteger(),
    "after": BigInteger(),
}
# What the file says of a line; its place is what it is found by.
_SET = ", ".join(
    f"{name} = excluded.{name}" for name in (*STAGED_LINE, "batch_id") if name not in ("outlet_id", "model_id")
)


@dataclass(frozen=True, slots=True)
class Brought:
    """How many lines and details came, how many details went for them, how many lines were only opened."""

    lines: int
    details: int
    replaced: int
    opened: int


def bring_rows(
    session: Session, batch: SalesBatch, *, header: dict[str, Any], actor: User | None, replaces: bool
) -> Brought:
    """Write the staged rows of the batch into the report of its month, which stays a draft.

    Lines are found by outlet and model and written over; those that the file does not name stay as they are. A detail
    takes the place of the report's one of the same serial; with `replaces` the file's details take the place of all.
    Raises PeriodClosed, IllegalMove, GuardFailed, InvalidInput (`changed_meanwhile`).
    """
    _check_places(session, batch)
    distributor = session.scalars(select(Distributor).where(Distributor.id == batch.distributor_id)).one()
    report = find_report(session, batch.distributor_id, batch.month)
    is_new = report is None
    report = report or blank_report(session, distributor, batch.month, actor=actor)
    begin_writing(session, report, actor=actor, version=report.version)
    values = {"report": report.id, "batch": batch.id, "distributor": report.distributor_id, "month": report.month}
    lines = _bring_lines(session, values)
    replaced = _clear_details(session, values, replaces=replaces)
    details = _bring_details(session, values)
    is_whole = lines == batch.summary.get("places")
    opened = _fill_up(session, values) if is_new and not is_whole else 0
    _write_header(report, header)
    session.flush()
    session.expire(report, ["lines"])
    resum(session, report.month, report.distributor_id)
    brought = Brought(lines, details, replaced, opened)
    _record(session, report, batch, brought)
    return brought


def _bring_lines(session: Session, values: dict[str, Any]) -> int:
    columns = ", ".join((*_OWNER, *STAGED_LINE))
    chosen = f"SELECT :report, :month, :distributor, :batch, {', '.join(STAGED_LINE)} FROM sales_staged_lines"
    head, rows = f"INSERT INTO report_lines ({columns}) {chosen}", "batch_id = :batch AND outlet_id IS"
    own = _run(
        session,
        f"{head} WHERE {rows} NULL ORDER BY model_id ON CONFLICT (report_id, model_id) WHERE outlet_id IS NULL "
        f"DO UPDATE SET {_SET}",
        values,
    )
    outlets = _run(
        session,
        f"{head} WHERE {rows} NOT NULL ORDER BY outlet_id, model_id "
        f"ON CONFLICT (report_id, outlet_id, model_id) DO UPDATE SET {_SET}",
        values,
    )
    return own + outlets


def _clear_details(session: Session, values: dict[str, Any], *, replaces: bool) -> int:
    """What the file's details take the place of."""
    if _run(session, "SELECT 1 FROM sales_staged_details WHERE batch_id = :batch LIMIT 1", values) == 0:
        return 0
    if _run(session, "SELECT 1 FROM sales_details WHERE report_id = :report LIMIT 1", values) == 0:
        return 0
    if replaces:
        return _run(session, "DELETE FROM sales_details WHERE report_id = :report", values)
    sold, taken_back = (
        f"(units {sign} 0 AND serial IN (SELECT serial FROM sales_staged_details "
        f"WHERE batch_id = :batch AND serial <> '' AND units {sign} 0))"
        for sign in (">", "<")
    )
    return _run(session, f"DELETE FROM sales_details WHERE report_id = :report AND ({sold} OR {taken_back})", values)


def _bring_details(session: Session, values: dict[str, Any]) -> int:
    """In the order of the serials, slice by slice: an index that grows at its end grows three times as fast, and SQLite
    sorts in memory."""
    columns = ", ".join((*_OWNER, *STAGED_DETAIL))
    last = _run(session, "SELECT max(row_number) FROM sales_staged_details WHERE batch_id = :batch", values)
    return sum(
        _run(
            session,
            f"INSERT INTO sales_details ({columns}) SELECT :report, :month, :distributor, :batch, "
            f"{', '.join(STAGED_DETAIL)} FROM sales_staged_details WHERE batch_id = :batch "
            "AND row_number >= :first AND row_number < :after ORDER BY serial",
            {**values, "first": first, "after": first + SORTED_ROWS},
        )
        for first in range(0, last + 1, SORTED_ROWS)
    )


def _fill_up(session: Session, values: dict[str, Any]) -> int:
    """Places that the file does not name get the line that an opened report has. Returns how many."""
    places = places_of_month(session, values["distributor"], values["month"])
    known = session.connection().exec_driver_sql(
        f"SELECT outlet_id, model_id FROM report_lines WHERE report_id = {values['report']:d}"
    )
    missing = places.keys() - {(outlet, model) for outlet, model in known}
    owner = {"report_id": values["report"], "month": values["month"], "distributor_id": values["distributor"]}
    rows = [
        {**owner, "outlet_id": outlet, "model_id": model, "opening_stock": places[outlet, model],
         "closing_stock": places[outlet, model]}
        for outlet, model in places if (outlet, model) in missing
    ]  # fmt: skip
    if rows:
        session.execute(insert(ReportLine), rows)
    return len(rows)


def _check_places(session: Session, batch: SalesBatch) -> None:
    """While the rows waited, an outlet may have gone to somebody else, or a model from the catalogue."""
    values = {"batch": batch.id, "distributor": batch.distributor_id}
    for table in ("sales_staged_lines", "sales_staged_details"):
        strange = (
            f"SELECT 1 FROM (SELECT DISTINCT outlet_id, model_id FROM {table} WHERE batch_id = :batch) s "
            "WHERE (s.outlet_id IS NOT NULL AND NOT EXISTS "
            "(SELECT 1 FROM outlets o WHERE o.id = s.outlet_id AND o.distributor_id = :distributor)) "
            "OR NOT EXISTS (SELECT 1 FROM product_models m WHERE m.id = s.model_id) LIMIT 1"
        )
        if _run(session, strange, values):
            raise InvalidInput("changed_meanwhile", field="file")


def _write_header(report: MonthlyReport, header: dict[str, Any]) -> None:
    """What stands above the lists; what the file leaves empty stays."""
    if header.get("as_of_on"):
        report.as_of_on = date.fromisoformat(str(header["as_of_on"]))
    report.reporter = header.get("reporter") or report.reporter
    report.phone = header.get("phone") or report.phone


def _record(session: Session, report: MonthlyReport, batch: SalesBatch, brought: Brought) -> None:
    changes: dict[str, Any] = {"lines": [None, brought.lines], "details": [None, brought.details],
                               "sha256": [None, batch.sha256], "batch_id": [None, batch.id]}  # fmt: skip
    if brought.replaced:
        changes["details_replaced"] = [None, brought.replaced]
    if brought.opened:
        changes["lines_opened"] = [None, brought.opened]
    label = f"{report.distributor.code} {format_month(report.month)}"
    record(session, "import", object_type="monthly_reports", object_id=report.id, label=label, changes=changes)


def _run(session: Session, statement: str, values: dict[str, Any]) -> int:
    """Rows written; of a question its answer, 0 where there is none."""
    used = {name: value for name, value in values.items() if f":{name}" in statement}
    bound = text(statement).bindparams(*(bindparam(name, type_=_TYPES[name]) for name in used))
    result: Any = session.execute(bound, used)
    return int(result.scalar() or 0) if result.returns_rows else int(result.rowcount)
