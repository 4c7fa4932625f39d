"""An applicant with everything an application needs, for tests: a small place, a distributor, a whole form."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from flask import current_app
from PIL import Image

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.network.models import Distributor, SalesArea
from portal.network.rules import OperatingMode, StoreClass, credit_check_sign
from portal.onboarding.models import Application, ApplicationFileKind
from portal.onboarding.services.application_files import attach_file
from portal.onboarding.services.applications import begin_application, save_application
from portal.permissions import Role
from portal.storage import PICTURES, Storage
from tests.factories import make_area, make_distributor, make_user

_numbers = count(1)
SITE = (104.2500, 30.9900)
CREDIT_CODE = "91510681MA6B0A1X2" + credit_check_sign("91510681MA6B0A1X2")
COLUMNS: dict[str, Any] = {
    "outlet_name": "向阳镇店",
    "county_code": "510681",
    "address": "广汉市向阳镇成绵路8号",
    "lng": SITE[0],
    "lat": SITE[1],
    "store_class": StoreClass.B,
    "operating_mode": OperatingMode.CONSIGNMENT,
    "capital_wan": 220,
    "volume_year_1": 60,
    "volume_year_2": 80,
    "volume_year_3": 100,
}
ANSWERS: dict[str, Any] = {
    "form_of_outlet": "showroom",
    "company": "广汉向阳商贸有限公司",
    "credit_code": CREDIT_CODE,
    "legal_representative": "张小明",
    "contact": "李大山",
    "phone": "0838-5223456",
    "email": "li@example.com",
    "floor_area_sqm": 180,
    "staff": 6,
    "shareholders": [{"name": "张小明", "capital": "150", "share": "75"}],
    "is_truthful": True,
    "consents_to_checks": True,
    "bears_own_cost": True,
    "keeps_confidential": True,
}
# The steps as a browser sends them.
SENT: dict[str, dict[str, str]] = {
    "place": {
        "address": COLUMNS["address"],
        "datum": "wgs84",
        "lng": str(SITE[0]),
        "lat": str(SITE[1]),
        "county": "510681 广汉市",
        "city_tier": "3",
        "area_applied": "向阳镇",
    },
    "kind": {
        "outlet_name": COLUMNS["outlet_name"],
        "form_of_outlet": "showroom",
        "operating_mode": "consignment",
        "store_class": "b",
        "series": "F3、F6",
    },
    "applicant": {
        "company": ANSWERS["company"],
        "founded_on": "2015-03-01",
        "credit_code": CREDIT_CODE,
        "legal_representative": "张小明",
        "contact": "李大山",
        "phone": "0838-5223456",
        "email": "li@example.com",
    },
    "ownership": {
        "shareholders-0-name": "张小明",
        "shareholders-0-capital": "150",
        "shareholders-0-share": "75",
        "shareholders-1-name": "李大山",
        "shareholders-1-capital": "50",
        "shareholders-1-share": "25",
        "nominee_note": "",
        "business_history": "2015年起经营农机销售。",
        "brands_now": "无",
    },
    "plan": {
        "volume_year_1": "60",
        "volume_year_2": "80",
        "volume_year_3": "1,00",
        "planned_open_on": "2027-03-01",
        "capital_wan": "220",
        "stock_wan": "80",
        "stock_qty": "12",
        "staff": "6",
        "staff_sales": "3",
    },
    "site": {"floor_area_sqm": "180", "lease_from": "2026-10-01", "lease_until": "2031-09-30"},
    "declaration": dict.fromkeys(("is_truthful", "consents_to_checks", "bears_own_cost", "keeps_confidential"), "y"),
}
SENT["plan"]["volume_year_3"] = "100"
SENT["kind"]["store_class"] = StoreClass.B.value


@dataclass
class Applicant:
    """A distributor in a sales area, with a user who applies."""

    area: SalesArea
    distributor: Distributor
    user: User


def make_applicant(*, area: SalesArea | None = None, **user: Any) -> Applicant:
    """A distributor's user; the area holds Deyang unless given."""
    area = area or make_area()
    distributor = make_distributor(area=area)
    return Applicant(area, distributor, make_user(Role.DISTRIBUTOR, of=distributor, **user))


def photo(colour: str = "green", exif: bool = True) -> io.BytesIO:
    """A photo with a camera's and a place's metadata."""
    picture = Image.new("RGB", (64, 48), colour)
    data = Image.Exif()
    if exif:
        data[0x010F] = "CAMERAMAKER"
        data.get_ifd(0x8825)[2] = (30.0, 59.0, 24.0)
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=data)
    file.seek(0)
    return file


def make_draft(applicant: Applicant, *, columns: dict[str, Any] | None = None, **answers: Any) -> Application:
    """A complete draft with a photo, as the services keep it; flushed."""
    session = db.session()
    key = f"client-key-{next(_numbers):08}"
    application = begin_application(
        session, client_key=key, distributor=applicant.distributor, applicant=applicant.user
    )
    save_application(
        session,
        application,
        version=None,
        columns=COLUMNS | {"planned_open_on": _in_half_a_year()} | (columns or {}),
        answers=ANSWERS | answers,
    )
    colour = ("green", "red", "blue", "grey", "orange")[next(_numbers) % 5]
    kept = Storage(current_app.config["STORAGE_DIR"]).store(photo(colour), "门头.jpg", PICTURES)
    attach_file(session, application, kept=kept, kind=ApplicationFileKind.STOREFRONT)
    return application


def _in_half_a_year() -> date:
    return clock.today() + timedelta(days=180)
