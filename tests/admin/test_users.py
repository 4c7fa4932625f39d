"""Users at head office: the list and its export, invitation, edit, scope, sessions, being shut out."""

from __future__ import annotations

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from portal.accounts.models import GrantKind, ScopeGrant, User, UserSession
from portal.accounts.queries import list_users_by_ids, list_users_of
from portal.audit.models import AuditEntry
from portal.permissions import ROLE_PERMISSIONS, Permission, Role
from tests.factories import make_area, make_distributor, make_outlet, make_user


@pytest.fixture
def admin(session) -> User:
    return make_user(Role.ADMIN, email="admin@example.com", name="Head Admin")


@pytest.fixture
def client(client_for, admin):
    """The administrator's browser."""
    return client_for(admin)


def entries_on(session, user_id):
    return session.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_type == "users", AuditEntry.object_id == str(user_id))
        .order_by(AuditEntry.id)
    ).all()


PAGES = [
    "/admin/users",
    "/admin/users/invite",
    "/admin/users/{id}",
    "/admin/users/{id}/edit",
]


@pytest.mark.parametrize(
    "role", [role for role in Role if Permission.ACCOUNTS_USERS_MANAGE not in ROLE_PERMISSIONS[role]]
)
def test_nobody_but_administrators_comes_in(client_for, admin, role):
    other = client_for(make_user(role))
    for path in PAGES:
        assert other.get(path.format(id=admin.id)).status_code == 403
    assert other.post("/admin/users/export.csv").status_code == 403
    assert other.post(f"/admin/users/{admin.id}/disable", data={"reason": "x"}).status_code == 403


def rows_of(page: str) -> list[str]:
    return re.findall(r'class="q-lead" href="/admin/users/\d+">([^<]+)<', page)


def test_the_list_searches_and_filters(client, session):
    make_user(Role.DISTRIBUTOR, email="wang@deyang.cn", name="王伟", password_hash="x")
    make_user(Role.OUTLET, email="li@deyang.cn", name="李娜", is_active=False)
    make_user(Role.OUTLET, email="zhao@mianyang.cn", name="100%_sure")
    session.commit()
    cases = {
        "": ["admin@example.com", "li@deyang.cn", "wang@deyang.cn", "zhao@mianyang.cn"],
        "?q=DEYANG": ["li@deyang.cn", "wang@deyang.cn"],
        "?q=王": ["wang@deyang.cn"],
        "?q=%25_": ["zhao@mianyang.cn"],
        "?role=outlet": ["li@deyang.cn", "zhao@mianyang.cn"],
        "?role=outlet&role=distributor&status=active": ["wang@deyang.cn"],
        "?status=disabled": ["li@deyang.cn"],
        "?status=invited&q=zhao": ["zhao@mianyang.cn"],
        "?sort=-email": ["zhao@mianyang.cn", "wang@deyang.cn", "li@deyang.cn", "admin@example.com"],
        "?sort=password_hash&role=nonsense": [
            "admin@example.com",
            "li@deyang.cn",
            "wang@deyang.cn",
            "zhao@mianyang.cn",
        ],
    }
    assert {query: rows_of(client.get(f"/admin/users{query}").text) for query in cases} == cases


def test_the_list_names_what_users_see_and_pages(client, session, statements):
    area = make_area(name_zh="川北片区", name_en="North")
    distributor = make_distributor(name_en="Deyang Trade")
    outlet = make_outlet(distributor, name_en="Guanghan Shop")
    make_user(Role.REGIONAL_MANAGER, of=area)
    make_user(Role.DISTRIBUTOR, of=distributor)
    make_user(Role.OUTLET, of=outlet)
    for _ in range(80):
        make_user(Role.DISTRIBUTOR)
    session.commit()
    with statements() as seen:
        page = client.get("/admin/users?size=100").text
    assert len(rows_of(page)) == 84
    for word in ("North", "Deyang Trade", "Guanghan Shop", "the whole network", "nothing yet"):
        assert word in page
    assert len(seen) <= 12
    first = client.get("/admin/users?size=25")
    assert len(rows_of(first.text)) == 25
    assert "cursor=" in first.text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_holds_what_the_list_shows(client, session, kind):
    make_user(Role.DISTRIBUTOR, name="=1+1", email="formula@example.com", of=make_distributor(name_en="Deyang Trade"))
    session.commit()
    answer = client.post(f"/admin/users/export.{kind}?role=distributor")
    data = answer.data
    answer.close()
    assert answer.status_code == 200
    if kind == "csv":
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert rows[1][:4] == ["formula@example.com", "'=1+1", "Distributor", "Deyang Trade"]
    else:
        sheet = load_workbook(io.BytesIO(data)).active
        rows = list(sheet.values)
        assert sheet["B2"].data_type == "s"
        assert rows[1][0] == "formula@example.com"
    assert len(rows) == 2
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (last.action, last.object_type) == ("export", "users")
    assert client.post("/admin/users/export.exe").status_code == 404


