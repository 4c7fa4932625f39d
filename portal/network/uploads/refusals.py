"""Why rows that were right did not get into the books after all, as a finding on the whole file."""

from __future__ import annotations

from portal import clock
from portal.errors import InvalidInput
from portal.spreadsheets import Report


def refuse_in_report(report: Report, error: InvalidInput) -> None:
    """Put the error into the report; the rules are `already_imported` and `changed_meanwhile`."""
    batch = error.details.get("batch")
    if batch is None:
        report.error(error.code)
        return
    finished = batch.finished_at or batch.created_at  # type: ignore[attr-defined]
    day = finished.astimezone(clock.BUSINESS_ZONE).date().isoformat()
    report.error(error.code, value=batch.original_name, on=day, batch=batch.id, count=batch.imported_count)  # type: ignore[attr-defined]
