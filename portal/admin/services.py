"""Tying users to the network: the accounts below do not know what areas, distributors and outlets there are."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.accounts.models import GRANT_OF_ROLE, GrantKind, User
from portal.accounts.services import users
from portal.admin.queries import GrantObject, find_grant_object, list_grant_objects
from portal.errors import InvalidInput


def grant_object(session: Session, user: User, object_id: int) -> GrantObject:
    """Let the user see an object of the kind that their role is tied to. Raises InvalidInput."""
    kind = GRANT_OF_ROLE.get(user.role)
    if kind is None:
        raise InvalidInput("role_sees_everything", field="role", value=user.role)
    found = list_grant_objects(session, kind, {object_id})
    if not found:
        raise InvalidInput("not_found", field="object_id", value=object_id)
    users.add_grant(session, user, object_id=object_id, label=found[0].code)
    return found[0]


def grant_by_code(session: Session, user: User, code: str) -> GrantObject:
    """The same, by the object's code as people write it. Raises InvalidInput."""
    kind = GRANT_OF_ROLE.get(user.role)
    found = find_grant_object(session, kind, code) if kind else None
    if kind is not None and found is None:
        raise InvalidInput("not_found", field="of", value=code)
    return grant_object(session, user, found.id if found else 0)


def revoke_object(session: Session, user: User, object_id: int) -> None:
    """The user sees the object no more. An object that no longer exists can be taken away all the same."""
    kind = GRANT_OF_ROLE.get(user.role)
    found = list_grant_objects(session, GrantKind(kind), {object_id}) if kind else []
    users.revoke_grant(session, user, object_id=object_id, label=found[0].code if found else "")
