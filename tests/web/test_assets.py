"""Static files: an address that changes with the content, kept for good, compressed, and never stale."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask

from portal import assets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "css").mkdir()
    (tmp_path / "css/a.css").write_text("body { color: red }")
    return tmp_path


def get(folder: Path, path: str = "/css/a.css", **headers: str) -> object:
    app = Flask(__name__, static_folder=str(folder), static_url_path=assets.address_of(folder))
    app.testing = True
    assets.init_app(app)
    return app.test_client().get(f"{app.static_url_path}{path}", headers=headers, buffered=True)


def test_the_address_follows_the_content_and_the_names(folder: Path) -> None:
    first = assets.release_of(folder)
    assert assets.release_of(folder) == first
    (folder / "css/a.css").write_text("body { color: blue }")
    second = assets.release_of(folder)
    (folder / "css/a.css").rename(folder / "css/b.css")
    assert len({first, second, assets.release_of(folder)}) == 3


def test_compressed_copies_do_not_change_the_address(folder: Path) -> None:
    first = assets.release_of(folder)
    (folder / "css/a.css.br").write_bytes(b"x")
    assert assets.release_of(folder) == first


def test_files_are_kept_for_good_and_not_sniffed(folder: Path) -> None:
    response = get(folder)
    assert "immutable" in response.headers["Cache-Control"]  # type: ignore[attr-defined]
    assert response.headers["X-Content-Type-Options"] == "nosniff"  # type: ignore[attr-defined]


def test_a_compressed_copy_is_served_only_while_it_is_fresh(folder: Path) -> None:
    copy = folder / "css/a.css.br"
    copy.write_bytes(b"compressed")
    accept = {"Accept-Encoding": "br"}
    assert get(folder, **accept).data == b"compressed"  # type: ignore[attr-defined]
    os.utime(copy, (1, 1))
    assert get(folder, **accept).data == b"body { color: red }"  # type: ignore[attr-defined]


def test_other_files_are_not_reached(folder: Path) -> None:
    (folder.parent / "secret").write_text("x")
    assert get(folder, "/../secret").status_code == 404  # type: ignore[attr-defined]
