"""A distributor's application: kept as a draft, completed, handed in once, answered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.accounts.models import User
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.network.models import Distributor, Outlet, SalesArea
from portal.network.rules import DistributorStatus, OutletStatus, Step
from portal.network.services.outlets import edit_outlet, propose_outlet
from portal.network.services.parties import COORDINATE_DECIMALS, check_point
from portal.network.services.placing import Placement, place
from portal.onboarding.models import Application, ReviewStep
from portal.onboarding.queries.applications import get_by_client_key, judgements_of
from portal.onboarding.rules.answers import FIXED_ONCE_ENDORSED
from portal.onboarding.rules.chain import chain_of
from portal.onboarding.rules.guards import REQUIRED_COLUMNS
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.onboarding.services.reviews import act
from portal.scope import scope_of_system

COLUMNS = frozenset(REQUIRED_COLUMNS) | {"city_tier", "candidate_id", "predecessor_id"}
EDITABLE = (ApplicationStatus.DRAFT, ApplicationStatus.MORE_INFORMATION)
PLACE_COLUMNS = ("lng", "lat", "county_code")
# The key under which `answers` keeps what was typed and does not fit its field: nothing that was typed is lost.
TYPED = "typed"
# An area code may have 30 signs; with date and serial the number must stay within an outlet's code of 40.
PREFIX_LENGTH = 27
LOCK_KEY = 7_306_502  # any number of our own, for pg_advisory_xact_lock


def begin_application(session: Session, *, client_key: str, distributor: Distributor, applicant: User) -> Application:
    """The draft of this browser's key: made now, or the one that is there already.

    Raises InvalidInput (`distributor_not_active`).
    """
    known = get_by_client_key(session, client_key)
    if known is not None:
        return known
    if distributor.status is not DistributorStatus.ACTIVE:
        raise InvalidInput("distributor_not_active", field="distributor", value=distributor.code)
    application = Application(
        client_key=client_key,
        distributor_id=distributor.id,
        applicant_id=applicant.id,
        status=ApplicationStatus.DRAFT,
        answers={},
        chain=[],
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(application)
    except IntegrityError:  # the same browser's other request was faster
        found = get_by_client_key(session, client_key)
        if found is None:
            raise
        return found
    return application


def save_application(
    session: Session,
    application: Application,
    *,
    version: int | None,
    columns: Mapping[str, Any],
    answers: Mapping[str, Any],
) -> Application:
    """Keep what was typed, complete or not. Coordinates are WGS-84.

    Raises StaleVersion; IllegalMove once the application is with the reviewers; InvalidInput for a point that is none,
    and (`already_endorsed`) for another site or class after a desk has endorsed this one.
    """
    _check_version(application, version)
    check_editable(application)
    unknown = set(columns) - COLUMNS
    if unknown:
        raise ValueError(f"not columns of an application: {sorted(unknown)}")
    changes = _changes(application, columns)
    _check_not_endorsed(session, application, changes)
    with session.no_autoflush:
        if any(name in changes for name in PLACE_COLUMNS):
            _place(session, application, changes)
        for name, value in changes.items():
            if name not in PLACE_COLUMNS:
                setattr(application, name, value)
    merged = {**application.answers, **answers}
    if merged != application.answers:
        application.answers = merged
    if session.is_modified(application):
        application.updated_at = clock.now()
    _flush(session, application)
    return application


def check_editable(application: Application) -> None:
    """Raise IllegalMove unless the applicant holds the application."""
    if application.status not in EDITABLE:
        raise IllegalMove("not_editable", from_status=application.status.value, action="save")


def _check_version(application: Application, version: int | None) -> None:
    if version is not None and version != application.version:
        raise StaleVersion(expected=version, actual=application.version)


def _changes(application: Application, columns: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that are to hold something else than they do."""
    tidy = {
        name: round(value, COORDINATE_DECIMALS) if name in ("lng", "lat") and value is not None else value
        for name, value in columns.items()
    }
    return {name: value for name, value in tidy.items() if getattr(application, name) != value}


def _check_not_endorsed(session: Session, application: Application, changes: Mapping[str, Any]) -> None:
    fixed = sorted(FIXED_ONCE_ENDORSED & set(changes))
    if fixed and application.number is not None and judgements_of(session, application):
        raise InvalidInput("already_endorsed", field=fixed[0], value=changes[fixed[0]])


