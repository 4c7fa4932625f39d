"""Boundaries as the browser gets them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from portal.boundaries.manifest import read_manifest
from tests.coverage.conftest import Network

SignIn = Callable[[str], FlaskClient]


def owners(client: FlaskClient, name: str) -> list[str]:
    return sorted(client.get("/map/boundaries/index.json").get_json()[name])


def test_each_level_has_its_features(network: Network, drawn_country: Path, signed_in: SignIn) -> None:
    client = signed_in("dealer_a")
    provinces = client.get("/map/boundaries/province.json").get_json()["features"]
    assert len(provinces) == 2
    (province, *_others) = owners(client, "prefecture")
    prefectures = client.get(f"/map/boundaries/prefecture.json?parent={province}").get_json()["features"]
    assert {feature["properties"]["parent"] for feature in prefectures} == {province}
    prefecture = prefectures[0]["properties"]["code"]
    for name in ("county", "detail"):
        counties = client.get(f"/map/boundaries/{name}.json?parent={prefecture}").get_json()["features"]
        assert len(counties) == 2
        assert set(counties[0]["properties"]) >= {"code", "name_zh", "name_en", "level", "parent"}
        assert {feature["properties"]["level"] for feature in counties} == {"county"}


def test_the_index_has_a_box_for_every_file(network: Network, drawn_country: Path, signed_in: SignIn) -> None:
    index = signed_in("ho").get("/map/boundaries/index.json").get_json()
    assert set(index) == {"prefecture", "county"}
    for boxes in index.values():
        assert all(west < east and south < north for west, south, east, north in boxes.values())


@pytest.mark.parametrize("name", ["province", "index", "lines"])
def test_an_address_with_the_version_is_kept_for_good(
    network: Network, drawn_country: Path, signed_in: SignIn, name: str
) -> None:
    client, manifest = signed_in("ho"), read_manifest(drawn_country)
    answer = client.get(f"/map/boundaries/{name}.json?v={manifest.folder}")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    unversioned = client.get(f"/map/boundaries/{name}.json")
    assert unversioned.headers["Cache-Control"] == "private, no-cache"
    tag = {"If-None-Match": unversioned.headers["ETag"]}
    assert client.get(f"/map/boundaries/{name}.json", headers=tag).status_code == 304


def test_files_are_sent_packed(network: Network, drawn_country: Path, signed_in: SignIn) -> None:
    client = signed_in("ho")
    packed = client.get("/map/boundaries/province.json", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(client.get("/map/boundaries/province.json").data)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/map/boundaries/nothing.json", 404),
        ("/map/boundaries/manifest.json", 404),
        ("/map/boundaries/county.json?parent=999999", 404),
        ("/map/boundaries/county.json?parent=../province", 400),
        ("/map/boundaries/county.json?parent=%2e%2e%2fprovince", 400),
        ("/map/boundaries/county.json?parent=", 400),
        ("/map/boundaries/county.json?parent=%00", 400),
    ],
)
def test_only_files_of_the_build_are_served(
    network: Network, drawn_country: Path, signed_in: SignIn, path: str, status: int
) -> None:
    assert signed_in("ho").get(path).status_code == status


@pytest.mark.usefixtures("no_boundaries")
def test_without_boundaries_the_map_has_no_land_and_still_works(network: Network, signed_in: SignIn) -> None:
    client = signed_in("ho")
    for name in ("province", "index", "lines"):
        answer = client.get(f"/map/boundaries/{name}.json")
        assert json.loads(answer.data)["features"] == []
        assert "immutable" not in answer.headers["Cache-Control"]
    assert client.get("/map").status_code == 200
