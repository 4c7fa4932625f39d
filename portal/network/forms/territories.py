"""Forms on territories."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.validators import DataRequired, Optional

from portal import clock
from portal.formatting import format_date
from portal.forms import EnumSelectField, PortalForm
from portal.i18n import current_language, pick
from portal.network.labels import EXCLUSIVITY
from portal.network.queries.region_names import RegionBook
from portal.network.rules import Exclusivity, RegionLevel
from portal.network.services.territories import Holder


class TerritoryForm(PortalForm):
    """How and when a distributor gets the ticked counties. The ticks are drawn by hand."""

    exclusivity = EnumSelectField(
        _l("Held"),
        enum=Exclusivity,
        labels=EXCLUSIVITY,
        default=Exclusivity.EXCLUSIVE,
        validators=[DataRequired()],
    )
    valid_from = DateField(_l("First day"), [DataRequired(_l("Give the day."))], default=clock.today)
    valid_to = DateField(_l("Last day"), [Optional()], description=_l("Empty: without an end."))


class EndTerritoryForm(PortalForm):
    """The last day of a territory."""

    last_day = DateField(_l("Last day"), [DataRequired(_l("Give the day."))], default=clock.today)


def read_counties(values: Sequence[str]) -> list[str]:
    """Codes of ticked counties; what is none is left out."""
    return sorted({value for value in values if value.isascii() and value.isalnum() and len(value) <= 12})


def holder_lines(holders: Sequence[Holder], book: RegionBook) -> list[str]:
    """Who or what stands in the way, a sentence each. A distributor is named where the asker may see it."""
    return [_holder_line(holder, book) for holder in holders]


def _holder_line(holder: Holder, book: RegionBook) -> str:
    language = current_language()
    values = {
        "county": book.name(RegionLevel.COUNTY, holder.county_code, language),
        "first": format_date(holder.valid_from, language),
        "last": format_date(holder.valid_to, language) if holder.valid_to else _("further notice"),
        "kind": str(EXCLUSIVITY[holder.exclusivity]).lower(),
    }
    if holder.distributor_code is None:
        return _("%(county)s is held already from %(first)s to %(last)s (%(kind)s).", **values)
    held = _(
        "%(county)s is held by %(holder)s from %(first)s to %(last)s (%(kind)s).",
        holder=f"{pick(holder.distributor_name, holder.distributor_name_en)} ({holder.distributor_code})",
        **values,
    )
    return held + " " + _("End that territory first, share the county, or choose other days.")
