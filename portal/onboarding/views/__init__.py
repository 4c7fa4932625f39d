"""Pages of onboarding: one module for each thing, all on one blueprint.

Modules of the room attach their routes to the blueprint: add yours to the import below and to `__all__`, sorted.
"""

from __future__ import annotations

from flask import Blueprint

from portal.onboarding import notice_labels, tasks  # noqa: F401 - they register sentences and rounds
from portal.onboarding.services import notices  # noqa: F401 - listens to moves of applications

blueprint = Blueprint("onboarding", __name__)

from portal.onboarding.views import (  # noqa: E402 - the modules attach their routes to the blueprint above
    application_files,
    application_form,
    application_lists,
    applications,
    candidates,
    compare,
    delegations,
    exits,
    invitations,
    openings,
    plan,
    promises,
    queue,
    reviews,
    sheets,
    visits,
)

__all__ = [
    "application_files",
    "application_form",
    "application_lists",
    "applications",
    "blueprint",
    "candidates",
    "compare",
    "delegations",
    "exits",
    "invitations",
    "openings",
    "plan",
    "promises",
    "queue",
    "reviews",
    "sheets",
    "visits",
]
