"""What a good password is, and where a `next` may lead. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from portal.permissions import Role

# ASVS 6.2.1, 6.2.9: eight at least, fifteen advised, and no upper bound that a password manager would meet.
MIN_LENGTH = 8
ADVISED_LENGTH = 15
MAX_LENGTH = 128
# Words that everybody would try first on this portal (ASVS 6.2.11).
PRODUCT_WORDS = ("qudao", "渠道", "portal", "password", "dealer", "distributor")
MIN_WORD = 3

MAX_TARGET = 2000
MAX_DECODINGS = 3


class PasswordFault(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "password_too_short"
    TOO_LONG = "password_too_long"
    COMMON = "password_common"
    CONTEXT = "password_context"
    SAME_SIGN = "password_same_sign"


def password_fault(password: str, *, common: Collection[str], words: Iterable[str]) -> PasswordFault | None:
    """The first rule that the password breaks. No rule asks for capitals, digits or signs.

    `common`: lower-case passwords; `words`: the person's own (see `context_words`).
    """
    if len(password) < MIN_LENGTH:
        return PasswordFault.TOO_SHORT
    if len(password) > MAX_LENGTH:
        return PasswordFault.TOO_LONG
    folded = password.casefold()
    if len(set(folded)) < 3:
        return PasswordFault.SAME_SIGN
    if folded in common:
        return PasswordFault.COMMON
    return PasswordFault.CONTEXT if _leans_on(folded, words) else None


def _leans_on(folded: str, words: Iterable[str]) -> bool:
    """Whether too little of the password is left when the words everybody knows are taken out."""
    rest = folded
    for word in sorted({word.casefold() for word in words}, key=len, reverse=True):
        if len(word) >= MIN_WORD or not word.isascii():
            rest = rest.replace(word, "")
    return rest != folded and len(rest) < MIN_LENGTH


def context_words(*, email: str, name: str, role: Role) -> list[str]:
    """What an attacker knows about somebody: the product, the role, the parts of address and name."""
    address, _, host = email.casefold().partition("@")
    parts = [*_split(address), *_split(host), *_split(name), *_split(role.value)]
    return [word for word in (*PRODUCT_WORDS, address, *parts, name.replace(" ", "")) if word]


def _split(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in text).split()


def normal_email(text: str) -> str:
    """An address as it is stored and compared: without blanks at its ends, in lower case."""
    return text.strip().lower()


def same_site_path(target: str | None) -> str | None:
    """`target` where it is a path of this site, else None (CWE-601).

    Browsers take `//host` and `/\\host` for another site and drop tabs and line ends; some proxies decode once
    more. So each decoding of the path is judged as strictly as the text itself.
    """
    if not target or len(target) > MAX_TARGET or not _is_plain_path(target):
        return None
    path = target.partition("?")[0].partition("#")[0]
    for _ in range(MAX_DECODINGS):
        path = unquote(path)
        if not _is_plain_path(path):
            return None
    return target


def _is_plain_path(text: str) -> bool:
    if not text.startswith("/") or text.startswith("//") or "\\" in text:
        return False
    if any(not sign.isprintable() for sign in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and "//" not in parts.path
