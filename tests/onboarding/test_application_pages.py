"""The pages of an application as its applicant and its readers meet them."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.db import db
from portal.network.models import Outlet
from portal.onboarding.models import Application, ApplicationFile, ReviewStep
from portal.onboarding.rules.states import Action, ApplicationStatus
from portal.onboarding.services.applications import submit_application
from portal.onboarding.services.reviews import act
from portal.onboarding.views.application_files import storage
from portal.permissions import Role
from tests.factories import make_area, make_outlet, make_user
from tests.network.pages import open_page
from tests.onboarding.applying import SENT, SITE, make_applicant, make_draft, photo

STEPS = ("place", "kind", "applicant", "ownership", "plan", "site", "declaration")
KEY = {"client_key": "a-browser-s-own-key"}


@pytest.fixture
def client(client_for, applicant):
    return client_for(applicant.user)


def one() -> Application:
    """The only application, as the database holds it now."""
    db.session.rollback()
    return db.session.scalars(select(Application)).one()


def hand_in(applicant, application):
    submit_application(db.session(), application, actor=applicant.user, version=application.version)
    db.session.commit()


def ask(applicant, application, words="请补充租赁合同"):
    manager = make_user(Role.REGIONAL_MANAGER, of=applicant.area, name="刘洋")
    act(
        db.session(),
        application,
        Action.REQUEST_INFORMATION,
        actor=manager,
        version=application.version,
        reason=words,
        internal_note="NOTA BENE INTERNA",
    )
    db.session.commit()
    return manager


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_every_page_of_a_draft_opens_strictly_in_both_languages(client_for, applicant, draft, locale):
    applicant.user.locale = locale
    number = draft.id
    client = client_for(applicant.user)
    for path in ("/applications", "/applications/new", f"/applications/{number}", f"/applications/{number}/withdraw"):
        open_page(client, path)
    for step in STEPS:
        open_page(client, f"/applications/{number}/edit/{step}")
    html = open_page(client, f"/applications/{number}/check")
    assert ("核对填报内容" if locale == "zh_Hans" else "Check your answers") in html
    part = client.get(f"/applications/{number}/sheet").get_data(as_text=True)
    assert "<svg" in part
    assert not re.search(r"<[^>]+ (style|on[a-z]+)=", part)


@pytest.mark.parametrize("role", [Role.REGIONAL_MANAGER, Role.HO_SALES, Role.HO_VIEWER])
def test_readers_open_what_was_handed_in(client_for, applicant, draft, role):
    hand_in(applicant, draft)
    of = applicant.area if role is Role.REGIONAL_MANAGER else None
    reader = client_for(make_user(role, of=of, locale="zh_Hans"))
    assert draft.number in open_page(reader, "/applications")
    assert "向阳镇店" in open_page(reader, f"/applications/{draft.id}")
    assert reader.get(f"/applications/{draft.id}/sheet").status_code == 200
    assert reader.get(f"/applications/{draft.id}/edit/place").status_code == 403


def test_a_whole_application_is_made_in_the_browser_and_handed_in(client, applicant):
    answer = client.post("/applications/new", data=SENT["place"] | KEY)
    assert answer.headers["Location"].endswith("/edit/kind")
    number = one().id
    for step in STEPS[1:]:
        data = dict(SENT[step])
        if step == "site":
            data |= {"file-storefront": (photo(), "门头.jpg")}
        answer = client.post(f"/applications/{number}/edit/{step}", data=data)
        assert answer.status_code == 302, answer.get_data(as_text=True)
    assert answer.headers["Location"].endswith("/check")
    page = open_page(client, f"/applications/{number}/check")
    assert "missing-title" not in page
    version = one().version
    first, again = (client.post(f"/applications/{number}/submit", data={"version": version}) for _turn in range(2))
    assert first.headers["Location"] == again.headers["Location"] == f"/applications/{number}/submitted"
    application = one()
    assert application.status is ApplicationStatus.AREA_REVIEW
    assert db.session.scalar(select(func.count()).select_from(ReviewStep)) == 1
    arrived = open_page(client, f"/applications/{number}/submitted")
    assert application.number in arrived
    assert "the regional manager" in arrived
    assert client.get(f"/applications/{number}/edit/place").headers["Location"] == f"/applications/{number}"


def test_an_incomplete_application_is_not_handed_in_and_says_where(client, applicant):
    draft = make_draft(applicant, phone=None)
    number, version = draft.id, draft.version
    page = open_page(client, f"/applications/{number}/check")
    assert f'href="/applications/{number}/edit/applicant?back=check#phone"' in page
    assert re.search(r"<button[^>]+disabled", page)
    answer = client.post(f"/applications/{number}/submit", data={"version": version})
    assert answer.status_code == 409
    assert "Something is still missing" in answer.get_data(as_text=True)
    assert one().number is None


def test_steps_save_what_fits_and_keep_what_does_not(client, applicant, draft):
    number = draft.id
    data = SENT["plan"] | {"capital_wan": "三百万", "volume_year_1": "１２０"}
    page = client.post(f"/applications/{number}/edit/plan", data=data).get_data(as_text=True)
    assert "“三百万” is not a number" in page
    application = one()
    assert (application.capital_wan, application.volume_year_1, application.answers["stock_qty"]) == (220, 120, 12)
    again = open_page(client, f"/applications/{number}/edit/plan")
    assert 'value="三百万"' in again
    assert "is not a number" in again
    assert "“三百万” is not a number" in open_page(client, f"/applications/{number}/check")
    client.post(f"/applications/{number}/edit/plan", data=SENT["plan"] | {"capital_wan": "1,300"})
    assert one().capital_wan == 1300
    assert "三百万" not in open_page(client, f"/applications/{number}/edit/plan")


def test_a_credit_code_is_checked_by_its_last_sign(client, draft):
    number = draft.id
    wrong = SENT["applicant"]["credit_code"][:-1] + "0"
    page = client.post(f"/applications/{number}/edit/applicant", data=SENT["applicant"] | {"credit_code": wrong})
    assert "The last character of" in page.get_data(as_text=True)
    typed = SENT["applicant"]["credit_code"].lower().replace("91", "９１", 1)
    answer = client.post(f"/applications/{number}/edit/applicant", data=SENT["applicant"] | {"credit_code": typed})
    assert answer.status_code == 302
    assert one().answers["credit_code"] == SENT["applicant"]["credit_code"]


def test_coordinates_are_kept_in_wgs84_whatever_they_were_read_from(client, applicant):
    place = SENT["place"] | KEY | {"lng": "104.2636", "lat": "30.9944", "datum": "bd09"}
    client.post("/applications/new", data=place)
    application = one()
    assert (application.lng, application.lat) == pytest.approx((104.25472, 30.99068), abs=2e-5)


def test_half_a_point_stays_as_typed(client, applicant):
    client.post("/applications/new", data=SENT["place"] | KEY | {"lat": ""})
    application = one()
    assert (application.lng, application.lat, application.county_code) == (None, None, "510681")
    assert f'value="{SENT["place"]["lng"]}"' in open_page(client, f"/applications/{application.id}/edit/place")


def test_the_first_save_makes_the_draft_and_the_next_ones_find_it(client, applicant):
    answers = [client.post("/applications/new.json", data={"address": text, **KEY}) for text in ("广汉", "广汉市")]
    assert [each.status_code for each in answers] == [200, 200]
    first, second = (each.get_json() for each in answers)
    assert first["autosave"] == second["autosave"]
    assert re.fullmatch(r"Saved at \d\d:\d\d", second["message"])
    assert one().address == "广汉市"


def test_autosave_says_the_place_and_the_capital_at_once(client, draft):
    url = f"/applications/{draft.id}/edit/plan.json"
    notes = client.post(url, data=SENT["plan"] | {"capital_wan": "150"}).get_json()["notes"]
    assert "Guanghan City · Deyang · Sichuan" in notes["place"]
    assert notes["capitalIsLow"]
    assert "At least 200" in notes["capital"]
    assert not client.post(url, data=SENT["plan"] | {"capital_wan": "200"}).get_json()["notes"]["capitalIsLow"]


def test_two_pages_of_one_step_meet_in_a_page_with_both_values(client, draft):
    number, version = draft.id, draft.version
    url = f"/applications/{number}/edit/kind"
    mine = SENT["kind"] | {"version": str(version), "page": "page-one"}
    theirs = mine | {"outlet_name": "另一人起的名字", "page": "page-two"}
    assert client.post(url, data=theirs).status_code == 302
    answer = client.post(url, data=mine | {"outlet_name": "我起的名字"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "另一人起的名字" in page
    assert 'value="我起的名字"' in page
    assert one().outlet_name == "另一人起的名字"
    sent = re.search(r'name="version"[^>]+value="(\d+)"', page) or re.search(r'value="(\d+)"[^>]+name="version"', page)
    assert client.post(url, data=mine | {"outlet_name": "我起的名字", "version": sent[1]}).status_code == 302
    assert one().outlet_name == "我起的名字"


def test_one_page_never_stands_in_its_own_way(client, draft):
    """An autosave under way when the button is pressed is no conflict; nor are two pages that say the same."""
    number, version = draft.id, str(draft.version)
    url = f"/applications/{number}/edit/kind"
    mine = SENT["kind"] | {"version": version, "page": "page-one"}
    assert client.post(url + ".json", data=mine | {"outlet_name": "向阳"}).status_code == 200
    assert client.post(url, data=mine | {"outlet_name": "向阳镇店"}).status_code == 302
    assert client.post(url, data=mine | {"outlet_name": "向阳镇店", "page": "page-two"}).status_code == 302


def test_a_stale_autosave_is_refused_in_words(client, draft):
    url = f"/applications/{draft.id}/edit/kind"
    mine = SENT["kind"] | {"version": str(draft.version), "page": "page-one"}
    client.post(url, data=mine | {"outlet_name": "别人"})
    answer = client.post(url + ".json", data=mine | {"page": "page-two"})
    assert (answer.status_code, answer.get_json()["error"]) == (409, "stale_version")
    assert one().outlet_name == "别人"


def test_another_shareholder_and_shares_beyond_the_whole(client, draft):
    url = f"/applications/{draft.id}/edit/ownership"
    page = client.post(url, data=SENT["ownership"] | {"then": "row"}).get_data(as_text=True)
    assert "shareholders-2-name" in page
    too_much = SENT["ownership"] | {"shareholders-1-share": "50"}
    assert "add up to 125" in client.post(url, data=too_much).get_data(as_text=True)
    assert len(one().answers["shareholders"]) == 2


def test_photos_lose_their_metadata_and_come_back_under_their_name(client, draft):
    number = draft.id
    data = SENT["site"] | {"then": "stay", "file-floor_plan": (photo("red"), "一楼 平面图.jpg")}
    page = client.post(f"/applications/{number}/edit/site", data=data)
    assert "一楼 平面图.jpg" in page.get_data(as_text=True)
    row = db.session.scalars(select(ApplicationFile).order_by(ApplicationFile.id.desc())).first()
    answer = client.get(f"/applications/{number}/files/{row.id}", buffered=True)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert not Image.open(io.BytesIO(answer.data)).getexif()
    assert b"CAMERAMAKER" not in answer.data


def test_what_is_no_picture_is_refused_and_the_rest_is_kept(client, draft):
    bad = (io.BytesIO(b"MZ\x90\x00not a picture"), "shop.jpg")
    data = SENT["site"] | {"file-storefront": bad, "file-lease": (io.BytesIO(b"%PDF-1.4 ... %%EOF"), "lease.pdf")}
    page = client.post(f"/applications/{draft.id}/edit/site", data=data).get_data(as_text=True)
    assert "shop.jpg" in page
    assert "contents are something else" in page
    kinds = db.session.scalars(select(ApplicationFile.kind).order_by(ApplicationFile.id)).all()
    assert [kind.value for kind in kinds] == ["storefront", "lease"]


def test_a_file_is_removed_from_a_draft_only_and_from_the_store(client, applicant, draft):
    row = db.session.scalars(select(ApplicationFile)).one()
    path, number, url = storage().path_of(row.storage_id), draft.id, f"/applications/{draft.id}/edit/site"
    file_id = row.id
    foreign = make_draft(make_applicant(area=applicant.area))
    foreign_file = db.session.scalars(
        select(ApplicationFile.id).where(ApplicationFile.application_id == foreign.id)
    ).one()
    assert client.post(url, data=SENT["site"] | {"remove": foreign_file}).status_code == 404
    assert client.get(f"/applications/{number}/files/{foreign_file}").status_code == 404
    client.post(url, data=SENT["site"] | {"remove": file_id})
    assert not path.exists()
    again = make_draft(applicant)
    hand_in(applicant, again)
    ask(applicant, again)
    kept = db.session.scalars(select(ApplicationFile.id).where(ApplicationFile.application_id == again.id)).one()
    client.post(f"/applications/{again.id}/edit/site", data=SENT["site"] | {"remove": kept})
    assert db.session.scalars(select(ApplicationFile.id).where(ApplicationFile.id == kept)).one()


def test_nothing_but_the_fields_of_the_form_is_written(client, applicant, draft):
    rival = make_applicant(area=applicant.area)
    number, own = draft.id, applicant.distributor.id
    extra = {"status": "approved", "number": "X", "distributor_id": rival.distributor.id, "applicant_id": "1",
             "chain": "x", "conditions": "x", "sales_area_id": "99", "outlet_id": "1"}  # fmt: skip
    client.post(f"/applications/{number}/edit/kind", data=SENT["kind"] | extra)
    application = one_of(number)
    assert (application.status, application.number, application.distributor_id) == (ApplicationStatus.DRAFT, None, own)
    assert (application.conditions, application.chain, application.outlet_id) == ("", [], None)
    assert not set(extra) & set(application.answers)


def one_of(number: int) -> Application:
    db.session.rollback()
    return db.session.get_one(Application, number)


def test_a_rival_s_outlet_is_no_incumbent_of_mine(client, applicant, draft):
    mine = make_outlet(applicant.distributor, area=applicant.area)
    theirs = make_outlet(make_applicant(area=applicant.area).distributor, area=applicant.area)
    number, codes = draft.id, (mine.code, theirs.code)
    page = open_page(client, f"/applications/{number}/edit/site")
    assert codes[0] in page
    assert codes[1] not in page
    for code, kept in zip(codes, (codes[0], codes[0]), strict=True):
        data = SENT["site"] | {"incumbent": code, "incumbent_treatment": "keep"}
        client.post(f"/applications/{number}/edit/site", data=data)
        assert one_of(number).answers["incumbent"] == kept


def test_a_rival_meets_the_same_404_everywhere(client_for, applicant, draft):
    number, version = draft.id, draft.version
    row = db.session.scalars(select(ApplicationFile.id)).one()
    rival = client_for(make_applicant(area=applicant.area).user)
    paths = ["", "/check", "/withdraw", "/submitted", "/sheet", "/sheet.json", "/edit/place", f"/files/{row}"]
    for path in paths:
        assert rival.get(f"/applications/{number}{path}").status_code == 404, path
    for path in ("/edit/kind", "/edit/kind.json", "/submit", "/withdraw"):
        answer = rival.post(f"/applications/{number}{path}", data=SENT["kind"] | {"version": version})
        assert answer.status_code == 404, path
    assert "向阳镇店" not in open_page(rival, "/applications")
    assert one().outlet_name == "向阳镇店"


def test_a_draft_is_nobody_else_s_business(client_for, applicant, draft):
    number = draft.id
    readers = (make_user(Role.REGIONAL_MANAGER, of=applicant.area), make_user(Role.HO_NETWORK))
    for reader in [client_for(each) for each in readers]:
        assert reader.get(f"/applications/{number}").status_code == 404
        assert "向阳镇店" not in open_page(reader, "/applications")


def test_mere_readers_see_personal_data_masked(client_for, applicant, draft):
    number = draft.id
    hand_in(applicant, draft)
    viewer = open_page(client_for(make_user(Role.HO_VIEWER)), f"/applications/{number}")
    assert "0838-5223456" not in viewer
    assert "李大山" not in viewer
    manager = open_page(client_for(make_user(Role.REGIONAL_MANAGER, of=applicant.area)), f"/applications/{number}")
    assert "0838-5223456" in manager


def test_the_applicant_is_asked_answers_and_never_reads_internal_notes(client, client_for, applicant, draft):
    number = draft.id
    hand_in(applicant, draft)
    manager = ask(applicant, draft)
    page = open_page(client, f"/applications/{number}")
    assert "请补充租赁合同" in page
    assert "NOTA BENE INTERNA" not in page
    assert "NOTA BENE INTERNA" in open_page(client_for(manager), f"/applications/{number}")
    check = open_page(client, f"/applications/{number}/check")
    assert "请补充租赁合同" in check
    lease = {"file-lease": (io.BytesIO(b"%PDF-1.4 ... %%EOF"), "租赁合同.pdf")}
    assert client.post(f"/applications/{number}/edit/site", data=SENT["site"] | lease).status_code == 302
    data = {"version": one().version, "words": "已上传"}
    assert client.post(f"/applications/{number}/submit", data=data).status_code == 302
    assert client.post(f"/applications/{number}/submit", data=data).status_code == 302
    assert one().status is ApplicationStatus.AREA_REVIEW
    assert db.session.scalar(select(func.count()).where(ReviewStep.action == Action.ANSWER)) == 1


def test_a_withdrawal_needs_a_reason_and_a_fresh_look(client, applicant, draft):
    number = draft.id
    hand_in(applicant, draft)
    version = draft.version
    url = f"/applications/{number}/withdraw"
    assert "Say why" in client.post(url, data={"version": version, "reason": " "}).get_data(as_text=True)
    stale = client.post(url, data={"version": version - 1, "reason": "店面已转租"})
    assert stale.headers["Location"] == f"/applications/{number}"
    assert one().status is ApplicationStatus.AREA_REVIEW
    client.post(url, data={"version": version, "reason": "店面已转租"})
    assert one().status is ApplicationStatus.WITHDRAWN


def test_buttons_are_those_of_the_declared_table(client, applicant, draft):
    number = draft.id
    db.session.commit()
    assert "Check and hand in" in open_page(client, f"/applications/{number}")
    hand_in(applicant, draft)
    page = open_page(client, f"/applications/{number}")
    assert "Check and hand in" not in page
    assert f"/applications/{number}/withdraw" in page
    assert f"/applications/{number}/edit" not in page
    manager = make_user(Role.REGIONAL_MANAGER, of=applicant.area)
    act(db.session(), draft, Action.REJECT, actor=manager, version=draft.version, reason="选址太近")
    db.session.commit()
    assert f"/applications/{number}/withdraw" not in open_page(client, f"/applications/{number}")


def test_a_distributor_judges_among_its_own_outlets_only(client, client_for, applicant, draft):
    rival = make_applicant(area=applicant.area)
    near = {"lng": SITE[0] + 0.02, "lat": SITE[1], "area": applicant.area}
    mine = make_outlet(applicant.distributor, **near | {"lng": SITE[0] + 0.05})
    theirs = make_outlet(rival.distributor, name="QXRIVAL", **near)
    abroad = make_outlet(rival.distributor, name="QXSOUTH", **near | {"lat": SITE[1] + 0.1, "area": make_area()})
    number, codes = draft.id, [mine.code, theirs.code, abroad.code]
    sheet = client.get(f"/applications/{number}/sheet.json").get_json()["sheet"]
    assert [each["code"] for each in sheet["judgement"]["nearest"]] == codes[:1]
    assert "QXRIVAL" not in client.get(f"/applications/{number}/sheet").get_data(as_text=True)
    hand_in(applicant, draft)
    head_office = client_for(make_user(Role.HO_NETWORK)).get(f"/applications/{number}/sheet.json").get_json()["sheet"]
    assert [each["code"] for each in head_office["judgement"]["nearest"]] == [codes[1], codes[0], codes[2]]
    manager = client_for(make_user(Role.REGIONAL_MANAGER, of=applicant.area))
    seen = manager.get(f"/applications/{number}/sheet.json").get_json()["sheet"]["judgement"]["nearest"]
    assert [each["code"] for each in seen] == [codes[1], codes[0], ""]
    assert "QXSOUTH" not in manager.get(f"/applications/{number}/sheet").get_data(as_text=True)


def test_a_pin_that_is_not_saved_yet_is_judged(client, draft):
    url = f"/applications/{draft.id}/sheet.json"
    sheet = client.get(f"{url}?lng=104.2636&lat=30.9944&datum=bd09&capital=150").get_json()["sheet"]
    assert (sheet["site"]["lng"], sheet["site"]["lat"]) == pytest.approx((104.25472, 30.99068), abs=2e-5)
    for query in ("lng=x&lat=1", "lng=30.9&lat=104.2", "lng=104.2&lat=30.9&datum=mars"):
        answer = client.get(f"{url}?{query}")
        assert answer.status_code == 400
        assert answer.get_json()["message"]


def test_the_list_filters_counts_and_exports_with_a_trace(client_for, applicant, draft):
    hand_in(applicant, draft)
    other = make_draft(applicant, columns={"outlet_name": "三水镇店"})
    hand_in(applicant, other)
    reader = client_for(make_user(Role.HO_NETWORK))
    for query, seen in (("q=三水", "三水镇店"), ("status=area_review", "向阳镇店"), ("county=510681", "三水镇店")):
        assert seen in open_page(reader, f"/applications?{query}")
    assert "向阳镇店" not in open_page(reader, "/applications?status=approved")
    for sort in ("number", "-due", "submitted", "status", "nonsense"):
        open_page(reader, f"/applications?sort={sort}")
    answer = reader.post("/applications/export/csv?q=三水", buffered=True)
    text = answer.get_data(as_text=True)
    assert "三水镇店" in text
    assert "向阳镇店" not in text
    assert "0838" not in text, "personal data stay out of the file"
    db.session.rollback()
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "export")) == 1
    assert reader.post("/applications/export/exe").status_code == 404


def test_looking_writes_nothing(client, draft):
    number = draft.id
    db.session.commit()
    before = (one().version, db.session.scalar(select(func.count()).select_from(AuditEntry)))
    for path in ("", "/edit/place", "/edit/site", "/check", "/sheet", "/sheet.json"):
        client.get(f"/applications/{number}{path}")
    client.get("/applications/new")
    assert (one().version, db.session.scalar(select(func.count()).select_from(AuditEntry))) == before
    assert db.session.scalar(select(func.count()).select_from(Outlet)) == 0


def test_an_account_without_a_distributor_cannot_begin(client_for, books):
    lost = client_for(make_user(Role.DISTRIBUTOR))
    assert lost.get("/applications/new").status_code == 422
    assert lost.post("/applications/new.json", data=SENT["place"] | KEY).status_code == 422
