"""The shape of a serial number. Pure: a shape is doubtful, never wrong, because machines of many makers are sold."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 40
_VIN_LENGTH = 17
# ISO 3779: no I, O or Q, which are read as 1 and 0.
_VIN = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_VINS = re.compile(rf"{_VIN.pattern}(?:\n{_VIN.pattern})*")
_SERIAL = re.compile(r"[A-Z0-9](?:[A-Z0-9/.-]{3,38})[A-Z0-9]")
_LETTERS_THAT_ARE_DIGITS = frozenset("IOQ")


def tidy_serial(text: str) -> str:
    """As serials are compared: capitals, without blanks."""
    return text.upper().replace(" ", "")


def shape_fault(serial: str) -> str | None:
    """`serial_letters`: a VIN with I, O or Q; `serial_shape`: no usual number either; None where it is one."""
    if len(serial) == _VIN_LENGTH and serial.isalnum():
        if _VIN.fullmatch(serial):
            return None
        return "serial_letters" if not _LETTERS_THAT_ARE_DIGITS.isdisjoint(serial) else "serial_shape"
    return None if _SERIAL.fullmatch(serial) else "serial_shape"


def are_vins(serials: Sequence[str]) -> bool:
    """Whether all of them have the shape of a VIN: one look at many."""
    return _VINS.fullmatch("\n".join(serials)) is not None
