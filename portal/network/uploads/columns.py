"""The columns of a list of distributors or outlets, with the headers that people write in English and Chinese."""

# ruff: noqa: E501  (Chinese characters count double)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from portal.network.models import ImportKind
from portal.network.rules import (
    CODE_LENGTH,
    CityTier,
    DistributorStatus,
    DistributorTier,
    OperatingMode,
    OutletStatus,
    StoreClass,
)
from portal.spreadsheets import ColumnSpec, Words

MODES = {
    OperatingMode.DIRECT: Words("Direct", "直营", ("自营", "直营店", "owned")),
    OperatingMode.FRANCHISE: Words("Franchise", "加盟", ("特许", "加盟店", "franchised")),
    OperatingMode.FRANCHISE_RUN_BY_US: Words("Franchise run by us", "加盟直营化", ("托管", "managed franchise")),
    OperatingMode.JOINT: Words("Joint venture", "联营", ("合营", "联营店", "joint")),
    OperatingMode.CONSIGNMENT: Words("Consignment", "代销", ("寄售", "代理", "代销点")),
}
TIERS = {
    CityTier.FIRST: Words("First-tier city", "一线", ("一线城市", "1线", "first tier", "tier 1")),
    CityTier.SECOND: Words("Second-tier city", "二线", ("二线城市", "2线", "second tier", "tier 2")),
    CityTier.THIRD: Words("Third-tier city", "三线", ("三线城市", "3线", "third tier", "tier 3")),
}
CLASSES = {
    StoreClass.A: Words("Class A", "A类", ("A级", "A类店")),
    StoreClass.B: Words("Class B", "B类", ("B级", "B类店")),
    StoreClass.C: Words("Class C", "C类", ("C级", "C类店")),
}
RANKS = {
    DistributorTier.PREFECTURE_GENERAL: Words(
        "Prefecture general distributor", "地级总经销商", ("总经销商", "总代理", "地级总代", "prefecture")
    ),
    DistributorTier.COUNTY: Words("County distributor", "县级经销商", ("县级代理", "县级", "county level")),
}
OUTLET_STATES = {
    OutletStatus.CANDIDATE: Words("Candidate", "候选", ("意向", "拟建")),
    OutletStatus.SURVEYED: Words("Surveyed", "已踏勘", ("已考察", "踏勘")),
    OutletStatus.APPLIED: Words("Applied", "已申请", ("申请中",)),
    OutletStatus.IN_REVIEW: Words("In review", "审核中", ("评审中", "审批中")),
    OutletStatus.APPROVED: Words("Approved", "已批准", ("已审批", "批准")),
    OutletStatus.OPENING: Words("Opening", "筹建中", ("建设中", "筹备中", "筹建", "在建")),
    OutletStatus.OPEN: Words("Open", "营业", ("开业", "已开业", "在营", "营业中", "正常", "正常营业", "active")),
    OutletStatus.WATCH: Words("On watch", "观察", ("观察期", "观察中", "预警")),
    OutletStatus.SUSPENDED: Words("Suspended", "停业", ("暂停", "暂停营业", "停业整改", "整改")),
    OutletStatus.EXITED: Words("Exited", "退网", ("已退网", "退出", "关闭", "已关闭", "撤店", "closed")),
    OutletStatus.DROPPED: Words("Dropped", "放弃", ("已放弃", "取消")),
}
DISTRIBUTOR_STATES = {
    DistributorStatus.ACTIVE: Words("Active", "正常", ("有效", "合作中", "在网", "营业", "open")),
    DistributorStatus.SUSPENDED: Words("Suspended", "暂停", ("停业", "暂停合作", "整改")),
    DistributorStatus.EXITED: Words("Exited", "退网", ("已退网", "退出", "终止", "终止合作", "关闭", "closed")),
}


def _words(choices: Mapping[Any, Words]) -> dict[str, Words]:
    """By the text that is stored."""
    return {member.value: words for member, words in choices.items()}


