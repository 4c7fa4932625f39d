"""The way down from the year's months to the last model of the last outlet: every level adds up to the unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.targets.rules.allotting import Claim, judged, spread
from portal.targets.rules.words import Level

OWN, OUTLETS, UNASSIGNED = "own", "outlets", "none"


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the hierarchy with its weight by month. `key` is its own ("area:3", "own", "outlet:8", "model:2").

    `step`: its parts come in multiples of it.
    """

    key: str
    weights: tuple[int, ...]
    children: tuple[Node, ...] = ()
    minimums: tuple[int, ...] = ()
    takes_rest: bool = False
    step: int = 1


@dataclass(frozen=True, slots=True)
class Split:
    """What a node got, by month, and what became of it below."""

    key: str
    units: tuple[int, ...]
    children: tuple[Split, ...] = ()

    @property
    def total(self) -> int:
        """Units over all months."""
        return sum(self.units)

    def find(self, *keys: str) -> Split | None:
        """The split at the end of a path of keys; None where it leads nowhere."""
        if not keys:
            return self
        child = next((child for child in self.children if child.key == keys[0]), None)
        return child.find(*keys[1:]) if child else None


def cascade(totals: Sequence[int], node: Node, *, depth: int = 99) -> Split:
    """The totals by month handed down from `node` for `depth` levels."""
    if not node.children or depth == 0:
        return Split(node.key, tuple(totals))
    claims = [Claim(child.weights, child.minimums, child.takes_rest) for child in node.children]
    rows = spread(totals, claims, step=node.step)
    children = (cascade(row, child, depth=depth - 1) for row, child in zip(rows, node.children, strict=True))
    return Split(node.key, tuple(totals), tuple(children))


def mismatches(split: Split, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of the splits whose parts do not add up, month by month. None, unless somebody breaks the rules above."""
    here = (*path, split.key)
    if split.children:
        sums = tuple(map(sum, zip(*(child.units for child in split.children), strict=True)))
        if sums != split.units:
            yield here
    for child in split.children:
        yield from mismatches(child, here)


def leaves(split: Split, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], tuple[int, ...]]]:
    """(path of keys from below the top, units by month) of everything that has no parts."""
    for child in split.children:
        here = (*path, child.key)
        if child.children:
            yield from leaves(child, here)
        else:
            yield here, child.units


# ---- the hierarchy of a network


@dataclass(frozen=True, slots=True)
class Party:
    """An outlet, or (without one) a distributor's own store: where it belongs, its weight, and when it is there."""

    area_id: int | None
    distributor_id: int
    outlet_id: int | None
    weight: int
    is_there: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Sold:
    """A model, its weight, and in which months it is on sale."""

    model_id: int
    weight: int
    is_there: tuple[bool, ...]


@dataclass(frozen=True)
class Settings:
    """How a plan hands down.

    `own_share_bp`: of a distributor's target what stays at its own store (None: by weight, as one party among all).
    `shares`: judged shares in basis points of the node above, by path of keys joined with "/".
    """

    own_share_bp: int | None = None
    minimum_qty: int = 0
    step_qty: int = 1
    shares: Mapping[str, int] = field(default_factory=dict)


def area_key(area_id: int | None) -> str:
    """area:3, or area:none for what is in no area."""
    return f"{Level.AREA}:{UNASSIGNED if area_id is None else area_id}"


def distributor_key(distributor_id: int) -> str:
    """distributor:12."""
    return f"{Level.DISTRIBUTOR}:{distributor_id}"


def outlet_key(outlet_id: int | None) -> str:
    """outlet:8, or own."""
    return OWN if outlet_id is None else f"{Level.OUTLET}:{outlet_id}"


def model_key(model_id: int) -> str:
    """model:2."""
    return f"{Level.MODEL}:{model_id}"


def id_of(key: str) -> int | None:
    """The number in a key; None for `own` and `none`."""
    number = key.rpartition(":")[2]
    return int(number) if number.isdigit() else None


def build(parties: Sequence[Party], models: Sequence[Sold], settings: Settings, *, months: int) -> Node:
    """The whole hierarchy, areas and all below in the order of their first party."""
    sold = _models(models, settings)
    areas: dict[str, dict[str, list[Party]]] = {}
    for party in parties:
        owners = areas.setdefault(area_key(party.area_id), {})
        owners.setdefault(distributor_key(party.distributor_id), []).append(party)
    nodes = []
    for area, owners in areas.items():
        children = [_distributor(key, rows, sold, settings, area) for key, rows in owners.items()]
        nodes.append(Node(area, _sum(children, months), _judged(children, settings, area)))
    return Node("", (1,) * months, _judged(nodes, settings, ""))


def _distributor(key: str, parties: Sequence[Party], sold: tuple[Node, ...], settings: Settings, area: str) -> Node:
    path = f"{area}/{key}"
    own = [_leaf(party, sold, settings) for party in parties if party.outlet_id is None]
    outlets = [_leaf(party, sold, settings) for party in parties if party.outlet_id is not None]
    weights = _steady([*own, *outlets], sum(party.weight for party in parties))
    months = len(weights)
    if settings.own_share_bp is None or not own or not outlets:
        children = _judged([*own, *outlets], settings, path)
        return Node(key, weights, children, step=settings.step_qty)
    outlets = list(_judged(outlets, settings, path))
    group = Node(
        OUTLETS,
        tuple((10_000 - settings.own_share_bp) * any(node.weights[m] for node in outlets) for m in range(months)),
        tuple(outlets),
        tuple(sum(node.minimums[m] for node in outlets if node.weights[m]) for m in range(months)),
        step=settings.step_qty,
    )
    share = tuple(settings.own_share_bp * bool(own[0].weights[m]) for m in range(months))
    seat = Node(OWN, share, own[0].children, takes_rest=True)
    return Node(key, weights, (seat, group), step=settings.step_qty)


def _steady(nodes: Sequence[Node], weight: int) -> tuple[int, ...]:
    """The same weight in every month in which somebody is there: a market does not jump when one outlet opens."""
    return tuple(weight * any(month) for month in zip(*(node.weights for node in nodes), strict=True))


def _leaf(party: Party, sold: tuple[Node, ...], settings: Settings) -> Node:
    least = 0 if party.outlet_id is None else settings.minimum_qty
    return Node(
        outlet_key(party.outlet_id),
        tuple(party.weight * there for there in party.is_there),
        sold,
        tuple(least * there for there in party.is_there),
        takes_rest=party.outlet_id is None,
    )


def _models(models: Sequence[Sold], settings: Settings) -> tuple[Node, ...]:
    nodes = [
        Node(model_key(model.model_id), tuple(model.weight * there for there in model.is_there)) for model in models
    ]
    return _judged(nodes, settings, "*")


def _judged(nodes: Sequence[Node], settings: Settings, path: str) -> tuple[Node, ...]:
    """The nodes with the weights that judged shares leave them. Models have one set of shares for all, under "*"."""
    shares = [settings.shares.get(f"{path}/{node.key}" if path else node.key) for node in nodes]
    if not nodes or all(share is None for share in shares):
        return tuple(nodes)
    weights = judged([node.weights for node in nodes], shares)
    return tuple(
        Node(node.key, tuple(row), node.children, node.minimums, node.takes_rest, node.step)
        for node, row in zip(nodes, weights, strict=True)
    )


def _sum(nodes: Sequence[Node], months: int) -> tuple[int, ...]:
    return tuple(sum(node.weights[month] for node in nodes) for month in range(months))
