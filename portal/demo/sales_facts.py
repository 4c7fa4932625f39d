"""What the demonstration's dealers sold: seasons, stock that adds up, and one oddity for each check. Pure.

Every figure follows from its place and month alone, so that two loads give the same books. Quotas, where there are
any, are the measure: an outlet lands between half of its quota and a little above it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from portal.periods import last_day
from portal.sales.rules.checks import Check
from portal.sales.rules.stock import DetailFacts, LineFacts, Place
from portal.sales.rules.words import CustomerKind, SaleType

MONTHS = 24
# Share of an ordinary month, January to December: the targets' two seasons, and quiet months around them.
SEASON = (0.95, 0.7, 1.35, 1.4, 1.3, 0.8, 0.75, 1.25, 1.35, 1.3, 0.95, 0.9)
# Units of an ordinary month where there is no quota: (an outlet, a distributor's own store).
ORDINARY = {"F3": (6, 40), "F6": (4, 25), "S6": (2, 12), "S7e": (1, 8)}
# What the manufacturer charges for one, in fen.
PRICE_FEN = {"F3": 5_280_000, "F6": 8_960_000, "S6": 9_880_000, "S7e": 13_680_000}
COLOURS = (CustomerKind.PRIVATE, CustomerKind.PRIVATE, CustomerKind.PRIVATE, CustomerKind.COMPANY, CustomerKind.TAXI)

# ---- how the reports came, by distributor and months before the last reported one (0)
LATE = {
    ("SC-XC", 3),
    ("SC-XC", 4),
    ("SC-PZH", 2),
    ("SC-ZG", 6),
    ("GX-LZ", 9),
    ("SC-ZY", 12),
    ("SC-XC", 15),
    ("SC-PZH", 1),
}
RETURNED = {
    ("SC-GY", 2): "剑阁网点期初与上月期末不符，请核对。",
    ("SC-LS", 4): "自营店批发数与网点进货数差5台，请说明。",
    ("SC-NC", 7): "缺少盘点表，请补附件。",
    ("GX-LZ", 5): "贵港网点零售为0，是否漏报？",
}
# The last month as it stands now; all others are accepted.
MISSING = frozenset({"SC-DY", "SC-XC"})
DRAFTS = frozenset({"SC-ZY"})
BACK = {"GX-LZ": "桂平网点10月已开业，表内没有零售数，请补填或说明。"}
ACCEPTED = frozenset({"SC-CD", "SC-PZH", "SC-ZG"})
# One odd figure for each check, in the last month; nothing here is a wrong: each has an everyday reason.
ODD: dict[str, Check] = {
    "SC-MY": Check.STOCK_EQUATION,
    "SC-GY": Check.OPENING_DIFFERS,
    "SC-LZ": Check.COUNT_DIFFERS,
    "SC-NJ": Check.SELL_THROUGH_DIFFERS,
    "SC-LS": Check.TRANSFER_WITHOUT_OTHER_SIDE,
    "SC-YB": Check.DETAIL_DIFFERS,
    "SC-NC": Check.CHANNEL_PRICE_OFF,
    "SC-GA": Check.MONTH_END_SPIKE,
    "SC-DZ": Check.BUNCHING_ABOVE_THRESHOLD,
    "SC-SN": Check.SERIAL_SOLD_TWICE,
    "SC-MS": Check.REVERSAL_NEXT_MONTH,
}
# Distributors that list their sales one by one, and for how many of the last months.
LISTING = {"SC-MY": 3, "GX-LZ": 3, "SC-YB": 2, "SC-GA": 1, "SC-SN": 1, "SC-YA": 1}
# So many months an outlet of this distributor ends exactly on its quota.
LEVELLED, LEVEL_MONTHS = "SC-DZ", 5
# Answers that were given already.
ANSWERS = {
    Check.SELL_THROUGH_DIFFERS: "一台在途，月底未到网点，下月入账。",
    Check.MONTH_END_SPIKE: "10月29日至31日参加了秋季车展，集中交付。",
}
# One serial in two reports.
DOUBLED, DOUBLED_AT = "LUDF3XA26X2610001", ("SC-YA", "SC-SN")
SIGNS = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True)
class Amended:
    """A difference to a locked month: whose, how many months back, of which column, how much, how it was decided."""

    distributor: str
    back: int
    model: str
    differences: Mapping[str, int]
    reason: str
    is_approved: bool | None
    words: str = ""


AMENDED = (
    Amended("SC-CD", 1, "F3", {"retail": 2, "closing_stock": -2}, "两台已交付，月底漏录。", True, "发票已核对"),
    Amended("SC-LS", 2, "F6", {"retail": -1, "closing_stock": 1}, "客户10天后退车，当月零售多报一台。", True, "同意"),
    Amended(
        "SC-NC",
        1,
        "F3",
        {"sell_in": 5, "closing_stock": 5},
        "运输车30日到店，漏报进货。",
        False,
        "到店日期为次月1日，应计入次月。",
    ),
    Amended("GX-LZ", 1, "F3", {"retail": 1, "closing_stock": -1}, "融安网点补报一台，附交车单。", None),
)


@dataclass(frozen=True)
class Shop:
    """An outlet that reports, or (no id) a distributor's own store; the counties where its cars are used."""

    outlet_id: int | None
    code: str
    county: str | None = None


