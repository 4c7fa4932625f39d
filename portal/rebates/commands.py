"""Commands of the rebates room: `flask rebates …`. They read files, and touch no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from portal.rebates.rules import document, facts
from portal.rebates.rules.evaluation import evaluate
from portal.rebates.rules.explain import as_dict
from portal.rebates.rules.policy import Policy
from portal.rebates.rules.problems import Invalid
from portal.rebates.rules.stacking import check_together

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
    """Rebate policies: check them, and evaluate them on facts."""


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


commands = (rebates,)
