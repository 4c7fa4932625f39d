"""This month's figures so far as the rules see them, and what other figures would bring. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.periods import month_of, shift_month
from portal.products.models import ProductModel
from portal.products.queries import models_between
from portal.rebates.models import PolicyAddressee, PolicyVersion
from portal.rebates.queries.facts import facts_of
from portal.rebates.queries.known import policy_of
from portal.rebates.rules.evaluation import Result, evaluate
from portal.rebates.rules.facts import Facts
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.settling import Span, span_of
from portal.rebates.rules.trying import units_by_model, with_units
from portal.rebates.rules.words import PartyKind, Period, TierOn
from portal.sales.models import SalesRollup

MOST_MODELS = 12
LEAST_RANGE, MOST_RANGE = 20, 5_000


@dataclass(frozen=True, slots=True)
class Slider:
    """A model that the reader may move: units so far, and how far the slider goes."""

    model: str
    name_zh: str
    name_en: str
    units: int
    wanted: int
    quota: int
    most: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a policy brings a party by the figures so far, and by those that the reader tries."""

    policy: Policy
    span: Span
    facts: Facts
    now: Result
    tried: Result
    sliders: list[Slider]
    is_tried: bool

    @property
    def more_fen(self) -> int:
        """What the figures tried bring beyond those so far."""
        return self.tried.total_fen - self.now.total_fen


def span_for(policy: Policy, month: date) -> Span:
    """The period of the policy in which the month lies."""
    return span_of(policy.period, month)


def facts_so_far(session: Session, addressee: PolicyAddressee, policy: Policy, span: Span) -> Facts | None:
    """The party's facts of the period as reported so far; None where the policy is not in force in it."""
    is_outlet = policy.party is PartyKind.OUTLET
    found = facts_of(
        session,
        policy,
        span,
        version=addressee.policy_version,
        outlet_ids=[addressee.outlet_id or 0] if is_outlet else None,
        distributor_ids=None if is_outlet else [addressee.distributor_id],
        size=2,
    )
    return next((party.facts for party in found), None)


def forecasts_of(session: Session, rows: Sequence[Any], month: date) -> dict[int, Result]:
    """Addressee → what it earns by the figures so far: one pass for each version, however many parties it addresses.

    `rows` are those of `addressees_in_force`.
    """
    found: dict[int, Result] = {}
    by_version: dict[int, list[Any]] = {}
    for row in rows:
        by_version.setdefault(row.version_id, []).append(row)
    versions = session.scalars(select(PolicyVersion).where(PolicyVersion.id.in_(by_version)))
    for version in versions.all():
        policy, addressed = policy_of(version), by_version[version.id]
        is_outlet = policy.party is PartyKind.OUTLET
        numbers = {(row.outlet_id if is_outlet else row.distributor_id): row.id for row in addressed}
        parties = facts_of(
            session,
            policy,
            span_for(policy, month),
            version=version,
            outlet_ids=list(numbers) if is_outlet else None,
            distributor_ids=None if is_outlet else list(numbers),
        )
        for party in parties:
            key = party.outlet_id if is_outlet else party.distributor_id
            found[numbers[key]] = evaluate(policy, party.facts)
    return found


def forecast(
    session: Session, addressee: PolicyAddressee, month: date, wanted: Mapping[str, int] | None = None
) -> Forecast | None:
    """The forecast of a period; `wanted` are units by model that the reader tries. None out of the policy's days."""
    policy = policy_of(addressee.policy_version)
    span = span_for(policy, month)
    facts = facts_so_far(session, addressee, policy, span)
    if facts is None:
        return None
    names = {model.code: model for model in models_between(session, span.first, span.ends_on)}
    units = _movable(policy, facts, names)
    moved = {code: value for code, value in (wanted or {}).items() if code in units and value != units[code]}
    now = evaluate(policy, facts)
    prices = _prices(session, [names[code].id for code in moved if code in names], span) if moved else {}
    tried = evaluate(policy, with_units(facts, moved, prices)) if moved else now
    sliders = [
        Slider(
            code,
            names[code].name_zh if code in names else code,
            names[code].name_en if code in names else code,
            present,
            moved.get(code, present),
            facts.quota.get(code, 0),
            _range(policy, facts, code, max(present, moved.get(code, 0))),
        )
        for code, present in units.items()
    ]
    return Forecast(policy, span, facts, now, tried, sliders, bool(moved))


def _movable(policy: Policy, facts: Facts, names: Mapping[str, ProductModel]) -> dict[str, int]:
    """Models with a quota or sales, those that the policy names, and as many others as there is room for."""
    units = units_by_model(facts)
    named = {model for term in policy.terms for model in term.lines.models or ()}
    wanted = [*units, *sorted(named - set(units)), *sorted(set(names) - set(units) - named)]
    kept = wanted[: max(MOST_MODELS, len(units))]
    return {code: units.get(code, 0) for code in sorted(kept)}


def _range(policy: Policy, facts: Facts, code: str, units: int) -> int:
    """Far enough for twice the quota, twice what was sold, and the highest tier in units."""
    tiers = [int(tier.start) for term in policy.terms if term.tier_on is TierOn.UNITS for tier in term.tiers]
    most = max(LEAST_RANGE, 2 * facts.quota.get(code, 0), 2 * units, int(1.25 * max(tiers, default=0)))
    return min(-(-most // 5) * 5, max(MOST_RANGE, units))


def _prices(session: Session, model_ids: list[int], span: Span) -> dict[str, int]:
    """The average channel price of models over a year in the reader's scope: for a model that was not sold yet."""
    rollup = SalesRollup
    statement = (
        select(ProductModel.code, func.sum(rollup.amount_fen), func.sum(rollup.retail - rollup.returns_in))
        .join(ProductModel, ProductModel.id == rollup.model_id)
        .where(rollup.model_id.in_(model_ids), rollup.month.between(shift_month(span.first, -12), span.last))
        .group_by(ProductModel.code)
    )
    return {code: int(fen) // int(units) for code, fen, units in session.execute(statement) if units and units > 0}


def default_month(policy: Policy, today: date) -> date:
    """The present month, or the last one in which the policy is in force."""
    day = min(max(today, policy.effective_from), policy.effective_to)
    return date(day.year, day.month, 1)


def latest_day(session: Session, today: date) -> date:
    """Today where something is reported for this month already, else the last day of the month before."""
    present = month_of(today)
    known = select(SalesRollup.id).where(SalesRollup.month == present).limit(1)
    return today if session.scalar(known) is not None else date.fromordinal(present.toordinal() - 1)


def last_reported(session: Session, month: date) -> date | None:
    """The last month up to this one of which the reader sees figures."""
    return session.scalar(select(func.max(SalesRollup.month)).where(SalesRollup.month <= month))


def step_of(period: Period) -> int:
    """Months from a period to the next."""
    return {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}[period]
