"""The largest resident memory of a process and its children, while it runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path


class PeakMemory(threading.Thread):
    """Looks every 10 ms until it is stopped. Linux."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid, self._peak, self._ended = pid, 0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(0.01):
            self._peak = max(self._peak, sum(_resident_kib(pid) for pid in _with_children(self._pid)))

    def stop(self) -> float:
        """The peak in MiB."""
        self._ended.set()
        self.join()
        return self._peak / 1024


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return
    for child in children.split():
        yield from _with_children(int(child))


def _resident_kib(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")), 0)
