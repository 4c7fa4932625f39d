"""Norms are dated rows: a new one from a month on, an old one ended; none is edited."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.errors import InvalidInput
from portal.network.rules import StoreClass
from portal.periods import month_of
from portal.products.models import ProductModel
from portal.visits.models import ActivityNorm
from portal.visits.rules.words import ActivityKind


def add_norm(
    session: Session,
    *,
    kind: ActivityKind,
    per_month: int,
    first_month: date,
    store_class: StoreClass | None = None,
    theme: str = "",
    model: ProductModel | None = None,
) -> ActivityNorm:
    """From this month on; the row of the same kind and class ends the day before. Raises InvalidInput."""
    begin = month_of(first_month)
    same = select(ActivityNorm).where(ActivityNorm.kind == kind, ActivityNorm.store_class == store_class)
    for row in session.scalars(same.where(ActivityNorm.valid_to.is_(None) | (ActivityNorm.valid_to >= begin))):
        if row.valid_from >= begin:
            raise InvalidInput("norm_overlaps", field="first_month", value=begin)
        row.valid_to = begin - timedelta(days=1)
    norm = ActivityNorm(
        kind=kind,
        store_class=store_class,
        per_month=per_month,
        theme=theme.strip(),
        model_id=model.id if model else None,
        valid_from=begin,
    )
    session.add(norm)
    session.flush()
    return norm
