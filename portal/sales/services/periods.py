"""The one place where a business month changes its state.

Whoever writes figures of a month holds its period first (`hold_period`): on PostgreSQL a shared row lock, so that
nobody locks the month between the look and the write; on SQLite there is one writer at a time anyhow.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.models import User
from portal.errors import StaleVersion
from portal.periods import months_of_year
from portal.sales.errors import GuardFailed, PeriodClosed
from portal.sales.models import PeriodEvent, PeriodReopening, ReportingPeriod
from portal.sales.queries.periods import find_period, open_reopening
from portal.sales.rules.calendar import DUE_DAY, due_day_of, has_ended, is_writable
from portal.sales.rules.guards import GuardFacts, failing_guards
from portal.sales.rules.states import Action, Guard, actions_of, find_move
from portal.sales.rules.words import PeriodStatus
from portal.sales.signals import period_moved

MAX_REASON = 500


def open_period(
    session: Session,
    month: date,
    *,
    actor: User | None = None,
    due_day: int | None = None,
    allows_partial: bool = False,
) -> ReportingPeriod:
    """The month's period, opened where it is not there yet. Without a `due_day` the calendar goes on as before."""
    known = find_period(session, month)
    if known is not None:
        return known
    period = ReportingPeriod(
        month=month,
        due_on=due_day_of(month, due_day or _usual_due_day(session)),
        status=PeriodStatus.OPEN,
        allows_partial=allows_partial,
    )
    try:
        with session.begin_nested():
            session.add(period)
            session.flush()
    except IntegrityError:  # somebody opened it in the same moment
        return session.scalars(select(ReportingPeriod).where(ReportingPeriod.month == month)).one()
    _note(session, period, None, actor=actor, reason="")
    return period


def ensure_periods(
    session: Session, year: int, *, due_day: int | None = None, actor: User | None = None
) -> list[ReportingPeriod]:
    """The twelve periods of a year, opened where they are missing."""
    return ensure_months(session, months_of_year(year), due_day=due_day, actor=actor)


def ensure_months(
    session: Session, months: Iterable[date], *, due_day: int | None = None, actor: User | None = None
) -> list[ReportingPeriod]:
    """The periods of these months, opened where they are missing."""
    return [open_period(session, month, actor=actor, due_day=due_day) for month in months]


def hold_period(session: Session, month: date) -> ReportingPeriod:
    """The month's period as it is now, kept from being locked until the transaction ends; opened where missing."""
    statement = select(ReportingPeriod).where(ReportingPeriod.month == month).with_for_update(read=True)
    period = session.scalar(statement.execution_options(populate_existing=True))
    return period or open_period(session, month)


def hold_writable_period(session: Session, month: date) -> ReportingPeriod:
    """`hold_period`; raises PeriodClosed where the month is locked or settled."""
    period = hold_period(session, month)
    check_is_writable(period)
    return period


def check_is_writable(period: ReportingPeriod) -> None:
    """Raises PeriodClosed where the month is locked or settled."""
    if not is_writable(period.status):
        raise PeriodClosed(month=period.month, status=period.status.value)


def change_period(
    session: Session, period: ReportingPeriod, *, actor: User, version: int, due_on: date, allows_partial: bool
) -> None:
    """Another due day, or whether uploads may store the right rows of a file with wrong ones. Open months only."""
    _check_version(session, period, version)
    check_is_writable(period)
    period.due_on, period.allows_partial = due_on, allows_partial
    _flush(session, version)


def lock_period(
    session: Session, period: ReportingPeriod, *, actor: User, version: int, reason: str = ""
) -> PeriodEvent:
    """Freeze the month's figures. Raises StaleVersion, IllegalMove, GuardFailed."""
    return _move(session, period, Action.LOCK, actor=actor, version=version, reason=reason)


def settle_period(
    session: Session, period: ReportingPeriod, *, actor: User, version: int, reason: str = ""
) -> PeriodEvent:
    """Close the month for good: it cannot be reopened. Raises StaleVersion, IllegalMove, GuardFailed."""
    return _move(session, period, Action.SETTLE, actor=actor, version=version, reason=reason)


