"""Words of the field work."""

from __future__ import annotations

from enum import StrEnum


class ActivityKind(StrEnum):
    """What is done in the field."""

    VISIT = "visit"
    MOT = "mot"  # display material checked against the standard of the month
    TRAINING = "training"
    IN_STORE_EVENT = "in_store_event"
    PUBLICITY = "publicity"
    ROAD_SHOW = "road_show"
    MEETING = "meeting"


class ActivityStatus(StrEnum):
    """planned → done → submitted → accepted or returned; or cancelled."""

    PLANNED = "planned"
    DONE = "done"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class TaskStatus(StrEnum):
    """What becomes of a finding's next step; a finding without one is a note."""

    NOTE = "note"
    OPEN = "open"
    ANSWERED = "answered"
    SETTLED = "settled"


class TaskOwner(StrEnum):
    """Whose next step it is."""

    DISTRIBUTOR = "distributor"
    MANAGER = "manager"


# Held, and so far good for a norm; accepted evidence alone counts for money.
HELD = frozenset({ActivityStatus.DONE, ActivityStatus.SUBMITTED, ActivityStatus.ACCEPTED, ActivityStatus.RETURNED})
