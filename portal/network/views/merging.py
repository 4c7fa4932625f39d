"""Two people edited one record: the second one's form comes back with both values side by side, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from portal.forms import labelled_choices
from portal.merging import Difference, differences
from portal.network.forms.parties import MoveForm

__all__ = ["Difference", "differences", "offer_moves"]


def offer_moves(
    form: MoveForm, moves: Iterable[StrEnum], words: Mapping[Any, Any], *, version: int | None = None
) -> None:
    """Offer the moves that are possible now; with `version`, on the record as it has become."""
    form.to.choices = labelled_choices({status: words[status] for status in moves})
    if version is not None:
        form.version.data = str(version)
