"""Passwords that are refused and accepted; where `next` may lead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.passwords import common_passwords
from portal.accounts.rules import PasswordFault, context_words, normal_email, password_fault, same_site_path
from portal.permissions import Role

WORDS = context_words(email="li.na@deyang-trade.cn", name="Li Na", role=Role.REGIONAL_MANAGER)


def fault(password: str) -> PasswordFault | None:
    return password_fault(password, common=common_passwords(), words=WORDS)


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("seven77", PasswordFault.TOO_SHORT),
        ("", PasswordFault.TOO_SHORT),
        ("x1" * 65, PasswordFault.TOO_LONG),
        ("password1", PasswordFault.COMMON),
        ("PASSWORD1", PasswordFault.COMMON),
        ("1q2w3e4r", PasswordFault.COMMON),
        ("aaaaaaaaaaaa", PasswordFault.SAME_SIGN),
        ("ababababab", PasswordFault.SAME_SIGN),
        ("qudao2026", PasswordFault.CONTEXT),
        ("Qudao-Portal-1", PasswordFault.CONTEXT),
        ("渠道渠道2026年", PasswordFault.CONTEXT),
        ("deyang2026", PasswordFault.CONTEXT),
        ("li.na@deyang", PasswordFault.CONTEXT),
        ("manager-2026", PasswordFault.CONTEXT),
    ],
)
def test_what_is_tried_first_is_refused(password, expected):
    assert fault(password) is expected


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "门前大桥下游过一群鸭",
        "lowercase only words",
        "28471936502",
        "qudao" + "violet-lantern",
        "ab" * 63 + "cd",
        "x" * 64 + "yz" * 32,
    ],
)
def test_no_composition_is_asked_for(password):
    assert fault(password) is None


def test_the_most_common_three_thousand_are_refused():
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    long_enough = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= 8][:3000]
    assert len(long_enough) == 3000
    assert [word for word in long_enough if fault(word) is None] == []


OFF_SITE = [
    "http://evil.example",
    "https://evil.example/outlets",
    "HTTPS://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "\\/evil.example",
    "/%2fevil.example",
    "/%2Fevil.example",
    "%2f%2fevil.example",
    "/%252fevil.example",
    "/%5cevil.example",
    "/%5Cevil.example",
    "/%255cevil.example",
    "/\tevil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/%09/evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    " //evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "mailto:a@evil.example",
    "evil.example",
    "outlets",
    "@evil.example",
    "/outlets//evil.example",
    "http:evil.example",
    "http:///evil.example",
    "///\\evil.example",
    "/\u2028/evil.example",
    "/\x00/evil.example",
    "",
    "/" + "a" * 3000,
]


@pytest.mark.parametrize("target", OFF_SITE)
def test_next_never_leaves_the_site(target):
    assert same_site_path(target) is None


@pytest.mark.parametrize(
    "target",
    ["/", "/outlets", "/outlets?q=%E5%B9%BF%E6%B1%89&status=open", "/audit/12", "/map#8/30.9/104.2", "/a?u=//x"],
)
def test_next_leads_to_paths_of_this_site(target):
    assert same_site_path(target) == target


@given(st.text(alphabet="/\\%25cfF09\t\r\n:?#@.aev ", max_size=24))
def test_whatever_is_accepted_is_one_slash_and_then_no_other(target):
    accepted = same_site_path(target)
    if accepted is not None:
        assert accepted.startswith("/")
        assert accepted[1:2] not in {"/", "\\"}
        assert not set("\t\r\n\\") & set(accepted)


def test_addresses_are_compared_without_blanks_and_case():
    assert normal_email("  Li.Na@Deyang.CN ") == "li.na@deyang.cn"
