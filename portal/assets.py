"""Static files: one release name for all of them, so that browsers may keep them for good.

The release is part of the path (`/static/<release>/css/shell.css`), not of the file name: modules may import
each other relatively, and one change anywhere gives every file a new address.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

SKIPPED = (".br", ".gz", ".stamp")


def address_of(folder: Path) -> str:
    """The URL path under which `folder` is served."""
    return f"/static/{release_of(folder)}"


def release_of(folder: Path) -> str:
    """Ten characters that change whenever a file under `folder` does."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(SKIPPED):
            digest.update(f"{path.relative_to(folder)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def init_app(app: Flask) -> None:
    """Serve the static files before the portal is asked."""
    app.wsgi_app = StaticFiles(  # type: ignore[method-assign]
        app.wsgi_app,
        root=app.static_folder,
        prefix=str(app.static_url_path),
        autorefresh=bool(app.debug or app.testing),
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
        add_headers_function=_secure,
    )


def _secure(headers: Headers, _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


class StaticFiles(WhiteNoise):  # type: ignore[misc]  # it has no types
    """WhiteNoise that never serves a compressed copy older than its original."""

    def get_static_file(self, path: str, url: str, stat_cache: dict[str, Any] | None = None) -> StaticFile:
        return super().get_static_file(path, url, _without_stale(path, stat_cache))


def _without_stale(path: str, stat_cache: dict[str, Any] | None) -> dict[str, Any] | None:
    known = stat_cache
    if known is None:
        names = (path, f"{path}.br", f"{path}.gz")
        known = {name: Path(name).stat() for name in names if Path(name).exists()}
    original = known.get(path)
    if original is None:
        return stat_cache
    stale = [
        copy
        for copy in (f"{path}.br", f"{path}.gz")
        if copy in known and known[copy].st_mtime_ns < original.st_mtime_ns
    ]
    return {name: stat for name, stat in known.items() if name not in stale}
