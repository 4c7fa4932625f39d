"""Plays two years of monthly reports: handed in, returned, mended, accepted, locked, amended, by the services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.audit.recorder import set_actor
from portal.demo import sales_facts as facts
from portal.demo.onboarding import Stage
from portal.demo.people import AREAS_OF, DISTRIBUTOR_OF
from portal.demo.sales_facts import Books, Shop
from portal.network.models import Distributor, SalesArea
from portal.notifications.models import Notice
from portal.periods import last_day, month_of, previous_month, shift_month
from portal.products.models import ProductModel
from portal.sales.models import MonthlyReport
from portal.sales.queries.lines import models_in_month, outlets_in_month
from portal.sales.queries.reports import questions_of
from portal.sales.rules.calendar import due_day_of
from portal.sales.rules.checks import Check
from portal.sales.rules.stock import LineFacts, Place
from portal.sales.rules.words import QuestionStatus
from portal.sales.services.amendments import decide_amendment, propose_amendment
from portal.sales.services.details import replace_details
from portal.sales.services.periods import ensure_months, hold_period, lock_period, settle_period
from portal.sales.services.questions import answer_question, settle_question
from portal.sales.services.reports import (
    HeaderFacts,
    accept_report,
    open_report,
    return_report,
    save_header,
    save_lines,
    submit_report,
)
from portal.storage import Storage
from portal.targets.queries.quotas import units_by_party

# Days of the next month: usually handed in, too late, accepted, locked, settled.
IN_TIME, TOO_LATE, JUDGED, LOCKED, SETTLED = (2, 3, 4, 5), 8, 7, 10, 20
OFFICE = "sales"


@dataclass
class Play:
    """The stage with all that every month needs."""

    stage: Stage
    today: date
    dealers: list[Distributor]
    managers: Mapping[int | None, str]
    books: dict[str, Books] = field(default_factory=dict)
    reports: dict[tuple[str, date], MonthlyReport] = field(default_factory=dict)

    @property
    def session(self) -> Session:
        return self.stage.session

    @property
    def last(self) -> date:
        """The last month that is over: the one whose reports come in."""
        return previous_month(month_of(self.today))

    def back(self, month: date) -> int:
        """How many months a month lies before the last one."""
        return (self.last.year - month.year) * 12 + self.last.month - month.month

    def day(self, month: date, number: int) -> date:
        """That day of the next month, but never later than today."""
        return min(due_day_of(month, number), self.today)

    def manager_of(self, distributor: Distributor) -> str:
        """Who judges its report."""
        return self.managers.get(distributor.sales_area_id, OFFICE)


DEALERS = {code: who for who, code in DISTRIBUTOR_OF.items()} | {"SC-MY": "dealer.mianyang"}


def make_sales(session: Session, people: Mapping[str, User], storage_dir: Path) -> int:
    """Everything of the monthly reports; returns how many there are. The caller commits."""
    everybody = {user.email.partition("@")[0]: user for user in session.scalars(select(User))}
    stage = Stage(session, everybody | dict(people), Storage(storage_dir))
    areas = {area.code: area.id for area in session.scalars(select(SalesArea))}
    managers: dict[int | None, str] = {areas[code]: who for who, codes in AREAS_OF.items() for code in codes}
    dealers = list(session.scalars(select(Distributor).order_by(Distributor.code)))
    play = Play(stage, clock.today(), dealers, managers)
    for distributor in dealers:
        play.books[distributor.code] = Books(distributor.code)
    for month in _months(play):
        _play_month(play, month)
    _open_present(play)
    set_actor(session, actor_id=None, name="demo")
    _forget_old_notices(play)
    return len(play.reports)


def _months(play: Play) -> Iterator[date]:
    for back in range(facts.MONTHS - 1, -1, -1):
        yield shift_month(play.last, -back)


def _play_month(play: Play, month: date) -> None:
    session = play.session
    with clock.held(_noon(month)):
        ensure_months(session, [month])
    models = {model.id: model for model in models_in_month(session, month)}
    quotas = _quotas(session, month)
    for distributor in play.dealers:
        _report(play, distributor, month, models, quotas)
    _close_earlier(play, month)


def _quotas(session: Session, month: date) -> dict[int, dict[Place, int]]:
    """Distributor → (outlet or None, model) → quota of the month."""
    found: dict[int, dict[Place, int]] = {}
    for (distributor, outlet), by_model in units_by_party(session, month, month).items():
        for model, units in by_model.items():
            found.setdefault(distributor, {})[outlet, model] = units
    return found


def _report(
    play: Play,
    distributor: Distributor,
    month: date,
    models: Mapping[int, ProductModel],
    quotas: Mapping[int, dict[Place, int]],
) -> None:
    session, code, back = play.session, distributor.code, play.back(month)
    outlets = outlets_in_month(session, distributor.id, month)
    shops = [Shop(outlet.id, outlet.code, outlet.county_code) for outlet in outlets]
    shops.append(Shop(None, code, distributor.county_code))
    codes = {model.id: model.code for model in models.values()}
    levelled = code == facts.LEVELLED and back < facts.LEVEL_MONTHS
    lines = play.books[code].month(month, shops, codes, quotas.get(distributor.id, {}), is_levelled=levelled)
    if back == 0 and code in facts.MISSING:
        return
    check = facts.ODD.get(code) if back == 0 else None
    with _on(play, distributor, play.day(month, 1)) as actor:
        report = open_report(session, distributor, month, actor=actor)
        _fill(play, report, actor, facts.make_odd(check, lines) if check else lines)
        if back < facts.LISTING.get(code, 0):
            sales = facts.list_sales(month, lines, shops, codes, check)
            if back == 0 and code in facts.DOUBLED_AT:
                sales = facts.double_serial(sales)
            replace_details(session, report, sales, actor=actor, version=report.version)
    play.reports[code, month] = report
    if back > 0 or code not in facts.DRAFTS:
        _hand_in(play, report, check)


def _fill(play: Play, report: MonthlyReport, actor: User | None, lines: list[LineFacts]) -> None:
    session = play.session
    header = HeaderFacts(as_of_on=last_day(report.month), reporter=actor.name if actor else "数据专员", phone="")
    save_header(session, report, header, actor=actor, version=report.version)
    save_lines(session, report, lines, actor=actor, version=report.version, replaces=True)


@contextmanager
def _on(play: Play, distributor: Distributor, day: date) -> Iterator[User | None]:
    """That day's noon; who acts for the dealer: somebody of the demonstration, or the house."""
    who = DEALERS.get(distributor.code)
    with clock.held(_noon(day)):
        yield play.stage.people[who] if who else None
    play.session.flush()


