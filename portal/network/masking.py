"""Personal data as pages show it by default: enough to recognise, too little to use. Pure."""

from __future__ import annotations

DOT = "•"


def mask_name(name: str) -> str:
    """张•• for 张小明, J••• for John: the first sign and a dot for each further one, three at most."""
    return name[:1] + DOT * min(max(len(name) - 1, 0), 3)


def mask_phone(phone: str) -> str:
    """138••••5678: the first three and the last four digits of a number long enough to hide something."""
    digits = "".join(sign for sign in phone if sign.isdigit())
    if len(digits) < 8:
        return DOT * 4 if digits else ""
    return f"{digits[:3]}{DOT * 4}{digits[-4:]}" if len(digits) >= 11 else f"{DOT * 4}{digits[-4:]}"


def mask_email(email: str) -> str:
    """w•••@example.com."""
    name, at, host = email.partition("@")
    return f"{name[:1]}{DOT * 3}@{host}" if at else (DOT * 3 if email else "")
