"""The doctor finds what is planted, says what to do, and the web server does not start on what is dangerous."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import event, text

from portal import clock, doctor, health, settings
from portal.accounts.demo_accounts import DEMO_ACCOUNTS
from portal.audit.recorder import record
from portal.db import db
from portal.doctor import CHECKS, START_UP, examine, refuse_faulty
from portal.jobs.registry import job_kind
from portal.jobs.services import beat, start_job
from tests.factories import make_user


@job_kind("tests.waiting")
def waiting(job) -> None: ...


@pytest.fixture
def set_config(app, monkeypatch):
    def set_config(**values):
        for name, value in values.items():
            monkeypatch.setitem(app.config, name, value)

    return set_config


@pytest.fixture
def find(app, session):
    """What one check says."""

    def find(name: str):
        session.commit()
        return examine(app, [name])[0]

    return find


@pytest.fixture
def durable(app, session):
    """Connections as the portal has them: the tests' own do not wait for the disk."""
    statements = {"sqlite": "PRAGMA synchronous=FULL", "postgresql": "SET synchronous_commit = on"}

    def wait_for_disk(connection, _record, _proxy):
        connection.cursor().execute(statements[engine.dialect.name])

    engine = db.engine
    session.remove()
    event.listen(engine, "checkout", wait_for_disk)
    yield
    event.remove(engine, "checkout", wait_for_disk)
    session.remove()
    engine.dispose()


@pytest.fixture
def migrated(monkeypatch):
    """A database at the head (the tests' own is made without migrations)."""
    monkeypatch.setattr(doctor, "migration_heads", lambda: ({"0001"}, {"0001"}))
    monkeypatch.setitem(health.READINESS, "migrations", lambda: True)