def ask_reopening(
    session: Session, period: ReportingPeriod, reason: str, *, actor: User, version: int
) -> PeriodReopening:
    """Ask for a locked month to be opened again; a second person decides. Raises as `lock_period` does."""
    _check_version(session, period, version)
    _check(session, period, Action.ASK_REOPENING, actor, reason)
    request = PeriodReopening(
        period_id=period.id,
        reason=reason.strip()[:MAX_REASON],
        asked_by_id=actor.id,
        asked_by_name=actor.name,
        asked_at=clock.now(),
        open_key=period.id,
    )
    try:
        with session.begin_nested():
            session.add(request)
            session.flush()
    except IntegrityError as error:
        raise GuardFailed([Guard.NOTHING_ASKED]) from error
    period_moved.send(period, session=session, action=Action.ASK_REOPENING, actor=actor, reopening=request)
    return request


def decide_reopening(
    session: Session, period: ReportingPeriod, *, actor: User, version: int, is_granted: bool, reason: str = ""
) -> PeriodEvent:
    """Grant or refuse the request that waits. Whoever asked cannot decide. Raises as `lock_period` does."""
    request = open_reopening(session, period)
    action = Action.GRANT_REOPENING if is_granted else Action.REFUSE_REOPENING
    event = _move(session, period, action, actor=actor, version=version, reason=reason, reopening=request)
    if request is not None:  # always: the guard has asked for it
        request.is_granted, request.open_key = is_granted, None
        request.decided_by_id, request.decided_by_name, request.decided_at = actor.id, actor.name, clock.now()
        session.flush()
    return event


def possible_period_actions(session: Session, period: ReportingPeriod, actor: User) -> dict[Action, list[Guard]]:
    """What the role may do with the period now → the guards that stand against it. A reason is asked later."""
    facts = _facts(session, period, actor, reason="given later")
    return {
        action: failing_guards(find_move(period.status, action, actor.role), facts)
        for action in actions_of(period.status, actor.role)
    }


def _move(
    session: Session,
    period: ReportingPeriod,
    action: Action,
    *,
    actor: User,
    version: int,
    reason: str,
    reopening: PeriodReopening | None = None,
) -> PeriodEvent:
    _check_version(session, period, version)
    after = _check(session, period, action, actor, reason)
    before = period.status
    period.status = after
    if action is Action.LOCK:
        period.locked_at = clock.now()
    elif action is Action.SETTLE:
        period.settled_at = clock.now()
    elif action is Action.GRANT_REOPENING:
        period.locked_at = None
    _flush(session, version)
    event = _note(session, period, before, actor=actor, reason=reason)
    period_moved.send(period, session=session, action=action, actor=actor, reopening=reopening)
    return event


def _check(session: Session, period: ReportingPeriod, action: Action, actor: User, reason: str) -> PeriodStatus:
    move = find_move(period.status, action, actor.role)
    failing = failing_guards(move, _facts(session, period, actor, reason=reason))
    if failing:
        raise GuardFailed(failing)
    return PeriodStatus(move.after)


def _facts(session: Session, period: ReportingPeriod, actor: User, *, reason: str) -> GuardFacts:
    request = open_reopening(session, period)
    return GuardFacts(
        is_period_writable=is_writable(period.status),
        is_period_closed=not is_writable(period.status),
        is_period_ended=has_ended(period.month, clock.today()),
        has_reason=bool(reason.strip()),
        is_asker=request is not None and request.asked_by_id == actor.id,
        is_reopening_asked=request is not None,
    )


def _note(
    session: Session, period: ReportingPeriod, before: PeriodStatus | None, *, actor: User | None, reason: str
) -> PeriodEvent:
    event = PeriodEvent(
        period_id=period.id,
        from_status=before,
        to_status=period.status,
        reason=reason.strip()[:MAX_REASON],
        actor_id=actor.id if actor else None,
        actor_name=actor.name if actor else "",
        happened_at=clock.now(),
    )
    session.add(event)
    session.flush()
    return event


def _usual_due_day(session: Session) -> int:
    """The due day of the latest period; DUE_DAY where there is none yet."""
    latest = session.scalar(select(ReportingPeriod.due_on).order_by(ReportingPeriod.month.desc()).limit(1))
    return latest.day if latest else DUE_DAY


def _check_version(session: Session, period: ReportingPeriod, version: int) -> None:
    """The period as it is now; on PostgreSQL nobody else moves it until the transaction ends."""
    session.flush()
    session.refresh(period, with_for_update=True)
    if period.version != version:
        raise StaleVersion(expected=version, actual=period.version)


def _flush(session: Session, version: int) -> None:
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version, actual=None) from error
