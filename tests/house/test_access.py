"""Every URL is declared: who may call it stands here once more, so that no route appears unseen."""

from __future__ import annotations

import pytest

from portal.access import access_of
from portal.permissions import ROLE_PERMISSIONS, Permission, Role
from tests.house.access_table import ACCESS


def test_every_endpoint_is_in_the_table_and_asks_for_what_it_says(app):
    declared = {rule.endpoint: str(access_of(app, rule.endpoint)) for rule in app.url_map.iter_rules()}
    assert declared == ACCESS


def test_permissions_are_sorted_and_each_is_used(app):
    values = [permission.value for permission in Permission]
    assert values == sorted(values)
    assert set(values) <= set(ACCESS.values()) | {p.value for p in IN_PAGES}


# Permissions that no URL asks for: they decide what a page shows.
IN_PAGES: frozenset[Permission] = frozenset({Permission.JOBS_ALL_MANAGE})


@pytest.mark.parametrize("role", Role)
def test_every_role_may_sign_in_and_see_itself(role):
    assert Permission.ACCOUNTS_OWN_MANAGE in ROLE_PERMISSIONS[role]


def test_public_pages_are_few():
    assert {endpoint for endpoint, access in ACCESS.items() if access == "public"} == {
        "static",
        "accounts.enter_code",
        "accounts.forgotten_password",
        "accounts.sign_in",
        "accounts.sign_out",
        "accounts.switch_language",
        "accounts.take_up_link",
        "health.healthz",
        "health.readyz",
    }
