"""The empty file that users fill in: a list with drop-downs and instructions, made from the specs of the import."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from portal.spreadsheets.columns import ColumnSpec, Words
from portal.spreadsheets.export import Look, cell_style, clean_text, write_cell
from portal.spreadsheets.messages import language
from portal.spreadsheets.sheets import OWN_SHEETS

VALIDATED_ROWS = 5_000
"""Rows below the header that get drop-downs."""
_LIST = Words(OWN_SHEETS["list"]["en"], OWN_SHEETS["list"]["zh"])
_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LOOKS: dict[str, Look] = {"code": "text", "text": "text", "choice": "text", "integer": "integer", "money": "decimal",
                           "date": "date", "month": "month"}  # fmt: skip
_WORDS = {
    "column": {"en": "Column", "zh": "列"},
    "required": {"en": "Required", "zh": "必填"},
    "contents": {"en": "What goes here", "zh": "填写内容"},
    "allowed": {"en": "Allowed values", "zh": "可选值"},
    "example": {"en": "Example", "zh": "示例"},
    "yes": {"en": "yes", "zh": "是"},
    "no": {"en": "no", "zh": "否"},
    "bad_choice_title": {"en": "Not in the list", "zh": "不在选项中"},
    "bad_choice": {"en": "Choose one of the values in the list.", "zh": "请从下拉列表中选择。"},
    "intro": {
        "en": "Fill in the sheet “{list}”, one row for each entry, below its header. Columns marked * are required. Do "
        "not rename the columns. Then upload this file.",
        "zh": "请在工作表“{list}”的表头下方逐行填写，带 * 的列为必填，请勿修改表头。填写完成后上传本文件。",
    },
}
_KINDS = {
    "text": {"en": "Text", "zh": "文本"},
    "code": {"en": "Code, as text", "zh": "编码（文本格式）"},
    "integer": {"en": "Whole number", "zh": "整数"},
    "decimal": {"en": "Number", "zh": "数字"},
    "money": {"en": "Yuan, with at most 2 decimals", "zh": "金额（元），最多两位小数"},
    "date": {"en": "Date, for example 2026-08-01", "zh": "日期，例如2026-08-01"},
    "month": {"en": "Month, for example 2026-08", "zh": "月份，例如2026-08"},
    "choice": {"en": "One of the allowed values", "zh": "从可选值中选择"},
    "longitude": {"en": "Degrees, for example 104.0657", "zh": "十进制度数，例如104.0657"},
    "latitude": {"en": "Degrees, for example 30.6595", "zh": "十进制度数，例如30.6595"},
}


@dataclass(frozen=True, slots=True)
class TemplateList:
    """One list of a template: a sheet of its own."""

    specs: Sequence[ColumnSpec]
    name: Words = _LIST
    rows: Iterable[Sequence[Any]] = ()
    """Filled in beforehand, in the order of the specs."""
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Field -> values of a drop-down, for fields whose values are the user's own, such as their outlets."""
    block: Sequence[Sequence[tuple[str, Any]]] = ()
    """Rows of (label, value) above the list."""
    required: frozenset[str] = frozenset()
    """Fields that are marked as required though their specs are not."""

    def is_required(self, spec: ColumnSpec) -> bool:
        """Whether the column is marked."""
        return spec.required or spec.field in self.required

    @property
    def header_row(self) -> int:
        """0-based."""
        return len(self.block) + 1 if self.block else 0


