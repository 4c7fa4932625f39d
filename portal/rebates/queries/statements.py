"""Statements in the reader's scope: the list, one with what it says, earlier ones, and the sales behind a line."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from portal.errors import NotFound
from portal.network.models import Distributor, Outlet
from portal.paging import Count, Page, SortKey, capped_count, keyset_page
from portal.periods import months_between, parse_month
from portal.products.models import ProductModel
from portal.rebates.models import PolicyVersion, RebatePolicy, RebateStatement, SettlementRun
from portal.rebates.queries.known import policy_of
from portal.rebates.rules import facts as rule_facts
from portal.rebates.rules.evaluation import Result, evaluate
from portal.rebates.rules.life import SETTLED, RunStatus
from portal.rebates.rules.words import PartyKind, Period
from portal.sales.models import MonthlyReport, SalesDetail
from portal.sales.queries.sums import HANDED_IN

PARTY_CODE = func.coalesce(Outlet.code, Distributor.code)
MOST_SALES = 500
_REF = re.compile(r"(\d{4}-\d{2})(?:~(\d{4}-\d{2}))?/([^/]+)(?:/([^/]+))?")


@dataclass(frozen=True)
class StatementFilter:
    """What the facets leave; empty: everything."""

    text: str = ""
    statuses: Collection[RunStatus] = ()
    month: date | None = None
    periods: Collection[Period] = ()
    overdue_on: date | None = None

    def apply(self, statement: Select[Any]) -> Select[Any]:
        """The statement, cut."""
        if self.text:
            columns = (RebatePolicy.code, PolicyVersion.name_zh, PolicyVersion.name_en, Outlet.code, Outlet.name,
                       Outlet.name_en, Distributor.code, Distributor.name, Distributor.name_en)  # fmt: skip
            statement = statement.where(or_(*(each.icontains(self.text, autoescape=True) for each in columns)))
        if self.statuses:
            statement = statement.where(SettlementRun.status.in_(self.statuses))
        if self.periods:
            statement = statement.where(RebateStatement.period_kind.in_(self.periods))
        if self.overdue_on is not None:
            waits = (RunStatus.APPROVED, RunStatus.RELEASED)
            owed = RebateStatement.due_fen > 0
            statement = statement.where(SettlementRun.due_on < self.overdue_on, SettlementRun.status.in_(waits), owed)
        return statement if self.month is None else statement.where(RebateStatement.month == self.month)


_COLUMNS: tuple[Any, ...] = (
    RebateStatement.id,
    RebateStatement.month,
    RebateStatement.period_kind,
    RebateStatement.total_fen,
    RebateStatement.posted_fen,
    RebateStatement.due_fen,
    RebateStatement.due_points,
    RebateStatement.due_goods,
    RebateStatement.refusal,
    SettlementRun.number.label("run_number"),
    SettlementRun.status,
    SettlementRun.due_on,
    PolicyVersion.name_en,
    PolicyVersion.name_zh,
    RebatePolicy.code.label("policy_code"),
    PARTY_CODE.label("party_code"),
    Outlet.name.label("outlet_name"),
    Outlet.name_en.label("outlet_name_en"),
    Distributor.name.label("distributor_name"),
    Distributor.name_en.label("distributor_name_en"),
)
_LISTED: Select[Any] = (
    select(*_COLUMNS)
    .select_from(RebateStatement)
    .join(SettlementRun, SettlementRun.id == RebateStatement.run_id)
    .join(PolicyVersion, PolicyVersion.id == RebateStatement.version_id)
    .join(RebatePolicy, RebatePolicy.id == PolicyVersion.policy_id)
    .join(Distributor, Distributor.id == RebateStatement.distributor_id)
    .outerjoin(Outlet, Outlet.id == RebateStatement.outlet_id)
)


def list_statements(
    session: Session, wanted: StatementFilter, *, order: Sequence[SortKey], cursor: str, size: int
) -> tuple[Page, Count]:
    """A page of statements, and how many there are."""
    statement = wanted.apply(_LISTED)
    return keyset_page(session, statement, order, cursor, size), capped_count(session, statement)


def stream_statements(session: Session, wanted: StatementFilter) -> Iterator[Any]:
    """All of them, the newest first."""
    statement = wanted.apply(_LISTED).order_by(RebateStatement.month.desc(), RebateStatement.id.desc())
    yield from session.execute(statement, execution_options={"yield_per": 2_000})


def get_statement(session: Session, statement_id: int) -> RebateStatement:
    """The statement with its run, version and parties; raises NotFound."""
    parts = (
        joinedload(RebateStatement.run),
        joinedload(RebateStatement.policy_version).joinedload(PolicyVersion.policy),
        joinedload(RebateStatement.distributor),
        joinedload(RebateStatement.outlet),
    )
    statement = session.scalar(select(RebateStatement).where(RebateStatement.id == statement_id).options(*parts))
    if statement is None or statement.policy_version is None:
        raise NotFound()
    return statement


def computed_again(statement: RebateStatement) -> Result:
    """The statement's result from its own policy and facts, with all that explains it."""
    policy, facts = policy_of(statement.policy_version), rule_facts.parse(statement.facts)
    if statement.refusal:
        return Result(policy, facts, [], [], refusal=statement.refusal)
    return evaluate(policy, facts)


