"""Commands of the network room: `flask network …`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.boundaries.errors import FactsError
from portal.db import db
from portal.geo import Datum
from portal.network.models import ImportKind
from portal.network.services import placing, regions
from portal.network.services.succession import follow_codes
from portal.network.tasks import FileImport
from portal.network.uploads import Upload
from portal.scope import EVERYTHING, bind_scope
from portal.spreadsheets import Report

# So many findings are printed where no report is asked for.
MOST_LISTED = 50


@click.group()
def network() -> None:
    """Regions, sales areas, distributors and outlets."""


@network.command("load-regions")
@click.option(
    "--from",
    "directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of geographic data (default: the installation's).",
)
@with_appcontext
def load_regions(directory: Path | None) -> None:
    """Bring the regions, their names by date and their successions up to the fact tables. Safe to repeat."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    folder = directory or Path(current_app.config["GEODATA_DIR"])
    try:
        loaded = regions.load_regions(session, folder)
        followed = follow_codes(session)
    except FactsError as error:
        session.rollback()
        raise click.ClickException(str(error)) from error
    session.commit()
    click.echo(
        f"Regions: {loaded.added} added, {loaded.changed} changed, {loaded.removed} removed, {loaded.same} unchanged; "
        f"{loaded.names} names, {loaded.successions} successions of codes."
        + (f" {followed} places followed their county into its new code." if followed else "")
    )


@network.command("reassign-areas")
@with_appcontext
def reassign_areas() -> None:
    """Recompute the sales area of every distributor and outlet. Run it daily: assignments begin and end by date."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    moved = placing.reassign_areas(session)
    session.commit()
    click.echo(f"Moved to another sales area: {moved.distributors} distributors, {moved.outlets} outlets.")


def _read_mapping(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """ "她的列=code" → {"她的列": "code"}; an empty field leaves the column out."""
    found = {}
    for value in values:
        title, sign, name = value.rpartition("=")
        if not (sign and title.strip()):
            raise click.BadParameter(f"{value!r} is not of the form HEADER=FIELD")
        found[title.strip()] = name.strip()
    return found


@network.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--kind", type=click.Choice([kind.value for kind in ImportKind]), required=True, help="What the rows are."
)
@click.option(
    "--datum",
    type=click.Choice([datum.value for datum in Datum], case_sensitive=False),
    required=True,
    help="What the coordinates refer to: GPS (wgs84), AMap and Tencent (gcj02), Baidu (bd09).",
)
@click.option("--dry-run", is_flag=True, help="Check only; nothing is written to the database.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=_read_mapping,
    metavar="HEADER=FIELD",
    help="Which field a column fills, where its header is not known. Repeatable; HEADER= leaves a column out.",
)
@click.option("--locale", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Of the sentences.")
@click.option(
    "--report", "target", type=click.Path(dir_okay=False, path_type=Path), help="Where the report goes (JSON)."
)
@with_appcontext
def import_file(
    file: Path, kind: str, datum: str, dry_run: bool, mapping: dict[str, str], locale: str, target: Path | None
) -> None:
    """Import distributors or outlets from an .xlsx or .csv.

    All rows or none: with one error nothing is imported, and the exit code is 1. The report has
    {"rows", "imported", "errors": [{"row", "column", "value", "rule", "message"}], "warnings": [same]}, rows as the
    spreadsheet shows them.
    """
    if not file.is_file():
        raise click.BadParameter(f"there is no file {file}", param_hint="FILE")
    if target and not target.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {target.absolute().parent}", param_hint="--report")
    upload = Upload(file, file.name, ImportKind(kind), Datum(datum), mapping)
    report = FileImport(current_app.config).run(db.session(), upload, is_dry=dry_run)
    if target:
        text = json.dumps(report.as_dict(locale), ensure_ascii=False, indent=1)
        target.write_text(text + "\n", encoding="utf-8")
    _say_what_came(report, locale, is_dry=dry_run, is_listed=target is None)
    raise SystemExit(1 if report.has_errors else 0)


def _say_what_came(report: Report, locale: str, *, is_dry: bool, is_listed: bool) -> None:
    """A line for people; the findings themselves where there is no report to hold them."""
    errors, warnings = report.findings(locale)
    for word, findings in (("error", errors), ("warning", warnings)):
        for finding in findings[:MOST_LISTED] if is_listed else findings[:0]:
            click.echo(f"{word}: {finding.message}", err=True)
    done = "nothing was written (dry run)" if is_dry else f"{report.imported} imported"
    click.echo(f"{report.rows} rows, {len(errors)} errors, {len(warnings)} warnings: {done}.")


commands: tuple[click.Command, ...] = (network,)