@dataclass
class Books:
    """One distributor's stock as it went from month to month."""

    distributor: str
    closing: dict[Place, int] = field(default_factory=dict)

    def month(
        self,
        month: date,
        shops: Sequence[Shop],
        models: Mapping[int, str],
        quotas: Mapping[Place, int],
        *,
        is_levelled: bool = False,
    ) -> list[LineFacts]:
        """The lines of the month, which add up: outlets first, then the own store that supplies them.

        Where it `is_levelled`, the first outlet sells exactly its quota.
        """
        first = next((shop for shop in shops if shop.outlet_id), None) if is_levelled else None
        sold: dict[Place, int] = {}
        for shop in shops:
            own = {(shop.outlet_id, model): quotas.get((shop.outlet_id, model)) for model in models}
            units = {place: units_sold(shop, models[place[1]], month, quota) for place, quota in own.items()}
            sold |= {place: quota or 0 for place, quota in own.items()} if shop is first else clear_of(units, own)
        store = {place: units for place, units in sold.items() if place[0] is None}
        sold |= clear_of(store, quotas, others=sum(sold.values()) - sum(store.values()))
        lines = [
            self._outlet_line(
                shop, model, sold[shop.outlet_id, model], is_slow=share(shop.code, code, month, "aged") > 0.8
            )
            for shop in shops
            if shop.outlet_id
            for model, code in models.items()
        ]
        for model, code in models.items():
            taken = sum(line.sell_in for line in lines if line.model_id == model)
            lines.append(self._own_line(model, code, sold[None, model], taken))
        lines += self._left_over(lines)
        self.closing = {line.place: line.closing_stock for line in lines}
        return lines

    def _outlet_line(self, shop: Shop, model: int, sold: int, *, is_slow: bool) -> LineFacts:
        opening = self.closing.get((shop.outlet_id, model), 0)
        wanted = round(sold * 0.8) + 1
        sell_in = max(0, sold + wanted - opening)
        closing = opening + sell_in - sold
        aged = closing // 4 if is_slow else 0
        return LineFacts(
            outlet_id=shop.outlet_id, model_id=model, opening_stock=opening, sell_in=sell_in, retail=sold,
            closing_stock=closing, aged_stock=aged,
        )  # fmt: skip

    def _own_line(self, model: int, code: str, sold: int, taken: int) -> LineFacts:
        opening = self.closing.get((None, model), 0)
        wanted = round((sold + taken) * 0.6) + 2
        sell_in = max(0, sold + taken + wanted - opening)
        closing = opening + sell_in - sold - taken
        transit = round(sold * 0.15)
        return LineFacts(
            outlet_id=None, model_id=model, opening_stock=opening, sell_in=sell_in, sell_through=taken, retail=sold,
            closing_stock=closing, in_transit=transit, aged_stock=closing // 12,
            channel_price_fen=PRICE_FEN.get(code), amount_fen=sell_in * PRICE_FEN.get(code, 0),
        )  # fmt: skip

    def _left_over(self, lines: Iterable[LineFacts]) -> list[LineFacts]:
        """Stock of outlets and models that have ended: it is returned to the manufacturer in one go."""
        named = {line.place for line in lines}
        return [
            LineFacts(outlet_id=place[0], model_id=place[1], opening_stock=units, returns_out=units)
            for place, units in self.closing.items()
            if units and place not in named
        ]


def share(*key: object) -> float:
    """A number from 0 to 1 that follows from the key alone."""
    return zlib.crc32("|".join(map(str, key)).encode()) % 10_000 / 10_000


