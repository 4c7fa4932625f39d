"""Every change of a row leaves an entry with old → new; the chain shows any tampering."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from portal.audit.models import AuditEntry
from portal.audit.queries import broken_entry
from portal.audit.recorder import MASKED, record, set_actor
from portal.clock import now
from portal.network.models import Contact
from tests.factories import make_distributor, make_user


def entries(session):
    return session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()


def test_a_change_carries_old_and_new_and_the_actor(session):
    distributor = make_distributor(name="before")
    session.commit()
    set_actor(session(), actor_id=7, name="Li Na", request_id="abc")
    distributor.name = "after"
    session.commit()
    last = entries(session)[-1]
    assert (last.action, last.object_type, last.object_id) == ("update", "distributors", str(distributor.id))
    assert last.changes["name"] == ["before", "after"]
    assert (last.actor_id, last.actor_name, last.request_id) == (7, "Li Na", "abc")


def test_secrets_are_masked(session):
    make_user(password_hash="argon2-secret")
    contact = Contact(distributor_id=make_distributor().id, name="王伟", phone="13800000000", created_at=now())
    session.add(contact)
    session.commit()
    text_of_all = str([entry.changes for entry in entries(session)])
    assert MASKED in text_of_all
    assert "argon2-secret" not in text_of_all
    assert "13800000000" not in text_of_all


def test_a_rollback_leaves_no_entry(session):
    make_distributor()
    session.rollback()
    record(session(), "export", object_type="outlets")
    session.commit()
    assert [entry.action for entry in entries(session)] == ["export"]


def test_a_savepoint_takes_only_its_own_entries_with_it(session):
    record(session(), "before", object_type="outlets")
    savepoint = session.begin_nested()
    record(session(), "inside", object_type="outlets")
    make_distributor(name="undone")
    savepoint.rollback()
    with session.begin_nested():
        record(session(), "kept", object_type="outlets")
    record(session(), "after", object_type="outlets")
    session.commit()
    assert [entry.action for entry in entries(session)] == ["before", "kept", "after"]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entries SET actor_name='nobody' WHERE id=3",
        "UPDATE audit_entries SET object_label='x' WHERE id=1",
        "DELETE FROM audit_entries WHERE id=3",
        "UPDATE audit_entries SET hash=previous_hash WHERE id=5",
    ],
)
def test_tampering_is_found(session, tampering):
    for number in range(5):
        record(session(), "export", object_type="outlets", object_id=number)
        session.commit()
    assert broken_entry(session()) is None
    session.execute(text(tampering))
    session.commit()
    assert broken_entry(session()) is not None
