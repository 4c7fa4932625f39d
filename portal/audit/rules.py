"""The hash chain: what is hashed, and how a chain is checked. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

GENESIS = "0" * 64


def entry_hash(previous: str, content: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash and the canonical JSON of the entry."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()


def first_break(entries: Iterable[tuple[int, str, str, Mapping[str, Any]]]) -> int | None:
    """The id of the first entry that does not fit the chain, or None.

    `entries`: (id, previous hash, hash, content) in order of id. Ids must run without a gap.
    """
    previous, expected_id = GENESIS, None
    for entry_id, stored_previous, stored_hash, content in entries:
        if expected_id is not None and entry_id != expected_id:
            return entry_id
        if stored_previous != previous or entry_hash(previous, content) != stored_hash:
            return entry_id
        previous, expected_id = stored_hash, entry_id + 1
    return None