def clear_of(units: Mapping[Place, int], quotas: Mapping[Place, int | None], others: int = 0) -> dict[Place, int]:
    """The units, one below the quota where they would lie on it or just above: that is left to one outlet."""
    threshold = sum(quota or 0 for quota in quotas.values())
    total = others + sum(units.values())
    found = dict(units)
    if threshold and threshold <= total <= threshold + max(1, threshold * 5 // 100):
        most = max(units, key=lambda place: units[place])
        found[most] = max(0, found[most] - (total - threshold + 1))
    return found


def units_sold(shop: Shop, model: str, month: date, quota: int | None) -> int:
    """Retail of a shop and model in a month."""
    own = shop.outlet_id is None
    ordinary = ORDINARY.get(model, (2, 10))[own] * SEASON[month.month - 1]
    strength = 0.55 + 0.55 * share(shop.code, "strength")
    luck = 0.8 + 0.4 * share(shop.code, model, month)
    growth = 1 + 0.09 * (month.year - 2025) + 0.0075 * (month.month - 1)
    measure = quota if quota is not None else ordinary * growth
    return round(measure * strength * luck)


def make_odd(check: Check, lines: list[LineFacts]) -> list[LineFacts]:
    """The month's lines with one odd figure; its stock still adds up unless that is the oddity."""
    at = next((place for place, line in enumerate(lines) if line.outlet_id and line.retail > 2), 0)
    own = next(place for place, line in enumerate(lines) if line.outlet_id is None)
    changed = list(lines)
    line, store = lines[at], lines[own]
    if check is Check.STOCK_EQUATION:
        changed[at] = replace(line, closing_stock=line.closing_stock + 1)
    elif check is Check.OPENING_DIFFERS:
        changed[at] = replace(line, opening_stock=line.opening_stock + 2, closing_stock=line.closing_stock + 2)
    elif check is Check.COUNT_DIFFERS:
        changed[at] = replace(line, counted_stock=max(0, line.closing_stock - 1))
    elif check is Check.SELL_THROUGH_DIFFERS:
        changed[own] = replace(
            store, sell_through=store.sell_through + 1, closing_stock=max(0, store.closing_stock - 1)
        )
    elif check is Check.TRANSFER_WITHOUT_OTHER_SIDE:
        changed[own] = replace(store, transfers_in=3, closing_stock=store.closing_stock + 3)
    elif check is Check.CHANNEL_PRICE_OFF:
        price = (store.channel_price_fen or 0) * 85 // 100
        changed[own] = replace(store, channel_price_fen=price, amount_fen=store.sell_in * price)
    elif check is Check.REVERSAL_NEXT_MONTH:
        back = max(2, line.retail // 2)
        changed[at] = replace(line, returns_in=back, closing_stock=line.closing_stock + back)
    return changed


def list_sales(
    month: date, lines: Iterable[LineFacts], shops: Sequence[Shop], models: Mapping[int, str], check: Check | None
) -> list[DetailFacts]:
    """The month's retail one by one: a day, a serial, who bought, where it is used."""
    counties = {shop.outlet_id: shop.county for shop in shops}
    codes = {shop.outlet_id: shop.code for shop in shops}
    found: list[DetailFacts] = []
    lines = list(lines)
    crowded = 0
    if check is Check.MONTH_END_SPIKE:  # the outlet that sold most
        crowded = max((line.retail, line.outlet_id) for line in lines if line.outlet_id)[1]
    for line in lines:
        shown = line.retail - (1 if check is Check.DETAIL_DIFFERS and line.outlet_id and not found else 0)
        for number in range(shown):
            key = (codes.get(line.outlet_id, ""), line.model_id, month, number)
            found.append(
                DetailFacts(
                    outlet_id=line.outlet_id, model_id=line.model_id,
                    sold_on=_day(month, key, is_crowded=line.outlet_id == crowded),
                    serial=_serial(models[line.model_id], key), county_code=counties.get(line.outlet_id),
                    customer_kind=COLOURS[int(share(*key, "kind") * len(COLOURS))],
                    sale_type=SaleType.KEY_ACCOUNT if share(*key, "type") > 0.95 else SaleType.RETAIL,
                )
            )  # fmt: skip
    return found


def double_serial(sales: list[DetailFacts]) -> list[DetailFacts]:
    """The first sale under the serial that another report has too."""
    return [replace(sale, serial=DOUBLED) if place == 0 else sale for place, sale in enumerate(sales)]


def _day(month: date, key: tuple[object, ...], *, is_crowded: bool) -> date:
    days = last_day(month).day
    spread = share(*key, "day")
    if is_crowded and share(*key, "spike") > 0.35:
        return last_day(month) - timedelta(days=int(spread * 3))
    return month.replace(day=1 + int(spread * (days - 3)))


def _serial(model: str, key: tuple[object, ...]) -> str:
    """17 signs as a vehicle has, without I, O and Q."""
    number, signs = zlib.crc32("|".join(map(str, key)).encode()), ""
    for _place in range(7):
        number, rest = divmod(number, len(SIGNS))
        signs += SIGNS[rest]
    return f"LUD{model.upper():X<3.3}A26X{signs}"
