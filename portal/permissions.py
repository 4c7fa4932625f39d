"""What may be done, and which role may do it. One sorted list, one table; views and templates ask the same object."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """`scope:resource:action`. Sorted; a test keeps it so."""

    ACCOUNTS_OWN_MANAGE = "accounts:own:manage"
    ACCOUNTS_USERS_MANAGE = "accounts:users:manage"
    AUDIT_ENTRIES_READ = "audit:entries:read"
    COVERAGE_MAP_READ = "coverage:map:read"
    JOBS_ALL_MANAGE = "jobs:all:manage"
    JOBS_OWN_CANCEL = "jobs:own:cancel"
    JOBS_OWN_READ = "jobs:own:read"
    NETWORK_AREAS_MANAGE = "network:areas:manage"
    NETWORK_AREAS_READ = "network:areas:read"
    NETWORK_CONTACTS_READ = "network:contacts:read"
    NETWORK_CONTACTS_WRITE = "network:contacts:write"
    NETWORK_DISTRIBUTORS_READ = "network:distributors:read"
    NETWORK_DISTRIBUTORS_WRITE = "network:distributors:write"
    NETWORK_DOCUMENTS_READ = "network:documents:read"
    NETWORK_DOCUMENTS_WRITE = "network:documents:write"
    NETWORK_IMPORTS_RUN = "network:imports:run"
    NETWORK_OUTLETS_MOVE = "network:outlets:move"
    NETWORK_OUTLETS_READ = "network:outlets:read"
    NETWORK_OUTLETS_WRITE = "network:outlets:write"
    NETWORK_REGIONS_READ = "network:regions:read"
    NETWORK_TERRITORIES_WRITE = "network:territories:write"
    NOTIFICATIONS_OWN_READ = "notifications:own:read"
    ONBOARDING_APPLICATIONS_READ = "onboarding:applications:read"
    ONBOARDING_APPLICATIONS_REVIEW = "onboarding:applications:review"
    ONBOARDING_APPLICATIONS_SUBMIT = "onboarding:applications:submit"
    ONBOARDING_CANDIDATES_READ = "onboarding:candidates:read"
    ONBOARDING_CANDIDATES_WRITE = "onboarding:candidates:write"
    ONBOARDING_DELEGATIONS_MANAGE = "onboarding:delegations:manage"
    ONBOARDING_EXITS_DECIDE = "onboarding:exits:decide"
    ONBOARDING_EXITS_READ = "onboarding:exits:read"
    ONBOARDING_EXITS_WRITE = "onboarding:exits:write"
    ONBOARDING_OPENINGS_WRITE = "onboarding:openings:write"
    ONBOARDING_PLAN_READ = "onboarding:plan:read"
    ONBOARDING_PLAN_WRITE = "onboarding:plan:write"
    PRODUCTS_CATALOGUE_READ = "products:catalogue:read"
    PRODUCTS_CATALOGUE_WRITE = "products:catalogue:write"
    REBATES_DISPUTES_DECIDE = "rebates:disputes:decide"
    REBATES_DISPUTES_WRITE = "rebates:disputes:write"
    REBATES_LEDGER_READ = "rebates:ledger:read"
    REBATES_PASS_THROUGH_CONFIRM = "rebates:pass_through:confirm"  # noqa: S105 - not a password
    REBATES_PASS_THROUGH_READ = "rebates:pass_through:read"  # noqa: S105 - not a password
    REBATES_PASS_THROUGH_WRITE = "rebates:pass_through:write"  # noqa: S105 - not a password
    REBATES_POINTS_READ = "rebates:points:read"
    REBATES_POINTS_WRITE = "rebates:points:write"
    REBATES_POLICIES_ACKNOWLEDGE = "rebates:policies:acknowledge"
    REBATES_POLICIES_PUBLISH = "rebates:policies:publish"
    REBATES_POLICIES_READ = "rebates:policies:read"
    REBATES_POLICIES_WRITE = "rebates:policies:write"
    REBATES_SETTLEMENTS_APPROVE = "rebates:settlements:approve"
    REBATES_SETTLEMENTS_CALCULATE = "rebates:settlements:calculate"
    REBATES_SETTLEMENTS_PAY = "rebates:settlements:pay"
    REBATES_SETTLEMENTS_READ = "rebates:settlements:read"
    REBATES_STATEMENTS_READ = "rebates:statements:read"
    SALES_AMENDMENTS_DECIDE = "sales:amendments:decide"
    SALES_AMENDMENTS_PROPOSE = "sales:amendments:propose"
    SALES_PERIODS_MANAGE = "sales:periods:manage"
    SALES_PERIODS_READ = "sales:periods:read"
    SALES_PERIODS_REOPEN = "sales:periods:reopen"
    SALES_REPORTS_READ = "sales:reports:read"
    SALES_REPORTS_REVIEW = "sales:reports:review"
    SALES_REPORTS_WRITE = "sales:reports:write"
    SALES_ROLLUPS_READ = "sales:rollups:read"
    TARGETS_PLANS_READ = "targets:plans:read"
    TARGETS_PLANS_WRITE = "targets:plans:write"
    TARGETS_QUOTAS_READ = "targets:quotas:read"
    VISITS_ACTIVITIES_READ = "visits:activities:read"
    VISITS_ACTIVITIES_REVIEW = "visits:activities:review"
    VISITS_ACTIVITIES_WRITE = "visits:activities:write"
    VISITS_NORMS_READ = "visits:norms:read"
    VISITS_NORMS_WRITE = "visits:norms:write"


class Role(StrEnum):
    """Who works here (DOMAIN: head office, regional manager, distributor, outlet, finance)."""

    ADMIN = "admin"
    HO_NETWORK = "ho_network"
    HO_SALES = "ho_sales"
    HO_APPROVER = "ho_approver"
    HO_FINANCE = "ho_finance"
    HO_VIEWER = "ho_viewer"
    REGIONAL_MANAGER = "regional_manager"
    DISTRIBUTOR = "distributor"
    OUTLET = "outlet"


P = Permission
_SIGNED_IN = frozenset({P.ACCOUNTS_OWN_MANAGE, P.JOBS_OWN_CANCEL, P.JOBS_OWN_READ, P.NOTIFICATIONS_OWN_READ})
_READ_NETWORK = _SIGNED_IN | {
    P.COVERAGE_MAP_READ,
    P.NETWORK_DISTRIBUTORS_READ,
    P.NETWORK_DOCUMENTS_READ,
    P.NETWORK_OUTLETS_READ,
}
_READ_ALL = _READ_NETWORK | {
    P.NETWORK_AREAS_READ,
    P.NETWORK_REGIONS_READ,
    P.ONBOARDING_APPLICATIONS_READ,
    P.ONBOARDING_CANDIDATES_READ,
    P.ONBOARDING_EXITS_READ,
    P.ONBOARDING_PLAN_READ,
    P.PRODUCTS_CATALOGUE_READ,
    P.REBATES_PASS_THROUGH_READ,
    P.REBATES_POINTS_READ,
    P.REBATES_POLICIES_READ,
    P.REBATES_STATEMENTS_READ,
    P.SALES_PERIODS_READ,
    P.SALES_REPORTS_READ,
    P.SALES_ROLLUPS_READ,
    P.TARGETS_PLANS_READ,
    P.TARGETS_QUOTAS_READ,
    P.VISITS_ACTIVITIES_READ,
    P.VISITS_NORMS_READ,
}
# Contacts are masked; whoever may read them in full does so by a click that is put down in the audit.
_FILE = frozenset({P.NETWORK_CONTACTS_READ, P.NETWORK_CONTACTS_WRITE, P.NETWORK_DOCUMENTS_WRITE})
_DESIGN_NETWORK = _READ_ALL | {
    P.NETWORK_AREAS_MANAGE,
    P.NETWORK_CONTACTS_READ,
    P.NETWORK_CONTACTS_WRITE,
    P.NETWORK_DISTRIBUTORS_WRITE,
    P.NETWORK_DOCUMENTS_WRITE,
    P.NETWORK_IMPORTS_RUN,
    P.NETWORK_OUTLETS_MOVE,
    P.NETWORK_OUTLETS_WRITE,
    P.NETWORK_TERRITORIES_WRITE,
}
# Those who sit at a desk of the review, and may lend it to a colleague for a time.
_REVIEW = frozenset({P.ONBOARDING_APPLICATIONS_REVIEW, P.ONBOARDING_DELEGATIONS_MANAGE})
_DESIGN_ONBOARDING = _REVIEW | {
    P.ONBOARDING_CANDIDATES_WRITE,
    P.ONBOARDING_EXITS_DECIDE,
    P.ONBOARDING_EXITS_WRITE,
    P.ONBOARDING_OPENINGS_WRITE,
    P.ONBOARDING_PLAN_WRITE,
}
# What a dealer sells and is to sell.
_OWN_FIGURES = frozenset({P.SALES_ROLLUPS_READ, P.TARGETS_QUOTAS_READ})
# What it is to do in the field, and has done.
_OWN_FIELD_WORK = frozenset({P.VISITS_ACTIVITIES_READ, P.VISITS_NORMS_READ})
# Products, targets and the calendar of the monthly reports.
_RUN_SALES = frozenset(
    {
        P.PRODUCTS_CATALOGUE_WRITE,
        P.SALES_AMENDMENTS_DECIDE,
        P.SALES_AMENDMENTS_PROPOSE,
        P.SALES_PERIODS_MANAGE,
        P.SALES_REPORTS_REVIEW,
        P.TARGETS_PLANS_WRITE,
        P.VISITS_ACTIVITIES_REVIEW,
        P.VISITS_NORMS_WRITE,
    }
)
# Runs of settlements and the ledger are head office's; the three who move a run are different people.
_READ_SETTLEMENTS = frozenset({P.REBATES_LEDGER_READ, P.REBATES_SETTLEMENTS_READ})
_WRITE_REBATES = _READ_SETTLEMENTS | {
    P.REBATES_DISPUTES_DECIDE,
    P.REBATES_PASS_THROUGH_WRITE,
    P.REBATES_POLICIES_WRITE,
    P.REBATES_SETTLEMENTS_CALCULATE,
}
_APPROVE_REBATES = _READ_SETTLEMENTS | {
    P.REBATES_DISPUTES_DECIDE,
    P.REBATES_POLICIES_PUBLISH,
    P.REBATES_SETTLEMENTS_APPROVE,
}
_PAY_REBATES = _READ_SETTLEMENTS | {P.REBATES_DISPUTES_DECIDE, P.REBATES_POINTS_WRITE, P.REBATES_SETTLEMENTS_PAY}
# What a dealer earned, and what was handed down to it.
_OWN_REBATES = frozenset({P.REBATES_PASS_THROUGH_READ, P.REBATES_POINTS_READ, P.REBATES_STATEMENTS_READ})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMIN: _READ_ALL | _READ_SETTLEMENTS | {P.ACCOUNTS_USERS_MANAGE, P.AUDIT_ENTRIES_READ, P.JOBS_ALL_MANAGE},
    Role.HO_NETWORK: _DESIGN_NETWORK | _DESIGN_ONBOARDING | {P.AUDIT_ENTRIES_READ},
    Role.HO_APPROVER: _READ_ALL
    | _REVIEW
    | {P.AUDIT_ENTRIES_READ, P.NETWORK_CONTACTS_READ, P.NETWORK_OUTLETS_MOVE, P.ONBOARDING_EXITS_DECIDE}
    | _APPROVE_REBATES
    | {P.SALES_AMENDMENTS_DECIDE, P.SALES_PERIODS_REOPEN},
    Role.HO_FINANCE: _READ_ALL | _PAY_REBATES,
    Role.HO_SALES: _READ_ALL | _REVIEW | _RUN_SALES | _WRITE_REBATES | {P.NETWORK_CONTACTS_READ},
    Role.HO_VIEWER: _READ_ALL | _READ_SETTLEMENTS,
    Role.REGIONAL_MANAGER: _READ_ALL
    | _FILE
    | {P.ONBOARDING_APPLICATIONS_REVIEW, P.ONBOARDING_CANDIDATES_WRITE, P.ONBOARDING_EXITS_WRITE}
    | {P.SALES_REPORTS_REVIEW, P.VISITS_ACTIVITIES_REVIEW, P.VISITS_ACTIVITIES_WRITE},
    Role.DISTRIBUTOR: _READ_NETWORK
    | _FILE
    | _OWN_FIGURES
    | _OWN_REBATES
    | _OWN_FIELD_WORK
    | {P.VISITS_ACTIVITIES_WRITE}
    | {P.REBATES_DISPUTES_WRITE, P.REBATES_PASS_THROUGH_WRITE, P.REBATES_POLICIES_ACKNOWLEDGE}
    | {P.ONBOARDING_APPLICATIONS_READ, P.ONBOARDING_APPLICATIONS_SUBMIT}
    | {P.PRODUCTS_CATALOGUE_READ, P.SALES_AMENDMENTS_PROPOSE}
    | {P.SALES_PERIODS_READ, P.SALES_REPORTS_READ, P.SALES_REPORTS_WRITE},
    Role.OUTLET: _SIGNED_IN
    | _OWN_FIGURES
    | _OWN_REBATES
    | _OWN_FIELD_WORK
    | {P.REBATES_PASS_THROUGH_CONFIRM}
    | {P.COVERAGE_MAP_READ, P.NETWORK_CONTACTS_READ, P.NETWORK_DOCUMENTS_READ, P.NETWORK_OUTLETS_READ},
}

HEAD_OFFICE_ROLES = frozenset(
    {Role.ADMIN, Role.HO_NETWORK, Role.HO_SALES, Role.HO_APPROVER, Role.HO_FINANCE, Role.HO_VIEWER}
)


def is_allowed(role: Role, permission: Permission) -> bool:
    """Whether the role holds the permission."""
    return permission in ROLE_PERMISSIONS[role]
