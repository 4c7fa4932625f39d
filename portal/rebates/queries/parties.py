"""Whom a policy addresses: conditions on outlets and distributors by its scope, and a page of parties at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from portal.network.models import Distributor, Outlet
from portal.network.rules import TRADING, DistributorStatus, OutletStatus
from portal.rebates.models import PolicyAddressee
from portal.rebates.queries.known import DISTRIBUTOR_FACTS, OUTLET_FACTS
from portal.rebates.rules.policy import Policy, Scope
from portal.rebates.rules.words import PartyKind

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who may earn: an outlet with its distributor, or a distributor."""

    id: int
    distributor_id: int
    outlet_id: int | None
    code: str
    acknowledged_on: date | None
    facts: dict[str, Decimal | str]


def outlets_addressed(scope: Scope, since: date) -> list[ColumnElement[bool]]:
    """Conditions on Outlet: in the scope, and trading, or gone no earlier than the policy's first day."""
    found: list[ColumnElement[bool]] = [
        or_(
            Outlet.status.in_(TRADING),
            and_(Outlet.status == OutletStatus.EXITED, Outlet.exited_on >= since, Outlet.opened_on.is_not(None)),
        )
    ]
    if scope.classes is not None:
        found.append(Outlet.store_class.in_(scope.classes))
    return found + _named(Outlet, scope)


def distributors_addressed(scope: Scope, since: date) -> list[ColumnElement[bool]]:
    """Conditions on Distributor: in the scope, and not gone before the policy's first day."""
    found: list[ColumnElement[bool]] = [
        or_(
            Distributor.status != DistributorStatus.EXITED,
            Distributor.exited_on >= since,
        )
    ]
    if scope.classes is not None:
        found.append(Distributor.tier.in_(scope.classes))
    return found + _named(Distributor, scope)


def _named(model: type[Outlet] | type[Distributor], scope: Scope) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if scope.regions is not None:
        places = (model.province_code, model.prefecture_code, model.county_code)
        found.append(or_(*(place.in_(scope.regions) for place in places)))
    if scope.parties is not None:
        found.append(model.code.in_(scope.parties))
    if scope.exclude_parties:
        found.append(model.code.not_in(scope.exclude_parties))
    return found


def parties_in_chunks(
    session: Session,
    policy: Policy,
    *,
    version_id: int | None,
    ids: Collection[int] | None = None,
    with_facts: Collection[str] = (),
    size: int = CHUNK,
) -> Iterator[list[Party]]:
    """The version's addressees, or without one whoever the policy would address, by id; in the reader's scope."""
    after = 0
    while True:
        statement = _statement(policy, version_id, after, ids).limit(size)
        rows = session.execute(statement).all()
        if rows:
            yield [_party(policy.party, row, with_facts) for row in rows]
        if len(rows) < size:
            return
        after = rows[-1].id


def _statement(policy: Policy, version_id: int | None, after: int, ids: Collection[int] | None) -> Select[Any]:
    if policy.party is PartyKind.OUTLET:
        statement = _outlets(policy, version_id).where(Outlet.id > after).order_by(Outlet.id)
        return statement if ids is None else statement.where(Outlet.id.in_(ids))
    statement = _distributors(policy, version_id).where(Distributor.id > after).order_by(Distributor.id)
    return statement if ids is None else statement.where(Distributor.id.in_(ids))


def _outlets(policy: Policy, version_id: int | None) -> Select[Any]:
    columns = [Outlet.id, Outlet.code, *(getattr(Outlet, name) for name in OUTLET_FACTS)]
    if version_id is None:
        conditions = outlets_addressed(policy.scope, policy.effective_from)
        return select(*columns, Outlet.distributor_id).where(*conditions)
    return (
        select(*columns, PolicyAddressee.distributor_id, PolicyAddressee.acknowledged_on)
        .join(PolicyAddressee, PolicyAddressee.outlet_id == Outlet.id)
        .where(PolicyAddressee.version_id == version_id)
    )


def _distributors(policy: Policy, version_id: int | None) -> Select[Any]:
    columns = [Distributor.id, Distributor.code, *(getattr(Distributor, name) for name in DISTRIBUTOR_FACTS)]
    if version_id is None:
        return select(*columns).where(*distributors_addressed(policy.scope, policy.effective_from))
    return (
        select(*columns, PolicyAddressee.acknowledged_on)
        .join(
            PolicyAddressee,
            and_(PolicyAddressee.distributor_id == Distributor.id, PolicyAddressee.outlet_id.is_(None)),
        )
        .where(PolicyAddressee.version_id == version_id)
    )


def _party(kind: PartyKind, row: Any, with_facts: Collection[str]) -> Party:
    is_outlet = kind is PartyKind.OUTLET
    names: Sequence[str] = OUTLET_FACTS if is_outlet else DISTRIBUTOR_FACTS
    wanted = [name for name in names if name in with_facts] if with_facts else ()
    facts = {name: _plain(value) for name in wanted if (value := getattr(row, name)) is not None}
    return Party(
        id=row.id,
        distributor_id=row.distributor_id if is_outlet else row.id,
        outlet_id=row.id if is_outlet else None,
        code=row.code,
        acknowledged_on=getattr(row, "acknowledged_on", None),
        facts=facts,
    )


def _plain(value: Any) -> Decimal | str:
    return Decimal(value) if isinstance(value, int) else str(value)
