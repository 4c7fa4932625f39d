"""The boundaries as the browser draws them: files of the current build, the same for every signed-in reader."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Response, abort, current_app, request

from portal.access import requires
from portal.boundaries.manifest import Manifest, build_dir, read_manifest
from portal.coverage.views import blueprint
from portal.coverage.views.answers import FOR_GOOD, REVALIDATE, file_answer, fixed_answer
from portal.errors import InvalidInput
from portal.permissions import Permission as P

# Sets of files, and whether one file is cut for each region one level up.
SETS = {"province": False, "prefecture": True, "county": True, "detail": True, "lines": False}
CODE = re.compile(r"[0-9A-Za-z]{1,12}")
NOTHING: dict[str, Any] = {"type": "FeatureCollection", "features": []}


@blueprint.get("/map/boundaries/<name>.json")
@requires(P.COVERAGE_MAP_READ)
def boundaries(name: str) -> Response:
    """GeoJSON of a set: `province`, `prefecture` of the province `parent`, `county` or `detail` of a prefecture.

    `index` says which files there are, and the box of each. With the build's version in the address (`v`) the answer
    may be kept for good; without, it is asked for again each time. Nothing built: no features.
    """
    manifest = read_manifest(current_app.config["GEODATA_DIR"])
    if name != "index" and name not in SETS:
        abort(404)
    cache = FOR_GOOD if manifest and request.args.get("v") == manifest.folder else REVALIDATE
    if manifest is None:
        return fixed_answer(_encoded(NOTHING), "application/json", tag="none", cache=cache)
    if name == "index":
        folder = _folder(manifest)
        return fixed_answer(_boxes(folder), "application/json", tag=f"{manifest.folder}-index", cache=cache)
    return _file(manifest, name, cache)


def boundary_version() -> str:
    """What changes when boundaries are built anew; empty where none are."""
    manifest = read_manifest(current_app.config["GEODATA_DIR"])
    return manifest.folder if manifest else ""


def _file(manifest: Manifest, name: str, cache: str) -> Response:
    parent = request.args.get("parent", "")
    if SETS[name] and not CODE.fullmatch(parent):
        raise InvalidInput("parent_needed", field="parent", value=name)
    place = f"{name}/{parent}" if SETS[name] else name
    path = _folder(manifest) / f"{place}.json"
    if not path.is_file():
        abort(404)
    return file_answer(path, tag=f"{manifest.folder}-{place.replace('/', '-')}", cache=cache)


def _folder(manifest: Manifest) -> Path:
    return build_dir(current_app.config["GEODATA_DIR"]) / manifest.folder / "browser"


@lru_cache(maxsize=2)
def _boxes(folder: Path) -> bytes:
    """Set → code of the region that owns a file → its box [west, south, east, north]."""
    sets = json.loads((folder / "index.json").read_text(encoding="utf-8"))["sets"]
    return _encoded({name: {code: file["bounds"] for code, file in sets[name].items()} for name in _owned(sets)})


def _owned(sets: dict[str, Any]) -> list[str]:
    """Detail has the same owners and boxes as county."""
    return [name for name in ("prefecture", "county") if name in sets]


def _encoded(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
