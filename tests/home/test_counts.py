"""A number on the work list is the number of rows behind its link."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from portal import clock
from portal.home.queries import count_applications, count_tasks
from portal.home.rules import Task, work_list
from portal.home.views import ENDPOINTS, LINKS
from portal.network.models import Distributor, Document, DocumentKind, Outlet
from portal.network.queries.parties import DistributorFilter, OutletFilter
from portal.network.rules import OutletStatus
from portal.onboarding.models import Application
from portal.onboarding.rules.states import ApplicationStatus as S
from portal.permissions import Role
from portal.scope import bind_scope
from tests.factories import make_area, make_distributor, make_outlet, make_user, save


def add_paper(owner: Distributor, outlet: Outlet | None, ends: date) -> None:
    number = f"{owner.id}-{outlet.id if outlet else 0}-{ends}"
    kept = {"storage_id": number, "original_name": "a.pdf", "content_type": "application/pdf", "size_bytes": 1}
    save(
        Document(
            distributor_id=owner.id,
            outlet_id=outlet.id if outlet else None,
            kind=DocumentKind.LICENCE,
            title="Licence",
            valid_to=ends,
            sha256="0" * 64,
            created_at=clock.now(),
            **kept,
        )
    )


@pytest.fixture
def counted(session):
    """Two outlets with two expired papers each, and one of everything else; what is gone has papers too."""
    today, area = clock.today(), make_area()
    owner = make_distributor(area=area)
    shops = [make_outlet(owner, area=area) for _ in range(2)]
    for shop in shops:
        add_paper(owner, shop, today - timedelta(days=1))
        add_paper(owner, shop, today - timedelta(days=2))
    add_paper(owner, shops[0], today + timedelta(days=60))
    add_paper(owner, None, today - timedelta(days=1))
    add_paper(make_distributor(area=area), None, today)
    gone = make_outlet(owner, status=OutletStatus.EXITED, lng=None, lat=None)
    add_paper(owner, gone, today - timedelta(days=1))
    make_outlet(owner, area=area, status=OutletStatus.OPENING, planned_open_on=today - timedelta(days=1))
    make_outlet(owner, area=area, status=OutletStatus.OPENING, planned_open_on=today)
    make_outlet(owner, lng=None, lat=None, status=OutletStatus.WATCH)
    make_outlet(owner, area=area, status=OutletStatus.SUSPENDED)
    make_outlet(owner, area=area, status=OutletStatus.APPLIED)
    make_outlet(owner, area=area, status=OutletStatus.IN_REVIEW)
    session.commit()
    return count_tasks(session, today)


OF_APPLICATIONS = {task for task, endpoint in ENDPOINTS.items() if endpoint.startswith("onboarding.")}
OF_FIELD = {task for task, endpoint in ENDPOINTS.items() if endpoint.startswith("visits.")}
OF_PARTIES = [task for task in Task if task not in OF_APPLICATIONS | OF_FIELD]


def test_each_kind_is_counted_by_row_and_what_is_gone_is_not(counted):
    assert counted == dict.fromkeys(OF_PARTIES, 1) | {Task.DOCUMENTS_EXPIRED: 2}


@pytest.mark.parametrize("task", OF_PARTIES)
def test_the_list_behind_a_task_has_as_many_rows(session, counted, task):
    of_owners = ENDPOINTS.get(task) == "network.list_distributors"
    model, kind = (Distributor, DistributorFilter) if of_owners else (Outlet, OutletFilter)
    rows = session.scalars(kind.parse(MultiDict(LINKS[task])).apply(select(model))).all()
    assert len(rows) == counted[task]


@pytest.fixture
def desks(session):
    """On the manager's desk two applications, one of them overdue; one has gone back to its dealer."""
    today, area = clock.today(), make_area()
    owner = make_distributor(area=area)
    users = {
        "manager": make_user(Role.REGIONAL_MANAGER, of=area),
        "dealer": make_user(Role.DISTRIBUTOR, of=owner),
        "approver": make_user(Role.HO_APPROVER),
    }
    states = {S.AREA_REVIEW: (today, today - timedelta(days=1)), S.MORE_INFORMATION: (today,)}
    for status, days in states.items():
        for number, due_on in enumerate(days):
            save(
                Application(
                    number=f"{status}-{number}",
                    client_key=f"{status}-{number}",
                    distributor_id=owner.id,
                    applicant_id=users["dealer"].id,
                    status=status,
                    sales_area_id=area.id,
                    county_code=owner.county_code,
                    outlet_name="new",
                    due_on=due_on,
                    created_at=clock.now(),
                    updated_at=clock.now(),
                    submitted_at=clock.now(),
                )
            )
    session.commit()
    return users


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("manager", {Task.ON_MY_DESK: 2, Task.DESK_OVERDUE: 1}),
        ("dealer", {Task.RETURNED: 1}),
        ("approver", {}),
    ],
)
def test_desks_show_what_lies_on_them_and_the_links_lead_to_as_many(session, client_for, desks, who, expected):
    user = desks[who]
    bind_scope(session(), user.scope)
    counts = count_applications(session(), user, clock.today())
    items = {item.task: item.count for item in work_list(user.role, counts)}
    assert items == expected
    client = client_for(user)
    for task, count in items.items():
        query = urlencode(LINKS[task])
        path = "/applications" if task is Task.RETURNED else "/reviews"
        page = client.get(f"{path}?{query}").get_data(as_text=True)
        assert page.count("q-lead") == count, task
