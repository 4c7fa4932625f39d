"""Opening a file beside other work: a workbook is decoded by a process of its own, and nobody need wait for it idly."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack
from typing import TypeVar

Opened = TypeVar("Opened")
_AT_ONCE = 0.05  # seconds


def open_beside(stack: ExitStack, opening: Callable[[], AbstractContextManager[Opened]]) -> Future[Opened]:
    """Enter what `opening` gives in a thread; `stack` leaves it. What fails within a moment is raised here."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="opening")
    stack.callback(pool.shutdown)
    future = pool.submit(lambda: stack.enter_context(opening()))
    wait([future], timeout=_AT_ONCE)
    if future.done():
        future.result()
    return future
