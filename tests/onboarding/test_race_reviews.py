"""Two people decide at once: one wins, the other is told, and nothing happens twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from portal import clock
from portal.accounts.models import User
from portal.db import db, set_may_write
from portal.errors import IllegalMove, StaleVersion
from portal.network.models import LifeEvent
from portal.network.rules import OutletStatus
from portal.onboarding.models import Application, ReviewStep
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.onboarding.services.reviews import act
from portal.permissions import Role
from portal.scope import EVERYTHING, bind_scope
from tests.factories import make_user, save
from tests.onboarding.reviewing import make_row

S, A = ApplicationStatus, Action
OBJECTS = 300


@pytest.fixture
def approvers(session) -> list[User]:
    return [make_user(Role.HO_APPROVER, name=f"批准人{number}") for number in range(2)]


@pytest.fixture(autouse=True)
def quick_commits(app) -> Iterator[None]:
    """Commits do not wait for the disk: what outlives a power cut is not the question here."""
    pragma = {"sqlite": "PRAGMA synchronous=OFF", "postgresql": "SET synchronous_commit=off"}

    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(pragma[db.engine.dialect.name])
        cursor.close()

    with app.app_context():
        event.listen(db.engine, "connect", prepare)
        db.engine.dispose()
        yield
        event.remove(db.engine, "connect", prepare)
        db.session.remove()
        db.engine.dispose()


def ids_of(users: list[User]) -> list[int]:
    """Their ids; the test's own transaction is closed, or on SQLite nobody else could write."""
    found = [user.id for user in users]
    db.session.commit()
    return found


def make_cases(applicant: Any, number: int) -> list[tuple[int, int]]:
    """Ids and versions of applications at head office, endorsed once by somebody else."""
    rows = [make_row(applicant, S.HEAD_OFFICE_REVIEW, lng=None, lat=None) for _ in range(number)]
    for row in rows:
        save(
            ReviewStep(
                application_id=row.id,
                action=A.ENDORSE,
                from_status=S.NETWORK_REVIEW,
                to_status=S.HEAD_OFFICE_REVIEW,
                application_version=0,
                actor_id=987_654,
                actor_name="x",
                happened_at=clock.now(),
            )
        )
    cases = [(row.id, row.version) for row in rows]
    db.session.commit()
    return cases


def in_two_threads(work: Callable[[int], None]) -> None:
    """`work(0)` and `work(1)` at the same time; what they raise fails the test."""
    raised: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    if raised:
        raise raised[0]


def decide(app: Flask, case: tuple[int, int], actor_id: int, action: Action) -> str:
    """One decision in a transaction of its own: `won`, or how it was refused."""
    with app.app_context():
        set_may_write(True)
        session = db.session()
        bind_scope(session, EVERYTHING)
        try:
            application = session.get_one(Application, case[0])
            actor = session.get_one(User, actor_id)
            act(session, application, action, actor=actor, version=case[1], reason="理由")
            session.commit()
        except (StaleVersion, IllegalMove) as error:
            session.rollback()
            return error.code
        finally:
            db.session.remove()
    return "won"


def test_of_two_decisions_at_once_one_wins_three_hundred_times(app, applicant, approvers):
    cases = make_cases(applicant, OBJECTS)
    actors, gate = ids_of(approvers), threading.Barrier(2)
    found: list[list[str]] = [[], []]

    def work(number: int) -> None:
        for place, case in enumerate(cases):
            # Both approve, or one approves and the other rejects.
            action = A.REJECT if number and place % 2 else A.APPROVE
            gate.wait(timeout=60)
            found[number].append(decide(app, case, actors[number], action))

    in_two_threads(work)
    pairs = Counter(tuple(sorted(pair)) for pair in zip(*found, strict=True))
    assert pairs == {("stale_version", "won"): OBJECTS}
    bind_scope(db.session(), EVERYTHING)
    decided = select(ReviewStep.application_id, func.count()).where(ReviewStep.action != A.ENDORSE)
    steps = db.session.execute(decided.group_by(ReviewStep.application_id)).all()
    assert sorted(count for _application, count in steps) == [1] * OBJECTS
    after = (OutletStatus.APPROVED.value, OutletStatus.DROPPED.value)
    moves = select(func.count(LifeEvent.id)).where(LifeEvent.to_status.in_(after))
    assert db.session.scalar(moves) == OBJECTS
    statuses = Counter(db.session.scalars(select(Application.status)))
    assert statuses[S.APPROVED] + statuses[S.REJECTED] == OBJECTS


def test_the_loser_is_told_who_was_faster(app, applicant, approvers, client_for):
    """The same through the pages: the second answer is a page that names the winner and the step."""
    cases = make_cases(applicant, 12)
    clients, gate = [client_for(user) for user in approvers], threading.Barrier(2)
    names = [user.name for user in approvers]
    db.session.commit()
    pages: list[list[tuple[int, str]]] = [[], []]

    def work(number: int) -> None:
        for case in cases:
            step = ("approve", "reject")[number]
            gate.wait(timeout=60)
            data = {"version": case[1], "reason": "理由"}
            answer = clients[number].post(f"/reviews/{case[0]}/step/{step}", data=data)
            pages[number].append((answer.status_code, answer.get_data(as_text=True)))

    in_two_threads(work)
    for first, second in zip(*pages, strict=True):
        assert sorted((first[0], second[0])) == [302, 409]
        winner, page = (0, second[1]) if first[0] == 302 else (1, first[1])
        # The loser either read the new state already, or lost at the moment of writing.
        assert "Somebody else was faster" in page or "not possible" in page
        if "Somebody else was faster" in page:
            assert names[winner] in page


def test_a_lost_race_leaves_no_trace(app, applicant, approvers):
    (case,) = make_cases(applicant, 1)
    first, second = ids_of(approvers)
    assert decide(app, case, first, A.APPROVE) == "won"
    assert [decide(app, case, second, action) for action in (A.APPROVE, A.REJECT)] == ["stale_version"] * 2
    bind_scope(db.session(), EVERYTHING)
    db.session.expire_all()
    application = db.session.get_one(Application, case[0])
    assert (application.status, application.version) == (S.APPROVED, case[1] + 1)
