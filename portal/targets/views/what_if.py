"""What another season profile would make of a year's figures. Nothing is stored: it all stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.access import requires
from portal.db import db
from portal.errors import InvalidInput
from portal.i18n import current_language
from portal.permissions import Permission as P
from portal.targets.forms.plans import WhatIfForm, month_name, season_values, take_season
from portal.targets.queries.figures import retail_by_month, years_with_figures
from portal.targets.rules.season import SeasonGroup, SeasonProfile, split_year
from portal.targets.views import blueprint

# What the page shows first: the profile of the field's own example.
EXAMPLE = SeasonProfile((SeasonGroup(3, 5, share_bp=2_667), SeasonGroup(8, 10, share_bp=3_000)))


@dataclass(frozen=True)
class MonthLine:
    """A month: what was sold, what the profile would have asked for, and the difference."""

    name: str
    sold: int
    wanted: int

    @property
    def difference(self) -> int:
        """Sold beyond (or, negative, short of) what the profile would have asked for."""
        return self.sold - self.wanted


@blueprint.get("/targets/what-if")
@requires(P.TARGETS_PLANS_READ)
def what_if() -> str:
    """A season profile beside the months of a year as they were, as far as the reader sees them."""
    session = db.session()
    years = years_with_figures(session)
    is_asked = "year" in request.args
    form = WhatIfForm(request.args if is_asked else MultiDict(), data={} if is_asked else season_values(EXAMPLE))
    form.offer()
    form.year.choices = [(year, str(year)) for year in years]
    if not is_asked and years:
        form.year.data = years[1] if len(years) > 1 else years[0]
    lines = _lines(form, is_asked=is_asked) if years else []
    return render_template(
        "targets/what_if.html",
        form=form,
        years=years,
        lines=lines,
        months=[month_name(month, current_language()) for month in range(1, 13)],
        chart=_chart(lines),
    )


def _lines(form: WhatIfForm, *, is_asked: bool) -> list[MonthLine]:
    if is_asked and not form.validate():
        return []
    sold = retail_by_month(db.session(), form.year.data)
    try:
        wanted = split_year(form.total.data if form.total.data is not None else sum(sold), form.profile())
    except InvalidInput as error:
        take_season(form, error)
        return []
    language = current_language()
    return [
        MonthLine(month_name(month, language), had, asked)
        for month, had, asked in zip(range(1, 13), sold, wanted, strict=True)
    ]


def _chart(lines: list[MonthLine]) -> dict[str, Any]:
    return {
        "categories": [line.name for line in lines],
        "series": [
            {
                "name": _("Sold"),
                "values": [line.sold for line in lines],
                "colour": "--q-teal-solid",
                "fallback": "#128090",
            },
            {
                "name": _("By this profile"),
                "values": [line.wanted for line in lines],
                "colour": "--q-orange-solid",
                "fallback": "#d4631c",
            },
        ],
    }
