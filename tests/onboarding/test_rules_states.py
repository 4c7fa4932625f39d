"""The declared table: every state × action × role, the chains, and who may sit in them."""

from __future__ import annotations

import itertools

import pytest

from portal.errors import IllegalMove
from portal.network.rules import CityTier, StoreClass
from portal.onboarding.rules.chain import CHAINS, chain_of, has_two_persons, may_judge, next_stage
from portal.onboarding.rules.chain import Judgement as Vote
from portal.onboarding.rules.states import (
    ENDED,
    MOVES,
    REVIEWERS,
    REVIEWS,
    TABLE,
    Action,
    ApplicationStatus,
    Guard,
    actions_of,
    find_move,
)
from portal.permissions import Role


def test_the_table_has_one_line_a_cell():
    assert len(TABLE) == len(MOVES)


def test_every_cell_outside_the_table_is_refused():
    refused = 0
    for cell in itertools.product(ApplicationStatus, Action, Role):
        if cell in TABLE:
            assert find_move(*cell) is TABLE[cell]
        else:
            refused += 1
            with pytest.raises(IllegalMove):
                find_move(*cell)
    assert refused == len(ApplicationStatus) * len(Action) * len(Role) - len(MOVES)


def test_nothing_leaves_an_ended_application():
    assert not [move for move in MOVES if move.before in ENDED]


def test_every_decision_keeps_the_applicant_out():
    for move in MOVES:
        if move.action in (Action.ENDORSE, Action.APPROVE, Action.REJECT, Action.REQUEST_INFORMATION):
            assert Guard.NOT_THE_APPLICANT in move.guards
            assert move.role is REVIEWERS[move.before]


def test_only_the_head_office_approver_approves_and_needs_a_second_person():
    (approval,) = [move for move in MOVES if move.after is ApplicationStatus.APPROVED]
    assert approval.role is Role.HO_APPROVER
    assert Guard.TWO_PERSONS in approval.guards


@pytest.mark.parametrize("store_class", [*StoreClass, None])
@pytest.mark.parametrize("tier", [*CityTier, None])
def test_every_chain_starts_in_the_area_and_ends_at_head_office(store_class, tier):
    chain = chain_of(store_class, tier)
    assert chain[0] is ApplicationStatus.AREA_REVIEW
    assert chain[-1] is ApplicationStatus.HEAD_OFFICE_REVIEW
    assert list(chain) == [stage for stage in REVIEWS if stage in chain]
    assert [next_stage(chain, stage) for stage in chain[:-1]] == list(chain[1:])


def test_chains_by_class_and_tier():
    assert len(chain_of(StoreClass.A, CityTier.THIRD)) == 4
    assert len(chain_of(StoreClass.C, CityTier.FIRST)) == 4
    assert len(chain_of(StoreClass.B, CityTier.SECOND)) == 3
    assert len(chain_of(StoreClass.C, CityTier.THIRD)) == 2
    assert CHAINS[-1][:2] == (None, None)


def test_the_applicants_house_never_judges():
    assert not may_judge(1, applicant_id=1, applicant_circle=())
    assert not may_judge(2, applicant_id=1, applicant_circle=(1, 2))
    assert may_judge(3, applicant_id=1, applicant_circle=(1, 2))


def test_two_persons():
    stage = ApplicationStatus.AREA_REVIEW
    assert not has_two_persons(1, [])
    assert not has_two_persons(1, [Vote(stage, 1)])
    assert has_two_persons(1, [Vote(stage, 2)])


def test_a_distributor_may_withdraw_until_the_decision():
    for status in (ApplicationStatus.DRAFT, *REVIEWS, ApplicationStatus.MORE_INFORMATION):
        assert Action.WITHDRAW in actions_of(status, Role.DISTRIBUTOR)
    assert Action.WITHDRAW not in actions_of(ApplicationStatus.APPROVED, Role.DISTRIBUTOR)
