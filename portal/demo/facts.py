"""The plan of one province as a manufacturer drew it up, and the year of one 4S dealer in Guangxi.

Sichuan: 18 prefecture general distributors, 100 county outlets, four sales areas; Chengdu and around, Bazhong,
Panzhihua, Xichang and the three autonomous prefectures belong to no area yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.network.rules import OutletStatus as S

PLAN_FROM = date(2024, 1, 1)


@dataclass(frozen=True)
class AreaFact:
    """A sales area and its prefectures."""

    code: str
    name_zh: str
    name_en: str
    prefectures: tuple[str, ...]
    developer: str
    maintainer: str


AREAS: tuple[AreaFact, ...] = (
    AreaFact("SC-N", "川北片区", "Northern Sichuan", ("510600", "510700", "510800"), "rm.north", "rm.north"),
    AreaFact("SC-E", "川东片区", "Eastern Sichuan", ("511300", "511600", "511700", "510900"), "rm.north", "rm.north"),
    AreaFact("SC-S", "川南片区", "Southern Sichuan", ("510300", "510500", "511500", "511000"), "rm.south", "rm.south"),
    AreaFact("SC-W", "川西片区", "Western Sichuan", ("511100", "511400", "511800", "512000"), "rm.south", "rm.south"),
    AreaFact("GX-C", "桂中片区", "Central Guangxi", ("450200", "450800", "451300"), "rm.south", "rm.south"),
)


@dataclass(frozen=True)
class GeneralDistributor:
    """A prefecture general distributor (地级总经销商), its seat's county and how many county outlets it has."""

    prefecture: str
    seat: str
    code: str
    name: str
    name_en: str
    outlets: int


GENERAL_DISTRIBUTORS: tuple[GeneralDistributor, ...] = (
    GeneralDistributor("510100", "510106", "SC-CD", "成都蓉通汽车销售服务有限公司", "Chengdu Rongtong Auto", 12),
    GeneralDistributor("510300", "510302", "SC-ZG", "自贡盐都汽车销售有限公司", "Zigong Yandu Auto", 4),
    GeneralDistributor("510400", "510402", "SC-PZH", "攀枝花阳光汽车贸易有限公司", "Panzhihua Sunlight Auto", 3),
    GeneralDistributor("510500", "510502", "SC-LZ", "泸州江城汽车销售有限公司", "Luzhou Jiangcheng Auto", 6),
    GeneralDistributor("510600", "510603", "SC-DY", "德阳蜀通汽车销售服务有限公司", "Deyang Shutong Auto", 6),
    GeneralDistributor("510700", "510703", "SC-MY", "绵阳富乐汽车销售服务有限公司", "Mianyang Fule Auto", 9),
    GeneralDistributor("510800", "510802", "SC-GY", "广元剑门汽车贸易有限公司", "Guangyuan Jianmen Auto", 6),
    GeneralDistributor("510900", "510903", "SC-SN", "遂宁观音湖汽车销售有限公司", "Suining Lakeside Auto", 4),
    GeneralDistributor("511000", "511002", "SC-NJ", "内江甜城汽车销售有限公司", "Neijiang Tiancheng Auto", 4),
    GeneralDistributor("511100", "511102", "SC-LS", "乐山嘉州汽车销售服务有限公司", "Leshan Jiazhou Auto", 8),
    GeneralDistributor("511300", "511302", "SC-NC", "南充果州汽车销售服务有限公司", "Nanchong Guozhou Auto", 8),
    GeneralDistributor("511400", "511402", "SC-MS", "眉山东坡汽车销售有限公司", "Meishan Dongpo Auto", 5),
    GeneralDistributor("511500", "511502", "SC-YB", "宜宾三江汽车销售服务有限公司", "Yibin Sanjiang Auto", 8),
    GeneralDistributor("511600", "511602", "SC-GA", "广安渠江汽车贸易有限公司", "Guang'an Qujiang Auto", 5),
    GeneralDistributor("511700", "511702", "SC-DZ", "达州巴渠汽车销售有限公司", "Dazhou Baqu Auto", 6),
    GeneralDistributor("511800", "511802", "SC-YA", "雅安雨城汽车销售有限公司", "Ya'an Yucheng Auto", 3),
    GeneralDistributor("512000", "512002", "SC-ZY", "资阳雁江汽车销售有限公司", "Ziyang Yanjiang Auto", 2),
    GeneralDistributor("513400", "513401", "SC-XC", "西昌月城汽车贸易有限公司", "Xichang Moon City Auto", 1),
)

