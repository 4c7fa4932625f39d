"""What the bench's databases hold: synthetic outlets in sales areas, applications with score sheets, one reader."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.accounts.sessions import start_session
from portal.db import db
from portal.demo.scale import make_outlets
from portal.network.models import Outlet
from portal.network.rules import CityTier, OperatingMode, StoreClass
from portal.onboarding.models import Application, Candidate, RecruitingStage, ScoreSheet
from portal.onboarding.rules.scores import TargetClass
from portal.onboarding.rules.states import REVIEWS, ApplicationStatus
from portal.permissions import Role
from portal.scope import EVERYTHING, bind_scope

SEED = 20_260_901
READER = "bench@example.com"
# Of ten applications, how many lie on a reviewer's desk.
UNDER_REVIEW = 6


def add_outlets(app: Flask, count: int) -> None:
    """`count` synthetic outlets, where there are none."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    if not _count(session, Outlet):
        print(f"list: making {count:,} outlets", flush=True)
        make_outlets(session, count, geodata=app.config["GEODATA_DIR"])


def add_applications(session: Session, count: int) -> None:
    """`count` applications for sites beside outlets, in every state, half of them scored; where there are none."""
    if _count(session, Application):
        return
    dice = random.Random(SEED)  # noqa: S311 - invented applications
    columns = (Outlet.distributor_id, Outlet.province_code, Outlet.prefecture_code, Outlet.county_code, Outlet.lng,
               Outlet.lat, Outlet.sales_area_id)  # fmt: skip
    sites = session.execute(select(*columns).order_by(Outlet.id)).all()
    rows = [_application(number, dice.choice(sites)._asdict(), dice) for number in range(1, count + 1)]
    session.execute(insert(Application), rows)
    ids = session.scalars(select(Application.id).order_by(Application.id)).all()
    session.execute(insert(ScoreSheet), list(_score_sheets(ids[::2], dice)))
    session.commit()


def _application(number: int, site: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    at = clock.now() - timedelta(minutes=dice.randrange(90 * 24 * 60))
    others = [status for status in ApplicationStatus if status is not ApplicationStatus.DRAFT]
    return {
        **site,
        "number": f"APP-{number:06}",
        "client_key": f"bench-{number}",
        "applicant_id": 1,
        "circle": [1],
        "status": dice.choice(REVIEWS if dice.randrange(10) < UNDER_REVIEW else others),
        "chain": [stage.value for stage in REVIEWS],
        "outlet_name": f"Proposed outlet {number}",
        "store_class": dice.choice(list(StoreClass)),
        "operating_mode": dice.choice(list(OperatingMode)),
        "city_tier": dice.choice(list(CityTier)),
        "answers": {},
        "submitted_at": at,
        "due_on": clock.today() + timedelta(days=dice.randrange(-20, 40)),
        "created_at": at,
        "updated_at": at,
    }


def add_candidates(session: Session, count: int) -> None:
    """`count` candidates beside outlets, at every stage; where there are none."""
    if _count(session, Candidate):
        return
    dice = random.Random(SEED)  # noqa: S311 - invented people
    columns = (Outlet.province_code, Outlet.prefecture_code, Outlet.county_code, Outlet.lng, Outlet.lat,
               Outlet.sales_area_id)  # fmt: skip
    sites = session.execute(select(*columns).order_by(Outlet.id)).all()
    today = clock.today()
    rows = [
        {
            **dice.choice(sites)._asdict(),
            "name": f"Candidate {number}",
            "stage": dice.choice(list(RecruitingStage)),
            "stage_on": today - timedelta(days=dice.randrange(90)),
            "target_class": dice.choice(list(TargetClass)),
            "next_step": "call again",
            "next_on": today + timedelta(days=dice.randrange(-10, 60)),
            "owner_name": "RM",
            "created_at": clock.now(),
        }
        for number in range(1, count + 1)
    ]
    session.execute(insert(Candidate), rows)
    session.commit()


def _score_sheets(ids: Any, dice: random.Random) -> Iterator[dict[str, Any]]:
    for application_id in ids:
        yield {
            "application_id": application_id,
            "marks": {},
            "points": dice.randrange(40, 100),
            "passed": True,
            "scorer_id": 1,
            "scorer_name": "Bench",
            "created_at": clock.now(),
        }


def add_reader(app: Flask) -> str:
    """Somebody of head office, signed in; returns the Cookie header of their browser after its first page."""
    session = db.session()
    user = session.scalar(select(User).where(User.email == READER)) or User(
        email=READER, name="Bench", role=Role.HO_NETWORK, locale="en", created_at=clock.now(), recovery_hashes=[]
    )
    session.add(user)
    session.flush()
    token = start_session(session, user)
    session.commit()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    client.get("/outlets")
    name = str(app.config["SESSION_COOKIE_NAME"])
    found = client.get_cookie(name)
    if found is None:
        raise RuntimeError("no session cookie was set")
    return f"{name}={found.value}"


def _count(session: Session, model: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(model)) or 0)
