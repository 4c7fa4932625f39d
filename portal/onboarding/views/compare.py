"""The comparison of those who want the same county."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.access import requires
from portal.db import db
from portal.formatting import format_date, format_distance, format_int, format_percent
from portal.i18n import current_language, pick
from portal.network.labels import OPERATING_MODE, STORE_CLASS
from portal.network.queries.region_names import region_book
from portal.network.rules import RegionLevel
from portal.onboarding.labels import APPLICATION_STATUS, APPLICATION_STATUS_COLOUR
from portal.onboarding.queries.application_lists import list_counties
from portal.onboarding.queries.compare import Contender, least_capital_wan, list_contenders, list_open_candidates
from portal.onboarding.review_labels import STAGE, STAGE_COLOUR, TARGET_CLASS, TARGET_CLASS_COLOUR
from portal.onboarding.views import blueprint
from portal.permissions import Permission as P


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of all contenders; `best` are the places of the best ones."""

    label: str
    texts: list[str]
    best: frozenset[int] = frozenset()


@blueprint.get("/reviews/compare")
@requires(P.ONBOARDING_APPLICATIONS_REVIEW)
def compare() -> str | Response:
    """Applications for one county side by side, with its candidates; without a county, which there are."""
    session, language = db.session(), current_language()
    book, county = region_book(session), request.args.get("county", "")
    counties = [(code, book.name(RegionLevel.COUNTY, code, language)) for code in list_counties(session)]
    contenders = list_contenders(session, county) if county else []
    return render_template(
        "onboarding/compare.html",
        county=county,
        county_name=book.name(RegionLevel.COUNTY, county, language) if county else "",
        counties=counties,
        contenders=contenders,
        rows=_rows(contenders),
        candidates=list_open_candidates(session, county) if county else [],
        statuses=APPLICATION_STATUS,
        colours=APPLICATION_STATUS_COLOUR,
        stages=STAGE,
        stage_colours=STAGE_COLOUR,
        target_classes=TARGET_CLASS,
        target_colours=TARGET_CLASS_COLOUR,
        base=url_for("onboarding.list_reviews"),
    )


def _rows(contenders: Sequence[Contender]) -> list[Row]:
    if not contenders:
        return []
    least = least_capital_wan(db.session(), contenders[0].application)
    return [*_words(contenders), *_promises(contenders, least), *_site(contenders), *_judged(contenders)]


def _words(contenders: Sequence[Contender]) -> list[Row]:
    language = current_language()
    applications = [each.application for each in contenders]
    return [
        Row(_("Distributor"), [pick(a.distributor.name, a.distributor.name_en) for a in applications]),
        Row(_("Class"), [str(STORE_CLASS[a.store_class]) if a.store_class else "–" for a in applications]),
        Row(
            _("Operating mode"),
            [str(OPERATING_MODE[a.operating_mode]) if a.operating_mode else "–" for a in applications],
        ),
        Row(_("Submitted on"), [format_date(a.submitted_at, language) for a in applications]),
        Row(_("Planned opening"), [format_date(a.planned_open_on, language) for a in applications]),
    ]


def _promises(contenders: Sequence[Contender], least: int | None) -> list[Row]:
    applications = [each.application for each in contenders]
    labels = (
        _("Sales target, first year (units)"),
        _("Sales target, second year (units)"),
        _("Sales target, third year (units)"),
    )
    rows = [
        _figures(label, [getattr(a, f"volume_year_{year}") for a in applications], format_int, highest=True)
        for year, label in enumerate(labels, 1)
    ]
    words = _("Capital (10,000 yuan)")
    label = words if least is None else _("%(capital)s, at least %(minimum)s", capital=words, minimum=least)
    return [*rows, _figures(label, [a.capital_wan for a in applications], format_int, highest=True)]


def _site(contenders: Sequence[Contender]) -> list[Row]:
    language = current_language()
    judged = [each.judgement for each in contenders]
    nearest = [each.nearest[0].distance_m if each and each.nearest else None for each in judged]
    losses = [max((loss.lost_share for loss in each.losses), default=0.0) if each else None for each in judged]
    return [
        _figures(_("Nearest outlet"), nearest, lambda metres: format_distance(metres, language), highest=True),
        _figures(_("Outlets within the radius"), [each and each.within_radius for each in judged], format_int),
        _figures(
            _("Catchment covered already"),
            [each and each.overlap_share for each in judged],
            format_percent,
            highest=False,
        ),
        _figures(
            _("Gain of the network (km²)"), [each and round(each.gain_km2) for each in judged], format_int, highest=True
        ),
        _figures(_("Most that an outlet around gives up"), losses, format_percent, highest=False),
    ]


def _judged(contenders: Sequence[Contender]) -> list[Row]:
    return [
        _figures(_("Points"), [each.points for each in contenders], format_int, highest=True),
        Row(_("Knock-out"), [_("knocked out") if each.is_knocked_out else "–" for each in contenders]),
        Row(_("Visits to the site"), [format_int(each.visits) for each in contenders]),
    ]


def _figures(label: str, values: Sequence[Any], words: Callable[[Any], str], *, highest: bool | None = None) -> Row:
    """A row of numbers; the best is marked where they differ."""
    known = [value for value in values if value is not None]
    best: frozenset[int] = frozenset()
    if highest is not None and len(known) > 1 and len(set(known)) > 1:
        wanted = max(known) if highest else min(known)
        best = frozenset(place for place, value in enumerate(values) if value == wanted)
    return Row(label, [words(value) if value is not None else "–" for value in values], best)
