"""Head office's pages of policies: built from cards, checked, handed to a second person, published, renewed."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from portal.db import db
from portal.permissions import Role
from portal.products.services import create_model, create_series
from portal.rebates.forms.policy import values_of
from portal.rebates.models import PolicyVersion
from portal.rebates.rules.life import VersionStatus
from tests.factories import make_area, make_distributor, make_outlet, make_user
from tests.network.pages import open_page
from tests.rebates.building import both, policy, term, tiers
from tests.rebates.test_forms_policy import flat

OPENED = date(2020, 1, 1)
MOT = {"fact": "activity:mot", "op": ">=", "value": "1"}


@pytest.fixture
def people(session):
    area = make_area(code="NORTH")
    series = create_series(session(), code="F", name_zh="F系列", active_from=OPENED)
    for code in ("F3", "F6"):
        create_model(session(), series, code=code, name_zh=code, name_en=code, active_from=OPENED)
    owner = make_distributor(area=area, code="D1")
    make_outlet(owner, area=area, code="T1", opened_on=OPENED)
    return {role: make_user(role) for role in (Role.HO_SALES, Role.HO_APPROVER, Role.HO_VIEWER)}


@pytest.fixture
def author(people, client_for):
    return client_for(people[Role.HO_SALES])


@pytest.fixture
def approver(people, client_for):
    return client_for(people[Role.HO_APPROVER])


def whole_policy(**keys):
    """D4.1, D4.2 and D4.3."""
    return policy(
        term(0, id="quota", label=both("Quota bonus"), tiers=tiers(("8", "1000"))),
        term(1, id="f6", lines={"models": ["F6"]}, tiers=tiers(("0", "100"))),
        term(2, id="ads", pays="lump_sum", tiers=tiers(("0", "2000")), deductions=[
            {"unless": MOT, "percent": "25", "label": both("Display not changed")}]),
        **keys,
    )  # fmt: skip


def sent(document, **more):
    fields = MultiDict(list(flat(values_of(document))))
    for key, value in more.items():
        fields[key] = value
    return fields


def text_of(answer):
    text = answer.get_data(as_text=True)
    answer.close()
    return text


def saved(client, document):
    answer = client.post("/policies/new", data=sent(document, do="save"))
    assert answer.status_code == 302, text_of(answer)
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def version_of(client, path):
    return re.search(r'name="version"[^>]*value="(\d*)"', open_page(client, path)).group(1)


def published(author, approver, document):
    version_id = saved(author, document)
    for client, step in ((author, "submit"), (approver, "publish")):
        path = f"/policies/{version_id}/{step}"
        data = {"version": version_of(client, path), "notice_on": document["effective"]["from"]}
        answer = client.post(path, data=data)
        assert answer.status_code == 302, text_of(answer)
    return version_id


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_every_page(people, client_for, author, approver, locale):
    version_id = published(author, approver, whole_policy())
    draft = saved(author, whole_policy(code="OTHER", party="distributor"))
    people[Role.HO_SALES].locale = locale
    client = client_for(people[Role.HO_SALES])
    for path in (
        "/policies",
        "/policies?q=P-&status=published&phase=now&phase=past&phase=later&party=outlet&period=month&sort=-policy",
        "/policies/new",
        "/policies/document",
        f"/policies/{version_id}",
        f"/policies/{version_id}/addressees?acknowledged=no&q=T1&sort=-outlet",
        f"/policies/{version_id}/addressees?acknowledged=yes",
        f"/policies/{draft}",
        f"/policies/{draft}/edit",
        f"/policies/{draft}/document",
        f"/policies/{draft}/discard",
        f"/policies/{draft}/submit",
    ):
        open_page(client, path)
    for path in ("/policies/export/csv", f"/policies/{version_id}/addressees/export/xlsx"):
        answer = client.post(path)
        assert answer.status_code == 200
        answer.close()


def test_an_empty_list_says_so(author):
    assert "No policies yet" in open_page(author, "/policies")


def test_from_cards_to_force_by_two_people(author, approver, people, client_for):
    version_id = published(author, approver, whole_policy())
    version = db.session.get(PolicyVersion, version_id)
    assert version.status is VersionStatus.PUBLISHED
    page = open_page(author, f"/policies/{version_id}")
    assert "≥ 8 units" in page
    assert "≥ 8台" in page
    assert "Display not changed: 25% less unless" in page
    assert "T1" in open_page(author, f"/policies/{version_id}/addressees")
    assert author.get(f"/policies/{version_id}/edit").status_code == 302
    assert client_for(people[Role.HO_VIEWER]).get(f"/policies/{version_id}").status_code == 200
    answer = author.post(f"/policies/{version_id}/new-version")
    draft = int(re.search(r"/policies/(\d+)/edit", answer.headers["Location"]).group(1))
    assert db.session.get(PolicyVersion, draft).number == 2
    assert "New version" not in open_page(author, f"/policies/{version_id}")


def test_rows_are_added_without_script(author):
    html = text_of(author.post("/policies/new", data=sent(whole_policy(), do="add:terms")))
    assert 'id="terms-3-tiers-0-from"' in html
    assert 'data-policy-focus="terms-3"' in html
    html = text_of(author.post("/policies/new", data=sent(whole_policy(), do="remove:terms-0")))
    assert 'value="f6"' in html
    assert 'value="quota"' not in html
    html = text_of(author.post("/policies/new", data=sent(whole_policy(), do="add:terms-0-tiers")))
    assert 'id="terms-0-tiers-1-from"' in html
    assert "How the tiers work together" in html


def test_what_is_wrong_stands_at_its_field(author):
    wrong = whole_policy()
    wrong["terms"][0]["tiers"] = tiers(("8", "1000"), ("5", "many"))
    html = text_of(author.post("/policies/new", data=sent(wrong, do="check")))
    assert "There is something to correct" in html
    assert 'href="#terms-0-tiers-1-rate"' in html
    assert "“many” is no number" in html
    assert 'id="terms-0-tiers-1-rate" name="terms-0-tiers-1-rate" value="many"' in html
    assert "choose how they work together" in html
    # It is kept all the same, and says what is wrong on its page.
    version_id = saved(author, wrong)
    page = open_page(author, f"/policies/{version_id}")
    assert "Before it can be published" in page
    assert "Term 1, tier 2, Pays" in page
    assert author.get(f"/policies/{version_id}/submit").status_code == 409


def test_a_retail_price_is_refused_at_its_place(author):
    wrong = whole_policy()
    wrong["terms"][0]["when"] = [{"fact": "party:retail_price", "op": "<=", "value": "1"}]
    html = text_of(author.post("/policies/new", data=sent(wrong, do="check")))
    assert "no rebate may depend on what a dealer sells for" in html


def test_a_draft_needs_a_code(author):
    answer = author.post("/policies/new", data=sent(whole_policy(code=""), do="save"))
    assert answer.status_code == 422
    assert "Give it a code" in text_of(answer)


def test_two_people_on_one_draft(author, approver, people, client_for):
    version_id = saved(author, whole_policy())
    path = f"/policies/{version_id}/edit"
    seen = version_of(author, path)
    other = client_for(make_user(Role.HO_SALES))
    changed = whole_policy()
    changed["terms"][0]["tiers"] = tiers(("9", "1000"))
    assert other.post(path, data=sent(changed, do="save", version=seen)).status_code == 302
    mine = whole_policy()
    mine["terms"][0]["tiers"] = tiers(("7", "1000"))
    answer = author.post(path, data=sent(mine, do="save", version=seen))
    html = text_of(answer)
    assert answer.status_code == 409
    assert "has saved this draft since" in html
    assert 'value="7"' in html
    now = re.search(r'name="version" value="(\d+)"', html).group(1)
    assert author.post(path, data=sent(mine, do="save", version=now)).status_code == 302
    assert db.session.get(PolicyVersion, version_id).document["terms"][0]["tiers"][0]["from"] == "7"


def test_the_example_is_worked_out_by_the_rules(author):
    fields = sent(whole_policy(name=both(""), code=""), **{"example-activity-mot": "1"})
    fields.setlist("example-model", ["F3", "F6"])
    fields.setlist("example-units", ["6", "４"])
    fields.setlist("example-amount", ["360000", "320,000"])
    html = text_of(author.post("/policies/example", data=fields))
    assert "¥12,400.00" in html  # 10,000 + 400 + 2,000
    fields["example-activity-mot"] = "0"
    assert "¥11,900.00" in text_of(author.post("/policies/example", data=fields))
    fields["terms-0-tiers-0-rate"] = "x"
    assert "missing before the example" in text_of(author.post("/policies/example", data=fields))


def test_the_document_may_be_pasted(author):
    document = whole_policy()
    answer = author.post("/policies/document", data={"document": json.dumps(document)})
    version_id = int(answer.headers["Location"].rsplit("/", 1)[1])
    assert db.session.get(PolicyVersion, version_id).document["terms"] == document["terms"]
    path = f"/policies/{version_id}/document"
    html = open_page(author, path)
    seen = re.search(r'name="version" value="(\d+)"', html).group(1)
    document["terms"][0]["tiers"][0]["rate"] = "900"
    assert author.post(path, data={"document": json.dumps(document), "version": seen}).status_code == 302
    answer = author.post(path, data={"document": json.dumps(document), "version": seen})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "This is not JSON"),
        ("{", "This is not JSON"),
        ("[]", "is not an object"),
        (json.dumps(policy(term(0, tiers=[]))), "$.terms[0].tiers"),
        (json.dumps(policy(term(0, lines={"models": ["X9"]}))), "There is no model “X9”"),
    ],
)
def test_a_wrong_document_says_where_and_is_kept(author, text, words):
    answer = author.post("/policies/document", data={"document": text})
    assert answer.status_code == 422
    html = text_of(answer)
    assert words in html.replace("&#34;", '"')


def test_a_reason_is_needed_to_return_it(author, approver):
    version_id = saved(author, whole_policy())
    author.post(
        f"/policies/{version_id}/submit", data={"version": version_of(author, f"/policies/{version_id}/submit")}
    )
    path = f"/policies/{version_id}/return"
    seen = version_of(approver, path)
    assert "There is something to correct" in text_of(approver.post(path, data={"version": seen}))
    assert approver.post(path, data={"version": seen, "reason": "Seven, not eight."}).status_code == 302
    assert "Seven, not eight." in open_page(author, f"/policies/{version_id}")
    assert approver.post(path, data={"version": seen, "reason": "again"}).status_code == 409


def test_withdrawn_from_a_day_on(author, approver):
    version_id = published(author, approver, whole_policy())
    path = f"/policies/{version_id}/withdraw"
    data = {"version": version_of(approver, path), "reason": "Budget is spent.", "last_on": "2027-02-01"}
    html = text_of(approver.post(path, data=data))
    assert "ends on" in html
    assert approver.post(path, data=data | {"last_on": "2026-11-30"}).status_code == 302
    assert "Budget is spent." in open_page(author, f"/policies/{version_id}")


def test_two_policies_for_the_same_sales_must_say_so(author, approver):
    published(author, approver, whole_policy())
    other = saved(author, whole_policy(code="OTHER"))
    assert "Stacks with" in open_page(author, f"/policies/{other}")
    assert author.get(f"/policies/{other}/submit").status_code == 409
    path = f"/policies/{other}/edit"
    data = sent(whole_policy(code="OTHER"), do="save", version=version_of(author, path), stacks_with="P-2026")
    assert author.post(path, data=data).status_code == 302
    assert author.get(f"/policies/{other}/submit").status_code == 200
