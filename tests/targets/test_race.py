"""Two people publish or amend at once: one wins, the other is told, and no quota is in force twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal.accounts.models import User
from portal.db import db, set_may_write
from portal.errors import InvalidInput, QudaoError, StaleVersion
from portal.scope import EVERYTHING, bind_scope
from portal.targets.models import Quota, TargetPlan
from portal.targets.queries.plans import get_plan
from portal.targets.queries.quotas import get_quota
from portal.targets.services.plans import publish_plan
from portal.targets.services.quotas import amend_quota

ROUNDS = 10


@pytest.fixture
def at_once(app) -> Callable[[Callable[[Any, int], None]], list[str]]:
    """Runs a verb in two threads, each with a session of its own; returns what became of them, sorted."""

    def run(verb: Callable[[Any, int], None]) -> list[str]:
        start, outcomes = threading.Barrier(2), list[str]()

        def work(number: int) -> None:
            with app.app_context():
                set_may_write(True)
                session = db.session()
                bind_scope(session, EVERYTHING)
                start.wait()
                try:
                    verb(session, number)
                    session.commit()
                    outcomes.append("done")
                except (QudaoError, OperationalError) as error:
                    session.rollback()
                    outcomes.append(type(error).__name__)
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(outcomes)

    return run


def test_a_draft_is_published_once(network, at_once):
    drafts = [network.draft(1_200, year=2030 + number) for number in range(ROUNDS)]
    ids, sales = [(plan.id, plan.version) for plan in drafts], network.sales.id
    db.session.commit()
    for plan_id, version in ids:

        def publish(session: Any, _number: int, plan_id: int = plan_id, version: int = version) -> None:
            plan, actor = get_plan(session, plan_id), session.get(User, sales)
            publish_plan(session, plan, actor=actor, version=version)

        outcomes = at_once(publish)
        assert outcomes.count("done") == 1
        assert set(outcomes) <= {"done", StaleVersion.__name__, InvalidInput.__name__}
    db.session.expire_all()
    assert db.session.scalar(select(func.sum(Quota.units))) == 1_200 * ROUNDS
    assert db.session.scalar(select(func.count()).where(TargetPlan.published_at.is_not(None))) == ROUNDS


def test_a_quota_is_amended_once(network, at_once):
    network.published()
    wanted = select(Quota.id).where(Quota.outlet_id == network.outlets[0].id, Quota.valid_to.is_(None))
    ids, sales = db.session.scalars(wanted.order_by(Quota.id).limit(ROUNDS)).all(), network.sales.id
    db.session.commit()
    for quota_id in ids:

        def amend(session: Any, number: int, quota_id: int = quota_id) -> None:
            quota, actor = get_quota(session, quota_id), session.get(User, sales)
            amend_quota(
                session,
                quota.distributor,
                quota.outlet,
                quota.model,
                first_month=quota.month,
                last_month=quota.month,
                units=50 + number,
                valid_from=date(2026, 1, 1),
                reason="race",
                actor=actor,
                seen_id=quota_id,
            )

        outcomes = at_once(amend)
        assert outcomes.count("done") == 1
        assert set(outcomes) <= {"done", StaleVersion.__name__}
    doubled = (
        select(Quota.outlet_id, Quota.model_id, Quota.month)
        .where(Quota.valid_to.is_(None), Quota.outlet_id.is_not(None))
        .group_by(Quota.outlet_id, Quota.model_id, Quota.month)
        .having(func.count() > 1)
    )
    assert db.session.execute(doubled).all() == []
