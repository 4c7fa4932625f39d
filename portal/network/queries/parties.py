"""Distributors and outlets: the filters that lists, maps and exports share, and single ones by code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, Self, TypeVar

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from portal import clock
from portal.errors import NotFound
from portal.network.models import Distributor, Outlet, SalesArea
from portal.network.queries.needs import is_needed
from portal.network.queries.text_search import contains_text
from portal.network.rules import (
    CityTier,
    DistributorStatus,
    DistributorTier,
    Need,
    OperatingMode,
    OutletStatus,
    RegionLevel,
    StoreClass,
)

NOT_ASSIGNED = "none"
CODE_PATTERN = r"[^\s/?#&]{1,40}"
REGION_PATTERN = r"(province|prefecture|county):[0-9]{2,12}"
MAX_TEXT = 100
MAX_VALUES = 100
Party = TypeVar("Party", Distributor, Outlet)
Choice = TypeVar("Choice", bound=StrEnum)
RegionKey = tuple[RegionLevel, str]
Rows = Select[*tuple[Any, ...]]
Box = tuple[float, float, float, float]


class Arguments(Protocol):
    """A parsed query string that may hold a key several times (werkzeug's MultiDict)."""

    def get(self, key: str, default: str) -> str: ...
    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class PlaceFilter:
    """What distributors and outlets are both filtered by. Empty means: does not filter.

    `areas` holds codes of sales areas, and NOT_ASSIGNED for rows in none; several values of one kind are alternatives.
    """

    text: str = ""
    areas: tuple[str, ...] = ()
    regions: tuple[RegionKey, ...] = ()
    modes: tuple[OperatingMode, ...] = ()
    tiers: tuple[CityTier, ...] = ()
    needs: tuple[Need, ...] = ()

    def conditions(self, model: type[Distributor] | type[Outlet]) -> list[ColumnElement[bool]]:
        """The SQL conditions on `model`."""
        found = [_has_text(model, self.text)] if self.text else []
        if self.areas:
            found.append(_in_areas(model, self.areas))
        if self.regions:
            found.append(or_(*(_region_column(model, level) == code for level, code in self.regions)))
        if self.modes:
            found.append(model.operating_mode.in_(self.modes))
        if self.tiers:
            found.append(model.city_tier.in_(self.tiers))
        if self.needs:
            today = clock.today()
            found.append(or_(*(is_needed(model, need, today) for need in self.needs)))
        return found


@dataclass(frozen=True, slots=True)
class OutletFilter(PlaceFilter):
    """Which outlets: the same query string means the same outlets in the list, on the map and in an export.

    Keys: q, area, region (level:code), status, class, mode, tier, need, distributor (code), and bbox
    (west,south,east,north).
    """

    statuses: tuple[OutletStatus, ...] = ()
    classes: tuple[StoreClass, ...] = ()
    distributors: tuple[str, ...] = ()
    bbox: Box | None = None

    @classmethod
    def parse(cls, arguments: Arguments) -> Self:
        """What a query string asks for; unknown keys and values are left out."""
        if not arguments:
            return cls()
        return cls(
            **_place_values(arguments),
            statuses=_choices(arguments, "status", OutletStatus),
            classes=_choices(arguments, "class", StoreClass),
            distributors=_matching(arguments, "distributor", CODE_PATTERN),
            bbox=_box(arguments.get("bbox", "")),
        )

    def apply(self, statement: Rows) -> Rows:
        """`statement` on Outlet, cut to what is asked for."""
        found = self.conditions(Outlet)
        if self.statuses:
            found.append(Outlet.status.in_(self.statuses))
        if self.classes:
            found.append(Outlet.store_class.in_(self.classes))
        if self.distributors:
            owners = select(Distributor.id).where(Distributor.code.in_(self.distributors))
            found.append(Outlet.distributor_id.in_(owners))
        if self.bbox:
            west, south, east, north = self.bbox
            found += [Outlet.lng.between(west, east), Outlet.lat.between(south, north)]
        return statement.where(*found) if found else statement


@dataclass(frozen=True, slots=True)
class DistributorFilter(PlaceFilter):
    """Which distributors. Keys: q, area, region, status, mode, tier, need, rank (prefecture general or county)."""

    statuses: tuple[DistributorStatus, ...] = ()
    ranks: tuple[DistributorTier, ...] = ()

    @classmethod
    def parse(cls, arguments: Arguments) -> Self:
        """What a query string asks for; unknown keys and values are left out."""
        if not arguments:
            return cls()
        return cls(
            **_place_values(arguments),
            statuses=_choices(arguments, "status", DistributorStatus),
            ranks=_choices(arguments, "rank", DistributorTier),
        )

    def apply(self, statement: Rows) -> Rows:
        """`statement` on Distributor, cut to what is asked for."""
        found = self.conditions(Distributor)
        if self.statuses:
            found.append(Distributor.status.in_(self.statuses))
        if self.ranks:
            found.append(Distributor.tier.in_(self.ranks))
        return statement.where(*found) if found else statement


def get_outlet(session: Session, code: str) -> Outlet:
    """The outlet of that code; NotFound where there is none, or none that the asker sees."""
    return _get(session, Outlet, code)


def get_distributor(session: Session, code: str) -> Distributor:
    """The distributor of that code; NotFound where there is none, or none that the asker sees."""
    return _get(session, Distributor, code)


def get_outlet_and_area(session: Session, code: str) -> tuple[Outlet, SalesArea | None]:
    """The outlet with its distributor, and the sales area where the asker may name it; NotFound as `get_outlet`."""
    return _get_with_area(session, Outlet, code, joinedload(Outlet.distributor))


def get_distributor_and_area(session: Session, code: str) -> tuple[Distributor, SalesArea | None]:
    """The distributor, and its sales area where the asker may name it; NotFound as `get_distributor`."""
    return _get_with_area(session, Distributor, code)


def _get_with_area(
    session: Session, model: type[Party], code: str, *options: ExecutableOption
) -> tuple[Party, SalesArea | None]:
    both = select(model, SalesArea).outerjoin(SalesArea, SalesArea.id == model.sales_area_id)
    found = session.execute(both.where(model.code == code).options(*options)).first() if code.isprintable() else None
    if found is None:
        raise NotFound(code=code)
    return found[0], found[1]


def _get(session: Session, model: type[Party], code: str) -> Party:
    party = session.scalar(select(model).where(model.code == code)) if code.isprintable() else None
    if party is None:
        raise NotFound(code=code)
    return party


def _place_values(arguments: Arguments) -> dict[str, Any]:
    regions = _matching(arguments, "region", REGION_PATTERN)
    return {
        "text": tidy_text(arguments.get("q", "")),
        "areas": _matching(arguments, "area", CODE_PATTERN),
        "regions": tuple((RegionLevel(level), code) for level, _, code in (each.partition(":") for each in regions)),
        "modes": _choices(arguments, "mode", OperatingMode),
        "tiers": _choices(arguments, "tier", CityTier),
        "needs": _choices(arguments, "need", Need),
    }


def tidy_text(text: str) -> str:
    """Search text as it is compared: half-width, printable, single blanks, at most MAX_TEXT characters."""
    plain = unicodedata.normalize("NFKC", text[: MAX_TEXT * 2])
    return " ".join("".join(sign if sign.isprintable() else " " for sign in plain).split())[:MAX_TEXT]


def _choices(arguments: Arguments, key: str, kind: type[Choice]) -> tuple[Choice, ...]:
    known = {member.value: member for member in kind}
    return tuple(known[value] for value in dict.fromkeys(arguments.getlist(key)) if value in known)


def _matching(arguments: Arguments, key: str, pattern: str) -> tuple[str, ...]:
    values = dict.fromkeys(arguments.getlist(key)[:MAX_VALUES])
    return tuple(value for value in values if re.fullmatch(pattern, value) and value.isprintable())


def _box(text: str) -> Box | None:
    parts = text.split(",")
    if len(parts) != 4:
        return None
    try:
        west, south, east, north = (float(part) for part in parts)
    except ValueError:
        return None
    is_sound = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    return (west, south, east, north) if is_sound else None


def _has_text(model: type[Distributor] | type[Outlet], text: str) -> ColumnElement[bool]:
    return or_(*(contains_text(column, text) for column in (model.code, model.name, model.name_en)))


def _in_areas(model: type[Distributor] | type[Outlet], areas: Sequence[str]) -> ColumnElement[bool]:
    codes = [code for code in areas if code != NOT_ASSIGNED]
    found: list[ColumnElement[bool]] = []
    if codes:
        found.append(model.sales_area_id.in_(select(SalesArea.id).where(SalesArea.code.in_(codes))))
    if NOT_ASSIGNED in areas:
        found.append(model.sales_area_id.is_(None))
    return or_(*found)


def _region_column(model: type[Distributor] | type[Outlet], level: RegionLevel) -> Any:
    return {
        RegionLevel.PROVINCE: model.province_code,
        RegionLevel.PREFECTURE: model.prefecture_code,
        RegionLevel.COUNTY: model.county_code,
    }[level]
