"""The version cell of a template: for which form, distributor and month it was made."""

from __future__ import annotations

import hashlib
from datetime import date

# Raised when the form changes so that files of the older one would be read wrongly.
FORM = 1


def version_of(distributor_code: str, month: date) -> str:
    """What the cell holds: the form's number, the month, and a digest that no other distributor's template has."""
    digest = hashlib.sha256(f"{FORM}|{distributor_code}|{month:%Y-%m}".encode()).hexdigest()[:8].upper()
    return f"QD{FORM}-{month:%Y%m}-{digest}"
