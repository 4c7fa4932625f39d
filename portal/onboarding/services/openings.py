"""Checklist, opening, and the promise held against the result."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.models import User
from portal.errors import IllegalMove, InvalidInput, NotFound, StaleVersion
from portal.network.rules import OutletStatus
from portal.network.services.outlets import move_outlet
from portal.onboarding.models import Application, ChecklistItem, OpeningReview, ReviewStep
from portal.onboarding.rules.openings import (
    CHECKLIST_DAYS,
    REVIEW_MONTHS,
    PromiseResult,
    add_months,
    hold_against_promise,
    promised_by,
)
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.onboarding.services.reviews import act


def start_opening(session: Session, application: Application, *, actor: User, version: int) -> ReviewStep:
    """Approval becomes work: the checklist with its due dates. Raises as `act` does."""
    step = act(session, application, Action.START_OPENING, actor=actor, version=version)
    today = clock.today()
    for kind, days in CHECKLIST_DAYS.items():
        session.add(ChecklistItem(application_id=application.id, kind=kind.value, due_on=today + timedelta(days=days)))
    session.flush()
    return step


def get_item(session: Session, application: Application, item_id: int) -> ChecklistItem:
    """An item of this application's checklist; NotFound for any other's."""
    item = session.scalar(
        select(ChecklistItem).where(ChecklistItem.id == item_id, ChecklistItem.application_id == application.id)
    )
    if item is None:
        raise NotFound()
    return item


def change_item(
    session: Session,
    item: ChecklistItem,
    *,
    version: int,
    actor: User,
    owner_name: str,
    due_on: date | None,
    done_on: date | None,
    note: str,
) -> None:
    """Who sees to it, by when, and whether it is done. Raises StaleVersion, IllegalMove, InvalidInput."""
    _check_item(session, item, version)
    _write_done(item, actor, done_on)
    item.owner_name, item.due_on, item.note = owner_name.strip(), due_on, note.strip()
    _flush(session, version)


def tick_item(session: Session, item: ChecklistItem, *, version: int, actor: User, done_on: date | None) -> None:
    """Mark as done on a day, or (None) as not done after all. The day is not in the future."""
    _check_item(session, item, version)
    _write_done(item, actor, done_on)
    _flush(session, version)


def _write_done(item: ChecklistItem, actor: User, done_on: date | None) -> None:
    if done_on is not None and done_on > clock.today():
        raise InvalidInput("day_in_future", field="done_on", value=done_on)
    if item.done_on != done_on:
        item.done_on = done_on
        item.done_by_id, item.done_by_name = (actor.id, actor.name) if done_on else (None, "")


def _check_item(session: Session, item: ChecklistItem, version: int) -> None:
    if item.version != version:
        raise StaleVersion(expected=version, actual=item.version)
    check_is_opening(session.get_one(Application, item.application_id))


def _flush(session: Session, version: int) -> None:
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version, actual=None) from error


def open_outlet(session: Session, application: Application, *, actor: User, version: int, on: date) -> ReviewStep:
    """The outlet opens on a day; its reviews after 6 and 12 months are put down. Raises as `act` does."""
    if on > clock.today():
        raise InvalidInput("day_in_future", field="on", value=on)
    step = act(session, application, Action.OPEN, actor=actor, version=version, on=on)
    yearly = (application.volume_year_1 or 0, application.volume_year_2 or 0, application.volume_year_3 or 0)
    plan_reviews(session, outlet_id=application.outlet_id or 0, opened_on=on, yearly=yearly)
    return step


def plan_reviews(
    session: Session, *, outlet_id: int, opened_on: date, yearly: tuple[int, int, int]
) -> list[OpeningReview]:
    """Put down when the promise (units of the first three years) will be held against the result."""
    reviews = [
        OpeningReview(
            outlet_id=outlet_id,
            months=months,
            due_on=add_months(opened_on, months),
            promised_qty=promised_by(months, yearly),
        )
        for months in REVIEW_MONTHS
    ]
    session.add_all(reviews)
    session.flush()
    return reviews


def hold_review(
    session: Session,
    review: OpeningReview,
    *,
    actor: User,
    version: int,
    actual_qty: int,
    source: str,
    held_on: date,
) -> PromiseResult:
    """Put down what was really sold; below the set share the outlet goes to the watch list.

    Raises InvalidInput (`held_already`, `not_due`, `day_in_future`, `quantity_negative`, `source_missing`) and
    StaleVersion (somebody else holds it at the same moment).
    """
    _check_may_hold(review, version, actual_qty, source, held_on)
    result = hold_against_promise(review.promised_qty, actual_qty)
    review.actual_qty, review.source, review.held_on = actual_qty, source.strip(), held_on
    review.reviewer_name = actor.name
    outlet = review.outlet
    review.put_on_watch = result.goes_on_watch and outlet.status is OutletStatus.OPEN
    _flush(session, version)
    if review.put_on_watch:
        reason = f"{review.months}: {actual_qty} / {review.promised_qty} ({result.percent}%)"
        move_outlet(session, outlet, OutletStatus.WATCH, on=held_on, reason=reason, actor=actor)
    return result


def _check_may_hold(review: OpeningReview, version: int, actual_qty: int, source: str, held_on: date) -> None:
    if review.held_on is not None:
        raise InvalidInput("held_already", field="held_on", value=review.held_on)
    if review.version != version:
        raise StaleVersion(expected=version, actual=review.version)
    if actual_qty < 0:
        raise InvalidInput("quantity_negative", field="actual_qty", value=actual_qty)
    if not source.strip():
        raise InvalidInput("source_missing", field="source", value=source)
    if held_on > clock.today():
        raise InvalidInput("day_in_future", field="held_on", value=held_on)
    if held_on < review.due_on:
        raise InvalidInput("not_due", field="held_on", value=held_on, due_on=review.due_on)


def check_is_opening(application: Application) -> None:
    """The checklist is worked on only while the outlet is being opened."""
    if application.status is not ApplicationStatus.OPENING:
        raise IllegalMove(from_status=application.status.value, action="checklist")
