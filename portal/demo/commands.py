"""`flask demo`: load the demonstration, or a network large enough to measure."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.audit.recorder import set_actor
from portal.boundaries.errors import BoundariesMissing
from portal.db import db
from portal.demo.files import make_files
from portal.demo.network import make_areas, make_guangxi, make_sichuan
from portal.demo.onboarding import make_onboarding
from portal.demo.people import grant_scopes, make_people
from portal.demo.products import make_products
from portal.demo.rebates import make_rebates
from portal.demo.sales import make_sales
from portal.demo.scale import PREFIX, make_outlets
from portal.demo.scale_sales import MONTHS, make_lines
from portal.demo.targets import make_targets
from portal.demo.visits import make_visits
from portal.errors import InvalidInput
from portal.network.models import Distributor, Outlet, Region, SalesArea
from portal.scope import EVERYTHING, bind_scope

OUTLETS, LINES_OUTLETS = 100_000, 10_000


@click.group("demo")
def demo() -> None:
    """The demonstration's data."""


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing where the network has a distributor already.")
@with_appcontext
def load_command(if_empty: bool) -> None:
    """Load the demonstration: Sichuan's plan, a dealer in Guangxi, users of every role."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    if session.scalar(select(func.count()).select_from(Distributor)):
        if if_empty:
            click.echo("The network is not empty: the demonstration is left out.")
            return
        raise click.ClickException("the network is not empty; load the demonstration into a fresh database")
    if not session.scalar(select(func.count()).select_from(Region)):
        raise click.ClickException("no regions are loaded: run `flask network load-regions` first")
    set_actor(session, actor_id=None, name="demo")
    load_network(session, Path(current_app.config["STORAGE_DIR"]))
    session.commit()
    outlets = session.scalar(select(func.count()).select_from(Outlet))
    click.echo(f"{session.scalar(select(func.count()).select_from(Distributor))} distributors, {outlets} outlets")
    if not current_app.config["PORTAL_DEMO"]:
        click.echo("The demo accounts can sign in only while PORTAL_DEMO=1.")


@demo.command("scale")
@click.option("--outlets", type=click.IntRange(1, 1_000_000), help="Default: 100,000; with --lines 10,000.")
@click.option("--lines", type=click.IntRange(1, 100_000_000), help="Also two years of reports with so many sales.")
@with_appcontext
def scale_command(outlets: int | None, lines: int | None) -> None:
    """Add a synthetic network over the real counties, to see how the portal bears it."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    set_actor(session, actor_id=None, name="demo")
    has_outlets = bool(session.scalar(select(func.count()).where(Outlet.code.startswith(PREFIX))))
    if not has_outlets or lines is None or outlets is not None:
        _scale_outlets(session, outlets or (LINES_OUTLETS if lines else OUTLETS))
    if lines is not None:
        _scale_lines(session, lines)


def _scale_outlets(session: Session, outlets: int) -> None:
    with click.progressbar(length=outlets, label="outlets") as bar:
        try:
            made = make_outlets(session, outlets, geodata=current_app.config["GEODATA_DIR"], report=bar.update)
        except InvalidInput as error:
            present = error.details["value"]
            raise click.ClickException(f"{present} synthetic outlets are there already; use a fresh database") from None
        except BoundariesMissing:
            raise click.ClickException("no boundaries are built: run `flask geodata build` first") from None
    click.echo(f"{made} outlets of {PREFIX}… codes")


def _scale_lines(session: Session, lines: int) -> None:
    with click.progressbar(length=lines, label="sales") as bar:
        try:
            made = make_lines(session, lines, report=bar.update)
        except InvalidInput:
            raise click.ClickException("the synthetic outlets have reports already; use a fresh database") from None
    click.echo(f"{made} sales in {MONTHS} months")


def load_network(session: Session, storage_dir: Path) -> None:
    """People, areas, the network and its files; the caller commits."""
    people = make_people(session)
    make_products(session, people)
    make_areas(session, {who: user.id for who, user in people.items()})
    make_sichuan(session)
    make_guangxi(session)
    make_files(session, storage_dir)
    grant_scopes(session, people, ids_by_code(session))
    make_onboarding(session, people, storage_dir)
    make_targets(session, people)
    make_sales(session, people, storage_dir)
    make_visits(session, people, storage_dir)
    make_rebates(session, people)


def ids_by_code(session: Session) -> dict[str, int]:
    """Code of every area, distributor and outlet → id."""
    found: dict[str, int] = {}
    for model in (SalesArea, Distributor, Outlet):
        found |= {row.code: row.id for row in session.execute(select(model.code, model.id))}
    return found


commands = (demo,)
