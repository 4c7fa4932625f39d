"""Pages of the field work: plan, record, hand in, judge, find, answer, norms."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from portal import clock
from portal.db import db
from portal.visits.models import ActivityNorm, FieldActivity, FieldFinding, FieldPhoto
from portal.visits.rules.words import ActivityKind, ActivityStatus, TaskStatus
from tests.factories import GUANGHAN, make_outlet

K, S = ActivityKind, ActivityStatus


def photo(colour: str = "red") -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(file, "JPEG")
    file.seek(0)
    return file, f"{colour}.jpg"


def text(response) -> str:
    found = response.get_data(as_text=True)
    response.close()
    return found


@pytest.fixture
def manager(field, client_for):
    return client_for(field.manager)


@pytest.fixture
def dealer(field, client_for):
    return client_for(field.dealer)


@pytest.fixture
def sales(field, client_for):
    return client_for(field.sales)


def test_an_empty_list_says_what_to_do(manager):
    shown = text(manager.get("/activities"))
    assert "Nothing is planned yet" in shown
    assert "Nothing matches these filters" in text(manager.get("/activities?q=none"))


def test_the_list_filters_and_exports(field, manager):
    field.submitted(K.MOT, theme="standard")
    field.plan(K.VISIT, theme="weekly tour")
    assert "standard" in text(manager.get("/activities?kind=mot"))
    assert "weekly tour" not in text(manager.get("/activities?kind=mot"))
    assert "weekly tour" in text(manager.get("/activities?status=planned&mine=yes"))
    assert "weekly tour" not in text(manager.get("/activities?since=2026-99-99&until=2020-01-01"))
    exported = text(manager.post("/activities/export/csv?kind=mot"))
    assert "standard" in exported
    assert "weekly tour" not in exported


def test_an_activity_is_planned_by_code(field, manager):
    facts = {"kind": "training", "party": "FT", "planned_on": clock.today().isoformat(), "client_key": "k1"}
    refused = text(manager.post("/activities/new", data=facts))
    assert "Say which course the training teaches." in refused
    for _ in range(2):  # sent twice, planned once
        response = manager.post("/activities/new", data=facts | {"course": "Basics"})
        assert response.status_code == 302
    (activity,) = db.session.scalars(select(FieldActivity)).all()
    assert (activity.kind, activity.outlet_id, activity.course) == (K.TRAINING, field.outlet.id, "Basics")
    wrong = text(manager.post("/activities/new", data=facts | {"course": "x", "party": "NOBODY", "client_key": "k2"}))
    assert "There is no outlet and no distributor “NOBODY”" in wrong


def test_the_plan_shows_the_days_way(field, manager):
    other = make_outlet(field.distributor, area=field.area, lng=104.5, lat=31.0, code="FT2")
    day = clock.today().isoformat()
    offered = text(manager.get(f"/activities/plan?day={day}"))
    assert "FT2" in offered
    data = {"client_key": "k", "day": day, "outlets": [field.outlet.id, other.id]}
    assert manager.post("/activities/plan", data=data).status_code == 302
    shown = text(manager.get(f"/activities/plan?day={day}"))
    assert shown.count("q-field-number") == 2
    assert "data-mini-map" in shown
    assert re.search(r"km in a straight line", shown)
    assert "Choose at least one outlet." in text(manager.post("/activities/plan", data={"day": day}))
    assert manager.post("/activities/plan", data={"day": "x"}).status_code == 404
    for odd in ("?month=2026-13", "?day=2026-02-31", "?month="):
        assert manager.get(f"/activities/plan{odd}").status_code == 200


def test_check_in_record_and_hand_in_from_a_phone(field, manager, sales):
    activity = field.plan()
    path = f"/activities/{activity.id}"
    assert "data-check-in" in text(manager.get(f"{path}/record"))
    data = {
        "version": activity.version,
        "done_on": clock.today().isoformat(),
        "report": "seen",
        "lng": str(GUANGHAN[0]),
        "lat": str(GUANGHAN[1]),
        "datum": "wgs84",
        "photos": photo(),
    }
    assert manager.post(f"{path}/record", data=data).status_code == 302
    db.session.expire_all()
    assert (activity.status, activity.distance_m) == (S.DONE, 0)
    kept = db.session.scalar(select(FieldPhoto))
    answer = manager.get(f"{path}/photos/{kept.id}")
    assert answer.mimetype == "image/jpeg"
    answer.close()
    assert "data-check-in" not in text(manager.get(f"{path}/record"))
    db.session.expire_all()
    stale = manager.post(f"{path}/record", data=data | {"photos": photo("blue")})
    assert stale.status_code == 409
    assert manager.post(f"{path}/step/submit", data={"version": activity.version}).status_code == 302
    db.session.expire_all()
    assert manager.post(f"{path}/evidence/accept", data={"version": activity.version}).status_code == 409
    waiting = text(sales.get("/norms"))
    assert "Evidence to accept or return" in waiting
    assert sales.post(f"{path}/evidence/accept", data={"version": activity.version}).status_code == 302
    db.session.expire_all()
    assert activity.status is S.ACCEPTED
    assert "Evidence accepted" in text(manager.get(path))


def test_bad_input_keeps_what_was_typed(field, manager):
    activity = field.plan()
    data = {"version": activity.version, "done_on": "tomorrow", "report": "kept words", "lng": "1"}
    shown = text(manager.post(f"/activities/{activity.id}/record", data=data))
    assert "kept words" in shown
    assert "tomorrow" in shown
    data |= {"done_on": clock.today().isoformat(), "lng": "104.3", "photos": (io.BytesIO(b"no picture"), "a.jpg")}
    shown = text(manager.post(f"/activities/{activity.id}/record", data=data))
    assert "kept words" in shown
    db.session.expire_all()
    assert activity.status is S.PLANNED


def test_evidence_is_returned_with_a_reason(field, manager, dealer):
    activity = field.submitted(K.MOT, by=field.dealer)
    path = f"/activities/{activity.id}"
    assert manager.get(f"{path}/evidence/return").status_code == 200
    assert "Say why." in text(manager.post(f"{path}/evidence/return", data={"version": activity.version}))
    data = {"version": activity.version, "reason": "too dark"}
    assert manager.post(f"{path}/evidence/return", data=data).status_code == 302
    assert "too dark" in text(dealer.get(path))
    assert "Evidence of field work that came back to you" in text(dealer.get("/"))
    assert dealer.get(f"{path}/record").status_code == 200


def test_a_task_is_answered_by_the_distributor(field, manager, dealer):
    activity = field.plan()
    field.record(activity)
    path = f"/activities/{activity.id}"
    data = {"finding": "old posters", "next_step": "replace"}
    assert "Say whose next step it is." in text(manager.post(f"{path}/findings/new", data=data))
    data |= {"owner": "distributor", "due_on": (clock.today() + timedelta(days=3)).isoformat()}
    assert manager.post(f"{path}/findings/new", data=data).status_code == 302
    row = db.session.scalar(select(FieldFinding))
    assert "Tasks from visits for you to answer" in text(dealer.get("/"))
    assert f'href="{path}"' in text(dealer.get("/activities?task=distributor"))
    answer = f"{path}/findings/{row.id}/answer"
    assert manager.get(answer).status_code == 409
    assert dealer.post(answer, data={"version": row.version, "answer": "done"}).status_code == 302
    db.session.expire_all()
    settled = manager.post(f"{path}/findings/{row.id}/settle", data={"version": row.version})
    assert settled.status_code == 302
    db.session.expire_all()
    assert row.status is TaskStatus.SETTLED
    assert manager.post(f"{path}/findings/{row.id}/settle", data={"version": "x"}).status_code == 409


def test_steps_that_are_not_possible_say_so(field, manager, dealer):
    activity = field.plan(planned_on=clock.today() + timedelta(days=1))
    path = f"/activities/{activity.id}"
    assert "has not come yet" in text(manager.get(f"{path}/record"))
    assert dealer.get(f"{path}/record").status_code == 409
    assert manager.get(f"{path}/step/submit").status_code == 409
    assert manager.get(f"{path}/findings/new").status_code == 409
    assert manager.post(f"{path}/step/cancel", data={"version": activity.version, "reason": "rain"}).status_code == 302
    db.session.expire_all()
    assert activity.status is S.CANCELLED


def test_norms_are_set_by_sales_and_shown_on_the_board(field, sales, manager):
    month = clock.today().replace(day=1)
    data = {"kind": "mot", "per_month": "2", "first_month": f"{month:%Y-%m}", "store_class": "", "model": ""}
    assert manager.get("/norms/rows/new").status_code == 403
    assert sales.get("/norms/rows/new").status_code == 200
    assert "There is no model “X9”" in text(sales.post("/norms/rows/new", data=data | {"model": "X9"}))
    assert sales.post("/norms/rows/new", data=data).status_code == 302
    assert db.session.scalar(select(ActivityNorm)).per_month == 2
    assert "begins in" in text(sales.post("/norms/rows/new", data=data))
    assert "at least 2 a month" in text(manager.get("/norms/rows"))
    field.submitted(K.MOT, by=field.dealer)
    board = text(manager.get(f"/norms?month={month:%Y-%m}&class="))
    assert "0/2" in board
    assert "+1" in board
    assert "FT" in text(manager.post("/norms/export/csv"))
    assert manager.get("/norms?month=2020-01").status_code == 200


def test_pages_speak_chinese(field, manager):
    field.submitted(K.MOT)
    manager.post("/language/zh_Hans")
    for path in ("/activities", "/activities/plan", "/norms", "/norms/rows"):
        assert manager.get(path).status_code == 200
