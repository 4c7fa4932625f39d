"""Writes the audit: listens to the session, gathers old → new at each flush, appends to the chain before the commit.

Bulk statements bypass the unit of work and must call `record` themselves; a test counts writes against entries.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event, inspect, select, text
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction

from portal import clock
from portal.audit.models import AuditEntry
from portal.audit.rules import GENESIS, entry_hash
from portal.db import Base

LOCK_KEY = 7_306_501  # any number of our own, for pg_advisory_xact_lock
MASKED = "•••"


def set_actor(session: Session, *, actor_id: int | None, name: str, request_id: str = "") -> None:
    """Who the next changes of this session are put down to."""
    session.info["actor"] = {"actor_id": actor_id, "actor_name": name, "request_id": request_id}


def record(
    session: Session,
    action: str,
    *,
    object_type: str,
    object_id: object = "",
    label: str = "",
    changes: dict[str, Any] | None = None,
) -> None:
    """Put down something that is not a plain change of a row: a bulk import, a sign-in, an export."""
    session.info.setdefault("audit_pending", []).append(
        {
            "action": action,
            "object_type": object_type,
            "object_id": str(object_id),
            "object_label": label[:200],
            "changes": changes or {},
        }
    )


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str | list | dict):
        return value
    return str(value)


def _changes(row: Base, *, created: bool, deleted: bool) -> dict[str, list[Any]]:
    """Column → [old, new]; a masked pair for columns marked secret or personal."""
    found: dict[str, list[Any]] = {}
    state = inspect(row)
    for attribute in state.mapper.column_attrs:
        column = attribute.columns[0]
        history = state.attrs[attribute.key].history
        if column.primary_key or not (created or deleted or history.has_changes()):
            continue
        now = _plain(getattr(row, attribute.key))
        old = None if created else (_plain(history.deleted[0]) if history.deleted else now)
        new = None if deleted else now
        if column.info.get("keyed"):
            old, new = _changed_keys(old, new, column.info)
        if old == new:
            continue
        if column.info.get("secret"):
            old, new = (MASKED if old is not None else None), (MASKED if new is not None else None)
        found[attribute.key] = [old, new]
    return found


def _changed_keys(old: Any, new: Any, info: dict[str, Any]) -> tuple[Any, Any]:
    """Of a column that keeps many values by key: those that changed, `secret_keys` masked, `noise_keys` left out."""
    before, after = old or {}, new or {}
    keys = [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
    keys = [key for key in keys if key not in info.get("noise_keys", ())]
    hidden = info.get("secret_keys", ())

    def shown(values: dict[str, Any]) -> dict[str, Any]:
        return {key: MASKED if key in hidden and values[key] else values[key] for key in keys if key in values}

    return shown(before) if before else None, shown(after) if after else None


def _label(row: Base) -> str:
    for name in ("code", "email", "name", "name_zh", "title"):
        value = getattr(row, name, None)
        if value:
            return str(value)
    return ""


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _remember_old_values(_model: type[Base], _key: str, attribute: Any) -> None:
    """Load the old value before it is overwritten, also when a commit has expired it."""
    if not attribute.impl.collection and attribute.impl.uses_objects is False:
        attribute.impl.active_history = True


@event.listens_for(Session, "after_flush")
def _gather(session: Session, _context: UOWTransaction) -> None:
    for rows, action in ((session.new, "create"), (session.dirty, "update"), (session.deleted, "delete")):
        for row in rows:
            if not getattr(row, "__audited__", False):
                continue
            changes = _changes(row, created=action == "create", deleted=action == "delete")
            if action == "update" and set(changes) <= {"version", "updated_at"}:
                continue
            identity = inspect(row).identity or inspect(row).mapper.primary_key_from_instance(row)
            record(
                session,
                action,
                object_type=row.__tablename__,
                object_id="/".join(map(str, identity)),
                label=_label(row),
                changes=changes,
            )


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    session.flush()
    pending = session.info.pop("audit_pending", [])
    if not pending:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK_KEY})
    head = session.execute(select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)).first()
    number, previous = (head.id, head.hash) if head else (0, GENESIS)
    actor = session.info.get("actor") or {"actor_id": None, "actor_name": "system", "request_id": ""}
    at = clock.now()
    rows = []
    for entry in pending:
        number += 1
        row = AuditEntry(id=number, at=at, previous_hash=previous, **actor, **entry)
        row.hash = previous = entry_hash(previous, row.content())
        rows.append(row)
    session.add_all(rows)
    session.flush()


# How many entries were pending when a savepoint began. It is asked after the savepoint has ended.
_marks: WeakKeyDictionary[SessionTransaction, int] = WeakKeyDictionary()


@event.listens_for(Session, "after_transaction_create")
def _note_savepoint(session: Session, transaction: SessionTransaction) -> None:
    """A savepoint remembers how much was pending when it began."""
    if transaction.nested:
        _marks[transaction] = len(session.info.get("audit_pending", ()))


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, previous: SessionTransaction) -> None:
    """What was undone leaves no entry: all of it, or what came after the savepoint that was rolled back to."""
    if previous.nested:
        kept = _marks.get(previous, 0)
        del session.info.setdefault("audit_pending", [])[kept:]
    else:
        session.info.pop("audit_pending", None)
