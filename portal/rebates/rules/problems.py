"""What is wrong with a document: place, value, rule, and a sentence and a remedy in both languages.

A `Place` is a value of the document with its JSON path; reading it through its methods gathers problems instead of
stopping at the first. What a method returns after a problem is harmless and never evaluated.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from portal.errors import QudaoError
from portal.rebates.rules.problem_words import SENTENCES

Choice = TypeVar("Choice", bound=StrEnum)
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
MAX_ITEMS = 10_000
MAX_TEXT = 200
LARGEST = 10**15
"""No count of units and no amount in fen is larger."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule at one place; `path` is a JSON path such as `$.terms[0].tiers[1].from`."""

    path: str
    rule: str
    value: str
    params: dict[str, str] = field(default_factory=dict)

    def sentence(self, locale: str) -> str:
        """What is wrong, without the place. `locale` is en or zh."""
        return SENTENCES[self.rule][locale][0].format(value=self.value, **self.params)

    def remedy(self, locale: str) -> str:
        """What to do."""
        return SENTENCES[self.rule][locale][1].format(value=self.value, **self.params)

    def line(self, locale: str) -> str:
        """Place, sentence and remedy in one line."""
        sign = "：" if locale == "zh" else ": "
        return f"{self.path}{sign}{self.sentence(locale)}{'' if locale == 'zh' else ' '}{self.remedy(locale)}"

    def as_dict(self) -> dict[str, Any]:
        """{"path", "value", "rule", "sentence": {"en", "zh"}, "remedy": {"en", "zh"}}."""
        return {
            "path": self.path,
            "value": self.value,
            "rule": self.rule,
            "sentence": {locale: self.sentence(locale) for locale in ("en", "zh")},
            "remedy": {locale: self.remedy(locale) for locale in ("en", "zh")},
        }


class Invalid(QudaoError):
    """A document breaks rules of the language; `problems` has all of them, in the order of the document."""

    code = "rebates_invalid"
    status = 422

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems=[problem.as_dict() for problem in problems])
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(problem.line("en") for problem in self.problems)


def shown(value: object) -> str:
    """A value as it stands in the document, shortened."""
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


@dataclass(slots=True)
class Place:
    """A value of the document, where it stands, and the list that problems go to."""

    value: Any
    path: str
    problems: list[Problem]

    def refuse(self, rule: str, value: object = None, **params: str) -> None:
        """Note that the rule is broken here; `value` where it is not the place's own."""
        self.problems.append(Problem(self.path, rule, shown(self.value if value is None else value), params))

    def has(self, key: str) -> bool:
        """Whether the object has the key."""
        return isinstance(self.value, dict) and key in self.value

    def at(self, key: str) -> Place:
        """The value of a key; None where it is missing."""
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Place(value, f"{self.path}.{key}" if _KEY.fullmatch(key) else f"{self.path}[{key!r}]", self.problems)

    def is_object(self, required: Collection[str], optional: Collection[str] = ()) -> bool:
        """Whether this is an object with the required keys; keys that the language does not have are refused."""
        if not isinstance(self.value, dict):
            self.refuse("not_an_object")
            return False
        for key in self.value:
            if key not in required and key not in optional:
                self.at(key).refuse("unknown_key", key, keys=", ".join([*required, *optional]))
        missing = [key for key in required if key not in self.value]
        for key in missing:
            self.at(key).refuse("key_missing", key)
        return not missing

    def items(self, *, may_be_empty: bool = False) -> Iterator[Place]:
        """The places of a list."""
        if not isinstance(self.value, list) or len(self.value) > MAX_ITEMS:
            self.refuse("not_a_list", most=str(MAX_ITEMS))
            return
        if not self.value and not may_be_empty:
            self.refuse("list_empty")
        yield from self.elements()

    def elements(self) -> Iterator[Place]:
        """The places of what should be a list, without a word when it is none."""
        if isinstance(self.value, list):
            for number, item in enumerate(self.value):
                yield Place(item, f"{self.path}[{number}]", self.problems)

    def name(self) -> str:
        """A code or id of letters, digits and a few signs."""
        if isinstance(self.value, str) and _NAME.fullmatch(self.value):
            return self.value
        self.refuse("not_a_name")
        return ""

    def text(self) -> str:
        """A text that is not blank."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.refuse("not_a_text")
            return ""
        if len(self.value) > MAX_TEXT:
            self.refuse("text_too_long", most=str(MAX_TEXT))
        return self.value

    def texts(self) -> frozenset[str]:
        """A list of different texts, not empty."""
        seen: set[str] = set()
        for item in self.items():
            text = item.text()
            if text and text in seen:
                item.refuse("named_twice")
            seen.add(text)
        return frozenset(seen)

    def choice(self, choices: type[Choice]) -> Choice:
        """One of a few words."""
        if isinstance(self.value, str) and self.value in list(choices):
            return choices(self.value)
        self.refuse("not_a_choice", choices=", ".join(choices))
        return next(iter(choices))

    def number(self, *, least: Decimal | None = Decimal(0), most: Decimal | None = None) -> Decimal:
        """A decimal written as a string."""
        if not isinstance(self.value, str) or not _DECIMAL.fullmatch(self.value):
            self.refuse("not_a_decimal")
            return Decimal(1)
        number = Decimal(self.value)
        if least is not None and number < least:
            self.refuse("too_small", least=f"{least:f}")
        if most is not None and number > most:
            self.refuse("too_large", most=f"{most:f}")
        return number

    def integer(self, *, least: int = -LARGEST, most: int = LARGEST) -> int:
        """A whole number, not a string and not true or false."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse("not_an_integer")
            return least
        if not least <= self.value <= most:
            self.refuse("out_of_range", least=str(least), most=str(most))
        return self.value

    def flag(self) -> bool:
        """True or false."""
        if not isinstance(self.value, bool):
            self.refuse("not_a_flag")
        return self.value is True

    def day(self) -> date:
        """A day as 2026-10-31."""
        try:
            if isinstance(self.value, str) and _DAY.fullmatch(self.value):
                return date.fromisoformat(self.value)
        except ValueError:
            pass
        self.refuse("not_a_day")
        return date.min

    def words(self) -> dict[str, str]:
        """{"en": …, "zh": …}, both given."""
        if not self.is_object(("en", "zh")):
            return {"en": "", "zh": ""}
        return {locale: self.at(locale).text() for locale in ("en", "zh")}
