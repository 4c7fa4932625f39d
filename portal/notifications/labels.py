"""The sentences of notices, by kind. Rooms add theirs when they are imported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, Any] = {"unknown": _l("Something has changed.")}


def add_sentences(sentences: Mapping[str, Any]) -> None:
    """Kind → lazy sentence with %(name)s places."""
    SENTENCES.update(sentences)


def sentence(kind: str, params: Mapping[str, Any]) -> str:
    """The sentence in the reader's language. Parameters that are kinds of their own (`*_label`) are lazy words too."""
    text = str(SENTENCES.get(kind, SENTENCES["unknown"]))
    try:
        return text % params
    except (KeyError, ValueError, TypeError):
        return text
