"""Notices reach whom they are for, once; mail leaves once, in the reader's language."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.db import db
from portal.notifications.labels import add_sentences, sentence
from portal.notifications.models import Notice
from portal.notifications.outbox import send_outbox
from portal.notifications.queries import count_unread
from portal.notifications.services import MOST_ATTEMPTS, mark_all_read, notify, send_unmailed
from portal.permissions import Role
from tests.factories import make_user

add_sentences({"test.told": "Application %(number)s waits for you."})


@pytest.fixture
def user(session):
    user = make_user(Role.HO_NETWORK)
    session.commit()
    return user


def tell(user, **more):
    return notify(db.session(), [user.id], kind="test.told", path="/", params={"number": "SC-N-1"}, **more)


def test_the_same_key_is_told_once(user):
    assert tell(user, key="due:1") == 1
    assert tell(user, key="due:1") == 0
    assert tell(user, key="due:2") == 1
    assert count_unread(db.session(), user.id) == 2
    assert mark_all_read(db.session(), user.id) == 2
    assert count_unread(db.session(), user.id) == 0


def test_a_sentence_that_lacks_a_value_is_still_shown():
    assert sentence("test.told", {"number": "7"}) == "Application 7 waits for you."
    assert sentence("test.told", {}) == "Application %(number)s waits for you."
    assert sentence("no.such.kind", {}) == "Something has changed."


def test_mail_leaves_once_and_failures_are_tried_again(user):
    tell(user)
    db.session.commit()
    taken = []

    def fail(notice):
        taken.append(notice.id)
        return False

    for _ in range(MOST_ATTEMPTS + 3):
        assert send_unmailed(db.session(), fail) == 0
    assert len(taken) == MOST_ATTEMPTS
    tell(user)
    db.session.commit()
    assert send_unmailed(db.session(), lambda notice: True) == 1
    assert send_unmailed(db.session(), lambda notice: True) == 0


def test_without_a_mail_server_the_outbox_is_a_folder(app, user):
    tell(user)
    db.session.commit()
    assert send_outbox(app) == 1
    (kept,) = (app.config["INSTANCE_DIR"] / "outbox").glob("*.txt")
    text = kept.read_text(encoding="utf8")
    kept.unlink()
    assert user.email in text
    assert "Application SC-N-1 waits for you." in text


def test_the_page_shows_ones_own_and_opening_marks_it_read(user, client_for):
    other = make_user(Role.HO_NETWORK)
    tell(user)
    notify(db.session(), [other.id], kind="test.told", path="/", params={"number": "FOREIGN"})
    db.session.commit()
    client = client_for(user)
    page = client.get("/notices").get_data(as_text=True)
    assert "SC-N-1" in page
    assert "FOREIGN" not in page
    mine, foreign = db.session.scalars(select(Notice.id).order_by(Notice.id)).all()
    assert client.post(f"/notices/{foreign}/open").status_code == 404
    assert client.post(f"/notices/{mine}/open").location == "/"
    assert db.session.get(Notice, mine).read_at is not None
    assert client.post("/notices/read-all").status_code == 302
