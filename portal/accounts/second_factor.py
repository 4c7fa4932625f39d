"""The second factor: time-based codes (RFC 6238), each accepted once, and recovery codes, kept as hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
ISSUER = "Qudao"
RECOVERY_CODES = 10
# 24 signs out of 31 are 118 bits: enough that a plain hash keeps them (ASVS 6.5.2). No 0 and O, no 1, I and L.
RECOVERY_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
RECOVERY_GROUPS, RECOVERY_GROUP = 6, 4


def new_secret() -> str:
    """A secret for an authenticator app (base32, 160 bits)."""
    return pyotp.random_base32()


def accepted_step(secret: str, code: str, *, at: datetime, last_step: int | None) -> int | None:
    """The time step that the code belongs to: now, or one before or after; None where it fits none or was used."""
    digits = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
    now_step = int(at.timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (now_step, now_step - 1, now_step + 1):
        is_same = hmac.compare_digest(totp.generate_otp(step), digits)
        if is_same and (last_step is None or step > last_step):
            return step
    return None


def setup_uri(secret: str, email: str) -> str:
    """What the QR code says."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def qr_image(secret: str, email: str) -> str:
    """The QR code as an SVG in a data: URI, dark on white in either theme."""
    return segno.make(setup_uri(secret, email), error="m").svg_data_uri(scale=5, dark="#000", light="#fff", border=3)


def new_recovery_codes() -> list[str]:
    """Codes to print and keep; each works once in place of a code from the app."""

    def group() -> str:
        return "".join(secrets.choice(RECOVERY_SIGNS) for _ in range(RECOVERY_GROUP))

    return ["-".join(group() for _ in range(RECOVERY_GROUPS)) for _ in range(RECOVERY_CODES)]


def recovery_hash(code: str) -> str:
    """SHA-256 of a recovery code as it was shown, however it is typed."""
    signs = "".join(sign for sign in code.upper() if sign.isascii() and sign.isalnum())
    return hashlib.sha256(signs.encode()).hexdigest()
