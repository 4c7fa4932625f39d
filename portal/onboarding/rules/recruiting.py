"""Steps of recruiting: survey of the names → … → signed, or dropped with a reason. Pure."""

from __future__ import annotations

from portal.errors import IllegalMove, InvalidInput

STAGES = (
    "survey",
    "first_visit",
    "classified",
    "policy",
    "strategy",
    "appointment",
    "negotiation",
    "signed",
)
DROPPED = "dropped"
SIGNINGS = ("with_press", "simple", "on_paper")


def next_stages(stage: str) -> tuple[str, ...]:
    """Where a candidate may go: one step on, one step back, or out."""
    if stage in (DROPPED, STAGES[-1]):
        return ()
    place = STAGES.index(stage)
    back = (STAGES[place - 1],) if place else ()
    return (STAGES[place + 1], *back, DROPPED)


def check_stage(before: str, after: str, *, is_classified: bool, reason: str, signing: str) -> None:
    """Raise IllegalMove, or InvalidInput where the step needs something that was not given."""
    if after not in next_stages(before):
        raise IllegalMove(from_status=before, to_status=after)
    if after == DROPPED and not reason.strip():
        raise InvalidInput("reason_missing", field="reason")
    if after == "classified" and not is_classified:
        raise InvalidInput("classification_missing", field="quality")
    if after == "signed" and signing not in SIGNINGS:
        raise InvalidInput("signing_missing", field="signing")
