"""What a line and a detail state, and the stock equation that holds them together. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.sales.rules.words import QUANTITIES, CustomerKind, SaleType

# An outlet (empty: the distributor's own store and warehouse) and a model: the place of a line in its report.
Place = tuple[int | None, int]

MAX_UNITS = 1_000_000
MAX_FEN = 10**14


@dataclass(frozen=True, kw_only=True)
class LineFacts:
    """One outlet × model as it is typed or read from a file; whole units, money in fen."""

    outlet_id: int | None
    model_id: int
    opening_stock: int = 0
    sell_in: int = 0
    transfers_in: int = 0
    transfers_out: int = 0
    in_transit: int = 0
    sell_through: int = 0
    retail: int = 0
    returns_in: int = 0
    returns_out: int = 0
    closing_stock: int = 0
    counted_stock: int | None = None
    aged_stock: int = 0
    channel_price_fen: int | None = None
    amount_fen: int = 0
    reason: str = ""
    batch_id: int | None = None
    row_number: int | None = None

    @property
    def place(self) -> Place:
        """Outlet and model."""
        return self.outlet_id, self.model_id


@dataclass(frozen=True, kw_only=True)
class DetailFacts:
    """One sale (or, with negative units, one return); no personal data."""

    outlet_id: int | None
    model_id: int
    sold_on: date
    units: int = 1
    amount_fen: int = 0
    serial: str = ""
    variant_id: int | None = None
    customer_kind: CustomerKind | None = None
    county_code: str | None = None
    sale_type: SaleType = SaleType.RETAIL
    campaign: str = ""
    original_month: date | None = None
    batch_id: int | None = None
    row_number: int | None = None

    @property
    def place(self) -> Place:
        """Outlet and model."""
        return self.outlet_id, self.model_id


@dataclass(frozen=True)
class LineError:
    """A value that cannot be: place, column, code of the rule, and the limit that it breaks."""

    outlet_id: int | None
    model_id: int
    field: str
    code: str
    value: int | None = None
    limit: int | None = None


def sold_out(line: LineFacts) -> int:
    """Units that left the line's stock by sales: an outlet sells to customers, a distributor to its outlets too."""
    return line.retail if line.outlet_id is not None else line.sell_through + line.retail


def expected_closing(line: LineFacts) -> int:
    """The closing stock that the other figures of the line lead to."""
    arrived = line.opening_stock + line.sell_in + line.transfers_in + line.returns_in
    return arrived - line.transfers_out - sold_out(line) - line.returns_out


def stock_difference(line: LineFacts) -> int:
    """Stated closing stock less the expected one; 0 where the line adds up."""
    return line.closing_stock - expected_closing(line)


def value_errors(line: LineFacts) -> list[LineError]:
    """Figures that no line may hold, not even a draft: negative ones, and ones that are out of all reason."""
    found = []
    for field in (*QUANTITIES, "channel_price_fen"):
        value, limit = getattr(line, field), MAX_FEN if field.endswith("_fen") else MAX_UNITS
        if value is None:
            continue
        if value < 0:
            found.append(LineError(line.outlet_id, line.model_id, field, "negative", value, 0))
        elif value > limit:
            found.append(LineError(line.outlet_id, line.model_id, field, "too_large", value, limit))
    if abs(line.amount_fen) > MAX_FEN:
        found.append(LineError(line.outlet_id, line.model_id, "amount_fen", "too_large", line.amount_fen, MAX_FEN))
    return found


def line_errors(line: LineFacts) -> list[LineError]:
    """What stands against handing the line in: `value_errors`, and more old stock than there is stock."""
    found = value_errors(line)
    if line.aged_stock > line.closing_stock:
        found.append(
            LineError(
                line.outlet_id, line.model_id, "aged_stock", "aged_over_closing", line.aged_stock, line.closing_stock
            )
        )
    return found


def repeated_places(lines: Iterable[LineFacts]) -> list[Place]:
    """Places that stand in the lines more than once, in the order of their second appearance."""
    seen: set[Place] = set()
    twice: list[Place] = []
    for line in lines:
        if line.place in seen and line.place not in twice:
            twice.append(line.place)
        seen.add(line.place)
    return twice
