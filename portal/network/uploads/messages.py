"""The sentences of the import's own rules: rule → {"en", "zh"}. The place (row, column, cell) is put in front."""

# ruff: noqa: E501  (Chinese characters count double)

from __future__ import annotations

from portal.network.uploads.messages_places import AREA_MESSAGES, POINT_MESSAGES, REGION_MESSAGES

CODE_MESSAGES = {
    "code_twice": {
        "en": "The code “{value}” is already on row {first}. Give each row a code of its own, or delete one of the two.",
        "zh": "编码“{value}”在第{first}行已出现。请为每行填写各自的编码，或删除其中一行。",
    },
    "outlet_code_taken": {
        "en": "An outlet with the code “{value}” is in the network already. Leave the row out and change that outlet on its "
        "own page, or give this one another code.",
        "zh": "网络中已有编码为“{value}”的网点。请删除此行并在该网点页面修改，或更换编码。",
    },
    "distributor_code_taken": {
        "en": "A distributor with the code “{value}” is in the network already. Leave the row out and change that "
        "distributor on its own page, or give this one another code.",
        "zh": "网络中已有编码为“{value}”的经销商。请删除此行并在该经销商页面修改，或更换编码。",
    },
    "code_missing": {"en": "There is no code. Give each row one.", "zh": "缺少编码。请为每行填写编码。"},
    "code_too_long": {
        "en": "“{value}” is longer than 40 characters. Shorten the code.",
        "zh": "“{value}”超过40个字符。请缩短编码。",
    },
    "code_reserved": {
        "en": "“{value}” is a word the portal uses itself. Choose another code.",
        "zh": "“{value}”是系统保留的词。请换一个编码。",
    },
    "code_characters": {
        "en": "“{value}” has signs that a code cannot have. Use letters, digits, hyphen, underscore and full stop only, "
        "without blanks.",
        "zh": "“{value}”含有编码不允许的字符。只能使用文字、数字、连字符、下划线和点，中间不能有空格。",
    },
    "stray_quotes": {
        "en": "“{value}” has a stray quotation mark; it was read as “{used}”. Check that this is right.",
        "zh": "“{value}”含有多余的引号，已按“{used}”读取。请核对。",
    },
    "name_in_both_scripts": {
        "en": "“{value}” holds a Chinese and an English name; they were read as “{zh}” and “{en}”. If this is not right, put "
        "the English one into the column “English name”.",
        "zh": "“{value}”同时写了中文名和英文名，已分别读取为“{zh}”和“{en}”。如不正确，请把英文名填入“英文名称”列。",
    },
    "contact_incomplete": {
        "en": "“{value}” alone makes no contact: a name and a phone number or e-mail address are needed. Nothing was read; "
        "fill in the rest or leave it out.",
        "zh": "只有“{value}”不能建立联系人：需要姓名，以及电话或邮箱。该联系人未读取，请补全或留空。",
    },
    "credit_code_length": {
        "en": "A unified social credit code has 18 characters; “{value}” has another number. Copy it from the licence.",
        "zh": "统一社会信用代码应为18位，“{value}”位数不符。请按营业执照填写。",
    },
    "credit_code_signs": {
        "en": "“{value}” has signs that no unified social credit code has: only digits and capitals but I, O, S, V, Z. Copy "
        "it from the licence.",
        "zh": "“{value}”含有统一社会信用代码不使用的字符（只用数字和除 I、O、S、V、Z 以外的大写字母）。请按营业执照填写。",
    },
    "credit_code_checksum": {
        "en": "The last character of “{value}” does not fit the rest. Compare it with the licence.",
        "zh": "“{value}”的校验位不符。请与营业执照核对。",
    },
}
OWNER_MESSAGES = {
    "distributor_missing": {
        "en": "There is no distributor. Give the code of the distributor to which the outlet belongs.",
        "zh": "缺少经销商。请填写该网点所属经销商的代码。",
    },
    "distributor_unknown": {
        "en": "No distributor has the code or name “{value}”. Correct it, or import the distributors first.",
        "zh": "没有代码或名称为“{value}”的经销商。请更正，或先导入经销商。",
    },
    "distributor_not_active": {
        "en": "The distributor {value} has exited and takes no new outlets. Name the one that took over, or give the "
        "outlet's status as exited.",
        "zh": "经销商{value}已退网，不能再有新网点。请填写接手的经销商，或将网点状态填为退网。",
    },
    "distributor_name_differs": {
        "en": "The distributor {code} is called “{name}”, not “{value}”. The code has decided; check that it is right.",
        "zh": "代码{code}对应的经销商是“{name}”，不是“{value}”。已按代码读取，请核对。",
    },
    "parent_unknown": {
        "en": "No distributor, in the network or in this file, has the code or name “{value}”. Correct it or leave it empty.",
        "zh": "网络和本文件中都没有代码或名称为“{value}”的经销商。请更正或留空。",
    },
    "parent_is_itself": {
        "en": "The chain of parents from “{value}” leads back to this row: a distributor cannot stand above itself. Choose "
        "another parent.",
        "zh": "从“{value}”往上又回到本行：经销商不能是自己的上级。请更换上级。",
    },
}
LIFE_MESSAGES = {
    "day_in_future": {
        "en": "{value} lies in the future (today is {today}). Give the day on which it happened; for an outlet that is still "
        "to open, give a status such as approved or opening.",
        "zh": "{value}是将来的日期（今天是{today}）。请填写实际发生的日期；尚未开业的网点请填写“已批准”“筹建中”等状态。",
    },
    "days_reversed": {
        "en": "The exit on {value} is before the opening on {opened}. Correct one of the two days.",
        "zh": "退网日期{value}早于开业日期{opened}。请更正其中一个日期。",
    },
    "exit_day_but_open": {
        "en": "There is an exit day ({value}), but the status says that it has not exited. Remove the day, or write exited "
        "as the status.",
        "zh": "填写了退网日期（{value}），但状态不是退网。请删除日期，或将状态改为退网。",
    },
    "exit_day_missing": {
        "en": "The status is exited, but there is no exit day; {today} is used. Fill in the day if it is known.",
        "zh": "状态为退网但没有退网日期，已按{today}处理。如知道日期请填写。",
    },
    "outlets_status_assumed": {
        "en": "There is no column for the status, so every outlet is imported as open. Add the column “Status” if some are "
        "not.",
        "zh": "没有“状态”列，所有网点都按“营业”导入。如有例外，请增加“状态”列。",
    },
    "distributors_status_assumed": {
        "en": "There is no column for the status, so every distributor is imported as active. Add the column “Status” if "
        "some are not.",
        "zh": "没有“状态”列，所有经销商都按“正常”导入。如有例外，请增加“状态”列。",
    },
}
BATCH_MESSAGES = {
    "already_imported": {
        "en": "This very file was imported on {on} (import {batch}, {count} rows). Nothing was imported again; upload a file "
        "with the new rows only.",
        "zh": "该文件已于{on}导入（导入编号{batch}，{count}行），未重复导入。请上传只含新增行的文件。",
    },
    "changed_meanwhile": {
        "en": "While the file was being imported, somebody else changed the network: a code was taken, or a distributor "
        "removed. Nothing was imported; check the file again.",
        "zh": "导入过程中网络数据被他人更改（编码被占用或经销商被删除），未导入任何行。请重新检查文件。",
    },
}
MESSAGES = {
    **CODE_MESSAGES,
    **OWNER_MESSAGES,
    **LIFE_MESSAGES,
    **POINT_MESSAGES,
    **REGION_MESSAGES,
    **AREA_MESSAGES,
    **BATCH_MESSAGES,
}