def is_same(statement: RebateStatement, result: Result) -> bool:
    """Whether computing again gives what the statement says."""
    stored = (statement.total_fen, statement.total_points, statement.total_goods)
    return stored == (result.total_fen, result.points, result.goods)


def other_statements(session: Session, statement: RebateStatement) -> list[RebateStatement]:
    """Statements of settled runs for the same party, policy and period, the oldest first; also later ones."""
    outlet = RebateStatement.outlet_id
    rows = (
        select(RebateStatement)
        .join(SettlementRun, SettlementRun.id == RebateStatement.run_id)
        .join(PolicyVersion, PolicyVersion.id == RebateStatement.version_id)
        .where(
            PolicyVersion.policy_id == statement.policy_version.policy_id,
            RebateStatement.distributor_id == statement.distributor_id,
            outlet.is_(None) if statement.outlet_id is None else outlet == statement.outlet_id,
            RebateStatement.period_kind == statement.period_kind,
            RebateStatement.month == statement.month,
            RebateStatement.id != statement.id,
            SettlementRun.status.in_(SETTLED),
        )
        .options(joinedload(RebateStatement.run), joinedload(RebateStatement.policy_version))
        .order_by(SettlementRun.number, RebateStatement.id)
    )
    return list(session.scalars(rows))


def months_with_statements(session: Session, *, limit: int = 36) -> list[date]:
    """Months of which the reader has statements, the newest first."""
    months = select(RebateStatement.month).distinct().order_by(RebateStatement.month.desc()).limit(limit)
    return list(session.scalars(months))


def open_payments(session: Session, *, limit: int = 12) -> list[Any]:
    """Periods with statements that are approved and not paid: what is due, until when; the oldest first."""
    columns: tuple[Any, ...] = (
        RebateStatement.period_kind,
        RebateStatement.month,
        SettlementRun.status,
        SettlementRun.due_on,
        func.sum(RebateStatement.due_fen).label("due_fen"),
    )
    statement = (
        select(*columns)
        .select_from(RebateStatement)
        .join(SettlementRun, SettlementRun.id == RebateStatement.run_id)
        .where(SettlementRun.status.in_((RunStatus.APPROVED, RunStatus.RELEASED)))
        .group_by(RebateStatement.period_kind, RebateStatement.month, SettlementRun.status, SettlementRun.due_on)
        .having(func.sum(RebateStatement.due_fen) != 0)
        .order_by(SettlementRun.due_on, RebateStatement.period_kind)
        .limit(limit)
    )
    return list(session.execute(statement))


# ---- from a line to the sales


@dataclass(frozen=True, slots=True)
class LineKey:
    """What a line's reference says: months, model and, where it matters, the type of sale."""

    first: date
    last: date
    model: str
    sale_type: str = ""


def read_ref(ref: str) -> LineKey | None:
    """The parts of a line's reference ("2026-10/F3", "2026-01~2026-09/F3/retail"); None where it is none."""
    match = _REF.fullmatch(ref)
    if match is None:
        return None
    try:
        first = parse_month(match[1])
        return LineKey(first, parse_month(match[2]) if match[2] else first, match[3], match[4] or "")
    except ValueError:
        return None


def sales_behind(session: Session, statement: RebateStatement, key: LineKey) -> list[Any]:
    """The sales one by one that a line sums, by day; at most MOST_SALES + 1 of them."""
    detail: Any = SalesDetail
    is_outlet = statement.policy_version.party is PartyKind.OUTLET
    owner = detail.outlet_id if is_outlet else detail.distributor_id
    found = (
        select(
            detail.sold_on,
            detail.serial,
            detail.units,
            detail.amount_fen,
            detail.sale_type,
            detail.report_id,
            Outlet.code.label("outlet_code"),
        )
        .join(MonthlyReport, MonthlyReport.id == detail.report_id)
        .join(ProductModel, ProductModel.id == detail.model_id)
        .outerjoin(Outlet, Outlet.id == detail.outlet_id)
        .where(
            owner == (statement.outlet_id if is_outlet else statement.distributor_id),
            detail.month.in_(list(months_between(key.first, key.last))),
            ProductModel.code == key.model,
            MonthlyReport.status.in_(HANDED_IN),
        )
        .order_by(detail.sold_on, detail.id)
        .limit(MOST_SALES + 1)
    )
    if key.sale_type:
        found = found.where(detail.sale_type == key.sale_type)
    return list(session.execute(found))
