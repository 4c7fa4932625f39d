"""A small network in three counties of Sichuan, and boundaries of a hand-made country."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.accounts.models import User
from portal.db import db
from portal.network.models import Distributor, Outlet, Region, SalesArea
from portal.network.queries.region_names import forget_regions
from portal.network.rules import OutletStatus, RegionLevel
from portal.permissions import Role
from tests.boundaries.country import build_country
from tests.factories import make_area, make_distributor, make_outlet, make_user

REGIONS = (
    ("province", "510000", None, None, "四川省", "Sichuan", 102.7, 30.6),
    ("prefecture", "510600", "province", "510000", "德阳市", "Deyang", 104.3, 31.1),
    ("prefecture", "511500", "province", "510000", "宜宾市", "Yibin", 104.6, 28.7),
    ("county", "510681", "prefecture", "510600", "广汉市", "Guanghan", 104.28, 30.97),
    ("county", "510682", "prefecture", "510600", "什邡市", "Shifang", 104.0, 31.2),
    ("county", "511502", "prefecture", "511500", "翠屏区", "Cuiping", 104.6, 28.8),
)
PLACES = {
    "guanghan": {"county_code": "510681", "prefecture_code": "510600", "lng": 104.2819, "lat": 30.9766},
    "shifang": {"county_code": "510682", "prefecture_code": "510600", "lng": 104.167, "lat": 31.127},
    "cuiping": {"county_code": "511502", "prefecture_code": "511500", "lng": 104.62, "lat": 28.766},
}
SICHUAN = "97,26,109,35"


@dataclass
class Network:
    """Distributors A and B in the northern area, C in the southern one; who looks on."""

    areas: dict[str, SalesArea]
    distributors: dict[str, Distributor]
    outlets: dict[str, Outlet]
    users: dict[str, User]


def add_regions() -> None:
    """The regions in which the network stands, where the reference tables lack them."""
    known = {(row.level, row.code) for row in db.session.query(Region)}
    for level, code, parent_level, parent, zh, en, lng, lat in REGIONS:
        if (RegionLevel(level), code) in known:
            continue
        above = RegionLevel(parent_level) if parent_level else None
        names = {"name_zh": zh, "name_en": en, "lng": lng, "lat": lat}
        db.session.add(Region(level=RegionLevel(level), code=code, parent_level=above, parent_code=parent, **names))
    db.session.commit()
    forget_regions()


@pytest.fixture
def network(session: object) -> Network:
    """A: an open, a watched and a proposed outlet in Guanghan; B: an open one in Shifang; C: an exited one."""
    add_regions()
    areas = {"north": make_area(code="NORTH"), "south": make_area(code="SOUTH", prefecture="511500")}
    distributors = {
        "A": make_distributor(area=areas["north"], code="DA"),
        "B": make_distributor(area=areas["north"], code="DB", **PLACES["shifang"]),
        "C": make_distributor(area=areas["south"], code="DC", **PLACES["cuiping"]),
    }
    rows = (
        ("a1", "A", "guanghan", OutletStatus.OPEN),
        ("a2", "A", "guanghan", OutletStatus.WATCH),
        ("a3", "A", "guanghan", OutletStatus.SURVEYED),
        ("b1", "B", "shifang", OutletStatus.OPEN),
        ("c1", "C", "cuiping", OutletStatus.EXITED),
    )
    outlets = {}
    for key, owner, place, status in rows:
        area = areas["south" if owner == "C" else "north"]
        names = {"code": f"T-{key}", "name": f"店{key}", "name_en": f"Shop {key}"}
        outlets[key] = make_outlet(distributors[owner], area=area, status=status, **names, **PLACES[place])
    users = {
        "ho": make_user(Role.HO_NETWORK),
        "rm_north": make_user(Role.REGIONAL_MANAGER, of=areas["north"]),
        "rm_south": make_user(Role.REGIONAL_MANAGER, of=areas["south"]),
        "dealer_a": make_user(Role.DISTRIBUTOR, of=distributors["A"]),
        "dealer_b": make_user(Role.DISTRIBUTOR, of=distributors["B"]),
        "outlet_a1": make_user(Role.OUTLET, of=outlets["a1"]),
        "nobody": make_user(Role.DISTRIBUTOR),
    }
    db.session.commit()
    return Network(areas, distributors, outlets, users)


SEES = {
    "ho": {"a1", "a2", "a3", "b1", "c1"},
    "rm_north": {"a1", "a2", "a3", "b1"},
    "rm_south": {"c1"},
    "dealer_a": {"a1", "a2", "a3"},
    "dealer_b": {"b1"},
    "outlet_a1": {"a1"},
    "nobody": set(),
}


@pytest.fixture
def signed_in(network: Network, client_for: Callable[[User], FlaskClient]) -> Callable[[str], FlaskClient]:
    """A browser of one of the network's users, by name."""
    return lambda who: client_for(network.users[who])


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A geodata folder with the layers of the hand-made country."""
    directory = tmp_path_factory.mktemp("geodata")
    build_country(directory)
    return directory


@pytest.fixture
def drawn_country(app: Flask, country: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The portal with the hand-made country's boundaries."""
    monkeypatch.setitem(app.config, "GEODATA_DIR", country)
    return country


@pytest.fixture
def no_boundaries(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal without boundaries."""
    monkeypatch.setitem(app.config, "GEODATA_DIR", tmp_path)


def unpacked(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Points as the browser unpacks them."""
    found, number = [], 0
    for place, difference in enumerate(answer["ids"]):
        number += difference
        lng = answer["origin"][0] + answer["x"][place] / answer["step"]
        lat = answer["origin"][1] + answer["y"][place] / answer["step"]
        found.append({"id": number, "lng": lng, "lat": lat, "status": ord(answer["statuses"][place]) - ord("a")})
    return found


PAYLOADS = (
    "`${window.__xss=1}`",
    "${window.__xss=1}",
    "</script><script>window.__xss=1</script>",
    "<img src=x onerror=window.__xss=1>",
    "'\"><svg onload=window.__xss=1>",
    '\\"};window.__xss=1;//',
)
