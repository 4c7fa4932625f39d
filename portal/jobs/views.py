"""Pages of background work: what I have asked for, how far it is, what came of it."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import access_of, can, requires
from portal.db import db
from portal.jobs import labels, queue  # noqa: F401 - the queue listens for commits that start jobs
from portal.jobs.forms import ALL_JOBS, OWN_JOBS
from portal.jobs.models import Job
from portal.jobs.queries import get_job
from portal.jobs.queries import list_jobs as page_of_jobs
from portal.jobs.registry import find_kind
from portal.jobs.rules import is_over
from portal.jobs.services import cancel_job as cancel
from portal.permissions import Permission

blueprint = Blueprint("jobs", __name__)


@blueprint.get("/jobs")
@requires(Permission.JOBS_OWN_READ)
def list_jobs() -> str:
    """The background work that I have asked for; everybody's for an administrator."""
    state = (ALL_JOBS if can(Permission.JOBS_ALL_MANAGE) else OWN_JOBS).read(request.path, request.args)
    page, count = page_of_jobs(db.session(), state, owner_id=_seen_owner())
    kinds = {kind: labels.kind_label(kind) for kind in {job.kind for job in page.rows}}
    return render_template(
        "jobs/job_list.html",
        state=state,
        page=page,
        count=count,
        kinds=kinds,
        labels=labels,
        base=url_for(".list_jobs"),
    )


@blueprint.get("/jobs/<int:job_id>")
@requires(Permission.JOBS_OWN_READ)
def show_job(job_id: int) -> str:
    """One job: how far it is, what came of it, and where to see that."""
    job = _get(job_id)
    return render_template(
        "jobs/job_page.html",
        job=job,
        title=labels.kind_label(job.kind),
        labels=labels,
        is_over=is_over(job.status),
        result_url=result_url(job),
    )


@blueprint.get("/jobs/<int:job_id>/progress")
@requires(Permission.JOBS_OWN_READ)
def show_progress(job_id: int) -> Response:
    """The moving part of a page with a job. Once the job is over it has the whole page loaded anew."""
    job = _get(job_id)
    answer = make_response(render_template("jobs/job_progress.html", job=job, labels=labels))
    if is_over(job.status):
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/jobs/<int:job_id>/cancel")
@requires(Permission.JOBS_OWN_CANCEL)
def cancel_job(job_id: int) -> Response:
    """End the job at its next step; what it has saved by then stays."""
    cancel(db.session(), _get(job_id))
    db.session.commit()
    flash(_("The work is being cancelled."), "success")
    return redirect(url_for(".show_job", job_id=job_id))


def _seen_owner() -> int | None:
    return None if can(Permission.JOBS_ALL_MANAGE) else current_user.id


def _get(job_id: int) -> Job:
    return get_job(db.session(), job_id, owner_id=_seen_owner())


def result_url(job: Job) -> str | None:
    """The page of what the job was about, where the reader may open it."""
    kind = find_kind(job.kind)
    target = kind.link(job.arguments, job.result or {}) if kind and kind.link else None
    if target is None or target[0] not in current_app.view_functions:
        return None
    permission = access_of(current_app, target[0])
    return url_for(target[0], **target[1]) if permission and can(permission) else None