def write_template(
    specs: Iterable[ColumnSpec],
    locale: str,
    file: BinaryIO | Path | str,
    *,
    rows: Iterable[Sequence[Any]] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write the template of one list; `rows` and `choices` as in a `TemplateList`."""
    write_book_template([TemplateList(tuple(specs), rows=rows, choices=choices or {})], locale, file)


def write_book_template(lists: Sequence[TemplateList], locale: str, file: BinaryIO | Path | str) -> None:
    """Write a template of several lists, with instructions and the values of the drop-downs on sheets of their own."""
    target = str(file) if isinstance(file, Path) else file
    lang = language(locale)
    with xlsxwriter.Workbook(target, _OPTIONS) as book:
        sheets = [book.add_worksheet(each.name.named(lang)) for each in lists]
        instructions = book.add_worksheet(OWN_SHEETS["instructions"][lang])
        values = book.add_worksheet(OWN_SHEETS["choices"][lang])
        values.hide()
        first = 0
        for sheet, each in zip(sheets, lists, strict=True):
            count = _write_list(book, sheet, each, lang)
            _write_dropdowns(sheet, values, each, lang, first, count)
            first += len(each.specs)
        _write_instructions(book, instructions, lists, lang)


def _write_list(book: xlsxwriter.Workbook, sheet: Worksheet, of: TemplateList, lang: str) -> int:
    """Returns the number of rows that were filled in."""
    styles = [cell_style(book, _LOOKS.get(spec.kind, "general")) for spec in of.specs]
    required = _header_format(book, "#1f3a5f", "#ffffff")
    optional = _header_format(book, "#e7edf5", "#1f3a5f")
    _write_block(book, sheet, of)
    for index, spec in enumerate(of.specs):
        is_required = of.is_required(spec)
        title = spec.names.named(lang) + (" *" if is_required else "")
        wide = 30 if spec.field in of.choices else 14
        sheet.set_column(index, index, max(wide, len(title) * (2 if lang == "zh" else 1) + 4), styles[index])
        sheet.write_string(of.header_row, index, title, required if is_required else optional)
    sheet.freeze_panes(of.header_row + 1, 0)
    count = 0
    for count, cells in enumerate(of.rows, 1):
        for index, value in enumerate(cells):
            write_cell(sheet, of.header_row + count, index, value, styles[index])
    return count


def _write_block(book: xlsxwriter.Workbook, sheet: Worksheet, of: TemplateList) -> None:
    label, plain = book.add_format({"bold": True, "font_color": "#1f3a5f"}), book.add_format({"num_format": "@"})
    for row, pairs in enumerate(of.block):
        for at, (text, value) in enumerate(pairs):
            sheet.write_string(row, at * 2, clean_text(text), label)
            if value is not None:
                write_cell(sheet, row, at * 2 + 1, value, plain)


def _header_format(book: xlsxwriter.Workbook, background: str, colour: str) -> Format:
    return book.add_format(
        {"bold": True, "bg_color": background, "font_color": colour, "text_wrap": True, "valign": "top"}
    )


def _write_dropdowns(sheet: Worksheet, lists: Worksheet, of: TemplateList, lang: str, first: int, count: int) -> None:
    """`first`: the column of the values' sheet from which on this list's are written."""
    top = of.header_row + 1
    for index, spec in enumerate(of.specs):
        values = of.choices.get(spec.field) or [words.named(lang) for words in spec.choices.values()]
        if not values:
            continue
        for row, value in enumerate(values):
            lists.write_string(row, first + index, clean_text(value))
        letters = _letters(first + index)
        source = f"='{lists.get_name()}'!{letters}$1:{letters}${len(values)}"
        sheet.data_validation(top, index, top + max(VALIDATED_ROWS, count + 1_000) - 1, index, {
            "validate": "list", "source": source, "error_title": _WORDS["bad_choice_title"][lang],
            "error_message": _WORDS["bad_choice"][lang],
        })  # fmt: skip


def _letters(index: int) -> str:
    return str(xlsxwriter.utility.xl_col_to_name(index, col_abs=True))


def _write_instructions(book: xlsxwriter.Workbook, sheet: Worksheet, lists: Sequence[TemplateList], lang: str) -> None:
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    bold = _header_format(book, "#e7edf5", "#1f3a5f")
    sheet.set_column(0, 0, 24, wrap)
    sheet.set_column(1, 1, 10, wrap)
    sheet.set_column(2, 4, 44, wrap)
    names = ("、" if lang == "zh" else ", ").join(each.name.named(lang) for each in lists)
    sheet.merge_range(0, 0, 0, 4, _WORDS["intro"][lang].format(list=names), wrap)
    sheet.set_row(0, 36)
    row = 2
    for each in lists:
        if len(lists) > 1:
            sheet.write_string(row, 0, each.name.named(lang), bold)
            row += 1
        row = _write_columns(sheet, each, lang, row, (wrap, bold)) + 1


def _write_columns(sheet: Worksheet, of: TemplateList, lang: str, row: int, styles: tuple[Format, Format]) -> int:
    """The columns of one list explained; returns the next row."""
    wrap, bold = styles
    for column, word in enumerate(("column", "required", "contents", "allowed", "example")):
        sheet.write_string(row, column, _WORDS[word][lang], bold)
    for number, spec in enumerate(of.specs, row + 1):
        for column, text in enumerate(_instruction(spec, lang, is_required=of.is_required(spec))):
            sheet.write_string(number, column, clean_text(text), wrap)
    return row + 1 + len(of.specs)


def _instruction(spec: ColumnSpec, lang: str, *, is_required: bool) -> tuple[str, ...]:
    contents = spec.hint.named(lang) if spec.hint else _KINDS[spec.kind][lang]
    allowed = ("、" if lang == "zh" else ", ").join(words.named(lang) for words in spec.choices.values())
    example = "" if spec.example is None else str(spec.example)
    return spec.names.named(lang), _WORDS["yes" if is_required else "no"][lang], contents, allowed, example
