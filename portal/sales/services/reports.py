"""The one place where a monthly report is opened, written and moved.

Locks are always taken in one order: period, report, partition of the roll-ups, audit. `actor=None` is the house itself
at work for the distributor (a command, the demonstration): it writes and hands in, but never judges.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.models import User
from portal.errors import OutOfScope, StaleVersion
from portal.network.models import Distributor
from portal.permissions import Role
from portal.sales.errors import GuardFailed, IdempotencyConflict
from portal.sales.models import MonthlyReport, ReportEvent
from portal.sales.queries.lines import facts_of_lines
from portal.sales.queries.reports import find_report, fingerprint_of_details, last_submission
from portal.sales.rules.calendar import is_writable
from portal.sales.rules.guards import GuardFacts, failing_guards
from portal.sales.rules.states import Action, Guard, Move, actions_of, find_move
from portal.sales.rules.stock import LineError, LineFacts, line_errors
from portal.sales.rules.words import PeriodStatus, ReportStatus
from portal.sales.services.lines import SavedLines, check_lines, prefill_lines, store_lines
from portal.sales.services.periods import check_is_writable, hold_period, hold_writable_period
from portal.sales.services.questions import run_checks
from portal.sales.services.rollups import resum
from portal.sales.services.standing import is_own_area, is_own_report
from portal.sales.signals import report_moved
from portal.scope import scope_of_system

MAX_REASON = 1000


@dataclass(frozen=True)
class HeaderFacts:
    """The head of the paper."""

    as_of_on: date | None = None
    reporter: str = ""
    phone: str = ""
    note: str = ""
    currency: str = "CNY"


def open_report(session: Session, distributor: Distributor, month: date, *, actor: User | None) -> MonthlyReport:
    """The distributor's report of the month: the one that is there, else a draft with its lines opened.

    Raises PeriodClosed where the month is closed and there is none, OutOfScope for somebody else's distributor.
    """
    known = find_report(session, distributor.id, month)
    if known is not None:
        return known
    hold_writable_period(session, month)
    report = blank_report(session, distributor, month, actor=actor)
    if report.version == 1 and not facts_of_lines(session, report):
        prefill_lines(session, report)
    return report


def blank_report(session: Session, distributor: Distributor, month: date, *, actor: User | None) -> MonthlyReport:
    """A draft without lines, or the report that somebody else has just made: what an amendment needs to hang on."""
    if actor is not None and actor.role is Role.DISTRIBUTOR and distributor.id not in actor.scope.ids:
        raise OutOfScope(table=MonthlyReport.__name__)
    now = clock.now()
    report = MonthlyReport(
        distributor_id=distributor.id, month=month, status=ReportStatus.DRAFT, created_at=now, updated_at=now
    )
    try:
        with session.begin_nested():
            session.add(report)
            session.flush()
    except IntegrityError:  # somebody opened it in the same moment
        found = find_report(session, distributor.id, month)
        if found is None:
            raise
        return found
    return report


def save_lines(
    session: Session,
    report: MonthlyReport,
    rows: Sequence[LineFacts],
    *,
    actor: User | None,
    version: int,
    replaces: bool = False,
) -> SavedLines:
    """Store lines by their place; those not named stay, or with `replaces` go.

    Raises StaleVersion, PeriodClosed, IllegalMove (not a draft), GuardFailed, LinesRefused (nothing is stored then).
    """
    begin_writing(session, report, actor=actor, version=version)
    check_lines(session, report, rows)
    return store_lines(session, report, rows, replaces=replaces)


def save_header(
    session: Session, report: MonthlyReport, header: HeaderFacts, *, actor: User | None, version: int
) -> None:
    """Store the head of the paper. Raises as `save_lines` does."""
    begin_writing(session, report, actor=actor, version=version)
    report.as_of_on, report.currency = header.as_of_on, header.currency
    report.reporter, report.phone, report.note = header.reporter.strip(), header.phone.strip(), header.note.strip()
    session.flush()


def begin_writing(session: Session, report: MonthlyReport, *, actor: User | None, version: int) -> None:
    """Hold the period and the report for a change of figures; the report gets its next version.

    Raises StaleVersion, PeriodClosed, IllegalMove, GuardFailed.
    """
    period = hold_writable_period(session, report.month)
    _check_version(report, version)
    _check(report, Action.SAVE, actor, GuardFacts(**_standing(report, actor, period.status)))
    report.updated_at = clock.now()
    flag_modified(report, "updated_at")
    _flush(session, version)


def submit_report(
    session: Session, report: MonthlyReport, *, actor: User | None, version: int, key: str
) -> ReportEvent:
    """Hand the report in. The same key with the same content is answered as before and changes nothing.

    Raises IdempotencyConflict (same key, other content), StaleVersion, PeriodClosed, IllegalMove, GuardFailed.
    """
    period = hold_period(session, report.month)
    _hold(session, report)
    digest = content_digest(session, report)
    known = _replay(session, report, key, digest)
    if known is not None:
        return known
    check_is_writable(period)
    _check_version(report, version)
    errors = submission_errors(session, report)
    facts = GuardFacts(**_standing(report, actor, period.status), is_complete=not errors)
    move = _check(report, Action.SUBMIT, actor, facts, errors)
    now = clock.now()
    report.revision += 1
    report.first_submitted_at = report.first_submitted_at or now
    report.submitted_at, report.submitted_by_id = now, actor.id if actor else None
    report.submission_key, report.submission_sha256, report.returned_reason = key, digest, ""
    event = _move(session, report, move, actor=actor, version=version, reason="")
    run_checks(session, report)
    return event


def return_report(session: Session, report: MonthlyReport, *, actor: User, version: int, reason: str) -> ReportEvent:
    """Give the report back with a reason. Raises StaleVersion, PeriodClosed, IllegalMove, GuardFailed."""
    move = _judge(session, report, Action.RETURN, actor=actor, version=version, reason=reason)
    report.returned_reason, report.accepted_at = reason.strip()[:MAX_REASON], None
    return _move(session, report, move, actor=actor, version=version, reason=reason)


def accept_report(
    session: Session, report: MonthlyReport, *, actor: User, version: int, reason: str = ""
) -> ReportEvent:
    """Accept what was handed in. Raises StaleVersion, PeriodClosed, IllegalMove, GuardFailed."""
    move = _judge(session, report, Action.ACCEPT, actor=actor, version=version, reason=reason)
    report.accepted_at = clock.now()
    return _move(session, report, move, actor=actor, version=version, reason=reason)


def possible_actions(
    session: Session, report: MonthlyReport, actor: User, status: PeriodStatus, errors: Sequence[LineError] = ()
) -> dict[Action, list[Guard]]:
    """What the user's role may do with the report now → the guards that stand against it: the buttons of the page.

    `status`: of its period. `errors`: of `submission_errors`, where they have been asked. A reason is asked later.
    """
    facts = GuardFacts(**_standing(report, actor, status), is_complete=not errors, has_reason=True)
    return {
        action: failing_guards(find_move(report.status, action, actor.role), facts)
        for action in actions_of(report.status, actor.role)
    }


def submission_errors(session: Session, report: MonthlyReport) -> list[LineError]:
    """What stands against handing the report in: lines that cannot be, or no line at all."""
    lines = facts_of_lines(session, report).values()
    if not lines:
        return [LineError(None, 0, "lines", "no_lines")]
    return [error for line in lines for error in line_errors(line)]


def content_digest(session: Session, report: MonthlyReport) -> str:
    """SHA-256 of what the paper says: head, lines, and the figures of its details."""
    lines = sorted(facts_of_lines(session, report).values(), key=lambda line: (line.outlet_id or 0, line.model_id))
    content = {
        "head": [str(report.as_of_on), report.currency, report.reporter, report.phone, report.note],
        "lines": [list(vars(line).values()) for line in lines],
        "details": fingerprint_of_details(session, report),
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _standing(report: MonthlyReport, actor: User | None, status: PeriodStatus) -> dict[str, bool]:
    own = is_own_report(report, actor)
    return {
        "is_own_report": own,
        "is_own_area": is_own_area(report, actor),
        "is_reporter": own or (actor is not None and report.submitted_by_id == actor.id),
        "is_period_writable": is_writable(status),
        "is_period_closed": not is_writable(status),
    }


def _judge(session: Session, report: MonthlyReport, action: Action, *, actor: User, version: int, reason: str) -> Move:
    period = hold_writable_period(session, report.month)
    _hold(session, report)
    _check_version(report, version)
    facts = GuardFacts(**_standing(report, actor, period.status), has_reason=bool(reason.strip()))
    return _check(report, action, actor, facts)


def _check(
    report: MonthlyReport, action: Action, actor: User | None, facts: GuardFacts, errors: Sequence[LineError] = ()
) -> Move:
    move = find_move(report.status, action, actor.role if actor else Role.DISTRIBUTOR)
    failing = failing_guards(move, facts)
    if failing:
        raise GuardFailed(failing, errors if Guard.COMPLETE in failing else ())
    return move


def _move(
    session: Session, report: MonthlyReport, move: Move, *, actor: User | None, version: int, reason: str
) -> ReportEvent:
    before, report.status = report.status, ReportStatus(move.after)
    report.updated_at = clock.now()
    event = ReportEvent(
        report_id=report.id,
        distributor_id=report.distributor_id,
        action=move.action.value,
        from_status=before,
        to_status=report.status,
        revision=report.revision,
        reason=reason.strip()[:MAX_REASON],
        actor_id=actor.id if actor else None,
        actor_name=actor.name if actor else "",
        happened_at=clock.now(),
    )
    session.add(event)
    _flush(session, version)
    resum(session, report.month, report.distributor_id)
    report_moved.send(report, session=session, event=event, actor=actor)
    return event


def _replay(session: Session, report: MonthlyReport, key: str, digest: str) -> ReportEvent | None:
    """The answer that this key got before; None where it is new."""
    with scope_of_system(session):  # the key may be somebody else's
        owner = session.execute(
            select(MonthlyReport.id, MonthlyReport.submission_sha256).where(MonthlyReport.submission_key == key)
        ).first()
    if owner is None:
        return None
    if owner.id != report.id or owner.submission_sha256 != digest:
        raise IdempotencyConflict(key=key)
    return last_submission(session, report)


def _hold(session: Session, report: MonthlyReport) -> None:
    """The report as it is now; on PostgreSQL nobody else moves it until the transaction ends."""
    session.flush()
    session.refresh(report, with_for_update={"of": MonthlyReport})


def _check_version(report: MonthlyReport, version: int) -> None:
    if report.version != version:
        raise StaleVersion(expected=version, actual=report.version)


def _flush(session: Session, version: int) -> None:
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version, actual=None) from error
