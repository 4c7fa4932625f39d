"""Commands of the targets room: `flask targets …`."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from portal.db import db
from portal.errors import InvalidInput
from portal.periods import format_month, months_of_year
from portal.scope import EVERYTHING, bind_scope
from portal.targets.labels import sentence_of
from portal.targets.models import TargetPlan
from portal.targets.queries.hierarchy import months_of, read_hierarchy
from portal.targets.queries.naming import codes_of
from portal.targets.queries.plans import latest_plan, season_of, split_plan, stored_split
from portal.targets.rules.cascade import OUTLETS, OWN, Settings, Split, cascade, mismatches
from portal.targets.rules.season import SeasonProfile, parse_season, split_year
from portal.targets.rules.words import Basis, PlanStatus


@click.group()
def targets() -> None:
    """Year targets and monthly quotas."""


@targets.command("split")
@click.option("--year", type=click.IntRange(2000, 2100), required=True)
@click.option("--total", type=click.IntRange(min=0), help="Units of the year; without it the stored plan is printed.")
@click.option("--season", default="", help="Groups of months with units or shares: 3-5:8000,8-10:30%.")
@click.option(
    "--basis",
    type=click.Choice([basis.value for basis in Basis]),
    default=Basis.LAST_YEAR.value,
    show_default=True,
    help="By what areas, distributors and outlets share.",
)
@click.option("--json", "as_json", is_flag=True, help="The whole split as JSON; otherwise the areas as a table.")
@with_appcontext
def split_command(year: int, total: int | None, season: str, basis: str, as_json: bool) -> None:
    """Print how a year's target splits over months, areas, distributors, outlets and models. Writes nothing."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    try:
        answer = _split(session, year, total, season, Basis(basis))
    except InvalidInput as error:
        raise click.ClickException(sentence_of(error)) from error
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _print(answer)


def _split(session: Session, year: int, total: int | None, season: str, basis: Basis) -> dict[str, Any]:
    plan = latest_plan(session, year) if total is None else None
    if total is None and plan is None:
        raise click.UsageError(f"there is no plan of {year}: give --total (and --season)")
    if plan is not None:
        stored = plan.status is PlanStatus.PUBLISHED
        split = stored_split(session, plan) if stored else split_plan(session, plan)
        return _answer(session, split, months_of(plan), plan=plan)
    months = months_of_year(year)
    units = split_year(total or 0, SeasonProfile(parse_season(season)))
    return _answer(session, cascade(units, read_hierarchy(session, months, basis, Settings())), months)


def _answer(session: Session, split: Split, months: list[date], *, plan: TargetPlan | None = None) -> dict[str, Any]:
    codes = codes_of(session)
    stored = {"revision": plan.revision, "status": plan.status.value} if plan else None
    return {
        "year": months[0].year,
        "total": split.total,
        "plan": stored,
        "months": {format_month(month): units for month, units in zip(months, split.units, strict=True)},
        "adds_up": not list(mismatches(split)) and (plan is None or list(split.units) == season_of(plan)),
        "areas": [_area(area, codes) for area in split.children],
    }


def _area(area: Split, codes: dict[str, str]) -> dict[str, Any]:
    return _figures(area, codes) | {"distributors": [_distributor(each, codes) for each in area.children]}


def _distributor(owner: Split, codes: dict[str, str]) -> dict[str, Any]:
    group = next((child.children for child in owner.children if child.key == OUTLETS), ())
    parties = [child for child in owner.children if child.key not in (OUTLETS, OWN)]
    own = owner.find(OWN)
    return _figures(owner, codes) | {
        "own": _party(own, codes) if own else None,
        "outlets": [_party(each, codes) for each in (*parties, *group)],
    }


def _party(party: Split, codes: dict[str, str]) -> dict[str, Any]:
    models = {codes.get(child.key, child.key): list(child.units) for child in party.children if child.total}
    return _figures(party, codes) | {"models": models}


def _figures(split: Split, codes: dict[str, str]) -> dict[str, Any]:
    return {"code": codes.get(split.key, split.key), "units": split.total, "months": list(split.units)}


def _print(answer: dict[str, Any]) -> None:
    click.echo(f"{answer['year']}: {answer['total']} units, {'adds up' if answer['adds_up'] else 'DOES NOT ADD UP'}")
    click.echo(f"{'':<12}{'total':>9} " + "".join(f"{month[-2:]:>7}" for month in answer["months"]))
    for row in answer["areas"]:
        click.echo(f"{row['code']:<12}{row['units']:>9} " + "".join(f"{units:>7}" for units in row["months"]))
    click.echo(f"{'sum':<12}{answer['total']:>9} " + "".join(f"{units:>7}" for units in answer["months"].values()))


commands: tuple[click.Command, ...] = (targets,)
