"""Sentences: why boundaries cannot be built or read, and why a pair of coordinates is not believed."""

from __future__ import annotations

from flask_babel import gettext as _

from portal.errors import QudaoError
from portal.geo import Bounds, CoordinateFault


def explain(error: QudaoError) -> str:
    """A sentence with place, value and remedy for an error of this room."""
    sentences = {
        "boundaries_missing": _("No boundaries are built in %(folder)s. Build them with: flask geodata build"),
        "boundary_package_missing": _(
            "Version %(wanted)s of the package %(package)s is needed (found: %(found)s). Run make setup, or use a "
            "file of your own: flask geodata build --from FILE"
        ),
        "facts_missing": _("%(path)s is missing. It is part of the repository: restore it with git."),
        "unknown_code": _("%(path)s does not list the code %(value)s, which the boundary package contains."),
        "package_index": _("The index of the boundary package names a file that was not expected: %(path)s"),
        "file_unreadable": _(
            "%(file)s cannot be read as GeoJSON, GeoPackage or Shapefile (%(reason)s). Export it again from its "
            "program."
        ),
        "file_empty": _("%(file)s contains no shapes."),
        "no_crs": _(
            "%(file)s does not say which coordinate system it uses, and its numbers are not degrees. Export it "
            "in WGS 84."
        ),
        "no_field": _(
            "%(file)s has no column %(field)s. Its columns are: %(fields)s. Name the right one with an option."
        ),
        "no_code": _("Row %(row)s has no code in the column %(field)s."),
        "unknown_level": _(
            "Row %(row)s: the level “%(value)s” in the column %(field)s is none of province, prefecture and county."
        ),
        "unknown_parent": _("Row %(row)s (%(region)s) belongs to %(parent)s, which is not in the file."),
        "no_polygon": _("Row %(row)s (%(region)s) has no area."),
        "no_counties": _("The file contains no counties."),
        "not_a_coverage": _("The counties of the file overlap so much that they cannot be fitted together."),
    }
    sentence = sentences.get(error.code)
    return str(sentence) % error.details if sentence else str(error)


def explain_fault(fault: CoordinateFault, lng: float, lat: float, bounds: Bounds) -> str:
    """A sentence for coordinates that are not believed."""
    sentences = {
        CoordinateFault.NOT_A_NUMBER: _("Longitude and latitude must be numbers."),
        CoordinateFault.OUT_OF_RANGE: _(
            "Longitude %(lng)s, latitude %(lat)s: longitude lies between -180 and 180, latitude between -90 and 90."
        ),
        CoordinateFault.ZERO: _("Longitude 0, latitude 0 means that the coordinates are missing."),
        CoordinateFault.SWAPPED: _(
            "Longitude %(lng)s, latitude %(lat)s look swapped. Longitude comes first: %(lat)s %(lng)s"
        ),
        CoordinateFault.OUTSIDE: _(
            "Longitude %(lng)s, latitude %(lat)s lies outside the map (longitude %(west)s to %(east)s, latitude "
            "%(south)s to %(north)s)."
        ),
    }
    return str(sentences[fault]) % {"lng": f"{lng:.10g}", "lat": f"{lat:.10g}", **bounds._asdict()}
