"""Reads of the audit. Its permission is head office's; entries belong to no distributor and are not scoped by row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, String, cast, or_, select
from sqlalchemy.orm import Session

from portal.audit.models import AuditEntry
from portal.audit.rules import first_break
from portal.clock import BUSINESS_ZONE
from portal.errors import NotFound
from portal.tables import Count, ListState, Page, capped_count, keyset_page

EXPORT_LIMIT = 100_000
ONE_DAY = timedelta(days=1)


def broken_entry(session: Session) -> int | None:
    """The id of the first entry whose chain is broken, or None where the audit is whole."""
    statement = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=2000)
    with closing(session.scalars(statement)) as entries:  # a break ends the reading in the middle
        return first_break((e.id, e.previous_hash, e.hash, e.content()) for e in entries)


def get_entry(session: Session, entry_id: int) -> AuditEntry:
    """The entry; raises NotFound."""
    entry = session.get(AuditEntry, entry_id)
    if entry is None:
        raise NotFound()
    return entry


def list_entries(session: Session, state: ListState) -> tuple[Page, Count]:
    """One page of the entries that the filters leave, and how many there are."""
    statement = _filtered(state)
    return keyset_page(session, statement, state.order(), state.cursor, state.size), capped_count(session, statement)


def iterate_entries(session: Session, state: ListState) -> Iterator[AuditEntry]:
    """The entries that the filters leave, in the list's order, up to EXPORT_LIMIT."""
    order = AuditEntry.id.desc() if state.is_descending else AuditEntry.id.asc()
    statement = _filtered(state).order_by(order).limit(EXPORT_LIMIT)
    yield from session.scalars(statement.execution_options(yield_per=1000))


def entries_of(session: Session, object_type: str, object_id: object, *, limit: int = 50) -> list[AuditEntry]:
    """What happened to one object, newest first: the raw material of its timeline."""
    return list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.object_type == object_type, AuditEntry.object_id == str(object_id))
            .order_by(AuditEntry.id.desc())
            .limit(limit)
        )
    )


def _filtered(state: ListState) -> Select[AuditEntry]:
    statement = select(AuditEntry)
    if state.text:
        statement = statement.where(_has_text(state.text))
    if actions := state.chosen("action"):
        statement = statement.where(AuditEntry.action.in_(actions))
    if types := state.chosen("type"):
        statement = statement.where(AuditEntry.object_type.in_(types))
    if number := state.chosen_one("object"):
        statement = statement.where(AuditEntry.object_id == number)
    if actor := state.chosen_one("actor"):
        statement = statement.where(AuditEntry.actor_id == int(actor))
    if start := _midnight(state.chosen_one("from")):
        statement = statement.where(AuditEntry.at >= start)
    if end := _midnight(state.chosen_one("to")):
        statement = statement.where(AuditEntry.at < end + ONE_DAY)
    return statement


def _has_text(text: str) -> ColumnElement[bool]:
    """Whether the person, the object, the request or a changed value holds the text.

    Changes are stored as JSON, in which whatever is not ASCII is escaped: so is the text that is looked for.
    """
    escaped = json.dumps(text)[1:-1]
    return or_(
        AuditEntry.object_label.icontains(text, autoescape=True),
        AuditEntry.actor_name.icontains(text, autoescape=True),
        AuditEntry.request_id == text,
        cast(AuditEntry.changes, String).icontains(escaped, autoescape=True),
    )


def _midnight(day: str | None) -> datetime | None:
    """The beginning of a business day; None where the text names no day."""
    try:
        return datetime.combine(date.fromisoformat(day or ""), time(), BUSINESS_ZONE)
    except ValueError:
        return None
