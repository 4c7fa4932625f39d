"""The life of a distributor or outlet: each change of status is one conditional update and one life event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.errors import InvalidInput, StaleVersion
from portal.network.models import Distributor, LifeEvent, Outlet
from portal.network.rules import Step


class Actor(Protocol):
    """Who does it: a user, or the product itself."""

    @property
    def id(self) -> int | None: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class SystemActor:
    """The product at work: an import, the demo, a command."""

    name: str = "system"
    id: int | None = None


def check_version(row: Distributor | Outlet, version: int | None) -> None:
    """Raise StaleVersion where the reader saw another version than the present one (None: did not look)."""
    if version is not None and version != row.version:
        raise StaleVersion(expected=version, actual=row.version)


def check_reason(reason: str) -> None:
    """A move needs a reason."""
    if not reason.strip():
        raise InvalidInput("reason_missing", field="reason", value=reason)


def flush_or_stale(session: Session, row: Distributor | Outlet) -> None:
    """Write the row `WHERE id = … AND version = …`; StaleVersion where somebody was faster."""
    version = row.version
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version, actual=None) from error


def last_event_on(session: Session, party: Distributor | Outlet) -> date | None:
    """The day of the last change of status."""
    day = select(func.max(LifeEvent.happened_on))
    if isinstance(party, Outlet):
        found = session.scalar(day.where(LifeEvent.outlet_id == party.id))
        return found or party.status_on
    return session.scalar(day.where(LifeEvent.distributor_id == party.id, LifeEvent.outlet_id.is_(None)))


def add_event(session: Session, party: Distributor | Outlet, step: Step, *, before: str, actor: Actor) -> LifeEvent:
    """Put one change of status to the file of the party."""
    distributor_id, outlet_id = (party.distributor_id, party.id) if isinstance(party, Outlet) else (party.id, None)
    event = LifeEvent(
        distributor_id=distributor_id,
        outlet_id=outlet_id,
        from_status=before,
        to_status=step.status.value,
        happened_on=step.on,
        reason=step.reason.strip(),
        recorded_at=clock.now(),
        actor_id=actor.id,
        actor_name=actor.name,
    )
    session.add(event)
    return event


def add_history(session: Session, party: Distributor | Outlet, steps: Sequence[Step], *, actor: Actor) -> None:
    """Put a whole life to the file, first status first."""
    before = ""
    for step in steps:
        add_event(session, party, step, before=before, actor=actor)
        before = step.status.value
