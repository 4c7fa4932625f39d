"""Reads of plans: the list, one of them, its split by month on any level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, selectinload

from portal.errors import NotFound
from portal.paging import Count, Page, capped_count, keyset_page
from portal.tables import ListState
from portal.targets.models import Quota, TargetPlan
from portal.targets.queries.hierarchy import months_of, read_hierarchy, settings_of
from portal.targets.rules.cascade import OUTLETS, OWN, Split, area_key, cascade, distributor_key, id_of, outlet_key
from portal.targets.rules.season import SeasonProfile, split_year
from portal.targets.rules.words import PlanStatus


@dataclass(frozen=True, slots=True)
class At:
    """Where in the cascade a page stands: an area, a distributor in it, its own store or an outlet. Empty: the top."""

    keys: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> At:
        """ "area:3/distributor:12/outlet:8", as a page's address says it. Raises NotFound for anything else."""
        keys = tuple(part for part in text.split("/") if part)
        wanted = (("area:",), ("distributor:",), ("outlet:", OWN))
        if len(keys) > len(wanted):
            raise NotFound()
        for key, starts in zip(keys, wanted, strict=False):
            number = key.rpartition(":")[2]
            if not key.startswith(starts) or not (number.isascii() and (number.isdigit() or key in (OWN, "area:none"))):
                raise NotFound()
        return cls(keys)

    @property
    def depth(self) -> int:
        """How many levels below the top."""
        return len(self.keys)

    @property
    def path(self) -> str:
        """As `parse` reads it."""
        return "/".join(self.keys)


@dataclass
class Line:
    """One line of a plan's table: what it was given month by month, and what is in force after amendments."""

    key: str
    months: list[int]
    in_force: int | None = None

    @property
    def total(self) -> int:
        """Units over all months."""
        return sum(self.months)


@dataclass
class Grid:
    """The lines below a place, and the sums of the place itself."""

    months: list[date]
    lines: list[Line] = field(default_factory=list)
    # What the place was given by the level above: the lines must add up to it.
    given: list[int] = field(default_factory=list)

    @property
    def sums(self) -> list[int]:
        """Sums of the lines, month by month."""
        return [sum(line.months[place] for line in self.lines) for place in range(len(self.months))]

    @property
    def adds_up(self) -> bool:
        """Whether the lines are what was given, month by month."""
        return not self.lines or self.sums == self.given

    @property
    def in_force(self) -> int | None:
        """Units in force below the place; None for a draft."""
        known = [line.in_force for line in self.lines if line.in_force is not None]
        return sum(known) if known else None


def list_plans(session: Session, state: ListState) -> tuple[Page, Count]:
    """A page of plans, and how many there are."""
    statement = _filtered(state)
    page = keyset_page(session, statement, state.order(TargetPlan.id), state.cursor, state.size)
    return page, capped_count(session, statement)


def _filtered(state: ListState) -> Any:
    statement = select(TargetPlan)
    if years := state.chosen("year"):
        statement = statement.where(TargetPlan.year.in_([int(year) for year in years]))
    if statuses := state.chosen("status"):
        statement = statement.where(TargetPlan.status.in_([PlanStatus(status) for status in statuses]))
    return statement


def export_plans(session: Session, state: ListState) -> Iterator[TargetPlan]:
    """All plans that the filters leave, latest first."""
    yield from session.scalars(_filtered(state).order_by(TargetPlan.year.desc(), TargetPlan.revision.desc()))


def list_years(session: Session) -> list[int]:
    """The years that have a plan, latest first."""
    return list(session.scalars(select(TargetPlan.year).distinct().order_by(TargetPlan.year.desc())))


def get_plan(session: Session, plan_id: int) -> TargetPlan:
    """The plan with its shares; NotFound where there is none, or none that the asker sees."""
    plan = session.scalar(select(TargetPlan).where(TargetPlan.id == plan_id).options(selectinload(TargetPlan.shares)))
    if plan is None:
        raise NotFound()
    return plan


def latest_plan(session: Session, year: int, *, month: date | None = None) -> TargetPlan | None:
    """The published plan of the year with the highest revision (that covers the month), else the latest draft."""
    statement = select(TargetPlan).where(TargetPlan.year == year).options(selectinload(TargetPlan.shares))
    if month is not None:
        statement = statement.where(TargetPlan.first_month <= month, TargetPlan.status == PlanStatus.PUBLISHED)
    is_draft = case((TargetPlan.status == PlanStatus.PUBLISHED, 0), else_=1)
    return session.scalars(statement.order_by(is_draft, TargetPlan.revision.desc()).limit(1)).first()


def next_revision(session: Session, year: int) -> int:
    """The number of the year's next plan."""
    return (session.scalar(select(func.max(TargetPlan.revision)).where(TargetPlan.year == year)) or 0) + 1


def season_of(plan: TargetPlan) -> list[int]:
    """Units of each month that the plan covers. Raises InvalidInput where its season does not fit its total."""
    profile = SeasonProfile.from_dict(plan.season)
    return split_year(plan.total_qty, profile, first_month=plan.first_month.month)


def split_plan(session: Session, plan: TargetPlan, *, depth: int = 99) -> Split:
    """A plan's whole split, computed from the network of today."""
    node = read_hierarchy(session, months_of(plan), plan.basis, settings_of(plan))
    return cascade(season_of(plan), node, depth=depth)


# ---- one table of a plan


