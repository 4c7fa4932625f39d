"""The flask command line: each room's commands, gathered."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

# Modules with a click group or command named `commands`.
COMMANDS = (
    "portal.audit.commands",
    "portal.accounts.commands",
    "portal.admin.commands",
    "portal.boundaries.commands",
    "portal.network.commands",
    "portal.products.commands",
    "portal.sales.commands",
    "portal.sales.commands_imports",
    "portal.targets.commands",
    "portal.rebates.commands",
    "portal.onboarding.commands",
    "portal.notifications.commands",
    "portal.catalogue",
    "portal.doctor",
    "portal.demo.commands",
    "portal.jobs.commands",
    "portal.worker",
)


def init_app(app: Flask) -> None:
    """Register every room's commands."""
    for name in COMMANDS:
        try:
            module = import_module(name)
        except ModuleNotFoundError:  # while the house is being built
            continue
        for command in getattr(module, "commands", ()):
            app.cli.add_command(command)
