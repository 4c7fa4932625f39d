"""A small piece of the field: an area with its manager, a distributor with a user, an outlet, somebody of sales."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.permissions import Role
from portal.storage import StoredFile
from portal.visits.models import FieldActivity
from portal.visits.rules.words import ActivityKind
from portal.visits.services.activities import Plan, Record, plan_activity, record_activity, submit_activity
from tests.factories import GUANGHAN, make_area, make_distributor, make_outlet, make_user


@dataclass
class Field:
    """Who and where."""

    area: Any
    distributor: Any
    outlet: Any
    manager: User
    dealer: User
    sales: User

    def plan(self, kind: ActivityKind = ActivityKind.VISIT, *, by: User | None = None, **facts: Any) -> FieldActivity:
        values = {"planned_on": clock.today()} | facts
        key = values.pop("client_key", None)
        outlet = values.pop("outlet", self.outlet)
        return plan_activity(
            db.session(),
            Plan(kind, **values),
            distributor=self.distributor,
            outlet=outlet,
            actor=by or self.manager,
            client_key=key,
        )

    def record(self, activity: FieldActivity, *, by: User | None = None, photo: str = "", **facts: Any) -> None:
        values = {"done_on": clock.today(), "report": "done"} | facts
        kept = [stored(photo)] if photo else []
        record_activity(
            db.session(),
            activity,
            Record(**values),
            actor=by or self.manager,
            version=activity.version,
            kept=kept,
        )

    def submitted(self, kind: ActivityKind = ActivityKind.VISIT, *, by: User | None = None, **facts: Any):
        activity = self.plan(kind, by=by, **facts)
        self.record(activity, by=by, photo=f"{activity.id}.jpg", done_on=activity.planned_on)
        submit_activity(db.session(), activity, actor=by or self.manager, version=activity.version)
        return activity


def stored(name: str) -> StoredFile:
    """As if a picture of this name had been kept; its digest is that of its name."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return StoredFile(digest[:32], name, "jpg", "image/jpeg", 10, digest)


def make_field(**outlet: Any) -> Field:
    """All of it."""
    area = make_area(code="FIELD")
    distributor = make_distributor(area=area, code="FD")
    values = {"lng": GUANGHAN[0], "lat": GUANGHAN[1], "opened_on": date(2020, 1, 1)} | outlet
    return Field(
        area,
        distributor,
        make_outlet(distributor, area=area, code="FT", **values),
        make_user(Role.REGIONAL_MANAGER, of=area),
        make_user(Role.DISTRIBUTOR, of=distributor),
        make_user(Role.HO_SALES),
    )
