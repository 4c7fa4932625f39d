"""Fixtures of the files of a month."""

from __future__ import annotations

import pytest

from tests.sales.imports.importing import Command, make_known_dealer
from tests.sales.reporting import Dealer


@pytest.fixture
def known(session, held_clock) -> Dealer:
    dealer = make_known_dealer()
    session.commit()
    return dealer


@pytest.fixture
def command(app, known, tmp_path) -> Command:
    return Command(app, tmp_path)
