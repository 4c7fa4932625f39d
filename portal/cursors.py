"""Cursors of keyset paging: the sort values at a page's edge as URL-safe text, decoded with suspicion."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeEngine

LAST = "last"
MAX_LENGTH = 2_000
_INT64 = 2**63


class BrokenCursor(ValueError):
    """The text is not a cursor of this list."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the sort values there (None: at the end one starts from), and which way to read."""

    values: tuple[Any, ...] | None
    is_backward: bool = False


def encode_cursor(values: Sequence[Any], *, is_backward: bool = False) -> str:
    """Sort values as text. Forward cursors begin with `a` (after), backward ones with `b` (before)."""
    packed = json.dumps([_pack(value) for value in values], ensure_ascii=False, separators=(",", ":"))
    text = base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")
    return ("b" if is_backward else "a") + text


def decode_cursor(text: str, types: Sequence[TypeEngine[Any]], dialect: Dialect) -> Cursor:
    """The place that `text` names in a list sorted by columns of `types`; raises BrokenCursor."""
    if text == LAST:
        return Cursor(None, is_backward=True)
    if len(text) > MAX_LENGTH or text[:1] not in {"a", "b"}:
        raise BrokenCursor(text[:40])
    packed = _unpack_json(text[1:])
    if len(packed) != len(types):
        raise BrokenCursor("wrong number of values")
    values = tuple(_unpack(item, kind, dialect) for item, kind in zip(packed, types, strict=True))
    if values[-1] is None:
        raise BrokenCursor("the unique key is missing")
    return Cursor(values, is_backward=text[0] == "b")


def _unpack_json(text: str) -> list[Any]:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        packed = json.loads(raw.decode(), parse_constant=_refuse_constant)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise BrokenCursor("not base64 of JSON") from error
    if not isinstance(packed, list):
        raise BrokenCursor("not a list")
    return packed


def _refuse_constant(name: str) -> None:
    raise BrokenCursor(name)


def _pack(value: Any) -> Any:
    if isinstance(value, Enum):
        return ["e", value.value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    if isinstance(value, Decimal):
        return ["n", str(value)]
    raise TypeError(f"no cursor for a sort value of type {type(value).__name__}")


def _unpack(item: Any, kind: TypeEngine[Any], dialect: Dialect) -> Any:
    """One value, of the type its column holds and fit for the database; raises BrokenCursor."""
    value = _read(item, kind)
    if value is None:
        return None
    expected = _python_type(kind)
    is_number = expected in {int, float, Decimal} and isinstance(value, int | float | Decimal)
    if expected is not None and not (is_number or isinstance(value, expected)):
        raise BrokenCursor(f"a {type(value).__name__} where a {expected.__name__} was expected")
    _check_bindable(value, kind, dialect)
    return value


def _read(item: Any, kind: TypeEngine[Any]) -> Any:
    if not isinstance(item, list):
        return item
    if len(item) != 2 or not all(isinstance(part, str) for part in item):
        raise BrokenCursor("not a tagged value")
    tag, text = item
    try:
        match tag:
            case "t":
                return datetime.fromisoformat(text)
            case "d":
                return date.fromisoformat(text)
            case "n":
                return _finite(Decimal(text))
            case "e":
                return (_python_type(kind) or str)(text)
    except (ValueError, TypeError, InvalidOperation) as error:
        raise BrokenCursor(tag) from error
    raise BrokenCursor("unknown tag")


def _finite(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise BrokenCursor("not a number")
    return number


def _python_type(kind: TypeEngine[Any]) -> type | None:
    try:
        return kind.python_type
    except NotImplementedError:
        return None


def _check_bindable(value: Any, kind: TypeEngine[Any], dialect: Dialect) -> None:
    """Whatever the driver would refuse later is refused here."""
    if isinstance(value, int) and not -_INT64 <= value < _INT64:
        raise BrokenCursor("a whole number beyond 64 bits")
    if isinstance(value, str) and ("\x00" in value or not _is_encodable(value)):
        raise BrokenCursor("text that no database stores")
    bind = kind.dialect_impl(dialect).bind_processor(dialect)
    if bind is None:
        return
    try:
        bind(value)
    except Exception as error:  # any refusal of any column type means the same: not a cursor of this list
        raise BrokenCursor(str(error)) from error


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