def invite(client, **values):
    data = {"email": "new@example.com", "name": "Wang Wei", "role": "distributor", "locale": "zh_Hans"} | values
    return client.post("/admin/users/invite", data=data)


def test_inviting_shows_the_link_once(client, session, app):
    answer = invite(client, email=" New@Example.com ")
    assert answer.status_code == 200
    token = re.search(r"/links/([\w-]{43})\"", answer.text)[1]
    assert "This user sees nothing yet" in answer.text
    user = session.scalars(select(User).where(User.email == "new@example.com")).one()
    assert (user.role, user.locale, user.password_hash) == (Role.DISTRIBUTOR, "zh_Hans", "")
    assert app.test_client().get(f"/links/{token}").status_code == 200
    assert token not in client.get(f"/admin/users/{user.id}").text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"email": "admin@example.com"}, "belongs to another account"),
        ({"email": "nonsense"}, "This is not an e-mail address"),
        ({"email": ""}, "This is needed."),
        ({"name": "  "}, "This is needed."),
        ({"role": ""}, "This is needed."),
        ({"role": "emperor"}, "This is needed."),
        ({"locale": "fr"}, "Not a valid choice"),
    ],
)
def test_an_invitation_with_something_wrong_keeps_what_was_typed(client, session, values, said):
    answer = invite(client, **values)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Wang Wei" in answer.text or "name" in values
    assert session.scalars(select(User).where(User.email == "new@example.com")).all() == []


def edit(client, user, **values):
    data = {"email": user.email, "name": user.name, "role": user.role.value, "locale": user.locale}
    return client.post(f"/admin/users/{user.id}/edit", data=data | {"version": user.version} | values)


def test_editing(client, session):
    user = make_user(Role.DISTRIBUTOR)
    session.commit()
    assert edit(client, user, name="New Name", email="other@example.com").status_code == 302
    session.expire_all()
    assert (user.name, user.email, user.version) == ("New Name", "other@example.com", 2)


def test_who_was_overtaken_sees_both_versions(client, session):
    user = make_user(Role.HO_VIEWER, name="As read")
    session.commit()
    read = user.version
    user.name = "Saved meanwhile"
    session.commit()
    answer = edit(client, user, name="Mine", role="ho_finance", version=read)
    assert answer.status_code == 409
    for word in ("Mine", "Saved meanwhile", "Head office: finance", "Head office: read only"):
        assert word in answer.text
    assert f'href="/admin/users/{user.id}/edit"' in answer.text
    session.expire_all()
    assert (user.name, user.role) == ("Saved meanwhile", Role.HO_VIEWER)


@pytest.mark.parametrize("version", ["", "x", "99"])
def test_without_the_version_read_nothing_is_saved(client, session, version):
    user = make_user(Role.HO_VIEWER, name="As read")
    session.commit()
    assert edit(client, user, name="Mine", version=version).status_code == 409
    session.expire_all()
    assert user.name == "As read"


def test_only_the_fields_of_the_form_are_written(client, session):
    user = make_user(Role.HO_VIEWER)
    session.commit()
    before = {c.key: getattr(user, c.key) for c in User.__table__.columns if c.key not in {"version", "name"}}
    extra = dict.fromkeys(before, "1") | {"email": user.email, "role": user.role.value, "locale": user.locale}
    assert edit(client, user, **extra | {"name": "New"}).status_code == 302
    session.expire_all()
    assert {key: getattr(user, key) for key in before} == before


