"""flask geodata: build boundaries, find the county of a point, convert between datums."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click
from flask_babel import gettext as _

from portal.boundaries.errors import BoundariesMissing
from portal.boundaries.labels import explain, explain_fault
from portal.boundaries.manifest import Manifest, geodata_dir, require_manifest
from portal.boundaries.regions import Region
from portal.errors import QudaoError
from portal.geo import CHINA_BOUNDS, Bounds, CoordinateFault, Datum, convert, find_coordinate_fault

FAILED, BAD_INPUT = 1, 2
# Shares of the whole that each stage takes, for the bar.
_STAGES = {"counties": 35.0, "assign": 30.0, "detail": 23.0, "display": 9.0, "overview": 3.0}
_DATUMS = click.Choice([datum.value for datum in Datum], case_sensitive=False)
# "-73.9" is a number, not an option.
_NUMBERS = {"ignore_unknown_options": True}


class BadInput(click.ClickException):
    """What was typed, or the file that was named, cannot be used."""

    exit_code = BAD_INPUT


@click.group()
def geodata() -> None:
    """Boundaries, places and coordinates."""


@geodata.command("build")
@click.option("--from", "file", type=click.Path(path_type=Path), help="A file of your own: GeoJSON, GPKG or Shapefile.")
@click.option("--force", is_flag=True, help="Build again, and replace boundaries of a file by those of the package.")
@click.option("--code-field", "code", default="code", show_default=True, help="Column with a county's code.")
@click.option("--name-field", "name", default="name", show_default=True, help="Column with its name.")
@click.option("--name-en-field", "name_en", help="Column with its English name.")
@click.option("--level-field", "level", help="Column with province, prefecture or county, for a file of all levels.")
@click.option("--parent-field", "parent", default="parent", show_default=True, help="Column with the code above.")
@click.option("--province-field", "province", help="Column with a county's province (its code).")
@click.option("--province-name-field", "province_name", help="Column with the name of its province.")
@click.option("--prefecture-field", "prefecture", help="Column with a county's prefecture (its code).")
@click.option("--prefecture-name-field", "prefecture_name", help="Column with the name of its prefecture.")
@click.option("--datum", type=_DATUMS, default=Datum.WGS84.value, show_default=True, help="Datum of the file.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def build_command(file: Path | None, force: bool, datum: str, quiet: bool, **columns: str | None) -> None:
    """Build the boundary layers under geodata/build; does nothing where they are up to date."""
    from portal.boundaries.build import build

    source: Any = None
    if file is not None:
        from portal.boundaries.files import Columns, FileSource

        if not file.is_file():
            _fail(_("There is no file %(file)s.", file=str(file)), BAD_INPUT)
        source = FileSource(file, Columns(**columns), Datum(datum))  # type: ignore[arg-type]
    with _sentences(), _bar(quiet) as report:
        result = build(geodata_dir(), source, force=force, report=report)
    click.echo(_summary(result.manifest, result.is_new))


@geodata.command("locate", context_settings=_NUMBERS)
@click.argument("lng", type=float)
@click.argument("lat", type=float)
@click.option("--datum", type=_DATUMS, default=Datum.WGS84.value, show_default=True, help="Datum of LNG and LAT.")
def locate_command(lng: float, lat: float, datum: str) -> None:
    """Print the province, prefecture and county around a point as JSON."""
    with _sentences():
        manifest = require_manifest(geodata_dir())
        _refuse_implausible(lng, lat, _with_margin(manifest.bounds))
        from portal.boundaries.locate import get_locator

        place = get_locator(geodata_dir()).locate(*convert(lng, lat, datum, Datum.WGS84))
    if place is None:
        _fail(_("No county lies at longitude %(lng)s, latitude %(lat)s.", lng=f"{lng:.10g}", lat=f"{lat:.10g}"), FAILED)
    regions = {region.level.value: _said(region) for region in (place.province, place.prefecture, place.county)}
    source = {"name": manifest.source.name, "version": manifest.source.version}
    points = {other.value: _point(*convert(lng, lat, datum, other)) for other in Datum}
    _print({**regions, **points, "input": {**_point(lng, lat), "datum": datum}, "boundaries": source})


@geodata.command("convert", context_settings=_NUMBERS)
@click.argument("lng", type=float)
@click.argument("lat", type=float)
@click.option("--from", "source", type=_DATUMS, required=True, help="Datum of LNG and LAT.")
@click.option("--to", "target", type=_DATUMS, required=True, help="Datum to convert to.")
def convert_command(lng: float, lat: float, source: str, target: str) -> None:
    """Print a point in another datum as JSON. Outside China all datums agree."""
    _refuse_implausible(lng, lat, CHINA_BOUNDS, allow_outside=True)
    point = _point(*convert(lng, lat, source, target))
    _print({**point, "datum": target, "input": {**_point(lng, lat), "datum": source}})


commands: tuple[click.Command, ...] = (geodata,)


def _refuse_implausible(lng: float, lat: float, bounds: Bounds, *, allow_outside: bool = False) -> None:
    fault = find_coordinate_fault(lng, lat, bounds)
    if fault is None or (allow_outside and fault in {CoordinateFault.OUTSIDE, CoordinateFault.ZERO}):
        return
    _fail(explain_fault(fault, lng, lat, bounds), BAD_INPUT)


def _with_margin(bounds: Bounds) -> Bounds:
    """Room for a coast, a quay and the shift of a datum."""
    west, south, east, north = bounds
    return Bounds(round(west - 0.5, 1), round(south - 0.5, 1), round(east + 0.5, 1), round(north + 0.5, 1))


def _said(region: Region) -> dict[str, str]:
    return {"code": region.code, "name_zh": region.name_zh, "name_en": region.name_en}


def _point(lng: float, lat: float) -> dict[str, float]:
    """Seven decimals are a centimetre."""
    return {"lng": round(lng, 7), "lat": round(lat, 7)}


def _print(value: dict[str, Any]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _summary(manifest: Manifest, is_new: bool) -> str:
    counts = manifest.figures["regions"]
    name = f"{manifest.source.name} {manifest.source.version}".strip()
    values = {"name": name, **counts, "seconds": manifest.figures["seconds"]}
    if is_new:
        sentence = _(
            "Built from %(name)s in %(seconds)s s: %(province)s provinces, %(prefecture)s prefectures, "
            "%(county)s counties.",
            **values,
        )
    else:
        sentence = _(
            "Up to date (%(name)s: %(province)s provinces, %(prefecture)s prefectures, %(county)s counties).", **values
        )
    return str(sentence)


@contextmanager
def _bar(quiet: bool) -> Iterator[Any]:
    """A progress bar on the terminal's error stream."""
    from tqdm import tqdm

    done = dict.fromkeys(_STAGES, 0.0)
    style = "{desc:<9} {bar} {percentage:3.0f} % {elapsed}"
    with tqdm(total=100.0, disable=quiet or None, bar_format=style, leave=False) as bar:

        def report(stage: str, share: float) -> None:
            bar.set_description_str(stage, refresh=False)
            bar.update((share - done[stage]) * _STAGES[stage])
            done[stage] = share

        yield report


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn this room's errors into one sentence and an exit code."""
    try:
        yield
    except BoundariesMissing as error:
        _fail(explain(error), FAILED)
    except QudaoError as error:
        _fail(explain(error), FAILED if error.status >= 500 else BAD_INPUT)


def _fail(sentence: str, code: int) -> NoReturn:
    raise (BadInput if code == BAD_INPUT else click.ClickException)(sentence)
