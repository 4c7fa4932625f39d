"""Passwords: hashed with argon2id, checked against the passwords that everybody uses.

The list is zxcvbn's, ranked by frequency in leaked sets: of its 30,000, those that our rule on length would accept.
"""

from __future__ import annotations

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.accounts.models import User
from portal.accounts.rules import MIN_LENGTH, PasswordFault, context_words, password_fault

# OWASP's floor for argon2id: 19 MiB, two passes, one lane (about 30 ms here; 64 MiB and three passes took 350 ms).
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)

# The hash of a random password that nobody has: what is checked where there is no user, so that the answer takes as
# long. Its parameters must be those above; a test says so.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$vvGh4zjoJri4mLKM4AIy5Q$om++6KGpwFWJrDPr27dXLHYA5F7/wcJbBAeKYfCjGzw"


def hash_password(password: str) -> str:
    """The argon2id hash, with its own salt and parameters."""
    return _hasher.hash(_composed(password))


def is_password(stored: str, password: str) -> bool:
    """Whether the password belongs to the hash. An empty hash costs the same and fits nothing."""
    try:
        return _hasher.verify(stored or NOBODY, _composed(password)) and bool(stored)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _composed(password: str) -> str:
    """One form for what looks the same: keyboards differ in accents, input methods in the width of digits."""
    return unicodedata.normalize("NFKC", password)


@cache
def common_passwords() -> frozenset[str]:
    """Lower-case passwords of leaked sets that are long enough to be asked for here."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 12 MB of lists: only where a password is chosen

    return frozenset(word.casefold() for word in FREQUENCY_LISTS["passwords"] if len(word) >= MIN_LENGTH)


def fault_of(password: str, user: User) -> PasswordFault | None:
    """Why this user may not have this password, or None."""
    words = context_words(email=user.email, name=user.name, role=user.role)
    return password_fault(_composed(password), common=common_passwords(), words=words)