def _hand_in(play: Play, report: MonthlyReport, check: Check | None) -> None:
    session, month, distributor = play.session, report.month, report.distributor
    code, back = distributor.code, play.back(month)
    late = (code, back) in facts.LATE
    number = TOO_LATE if late else IN_TIME[int(facts.share(code, month, "day") * len(IN_TIME))]
    day = play.day(month, number)
    _submit(play, report, day)
    reason = facts.RETURNED.get((code, back)) or (facts.BACK.get(code) if back == 0 else None)
    if reason:
        day = min(day + timedelta(days=1), play.today)
        with play.stage.on(day, play.manager_of(distributor)) as manager:
            return_report(session, report, actor=manager, version=report.version, reason=reason)
        if back == 0:
            return
        day += timedelta(days=1)
        _submit(play, report, day)
    _answer(play, report, check, day)
    if back > 0 or code in facts.ACCEPTED:
        _accept(play, report, max(play.day(month, JUDGED), day))


def _submit(play: Play, report: MonthlyReport, day: date) -> None:
    key = f"demo-{report.distributor.code}-{report.month}-{report.revision + 1}"
    with _on(play, report.distributor, day) as actor:
        submit_report(play.session, report, actor=actor, version=report.version, key=key)


def _answer(play: Play, report: MonthlyReport, check: Check | None, day: date) -> None:
    """Whoever can sign in answers some questions."""
    who = DEALERS.get(report.distributor.code)
    words = facts.ANSWERS.get(check) if check else None
    if who is None or words is None:
        return
    with play.stage.on(day, who) as dealer:
        for question in questions_of(play.session, report):
            if question.check == check:
                answer_question(play.session, report, question, words, actor=dealer)


def _accept(play: Play, report: MonthlyReport, day: date) -> None:
    session = play.session
    with play.stage.on(day, play.manager_of(report.distributor)) as manager:
        for question in questions_of(session, report):
            if question.status is not QuestionStatus.SETTLED:
                settle_question(session, report, question, actor=manager)
        accept_report(session, report, actor=manager, version=report.version)


def _close_earlier(play: Play, month: date) -> None:
    """A month is locked when the next one's reports come in, and settled a month later; amendments lie between."""
    session, office = play.session, play.stage.people[OFFICE]
    earlier, before = previous_month(month), shift_month(month, -2)
    if play.back(earlier) < facts.MONTHS:
        with clock.held(_noon(play.day(earlier, LOCKED))):
            period = hold_period(session, earlier)
            lock_period(session, period, actor=office, version=period.version)
        _amend(play, earlier)
    if play.back(before) < facts.MONTHS:
        with clock.held(_noon(play.day(before, SETTLED))):
            period = hold_period(session, before)
            settle_period(session, period, actor=office, version=period.version)


def _amend(play: Play, month: date) -> None:
    session, back = play.session, play.back(month)
    for each in facts.AMENDED:
        if each.back != back or (each.distributor, month) not in play.reports:
            continue
        report = play.reports[each.distributor, month]
        model = session.scalars(select(ProductModel.id).where(ProductModel.code == each.model)).one()
        with play.stage.on(play.day(month, 12), DEALERS.get(each.distributor, OFFICE)) as proposer:
            amendment = propose_amendment(
                session, report, {(None, model): each.differences}, each.reason, actor=proposer
            )
        if each.is_approved is not None:
            with play.stage.on(play.day(month, 15), "approver") as approver:
                decide_amendment(
                    session,
                    amendment,
                    actor=approver,
                    version=amendment.version,
                    is_approved=each.is_approved,
                    reason=each.words,
                )


def _open_present(play: Play) -> None:
    """The month that runs is open; the first dealer has begun its draft."""
    session, month = play.session, month_of(play.today)
    ensure_months(session, [month, shift_month(month, 1)])
    distributor = next(each for each in play.dealers if each.code == "SC-CD")
    play.reports["SC-CD", month] = open_report(session, distributor, month, actor=None)


def _forget_old_notices(play: Play) -> None:
    """What was told in the past has been read, and nobody is mailed of it now."""
    now = clock.now()
    old = Notice.created_at < _noon(play.last)
    play.session.execute(update(Notice).where(old).values(read_at=now))
    play.session.execute(update(Notice).where(Notice.kind.startswith("sales.")).values(mailed_at=now))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(4, 0), UTC)
