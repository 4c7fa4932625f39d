"""Reads of the rollout plan: planned against open by group, and the plan's lines.

Open counts what opened within the plan's months and trades still; groups without a plan are summed up as unplanned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.network.models import Outlet, SalesArea
from portal.network.queries.parties import RegionKey, Rows
from portal.network.rules import TRADING, CityTier, RegionLevel, StoreClass
from portal.onboarding.models import RolloutLine
from portal.onboarding.rules.openings import PlanProgress, add_months, easy_first, plan_progress
from portal.onboarding.rules.plan import Grouping
from portal.paging import Count, Page, SortKey, capped_count, keyset_page

LINE_COLUMNS = (
    RolloutLine.id,
    RolloutLine.open_month,
    RolloutLine.planned_qty,
    RolloutLine.store_class,
    RolloutLine.city_tier,
    RolloutLine.difficulty,
    RolloutLine.note,
    RolloutLine.sales_area_id,
    RolloutLine.province_code,
    RolloutLine.prefecture_code,
    RolloutLine.county_code,
)
_GROUPS: dict[Grouping, tuple[Any, Any]] = {
    Grouping.PREFECTURE: (RolloutLine.prefecture_code, Outlet.prefecture_code),
    Grouping.COUNTY: (RolloutLine.county_code, Outlet.county_code),
    Grouping.TIER: (RolloutLine.city_tier, Outlet.city_tier),
    Grouping.CLASS: (RolloutLine.store_class, Outlet.store_class),
    Grouping.MONTH: (RolloutLine.open_month, Outlet.opened_on),
}


@dataclass(frozen=True, slots=True)
class PlanFilter:
    """Which lines, and with them which outlets."""

    years: tuple[int, ...] = ()
    areas: tuple[str, ...] = ()
    regions: tuple[RegionKey, ...] = ()
    classes: tuple[StoreClass, ...] = ()
    tiers: tuple[CityTier, ...] = ()
    difficulties: tuple[int, ...] = ()

    def lines(self, statement: Rows) -> Rows:
        """`statement` on RolloutLine, cut to what is asked for."""
        found = self._common(RolloutLine)
        if self.years:
            found.append(or_(*(_in_year(RolloutLine.open_month, year) for year in self.years)))
        if self.difficulties:
            found.append(RolloutLine.difficulty.in_(self.difficulties))
        return statement.where(*found)

    def opened(self, statement: Rows) -> Rows:
        """`statement` on Outlet, cut to the same places, classes, tiers and years."""
        found = [*self._common(Outlet), Outlet.status.in_(TRADING), Outlet.opened_on.is_not(None)]
        if self.years:
            found.append(or_(*(_in_year(Outlet.opened_on, year) for year in self.years)))
        return statement.where(*found)

    def _common(self, model: type[RolloutLine] | type[Outlet]) -> list[ColumnElement[bool]]:
        columns = {
            RegionLevel.PROVINCE: model.province_code,
            RegionLevel.PREFECTURE: model.prefecture_code,
            RegionLevel.COUNTY: model.county_code,
        }
        found: list[ColumnElement[bool]] = []
        if self.areas:
            areas = select(SalesArea.id).where(SalesArea.code.in_(self.areas))
            found.append(model.sales_area_id.in_(areas))
        if self.regions:
            found.append(or_(*(columns[level] == code for level, code in self.regions)))
        if self.classes:
            found.append(model.store_class.in_(self.classes))
        if self.tiers:
            found.append(model.city_tier.in_(self.tiers))
        return found


def _in_year(column: Any, year: int) -> ColumnElement[bool]:
    return column.between(date(year, 1, 1), date(year, 12, 31))


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the table. `key` is a code, a class, a tier or a month; None where nothing is stated."""

    key: Any
    progress: PlanProgress
    difficulty: int


@dataclass(frozen=True)
class PlanTable:
    """The groups, easy before hard (months by date), the sums, and what opened without a plan."""

    groups: list[Group] = field(default_factory=list)
    total: PlanProgress = field(default_factory=lambda: PlanProgress(0, 0, 0))
    unplanned: int = 0


