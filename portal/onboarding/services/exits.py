"""Watch, suspension and exit (退网): two people, a notice, a hand-over of customers, a final settlement."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.models import User
from portal.errors import InvalidInput, NotAllowed, StaleVersion
from portal.network.models import Outlet, Territory
from portal.network.rules import TRADING, OutletStatus
from portal.network.services.outlets import move_outlet
from portal.network.services.territories import end_territory
from portal.onboarding.models import Candidate, ExitCase, ExitStage
from portal.onboarding.rules.openings import HANDOVER_DAYS, ExitAction, next_exit_stage
from portal.onboarding.services.recruiting import add_candidate
from portal.onboarding.services.reviews import MAX_LIFE_REASON
from portal.onboarding.signals import final_settlement_due
from portal.permissions import Permission, is_allowed


def may_decide(user: User) -> bool:
    """Whether the user confirms and closes exits."""
    return is_allowed(user.role, Permission.ONBOARDING_EXITS_DECIDE)


def give_notice(
    session: Session, outlet: Outlet, *, actor: User, reason: str, notice_on: date, redevelop: bool
) -> ExitCase:
    """Ask that an outlet leaves.

    Raises InvalidInput (`not_trading`, `reason_missing`, `day_in_future`, `exit_open_already`).
    """
    if outlet.status not in TRADING:
        raise InvalidInput("not_trading", field="status", value=outlet.status.value)
    if not reason.strip():
        raise InvalidInput("reason_missing", field="reason", value=reason)
    if notice_on > clock.today():
        raise InvalidInput("day_in_future", field="notice_on", value=notice_on)
    case = ExitCase(
        outlet_id=outlet.id,
        open_key=outlet.id,
        stage=ExitStage.NOTICE,
        reason=reason.strip(),
        notice_on=notice_on,
        handover_due_on=notice_on + timedelta(days=HANDOVER_DAYS),
        redevelop=redevelop,
        requested_by_id=actor.id,
        requested_by_name=actor.name,
        created_at=clock.now(),
    )
    if session.scalar(select(ExitCase.id).where(ExitCase.open_key == outlet.id)):
        raise InvalidInput("exit_open_already", field="outlet", value=outlet.code)
    try:
        with session.begin_nested():
            session.add(case)
    except IntegrityError as error:
        raise InvalidInput("exit_open_already", field="outlet", value=outlet.code) from error
    return case


def confirm_exit(session: Session, case: ExitCase, *, actor: User, version: int) -> None:
    """Head office agrees: never the person who asked. The hand-over of customers begins.

    Raises NotAllowed (`not_the_requester`, `not_allowed`), StaleVersion, IllegalMove.
    """
    if not may_decide(actor):
        raise NotAllowed()
    if actor.id == case.requested_by_id:
        raise NotAllowed("not_the_requester")
    _advance(session, case, ExitAction.CONFIRM, version)
    case.confirmed_by_id, case.confirmed_by_name, case.confirmed_on = actor.id, actor.name, clock.today()
    _flush(session, case)


def hand_over(session: Session, case: ExitCase, *, version: int, to: str, on: date) -> None:
    """Customers' data are with somebody else. Tells whoever settles that the final settlement is due."""
    if not to.strip():
        raise InvalidInput("receiver_missing", field="to", value=to)
    if on > clock.today():
        raise InvalidInput("day_in_future", field="on", value=on)
    if on < case.notice_on:
        raise InvalidInput("day_before_notice", field="on", value=on, first=case.notice_on)
    _advance(session, case, ExitAction.HAND_OVER, version)
    case.handed_over_to, case.handed_over_on = to.strip(), on
    _flush(session, case)
    final_settlement_due.send(case, session=session)


def close_exit(
    session: Session, case: ExitCase, *, actor: User, version: int, on: date, free_territory: bool
) -> Candidate | None:
    """Settled: the outlet exits, its county falls free where asked, and redevelopment begins a candidate.

    Raises NotAllowed, StaleVersion, IllegalMove, InvalidInput for a day that does not fit.
    """
    if not may_decide(actor):
        raise NotAllowed()
    if case.handed_over_on is not None and on < case.handed_over_on:
        raise InvalidInput("day_before_handover", field="on", value=on, first=case.handed_over_on)
    outlet = case.outlet
    _advance(session, case, ExitAction.SETTLE, version)
    case.settled_on = case.closed_on = on
    case.open_key, case.closed_by_name = None, actor.name
    _flush(session, case)
    if outlet.status is not OutletStatus.EXITED:
        move_outlet(session, outlet, OutletStatus.EXITED, on=on, reason=case.reason[:MAX_LIFE_REASON], actor=actor)
    if free_territory:
        _free_county(session, outlet, on)
    if not case.redevelop:
        return None
    return add_candidate(
        session,
        actor=actor,
        name=outlet.name,
        county_code=outlet.county_code,
        lng=outlet.lng,
        lat=outlet.lat,
        note=case.reason,
        predecessor_id=outlet.id,
    )


def withdraw_exit(session: Session, case: ExitCase, *, version: int) -> None:
    """The notice is taken back before it is confirmed."""
    _advance(session, case, ExitAction.WITHDRAW, version)
    case.open_key = None
    _flush(session, case)


def _advance(session: Session, case: ExitCase, action: ExitAction, version: int) -> None:
    if case.version != version:
        raise StaleVersion(expected=version, actual=case.version)
    case.stage = ExitStage(next_exit_stage(case.stage.value, action))


def _flush(session: Session, case: ExitCase) -> None:
    version = case.version
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version, actual=None) from error


def _free_county(session: Session, outlet: Outlet, on: date) -> None:
    """End the distributor's territory in the county, unless another outlet of its trades there."""
    others = session.scalar(
        select(Outlet.id)
        .where(Outlet.distributor_id == outlet.distributor_id, Outlet.county_code == outlet.county_code)
        .where(Outlet.id != outlet.id, Outlet.status.in_(TRADING))
        .limit(1)
    )
    if others is not None:
        return
    held = session.scalars(
        select(Territory)
        .where(Territory.distributor_id == outlet.distributor_id, Territory.county_code == outlet.county_code)
        .where((Territory.valid_to.is_(None)) | (Territory.valid_to > on))
        .order_by(Territory.id)
    )
    for territory in held.all():
        end_territory(session, territory.id, last_day=on)
