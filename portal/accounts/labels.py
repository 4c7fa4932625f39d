"""Words of the accounts room: roles, states, and a sentence for every error code."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp

from portal.accounts.models import GrantKind, UserStatus
from portal.accounts.rules import MAX_LENGTH, MIN_LENGTH, PasswordFault
from portal.permissions import Role

ROLES = {
    Role.ADMIN: _lp("role", "Administrator"),
    Role.HO_NETWORK: _lp("role", "Head office: network"),
    Role.HO_SALES: _lp("role", "Head office: sales"),
    Role.HO_APPROVER: _lp("role", "Head office: approval"),
    Role.HO_FINANCE: _lp("role", "Head office: finance"),
    Role.HO_VIEWER: _lp("role", "Head office: read only"),
    Role.REGIONAL_MANAGER: _lp("role", "Regional manager"),
    Role.DISTRIBUTOR: _lp("role", "Distributor"),
    Role.OUTLET: _lp("role", "Outlet"),
}
STATUSES = {
    UserStatus.ACTIVE: _lp("account", "Active"),
    UserStatus.INVITED: _lp("account", "Invited"),
    UserStatus.DISABLED: _lp("account", "Disabled"),
}
STATUS_COLOURS = {UserStatus.ACTIVE: "green", UserStatus.INVITED: "amber", UserStatus.DISABLED: "grey"}
GRANT_KINDS = {
    GrantKind.SALES_AREA: _lp("grant", "Sales area"),
    GrantKind.DISTRIBUTOR: _lp("grant", "Distributor"),
    GrantKind.OUTLET: _lp("grant", "Outlet"),
}

# What is wrong, and what to do. The keys are the codes of InvalidInput.
SENTENCES = {
    PasswordFault.TOO_SHORT.value: _l(
        "The password needs at least %(number)s characters; four unrelated words are better still.", number=MIN_LENGTH
    ),
    PasswordFault.TOO_LONG.value: _l("The password may have at most %(number)s characters.", number=MAX_LENGTH),
    PasswordFault.COMMON.value: _l("This password is among those that are tried first. Choose another."),
    PasswordFault.CONTEXT.value: _l(
        "This password consists mostly of your name, your address or words of this portal. Add something unrelated."
    ),
    PasswordFault.SAME_SIGN.value: _l("This password repeats one or two characters. Choose another."),
    "password_wrong": _l("This is not your current password."),
    "password_same": _l("The new password is the current one. Choose another."),
    "code_wrong": _l("This code does not fit. Codes change every 30 seconds and work once: enter the one shown now."),
    "email_malformed": _l("This is not an e-mail address. It looks like name@company.com."),
    "email_taken": _l("This address cannot be used: it belongs to another account."),
    "own_account": _l("You cannot do this to your own account. Ask another administrator."),
    "role_sees_everything": _l("This role sees the whole network and is tied to nothing."),
    "user_disabled": _l("The account is disabled. Enable it first."),
    "not_found": _l("There is nothing with this number."),
}


def sentence(code: str) -> str:
    """The sentence of an error code."""
    return str(SENTENCES[code])
