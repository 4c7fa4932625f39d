"""The people of the demonstration. They can sign in only while the demonstration is switched on (PORTAL_DEMO)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.permissions import Role

# Printed on the sign-in page of a demonstration, and of no use anywhere else.
DEMO_PASSWORD = "sichuan-map-2026"  # noqa: S105
DEMO_HOST = "demo.example"


@dataclass(frozen=True)
class DemoAccount:
    """Somebody who shows the portal from one role's side."""

    email: str
    name: str
    role: Role
    locale: str


def _account(local: str, name: str, role: Role, locale: str) -> DemoAccount:
    return DemoAccount(f"{local}@{DEMO_HOST}", name, role, locale)


DEMO_ACCOUNTS: tuple[DemoAccount, ...] = (
    _account("admin", "Mia Keller", Role.ADMIN, "en"),
    _account("network", "陈静", Role.HO_NETWORK, "zh_Hans"),
    _account("sales", "李薇", Role.HO_SALES, "zh_Hans"),
    _account("approver", "James Osei", Role.HO_APPROVER, "en"),
    _account("finance", "周敏", Role.HO_FINANCE, "zh_Hans"),
    _account("viewer", "Ana Torres", Role.HO_VIEWER, "en"),
    _account("rm.north", "刘洋", Role.REGIONAL_MANAGER, "zh_Hans"),
    _account("rm.south", "Tom Becker", Role.REGIONAL_MANAGER, "en"),
    _account("dealer.deyang", "杨德明", Role.DISTRIBUTOR, "zh_Hans"),
    _account("dealer.guangxi", "Wei Lan", Role.DISTRIBUTOR, "en"),
    _account("outlet.guanghan", "何晓", Role.OUTLET, "zh_Hans"),
)
_EMAILS = frozenset(account.email for account in DEMO_ACCOUNTS)


def is_demo_account(email: str) -> bool:
    """Whether the address is one of the demonstration's."""
    return email in _EMAILS
