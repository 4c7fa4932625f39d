"""Pages of targets and quotas as each role meets them."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.db import db
from portal.permissions import Role
from portal.sales.models import SalesRollup
from portal.targets.models import Quota, TargetPlan
from portal.targets.rules.words import PlanStatus
from tests.factories import make_user
from tests.network.pages import open_page

SEASON = {f"{name}_{number}": "1" for number in range(4) for name in ("first", "last")}
SEASON |= {f"amount_{number}": "" for number in range(4)} | {f"weight_{month}": "1" for month in range(1, 13)}
TOTAL = {
    "year": "2027", "first_month": "1", "total_qty": "30,000", "valid_from": "2027-01-01", "basis": "equal",
    "own_share_bp": "78%", "minimum_qty": "2", "step_qty": "1", "note": "",
}  # fmt: skip


def text_of(answer):
    text = answer.get_data(as_text=True)
    answer.close()
    return text


def version_of(html):
    return re.search(r'name="version"[^>]*value="(\d+)"', html).group(1)


@pytest.fixture
def office(network, client_for):
    return client_for(network.sales)


def sell(network, month, units):
    for outlet in network.outlets:
        db.session.add(
            SalesRollup(
                month=month, distributor_id=outlet.distributor_id, outlet_id=outlet.id,
                model_id=network.models["F3"].id, retail=units,
            )
        )  # fmt: skip
    db.session.commit()


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_every_page(network, client_for, locale):
    published, draft = network.published(), network.draft(year=2027)
    for month in range(1, 13):
        sell(network, date(2025, month, 1), 10 * month)
    network.sales.locale = locale
    quota = db.session.scalar(select(Quota.id).where(Quota.outlet_id.is_not(None)))
    client = client_for(network.sales)
    area, owner, outlet = network.area.id, network.first.id, network.outlets[0].id
    down = f"area:{area}/distributor:{owner}"
    for path in (
        "/targets",
        "/targets?status=draft&year=2027",
        "/targets/new",
        "/targets/what-if",
        "/targets/what-if?year=2025&total=900&first_0=3&last_0=5&amount_0=300",
        f"/targets/{published.id}",
        *(
            f"/targets/{published.id}?at={at}"
            for at in (f"area:{area}", down, f"{down}/own", f"{down}/outlet:{outlet}")
        ),
        *(f"/targets/{draft.id}?at={at}" for at in ("", "area:none", down, f"{down}/outlet:{outlet}")),
        f"/targets/{published.id}/agreement",
        *(f"/targets/{draft.id}/{step}" for step in ("edit", "season", "shares", "publish")),
        *(f"/targets/{draft.id}/shares?at={at}" for at in (f"area:{area}", down, "models")),
        "/quotas",
        "/quotas?q=T1&month=2026-05&model=F3&area=none&distributor=D1&agreed=no&kind=outlet&sort=-share",
        "/quotas/new",
        f"/quotas/{quota}",
        f"/quotas/{quota}/amend",
    ):
        open_page(client, path)


def test_empty_rooms_say_so(network, client_for):
    client = client_for(network.sales)
    assert "No targets yet" in open_page(client, "/targets")
    assert "No quotas yet" in open_page(client, "/quotas")
    assert "No figures yet" in open_page(client, "/targets/what-if")


def test_from_a_total_to_quotas(network, office):
    """30,000 with 8,000 in March to May and 9,000 in August to October, step by step."""
    address = office.post("/targets/new", data=TOTAL).headers["Location"]
    plan_id = re.search(r"\d+", address).group(0)
    assert address == f"/targets/{plan_id}/season"
    sent = SEASON | {"first_0": "3", "last_0": "5", "amount_0": "8,000", "first_1": "8", "last_1": "10"}
    sent |= {"amount_1": "30%", "version": version_of(open_page(office, address))}
    assert office.post(address, data=sent).headers["Location"] == f"/targets/{plan_id}/shares"
    models = f"/targets/{plan_id}/shares?at=models"
    shares = {"share_0": "60", "share_1": "40%", "share_2": "", "version": version_of(open_page(office, models))}
    assert office.post(models, data=shares).status_code == 302
    check = open_page(office, f"/targets/{plan_id}/publish")
    assert "Adds up" in check
    assert "2,667" in check
    answer = office.post(f"/targets/{plan_id}/publish", data={"version": version_of(check)})
    job_page = open_page(office, answer.headers["Location"])
    assert f'href="/targets/{plan_id}"' in job_page
    assert db.session.scalar(select(func.sum(Quota.units))) == 30_000
    spring = Quota.month.between(date(2027, 3, 1), date(2027, 5, 1))
    assert db.session.scalar(select(func.sum(Quota.units)).where(spring)) == 8_000
    page = open_page(office, f"/targets/{plan_id}")
    assert "30,000" in page
    assert office.get(f"/targets/{plan_id}/season").status_code == 404
    assert office.post(f"/targets/{plan_id}/publish", data={"version": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"total_qty": ""}, "Give the number of units."),
        ({"total_qty": "many"}, "many"),
        ({"own_share_bp": "120"}, "120"),
        ({"year": "1900"}, "1900"),
        ({"valid_from": "soon"}, "soon"),
    ],
)
def test_a_wrong_total_gets_its_sentence(office, sent, words):
    html = text_of(office.post("/targets/new", data=TOTAL | sent))
    assert "There is something to correct" in html
    assert words in html
    assert db.session.scalar(select(func.count()).select_from(TargetPlan)) == 0


@pytest.mark.parametrize(
    ("amount", "words"),
    [("99999", "more than the total of 1,200"), ("a lot", "is no season"), ("130%", "more than the total")],
)
def test_a_wrong_season_gets_its_sentence_and_keeps_what_was_typed(network, office, amount, words):
    plan = network.draft()
    sent = SEASON | {"first_0": "3", "last_0": "5", "amount_0": amount, "version": plan.version}
    html = text_of(office.post(f"/targets/{plan.id}/season", data=sent))
    assert words in html
    assert f'value="{amount}"' in html


def test_two_people_on_one_draft(network, office):
    plan = network.draft()
    sent = {key: value for key, value in TOTAL.items() if key != "year"} | {"version": plan.version}
    sent |= {"valid_from": "2026-01-01"}
    assert office.post(f"/targets/{plan.id}/edit", data=sent).status_code == 302
    html = text_of(office.post(f"/targets/{plan.id}/edit", data=sent | {"total_qty": "77"}))
    assert "Somebody else saved this record" in html
    assert "30000" in html
    seasons = SEASON | {"amount_0": "10", "version": "0"}
    assert "Somebody else saved this record" in text_of(office.post(f"/targets/{plan.id}/season", data=seasons))
    shares = {"share_0": "12.5", "version": "0"}
    html = text_of(office.post(f"/targets/{plan.id}/shares", data=shares))
    assert "Somebody else saved this record" in html
    assert "12.5" in html


def test_shares_beyond_the_whole_are_refused(network, office):
    plan = network.draft()
    sent = {"share_0": "60", "share_1": "60", "version": plan.version}
    assert "The shares add up to 120 %" in text_of(office.post(f"/targets/{plan.id}/shares", data=sent))


def test_a_draft_is_thrown_away_and_a_plan_revised(network, office):
    draft, published = network.draft(year=2027), network.published()
    address = f"/targets/{draft.id}"
    assert office.post(f"{address}/discard", data={"version": draft.version}).status_code == 302
    assert office.get(address).status_code == 404
    answer = office.post(f"/targets/{published.id}/revise")
    assert answer.headers["Location"].endswith("/edit")
    db.session.expire_all()
    kinds = db.session.execute(select(TargetPlan.revision, TargetPlan.status).order_by(TargetPlan.revision)).all()
    assert [tuple(kind) for kind in kinds] == [(1, PlanStatus.PUBLISHED), (2, PlanStatus.DRAFT)]
    discard = office.post(f"/targets/{published.id}/discard", data={"version": published.version})
    assert discard.status_code == 302
    assert "This plan is published" in open_page(office, f"/targets/{published.id}")


def test_a_quota_is_amended_and_tells_why(network, office):
    network.published()
    wanted = select(Quota.id).where(Quota.outlet_id == network.outlets[0].id, Quota.month == date(2026, 9, 1))
    quota = db.session.scalar(wanted.order_by(Quota.model_id).limit(1))
    path = f"/quotas/{quota}/amend"
    sent = {
        "first_month": "2026-09", "last_month": "2026年12月", "units": "４０", "valid_from": "2026-08-20",
        "agreed_on": "", "reason": "new road", "version": quota,
    }  # fmt: skip
    assert "Say why" in text_of(office.post(path, data=sent | {"reason": ""}))
    assert "4x40" in text_of(office.post(path, data=sent | {"units": "4x40"}))
    assert office.post(path, data=sent).headers["Location"] == "/quotas?q=T1"
    assert "new road" in open_page(office, f"/quotas/{quota}")
    assert office.post(path, data=sent).status_code == 404
    assert "40" in open_page(office, "/quotas?kind=amended")


def test_a_quota_is_set_for_what_had_none(network, office):
    network.published()
    sent = {
        "party": "D1", "model": "F9", "first_month": "2026-11", "last_month": "2026-12", "units": "3",
        "valid_from": "2026-11-01", "agreed_on": "", "reason": "new model",
    }  # fmt: skip
    assert "There is no outlet or distributor" in text_of(office.post("/quotas/new", data=sent | {"party": "nobody"}))
    assert office.post("/quotas/new", data=sent).status_code == 302
    assert office.post("/quotas/new", data=sent | {"party": "T3"}).status_code == 302
    assert db.session.scalar(select(func.count()).where(Quota.model_id == network.models["F9"].id)) == 4


def test_an_agreement_is_noted(network, office):
    plan = network.published()
    path = f"/targets/{plan.id}/agreement"
    sent = {"distributor": "D1", "outlet": "", "agreed_on": "2026-01-08"}
    assert "in the future" in text_of(office.post(path, data=sent | {"agreed_on": "2099-01-01"}))
    assert "There is no outlet" in text_of(office.post(path, data=sent | {"outlet": "T3"}))
    assert office.post(path, data=sent).status_code == 302
    assert "8 Jan 2026" in open_page(office, "/quotas?agreed=yes")


def test_attainment_comes_from_the_roll_ups(network, office):
    network.published(480, own_share_bp=0)
    third = network.outlets[2]
    month = date(2026, 5, 1)
    quota = db.session.scalar(
        select(Quota.units).where(
            Quota.outlet_id == third.id, Quota.month == month, Quota.model_id == network.models["F3"].id
        )
    )
    db.session.add(
        SalesRollup(
            month=month, distributor_id=third.distributor_id, outlet_id=third.id,
            model_id=network.models["F3"].id, retail=quota // 2,
        )
    )  # fmt: skip
    html = open_page(office, "/quotas?month=2026-05&model=F3&q=T3")
    assert f"{round(quota // 2 / quota * 100)}%" in html
    text = text_of(office.post("/quotas/export/csv?month=2026-05&model=F3&q=T3"))
    assert len(text.strip().splitlines()) == 2


def test_what_is_taken_away_is_put_down(network, office):
    plan, draft = network.published(), network.draft(year=2027)
    assert "Target 2026" in text_of(office.post("/targets/export/csv"))
    stored = text_of(office.post(f"/targets/{plan.id}/export/csv"))
    assert "T3" in stored
    figures = [line.rsplit(",", 1)[1] for line in stored.strip().splitlines()[1:]]
    assert sum(map(int, figures)) == 1_200
    assert "T3" in text_of(office.post(f"/targets/{draft.id}/export/csv"))
    office.post("/quotas/export/xlsx").close()
    exported = select(AuditEntry.object_type).where(AuditEntry.action == "export").order_by(AuditEntry.id)
    kinds = db.session.scalars(exported).all()
    assert kinds == ["targets", "target-2026", "target-2027", "quotas"]


def test_a_manager_reads_the_own_area_and_no_draft(network, client_for):
    plan, draft = network.published(), network.draft(year=2027)
    client = client_for(make_user(Role.REGIONAL_MANAGER, of=network.area))
    page = open_page(client, f"/targets/{plan.id}")
    assert "Not assigned" not in page
    assert "1,200" not in page
    assert "Revise" not in page
    assert "1,200" not in open_page(client, "/targets")
    assert client.get(f"/targets/{draft.id}").status_code == 404
    assert client.get(f"/targets/{plan.id}?at=area:none").status_code == 404
    listed = open_page(client, "/quotas?size=200")
    assert "T1" in listed
    assert "T3" not in listed
    for path in ("/targets/new", "/quotas/new", f"/targets/{plan.id}/agreement"):
        assert client.get(path).status_code == 403


def test_a_dealer_and_an_outlet_read_their_quotas(network, client_for):
    plan = network.published()
    for role, of, foreign in (
        (Role.DISTRIBUTOR, network.second, "T1"), (Role.OUTLET, network.outlets[0], "T2"),
    ):  # fmt: skip
        client = client_for(make_user(role, of=of))
        listed = open_page(client, "/quotas?size=200")
        assert foreign not in listed
        assert "Set a quota" not in listed
        assert client.get("/targets").status_code == 403
        assert client.get(f"/targets/{plan.id}").status_code == 403
        assert foreign not in text_of(client.post("/quotas/export/csv"))
    hidden = db.session.scalar(select(Quota.id).where(Quota.outlet_id == network.outlets[1].id).limit(1))
    assert client.get(f"/quotas/{hidden}").status_code == 404


@pytest.mark.parametrize("at", ["area", "area:x", "nobody:1", "area:1/model:2", "a/b/c/d", "area:１", "area:1/own"])
def test_places_that_are_none(network, office, at):
    plan = network.published()
    assert office.get(f"/targets/{plan.id}?at={at}").status_code == 404


def test_what_if_stores_nothing(network, office):
    for month in range(1, 13):
        sell(network, date(2025, month, 1), 100)
    query = "/targets/what-if?year=2025&first_0=3&last_0=5&amount_0=50%25"
    html = open_page(office, query)
    assert "600" in html
    chart = re.search(r'data-q-chart="([^"]+)"', html).group(1).replace("&#34;", '"').replace("&quot;", '"')
    assert [series["values"][2] for series in json.loads(chart)["series"]] == [300, 600]
    assert "is no season" in open_page(office, "/targets/what-if?year=2025&amount_0=much")
    assert db.session.scalar(select(func.count()).select_from(TargetPlan)) == 0


@pytest.mark.parametrize("number", [1, 25])
def test_pages_take_as_few_queries_for_many(network, office, number):
    from tests.factories import make_distributor, make_outlet

    for _ in range(number):
        owner = make_distributor(area=network.area)
        make_outlet(owner, area=network.area, opened_on=date(2020, 1, 1))
    plan, draft = network.published(10_000), network.draft(year=2027)
    db.session.commit()
    paths = (f"/targets/{plan.id}?at=area:{network.area.id}", f"/targets/{draft.id}/publish", "/quotas?size=200")
    for path in paths:
        open_page(office, path)