def _place(session: Session, application: Application, changes: Mapping[str, Any]) -> None:
    """Regions and sales area follow from the pin, else from the county that was chosen."""
    lng, lat, stated = (changes.get(name, getattr(application, name)) for name in PLACE_COLUMNS)
    check_point(lng, lat)
    placement = Placement()
    if (lng is not None and lat is not None) or stated:
        placement = place(session, lng=lng, lat=lat, county_code=stated)
    application.lng, application.lat = lng, lat
    application.province_code = placement.province_code
    application.prefecture_code = placement.prefecture_code
    application.county_code = placement.county_code
    application.sales_area_id = placement.sales_area_id


def _flush(session: Session, application: Application) -> None:
    version = application.version
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version, actual=None) from error


def submit_application(session: Session, application: Application, *, actor: User, version: int) -> ReviewStep:
    """Hand the application in: it gets its number, its chain of desks and its outlet.

    Raises StaleVersion, IllegalMove, GuardFailed with the fields that are missing.
    """
    step = act(session, application, Action.SUBMIT, actor=actor, version=version)
    application.chain = _chain(application)
    application.number = _next_number(session, application, clock.today())
    application.submitted_at = clock.now()
    _propose(session, application, actor)
    _flush(session, application)
    return step


def answer_application(
    session: Session, application: Application, *, actor: User, version: int, words: str = ""
) -> ReviewStep:
    """Send back what was asked for, with `words` to the desk that asked; its outlet follows the changed form.

    Raises StaleVersion, IllegalMove, GuardFailed. As long as no desk has endorsed, the chain follows class and tier.
    """
    step = act(session, application, Action.ANSWER, actor=actor, version=version, reason=words)
    if not judgements_of(session, application):
        application.chain = _chain(application)
    _update_outlet(session, application)
    _flush(session, application)
    return step


def withdraw_application(
    session: Session, application: Application, *, actor: User, version: int, reason: str = ""
) -> ReviewStep:
    """Take the application back. Raises StaleVersion, IllegalMove, GuardFailed."""
    return act(session, application, Action.WITHDRAW, actor=actor, version=version, reason=reason)


def find_submission(session: Session, application: Application, version: int) -> ReviewStep | None:
    """The step by which the version was handed in: the answer to a replay of the same request."""
    return session.scalar(
        select(ReviewStep).where(
            ReviewStep.application_id == application.id,
            ReviewStep.application_version == version,
            ReviewStep.action.in_((Action.SUBMIT, Action.ANSWER)),
        )
    )


def _chain(application: Application) -> list[str]:
    return [stage.value for stage in chain_of(application.store_class, application.city_tier)]


def _next_number(session: Session, application: Application, today: date) -> str:
    """Area code + date + serial of the day; NA where the site lies in no sales area.

    Two submissions at once take turns: on SQLite as writers, on PostgreSQL by a lock held until the commit.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK_KEY)))
    with scope_of_system(session), session.no_autoflush:
        area = session.get(SalesArea, application.sales_area_id) if application.sales_area_id else None
        prefix = f"{area.code[:PREFIX_LENGTH] if area else 'NA'}-{today:%Y%m%d}-"
        last = session.scalar(
            select(Application.number)
            .where(Application.number.startswith(prefix, autoescape=True))
            .order_by(func.length(Application.number).desc(), Application.number.desc())
            .limit(1)
        )
    serial = int(last.removeprefix(prefix)) + 1 if last else 1
    return f"{prefix}{serial:03d}"


def _outlet_facts(application: Application) -> dict[str, Any]:
    """What the network is told of the outlet."""
    return {
        "name": application.outlet_name,
        "address": application.address,
        "lng": application.lng,
        "lat": application.lat,
        "county_code": application.county_code,
        "city_tier": application.city_tier,
        "store_class": application.store_class,
        "operating_mode": application.operating_mode,
        "planned_open_on": application.planned_open_on,
        "floor_area_sqm": application.answers.get("floor_area_sqm"),
        "staff": application.answers.get("staff"),
    }


def _propose(session: Session, application: Application, actor: User) -> None:
    """The outlet exists in the network from this day on, as applied for."""
    today, reason = clock.today(), f"{application.number}"
    steps = [Step(s, today, reason) for s in (OutletStatus.CANDIDATE, OutletStatus.SURVEYED, OutletStatus.APPLIED)]
    with scope_of_system(session):
        outlet = propose_outlet(
            session,
            actor=actor,
            distributor=session.get_one(Distributor, application.distributor_id),
            code=str(application.number),
            history=steps,
            **_outlet_facts(application),
        )
        outlet.predecessor_id = application.predecessor_id
        session.flush()
    application.outlet = outlet


def _update_outlet(session: Session, application: Application) -> None:
    if application.outlet_id is None:
        return
    with scope_of_system(session):
        edit_outlet(session, session.get_one(Outlet, application.outlet_id), **_outlet_facts(application))
