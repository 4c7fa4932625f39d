"""Verbs on a plan: drawn up, given its season and judged shares, published once for all, revised by another one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from portal import clock
from portal.audit.recorder import record
from portal.db import rows_written
from portal.errors import InvalidInput, StaleVersion
from portal.network.services.life import Actor
from portal.sales.queries.periods import periods_of
from portal.sales.rules.calendar import CLOSED
from portal.targets.models import Quota, TargetPlan, TargetShare
from portal.targets.queries.hierarchy import months_of
from portal.targets.queries.plans import next_revision, season_of, split_plan
from portal.targets.rules.cascade import id_of, leaves, mismatches
from portal.targets.rules.season import SeasonProfile, check_season
from portal.targets.rules.words import WHOLE_BP, Basis, PlanStatus

FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_UNITS = 100_000_000
CHUNK = 5_000
# Facts of a draft that a form may change.
EDITABLE = frozenset(
    {"first_month", "total_qty", "valid_from", "basis", "own_share_bp", "minimum_qty", "step_qty", "note"}
)


def create_plan(
    session: Session,
    *,
    year: int,
    total_qty: int,
    actor: Actor,
    first_month: date | None = None,
    valid_from: date | None = None,
    season: SeasonProfile | None = None,
    shares: Mapping[str, int] | None = None,
    **facts: Any,
) -> TargetPlan:
    """A draft for the months from `first_month` (January) to December. Raises InvalidInput.

    `shares`: judged shares in basis points by path; `facts`: basis, own_share_bp, minimum_qty, step_qty, note.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise InvalidInput("year_unlikely", field="year", value=year)
    plan = TargetPlan(
        year=year,
        revision=next_revision(session, year),
        first_month=first_month or date(year, 1, 1),
        total_qty=total_qty,
        valid_from=valid_from or first_month or date(year, 1, 1),
        basis=Basis.LAST_YEAR,
        minimum_qty=0,
        step_qty=1,
        season=(season or SeasonProfile()).as_dict(),
        created_by_id=actor.id,
        created_by_name=actor.name,
        created_at=clock.now(),
    )
    _write(plan, facts)
    _check_facts(plan)
    plan.shares = [TargetShare(path=path, share_bp=share) for path, share in (shares or {}).items()]
    session.add(plan)
    _flush(session, plan)
    return plan


def change_plan(session: Session, plan: TargetPlan, *, version: int | None, **facts: Any) -> TargetPlan:
    """Change what a draft is about. Raises StaleVersion, InvalidInput (`plan_published`, and as create_plan)."""
    _check_draft(plan, version)
    _write(plan, facts)
    _check_facts(plan)
    return _flush(session, plan)


def set_season(session: Session, plan: TargetPlan, profile: SeasonProfile, *, version: int | None) -> TargetPlan:
    """Give a draft its season profile; it must fit the total. Raises StaleVersion, InvalidInput."""
    _check_draft(plan, version)
    check_season(plan.total_qty, profile, first_month=plan.first_month.month)
    plan.season = profile.as_dict()
    return _flush(session, plan)


def set_shares(
    session: Session, plan: TargetPlan, under: str, shares: Mapping[str, int | None], *, version: int | None
) -> TargetPlan:
    """Judge the shares of what lies directly below a path ("" the top, "*" the models): key → basis points, or None.

    Raises StaleVersion, InvalidInput (`share_out_of_range`, `shares_exceed`).
    """
    _check_draft(plan, version)
    for key, share in shares.items():
        if share is not None and not 0 <= share <= WHOLE_BP:
            raise InvalidInput("share_out_of_range", field=key, value=share / 100)
    given = sum(share for share in shares.values() if share is not None)
    if given > WHOLE_BP:
        raise InvalidInput("shares_exceed", field="", value=given / 100)
    stored = {share.path: share for share in plan.shares}
    for key, judged in shares.items():
        path = f"{under}/{key}" if under else key
        known = stored.get(path)
        if judged is None and known is not None:
            plan.shares.remove(known)
        elif judged is not None and known is not None:
            known.share_bp = judged
        elif judged is not None:
            plan.shares.append(TargetShare(path=path, share_bp=judged))
    flag_modified(plan, "note")  # a new version: the shares are part of the plan
    return _flush(session, plan)


def discard_plan(session: Session, plan: TargetPlan, *, version: int | None) -> None:
    """Throw a draft away. Raises StaleVersion, InvalidInput."""
    _check_draft(plan, version)
    session.delete(plan)
    session.flush()


