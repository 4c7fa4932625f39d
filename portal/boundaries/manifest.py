"""Which boundaries are built, and where their files are.

geodata/build/manifest.json names a folder beside itself; it is replaced in one step when a build is complete, so that a
reader sees the old build or the new one, never half of one.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.boundaries.errors import BoundariesMissing
from portal.geo import Bounds
from portal.settings import ROOT

# Raised when the files of a build change their meaning; older builds are then built again.
FORMAT = 1
COMMITTED = ROOT / "geodata"


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """Where boundaries come from. `kind` is "package" or "file"; `digest` covers every input of the build."""

    kind: str
    name: str
    version: str
    licence: str
    digest: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A complete build. `figures` are counts for people; `bounds` is the box around everything, in degrees."""

    format: int
    digest: str
    folder: str
    built_at: str
    source: SourceInfo
    bounds: Bounds
    figures: dict[str, Any]

    def to_json(self) -> str:
        values = asdict(self) | {"bounds": list(self.bounds)}
        return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def geodata_dir() -> Path:
    """The folder of geographic data: GEODATA_DIR, or geodata/ of the repository."""
    return Path(os.environ.get("GEODATA_DIR") or COMMITTED)


def build_dir(directory: Path) -> Path:
    """The git-ignored folder with everything that is built."""
    return directory / "build"


def manifest_path(directory: Path) -> Path:
    return build_dir(directory) / "manifest.json"


def read_manifest(directory: Path) -> Manifest | None:
    """The current build, or None where there is none of this format."""
    path = manifest_path(directory)
    try:
        stamp = path.stat().st_mtime_ns
    except FileNotFoundError:
        return None
    return _parse(path, stamp)


def require_manifest(directory: Path) -> Manifest:
    """The current build; raises BoundariesMissing."""
    manifest = read_manifest(directory)
    if manifest is None:
        raise BoundariesMissing(folder=str(build_dir(directory)))
    return manifest


def built_file(directory: Path, name: str) -> Path:
    """A file of the current build, such as `boundaries.gpkg` or `browser/county/510100.json`."""
    return build_dir(directory) / require_manifest(directory).folder / name


@lru_cache(maxsize=8)
def _parse(path: Path, stamp: int) -> Manifest | None:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values["format"] != FORMAT or not (path.parent / values["folder"]).is_dir():
            return None
        values["source"], values["bounds"] = SourceInfo(**values["source"]), Bounds(*values["bounds"])
        return Manifest(**values)
    except (ValueError, KeyError, TypeError):  # written by another version, or damaged: build again
        return None
