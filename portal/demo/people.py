"""The demonstration's people, and what each may see."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from portal.accounts.demo_accounts import DEMO_ACCOUNTS, DEMO_PASSWORD
from portal.accounts.models import User
from portal.accounts.services.users import add_grant, create_user

# Whose rows each address sees: sales areas, a distributor or an outlet, by code.
AREAS_OF = {"rm.north": ("SC-N", "SC-E"), "rm.south": ("SC-S", "SC-W", "GX-C")}
DISTRIBUTOR_OF = {"dealer.deyang": "SC-DY", "dealer.guangxi": "GX-LZ"}
OUTLET_OF = {"outlet.guanghan": "T510681-1"}


def make_people(session: Session) -> dict[str, User]:
    """One user a demo account, by the part of the address before the @."""
    return {
        account.email.partition("@")[0]: create_user(
            session,
            email=account.email,
            name=account.name,
            role=account.role,
            locale=account.locale,
            password=DEMO_PASSWORD,
        )
        for account in DEMO_ACCOUNTS
    }


def grant_scopes(session: Session, people: Mapping[str, User], ids: Mapping[str, int]) -> None:
    """Tie the people to their part of the network; `ids`: code of an area, distributor or outlet → id."""
    wanted = AREAS_OF | {who: (code,) for who, code in (DISTRIBUTOR_OF | OUTLET_OF).items()}
    for who, codes in wanted.items():
        for code in codes:
            add_grant(session, people[who], object_id=ids[code], label=code)
