"""The report: one shape for pages and scripts, two languages, kept as JSON."""

from __future__ import annotations

import string

import pytest

from portal.spreadsheets import MESSAGES, Layout, Refused, Report, render
from portal.spreadsheets.findings import cell_name, column_letters, refuse, shown

OWN = {
    "code_twice": {
        "en": "“{value}” is already on row {first}. Give each outlet its own code.",
        "zh": "“{value}”与第{first}行重复。请为每个网点填写各自的编码。",
    }
}
LAYOUT = Layout("dealers.xlsx", "网点", 3, {"code": (2, "她的列")})


def report_with_a_double() -> Report:
    report = Report(OWN)
    report.layout = LAYOUT
    report.rows = 2
    report.error("code_twice", row=7, field="code", value="SC001", first=4)
    return report


def test_the_public_shape() -> None:
    assert report_with_a_double().as_dict("en") == {
        "rows": 2,
        "imported": 0,
        "errors": [
            {
                "row": 7,
                "column": "她的列",
                "value": "SC001",
                "rule": "code_twice",
                "message": "Row 7, column “她的列” (C7): “SC001” is already on row 4. Give each outlet its own code.",
            }
        ],
        "warnings": [],
    }


def test_the_same_in_chinese_with_the_sheet_where_there_are_several() -> None:
    report = report_with_a_double()
    report.layout = Layout("dealers.xlsx", "网点", 3, LAYOUT.columns, is_one_of_many=True)
    message = report.as_dict("zh_Hans")["errors"][0]["message"]
    assert message == "工作表“网点”第7行“她的列”列（C7）：“SC001”与第4行重复。请为每个网点填写各自的编码。"


def test_findings_come_in_the_order_of_rows() -> None:
    report = report_with_a_double()
    report.error("required", row=5, field="code")
    report.error("no_cells")
    assert [finding.row for finding in report.findings("en")[0]] == [None, 5, 7]
    assert report.error_rows() == {5, 7}


def test_a_report_survives_its_job_row() -> None:
    report = report_with_a_double()
    report.warn("stray_blanks", row=6, field="code", value=" A ", used="A")
    report.refuse(refuse("too_many_rows", row=9, limit=3))
    again = Report.load(report.dump(), OWN)
    for locale in ("en", "zh"):
        assert again.as_dict(locale) == report.as_dict(locale)


def test_a_hopeless_file_does_not_fill_the_memory() -> None:
    report = report_with_a_double()
    report.errors.most = 3
    for row in range(8, 13):
        report.error("required", row=row, field="code")
    again = Report.load(report.dump(), OWN)
    errors = again.as_dict("en")["errors"]
    assert [error["rule"] for error in errors] == ["code_twice", "required", "required", "more_findings"]
    assert errors[-1]["message"].startswith("3 more findings are not listed; 3 are.")


def test_a_refusal_is_an_exception_with_its_rules() -> None:
    with pytest.raises(Refused, match="no_cells"):
        raise refuse("no_cells")


def fields_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("rule", sorted(MESSAGES))
def test_both_languages_say_the_same_and_name_a_remedy(rule: str) -> None:
    english, chinese = MESSAGES[rule]["en"], MESSAGES[rule]["zh"]
    assert fields_of(english) == fields_of(chinese)
    assert english.count(".") + english.count(";") >= 1
    assert english.endswith((".", "}."))
    assert chinese.endswith(("。", "}。"))
    assert english.isascii() or all(char in "“”…–−—年月日" or char.isascii() for char in english)


def test_unknown_locales_are_english() -> None:
    assert render("no_cells", "fr", {}) == MESSAGES["no_cells"]["en"]


def test_what_a_sentence_quotes_is_one_short_line() -> None:
    assert shown("a\nb\x00c") == "a b c"
    assert shown("x" * 200) == "x" * 79 + "…"
    assert shown(5.0) == "5"
    assert shown(None) == ""


def test_cell_addresses() -> None:
    assert [column_letters(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert cell_name(7, 2) == "C7"
