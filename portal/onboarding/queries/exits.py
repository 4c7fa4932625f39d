"""Reads of exit cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.errors import NotFound
from portal.network.models import Outlet, SalesArea
from portal.network.queries.parties import Rows
from portal.network.queries.text_search import contains_text
from portal.onboarding.models import Candidate, ExitCase, ExitStage
from portal.paging import Count, Page, SortKey, capped_count, keyset_page

COLUMNS = (
    ExitCase.id,
    ExitCase.stage,
    ExitCase.reason,
    ExitCase.notice_on,
    ExitCase.handover_due_on,
    ExitCase.handed_over_on,
    ExitCase.handed_over_to,
    ExitCase.closed_on,
    ExitCase.redevelop,
    ExitCase.requested_by_name,
    ExitCase.confirmed_by_name,
    Outlet.code,
    Outlet.name,
    Outlet.name_en,
    Outlet.prefecture_code,
    Outlet.county_code,
)


@dataclass(frozen=True, slots=True)
class ExitFilter:
    """Which cases. `late_on`: only hand-overs under way that were due before this day."""

    text: str = ""
    stages: tuple[ExitStage, ...] = ()
    areas: tuple[str, ...] = ()
    late_on: date | None = None

    def apply(self, statement: Rows) -> Rows:
        """`statement` on ExitCase joined with its outlet, cut to what is asked for."""
        if self.text:
            statement = statement.where(contains_text(Outlet.name, self.text) | contains_text(Outlet.code, self.text))
        if self.stages:
            statement = statement.where(ExitCase.stage.in_(self.stages))
        if self.areas:
            areas = select(SalesArea.id).where(SalesArea.code.in_(self.areas))
            statement = statement.where(Outlet.sales_area_id.in_(areas))
        if self.late_on:
            is_late = (ExitCase.stage == ExitStage.HANDOVER) & (ExitCase.handover_due_on < self.late_on)
            statement = statement.where(is_late)
        return statement


def list_exits(
    session: Session, wanted: ExitFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """One page of cases (rows of COLUMNS), and how many there are in all."""
    statement = wanted.apply(_cases())
    page = keyset_page(session, statement, order, cursor, size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def stream_exits(session: Session, wanted: ExitFilter) -> Iterator[Any]:
    """All rows that the filters leave, the latest notice first."""
    statement = wanted.apply(_cases()).order_by(ExitCase.notice_on.desc(), ExitCase.id.desc())
    yield from session.execute(statement.execution_options(yield_per=1_000))


def _cases() -> Rows:
    return select(*COLUMNS).join(Outlet, Outlet.id == ExitCase.outlet_id)


def get_exit(session: Session, case_id: int) -> ExitCase:
    """A case with its outlet; NotFound where the reader sees none."""
    case = session.scalar(select(ExitCase).where(ExitCase.id == case_id).options(joinedload(ExitCase.outlet)))
    if case is None or case.outlet is None:
        raise NotFound()
    return case


def find_open_exit(session: Session, outlet: Outlet) -> ExitCase | None:
    """The outlet's case that is under way."""
    return session.scalar(select(ExitCase).where(ExitCase.open_key == outlet.id))


def find_redevelopment(session: Session, case: ExitCase) -> Candidate | None:
    """The candidate with whom the town is redeveloped."""
    statement = select(Candidate).where(Candidate.predecessor_id == case.outlet_id)
    return session.scalar(statement.order_by(Candidate.id.desc()).limit(1))
