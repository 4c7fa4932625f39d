"""The demonstration's targets: the year of 30,000 with its two seasons, cascaded to quotas of about ten a month.

30,000 cars are far more than a hundred county outlets sell: by the field's own figures an outlet is to sell ten a
month, six F3 and four F6, so that seventy outlets make some 8,400 a year. The rest is sold by the 19 general
distributors in their own stores, as it is in practice: the plan keeps 78 % of every distributor's target there.
Distributors are weighed by the people who live around them, so that Chengdu carries more than Panzhihua.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.network.models import Distributor, Outlet
from portal.products.queries import models_by_code
from portal.targets.models import TargetPlan
from portal.targets.rules.cascade import model_key
from portal.targets.rules.season import SeasonProfile, parse_season
from portal.targets.rules.words import Basis
from portal.targets.services.plans import create_plan, publish_plan
from portal.targets.services.quotas import agree, amend_quota

SEASON = "3-5:8000,8-10:9000"
# What people of sales judge of the other six months: the first one and the last one are stronger.
JUDGEMENT = (5, 3, 1, 1, 1, 4, 4, 1, 1, 1, 4, 5)
# Year → total, season, when it was published.
YEARS = {
    2025: (26_000, "3-5:7000,8-10:7800", datetime(2024, 12, 12, 2, tzinfo=UTC)),
    2026: (30_000, SEASON, datetime(2025, 12, 11, 2, tzinfo=UTC)),
}
OWN_SHARE_BP = 7_800
# Of each ten cars six are F3 and four F6; the SUVs are sold beside the quota.
MODEL_SHARES = {"F3": 6_000, "F6": 4_000}
# Who signed, and on which day of January.
SIGNED = {"SC-DY": 8, "SC-MY": 9, "SC-GY": 12, "SC-YB": 14, "GX-LZ": 15}
AMENDED = "T510682-1"


def make_targets(session: Session, people: Mapping[str, User]) -> list[TargetPlan]:
    """The plans of 2025 and 2026, published, agreed to by some; one amendment in the middle of 2026."""
    sales = people["sales"]
    models = models_by_code(session)
    plans = []
    for year, (total, season, published_at) in YEARS.items():
        with clock.held(published_at):
            plan = create_plan(
                session,
                year=year,
                total_qty=total,
                actor=sales,
                basis=Basis.POPULATION,
                own_share_bp=OWN_SHARE_BP,
                minimum_qty=2,
                season=SeasonProfile(parse_season(season), JUDGEMENT),
                shares={f"*/{model_key(models[code].id)}": share for code, share in MODEL_SHARES.items()},
                note="按2020年人口普查分配；经销商自营店保留78%",
            )
            publish_plan(session, plan, actor=sales, version=plan.version)
        _sign(session, plan)
        plans.append(plan)
    _amend(session, people)
    return plans


def _sign(session: Session, plan: TargetPlan) -> None:
    owners = session.scalars(select(Distributor).where(Distributor.code.in_(SIGNED))).all()
    for owner in owners:
        agree(session, plan, owner, agreed_on=date(plan.year, 1, SIGNED[owner.code]))


def _amend(session: Session, people: Mapping[str, User]) -> None:
    """The county's new road brings more customers: from September on one outlet is to sell two F6 more a month."""
    outlet = session.scalars(select(Outlet).where(Outlet.code == AMENDED)).one()
    with clock.held(datetime(2026, 8, 20, 2, tzinfo=UTC)):
        amend_quota(
            session,
            outlet.distributor,
            outlet,
            models_by_code(session)["F6"],
            first_month=date(2026, 9, 1),
            last_month=date(2026, 12, 1),
            units=7,
            valid_from=date(2026, 9, 1),
            agreed_on=date(2026, 8, 18),
            reason="新城区道路通车，双方书面约定9月起上调F6任务",
            actor=people["sales"],
        )
