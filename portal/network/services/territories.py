"""Verbs on territories: the counties for which a distributor is responsible, from a day to a day.

A county is held by one distributor exclusively, or by several that share it; never both on the same day.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.audit.recorder import record
from portal.errors import InvalidInput, NotFound
from portal.network.models import Distributor, Region, Territory
from portal.network.rules import DistributorStatus, Exclusivity, RegionLevel
from portal.scope import Scope, ScopeKind, bound_scope, scope_of_system, visible_rows


@dataclass(frozen=True, slots=True)
class Holder:
    """A territory that stands in the way. The distributor is named only to those who may see it."""

    county_code: str
    valid_from: date
    valid_to: date | None
    exclusivity: Exclusivity
    distributor_code: str | None
    distributor_name: str | None
    distributor_name_en: str | None


def add_territories(
    session: Session,
    distributor_id: int,
    *,
    counties: Collection[str],
    exclusivity: Exclusivity,
    valid_from: date,
    valid_to: date | None = None,
) -> list[Territory]:
    """Give the distributor these counties, all or none of them.

    Raises NotFound; InvalidInput: `counties_missing`, `unknown_region`, `distributor_not_active`, `period_reversed`,
    `territory_held` with `holders` (by this distributor or by others).
    """
    distributor = session.scalar(select(Distributor).where(Distributor.id == distributor_id))
    if distributor is None:
        raise NotFound()
    if distributor.status is DistributorStatus.EXITED:
        raise InvalidInput("distributor_not_active", field="counties", value=distributor.code)
    if valid_to is not None and valid_to < valid_from:
        raise InvalidInput("period_reversed", field="valid_to", value=valid_to, first=valid_from)
    codes = sorted(set(counties))
    _check_counties(session, codes)
    wanted = [
        Territory(
            distributor_id=distributor.id,
            county_code=code,
            exclusivity=exclusivity,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        for code in codes
    ]
    _check_free(session, wanted)
    session.add_all(wanted)
    session.flush()
    return wanted


def end_territory(session: Session, territory_id: int, *, last_day: date) -> None:
    """The territory's last day; one that has not begun by then is taken back.

    Raises NotFound; InvalidInput (`territory_ended`) where it ends earlier already.
    """
    territory = session.scalar(select(Territory).where(Territory.id == territory_id))
    if territory is None:
        raise NotFound()
    if territory.valid_to is not None and territory.valid_to < last_day:
        raise InvalidInput("territory_ended", field="last_day", value=last_day, last_on=territory.valid_to)
    if last_day < territory.valid_from:
        session.delete(territory)
    else:
        territory.valid_to = last_day
    session.flush()


def end_territories_of(session: Session, distributor_id: int, *, last_day: date) -> int:
    """End everything that a distributor holds after `last_day` (it exits); returns how many territories."""
    later = (Territory.distributor_id == distributor_id, _lasts_until(last_day + timedelta(days=1)))
    rows = list(session.scalars(select(Territory).where(*later).order_by(Territory.id)))
    for row in rows:
        end_territory(session, row.id, last_day=last_day)
    if rows:
        counts = {"territories": [len(rows), 0]}
        record(session, "end_territories", object_type="distributors", object_id=distributor_id, changes=counts)
    return len(rows)


def _check_counties(session: Session, codes: list[str]) -> None:
    if not codes:
        raise InvalidInput("counties_missing", field="counties", value="")
    is_county = (Region.level == RegionLevel.COUNTY, Region.code.in_(codes))
    # Locked, so that two who give away the same county at once do it one after the other.
    known = set(session.scalars(select(Region.code).where(*is_county).order_by(Region.id).with_for_update()))
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise InvalidInput("unknown_region", field="counties", value=", ".join(unknown))


def _check_free(session: Session, wanted: list[Territory]) -> None:
    """Whoever holds a county counts, whether the asker may see them or not."""
    scope = bound_scope(session)
    with scope_of_system(session):
        first = wanted[0]
        statement = (
            select(Territory)
            .options(joinedload(Territory.distributor))
            .where(Territory.county_code.in_([row.county_code for row in wanted]), _lasts_until(first.valid_from))
            .order_by(Territory.county_code, Territory.valid_from, Territory.id)
        )
        held = [row for row in session.scalars(statement) if _clashes(row, first)]
        if held:
            holders = [_holder(session, row, scope) for row in held]
            raise InvalidInput("territory_held", field="counties", holders=holders)


def _clashes(held: Territory, wanted: Territory) -> bool:
    """Whether both cannot stand on a common day. The county is the same, `held` ends after `wanted` begins."""
    if wanted.valid_to is not None and held.valid_from > wanted.valid_to:
        return False
    if held.distributor_id == wanted.distributor_id:
        return True
    return Exclusivity.EXCLUSIVE in {held.exclusivity, wanted.exclusivity}


def _holder(session: Session, row: Territory, scope: Scope) -> Holder:
    is_named = scope.kind is ScopeKind.EVERYTHING or _is_seen(session, row.distributor_id, scope)
    return Holder(
        county_code=row.county_code,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        exclusivity=row.exclusivity,
        distributor_code=row.distributor.code if is_named else None,
        distributor_name=row.distributor.name if is_named else None,
        distributor_name_en=row.distributor.name_en if is_named else None,
    )


def _is_seen(session: Session, distributor_id: int, scope: Scope) -> bool:
    seen = select(Distributor.id).where(Distributor.id == distributor_id, visible_rows(Distributor, scope))
    return session.scalar(seen) is not None


def _lasts_until(day: date) -> ColumnElement[bool]:
    return or_(Territory.valid_to.is_(None), Territory.valid_to >= day)
