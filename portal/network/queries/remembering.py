"""Answers that may be a minute old, kept in the process: facts that change rarely and are asked for on every page."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

MAX_AGE_SECONDS = 60.0
MAX_ANSWERS = 1_000
Answer = TypeVar("Answer")
_all: list[Remembered[Any]] = []


class Remembered(Generic[Answer]):
    """Answers by question. Whatever an answer depends on (the database, the scope) belongs into its key."""

    def __init__(self) -> None:
        self._answers: dict[Hashable, tuple[float, Answer]] = {}
        _all.append(self)

    def get(
        self, key: Hashable, ask: Callable[[], Answer], *, if_: Callable[[Answer], bool] = lambda _answer: True
    ) -> Answer:
        """The answer to `key`: the one that is known, or else what `ask` gives, remembered where `if_` says so."""
        now = time.monotonic()
        known = self._answers.get(key)
        if known is not None and now - known[0] < MAX_AGE_SECONDS:
            return known[1]
        if len(self._answers) >= MAX_ANSWERS:
            self._answers.clear()
        answer = ask()
        if if_(answer):
            self._answers[key] = (now, answer)
        return answer

    def forget(self) -> None:
        """Ask anew from now on."""
        self._answers.clear()


def forget_all() -> None:
    """Ask everything anew: what the answers rest on has been loaded."""
    for each in _all:
        each.forget()
