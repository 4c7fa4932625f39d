"""How dates, numbers and money are written, in English and Chinese: pure functions.

Moments are stored in UTC and shown in Asia/Shanghai. A missing value is an en dash. A negative number has a
real minus sign (U+2212); as markup it also has the class `neg`.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup, escape

from portal.clock import BUSINESS_ZONE

MINUS = "−"
NOTHING = "–"
ZH = "zh_Hans"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def format_date(day: date | None, language: str) -> str:
    """1 Sep 2026 · 2026年9月1日. A moment is shown as its business day."""
    if day is None:
        return NOTHING
    if isinstance(day, datetime):
        day = _in_business_zone(day).date()
    if language == ZH:
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def format_datetime(moment: datetime | None, language: str) -> str:
    """1 Sep 2026, 00:30 · 2026年9月1日 00:30, in Asia/Shanghai. `moment` is aware (UTC in the database)."""
    if moment is None:
        return NOTHING
    local = _in_business_zone(moment)
    comma = "" if language == ZH else ","
    return f"{format_date(local.date(), language)}{comma} {local:%H:%M}"


def format_month(month: date | None, language: str) -> str:
    """Sep 2026 · 2026年9月."""
    if month is None:
        return NOTHING
    if language == ZH:
        return f"{month.year}年{month.month}月"
    return f"{MONTHS[month.month - 1]} {month.year}"


def format_int(number: int | None) -> str:
    """1,234,567 with a real minus sign."""
    return NOTHING if number is None else _signed(number, f"{abs(number):,}")


def format_yuan(fen: int | None, *, decimals: bool = True) -> str:
    """¥1,234,567.50 from integer fen; without decimals rounded half up to the yuan."""
    if fen is None:
        return NOTHING
    if decimals:
        yuan, rest = divmod(abs(fen), 100)
        return _signed(fen, f"¥{yuan:,}.{rest:02d}")
    whole = int((Decimal(abs(fen)) / 100).quantize(Decimal(1), ROUND_HALF_UP))
    return _signed(fen if whole else 0, f"¥{whole:,}")


def format_percent(ratio: Decimal | float | int | None, *, digits: int = 1) -> str:
    """12.5 % from 0.125, rounded half up; written 12.5% in both languages."""
    if ratio is None:
        return NOTHING
    step = Decimal(1).scaleb(-digits)
    value = (Decimal(str(ratio)) * 100).quantize(step, ROUND_HALF_UP)
    return _signed(value, f"{abs(value):,}%")


def format_basis_points(points: int | None, *, digits: int = 2) -> str:
    """1.50% from 150 basis points."""
    return NOTHING if points is None else format_percent(Decimal(points) / 10_000, digits=digits)


def format_distance(metres: float | int | None, language: str) -> str:
    """850 m · 850 米 below a kilometre, then 12.3 km · 12.3 公里, then whole kilometres."""
    if metres is None:
        return NOTHING
    metre, kilometre = ("米", "公里") if language == ZH else ("m", "km")
    whole = _rounded(metres, 0)
    if whole < 1000:
        return f"{whole} {metre}"
    tenths = _rounded(metres / 1000, 1)
    return f"{tenths:,} {kilometre}" if tenths < 100 else f"{_rounded(metres / 1000, 0):,} {kilometre}"


def format_coordinate(longitude: float | None, latitude: float | None) -> str:
    """30.65980, 104.06330: latitude first, as maps and phones write it; five decimals are about a metre."""
    if longitude is None or latitude is None:
        return NOTHING
    return f"{_signed(latitude, f'{abs(latitude):.5f}')}, {_signed(longitude, f'{abs(longitude):.5f}')}"


def format_file_size(size: int | None) -> str:
    """12 KB, 3.4 MB: powers of 1,024."""
    if size is None:
        return NOTHING
    if size < 1024:
        return f"{size} B"
    kilo = Decimal(size) / 1024
    if kilo < 1024:
        return f"{_rounded(kilo, 0)} KB"
    return f"{_rounded(kilo / 1024, 1)} MB"


def mark_negative(text: str) -> Markup:
    """The text, in the class of negative numbers where it begins with a minus sign."""
    if text.startswith(MINUS):
        return Markup('<span class="neg">') + escape(text) + Markup("</span>")
    return escape(text)


def _in_business_zone(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(BUSINESS_ZONE)


def _rounded(value: Decimal | float | int, digits: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _signed(number: Decimal | float | int, text: str) -> str:
    return MINUS + text if number < 0 else text
