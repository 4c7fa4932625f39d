"""Reads of openings: those under way with their checklists, and the reviews of what was promised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from portal.errors import NotFound
from portal.network.models import Outlet, SalesArea
from portal.network.queries.parties import Rows
from portal.network.queries.text_search import contains_text
from portal.network.rules import OutletStatus
from portal.onboarding.models import Application, ChecklistItem, OpeningReview
from portal.onboarding.rules.openings import ChecklistKind
from portal.onboarding.rules.states import ApplicationStatus
from portal.paging import Count, Page, SortKey, capped_count, keyset_page

S = ApplicationStatus
WITH_CHECKLIST = (S.APPROVED, S.OPENING, S.OPENED)
_ITEMS = (
    select(
        ChecklistItem.application_id.label("application_id"),
        func.count(ChecklistItem.id).label("total"),
        func.count(ChecklistItem.done_on).label("done"),
        func.min(case((ChecklistItem.done_on.is_(None), ChecklistItem.due_on))).label("next_due"),
    )
    .group_by(ChecklistItem.application_id)
    .subquery()
)
OPENING_COLUMNS = (
    Application.id,
    Application.number,
    Application.outlet_name,
    Application.status,
    Application.distributor_id,
    Application.sales_area_id,
    Application.prefecture_code,
    Application.county_code,
    Application.store_class,
    Application.planned_open_on,
    Application.decided_at,
    _ITEMS.c.total,
    _ITEMS.c.done,
    _ITEMS.c.next_due,
)


@dataclass(frozen=True, slots=True)
class OpeningFilter:
    """Which openings."""

    text: str = ""
    statuses: tuple[ApplicationStatus, ...] = ()
    areas: tuple[str, ...] = ()
    # Only those with an open line that was due before this day.
    late_on: date | None = None

    def apply(self, statement: Rows) -> Rows:
        """`statement` on Application joined with its checklist, cut to what is asked for."""
        statement = statement.where(Application.status.in_(self.statuses or WITH_CHECKLIST))
        if self.text:
            statement = statement.where(
                contains_text(Application.outlet_name, self.text) | contains_text(Application.number, self.text)  # type: ignore[arg-type]
            )
        if self.areas:
            areas = select(SalesArea.id).where(SalesArea.code.in_(self.areas))
            statement = statement.where(Application.sales_area_id.in_(areas))
        return statement.where(_ITEMS.c.next_due < self.late_on) if self.late_on else statement


def list_openings(
    session: Session, wanted: OpeningFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """One page of openings (rows of OPENING_COLUMNS), and how many there are in all."""
    statement = wanted.apply(_openings())
    page = keyset_page(session, statement, order, cursor, size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def _openings() -> Rows:
    return select(*OPENING_COLUMNS).outerjoin(_ITEMS, _ITEMS.c.application_id == Application.id)


def stream_openings(session: Session, wanted: OpeningFilter) -> Iterator[Any]:
    """All rows that the filters leave, by planned opening."""
    statement = wanted.apply(_openings()).order_by(Application.planned_open_on, Application.id)
    yield from session.execute(statement.execution_options(yield_per=1_000))


def get_opening(session: Session, application_id: int) -> Application:
    """An application that was approved; NotFound where the reader sees none."""
    found = session.scalar(
        select(Application)
        .where(Application.id == application_id, Application.status.in_(WITH_CHECKLIST))
        .options(joinedload(Application.distributor), joinedload(Application.outlet))
    )
    if found is None:
        raise NotFound()
    return found


def list_items(session: Session, application: Application) -> list[ChecklistItem]:
    """The checklist, in the order of the work."""
    order = [kind.value for kind in ChecklistKind]
    rows = session.scalars(
        select(ChecklistItem).where(ChecklistItem.application_id == application.id).order_by(ChecklistItem.id)
    )
    return sorted(rows, key=lambda item: (order.index(item.kind), item.id))


def list_reviews_of(session: Session, outlet_id: int | None) -> list[OpeningReview]:
    """The reviews of one outlet's promise."""
    statement = select(OpeningReview).where(OpeningReview.outlet_id == outlet_id)
    return list(session.scalars(statement.order_by(OpeningReview.months)))


REVIEW_COLUMNS = (
    OpeningReview.id,
    OpeningReview.months,
    OpeningReview.due_on,
    OpeningReview.promised_qty,
    OpeningReview.actual_qty,
    OpeningReview.held_on,
    OpeningReview.put_on_watch,
    OpeningReview.source,
    Outlet.code,
    Outlet.name,
    Outlet.name_en,
    Outlet.status,
    Outlet.opened_on,
)


@dataclass(frozen=True, slots=True)
class PromiseFilter:
    """Which reviews: those to hold that are due by a day, all to hold, or those held."""

    text: str = ""
    states: tuple[str, ...] = ()
    months: tuple[int, ...] = ()
    statuses: tuple[OutletStatus, ...] = ()

    def apply(self, statement: Rows, today: date) -> Rows:
        """`statement` on OpeningReview joined with its outlet, cut to what is asked for."""
        if self.text:
            statement = statement.where(contains_text(Outlet.name, self.text) | contains_text(Outlet.code, self.text))
        if self.months:
            statement = statement.where(OpeningReview.months.in_(self.months))
        if self.statuses:
            statement = statement.where(Outlet.status.in_(self.statuses))
        conditions = {
            "due": OpeningReview.held_on.is_(None) & (OpeningReview.due_on <= today),
            "to_come": OpeningReview.held_on.is_(None) & (OpeningReview.due_on > today),
            "held": OpeningReview.held_on.is_not(None),
        }
        chosen = [conditions[state] for state in self.states if state in conditions]
        if not chosen:
            return statement
        whole = chosen[0]
        for condition in chosen[1:]:
            whole = whole | condition
        return statement.where(whole)


def list_promises(
    session: Session, wanted: PromiseFilter, *, today: date, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """One page of reviews (rows of REVIEW_COLUMNS), and how many there are in all."""
    statement = wanted.apply(_promises(), today)
    page = keyset_page(session, statement, order, cursor, size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def _promises() -> Rows:
    return select(*REVIEW_COLUMNS).join(Outlet, Outlet.id == OpeningReview.outlet_id)


def stream_promises(session: Session, wanted: PromiseFilter, today: date) -> Iterator[Any]:
    """All rows that the filters leave, by due date."""
    statement = wanted.apply(_promises(), today).order_by(OpeningReview.due_on, OpeningReview.id)
    yield from session.execute(statement.execution_options(yield_per=1_000))


def get_review(session: Session, review_id: int) -> OpeningReview:
    """A review with its outlet; NotFound where the reader sees none."""
    found = session.scalar(
        select(OpeningReview).where(OpeningReview.id == review_id).options(joinedload(OpeningReview.outlet))
    )
    if found is None:
        raise NotFound()
    return found
