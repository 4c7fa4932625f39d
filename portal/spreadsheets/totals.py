"""Rows that people put under a list and that are no data."""

from collections.abc import Sequence
from typing import Any

from portal.spreadsheets.cells import half_width, is_blank

_WORDS = frozenset(
    ("合计", "总计", "共计", "小计", "累计", "总合计", "本页合计", "合计数", "总数", "合計", "總計", "小計",
     "total", "totals", "grandtotal", "subtotal", "sum", "sumtotal")
)  # fmt: skip
_LONGEST = 16


def total_word(cells: Sequence[Any]) -> str:
    """The word that makes this row a total ("合 计："), or "".

    It must be the first content of the row, and no other cell may hold words: a dealer named "Total" who has an
    address is data.
    """
    first = cells[0] if cells else None
    if is_blank(first):
        first = next((cell for cell in cells if not is_blank(cell)), None)
    if not isinstance(first, str) or len(first) > _LONGEST or _folded(first) not in _WORDS:
        return ""
    others = [cell for cell in cells if cell is not first and isinstance(cell, str) and not is_blank(cell)]
    return "" if any(_has_words(cell) for cell in others) else first.strip()


def may_be_total(first: str) -> bool:
    """Whether a row that begins with this text may be a total; for a look at a whole column at once."""
    return len(first) <= _LONGEST and _folded(first) in _WORDS


def _folded(text: str) -> str:
    plain = text if text.isascii() else half_width(text)
    return "".join(plain.casefold().split()).strip(":()")


def _has_words(text: str) -> bool:
    letters = sum(char.isalpha() for char in half_width(text))
    return letters > 1 and _folded(text) not in _WORDS