PLACE_COLUMNS = (
    ColumnSpec("province", Words("Province", "省", ("省份", "省级", "省市", "省市自治区")), max_length=60,
               example="四川省"),
    ColumnSpec("prefecture", Words("Prefecture", "市", ("city", "地市", "地级市", "城市", "市州", "地区", "所在城市",
               "prefecture city")), max_length=60, example="成都市"),
    ColumnSpec("county", Words("County", "区县", ("县", "县区", "县市区", "区", "区市县", "district", "所在区县",
               "county district")), max_length=60, example="武侯区"),
    ColumnSpec("address", Words("Address", "地址", ("详细地址", "店址", "经营地址", "门店地址", "拟建店地址",
               "street address")), max_length=300, example="人民南路四段1号"),
    ColumnSpec("lng", Words("Longitude", "经度", ("lon", "long", "坐标经度", "x")), kind="longitude",
               example="104.06650"),
    ColumnSpec("lat", Words("Latitude", "纬度", ("坐标纬度", "y")), kind="latitude", example="30.65980"),
    ColumnSpec("city_tier", Words("City tier", "城市级别", ("城市等级", "城市分级", "tier of city")), kind="choice",
               choices=_words(TIERS), example="三线"),
)  # fmt: skip
CONTACT_COLUMNS = (
    ColumnSpec("contact", Words("Contact", "联系人", ("负责人", "店长", "contact person", "contact name")),
               max_length=80, example=None),
    ColumnSpec("phone", Words("Phone", "电话", ("联系电话", "手机", "手机号", "联系方式", "telephone", "mobile")),
               kind="code", max_length=40),
    ColumnSpec("email", Words("E-mail", "邮箱", ("电子邮箱", "电子邮件", "mail")), max_length=254),
)  # fmt: skip
# Known, so that nobody has to explain them; they fill nothing (`checking` says so once).
UNKEPT_COLUMNS = (
    ColumnSpec("sales_area", Words("Sales area", "大区", ("片区", "所属大区", "销售大区", "所属片区", "区域", "area",
               "region"))),
    ColumnSpec("sub_area", Words("Sub-area code", "小区代码", ("小区", "小区编码", "sub area"))),
)  # fmt: skip
_STATUS_ON = ColumnSpec(
    "status_on", Words("In this status since", "状态日期", ("状态变更日期", "status date", "status since")), kind="date"
)
_OPENED_ON = Words("Opened on", "开业日期", ("开业时间", "入网日期", "建店日期", "加入日期", "opening date", "opened"))
_EXITED_ON = Words("Exited on", "退网日期", ("退网时间", "退出日期", "关闭日期", "exit date", "closed on"))

