"""Pages of outlets and distributors as each role meets them."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import event, select

from portal.audit.models import AuditEntry
from portal.clock import today
from portal.db import db
from portal.network.models import Distributor, Outlet
from portal.network.queries.region_names import forget_regions
from portal.network.rules import OutletStatus
from portal.permissions import Role
from tests.factories import make_area, make_distributor, make_outlet, make_user
from tests.network.sichuan import fill_books

QUERY_LIMIT = 12


@pytest.fixture
def books(session):
    forget_regions()
    yield from fill_books(session)
    forget_regions()


@pytest.fixture
def network(session):
    """Two sales areas, two distributors, an outlet each."""
    north, south = make_area(), make_area(prefecture=None)
    a, b = make_distributor(area=north), make_distributor(area=south)
    outlet_a, outlet_b = make_outlet(a, area=north), make_outlet(b, area=south)
    db.session.commit()
    return {"areas": (north, south), "distributors": (a, b), "outlets": (outlet_a, outlet_b)}


@pytest.fixture
def queries(session):
    """The statements that are sent, in order."""
    seen: list[str] = []

    def note(_conn, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


def outlet_fields(**values):
    return {"name": "新名", "operating_mode": "franchise", "datum": "wgs84", "version": "1", **values}


def test_head_office_opens_every_page(client_for, network):
    client = client_for(make_user(Role.HO_NETWORK))
    outlet, distributor = network["outlets"][0].code, network["distributors"][0].code
    for path in (
        "/outlets",
        "/distributors",
        "/outlets/new",
        "/distributors/new",
        f"/outlets/{outlet}",
        f"/outlets/{outlet}/edit",
        f"/outlets/{outlet}/move?to=watch",
        f"/distributors/{distributor}",
        f"/distributors/{distributor}/edit",
        f"/distributors/{distributor}/move",
        f"/outlets/{outlet}/contacts/new",
        f"/distributors/{distributor}/documents/new",
    ):
        assert client.get(path).status_code == 200, path


@pytest.mark.parametrize("role", [Role.REGIONAL_MANAGER, Role.DISTRIBUTOR, Role.OUTLET])
def test_nobody_sees_what_is_anothers(client_for, network, role):
    own = {Role.REGIONAL_MANAGER: "areas", Role.DISTRIBUTOR: "distributors", Role.OUTLET: "outlets"}[role]
    client = client_for(make_user(role, of=network[own][0]))
    mine, foreign = network["outlets"]
    page = client.get("/outlets").text
    assert mine.code in page
    assert foreign.code not in page
    assert client.get(f"/outlets/{mine.code}").status_code == 200
    absent = client.get("/outlets/NOBODY")
    assert absent.status_code == 404
    assert client.get(f"/outlets/{foreign.code}").status_code == 404
    export = client.post("/outlets/export/csv", buffered=True)
    assert mine.code in export.text
    assert foreign.code not in export.text
    searched = client.get(f"/outlets?q={foreign.code}").text
    assert "Nothing matches these filters" in searched
    assert foreign.name_en not in searched


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.HO_NETWORK])
def test_only_network_staff_write_and_buttons_know_it(client_for, network, role):
    own = {Role.REGIONAL_MANAGER: "areas", Role.DISTRIBUTOR: "distributors", Role.OUTLET: "outlets"}.get(role)
    client = client_for(make_user(role, of=network[own][0] if own else None))
    code = network["outlets"][0].code
    page = client.get(f"/outlets/{code}").text
    for path in (f"/outlets/{code}/edit", "/outlets/new"):
        assert client.get(path).status_code == 403
        assert f'href="{path}"' not in page
    may_move = role is Role.HO_APPROVER
    assert client.get(f"/outlets/{code}/move").status_code == (200 if may_move else 403)
    assert (f'href="/outlets/{code}/move' in page) is may_move


def test_an_outlet_is_proposed_through_the_form(client_for, network, books):
    client = client_for(make_user(Role.HO_NETWORK))
    sent = {
        "code": "ＧＸ-9",
        "name": "什邡网点",
        "distributor": network["distributors"][0].code,
        "status": "candidate",
        "since": "2026-01-05",
        "operating_mode": "consignment",
        "datum": "gcj02",
        "county": "什邡",
    }
    answer = client.post("/outlets/new", data=sent)
    assert answer.headers["Location"] == "/outlets/GX-9"
    made = db.session.scalar(select(Outlet).where(Outlet.code == "GX-9"))
    assert (made.county_code, made.status_on, made.sales_area_id) == (
        "510682",
        date(2026, 1, 5),
        network["areas"][0].id,
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"code": "T/1"}, "signs that a code cannot have"),
        ({"name": ""}, "Give a name."),
        ({"lng": "104.1"}, "Give both longitude and latitude"),
        ({"lng": "30.9", "lat": "104.2"}, "look swapped"),
        ({"lng": "1o4", "lat": "30"}, "is not a number of degrees"),
        ({"county": "鼓楼"}, "Several counties are called"),
        ({"county": "没有这个县"}, "is no county of the list"),
        ({"since": "2999-01-01"}, "lies in the future"),
    ],
)
def test_a_wrong_value_gets_a_sentence_and_nothing_is_lost(client_for, network, wrong, words):
    client = client_for(make_user(Role.HO_NETWORK))
    sent = {
        "code": "GX-9",
        "name": "什邡网点",
        "distributor": network["distributors"][0].code,
        "status": "candidate",
        "since": "2026-01-05",
        "operating_mode": "consignment",
        "datum": "wgs84",
        "address": "marker of what was typed",
    } | wrong
    answer = client.post("/outlets/new", data=sent)
    assert answer.status_code == 200
    assert words in answer.text
    assert "marker of what was typed" in answer.text
    assert db.session.scalar(select(Outlet).where(Outlet.name == "什邡网点")) is None


def test_coordinates_come_in_any_datum_and_stay_when_untouched(client_for, network, books):
    client = client_for(make_user(Role.HO_NETWORK))
    outlet = network["outlets"][0]
    client.post(f"/outlets/{outlet.code}/edit", data=outlet_fields(datum="gcj02", lng="104.2843", lat="30.9741"))
    db.session.refresh(outlet)
    moved = outlet.lng, outlet.lat
    assert 0.001 < abs(moved[0] - 104.2843) < 0.006
    form = client.get(f"/outlets/{outlet.code}/edit").text
    assert f'value="{moved[0]:.6f}'.rstrip("0") in form
    client.post(
        f"/outlets/{outlet.code}/edit",
        data=outlet_fields(version=str(outlet.version), name="again", lng=f"{moved[0]:.6f}", lat=f"{moved[1]:.6f}"),
    )
    db.session.refresh(outlet)
    assert (outlet.name, outlet.lng, outlet.lat) == ("again", *moved)


def test_the_second_of_two_writers_gets_both_values(client_for, network):
    client = client_for(make_user(Role.HO_NETWORK))
    outlet = network["outlets"][0]
    url = f"/outlets/{outlet.code}/edit"
    first = client.post(url, data=outlet_fields(name="的确是第一个", staff="5"))
    assert first.status_code == 302
    second = client.post(url, data=outlet_fields(name="第二个", staff="7"))
    assert second.status_code == 409
    for words in ("的确是第一个", "第二个", ">5<", ">7<", 'name="version" type="hidden" value="2"'):
        assert words in second.text
    db.session.refresh(outlet)
    assert (outlet.name, outlet.staff) == ("的确是第一个", 5)
    third = client.post(url, data=outlet_fields(name="第二个", staff="7", version="2"))
    assert third.status_code == 302


def test_a_form_writes_its_fields_and_no_others(client_for, network):
    client = client_for(make_user(Role.HO_NETWORK))
    outlet = network["outlets"][0]
    before = {column.key: getattr(outlet, column.key) for column in Outlet.__table__.columns}
    kept = ("id", "code", "status", "distributor_id", "opened_on", "exited_on", "predecessor_id", "import_batch_id")
    extra = dict.fromkeys(kept, "1")
    answer = client.post(
        f"/outlets/{outlet.code}/edit", data=extra | outlet_fields(lng="", lat="", county="", staff="")
    )
    assert answer.status_code == 302
    db.session.refresh(outlet)
    for name in kept:
        assert getattr(outlet, name) == before[name], name


def test_a_status_is_moved_with_day_and_reason(client_for, network):
    client = client_for(make_user(Role.HO_APPROVER))
    code = network["outlets"][0].code
    form = {"to": "watch", "on": today().isoformat(), "reason": "Half of its target", "version": "1"}
    assert client.post(f"/outlets/{code}/move", data=form).status_code == 302
    page = client.get(f"/outlets/{code}").text
    assert "Half of its target" in page
    assert "On watch" in page
    stale = client.post(f"/outlets/{code}/move", data=form | {"to": "exited", "reason": "A reason of mine"})
    assert stale.status_code == 409
    assert "A reason of mine" in stale.text


def test_a_move_that_is_not_legal_is_not_offered_and_not_accepted(client_for, network):
    client = client_for(make_user(Role.HO_NETWORK))
    code = network["outlets"][0].code
    form = {"to": "approved", "on": today().isoformat(), "reason": "because", "version": "1"}
    answer = client.post(f"/outlets/{code}/move", data=form)
    assert answer.status_code == 200
    assert 'value="approved"' not in answer.text
    assert db.session.scalar(select(Outlet.status).where(Outlet.code == code)) is OutletStatus.OPEN


def test_an_exited_outlet_is_redeveloped_from_its_page(client_for, network):
    client = client_for(make_user(Role.HO_NETWORK))
    outlet = network["outlets"][0]
    assert client.get(f"/outlets/{outlet.code}/redevelop").status_code == 422
    outlet.status, outlet.exited_on, outlet.county_code = OutletStatus.EXITED, date(2026, 2, 1), None
    db.session.commit()
    assert f'href="/outlets/{outlet.code}/redevelop"' in client.get(f"/outlets/{outlet.code}").text
    form = {
        "code": "NEW-1",
        "distributor": network["distributors"][0].code,
        "on": "2026-03-01",
        "reason": "Open by May",
        "version": str(outlet.version),
    }
    answer = client.post(f"/outlets/{outlet.code}/redevelop", data=form)
    assert answer.headers["Location"] == "/outlets/NEW-1"
    assert "NEW-1" in client.get(f"/outlets/{outlet.code}").text
    assert outlet.code in client.get("/outlets/NEW-1").text


def test_a_distributor_is_made_edited_and_moved(client_for, network):
    client = client_for(make_user(Role.HO_NETWORK))
    facts = {"name": "德阳总经销", "tier": "county", "operating_mode": "franchise", "datum": "wgs84", "parent": ""}
    made = client.post("/distributors/new", data={"code": "NEW-D", "since": "2025-01-01", **facts})
    assert made.headers["Location"] == "/distributors/NEW-D"
    above = network["distributors"][0].code
    edited = client.post("/distributors/NEW-D/edit", data={**facts, "parent": above, "version": "1"})
    assert edited.status_code == 302
    row = db.session.scalar(select(Distributor).where(Distributor.code == "NEW-D"))
    assert (row.parent_id, row.opened_on) == (network["distributors"][0].id, date(2025, 1, 1))
    assert "NEW-D" in client.get(f"/distributors/{above}").text
    move = {"to": "suspended", "on": "2025-06-01", "reason": "No deposit", "version": str(row.version)}
    assert client.post("/distributors/NEW-D/move", data=move).status_code == 302
    wrong = client.post("/distributors/NEW-D/edit", data={**facts, "credit_code": "123", "version": "3"})
    assert "18 characters" in wrong.text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_holds_the_filtered_rows_as_text_and_is_put_down(client_for, network, kind):
    outlet = network["outlets"][0]
    outlet.name = "=HYPERLINK(1)"
    db.session.commit()
    client = client_for(make_user(Role.HO_NETWORK))
    answer = client.post(f"/outlets/export/{kind}?q={outlet.code}", buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    if kind == "csv":
        lines = answer.data.decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert ",'=HYPERLINK(1)," in lines[1]
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
        assert sheet.max_row == 2
        assert {cell.data_type for cell in sheet[2] if cell.value == "=HYPERLINK(1)"} == {"s"}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "export")).one()
    assert (entry.object_type, entry.object_label) == ("outlets", kind)


def test_exports_are_no_get_and_of_two_kinds(client_for, network):
    client = client_for(make_user(Role.HO_NETWORK))
    assert client.get("/outlets/export/csv").status_code == 405
    assert client.post("/outlets/export/pdf").status_code == 404
    assert client.post("/distributors/export/csv", buffered=True).status_code == 200


def test_filters_stand_in_the_address(client_for, network, books):
    client = client_for(make_user(Role.HO_NETWORK))
    page = client.get("/outlets?region=prefecture:510600&status=open&sort=-name").text
    assert "Deyang" in page
    for part in (
        "region=province:510000",
        "/outlets/export/xlsx?status=open&amp;region=prefecture%3A510600",
        "sort=-name",
    ):
        assert part in page
    nothing = client.get("/outlets?status=dropped").text
    assert "Nothing matches these filters" in nothing


@pytest.mark.parametrize("path", ["/outlets", "/distributors"])
@pytest.mark.parametrize(
    "sent", ["?cursor=broken", "?sort=password", "?size=9999", "?area=%00", "?region=county:x", "?q=%25"]
)
def test_a_broken_address_shows_the_list(client_for, network, path, sent):
    assert client_for(make_user(Role.HO_NETWORK)).get(path + sent).status_code == 200


def test_a_name_is_no_markup(client_for, network):
    network["outlets"][0].name = network["outlets"][0].name_en = "<script>{code}</script>"
    db.session.commit()
    page = client_for(make_user(Role.HO_NETWORK)).get("/outlets").text
    assert "<script>{code}" not in page
    assert "&lt;script&gt;{code}" in page


@pytest.mark.parametrize("role", [Role.HO_NETWORK, Role.REGIONAL_MANAGER, Role.DISTRIBUTOR])
def test_pages_ask_little_however_long_the_list(client_for, network, books, queries, role):
    area, owner = network["areas"][0], network["distributors"][0]
    own = {Role.REGIONAL_MANAGER: area, Role.DISTRIBUTOR: owner}.get(role)
    client = client_for(make_user(role, of=own))
    counts = {}
    for rows in (10, 1000):
        missing = rows - db.session.query(Outlet).count()
        for number in range(missing):
            make_outlet(owner, area=area)
            if role is Role.HO_NETWORK and number < 200:
                make_distributor(area=area, parent_id=owner.id)
        db.session.commit()
        for path in ("/outlets?size=200", "/distributors?size=200", f"/outlets/{network['outlets'][0].code}",
                     f"/distributors/{owner.code}"):  # fmt: skip
            forget_regions()
            queries.clear()
            assert client.get(path).status_code == 200
            counts[rows, path] = len([each for each in queries if not each.startswith(("BEGIN", "SAVEPOINT"))])
    assert max(counts.values()) <= QUERY_LIMIT, counts
