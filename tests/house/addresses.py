"""Every URL of the portal, filled in for one tenant of the world (or for objects that do not exist)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from portal.periods import format_month
from tests.house.sales_world import MONTH
from tests.house.world import World

NOBODY = "nobody"
MONTH_KEY = format_month(MONTH)
ABSENT_ID = 987_654_321
KINDS = ("distributors", "outlets")
# A tenant's papers in onboarding, and its quotas.
PAPERS = (
    "/activities/<int",
    "/amendments/<int",
    "/applications/<int",
    "/candidates/<int",
    "/disputes/<int",
    "/exits/<int",
    "/forecast/<int",
    "/my-policies/<int",
    "/openings/<int",
    "/openings/reviews/<int",
    "/pass-through/<int",
    "/quotas/<int",
    "/reports/<int",
    "/reports/uploads/<int",
    "/reviews/<int",
    "/statements/<int",
)

# Rooms whose objects are not a tenant's: head office's own, or the asker's.
FIXED: dict[str, dict[str, Any]] = {
    "accounts.switch_language": {"code": "zh_Hans"},
    "coverage.areas": {"level": "county"},
    "coverage.boundaries": {"name": "province"},
    "coverage.bubbles": {"level": "county"},
    "network.download_template": {"kind": "outlets"},
    "network.show_region": {"level": "county", "code": "510681"},
    "onboarding.autosave_application": {"step": "place"},
    "onboarding.edit_application": {"step": "place"},
    "onboarding.list_reviews": {"desk": "all"},
    "onboarding.show_plan": {"by": "county"},
    "onboarding.take_step": {"step": "reject"},
    "products.edit_group": {"code": "new_models"},
    "products.edit_model": {"code": "F3"},
    "products.edit_series": {"code": "F"},
    "products.edit_variant": {"code": "F3-15MT"},
    "products.end_member": {"code": "new_models"},
    "products.new_member": {"code": "new_models"},
    "products.new_model": {"code": "F"},
    "products.new_variant": {"code": "F3"},
    "products.show_group": {"code": "new_models"},
    "products.show_model": {"code": "F3"},
    "products.show_series": {"code": "F"},
    "rebates.print_statement": {"kind": "xlsx"},
    "sales.decide_period_reopening": {"month": MONTH_KEY, "step": "grant"},
    "sales.edit_period": {"month": MONTH_KEY},
    "sales.export_details": {"kind": "csv"},
    "sales.export_report": {"kind": "csv"},
    "sales.show_period": {"month": MONTH_KEY},
    "sales.step_period": {"month": MONTH_KEY, "step": "lock"},
    "visits.judge": {"step": "accept"},
    "visits.step": {"step": "submit"},
}


def rules_of(app: Flask) -> list[Rule]:
    """All rules but the static one, in order."""
    return sorted((rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"), key=lambda r: r.endpoint)


def is_about_a_tenant(rule: Rule) -> bool:
    """Whether the URL names an object that belongs to a distributor."""
    return rule.rule.startswith(("/distributors/<", "/outlets/<", "/<any(distributors", *PAPERS))


def urls(app: Flask, rule: Rule, world: World, owner: str) -> Iterator[str]:
    """The rule's URLs for the objects of `owner` (a tenant's key, or NOBODY)."""
    for kind in KINDS if "kind" in rule.arguments and is_about_a_tenant(rule) else ("",):
        values = {name: _value(rule, name, world, owner, kind) for name in rule.arguments}
        with app.test_request_context():
            yield app.url_for(rule.endpoint, **values)


def _value(rule: Rule, name: str, world: World, owner: str, kind: str) -> Any:
    if rule.endpoint in FIXED and name in FIXED[rule.endpoint]:
        return FIXED[rule.endpoint][name]
    if not is_about_a_tenant(rule):
        return _own_value(rule, name, world)
    tenant = world.tenants.get(owner)
    if tenant is not None and name == "application_id" and rule.rule.startswith("/openings/"):
        return tenant.papers["opening_id"]
    if tenant is not None and name == "file_id" and rule.rule.startswith("/reports/"):
        return tenant.papers["evidence_id"]
    if tenant is not None and name == "photo_id" and rule.rule.startswith("/activities/"):
        return tenant.papers["field_photo_id"]
    kind = kind or rule.rule.split("/")[1]
    if name == "kind":
        return kind
    if tenant is None:
        return "ABSENT" if name == "code" else ABSENT_ID
    return {
        "code": tenant.outlet if kind == "outlets" else tenant.distributor,
        "contact_id": tenant.contacts.get(kind),
        "document_id": tenant.documents.get(kind),
        "territory_id": tenant.territory_id,
        **tenant.papers,
    }[name]


# Steps of a target that is not published yet.
DRAFTS = frozenset(f"targets.{name}" for name in ("check_plan", "discard", "edit_plan", "edit_season", "edit_shares"))

# Steps of a policy that is not published yet.
POLICY_DRAFTS = frozenset(f"rebates.{name}" for name in ("edit_document", "edit_policy", "step_policy"))


def _choices(rule: Rule, name: str) -> list[str]:
    """The words that an argument may be, where the rule lists them."""
    return sorted(getattr(rule._converters[name], "items", ()))


def _own_value(rule: Rule, name: str, world: World) -> Any:
    return {
        "member_id": world.targets["member"],
        "notice_id": world.rebates["notice"],
        "run_id": world.rebates["run"],
        "step": next(iter(_choices(rule, name)), ""),
        "version_id": world.rebates["draft" if rule.endpoint in POLICY_DRAFTS else "version"],
        "what_if_id": world.rebates["what_if"],
        "plan_id": world.targets["draft" if rule.endpoint in DRAFTS else "published"],
        "kind": "csv",
        "user_id": world.users["ho_viewer"].id,
        "code": world.areas["north"],
        "entry_id": 1,
        "token": "no-such-link",
        "digest": "0" * 12,
        "level": "county",
        "name": "province",
    }.get(name, ABSENT_ID)
