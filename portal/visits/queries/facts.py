"""What rebates ask: how often accepted evidence stands for each activity, of many parties in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.visits.models import FieldActivity
from portal.visits.rules.words import ActivityStatus


def accepted_counts(
    session: Session, ids: Sequence[int], first: date, last: date, *, is_outlet: bool
) -> dict[int, dict[str, int]]:
    """Outlet (or distributor) → kind → accepted activities that were held on these days."""
    owner: Any = FieldActivity.outlet_id if is_outlet else FieldActivity.distributor_id
    statement = (
        select(owner, FieldActivity.kind, func.count())
        .where(
            owner.in_(ids),
            FieldActivity.status == ActivityStatus.ACCEPTED,
            FieldActivity.done_on.between(first, last),
        )
        .group_by(owner, FieldActivity.kind)
        .order_by(owner, FieldActivity.kind)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for party, kind, count in session.execute(statement):
        found[party][kind.value] = int(count)
    return dict(found)
