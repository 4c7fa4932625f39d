"""Amendments: what changes a closed month. A difference with a reason, decided by somebody else; never an edit."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.models import User
from portal.errors import InvalidInput, StaleVersion
from portal.sales.errors import GuardFailed, LinesRefused
from portal.sales.models import Amendment, AmendmentLine, MonthlyReport, ReportEvent, SalesRollup
from portal.sales.queries.sums import LINE_SUMS
from portal.sales.rules.calendar import is_writable
from portal.sales.rules.guards import GuardFacts, failing_guards
from portal.sales.rules.states import Action, find_move
from portal.sales.rules.stock import MAX_FEN, MAX_UNITS, LineError, Place
from portal.sales.rules.words import AmendmentStatus
from portal.sales.services.lines import place_errors
from portal.sales.services.periods import hold_period
from portal.sales.services.rollups import resum
from portal.sales.services.standing import is_own_report
from portal.sales.signals import amendment_moved
from portal.scope import scope_of_system

MAX_REASON = 1000
Differences = Mapping[str, int]


def propose_amendment(
    session: Session, report: MonthlyReport, lines: Mapping[Place, Differences], reason: str, *, actor: User
) -> Amendment:
    """Ask for differences (column → units or fen, positive or negative) to a report of a closed month.

    Raises IllegalMove, GuardFailed (month open, no reason, not one's own), LinesRefused, InvalidInput (no change).
    """
    period = hold_period(session, report.month)
    session.refresh(report, with_for_update={"of": MonthlyReport})  # numbers are given one after another
    closed = not is_writable(period.status)
    own = is_own_report(report, actor)
    facts = GuardFacts(is_own_report=own, is_period_closed=closed, has_reason=bool(reason.strip()))
    failing = failing_guards(find_move(report.status, Action.PROPOSE_AMENDMENT, actor.role), facts)
    if failing:
        raise GuardFailed(failing)
    changes = {place: dict(_changed(each)) for place, each in lines.items() if _changed(each)}
    _check_changes(session, report, changes)
    amendment = Amendment(
        report_id=report.id,
        distributor_id=report.distributor_id,
        month=report.month,
        number=_next_number(session, report),
        status=AmendmentStatus.PROPOSED,
        reason=reason.strip()[:MAX_REASON],
        proposed_by_id=actor.id,
        proposed_by_name=actor.name,
        proposed_at=clock.now(),
    )
    amendment.lines = [_line(report, place, each) for place, each in changes.items()]
    session.add(amendment)
    try:
        session.flush()
    except IntegrityError as error:  # somebody else has just taken the number
        raise StaleVersion(expected=amendment.number, actual=None) from error
    _note(session, report, Action.PROPOSE_AMENDMENT, amendment, actor=actor)
    amendment_moved.send(amendment, session=session, action=Action.PROPOSE_AMENDMENT, actor=actor)
    return amendment


def decide_amendment(
    session: Session, amendment: Amendment, *, actor: User, version: int, is_approved: bool, reason: str = ""
) -> None:
    """Approve (the roll-ups follow) or refuse with a reason. Whoever proposed cannot decide.

    Raises StaleVersion, IllegalMove, GuardFailed, LinesRefused (a figure would fall below zero).
    """
    period = hold_period(session, amendment.month)
    session.flush()
    session.refresh(amendment, with_for_update={"of": Amendment})
    if amendment.version != version:
        raise StaleVersion(expected=version, actual=amendment.version)
    action = Action.APPROVE_AMENDMENT if is_approved else Action.REFUSE_AMENDMENT
    move = find_move(amendment.status, action, actor.role)
    facts = GuardFacts(
        is_period_closed=not is_writable(period.status),
        is_proposer=amendment.proposed_by_id == actor.id,
        has_reason=bool(reason.strip()),
    )
    failing = failing_guards(move, facts)
    if failing:
        raise GuardFailed(failing)
    if is_approved:
        _check_not_negative(session, amendment.report, {_place(line): line.differences for line in amendment.lines})
    amendment.status, amendment.decision_reason = AmendmentStatus(move.after), reason.strip()[:MAX_REASON]
    amendment.decided_by_id, amendment.decided_by_name, amendment.decided_at = actor.id, actor.name, clock.now()
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version, actual=None) from error
    _note(session, amendment.report, action, amendment, actor=actor)
    if is_approved:
        resum(session, amendment.month, amendment.distributor_id)
    amendment_moved.send(amendment, session=session, action=action, actor=actor)


def _changed(differences: Differences) -> dict[str, int]:
    return {name: value for name, value in differences.items() if value}


def _check_changes(session: Session, report: MonthlyReport, changes: Mapping[Place, Differences]) -> None:
    if not changes:
        raise InvalidInput("nothing_changes", field="lines", value="")
    with scope_of_system(session):
        known = _figures(session, report)
        errors = place_errors(session, report, [place for place in changes if place not in known])
    for (outlet, model), differences in changes.items():
        for name, value in differences.items():
            limit = MAX_FEN if name == "amount_fen" else MAX_UNITS
            if name not in LINE_SUMS:
                errors.append(LineError(outlet, model, name, "not_amendable", value))
            elif abs(value) > limit:
                errors.append(LineError(outlet, model, name, "too_large", value, limit))
    if errors:
        raise LinesRefused(errors)
    _check_not_negative(session, report, changes)


def _check_not_negative(session: Session, report: MonthlyReport, changes: Mapping[Place, Differences]) -> None:
    """No quantity of the report falls below zero by the differences; an amount may."""
    with scope_of_system(session):
        known = _figures(session, report)
    errors = []
    for place, differences in changes.items():
        for name, value in differences.items():
            present = known.get(place, {}).get(name, 0)
            if name != "amount_fen" and value < 0 and present + value < 0:
                errors.append(LineError(*place, name, "falls_below_zero", value, present))
    if errors:
        raise LinesRefused(errors)


def _figures(session: Session, report: MonthlyReport) -> dict[Place, dict[str, int]]:
    """The report's figures as they count now, with the amendments approved before."""
    columns = [getattr(SalesRollup, name) for name in LINE_SUMS]
    rows = session.execute(
        select(SalesRollup.outlet_id, SalesRollup.model_id, *columns).where(
            SalesRollup.month == report.month, SalesRollup.distributor_id == report.distributor_id
        )
    )
    return {(row[0], row[1]): dict(zip(LINE_SUMS, row[2:], strict=True)) for row in rows}


def _next_number(session: Session, report: MonthlyReport) -> int:
    last = session.scalar(select(func.max(Amendment.number)).where(Amendment.report_id == report.id))
    return (last or 0) + 1


def _line(report: MonthlyReport, place: Place, differences: Differences) -> AmendmentLine:
    return AmendmentLine(
        month=report.month,
        distributor_id=report.distributor_id,
        outlet_id=place[0],
        model_id=place[1],
        differences=dict(differences),
    )


def _place(line: AmendmentLine) -> Place:
    return line.outlet_id, line.model_id


def _note(session: Session, report: MonthlyReport, action: Action, amendment: Amendment, *, actor: User) -> None:
    """The report's timeline tells of its amendments too; its own state stays."""
    session.add(
        ReportEvent(
            report_id=report.id,
            distributor_id=report.distributor_id,
            action=action.value,
            from_status=report.status,
            to_status=report.status,
            revision=report.revision,
            reason=(amendment.decision_reason or amendment.reason)[:MAX_REASON],
            actor_id=actor.id,
            actor_name=actor.name,
            happened_at=clock.now(),
        )
    )
    session.flush()
