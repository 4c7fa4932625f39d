"""Amendments: the list in the reader's scope, one with its lines, and the figures that an amendment starts from."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.errors import NotFound
from portal.network.models import Distributor
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.sales.models import Amendment, MonthlyReport, SalesRollup
from portal.sales.queries.sums import LINE_SUMS
from portal.sales.rules.stock import Place
from portal.sales.rules.words import AmendmentStatus


@dataclass(frozen=True)
class AmendmentFilter:
    """What the facets leave; empty: everything."""

    text: str = ""
    statuses: Collection[AmendmentStatus] = ()
    month: date | None = None

    def apply(self, statement: Select[Any]) -> Select[Any]:
        """The statement, cut."""
        if self.text:
            columns = (Distributor.code, Distributor.name, Distributor.name_en, Amendment.reason)
            statement = statement.where(or_(*(each.icontains(self.text, autoescape=True) for each in columns)))
        if self.statuses:
            statement = statement.where(Amendment.status.in_(self.statuses))
        return statement if self.month is None else statement.where(Amendment.month == self.month)


_COLUMNS: tuple[Any, ...] = (
    Amendment.id,
    Amendment.number,
    Amendment.month,
    Amendment.status,
    Amendment.reason,
    Amendment.proposed_at,
    Amendment.proposed_by_name,
    Amendment.decided_at,
    Amendment.decided_by_name,
    Distributor.code.label("distributor_code"),
    Distributor.name.label("distributor_name"),
    Distributor.name_en.label("distributor_name_en"),
)
_LISTED: Select[Any] = select(*_COLUMNS).join(Distributor, Distributor.id == Amendment.distributor_id)


def list_amendments(
    session: Session, wanted: AmendmentFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """A page of amendments with their distributors, and how many there are."""
    statement = wanted.apply(_LISTED)
    return keyset_page(session, statement, order, cursor, size), capped_count(session, statement)


def stream_amendments(session: Session, wanted: AmendmentFilter) -> Iterator[Any]:
    """All of them, the newest first."""
    statement = wanted.apply(_LISTED).order_by(Amendment.id.desc())
    yield from session.execute(statement, execution_options={"yield_per": 2_000})


def get_amendment(session: Session, amendment_id: int) -> Amendment:
    """The amendment with its report and lines; raises NotFound."""
    parts = (joinedload(Amendment.report).joinedload(MonthlyReport.distributor), selectinload(Amendment.lines))
    amendment = session.scalar(select(Amendment).where(Amendment.id == amendment_id).options(*parts))
    if amendment is None:
        raise NotFound()
    return amendment


def present_figures(session: Session, report: MonthlyReport) -> dict[Place, dict[str, int]]:
    """Place → the figures of the report as they count now, with the amendments approved before."""
    columns = [getattr(SalesRollup, name) for name in LINE_SUMS]
    rows = session.execute(
        select(SalesRollup.outlet_id, SalesRollup.model_id, *columns).where(
            SalesRollup.month == report.month, SalesRollup.distributor_id == report.distributor_id
        )
    )
    return {(row[0], row[1]): dict(zip(LINE_SUMS, row[2:], strict=True)) for row in rows}


def find_same(
    session: Session, report: MonthlyReport, actor_id: int, reason: str, lines: Mapping[Place, Mapping[str, int]]
) -> Amendment | None:
    """A proposal that says the very same and waits: what a second click would make twice."""
    statement = select(Amendment).where(
        Amendment.report_id == report.id,
        Amendment.status == AmendmentStatus.PROPOSED,
        Amendment.proposed_by_id == actor_id,
        Amendment.reason == reason,
    )
    for amendment in session.scalars(statement.options(selectinload(Amendment.lines))):
        if {(line.outlet_id, line.model_id): line.differences for line in amendment.lines} == dict(lines):
            return amendment
    return None
