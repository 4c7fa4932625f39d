"""Subsidies handed down (D4.4): a notice is issued, granted by the month's figures, passed on, and confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.errors import IllegalMove, InvalidInput, NotFound, StaleVersion
from portal.products.queries import models_by_code
from portal.rebates.errors import GuardFailed, IdempotencyConflict, PeriodNotLocked
from portal.rebates.models import PassThroughGrant, SubsidyNotice
from portal.rebates.queries.pass_through import units_of_month
from portal.rebates.rules.life import Action, GrantStatus, GuardFacts, failing_guards, find_move
from portal.rebates.rules.settling import Account, PostingKind, Unit
from portal.rebates.services.ledger import Entry, post
from portal.rebates.services.moving import hold
from portal.sales.queries.periods import find_period
from portal.sales.rules.words import PeriodStatus
from portal.scope import ScopeKind, bound_scope, scope_of_system

MOST_FEN = 10_000_000_00
MAX_NOTE = 500
CLOSED = frozenset({PeriodStatus.LOCKED, PeriodStatus.SETTLED})


def issue_notice(
    session: Session,
    *,
    actor: User | None,
    code: str,
    name_en: str,
    name_zh: str,
    month: date,
    per_model_fen: Mapping[str, int],
    issued_on: date,
    note: str = "",
) -> SubsidyNotice:
    """A notice of a month: so much for each unit of a model. The same code with the same words is the same notice."""
    amounts = {model: fen for model, fen in sorted(per_model_fen.items()) if fen}
    _check_amounts(session, amounts)
    known = session.scalar(select(SubsidyNotice).where(SubsidyNotice.code == code))
    if known is not None:
        if (known.month, known.per_model_fen, known.name_zh) == (month, amounts, name_zh):
            return known
        raise IdempotencyConflict(key=code)
    notice = SubsidyNotice(
        code=code,
        name_en=name_en,
        name_zh=name_zh,
        month=month,
        per_model_fen=amounts,
        note=note,
        issued_on=issued_on,
        author_id=actor.id if actor else None,
        author_name=actor.name if actor else "",
        created_at=clock.now(),
    )
    session.add(notice)
    session.flush()
    return notice


def _check_amounts(session: Session, amounts: Mapping[str, int]) -> None:
    if not amounts:
        raise InvalidInput("no_amounts")
    models = models_by_code(session, amounts)
    for model, fen in amounts.items():
        if model not in models:
            raise InvalidInput("model_unknown", value=model)
        if not 0 < fen <= MOST_FEN:
            raise InvalidInput("amount_out_of_range", value=model)


def grant_notice(session: Session, notice: SubsidyNotice, *, actor: User | None, version_seen: int) -> int:
    """Grant for every outlet what the notice says of the units it sold; returns how many outlets.

    The month must be locked: its figures stand. Granting twice is refused by the notice's version, and by the key of
    (notice, outlet) in the table.
    """
    hold(session, notice, version_seen)
    if notice.granted_at is not None:
        raise StaleVersion(expected=version_seen, actual=notice.version)
    period = find_period(session, notice.month)
    if period is None or period.status not in CLOSED:
        raise PeriodNotLocked(month=notice.month)
    count = 0
    for row in units_of_month(session, notice.month, list(notice.per_model_fen)):
        count += _grant(session, notice, row.distributor_id, row.outlet_id, row.units, actor)
    notice.granted_at = clock.now()
    session.flush()
    return count


def _grant(
    session: Session,
    notice: SubsidyNotice,
    distributor_id: int,
    outlet_id: int,
    units: dict[str, int],
    who: User | None,
) -> int:
    fen = sum(notice.per_model_fen[model] * sold for model, sold in units.items())
    if fen <= 0:
        return 0
    session.add(
        PassThroughGrant(
            notice_id=notice.id,
            distributor_id=distributor_id,
            outlet_id=outlet_id,
            month=notice.month,
            units=units,
            granted_fen=fen,
        )
    )
    place = (distributor_id, outlet_id, notice.month)
    entries = [Entry(*place, Account.SUBSIDY, Unit.CASH, fen), Entry(*place, Account.IN_PASSING, Unit.CASH, -fen)]
    key = f"grant:{notice.id}:{outlet_id}"
    post(session, key, PostingKind.GRANT, entries, booked_on=clock.today(), actor=who, memo=notice.code)
    return 1


def get_grant(session: Session, grant_id: int) -> PassThroughGrant:
    """The grant in the reader's scope, held for a move; raises NotFound."""
    grant = session.scalar(select(PassThroughGrant).where(PassThroughGrant.id == grant_id).with_for_update())
    if grant is None:
        raise NotFound()
    return grant


