"""The file of a party: contacts masked until asked for, documents in and out, each only where it belongs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import InvalidInput, OutOfScope, StaleVersion
from portal.network.masking import mask_email, mask_name, mask_phone
from portal.network.models import Contact, Document
from portal.network.services.archive import add_contact, edit_contact, is_file_own
from portal.permissions import Role
from portal.scope import EVERYTHING, NOTHING, Scope, ScopeKind, bind_scope
from tests.factories import make_area, make_distributor, make_outlet, make_user

PERSON = {"name": "张小明", "duty": "店长", "phone": "13812345678", "email": "zhang@example.com"}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def network(session):
    north, south = make_area(), make_area(prefecture=None)
    a, b = make_distributor(area=north), make_distributor(area=south)
    # The first distributor also has an outlet in the second area: its manager sees the distributor, but not its file.
    outlets = make_outlet(a, area=north), make_outlet(b, area=south), make_outlet(a, area=south)
    db.session.commit()
    return {"areas": (north, south), "distributors": (a, b), "outlets": outlets}


def has_contact(party, **values):
    contact = add_contact(db.session, party, **PERSON | values)
    db.session.commit()
    return contact


def upload(content=PDF, name="合同.pdf", **values):
    return {"file": (io.BytesIO(content), name), "kind": "contract", "title": "Contract 2026", **values}


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (mask_name("张小明"), "张••"),
        (mask_name("Wilhelmina"), "W•••"),
        (mask_phone("138 1234 5678"), "138••••5678"),
        (mask_phone("0838-5551234"), "083••••1234"),
        (mask_phone("55512345"), "••••2345"),
        (mask_phone("110"), "••••"),
        (mask_email("zhang@example.com"), "z•••@example.com"),
        (mask_email(""), ""),
    ],
)
def test_masks_show_enough_to_recognise(shown, expected):
    assert shown == expected


def test_a_contact_is_masked_until_somebody_asks_and_that_is_put_down(client_for, network):
    outlet = network["outlets"][0]
    contact = has_contact(outlet)
    client = client_for(make_user(Role.HO_NETWORK))
    page = client.get(f"/outlets/{outlet.code}").text
    assert "138••••5678" in page
    for secret in (PERSON["name"], PERSON["phone"], PERSON["email"]):
        assert secret not in page
    shown = client.post(f"/outlets/{outlet.code}/contacts/{contact.id}/show").text
    assert all(PERSON[key] in shown for key in PERSON)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "reveal")).one()
    assert (entry.object_type, entry.object_id) == ("contacts", str(contact.id))
    assert PERSON["name"] not in str(entry.content())


@pytest.mark.parametrize("role", [Role.ADMIN, Role.HO_FINANCE, Role.HO_VIEWER])
def test_not_every_role_sees_personal_data(client_for, network, role):
    outlet = network["outlets"][0]
    contact = has_contact(outlet)
    client = client_for(make_user(role))
    assert "/show" not in client.get(f"/outlets/{outlet.code}").text
    assert client.post(f"/outlets/{outlet.code}/contacts/{contact.id}/show").status_code == 403


def test_a_contact_is_added_changed_and_forgotten(client_for, network):
    outlet = network["outlets"][0]
    client = client_for(make_user(Role.DISTRIBUTOR, of=network["distributors"][0]))
    base = f"/outlets/{outlet.code}/contacts"
    assert client.post(f"{base}/new", data=PERSON).status_code == 302
    contact = db.session.scalars(select(Contact)).one()
    assert (contact.outlet_id, contact.distributor_id) == (outlet.id, outlet.distributor_id)
    assert PERSON["phone"] in client.post(f"{base}/{contact.id}/open").text
    changed = client.post(f"{base}/{contact.id}/edit", data=PERSON | {"duty": "会计", "version": "1"})
    assert changed.status_code == 302
    stale = client.post(f"{base}/{contact.id}/edit", data=PERSON | {"duty": "出纳", "version": "1"})
    assert stale.status_code == 409
    assert "会计" in stale.text
    assert "出纳" in stale.text
    assert client.post(f"{base}/{contact.id}/remove").status_code == 302
    assert db.session.scalars(select(Contact)).all() == []


def test_a_contact_needs_a_name_and_a_way_to_reach_them(session, network):
    with pytest.raises(InvalidInput, match="contact_empty"):
        add_contact(session, network["outlets"][0], name="张小明")
    contact = add_contact(session, network["outlets"][0], **PERSON)
    with pytest.raises(StaleVersion):
        edit_contact(session, contact, version=9, **PERSON)


@pytest.mark.parametrize(
    ("kind", "own", "party", "expected"),
    [
        (ScopeKind.AREAS, "areas", "outlets", True),
        (ScopeKind.AREAS, "areas", "distributors", True),
        (ScopeKind.DISTRIBUTOR, "distributors", "outlets", True),
        (ScopeKind.DISTRIBUTOR, "distributors", "distributors", True),
        (ScopeKind.OUTLET, "outlets", "outlets", False),
    ],
)
def test_whose_file_it_is(session, network, kind, own, party, expected):
    scope = Scope(kind, frozenset({network[own][0].id}))
    assert is_file_own(scope, network[party][0]) is expected
    assert is_file_own(scope, network[party][1]) is False
    assert is_file_own(EVERYTHING, network[party][1]) is True
    assert is_file_own(NOTHING, network[party][0]) is False


def test_a_manager_sees_a_distributor_of_another_area_but_does_not_write_its_file(session, client_for, network):
    distributor, south = network["distributors"][0], network["areas"][1]
    bind_scope(session(), Scope(ScopeKind.AREAS, frozenset({south.id})))
    with pytest.raises(OutOfScope):
        add_contact(session, distributor, **PERSON)
    session.rollback()
    bind_scope(session(), EVERYTHING)
    client = client_for(make_user(Role.REGIONAL_MANAGER, of=south))
    page = client.get(f"/distributors/{distributor.code}")
    assert page.status_code == 200
    assert "contacts/new" not in page.text
    assert client.get(f"/distributors/{distributor.code}/contacts/new").status_code == 404


def test_all_ids_of_an_address_belong_together(client_for, network):
    mine, other = network["outlets"][0], network["outlets"][2]
    contact = has_contact(other)
    client = client_for(make_user(Role.DISTRIBUTOR, of=network["distributors"][0]))
    for verb in ("show", "open", "edit", "remove"):
        assert client.post(f"/outlets/{mine.code}/contacts/{contact.id}/{verb}").status_code == 404
        owner = network["distributors"][0].code
        assert client.post(f"/distributors/{owner}/contacts/{contact.id}/{verb}").status_code == 404
    assert client.post(f"/outlets/{other.code}/contacts/{contact.id}/show").status_code == 200


@pytest.mark.parametrize("role", [Role.REGIONAL_MANAGER, Role.DISTRIBUTOR, Role.OUTLET])
def test_a_foreign_file_is_not_there(client_for, network, role):
    own = {Role.REGIONAL_MANAGER: "areas", Role.DISTRIBUTOR: "distributors", Role.OUTLET: "outlets"}[role]
    foreign = network["outlets"][1]
    contact = has_contact(foreign)
    client = client_for(make_user(role, of=network[own][0]))
    for path in (f"contacts/{contact.id}/show", "contacts/9999/show"):
        assert client.post(f"/outlets/{foreign.code}/{path}").status_code == 404


def test_a_paper_goes_in_and_comes_out_as_an_attachment(app, client_for, network):
    outlet = network["outlets"][0]
    client = client_for(make_user(Role.DISTRIBUTOR, of=network["distributors"][0]))
    base, before = f"/outlets/{outlet.code}/documents", stored_files(app)
    assert client.post(f"{base}/new", data=upload(valid_from="2026-01-01")).status_code == 302
    document = db.session.scalars(select(Document)).one()
    assert (document.outlet_id, document.original_name) == (outlet.id, "合同.pdf")
    answer = client.get(f"{base}/{document.id}", buffered=True)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''%E5%90%88%E5%90%8C.pdf" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    foreign = client_for(make_user(Role.DISTRIBUTOR, of=network["distributors"][1]))
    assert foreign.get(f"{base}/{document.id}").status_code == 404
    elsewhere = f"/outlets/{network['outlets'][2].code}/documents/{document.id}"
    assert client.get(elsewhere).status_code == 404
    assert "Contract 2026" in client.get(f"/outlets/{outlet.code}").text
    assert len(stored_files(app)) == len(before) + 1
    assert client.post(f"{base}/{document.id}/remove").status_code == 302
    assert stored_files(app) == before


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"name": "virus.exe"}, "is of a kind that is not accepted here"),
        ({"content": b"<html>", "name": "licence.pdf"}, "its contents are something else"),
        ({"content": b"", "name": "licence.pdf"}, "has 0 bytes"),
        ({"valid_from": "2026-02-01", "valid_to": "2026-01-01"}, "is before the first one"),
    ],
)
def test_a_refused_paper_leaves_nothing_behind(app, client_for, network, sent, words):
    client, before = client_for(make_user(Role.HO_NETWORK)), stored_files(app)
    answer = client.post(f"/distributors/{network['distributors'][0].code}/documents/new", data=upload(**sent))
    assert answer.status_code == 200
    assert words in answer.text
    assert db.session.scalars(select(Document)).all() == []
    assert stored_files(app) == before


def test_a_photo_is_written_anew_without_its_place(app, client_for, network):
    picture = Image.new("RGB", (20, 20), "red")
    exif = picture.getexif()
    exif[0x010E] = "secret place"
    stream = io.BytesIO()
    picture.save(stream, "JPEG", exif=exif)
    client = client_for(make_user(Role.HO_NETWORK))
    base = f"/outlets/{network['outlets'][0].code}/documents"
    client.post(f"{base}/new", data=upload(stream.getvalue(), "door.jpg", kind="photo"))
    document = db.session.scalars(select(Document)).one()
    back = client.get(f"{base}/{document.id}", buffered=True)
    assert b"secret place" not in back.data
    assert back.headers["Content-Type"] == "image/jpeg"
    client.post(f"{base}/{document.id}/remove")


def stored_files(app):
    """What lies in the storage, which all tests of a worker share."""
    return sorted(path for path in Path(app.config["STORAGE_DIR"]).rglob("*") if path.is_file())
