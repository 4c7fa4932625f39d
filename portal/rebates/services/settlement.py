"""The one place where a settlement run moves: draft → checked → approved → released → paid, by different people.

Whoever calculates does not approve, and whoever pays has done neither. A state changes by a conditional UPDATE of the
row's version, and every posting has a unique key: of two who approve or pay at once, one does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import exists, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from portal import clock
from portal.accounts.models import User
from portal.audit.recorder import record
from portal.errors import InvalidInput, StaleVersion
from portal.jobs.models import Job
from portal.jobs.services import start_job
from portal.rebates.errors import AlreadyOpen, PeriodNotLocked
from portal.rebates.models import Payout, PolicyVersion, RebateStatement, RunEvent, SettlementRun
from portal.rebates.queries.known import versions_in_force
from portal.rebates.queries.settled import span_of_run
from portal.rebates.rules.life import SETTLED, Action, Guard, GuardFacts, Move, RunStatus
from portal.rebates.rules.settling import Span, due_on, span_of
from portal.rebates.rules.words import Period, Settle
from portal.rebates.services.calculation import Progress, write_statements
from portal.rebates.services.moving import MAX_REASON, by, check, flush, hold, is_one_of, possible
from portal.rebates.services.posting import post_accruals, post_payments, post_releases
from portal.rebates.signals import run_moved
from portal.sales.queries.periods import periods_of
from portal.sales.rules.calendar import is_writable

SETTLE_JOB = "rebates.settle"
# One payment at a time: what earlier runs have left owing is taken off once.
PAYING_LOCK = 7_306_504


def open_run(session: Session, kind: Period, month: date, *, actor: User | None) -> SettlementRun:
    """A new run of the period in which the month lies.

    Raises PeriodNotLocked (`month`), AlreadyOpen, InvalidInput (no policy in force, an earlier period is missing).
    """
    check(RunStatus.DRAFT, Action.CALCULATE_RUN, actor, GuardFacts())
    span = span_of(kind, month)
    _check_locked(session, span)
    versions = versions_in_force(session, span)
    if not versions:
        raise InvalidInput("no_policies", field="month", value=month, period=span.label)
    for version in versions:
        _check_order(session, version, span)
    last = select(func.max(SettlementRun.number)).where(
        SettlementRun.period_kind == kind, SettlementRun.period_month == span.first
    )
    run = SettlementRun(
        period_kind=kind,
        period_month=span.first,
        number=(session.scalar(last) or 0) + 1,
        status=RunStatus.DRAFT,
        open_key=f"{kind.value}:{span.first}",
        due_on=due_on(span),
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(run)
            session.flush()
    except IntegrityError as error:
        raise AlreadyOpen(period=span.label) from error
    return run


def start_calculation(session: Session, run: SettlementRun, *, actor: User, version_seen: int) -> Job:
    """Queue the calculation; whoever starts it is the calculator. Raises StaleVersion, IllegalMove, TooManyJobs."""
    begin_calculation(session, run, actor, version_seen)
    job = start_job(
        session,
        kind=SETTLE_JOB,
        owner=actor,
        arguments={"run_id": run.id, "calculation": run.calculation},
        unique_key=f"{SETTLE_JOB}:{run.id}:{run.calculation}",
    )
    run.job_id = job.id
    flush(session, version_seen)
    return job


def calculate(
    session: Session, run: SettlementRun, *, actor: User | None, progress: Progress | None = None
) -> SettlementRun:
    """The same at once, in one transaction: for the command line and small networks."""
    begin_calculation(session, run, actor, run.version)
    write_statements(session, run.id, run.calculation, progress=progress)
    note_calculated(session, run, actor=actor)
    return run


def note_calculated(session: Session, run: SettlementRun, *, actor: User | None) -> None:
    """The calculation is over: an event, one audit row for all statements, and whoever waits is told."""
    session.refresh(run)
    label = _label(run)
    changes = {"statements": [None, run.statements], "due_fen": [None, run.due_fen]}
    record(session, "settle", object_type="rebate_statements", object_id=run.id, label=label, changes=changes)
    event = _note(session, run, Action.CALCULATE_RUN, RunStatus.DRAFT, actor, "")
    run_moved.send(run, session=session, event=event, actor=actor)


def check_run(session: Session, run: SettlementRun, *, actor: User, version_seen: int) -> RunEvent:
    """Finance has looked at it. Raises StaleVersion, IllegalMove, GuardFailed."""
    move = _checked(session, run, Action.CHECK_RUN, actor, version_seen)
    run.checked_by_id, run.checked_by_name, run.checked_at = actor.id, actor.name, clock.now()
    run.returned_reason = ""
    return _move(session, run, move, actor, version_seen)


def return_run(session: Session, run: SettlementRun, *, actor: User, version_seen: int, reason: str) -> RunEvent:
    """Back to who calculated it. Raises StaleVersion, IllegalMove, GuardFailed (no reason)."""
    move = _checked(session, run, Action.RETURN_RUN, actor, version_seen, reason)
    run.checked_by_id, run.checked_by_name, run.checked_at = None, "", None
    run.returned_reason = reason.strip()[:MAX_REASON]
    return _move(session, run, move, actor, version_seen, reason)


def approve(session: Session, run: SettlementRun, *, actor: User, version_seen: int) -> RunEvent:
    """It is right: what is due accrues, and dealers see their statements.

    Raises StaleVersion, IllegalMove, GuardFailed.
    """
    move = _checked(session, run, Action.APPROVE_RUN, actor, version_seen)
    run.approved_by_id, run.approved_by_name, run.approved_at = actor.id, actor.name, clock.now()
    event = _move(session, run, move, actor, version_seen)
    session.execute(
        update(RebateStatement)
        .where(RebateStatement.run_id == run.id)
        .values(approved_on=clock.today())
        .execution_options(synchronize_session=False)
    )
    _posting(run, lambda: post_accruals(session, run, actor=actor))
    return event


def release(session: Session, run: SettlementRun, *, actor: User, version_seen: int) -> RunEvent:
    """It may be paid. Raises StaleVersion, IllegalMove, GuardFailed."""
    move = _checked(session, run, Action.RELEASE_RUN, actor, version_seen)
    run.released_by_id, run.released_by_name, run.released_at = actor.id, actor.name, clock.now()
    event = _move(session, run, move, actor, version_seen)
    _posting(run, lambda: post_releases(session, run, actor=actor))
    return event


def pay(
    session: Session,
    run: SettlementRun,
    *,
    actor: User,
    version_seen: int,
    reference: str = "",
    paid_on: date | None = None,
) -> list[Payout]:
    """Note that it was paid: a payout for each distributor. Raises StaleVersion, IllegalMove, GuardFailed."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PAYING_LOCK})
    move = _checked(session, run, Action.PAY_RUN, actor, version_seen)
    run.paid_by_id, run.paid_by_name, run.paid_at = actor.id, actor.name, clock.now()
    run.open_key = None
    payouts: list[Payout] = []

    def post() -> None:
        payouts.extend(post_payments(session, run, actor=actor, reference=reference, paid_on=paid_on or clock.today()))

    _posting(run, post)
    _move(session, run, move, actor, version_seen)
    total = sum(payout.amount_fen for payout in payouts)
    changes = {"number": [None, len(payouts)], "amount_fen": [None, total]}
    record(session, "pay", object_type="rebate_payouts", object_id=run.id, label=_label(run), changes=changes)
    return payouts


