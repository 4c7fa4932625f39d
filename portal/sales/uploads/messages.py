"""The sentences of the room's own rules about files: rule → {"en", "zh"}. The place (sheet, row, column) is put in front."""

# ruff: noqa: E501  (Chinese characters count double)

from __future__ import annotations

FILE_MESSAGES = {
    "period_differs": {
        "en": "The file is for {value}, but you chose {month}. Upload it for its own month, or correct the period above the list.",
        "zh": "文件的报表期间是{value}，而您选择的是{month}。请按文件所属月份上传，或更正表头上方的期间。",
    },
    "distributor_differs": {
        "en": "The file is for the distributor “{value}”, not for {code} {name}. Upload the file of this distributor, or correct the code above the list.",
        "zh": "文件填写的经销商是“{value}”，不是{code} {name}。请上传本经销商的文件，或更正表头上方的编码。",
    },
    "version_differs": {
        "en": "The template's version is “{value}”, expected is {expected}: it was made for another month, another distributor or an older form. Download the template anew and copy your figures over.",
        "zh": "模板版本是“{value}”，应为{expected}：该模板属于其他月份、其他经销商或旧版表格。请重新下载模板，把数据复制过去。",
    },
    "currency_differs": {
        "en": "The currency is “{value}”, but amounts are kept in yuan (CNY). Convert the amounts and write CNY.",
        "zh": "币种是“{value}”，系统金额以人民币元（CNY）记账。请换算金额并填写 CNY。",
    },
    "as_of_outside": {
        "en": "The as-of date {value} is neither in {month} nor in the month after. Correct it.",
        "zh": "截止日{value}不在{month}或其次月内。请更正。",
    },
    "amount_in_wan": {
        "en": "The header “{value}” says that the amounts are in units of 10,000 yuan. Convert them to yuan (multiply by 10,000) and rename the column to “金额（元）”.",
        "zh": "表头“{value}”表示金额以万元为单位。请换算成元（乘以10000），并把表头改为“金额（元）”。",
    },
    "column_missing_model": {
        "en": "There is no column for the model. Add one with the model's code or name (“Model code” or “Model”), or say which of your columns it is.",
        "zh": "缺少车型列。请增加“车型编码”或“车型”列，或指定对应的列。",
    },
    "no_list": {
        "en": "No list of sales was recognised: a header with the columns model, retail and closing stock is needed, or date and model for details. Compare with the template.",
        "zh": "没有识别出销售报表：需要含有车型、本期零售、期末库存的表头（明细需要销售日期和车型）。请对照模板。",
    },
    "already_imported": {
        "en": "This very file was imported on {on} (import {batch}, {count} rows). Nothing was imported again; change the figures in the report itself, or upload a corrected file.",
        "zh": "该文件已于{on}导入（导入编号{batch}，{count}行），未重复导入。请直接在报表中修改，或上传更正后的文件。",
    },
    "changed_meanwhile": {
        "en": "While the file waited, outlets or models of its rows were changed. Nothing was imported; check the file again.",
        "zh": "等待导入期间，文件涉及的网点或车型发生了变化，未导入任何行。请重新检查文件。",
    },
    "period_closed": {
        "en": "The month {month} is closed, so its report takes no more figures. Propose an amendment in the report instead.",
        "zh": "{month}已锁定，报表不再接受数据。请在报表中提出更正申请。",
    },
    "report_not_with_you": {
        "en": "The report of {month} has been handed in and takes no figures now. Ask for it to be returned, then upload the file.",
        "zh": "{month}的报表已提交，目前不能再写入数据。请先申请退回，再上传文件。",
    },
}
PLACE_MESSAGES = {
    "outlet_unknown": {
        "en": "None of your outlets has the code or name “{value}”. Choose one from the template's list; for your own store and warehouse write your own code.",
        "zh": "贵公司没有编码或名称为“{value}”的网点。请从模板的下拉列表中选择；本部门店和仓库请填本公司编码。",
    },
    "outlet_not_in_month": {
        "en": "The outlet {value} was not open in {month}. Correct the code, or remove the row.",
        "zh": "网点{value}在{month}没有营业。请更正编码或删除此行。",
    },
    "outlet_name_differs": {
        "en": "The outlet {code} is called “{name}”, not “{value}”. The code has decided; check that it is right.",
        "zh": "编码{code}对应的网点是“{name}”，不是“{value}”。已按编码读取，请核对。",
    },
    "outlet_empty_is_own": {
        "en": "Rows that name no outlet were read as your own store and warehouse: {count}, the first is row {first}. Fill in the outlet where that is not meant.",
        "zh": "没有填写网点的行已按本部门店和仓库读取：共{count}行，首行为第{first}行。如不是，请补填网点。",
    },
    "model_missing": {
        "en": "The row names no model. Fill in its code.",
        "zh": "该行没有填写车型。请填写车型编码。",
    },
    "model_unknown": {
        "en": "No model has the code or name “{value}”, or several have that name. Choose one from the template's list.",
        "zh": "没有编码或名称为“{value}”的车型，或有多个同名车型。请从模板的下拉列表中选择。",
    },
    "model_not_in_month": {
        "en": "The model {value} was not on sale in {month}, and none was left in stock. Correct the code, or remove the row.",
        "zh": "车型{value}在{month}不在售，也没有上月库存。请更正编码或删除此行。",
    },
    "place_not_in_month": {
        "en": "The model {value} has ended in {month}, and this outlet had none left in stock. Correct the row, or remove it.",
        "zh": "车型{value}在{month}已停售，该网点也没有上月库存。请更正或删除此行。",
    },
    "model_name_differs": {
        "en": "The model {code} is called “{name}”, not “{value}”. The code has decided; check that it is right.",
        "zh": "编码{code}对应的车型是“{name}”，不是“{value}”。已按编码读取，请核对。",
    },
    "row_of_other_month": {
        "en": "The row is of {value}, but the report is of {month}. Remove the rows of other months.",
        "zh": "该行属于{value}，而报表期间是{month}。请删除其他月份的行。",
    },
    "row_of_other_distributor": {
        "en": "The row is of the distributor “{value}”, not of {code}. Remove the rows of other distributors.",
        "zh": "该行属于经销商“{value}”，不是{code}。请删除其他经销商的行。",
    },
}
LINE_MESSAGES = {
    "line_twice": {
        "en": "This outlet and model stand on row {first} already. Add the two rows up into one.",
        "zh": "该网点和车型在第{first}行已填写。请合并成一行。",
    },
    "aged_over_closing": {
        "en": "{value} units are older than 90 days, but the closing stock is only {closing}. Correct one of the two.",
        "zh": "库龄超过90天的有{value}台，但期末库存只有{closing}台。请更正其中一个。",
    },
    "stock_equation": {
        "en": "The closing stock {value} differs from the other figures of the row, which lead to {expected} ({difference}). Correct it, or write the reason into the column “Reason”.",
        "zh": "期末库存{value}与其他数字推算的{expected}不符（相差{difference}）。请更正，或在“差异原因”列说明。",
    },
    "opening_differs": {
        "en": "The opening stock {value} differs from last month's closing stock, {last}. Correct it, or write the reason into the column “Reason”.",
        "zh": "期初库存{value}与上月期末库存{last}不符。请更正，或在“差异原因”列说明。",
    },
    "count_differs": {
        "en": "Counted were {value}, but the closing stock is {closing}. Correct it, or write the reason into the column “Reason”.",
        "zh": "盘点库存{value}与期末库存{closing}不符。请更正，或在“差异原因”列说明。",
    },
    "sell_through_of_outlet": {
        "en": "An outlet sells to customers: the {value} units of sell-through are kept but not counted as leaving its stock. Move them to “Retail”, or to your own line.",
        "zh": "网点面向客户销售，此处填写的批发{value}台会保存，但不计为出库。请填到“本期零售”，或填到本部的行。",
    },
    "details_differ": {
        "en": "Retail is {value}, but the details of this outlet and model add up to {sold}. Check the two.",
        "zh": "本期零售为{value}，而该网点该车型的销售明细合计为{sold}。请核对。",
    },
    "empty_as_zero": {
        "en": "Empty cells were read as 0 in the columns: {names}. Fill in the figures that are not 0.",
        "zh": "以下各列的空单元格按0读取：{names}。不为0的请补填。",
    },
    "empty_as_opening": {
        "en": "Empty cells of this column were read as last month's closing stock: {count}, the first on row {first}. Check them.",
        "zh": "该列的空单元格按上月期末库存读取：共{count}个，首个在第{first}行。请核对。",
    },
    "columns_absent_zero": {
        "en": "The file has no columns for: {names}. 0 was used. Add a column if there is anything to report in it.",
        "zh": "文件没有以下各列，均按0处理：{names}。如有数据请增加相应的列。",
    },
    "column_absent_opening": {
        "en": "The file has no column “Opening stock”; last month's closing stock was used. Check it before you hand the report in.",
        "zh": "文件没有“期初库存”列，已按上月期末库存处理。提交前请核对。",
    },
    "lines_untouched": {
        "en": "Rows without figures were left out: {count}, the first is row {first}. Their lines in the report stay as they are; fill them in if anything has moved.",
        "zh": "没有填写数字的行未读取：共{count}行，首行为第{first}行。报表中的对应行保持不变，如有变动请填写。",
    },
}
DETAIL_MESSAGES = {
    "day_outside_month": {
        "en": "{value} does not lie in {month}, the month of the report. Correct the date, or report the sale in its own month.",
        "zh": "{value}不在报表期间{month}内。请更正日期，或在所属月份的报表中填报。",
    },
    "units_zero": {
        "en": "0 units are no sale. Write the number of units, or remove the row.",
        "zh": "数量为0不是销售。请填写台数或删除此行。",
    },
    "units_empty": {
        "en": "Empty cells of this column were read as 1 unit: {count}, the first on row {first}. Fill in the figure where it is another.",
        "zh": "该列的空单元格按1台读取：共{count}个，首个在第{first}行。不是1台的请补填。",
    },
    "units_absent": {
        "en": "The file has no column for the units: each row was read as 1 unit.",
        "zh": "文件没有“数量”列，每行均按1台读取。",
    },
    "serial_of_many": {
        "en": "The serial number {serial} stands for one unit, but the row has {units}. Write one row for each unit.",
        "zh": "序列号{serial}只对应一台，但该行数量为{units}。请每台填写一行。",
    },
    "amount_sign": {
        "en": "The amount {value} and the units {units} have different signs. A return has both negative, a sale both positive.",
        "zh": "金额{value}与数量{units}的正负不一致。退货两者均为负，销售两者均为正。",
    },
    "original_month_later": {
        "en": "A return cannot take back a sale of {value}, which is later than the report. Correct the month.",
        "zh": "退货不能对应报表期间之后（{value}）的销售。请更正月份。",
    },
    "original_month_of_sale": {
        "en": "The month of the sale taken back ({value}) belongs to returns, but the units are positive. Check the sign.",
        "zh": "“原销售月份”（{value}）用于退货，但数量为正。请核对正负号。",
    },
    "serial_twice": {
        "en": "The serial number {value} stands on row {first} already. Each unit is sold once: correct or remove one of the two.",
        "zh": "序列号{value}在第{first}行已填写。每台只能销售一次，请更正或删除其中一行。",
    },
    "serial_letters": {
        "en": "“{value}” has an I, O or Q, which no VIN has; 1 or 0 is probably meant. Compare it with the plate.",
        "zh": "“{value}”含有字母 I、O 或 Q，车架号不使用这些字母，可能应为1或0。请与铭牌核对。",
    },
    "serial_shape": {
        "en": "“{value}” does not look like a VIN or serial number. It was kept; compare it with the plate.",
        "zh": "“{value}”不像车架号或序列号，已保存。请与铭牌核对。",
    },
    "serial_reported": {
        "en": "The serial number {value} has been reported as sold before. It will be asked about; check that it is right.",
        "zh": "序列号{value}此前已被填报为售出，提交后会要求说明。请核对。",
    },
    "county_unknown": {
        "en": "No county is called “{value}”. Write its full name, or its code of six digits.",
        "zh": "没有名为“{value}”的区县。请填写全称或六位代码。",
    },
    "county_ambiguous": {
        "en": "Several counties are called “{value}”: {names}. Write the prefecture in front.",
        "zh": "有多个区县名为“{value}”：{names}。请在前面写上地市。",
    },
    "variant_unknown": {
        "en": "There is no variant with the code “{value}”. Correct it, or leave the cell empty.",
        "zh": "没有编码为“{value}”的配置。请更正或留空。",
    },
    "variant_of_other_model": {
        "en": "The variant “{value}” belongs to another model than the one on this row. Correct one of the two.",
        "zh": "配置“{value}”不属于该行的车型。请更正其中一个。",
    },
    "personal_not_read": {
        "en": "This column looks like personal data of customers. It was not read and is not kept in the report; remove it from the files that you upload.",
        "zh": "该列疑似客户个人信息，未读取，也不会保存到报表。请从上传的文件中删除该列。",
    },
}
MESSAGES = {**FILE_MESSAGES, **PLACE_MESSAGES, **LINE_MESSAGES, **DETAIL_MESSAGES}