def pass_on(
    session: Session,
    grant: PassThroughGrant,
    *,
    actor: User,
    version_seen: int,
    amount_fen: int,
    on: date | None = None,
    note: str = "",
) -> None:
    """The distributor notes what it has handed down; several steps add up to at most what was granted."""
    after = _move(session, grant, Action.PASS_ON, actor, version_seen)
    left = grant.granted_fen - grant.passed_on_fen
    day = _day(on)
    if not 0 < amount_fen <= left:
        raise InvalidInput("more_than_granted", value_fen=amount_fen, left_fen=left)
    before = grant.version
    grant.status = after
    grant.passed_on_fen += amount_fen
    grant.passed_on_on = day
    grant.passed_on_by_id, grant.passed_on_by_name = actor.id, actor.name
    grant.note = note[:MAX_NOTE] or grant.note
    session.flush()
    with scope_of_system(session):
        place = (grant.distributor_id, grant.outlet_id, grant.month)
        moved = [
            Entry(*place, Account.IN_PASSING, Unit.CASH, amount_fen),
            Entry(*place, Account.PASSED_ON, Unit.CASH, -amount_fen),
        ]
        post(session, f"pass_on:{grant.id}:{before}", PostingKind.PASS_ON, moved, booked_on=day, actor=actor)
        session.flush()


def confirm_receipt(
    session: Session,
    grant: PassThroughGrant,
    *,
    actor: User,
    version_seen: int,
    amount_fen: int,
    on: date | None = None,
) -> None:
    """The outlet confirms what has arrived; where that is less than was handed down, both stand side by side."""
    after = _move(session, grant, Action.CONFIRM_RECEIPT, actor, version_seen)
    if not 0 <= amount_fen <= grant.passed_on_fen:
        raise InvalidInput("more_than_passed_on", value_fen=amount_fen, left_fen=grant.passed_on_fen)
    grant.status = after
    grant.confirmed_fen = amount_fen
    grant.confirmed_on = _day(on)
    grant.confirmed_by_id, grant.confirmed_by_name = actor.id, actor.name
    session.flush()


def may(session: Session, grant: PassThroughGrant, action: Action, actor: User) -> bool:
    """Whether the reader has this step before them."""
    try:
        move = find_move(grant.status, action, actor.role)
    except IllegalMove:
        return False
    if action is Action.PASS_ON and grant.passed_on_fen >= grant.granted_fen:
        return False
    return not failing_guards(move, GuardFacts(is_own_party=_is_own(session, grant)))


def _move(session: Session, grant: PassThroughGrant, action: Action, actor: User, version_seen: int) -> GrantStatus:
    hold(session, grant, version_seen)
    move = find_move(grant.status, action, actor.role)
    failed = failing_guards(move, GuardFacts(is_own_party=_is_own(session, grant)))
    if failed:
        raise GuardFailed(failed)
    return GrantStatus(move.after)


def _is_own(session: Session, grant: PassThroughGrant) -> bool:
    scope = bound_scope(session)
    if scope.kind is ScopeKind.DISTRIBUTOR:
        return grant.distributor_id in scope.ids
    return scope.kind is ScopeKind.OUTLET and grant.outlet_id in scope.ids


def _day(on: date | None) -> date:
    today = clock.today()
    if on is not None and on > today:
        raise InvalidInput("day_in_future", value=on)
    return on or today
