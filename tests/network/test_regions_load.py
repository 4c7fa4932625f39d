import os
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.audit.models import AuditEntry
from portal.boundaries.errors import FactsError
from portal.boundaries.manifest import COMMITTED
from portal.network.models import Region, RegionName, RegionSuccession
from portal.network.rules import RegionLevel
from portal.network.services.regions import load_regions
from tests.factories import make_distributor
from tests.network.sichuan import empty_books

REGIONS = """\
level,code,parent_code,name_zh,name_en,lng,lat,valid_from,valid_to
province,510000,,四川省,Sichuan,102.9,30.6,,
prefecture,510700,510000,绵阳市,Mianyang,104.6,31.9,,
county,510705,510700,安州区,Anzhou District,104.2,31.6,2016-03-20,
county,510724,510700,安县,Anxian County,104.2,31.6,,2016-03-20
prefecture,519001,510000,直管市,Directly Run City,101.1,31.2,,
county,519001,519001,直管市,Directly Run City,101.1,31.2,,
"""
SUCCESSION = """\
level,old_code,new_code,on,kind,note
county,510724,510705,2016-03-20,reclassified,
county,510705,510705,2016-03-20,renamed,
"""
POPULATION = "code,name_zh,name_en,population\n510700,绵阳市,Mianyang,4868243\n"


@pytest.fixture
def books(session):
    yield from empty_books(session)


def write(folder: Path, regions: str = REGIONS) -> Path:
    """A folder of facts (a table that is left out would be taken from the repository)."""
    tables = {"regions": regions, "succession": SUCCESSION, "population_2020_sichuan": POPULATION}
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    os.utime(folder / "regions.csv", ns=(0, len(regions)))  # tables are cached by their time
    return folder


def region(session, code: str, level: RegionLevel = RegionLevel.COUNTY) -> Region:
    return session.scalars(select(Region).where(Region.code == code, Region.level == level)).one()


def test_loads_regions_names_and_successions(books, tmp_path):
    loaded = load_regions(books, write(tmp_path))
    assert (loaded.added, loaded.names, loaded.successions) == (5, 6, 1)
    anzhou = region(books, "510705")
    assert (anzhou.parent_level, anzhou.parent_code) == (RegionLevel.PREFECTURE, "510700")
    assert region(books, "510000", RegionLevel.PROVINCE).parent_level is None
    old = books.scalars(select(RegionName).where(RegionName.code == "510724")).one()
    assert (old.name_zh, old.valid_from, old.valid_to) == ("安县", None, date(2016, 3, 19))
    assert books.scalar(select(func.count()).select_from(Region).where(Region.code == "510724")) == 0


def test_one_code_may_name_a_prefecture_and_a_county(books, tmp_path):
    load_regions(books, write(tmp_path))
    assert region(books, "519001").parent_level is RegionLevel.PREFECTURE
    assert region(books, "519001", RegionLevel.PREFECTURE).parent_code == "510000"


def test_second_load_changes_nothing(books, tmp_path):
    load_regions(books, write(tmp_path))
    ids = books.scalars(select(RegionName.id).order_by(RegionName.id)).all()
    again = load_regions(books, tmp_path)
    assert (again.added, again.changed, again.removed, again.same) == (0, 0, 0, 5)
    assert books.scalars(select(RegionName.id).order_by(RegionName.id)).all() == ids
    assert books.scalar(select(func.count()).select_from(RegionSuccession)) == 1


def test_a_new_name_updates_the_region_and_keeps_the_former_one(books, tmp_path):
    load_regions(books, write(tmp_path))
    old = "prefecture,510700,510000,绵阳市,Mianyang,104.6,31.9,,"
    new = old.replace("绵阳市", "绵州市").replace(",,", ",2030-01-01,")
    loaded = load_regions(books, write(tmp_path, REGIONS.replace(old, f"{old}2030-01-01\n{new}")))
    assert (loaded.added, loaded.changed) == (0, 1)
    assert region(books, "510700", RegionLevel.PREFECTURE).name_zh == "绵州市"
    names = books.execute(select(RegionName.name_zh, RegionName.valid_to).where(RegionName.code == "510700"))
    assert sorted(names.all()) == [("绵州市", None), ("绵阳市", date(2029, 12, 31))]


def test_the_population_of_a_prefecture_comes_with_it(books, tmp_path):
    load_regions(books, write(tmp_path))
    assert region(books, "510700", RegionLevel.PREFECTURE).population == 4_868_243
    assert region(books, "510705").population is None


def test_a_region_that_the_facts_dropped_leaves_the_books(books, tmp_path):
    load_regions(books, write(tmp_path))
    shorter = "\n".join(line for line in REGIONS.splitlines() if ",519001," not in line)
    assert load_regions(books, write(tmp_path, shorter)).removed == 2
    assert books.scalar(select(func.count()).select_from(RegionName).where(RegionName.code == "519001")) == 0


def test_a_dropped_region_stays_while_something_stands_there(books, tmp_path):
    load_regions(books, write(tmp_path))
    make_distributor(province_code="510000", prefecture_code=None, county_code="519001")
    shorter = "\n".join(line for line in REGIONS.splitlines() if ",519001," not in line)
    assert load_regions(books, write(tmp_path, shorter)).removed == 0
    assert region(books, "519001", RegionLevel.PREFECTURE).name_zh == "直管市"


def test_a_region_of_an_unknown_parent_is_refused(books, tmp_path):
    with pytest.raises(FactsError) as raised:
        load_regions(books, write(tmp_path, REGIONS.replace("county,510705,510700", "county,510705,990000")))
    assert raised.value.details["value"] == "510705"
    assert books.scalar(select(func.count()).select_from(Region)) == 0


def test_what_was_loaded_is_put_down_once(books, tmp_path):
    load_regions(books, write(tmp_path))
    books.commit()
    load_regions(books, tmp_path)
    books.commit()
    entries = books.scalars(select(AuditEntry).where(AuditEntry.object_type == "regions").order_by(AuditEntry.id)).all()
    assert [entry.changes["added"] for entry in entries] == [[None, 5]]


def test_the_committed_tables_load(books):
    loaded = load_regions(books, COMMITTED)
    assert loaded.added > 3_200
    assert region(books, "510705").name_zh == "安州区"
    prefectures = (Region.level == RegionLevel.PREFECTURE, Region.parent_code == "510000")
    assert books.scalar(select(func.sum(Region.population)).where(*prefectures)) == 83_674_866
    assert region(books, "510000", RegionLevel.PROVINCE).population == 83_674_866
    assert region(books, "110000", RegionLevel.PROVINCE).population is None


def test_the_command_reports_what_it_did(books, app, tmp_path):
    books.commit()
    result = app.test_cli_runner().invoke(args=["network", "load-regions", "--from", str(write(tmp_path))])
    assert result.exit_code == 0, result.output
    assert "5 added, 0 changed" in result.output


def test_the_command_says_what_is_wrong_with_a_table(books, app, tmp_path):
    books.commit()
    write(tmp_path, REGIONS.replace("county,510705,510700", "county,510705,990000"))
    result = app.test_cli_runner().invoke(args=["network", "load-regions", "--from", str(tmp_path)])
    assert result.exit_code == 1
    assert "510705" in result.output
