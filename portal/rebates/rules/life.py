"""What becomes of policy versions, settlement runs, disputes and handed-down subsidies: one declared table of moves.

Buttons, permissions and the exhaustive test read this table: state × action × role × guards → next state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from portal.errors import IllegalMove
from portal.permissions import Role


class VersionStatus(StrEnum):
    """A version of a policy: draft → submitted → published → withdrawn. What is submitted is not edited any more."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class RunStatus(StrEnum):
    """A settlement run: draft → checked → approved → released → paid; or withdrawn before it is approved."""

    DRAFT = "draft"
    CHECKED = "checked"
    APPROVED = "approved"
    RELEASED = "released"
    PAID = "paid"
    WITHDRAWN = "withdrawn"


class DisputeStatus(StrEnum):
    """A question about a line of a statement: open → answered → accepted, refused, or taken back by who asked."""

    OPEN = "open"
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class GrantStatus(StrEnum):
    """A subsidy granted for an outlet: handed down by its distributor, then confirmed by the outlet."""

    GRANTED = "granted"
    PASSED_ON = "passed_on"
    CONFIRMED = "confirmed"


State = VersionStatus | RunStatus | DisputeStatus | GrantStatus
# Statements and postings of runs in these states count as settled; dealers see them.
SETTLED = frozenset({RunStatus.APPROVED, RunStatus.RELEASED, RunStatus.PAID})
# A run that is not over: at most one of a period.
OPEN_RUNS = frozenset({RunStatus.DRAFT, RunStatus.CHECKED, RunStatus.APPROVED, RunStatus.RELEASED})
OPEN_DISPUTES = frozenset({DisputeStatus.OPEN, DisputeStatus.ANSWERED})


class Action(StrEnum):
    """What somebody does. No action belongs to two kinds of things."""

    SAVE_DRAFT = "save_draft"
    SUBMIT_POLICY = "submit_policy"
    RETURN_POLICY = "return_policy"
    PUBLISH_POLICY = "publish_policy"
    DISCARD_POLICY = "discard_policy"
    WITHDRAW_POLICY = "withdraw_policy"
    CALCULATE_RUN = "calculate_run"
    CHECK_RUN = "check_run"
    RETURN_RUN = "return_run"
    APPROVE_RUN = "approve_run"
    RELEASE_RUN = "release_run"
    PAY_RUN = "pay_run"
    WITHDRAW_RUN = "withdraw_run"
    ANSWER_DISPUTE = "answer_dispute"
    ACCEPT_DISPUTE = "accept_dispute"
    REFUSE_DISPUTE = "refuse_dispute"
    TAKE_BACK_DISPUTE = "take_back_dispute"
    PASS_ON = "pass_on"  # noqa: S105 - not a password
    CONFIRM_RECEIPT = "confirm_receipt"


class Guard(StrEnum):
    """A condition that must hold besides state and role; its code names the sentence that a user reads."""

    SOUND = "sound"
    REASON_GIVEN = "reason_given"
    NOT_THE_AUTHOR = "not_the_author"
    CALCULATED = "calculated"
    BASIS_UNCHANGED = "basis_unchanged"
    NOT_THE_CALCULATOR = "not_the_calculator"
    NOT_THE_APPROVER = "not_the_approver"
    OWN_PARTY = "own_party"


A, G = Action, Guard
V, R, D, S = VersionStatus, RunStatus, DisputeStatus, GrantStatus


@dataclass(frozen=True)
class Move:
    """One line of the table."""

    before: State
    action: Action
    role: Role
    guards: tuple[Guard, ...]
    after: State


def _policy_moves() -> Iterable[Move]:
    yield Move(V.DRAFT, A.SAVE_DRAFT, Role.HO_SALES, (), V.DRAFT)
    yield Move(V.DRAFT, A.SUBMIT_POLICY, Role.HO_SALES, (G.SOUND,), V.SUBMITTED)
    yield Move(V.DRAFT, A.DISCARD_POLICY, Role.HO_SALES, (), V.WITHDRAWN)
    yield Move(V.SUBMITTED, A.RETURN_POLICY, Role.HO_APPROVER, (G.REASON_GIVEN,), V.DRAFT)
    yield Move(V.SUBMITTED, A.PUBLISH_POLICY, Role.HO_APPROVER, (G.NOT_THE_AUTHOR, G.SOUND), V.PUBLISHED)
    yield Move(V.PUBLISHED, A.WITHDRAW_POLICY, Role.HO_APPROVER, (G.NOT_THE_AUTHOR, G.REASON_GIVEN), V.WITHDRAWN)


