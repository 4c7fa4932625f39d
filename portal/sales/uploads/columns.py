"""The columns of a month's lines and details, and the labels above them, as people write them in both languages."""

# ruff: noqa: E501  (Chinese characters count double)

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from portal.sales.rules.serials import LONGEST as LONGEST_SERIAL
from portal.sales.rules.stock import MAX_FEN, MAX_UNITS
from portal.sales.rules.words import CustomerKind, SaleType
from portal.spreadsheets import ColumnSpec, Words

LINES, DETAILS = "lines", "details"
MAX_YUAN = Decimal(MAX_FEN) / 100
LONGEST_TEXT = 200
LONGEST_REASON = 500
LONGEST_CAMPAIGN = 80

CUSTOMER_KINDS = {
    CustomerKind.PRIVATE: Words("Private", "个人", ("私人", "个人用户", "农户", "individual", "person")),
    CustomerKind.COMPANY: Words("Company", "企业", ("公司", "单位", "企业用户", "合作社", "business")),
    CustomerKind.GOVERNMENT: Words("Government", "政府", ("政府机关", "机关", "事业单位", "公务", "public")),
    CustomerKind.TAXI: Words("Taxi", "出租", ("出租车", "网约车", "cab")),
    CustomerKind.RENTAL: Words("Rental", "租赁", ("租车", "租赁公司", "lease", "leasing")),
    CustomerKind.OTHER: Words("Other", "其他", ("其它",)),
}
SALE_TYPES = {
    SaleType.RETAIL: Words("Retail", "零售", ("普通零售", "门店零售", "展厅零售", "全款", "分期")),
    SaleType.KEY_ACCOUNT: Words("Key account", "大客户", ("集团客户", "团购", "批售", "fleet")),
    SaleType.DEALER: Words("To a dealer", "批发", ("二网批发", "分销", "同行", "dealer", "wholesale")),
    SaleType.DEMONSTRATOR: Words("Demonstrator", "试乘试驾", ("试驾车", "样车", "样机", "展车", "demo")),
    SaleType.ONLINE: Words("Online", "线上", ("网销", "电商", "直播", "internet")),
}


def _words(choices: Mapping[Any, Words]) -> dict[str, Words]:
    """By the text that is stored."""
    return {member.value: words for member, words in choices.items()}


def _units(name: str, words: Words, **more: Any) -> ColumnSpec:
    return ColumnSpec(name, words, kind="integer", minimum=0, maximum=MAX_UNITS, **more)


