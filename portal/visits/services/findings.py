"""What was found, and its next step: given by the visitor, answered by its owner, settled by the manager."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from portal import clock
from portal.accounts.models import User
from portal.errors import IllegalMove, InvalidInput, StaleVersion
from portal.permissions import Role
from portal.scope import ScopeKind
from portal.visits.errors import GuardFailed
from portal.visits.models import FieldActivity, FieldEvent, FieldFinding
from portal.visits.rules.states import Action, Guard, GuardFacts, actions_of, failing_guards, find_move
from portal.visits.rules.words import ActivityStatus, TaskOwner, TaskStatus
from portal.visits.services.activities import is_own

MAX_WORDS = 1_000
WRITABLE = frozenset({ActivityStatus.DONE, ActivityStatus.SUBMITTED, ActivityStatus.RETURNED, ActivityStatus.ACCEPTED})


def may_add_finding(activity: FieldActivity, actor: User) -> bool:
    """Whether the actor puts findings down here: their own activity, once it was held."""
    return activity.status in WRITABLE and is_own(activity, actor)


def add_finding(
    session: Session,
    activity: FieldActivity,
    *,
    actor: User,
    finding: str,
    next_step: str = "",
    owner: TaskOwner | None = None,
    due_on: date | None = None,
) -> FieldFinding:
    """A finding, and a task where a next step is named. Raises IllegalMove, InvalidInput."""
    if not may_add_finding(activity, actor):
        raise IllegalMove(from_status=activity.status.value, action="add_finding", role=actor.role.value)
    if not finding.strip():
        raise InvalidInput("finding_missing", field="finding", value="")
    is_task = bool(next_step.strip())
    if is_task and owner is None:
        raise InvalidInput("owner_missing", field="owner", value="")
    if is_task and due_on is None:
        raise InvalidInput("due_missing", field="due_on", value="")
    if is_task and due_on is not None and due_on < clock.today():
        raise InvalidInput("due_in_past", field="due_on", value=due_on)
    row = FieldFinding(
        activity_id=activity.id,
        distributor_id=activity.distributor_id,
        outlet_id=activity.outlet_id,
        finding=finding.strip()[:MAX_WORDS],
        next_step=next_step.strip()[:MAX_WORDS],
        owner=owner if is_task else None,
        due_on=due_on if is_task else None,
        status=TaskStatus.OPEN if is_task else TaskStatus.NOTE,
        created_by_name=actor.name,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def is_own_task(row: FieldFinding, actor: User) -> bool:
    """Whether the next step is the actor's: their distributor's, or the manager's."""
    if row.owner is TaskOwner.DISTRIBUTOR:
        return actor.scope.kind is ScopeKind.DISTRIBUTOR and row.distributor_id in actor.scope.ids
    return row.owner is TaskOwner.MANAGER and actor.role is Role.REGIONAL_MANAGER


def possible_task_actions(row: FieldFinding, actor: User) -> list[Action]:
    """What the actor may do with the task."""
    facts = GuardFacts(has_reason=True, is_own_task=is_own_task(row, actor))
    return [
        action
        for action in actions_of(row.status, actor.role)
        if not failing_guards(find_move(row.status, action, actor.role), facts)
    ]


def answer_task(
    session: Session, activity: FieldActivity, row: FieldFinding, text: str, *, actor: User, version: int
) -> None:
    """Its owner says what was done about it. Raises IllegalMove, GuardFailed, StaleVersion."""
    _check(row, Action.ANSWER_TASK, actor, version, text)
    row.answer, row.answered_by_name, row.answered_at = text.strip()[:MAX_WORDS], actor.name, clock.now()
    _note(session, activity, Action.ANSWER_TASK, actor, text)


def settle_task(session: Session, activity: FieldActivity, row: FieldFinding, *, actor: User, version: int) -> None:
    """The manager has seen that it is done. Raises IllegalMove, GuardFailed, StaleVersion."""
    _check(row, Action.SETTLE_TASK, actor, version, "")
    _note(session, activity, Action.SETTLE_TASK, actor, row.next_step)


def _check(row: FieldFinding, action: Action, actor: User, version: int, text: str) -> None:
    move = find_move(row.status, action, actor.role)
    if row.version != version:
        raise StaleVersion(value=version, expected=row.version)
    failing: list[Guard] = failing_guards(
        move, GuardFacts(has_reason=bool(text.strip()), is_own_task=is_own_task(row, actor))
    )
    if failing:
        raise GuardFailed(failing)
    row.status = TaskStatus(move.after)


def _note(session: Session, activity: FieldActivity, action: Action, actor: User, words: str) -> None:
    session.add(
        FieldEvent(
            activity_id=activity.id,
            distributor_id=activity.distributor_id,
            outlet_id=activity.outlet_id,
            action=action.value,
            from_status=activity.status,
            to_status=activity.status,
            reason=words.strip()[:MAX_WORDS],
            actor_id=actor.id,
            actor_name=actor.name,
            happened_at=clock.now(),
        )
    )
    session.flush()
