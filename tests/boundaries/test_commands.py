"""The commands: JSON on success, one sentence and an exit code otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from portal.boundaries.commands import geodata
from portal.boundaries.manifest import build_dir
from tests.boundaries.country import FILE


def run(*arguments: str) -> Result:
    return CliRunner().invoke(geodata, list(arguments))


def run_json(*arguments: str) -> dict[str, Any]:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    value: dict[str, Any] = json.loads(result.stdout)
    return value


@pytest.fixture
def in_country(country: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GEODATA_DIR", str(country))
    return country


@pytest.fixture
def in_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GEODATA_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("in_country")
def test_locate() -> None:
    answer = run_json("locate", "101.5", "29.2")
    assert answer["province"] == {"code": "910000", "name_zh": "东州省", "name_en": "Dongzhou"}
    assert answer["prefecture"]["code"] == "910200"
    assert answer["county"] == {"code": "910221", "name_zh": "河口县", "name_en": "Hekou County"}
    assert answer["wgs84"] == {"lng": 101.5, "lat": 29.2}
    assert answer["gcj02"]["lng"] != 101.5
    assert answer["input"] == {"lng": 101.5, "lat": 29.2, "datum": "wgs84"}
    assert answer["boundaries"] == {"name": "country.geojson", "version": ""}


@pytest.mark.usefixtures("in_country")
def test_locate_in_another_datum() -> None:
    """Just west of a border in BD-09 is across it in WGS-84."""
    assert run_json("locate", "101.005", "29.2")["county"]["code"] == "910221"
    answer = run_json("locate", "101.005", "29.2", "--datum", "BD09")
    assert answer["county"]["code"] == "910121"
    assert answer["bd09"] == {"lng": 101.005, "lat": 29.2}


@pytest.mark.usefixtures("in_country")
@pytest.mark.parametrize(
    ("point", "code", "said"),
    [
        (("29.2", "101.5"), 2, "look swapped. Longitude comes first: 101.5 29.2"),
        (("190", "29.2"), 2, "longitude lies between -180 and 180"),
        (("-73.9857", "40.7484"), 2, "Longitude -73.9857, latitude 40.7484 lies outside the map"),
        (("0", "0"), 2, "coordinates are missing"),
        (("nan", "29"), 2, "must be numbers"),
        (("east", "29"), 2, "'east' is not a valid float"),
        (("104.1", "28.3"), 1, "No county lies at longitude 104.1"),
    ],
)
def test_locate_refuses_with_a_sentence(point: tuple[str, str], code: int, said: str) -> None:
    result = run("locate", *point)
    assert result.exit_code == code
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.usefixtures("in_empty")
def test_locate_without_boundaries_says_what_to_run() -> None:
    result = run("locate", "104.0", "30.6")
    assert result.exit_code == 1
    assert "flask geodata build" in result.stderr


def test_convert() -> None:
    answer = run_json("convert", "116.403988", "39.914266", "--from", "wgs84", "--to", "bd09")
    assert answer["lng"] == 116.4166156
    assert answer["lat"] == 39.9219658
    assert answer["datum"] == "bd09"


def test_convert_outside_china_is_identity_and_takes_negative_numbers() -> None:
    answer = run_json("convert", "-73.9857", "-40.7484", "--from", "gcj02", "--to", "wgs84")
    assert (answer["lng"], answer["lat"]) == (-73.9857, -40.7484)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("39.9", "116.4", "--from", "wgs84", "--to", "bd09"), "look swapped"),
        (("500", "39.9", "--from", "wgs84", "--to", "bd09"), "between -180 and 180"),
        (("116.4", "39.9", "--from", "wgs84", "--to", "cgcs"), "'cgcs' is not one of"),
        (("116.4", "39.9", "--from", "wgs84"), "Missing option '--to'"),
    ],
)
def test_convert_refuses(arguments: tuple[str, ...], said: str) -> None:
    result = run("convert", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_build_from_a_file_then_nothing_to_do(in_empty: Path) -> None:
    options = ("--from", str(FILE), "--level-field", "level", "--name-en-field", "name_en", "--quiet")
    first, second, third = run("build", *options), run("build", *options), run("build", "--quiet")
    assert [result.exit_code for result in (first, second, third)] == [0, 0, 0]
    assert "Built from country.geojson" in first.stdout
    assert "2 provinces, 4 prefectures, 8 counties" in first.stdout
    assert second.stdout == third.stdout
    assert second.stdout.startswith("Up to date (country.geojson")
    assert (build_dir(in_empty) / "manifest.json").is_file()


@pytest.mark.usefixtures("in_empty")
def test_build_refuses_with_a_sentence(tmp_path: Path) -> None:
    missing = run("build", "--from", str(tmp_path / "none.gpkg"), "--quiet")
    assert (missing.exit_code, "There is no file" in missing.stderr) == (2, True)
    wrong = run("build", "--from", str(FILE), "--level-field", "kind", "--quiet")
    assert wrong.exit_code == 2
    assert "has no column kind. Its columns are: code, level, name, name_en, parent." in wrong.stderr
