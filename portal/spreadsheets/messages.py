"""The sentences, in both languages: rule -> {"en", "zh"}. Each says which rule was broken and what to do.

The place (sheet, row, column, cell) is put in front by `render_note`. A room adds its own rules in a dict of the
same shape; a template may use {value}, {column} and every param of the note.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from portal.spreadsheets.messages_cells import CELL_MESSAGES
from portal.spreadsheets.messages_files import FILE_MESSAGES

if TYPE_CHECKING:
    from portal.spreadsheets.findings import Layout, Note

Messages = Mapping[str, Mapping[str, str]]

MESSAGES: Messages = {**FILE_MESSAGES, **CELL_MESSAGES}


def language(locale: str) -> str:
    """ "zh" for zh, zh_Hans, zh-CN; "en" for everything else."""
    return "zh" if str(locale).lower().startswith("zh") else "en"


def localised(value: Any, locale: str) -> Any:
    """The param itself, or its form in this language when it is {"en": …, "zh": …}."""
    if isinstance(value, Mapping) and "en" in value and "zh" in value:
        return value[language(locale)]
    return value


def render(rule: str, locale: str, params: Mapping[str, Any], messages: Messages | None = None) -> str:
    """The sentence of a rule without its place. KeyError when no table has the rule or a param is missing."""
    template = (messages or {}).get(rule) or MESSAGES[rule]
    return template[language(locale)].format(**{key: localised(value, locale) for key, value in params.items()})


def render_note(
    note: "Note", layout: "Layout | None", place: tuple[str, str], locale: str, messages: Messages | None = None
) -> str:
    """Place and sentence; `place` is (header as written, cell address), either may be empty."""
    params = {"value": note.value, "column": place[0], **note.params}
    return _place(note.row, layout, place, locale) + render(note.rule, locale, params, messages)


def _place(row: int | None, layout: "Layout | None", place: tuple[str, str], locale: str) -> str:
    parts = _place_zh(row, *place) if language(locale) == "zh" else _place_en(row, *place)
    sheet = layout.sheet if layout and layout.is_one_of_many else ""
    if language(locale) == "zh":
        text = (f"工作表“{sheet}”" if sheet else "") + parts
        return f"{text}：" if text else ""
    text = ", ".join(part for part in (f"sheet “{sheet}”" if sheet else "", parts) if part)
    return f"{text[0].upper()}{text[1:]}: " if text else ""


def _place_en(row: int | None, column: str, cell: str) -> str:
    parts = [f"row {row}"] if row is not None else []
    if column:
        parts.append(f"column “{column}”")
    return ", ".join(parts) + (f" ({cell})" if cell else "")


def _place_zh(row: int | None, column: str, cell: str) -> str:
    text = f"第{row}行" if row is not None else ""
    if column:
        text += f"“{column}”列"
    return text + (f"（{cell}）" if cell else "")
