"""Seconds on the wall and of the processors."""

from __future__ import annotations

import resource
import time


class Stopwatch:
    """Counts from its making on; the processors' time is that of this process and of its children that have ended."""

    def __init__(self) -> None:
        self._wall, self._used = time.perf_counter(), _processor_seconds()

    def read(self) -> dict[str, float]:
        """{"seconds", "processor"} so far."""
        return {"seconds": time.perf_counter() - self._wall, "processor": _processor_seconds() - self._used}


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
