"""What tests of settlements need: a small network with sums, locked months, an office of three, policies in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.network.models import Outlet
from portal.periods import shift_month
from portal.permissions import Role
from portal.rebates.models import LedgerEntry, PolicyAddressee, PolicyVersion, RebateStatement, SettlementRun
from portal.rebates.rules.settling import Account, Unit
from portal.rebates.rules.words import Period
from portal.rebates.services.addressees import acknowledge
from portal.rebates.services.policies import create_draft, publish, submit
from portal.rebates.services.settlement import approve, calculate, check_run, open_run, pay, release
from portal.sales.models import ReportingPeriod, SalesRollup
from portal.sales.rules.calendar import due_day_of
from portal.sales.rules.words import PeriodStatus
from tests.factories import make_user, save
from tests.sales.reporting import Dealer

MONTH = date(2026, 9, 1)
# The policies of the year were written in December before.
WRITTEN = datetime(2025, 12, 20, 4, tzinfo=UTC)
PRICE_FEN = 5_000_000


@dataclass
class Office:
    """Those who write, approve and pay."""

    sales: User
    approver: User
    finance: User


def make_office() -> Office:
    return Office(make_user(Role.HO_SALES), make_user(Role.HO_APPROVER), make_user(Role.HO_FINANCE))


def document(code: str = "OUTLET-2026", **values: Any) -> dict[str, Any]:
    """¥1,000 a car for outlets from 8 cars on, in each month of 2026."""
    term = {
        "id": "quota",
        "label": {"en": "Quota bonus", "zh": "任务返利"},
        "pays": "per_unit",
        "tier_on": "units",
        "tiers": [{"from": "8", "rate": "1000"}],
    }
    return {
        "code": code,
        "name": {"en": "Outlet policy", "zh": "网点政策"},
        "party": "outlet",
        "period": "month",
        "effective": {"from": "2026-01-01", "to": "2026-12-31"},
        "settle": "each_period",
        "terms": [term],
    } | values


def volume_policy(code: str = "DEALER-2026", **values: Any) -> dict[str, Any]:
    """1 % of the year so far, 2 % once it reaches ¥1,000,000: cumulative, so that returns claw back."""
    term = {
        "id": "volume",
        "label": {"en": "Volume", "zh": "销量返利"},
        "pays": "percent",
        "tier_on": "amount",
        "method": "retrospective",
        "tiers": [{"from": "0", "rate": "1"}, {"from": "1000000", "rate": "2"}],
    }
    return document(code, party="distributor", settle="cumulative", terms=[term]) | values


def in_force(office: Office, written: dict[str, Any], *, is_acknowledged: bool = True) -> PolicyVersion:
    """Written, submitted and published in December before, and acknowledged by everybody."""
    session = db.session()
    with clock.held(WRITTEN):
        version = create_draft(session, written, actor=office.sales)
        submit(session, version, actor=office.sales, version_seen=version.version)
        publish(session, version, actor=office.approver, version_seen=version.version)
        if is_acknowledged:
            acknowledge_everybody(version)
    return version


def acknowledge_everybody(version: PolicyVersion) -> None:
    for addressee in db.session.scalars(select(PolicyAddressee).where(PolicyAddressee.version_id == version.id)):
        acknowledge(db.session(), addressee, actor=None)


def lock_months(*months: date, status: PeriodStatus = PeriodStatus.LOCKED) -> None:
    """Periods that are closed, as the sales room leaves them."""
    for month in months:
        save(ReportingPeriod(month=month, due_on=due_day_of(month), status=status))


def sell(
    dealer: Dealer, month: date, units: int, *, outlet: Outlet | None = None, model: int = 0, fen: int | None = None
) -> SalesRollup:
    """What the roll-ups say of a place in a month; a second time the sums are put in its place."""
    place = outlet.id if outlet else None
    wanted = select(SalesRollup).where(
        SalesRollup.month == month,
        SalesRollup.distributor_id == dealer.distributor.id,
        SalesRollup.outlet_id == place if place else SalesRollup.outlet_id.is_(None),
        SalesRollup.model_id == dealer.models[model].id,
    )
    row = db.session.scalar(wanted) or SalesRollup(
        month=month, distributor_id=dealer.distributor.id, outlet_id=place, model_id=dealer.models[model].id
    )
    row.retail, row.amount_fen = units, units * PRICE_FEN if fen is None else fen
    return save(row)


def settle(office: Office, month: date = MONTH, kind: Period = Period.MONTH, *, until: str = "paid") -> SettlementRun:
    """A run of the period, moved by the three of them as far as `until`."""
    session = db.session()
    run = open_run(session, kind, month, actor=office.sales)
    calculate(session, run, actor=office.sales)
    steps = {"checked": (check_run, office.finance), "approved": (approve, office.approver)}
    steps |= {"released": (release, office.finance), "paid": (pay, office.finance)}
    for status, (verb, actor) in steps.items():
        if until == "draft":
            break
        verb(session, run, actor=actor, version_seen=run.version)
        if status == until:
            break
    return run


def statement_of(run: SettlementRun, *, outlet: Outlet | None = None) -> RebateStatement:
    wanted = select(RebateStatement).where(RebateStatement.run_id == run.id)
    if outlet is not None:
        wanted = wanted.where(RebateStatement.outlet_id == outlet.id)
    return db.session.scalars(wanted).one()


def balance(account: Account, unit: Unit = Unit.CASH) -> int:
    """What stands in an account, of everybody; credits are negative."""
    total = select(func.sum(LedgerEntry.amount)).where(LedgerEntry.account == account, LedgerEntry.unit == unit)
    return db.session.scalar(total) or 0


def months_until(last: date, count: int) -> list[date]:
    """So many months up to the last one."""
    return [shift_month(last, -back) for back in range(count - 1, -1, -1)]
