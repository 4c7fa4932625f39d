"""The site sheet as a picture, as a command, and the place of a point found quickly."""

from __future__ import annotations

import json

import html5lib
import pytest
from flask import render_template_string

from portal.boundaries.manifest import geodata_dir, read_manifest
from portal.network.rules import OutletStatus
from portal.network.services.placing import place
from portal.onboarding.drawing import SIZE, draw_site
from portal.onboarding.queries.places import place_of_point
from tests.factories import make_outlet
from tests.onboarding.applying import SITE


def near(distance_m, bearing, *, name="店", is_own=False):
    return {
        "code": "T1",
        "name": name,
        "status": "open",
        "distributor": "D",
        "is_own": is_own,
        "sales_area_id": 1,
        "lng": 104.2,
        "lat": 30.9,
        "distance_m": distance_m,
        "bearing": bearing,
    }


def sheet(*nearest, losses=()):
    judgement = {
        "lng": 104.25,
        "lat": 30.99,
        "radius_km": 10,
        "nearest": list(nearest),
        "within_radius": 0,
        "catchment_km2": 314.16,
        "overlap_share": 0.25,
        "gain_km2": 235.62,
        "losses": list(losses),
    }
    return {
        "site": {"lng": 104.25, "lat": 30.99, "datum": "wgs84", "on": "2026-09-01"},
        "place": {"province": None, "prefecture": None, "county": None},
        "judgement": judgement,
        "territory": [],
        "potential": None,
        "capital": None,
    }


@pytest.mark.parametrize(
    ("bearing", "side"),
    [(0, (0, -1)), (90, (1, 0)), (180, (0, 1)), (270, (-1, 0))],
    ids=["north", "east", "south", "west"],
)
def test_an_outlet_stands_where_it_lies(bearing, side):
    picture = draw_site(sheet(near(5_000, bearing)))
    (spot,) = picture.spots
    half = picture.radius / 2
    assert (spot.x, spot.y) == pytest.approx((SIZE / 2 + side[0] * half, SIZE / 2 + side[1] * half), abs=0.2)
    assert not spot.is_far


def test_everything_stands_inside_the_picture_and_far_ones_at_its_edge():
    picture = draw_site(sheet(near(29_000, 45), near(1_000_000, 135), near(0, 0)))
    assert [spot.is_far for spot in picture.spots] == [False, True, False]
    assert all(0 <= side <= SIZE for spot in picture.spots for side in (spot.x, spot.y))
    assert picture.spots[1].x == pytest.approx(SIZE - 12)


def test_the_scale_bar_is_true_and_fits():
    for reach in (1_000, 9_000, 29_000):
        picture = draw_site(sheet(near(reach, 10)))
        assert picture.scale_length / picture.scale_km == pytest.approx(picture.radius / 10, rel=0.02)
        assert picture.scale_length <= 110


def test_the_macro_is_strict_escapes_names_and_says_what_the_picture_shows(app):
    loss = {"code": "T1", "name": "店", "is_own": False, "sales_area_id": 1}
    loss |= {"catchment_km2": 300.0, "lost_km2": 30.0, "lost_share": 0.1}
    hostile = near(3_000, 20, name="<img src=x onerror=alert(1)>${1}`")
    with app.test_request_context():
        html = render_template_string(
            '{% from "onboarding/site_sheet.html" import site_sheet with context %}<!doctype html><html lang="en">'
            "<title>t</title><body>{{ site_sheet(sheet) }}</body></html>",
            sheet=sheet(hostile, near(4_000, 90, name=""), losses=[loss]),
        )
    html5lib.HTMLParser(strict=True).parse(html)
    assert "<img" not in html
    assert "Outlet of another area" in html
    assert 'role="img"' in html
    assert "style=" not in html
    assert html.count("<circle") >= 5


def test_the_command_prints_the_sheet_of_the_whole_network(app, session, applicant):
    outlet = make_outlet(applicant.distributor, area=applicant.area)
    make_outlet(applicant.distributor, area=applicant.area, status=OutletStatus.EXITED)
    code = outlet.code
    session.commit()
    runner = app.test_cli_runner()
    options = ["--lng", str(SITE[0]), "--lat", str(SITE[1])]
    said = json.loads(runner.invoke(args=["onboarding", "judge", *options, "--json"]).output)
    assert [each["code"] for each in said["judgement"]["nearest"]] == [code]
    assert said["judgement"]["within_radius"] == 1
    assert code in runner.invoke(args=["onboarding", "judge", *options, "--radius-km", "5"]).output
    shifted = runner.invoke(args=["onboarding", "judge", *options, "--datum", "gcj02", "--json"])
    assert json.loads(shifted.output)["site"]["lng"] != said["site"]["lng"]


def test_the_command_refuses_a_swapped_point_in_words(app, session):
    answer = app.test_cli_runner().invoke(args=["onboarding", "judge", "--lng", "30.99", "--lat", "104.25"])
    assert answer.exit_code == 2
    assert "swapped" in answer.output


@pytest.mark.skipif(read_manifest(geodata_dir()) is None, reason="no boundaries are built")
def test_the_quick_way_finds_the_place_that_the_books_find(applicant, session):
    for lng, lat in (SITE, (104.17, 31.13), (121.47, 31.23), (125.0, 30.0)):
        quick, slow = place_of_point(session, lng, lat), place(session, lng=lng, lat=lat)
        assert quick == slow, (lng, lat)
