"""What the product knows by name, and which versions are in force: what policies are checked against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.errors import NotFound
from portal.network.models import Distributor, Outlet, Region
from portal.network.rules import DistributorTier, StoreClass
from portal.products.models import ProductGroup, ProductModel
from portal.rebates.models import PolicyVersion
from portal.rebates.rules import document
from portal.rebates.rules.known import Known
from portal.rebates.rules.life import VersionStatus
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.settling import Span
from portal.sales.rules.words import SaleType
from portal.scope import scope_of_system

# Work in the field that can be counted: display material changed to the standard, trainings, in-store events,
# publicity, road shows, market visits.
ACTIVITIES = ("mot", "training", "in_store_event", "publicity", "road_show", "visit")
OUTLET_FACTS = ("store_class", "operating_mode", "city_tier", "floor_area_sqm", "staff")
DISTRIBUTOR_FACTS = ("tier", "operating_mode", "city_tier")
CLASSES = (*(each.value for each in StoreClass), *(each.value for each in DistributorTier))


def known(session: Session, written: Any = None) -> Known:
    """Codes and names that a policy may mention. Parties are looked up as far as the document `written` names any."""
    return Known(
        models=frozenset(session.scalars(select(ProductModel.code))),
        tags=frozenset(session.scalars(select(ProductGroup.code))),
        sale_types=frozenset(each.value for each in SaleType),
        activities=frozenset(ACTIVITIES),
        party_facts=frozenset((*OUTLET_FACTS, *DISTRIBUTOR_FACTS)),
        parties=None if written is None else _known_parties(session, written),
        regions=frozenset(session.scalars(select(Region.code).distinct())),
        classes=frozenset(CLASSES),
    )


def _known_parties(session: Session, written: Any) -> frozenset[str]:
    scope = written.get("scope") if isinstance(written, Mapping) else None
    named: set[str] = set()
    for key in ("parties", "exclude_parties"):
        items = scope.get(key) if isinstance(scope, Mapping) else None
        named |= {item for item in items if isinstance(item, str)} if isinstance(items, list) else set()
    if not named:
        return frozenset()
    model = Distributor if written.get("party") == "distributor" else Outlet
    with scope_of_system(session):
        return frozenset(session.scalars(select(model.code).where(model.code.in_(named))))


def regions_meet(session: Session) -> Callable[[frozenset[str], frozenset[str]], bool]:
    """Tells whether two sets of region codes share ground: one lies in the other, or both are the same."""
    parents = {code: parent for code, parent in session.execute(select(Region.code, Region.parent_code)) if parent}

    def with_parents(codes: frozenset[str]) -> set[str]:
        found: set[str] = set()
        waiting = list(codes)
        while waiting:
            code = waiting.pop()
            if code not in found:
                found.add(code)
                waiting += [parents[code]] if code in parents else []
        return found

    def meet(one: frozenset[str], other: frozenset[str]) -> bool:
        return bool(with_parents(one) & other or with_parents(other) & one)

    return meet


def policy_of(version: PolicyVersion) -> Policy:
    """The version's document compiled, with the days on which it is in force. Raises Invalid where it is unsound."""
    policy = document.parse(version.document)
    begin, end = version.effective_from, version.effective_to
    if begin is None or end is None or (begin, end) == (policy.effective_from, policy.effective_to):
        return policy
    return replace(policy, effective_from=begin, effective_to=end)


def was_published() -> ColumnElement[bool]:
    """Whether a version was ever in force: it is published, or it was and is withdrawn as of its last day."""
    return PolicyVersion.published_at.is_not(None) & PolicyVersion.status.in_(
        (VersionStatus.PUBLISHED, VersionStatus.WITHDRAWN)
    )


def versions_in_force(session: Session, span: Span) -> list[PolicyVersion]:
    """The versions that a run of this period settles, by code of the policy and number."""
    statement = (
        select(PolicyVersion)
        .where(
            was_published(),
            PolicyVersion.period == span.kind,
            PolicyVersion.effective_from <= span.ends_on,
            PolicyVersion.effective_to >= span.first,
            PolicyVersion.effective_from <= PolicyVersion.effective_to,
        )
        .order_by(PolicyVersion.policy_id, PolicyVersion.number)
    )
    return list(session.scalars(statement))


def published_versions(session: Session) -> list[PolicyVersion]:
    """All versions that are or were in force, without those withdrawn before they began."""
    statement = select(PolicyVersion).where(was_published(), PolicyVersion.effective_from <= PolicyVersion.effective_to)
    return list(session.scalars(statement.order_by(PolicyVersion.policy_id, PolicyVersion.number)))


def version_settling(session: Session, span: Span, policy_id: int) -> PolicyVersion | None:
    """The policy's version in force in the period; the later one where it changed within."""
    found = [version for version in versions_in_force(session, span) if version.policy_id == policy_id]
    return found[-1] if found else None


def get_version(session: Session, version_id: int) -> PolicyVersion:
    """The version, in the reader's scope; raises NotFound."""
    version = session.scalar(select(PolicyVersion).where(PolicyVersion.id == version_id))
    if version is None:
        raise NotFound()
    return version
