"""Sentences about one cell's value."""

# ruff: noqa: E501  (Chinese characters count double)

CELL_MESSAGES = {
    "required": {
        "en": "This cell is empty, but a value is required. Fill it in.",
        "zh": "该单元格为空，此项必填。请填写。",
    },
    "cell_error": {
        "en": "The formula in this cell gives the error {value}. Correct the formula, or write the value itself.",
        "zh": "该单元格的公式结果为错误值{value}。请修正公式，或直接填写数值。",
    },
    "formula_empty": {
        "en": "This cell holds a formula whose result was never saved. Open the file in Excel or WPS and save it, or write "
        "the value itself.",
        "zh": "该单元格的公式没有保存计算结果。请用 Excel 或 WPS 打开并保存，或直接填写数值。",
    },
    # text and codes
    "too_long": {
        "en": "“{value}” has {length} characters, the limit is {limit}. Shorten it.",
        "zh": "“{value}”有{length}个字符，超过上限{limit}。请缩短。",
    },
    "stray_blanks": {
        "en": "“{value}” has stray blanks; it was read as “{used}”. Check that this is right.",
        "zh": "“{value}”含有多余空格，已按“{used}”读取。请核对。",
    },
    "invisible_characters": {
        "en": "“{value}” holds invisible characters; it was read as “{used}”. Type it anew if this is not right.",
        "zh": "“{value}”含有不可见字符，已按“{used}”读取。如不正确请重新输入。",
    },
    "full_width": {
        "en": "“{value}” is written with full-width characters; it was read as “{used}”. Check that this is right.",
        "zh": "“{value}”含有全角字符，已按“{used}”读取。请核对。",
    },
    "digits_lost": {
        "en": "“{value}” is a number with more than 15 digits or in scientific notation: the spreadsheet has already lost "
        "its last digits. Format the column as Text and type the value anew.",
        "zh": "“{value}”超过15位数字或为科学计数法，表格软件已丢失末尾数字。请将该列设为“文本”格式后重新输入。",
    },
    "code_is_date": {
        "en": "The spreadsheet has turned this code into the date {value}. Format the column as Text and type the code "
        "anew.",
        "zh": "表格软件已把该编码变成日期{value}。请将该列设为“文本”格式后重新输入编码。",
    },
    # numbers
    "not_number": {
        "en": "“{value}” is not a number. Write digits only, for example 1200 or 1,200.50, without units or words.",
        "zh": "“{value}”不是数字。请只填写数字，例如1200或1,200.50，不要带单位或文字。",
    },
    "separators_unclear": {
        "en": "In “{value}” it is not clear whether the comma or point separates thousands or decimals. Write 1234.5 or "
        "1,234.5.",
        "zh": "“{value}”中的逗号或点无法判断是千位分隔还是小数点。请写成1234.5或1,234.5。",
    },
    "not_whole": {
        "en": "“{value}” is not a whole number. Write it without decimals, for example 12.",
        "zh": "“{value}”不是整数。请填写不带小数的整数，例如12。",
    },
    "too_many_places": {
        "en": "“{value}” has more than {limit} decimal places. Round it to {limit}.",
        "zh": "“{value}”的小数超过{limit}位。请四舍五入到{limit}位。",
    },
    "below_minimum": {
        "en": "{value} is below the smallest value allowed, {limit}. Correct it.",
        "zh": "{value}小于允许的最小值{limit}。请更正。",
    },
    "above_maximum": {
        "en": "{value} is above the largest value allowed, {limit}. Correct it.",
        "zh": "{value}大于允许的最大值{limit}。请更正。",
    },
    "number_is_date": {
        "en": "A number is expected here, but the cell holds the date {value}. Format the column as Number and type the "
        "number anew.",
        "zh": "此处应为数字，但单元格内容是日期{value}。请将该列设为“数值”格式后重新输入。",
    },
    "is_boolean": {
        "en": "The cell holds {value} (true or false), which is not allowed here. Write the value itself.",
        "zh": "该单元格的内容是逻辑值{value}，此处不允许。请填写实际的值。",
    },
    # dates and months
    "not_date": {
        "en": "“{value}” is not a date. Write year, month and day, for example 2026-08-01 or 2026年8月1日.",
        "zh": "“{value}”不是日期。请按年、月、日填写，例如2026-08-01或2026年8月1日。",
    },
    "date_ambiguous": {
        "en": "In “{value}” it is not clear which number is the day and which the month. Write the year first: 2026-08-01.",
        "zh": "“{value}”中无法判断哪个是日、哪个是月。请先写年份：2026-08-01。",
    },
    "date_without_year": {
        "en": "“{value}” lacks the year. Write it in full, for example 2026-08-01.",
        "zh": "“{value}”缺少年份。请写完整日期，例如2026-08-01。",
    },
    "date_out_of_range": {
        "en": "{value} is outside the years 1900 to 2100. Check the year.",
        "zh": "{value}不在1900年至2100年之间。请检查年份。",
    },
    "date_from_serial": {
        "en": "“{value}” was read as the date {used} (a spreadsheet's day number). Check that this is right.",
        "zh": "“{value}”已按表格日期序号读取为{used}。请核对。",
    },
    "time_dropped": {
        "en": "“{value}” has a time of day; only the day {used} was read.",
        "zh": "“{value}”带有时刻，只读取了日期{used}。",
    },
    "not_month": {
        "en": "“{value}” is not a month. Write year and month, for example 2026-08 or 2026年8月.",
        "zh": "“{value}”不是月份。请按年、月填写，例如2026-08或2026年8月。",
    },
    "month_without_year": {
        "en": "“{value}” names a month without its year. Write both, for example 2026-08.",
        "zh": "“{value}”只有月份没有年份。请写全，例如2026-08。",
    },
    "month_as_decimal": {
        "en": "“{value}” is stored as a decimal number, so October and January look alike. Write 2026-10 as text.",
        "zh": "“{value}”被存为小数，无法区分1月和10月。请按文本填写，例如2026-10。",
    },
    # choices
    "not_choice": {
        "en": "“{value}” is not one of the values allowed. Choose one of: {allowed}.",
        "zh": "“{value}”不在允许的取值内。请从以下选项中选择：{allowed}。",
    },
    # coordinates
    "not_coordinate": {
        "en": "“{value}” is not a coordinate. Write decimal degrees, for example 104.0657.",
        "zh": "“{value}”不是坐标。请填写十进制度数，例如104.0657。",
    },
    "coordinate_pair": {
        "en": "“{value}” holds two numbers in one cell. Put the longitude and the latitude into a column each.",
        "zh": "“{value}”在一个单元格里写了两个数。请将经度和纬度分别填入各自的列。",
    },
    "longitude_out_of_range": {
        "en": "The longitude {value} is outside −180 to 180. Write decimal degrees, for example 104.0657.",
        "zh": "经度{value}不在−180至180之间。请填写十进制度数，例如104.0657。",
    },
    "latitude_out_of_range": {
        "en": "The latitude {value} is outside −90 to 90. Check whether longitude and latitude were swapped.",
        "zh": "纬度{value}不在−90至90之间。请检查经度和纬度是否填反。",
    },
}
