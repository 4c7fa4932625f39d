"""The sentences of the monthly report's notices."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.notifications.labels import add_sentences

SENTENCES = {
    "sales.report_due": _l("The sales report of %(month)s is due on %(day)s (in %(days)s days)."),
    "sales.report_overdue": _l("The sales report of %(month)s was due on %(day)s: %(days)s days late."),
    "sales.area_overdue": _l("%(number)s distributors of your areas have not reported for %(month)s."),
    "sales.report_submitted": _l("%(distributor)s has submitted its sales report of %(month)s."),
    "sales.report_returned": _l("Your sales report of %(month)s was returned: see the reason."),
    "sales.report_accepted": _l("Your sales report of %(month)s is accepted."),
    "sales.amendment_proposed": _l("%(distributor)s, %(month)s: amendment %(number)s waits for a decision."),
    "sales.amendment_approved": _l("Amendment %(number)s to the report of %(month)s is approved."),
    "sales.amendment_refused": _l("Amendment %(number)s to the report of %(month)s is refused: see the reason."),
    "sales.ask_reopening": _l("%(actor)s asks to reopen %(month)s."),
    "sales.grant_reopening": _l("%(month)s is open again: granted by %(actor)s."),
    "sales.refuse_reopening": _l("%(month)s stays locked: refused by %(actor)s."),
}
add_sentences(SENTENCES)