def _run_moves() -> Iterable[Move]:
    yield Move(R.DRAFT, A.CALCULATE_RUN, Role.HO_SALES, (), R.DRAFT)
    yield Move(R.DRAFT, A.CHECK_RUN, Role.HO_FINANCE, (G.CALCULATED, G.NOT_THE_CALCULATOR), R.CHECKED)
    for role in (Role.HO_FINANCE, Role.HO_APPROVER):
        yield Move(R.CHECKED, A.RETURN_RUN, role, (G.REASON_GIVEN,), R.DRAFT)
    approving = (G.CALCULATED, G.BASIS_UNCHANGED, G.NOT_THE_CALCULATOR)
    yield Move(R.CHECKED, A.APPROVE_RUN, Role.HO_APPROVER, approving, R.APPROVED)
    others = (G.NOT_THE_CALCULATOR, G.NOT_THE_APPROVER)
    yield Move(R.APPROVED, A.RELEASE_RUN, Role.HO_FINANCE, others, R.RELEASED)
    yield Move(R.RELEASED, A.PAY_RUN, Role.HO_FINANCE, others, R.PAID)
    for status in (R.DRAFT, R.CHECKED):
        yield Move(status, A.WITHDRAW_RUN, Role.HO_SALES, (G.REASON_GIVEN,), R.WITHDRAWN)


def _dispute_moves() -> Iterable[Move]:
    for status in (D.OPEN, D.ANSWERED):
        for role in (Role.HO_SALES, Role.HO_FINANCE):
            yield Move(status, A.ANSWER_DISPUTE, role, (G.REASON_GIVEN,), D.ANSWERED)
        yield Move(status, A.ACCEPT_DISPUTE, Role.HO_APPROVER, (G.NOT_THE_CALCULATOR, G.REASON_GIVEN), D.ACCEPTED)
        yield Move(status, A.REFUSE_DISPUTE, Role.HO_APPROVER, (G.NOT_THE_CALCULATOR, G.REASON_GIVEN), D.REFUSED)
        yield Move(status, A.TAKE_BACK_DISPUTE, Role.DISTRIBUTOR, (G.OWN_PARTY,), D.WITHDRAWN)


def _grant_moves() -> Iterable[Move]:
    yield Move(S.GRANTED, A.PASS_ON, Role.DISTRIBUTOR, (G.OWN_PARTY,), S.PASSED_ON)
    # What was handed down in part is handed down in several steps.
    yield Move(S.PASSED_ON, A.PASS_ON, Role.DISTRIBUTOR, (G.OWN_PARTY,), S.PASSED_ON)
    yield Move(S.PASSED_ON, A.CONFIRM_RECEIPT, Role.OUTLET, (G.OWN_PARTY,), S.CONFIRMED)


MOVES: tuple[Move, ...] = (*_policy_moves(), *_run_moves(), *_dispute_moves(), *_grant_moves())
ACTIONS_OF: dict[type[StrEnum], frozenset[Action]] = {
    kind: frozenset(move.action for move in MOVES if isinstance(move.before, kind)) for kind in (V, R, D, S)
}
# By kind too: a state's text alone may belong to two kinds ("draft").
TABLE: dict[tuple[type[StrEnum], str, Action, Role], Move] = {
    (type(move.before), move.before.value, move.action, move.role): move for move in MOVES
}


def find_move(before: State, action: Action, role: Role) -> Move:
    """The line of the table; raises IllegalMove where there is none."""
    move = TABLE.get((type(before), before.value, action, role))
    if move is None:
        raise IllegalMove(from_status=before.value, action=action.value, role=role.value)
    return move


def actions_of(before: State, role: Role) -> list[Action]:
    """What the role may do in this state, in the order of the enum; guards are asked separately."""
    return [action for action in Action if (type(before), before.value, action, role) in TABLE]


@dataclass(frozen=True)
class GuardFacts:
    """What the guards ask. The defaults let nothing through."""

    is_sound: bool = False
    has_reason: bool = False
    is_author: bool = True
    is_calculated: bool = False
    is_basis_unchanged: bool = False
    is_calculator: bool = True
    is_approver: bool = True
    is_own_party: bool = False


CHECKS: dict[Guard, Callable[[GuardFacts], bool]] = {
    Guard.SOUND: lambda facts: facts.is_sound,
    Guard.REASON_GIVEN: lambda facts: facts.has_reason,
    Guard.NOT_THE_AUTHOR: lambda facts: not facts.is_author,
    Guard.CALCULATED: lambda facts: facts.is_calculated,
    Guard.BASIS_UNCHANGED: lambda facts: facts.is_basis_unchanged,
    Guard.NOT_THE_CALCULATOR: lambda facts: not facts.is_calculator,
    Guard.NOT_THE_APPROVER: lambda facts: not facts.is_approver,
    Guard.OWN_PARTY: lambda facts: facts.is_own_party,
}


def failing_guards(move: Move, facts: GuardFacts) -> list[Guard]:
    """The guards of the move that do not hold, in the order of the table."""
    return [guard for guard in move.guards if not CHECKS[guard](facts)]
