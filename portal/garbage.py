"""Python's collector of cyclic garbage, set for a server.

A page makes some thousands of objects and lets go of nearly all of them by itself. At the interpreter's own thresholds
the collector looks through them, and at times through the whole program, several times a page: a fifth of its time.
"""

from __future__ import annotations

import gc

# New objects before a look at the youngest; looks before the next older ones are looked through too.
YOUNGEST, MIDDLE, OLDEST = 10_000, 20, 50


def look_seldom() -> None:
    """Leave out all that is loaded by now, and look through the rest at wider intervals."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNGEST, MIDDLE, OLDEST)
