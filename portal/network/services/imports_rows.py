"""One row of a file to what will be stored of it: codes, names, owners, life. What depends on its place comes later.

Called a hundred thousand times for a large file: what is checked here takes microseconds and asks nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.network.models import ImportKind
from portal.network.rules import (
    GONE,
    PLANNED,
    RESERVED_CODES,
    DistributorTier,
    OperatingMode,
    OutletStatus,
    code_fault,
    credit_code_fault,
)
from portal.spreadsheets import Record, Report

# Columns of the rows that `RowReader.read` gives; the tables have the same names but for those in FOR_OTHERS.
SHARED = ("code", "name", "name_en", "address", "city_tier", "operating_mode", "status", "status_on", "first_status",
          "first_on", "opened_on", "exited_on", "contact", "phone", "email")  # fmt: skip
COLUMNS = {
    ImportKind.DISTRIBUTORS: (*SHARED, "tier", "parent_code", "credit_code", "legal_representative"),
    ImportKind.OUTLETS: (*SHARED, "distributor_id", "store_class", "floor_area_sqm", "staff", "planned_open_on"),
}
Values = Mapping[str, Any]
Row = tuple[Any, ...]

_PLAIN_CODE = re.compile(r"[^\W_][\w.-]{0,39}")
_HAN = "\u3400-\u9fff"
_LATIN = re.compile(r"[A-Za-z]{3}")
_HAN_FIRST = re.compile(rf"([^A-Za-z]*[{_HAN}][^A-Za-z]*?)[\s/|·,，、;；(（\-–—]+([A-Za-z][A-Za-z0-9 .,&'’\-]*?)[)）]?")
_LATIN_FIRST = re.compile(
    rf"([A-Za-z][A-Za-z0-9 .,&'’\-]*?)[\s/|·,，、;；(（\-–—]+([^A-Za-z]*[{_HAN}][^A-Za-z]*?)[)）]?"
)
_STRAY_QUOTES = ('"', "“", "”", "'")
# A Latin part of so many letters or words is a name of its own; "4S", "XQ11" and "Ford" belong to the Chinese name.
_NAME_LETTERS, _NAME_WORDS = 7, 2


@dataclass(frozen=True, slots=True)
class Owner:
    """A distributor that stands in the books."""

    id: int
    code: str
    name: str
    is_gone: bool


@dataclass(slots=True)
class Owners:
    """Distributors by code, and by a name that only one of them has."""

    by_code: dict[str, Owner] = field(default_factory=dict)
    by_name: dict[str, Owner | None] = field(default_factory=dict)

    def add(self, owner: Owner) -> None:
        self.by_code[owner.code] = owner
        self.by_name[owner.name] = None if owner.name in self.by_name else owner

    def find(self, text: str) -> Owner | None:
        """By code, by name, or by "code name" as the template's drop-down writes it."""
        return self.by_code.get(text) or self.by_name.get(text) or self.by_code.get(text.partition(" ")[0])