DISTRIBUTORS = (
    ColumnSpec("code", Words("Distributor code", "经销商代码", ("经销商编码", "经销商编号", "dealer code", "代码", "编码",
               "编号")), kind="code", required=True, max_length=CODE_LENGTH, example="D0001"),
    ColumnSpec("name", Words("Distributor name", "经销商名称", ("经销商", "公司名称", "单位名称", "名称", "dealer name",
               "company")), required=True, max_length=160, example="成都兴达农机有限公司"),
    ColumnSpec("name_en", Words("English name", "英文名称", ("英文名", "name english")), max_length=160),
    *PLACE_COLUMNS,
    ColumnSpec("rank", Words("Level", "层级", ("经销商层级", "经销商级别", "tier", "rank")), kind="choice", choices=_words(RANKS)),
    ColumnSpec("mode", Words("Operating mode", "经营模式", ("经营方式", "经营形式")), kind="choice", choices=_words(MODES)),
    ColumnSpec("status", Words("Status", "状态", ("经营状态", "在网状态")), kind="choice", choices=_words(DISTRIBUTOR_STATES)),
    _STATUS_ON,
    ColumnSpec("opened_on", _OPENED_ON, kind="date", example="2024-03-01"),
    ColumnSpec("exited_on", _EXITED_ON, kind="date"),
    ColumnSpec("parent", Words("Parent distributor", "上级经销商", ("上级经销商代码", "上级经销商编码", "上级代码", "上级",
               "parent code", "parent")), max_length=200),
    ColumnSpec("credit_code", Words("Unified social credit code", "统一社会信用代码", ("信用代码", "营业执照号",
               "credit code")), kind="code", max_length=40),
    ColumnSpec("legal_representative", Words("Legal representative", "法定代表人", ("法人", "法人代表")), max_length=80),
    *CONTACT_COLUMNS,
    *UNKEPT_COLUMNS,
)  # fmt: skip
OUTLETS = (
    ColumnSpec("code", Words("Outlet code", "网点编码", ("网点代码", "网点编号", "门店编码", "门店代码", "店铺代码", "店代码",
               "store code", "shop code", "代码", "编码", "编号")), kind="code", required=True, max_length=CODE_LENGTH,
               example="SC0001"),
    ColumnSpec("name", Words("Outlet name", "网点名称", ("网点", "门店名称", "店名", "店铺名称", "名称", "store name",
               "shop name")), required=True, max_length=160, example="武侯兴达农机店"),
    ColumnSpec("name_en", Words("English name", "英文名称", ("英文名", "name english")), max_length=160),
    ColumnSpec("distributor", Words("Distributor code", "经销商代码", ("经销商编码", "经销商编号", "所属经销商代码",
               "上级经销商代码", "dealer code", "parent code")), max_length=200, example="D0001"),
    ColumnSpec("distributor_name", Words("Distributor name", "经销商名称", ("经销商", "所属经销商", "一级经销商", "上级经销商",
               "上级", "dealer", "dealer name", "parent")), max_length=200),
    *PLACE_COLUMNS,
    ColumnSpec("store_class", Words("Class", "类别", ("网点类别", "店面等级", "网点等级", "等级", "级别", "store class",
               "grade")), kind="choice", choices=_words(CLASSES)),
    ColumnSpec("mode", Words("Operating mode", "经营模式", ("经营方式", "经营形式")), kind="choice", choices=_words(MODES)),
    ColumnSpec("status", Words("Status", "状态", ("网点状态", "经营状态", "在网状态")), kind="choice",
               choices=_words(OUTLET_STATES)),
    _STATUS_ON,
    ColumnSpec("opened_on", _OPENED_ON, kind="date", example="2024-03-01"),
    ColumnSpec("exited_on", _EXITED_ON, kind="date"),
    ColumnSpec("floor_area_sqm", Words("Floor area (m²)", "面积", ("营业面积", "店面面积", "建筑面积", "floor area",
               "area sqm")), kind="integer", minimum=0, maximum=1_000_000),
    ColumnSpec("staff", Words("Staff", "人员", ("员工数", "人数", "员工人数", "headcount")), kind="integer", minimum=0,
               maximum=100_000),
    *CONTACT_COLUMNS,
    *UNKEPT_COLUMNS,
)  # fmt: skip
# An outlet's distributor may be given by code or by name; one of the two columns must be there.
DISTRIBUTOR_FIELDS = ("distributor", "distributor_name")
SPECS = {ImportKind.DISTRIBUTORS: DISTRIBUTORS, ImportKind.OUTLETS: OUTLETS}
_NOT_IN_TEMPLATES = frozenset(spec.field for spec in UNKEPT_COLUMNS)


def specs_of(kind: ImportKind) -> tuple[ColumnSpec, ...]:
    """Every column that a list of this kind may have."""
    return SPECS[kind]


def template_specs(kind: ImportKind) -> tuple[ColumnSpec, ...]:
    """The columns of the template."""
    shown = (spec for spec in SPECS[kind] if spec.field not in _NOT_IN_TEMPLATES and spec.field != "distributor_name")
    return tuple(replace(spec, required=True) if spec.field == "distributor" else spec for spec in shown)
