"""Pages of the field work: one module for each thing, all on one blueprint."""

from __future__ import annotations

from flask import Blueprint

from portal.visits import models  # noqa: F401 - until its pages exist

blueprint = Blueprint("visits", __name__)
