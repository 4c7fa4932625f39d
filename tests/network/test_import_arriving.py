"""A list as it really arrives: short names, BD-09, copied coordinates, stray blanks. All made up."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.network.models import Distributor
from tests.network.importing import DEALERS, Command, count, country_books, found, rows_with, rules


@pytest.fixture
def country(app, session, tmp_path_factory):
    yield from country_books(app, session, tmp_path_factory)


@pytest.fixture
def command(app, session, tmp_path):
    return Command(app, tmp_path)


@pytest.fixture
def report(country, command):
    return command(DEALERS, "distributors", "bd09", "--dry-run")


def test_a_dry_run_finds_no_errors_and_writes_nothing(report, command, session):
    assert (report["rows"], report["imported"], report["errors"]) == (25, 0, [])
    assert command.exit_code == 0
    assert count(session, Distributor) == 0


def test_points_outside_their_province_are_named_with_distance_and_real_place(report):
    (outside,) = found(report, "outside_province")
    assert (outside["row"], outside["column"]) == (16, "经度")
    assert "Jiangcheng" in outside["message"]
    assert "Dongzhou" in outside["message"]
    assert "128 km outside Xizhou" in outside["message"]


def test_a_point_far_beyond_the_map_is_named_with_its_distance(report):
    (lost,) = found(report, "nowhere_but_stated")
    assert lost["row"] == 17
    assert "1,8" in lost["message"]
    assert "Haining" in lost["message"]


def test_a_copied_point_lies_outside_the_prefecture_of_who_copied_it(report):
    assert rows_with(report, "outside_prefecture") == [7]
    assert rows_with(report, "outside_county") == [12]
    assert "Yanchi City" in found(report, "outside_county")[0]["message"]


def test_every_row_of_a_shared_point_names_the_others(report):
    assert rows_with(report, "shared_point") == [3, 6, 7, 20, 21]
    assert "rows 3, 7" in found(report, "shared_point")[1]["message"]


def test_stray_blanks_quotes_and_wide_signs_are_read_right_and_said(report, country, command, session):
    assert rows_with(report, "stray_blanks") == [4, 14]
    assert rows_with(report, "stray_quotes") == [19]
    assert rows_with(report, "full_width") == [26]
    command(DEALERS, "distributors", "bd09")
    names = dict(session.execute(select(Distributor.code, Distributor.name)).all())
    assert names["D0112"] == "林原高原农机有限公司"
    assert names["D0117"] == "山阳聚源农机有限公司"
    assert names["D0124"] == "江城秋实农机有限公司"


def test_region_names_that_mean_nothing_several_or_something_elsewhere(report):
    assert rows_with(report, "region_unknown") == [18]
    (elsewhere,) = found(report, "region_elsewhere")
    assert (elsewhere["row"], elsewhere["value"]) == (23, "江城")
    (several,) = found(report, "region_settled")
    assert several["row"] == 24
    assert "Dongcheng District, Jiangcheng" in several["message"]
    assert "read as Dongcheng District, Haining" in several["message"]


def test_short_names_cities_of_counties_and_names_run_together_are_understood(report):
    odd = {row for rule in ("region_unknown", "region_elsewhere", "region_settled") for row in rows_with(report, rule)}
    assert odd == {18, 23, 24}  # 江城, 盐池 (a county's city), 江城江北, 林原州 and 林原石门 say what they mean


def test_a_name_in_two_scripts_becomes_two_names(report, country, command, session):
    assert rows_with(report, "name_in_both_scripts") == [22]
    command(DEALERS, "distributors", "bd09")
    row = session.scalars(select(Distributor).where(Distributor.code == "D0120")).one()
    assert (row.name, row.name_en) == ("江城四海农机有限公司", "Jiangcheng Sihai Machinery")


def test_a_row_without_coordinates_is_placed_by_its_words(report, country, command, session):
    assert rows_with(report, "coordinates_missing") == [25]
    command(DEALERS, "distributors", "bd09")
    row = session.scalars(select(Distributor).where(Distributor.code == "D0123")).one()
    assert (row.lng, row.province_code, row.prefecture_code, row.county_code) == (None, "910000", "910100", None)


def test_what_is_not_kept_or_assumed_is_said_once(report):
    for rule in ("area_unknown", "sub_area_not_kept", "distributors_status_assumed", "title_skipped", "total_skipped"):
        assert len(found(report, rule)) == 1, rule
    assert "25 rows" in found(report, "area_unknown")[0]["message"]


def test_everything_that_can_be_imported_is(country, command, session):
    report = command(DEALERS, "distributors", "bd09")
    assert (report["imported"], command.exit_code) == (25, 0)
    first = session.scalars(select(Distributor).where(Distributor.code == "D0101")).one()
    assert (first.lng, first.lat) == pytest.approx((100.5, 28.3), abs=2e-5)
    assert first.county_code == "910101"


def test_sentences_come_in_chinese(country, command):
    report = command(DEALERS, "distributors", "bd09", "--dry-run", "--locale", "zh")
    (outside,) = found(report, "outside_province")
    assert outside["message"].startswith("第16行“经度”列（H16）：点100.7")
    assert "在所填省份西州之外128公里" in outside["message"]
    assert rules(report) == set()
