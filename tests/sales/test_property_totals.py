"""Whatever order things come in: the same lines give the same totals, and roll-ups are what a rebuild would make."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from portal.db import db
from portal.errors import QudaoError
from portal.sales.models import Amendment, MonthlyReport, SalesRollup
from portal.sales.queries.lines import facts_of_lines
from portal.sales.queries.sums import LINE_SUMS, SUM_COLUMNS
from portal.sales.rules.stock import DetailFacts, LineFacts
from portal.sales.rules.words import AmendmentStatus, ReportStatus
from portal.sales.services.amendments import decide_amendment, propose_amendment
from portal.sales.services.details import replace_details
from portal.sales.services.periods import ask_reopening, decide_reopening, lock_period, open_period
from portal.sales.services.reports import accept_report, open_report, return_report, save_lines, submit_report
from portal.sales.services.rollups import compare, rebuild
from tests.sales.reporting import MONTH, NOW, Dealer, make_dealer

AUGUST = date(2026, 8, 1)
FIGURES = ("sell_in", "retail", "closing_stock", "amount_fen")
SETTINGS = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
figures = st.fixed_dictionaries({name: st.integers(0, 500) for name in FIGURES})


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace."""
    nested = db.session.begin_nested()
    try:
        yield
    finally:
        nested.rollback()
        db.session.expire_all()


@pytest.fixture
def shops(session, dealer) -> Dealer:
    """Two outlets and two models, nothing reported yet."""
    open_period(session(), MONTH)
    return dealer


def places(dealer: Dealer) -> list[tuple[int | None, int]]:
    outlets: list[int | None] = [None, *(outlet.id for outlet in dealer.outlets)]
    return [(outlet, model.id) for outlet in outlets for model in dealer.models]


def all_rollups() -> list[tuple[Any, ...]]:
    columns = [getattr(SalesRollup, name) for name in SUM_COLUMNS]
    rows = db.session.execute(select(*columns))
    return sorted((tuple(row) for row in rows), key=repr)


@SETTINGS
@given(st.data())
def test_any_order_and_any_splitting_of_saves_gives_the_same_totals(session, shops, data):
    here = places(shops)
    final = {place: data.draw(figures) for place in here}
    # Earlier versions of the lines may be overtaken by later ones; within one save a place stands once.
    drafts = [(place, data.draw(figures)) for place in data.draw(st.lists(st.sampled_from(here), max_size=4))]
    order = data.draw(st.permutations(list(final.items())))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(order) - 1), max_size=4)))
    saves = [[each] for each in drafts]
    saves += [order[start:end] for start, end in zip([0, *cuts], [*cuts, len(order)], strict=True)]
    with undone():
        report = open_report(session(), shops.distributor, MONTH, actor=shops.user)
        for save in saves:
            rows = [LineFacts(outlet_id=place[0], model_id=place[1], **values) for place, values in save]
            save_lines(session(), report, rows, actor=shops.user, version=report.version)
        submit_report(session(), report, actor=shops.user, version=report.version, key="k")
        stored = {row.place: row for row in facts_of_lines(session(), report).values()}
        assert {place: {name: getattr(row, name) for name in FIGURES} for place, row in stored.items()} == final
        for name in FIGURES:
            total = session.scalar(select(func.sum(getattr(SalesRollup, name))))
            assert total == sum(values[name] for values in final.values())
        assert compare(session()) == []


EVERYTHING_DONE = {
    verb.__name__
    for verb in (
        open_report, save_lines, replace_details, submit_report, accept_report, return_report, lock_period,
        ask_reopening, decide_reopening, propose_amendment, decide_amendment,
    )
}  # fmt: skip


