"""Plan, check in, hand in, decide; findings and their tasks; facts for rebates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from portal import clock
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.permissions import Role
from portal.scope import bind_scope as with_scope
from portal.visits.errors import GuardFailed
from portal.visits.queries import activities as queries
from portal.visits.queries.board import standings_of
from portal.visits.queries.facts import accepted_counts
from portal.visits.queries.routes import route_of
from portal.visits.rules.states import Guard
from portal.visits.rules.words import ActivityKind, ActivityStatus, TaskOwner, TaskStatus
from portal.visits.services import activities as services
from portal.visits.services.findings import add_finding, answer_task, settle_task
from portal.visits.services.norms import add_norm
from tests.factories import GUANGHAN, make_area, make_outlet, make_user

K, S = ActivityKind, ActivityStatus


def test_the_same_key_plans_once(field):
    assert field.plan(client_key="one") is field.plan(client_key="one")
    assert field.plan(client_key="two") is not field.plan(client_key="one")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"planned_on": date(2020, 1, 1)}, "day_out_of_reach"),
        ({"planned_on": date(2040, 1, 1)}, "day_out_of_reach"),
        ({"kind": K.TRAINING}, "course_missing"),
        ({"kind": K.MOT, "outlet": None}, "outlet_missing"),
    ],
)
def test_what_cannot_be_planned(field, facts, code):
    with pytest.raises(InvalidInput) as error:
        field.plan(**facts)
    assert error.value.code == code


def test_a_day_is_planned_once_for_each_outlet(field):
    other = make_outlet(field.distributor, area=field.area)
    day = clock.today()
    first = services.plan_day(db.session(), [field.outlet, other], day, actor=field.manager, key="a")
    again = services.plan_day(db.session(), [field.outlet, other], day, actor=field.manager, key="b")
    assert (len(first), len(again)) == (2, 0)


def test_the_position_is_taken_once(field):
    activity = field.plan()
    field.record(activity, lng=GUANGHAN[0], lat=GUANGHAN[1] + 0.001)
    at, metres = activity.checked_in_at, activity.distance_m
    assert 110 <= (metres or 0) <= 112
    field.record(activity, lng=GUANGHAN[0] + 0.5, lat=GUANGHAN[1])
    assert (activity.checked_in_at, activity.distance_m) == (at, metres)


def test_the_day_must_have_come(field):
    activity = field.plan(planned_on=clock.today() + timedelta(days=2))
    with pytest.raises(InvalidInput, match="day_in_future"):
        field.record(activity, done_on=activity.planned_on)
    field.record(activity)  # held before the planned day: what happened counts
    assert activity.status is S.DONE


def test_evidence_is_words_and_a_photo(field):
    activity = field.plan()
    field.record(activity)
    with pytest.raises(GuardFailed) as error:
        services.submit_activity(db.session(), activity, actor=field.manager, version=activity.version)
    assert error.value.guards == (Guard.HAS_EVIDENCE,)
    field.record(activity, photo="a.jpg")
    services.submit_activity(db.session(), activity, actor=field.manager, version=activity.version)
    assert activity.status is S.SUBMITTED


def test_a_photo_serves_once(field):
    activity = field.plan()
    field.record(activity, photo="a.jpg")
    with pytest.raises(InvalidInput, match="photo_repeated"):
        field.record(activity, photo="a.jpg")
    db.session.expire_all()
    services.submit_activity(db.session(), activity, actor=field.manager, version=activity.version)
    other = field.plan(client_key="other")
    field.record(other, photo="a.jpg")
    with pytest.raises(InvalidInput, match="photo_reused"):
        services.submit_activity(db.session(), other, actor=field.manager, version=other.version)


def test_somebody_else_decides(field):
    activity = field.submitted()
    with pytest.raises(GuardFailed) as error:
        services.accept_activity(db.session(), activity, actor=field.manager, version=activity.version)
    assert error.value.guards == (Guard.NOT_THE_SUBMITTER,)
    with pytest.raises(IllegalMove):
        services.accept_activity(db.session(), activity, actor=field.dealer, version=activity.version)
    services.accept_activity(db.session(), activity, actor=field.sales, version=activity.version)
    assert (activity.status, activity.decided_by_name) == (S.ACCEPTED, field.sales.name)


def test_returned_mended_accepted_with_every_event(field):
    activity = field.submitted(K.MOT, by=field.dealer)
    with pytest.raises(GuardFailed):
        services.return_activity(db.session(), activity, " ", actor=field.manager, version=activity.version)
    services.return_activity(db.session(), activity, "dark", actor=field.manager, version=activity.version)
    field.record(activity, by=field.dealer, photo="better.jpg")
    services.submit_activity(db.session(), activity, actor=field.dealer, version=activity.version)
    services.accept_activity(db.session(), activity, actor=field.manager, version=activity.version)
    actions = [event.action for event in reversed(queries.events_of(db.session(), activity))]
    assert actions == ["plan", "record", "submit", "return", "record", "submit", "accept"]


def test_a_stale_version_changes_nothing(field):
    activity = field.submitted()
    with pytest.raises(StaleVersion):
        services.accept_activity(db.session(), activity, actor=field.sales, version=activity.version - 1)
    assert activity.status is S.SUBMITTED


def test_only_whoever_planned_it_records_and_cancels(field):
    activity = field.plan()
    with pytest.raises(GuardFailed):
        field.record(activity, by=field.dealer)
    with pytest.raises(GuardFailed):
        services.cancel_activity(db.session(), activity, "no", actor=field.dealer, version=activity.version)
    services.cancel_activity(db.session(), activity, "rain", actor=field.manager, version=activity.version)
    assert activity.status is S.CANCELLED


def test_a_task_is_given_answered_settled(field):
    activity = field.plan()
    with pytest.raises(IllegalMove):
        add_finding(db.session(), activity, actor=field.manager, finding="early")
    field.record(activity)
    note = add_finding(db.session(), activity, actor=field.manager, finding="clean")
    task = add_finding(
        db.session(),
        activity,
        actor=field.manager,
        finding="old posters",
        next_step="replace them",
        owner=TaskOwner.DISTRIBUTOR,
        due_on=clock.today(),
    )
    assert (note.status, task.status) == (TaskStatus.NOTE, TaskStatus.OPEN)
    with pytest.raises(GuardFailed):
        services.cancel_activity(db.session(), activity, "x", actor=field.manager, version=activity.version)
    with pytest.raises(GuardFailed):
        answer_task(db.session(), activity, task, "I did", actor=field.manager, version=task.version)
    answer_task(db.session(), activity, task, "replaced", actor=field.dealer, version=task.version)
    settle_task(db.session(), activity, task, actor=field.manager, version=task.version)
    assert task.status is TaskStatus.SETTLED


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"finding": " "}, "finding_missing"),
        ({"finding": "x", "next_step": "y"}, "owner_missing"),
        ({"finding": "x", "next_step": "y", "owner": TaskOwner.MANAGER}, "due_missing"),
        (
            {"finding": "x", "next_step": "y", "owner": TaskOwner.MANAGER, "due_on": date(2020, 1, 1)},
            "due_in_past",
        ),
    ],
)
def test_what_is_no_task(field, facts, code):
    activity = field.plan()
    field.record(activity)
    with pytest.raises(InvalidInput) as error:
        add_finding(db.session(), activity, actor=field.manager, **facts)
    assert error.value.code == code


def test_only_accepted_evidence_is_a_fact(field):
    accepted = field.submitted(K.MOT, by=field.dealer)
    services.accept_activity(db.session(), accepted, actor=field.manager, version=accepted.version)
    field.submitted(K.MOT, by=field.dealer, client_key="waits")
    month = clock.today().replace(day=1)
    of_outlet = accepted_counts(db.session(), [field.outlet.id], month, clock.today(), is_outlet=True)
    of_owner = accepted_counts(db.session(), [field.distributor.id], month, clock.today(), is_outlet=False)
    assert of_outlet == {field.outlet.id: {"mot": 1}}
    assert of_owner == {field.distributor.id: {"mot": 1}}
    earlier = month - timedelta(days=1)
    assert accepted_counts(db.session(), [field.outlet.id], date(2020, 1, 1), earlier, is_outlet=True) == {}


def test_the_board_tells_due_held_and_missing(field):
    month = clock.today().replace(day=1)
    add_norm(db.session(), kind=K.MOT, per_month=2, first_month=month)
    field.submitted(K.MOT, by=field.dealer)
    found = standings_of(db.session(), [field.outlet], month)[field.outlet.id][K.MOT]
    assert (found.done, found.accepted, found.missing) == (1, 0, 2)


def test_a_norm_is_ended_by_the_next_and_never_overlaps(field):
    first = add_norm(db.session(), kind=K.MOT, per_month=1, first_month=date(2026, 1, 1))
    add_norm(db.session(), kind=K.MOT, per_month=2, first_month=date(2026, 7, 1))
    assert first.valid_to == date(2026, 6, 30)
    with pytest.raises(InvalidInput, match="norm_overlaps"):
        add_norm(db.session(), kind=K.MOT, per_month=3, first_month=date(2026, 7, 1))


def test_the_days_way_takes_true_distances(field):
    places = [(104.30, 30.98), (104.50, 30.98), (104.40, 30.98)]
    outlets = [make_outlet(field.distributor, area=field.area, lng=lng, lat=lat) for lng, lat in places]
    made = services.plan_day(db.session(), outlets, clock.today(), actor=field.manager, key="k")
    nowhere = field.plan(K.MEETING, outlet=None)
    route = route_of([*made, nowhere])
    assert [stop.activity.outlet_id for stop in route.stops] == [outlets[0].id, outlets[2].id, outlets[1].id]
    assert 19_000 < route.length_m < 19_300
    assert route.unplaced == [nowhere]


def test_the_work_list_counts_in_the_readers_scope(session, field):
    waiting = field.submitted(K.MOT, by=field.dealer)
    late = field.plan(planned_on=clock.today() - timedelta(days=3))
    session.commit()
    wanted = {"manager": (1, 0, 1), "dealer": (0, 0, 0), "sales": (1, 0, 0)}
    for who, expected in wanted.items():
        user = getattr(field, who)
        with_scope(session, user.scope)
        counts = queries.count_work(session, user.id, clock.today())
        assert (counts["waiting"], counts["returned"], counts["overdue"]) == expected, who
    with_scope(session, make_user(Role.REGIONAL_MANAGER, of=make_area(code="OTHER", prefecture=None)).scope)
    assert not any(queries.count_work(session, late.owner_id + waiting.owner_id, clock.today()).values())