def revise_plan(session: Session, plan: TargetPlan, *, actor: Actor, today: date) -> TargetPlan:
    """A new draft like a published plan, from the next month on, with what is in force from there as its total."""
    first = max(plan.first_month, min(date(plan.year, 12, 1), _next_month(today)))
    in_force = session.scalar(
        select(func.coalesce(func.sum(Quota.units), 0)).where(
            Quota.month.between(first, date(plan.year, 12, 1)), Quota.valid_to.is_(None)
        )
    )
    kept = [group for group in plan.season.get("groups", ()) if first.month <= group["first"] <= group["last"]]
    return create_plan(
        session,
        year=plan.year,
        total_qty=int(in_force or 0),
        actor=actor,
        first_month=first,
        valid_from=max(first, today),
        season=SeasonProfile.from_dict(plan.season | {"groups": kept}),
        shares={share.path: share.share_bp for share in plan.shares},
        basis=plan.basis,
        own_share_bp=plan.own_share_bp,
        minimum_qty=plan.minimum_qty,
        step_qty=plan.step_qty,
        note=plan.note,
    )


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def publish_plan(session: Session, plan: TargetPlan, *, actor: Actor, version: int | None) -> int:
    """Write the quotas of every outlet, model and month; those they replace end the day before. Returns how many.

    Raises StaleVersion, InvalidInput (`month_closed`, `valid_from_before_last`, `nobody_there`, and the season's).
    """
    months = check_publishable(session, plan, version=version)
    split = split_plan(session, plan)
    if list(mismatches(split)) or not split.children:
        raise InvalidInput("nobody_there", field="", value=plan.total_qty)
    plan.status, plan.published_at = PlanStatus.PUBLISHED, clock.now()
    plan.published_by_id, plan.published_by_name = actor.id, actor.name
    _flush(session, plan)
    replaced = _end_quotas(session, plan, months)
    rows = ({**ids, "units": units, "month": month} for ids, row in _ids(plan, leaves(split))
            for month, units in zip(months, row, strict=True) if units)  # fmt: skip
    written = _insert(session, rows)
    record(
        session,
        "publish",
        object_type="target_plans",
        object_id=plan.id,
        label=f"{plan.year}-{plan.revision}",
        changes={"units": [None, plan.total_qty], "quotas": [None, written], "replaced": [None, replaced]},
    )
    return written


def check_publishable(session: Session, plan: TargetPlan, *, version: int | None) -> list[date]:
    """The months that publishing would write. Raises as `publish_plan`, but for what only the cascade shows."""
    _check_draft(plan, version)
    months = months_of(plan)
    check_open(session, months)
    _check_later(session, plan, months)
    return months


def check_open(session: Session, months: list[date]) -> None:
    """Quotas of a month that is locked or settled stay as they are: rebates were paid on them. Raises InvalidInput."""
    closed = [month for month, period in periods_of(session, months).items() if period.status in CLOSED]
    if closed:
        raise InvalidInput("month_closed", field="first_month", value=min(closed), last=max(closed))


def _check_later(session: Session, plan: TargetPlan, months: list[date]) -> None:
    last = session.scalar(
        select(func.max(Quota.valid_from)).where(Quota.month.between(months[0], months[-1]), Quota.valid_to.is_(None))
    )
    if last is not None and plan.valid_from < last:
        raise InvalidInput("valid_from_before_last", field="valid_from", value=plan.valid_from, last=last)


def _end_quotas(session: Session, plan: TargetPlan, months: list[date]) -> int:
    ended = session.execute(
        update(Quota)
        .where(Quota.month.between(months[0], months[-1]), Quota.valid_to.is_(None))
        .values(valid_to=plan.valid_from - timedelta(days=1))
        .execution_options(synchronize_session=False)
    )
    return rows_written(ended)


def _ids(plan: TargetPlan, found: Iterator[tuple[tuple[str, ...], tuple[int, ...]]]) -> Iterator[Any]:
    """Columns of a quota row from the path of its leaf: area, distributor, (outlets,) party, model."""
    for path, units in found:
        yield (
            {
                "plan_id": plan.id,
                "sales_area_id": id_of(path[0]),
                "distributor_id": id_of(path[1]),
                "outlet_id": id_of(path[-2]),
                "model_id": id_of(path[-1]),
                "valid_from": plan.valid_from,
            },
            units,
        )


def _insert(session: Session, rows: Iterator[dict[str, Any]]) -> int:
    written = 0
    try:
        while chunk := list(islice(rows, CHUNK)):
            session.execute(insert(Quota), chunk)
            written += len(chunk)
    except IntegrityError as error:  # somebody published the same months meanwhile
        raise StaleVersion() from error
    return written


def _write(plan: TargetPlan, facts: Mapping[str, Any]) -> None:
    unknown = set(facts) - EDITABLE
    if unknown:
        raise ValueError(f"not facts of a plan: {sorted(unknown)}")
    for name, value in facts.items():
        setattr(plan, name, value)


def _check_facts(plan: TargetPlan) -> None:
    if not 0 <= plan.total_qty <= MOST_UNITS:
        raise InvalidInput("total_negative", field="total_qty", value=plan.total_qty)
    if plan.first_month.day != 1 or plan.first_month.year != plan.year:
        raise InvalidInput("first_month_outside", field="first_month", value=plan.first_month, year=plan.year)
    if plan.own_share_bp is not None and not 0 <= plan.own_share_bp <= WHOLE_BP:
        raise InvalidInput("share_out_of_range", field="own_share", value=plan.own_share_bp / 100)
    if plan.minimum_qty < 0 or plan.step_qty < 1:
        raise InvalidInput("step_out_of_range", field="step_qty", value=plan.step_qty)


def _check_draft(plan: TargetPlan, version: int | None) -> None:
    if version != plan.version:
        raise StaleVersion(expected=version, actual=plan.version)
    if plan.status is not PlanStatus.DRAFT:
        raise InvalidInput("plan_published", field="", value=plan.year)


def _flush(session: Session, plan: TargetPlan) -> TargetPlan:
    version = plan.version
    try:
        session.flush()
    except (StaleDataError, IntegrityError) as error:
        raise StaleVersion(expected=version, actual=None) from error
    return plan


def season_fits(plan: TargetPlan) -> bool:
    """Whether the season profile still fits the total, which may have changed after it was given."""
    try:
        season_of(plan)
    except InvalidInput:
        return False
    return True
