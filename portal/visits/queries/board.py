"""The board of norms: outlets of the reader's scope, page by page, and how each stands in a month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from portal.network.models import Outlet, SalesArea
from portal.network.queries.parties import Rows
from portal.network.queries.text_search import contains_text
from portal.network.rules import TRADING, StoreClass
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.periods import last_day
from portal.products.models import ProductModel
from portal.visits.models import ActivityNorm, FieldActivity
from portal.visits.rules.norms import Held, Norm, Standing, norms_of, standings
from portal.visits.rules.words import ActivityKind

COLUMNS = (Outlet.id, Outlet.code, Outlet.name, Outlet.name_en, Outlet.store_class, Outlet.opened_on)


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which outlets of the board."""

    text: str = ""
    areas: tuple[str, ...] = ()
    classes: tuple[StoreClass, ...] = ()

    def apply(self, statement: Rows) -> Rows:
        """`statement` on Outlet, cut to what is asked for."""
        if self.text:
            statement = statement.where(contains_text(Outlet.name, self.text) | contains_text(Outlet.code, self.text))
        if self.areas:
            areas = select(SalesArea.id).where(SalesArea.code.in_(self.areas))
            statement = statement.where(Outlet.sales_area_id.in_(areas))
        if self.classes:
            statement = statement.where(Outlet.store_class.in_(self.classes))
        return statement


def list_norms(session: Session) -> list[ActivityNorm]:
    """Every dated row, by kind, class and day."""
    order = (ActivityNorm.kind, ActivityNorm.store_class, ActivityNorm.valid_from.desc(), ActivityNorm.id)
    return list(session.scalars(select(ActivityNorm).options(joinedload(ActivityNorm.model)).order_by(*order)))


def norms_for_rules(session: Session) -> list[Norm]:
    """The rows as the rules know them."""
    return [
        Norm(
            row.kind,
            row.per_month,
            row.valid_from,
            row.valid_to,
            row.store_class.value if row.store_class else None,
            row.model.code if row.model else None,
            row.theme,
        )
        for row in list_norms(session)
    ]


def list_board(
    session: Session, wanted: BoardFilter, month: date, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count, dict[int, dict[ActivityKind, Standing]]]:
    """One page of outlets (rows of COLUMNS), how many there are, and their standings by kind."""
    statement = wanted.apply(_outlets(month))
    page = keyset_page(session, statement, order, cursor, size)
    count = Count(len(page.rows)) if page.is_only else capped_count(session, statement)
    return page, count, standings_of(session, page.rows, month)


def stream_board(
    session: Session, wanted: BoardFilter, month: date
) -> Iterator[tuple[Any, dict[ActivityKind, Standing]]]:
    """Every outlet with its standings, by code, some hundred at a time."""
    after = ""
    while True:
        statement = wanted.apply(_outlets(month)).where(Outlet.code > after).order_by(Outlet.code).limit(500)
        rows = session.execute(statement).all()
        if not rows:
            return
        found = standings_of(session, rows, month)
        for row in rows:
            yield row, found[row.id]
        after = rows[-1].code


def standings_of(session: Session, rows: Iterable[Any], month: date) -> dict[int, dict[ActivityKind, Standing]]:
    """Outlet → kind → how it stands in the month."""
    norms, rows = norms_for_rules(session), list(rows)
    held = _held(session, [row.id for row in rows], month)
    by_class: dict[str | None, list[Norm]] = {}
    found = {}
    for row in rows:
        store_class = row.store_class.value if row.store_class else None
        if store_class not in by_class:
            by_class[store_class] = norms_of(norms, store_class, month)
        found[row.id] = {each.norm.kind: each for each in standings(by_class[store_class], held.get(row.id, ()))}
    return found


def _held(session: Session, ids: Sequence[int], month: date) -> dict[int, list[Held]]:
    statement = (
        select(FieldActivity.outlet_id, FieldActivity.kind, FieldActivity.status, ProductModel.code, func.count())
        .select_from(FieldActivity)
        .outerjoin(ProductModel, ProductModel.id == FieldActivity.model_id)
        .where(FieldActivity.outlet_id.in_(ids), FieldActivity.done_on.between(month, last_day(month)))
        .group_by(FieldActivity.outlet_id, FieldActivity.kind, FieldActivity.status, ProductModel.code)
    )
    found: dict[int, list[Held]] = defaultdict(list)
    for outlet, kind, status, model, count in session.execute(statement):
        if outlet is not None:
            found[outlet] += [Held(kind, status, model)] * count
    return found


def _outlets(month: date) -> Rows:
    """Outlets that trade, and were open before the month's end."""
    opened = Outlet.opened_on.is_(None) | (Outlet.opened_on <= last_day(month))
    return select(*COLUMNS).where(Outlet.status.in_(TRADING), opened)
