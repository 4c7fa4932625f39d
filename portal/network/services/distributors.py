"""Verbs on distributors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Unpack

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import clock
from portal.errors import IllegalMove, InvalidInput
from portal.network.models import Distributor, LifeEvent, Outlet
from portal.network.rules import (
    DISTRIBUTOR_MOVES,
    GONE,
    DistributorStatus,
    DistributorTier,
    OperatingMode,
    Step,
    check_distributor_move,
    check_event_day,
    check_history,
    first_day,
)
from portal.network.services.life import (
    Actor,
    add_event,
    add_history,
    check_reason,
    check_version,
    flush_or_stale,
    last_event_on,
)
from portal.network.services.parties import (
    PLACE_FIELDS,
    PlaceFacts,
    apply_changes,
    check_code,
    check_credit_code,
    check_name,
    settle,
    tidy_code,
)
from portal.network.services.territories import end_territories_of
from portal.network.signals import distributor_moved


class DistributorFacts(PlaceFacts, total=False):
    """What is known of a distributor besides its code, status and life."""

    name: str
    name_en: str
    tier: DistributorTier
    operating_mode: OperatingMode
    parent_id: int | None
    credit_code: str
    legal_representative: str


FACTS = frozenset(DistributorFacts.__optional_keys__ | PlaceFacts.__optional_keys__) - set(PLACE_FIELDS)


def create_distributor(
    session: Session, *, actor: Actor, code: str, history: Sequence[Step] = (), **facts: Unpack[DistributorFacts]
) -> Distributor:
    """A new distributor: active from today, or with the life that `history` tells.

    Raises InvalidInput naming the field, IllegalMove for an impossible history.
    """
    today, code = clock.today(), tidy_code(code)
    steps = list(history) or [Step(DistributorStatus.ACTIVE, today)]
    check_code(session, Distributor, code)
    check_name(facts.get("name", ""))
    check_history(steps, DISTRIBUTOR_MOVES, today=today)
    at = clock.now()
    distributor = Distributor(
        code=code, name=facts["name"], status=steps[-1].status, created_at=at, updated_at=at, **_milestones(steps)
    )
    _write_facts(session, distributor, facts)
    session.add(distributor)
    session.flush()
    add_history(session, distributor, steps, actor=actor)
    session.flush()
    return distributor


def edit_distributor(
    session: Session, distributor: Distributor, *, version: int | None = None, **changes: Unpack[DistributorFacts]
) -> Distributor:
    """Change facts; whatever is not named stays. Raises InvalidInput, StaleVersion."""
    check_version(distributor, version)
    if "name" in changes:
        check_name(changes["name"])
    _write_facts(session, distributor, changes)
    if session.is_modified(distributor):
        distributor.updated_at = clock.now()
    flush_or_stale(session, distributor)
    return distributor


def move_distributor(
    session: Session,
    distributor: Distributor,
    to: DistributorStatus,
    *,
    on: date,
    reason: str,
    actor: Actor,
    version: int | None = None,
) -> LifeEvent:
    """Suspend, exit or take back a distributor. It exits after its outlets, and its territories end with it.

    Raises IllegalMove, InvalidInput, StaleVersion.
    """
    check_version(distributor, version)
    check_distributor_move(distributor.status, to)
    check_event_day(on, last_on=last_event_on(session, distributor), today=clock.today())
    check_reason(reason)
    if to is DistributorStatus.EXITED:
        _check_outlets_closed(session, distributor)
        end_territories_of(session, distributor.id, last_day=on)
        distributor.exited_on = on
    before, distributor.status = distributor.status.value, to
    distributor.updated_at = clock.now()
    event = add_event(session, distributor, Step(to, on, reason), before=before, actor=actor)
    flush_or_stale(session, distributor)
    distributor_moved.send(distributor, session=session, event=event)
    return event


def _check_outlets_closed(session: Session, distributor: Distributor) -> None:
    living = session.scalar(
        select(func.count(Outlet.id)).where(Outlet.distributor_id == distributor.id, Outlet.status.not_in(GONE))
    )
    if living:
        raise IllegalMove("distributor_has_outlets", count=living)


def _milestones(steps: Sequence[Step]) -> dict[str, date | None]:
    return {
        "opened_on": first_day(steps, DistributorStatus.ACTIVE),
        "exited_on": first_day(steps, DistributorStatus.EXITED),
    }


def _write_facts(session: Session, distributor: Distributor, facts: DistributorFacts) -> None:
    if "credit_code" in facts:
        facts["credit_code"] = tidy_code(facts["credit_code"]).upper()
        check_credit_code(facts["credit_code"])
    if facts.get("parent_id") is not None:
        _check_parent(session, distributor, facts["parent_id"])
    settle(session, distributor, facts)
    apply_changes(distributor, {k: v for k, v in facts.items() if k not in PLACE_FIELDS}, allowed=FACTS)


def _check_parent(session: Session, distributor: Distributor, parent_id: int | None) -> None:
    """No distributor stands above itself, over any number of steps; a parent must be one that the asker sees."""
    seen: set[int] = set()
    while parent_id is not None and parent_id not in seen:
        seen.add(parent_id)
        parent = session.scalar(select(Distributor).where(Distributor.id == parent_id))
        if parent is None:
            raise InvalidInput("distributor_unknown", field="parent", value=parent_id)
        if parent.id == distributor.id:
            raise InvalidInput("parent_is_itself", field="parent", value=parent.code)
        parent_id = parent.parent_id
