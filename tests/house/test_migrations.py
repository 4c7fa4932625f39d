"""The migrations build exactly the models' schema, go down and up again with data, and keep the audit append-only."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from portal import create_app, settings
from portal.audit.recorder import record
from portal.db import db, set_may_write
from portal.scope import EVERYTHING, bind_scope
from portal.settings import ROOT
from tests.factories import make_area, make_distributor, make_outlet, make_user


@pytest.fixture
def fresh(tmp_path) -> Iterator[Flask]:
    """An application on an empty database of its own."""
    url, engine, name = f"sqlite:///{tmp_path / 'fresh.db'}", None, f"qudao_migrate_{uuid.uuid4().hex[:12]}"
    if server := os.environ.get("DATABASE_URL"):
        engine = create_engine(settings.database_url(server, tmp_path), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}"'))
        url = engine.url.set(database=name).render_as_string(hide_password=False)
    app = create_app(
        {"TESTING": True, "INSTANCE_DIR": tmp_path, "SECRET_KEY": "x" * 32, "SQLALCHEMY_DATABASE_URI": url}
    )
    set_may_write(True)
    with app.app_context():
        bind_scope(db.session(), EVERYTHING)
        yield app
        db.session.remove()
        db.engine.dispose()
    if engine is not None:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        engine.dispose()


def fill() -> None:
    """A little of everything below onboarding."""
    area = make_area()
    make_outlet(make_distributor(area=area), area=area)
    make_user()
    db.session.commit()


def test_the_head_is_pinned_and_there_is_one():
    script = ScriptDirectory(str(ROOT / "migrations"))
    assert script.get_heads() == [(ROOT / "migrations" / "HEAD").read_text().strip()]
    numbers = [revision.revision for revision in script.walk_revisions()][::-1]
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def test_the_schema_is_that_of_the_models(fresh):
    flask_migrate.upgrade()
    flask_migrate.check()


def test_down_and_up_again_with_data(fresh):
    flask_migrate.upgrade()
    fill()
    db.session.remove()
    flask_migrate.downgrade(revision="0001")
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM outlets")).scalar() == 1
    flask_migrate.upgrade()
    flask_migrate.check()
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM outlets")).scalar() == 1
    flask_migrate.downgrade(revision="base")
    flask_migrate.upgrade()
    flask_migrate.check()


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET actor_name = 'x'", "DELETE FROM audit_entries"])
def test_the_audit_refuses_to_be_changed(fresh, statement):
    flask_migrate.upgrade()
    record(db.session(), "export", object_type="outlets")
    db.session.commit()
    with pytest.raises(DBAPIError, match="never changed"), db.engine.begin() as connection:
        connection.execute(text(statement))
