"""The sentences of onboarding's notices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.notifications.labels import add_sentences

_WAITS = _l("Application %(number)s (%(outlet)s) waits for your desk.")

SENTENCES = {
    "application.area_review": _WAITS,
    "application.sales_review": _WAITS,
    "application.network_review": _WAITS,
    "application.head_office_review": _WAITS,
    "application.more_information": _l("%(actor)s asks for more information on application %(number)s."),
    "application.approved": _l("Application %(number)s (%(outlet)s) is approved."),
    "application.rejected": _l("Application %(number)s (%(outlet)s) is rejected."),
    "application.opening": _l("The opening of %(outlet)s has begun: see the checklist."),
    "application.opened": _l("%(outlet)s is open."),
    "application.due": _l("Application %(number)s is to be answered by %(day)s."),
    "application.overdue": _l("Application %(number)s was to be answered by %(day)s."),
    "checklist.contract": _l("%(outlet)s: the contract is due on %(day)s."),
    "checklist.licence": _l("%(outlet)s: the licence is due on %(day)s."),
    "checklist.decoration": _l("%(outlet)s: the decoration is due on %(day)s."),
    "checklist.staff": _l("%(outlet)s: the staff is due on %(day)s."),
    "checklist.training": _l("%(outlet)s: the training is due on %(day)s."),
    "checklist.systems": _l("%(outlet)s: the systems are due on %(day)s."),
    "checklist.first_stock": _l("%(outlet)s: the first stock is due on %(day)s."),
    "opening.review_due": _l("%(outlet)s: the review after %(months)s months is due on %(day)s."),
    "exit.handover_due": _l("%(outlet)s: its customers are to be handed over by %(day)s."),
    "candidate.next_step": _l("%(name)s: “%(step)s” is due on %(day)s."),
}
add_sentences(SENTENCES)
