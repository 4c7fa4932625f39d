"""The demonstration's rebate policies: the programmes of the field, as documents of the policy language. Pure.

What outlets and distributors earn each month, each quarter, and over the year; what was changed in the middle of 2026;
and what head office wonders about for 2027.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

Document = dict[str, Any]
OUTLET, GROWTH, STORE, VOLUME, POINTS, SHARING = (
    "OUTLET-MONTH",
    "OUTLET-GROWTH",
    "STORE-QUOTA",
    "DEALER-VOLUME",
    "DEALER-POINTS",
    "SHARED-GROWTH",
)
# How many months are settled, and from when the yearly programmes run.
SETTLED_MONTHS = 12
CARS = {"models": ["F3", "F6"]}


def _named(code: str, en: str, zh: str, begin: str, end: str, **values: Any) -> Document:
    base = {"code": code, "name": {"en": en, "zh": zh}, "effective": {"from": begin, "to": end}}
    return base | {"settle": "each_period", "period": "month"} | values


def _deduction(activity: str, count: int, percent: str, en: str, zh: str) -> Document:
    asked = {"fact": f"activity:{activity}", "op": ">=", "value": str(count)}
    return {"unless": asked, "percent": percent, "label": {"en": en, "zh": zh}}


def outlet_month(begin: str, push: str = "100") -> Document:
    """Quota gate, F6 push, advertising with deductions: what an outlet earns in a month (D4.1, D4.2, D4.3)."""
    quota = {
        "id": "quota",
        "label": {"en": "Quota bonus", "zh": "任务返利"},
        "lines": CARS,
        "pays": "per_unit",
        "tier_on": "attainment",
        "tiers": [{"from": "0.8", "rate": "1000"}],
    }
    f6 = {
        "id": "f6",
        "label": {"en": "F6 push", "zh": "F6奖励"},
        "lines": {"models": ["F6"]},
        "pays": "per_unit",
        "tier_on": "units",
        "tiers": [{"from": "1", "rate": push}],
    }
    ads = {
        "id": "ads",
        "label": {"en": "Advertising", "zh": "广告返利"},
        "pays": "lump_sum",
        "tier_on": "units",
        "tiers": [{"from": "4", "rate": "2000"}],
        "deductions": [
            _deduction("mot", 1, "25", "Display not changed to the standard", "物料未按标准更换"),
            _deduction("training", 2, "25", "Fewer than two trainings", "培训不足两次"),
            _deduction("in_store_event", 1, "15", "No in-store event", "未开展店内活动"),
            _deduction("publicity", 2, "15", "Fewer than two publicity actions", "宣传不足两次"),
        ],
    }
    return _named(
        OUTLET, "Outlet policy", "网点商务政策", begin, "2026-12-31",
        party="outlet", terms=[quota, f6, ads], stacks_with=[GROWTH],
    )  # fmt: skip


def outlet_growth() -> Document:
    """More cars than in the same quarter of last year."""
    growth = {
        "id": "growth",
        "label": {"en": "Growth on last year", "zh": "同比增长奖励"},
        "pays": "per_unit",
        "tier_on": "growth",
        "no_baseline": "skip",
        "method": "retrospective",
        "tiers": [{"from": "0.05", "rate": "150"}, {"from": "0.15", "rate": "300"}],
    }
    return _named(
        GROWTH, "Quarterly growth", "季度增长奖励", "2026-01-01", "2026-12-31",
        party="outlet", period="quarter", terms=[growth], stacks_with=[OUTLET],
    )  # fmt: skip


def store_quota(begin: str) -> Document:
    """A distributor with its outlets: reports in time, and most of the quota sold."""
    quota = {
        "id": "attainment",
        "label": {"en": "Attainment of the quota", "zh": "任务完成返利"},
        "lines": CARS,
        "pays": "per_unit",
        "tier_on": "attainment",
        "method": "retrospective",
        "tiers": [{"from": "0.7", "rate": "100"}, {"from": "0.85", "rate": "200"}, {"from": "1", "rate": "300"}],
        "when": [{"fact": "report_on_time", "op": "==", "value": "1"}],
    }
    return _named(
        STORE, "Quota of the distributor", "经销商任务返利", begin, "2026-12-31",
        party="distributor", terms=[quota], stacks_with=[VOLUME, POINTS, SHARING],
    )  # fmt: skip


def dealer_volume() -> Document:
    """The year's purchases so far, less what was settled: returns that drop a tier claw back."""
    volume = {
        "id": "volume",
        "label": {"en": "Volume of the year", "zh": "年度销量返利"},
        "pays": "percent",
        "tier_on": "amount",
        "method": "marginal",
        "tiers": [
            {"from": "0", "rate": "0.3"},
            {"from": "20000000", "rate": "0.5"},
            {"from": "60000000", "rate": "0.7"},
        ],
    }
    return _named(
        VOLUME, "Volume of the year", "年度销量返利", "2026-01-01", "2026-12-31",
        party="distributor", settle="cumulative", terms=[volume], stacks_with=[STORE, POINTS, SHARING],
    )  # fmt: skip


def dealer_points(begin: str) -> Document:
    """Points on what was bought, from a threshold on (积分返点, D4.5)."""
    points = {
        "id": "points",
        "label": {"en": "Points on purchases", "zh": "进货积分"},
        "pays": "points",
        "tier_on": "amount",
        "method": "retrospective",
        "tiers": [{"from": "1000000", "rate": "0.001"}, {"from": "5000000", "rate": "0.0015"}],
    }
    return _named(
        POINTS, "Points", "积分返点", begin, "2026-12-31",
        party="distributor", terms=[points], stacks_with=[STORE, VOLUME, SHARING],
    )  # fmt: skip


def shared_growth() -> Document:
    """What lies above the same quarter of last year is shared (共赢, D4.6)."""
    sharing = {
        "id": "sharing",
        "label": {"en": "Share of the excess", "zh": "超额分享"},
        "pays": "percent",
        "tier_on": "amount",
        "applies_to": "excess",
        "no_baseline": "skip",
        "tiers": [{"from": "0", "rate": "1.5"}],
        "cap": "300000",
    }
    return _named(
        SHARING, "Shared growth", "共赢分享", "2026-01-01", "2026-12-31",
        party="distributor", period="quarter", terms=[sharing], stacks_with=[STORE, VOLUME, POINTS],
    )  # fmt: skip


def wondered() -> Document:
    """What 2027 may bring: the bonus in steps, instead of one gate."""
    found = deepcopy(outlet_month("2027-01-01", "150"))
    found["effective"]["to"] = "2027-12-31"
    found["terms"][0] |= {
        "method": "retrospective",
        "tiers": [{"from": "0.7", "rate": "600"}, {"from": "0.9", "rate": "1000"}, {"from": "1", "rate": "1200"}],
    }
    return found


# The outlet policy is amended from this day on: the push of the F6 rises.
AMENDED_FROM, PUSH = "2026-07-01", "150"
# Whoever has not taken note of the amendment yet.
NOT_ACKNOWLEDGED = "GX-LZ"
DISPUTER = "SC-DY"
QUESTION = "我店9月底多交付一台，为何没有计入？"
ANSWER = "该台10月2日上牌，按制度计入10月。"
AMENDMENT = "9月盘点：一网点补报一台F3，另一网点客户退车。"
AGREED = "凭发票和退车单核实，同意。"
# Fen for each car that the manufacturer hands down in the last settled month.
SUBSIDY = {"F3": 50_000, "F6": 80_000}
