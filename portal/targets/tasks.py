"""Background work of the targets: a plan's quotas are written, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.accounts.models import User
from portal.errors import NotFound
from portal.jobs.registry import job_kind
from portal.jobs.running import RunningJob
from portal.targets.labels import SENTENCES
from portal.targets.queries.plans import get_plan
from portal.targets.services.plans import publish_plan

PUBLISH = "targets.publish"
_MESSAGES = {
    "writing": _l("Writing a quota for every outlet, model and month"),
    "done": _l("Quotas in force: %(quotas)s"),
    "plan_published": SENTENCES["plan_published"],
    "nobody_there": SENTENCES["nobody_there"],
    "stale_version": _l("The plan was changed in the meantime. Check it again, then publish it."),
    "month_closed": _l("Months of the plan were locked in the meantime. Begin the plan after them."),
    "valid_from_before_last": _l("Other quotas of these months came into force in the meantime. Check the plan again."),
}


def _page(arguments: Mapping[str, Any], _result: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    return "targets.show_plan", {"plan_id": arguments["plan_id"]}


@job_kind(PUBLISH, label=_l("Publication of a year target"), messages=_MESSAGES, link=_page)
def run_publication(job: RunningJob, *, plan_id: int, version: int) -> dict[str, Any]:
    """Publish the plan as it was checked; its quotas and the job's end are one transaction."""
    job.progress(0, None, note="writing")
    actor = job.session.get(User, job.owner_id)
    if actor is None:  # pragma: no cover - accounts are never deleted
        raise NotFound()
    plan = get_plan(job.session, plan_id)
    return {"quotas": publish_plan(job.session, plan, actor=actor, version=version)}
