"""Building the layers: idempotent, atomic, and done in a moment where nothing changed.

Everything is written into a folder of its own, and becomes visible when the manifest is replaced. Two builds at once
wait for each other. Killed at any moment, the old build stays; what was left lying is swept by the next one.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from portal import clock
from portal.boundaries.browser import BrowserFiles
from portal.boundaries.layers import FILE, write_table
from portal.boundaries.manifest import FORMAT, Manifest, build_dir, manifest_path, read_manifest
from portal.boundaries.regions import write_regions
from portal.boundaries.rules import Level
from portal.boundaries.simplify import Table, list_tables
from portal.boundaries.sources import Boundaries, PackageSource, Report, Source
from portal.geo import Bounds


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The current build, and whether it was made just now."""

    manifest: Manifest
    is_new: bool


def build(
    directory: Path, source: Source | None = None, *, force: bool = False, report: Report | None = None
) -> BuildResult:
    """Bring the layers under `directory`/build up to date.

    Without a source: from the package, unless boundaries of a user's own file are in place; those stay until
    `force` replaces them.
    """
    current = read_manifest(directory)
    if source is None and current is not None and current.source.kind == "file" and not force:
        return BuildResult(current, is_new=False)
    source = source or PackageSource(directory)
    if current is not None and current.digest == source.info.digest and not force:
        return BuildResult(current, is_new=False)
    with _lock(directory):
        current = read_manifest(directory)  # somebody else may have built it while we waited
        if current is not None and current.digest == source.info.digest and not force:
            return BuildResult(current, is_new=False)
        return BuildResult(_build(directory, source, report or _silent), is_new=True)


def _build(directory: Path, source: Source, report: Report) -> Manifest:
    started = time.monotonic()
    parent = build_dir(directory)
    _sweep(parent, read_manifest(directory))
    # A folder per build: readers that opened the old one are not disturbed by `--force`.
    folder = parent / f"{source.info.digest[:12]}-{time.time_ns():x}"
    (folder / "browser").mkdir(parents=True)
    try:
        boundaries = source.load(report)
        figures = _write(folder, source, boundaries, report)
        figures["seconds"] = round(time.monotonic() - started, 1)
        manifest = _manifest(folder.name, source, boundaries, figures)
        _publish(directory, manifest)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _sweep(parent, manifest)
    return manifest


def _write(folder: Path, source: Source, boundaries: Boundaries, report: Report) -> dict[str, Any]:
    browser = BrowserFiles(folder / "browser", boundaries)
    regions = {region.key: region for region in boundaries.regions if region.valid_to is None}
    layers: dict[str, Any] = {}
    for table in list_tables(boundaries, report):
        write_table(folder / FILE, table, regions)
        browser.write(table)
        layers.setdefault(table.layer.name, {})[table.level.value] = _figures(table)
    write_regions(folder / "regions.csv", boundaries.regions)
    return {
        "regions": {level.value: sum(1 for key in regions if key[0] is level) for level in Level},
        "counties_drawn": len(boundaries.counties),
        "source_vertices": int(shapely.get_num_coordinates(boundaries.polygons).sum()),
        "layers": layers,
        "browser": browser.finish(source.info.digest, boundaries.lines),
        "gpkg_bytes": (folder / FILE).stat().st_size,
        "has_maritime_lines": bool(boundaries.lines),
    }


def _figures(table: Table) -> dict[str, int]:
    return {
        "tolerance_m": table.layer.tolerance_m,
        "regions": len(table.codes),
        "parts": int(shapely.get_num_geometries(table.polygons).sum()),
        "vertices": int(shapely.get_num_coordinates(table.polygons).sum()),
    }


def _manifest(folder: str, source: Source, boundaries: Boundaries, figures: dict[str, Any]) -> Manifest:
    west, south, east, north = (round(float(value), 4) for value in shapely.total_bounds(boundaries.polygons))
    return Manifest(
        format=FORMAT,
        digest=source.info.digest,
        folder=folder,
        built_at=clock.now().isoformat(timespec="seconds"),
        source=source.info,
        bounds=Bounds(west, south, east, north),
        figures=figures,
    )


def _publish(directory: Path, manifest: Manifest) -> None:
    path = manifest_path(directory)
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(manifest.to_json(), encoding="utf-8")
    temporary.replace(path)


def _sweep(parent: Path, keep: Manifest | None) -> None:
    """Remove what earlier builds left."""
    for path in parent.iterdir():
        if path.is_dir() and (keep is None or path.name != keep.folder):
            shutil.rmtree(path, ignore_errors=True)
        elif path.suffix == ".tmp":
            path.unlink(missing_ok=True)


@contextmanager
def _lock(directory: Path) -> Iterator[None]:
    """One build at a time in this folder; the lock falls with the process that holds it."""
    import fcntl

    parent = build_dir(directory)
    parent.mkdir(parents=True, exist_ok=True)
    with (parent / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _silent(stage: str, share: float) -> None:
    """No report."""
