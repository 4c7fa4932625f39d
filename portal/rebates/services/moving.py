"""What every move has in common: the row is held, its version compared, the declared table asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from portal.accounts.models import User
from portal.errors import InvalidInput, StaleVersion
from portal.permissions import Role
from portal.rebates.errors import GuardFailed
from portal.rebates.models import PassThroughGrant, PolicyVersion, RebateDispute, SettlementRun, SubsidyNotice
from portal.rebates.rules.life import Action, Guard, GuardFacts, Move, State, actions_of, failing_guards, find_move

MAX_REASON = 1000
Moved = PolicyVersion | SettlementRun | RebateDispute | PassThroughGrant | SubsidyNotice


def hold(session: Session, row: Moved, version_seen: int) -> None:
    """The row as it is now; on PostgreSQL nobody else moves it until the transaction ends. Raises StaleVersion."""
    session.flush()
    session.refresh(row, with_for_update={"of": type(row)})
    if row.version != version_seen:
        raise StaleVersion(expected=version_seen, actual=row.version)


def check(before: State, action: Action, actor: User | None, facts: GuardFacts, house: Role = Role.HO_SALES) -> Move:
    """The line of the table whose guards hold. Without an actor the house acts, in the role `house`."""
    move = find_move(before, action, actor.role if actor else house)
    failing = failing_guards(move, facts)
    if failing:
        raise GuardFailed(failing)
    return move


def flush(session: Session, version_seen: int) -> None:
    """Write; raises StaleVersion where somebody was quicker."""
    try:
        session.flush()
    except StaleDataError as error:
        raise StaleVersion(expected=version_seen, actual=None) from error


def possible(before: State, actor: User, facts: GuardFacts) -> dict[Action, list[Guard]]:
    """What the actor's role may do in this state → the guards that stand against it."""
    return {
        action: failing_guards(find_move(before, action, actor.role), facts)
        for action in actions_of(before, actor.role)
    }


def is_one_of(actor: User | None, ids: Sequence[int | None]) -> bool:
    """Whether the actor is one of these people; the house at work is nobody."""
    return actor is not None and actor.id in ids


def by(actor: User | None) -> dict[str, Any]:
    """Who did it, for events and postings."""
    return {"actor_id": actor.id if actor else None, "actor_name": actor.name if actor else ""}


def written(text: str, field: str, limit: int) -> str:
    """The text without blanks around it; raises InvalidInput where there is none, or too much."""
    text = text.strip()
    if not text:
        raise InvalidInput("text_missing", field=field, value="")
    if len(text) > limit:
        raise InvalidInput("text_too_long", field=field, value=len(text), limit=limit)
    return text
