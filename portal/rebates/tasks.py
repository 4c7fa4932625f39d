"""Background work of the rebates room: calculating a settlement run."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.accounts.models import User
from portal.jobs.registry import job_kind
from portal.jobs.running import RunningJob
from portal.rebates.queries.settled import get_run
from portal.rebates.services.calculation import write_statements
from portal.rebates.services.settlement import SETTLE_JOB, note_calculated

_MESSAGES = {
    "reading": _l("Reading the figures and calculating"),
    "stale_version": _l("The settlement was changed in the meantime. Calculate it again."),
    "done": _l("Statements: %(statements)s"),
}


@job_kind(SETTLE_JOB, label=_l("Calculation of a settlement"), messages=_MESSAGES)
def run_settlement(job: RunningJob, *, run_id: int, calculation: int) -> dict[str, Any]:
    """Every statement of the run; killed and run again it begins anew, and leaves nothing twice."""
    session = job.session

    def progress(done: int, total: int | None) -> None:
        job.progress(done, total, note="reading")

    job.progress(0, None, note="reading")
    written = write_statements(session, run_id, calculation, progress=progress, commit=job.commit, reading=job.reading)
    owner = session.get(User, job.owner_id) if job.owner_id else None
    note_calculated(session, get_run(session, run_id), actor=owner)
    return {"statements": written}
