"""Pages of the accounts room: signing in, links, one's own account."""

from __future__ import annotations

from flask import Blueprint
from flask_login import current_user

from portal.accounts.labels import ROLES

blueprint = Blueprint("accounts", __name__)

from portal.accounts.views import (  # noqa: E402 - the modules attach their routes to the blueprint above
    links,
    own,
    second_factor,
    signing_in,
)


@blueprint.app_context_processor
def _role_of_reader() -> dict[str, object]:
    """What the menu of one's own account says beside the name."""
    return {"role_label": ROLES[current_user.role]} if current_user.is_authenticated else {}


__all__ = ["blueprint", "links", "own", "second_factor", "signing_in"]
