"""Names of the distributors that a page or a file refers to."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.network.models import Distributor
from portal.network.queries.lists import Named


def name_distributors(session: Session, ids: Iterable[int]) -> dict[int, Named]:
    """Names of distributors by id, as far as the reader sees them."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    columns = (Distributor.id, Distributor.code, Distributor.name, Distributor.name_en)
    rows = session.execute(select(*columns).where(Distributor.id.in_(wanted)).order_by(Distributor.id))
    return {row.id: Named(*row) for row in rows}
