"""The field of every test of this room."""

from __future__ import annotations

import pytest

from tests.visits.field import Field, make_field


@pytest.fixture
def field(session: object) -> Field:
    return make_field()
