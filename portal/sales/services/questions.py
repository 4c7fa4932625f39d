"""Runs the checks over a report and keeps its questions: asked, answered by the distributor, settled by the manager."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.sales.errors import GuardFailed
from portal.sales.models import MonthlyReport, ReportQuestion
from portal.sales.queries.checks import Surroundings, Thresholds, pattern_months, surroundings_of
from portal.sales.queries.reports import questions_of
from portal.sales.rules import checks
from portal.sales.rules.checks import LIMITS, Found, Limits
from portal.sales.rules.guards import GuardFacts, failing_guards
from portal.sales.rules.states import Action, find_move
from portal.sales.rules.words import QuestionStatus
from portal.sales.services.standing import is_own_area, is_own_report
from portal.sales.signals import thresholds_asked
from portal.scope import scope_of_system

MAX_ANSWER = 1000
Q = QuestionStatus


def run_checks(session: Session, report: MonthlyReport, limits: Limits = LIMITS) -> list[ReportQuestion]:
    """Ask what is odd now; settle by itself what is odd no more. Returns the questions that are not settled.

    A reason that stands on the line is the answer already. A settled question stays settled as long as its figures do.
    """
    with scope_of_system(session):
        surroundings = surroundings_of(session, report, _thresholds(session, report))
        found = {each.key: each for each in find_oddities(report, surroundings, limits)}
        known = {question.key: question for question in questions_of(session, report)}
        for key, question in known.items():
            if key not in found:
                _settle_by_itself(question)
        for key, each in found.items():
            _ask(session, report, each, known.get(key))
        session.flush()
        return [question for question in questions_of(session, report) if question.status is not Q.SETTLED]


def find_oddities(report: MonthlyReport, around: Surroundings, limits: Limits = LIMITS) -> list[Found]:
    """Every check over the report, in the order in which the questions are shown."""
    lines, details = around.lines, around.details
    return [
        *checks.stock_equation(lines),
        *checks.opening_differs(lines, around.last_closing),
        *checks.count_differs(lines),
        *checks.sell_through_differs(lines),
        *checks.transfer_without_other_side(lines, around.moved_elsewhere),
        *checks.detail_differs(lines, details),
        *checks.channel_price_off(lines, around.known_prices_fen, limits),
        *checks.month_end_spike(report.month, details, limits),
        *checks.bunching_above_threshold(around.history, report.month, limits),
        *checks.serial_sold_twice(details, around.serials_elsewhere),
        *checks.reversal_next_month(around.reversed_units, around.sold_before, limits),
    ]


def answer_question(
    session: Session, report: MonthlyReport, question: ReportQuestion, text: str, *, actor: User
) -> None:
    """The distributor says why; it may say so again until it is settled. Raises IllegalMove, GuardFailed."""
    facts = GuardFacts(is_own_report=is_own_report(report, actor), has_reason=bool(text.strip()))
    question.status = _check(question, Action.ANSWER_QUESTION, actor, facts)
    question.answer = text.strip()[:MAX_ANSWER]
    question.answered_by_id, question.answered_at = actor.id, clock.now()
    session.flush()


def settle_question(session: Session, report: MonthlyReport, question: ReportQuestion, *, actor: User) -> None:
    """The manager lets it rest. Raises IllegalMove, GuardFailed."""
    facts = GuardFacts(is_own_area=is_own_area(report, actor))
    question.status = _check(question, Action.SETTLE_QUESTION, actor, facts)
    question.settled_by_id, question.settled_at = actor.id, clock.now()
    session.flush()


def _check(question: ReportQuestion, action: Action, actor: User, facts: GuardFacts) -> QuestionStatus:
    move = find_move(question.status, action, actor.role)
    failing = failing_guards(move, facts)
    if failing:
        raise GuardFailed(failing)
    return QuestionStatus(move.after)


def _thresholds(session: Session, report: MonthlyReport) -> Thresholds:
    """What the rooms above know of quotas and tiers: (outlet or None, month) → units, smallest first."""
    merged: dict[tuple[int | None, object], set[int]] = {}
    answers: Iterable[tuple[object, Thresholds | None]] = thresholds_asked.send(
        report.distributor_id, session=session, months=pattern_months(report.month)
    )
    for _receiver, thresholds in answers:
        for place, units in (thresholds or {}).items():
            merged.setdefault(place, set()).update(units)
    return {place: sorted(units) for place, units in merged.items()}  # type: ignore[misc]


def _ask(session: Session, report: MonthlyReport, found: Found, known: ReportQuestion | None) -> None:
    facts = dict(found.facts)
    if known is not None and known.facts == facts and (known.status is not Q.SETTLED or known.settled_by_id):
        if found.reason and known.status is Q.OPEN:
            _answer_by_reason(report, known, found.reason)
        return
    question = known or ReportQuestion(
        report_id=report.id,
        distributor_id=report.distributor_id,
        key=found.key,
        check=found.check.value,
        outlet_id=found.outlet_id,
        model_id=found.model_id,
        created_at=clock.now(),
    )
    question.facts, question.status, question.answer = facts, Q.OPEN, ""
    question.answered_by_id = question.answered_at = question.settled_by_id = question.settled_at = None
    if found.reason:
        _answer_by_reason(report, question, found.reason)
    session.add(question)


def _answer_by_reason(report: MonthlyReport, question: ReportQuestion, reason: str) -> None:
    question.status, question.answer = Q.ANSWERED, reason[:MAX_ANSWER]
    question.answered_by_id, question.answered_at = report.submitted_by_id, clock.now()


def _settle_by_itself(question: ReportQuestion) -> None:
    if question.status is not Q.SETTLED:
        question.status, question.settled_at = Q.SETTLED, clock.now()