def test_another_role_ends_sessions_and_drops_useless_grants(client, client_for, session):
    user = make_user(Role.DISTRIBUTOR, of=make_distributor())
    session.commit()
    theirs = client_for(user)
    assert edit(client, user, role="regional_manager").status_code == 302
    assert theirs.get("/profile").status_code == 302
    assert session.scalars(select(ScopeGrant)).all() == []


def test_administrators_do_not_change_their_own_role_or_shut_themselves_out(client, admin, session):
    assert edit(client, admin, role="ho_viewer").status_code == 422
    assert client.post(f"/admin/users/{admin.id}/disable", data={"reason": "bye"}).status_code == 302
    session.expire_all()
    assert (admin.role, admin.is_active) == (Role.ADMIN, True)


GRANTS = {
    Role.REGIONAL_MANAGER: (GrantKind.SALES_AREA, lambda: make_area(code="SC-N", name_en="North")),
    Role.DISTRIBUTOR: (GrantKind.DISTRIBUTOR, lambda: make_distributor(code="SC-N", name_en="North")),
    Role.OUTLET: (GrantKind.OUTLET, lambda: make_outlet(make_distributor(), code="SC-N", name_en="North")),
}


@pytest.mark.parametrize("role", GRANTS)
def test_a_scope_is_searched_granted_and_taken_away(client, session, role):
    kind, make = GRANTS[role]
    object, user = make(), make_user(role)
    session.commit()
    url = f"/admin/users/{user.id}"
    assert "This user sees nothing yet" in client.get(url).text
    assert f'name="object_id" value="{object.id}"' in client.get(f"{url}?find=sc-n").text
    assert "Nothing of this kind matches." in client.get(f"{url}?find=elsewhere").text
    for _ in range(2):
        assert client.post(f"{url}/grants", data={"object_id": object.id}).status_code == 302
    session.expire_all()
    assert [(grant.kind, grant.object_id) for grant in user.grants] == [(kind, object.id)]
    assert user.scope.ids == {object.id}
    assert f'name="object_id" value="{object.id}"' not in client.get(f"{url}?find=sc-n").text
    assert [found.id for found in list_users_of(session(), kind, object.id)] == [user.id]
    assert client.post(f"{url}/grants/{object.id}/revoke").status_code == 302
    session.expire_all()
    assert user.grants == []
    changes = [entry.changes for entry in entries_on(session, user.id) if entry.action in {"grant", "revoke"}]
    assert changes == [{"grants": [None, "SC-N"]}, {"grants": ["SC-N", None]}]


@pytest.mark.parametrize("number", ["", "0", "999999", "-1", "x", "٣", "9" * 30])
def test_what_does_not_exist_is_not_granted(client, session, number):
    user = make_user(Role.DISTRIBUTOR)
    session.commit()
    assert client.post(f"/admin/users/{user.id}/grants", data={"object_id": number}).status_code == 302
    session.expire_all()
    assert user.grants == []


def test_head_office_is_tied_to_nothing(client, session):
    user, distributor = make_user(Role.HO_VIEWER), make_distributor()
    session.commit()
    answer = client.post(f"/admin/users/{user.id}/grants", data={"object_id": distributor.id}, follow_redirects=True)
    assert "sees the whole network" in answer.text
    session.expire_all()
    assert user.grants == []


def test_a_grant_counts_from_the_next_request(client, client_for, session):
    distributor = make_distributor()
    outlet = make_outlet(distributor)
    user = make_user(Role.DISTRIBUTOR)
    session.commit()
    theirs, path = client_for(user), f"/outlets/{outlet.code}"
    assert theirs.get(path).status_code == 404
    client.post(f"/admin/users/{user.id}/grants", data={"object_id": distributor.id})
    assert theirs.get(path).status_code == 200
    client.post(f"/admin/users/{user.id}/grants/{distributor.id}/revoke")
    assert theirs.get(path).status_code == 404


def test_disabling_needs_a_reason_and_shuts_out_at_once(client, client_for, session):
    user = make_user(Role.DISTRIBUTOR, password_hash="x")
    session.commit()
    theirs = client_for(user)
    url = f"/admin/users/{user.id}"
    refused = client.post(f"{url}/disable", data={"reason": "  "})
    assert refused.status_code == 422
    assert "data-q-open" in refused.text
    assert theirs.get("/profile").status_code == 200
    assert client.post(f"{url}/disable", data={"reason": "left the company"}).status_code == 302
    assert theirs.get("/profile").status_code == 302
    assert "left the company" in client.get(url).text
    assert client.post(f"{url}/link").status_code == 302
    assert client.post(f"{url}/enable").status_code == 302
    session.expire_all()
    assert user.is_active
    assert theirs.get("/profile").status_code == 302


