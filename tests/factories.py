"""Objects for tests: complete, valid and as plain as possible. Each is added and flushed, not committed."""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from portal import clock
from portal.accounts.models import GrantKind, ScopeGrant, User
from portal.db import db
from portal.network.models import AreaRegion, Distributor, Outlet, SalesArea
from portal.network.rules import OutletStatus, RegionLevel
from portal.permissions import Role

_numbers = count(1)
PASSWORD = "correct horse battery staple"
# Deyang, and its county-level city Guanghan.
PROVINCE, PREFECTURE, COUNTY = "510000", "510600", "510681"
GUANGHAN = (104.2819, 30.9766)

_GRANT = {
    Role.REGIONAL_MANAGER: GrantKind.SALES_AREA,
    Role.DISTRIBUTOR: GrantKind.DISTRIBUTOR,
    Role.OUTLET: GrantKind.OUTLET,
}


def save(row: Any) -> Any:
    """Add and flush; returns the row."""
    db.session.add(row)
    db.session.flush()
    return row


def make_user(role: Role = Role.HO_NETWORK, *, of: Any = None, **values: Any) -> User:
    """A user; `of` is the sales area, distributor or outlet that the role is granted."""
    number = next(_numbers)
    user = User(
        **{
            "email": f"{role}{number}@example.com",
            "name": f"{role.replace('_', ' ').title()} {number}",
            "role": role,
            "created_at": clock.now(),
            "recovery_hashes": [],
            **values,
        }
    )
    if of is not None:
        user.grants.append(ScopeGrant(kind=_GRANT[role], object_id=of.id))
    return save(user)


def make_area(*, prefecture: str | None = PREFECTURE, **values: Any) -> SalesArea:
    """A sales area that holds one prefecture."""
    number = next(_numbers)
    area = SalesArea(**{"code": f"AREA{number}", "name_zh": f"片区{number}", "name_en": f"Area {number}", **values})
    if prefecture:
        area.regions.append(AreaRegion(level=RegionLevel.PREFECTURE, code=prefecture, valid_from=date(2020, 1, 1)))
    return save(area)


def make_distributor(*, area: SalesArea | None = None, **values: Any) -> Distributor:
    """An active distributor seated in Guanghan."""
    number = next(_numbers)
    return save(
        Distributor(
            **{
                "code": f"D{number:05}",
                "name": f"德阳经销商{number}",
                "name_en": f"Deyang distributor {number}",
                "lng": GUANGHAN[0],
                "lat": GUANGHAN[1],
                "province_code": PROVINCE,
                "prefecture_code": PREFECTURE,
                "county_code": COUNTY,
                "sales_area_id": area.id if area else None,
                "created_at": clock.now(),
                "updated_at": clock.now(),
                **values,
            }
        )
    )


def make_outlet(distributor: Distributor, *, area: SalesArea | None = None, **values: Any) -> Outlet:
    """An open outlet of the distributor, in Guanghan."""
    number = next(_numbers)
    return save(
        Outlet(
            **{
                "code": f"T{number:05}",
                "name": f"广汉网点{number}",
                "name_en": f"Guanghan outlet {number}",
                "distributor_id": distributor.id,
                "status": OutletStatus.OPEN,
                "status_on": date(2026, 1, 1),
                "opened_on": date(2026, 1, 1),
                "lng": GUANGHAN[0],
                "lat": GUANGHAN[1],
                "province_code": PROVINCE,
                "prefecture_code": PREFECTURE,
                "county_code": COUNTY,
                "sales_area_id": area.id if area else None,
                "created_at": clock.now(),
                "updated_at": clock.now(),
                **values,
            }
        )
    )
