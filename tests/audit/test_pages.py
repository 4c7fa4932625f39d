"""The audit's pages: search, facets, days, paging, export, one entry."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime

import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy import select, text

from portal.audit.commands import audit
from portal.audit.forms import ENTRIES
from portal.audit.labels import ACTIONS, OBJECTS, PAGES
from portal.audit.models import AuditEntry
from portal.audit.queries import entries_of
from portal.audit.recorder import record, set_actor
from portal.audit.wording import changes_in_words, value_in_words
from portal.db import Base
from portal.permissions import ROLE_PERMISSIONS, Permission, Role
from tests.factories import make_area, make_distributor, make_outlet, make_user


@pytest.fixture
def reader(session):
    """Somebody of head office who may read the audit."""
    return make_user(Role.HO_APPROVER, email="reader@example.com", name="Reader")


@pytest.fixture
def client(client_for, reader):
    return client_for(reader)


@pytest.fixture
def history(session, reader):
    """A few changes by two people on three days; returns the distributor and the people."""
    li, wang = make_user(name="李娜"), make_user(name="Wang Wei")
    session.commit()

    def on(moment, actor, request_id=""):
        set_actor(session(), actor_id=actor.id, name=actor.name, request_id=request_id)
        return time_machine.travel(moment, tick=False)

    with on(datetime(2026, 8, 30, 9, tzinfo=UTC), li, "req-1"):
        distributor = make_distributor(code="DY-01", name="德阳鑫达")
        session.commit()
    # 1 September in Shanghai, still 31 August in UTC.
    with on(datetime(2026, 8, 31, 16, 30, tzinfo=UTC), wang, "req-2"):
        distributor.name = "德阳鑫达机电"
        session.commit()
    with on(datetime(2026, 9, 2, 3, tzinfo=UTC), li, "req-3"):
        record(session(), "export", object_type="outlets", label="xlsx", changes={"rows": 12})
        session.commit()
    return distributor, li, wang


def found(client, query: str) -> list[tuple[str, str]]:
    """(person, object) of the rows, newest first."""
    page = client.get(f"/audit?size=200&{query}").text
    cells = re.findall(r'data-label="Who"[^>]*>([^<]*)</td>.*?data-label="Object"[^>]*>([^<]*)</td>', page, re.DOTALL)
    return [(who, what) for who, what in cells if "User" not in what and "Single" not in what]


@pytest.mark.parametrize("role", [r for r in Role if Permission.AUDIT_ENTRIES_READ not in ROLE_PERMISSIONS[r]])
def test_it_is_head_office_s_alone(client_for, session, role):
    client = client_for(make_user(role))
    for path in ("/audit", "/audit/1"):
        assert client.get(path).status_code == 403
    assert client.post("/audit/export.csv").status_code == 403


CREATED, RENAMED, EXPORTED = (
    ("李娜", "Distributor · DY-01"),
    ("Wang Wei", "Distributor · DY-01"),
    ("李娜", "Outlet · xlsx"),
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [EXPORTED, RENAMED, CREATED]),
        ("sort=at", [CREATED, RENAMED, EXPORTED]),
        ("q=dy-01", [RENAMED, CREATED]),
        ("q=李娜", [EXPORTED, CREATED]),
        ("q=wang", [RENAMED]),
        ("q=机电", [RENAMED]),
        ("q=鑫达", [RENAMED, CREATED]),
        ("q=req-2", [RENAMED]),
        ("q=%25", []),
        ("q=nothing+like+this", []),
        ("action=export", [EXPORTED]),
        ("action=create&action=update&type=distributors", [RENAMED, CREATED]),
        ("type=distributors", [RENAMED, CREATED]),
        ("from=2026-09-01", [EXPORTED, RENAMED]),
        ("to=2026-08-31", [CREATED]),
        ("from=2026-09-01&to=2026-09-01", [RENAMED]),
        ("from=2026-13-45", [EXPORTED, RENAMED, CREATED]),
        ("sort=hash&action=%27--", [EXPORTED, RENAMED, CREATED]),
    ],
)
def test_search_facets_and_days(client, history, query, expected):
    day_bound = {"from": "to=2026-09-03", "to": "from=2026-08-01"}
    rest = "&".join(bound for key, bound in day_bound.items() if f"{key}=2026-0" not in query) if "=" in query else ""
    assert [row for row in found(client, f"{query}&{rest}") if row[0] != "Reader"] == expected


def test_by_person_and_by_object(client, history):
    distributor, li, _wang = history
    assert found(client, f"actor={li.id}") == [EXPORTED, CREATED]
    assert found(client, f"type=distributors&object={distributor.id}") == [RENAMED, CREATED]


def test_one_entry_shows_before_and_after(client, history, session):
    distributor, _li, _wang = history
    entry = entries_of(session(), "distributors", distributor.id)[0]
    page = client.get(f"/audit/{entry.id}").text
    assert 'data-label="Before">德阳鑫达<' in page
    assert 'data-label="After">德阳鑫达机电<' in page
    assert "1 Sep 2026, 00:30" in page
    assert 'href="/distributors/DY-01"' in page
    assert "does not fit its hash" not in page


def test_an_entry_that_was_tampered_with_says_so(client, history, session):
    entry = entries_of(session(), "distributors", history[0].id)[0]
    session.execute(text("UPDATE audit_entries SET actor_name = 'nobody' WHERE id = :id"), {"id": entry.id})
    session.commit()
    assert "does not fit its hash" in client.get(f"/audit/{entry.id}").text


def test_what_is_not_there_is_404(client):
    for path in ("/audit/999999", f"/audit/{2**63}", "/audit/x"):
        assert client.get(path).status_code == 404
    assert client.post("/audit/export.pdf").status_code == 404


def test_the_timeline_of_one_object_is_newest_first(session, history):
    distributor, _li, _wang = history
    actions = [entry.action for entry in entries_of(session(), "distributors", distributor.id)]
    assert actions == ["update", "create"]
    assert len(entries_of(session(), "distributors", distributor.id, limit=1)) == 1
    assert entries_of(session(), "distributors", 10**9) == []


def test_pages_follow_each_other_without_gap_or_repeat(client, session):
    for number in range(60):
        record(session(), "export", object_type="outlets", object_id=number)
    session.commit()
    seen, url = [], "/audit?size=25"
    while url:
        page = client.get(url).text
        seen += re.findall(r'class="q-lead" href="/audit/(\d+)"', page)
        following = re.search(r'href="([^"]+)"[^>]*><span>Next', page)
        url = following[1].replace("&amp;", "&") if following else ""
    numbers = [int(number) for number in seen]
    assert numbers == sorted(set(numbers), reverse=True)
    assert len(numbers) >= 60


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_holds_what_the_list_shows(client, history, session, kind):
    record(session(), "export", object_type="outlets", label="=cmd()")
    answer = client.post(f"/audit/export.{kind}?type=outlets")
    data = answer.data
    answer.close()
    assert answer.status_code == 200
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert rows[1][6] == "'=cmd()"
    else:
        sheet = load_workbook(io.BytesIO(data)).active
        rows = list(sheet.values)
        assert sheet["G2"].data_type == "s"
        assert str(rows[2][1]) == "2026-09-02 11:00:00"
    assert len(rows) == 3
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.action, last.object_type) == ("export", "audit_entries")


def test_every_audited_table_has_a_word():
    tables = {mapper.class_.__tablename__ for mapper in Base.registry.mappers if mapper.class_.__audited__}
    assert tables - set(OBJECTS) == set()


def test_every_object_with_a_page_leads_to_one(client, session, app):
    area, distributor = make_area(), make_distributor()
    make_outlet(distributor, area=area)
    session.commit()
    entries = session.scalars(select(AuditEntry)).all()
    known = {kind: page for kind, page in PAGES.items() if page[0] in app.view_functions}
    tried = set()
    for entry in entries:
        if entry.object_type in known and entry.object_type != "users":
            link = re.search(r'class="btn btn-primary" href="([^"]+)"', client.get(f"/audit/{entry.id}").text)
            assert client.get(link[1]).status_code == 200, entry.object_type
            tried.add(entry.object_type)
    assert tried == set(known) - {"users"}


def test_users_pages_are_linked_for_administrators_only(client, client_for, session):
    admin = client_for(make_user(Role.ADMIN))
    entry = session.scalars(select(AuditEntry).where(AuditEntry.object_type == "users")).first()
    assert "/admin/users/" in admin.get(f"/audit/{entry.id}").text
    assert "/admin/users/" not in client.get(f"/audit/{entry.id}").text


def test_text_is_not_markup(client, session):
    record(
        session(), "export", object_type="outlets", label="<script>alert(1)</script>", changes={"<b>": ["<i>", "<u>"]}
    )
    session.commit()
    number = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id.desc())).first()
    for path in ("/audit?q=<script>", f"/audit/{number}"):
        page = client.get(path).text
        assert not any(sign in page for sign in ("<script>alert", "<b>", "<i>", "<u>"))


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("name", None, "–"),
        ("name", "", "–"),
        ("is_active", True, "yes"),
        ("is_active", False, "no"),
        ("staff", 0, "0"),
        ("opened_on", "2026-09-01", "1 Sep 2026"),
        ("opened_on", "no day", "no day"),
        ("created_at", "2026-08-31T16:30:00+00:00", "1 Sep 2026, 00:30"),
        ("size_bytes", 2048, "2 KB"),
        ("recovery_hashes", ["甲"], '["甲"]'),
        ("password_hash", "•••", "•••"),
    ],
)
def test_values_in_words(app, field, value, expected):
    with app.test_request_context():
        assert value_in_words(field, value) == expected


def test_a_value_that_is_no_pair_is_what_came_of_it(app):
    with app.test_request_context():
        changes = [(c.field, c.before, c.after) for c in changes_in_words({"imported": 12, "list": [1, 2, 3]})]
    assert changes == [("imported", "–", "12"), ("list", "–", "[1, 2, 3]")]


def test_the_spec_names_what_it_filters_by():
    assert {facet.key for facet in ENTRIES.facets} == {"action", "type", "object", "actor", "from", "to"}
    assert set(ACTIONS) >= {"create", "update", "delete", "sign_in", "export"}


def test_the_chain_is_checked_by_a_command(app, history, session):
    runner = app.test_cli_runner()
    session.commit()
    assert runner.invoke(audit, ["check"]).output == "The audit is whole.\n"
    session.execute(text("UPDATE audit_entries SET object_label = 'x' WHERE id = 1"))
    session.commit()
    result = runner.invoke(audit, ["check"])
    assert result.exit_code == 1
    assert "entry 1 was changed" in result.output