class RowReader:
    """Reads the records of one file; what is wrong goes into the report."""

    def __init__(self, kind: ImportKind, report: Report, owners: Owners, today: date) -> None:
        self.kind = kind
        self._report = report
        self._owners = owners
        self._today = today
        self._firsts: dict[str, int] = {}
        self._found: dict[tuple[str | None, str | None], Owner | None] = {}
        self._lives: dict[tuple[Any, ...], Sequence[Any]] = {}
        self._days: dict[date | None, str | None] = {None: None}
        is_outlets = kind is ImportKind.OUTLETS
        self._default_mode = (OperatingMode.CONSIGNMENT if is_outlets else OperatingMode.FRANCHISE).value
        self._default_status = "open" if is_outlets else "active"
        self._finish: Callable[[Record, Values, list[Any]], list[Any] | None] = (
            self._outlet if is_outlets else self._distributor
        )

    def read(self, record: Record) -> Row | None:
        """The row in the order of COLUMNS; None where it cannot be imported."""
        values = record.values
        is_good = not record.bad
        if not self._check_code(record.number, values.get("code")):
            is_good = False
        name, name_en = self._names(record.number, values.get("name"), values.get("name_en"))
        life = self._life(record, values)
        shared = [
            values.get("code"), name, name_en, values.get("address") or "", values.get("city_tier"),
            values.get("mode") or self._default_mode, *(life or _NO_LIFE), *self._contact(record.number, values),
        ]  # fmt: skip
        row = self._finish(record, values, shared)
        return tuple(row) if is_good and name and life and row else None

    @property
    def codes(self) -> Mapping[str, int]:
        """Code → the first row that has it."""
        return self._firsts

    # -- code and name

    def _check_code(self, number: int, code: str | None) -> bool:
        if code is None:
            return False
        first = self._firsts.setdefault(code, number)
        if first != number:
            self._report.error("code_twice", row=number, field="code", value=code, first=first)
            return False
        if _PLAIN_CODE.fullmatch(code) and code not in RESERVED_CODES:
            return True
        if fault := code_fault(code):
            self._report.error(fault, row=number, field="code", value=code)
        return not fault

    def _names(self, number: int, name: str | None, name_en: str | None) -> tuple[str, str]:
        if not name:
            return "", ""
        if name[0] in _STRAY_QUOTES or name[-1] in _STRAY_QUOTES:
            name = self._without_stray_quotes(number, name)
        if name_en or name.isascii():
            return name, name_en or ""
        return self._both_scripts(number, name)

    def _without_stray_quotes(self, number: int, name: str) -> str:
        bare = name.strip("\"“”'").strip()
        is_pair = name[0] in _STRAY_QUOTES and name[-1] in _STRAY_QUOTES and len(name) > 1
        inner = sum(name.count(sign) for sign in _STRAY_QUOTES)
        if not bare or is_pair or inner % 2 == 0:
            return name
        self._report.warn("stray_quotes", row=number, field="name", value=name, used=bare)
        return bare

    def _both_scripts(self, number: int, name: str) -> tuple[str, str]:
        """Chinese and English name in one cell become two names: "成都兴达农机 Chengdu Xingda Machinery"."""
        if not _LATIN.search(name):
            return name, ""
        if found := _HAN_FIRST.fullmatch(name):
            han, latin = found[1].strip(), found[2].strip()
        elif found := _LATIN_FIRST.fullmatch(name):
            latin, han = found[1].strip(), found[2].strip()
        else:
            return name, ""
        if len(latin.split()) < _NAME_WORDS and sum(map(str.isalpha, latin)) < _NAME_LETTERS:
            return name, ""
        self._report.warn("name_in_both_scripts", row=number, field="name", value=name, zh=han, en=latin)
        return han, latin

    # -- life

    def _life(self, record: Record, values: Values) -> Sequence[Any] | None:
        """status, status_on, first_status, first_on, opened_on, exited_on as they are stored; None after an error.

        Lives without a finding are remembered: a file has far fewer different ones than rows.
        """
        key = (values.get("status"), values.get("opened_on"), values.get("exited_on"), values.get("status_on"))
        known = self._lives.get(key)
        if known is not None:
            return known
        count = len(self._report.warnings) + self._report.warnings.left_out
        life = self._read_life(record, *key)
        if life is not None and count == len(self._report.warnings) + self._report.warnings.left_out:
            self._lives[key] = life
        return life

    def _read_life(
        self, record: Record, status: str | None, opened: date | None, exited: date | None, since: date | None
    ) -> Sequence[Any] | None:
        status = status or (_EXITED if exited else self._default_status)
        if status in _PLANNED:  # what is called its opening is the plan
            on = self._day(since or self._today)
            is_possible = self._are_days_possible(record.number, status, None, exited, since)
            return (status, on, status, on, None, None) if is_possible else None
        if not self._are_days_possible(record.number, status, opened, exited, since):
            return None
        if status == _EXITED and exited is None:
            self._warn_of_exit_day(record)
            exited = since or self._today
        day = exited or since or (opened if status == self._default_status else None) or self._today
        return self._two_steps(status, day, opened, exited)

    def _two_steps(self, status: str, on: date, opened: date | None, exited: date | None) -> Sequence[Any]:
        """Opened first, where the day is known, and then what it is now."""
        day = self._day
        if opened is None or status == self._default_status:
            first, first_on, on = status, opened or on, opened or on
        else:
            first, first_on = self._default_status, opened
        return status, day(max(on, first_on)), first, day(first_on), day(opened), day(exited)

    def _warn_of_exit_day(self, record: Record) -> None:
        if "exited_on" not in record.bad:
            self._report.warn("exit_day_missing", row=record.number, field="exited_on", today=self._day(self._today))

    def _are_days_possible(
        self, number: int, status: str, opened: date | None, exited: date | None, since: date | None
    ) -> bool:
        if opened is None and exited is None and since is None:
            return True
        report, ok = self._report, True
        for name, on in (("opened_on", opened), ("exited_on", exited), ("status_on", since)):
            if on is not None and on > self._today:
                report.error("day_in_future", row=number, field=name, value=on, today=self._day(self._today))
                ok = False
        if exited is not None and status != _EXITED:
            report.error("exit_day_but_open", row=number, field="exited_on", value=exited)
            ok = False
        if exited is not None and opened is not None and exited < opened:
            report.error("days_reversed", row=number, field="exited_on", value=exited, opened=self._day(opened))
            ok = False
        return ok

    def _day(self, day: date | None) -> str | None:
        """ISO, which both databases read; a file has few different days, so they are shared."""
        text = self._days.get(day)
        if text is None and day is not None:
            text = self._days[day] = day.isoformat()
        return text

    def _contact(self, number: int, values: Values) -> tuple[str, str, str]:
        """A name and a way to reach it, or nothing."""
        name, phone, email = values.get("contact"), values.get("phone"), values.get("email")
        if not (name or phone or email):
            return _NO_CONTACT
        if name and (phone or email):
            return name, phone or "", email or ""
        self._report.warn("contact_incomplete", row=number, field="contact" if name else "phone" if phone else "email",
                          value=name or phone or email)  # fmt: skip
        return _NO_CONTACT

    # -- what only one kind has

    def _outlet(self, record: Record, values: Values, shared: list[Any]) -> list[Any] | None:
        owner = self._owner(record, values)
        if owner is None:
            return None
        if owner.is_gone and shared[6] not in _GONE:
            self._report.error("distributor_not_active", row=record.number, field=self._owner_field(values),
                               value=owner.code)  # fmt: skip
            return None
        planned = self._day(values.get("opened_on")) if shared[6] in _PLANNED else None
        return [
            *shared,
            owner.id,
            values.get("store_class"),
            values.get("floor_area_sqm"),
            values.get("staff"),
            planned,
        ]

    def _owner(self, record: Record, values: Values) -> Owner | None:
        key = (values.get("distributor"), values.get("distributor_name"))
        if key in self._found and self._found[key] is not None:
            return self._found[key]
        if not record.bad.isdisjoint(("distributor", "distributor_name")):
            return None
        owner = self._look_up(record.number, *key)
        self._found[key] = owner if owner is None or key[1] in (None, owner.name) else None
        return owner

    def _look_up(self, number: int, code: str | None, name: str | None) -> Owner | None:
        text = code or name
        if not text:
            self._report.error("distributor_missing", row=number, field="distributor")
            return None
        owner = self._owners.find(text)
        where = "distributor" if code else "distributor_name"
        if owner is None:
            self._report.error("distributor_unknown", row=number, field=where, value=text)
        elif code and name and name != owner.name:
            self._report.warn("distributor_name_differs", row=number, field="distributor_name", value=name,
                              code=owner.code, name=owner.name)  # fmt: skip
        return owner

    @staticmethod
    def _owner_field(values: Values) -> str:
        return "distributor" if values.get("distributor") else "distributor_name"

    def _distributor(self, record: Record, values: Values, shared: list[Any]) -> list[Any] | None:
        credit = (values.get("credit_code") or "").upper()
        is_good = True
        if credit and (fault := credit_code_fault(credit)):
            self._report.error(fault, row=record.number, field="credit_code", value=credit)
            is_good = False
        tier = values.get("rank") or DistributorTier.PREFECTURE_GENERAL.value
        row = [*shared, tier, values.get("parent") or "", credit, values.get("legal_representative") or ""]
        return row if is_good else None


_PLANNED = frozenset(status.value for status in PLANNED)
_EXITED = OutletStatus.EXITED.value
_NO_LIFE = ("",) * 6
_NO_CONTACT = ("", "", "")
_GONE = frozenset(status.value for status in GONE)
