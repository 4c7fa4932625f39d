"""Imports keep to the house's arrows, and each contract is proved by a planted fault."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.settings import ROOT

FAULTS = {
    "Arrows point down between the rooms": ("portal/accounts/models.py", "import portal.network.models"),
    "Arrows point down inside a room": ("portal/network/rules.py", "import portal.network.models"),
    "Rules are pure": ("portal/audit/rules.py", "import portal.clock"),
    "Services and queries know no web": ("portal/network/queries/parties.py", "import flask"),
    "Nobody imports another room's forms or views": ("portal/accounts/views/own.py", "import portal.network.views"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([str(command), "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


def test_every_arrow_points_down():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("contract", FAULTS)
def test_a_planted_fault_breaks_its_contract(contract, tmp_path):
    shutil.copytree(ROOT / "portal", tmp_path / "portal", ignore=shutil.ignore_patterns("__pycache__", "templates"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    name, line = FAULTS[contract]
    target = tmp_path / name
    text = target.read_text(encoding="utf8")
    target.write_text(text.replace("\nfrom ", f"\n{line}\nfrom ", 1) if "\nfrom " in text else f"{line}\n{text}")
    result = lint(tmp_path)
    assert result.returncode != 0
    assert f"{contract} BROKEN" in result.stdout
