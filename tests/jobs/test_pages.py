"""The pages of background work: each user's own, an administrator's all."""

from __future__ import annotations

import pytest

from portal.errors import InvalidInput
from portal.jobs.models import Job
from portal.jobs.registry import job_kind
from portal.jobs.rules import JobStatus
from portal.jobs.running import run_job
from portal.jobs.services import claim_job, start_job
from portal.permissions import Role
from tests.factories import make_distributor, make_user
from tests.jobs.test_services import LEASE

MESSAGES = {"done": "%(rows)s rows are in.", "half": "Half of it", "bad_row": "Row %(row)s is wrong."}


@job_kind("tests.rows", label="Rows", messages=MESSAGES, link=lambda arguments, result: ("audit.list_entries", {}))
def rows(job, *, then: str = "") -> dict[str, object]:
    if then == "fail":
        raise InvalidInput("bad_row", row=7)
    if then == "crash":
        raise ZeroDivisionError
    return {"rows": 12}


@pytest.fixture
def start(session):
    def start(owner, **arguments) -> int:
        job_id = start_job(session(), kind="tests.rows", owner=owner, arguments=arguments).id
        session.commit()
        return job_id

    return start


@pytest.fixture
def people(session):
    people = {
        "mine": make_user(Role.DISTRIBUTOR, of=make_distributor()),
        "other": make_user(Role.DISTRIBUTOR, of=make_distributor()),
        "admin": make_user(Role.ADMIN),
    }
    session.commit()
    return people


def test_others_jobs_are_not_there_and_an_administrator_sees_all(people, start, client_for):
    mine, theirs = start(people["mine"]), start(people["other"])
    client = client_for(people["mine"])
    text = client.get("/jobs").text
    assert f'href="/jobs/{mine}"' in text
    assert f'href="/jobs/{theirs}"' not in text
    for path in (f"/jobs/{theirs}", f"/jobs/{theirs}/progress"):
        assert client.get(path).status_code == 404
    assert client.post(f"/jobs/{theirs}/cancel").status_code == 404
    assert client.get(f"/jobs/{mine}").status_code == 200
    text = client_for(people["admin"]).get("/jobs").text
    assert f'href="/jobs/{mine}"' in text
    assert f'href="/jobs/{theirs}"' in text
    assert people["other"].name in text


def test_a_page_asks_again_while_the_job_runs_and_is_loaded_anew_at_its_end(app, people, start, client_for, session):
    job_id = start(people["admin"])
    client = client_for(people["admin"])
    answer = client.get(f"/jobs/{job_id}/progress")
    assert 'hx-trigger="every 2s"' in answer.text
    assert "HX-Refresh" not in answer.headers
    session.rollback()
    run_job(app, job_id)
    answer = client.get(f"/jobs/{job_id}/progress")
    assert "hx-trigger" not in answer.text
    assert answer.headers["HX-Refresh"] == "true"
    text = client.get(f"/jobs/{job_id}").text
    assert "12 rows are in." in text
    assert 'href="/audit"' in text


def test_a_link_that_leads_to_a_403_is_not_shown(app, people, start, client_for, session):
    job_id = start(people["mine"])
    session.rollback()
    run_job(app, job_id)
    assert 'href="/audit"' not in client_for(people["mine"]).get(f"/jobs/{job_id}").text


@pytest.mark.parametrize(("then", "sentence"), [("fail", "Row 7 is wrong."), ("crash", "tell the administrator")])
def test_a_failure_is_told_in_a_sentence(app, people, start, client_for, session, then, sentence):
    job_id = start(people["mine"], then=then)
    session.rollback()
    run_job(app, job_id)
    assert sentence in client_for(people["mine"]).get(f"/jobs/{job_id}").text


def test_cancelling_ends_a_waiting_job(people, start, client_for, session):
    job_id = start(people["mine"])
    client = client_for(people["mine"])
    assert client.post(f"/jobs/{job_id}/cancel").headers["Location"] == f"/jobs/{job_id}"
    assert session.get_one(Job, job_id, populate_existing=True).status is JobStatus.CANCELLED
    assert "was cancelled" in client.get(f"/jobs/{job_id}").text


def test_a_running_job_shows_what_it_is_doing(people, start, client_for, session):
    job_id = start(people["mine"])
    claim_job(session(), job_id, lease=LEASE)
    job = session.get_one(Job, job_id)
    job.progress_done, job.progress_total, job.progress_note = 5, 10, "half"
    session.commit()
    text = client_for(people["mine"]).get(f"/jobs/{job_id}").text
    assert "Half of it" in text
    assert "5 / 10" in text


def test_a_job_whose_kind_is_gone_can_still_be_looked_at(people, start, client_for, session):
    job_id = start(people["mine"])
    session.get_one(Job, job_id).kind = "rooms.that_was"
    session.commit()
    assert "rooms.that_was" in client_for(people["mine"]).get(f"/jobs/{job_id}").text


def test_the_list_takes_a_constant_number_of_rows_into_account(people, start, client_for):
    for status in ("queued", "done", "nonsense"):
        assert client_for(people["mine"]).get("/jobs", query_string={"status": status}).status_code == 200


def test_the_pages_speak_chinese(people, start, client_for, session):
    people["mine"].locale = "zh_Hans"
    job_id = start(people["mine"])
    client = client_for(people["mine"])
    assert "排队中" in client.get("/jobs").text
    assert "后台任务" in client.get(f"/jobs/{job_id}").text
