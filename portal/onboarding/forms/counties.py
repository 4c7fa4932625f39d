"""A county as people type it: its name, short or full, or its six-digit code."""

from __future__ import annotations

import re
import unicodedata

from wtforms.validators import ValidationError

from portal.boundaries.names import match_region
from portal.boundaries.rules import Level
from portal.db import db
from portal.i18n import current_language
from portal.network.labels import SENTENCES
from portal.network.queries.region_names import region_book
from portal.network.rules import RegionLevel

_LEADING_CODE = re.compile(r"\d{6}\b")
SHOWN = 8


def county_text(code: str | None) -> str:
    """`510681 广汉市`, as the field shows and reads it."""
    if not code:
        return ""
    return f"{code} {region_book(db.session()).name(RegionLevel.COUNTY, code, current_language())}"


def county_code_of(text: str) -> str | None:
    """The code of the one county that is meant; ValidationError where it is none or several."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    code = _LEADING_CODE.match(plain)
    meant = match_region(code.group() if code else plain, Level.COUNTY)
    if len(meant) == 1:
        return meant[0].code
    if not meant:
        raise ValidationError(str(SENTENCES["unknown_region"]) % {"value": plain})
    names = ", ".join(f"{region.code} {region.name_zh}" for region in meant[:SHOWN])
    raise ValidationError(str(SENTENCES["county_ambiguous"]) % {"value": plain, "candidates": names})