def plan_table(session: Session, wanted: PlanFilter, by: Grouping, *, today: date) -> PlanTable:
    """Planned against open by group. Two statements."""
    planned: dict[Any, list[tuple[date, int]]] = defaultdict(list)
    hardness: dict[Any, int] = {}
    group, opened_group = _GROUPS[by]
    lines = wanted.lines(
        select(group, RolloutLine.open_month, func.sum(RolloutLine.planned_qty), func.min(RolloutLine.difficulty))
    ).group_by(group, RolloutLine.open_month)
    for key, month, count, difficulty in session.execute(lines):
        planned[key].append((month, int(count)))
        hardness[key] = min(hardness.get(key, difficulty), difficulty)
    if not planned:
        return PlanTable()
    opened = _opened(session, wanted, opened_group, by, [month for rows in planned.values() for month, _n in rows])
    groups = [Group(k, plan_progress(planned[k], opened.get(k, 0), until=today), hardness[k]) for k in planned]
    unplanned = sum(count for key, count in opened.items() if key not in planned)
    return PlanTable(_in_order(groups, by), _sum(groups), unplanned)


def _opened(session: Session, wanted: PlanFilter, group: Any, by: Grouping, months: Sequence[date]) -> dict[Any, int]:
    """How many opened in each group within the plan's months."""
    first, end = min(months), add_months(max(months), 1)
    statement = wanted.opened(select(group, func.count(Outlet.id))).where(
        Outlet.opened_on >= first, Outlet.opened_on < end
    )
    found: dict[Any, int] = defaultdict(int)
    for key, count in session.execute(statement.group_by(group)):
        found[key.replace(day=1) if by is Grouping.MONTH else key] += count
    return found


def _in_order(groups: list[Group], by: Grouping) -> list[Group]:
    if by is Grouping.MONTH:
        return sorted(groups, key=lambda each: each.key)
    order = easy_first({str(each.key or ""): each.difficulty for each in groups})
    return sorted(groups, key=lambda each: order.index(str(each.key or "")))


def _sum(groups: Sequence[Group]) -> PlanProgress:
    parts = [each.progress for each in groups]
    return PlanProgress(sum(p.planned for p in parts), sum(p.opened for p in parts), sum(p.late for p in parts))


def list_years(session: Session) -> list[int]:
    """The years that the plan covers."""
    first, last = session.execute(select(func.min(RolloutLine.open_month), func.max(RolloutLine.open_month))).one()
    return list(range(first.year, last.year + 1)) if first and last else []


def list_regions(session: Session) -> list[str]:
    """Codes of the prefectures that the plan names."""
    statement = select(RolloutLine.prefecture_code).where(RolloutLine.prefecture_code.is_not(None)).distinct()
    return [code for code in session.scalars(statement.order_by(RolloutLine.prefecture_code)) if code]


def list_lines(
    session: Session, wanted: PlanFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """One page of the plan's lines (rows of LINE_COLUMNS), and how many there are in all."""
    statement = wanted.lines(select(*LINE_COLUMNS))
    page = keyset_page(session, statement, order, cursor, size)
    return page, Count(len(page.rows)) if page.is_only else capped_count(session, statement)


def stream_lines(session: Session, wanted: PlanFilter) -> Iterator[Any]:
    """All lines that the filters leave, easy before hard, then by month."""
    order = (RolloutLine.difficulty, RolloutLine.open_month, RolloutLine.county_code, RolloutLine.id)
    statement = wanted.lines(select(*LINE_COLUMNS)).order_by(*order)
    yield from session.execute(statement.execution_options(yield_per=1_000))


def get_line(session: Session, line_id: int) -> RolloutLine:
    """A line of the plan; NotFound where the reader sees none."""
    line = session.scalar(select(RolloutLine).where(RolloutLine.id == line_id))
    if line is None:
        raise NotFound()
    return line