OUTLET = (
    ColumnSpec("outlet_code", Words("Outlet code", "网点编码", ("网点代码", "网点编号", "二网编码", "二网代码", "门店编码", "门店代码",
               "店代码", "store code", "shop code")), kind="code", max_length=LONGEST_TEXT,
               hint=Words("One of your outlets; your own code, or nothing, for your own store and warehouse",
                          "本公司下属网点；本部门店和仓库填本公司编码或留空")),
    ColumnSpec("outlet_name", Words("Outlet name", "网点名称", ("网点", "二网名称", "二级网点", "门店名称", "店名", "store name")), max_length=LONGEST_TEXT),
)  # fmt: skip
MODEL = (
    ColumnSpec("model_code", Words("Model code", "车型编码", ("车型代码", "产品编码", "机型编码", "物料编码", "型号编码", "product code")),
               kind="code", max_length=LONGEST_TEXT),
    ColumnSpec("model_name", Words("Model", "车型", ("车型名称", "型号", "机型", "产品", "产品名称", "品名", "model name", "product")),
               max_length=LONGEST_TEXT),
)  # fmt: skip
# A list of several months or distributors says on each row whose it is.
OF_ROW = (
    ColumnSpec("row_month", Words("Month", "月份", ("报表月份", "所属月份", "期间", "报表期间", "period")), kind="month"),
    ColumnSpec("row_distributor", Words("Distributor code", "经销商编码", ("经销商代码", "经销商编号", "一网编码", "dealer code")),
               kind="code", max_length=LONGEST_TEXT),
)  # fmt: skip
LINE_COLUMNS = (
    *OUTLET,
    *MODEL,
    _units("opening_stock", Words("Opening stock", "期初库存", ("期初", "月初库存", "上期结存", "上月结存", "上月库存", "opening"))),
    _units("sell_in", Words("Sell-in", "本期进货", ("进货", "本月进货", "入库", "采购", "采购入库", "提车", "purchases", "sell in"))),
    _units("transfers_in", Words("Transfers in", "调入", ("调拨入库", "调拨入", "本期调入", "transferred in"))),
    _units("transfers_out", Words("Transfers out", "调出", ("调拨出库", "调拨出", "本期调出", "transferred out"))),
    _units("in_transit", Words("In transit", "在途", ("在途库存", "在途数量", "transit"))),
    _units("sell_through", Words("Sell-through to outlets", "本期批发", ("批发", "本月批发", "批发出库", "分销", "sell through", "sell-through", "wholesale"))),
    _units("retail", Words("Retail", "本期零售", ("零售", "销售", "本期销售", "本月销售", "本月零售", "销量", "零售数量", "销售数量", "sell-out", "sell out", "sales"))),
    _units("returns_in", Words("Returns from customers", "客户退货", ("退货", "销售退货", "退货入库", "退回", "returns in", "returns"))),
    _units("returns_out", Words("Returns to the manufacturer", "退厂", ("退货出库", "采购退货", "退回厂家", "returns out"))),
    _units("closing_stock", Words("Closing stock", "期末库存", ("期末", "月末库存", "本期结存", "本月结存", "结存", "库存", "closing"))),
    _units("counted_stock", Words("Counted stock", "盘点库存", ("盘点", "实盘", "盘点数量", "实盘数", "stocktake"))),
    _units("aged_stock", Words("Stock older than 90 days", "库龄>90天", ("库龄90天以上", "库龄超90天", "90天以上库存", "长库龄", "超期库存", "aged stock", "stock >90 days"))),
    ColumnSpec("channel_price", Words("Channel price", "结算价", ("结算单价", "进货价", "price")), kind="money", minimum=0, maximum=MAX_YUAN),
    ColumnSpec("amount", Words("Amount", "金额", ("结算金额", "销售金额", "amount yuan")), kind="money", minimum=-MAX_YUAN, maximum=MAX_YUAN),
    ColumnSpec("reason", Words("Reason", "差异原因", ("原因", "备注", "说明", "remarks", "note", "reason for the difference")), max_length=LONGEST_REASON),
    *OF_ROW,
)  # fmt: skip
DETAIL_COLUMNS = (
    ColumnSpec("sold_on", Words("Date of sale", "销售日期", ("日期", "开票日期", "成交日期", "交车日期", "date", "sold on")), kind="date", required=True),
    *OUTLET,
    *MODEL,
    ColumnSpec("variant", Words("Variant code", "配置编码", ("配置代码", "配置", "variant")), kind="code", max_length=LONGEST_TEXT),
    ColumnSpec("units", Words("Units", "数量", ("台数", "销售数量", "销量", "台", "quantity", "qty")), kind="integer", minimum=-10_000, maximum=10_000,
               hint=Words("1 where it is empty; negative for a return", "留空按1台；退货填负数")),
    ColumnSpec("amount", Words("Amount", "金额", ("结算金额", "销售金额", "amount yuan")), kind="money", minimum=-MAX_YUAN, maximum=MAX_YUAN),
    ColumnSpec("serial", Words("Serial number or VIN", "VIN/序列号", ("VIN", "VIN码", "车架号", "底盘号", "序列号", "机号", "出厂编号", "整机编号", "serial", "serial number", "chassis number")),
               kind="code", max_length=LONGEST_SERIAL),
    ColumnSpec("customer_kind", Words("Kind of customer", "客户类型", ("客户类别", "客户性质", "用户类型", "customer kind", "customer type")), kind="choice", choices=_words(CUSTOMER_KINDS)),
    ColumnSpec("county", Words("County of use", "上牌/使用地区", ("上牌地区", "使用地区", "使用地", "上牌地", "地区", "区县", "县", "销售区域", "county", "place of use", "registered in")), max_length=LONGEST_TEXT,
               hint=Words("Name with its prefecture where it is not unique, or code", "区县名称（重名时写上地市）或代码")),
    ColumnSpec("sale_type", Words("Type of sale", "销售方式", ("销售类型", "销售形式", "sale type")), kind="choice", choices=_words(SALE_TYPES)),
    ColumnSpec("campaign", Words("Campaign", "活动", ("活动名称", "市场活动", "促销活动", "promotion")), max_length=LONGEST_CAMPAIGN),
    ColumnSpec("original_month", Words("Month of the sale taken back", "原销售月份", ("原销售期间", "退货原月份", "original month")), kind="month"),
    *OF_ROW,
)  # fmt: skip
# Known so that nobody has to explain them, and not read: no personal data is kept (`personal_not_read`).
PERSONAL = (
    ColumnSpec("customer_name", Words("Customer's name", "客户姓名", ("姓名", "客户名称", "客户", "用户姓名", "购车人", "customer name"))),
    ColumnSpec("customer_phone", Words("Customer's phone", "客户电话", ("联系电话", "手机号", "手机", "电话", "customer phone", "telephone"))),
    ColumnSpec("customer_id", Words("Identity card", "身份证号", ("身份证", "证件号码", "证件号", "id card"))),
    ColumnSpec("customer_address", Words("Customer's address", "客户地址", ("住址", "家庭住址", "customer address"))),
)  # fmt: skip
BLOCK = (
    ColumnSpec("title", Words("Monthly sales report", "月度进销存报表")),
    ColumnSpec("period", Words("Period", "报表期间", ("期间", "月份", "报表月份", "所属期间", "month")), kind="month"),
    ColumnSpec("distributor_code", Words("Distributor code", "经销商编码", ("经销商代码", "经销商编号", "dealer code")), kind="code", max_length=LONGEST_TEXT),
    ColumnSpec("distributor_name", Words("Distributor", "经销商名称", ("经销商", "填报单位", "单位名称", "公司名称", "distributor name", "dealer")), max_length=LONGEST_TEXT),
    ColumnSpec("reporter", Words("Reporter", "填报人", ("制表人", "制表", "经办人", "reported by")), max_length=80),
    ColumnSpec("phone", Words("Phone", "电话", ("联系电话", "填报人电话", "手机")), kind="code", max_length=40),
    ColumnSpec("as_of_on", Words("As of", "截止日", ("截止日期", "统计截止日", "as-of date")), kind="date"),
    ColumnSpec("currency", Words("Currency", "币种", ("货币",)), max_length=20),
    ColumnSpec("version", Words("Template version", "模板版本", ("version of the template",)), kind="code", max_length=80),
)  # fmt: skip
ESSENTIAL_QUANTITIES = ("closing_stock", "retail")


def parts_of(month: date) -> dict[str, tuple[ColumnSpec, ...]]:
    """The two lists; a month without its year is one of the report's year."""
    lines, details = (tuple(with_year(spec, month) for spec in specs) for specs in (LINE_COLUMNS, DETAIL_COLUMNS))
    return {LINES: lines, DETAILS: (*details, *PERSONAL)}


def with_year(spec: ColumnSpec, month: date) -> ColumnSpec:
    """The column, its months read as those of the report's year."""
    return replace(spec, year=month.year) if spec.kind == "month" else spec


def block_of(month: date) -> tuple[ColumnSpec, ...]:
    """The labels above a list."""
    return tuple(with_year(spec, month) for spec in BLOCK)
