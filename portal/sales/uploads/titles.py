"""Short names of the rules that a file can break, for lists and filters: rule → {"en", "zh"}."""

from __future__ import annotations

from portal.spreadsheets.titles import TITLES as SHEET_TITLES
from portal.spreadsheets.titles import name_of

TITLES = {
    # the file as a whole
    "period_differs": {"en": "Another month", "zh": "报表期间不符"},
    "distributor_differs": {"en": "Another distributor", "zh": "经销商不符"},
    "version_differs": {"en": "Template of another version", "zh": "模板版本不符"},
    "currency_differs": {"en": "Another currency", "zh": "币种不符"},
    "as_of_outside": {"en": "As-of date outside the month", "zh": "截止日不在期间内"},
    "amount_in_wan": {"en": "Amounts in 10,000 yuan", "zh": "金额单位为万元"},
    "column_missing_model": {"en": "Column of the model missing", "zh": "缺少车型列"},
    "no_list": {"en": "No list recognised", "zh": "未识别出报表"},
    "already_imported": {"en": "Imported before", "zh": "已导入过"},
    "changed_meanwhile": {"en": "Changed meanwhile", "zh": "期间数据有变"},
    "period_closed": {"en": "Month closed", "zh": "月份已锁定"},
    "report_not_with_you": {"en": "Report handed in", "zh": "报表已提交"},
    # outlets and models
    "outlet_unknown": {"en": "Unknown outlet", "zh": "网点不存在"},
    "outlet_not_in_month": {"en": "Outlet not open", "zh": "网点未营业"},
    "outlet_name_differs": {"en": "Outlet's name differs", "zh": "网点名称不一致"},
    "outlet_empty_is_own": {"en": "Rows without an outlet", "zh": "未填网点的行"},
    "model_missing": {"en": "Model missing", "zh": "缺少车型"},
    "model_unknown": {"en": "Unknown model", "zh": "车型不存在"},
    "model_not_in_month": {"en": "Model not on sale", "zh": "车型不在售"},
    "place_not_in_month": {"en": "Ended model without stock", "zh": "停售车型无库存"},
    "model_name_differs": {"en": "Model's name differs", "zh": "车型名称不一致"},
    "row_of_other_month": {"en": "Row of another month", "zh": "其他月份的行"},
    "row_of_other_distributor": {"en": "Row of another distributor", "zh": "其他经销商的行"},
    # lines
    "line_twice": {"en": "Outlet and model twice", "zh": "网点车型重复"},
    "aged_over_closing": {"en": "Old stock above closing stock", "zh": "库龄库存大于期末"},
    "stock_equation": {"en": "Stock does not add up", "zh": "进销存不平"},
    "opening_differs": {"en": "Opening differs from last closing", "zh": "期初与上月期末不符"},
    "count_differs": {"en": "Count differs from closing", "zh": "盘点与期末不符"},
    "sell_through_of_outlet": {"en": "Sell-through of an outlet", "zh": "网点填了批发"},
    "details_differ": {"en": "Details differ from retail", "zh": "明细与零售不符"},
    "empty_as_zero": {"en": "Empty cells read as 0", "zh": "空单元格按0读取"},
    "empty_as_opening": {"en": "Empty opening stock", "zh": "期初为空"},
    "columns_absent_zero": {"en": "Columns absent, 0 used", "zh": "缺列按0处理"},
    "column_absent_opening": {"en": "No column of opening stock", "zh": "没有期初列"},
    "lines_untouched": {"en": "Rows not filled in", "zh": "未填写的行"},
    # details
    "day_outside_month": {"en": "Date outside the month", "zh": "日期不在期间内"},
    "units_zero": {"en": "Zero units", "zh": "数量为0"},
    "units_empty": {"en": "Empty units read as 1", "zh": "数量为空按1台"},
    "units_absent": {"en": "No column of units", "zh": "没有数量列"},
    "serial_of_many": {"en": "One serial, many units", "zh": "一个序列号多台"},
    "amount_sign": {"en": "Signs differ", "zh": "正负不一致"},
    "original_month_later": {"en": "Sale taken back is later", "zh": "原销售月份过晚"},
    "original_month_of_sale": {"en": "Month of a return on a sale", "zh": "销售填了原月份"},
    "serial_twice": {"en": "Serial number twice", "zh": "序列号重复"},
    "serial_letters": {"en": "VIN with I, O or Q", "zh": "车架号含 I、O、Q"},
    "serial_shape": {"en": "Unusual serial number", "zh": "序列号格式异常"},
    "serial_reported": {"en": "Serial number reported before", "zh": "序列号此前已填报"},
    "county_unknown": {"en": "Unknown county", "zh": "区县不存在"},
    "county_ambiguous": {"en": "Several counties of that name", "zh": "区县同名"},
    "variant_unknown": {"en": "Unknown variant", "zh": "配置不存在"},
    "variant_of_other_model": {"en": "Variant of another model", "zh": "配置与车型不符"},
    "personal_not_read": {"en": "Personal data not read", "zh": "个人信息未读取"},
    **SHEET_TITLES,
}


def title_of(rule: str, language: str) -> str:
    """The rule's name in "en" or "zh_Hans"; its code where it has none."""
    return name_of(rule, language, TITLES)