def grid_of(session: Session, plan: TargetPlan, at: At) -> Grid:
    """What lies directly below a place of a plan. Raises NotFound for a place that is not in it."""
    if plan.status is PlanStatus.DRAFT:
        return grid_of_split(split_plan(session, plan, depth=at.depth + 2), months_of(plan), at)
    return _published(session, plan, at)


def grid_of_split(split: Split, months: list[date], at: At) -> Grid:
    """The same from a split that is at hand."""
    here = _below(split, at)
    children = [part for child in here.children for part in (child.children if child.key == OUTLETS else (child,))]
    return Grid(months, [Line(child.key, list(child.units)) for child in children], list(here.units))


def _below(split: Split, at: At) -> Split:
    here: Split | None = split
    for key in at.keys:
        here = here.find(key) or here.find(OUTLETS, key) if here else None
    if here is None:
        raise NotFound()
    return here


_COLUMNS: tuple[Any, ...] = (Quota.sales_area_id, Quota.distributor_id, Quota.outlet_id, Quota.model_id)


def _published(session: Session, plan: TargetPlan, at: At) -> Grid:
    """Sums of the quotas that the plan wrote, and of those in force now. One statement."""
    months = months_of(plan)
    wrote = and_(Quota.plan_id == plan.id, Quota.amendment_id.is_(None))
    counts = case((Quota.valid_to.is_(None), Quota.units), else_=0)
    column = _COLUMNS[at.depth]
    statement = (
        select(column, Quota.month, func.sum(case((wrote, Quota.units), else_=0)), func.sum(counts))
        .where(Quota.month.between(months[0], months[-1]), *_inside(at))
        .group_by(column, Quota.month)
    )
    lines: dict[str, Line] = {}
    for value, month, units, in_force in session.execute(statement):
        key = _key(at.depth, value)
        line = lines.setdefault(key, Line(key, [0] * len(months), 0))
        line.months[month.month - months[0].month] += int(units)
        line.in_force = (line.in_force or 0) + int(in_force)
    if at.keys and not lines:
        raise NotFound()
    grid = Grid(months, [line for line in lines.values() if line.total or line.in_force])
    grid.given = grid.sums
    return grid


def _inside(at: At) -> list[ColumnElement[bool]]:
    found = []
    for key, column in zip(at.keys, _COLUMNS, strict=False):
        number = id_of(key)
        found.append(column.is_(None) if number is None else column == number)
    return found


def _key(depth: int, value: int | None) -> str:
    if depth == 0:
        return area_key(value)
    if depth == 1:
        return distributor_key(value or 0)
    return outlet_key(value) if depth == 2 else f"model:{value}"


def stored_rows(session: Session, plan: TargetPlan) -> dict[tuple[Any, ...], list[int]]:
    """(area, distributor, outlet, model ids) → units by month of a published plan, as it was published."""
    months = months_of(plan)
    statement = (
        select(*_COLUMNS, Quota.month, Quota.units)
        .where(Quota.plan_id == plan.id, Quota.amendment_id.is_(None))
        .order_by(Quota.id)
    )
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * len(months))
    for *ids, month, units in session.execute(statement):
        found[tuple(ids)][month.month - months[0].month] = units
    return dict(found)


def stored_split(session: Session, plan: TargetPlan) -> Split:
    """The split of a published plan, put together again from the quotas that it wrote."""
    tree: dict[str, Any] = {}
    for ids, units in stored_rows(session, plan).items():
        keys = [_key(depth, value) for depth, value in enumerate(ids)]
        here = tree
        for key in keys[:-1]:
            here = here.setdefault(key, {})
        here[keys[-1]] = tuple(units)
    return _joined("", tree, len(months_of(plan)))


def _joined(key: str, tree: Any, months: int) -> Split:
    if isinstance(tree, tuple):
        return Split(key, tree)
    children = tuple(_joined(name, below, months) for name, below in tree.items())
    sums = tuple(sum(child.units[place] for child in children) for place in range(months))
    return Split(key, sums, children)


@dataclass(frozen=True, slots=True)
class LevelSum:
    """How many there are on a level of the cascade, and the units of all of them together."""

    level: str
    number: int
    units: int


def level_sums(split: Split) -> list[LevelSum]:
    """The sums of months, areas, distributors, own stores, outlets and models: each level once more the total."""
    areas = split.children
    owners = [owner for area in areas for owner in area.children]
    parties = [
        party
        for owner in owners
        for child in owner.children
        for party in (child.children if child.key == OUTLETS else (child,))
    ]
    models = [model for party in parties for model in party.children]
    own = [party for party in parties if party.key == OWN]
    outlets = [party for party in parties if party.key != OWN]
    return [
        LevelSum("months", len(split.units), sum(split.units)),
        LevelSum("areas", len(areas), sum(part.total for part in areas)),
        LevelSum("distributors", len({owner.key for owner in owners}), sum(part.total for part in owners)),
        LevelSum("own", len(own), sum(part.total for part in own)),
        LevelSum("outlets", len(outlets), sum(part.total for part in outlets)),
        LevelSum("models", len({model.key for model in models if model.total}), sum(part.total for part in models)),
    ]


def split_of_nothing(session: Session, plan: TargetPlan, *, depth: int) -> Split:
    """The hierarchy of a plan without any units: for a plan whose season does not fit yet."""
    months = months_of(plan)
    return cascade([0] * len(months), read_hierarchy(session, months, plan.basis, settings_of(plan)), depth=depth)