@pytest.mark.parametrize(
    ("name", "values", "remedy"),
    [
        ("secret key", {"SECRET_KEY": "secret"}, "openssl rand"),
        ("secret key", {"SECRET_KEY": "a" * 64}, "openssl rand"),
        ("debug mode", {"DEBUG": True}, "FLASK_DEBUG"),
        ("HTTPS", {"BASE_URL": "https://dealers.example.com", "HTTPS": False}, "HTTPS=1"),
        ("HTTPS", {"BASE_URL": "http://dealers.example.com"}, "certificate"),
        ("HTTPS", {"BASE_URL": "https://dealers.example.com", "HTTPS": True, "PROXY_HOPS": 0}, "PROXY_HOPS"),
        ("Redis", {"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL"),
        ("boundaries", {"GEODATA_DIR": Path("/nowhere")}, "flask geodata build"),
        ("file storage", {"STORAGE_DIR": Path("/dev/null/storage")}, "STORAGE_DIR"),
        ("demo accounts", {"PORTAL_DEMO": True, "BASE_URL": "https://dealers.example.com"}, "PORTAL_DEMO"),
    ],
)
def test_a_dangerous_setting_is_found(find, set_config, name, values, remedy):
    set_config(**values)
    finding = find(name)
    assert not finding.is_ok
    assert remedy in finding.remedy


@pytest.mark.parametrize("name", ["Python", "secret key", "debug mode", "HTTPS", "Redis", "database", "durability"])
def test_a_sound_installation_passes(durable, find, set_config, name):
    set_config(REDIS_URL=None)
    finding = find(name)
    assert finding.is_ok, finding


def test_pending_migrations_are_found(find, monkeypatch):
    monkeypatch.setattr(doctor, "migration_heads", lambda: ({"0001"}, {"0002"}))
    finding = find("migrations")
    assert (finding.said, finding.remedy) == (
        "the database is at 0001, the code expects 0002",
        "Run: flask db upgrade",
    )


def test_missing_and_open_static_files_are_found(find, app, monkeypatch, tmp_path):
    monkeypatch.setattr(app, "static_folder", str(tmp_path))
    assert "tabler.min.css" in find("browser libraries").said
    assert find("static files").is_ok
    (tmp_path / "js").mkdir(mode=0o777)
    (tmp_path / "js").chmod(0o777)
    assert "every user of this machine" in find("static files").said


def test_a_catalogue_older_than_its_parts_is_found(find, monkeypatch, tmp_path):
    folder = tmp_path / "zh_Hans"
    (folder / "LC_MESSAGES").mkdir(parents=True)
    (folder / "jobs.po").touch()
    monkeypatch.setattr(doctor, "TRANSLATIONS", tmp_path)
    assert find("translations").remedy == "Run: flask i18n compile"
    (folder / "LC_MESSAGES" / "messages.mo").touch()
    assert find("translations").is_ok


def test_a_full_disk_is_found(find, monkeypatch):
    monkeypatch.setattr(doctor, "free_bytes", lambda app: 300 * 1024**2)
    assert find("disk").said == "300 MiB are left"


def test_a_silent_worker_and_a_long_line_are_found(find, session):
    assert "no worker runs" in find("worker").said
    beat(session(), name="here:1")
    assert find("worker").is_ok
    assert find("queue").is_ok
    job = start_job(session(), kind="tests.waiting", owner=make_user(), arguments={})
    session.info.clear()
    job.created_at = clock.now() - timedelta(minutes=16)
    assert find("queue").said == "a job has been waiting for 16 minutes"


def test_a_broken_audit_is_found(find, session):
    for number in range(3):
        record(session(), "export", object_type="outlets", object_id=number)
        session.commit()
    assert find("audit").said == "3 entries, the chain is whole"
    session.execute(text("UPDATE audit_entries SET object_label='x' WHERE id=2"))
    assert "breaks at entry 2" in find("audit").said


def test_demo_accounts_without_the_demonstration_are_found(find, set_config):
    make_user(email=DEMO_ACCOUNTS[0].email)
    set_config(PORTAL_DEMO=False)
    assert "1 accounts of the demonstration are active" in find("demo accounts").said
    set_config(PORTAL_DEMO=True)
    assert find("demo accounts").is_ok


def test_where_the_database_is_gone_the_rest_is_not_asked(app, session, monkeypatch):
    gone = SimpleNamespace(render_as_string=lambda hide_password: "postgresql://db.example")

    def connect():
        raise ConnectionError

    monkeypatch.setattr(doctor, "db", SimpleNamespace(engine=SimpleNamespace(url=gone, connect=connect)))
    found = examine(app, ["database", "migrations", "worker", "audit"])
    assert [finding.name for finding in found] == ["database"]
    assert "does not answer" in found[0].said


def test_a_check_that_fails_itself_is_a_finding(app, session, monkeypatch):
    monkeypatch.setitem(CHECKS, "Python", lambda app: 1 / 0)
    assert examine(app, ["Python"])[0].said == "could not be checked: division by zero"


def test_the_command_lists_every_check_and_fails_where_one_does(app, session, migrated):
    result = app.test_cli_runner().invoke(args=["doctor"])
    assert result.exit_code == 1
    assert "WRONG  worker" in result.output
    assert all(name in result.output for name in CHECKS)


def test_the_web_server_refuses_what_is_dangerous(app: Flask, session, durable, set_config, migrated, monkeypatch):
    session.commit()
    monkeypatch.setattr(doctor, "START_UP", [name for name in START_UP if name != "browser libraries"])
    refuse_faulty(app)
    set_config(SECRET_KEY="secret", DEBUG=True)
    with pytest.raises(SystemExit) as refused:
        refuse_faulty(app)
    assert "secret key" in str(refused.value)
    assert "FLASK_DEBUG" in str(refused.value)


def test_gunicorn_does_not_start_on_a_database_without_tables(tmp_path):
    """The whole way, in a process of its own; it ends by itself, with what to do."""
    environment = {**os.environ, "INSTANCE_DIR": str(tmp_path), "PORT": "0", "FLASK_DEBUG": ""}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"]
    result = subprocess.run(
        command, cwd=settings.ROOT, env=environment, capture_output=True, text=True, timeout=90, check=False
    )
    assert result.returncode != 0
    assert "flask db upgrade" in result.stdout + result.stderr


def test_the_process_says_that_it_lives(app, session):
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok", "text/plain")


def test_readiness_names_what_is_missing_and_nothing_else(app, session, migrated, monkeypatch):
    client = app.test_client()
    session.commit()
    assert client.get("/readyz").json == {"status": "ok", "failed": []}
    monkeypatch.setattr(health, "free_bytes", lambda app: 0)
    monkeypatch.setattr(health, "queue_age", lambda: timedelta(hours=1))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "unavailable", "failed": ["disk", "queue"]}


def test_readiness_without_a_database_does_not_fail_itself(app, session, monkeypatch):
    def connect():
        raise ConnectionError

    monkeypatch.setattr(health, "db", SimpleNamespace(engine=SimpleNamespace(connect=connect)))
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["failed"]) == (503, ["database"])
