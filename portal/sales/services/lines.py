"""Stores the lines of a report: set by set, with one entry in the audit for each save."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from portal.audit.recorder import record
from portal.periods import format_month
from portal.sales.errors import LinesRefused
from portal.sales.models import MonthlyReport, ReportLine
from portal.sales.queries.lines import LINE_FIELDS, facts_of_lines, places_of_month
from portal.sales.rules.stock import LineError, LineFacts, Place, repeated_places, value_errors

# Up to so many changed values stand in the audit one by one, beyond it their sums.
MAX_AUDITED_VALUES = 2000
MAX_REASON = 500


@dataclass(frozen=True)
class SavedLines:
    """How many lines a save has added, changed, removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


def check_lines(session: Session, report: MonthlyReport, rows: Sequence[LineFacts]) -> None:
    """Every place belongs to this report and stands in it once, no figure is impossible; raises LinesRefused."""
    errors = [error for row in rows for error in value_errors(row)]
    errors += place_errors(session, report, (row.place for row in rows))
    errors += [LineError(outlet, model, "model_id", "line_repeated") for outlet, model in repeated_places(rows)]
    if errors:
        raise LinesRefused(errors)


def place_errors(session: Session, report: MonthlyReport, places: Iterable[Place]) -> list[LineError]:
    """Places that are not the distributor's in this month: a foreign or closed outlet, a model that is not sold."""
    allowed = places_of_month(session, report.distributor_id, report.month)
    outlets, models = {outlet for outlet, _ in allowed} | {None}, {model for _, model in allowed}
    errors = []
    for outlet, model in dict.fromkeys(places):
        if (outlet, model) in allowed:
            continue
        if outlet not in outlets:
            errors.append(LineError(outlet, model, "outlet_id", "outlet_not_in_month", outlet))
        elif model not in models:
            errors.append(LineError(outlet, model, "model_id", "model_not_in_month", model))
        # Left-over stock of an ended model or outlet has its one place, no others.
        else:
            errors.append(LineError(outlet, model, "model_id", "place_not_in_month", model))
    return errors


def prefill_lines(session: Session, report: MonthlyReport) -> int:
    """A line for each place of the month, opened with the last closing stock. Returns how many."""
    places = places_of_month(session, report.distributor_id, report.month)
    rows = [
        LineFacts(outlet_id=outlet, model_id=model, opening_stock=opening, closing_stock=opening)
        for (outlet, model), opening in places.items()
    ]
    return store_lines(session, report, rows).added


def store_lines(
    session: Session, report: MonthlyReport, rows: Sequence[LineFacts], *, replaces: bool = False
) -> SavedLines:
    """Add and change lines by their place (with `replaces`, remove the others); the rows have been checked."""
    before = facts_of_lines(session, report)
    ids = {facts.place: line_id for line_id, facts in before.items()}
    rows = [replace(row, reason=row.reason.strip()[:MAX_REASON]) for row in rows]
    added = [row for row in rows if row.place not in ids]
    changed = {ids[row.place]: row for row in rows if row.place in ids and before[ids[row.place]] != row}
    kept = {row.place for row in rows}
    removed = [line_id for place, line_id in ids.items() if place not in kept] if replaces else []
    _write(session, report, added, changed, removed)
    _audit(session, report, before, added, changed, removed)
    _forget(session, report, [*changed, *removed])
    return SavedLines(len(added), len(changed), len(removed))


def _write(
    session: Session,
    report: MonthlyReport,
    added: Sequence[LineFacts],
    changed: dict[int, LineFacts],
    removed: Sequence[int],
) -> None:
    owner = {"report_id": report.id, "month": report.month, "distributor_id": report.distributor_id}
    if added:
        session.execute(insert(ReportLine), [owner | asdict(row) for row in added])
    if changed:
        session.execute(update(ReportLine), [{"id": line_id, **_values(row)} for line_id, row in changed.items()])
    if removed:
        statement = delete(ReportLine).where(ReportLine.id.in_(removed), ReportLine.report_id == report.id)
        session.execute(statement.execution_options(synchronize_session=False))


def _values(row: LineFacts) -> dict[str, Any]:
    return {name: getattr(row, name) for name in LINE_FIELDS}


def _audit(
    session: Session,
    report: MonthlyReport,
    before: dict[int, LineFacts],
    added: Sequence[LineFacts],
    changed: dict[int, LineFacts],
    removed: Sequence[int],
) -> None:
    pairs: list[tuple[LineFacts | None, LineFacts | None]] = [
        *((None, row) for row in added),
        *((before[line_id], row) for line_id, row in changed.items()),
        *((before[line_id], None) for line_id in removed),
    ]
    if not pairs:
        return
    changes = {}
    for old, new in pairs:
        outlet, model = (new or old).place  # type: ignore[union-attr]
        for field in LINE_FIELDS:
            values = [getattr(each, field) if each else None for each in (old, new)]
            if values[0] != values[1] and any(values):
                changes[f"{outlet or '-'}/{model} {field}"] = values
    if len(changes) > MAX_AUDITED_VALUES:
        changes = _summary(before, added, changed, removed)
    label = f"{report.distributor.code} {format_month(report.month)}"
    record(session, "update", object_type="report_lines", object_id=report.id, label=label, changes=changes)


def _summary(
    before: dict[int, LineFacts], added: Sequence[LineFacts], changed: dict[int, LineFacts], removed: Sequence[int]
) -> dict[str, Any]:
    gone = {*removed, *changed}
    after = [*(row for line_id, row in before.items() if line_id not in gone), *changed.values(), *added]
    found: dict[str, Any] = {"lines": [len(before), len(after)]}
    for field in ("sell_in", "sell_through", "retail", "closing_stock", "amount_fen"):
        found[field] = [sum(getattr(row, field) for row in rows) for rows in (before.values(), after)]
    return found


def _forget(session: Session, report: MonthlyReport, line_ids: Sequence[int]) -> None:
    """Objects of these lines that are in memory are read anew when they are asked for."""
    session.expire(report, ["lines"])
    for line_id in line_ids:
        line = session.identity_map.get(session.identity_key(ReportLine, line_id))
        if line is not None:
            session.expire(line)
