"""Makes the demonstration's network through the services, so that it cannot be what the product would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.demo.facts import (
    AREAS,
    GENERAL_DISTRIBUTORS,
    GUANGXI,
    PLAN_FROM,
    REASONS,
    REBUILT,
    SHOP_WORDS,
    STATES,
    TOWNS,
    WAY,
    GeneralDistributor,
)
from portal.network.models import Distributor, Outlet, Region, SalesArea
from portal.network.rules import (
    CityTier,
    DistributorStatus,
    DistributorTier,
    Exclusivity,
    OperatingMode,
    OutletStatus,
    RegionLevel,
    Step,
    StoreClass,
)
from portal.network.services.areas import assign_regions, create_area
from portal.network.services.distributors import create_distributor
from portal.network.services.life import SystemActor
from portal.network.services.outlets import propose_outlet, redevelop_outlet
from portal.network.services.territories import add_territories

HEAD_OFFICE = SystemActor("总部渠道部")
S = OutletStatus


def make_areas(session: Session, people: dict[str, int]) -> dict[str, SalesArea]:
    """The sales areas by code; `people`: the part of a demo address before the @ → user id."""
    areas = {}
    for fact in AREAS:
        area = create_area(
            session,
            code=fact.code,
            name_zh=fact.name_zh,
            name_en=fact.name_en,
            developer_id=people[fact.developer],
            maintainer_id=people[fact.maintainer],
        )
        wanted = [(RegionLevel.PREFECTURE, code) for code in fact.prefectures]
        assign_regions(session, area.id, version=area.version, wanted=wanted, on=PLAN_FROM)
        areas[fact.code] = area
    return areas


def counties_of(session: Session, prefecture: str) -> list[Region]:
    """Counties of a prefecture that the tables know today, by code."""
    return list(
        session.scalars(
            select(Region)
            .where(Region.level == RegionLevel.COUNTY, Region.parent_code == prefecture)
            .order_by(Region.code)
        )
    )


def make_sichuan(session: Session) -> list[Outlet]:
    """18 general distributors with their territories, and their 100 outlets."""
    outlets: list[Outlet] = []
    serial, states = count(), spread_states()
    for fact in GENERAL_DISTRIBUTORS:
        counties = counties_of(session, fact.prefecture)
        distributor = _general_distributor(session, fact, counties)
        _territories(session, distributor, counties)
        for number, county in enumerate(_seats_first(counties, fact.seat)[: fact.outlets]):
            status = next(states)
            outlets.append(_outlet(session, distributor, county, number=next(serial), seat=number == 0, status=status))
    return outlets


def spread_states() -> Iterator[OutletStatus]:
    """The hundred states, dealt out so that no prefecture has all of one kind (37 and 100 share no factor)."""
    pool = [status for status, number in STATES for _ in range(number)]
    return (pool[index * 37 % len(pool)] for index in range(len(pool)))


def life_of(status: OutletStatus, number: int, today: date) -> list[Step]:
    """A plausible life that ends in `status`: one step a few weeks after the other, all in the past."""
    gone = status in (S.WATCH, S.SUSPENDED, S.EXITED)
    names = [name for name, _ in WAY]
    if status is S.DROPPED:
        way = [*WAY[:3], (S.DROPPED, REASONS[S.DROPPED])]
    else:
        way = list(WAY[: names.index(S.OPEN if gone else status) + 1])
        if gone:
            way.append((status, REASONS[status]))
    trades = S.OPEN in [name for name, _ in way]
    last = today - timedelta(days=(40 + number * 23 % 700) if trades and not gone else 6 + number * 7 % 60)
    days = [last - timedelta(days=21 * back + number % 5) for back in range(len(way) - 1, 0, -1)] + [last]
    if gone:  # it traded for a year or more before
        days = [day - timedelta(days=400 + number * 11 % 200) for day in days[:-1]] + [last]
    return [Step(name, day, reason) for (name, reason), day in zip(way, days, strict=True)]


def _seats_first(counties: Sequence[Region], seat: str) -> list[Region]:
    return sorted(counties, key=lambda county: (county.code != seat, not county.code[4:] > "20", county.code))


def _general_distributor(session: Session, fact: GeneralDistributor, counties: Sequence[Region]) -> Distributor:
    seat = next((county for county in counties if county.code == fact.seat), counties[0])
    return create_distributor(
        session,
        actor=HEAD_OFFICE,
        code=fact.code,
        name=fact.name,
        name_en=fact.name_en,
        tier=DistributorTier.PREFECTURE_GENERAL,
        history=[Step(DistributorStatus.ACTIVE, PLAN_FROM, "地级总经销商签约")],
        county_code=seat.code,
        lng=seat.lng,
        lat=seat.lat,
        address=f"{seat.name_zh}汽贸大道{len(counties)}号",
    )


def _territories(session: Session, distributor: Distributor, counties: Sequence[Region]) -> None:
    """All but the last county of a large prefecture, so that white space shows."""
    given = counties[:-1] if len(counties) > 6 else counties
    add_territories(
        session,
        distributor.id,
        counties=[county.code for county in given],
        exclusivity=Exclusivity.EXCLUSIVE,
        valid_from=PLAN_FROM,
    )


def _outlet(
    session: Session, distributor: Distributor, county: Region, *, number: int, seat: bool, status: OutletStatus
) -> Outlet:
    word_zh, word_en = SHOP_WORDS[number % len(SHOP_WORDS)]
    short_zh, short_en = county.name_zh.rstrip("市县区"), county.name_en.rsplit(" ", 1)[0]
    steps = life_of(status, number, clock.today())
    planned = None
    if status in (S.OPENING, S.APPROVED):
        planned = clock.today() + timedelta(days=number * 13 % 90 - 20)
    return propose_outlet(
        session,
        actor=HEAD_OFFICE,
        distributor=distributor,
        code=f"T{county.code}-1",
        history=steps,
        name=f"{short_zh}{word_zh}汽车展厅",
        name_en=f"{short_en} {word_en} Auto",
        county_code=county.code,
        # Beside the county's middle: shops do not stand on a centroid.
        lng=round((county.lng or 0) + (number * 7 % 11 - 5) / 1500, 6),
        lat=round((county.lat or 0) + (number * 5 % 11 - 5) / 1500, 6),
        address=f"{county.name_zh}迎宾路{10 + number}号",
        store_class=list(StoreClass)[0 if seat else 1 + number % 2],
        city_tier=CityTier.SECOND if seat else CityTier.THIRD,
        operating_mode=list(OperatingMode)[number % 5],
        staff=3 + number % 6,
        floor_area_sqm=120 + number * 17 % 300,
        planned_open_on=planned,
    )


def make_guangxi(session: Session) -> Distributor:
    """The 4S dealer in Liuzhou and its towns: exits, a half-met target, an opening, a redevelopment."""
    code, name, name_en, county = GUANGXI
    seat = _county(session, county)
    dealer = create_distributor(
        session,
        actor=HEAD_OFFICE,
        code=code,
        name=name,
        name_en=name_en,
        history=[Step(DistributorStatus.ACTIVE, PLAN_FROM, "4S店签约")],
        county_code=county,
        address="柳州市鱼峰区汽贸园2号",
        lng=seat.lng,
        lat=seat.lat,
    )
    add_territories(
        session,
        dealer.id,
        counties=[town.county for town in TOWNS],
        exclusivity=Exclusivity.EXCLUSIVE,
        valid_from=PLAN_FROM,
    )
    for town in TOWNS:
        propose_outlet(
            session,
            actor=HEAD_OFFICE,
            distributor=dealer,
            code=town.code,
            history=[Step(*step) for step in town.history],
            name=town.name,
            name_en=town.name_en,
            county_code=town.county,
            lng=town.lng,
            lat=town.lat,
            address="县城主干道",
            store_class=StoreClass.B,
            city_tier=CityTier.THIRD,
            operating_mode=OperatingMode.CONSIGNMENT,
            staff=town.staff,
        )
    return dealer


def rebuild_rongan(session: Session) -> Outlet:
    """The exited outlet's town is redeveloped by another investor: a new candidate that knows its predecessor."""
    old, code, name, name_en, on, reason = REBUILT
    predecessor = session.scalars(select(Outlet).where(Outlet.code == old)).one()
    return redevelop_outlet(
        session, predecessor, code=code, on=on, reason=reason, actor=HEAD_OFFICE, name=name, name_en=name_en
    )


def _county(session: Session, county: str) -> Region:
    return session.scalars(select(Region).where(Region.level == RegionLevel.COUNTY, Region.code == county)).one()
