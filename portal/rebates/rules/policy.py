"""A checked policy as plain values, compiled once and evaluated for many parties.

Amounts are fen, ratios are ratios, percentages are as written. Nothing here is checked again: `document.parse` is the
only way to make one from what somebody wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portal.rebates.rules.words import (
    AMOUNTS,
    CUTS,
    GROWTHS,
    IN_PACKS,
    MONEY,
    ON_AMOUNT,
    RATIOS,
    AppliesTo,
    Fact,
    Method,
    NoBaseline,
    Operator,
    PartyKind,
    Pays,
    Period,
    Settle,
    TierOn,
    Window,
)

Words = Mapping[str, str]
"""{"en": …, "zh": …}"""
LineKind = tuple[str, tuple[str, ...], str]
"""Model, tags and sale type: lines of one kind are counted alike."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`fact op value`; `value` is a number (yuan for amounts), or text for a fact of the party's file."""

    fact: Fact
    name: str
    models: frozenset[str] | None
    op: Operator
    value: Decimal | str

    @property
    def words(self) -> str:
        """The fact as written, with its models: `share(F3, F6)`."""
        written = f"{self.fact}:{self.name}" if self.name else str(self.fact)
        return f"{written}({', '.join(sorted(self.models))})" if self.models else written


@dataclass(frozen=True, slots=True)
class Tier:
    """`start` is `from` as written (units, yuan or a ratio); `rate` as written."""

    start: Decimal
    rate: Decimal
    retrospective: bool = False


@dataclass(frozen=True, slots=True)
class LineFilter:
    """Which sales lines count; None counts all."""

    models: frozenset[str] | None = None
    exclude_models: frozenset[str] = frozenset()
    tags: frozenset[str] | None = None
    exclude_tags: frozenset[str] = frozenset()
    sale_types: frozenset[str] | None = None

    def refusal(self, model: str, tags: tuple[str, ...], sale_type: str) -> str:
        """Why a line does not count, as a code; empty when it does."""
        if self.models is not None and model not in self.models:
            return "model_not_named"
        if model in self.exclude_models:
            return "model_excluded"
        if self.tags is not None and self.tags.isdisjoint(tags):
            return "tag_missing"
        if not self.exclude_tags.isdisjoint(tags):
            return "tag_excluded"
        if self.sale_types is not None and sale_type not in self.sale_types:
            return "sale_type_not_named"
        return ""


@dataclass(frozen=True, slots=True)
class Deduction:
    """Taken off unless the condition holds: percent of what the term earned, or an amount in what the term pays."""

    unless: Condition
    percent: Decimal | None
    amount: Decimal | None
    label: Words


@dataclass(frozen=True, slots=True)
class Term:
    """One block of the statement. `floor` and `cap` are in what the term pays (fen, points, units), cap prorated."""

    id: str
    label: Words
    lines: LineFilter
    pays: Pays
    tier_on: TierOn
    tiers: tuple[Tier, ...]
    method: Method
    applies_to: AppliesTo
    window: Window
    when: tuple[Condition, ...]
    after: tuple[int, ...]
    deductions: tuple[Deduction, ...]
    per: int
    floor: Decimal | None
    cap: Decimal | None
    no_baseline: NoBaseline | None
    starts: tuple[Decimal, ...] = field(init=False)
    """`from` of each tier in fen, units or as a ratio."""
    factors: tuple[Decimal, ...] = field(init=False)
    """What each tier pays for one fen, unit or full pack of the base, in fen, points or units."""
    tiers_in_fen: bool = field(init=False)
    """Whether the volume that selects the tier is an amount."""
    pays_on_fen: bool = field(init=False)
    """Whether the base is an amount; the measure is in the same unit."""
    is_money: bool = field(init=False)
    is_packed: bool = field(init=False)
    """Whether it pays for full packs of `per` units."""
    is_cut: bool = field(init=False)
    """Whether its method cuts the volume into slices."""
    is_growth: bool = field(init=False)

    def __post_init__(self) -> None:
        """Compile what every party needs alike."""
        on_amount = self.pays in ON_AMOUNT
        in_fen = on_amount if self.tier_on in RATIOS else self.tier_on in AMOUNTS
        starts = (tier.start * 100 if self.tier_on in AMOUNTS else tier.start for tier in self.tiers)
        to_fen = {Pays.PER_UNIT: Decimal(100), Pays.LUMP_SUM: Decimal(100), Pays.GOODS: Decimal(1)}
        object.__setattr__(self, "starts", tuple(starts))
        factor = to_fen.get(self.pays, Decimal("0.01"))
        object.__setattr__(self, "factors", tuple(tier.rate * factor for tier in self.tiers))
        object.__setattr__(self, "tiers_in_fen", in_fen)
        object.__setattr__(self, "pays_on_fen", on_amount)
        object.__setattr__(self, "is_money", self.pays in MONEY)
        object.__setattr__(self, "is_packed", self.pays in IN_PACKS)
        object.__setattr__(self, "is_cut", self.method in CUTS)
        object.__setattr__(self, "is_growth", self.tier_on in GROWTHS)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the multiplier."""

    when: Condition
    times: Decimal


@dataclass(frozen=True, slots=True)
class Payout:
    """Applied to the sum of the terms' money in the order of the fields; amounts in fen."""

    multiplier: tuple[Step, ...] = ()
    guarantee: Decimal | None = None
    floor: Decimal | None = None
    cap: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a policy addresses; None is everyone."""

    regions: frozenset[str] | None = None
    parties: frozenset[str] | None = None
    classes: frozenset[str] | None = None
    exclude_parties: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of a policy."""

    code: str
    version: str
    name: Words
    party: PartyKind
    period: Period
    effective_from: date
    effective_to: date
    scope: Scope
    terms: tuple[Term, ...]
    payout: Payout
    settle: Settle
    stacks_with: frozenset[str]
    counting: dict[LineKind, tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)
    """Which terms count a line of this kind: remembered while the policy is evaluated."""
    refusing: dict[LineKind, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    """Why each term does not count a line of this kind; remembered too."""
    is_cumulative: bool = field(init=False)
    """Pays the year so far less what was settled before."""
    has_after: bool = field(init=False)
    """Whether some term looks at what earlier ones left."""

    def __post_init__(self) -> None:
        """Compile what every party needs alike."""
        object.__setattr__(self, "is_cumulative", self.settle is Settle.CUMULATIVE)
        object.__setattr__(self, "has_after", any(term.after for term in self.terms))
