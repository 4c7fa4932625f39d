"""Configuration: every setting, its default and where it comes from (environment variables of the same name)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEAK_KEYS = frozenset({"", "dev", "secret", "changeme", "change-me"})


def load(environ: dict[str, str] | None = None) -> dict[str, object]:
    """Settings as a Flask config mapping, read from `environ` (default: the process environment)."""
    env = dict(os.environ if environ is None else environ)
    instance = Path(env.get("INSTANCE_DIR", ROOT / "instance"))
    return {
        "INSTANCE_DIR": instance,
        "SECRET_KEY": env.get("SECRET_KEY") or _stored_secret(instance),
        "SQLALCHEMY_DATABASE_URI": database_url(env.get("DATABASE_URL"), instance),
        "REDIS_URL": env.get("REDIS_URL") or None,
        "STORAGE_DIR": Path(env.get("STORAGE_DIR", instance / "storage")),
        "GEODATA_DIR": Path(env.get("GEODATA_DIR", ROOT / "geodata")),
        # Demo accounts exist only with this switch, and a banner says so on every page.
        "PORTAL_DEMO": _flag(env, "PORTAL_DEMO"),
        # Behind how many trusted proxies the portal stands; forged X-Forwarded-For beyond that is ignored.
        "PROXY_HOPS": int(env.get("PROXY_HOPS", "0")),
        # HTTPS-only cookies (the __Host- prefix) and HSTS. Off only for http://127.0.0.1.
        "HTTPS": _flag(env, "HTTPS"),
        "MAP_REVIEW_NUMBER": env.get("MAP_REVIEW_NUMBER", ""),
        "MAP_SOURCE": env.get("MAP_SOURCE", ""),
        # e.g. https://tiles.example.org/{z}/{x}/{y}.png; empty = no tiles, no request leaves the browser.
        "TILE_URL": env.get("TILE_URL", ""),
        "TILE_DATUM": env.get("TILE_DATUM", "wgs84"),
        "MAIL_HOST": env.get("MAIL_HOST", ""),
        "MAIL_PORT": int(env.get("MAIL_PORT", "587")),
        "MAIL_USER": env.get("MAIL_USER", ""),
        "MAIL_PASSWORD": env.get("MAIL_PASSWORD", ""),
        "MAIL_SENDER": env.get("MAIL_SENDER", "qudao@localhost"),
        # Links in messages begin with it, never with what a request says its host is.
        "BASE_URL": env.get("BASE_URL", f"http://127.0.0.1:{env.get('PORT', '8000')}").rstrip("/"),
        "MAX_CONTENT_LENGTH": int(env.get("MAX_UPLOAD_MIB", "32")) * 1024 * 1024,
        "JOBS_INLINE": _flag(env, "JOBS_INLINE"),
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "LOGIN_TRIES_PER_ACCOUNT": int(env.get("LOGIN_TRIES_PER_ACCOUNT", "10")),
        "LOGIN_TRIES_PER_ADDRESS": int(env.get("LOGIN_TRIES_PER_ADDRESS", "100")),
        # Over all accounts and addresses: what the hashing of two cores takes in five minutes, many times over.
        "LOGIN_TRIES_TOTAL": int(env.get("LOGIN_TRIES_TOTAL", "3000")),
        # Roles that must set up a second factor, e.g. "ho_finance,admin".
        "TOTP_ROLES": frozenset(filter(None, env.get("TOTP_ROLES", "").replace(" ", "").split(","))),
        # The day of the next month on which a monthly report is due.
        "SALES_DUE_DAY": int(env.get("SALES_DUE_DAY", "5")),
        "LOG_LEVEL": env.get("LOG_LEVEL", "INFO"),
    }


def database_url(url: str | None, instance: Path) -> str:
    """The SQLAlchemy URL: SQLite in the instance folder unless one is given; PostgreSQL through psycopg 3."""
    if not url:
        return f"sqlite:///{instance / 'qudao.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _flag(env: dict[str, str], name: str) -> bool:
    return env.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def _stored_secret(instance: Path) -> str:
    """A random key made once per installation and kept readable by its owner only."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii")
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")
