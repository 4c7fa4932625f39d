"""What an outlet is to do in a month, and how it stands: due → done, accepted, missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.visits.rules.words import HELD, ActivityKind, ActivityStatus


@dataclass(frozen=True, slots=True)
class Norm:
    """At least `minimum` activities of a kind each month, of all outlets or (`store_class`) of one class.

    With `model` only activities that have this model as their theme count.
    """

    kind: ActivityKind
    minimum: int
    valid_from: date
    valid_to: date | None = None
    store_class: str | None = None
    model: str | None = None
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One activity, as far as a norm looks at it."""

    kind: ActivityKind
    status: ActivityStatus
    model: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an outlet stands to one norm in a month. `missing` is measured by what is accepted."""

    norm: Norm
    done: int
    accepted: int

    @property
    def missing(self) -> int:
        return max(0, self.norm.minimum - self.accepted)

    @property
    def is_met(self) -> bool:
        return self.missing == 0


def norms_of(norms: Iterable[Norm], store_class: str | None, month: date) -> list[Norm]:
    """The norms in force on the month's first day, one a kind: that of the class before the one for all."""
    found: dict[ActivityKind, Norm] = {}
    for norm in norms:
        in_force = norm.valid_from <= month and (norm.valid_to is None or norm.valid_to >= month)
        if not in_force or norm.store_class not in (None, store_class):
            continue
        known = found.get(norm.kind)
        if known is None or (norm.store_class is not None, norm.valid_from) >= (
            known.store_class is not None,
            known.valid_from,
        ):
            found[norm.kind] = norm
    return [found[kind] for kind in ActivityKind if kind in found and found[kind].minimum > 0]


def standings(norms: Iterable[Norm], activities: Iterable[Held]) -> list[Standing]:
    """How the month's activities of one outlet fill its norms. Their order never matters."""
    held = list(activities)
    found = []
    for norm in norms:
        fitting = [each for each in held if each.kind is norm.kind and norm.model in (None, each.model)]
        done = sum(each.status in HELD for each in fitting)
        accepted = sum(each.status is ActivityStatus.ACCEPTED for each in fitting)
        found.append(Standing(norm, done, accepted))
    return found
