"""Applications in every state, a contested county, and the recruiting that goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from portal.network.rules import CityTier, StoreClass
from portal.onboarding.models import RecruitingStage as R
from portal.onboarding.rules.scores import Quality, Size
from portal.onboarding.rules.states import ApplicationStatus as S

NORTH, SOUTH = "rm.north", "rm.south"


@dataclass(frozen=True)
class Request:
    """An application: who asks for which county, when, and how far it has come (`until`)."""

    key: str
    dealer: str
    manager: str
    county: str
    name: str
    on: date
    until: S
    store_class: StoreClass = StoreClass.C
    tier: CityTier = CityTier.THIRD
    capital_wan: int = 220
    volumes: tuple[int, int, int] = (96, 120, 150)
    shift: tuple[float, float] = (0.02, 0.015)
    marks: tuple[int, ...] = (8, 8, 7, 6, 7, 8)
    note: str = ""
    returned_before: bool = False
    extra: dict[str, object] = field(default_factory=dict)


REQUESTS: tuple[Request, ...] = (
    Request("draft", "dealer.deyang", NORTH, "510623", "中江凯江汽车展厅", date(2026, 11, 17), S.DRAFT),
    Request(
        "new",
        "dealer.deyang",
        NORTH,
        "510623",
        "中江仓山汽车展厅",
        date(2026, 11, 16),
        S.AREA_REVIEW,
        shift=(0.12, -0.1),
    ),
    Request(
        "late",
        "dealer.guangxi",
        SOUTH,
        "450802",
        "贵港港北汽车展厅",
        date(2026, 10, 20),
        S.AREA_REVIEW,
        capital_wan=150,
    ),
    Request(
        "asked",
        "dealer.deyang",
        NORTH,
        "510604",
        "罗江万安汽车展厅",
        date(2026, 11, 2),
        S.MORE_INFORMATION,
        note="租约只到明年6月，请补充续租意向书",
    ),
    Request(
        "sales",
        "dealer.deyang",
        NORTH,
        "510603",
        "德阳旌湖4S店",
        date(2026, 10, 26),
        S.SALES_REVIEW,
        StoreClass.A,
        CityTier.SECOND,
        320,
        (240, 300, 360),
        (-0.03, -0.02),
        (9, 9, 8, 8, 9, 8),
    ),
    Request(
        "network",
        "dealer.guangxi",
        SOUTH,
        "450821",
        "平南大安汽车展厅",
        date(2026, 10, 19),
        S.NETWORK_REVIEW,
        StoreClass.B,
        CityTier.THIRD,
        240,
    ),
    Request("head", "dealer.deyang", NORTH, "510682", "什邡雍城汽车展厅", date(2026, 10, 12), S.HEAD_OFFICE_REVIEW),
    # Two dealers want the same county-level city.
    Request(
        "rival 1",
        "dealer.deyang",
        NORTH,
        "510681",
        "广汉三星堆汽车展厅",
        date(2026, 10, 28),
        S.HEAD_OFFICE_REVIEW,
        shift=(0.01, 0.0),
    ),
    Request(
        "rival 2",
        "dealer.mianyang",
        NORTH,
        "510681",
        "广汉雒城汽车城",
        date(2026, 10, 30),
        S.AREA_REVIEW,
        StoreClass.B,
        CityTier.THIRD,
        400,
        (150, 180, 210),
        (-0.01, 0.01),
    ),
    Request(
        "approved",
        "dealer.guangxi",
        SOUTH,
        "451322",
        "象州温泉路汽车展厅",
        date(2026, 9, 21),
        S.APPROVED,
        note="开业前须完成两名销售顾问培训",
        returned_before=True,
    ),
    Request("opening", "dealer.deyang", NORTH, "510683", "绵竹剑南汽车展厅", date(2026, 8, 24), S.OPENING),
    Request(
        "opened",
        "dealer.guangxi",
        SOUTH,
        "451323",
        "武宣东乡汽车展厅",
        date(2026, 6, 15),
        S.OPENED,
        volumes=(72, 90, 110),
    ),
    Request(
        "rejected",
        "dealer.deyang",
        NORTH,
        "510681",
        "广汉小汉镇展厅",
        date(2026, 9, 7),
        S.REJECTED,
        marks=(5, 4, 5, 3, 4, 4),
        note="距现有网点过近，商圈几乎完全重叠",
        shift=(0.004, 0.002),
    ),
    Request(
        "withdrawn",
        "dealer.guangxi",
        SOUTH,
        "451324",
        "金秀瑶都汽车展厅",
        date(2026, 9, 14),
        S.WITHDRAWN,
        note="投资人另有安排",
    ),
)


@dataclass(frozen=True)
class Name:
    """A name on the survey of a county, and how far it was won."""

    manager: str
    county: str
    name: str
    stage: R
    quality: Quality | None = None
    size: Size | None = None
    is_related: bool = False
    next_step: str = ""
    reason: str = ""


NAMES: tuple[Name, ...] = (
    Name(NORTH, "510704", "游仙兴业汽贸", R.SURVEY, next_step="首次拜访"),
    Name(NORTH, "510722", "三台潼川汽车城", R.SURVEY, next_step="首次拜访"),
    Name(NORTH, "510725", "梓潼文昌汽贸", R.FIRST_VISIT, next_step="收集近两年销量"),
    Name(NORTH, "510781", "江油李白大道汽车", R.CLASSIFIED, Quality.HIGH, Size.LARGE, next_step="带商务政策拜访"),
    Name(NORTH, "510824", "苍溪红军渡汽贸", R.CLASSIFIED, Quality.LOW_COULD_CHANGE, Size.SMALL, next_step="观察一季度"),
    Name(NORTH, "510811", "昭化古城汽车", R.POLICY, Quality.HIGH, Size.SMALL, next_step="确认返利方案"),
    Name(NORTH, "511321", "南部升钟汽贸", R.STRATEGY, Quality.HIGH, Size.LARGE, next_step="约见股东"),
    Name(
        NORTH, "511621", "岳池银城汽车", R.APPOINTMENT, Quality.HIGH, Size.SMALL, is_related=True, next_step="面谈选址"
    ),
    Name(SOUTH, "511126", "夹江青衣汽贸", R.NEGOTIATION, Quality.HIGH, Size.LARGE, next_step="商定首批库存"),
    Name(SOUTH, "511403", "彭山长寿汽车", R.SIGNED, Quality.HIGH, Size.SMALL, is_related=True),
    Name(SOUTH, "511523", "江安竹海汽贸", R.DROPPED, Quality.LOW, Size.SMALL, reason="与竞品签订排他协议"),
    Name(SOUTH, "450225", "融水元宝山汽贸", R.FIRST_VISIT, next_step="二次拜访"),
)

# How many outlets should open in a county, in which month, how hard it is: easy ones and key cities first.
PLAN: tuple[tuple[str, int, int, int, StoreClass], ...] = (
    ("510603", 2026, 3, 1, StoreClass.A),
    ("510703", 2026, 3, 1, StoreClass.A),
    ("511302", 2026, 3, 1, StoreClass.A),
    ("511502", 2026, 4, 1, StoreClass.A),
    ("511102", 2026, 4, 1, StoreClass.A),
    ("510681", 2026, 5, 1, StoreClass.B),
    ("510682", 2026, 5, 1, StoreClass.C),
    ("510683", 2026, 6, 1, StoreClass.C),
    ("510781", 2026, 6, 2, StoreClass.B),
    ("510722", 2026, 7, 2, StoreClass.C),
    ("511321", 2026, 8, 2, StoreClass.C),
    ("511381", 2026, 9, 2, StoreClass.B),
    ("511621", 2026, 9, 2, StoreClass.C),
    ("511126", 2026, 10, 2, StoreClass.C),
    ("510623", 2026, 11, 2, StoreClass.C),
    ("510604", 2026, 12, 2, StoreClass.C),
    ("510727", 2027, 1, 3, StoreClass.C),
    ("510824", 2027, 2, 3, StoreClass.C),
    ("450224", 2027, 5, 2, StoreClass.C),
    ("451302", 2027, 5, 3, StoreClass.C),
)
