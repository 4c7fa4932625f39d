"""Fixtures of onboarding: some regions of Sichuan, an applicant with a draft."""

from __future__ import annotations

import pytest

from portal.catalogue import compile_catalogue
from portal.network.queries.region_names import forget_regions, region_book
from tests.network.sichuan import fill_books
from tests.onboarding.applying import make_applicant, make_draft


@pytest.fixture(scope="session", autouse=True)
def catalogue():
    compile_catalogue()


@pytest.fixture
def books(session):
    for filled in fill_books(session):
        forget_regions()
        region_book(filled())  # as in a process that has shown a page before
        yield filled
    forget_regions()


@pytest.fixture
def applicant(books):
    return make_applicant()


@pytest.fixture
def draft(applicant):
    return make_draft(applicant)
