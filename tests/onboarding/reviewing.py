"""Those who review, and applications brought to any state: by the services, or as bare rows where many are needed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from portal import clock
from portal.accounts.models import User
from portal.db import db
from portal.network.models import Outlet
from portal.network.rules import OutletStatus, StoreClass
from portal.onboarding.models import Application
from portal.onboarding.rules.chain import chain_of
from portal.onboarding.rules.scores import Criterion
from portal.onboarding.rules.states import REVIEWERS, Action, ApplicationStatus
from portal.onboarding.services.applications import submit_application
from portal.onboarding.services.openings import open_outlet, start_opening, tick_item
from portal.onboarding.services.reviews import act
from portal.onboarding.services.visits import fill_score, record_visit
from portal.permissions import Role
from tests.factories import COUNTY, PREFECTURE, PROVINCE, make_outlet, make_user, save
from tests.onboarding.applying import ANSWERS, Applicant, make_draft

S = ApplicationStatus
_numbers = count(1)
GOOD = dict.fromkeys(Criterion, 8)
# The outlet's status beside each state of its application.
OUTLET_STATUS = {
    S.AREA_REVIEW: OutletStatus.APPLIED,
    S.MORE_INFORMATION: OutletStatus.APPLIED,
    S.SALES_REVIEW: OutletStatus.IN_REVIEW,
    S.NETWORK_REVIEW: OutletStatus.IN_REVIEW,
    S.HEAD_OFFICE_REVIEW: OutletStatus.IN_REVIEW,
    S.APPROVED: OutletStatus.APPROVED,
    S.OPENING: OutletStatus.OPENING,
    S.OPENED: OutletStatus.OPEN,
    S.REJECTED: OutletStatus.DROPPED,
    S.WITHDRAWN: OutletStatus.DROPPED,
}


@dataclass
class Crew:
    """One reviewer for each desk."""

    manager: User
    sales: User
    network: User
    approver: User

    def at(self, status: ApplicationStatus) -> User:
        """Whose desk the state is."""
        return {
            Role.REGIONAL_MANAGER: self.manager,
            Role.HO_SALES: self.sales,
            Role.HO_NETWORK: self.network,
            Role.HO_APPROVER: self.approver,
        }[REVIEWERS[status]]


def make_crew(area: Any) -> Crew:
    """A manager of the area and three reviewers of head office."""
    return Crew(
        make_user(Role.REGIONAL_MANAGER, of=area),
        make_user(Role.HO_SALES),
        make_user(Role.HO_NETWORK),
        make_user(Role.HO_APPROVER),
    )


def hand_in(applicant: Applicant, **columns: Any) -> Application:
    """An application with the regional manager, made and handed in through the services."""
    draft = make_draft(applicant, columns=columns)
    submit_application(db.session(), draft, actor=applicant.user, version=draft.version)
    return draft


def visit_and_score(application: Application, manager: User, *, disturbs_market: bool = False) -> None:
    """What the manager does before the endorsement."""
    session = db.session()
    lng, lat = application.lng, application.lat
    record_visit(session, application, actor=manager, visited_on=clock.today(), findings="路口好。", lng=lng, lat=lat)
    note = "低价串货" if disturbs_market else ""
    fill_score(session, application, actor=manager, marks=GOOD, disturbs_market=disturbs_market, note=note)


def do(application: Application, action: Action, actor: User, **words: Any) -> Any:
    """One step in the present version."""
    return act(db.session(), application, action, actor=actor, version=application.version, **words)


def bring_to(application: Application, crew: Crew, status: ApplicationStatus) -> Application:
    """Move an application that was handed in along its chain until `status`."""
    session = db.session()
    if status is not S.AREA_REVIEW and application.status is S.AREA_REVIEW:
        visit_and_score(application, crew.manager)
    while application.status is not status:
        now = application.status
        if now is S.HEAD_OFFICE_REVIEW:
            do(application, Action.APPROVE, crew.approver)
        elif now is S.APPROVED:
            start_opening(session, application, actor=crew.network, version=application.version)
        elif now is S.OPENING:
            finish_checklist(application, crew.network)
            open_outlet(session, application, actor=crew.network, version=application.version, on=clock.today())
        else:
            do(application, Action.ENDORSE, crew.at(now))
    return application


def finish_checklist(application: Application, actor: User) -> None:
    """Everything done today."""
    from portal.onboarding.queries.openings import list_items

    for item in list_items(db.session(), application):
        tick_item(db.session(), item, version=item.version, actor=actor, done_on=clock.today())


def make_row(applicant: Applicant, status: ApplicationStatus, **values: Any) -> Application:
    """An application in a state as two bare rows, its outlet in the status that fits."""
    number = next(_numbers)
    code = f"X-{number:06}"
    outlet: Outlet | None = None
    if status is not S.DRAFT:
        outlet = make_outlet(
            applicant.distributor, area=applicant.area, code=code, status=OUTLET_STATUS[status], opened_on=None
        )
    defaults = {
        "client_key": f"row-{number:08}",
        "number": None if status is S.DRAFT else code,
        "distributor_id": applicant.distributor.id,
        "applicant_id": applicant.user.id,
        "outlet_id": outlet.id if outlet else None,
        "status": status,
        "asked_by_stage": S.AREA_REVIEW if status is S.MORE_INFORMATION else None,
        "chain": [each.value for each in chain_of(StoreClass.A, None)],
        "outlet_name": f"店{number}",
        "store_class": StoreClass.A,
        "lng": 104.25,
        "lat": 30.99,
        "province_code": PROVINCE,
        "prefecture_code": PREFECTURE,
        "county_code": COUNTY,
        "sales_area_id": applicant.area.id,
        "capital_wan": 220,
        "volume_year_1": 60,
        "volume_year_2": 80,
        "volume_year_3": 100,
        "answers": dict(ANSWERS),
        "submitted_at": None if status is S.DRAFT else clock.now(),
        "created_at": clock.now(),
        "updated_at": clock.now(),
    }
    return save(Application(**(defaults | values)))


def text_of(answer: Any) -> str:
    """The body as text; the file behind a download is closed."""
    body = answer.get_data(as_text=True)
    answer.close()
    return body
