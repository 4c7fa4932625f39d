"""Whom a published version addresses, put down set-wise; and who has acknowledged it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, literal, null, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.audit.recorder import record
from portal.db import rows_written
from portal.network.models import Distributor, Outlet
from portal.rebates.models import PolicyAddressee, PolicyVersion
from portal.rebates.queries.known import policy_of
from portal.rebates.queries.parties import distributors_addressed, outlets_addressed
from portal.rebates.rules.words import PartyKind
from portal.scope import scope_of_system

_COLUMNS = ("version_id", "distributor_id", "outlet_id", "addressed_on")


def refresh_addressees(session: Session, version: PolicyVersion) -> int:
    """Add whoever the version addresses and does not stand there yet; outlets follow their distributor. How many."""
    session.flush()
    policy, today = policy_of(version), literal(clock.today())
    # The whole network, whoever acts: the version's scope decides.
    with scope_of_system(session):
        if policy.party is PartyKind.OUTLET:
            rows: Any = select(literal(version.id), Outlet.distributor_id, Outlet.id, today).where(
                *outlets_addressed(policy.scope, policy.effective_from)
            )
            _follow(session, version.id)
        else:
            rows = select(literal(version.id), Distributor.id, null(), today).where(
                *distributors_addressed(policy.scope, policy.effective_from)
            )
        before = _count(session, version.id)
        session.execute(_insert(session).from_select(_COLUMNS, rows).on_conflict_do_nothing())
        added = _count(session, version.id) - before
    if added:
        label = f"{version.policy.code} v{version.number}"
        changes = {"number": [None, added]}
        record(session, "create", object_type="policy_addressees", object_id=version.id, label=label, changes=changes)
    return added


def acknowledge(
    session: Session, addressee: PolicyAddressee, *, actor: User | None, on: date | None = None
) -> PolicyAddressee:
    """The party has taken note of the version. A second time changes nothing."""
    _acknowledge(session, [PolicyAddressee.id == addressee.id], addressee.policy_version, actor=actor, on=on)
    session.refresh(addressee)
    return addressee


def acknowledge_all(
    session: Session, version: PolicyVersion, *, distributor_id: int, actor: User | None, on: date | None = None
) -> int:
    """The distributor takes note for itself and all its outlets that the version addresses. How many are new."""
    conditions = [PolicyAddressee.version_id == version.id, PolicyAddressee.distributor_id == distributor_id]
    return _acknowledge(session, conditions, version, actor=actor, on=on)


def _acknowledge(
    session: Session, conditions: list[Any], version: PolicyVersion, *, actor: User | None, on: date | None
) -> int:
    """One conditional UPDATE, in the actor's scope: of two at once, one counts."""
    session.flush()
    written = session.execute(
        update(PolicyAddressee)
        .where(*conditions, PolicyAddressee.acknowledged_on.is_(None))
        .values(
            acknowledged_on=on or clock.today(),
            acknowledged_at=clock.now(),
            acknowledged_by_id=actor.id if actor else None,
            acknowledged_by_name=actor.name if actor else "",
        )
        .execution_options(synchronize_session=False)
    )
    count = rows_written(written)
    if count:
        label = f"{version.policy.code} v{version.number}"
        changes = {"number": [None, count]}
        record(
            session, "acknowledge", object_type="policy_versions", object_id=version.id, label=label, changes=changes
        )
    return count


def _count(session: Session, version_id: int) -> int:
    wanted = select(func.count(PolicyAddressee.id)).where(PolicyAddressee.version_id == version_id)
    return session.scalar(wanted) or 0


def _insert(session: Session) -> Any:
    """Both databases leave out a row that stands there already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(PolicyAddressee)


def _follow(session: Session, version_id: int) -> None:
    """An outlet that changed hands is addressed through its distributor of today."""
    owner = select(Outlet.distributor_id).where(Outlet.id == PolicyAddressee.outlet_id).scalar_subquery()
    session.execute(
        update(PolicyAddressee)
        .where(
            PolicyAddressee.version_id == version_id,
            PolicyAddressee.outlet_id.is_not(None),
            PolicyAddressee.distributor_id != owner,
        )
        .values(distributor_id=owner)
        .execution_options(synchronize_session=False)
    )
