"""Translation catalogues: one `.po` a room under `portal/translations/<language>/`, merged into one `.mo`.

flask i18n compile    merge and compile (git-ignored output; part of the set-up)
flask i18n missing    what the code says and no catalogue translates, and what nobody says any more
"""

from __future__ import annotations

import os
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from portal.i18n import TRANSLATIONS
from portal.settings import ROOT

LANGUAGE = "zh_Hans"
METHODS = [("**/templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "_lp": ((1, "c"), 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
}
Key = tuple[str, str | None]


def key_of(message_id: object, context: str | None) -> Key:
    """A message's identity: its (singular) text and its context."""
    return (message_id[0] if isinstance(message_id, (list, tuple)) else str(message_id), context)


def spoken(root: Path = ROOT) -> dict[Key, str]:
    """Every message of the code and the templates → the first place that says it."""
    found: dict[Key, str] = {}
    options = {"**/templates/**.html": {"silent": "false", "extensions": "jinja2.ext.do,portal.fragments.Keep"}}
    for name, line, message, _comments, context in extract_from_dir(
        str(root / "portal"), method_map=METHODS, options_map=options, keywords=KEYWORDS
    ):
        found.setdefault(key_of(message, context), f"portal/{name}:{line}")
    return found


def merged(language: str = LANGUAGE) -> tuple[Catalog, list[str]]:
    """All rooms' catalogues as one, and the complaints: empty or contradicting translations."""
    whole, complaints = Catalog(locale=language), []
    origin: dict[Key, str] = {}
    for path in sorted((TRANSLATIONS / language).glob("*.po")):
        with path.open("rb") as file:
            part = read_po(file, locale=language)
        for message in part:
            if not message.id:
                continue
            key = key_of(message.id, message.context)
            if not message.string or (isinstance(message.string, tuple) and not all(message.string)):
                complaints.append(f"{path.name}: no translation of {key[0]!r}")
            known = whole.get(message.id, message.context)
            if known and known.string != message.string:
                complaints.append(f"{path.name}: {key[0]!r} is translated otherwise in {origin[key]}")
            elif not known:
                whole.add(message.id, message.string, context=message.context)
                origin[key] = path.name
    return whole, complaints


def compile_catalogue(language: str = LANGUAGE) -> int:
    """Write the merged `.mo`; returns the number of messages."""
    whole, _complaints = merged(language)
    target = TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}")
    with fresh.open("wb") as file:
        write_mo(file, whole)
    fresh.replace(target)
    return len(whole)


def untranslated() -> dict[Key, str]:
    """Messages that the code says and the merged catalogue lacks → where."""
    whole, _complaints = merged()
    known = {key_of(message.id, message.context) for message in whole if message.id}
    return {key: place for key, place in spoken().items() if key not in known}


def unspoken() -> list[Key]:
    """Messages in the catalogues that nothing says any more."""
    whole, _complaints = merged()
    said = spoken()
    return sorted((key for m in whole if m.id and (key := key_of(m.id, m.context)) not in said), key=lambda key: key[0])


@click.group("i18n")
def i18n() -> None:
    """Translations."""


@i18n.command("compile")
def compile_command() -> None:
    """Merge the rooms' catalogues and compile them."""
    click.echo(f"{compile_catalogue()} messages")


@i18n.command("missing")
def missing_command() -> None:
    """List what is not translated, contradicting, or no longer said. Exit 1 where anything is."""
    lost, (_whole, complaints), idle = untranslated(), merged(), unspoken()
    for (text, context), place in lost.items():
        click.echo(f"missing  {place}: {text!r}" + (f" ({context})" if context else ""))
    for complaint in complaints:
        click.echo(f"wrong    {complaint}")
    for text, _context in idle:
        click.echo(f"idle     {text!r}")
    raise SystemExit(1 if lost or complaints or idle else 0)


commands = (i18n,)