def withdraw_run(session: Session, run: SettlementRun, *, actor: User, version_seen: int, reason: str) -> RunEvent:
    """Give it up before it is approved; another may be opened. Raises StaleVersion, IllegalMove, GuardFailed."""
    move = _checked(session, run, Action.WITHDRAW_RUN, actor, version_seen, reason)
    run.open_key = None
    return _move(session, run, move, actor, version_seen, reason)


def possible_actions(session: Session, run: SettlementRun, actor: User) -> dict[Action, list[Guard]]:
    """What the user's role may do with the run now → the guards that stand against it. A reason is asked later."""
    return possible(run.status, actor, _facts(session, run, actor, "x"))


# ---- what stands behind


def _check_locked(session: Session, span: Span) -> None:
    known = periods_of(session, span.months)
    for month in span.months:
        if month not in known or is_writable(known[month].status):
            raise PeriodNotLocked(month=month)


def _check_order(session: Session, version: PolicyVersion, span: Span) -> None:
    """What pays the year so far is settled period by period: an earlier one may not be missing."""
    if version.settle is not Settle.CUMULATIVE or version.effective_from is None:
        return
    first = max(version.effective_from, date(span.first.year, 1, 1))
    wanted, earlier = span_of(span.kind, first), []
    while wanted.first < span.first:
        earlier.append(wanted.first)
        wanted = span_of(span.kind, date.fromordinal(wanted.ends_on.toordinal() + 1))
    settled = set(
        session.scalars(
            select(SettlementRun.period_month).where(
                SettlementRun.period_kind == span.kind,
                SettlementRun.period_month.in_(earlier),
                SettlementRun.status.in_(SETTLED),
            )
        )
    )
    missing = [month for month in earlier if month not in settled]
    if missing:
        raise InvalidInput("earlier_not_settled", field="month", value=span.first, month=missing[0])


