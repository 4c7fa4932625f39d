"""What looks odd in a report. Each check returns questions with their figures: to be answered, never a verdict.

Whatever a check knows beyond the report comes in as a value: last month's stock, thresholds of quotas and tiers,
serials sold elsewhere. Facts never name another distributor: its competitor reads them. Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from portal.periods import last_day
from portal.sales.rules.stock import DetailFacts, LineFacts, Place, expected_closing, stock_difference

FactValue = int | str | list[str] | list[int]


class Check(StrEnum):
    """What a question is about."""

    STOCK_EQUATION = "stock_equation"
    OPENING_DIFFERS = "opening_differs"
    COUNT_DIFFERS = "count_differs"
    SELL_THROUGH_DIFFERS = "sell_through_differs"
    TRANSFER_WITHOUT_OTHER_SIDE = "transfer_without_other_side"
    DETAIL_DIFFERS = "detail_differs"
    CHANNEL_PRICE_OFF = "channel_price_off"
    MONTH_END_SPIKE = "month_end_spike"
    BUNCHING_ABOVE_THRESHOLD = "bunching_above_threshold"
    SERIAL_SOLD_TWICE = "serial_sold_twice"
    REVERSAL_NEXT_MONTH = "reversal_next_month"


@dataclass(frozen=True)
class Limits:
    """From where on something is odd enough to ask. Shares in whole percent."""

    # The last days of a month, their share of its sales, and the fewest units of which a share is worth asking.
    spike_days: int = 3
    spike_percent: int = 50
    spike_units: int = 8
    # A month lands "just above" within this share of the threshold (at least one unit); in so many months.
    bunching_percent: int = 5
    bunching_months: int = 3
    # Of last month's sales taken back in this one: share and fewest units.
    reversal_percent: int = 20
    reversal_units: int = 2
    price_percent: int = 10


LIMITS = Limits()


@dataclass(frozen=True)
class Found:
    """One oddity: the check, its place (None: the whole report or distributor), the figures, a reason given already."""

    check: Check
    outlet_id: int | None = None
    model_id: int | None = None
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    reason: str = ""
    # Tells apart several of one check at one place: a serial.
    mark: str = ""

    @property
    def key(self) -> str:
        """Check and place: a check that runs again finds its question by it."""
        outlet, model = self.outlet_id or "-", self.model_id or "-"
        return ":".join([self.check.value, str(outlet), str(model), *([self.mark] if self.mark else [])])


def stock_equation(lines: Iterable[LineFacts]) -> list[Found]:
    """Lines whose closing stock is not what the other figures lead to."""
    return [
        _at(
            Check.STOCK_EQUATION,
            line,
            expected=expected_closing(line),
            stated=line.closing_stock,
            difference=stock_difference(line),
        )
        for line in lines
        if stock_difference(line)
    ]


def opening_differs(lines: Iterable[LineFacts], last_closing: Mapping[Place, int]) -> list[Found]:
    """Lines that do not open as last month closed, and stock of last month that has no line any more.

    `last_closing` is empty where last month was not handed in: then nothing is known and nothing asked.
    """
    known = {line.place: line for line in lines}
    found = [
        _at(Check.OPENING_DIFFERS, line, expected=last_closing[place], stated=line.opening_stock)
        for place, line in known.items()
        if place in last_closing and last_closing[place] != line.opening_stock
    ]
    found += [
        Found(Check.OPENING_DIFFERS, outlet, model, {"expected": units, "stated": 0})
        for (outlet, model), units in last_closing.items()
        if units and (outlet, model) not in known
    ]
    return found


def count_differs(lines: Iterable[LineFacts]) -> list[Found]:
    """Lines whose stock was counted and is not what they state."""
    return [
        _at(Check.COUNT_DIFFERS, line, counted=line.counted_stock, stated=line.closing_stock)
        for line in lines
        if line.counted_stock is not None and line.counted_stock != line.closing_stock
    ]


def sell_through_differs(lines: Iterable[LineFacts]) -> list[Found]:
    """Models of which the distributor sold its outlets another number than they took in."""
    sold: dict[int, int] = defaultdict(int)
    taken: dict[int, int] = defaultdict(int)
    for line in lines:
        if line.outlet_id is None:
            sold[line.model_id] += line.sell_through
        else:
            taken[line.model_id] += line.sell_in
    return [
        Found(Check.SELL_THROUGH_DIFFERS, None, model, {"sold": sold[model], "taken_in": taken[model]})
        for model in sorted({*sold, *taken})
        if sold[model] != taken[model]
    ]


def transfer_without_other_side(lines: Iterable[LineFacts], elsewhere: Mapping[int, int] | None = None) -> list[Found]:
    """Models of which the report moved more in than out, or out than in, and nobody else has the other side.

    `elsewhere`: model → units that all other reports of the month moved in, less those they moved out.
    """
    moved_in: dict[int, int] = defaultdict(int)
    moved_out: dict[int, int] = defaultdict(int)
    for line in lines:
        moved_in[line.model_id] += line.transfers_in
        moved_out[line.model_id] += line.transfers_out
    found = []
    for model in sorted(moved_in):
        surplus, others = moved_in[model] - moved_out[model], (elsewhere or {}).get(model, 0)
        # What came in here has left somewhere else (others < 0), and the other way round.
        has_other_side = others <= -surplus if surplus > 0 else others >= -surplus
        if surplus and not has_other_side:
            facts = {"moved_in": moved_in[model], "moved_out": moved_out[model]}
            found.append(Found(Check.TRANSFER_WITHOUT_OTHER_SIDE, None, model, facts))
    return found


def detail_differs(lines: Iterable[LineFacts], details: Iterable[DetailFacts]) -> list[Found]:
    """Places where sales are listed one by one and do not add up to the line's retail.

    Returns may stand in the list or not, and be taken off the line's retail or not: each of these sums is right.
    """
    listed: dict[Place, list[int]] = defaultdict(list)
    for detail in details:
        listed[detail.place].append(detail.units)
    known = {line.place: line for line in lines}
    found = []
    for place, units in listed.items():
        line = known.get(place) or LineFacts(outlet_id=place[0], model_id=place[1])
        right = (sum(units), sum(units) + line.returns_in, sum(each for each in units if each > 0))
        if line.retail not in right:
            found.append(_at(Check.DETAIL_DIFFERS, line, listed=sum(units), stated=line.retail))
    return found


def channel_price_off(lines: Iterable[LineFacts], known_fen: Mapping[int, int], limits: Limits = LIMITS) -> list[Found]:
    """Lines whose channel price is far from the known one (model → fen)."""
    found = []
    for line in lines:
        known, stated = known_fen.get(line.model_id), line.channel_price_fen
        if known and stated and abs(stated - known) * 100 > limits.price_percent * known:
            found.append(_at(Check.CHANNEL_PRICE_OFF, line, expected_fen=known, stated_fen=stated))
    return found


def month_end_spike(month: date, details: Iterable[DetailFacts], limits: Limits = LIMITS) -> list[Found]:
    """Outlets whose listed sales fall to a large part on the last days of the month."""
    first_late = last_day(month) - timedelta(days=limits.spike_days - 1)
    total: dict[int | None, int] = defaultdict(int)
    late: dict[int | None, int] = defaultdict(int)
    for detail in details:
        if detail.units > 0:
            total[detail.outlet_id] += detail.units
            late[detail.outlet_id] += detail.units if detail.sold_on >= first_late else 0
    return [
        Found(
            Check.MONTH_END_SPIKE,
            outlet,
            None,
            {"units": units, "late": late[outlet], "days": limits.spike_days, "percent": late[outlet] * 100 // units},
        )
        for outlet, units in total.items()
        if units >= limits.spike_units and late[outlet] * 100 >= limits.spike_percent * units
    ]


@dataclass(frozen=True)
class SoldMonth:
    """Units that somebody sold in a month, and the thresholds from which something was paid for them."""

    month: date
    units: int
    thresholds: tuple[int, ...] = ()

    def just_above(self, limits: Limits) -> int | None:
        """The threshold that the units lie just above, or on; None where they do not."""
        for threshold in self.thresholds:
            margin = max(1, threshold * limits.bunching_percent // 100)
            if threshold > 0 and threshold <= self.units <= threshold + margin:
                return threshold
        return None


def bunching_above_threshold(
    history: Mapping[int | None, Sequence[SoldMonth]], month: date, limits: Limits = LIMITS
) -> list[Found]:
    """Outlets that landed just above a threshold in this month and, again and again, in those before.

    Once is luck: it takes `bunching_months` of the months given.
    """
    found = []
    for outlet, months in history.items():
        hits = [(each, threshold) for each in months if (threshold := each.just_above(limits)) is not None]
        now = next((hit for hit in hits if hit[0].month == month), None)
        if now is None or len(hits) < limits.bunching_months:
            continue
        facts: dict[str, FactValue] = {
            "units": now[0].units,
            "threshold": now[1],
            "times": len(hits),
            "months": [each.month.isoformat()[:7] for each, _threshold in hits],
        }
        found.append(Found(Check.BUNCHING_ABOVE_THRESHOLD, outlet, None, facts))
    return found


def serial_sold_twice(details: Iterable[DetailFacts], elsewhere: Mapping[str, int] | None = None) -> list[Found]:
    """Serials sold more often than they came back, here and (`elsewhere`: serial → sold less returned) anywhere.

    Sold, returned and sold again is no oddity.
    """
    here: dict[str, int] = defaultdict(int)
    place: dict[str, Place] = {}
    for detail in details:
        serial = detail.serial.strip().upper()
        if serial:
            here[serial] += detail.units
            if detail.units > 0:
                place[serial] = detail.place
    found = []
    for serial, (outlet, model) in place.items():
        others = max(0, (elsewhere or {}).get(serial, 0))
        if here[serial] > 0 and here[serial] + others > 1:
            facts: dict[str, FactValue] = {"serial": serial, "here": here[serial], "elsewhere": others}
            found.append(Found(Check.SERIAL_SOLD_TWICE, outlet, model, facts, mark=serial))
    return found


def reversal_next_month(
    reversed_units: Mapping[int | None, int], sold_before: Mapping[int | None, int], limits: Limits = LIMITS
) -> list[Found]:
    """Outlets that take back in this month a large part of what they sold in the month before.

    `reversed_units`: outlet → units that came back of last month's; `sold_before`: outlet → its retail of last month.
    """
    return [
        Found(Check.REVERSAL_NEXT_MONTH, outlet, None, {"returned": units, "sold_before": sold_before[outlet]})
        for outlet, units in reversed_units.items()
        if units >= limits.reversal_units
        and sold_before.get(outlet, 0) > 0
        and units * 100 >= limits.reversal_percent * sold_before[outlet]
    ]


def _at(check: Check, line: LineFacts, **figures: int | None) -> Found:
    facts: dict[str, FactValue] = {name: value for name, value in figures.items() if value is not None}
    return Found(check, line.outlet_id, line.model_id, facts, reason=line.reason.strip())