def test_sessions_of_others_are_seen_and_ended(client, client_for, session):
    user = make_user(Role.DISTRIBUTOR)
    session.commit()
    first, second, third = (client_for(user) for _ in range(3))
    url = f"/admin/users/{user.id}"
    numbers = re.findall(rf"{url}/sessions/(\d+)/end", client.get(url).text)
    assert len(numbers) == 3
    row = session.scalars(select(UserSession).where(UserSession.user_id == user.id).order_by(UserSession.id)).first()
    assert client.post(f"{url}/sessions/{row.id}/end").status_code == 302
    assert [b.get("/profile").status_code for b in (first, second, third)] == [302, 200, 200]
    assert client.post(f"{url}/sessions/end").status_code == 302
    assert [b.get("/profile").status_code for b in (second, third)] == [302, 302]
    assert client.get("/profile").status_code == 200


def test_ids_in_one_url_belong_together(client, client_for, session):
    user, other = make_user(), make_user()
    session.commit()
    theirs = client_for(other)
    row = session.scalars(select(UserSession).where(UserSession.user_id == other.id)).one()
    assert client.post(f"/admin/users/{user.id}/sessions/{row.id}/end").status_code == 404
    assert theirs.get("/profile").status_code == 200


def test_ending_ones_own_sessions_keeps_the_present_one(client, client_for, admin):
    other = client_for(admin)
    client.post(f"/admin/users/{admin.id}/sessions/end")
    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 302


def test_a_lost_second_factor_is_removed(client, session):
    user = make_user(Role.HO_FINANCE, totp_secret="JBSWY3DPEHPK3PXP", password_hash="x")
    session.commit()
    assert "Remove the second factor" in client.get(f"/admin/users/{user.id}").text
    assert client.post(f"/admin/users/{user.id}/second-factor/remove").status_code == 302
    session.expire_all()
    assert user.totp_secret is None


def test_what_is_sensitive_asks_for_the_password_again(client, session, admin):
    from datetime import timedelta

    user = make_user(Role.HO_FINANCE, totp_secret="JBSWY3DPEHPK3PXP")
    session.commit()
    for row in session.scalars(select(UserSession).where(UserSession.user_id == admin.id)):
        row.confirmed_at -= timedelta(minutes=31)
    session.commit()
    url = f"/admin/users/{user.id}"
    assert client.get(f"{url}/edit").headers["Location"] == f"/confirm?next={url}/edit"
    for path in ("second-factor/remove", "link"):
        assert client.post(f"{url}/{path}").headers["Location"] == f"/confirm?next={url}"
    session.expire_all()
    assert user.totp_secret is not None


@pytest.mark.parametrize("path", ["", "/edit"])
@pytest.mark.parametrize("number", [999_999, 2**63 - 1, 2**63, 10**40])
def test_nobody_has_this_number(client, path, number):
    assert client.get(f"/admin/users/{number}{path}").status_code == 404


def test_a_reset_link_by_an_administrator(client, session, app):
    user = make_user(Role.OUTLET, password_hash="x")
    session.commit()
    page = client.post(f"/admin/users/{user.id}/link").text
    token = re.search(r"/links/([\w-]{43})\"", page)[1]
    assert "within an hour" in page
    assert "Choose a new password" in app.test_client().get(f"/links/{token}").text


def test_names_by_ids(session):
    first, second = make_user(name="A"), make_user(name="B")
    assert list_users_by_ids(session(), [first.id, second.id, 10**9]) == {first.id: "A", second.id: "B"}
    assert list_users_by_ids(session(), []) == {}


def test_user_text_is_not_markup(client, session):
    user = make_user(
        Role.DISTRIBUTOR, name="<img src=x onerror=alert(1)>", of=make_distributor(name="<b>x</b>", name_en="")
    )
    session.commit()
    for path in ("/admin/users", f"/admin/users/{user.id}", f"/admin/users/{user.id}?find=<script>"):
        page = client.get(path).text
        assert "<img src=x" not in page
        assert "<b>x</b>" not in page
        assert "<script>" not in page
