"""Background work of the rebates room: calculating a settlement run, and what a policy would have cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.errors import NotFound
from portal.jobs.registry import job_kind
from portal.jobs.running import RunningJob
from portal.rebates.models import SavedWhatIf
from portal.rebates.queries.settled import get_run
from portal.rebates.services import what_if as what_ifs
from portal.rebates.services.calculation import write_statements
from portal.rebates.services.settlement import SETTLE_JOB, note_calculated

_MESSAGES = {
    "reading": _l("Reading the figures and calculating"),
    "stale_version": _l("The settlement was changed in the meantime. Calculate it again."),
    "done": _l("Statements: %(statements)s"),
}
_COMPUTING = {
    "reading": _l("Reading the figures and calculating"),
    "not_found": _l("The what-if was deleted in the meantime."),
    "done": _l("Parties: %(parties)s"),
}


def _run_page(arguments: Mapping[str, Any], _result: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "rebates.show_run", {"run_id": arguments["run_id"]}


def _what_if_page(arguments: Mapping[str, Any], _result: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "rebates.show_what_if", {"what_if_id": arguments["what_if_id"]}


@job_kind(SETTLE_JOB, label=_l("Calculation of a settlement"), messages=_MESSAGES, link=_run_page)
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


@job_kind(what_ifs.WHAT_IF_JOB, label=_l("What a policy would have cost"), messages=_COMPUTING, link=_what_if_page)
def run_what_if(job: RunningJob, *, what_if_id: int) -> dict[str, Any]:
    """The comparison over all parties and months, read without keeping anybody waiting, and kept at the end."""
    session = job.session

    def progress(done: int, total: int | None) -> None:
        job.progress(done, total, note="reading")

    with job.reading():
        result = what_ifs.compute(session, _what_if(session, what_if_id), progress=progress)
    what_ifs.keep(session, _what_if(session, what_if_id), result)
    return {"parties": result["parties"]}


def _what_if(session: Session, what_if_id: int) -> SavedWhatIf:
    found = session.get(SavedWhatIf, what_if_id)
    if found is None:
        raise NotFound()
    return found
