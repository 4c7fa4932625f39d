"""Territories: who is responsible for which county, on a day and over time. Scoped like their distributors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.errors import NotFound
from portal.network.models import Distributor, Territory
from portal.network.queries.region_names import RegionBook, RegionEntry, region_book
from portal.network.rules import RegionLevel
from portal.scope import scope_of_system


def holds(on: date) -> ColumnElement[bool]:
    """The condition under which a territory is in force on a day."""
    return and_(Territory.valid_from <= on, or_(Territory.valid_to.is_(None), Territory.valid_to >= on))


def held_counties(session: Session, on: date) -> list[str]:
    """Codes of counties for which anybody is responsible, not saying who: the same for every asker."""
    with scope_of_system(session):
        codes = select(Territory.county_code).where(holds(on)).distinct().order_by(Territory.county_code)
        return list(session.scalars(codes))


class Phase(StrEnum):
    """Where a territory stands on a day."""

    IN_FORCE = "in_force"
    COMING = "coming"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class TerritoryRow:
    """A territory with the regions around it, widest first, and its phase."""

    territory: Territory
    path: Sequence[RegionEntry]
    phase: Phase


def list_territories(session: Session, distributor: Distributor, on: date) -> list[TerritoryRow]:
    """A distributor's territories: in force, then to come, then ended, each by county and day."""
    statement = select(Territory).where(Territory.distributor_id == distributor.id)
    book = region_book(session)
    rows = [_row(book, territory, on) for territory in session.scalars(statement)]
    phases = list(Phase)
    return sorted(
        rows,
        key=lambda row: (
            phases.index(row.phase),
            row.territory.county_code,
            row.territory.valid_from,
            row.territory.id,
        ),
    )


def list_holders(session: Session, county_code: str, on: date) -> list[TerritoryRow]:
    """Who holds a county on a day or after it, as far as the asker sees, by day; their distributors come along."""
    return list_holders_of(session, [county_code], on).get(county_code, [])


def list_holders_of(session: Session, counties: Sequence[str], on: date) -> dict[str, list[TerritoryRow]]:
    """The same for several counties."""
    statement = (
        select(Territory)
        .options(joinedload(Territory.distributor))
        .where(Territory.county_code.in_(counties), or_(Territory.valid_to.is_(None), Territory.valid_to >= on))
        .order_by(Territory.valid_from, Territory.id)
    )
    book, found = region_book(session), defaultdict[str, list[TerritoryRow]](list)
    for territory in session.scalars(statement):
        found[territory.county_code].append(_row(book, territory, on))
    return found


def get_territory(session: Session, territory_id: int) -> Territory:
    """A territory with its distributor. Raises NotFound."""
    statement = select(Territory).options(joinedload(Territory.distributor)).where(Territory.id == territory_id)
    territory = session.scalar(statement)
    if territory is None:
        raise NotFound()
    return territory


def counties_in(session: Session, prefecture: str) -> Sequence[RegionEntry]:
    """The counties of a prefecture, by code."""
    return region_book(session).children.get((RegionLevel.PREFECTURE, prefecture), ())


def _row(book: RegionBook, territory: Territory, on: date) -> TerritoryRow:
    return TerritoryRow(territory, book.path((RegionLevel.COUNTY, territory.county_code)), _phase(territory, on))


def _phase(territory: Territory, on: date) -> Phase:
    if territory.valid_from > on:
        return Phase.COMING
    return Phase.ENDED if territory.valid_to is not None and territory.valid_to < on else Phase.IN_FORCE
