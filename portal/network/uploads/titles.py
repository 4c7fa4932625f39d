"""Short names of the rules that a file can break, for lists and filters: rule → {"en", "zh"}."""

from __future__ import annotations

from portal.spreadsheets.titles import TITLES as SHEET_TITLES
from portal.spreadsheets.titles import name_of

TITLES = {
    # codes, names, owners
    "code_twice": {"en": "Code twice in the file", "zh": "编码在文件中重复"},
    "outlet_code_taken": {"en": "Outlet in the network already", "zh": "网点已存在"},
    "distributor_code_taken": {"en": "Distributor in the network already", "zh": "经销商已存在"},
    "code_missing": {"en": "Code missing", "zh": "缺少编码"},
    "code_too_long": {"en": "Code too long", "zh": "编码过长"},
    "code_reserved": {"en": "Code reserved", "zh": "编码为保留词"},
    "code_characters": {"en": "Signs not allowed in a code", "zh": "编码含有不允许的字符"},
    "stray_quotes": {"en": "Stray quotation mark", "zh": "多余的引号"},
    "name_in_both_scripts": {"en": "Chinese and English name in one cell", "zh": "中英文名写在一起"},
    "contact_incomplete": {"en": "Incomplete contact", "zh": "联系人不完整"},
    "credit_code_length": {"en": "Credit code: wrong length", "zh": "信用代码位数不符"},
    "credit_code_signs": {"en": "Credit code: wrong signs", "zh": "信用代码含有无效字符"},
    "credit_code_checksum": {"en": "Credit code: wrong check sign", "zh": "信用代码校验位不符"},
    "distributor_missing": {"en": "Distributor missing", "zh": "缺少经销商"},
    "distributor_unknown": {"en": "Unknown distributor", "zh": "经销商不存在"},
    "distributor_not_active": {"en": "Distributor has exited", "zh": "经销商已退网"},
    "distributor_name_differs": {"en": "Distributor's name differs", "zh": "经销商名称不一致"},
    "parent_unknown": {"en": "Unknown parent", "zh": "上级经销商不存在"},
    "parent_is_itself": {"en": "Parent leads back to itself", "zh": "上级关系循环"},
    # life
    "day_in_future": {"en": "Day in the future", "zh": "日期在将来"},
    "days_reversed": {"en": "Exit before opening", "zh": "退网早于开业"},
    "exit_day_but_open": {"en": "Exit day, but not exited", "zh": "有退网日期但状态不是退网"},
    "exit_day_missing": {"en": "Exit day missing", "zh": "缺少退网日期"},
    "outlets_status_assumed": {"en": "Status assumed", "zh": "状态按默认值"},
    "distributors_status_assumed": {"en": "Status assumed", "zh": "状态按默认值"},
    # points
    "coordinates_swapped": {"en": "Longitude and latitude swapped", "zh": "经纬度填反"},
    "columns_swapped": {"en": "Columns of longitude and latitude swapped", "zh": "经纬度两列填反"},
    "coordinates_incomplete": {"en": "Half a point", "zh": "坐标不完整"},
    "coordinates_zero": {"en": "Coordinates are zero", "zh": "坐标为零"},
    "coordinates_out_of_range": {"en": "Coordinates beyond the globe", "zh": "坐标超出范围"},
    "coordinates_not_a_number": {"en": "Coordinates are no numbers", "zh": "坐标不是数字"},
    "coordinates_outside": {"en": "Outside China", "zh": "不在中国境内"},
    "coordinates_missing": {"en": "No coordinates", "zh": "没有坐标"},
    "place_missing": {"en": "No coordinates and no region", "zh": "没有坐标和行政区"},
    "no_coordinate_columns": {"en": "No columns for coordinates", "zh": "没有坐标列"},
    "shared_point": {"en": "Same point as other rows", "zh": "多行坐标相同"},
    "likely_other_datum": {"en": "Probably another datum", "zh": "坐标系可能选错"},
    "header_names_other_datum": {"en": "Header names another datum", "zh": "表头写的是其他坐标系"},
    # regions and areas
    "outside_province": {"en": "Outside the stated province", "zh": "不在所填省份内"},
    "outside_prefecture": {"en": "Outside the stated prefecture", "zh": "不在所填地市内"},
    "outside_county": {"en": "Outside the stated county", "zh": "不在所填区县内"},
    "nowhere": {"en": "In no county", "zh": "不在任何区县内"},
    "nowhere_but_stated": {"en": "In no county", "zh": "不在任何区县内"},
    "region_unknown": {"en": "Unknown region", "zh": "行政区不存在"},
    "region_elsewhere": {"en": "Region lies elsewhere", "zh": "行政区不在所填上级内"},
    "region_ambiguous": {"en": "Several regions of that name", "zh": "行政区同名"},
    "region_settled": {"en": "Several regions of that name, settled by the point", "zh": "行政区同名，已按坐标确定"},
    "boundaries_not_built": {"en": "No boundaries built", "zh": "未生成边界"},
    "regions_not_loaded": {"en": "No regions loaded", "zh": "未载入行政区"},
    "area_unknown": {"en": "Unknown sales area", "zh": "片区不存在"},
    "area_differs": {"en": "Sales area differs", "zh": "片区不一致"},
    "sub_area_not_kept": {"en": "Sub-area not kept", "zh": "小区代码未保存"},
    # the import as a whole
    "already_imported": {"en": "Imported before", "zh": "已导入过"},
    "changed_meanwhile": {"en": "Network changed meanwhile", "zh": "期间网络有变"},
    **SHEET_TITLES,
}  # fmt: skip


def title_of(rule: str, language: str) -> str:
    """The rule's name in "en" or "zh_Hans"; its code where it has none."""
    return name_of(rule, language, TITLES)
