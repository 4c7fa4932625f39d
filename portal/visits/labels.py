"""Words of the field work: kinds, states, actions, guards, sentences. Lazy: translated when shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.errors import QudaoError
from portal.formatting import format_date
from portal.i18n import current_language
from portal.visits.rules.states import Action, Guard
from portal.visits.rules.words import ActivityKind, ActivityStatus, TaskOwner, TaskStatus

K, S, T, A = ActivityKind, ActivityStatus, TaskStatus, Action
ACTIVITY_KIND: dict[ActivityKind, Any] = {
    K.VISIT: lazy_pgettext("activity", "Market visit"),
    K.MOT: lazy_pgettext("activity", "Display material check"),
    K.TRAINING: lazy_pgettext("activity", "Training"),
    K.IN_STORE_EVENT: lazy_pgettext("activity", "In-store event"),
    K.PUBLICITY: lazy_pgettext("activity", "Publicity"),
    K.ROAD_SHOW: lazy_pgettext("activity", "Road show"),
    K.MEETING: lazy_pgettext("activity", "Meeting"),
}
ACTIVITY_STATUS: dict[ActivityStatus, Any] = {
    S.PLANNED: lazy_pgettext("activity status", "Planned"),
    S.DONE: lazy_pgettext("activity status", "Held"),
    S.SUBMITTED: lazy_pgettext("activity status", "Evidence handed in"),
    S.ACCEPTED: lazy_pgettext("activity status", "Accepted"),
    S.RETURNED: lazy_pgettext("activity status", "Returned"),
    S.CANCELLED: lazy_pgettext("activity status", "Cancelled"),
}
ACTIVITY_STATUS_COLOUR: dict[ActivityStatus, str] = {
    S.PLANNED: "grey",
    S.DONE: "blue",
    S.SUBMITTED: "purple",
    S.ACCEPTED: "green",
    S.RETURNED: "amber",
    S.CANCELLED: "grey",
}
TASK_STATUS: dict[TaskStatus, Any] = {
    T.NOTE: lazy_pgettext("task status", "Noted"),
    T.OPEN: lazy_pgettext("task status", "Open"),
    T.ANSWERED: lazy_pgettext("task status", "Answered"),
    T.SETTLED: lazy_pgettext("task status", "Settled"),
}
TASK_STATUS_COLOUR = {T.NOTE: "grey", T.OPEN: "amber", T.ANSWERED: "purple", T.SETTLED: "green"}
TASK_OWNER: dict[TaskOwner, Any] = {
    TaskOwner.DISTRIBUTOR: _l("The distributor"),
    TaskOwner.MANAGER: _l("The regional manager"),
}
# What the button says.
ACTION: dict[Action, Any] = {
    A.RECORD: _l("Check in and record"),
    A.SUBMIT: _l("Hand in the evidence"),
    A.ACCEPT: _l("Accept the evidence"),
    A.RETURN: _l("Return the evidence"),
    A.CANCEL: _l("Cancel the activity"),
    A.ANSWER_TASK: _l("Answer the task"),
    A.SETTLE_TASK: _l("Settle the task"),
}
# What the timeline says.
EVENT: dict[str, Any] = {
    "plan": lazy_pgettext("activity event", "Planned"),
    A.RECORD.value: lazy_pgettext("activity event", "Recorded"),
    A.SUBMIT.value: lazy_pgettext("activity event", "Evidence handed in"),
    A.ACCEPT.value: lazy_pgettext("activity event", "Evidence accepted"),
    A.RETURN.value: lazy_pgettext("activity event", "Evidence returned"),
    A.CANCEL.value: lazy_pgettext("activity event", "Cancelled"),
    A.ANSWER_TASK.value: lazy_pgettext("activity event", "Task answered"),
    A.SETTLE_TASK.value: lazy_pgettext("activity event", "Task settled"),
}
GUARD: dict[Guard, Any] = {
    Guard.OWN_ACTIVITY: _l("Only whoever planned the activity may do this."),
    Guard.DAY_HAS_COME: _l("The day of the activity has not come yet."),
    Guard.HAS_EVIDENCE: _l("Evidence is the day, a few words on what was done, and at least one photo."),
    Guard.REASON_GIVEN: _l("Say it in a few words."),
    Guard.NOT_THE_SUBMITTER: _l("Whoever handed the evidence in cannot decide on it."),
    Guard.NO_OPEN_TASK: _l("A task of this activity is still open."),
    Guard.OWN_TASK: _l("The task is somebody else's."),
}
SENTENCES: dict[str, Any] = {
    "stale_version": _l("Somebody else has changed this meanwhile. Reload the page and look at it again."),
    "illegal_move": _l("This step is not possible in the present state."),
    "day_out_of_reach": _l("%(value)s lies too far off: at most %(limit)s days back, and a year ahead."),
    "day_in_future": _l("%(value)s has not come yet."),
    "course_missing": _l("Say which course the training teaches."),
    "outlet_missing": _l("This kind of activity takes place at an outlet: give the outlet's code."),
    "party_unknown": _l("There is no outlet and no distributor “%(value)s” that you see. Check the code."),
    "coordinates_incomplete": _l("Give both longitude and latitude, or neither."),
    "coordinates_not_a_number": _l("This is no point. Check longitude and latitude."),
    "coordinates_out_of_range": _l("This is no point. Check longitude and latitude."),
    "coordinates_zero": _l("This is no point. Check longitude and latitude."),
    "coordinates_swapped": _l("Longitude and latitude seem to be swapped."),
    "coordinates_outside": _l("This point lies outside the country. Check longitude and latitude."),
    "too_many_files": _l("There would be %(value)s photos, the limit is %(limit)s."),
    "photo_repeated": _l("“%(value)s” is among the photos already. Choose another one."),
    "photo_reused": _l("“%(value)s” is evidence of another activity already. Take a new photo."),
    "model_unknown": _l("There is no model “%(value)s”. Check the code."),
    "finding_missing": _l("Say what you found."),
    "owner_missing": _l("Say whose next step it is."),
    "due_missing": _l("Say until when."),
    "due_in_past": _l("%(value)s is over. Give a day from today on."),
    "norm_overlaps": _l("A norm of this kind and class begins in %(value)s or later already. Choose a later month."),
}


def sentence_of(error: QudaoError) -> str:
    """The error as a sentence in the reader's language."""
    guards = error.details.get("guards")
    if isinstance(guards, list) and guards:
        return " ".join(str(GUARD[Guard(guard)]) for guard in guards)
    words = SENTENCES.get(error.code)
    if words is None:
        return _("This is not possible (%(code)s).", code=error.code)
    return str(words) % {name: _shown(value) for name, value in error.details.items()}


def _shown(value: object) -> object:
    return format_date(value, current_language()) if isinstance(value, date) else value
