"""`flask sales import`: the file of a distributor's month."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from portal.db import db
from portal.network.models import Distributor
from portal.sales.commands import MONTH, sales
from portal.sales.tasks_imports import SalesImport
from portal.sales.uploads import Upload
from portal.scope import EVERYTHING, bind_scope
from portal.spreadsheets.books import BookReport

# So many findings are printed where no report is asked for.
MOST_LISTED = 50


def _read_mapping(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """ "她的列=model_code" → {"她的列": "model_code"}; an empty field leaves the column out."""
    found = {}
    for value in values:
        title, sign, name = value.rpartition("=")
        if not (sign and title.strip()):
            raise click.BadParameter(f"{value!r} is not of the form HEADER=FIELD")
        found[title.strip()] = name.strip()
    return found


@sales.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--distributor", "code", required=True, metavar="CODE", help="Whose report it is.")
@click.option("--month", type=MONTH, required=True, help="The business month, as 2026-10.")
@click.option("--dry-run", is_flag=True, help="Check only; nothing is written to the database.")
@click.option(
    "--map",
    "mapping",
    multiple=True,
    callback=_read_mapping,
    metavar="HEADER=FIELD",
    help="Which field a column fills, where its header is not known. Repeatable; HEADER= leaves a column out.",
)
@click.option("--replace", "replaces", is_flag=True, help="The file's details take the place of all in the report.")
@click.option("--locale", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Of the sentences.")
@click.option(
    "--report", "target", type=click.Path(dir_okay=False, path_type=Path), help="Where the report goes (JSON)."
)
@with_appcontext
def import_file(
    file: Path,
    code: str,
    month: date,
    dry_run: bool,
    mapping: dict[str, str],
    replaces: bool,
    locale: str,
    target: Path | None,
) -> None:
    """Import a month's lines and details from an .xlsx or .csv into the distributor's report, which stays a draft.

    With errors nothing is imported (but where the month allows parts of a file), and the exit code is 1. The report has
    {"rows", "imported", "errors": [{"row", "column", "value", "rule", "message", "sheet"}], "warnings": [same]}, rows
    as the spreadsheet shows them.
    """
    if not file.is_file():
        raise click.BadParameter(f"there is no file {file}", param_hint="FILE")
    if target and not target.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {target.absolute().parent}", param_hint="--report")
    session = db.session()
    bind_scope(session, EVERYTHING)
    distributor_id = session.scalar(select(Distributor.id).where(Distributor.code == code))
    if distributor_id is None:
        raise click.BadParameter(f"no distributor has the code {code}", param_hint="--distributor")
    session.rollback()
    upload = Upload(file, file.name, distributor_id, month, mapping)
    report = SalesImport.configured(current_app.config).run(session, upload, is_dry=dry_run, replaces=replaces)
    if target:
        text = json.dumps(report.as_dict(locale), ensure_ascii=False, indent=1)
        target.write_text(text + "\n", encoding="utf-8")
    _say_what_came(report, locale, is_dry=dry_run, is_listed=target is None)
    raise SystemExit(1 if report.has_errors else 0)


def _say_what_came(report: BookReport, locale: str, *, is_dry: bool, is_listed: bool) -> None:
    """A line for people; the findings themselves where there is no report to hold them."""
    errors, warnings = report.findings(locale)
    for word, findings in (("error", errors), ("warning", warnings)):
        for finding in findings[:MOST_LISTED] if is_listed else findings[:0]:
            click.echo(f"{word}: {finding.message}", err=True)
    done = "nothing was written (dry run)" if is_dry else f"{report.imported} imported"
    click.echo(f"{report.rows} rows, {report.error_count} errors, {report.warning_count} warnings: {done}.")


commands: tuple[click.Command, ...] = ()
