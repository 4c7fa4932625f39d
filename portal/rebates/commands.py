"""Commands of the rebates room: `flask rebates …`. `check` and `evaluate` read files, and touch no database."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from portal.audit.recorder import set_actor
from portal.db import db, writing
from portal.errors import QudaoError
from portal.formatting import format_yuan
from portal.periods import parse_month
from portal.rebates.queries.balances import totals
from portal.rebates.queries.ledger_check import faults
from portal.rebates.queries.settled import open_run_of
from portal.rebates.rules import document, facts
from portal.rebates.rules.evaluation import evaluate
from portal.rebates.rules.explain import as_dict
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.problems import Invalid
from portal.rebates.rules.settling import span_of
from portal.rebates.rules.stacking import check_together
from portal.rebates.rules.words import Period
from portal.rebates.services.settlement import calculate, open_run
from portal.scope import EVERYTHING, bind_scope

File = click.Path(exists=True, dir_okay=False, path_type=Path)
LOCALE = click.option(
    "--locale", type=click.Choice(["en", "zh"]), default="en", show_default=True, help="Of sentences."
)


class CannotUse(click.ClickException):
    """A file breaks rules: every problem on a line of its own, exit code 1."""

    def __init__(self, path: Path, error: Invalid, locale: str) -> None:
        super().__init__("\n".join(f"{path}: {problem.line(locale)}" for problem in error.problems))

    def show(self, file: Any = None) -> None:
        """The problems as they are, without a prefix."""
        click.echo(self.message, file=file, err=file is None)


def _read(path: Path) -> Any:
    """The JSON of a file; Windows editors put a mark in front, which is no fault."""
    try:
        return document.read(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise click.ClickException(f"{path}: the file is not UTF-8. Save it as UTF-8.") from None


def _policy(path: Path, locale: str) -> Policy:
    try:
        return document.parse(_read(path))
    except Invalid as error:
        raise CannotUse(path, error, locale) from error


@click.group()
def rebates() -> None:
    """Rebate policies: check and evaluate them; settle a period; look after the ledger."""


@rebates.command("evaluate")
@click.argument("policy_file", metavar="POLICY.json", type=File)
@click.argument("facts_file", metavar="FACTS.json", type=File)
@LOCALE
def evaluate_files(policy_file: Path, facts_file: Path, locale: str) -> None:
    """Print what a party earns, with all reasons, as JSON. What is wrong with a file goes to stderr, exit code 1."""
    policy = _policy(policy_file, locale)
    try:
        found = facts.parse(_read(facts_file))
    except Invalid as error:
        raise CannotUse(facts_file, error, locale) from error
    click.echo(json.dumps(as_dict(evaluate(policy, found)), ensure_ascii=False, indent=1))


@rebates.command("check")
@click.argument("policy_files", metavar="POLICY.json…", type=File, nargs=-1, required=True)
@LOCALE
def check_files(policy_files: tuple[Path, ...], locale: str) -> None:
    """Print what is wrong with a policy, or between several, a problem a line; exit code 1 when something is."""
    policies, wrong = [], False
    for path in policy_files:
        try:
            policies.append(document.parse(_read(path)))
        except Invalid as error:
            wrong = True
            click.echo("\n".join(f"{path}: {problem.line(locale)}" for problem in error.problems))
    if not wrong:
        between = check_together(policies)
        wrong = bool(between)
        for problem in between:
            click.echo(problem.line(locale))
    if wrong:
        raise SystemExit(1)
    click.echo("\n".join(f"{path}: sound." for path in policy_files))


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


@rebates.command("settle")
@click.option("--month", type=MonthType(), required=True, help="Any month of the period.")
@click.option("--period", type=click.Choice([each.value for each in Period]), default="month", show_default=True)
@with_appcontext
def settle_command(month: date, period: str) -> None:
    """Calculate the settlement of a period: a draft, which people check, approve and pay in the portal."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    with writing():
        set_actor(session, actor_id=None, name="flask rebates settle")
        kind = Period(period)
        try:
            run = open_run_of(session, kind, span_of(kind, month).first)
            if run is None:
                run = open_run(session, kind, month, actor=None)
            calculate(session, run, actor=None)
        except QudaoError as error:
            session.rollback()
            raise click.ClickException(str(error)) from error
        session.commit()
    label = span_of(kind, month).label
    click.echo(f"{label} #{run.number}: {run.statements} statements, due {format_yuan(run.due_fen)}")


@rebates.command("ledger")
@click.option("--check", is_flag=True, help="Print what does not hold together; exit 1 where something does not.")
@with_appcontext
def ledger_command(check: bool) -> None:
    """Print what stands in each account, or check that nothing got lost."""
    session = db.session()
    bind_scope(session, EVERYTHING)
    if check:
        found = faults(session)
        for fault in found:
            click.echo(fault, err=True)
        if found:
            raise SystemExit(1)
        click.echo("every posting sums to 0, and what was earned is paid, open or clawed back")
        return
    for unit, name, amount in totals(session):
        click.echo(f"{unit:8}{name:14}{format_yuan(amount) if unit == 'cash' else amount:>20}")


commands = (rebates,)