class House(RuleBasedStateMachine):
    """Two dealers, two months, everybody at work in any order; a small model keeps the totals beside them."""

    dealers: list[Dealer]
    done: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.savepoint = db.session.begin_nested()
        self.keys = 0
        for number in range(2):
            for month in (AUGUST, MONTH):
                self.open(number, month)

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            self.savepoint.rollback()
            db.session.expire_all()

    def attempt(self, verb: Any, *words: Any, **more: Any) -> None:
        """The verb, or nothing at all where it is refused."""
        nested = db.session.begin_nested()
        try:
            verb(db.session(), *words, **more)
            nested.commit()
            self.done[verb.__name__] += 1
        except QudaoError:
            nested.rollback()

    def report_of(self, number: int, month: date) -> MonthlyReport | None:
        dealer = self.dealers[number]
        return db.session.scalar(
            select(MonthlyReport).where(
                MonthlyReport.distributor_id == dealer.distributor.id, MonthlyReport.month == month
            )
        )

    who = st.integers(0, 1)
    when = st.sampled_from((AUGUST, MONTH))

    def open(self, number: int, month: date) -> None:
        """A draft of each dealer for each month."""
        dealer = self.dealers[number]
        self.attempt(open_report, dealer.distributor, month, actor=dealer.user)

    @rule(number=who, month=when, place=st.integers(0, 5), values=figures)
    def save(self, number: int, month: date, place: int, values: dict[str, int]) -> None:
        dealer, report = self.dealers[number], self.report_of(number, month)
        if report is not None:
            outlet, model = places(dealer)[place]
            row = LineFacts(outlet_id=outlet, model_id=model, **values)
            self.attempt(save_lines, report, [row], actor=dealer.user, version=report.version)

    @rule(number=who, month=when, place=st.integers(0, 5), units=st.lists(st.integers(1, 9), max_size=3))
    def list_sales(self, number: int, month: date, place: int, units: list[int]) -> None:
        dealer, report = self.dealers[number], self.report_of(number, month)
        if report is not None:
            outlet, model = places(dealer)[place]
            rows = [DetailFacts(outlet_id=outlet, model_id=model, sold_on=month, units=each) for each in units]
            self.attempt(replace_details, report, rows, actor=dealer.user, version=report.version)

    def pick(self, number: int, *statuses: ReportStatus) -> tuple[Dealer, MonthlyReport] | None:
        """One of the reports that stand there, with its dealer; None where there is none."""
        rows = db.session.scalars(
            select(MonthlyReport).where(MonthlyReport.status.in_(statuses)).order_by(MonthlyReport.id)
        ).all()
        if not rows:
            return None
        report = rows[number % len(rows)]
        owners = {dealer.distributor.id: dealer for dealer in self.dealers}
        return owners[report.distributor_id], report

    @rule(number=st.integers(0, 3))
    def submit(self, number: int) -> None:
        self.keys += 1
        if found := self.pick(number, ReportStatus.DRAFT, ReportStatus.RETURNED):
            dealer, report = found
            self.attempt(submit_report, report, actor=dealer.user, version=report.version, key=f"k{self.keys}")

    @rule(number=st.integers(0, 3))
    def accept(self, number: int) -> None:
        if found := self.pick(number, ReportStatus.SUBMITTED):
            dealer, report = found
            self.attempt(accept_report, report, actor=dealer.manager, version=report.version)

    @rule(number=st.integers(0, 3))
    def give_back(self, number: int) -> None:
        if found := self.pick(number, ReportStatus.SUBMITTED, ReportStatus.ACCEPTED):
            dealer, report = found
            self.attempt(return_report, report, actor=dealer.manager, version=report.version, reason="x")

    @rule(month=when, locks=st.sampled_from((True, False, False)))
    def lock(self, month: date, locks: bool) -> None:
        if locks:
            period = open_period(db.session(), month)
            self.attempt(lock_period, period, actor=self.dealers[0].sales, version=period.version)

    @rule(month=when)
    def reopen(self, month: date) -> None:
        period, crew = open_period(db.session(), month), self.dealers[0]
        self.attempt(ask_reopening, period, "x", actor=crew.sales, version=period.version)
        self.attempt(decide_reopening, period, actor=crew.approver, version=period.version, is_granted=True)

    @rule(
        number=st.integers(0, 3), place=st.integers(0, 5), name=st.sampled_from(FIGURES), value=st.integers(-9, 9),
        is_decided=st.booleans(),
    )  # fmt: skip
    def propose(self, number: int, place: int, name: str, value: int, is_decided: bool) -> None:
        if found := self.pick(number, *ReportStatus):
            dealer, report = found
            self.attempt(propose_amendment, report, {places(dealer)[place]: {name: value}}, "x", actor=dealer.user)
            if is_decided:
                self.decide_first(is_approved=True)

    @rule(is_approved=st.booleans())
    def decide(self, is_approved: bool) -> None:
        self.decide_first(is_approved)

    def decide_first(self, is_approved: bool) -> None:
        proposed = select(Amendment).where(Amendment.status == AmendmentStatus.PROPOSED).order_by(Amendment.id)
        amendment = db.session.scalar(proposed.limit(1))
        if amendment is not None:
            words = {"version": amendment.version, "is_approved": is_approved, "reason": "x"}
            self.attempt(decide_amendment, amendment, actor=self.dealers[0].approver, **words)

    @invariant()
    def rollups_are_what_they_sum(self) -> None:
        db.session.flush()
        assert compare(db.session()) == []
        assert self.summed_by_hand() == {
            name: int(db.session.scalar(select(func.sum(getattr(SalesRollup, name)))) or 0) for name in LINE_SUMS
        }

    @invariant()
    def a_rebuild_changes_nothing(self) -> None:
        before = all_rollups()
        rebuild(db.session())
        assert all_rollups() == before

    @invariant()
    def nothing_is_below_zero(self) -> None:
        for name in ("sell_in", "retail", "closing_stock"):
            assert (db.session.scalar(select(func.min(getattr(SalesRollup, name)))) or 0) >= 0

    def summed_by_hand(self) -> dict[str, int]:
        """Row by row in Python: lines of what is in hand, differences that were approved."""
        totals: dict[str, int] = defaultdict(int)
        for report in db.session.scalars(select(MonthlyReport)):
            if report.status in (ReportStatus.SUBMITTED, ReportStatus.ACCEPTED):
                for line in facts_of_lines(db.session(), report).values():
                    for name in LINE_SUMS:
                        totals[name] += getattr(line, name)
        for amendment in db.session.scalars(select(Amendment).where(Amendment.status == AmendmentStatus.APPROVED)):
            for line in amendment.lines:
                for name, value in line.differences.items():
                    totals[name] += value
        return {name: totals[name] for name in LINE_SUMS}


def test_everybody_at_work_in_any_order(session, dealer):
    other = make_dealer(crew=dealer)
    assert NOW.month == 10  # both months are over and can be locked
    session.flush()

    class AtWork(House):
        dealers = [dealer, other]

    run_state_machine_as_test(
        AtWork, settings=settings(SETTINGS, max_examples=20, stateful_step_count=40, derandomize=True)
    )
    # The machine has been everywhere: nothing that it does was refused throughout.
    assert set(House.done) == EVERYTHING_DONE
