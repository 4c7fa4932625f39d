"""The network as the cascade sees it: who is there in which month, with which weight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.network.models import Distributor, Outlet, Region, SalesArea
from portal.network.rules import TRADING, OutletStatus, RegionLevel
from portal.periods import last_day, months_between
from portal.products.queries import models_between
from portal.scope import scope_of_system
from portal.targets.models import TargetPlan
from portal.targets.queries.figures import PartyKey, retail_by_model, retail_by_party
from portal.targets.rules.cascade import Node, Party, Settings, Sold, build
from portal.targets.rules.weighing import county_weights, fill_gaps, touched_months, whole_months
from portal.targets.rules.words import Basis

# Outlets that sell, sold, or are about to.
_COUNTED = frozenset({*TRADING, OutletStatus.EXITED, OutletStatus.OPENING, OutletStatus.APPROVED})


@dataclass(frozen=True, slots=True)
class Place:
    """A party in the books: an outlet, or a distributor's own store."""

    area_id: int | None
    distributor_id: int
    outlet_id: int | None
    county: str | None
    is_there: tuple[bool, ...]

    @property
    def key(self) -> PartyKey:
        """Distributor and outlet."""
        return self.distributor_id, self.outlet_id


def months_of(plan: TargetPlan) -> list[date]:
    """The months that a plan covers."""
    return list(months_between(plan.first_month, date(plan.year, 12, 1)))


def settings_of(plan: TargetPlan) -> Settings:
    """How a plan hands down."""
    shares = {share.path: share.share_bp for share in plan.shares}
    return Settings(plan.own_share_bp, plan.minimum_qty, plan.step_qty, shares)


def read_hierarchy(session: Session, months: Sequence[date], basis: Basis, settings: Settings) -> Node:
    """The hierarchy over these months. A plan is head office's: the whole network is read, whoever asks."""
    with scope_of_system(session):
        places = _places(session, months)
        weights = _weights(session, places, basis, months[0].year - 1)
        models = _models(session, months)
    parties = [
        Party(place.area_id, place.distributor_id, place.outlet_id, weights[place.key], place.is_there)
        for place in places
    ]
    return build(parties, models, settings, months=len(months))


def _places(session: Session, months: Sequence[date]) -> list[Place]:
    """Own stores and outlets that are there in some month: by area (none last), distributor, own store first."""
    owners = select(
        Distributor.id,
        Distributor.code,
        Distributor.sales_area_id,
        Distributor.county_code,
        Distributor.opened_on,
        Distributor.exited_on,
        SalesArea.code.label("area_code"),
    ).outerjoin(SalesArea, SalesArea.id == Distributor.sales_area_id)
    outlets = (
        select(
            Outlet.id,
            Outlet.code,
            Outlet.distributor_id,
            Outlet.sales_area_id,
            Outlet.county_code,
            Outlet.status,
            Outlet.opened_on,
            Outlet.planned_open_on,
            Outlet.exited_on,
            SalesArea.code.label("area_code"),
        )
        .outerjoin(SalesArea, SalesArea.id == Outlet.sales_area_id)
        .where(Outlet.status.in_(_COUNTED))
    )
    found, codes = [], {}
    for owner in session.execute(owners):
        codes[owner.id] = owner.code
        place = Place(owner.sales_area_id, owner.id, None, owner.county_code, _stays(owner, months))
        found.append((owner.area_code or "", owner.code, "", place))
    for row in session.execute(outlets):
        place = Place(row.sales_area_id, row.distributor_id, row.id, row.county_code, _opens(row, months))
        found.append((row.area_code or "", codes[row.distributor_id], row.code, place))
    there = [each for each in found if any(each[3].is_there)]
    return [place for *_codes, place in sorted(there, key=lambda each: (not each[0], *each[:3]))]


def _stays(row: object, months: Sequence[date]) -> tuple[bool, ...]:
    return whole_months(row.opened_on, row.exited_on, months)  # type: ignore[attr-defined]


def _opens(row: object, months: Sequence[date]) -> tuple[bool, ...]:
    """Of an outlet that has not opened, from the day on which it is planned to; without one it is not there."""
    opened = row.opened_on  # type: ignore[attr-defined]
    if opened is None and row.status not in TRADING:  # type: ignore[attr-defined]
        opened = row.planned_open_on  # type: ignore[attr-defined]
        if opened is None:
            return (False,) * len(months)
    return whole_months(opened, row.exited_on, months)  # type: ignore[attr-defined]


def _weights(session: Session, places: Sequence[Place], basis: Basis, last_year: int) -> Mapping[PartyKey, int]:
    figures: dict[PartyKey, int | None]
    if basis is Basis.LAST_YEAR:
        sold = retail_by_party(session, last_year)
        figures = {place.key: sold.get(place.key) for place in places}
    elif basis is Basis.POPULATION:
        shares = county_weights([place.county for place in places], _residents(session))
        figures = {place.key: share for place, share in zip(places, shares, strict=True)}
    else:
        figures = {place.key: 1 for place in places}
    # Who has no figures is like the others of its distributor; own stores are compared with own stores.
    groups = {place.key: place.distributor_id if place.outlet_id is not None else "own" for place in places}
    return fill_gaps(figures, groups)  # type: ignore[arg-type, return-value]


def _residents(session: Session) -> dict[str, int]:
    """County → residents; where only its prefecture's are known, an equal part of them."""
    columns = (Region.level, Region.code, Region.parent_code, Region.population)
    rows = session.execute(select(*columns).where(Region.level != RegionLevel.PROVINCE)).all()
    around = {row.code: row.population or 0 for row in rows if row.level is RegionLevel.PREFECTURE}
    counties = [row for row in rows if row.level is RegionLevel.COUNTY]
    siblings = Counter(row.parent_code for row in counties)
    return {
        row.code: row.population or around.get(row.parent_code or "", 0) // siblings[row.parent_code]
        for row in counties
    }


def _models(session: Session, months: Sequence[date]) -> list[Sold]:
    """Models on sale in some month, by last year's sales; a new one like the average of the others."""
    models = models_between(session, months[0], last_day(months[-1]))
    sold = retail_by_model(session, months[0].year - 1)
    weights = fill_gaps({model.id: sold.get(model.id) for model in models}, {model.id: 0 for model in models})
    return [
        Sold(model.id, weights[model.id], touched_months(model.active_from, model.active_to, months))
        for model in models
    ]
