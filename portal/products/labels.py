"""Words of the catalogue and the sentences of its errors. Lazy: translated when shown."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from portal.errors import QudaoError
from portal.formatting import format_date
from portal.i18n import current_language
from portal.products.rules import Life

LIFE: dict[Life, Any] = {
    Life.COMING: _lp("product", "Coming"),
    Life.ON_SALE: _lp("product", "On sale"),
    Life.ENDED: _lp("product", "Off sale"),
}
LIFE_COLOUR = {Life.COMING: "teal", Life.ON_SALE: "green", Life.ENDED: "grey"}

SENTENCES: dict[str, Any] = {
    "code_missing": _l("Give a code."),
    "code_too_long": _l("“%(value)s” is too long: a code has at most 40 signs."),
    "code_reserved": _l("“%(value)s” is a word the portal uses itself. Choose another code."),
    "code_characters": _l(
        "“%(value)s” has signs that a code cannot have. Use letters, digits, hyphen, underscore and full stop, and "
        "begin with a letter or digit."
    ),
    "code_taken": _l("“%(value)s” is in use already. Give another code."),
    "days_reversed": _l("The last day (%(value)s) is before the first one (%(first)s). Give that day or a later one."),
    "before_owner": _l("%(value)s is too early: %(owner)s is on sale from %(first)s. Give that day or a later one."),
    "after_owner": _l("%(owner)s goes off sale on %(last)s. Give that day or an earlier one as the last day."),
    "begins_after_part": _l(
        "%(part)s, which belongs to it, is on sale from %(first)s. Give that day or an earlier one."
    ),
    "ends_before_part": _l(
        "%(part)s, which belongs to it, is on sale until %(last)s. End it first, or give a later day."
    ),
    "member_already": _l("The model is in this group from %(first)s to %(last)s. Choose days outside."),
    "member_outside_life": _l("%(model)s is not on sale on %(value)s. Choose a day on which it is."),
    "member_ended": _l("The model leaves the group on %(last)s already. Give that day or an earlier one."),
    "unknown_model": _l("There is no model “%(value)s”. Choose one from the list."),
}


def sentence_of(error: QudaoError) -> str:
    """The error as a sentence in the reader's language."""
    words = SENTENCES.get(error.code)
    if words is None:
        return _("This is not possible (%(code)s).", code=error.code)
    return str(words) % {name: _shown(name, value) for name, value in error.details.items()}


def _shown(name: str, value: object) -> object:
    if value is None and name in ("last", "value"):
        return _("an open end")
    return format_date(value, current_language()) if isinstance(value, date) else value