def begin_calculation(session: Session, run: SettlementRun, actor: User | None, version_seen: int) -> None:
    """A new calculation of the draft: from now on an earlier one writes nothing any more."""
    hold(session, run, version_seen)
    check(run.status, Action.CALCULATE_RUN, actor, GuardFacts())
    _check_locked(session, span_of_run(run))
    run.calculation += 1
    run.calculated_by_id, run.calculated_by_name = (actor.id, actor.name) if actor else (None, "")
    run.calculated_at = None
    flush(session, version_seen)


def _checked(
    session: Session, run: SettlementRun, action: Action, actor: User, version_seen: int, reason: str = ""
) -> Move:
    hold(session, run, version_seen)
    return check(run.status, action, actor, _facts(session, run, actor, reason))


def _facts(session: Session, run: SettlementRun, actor: User, reason: str) -> GuardFacts:
    return GuardFacts(
        has_reason=bool(reason.strip()),
        is_calculated=run.calculated_at is not None,
        is_basis_unchanged=run.status is not RunStatus.CHECKED or _is_basis_unchanged(session, run),
        is_calculator=is_one_of(actor, (run.calculated_by_id,)),
        is_approver=is_one_of(actor, (run.approved_by_id,)),
    )


def _is_basis_unchanged(session: Session, run: SettlementRun) -> bool:
    """Whether what cumulative versions had settled in the year is what it was when this was calculated."""
    if run.calculated_at is None:
        return False
    mine, other, theirs = aliased(RebateStatement), aliased(SettlementRun), aliased(RebateStatement)
    of_this_run = exists().where(mine.run_id == run.id, mine.version_id == theirs.version_id)
    statement = (
        select(other.id)
        .join(theirs, theirs.run_id == other.id)
        .join(PolicyVersion, PolicyVersion.id == theirs.version_id)
        .where(
            other.id != run.id,
            other.status.in_(SETTLED),
            other.approved_at > run.calculated_at,
            other.period_month.between(date(run.period_month.year, 1, 1), run.period_month),
            PolicyVersion.settle == Settle.CUMULATIVE,
            of_this_run,
        )
        .limit(1)
    )
    return session.scalar(statement) is None


def _posting(run: SettlementRun, work: Callable[[], None]) -> None:
    """Post; where a key is there already, somebody was quicker."""
    try:
        work()
    except IntegrityError as error:
        raise StaleVersion(expected=run.version, actual=None) from error


def _move(
    session: Session, run: SettlementRun, move: Move, actor: User | None, version_seen: int, reason: str = ""
) -> RunEvent:
    before, run.status = run.status, RunStatus(move.after)
    flush(session, version_seen)
    event = _note(session, run, move.action, before, actor, reason)
    run_moved.send(run, session=session, event=event, actor=actor)
    return event


def _note(
    session: Session, run: SettlementRun, action: Action, before: RunStatus, actor: User | None, reason: str
) -> RunEvent:
    event = RunEvent(
        run_id=run.id,
        action=action.value,
        from_status=before,
        to_status=run.status,
        reason=reason.strip()[:MAX_REASON],
        happened_at=clock.now(),
        **by(actor),
    )
    session.add(event)
    session.flush()
    return event


def _label(run: SettlementRun) -> str:
    return f"{span_of_run(run).label} #{run.number}"