# How many of the hundred stand in each state of their life; dealt out evenly over the province.
STATES: tuple[tuple[S, int], ...] = (
    (S.OPEN, 60),
    (S.WATCH, 6),
    (S.SUSPENDED, 3),
    (S.EXITED, 6),
    (S.OPENING, 5),
    (S.APPROVED, 4),
    (S.IN_REVIEW, 4),
    (S.APPLIED, 4),
    (S.SURVEYED, 3),
    (S.CANDIDATE, 3),
    (S.DROPPED, 2),
)

# The way into each state, and why each step was taken.
WAY: tuple[tuple[S, str], ...] = (
    (S.CANDIDATE, "县城摸底名单"),
    (S.SURVEYED, "首次拜访，位置与实力合格"),
    (S.APPLIED, "经销商提交入网申请"),
    (S.IN_REVIEW, "片区实地考察后上报"),
    (S.APPROVED, "总部批准"),
    (S.OPENING, "签约，开始装修"),
    (S.OPEN, "验收合格，正式开业"),
)
REASONS: dict[S, str] = {
    S.WATCH: "连续三个月完成率低于50%",
    S.SUSPENDED: "展厅搬迁，暂停销售",
    S.EXITED: "连续亏损，双方协商退网",
    S.DROPPED: "投资人撤回意向",
}

SHOP_WORDS: tuple[tuple[str, str], ...] = (
    ("鑫达", "Xinda"),
    ("宏远", "Hongyuan"),
    ("蜀丰", "Shufeng"),
    ("恒信", "Hengxin"),
    ("锦程", "Jincheng"),
    ("瑞丰", "Ruifeng"),
    ("川运", "Chuanyun"),
    ("华西", "Huaxi"),
    ("顺达", "Shunda"),
    ("金雁", "Jinyan"),
)


@dataclass(frozen=True)
class Town:
    """One town of the Guangxi dealer's year."""

    county: str
    code: str
    name: str
    name_en: str
    lng: float
    lat: float
    staff: int
    history: tuple[tuple[S, date, str], ...]


def _opened(on: date, ready: date) -> tuple[tuple[S, date, str], ...]:
    """A quick way in: surveyed to opening in the weeks before."""
    days = (date(ready.year, ready.month, 1), ready, ready, ready, on, on)
    steps = tuple((status, day, reason) for (status, reason), day in zip(WAY[:6], days, strict=True))
    return (*steps, (S.OPEN, on, WAY[6][1]))


GUANGXI = ("GX-LZ", "柳州双渔汇汽车销售服务有限公司", "Liuzhou Shuangyu 4S", "450203")
TOWNS: tuple[Town, ...] = (
    Town(
        "450224", "GX-RA-1", "融安长安镇网点", "Rong'an Chang'an outlet", 109.3975, 25.2246, 2,
        _opened(date(2024, 6, 18), date(2024, 5, 20)),
    ),
    Town(
        "450803", "GX-GG-1", "贵港港南网点", "Guigang Gangnan outlet", 109.5997, 23.0756, 4,
        _opened(date(2025, 3, 1), date(2025, 1, 20)),
    ),
    Town(
        "451302", "GX-LB-1", "来宾兴宾网点", "Laibin Xingbin outlet", 109.2346, 23.7273, 3,
        (*_opened(date(2026, 7, 29), date(2026, 6, 15)), (S.EXITED, date(2026, 10, 31), "销售顾问离职，10月底退网")),
    ),
    Town(
        "450881", "GX-GP-1", "桂平西山网点", "Guiping Xishan outlet", 110.0791, 23.3942, 5,
        _opened(date(2026, 10, 1), date(2026, 8, 12)),
    ),
)  # fmt: skip
# 融安 is being rebuilt by another investor.
REBUILT = (
    "GX-RA-1",
    "GX-RA-2",
    "融安融江网点",
    "Rong'an Rongjiang outlet",
    date(2026, 9, 10),
    "选址融江新区重建，计划明年5月前开业",
)
