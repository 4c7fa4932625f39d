"""`flask targets split`."""

from __future__ import annotations

import json

import pytest

from portal.db import db


@pytest.fixture
def run(app, network):
    def run(*words):
        db.session.commit()
        return app.test_cli_runner().invoke(args=["targets", "split", *words])

    return run


def test_the_example_of_the_field(run):
    result = run("--year", "2026", "--total", "30000", "--season", "3-5:8000,8-10:9000", "--json")
    answer = json.loads(result.output)
    months = list(answer["months"].values())
    assert (answer["total"], sum(months), sum(months[2:5]), sum(months[7:10])) == (30_000, 30_000, 8_000, 9_000)
    assert answer["adds_up"] is True
    assert answer["plan"] is None
    assert sum(area["units"] for area in answer["areas"]) == 30_000
    for area in answer["areas"]:
        assert sum(owner["units"] for owner in area["distributors"]) == area["units"]
        for owner in area["distributors"]:
            assert owner["own"]["units"] + sum(outlet["units"] for outlet in owner["outlets"]) == owner["units"]
            for outlet in owner["outlets"]:
                assert [sum(month) for month in zip(*outlet["models"].values(), strict=True)] == outlet["months"]


def test_the_stored_plan_is_printed_when_there_is_one(run, network):
    network.draft(500)
    draft = json.loads(run("--year", "2026", "--json").output)
    assert (draft["total"], draft["plan"]) == (500, {"revision": 1, "status": "draft"})
    network.published(1_200)
    stored = json.loads(run("--year", "2026", "--json").output)
    assert (stored["total"], stored["adds_up"], stored["plan"]["status"]) == (1_200, True, "published")
    text = run("--year", "2026").output
    assert "1200 units, adds up" in text
    assert "NORTH" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--year", "2030"), "there is no plan of 2030"),
        (("--year", "2030", "--total", "10", "--season", "spring:3"), "is no season"),
        (("--year", "2030", "--total", "10", "--season", "3-5:11"), "more than the total of 10"),
        (("--year", "1800", "--total", "10"), "1800"),
    ],
)
def test_what_cannot_be_says_so(run, words, said):
    result = run(*words)
    assert result.exit_code != 0
    assert said in result.output
