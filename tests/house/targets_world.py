"""The catalogue, a published target, a draft, and a tenant's quota with the amendment that made it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.demo.products import make_products
from portal.network.models import Distributor, Outlet
from portal.products.models import GroupMember
from portal.targets.models import Quota, QuotaAmendment, TargetPlan
from portal.targets.rules.words import Basis, PlanStatus
from tests.factories import save

MONTH = date(2026, 10, 1)


def add_targets() -> dict[str, int]:
    """Ids by what they are: `model`, `member` (of a group), `published` and `draft` (plans)."""
    models = make_products(db.session(), {})
    return {
        "model": models["F3"].id,
        "member": db.session.scalars(select(GroupMember.id).where(GroupMember.valid_to.is_(None))).first() or 0,
        "published": _plan(2026, PlanStatus.PUBLISHED).id,
        "draft": _plan(2027, PlanStatus.DRAFT).id,
    }


def _plan(year: int, status: PlanStatus) -> TargetPlan:
    return save(
        TargetPlan(
            year=year,
            status=status,
            first_month=date(year, 1, 1),
            valid_from=date(year, 1, 1),
            total_qty=1_200,
            basis=Basis.EQUAL,
            created_at=clock.now(),
        )
    )


def add_quota(marker: str, distributor: Distributor, outlet: Outlet, area: Any, ids: dict[str, int]) -> int:
    """The id of an outlet's quota in force, amended for a reason that carries the marker."""
    owner = {"distributor_id": distributor.id, "outlet_id": outlet.id, "model_id": ids["model"], "month": MONTH}
    amendment = save(
        QuotaAmendment(
            **owner,
            last_month=MONTH,
            units=10,
            valid_from=date(2026, 9, 1),
            reason=f"{marker} reason",
            actor_name="x",
            created_at=clock.now(),
        )
    )
    quota = Quota(
        **owner,
        plan_id=ids["published"],
        sales_area_id=area.id,
        units=10,
        valid_from=date(2026, 9, 1),
        amendment_id=amendment.id,
    )
    return int(save(quota).id)
