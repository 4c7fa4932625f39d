"""Verbs on outlets: proposed, edited, moved through their life, redeveloped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.errors import InvalidInput
from portal.network.models import Distributor, LifeEvent, Outlet
from portal.network.rules import (
    GONE,
    OUTLET_MOVES,
    DistributorStatus,
    OperatingMode,
    OutletStatus,
    Step,
    StoreClass,
    check_event_day,
    check_history,
    check_outlet_move,
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
    check_name,
    settle,
    tidy_code,
)
from portal.network.signals import outlet_moved


class OutletFacts(PlaceFacts, total=False):
    """What is known of an outlet besides its code, distributor, status and life."""

    name: str
    name_en: str
    operating_mode: OperatingMode
    store_class: StoreClass | None
    floor_area_sqm: int | None
    staff: int | None
    planned_open_on: date | None


FACTS = frozenset(OutletFacts.__optional_keys__ | PlaceFacts.__optional_keys__) - set(PLACE_FIELDS)
# What a redevelopment takes over from the outlet that stood there.
TAKEN_OVER = (
    "name", "name_en", "operating_mode", "store_class", "address", "lng", "lat", "county_code", "city_tier",
)  # fmt: skip


def propose_outlet(
    session: Session,
    *,
    actor: Actor,
    distributor: Distributor,
    code: str,
    history: Sequence[Step] = (),
    predecessor: Outlet | None = None,
    **facts: Unpack[OutletFacts],
) -> Outlet:
    """A new outlet: a candidate from today, or one of an existing network with the life that `history` tells.

    Raises InvalidInput naming the field, IllegalMove for an impossible history.
    """
    today, code = clock.today(), tidy_code(code)
    steps = list(history) or [Step(OutletStatus.CANDIDATE, today)]
    check_code(session, Outlet, code)
    check_name(facts.get("name", ""))
    check_history(steps, OUTLET_MOVES, today=today)
    if distributor.status is DistributorStatus.EXITED and steps[-1].status not in GONE:
        raise InvalidInput("distributor_not_active", field="distributor", value=distributor.code)
    outlet = Outlet(
        code=code,
        name=facts["name"],
        distributor_id=distributor.id,
        predecessor_id=predecessor.id if predecessor else None,
        created_at=clock.now(),
        updated_at=clock.now(),
        **life_columns(steps),
    )
    _write_facts(session, outlet, facts)
    session.add(outlet)
    session.flush()
    add_history(session, outlet, steps, actor=actor)
    session.flush()
    return outlet


def edit_outlet(
    session: Session, outlet: Outlet, *, version: int | None = None, **changes: Unpack[OutletFacts]
) -> Outlet:
    """Change facts; whatever is not named stays. Raises InvalidInput, StaleVersion."""
    check_version(outlet, version)
    if "name" in changes:
        check_name(changes["name"])
    _write_facts(session, outlet, changes)
    if session.is_modified(outlet):
        outlet.updated_at = clock.now()
    flush_or_stale(session, outlet)
    return outlet


def move_outlet(
    session: Session,
    outlet: Outlet,
    to: OutletStatus,
    *,
    on: date,
    reason: str,
    actor: Actor,
    version: int | None = None,
) -> LifeEvent:
    """Move an outlet one step along its life, and tell the rooms above.

    Raises IllegalMove, InvalidInput (day, reason), StaleVersion (also when another move wins the race).
    """
    check_version(outlet, version)
    check_outlet_move(outlet.status, to)
    check_event_day(on, last_on=last_event_on(session, outlet), today=clock.today())
    check_reason(reason)
    before = outlet.status.value
    outlet.status, outlet.status_on, outlet.updated_at = to, on, clock.now()
    if to is OutletStatus.OPEN and outlet.opened_on is None:
        outlet.opened_on = on
    if to is OutletStatus.EXITED:
        outlet.exited_on = on
    event = add_event(session, outlet, Step(to, on, reason), before=before, actor=actor)
    flush_or_stale(session, outlet)
    outlet_moved.send(outlet, session=session, event=event)
    return event


def redevelop_outlet(
    session: Session,
    outlet: Outlet,
    *,
    code: str,
    on: date,
    reason: str,
    actor: Actor,
    version: int | None = None,
    distributor: Distributor | None = None,
    **changes: Unpack[OutletFacts],
) -> Outlet:
    """A new candidate where an outlet has exited; it knows its predecessor and takes over name and place.

    Raises InvalidInput (`not_exited`, `already_redeveloped` while a successor lives), StaleVersion.
    """
    check_version(outlet, version)
    if outlet.status is not OutletStatus.EXITED:
        raise InvalidInput("not_exited", field="code", value=outlet.code)
    successor = session.scalar(
        select(Outlet).where(Outlet.predecessor_id == outlet.id, Outlet.status.not_in(GONE)).order_by(Outlet.id)
    )
    if successor is not None:
        raise InvalidInput("already_redeveloped", field="code", value=successor.code)
    check_event_day(on, last_on=outlet.exited_on, today=clock.today())
    check_reason(reason)
    # Moves the predecessor's version on: of two redevelopments at once, one is refused.
    outlet.updated_at = clock.now()
    flush_or_stale(session, outlet)
    facts: OutletFacts = {name: getattr(outlet, name) for name in TAKEN_OVER} | changes  # type: ignore[assignment]
    return propose_outlet(
        session,
        actor=actor,
        distributor=distributor or outlet.distributor,
        code=code,
        history=[Step(OutletStatus.CANDIDATE, on, reason)],
        predecessor=outlet,
        **facts,
    )


def possible_moves(outlet: Outlet) -> tuple[OutletStatus, ...]:
    """Where the outlet may go from here."""
    return OUTLET_MOVES[outlet.status]


def life_columns(steps: Sequence[Step]) -> dict[str, object]:
    """The columns of an outlet that follow from its life."""
    return {
        "status": steps[-1].status,
        "status_on": steps[-1].on,
        "opened_on": first_day(steps, OutletStatus.OPEN),
        "exited_on": first_day(steps, OutletStatus.EXITED),
    }


def _write_facts(session: Session, outlet: Outlet, facts: OutletFacts) -> None:
    settle(session, outlet, facts)
    apply_changes(outlet, {k: v for k, v in facts.items() if k not in PLACE_FIELDS}, allowed=FACTS)
