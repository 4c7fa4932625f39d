"""A small network with three tenants, each marked so that a leak of any of its words is seen.

North: distributors A and B, siblings in one sales area. South: distributor C in another. Every text of a tenant
carries its marker; nobody but those who may see the tenant may ever receive it, in any page, export or map answer.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from PIL import Image

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.network.models import Contact, Document, DocumentKind, LifeEvent, Region, Territory
from portal.network.rules import Exclusivity, RegionLevel
from portal.permissions import Role
from portal.storage import Storage
from tests.factories import make_area, make_distributor, make_outlet, make_user, save
from tests.house.onboarding_world import add_papers
from tests.house.rebates_world import add_rebates, add_statement
from tests.house.sales_world import add_sales
from tests.house.targets_world import add_quota, add_targets
from tests.house.uploads_world import add_upload
from tests.house.visits_world import add_field_work

MARKERS = {"A": "QXANKORA", "B": "QXBRUNDI", "C": "QXCELVOT"}
# Deyang's Guanghan and Shifang, Yibin's Cuiping: county, prefecture, point.
PLACES = {
    "A": ("510681", "510600", (104.2819, 30.9766)),
    "B": ("510682", "510600", (104.1670, 31.1270)),
    "C": ("511502", "511500", (104.6200, 28.7660)),
}


def picture() -> bytes:
    """A PNG of one grey pixel."""
    file = io.BytesIO()
    Image.new("RGB", (1, 1), "grey").save(file, "PNG")
    return file.getvalue()


@dataclass
class Tenant:
    """One distributor with everything that belongs to it, by id or code."""

    key: str
    marker: str
    distributor_id: int
    distributor: str
    outlet_id: int
    outlet: str
    contacts: dict[str, int]
    documents: dict[str, int]
    territory_id: int
    papers: dict[str, int]


@dataclass
class World:
    """The tenants, the users, and who may see which marker."""

    tenants: dict[str, Tenant]
    users: dict[str, User]
    areas: dict[str, str]
    targets: dict[str, int]
    rebates: dict[str, int]

    def markers_hidden_from(self, who: str) -> list[str]:
        return [MARKERS[key] for key in MARKERS if key not in SEES[who]]


SEES: dict[str, frozenset[str]] = {
    "anonymous": frozenset(),
    "dealer_a": frozenset("A"),
    "dealer_b": frozenset("B"),
    "outlet_a": frozenset("A"),
    "rm_north": frozenset("AB"),
    "rm_south": frozenset("C"),
    "ho_network": frozenset("ABC"),
    "ho_sales": frozenset("ABC"),
    "ho_approver": frozenset("ABC"),
    "ho_finance": frozenset("ABC"),
    "ho_viewer": frozenset("ABC"),
    "admin": frozenset("ABC"),
}


def add_regions() -> None:
    """The few regions that the tenants stand in, unless the reference tables hold them already."""
    if db.session.query(Region).first():
        return
    rows = [("province", "510000", None, None, "四川省", "Sichuan")]
    rows += [
        ("prefecture", code, "province", "510000", name, name)
        for code, name in (("510600", "德阳市"), ("511500", "宜宾市"))
    ]
    rows += [
        ("county", "510681", "prefecture", "510600", "广汉市", "Guanghan"),
        ("county", "510682", "prefecture", "510600", "什邡市", "Shifang"),
        ("county", "511502", "prefecture", "511500", "翠屏区", "Cuiping"),
    ]
    for level, code, parent_level, parent, zh, en in rows:
        db.session.add(
            Region(
                level=RegionLevel(level),
                code=code,
                parent_level=RegionLevel(parent_level) if parent_level else None,
                parent_code=parent,
                name_zh=zh,
                name_en=en,
                lng=104.3,
                lat=30.9,
                population=1_000_000,
            )
        )
    db.session.commit()


def build_world(app: Flask) -> World:
    """Make it all, and commit."""
    add_regions()
    areas = {"north": make_area(code="NORTH"), "south": make_area(code="SOUTH", prefecture="511500")}
    targets, rebates = add_targets(), add_rebates()
    tenants, rows = {}, {}
    for key in MARKERS:
        area = areas["south" if key == "C" else "north"]
        tenants[key], rows[key] = _tenant(app, key, area, targets, rebates)
    users = {role.value: make_user(role) for role in Role if role.value in SEES}
    users["rm_north"] = make_user(Role.REGIONAL_MANAGER, of=areas["north"])
    users["rm_south"] = make_user(Role.REGIONAL_MANAGER, of=areas["south"])
    users["dealer_a"] = make_user(Role.DISTRIBUTOR, of=rows["A"][0])
    users["dealer_b"] = make_user(Role.DISTRIBUTOR, of=rows["B"][0])
    users["outlet_a"] = make_user(Role.OUTLET, of=rows["A"][1])
    db.session.commit()
    return World(tenants, users, {name: area.code for name, area in areas.items()}, targets, rebates)


def _tenant(
    app: Flask, key: str, area: Any, targets: dict[str, int], rebates: dict[str, int]
) -> tuple[Tenant, tuple[Any, Any]]:
    marker, (county, prefecture, (lng, lat)) = MARKERS[key], PLACES[key]
    place = {"county_code": county, "prefecture_code": prefecture, "lng": lng, "lat": lat, "area": area}
    words = {"name": f"{marker} 名称", "name_en": f"{marker} name", "address": f"{marker} 路"}
    distributor = make_distributor(code=f"D-{marker}", **words, **place)
    outlet = make_outlet(distributor, code=f"T-{marker}", **words, **place)
    contacts, documents = {}, {}
    for kind, outlet_id in (("distributors", None), ("outlets", outlet.id)):
        owner = {"distributor_id": distributor.id, "outlet_id": outlet_id}
        contacts[kind] = save(
            Contact(
                **owner,
                name=f"{marker} person",
                duty=f"{marker} duty",
                phone=f"138-{marker}",
                email=f"{marker.lower()}@example.com",
                created_at=clock.now(),
            )
        ).id
        documents[kind] = save(_document(app, owner, marker)).id
        save(
            LifeEvent(
                **owner,
                from_status="approved",
                to_status="open",
                happened_on=date(2026, 1, 1),
                reason=f"{marker} reason",
                recorded_at=clock.now(),
                actor_name="x",
            )
        )
    territory = save(
        Territory(
            distributor_id=distributor.id,
            county_code=county,
            exclusivity=Exclusivity.EXCLUSIVE,
            valid_from=date(2024, 1, 1),
        )
    )
    tenant = Tenant(
        key,
        marker,
        distributor.id,
        distributor.code,
        outlet.id,
        outlet.code,
        contacts,
        documents,
        territory.id,
        add_papers(app, marker, distributor, outlet, picture(), area)
        | add_sales(app, marker, distributor, outlet, picture())
        | add_upload(app, marker, distributor)
        | add_statement(marker, distributor, outlet, rebates)
        | add_field_work(app, marker, distributor, outlet, picture())
        | {"quota_id": add_quota(marker, distributor, outlet, area, targets)},
    )
    return tenant, (distributor, outlet)


def _document(app: Flask, owner: dict[str, Any], marker: str) -> Document:
    stored = Storage(app.config["STORAGE_DIR"]).store(io.BytesIO(picture()), f"{marker}.png", {"png"})
    return Document(
        **owner,
        kind=DocumentKind.CONTRACT,
        title=f"{marker} contract",
        number=f"{marker}-1",
        storage_id=stored.storage_id,
        original_name=f"{marker}.png",
        content_type=stored.content_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        created_at=clock.now(),
    )
