"""Plays the rebates: policies written, published and acknowledged; twelve months settled and paid by three people.

Then a locked month is amended: settled again, it pays one outlet a little more and claws back from another. A dealer
disputes a statement, head office wonders about next year, and a subsidy is handed down.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.audit.recorder import set_actor
from portal.demo import rebates_facts as facts
from portal.network.models import Distributor
from portal.notifications.models import Notice
from portal.periods import shift_month
from portal.products.queries import models_by_code
from portal.rebates.models import PassThroughGrant, PolicyVersion, RebateStatement, SettlementRun
from portal.rebates.rules.life import RunStatus
from portal.rebates.rules.settling import span_of
from portal.rebates.rules.words import Period
from portal.rebates.services import disputes, pass_through, points, what_if
from portal.rebates.services.addressees import acknowledge_all
from portal.rebates.services.policies import create_draft, publish, submit
from portal.rebates.services.settlement import approve, calculate, check_run, open_run, pay, release
from portal.sales.models import MonthlyReport, ReportingPeriod, SalesRollup
from portal.sales.rules.stock import Place
from portal.sales.rules.words import PeriodStatus
from portal.sales.services.amendments import decide_amendment, propose_amendment
from portal.scope import EVERYTHING, bind_scope

SALES, APPROVER, FINANCE, DEALER = "sales", "approver", "finance", "dealer.deyang"
DEALERS = {"dealer.deyang": "SC-DY", "dealer.guangxi": "GX-LZ"}
# Days of the next month on which a run is calculated, checked, approved, released and paid.
STEPS = (12, 13, 14, 16, 20)


@dataclass
class Play:
    """The session, its people, and the last month that is locked."""

    session: Session
    people: Mapping[str, User]
    last: date

    @contextmanager
    def on(self, day: date, who: str, *, in_scope: bool = False) -> Iterator[User]:
        """The clock stands at ten in the morning of that day (today at the latest), and `who` acts."""
        user = self.people[who]
        set_actor(self.session, actor_id=user.id, name=user.name)
        if in_scope:
            bind_scope(self.session, user.scope)
        with clock.held(datetime.combine(min(day, clock.today()), time(2, 0), UTC)):
            yield user
        self.session.flush()
        bind_scope(self.session, EVERYTHING)

    @property
    def months(self) -> list[date]:
        """The months that are settled, the oldest first."""
        return [shift_month(self.last, -back) for back in range(facts.SETTLED_MONTHS - 1, -1, -1)]


def make_rebates(session: Session, people: Mapping[str, User]) -> int:
    """Everything of the rebates; returns how many runs there are. The caller commits."""
    locked = select(ReportingPeriod.month).where(ReportingPeriod.status != PeriodStatus.OPEN)
    play = Play(session, people, max(session.scalars(locked)))
    versions = _write_policies(play)
    for month in play.months:
        _settle(play, Period.MONTH, month)
        if month.month % 3 == 0 and month.year == 2026:
            _settle(play, Period.QUARTER, month, until=RunStatus.CHECKED if month == play.last else RunStatus.PAID)
    _amend(play)
    _dispute(play)
    _wonder(play, versions[facts.OUTLET])
    _hand_down(play)
    set_actor(session, actor_id=None, name="demo")
    _forget_notices(play)
    return len(session.scalars(select(SettlementRun.id)).all())


def _write_policies(play: Play) -> dict[str, PolicyVersion]:
    begin = play.months[0].isoformat()
    before = play.months[0] - timedelta(days=16)
    written = [facts.outlet_month(begin), facts.store_quota(begin), facts.dealer_points(begin)]
    found = [_publish(play, document, before) for document in written]
    december = date(2025, 12, 15)
    yearly = (facts.outlet_growth(), facts.dealer_volume(), facts.shared_growth())
    found += [_publish(play, document, december) for document in yearly]
    amended = facts.outlet_month(facts.AMENDED_FROM, facts.PUSH)
    found.append(_publish(play, amended, date(2026, 6, 15), but=facts.NOT_ACKNOWLEDGED))
    return {version.policy.code: version for version in found}


def _publish(play: Play, document: facts.Document, day: date, *, but: str = "") -> PolicyVersion:
    """Written and submitted by one, published by another two days later, and acknowledged within the week."""
    session = play.session
    with play.on(day, SALES) as sales:
        version = create_draft(session, document, actor=sales)
        submit(session, version, actor=sales, version_seen=version.version)
    with play.on(day + timedelta(days=2), APPROVER) as approver:
        publish(session, version, actor=approver, version_seen=version.version)
    own = {code: who for who, code in DEALERS.items()}
    for owner, code in session.execute(select(Distributor.id, Distributor.code).order_by(Distributor.code)):
        if code == but:
            continue
        with play.on(day + timedelta(days=4), own.get(code, SALES)) as user:
            actor = user if code in own else None
            acknowledge_all(session, version, distributor_id=owner, actor=actor)
    return version


def _settle(
    play: Play, kind: Period, month: date, *, until: RunStatus = RunStatus.PAID, late: int = 0
) -> SettlementRun:
    """A run of the period, moved by the three of them as far as `until`."""
    session, first = play.session, span_of(kind, month).ends_on + timedelta(days=late)
    days = [first + timedelta(days=number) for number in STEPS]
    with play.on(days[0], SALES) as sales:
        run = open_run(session, kind, month, actor=sales)
        calculate(session, run, actor=sales)
    moves = ((FINANCE, check_run), (APPROVER, approve), (FINANCE, release))
    for day, (who, verb) in zip(days[1:], moves, strict=False):
        if run.status is until:
            return run
        with play.on(day, who) as actor:
            verb(session, run, actor=actor, version_seen=run.version)
    if run.status is not until:
        with play.on(days[-1], FINANCE) as finance:
            reference = f"HK{month:%Y%m}-{kind.value[0].upper()}{run.number}"
            pay(session, run, actor=finance, version_seen=run.version, reference=reference)
    return run


def _amend(play: Play) -> None:
    """One outlet had left out a sale, another took cars back and falls below its quota: settled again."""
    session = play.session
    (raised, more), (lowered, back) = _to_amend(play)
    f3 = models_by_code(session)["F3"].id
    report = session.scalars(
        select(MonthlyReport)
        .join(Distributor, Distributor.id == MonthlyReport.distributor_id)
        .where(Distributor.code == facts.DISPUTER, MonthlyReport.month == play.last)
    ).one()
    lines: dict[Place, dict[str, int]] = {
        (raised, f3): {"retail": more, "closing_stock": -more},
        (lowered, f3): {"retail": -back, "closing_stock": back},
    }
    end = span_of(Period.MONTH, play.last).ends_on
    with play.on(end + timedelta(days=22), DEALER) as dealer:
        amendment = propose_amendment(session, report, lines, facts.AMENDMENT, actor=dealer)
    with play.on(end + timedelta(days=24), APPROVER) as approver:
        decide_amendment(
            session, amendment, actor=approver, version=amendment.version, is_approved=True, reason=facts.AGREED
        )
    _settle(play, Period.MONTH, play.last, until=RunStatus.RELEASED, late=14)


def _to_amend(play: Play) -> tuple[tuple[int, int], tuple[int, int]]:
    """Two of the dealer's outlets: one that so many more cars bring to its quota, one that falls below by so many."""
    session = play.session
    f3 = models_by_code(session)["F3"].id
    stock = dict(
        session.execute(
            select(SalesRollup.outlet_id, SalesRollup.closing_stock).where(
                SalesRollup.month == play.last, SalesRollup.model_id == f3, SalesRollup.outlet_id.is_not(None)
            )
        ).all()
    )
    lacking, earning = [], []
    for row in session.scalars(_statements(play)):
        units = sum(line["units"] for line in row.facts["lines"] if line["model"] in facts.CARS["models"])
        quota = sum(row.facts.get("quota", {}).get(model, 0) for model in facts.CARS["models"])
        least = -(-quota * 8 // 10)  # 80 %, rounded up
        outlet = row.outlet_id or 0
        if units >= least > 0:
            earning.append((units - least + 1, outlet))
        elif least and stock.get(outlet, 0) >= least - units:
            lacking.append((least - units, outlet))
    (more, raised), (back, lowered) = min(lacking), min(earning)
    return (raised, more), (lowered, back)


def _statements(play: Play) -> Select[RebateStatement]:
    """What the last month's first run says to the dealer's outlets, the least first."""
    return (
        select(RebateStatement)
        .join(SettlementRun, SettlementRun.id == RebateStatement.run_id)
        .join(Distributor, Distributor.id == RebateStatement.distributor_id)
        .where(
            Distributor.code == facts.DISPUTER,
            RebateStatement.month == play.last,
            RebateStatement.outlet_id.is_not(None),
            SettlementRun.period_kind == Period.MONTH,
            SettlementRun.number == 1,
        )
        .order_by(RebateStatement.total_fen, RebateStatement.id)
    )


def _dispute(play: Play) -> None:
    """An outlet missed its quota by little: its distributor asks, finance has answered, the decision is open."""
    session = play.session
    end = span_of(Period.MONTH, play.last).ends_on
    again = select(RebateStatement.outlet_id).join(SettlementRun).where(SettlementRun.number == 2)
    settled = set(session.scalars(again))
    statement = next(each for each in session.scalars(_statements(play)) if each.outlet_id not in settled)
    line = statement.facts["lines"][0]["ref"]
    with play.on(end + timedelta(days=26), DEALER) as dealer:
        dispute = disputes.ask(
            session,
            statement,
            actor=dealer,
            question=facts.QUESTION,
            term_id="quota",
            line_ref=line,
            key="demo-dispute",
        )
    with play.on(end + timedelta(days=28), FINANCE) as finance:
        disputes.answer(session, dispute, actor=finance, version_seen=dispute.version, answer=facts.ANSWER)


def _wonder(play: Play, version: PolicyVersion) -> None:
    """Next year's steps computed over half a year, beside what is in force."""
    session = play.session
    with play.on(clock.today(), SALES) as sales:
        saved = what_if.save(
            session,
            "2027 阶梯任务返利",
            facts.wondered(),
            actor=sales,
            first_month=shift_month(play.last, -5),
            last_month=play.last,
            compared_version_id=version.id,
        )
        what_if.keep(session, saved, what_if.compute(session, saved))


def _hand_down(play: Play) -> None:
    """The manufacturer's subsidy of the month before, handed down by two dealers; payments, and points used."""
    session, month = play.session, shift_month(play.last, -1)
    end = span_of(Period.MONTH, month).ends_on
    with play.on(end + timedelta(days=12), SALES) as sales:
        notice = pass_through.issue_notice(
            session,
            actor=sales,
            code=f"BT-{month:%Y-%m}",
            name_en="Autumn subsidy",
            name_zh="秋季购车补贴",
            month=month,
            per_model_fen=facts.SUBSIDY,
            issued_on=end,
        )
        pass_through.grant_notice(session, notice, actor=sales, version_seen=notice.version)
    for who, code in DEALERS.items():
        owner = session.scalars(select(Distributor.id).where(Distributor.code == code)).one()
        ids = select(PassThroughGrant.id).where(PassThroughGrant.distributor_id == owner).order_by(PassThroughGrant.id)
        # The last one waits: somebody has to be asked about it.
        for grant_id in session.scalars(ids).all()[:-1]:
            with play.on(end + timedelta(days=20), who, in_scope=True) as dealer:
                grant = pass_through.get_grant(session, grant_id)
                pass_through.pass_on(
                    session, grant, actor=dealer, version_seen=grant.version, amount_fen=grant.granted_fen
                )
    with play.on(play.last + timedelta(days=24), FINANCE) as finance:
        for number, code in enumerate(DEALERS.values(), 1):
            owner = session.scalars(select(Distributor.id).where(Distributor.code == code)).one()
            points.note_payment(
                session, owner, actor=finance, month=play.last, received_on=clock.today(),
                amount_fen=180_000_000 * number, reference=f"SK{play.last:%Y%m}{number:03}",
            )  # fmt: skip
            points.redeem(
                session, owner, None, actor=finance, points=500 * number, what_for="两名销售顾问的培训",
                value_fen=50_000 * number, key=f"demo-redeem-{code}",
            )  # fmt: skip


def _forget_notices(play: Play) -> None:
    """What was told in the past has been read, and nobody is mailed of it now."""
    session, now = play.session, clock.now()
    told = Notice.kind.startswith("rebates.") | Notice.kind.startswith("sales.")
    session.execute(update(Notice).where(told, Notice.mailed_at.is_(None)).values(mailed_at=now))
    old = Notice.kind.startswith("rebates.") & (Notice.created_at < now - timedelta(days=30))
    session.execute(update(Notice).where(old).values(read_at=now))
