"""Pages of the catalogue as each role meets them."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.db import db
from portal.demo.products import make_products
from portal.permissions import Role
from portal.products import queries
from tests.factories import make_distributor, make_outlet, make_user
from tests.network.pages import open_page

PAGES = (
    "/products", "/products?q=f6&life=on_sale", "/products/series/F", "/products/models/F3", "/products/groups",
    "/products/groups/new_models",
)  # fmt: skip
FORMS = (
    "/products/series/new", "/products/series/F/edit", "/products/series/F/models/new", "/products/models/F3/edit",
    "/products/models/F3/variants/new", "/products/variants/F3-15MT/edit", "/products/groups/new",
    "/products/groups/new_models/edit", "/products/groups/new_models/members/new",
)  # fmt: skip
NEW = {"code": "F9", "name_zh": "新车", "name_en": "New", "active_from": "2026-01-01", "active_to": ""}


@pytest.fixture
def catalogue(session):
    make_products(session(), {})
    db.session.commit()


@pytest.fixture
def office(catalogue, client_for):
    return client_for(make_user(Role.HO_SALES))


def text_of(answer):
    text = answer.get_data(as_text=True)
    answer.close()
    return text


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_every_page(catalogue, client_for, locale):
    client = client_for(make_user(Role.HO_SALES, locale=locale))
    for path in (*PAGES, *FORMS):
        open_page(client, path)


def test_distributors_read_and_outlets_do_not(catalogue, client_for):
    dealer = make_distributor()
    client = client_for(make_user(Role.DISTRIBUTOR, of=dealer))
    for path in PAGES:
        assert "New series" not in open_page(client, path)
    for path in FORMS:
        assert client.get(path).status_code == 403
        assert client.post(path, data=NEW).status_code == 403
    outlet = client_for(make_user(Role.OUTLET, of=make_outlet(dealer)))
    assert outlet.get("/products").status_code == 403


def test_an_empty_catalogue_says_so(session, client_for):
    client = client_for(make_user(Role.HO_SALES))
    assert "No products yet" in open_page(client, "/products")
    assert "No groups yet" in open_page(client, "/products/groups")


def test_from_a_series_to_a_variant_and_a_group(office):
    sent = NEW | {"code": "X"}
    assert office.post("/products/series/new", data=sent).headers["Location"] == "/products/series/X"
    assert office.post("/products/series/X/models/new", data=NEW).headers["Location"] == "/products/models/F9"
    variant = NEW | {"code": "F9-A"}
    assert office.post("/products/models/F9/variants/new", data=variant).headers["Location"] == "/products/models/F9"
    assert office.post("/products/groups/new", data=NEW | {"code": "push"}).status_code == 302
    group = queries.get_group(db.session(), "push")
    path = "/products/groups/push/members"
    member = {"model": "F9", "valid_from": "2026-02-01", "valid_to": "", "version": group.version}
    assert office.post(f"{path}/new", data=member).status_code == 302
    page = open_page(office, "/products/groups/push")
    assert "1 Feb 2026" in page
    db.session.expire_all()
    group = queries.get_group(db.session(), "push")
    end = f"{path}/{group.members[0].id}/end"
    open_page(office, end)
    assert office.post(end, data={"valid_to": "2026-12-31", "version": group.version}).status_code == 302
    assert "31 Dec 2026" in open_page(office, "/products/groups/push")


@pytest.mark.parametrize(
    ("path", "sent", "words"),
    [
        ("/products/series/F/models/new", {"code": "F3"}, "“F3” is in use already"),
        ("/products/series/F/models/new", {"code": "a/b"}, "has signs that a code cannot have"),
        ("/products/series/F/models/new", {"active_from": "2022-01-01"}, "1 Jan 2022 is too early: F is on sale from"),
        ("/products/series/F/models/new", {"active_to": "2025-01-01"}, "is before the first one"),
        ("/products/series/F/models/new", {"name_zh": ""}, "Give a name."),
        ("/products/models/F3/variants/new", {"code": ""}, "Give a code."),
    ],
)
def test_a_wrong_value_gets_its_sentence_and_nothing_typed_is_lost(office, path, sent, words):
    html = text_of(office.post(path, data=NEW | sent))
    assert words in html
    assert "New" in html


def test_a_second_editor_is_shown_both_values(office):
    model = queries.get_model(db.session(), "F3")
    sent = NEW | {"version": model.version, "active_from": "2023-01-01"}
    assert office.post("/products/models/F3/edit", data=sent | {"name_zh": "甲"}).status_code == 302
    html = text_of(office.post("/products/models/F3/edit", data=sent | {"name_zh": "乙"}))
    assert "Somebody else saved this record" in html
    assert "甲" in html
    assert "乙" in html


def test_a_stale_page_of_members_changes_nothing(office):
    sent = {"model": "S7e", "valid_from": "2026-05-01", "valid_to": "", "version": "0"}
    assert office.post("/products/groups/quota_models/members/new", data=sent).status_code == 409


def test_the_catalogue_is_taken_away_and_that_is_put_down(office):
    text = text_of(office.post("/products/export/csv"))
    assert "F3-15MT" in text
    assert "S7e" not in text_of(office.post("/products/export/csv?q=F3"))
    assert "new_models" in text_of(office.post("/products/groups/export/csv"))
    assert office.post("/products/export/pdf").status_code == 404
    exports = select(AuditEntry.object_type).where(AuditEntry.action == "export").order_by(AuditEntry.id)
    kinds = db.session.scalars(exports).all()
    assert kinds == ["products", "products", "product-groups"]


def test_what_does_not_exist(office):
    for path in ("/products/series/no", "/products/models/no", "/products/variants/no/edit", "/products/groups/no"):
        assert office.get(path).status_code == 404
    group = queries.get_group(db.session(), "new_models")
    other = f"/products/groups/quota_models/members/{group.members[0].id}/end"
    assert office.get(other).status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_takes_as_many_queries_for_many(office, number):
    from portal.products import services

    for index in range(number):
        days = {"active_from": date(2026, 1, 1)}
        series = services.create_series(db.session(), code=f"Q{index}", name_zh="q", **days)
        services.create_model(db.session(), series, code=f"Q{index}", name_zh="q", **days)
    db.session.commit()
    open_page(office, "/products?size=100")
