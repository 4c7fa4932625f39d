"""Sentences about the file, its sheets and its header."""

# ruff: noqa: E501  (Chinese characters count double)

FILE_MESSAGES = {
    # the file as such
    "file_empty": {
        "en": "The file has 0 bytes. Save the list again as .xlsx and upload that file.",
        "zh": "文件大小为0字节。请重新将表格另存为 .xlsx 后上传。",
    },
    "file_too_big": {
        "en": "The file has {size} MB, the limit is {limit} MB. Remove pictures and unused sheets, or split the list.",
        "zh": "文件有{size}MB，超过上限{limit}MB。请删除图片和不用的工作表，或拆分成几个文件。",
    },
    "extension_not_allowed": {
        "en": "“{value}” does not end in .xlsx or .csv. Open it in Excel or WPS, choose Save as, Excel workbook (.xlsx).",
        "zh": "“{value}”不是 .xlsx 或 .csv 文件。请用 Excel 或 WPS 打开，另存为“Excel 工作簿（.xlsx）”后上传。",
    },
    "is_xls": {
        "en": "“{value}” is in the old Excel format (.xls). Open it, choose Save as, Excel workbook (.xlsx), upload that.",
        "zh": "“{value}”是旧版 Excel 格式（.xls）。请打开后另存为“Excel 工作簿（.xlsx）”再上传。",
    },
    "is_xlsb": {
        "en": "“{value}” is a binary workbook (.xlsb). Open it, choose Save as, Excel workbook (.xlsx), upload that.",
        "zh": "“{value}”是二进制工作簿（.xlsb）。请打开后另存为“Excel 工作簿（.xlsx）”再上传。",
    },
    "is_macro_workbook": {
        "en": "“{value}” is a macro workbook: it holds a program (VBA). Choose Save as, Excel workbook (.xlsx) without "
        "macros, upload that.",
        "zh": "“{value}”是启用宏的工作簿，内含程序（VBA）。请另存为不含宏的“Excel 工作簿（.xlsx）”再上传。",
    },
    "is_encrypted": {
        "en": "“{value}” is protected by a password and cannot be read. Remove the password (File, Info, Protect "
        "workbook), save and upload again.",
        "zh": "“{value}”设有打开密码，无法读取。请取消密码（文件→信息→保护工作簿）保存后再上传。",
    },
    "is_ods": {
        "en": "“{value}” is an OpenDocument spreadsheet (.ods). Choose Save as, Excel workbook (.xlsx), upload that.",
        "zh": "“{value}”是 OpenDocument 表格（.ods）。请另存为“Excel 工作簿（.xlsx）”再上传。",
    },
    "is_numbers": {
        "en": "“{value}” is an Apple Numbers file. Choose File, Export to, Excel (.xlsx), upload that.",
        "zh": "“{value}”是 Apple Numbers 文件。请选择“文件→导出为→Excel（.xlsx）”后上传。",
    },
    "is_document": {
        "en": "“{value}” is a {kind}, not a spreadsheet. Put the list into a workbook, one row per line, save as .xlsx.",
        "zh": "“{value}”是{kind}，不是电子表格。请把内容整理到表格中（每条一行），保存为 .xlsx 后上传。",
    },
    "is_html": {
        "en": "“{value}” is a web page that was saved or exported under a spreadsheet's name. Open it in Excel, choose "
        "Save as, Excel workbook (.xlsx), upload that.",
        "zh": "“{value}”实际是网页（HTML），只是用了表格的文件名。请用 Excel 打开后另存为“Excel 工作簿（.xlsx）”再上传。",
    },
    "is_not_workbook": {
        "en": "“{value}” is named .xlsx but is not an Excel workbook. Open it where it was made, save it as Excel "
        "workbook (.xlsx); a text list can be uploaded as .csv.",
        "zh": "“{value}”的扩展名是 .xlsx，但内容不是 Excel 工作簿。请在原软件中另存为“Excel 工作簿（.xlsx）”；"
        "若是文本请用 .csv 上传。",
    },
    "is_workbook_named_csv": {
        "en": "“{value}” is named .csv but is an Excel workbook. Rename it to end in .xlsx and upload again.",
        "zh": "“{value}”的扩展名是 .csv，但内容是 Excel 工作簿。请把扩展名改为 .xlsx 后再上传。",
    },
    "is_binary": {
        "en": "“{value}” is named .csv but holds binary data, not text. Save the list as .xlsx or as CSV UTF-8.",
        "zh": "“{value}”的扩展名是 .csv，但内容是二进制数据而不是文本。请另存为 .xlsx 或“CSV UTF-8”。",
    },
    "is_damaged": {
        "en": "The workbook is damaged or was only copied in part ({detail}). Open it in Excel or WPS, let it repair, "
        "save as .xlsx and upload again.",
        "zh": "工作簿已损坏或未完整复制（{detail}）。请用 Excel 或 WPS 打开并修复，另存为 .xlsx 后再上传。",
    },
    "too_many_parts": {
        "en": "The workbook consists of {parts} parts, the limit is {limit}. Copy the list into a new workbook and "
        "upload that.",
        "zh": "工作簿内含{parts}个部件，超过上限{limit}。请把表格复制到新的工作簿后上传。",
    },
    "unpacks_too_big": {
        "en": "The workbook unpacks to {size} MB, the limit is {limit} MB. Copy only the list (up to {rows} rows) into a "
        "new workbook and upload that.",
        "zh": "工作簿解压后有{size}MB，超过上限{limit}MB。请只把表格（不超过{rows}行）复制到新的工作簿后上传。",
    },
    "packed_suspiciously": {
        "en": "A part of the workbook (“{part}”) unpacks to {ratio} times its size, the limit is {limit} times: it looks "
        "like a decompression bomb. Copy the list into a new workbook and upload that.",
        "zh": "工作簿的部件“{part}”解压后膨胀{ratio}倍，超过上限{limit}倍，疑似压缩炸弹。请把表格复制到新的工作簿后上传。",
    },
    "has_entities": {
        "en": "A part of the workbook (“{part}”) declares XML entities, which no spreadsheet program writes and which are "
        "not read. Copy the list into a new workbook and upload that.",
        "zh": "工作簿的部件“{part}”中声明了 XML 实体，正常的表格软件不会生成，系统不予读取。请把表格复制到新的工作簿后上传。",
    },
    "needs_too_much_memory": {
        "en": "Reading the workbook takes more than {limit} MB of memory: it has too many cells, or a stray cell far "
        "below or to the right of the list. Copy only the list (up to {rows} rows and {columns} columns) into a new "
        "workbook and upload that.",
        "zh": "读取该工作簿所需内存超过{limit}MB：单元格过多，或在表格很远的下方、右侧有零散内容。请只把表格"
        "（不超过{rows}行、{columns}列）复制到新的工作簿后上传。",
    },
    "takes_too_long": {
        "en": "Reading the workbook took longer than {limit} seconds. Copy only the list into a new workbook, or save it "
        "as CSV UTF-8, and upload that.",
        "zh": "读取该工作簿超过{limit}秒。请只把表格复制到新的工作簿，或另存为“CSV UTF-8”后上传。",
    },
    "reader_failed": {
        "en": "The workbook could not be read ({detail}). Open it in Excel or WPS, save as .xlsx and upload again.",
        "zh": "无法读取该工作簿（{detail}）。请用 Excel 或 WPS 打开，另存为 .xlsx 后再上传。",
    },
    # csv
    "encoding_unknown": {
        "en": "The text is neither UTF-8 nor GB18030 nor UTF-16: the byte {value} cannot be read. Save the file as “CSV "
        "UTF-8” or as .xlsx.",
        "zh": "文本不是 UTF-8、GB18030 或 UTF-16 编码，字节{value}无法识别。请另存为“CSV UTF-8”或 .xlsx。",
    },
    "csv_encoding": {
        "en": "The file is not UTF-8 and was read as {encoding}. Check that the names look right; “CSV UTF-8” or .xlsx is "
        "safer.",
        "zh": "文件不是 UTF-8 编码，已按 {encoding} 读取。请核对名称是否正确；建议保存为“CSV UTF-8”或 .xlsx。",
    },
    "nul_bytes": {
        "en": "The text holds NUL bytes, which no spreadsheet program writes. Save the list again as CSV UTF-8 or .xlsx.",
        "zh": "文本中含有 NUL 字节，表格软件不会写出这种内容。请重新另存为“CSV UTF-8”或 .xlsx。",
    },
    "csv_quotes": {
        "en": 'A quotation mark is not closed or stands inside a quoted text ({detail}). Double the mark ("") or remove '
        "it, or save the list as .xlsx.",
        "zh": '引号没有成对，或引号内又出现引号（{detail}）。请把引号写成两个（""）或删除，或另存为 .xlsx。',
    },
    # sheets
    "sheet_not_found": {
        "en": "The workbook has no sheet “{value}”. It has: {sheets}. Choose one of these.",
        "zh": "工作簿中没有工作表“{value}”，现有：{sheets}。请从中选择。",
    },
    "no_cells": {
        "en": "There is no cell with content. Fill in the list below its header and upload again.",
        "zh": "表格中没有任何内容。请填写表头和数据后再上传。",
    },
    "no_rows": {
        "en": "There is a header but no row below it. Fill in at least one row and upload again.",
        "zh": "只有表头，下面没有数据行。请至少填写一行后再上传。",
    },
    "too_many_rows": {
        "en": "The list has more than {limit} rows, which is the limit. Split it into several files of up to {limit} rows.",
        "zh": "表格超过上限{limit}行。请拆分成几个文件，每个不超过{limit}行。",
    },
    "too_many_columns": {
        "en": "The row has content beyond column {limit}, which is the limit. Remove the columns that are not needed.",
        "zh": "该行在第{limit}列之后还有内容，超过列数上限{limit}。请删除不需要的列。",
    },
    "formulas_without_values": {
        "en": "{count} cells or more hold a formula whose result was never saved. Open the file in Excel or WPS, save it, "
        "upload again; or paste the results as values.",
        "zh": "至少有{count}个单元格的公式没有保存计算结果。请用 Excel 或 WPS 打开并保存后再上传，或将公式粘贴为数值。",
    },
    "sheet_chosen": {
        "en": "Only the sheet “{value}” was read, because its header fits best. Not read: {others}. Upload another sheet "
        "as a file of its own if it belongs to the list.",
        "zh": "只读取了表头最匹配的工作表“{value}”，未读取：{others}。其他工作表若也要导入，请单独保存后上传。",
    },
    "hidden_sheet": {
        "en": "The sheet “{value}” is hidden and was not read, though its header fits. Unhide it, or delete it.",
        "zh": "工作表“{value}”处于隐藏状态，虽然表头匹配但没有读取。请取消隐藏或删除。",
    },
    "hidden_rows": {
        "en": "{count} rows are hidden or filtered out (rows {value}); they were read all the same. Delete them if they do "
        "not belong to the list.",
        "zh": "有{count}行被隐藏或筛选掉（第{value}行），仍已读取。若不属于该表，请删除。",
    },
    "hidden_columns": {
        "en": "Columns {value} are hidden; they were read all the same. Delete them if they do not belong to the list.",
        "zh": "{value}列被隐藏，仍已读取。若不属于该表，请删除。",
    },
    # header
    "missing_column": {
        "en": "This column is required and no header fits. Add it, rename the right column to “{name}”, or say which of "
        "your columns it is: {unknown}.",
        "zh": "缺少必填列，没有匹配的表头。请增加该列，或把对应列的表头改为“{name}”，或指定对应关系；未识别的列：{unknown}。",
    },
    "duplicate_column": {
        "en": "The columns {value} all mean “{name}”. Keep one of them and rename or delete the others.",
        "zh": "{value}列都表示“{name}”。请只保留一列，其余改名或删除。",
    },
    "unknown_column": {
        "en": "No field has this header; the column was not read. Rename it, or say which field it is.",
        "zh": "没有与此表头对应的字段，该列未读取。请修改表头或指定对应字段。",
    },
    "mapping_unknown_column": {
        "en": "You said that the column “{value}” is {field}, but no header reads so. The headers are: {headers}.",
        "zh": "您指定了“{value}”列对应 {field}，但表头中没有这一列。现有表头：{headers}。",
    },
    "mapping_unknown_field": {
        "en": "You said that a column is the field “{value}”, but there is no such field. The fields are: {fields}.",
        "zh": "您指定的字段“{value}”不存在。可用字段：{fields}。",
    },
    "more_findings": {
        "en": "{left_out} more findings are not listed; {shown} are. Correct those first, then upload the file again.",
        "zh": "另有{left_out}条问题未列出，已列出{shown}条。请先更正已列出的问题，再重新上传。",
    },
    # rows that are no data
    "title_skipped": {
        "en": "This row stands above the header and was taken as a title: “{value}”. If it is data, move it below the "
        "header.",
        "zh": "该行在表头上方，已视为标题：“{value}”。若是数据，请移到表头下方。",
    },
    "total_skipped": {
        "en": "This row was taken as a total (“{value}”) and not as data. If it is data, write a proper code and name.",
        "zh": "该行以“{value}”开头，已视为合计行，未作为数据读取。若是数据，请填写正确的编码和名称。",
    },
    "merged_filled": {
        "en": "The cells {cells} are merged; “{value}” was used for each of these rows. Check that this is meant.",
        "zh": "单元格{cells}已合并，各行都按“{value}”读取。请核对是否正确。",
    },
    "merged_across": {
        "en": "The cells {cells} are merged; “{value}” was read in the first column only. Unmerge them and fill in each "
        "cell.",
        "zh": "单元格{cells}横向合并，“{value}”只计入第一列。请取消合并并分别填写。",
    },
    "merged_number": {
        "en": "The cells {cells} are merged, so it is not clear to which row “{value}” belongs. Unmerge them and fill in "
        "each row.",
        "zh": "单元格{cells}已合并，无法判断“{value}”属于哪一行。请取消合并并逐行填写。",
    },
}
