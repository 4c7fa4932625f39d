"""What the worker does by itself, every so often: rooms register their rounds when they are imported.

A round may run in several workers at once and again at any time, so it must be safe to repeat.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from flask import Flask

log = structlog.get_logger()
Action = Callable[[Flask], object]


@dataclass
class Round:
    """An action and how many seconds lie between two of its runs."""

    name: str
    seconds: float
    action: Action
    # When this process last began it, by the monotonic clock.
    begun: float = field(default=float("-inf"))


ROUNDS: dict[str, Round] = {}


def every(seconds: float, name: str) -> Callable[[Action], Action]:
    """Register a round."""

    def register(action: Action) -> Action:
        ROUNDS[name] = Round(name, seconds, action)
        return action

    return register


def run_due_rounds(app: Flask) -> list[str]:
    """Run what is due in this process; one that fails is logged and does not keep the others. Returns their names."""
    ran = []
    for each in list(ROUNDS.values()):
        now = time.monotonic()
        if now - each.begun < each.seconds:
            continue
        each.begun = now
        ran.append(each.name)
        try:
            each.action(app)
        except Exception:
            log.exception("round failed", round=each.name)
    return ran
