"""Commands of the monthly report: `flask sales …`."""

from __future__ import annotations

import sys
from datetime import date

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import clock
from portal.audit.recorder import record, set_actor
from portal.db import db, writing
from portal.periods import format_month, parse_month
from portal.sales.services.periods import ensure_periods
from portal.sales.services.rollups import compare, rebuild
from portal.sales.tasks import send_reminders
from portal.scope import EVERYTHING, bind_scope


class MonthType(click.ParamType):
    """A month written as 2026-10."""

    name = "YYYY-MM"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The month's first day; fails where the text names no month."""
        if isinstance(value, date):
            return value
        try:
            return parse_month(str(value))
        except ValueError:
            self.fail(f"“{value}” is no month; write it as 2026-10.", param, ctx)


MONTH = MonthType()


@click.group()
def sales() -> None:
    """Monthly reports: calendar, roll-ups, reminders."""


@sales.command("rebuild")
@click.option("--month", type=MONTH, help="One month only.")
@click.option("--check", is_flag=True, help="Change nothing; exit 1 where a stored sum is not what it ought to be.")
@with_appcontext
def rebuild_command(month: date | None, check: bool) -> None:
    """Sum the roll-ups anew from the reports, their details and approved amendments."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    if check:
        _check(compare(session, month))
        return
    with writing():
        set_actor(session, actor_id=None, name="flask sales rebuild")
        months = rebuild(session, month)
        label = format_month(month) if month else ""
        record(session, "rebuild", object_type="sales_rollups", label=label, changes={"months": [None, months]})
        session.commit()
    click.echo(f"{months} months summed anew")


def _check(differing: list[tuple[date, int]]) -> None:
    for month, distributor_id in differing:
        click.echo(f"unequal  {format_month(month)}  distributor {distributor_id}", err=True)
    if differing:
        sys.exit(1)
    click.echo("every roll-up is equal to what it sums")


@sales.command("remind")
@with_appcontext
def remind_command() -> None:
    """Tell now whoever is due or late, as the worker does every hour; each step is told once."""
    click.echo(f"{send_reminders(current_app._get_current_object())} notices")  # type: ignore[attr-defined]


@sales.command("periods")
@click.option("--year", type=click.IntRange(2000, 2100), help="Default: this year.")
@with_appcontext
def periods_command(year: int | None) -> None:
    """Open the twelve months of a year where they are missing."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    with writing():
        set_actor(session, actor_id=None, name="flask sales periods")
        year = year or clock.today().year
        for period in ensure_periods(session, year, due_day=current_app.config["SALES_DUE_DAY"]):
            click.echo(f"{format_month(period.month)}  due {period.due_on}  {period.status}")
        session.commit()


commands: tuple[click.Command, ...] = (sales,)
