"""Verbs on quotas: amended by date as new rows, agreed to in writing."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import clock
from portal.audit.recorder import record
from portal.db import rows_written
from portal.errors import InvalidInput, StaleVersion
from portal.network.models import Distributor, Outlet
from portal.network.services.life import Actor
from portal.periods import months_between
from portal.products.models import ProductModel
from portal.targets.models import Quota, QuotaAmendment, TargetPlan
from portal.targets.queries.hierarchy import months_of
from portal.targets.queries.plans import latest_plan
from portal.targets.services.plans import MOST_UNITS, check_open


def amend_quota(
    session: Session,
    distributor: Distributor,
    outlet: Outlet | None,
    model: ProductModel,
    *,
    first_month: date,
    last_month: date,
    units: int,
    valid_from: date,
    reason: str,
    agreed_on: date | None = None,
    actor: Actor,
    seen_id: int | None = None,
) -> QuotaAmendment:
    """From the day `valid_from` on the quota of these months (of one year) is `units`: new rows, the old ones end.

    Without an outlet it is that of the distributor's own store. `seen_id`: the row that the asker saw in force for the
    first month. Raises StaleVersion where it is not any more; InvalidInput.
    """
    months = list(months_between(first_month, last_month))
    _check(months, first_month, last_month, units, reason)
    check_open(session, months)
    plan = latest_plan(session, first_month.year, month=first_month)
    if plan is None:
        raise InvalidInput("no_plan", field="first_month", value=first_month.year)
    place = _place(distributor, outlet, model)
    # Held, and read anew once held: of two amendments at once the second sees what the first has done.
    held = select(Quota).where(Quota.month.in_(months), *place).with_for_update(of=Quota)
    rows = {row.month: row for row in session.scalars(held.execution_options(populate_existing=True))}
    _check_seen(rows.get(first_month), seen_id, valid_from, rows)
    amendment = QuotaAmendment(
        distributor_id=distributor.id,
        outlet_id=outlet.id if outlet else None,
        model_id=model.id,
        month=first_month,
        last_month=last_month,
        units=units,
        valid_from=valid_from,
        agreed_on=agreed_on,
        reason=reason.strip(),
        actor_id=actor.id,
        actor_name=actor.name,
        created_at=clock.now(),
    )
    session.add(amendment)
    session.flush()
    _replace(session, amendment, plan, months, place, (outlet or distributor).sales_area_id)
    return amendment


def _check(months: list[date], first: date, last: date, units: int, reason: str) -> None:
    if not months:
        raise InvalidInput("months_reversed", field="last_month", value=last, first=first)
    if first.year != last.year:
        raise InvalidInput("months_of_two_years", field="last_month", value=last, year=first.year)
    if not 0 <= units <= MOST_UNITS:
        raise InvalidInput("units_out_of_range", field="units", value=units)
    if not reason.strip():
        raise InvalidInput("reason_missing", field="reason", value=reason)


def _place(distributor: Distributor, outlet: Outlet | None, model: ProductModel) -> list[ColumnElement[bool]]:
    if outlet is None:
        party = [Quota.outlet_id.is_(None), Quota.distributor_id == distributor.id]
    else:
        party = [Quota.outlet_id == outlet.id]
    return [*party, Quota.model_id == model.id, Quota.valid_to.is_(None)]


def _check_seen(row: Quota | None, seen_id: int | None, valid_from: date, rows: dict[date, Quota]) -> None:
    if seen_id is not None and (row is None or row.id != seen_id):
        raise StaleVersion(expected=seen_id, actual=row.id if row else None)
    last = max((each.valid_from for each in rows.values()), default=valid_from)
    if valid_from < last:
        raise InvalidInput("valid_from_before_last", field="valid_from", value=valid_from, last=last)


def _replace(
    session: Session,
    amendment: QuotaAmendment,
    plan: TargetPlan,
    months: list[date],
    place: list[ColumnElement[bool]],
    area_id: int | None,
) -> None:
    areas = session.execute(select(func.max(Quota.sales_area_id), func.count()).where(Quota.month.in_(months), *place))
    known_area, number = areas.one()
    ended = session.execute(
        update(Quota)
        .where(Quota.month.in_(months), *place)
        .values(valid_to=amendment.valid_from - timedelta(days=1))
        .execution_options(synchronize_session="fetch")
    )
    if rows_written(ended) != number:
        raise StaleVersion()
    rows = [
        {
            "plan_id": plan.id,
            "amendment_id": amendment.id,
            "sales_area_id": known_area if number else area_id,
            "distributor_id": amendment.distributor_id,
            "outlet_id": amendment.outlet_id,
            "model_id": amendment.model_id,
            "month": month,
            "units": amendment.units,
            "valid_from": amendment.valid_from,
            "agreed_on": amendment.agreed_on,
        }
        for month in months
    ]
    try:
        session.execute(insert(Quota), rows)
    except IntegrityError as error:  # somebody amended the same months meanwhile
        raise StaleVersion() from error


def agree(
    session: Session, plan: TargetPlan, distributor: Distributor, *, agreed_on: date, outlet: Outlet | None = None
) -> int:
    """A distributor (or one outlet of it) has agreed in writing to what is in force of a plan's months.

    Rows that carry a day already keep it. Returns how many got theirs. Raises InvalidInput (`agreed_in_future`).
    """
    if agreed_on > clock.today():
        raise InvalidInput("agreed_in_future", field="agreed_on", value=agreed_on)
    months = months_of(plan)
    wanted = [
        Quota.distributor_id == distributor.id,
        Quota.month.between(months[0], months[-1]),
        Quota.valid_to.is_(None),
        Quota.agreed_on.is_(None),
    ]
    if outlet is not None:
        wanted.append(Quota.outlet_id == outlet.id)
    done = session.execute(
        update(Quota).where(*wanted).values(agreed_on=agreed_on).execution_options(synchronize_session="fetch")
    )
    number = rows_written(done)
    record(
        session,
        "agree",
        object_type="target_quotas",
        object_id=plan.id,
        label=outlet.code if outlet else distributor.code,
        changes={"agreed_on": [None, agreed_on.isoformat()], "quotas": [None, number]},
    )
    return number
