from __future__ import annotations

from pathlib import Path

import pytest

from tests.boundaries.country import build_country


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A geodata folder with the layers of the hand-made country."""
    directory = tmp_path_factory.mktemp("geodata")
    build_country(directory)
    return directory
