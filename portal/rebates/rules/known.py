"""What the product knows by name. None leaves a list unchecked: the commands know no database."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from portal.rebates.rules.problems import Place


@dataclass(frozen=True, slots=True)
class Known:
    """Codes and names that a policy may mention."""

    models: Collection[str] | None = None
    tags: Collection[str] | None = None
    sale_types: Collection[str] | None = None
    activities: Collection[str] | None = None
    party_facts: Collection[str] | None = None
    parties: Collection[str] | None = None
    regions: Collection[str] | None = None
    classes: Collection[str] | None = None

    def refuse_unknown(self, place: Place, kind: str, names: Collection[str] | None) -> None:
        """A problem at each item of the list that is not among the names."""
        if names is None:
            return
        for item in place.elements():
            if isinstance(item.value, str) and item.value not in names:
                item.refuse("unknown_name", kind=kind)
