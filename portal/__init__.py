"""Qudao (渠道): the portal of a manufacturer's dealer network. `create_app` puts the rooms together."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from flask import Flask

from portal import assets, settings

# Rooms with pages, in the order of the arrows, lowest first. Each has a `views` module with a `blueprint`.
DOMAINS = (
    "audit",
    "jobs",
    "accounts",
    "notifications",
    "products",
    "network",
    "sales",
    "visits",
    "targets",
    "coverage",
    "rebates",
    "onboarding",
    "admin",
    "home",
)


def create_app(overrides: Mapping[str, object] | None = None) -> Flask:
    """The portal, configured from the environment and `overrides`."""
    from portal.template_tools import Templates

    static = settings.ROOT / "static"
    app = Flask(__name__, static_folder=str(static), static_url_path=assets.address_of(static))
    app.jinja_environment = Templates
    app.config.from_mapping(settings.load())
    app.config.from_mapping(overrides or {})
    _attach_floor(app)
    for domain in DOMAINS:
        app.register_blueprint(import_module(f"portal.{domain}.views").blueprint)
    from portal import cli, health

    app.register_blueprint(health.blueprint)
    cli.init_app(app)
    return app


def _attach_floor(app: Flask) -> None:
    from portal import access, error_pages, forms, i18n, navigation, security, template_tools
    from portal.accounts import sign_in
    from portal.audit import recorder  # noqa: F401 - listens to every session
    from portal.db import db
    from portal.extensions import csrf, migrate

    security.init_app(app)
    assets.init_app(app)
    app.config["INSTANCE_DIR"].mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(settings.ROOT / "migrations"), render_as_batch=True)
    i18n.init_app(app)
    access.init_app(app)  # before sign-in: it says whether the transaction that loads the user may write
    sign_in.init_app(app)
    csrf.init_app(app)
    forms.init_app(app)
    template_tools.register(app)
    navigation.init_app(app)
    error_pages.init_app(app)
