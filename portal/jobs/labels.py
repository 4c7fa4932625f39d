"""Words for jobs: states, and sentences for how a job ended. What a kind of job says itself comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from portal.jobs.models import Job
from portal.jobs.registry import find_kind
from portal.jobs.rules import JobStatus

STATUSES: dict[JobStatus, Any] = {
    JobStatus.QUEUED: _lp("job", "Waiting"),
    JobStatus.RUNNING: _lp("job", "Running"),
    JobStatus.DONE: _lp("job", "Done"),
    JobStatus.FAILED: _lp("job", "Failed"),
    JobStatus.CANCELLED: _lp("job", "Cancelled"),
}
STATUS_COLOURS = {
    JobStatus.QUEUED: "grey",
    JobStatus.RUNNING: "blue",
    JobStatus.DONE: "green",
    JobStatus.FAILED: "red",
    JobStatus.CANCELLED: "grey",
}
CANCELLING = _lp("job", "Being cancelled")

# Error code → what happened and what to do.
ERRORS: dict[str, Any] = {
    "unexpected": _l(
        "Something went wrong on our side, and nothing more was saved. "
        "Start it again; if it fails again, tell the administrator the number %(reference)s."
    ),
    "worker_lost": _l(
        "It was given up: the program that ran it ended three times on the way. "
        "Try a smaller file, or ask the administrator to look at the log."
    ),
    "owner_gone": _l("It was not run: the account that asked for it has been disabled since."),
    "not_found": _l("It was not run: what it was about has been removed, or lies outside the area of its owner."),
    "out_of_scope": _l("It was stopped: it was about to change something outside the area of its owner."),
    "unknown_job_kind": _l("This version of the portal cannot do this work any more. Start it anew from its page."),
}
ANY_ERROR = _l("It could not be done (%(code)s). Correct what it was given and start it again.")
TOO_MANY = _l("You have %(limit)s pieces of work under way. Wait until one of them has ended, or cancel one.")


def kind_label(name: str) -> str:
    """What the kind of job is called; its name where no room knows it any more."""
    kind = find_kind(name)
    return str(kind.label) if kind else name


def progress_sentence(job: Job) -> str:
    """What the job is doing."""
    if job.cancel_requested_at and job.status is JobStatus.RUNNING:
        return str(CANCELLING)
    return _said(job, job.progress_note) or str(STATUSES[job.status])


def error_sentence(job: Job) -> str:
    """Why the job failed, and what to do."""
    details = job.error_details or {}
    own = _said(job, job.error_code, details)
    return own or _filled(ERRORS.get(job.error_code, ANY_ERROR), {"code": job.error_code, **details})


def result_sentence(job: Job) -> str:
    """What came of the job, where its kind has a message `done`."""
    return _said(job, "done", job.result or {})


def _said(job: Job, code: str, values: Mapping[str, Any] | None = None) -> str:
    kind = find_kind(job.kind)
    message = kind.messages.get(code) if kind and code else None
    return _filled(message, values or {}) if message else ""


def _filled(message: Any, values: Mapping[str, Any]) -> str:
    """The sentence with its values; a row written by an older version may lack some."""
    text = str(message)
    try:
        return text % values
    except (KeyError, TypeError, ValueError):
        return text
