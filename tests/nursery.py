"""Processes that are born to be killed: one process imports the portal once and forks a child for every order.

A fork takes milliseconds, an import of the portal a second, so that a hundred kills are affordable. The other side:

    serve({"import": run_the_import}, prepare)      # a module that is run with `python -m`

A child that has ended stays a zombie until the test asks for its end: its number cannot be given to another process
meanwhile, so a kill that comes too late hits nothing, and nobody else.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from portal.settings import ROOT

PATIENCE = 60  # seconds


class Nursery:
    """The test's side: starts children, one at a time, kills them and sees them end."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, what: str) -> int:
        """Fork a child; returns its number."""
        self._say(what)
        return int(self._hear())

    def wait(self) -> float:
        """Until the child has ended; returns the seconds."""
        began = time.monotonic()
        self._say("reap")
        assert self._hear() == "gone"
        return time.monotonic() - began

    def run(self, what: str) -> float:
        """A child from birth to its own end; returns the seconds."""
        self.start(what)
        return self.wait()

    def kill(self, what: str, after: float) -> None:
        """A child that is killed `after` so many seconds, wherever it stands (it may have ended already)."""
        pid = self.start(what)
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        self.wait()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def _hear(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the nursery has ended: see its log"
        return line


@contextmanager
def nursery_of(module: str, arguments: Sequence[object], log: Path) -> Iterator[Nursery]:
    """Start `python -m module arguments`; everything it has started ends with it."""
    command = [sys.executable, "-W", "ignore", "-m", module, *map(str, arguments)]
    with log.open("w") as stderr:
        process = subprocess.Popen(command, cwd=ROOT, stderr=stderr, start_new_session=True, text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
        try:
            yield Nursery(process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def moments(dice: Random, count: int, spent: float) -> Iterator[float]:
    """So many moments within a run that takes `spent` seconds, a little beyond its end too."""
    for _ in range(count):
        yield dice.uniform(0, spent * 1.1)


def serve(lives: Mapping[str, Callable[[], object]]) -> None:
    """The nursery's side: fork for every line on stdin that names a life; "reap" waits for the last child."""
    pid = 0
    for line in sys.stdin:
        what = line.strip()
        if what == "reap":
            os.waitpid(pid, 0)
            print("gone", flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            _live(lives[what])
        print(pid, flush=True)


def _live(life: Callable[[], object]) -> None:
    os.dup2(2, 1)
    status = 1
    try:
        life()
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(status)
