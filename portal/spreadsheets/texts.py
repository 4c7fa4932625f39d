"""Text, codes and choices."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from portal.spreadsheets.cells import (
    FORMULA_STARTS,
    LONGEST_CELL,
    Parser,
    Problem,
    Rejected,
    Remarks,
    as_text,
    half_width,
    without_invisible,
)
from portal.spreadsheets.columns import ColumnSpec, Words
from portal.spreadsheets.findings import shown

_SCIENTIFIC = re.compile(r"[+-]?\d+(?:\.\d+)?E\+\d+", re.IGNORECASE)


def _is_tidy(text: str) -> bool:
    return text.isprintable() and text[0] != " " and text[-1] != " " and "  " not in text


def _check_length(text: str, longest: int) -> str:
    if len(text) > longest:
        raise Rejected("too_long", text, length=len(text), limit=longest)
    return text


def text_parser(spec: ColumnSpec) -> Parser:
    """Names and addresses: kept as they are but for stray blanks and invisible characters."""
    longest = spec.max_length or LONGEST_CELL

    def parse(raw: Any, remarks: Remarks) -> str:
        if type(raw) is str and len(raw) <= longest and raw[0] != "'" and _is_tidy(raw):
            return raw
        return _check_length(_tidy(as_text(raw), remarks), longest)

    return parse


def _tidy(text: str, remarks: Remarks) -> str:
    seen = without_invisible(text)
    tidy = " ".join(seen.split())
    if tidy.startswith("'") and tidy[1:].startswith(FORMULA_STARTS):
        return tidy[1:]  # the guard of our own exports
    if seen != text:
        remarks.append(Problem("invisible_characters", shown(text), {"used": shown(tidy)}))
    elif tidy != text:
        remarks.append(Problem("stray_blanks", shown(text), {"used": shown(tidy)}))
    return tidy


def code_parser(spec: ColumnSpec) -> Parser:
    """Codes: half-width, no outer blanks, numbers as they were typed; never a number that lost digits."""
    longest = spec.max_length or LONGEST_CELL

    def parse(raw: Any, remarks: Remarks) -> str:
        if not (type(raw) is str and raw.isascii() and raw[0] != "'" and _is_tidy(raw)):
            raw = _tidy_code(raw, remarks)
        if "+" in raw and _SCIENTIFIC.fullmatch(raw):
            raise Rejected("digits_lost", raw)
        return _check_length(raw, longest)

    return parse


def _tidy_code(raw: Any, remarks: Remarks) -> str:
    if isinstance(raw, (date, time, timedelta)):
        raise Rejected("code_is_date", as_text(raw))
    if not isinstance(raw, str):
        return as_text(raw)
    folded = half_width(raw)
    code = " ".join(without_invisible(folded).split()).removeprefix("'").lstrip()
    if not code:
        raise Rejected("required", raw)
    rule = _code_remark(raw, folded, code)
    if rule:
        remarks.append(Problem(rule, shown(raw), {"used": shown(code)}))
    return code


def _code_remark(raw: str, folded: str, code: str) -> str:
    """What was changed in the code, the weightiest first; an apostrophe in front marks text and is no change."""
    if "".join(folded.split()) != "".join(raw.split()):
        return "full_width"
    if without_invisible(raw) != raw:
        return "invisible_characters"
    return "" if raw.removeprefix("'") == code else "stray_blanks"


def choice_parser(spec: ColumnSpec) -> Parser:
    """One of the spec's choices, by its stored value or any of its words."""
    by_word = {_word(word): value for value, words in spec.choices.items() for word in (value, *words.all())}
    allowed = _allowed(spec.choices)
    seen: dict[str, str] = {}

    def parse(raw: Any, _remarks: Remarks) -> str:
        if type(raw) is str and raw in seen:
            return seen[raw]
        text = as_text(raw)
        value = by_word.get(_word(text))
        if value is None:
            raise Rejected("not_choice", raw, allowed=allowed)
        seen[text] = value
        return value

    return parse


def _word(text: str) -> str:
    return re.sub(r"[\W_]+", "", half_width(text).casefold())


def _allowed(choices: Mapping[str, Words], most: int = 20) -> dict[str, str]:
    some = list(choices.values())[:most]
    more = "…" if len(choices) > most else ""
    return {
        "en": ", ".join(words.en for words in some) + more,
        "zh": "、".join(words.zh for words in some) + more,
    }
