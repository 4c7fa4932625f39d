"""What stands on a statement, whatever it is drawn on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.rebates.rules.evaluation import Result


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier settlement of the same party, policy and period."""

    label: str
    day: str
    entitled_fen: int
    posted_fen: int


@dataclass(frozen=True, slots=True)
class Paper:
    """One statement: its head (label, value), what it says and why, and what was settled before."""

    title: str
    name: str
    head: Sequence[tuple[str, str]]
    result: Result
    told: Mapping[str, Any]
    earlier: Sequence[Earlier] = ()
    posted_fen: int = 0
    due_fen: int = 0
    document: str = ""
    made: str = ""
