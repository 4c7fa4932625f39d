"""A small network for targets: an area with two distributors, three outlets, two models, and somebody of sales."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from portal.accounts.models import User
from portal.db import db
from portal.permissions import Role
from portal.products.models import ProductModel
from portal.products.services import create_model, create_series
from portal.targets.models import TargetPlan
from portal.targets.rules.cascade import model_key
from portal.targets.rules.season import SeasonProfile, parse_season
from portal.targets.rules.words import Basis
from portal.targets.services.plans import create_plan, publish_plan
from tests.factories import make_area, make_distributor, make_outlet, make_user

OPENED = date(2020, 1, 1)


@dataclass
class Network:
    """What the tests hand targets down to."""

    area: Any
    first: Any
    second: Any
    outlets: list[Any]
    models: dict[str, ProductModel]
    sales: User

    def draft(self, total: int = 1_200, season: str = "", year: int = 2026, **facts: Any) -> TargetPlan:
        """A draft with six F3 and four F6 in ten, half of it for the outlets."""
        shares = {f"*/{model_key(self.models['F3'].id)}": 6_000, f"*/{model_key(self.models['F6'].id)}": 4_000}
        values = {"basis": Basis.EQUAL, "own_share_bp": 5_000, "shares": shares} | facts
        profile = SeasonProfile(parse_season(season))
        return create_plan(db.session(), year=year, total_qty=total, season=profile, actor=self.sales, **values)

    def published(self, total: int = 1_200, **facts: Any) -> TargetPlan:
        """The same, published."""
        plan = self.draft(total, **facts)
        publish_plan(db.session(), plan, actor=self.sales, version=plan.version)
        return plan


@pytest.fixture
def network(session) -> Network:
    area = make_area(code="NORTH")
    first, second = make_distributor(area=area, code="D1"), make_distributor(code="D2")
    series = create_series(session(), code="F", name_zh="F系列", active_from=OPENED)
    models = {
        code: create_model(session(), series, code=code, name_zh=code, name_en=code, active_from=OPENED)
        for code in ("F3", "F6", "F9")
    }
    outlets = [
        make_outlet(first, area=area, code="T1", opened_on=OPENED),
        make_outlet(first, area=area, code="T2", opened_on=date(2026, 6, 15)),
        make_outlet(second, code="T3", opened_on=OPENED),
    ]
    return Network(area, first, second, outlets, models, make_user(Role.HO_SALES))
