"""Outlets: proposed, edited, moved through their life, redeveloped."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.network.models import LifeEvent, Outlet
from portal.network.rules import OUTLET_MOVES, DistributorStatus, OutletStatus, Step
from portal.network.services.life import SystemActor
from portal.network.services.outlets import edit_outlet, move_outlet, propose_outlet, redevelop_outlet
from portal.network.signals import outlet_moved
from tests.factories import make_distributor, make_outlet
from tests.network.sichuan import fill_books

ACTOR = SystemActor("the test")
S = OutletStatus
DAY = date(2025, 8, 1)


@pytest.fixture
def books(session):
    yield from fill_books(session)


def propose(session, **values):
    distributor = values.pop("distributor", None) or make_distributor()
    return propose_outlet(
        session, **{"actor": ACTOR, "distributor": distributor, "code": "GX-001", "name": "融安网点", **values}
    )


def test_a_new_outlet_is_a_candidate_of_today(session):
    outlet = propose(session)
    event = session.scalar(select(LifeEvent).where(LifeEvent.outlet_id == outlet.id))
    assert (outlet.status, outlet.status_on, outlet.opened_on) == (S.CANDIDATE, clock.today(), None)
    assert (event.from_status, event.to_status, event.actor_name) == ("", "candidate", "the test")
    assert event.distributor_id == outlet.distributor_id


def test_an_existing_outlet_brings_its_life(session):
    steps = [Step(S.CANDIDATE, date(2024, 3, 1)), Step(S.OPEN, date(2024, 7, 29)), Step(S.EXITED, date(2024, 10, 31))]
    outlet = propose(session, history=steps)
    assert (outlet.status, outlet.opened_on, outlet.exited_on) == (S.EXITED, steps[1].on, steps[2].on)
    told = session.scalars(select(LifeEvent).where(LifeEvent.outlet_id == outlet.id).order_by(LifeEvent.id)).all()
    assert [(e.from_status, e.to_status) for e in told] == [
        ("", "candidate"),
        ("candidate", "open"),
        ("open", "exited"),
    ]


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        ([Step(S.EXITED, DAY), Step(S.OPEN, DAY)], IllegalMove),
        ([Step(S.OPEN, DAY), Step(S.OPEN, DAY)], IllegalMove),
        ([Step(S.OPEN, DAY), Step(S.WATCH, DAY - timedelta(days=1))], InvalidInput),
        ([Step(S.OPEN, date(2999, 1, 1))], InvalidInput),
    ],
)
def test_an_impossible_life_is_refused(session, steps, error):
    with pytest.raises(error):
        propose(session, history=steps)


def test_a_code_in_use_is_an_error_of_the_field_even_where_it_is_not_seen(session):
    taken = make_outlet(make_distributor())
    with pytest.raises(InvalidInput) as refused:
        propose(session, code=taken.code)
    assert (refused.value.code, refused.value.details["field"]) == ("code_taken", "code")


def test_an_exited_distributor_takes_no_new_outlets(session):
    with pytest.raises(InvalidInput, match="distributor_not_active"):
        propose(session, distributor=make_distributor(status=DistributorStatus.EXITED))


def test_full_width_codes_are_written_half_width(session):
    assert propose(session, code=" ＧＸ０１ ").code == "GX01"


@pytest.mark.parametrize(("before", "after"), [(b, a) for b in S for a in S], ids=lambda status: status.value)
def test_an_outlet_moves_only_along_the_table(session, before, after):
    outlet = make_outlet(make_distributor(), status=before, status_on=DAY)
    if after in OUTLET_MOVES[before]:
        event = move_outlet(session, outlet, after, on=DAY, reason="because", actor=ACTOR)
        assert (outlet.status, event.from_status, event.to_status) == (after, before, after)
    else:
        with pytest.raises(IllegalMove):
            move_outlet(session, outlet, after, on=DAY, reason="because", actor=ACTOR)
        assert outlet.status is before


def test_opening_and_exit_days_follow_the_moves(session):
    outlet = make_outlet(make_distributor(), status=S.OPENING, status_on=DAY, opened_on=None)
    move_outlet(session, outlet, S.OPEN, on=DAY, reason="opened", actor=ACTOR)
    move_outlet(session, outlet, S.WATCH, on=DAY + timedelta(30), reason="half of its target", actor=ACTOR)
    move_outlet(session, outlet, S.OPEN, on=DAY + timedelta(60), reason="recovered", actor=ACTOR)
    move_outlet(session, outlet, S.EXITED, on=DAY + timedelta(90), reason="closed", actor=ACTOR)
    assert (outlet.opened_on, outlet.exited_on, outlet.status_on) == (DAY, DAY + timedelta(90), DAY + timedelta(90))


@pytest.mark.parametrize(
    ("on", "reason", "code"),
    [
        (DAY - timedelta(1), "why", "day_before_last_event"),
        (clock.today() + timedelta(1), "why", "day_in_future"),
        (DAY, "   ", "reason_missing"),
    ],
)
def test_a_move_has_a_possible_day_and_a_reason(session, on, reason, code):
    outlet = make_outlet(make_distributor(), status_on=DAY)
    with pytest.raises(InvalidInput, match=code):
        move_outlet(session, outlet, S.WATCH, on=on, reason=reason, actor=ACTOR)


def test_of_two_moves_at_once_one_is_refused(session):
    outlet = make_outlet(make_distributor(), status_on=DAY)
    session.commit()
    assert outlet.version == 1
    session.execute(
        update(Outlet.__table__).where(Outlet.__table__.c.id == outlet.id).values(status="suspended", version=2)
    )
    with pytest.raises(StaleVersion):
        move_outlet(session, outlet, S.WATCH, on=DAY, reason="why", actor=ACTOR)
    session.rollback()


def test_a_move_on_an_old_version_is_refused(session):
    outlet = make_outlet(make_distributor(), status_on=DAY)
    with pytest.raises(StaleVersion):
        move_outlet(session, outlet, S.WATCH, on=DAY, reason="why", actor=ACTOR, version=outlet.version + 1)


def test_a_move_is_told_to_the_rooms_above(session):
    heard = []

    def listen(sender, **told):
        heard.append((sender.code, told["event"].to_status))

    outlet = make_outlet(make_distributor(), status_on=DAY)
    with outlet_moved.connected_to(listen):
        move_outlet(session, outlet, S.EXITED, on=DAY, reason="why", actor=ACTOR)
    assert heard == [(outlet.code, "exited")]


def test_a_move_is_in_the_audit(session):
    outlet = make_outlet(make_distributor(), status_on=DAY)
    session.commit()
    move_outlet(session, outlet, S.SUSPENDED, on=DAY, reason="no display", actor=ACTOR)
    session.commit()
    entries = session.scalars(
        select(AuditEntry).where(AuditEntry.object_type == "outlets").order_by(AuditEntry.id)
    ).all()
    assert entries[-1].changes["status"] == ["open", "suspended"]


def test_an_edit_changes_what_it_names_and_nothing_else(session):
    outlet = make_outlet(make_distributor(), staff=3)
    edit_outlet(session, outlet, version=outlet.version, name="桂平网点")
    assert (outlet.name, outlet.staff) == ("桂平网点", 3)
    with pytest.raises(StaleVersion):
        edit_outlet(session, outlet, version=1, name="x")
    with pytest.raises(TypeError):
        edit_outlet(session, outlet, status=S.EXITED)


def test_an_edit_that_changes_nothing_leaves_the_version(session):
    outlet = make_outlet(make_distributor())
    edit_outlet(session, outlet, name=outlet.name, lng=outlet.lng, lat=outlet.lat)
    assert outlet.version == 1


def test_an_exited_town_is_redeveloped_once(session, books):
    old = make_outlet(make_distributor(), status=S.EXITED, status_on=DAY, exited_on=DAY, address="广汉市1号")
    new = redevelop_outlet(session, old, code="GX-002", on=DAY + timedelta(30), reason="by May", actor=ACTOR)
    assert (new.predecessor_id, new.status, new.address, new.lng) == (old.id, S.CANDIDATE, old.address, old.lng)
    with pytest.raises(InvalidInput, match="already_redeveloped"):
        redevelop_outlet(session, old, code="GX-003", on=DAY + timedelta(31), reason="again", actor=ACTOR)
    move_outlet(session, new, S.DROPPED, on=DAY + timedelta(40), reason="no tenant", actor=ACTOR)
    again = redevelop_outlet(session, old, code="GX-003", on=DAY + timedelta(41), reason="again", actor=ACTOR)
    assert again.predecessor_id == old.id


def test_only_an_exited_outlet_is_redeveloped(session):
    with pytest.raises(InvalidInput, match="not_exited"):
        redevelop_outlet(session, make_outlet(make_distributor()), code="X", on=DAY, reason="r", actor=ACTOR)
    assert db.session.scalar(select(Outlet).where(Outlet.code == "X")) is None
