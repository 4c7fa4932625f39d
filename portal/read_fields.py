"""Form fields that read numbers, days and months as people write them (１,２００, 2026年8月1日), as imports do."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import ValidationError

from portal.i18n import current_language
from portal.spreadsheets import ColumnSpec, Problem, Words, parse_value, render


class ReadField(StringField):
    """A text whose value is what `spec` reads in it: None when left empty. What does not fit stays as it was typed."""

    spec: ColumnSpec

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Raises ValueError with a sentence that names the value, the rule and the remedy."""
        if not valuelist:
            return
        raw = str(valuelist[0] or "")[:200].strip()
        self.data = None
        parsed = parse_value(self.spec, raw)
        if isinstance(parsed, Problem):
            raise ValueError(render(parsed.rule, current_language(), {"value": parsed.value, **parsed.params}))
        self.data = parsed.value

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0] or "")
        return "" if self.data is None else self.text_of(self.data)

    def text_of(self, value: Any) -> str:
        """How the field shows a value."""
        return str(value)


class NumberField(ReadField):
    """A whole number between two bounds."""

    def __init__(self, label: Any, validators: Any = (), *, least: int = 0, most: int, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.spec = ColumnSpec("number", Words("Number", "数字"), kind="integer", minimum=least, maximum=most)


class DayField(ReadField):
    """A day; browsers offer a calendar for it (type=date)."""

    spec = ColumnSpec("day", Words("Day", "日期"), kind="date")

    def text_of(self, value: date) -> str:
        """As the browser's calendar wants it."""
        return value.isoformat()


class MonthField(ReadField):
    """A month as people write it (2027-03, 2027年3月, Mar 2027): its first day, or an error."""

    spec = ColumnSpec("month", Words("Month", "月份"), kind="month")

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Raises ValidationError with a sentence that names the value."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raw = str(valuelist[0] or "").strip()[:40]
            raise ValidationError(_l("“%(value)s” is no month. Write it like 2027-03.", value=raw)) from None

    def text_of(self, value: date) -> str:
        """As the browser's calendar wants it."""
        return f"{value:%Y-%m}"
