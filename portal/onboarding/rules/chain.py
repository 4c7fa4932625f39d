"""The chain of approvals by class and city tier, and who may sit in it. Pure.

Source: the application forms of real networks end in 大区意见 → 销售管理 → 网络管理 → 总部批准; small shops in small
towns skip the middle desks. The first line that fits counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from portal.network.rules import CityTier, StoreClass
from portal.onboarding.rules.states import ApplicationStatus

S = ApplicationStatus
FULL = (S.AREA_REVIEW, S.SALES_REVIEW, S.NETWORK_REVIEW, S.HEAD_OFFICE_REVIEW)
SHORT = (S.AREA_REVIEW, S.NETWORK_REVIEW, S.HEAD_OFFICE_REVIEW)
SHORTEST = (S.AREA_REVIEW, S.HEAD_OFFICE_REVIEW)

# (classes, city tiers) → chain; None fits every value, an unknown one included.
CHAINS: tuple[tuple[frozenset[StoreClass] | None, frozenset[CityTier] | None, tuple[ApplicationStatus, ...]], ...] = (
    (frozenset({StoreClass.A}), None, FULL),
    (None, frozenset({CityTier.FIRST}), FULL),
    (frozenset({StoreClass.C}), frozenset({CityTier.THIRD}), SHORTEST),
    (None, None, SHORT),
)


def chain_of(store_class: StoreClass | None, city_tier: CityTier | None) -> tuple[ApplicationStatus, ...]:
    """The desks an application passes, first to last."""
    for classes, tiers, chain in CHAINS:
        if (classes is None or store_class in classes) and (tiers is None or city_tier in tiers):
            return chain
    raise AssertionError("the last line fits everything")


def next_stage(chain: tuple[ApplicationStatus, ...], stage: ApplicationStatus) -> ApplicationStatus:
    """The desk after `stage`."""
    return chain[chain.index(stage) + 1]


@dataclass(frozen=True)
class Judgement:
    """Who endorsed at a desk, and for whom where the desk was lent to them."""

    stage: ApplicationStatus
    user_id: int
    for_id: int | None = None


def may_judge(user_id: int, *, applicant_id: int, applicant_circle: Iterable[int]) -> bool:
    """Never the applicant, nor another account of the applicant's distributor."""
    return user_id != applicant_id and user_id not in set(applicant_circle)


def has_decided_before(user_id: int, judgements: Iterable[Judgement]) -> bool:
    """Whether this person has endorsed at an earlier desk, or somebody did so in their name."""
    return any(user_id in (judgement.user_id, judgement.for_id) for judgement in judgements)


def has_two_persons(user_id: int, judgements: Iterable[Judgement]) -> bool:
    """Whether, with this person, at least two different people will have judged."""
    return len({user_id, *(judgement.user_id for judgement in judgements)}) >= 2
