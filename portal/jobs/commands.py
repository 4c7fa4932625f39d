"""Commands of the jobs room."""

from __future__ import annotations

import click

commands: tuple[click.Command, ...] = ()
