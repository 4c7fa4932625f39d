"""Short names of the rules about files, headers and cells, for lists and filters: rule → {"en", "zh"}."""

from collections.abc import Mapping

TITLES = {
    "code_is_date": {"en": "Code turned into a date", "zh": "编码被变成日期"},
    "stray_blanks": {"en": "Stray blanks", "zh": "多余空格"},
    "invisible_characters": {"en": "Invisible characters", "zh": "不可见字符"},
    "full_width": {"en": "Full-width characters", "zh": "全角字符"},
    "not_coordinate": {"en": "Not a coordinate", "zh": "不是坐标"},
    "coordinate_pair": {"en": "Two numbers in one cell", "zh": "一个单元格两个数"},
    "longitude_out_of_range": {"en": "Longitude out of range", "zh": "经度超出范围"},
    "latitude_out_of_range": {"en": "Latitude out of range", "zh": "纬度超出范围"},
    "missing_column": {"en": "Column missing", "zh": "缺少列"},
    "duplicate_column": {"en": "Column twice", "zh": "列重复"},
    "unknown_column": {"en": "Column not read", "zh": "列未读取"},
    "mapping_unknown_column": {"en": "Mapped column not found", "zh": "指定的列不存在"},
    "mapping_unknown_field": {"en": "Mapped field not found", "zh": "指定的字段不存在"},
    "title_skipped": {"en": "Title above the header", "zh": "表头上方的标题"},
    "total_skipped": {"en": "Total row left out", "zh": "合计行未读取"},
    "hidden_rows": {"en": "Hidden rows", "zh": "隐藏的行"},
    "hidden_columns": {"en": "Hidden columns", "zh": "隐藏的列"},
    "hidden_sheet": {"en": "Hidden sheet", "zh": "隐藏的工作表"},
    "sheet_chosen": {"en": "One sheet of several read", "zh": "只读取一个工作表"},
    "csv_encoding": {"en": "Encoding of the file", "zh": "文件编码"},
    "too_many_rows": {"en": "Too many rows", "zh": "行数过多"},
    "too_many_columns": {"en": "Too many columns", "zh": "列数过多"},
    "no_rows": {"en": "No rows", "zh": "没有数据行"},
    "merged_filled": {"en": "Merged cells", "zh": "合并单元格"},
    "merged_across": {"en": "Cells merged across", "zh": "横向合并单元格"},
    "merged_number": {"en": "Merged number", "zh": "合并的数字"},
    "required": {"en": "Required cell empty", "zh": "必填项为空"},
    "cell_error": {"en": "Error of a formula", "zh": "公式错误"},
    "formula_empty": {"en": "Formula without result", "zh": "公式没有结果"},
    "too_long": {"en": "Too long", "zh": "内容过长"},
    "digits_lost": {"en": "Digits lost", "zh": "末尾数字丢失"},
    "not_number": {"en": "Not a number", "zh": "不是数字"},
    "not_whole": {"en": "Not a whole number", "zh": "不是整数"},
    "separators_unclear": {"en": "Separators unclear", "zh": "分隔符不明"},
    "below_minimum": {"en": "Too small", "zh": "数值过小"},
    "above_maximum": {"en": "Too large", "zh": "数值过大"},
    "number_is_date": {"en": "Number turned into a date", "zh": "数字被变成日期"},
    "is_boolean": {"en": "True or false", "zh": "逻辑值"},
    "not_date": {"en": "Not a date", "zh": "不是日期"},
    "date_ambiguous": {"en": "Day or month unclear", "zh": "日期有歧义"},
    "date_without_year": {"en": "Year missing", "zh": "缺少年份"},
    "date_out_of_range": {"en": "Year out of range", "zh": "年份超出范围"},
    "date_from_serial": {"en": "Date from a day number", "zh": "由序号读取的日期"},
    "time_dropped": {"en": "Time of day left out", "zh": "时刻未读取"},
    "not_choice": {"en": "Not one of the choices", "zh": "不在可选值内"},
    "not_month": {"en": "Not a month", "zh": "不是月份"},
    "month_without_year": {"en": "Year of the month missing", "zh": "月份缺少年份"},
    "month_as_decimal": {"en": "Month stored as a decimal", "zh": "月份被存为小数"},
    "too_many_places": {"en": "Too many decimal places", "zh": "小数位过多"},
    "formulas_without_values": {"en": "Formulas without results", "zh": "公式没有结果"},
    "csv_quotes": {"en": "Quotation marks do not match", "zh": "引号不成对"},
    "more_findings": {"en": "More findings", "zh": "更多问题"},
}


def name_of(rule: str, language: str, titles: Mapping[str, Mapping[str, str]]) -> str:
    """The rule's name in "en" or "zh_Hans" by a room's titles; its code where it has none."""
    known = titles.get(rule)
    return known["zh" if language.startswith("zh") else "en"] if known else rule.replace("_", " ")
