"""The synthetic network: in real counties, the same each time, not twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from portal.audit.models import AuditEntry
from portal.boundaries.locate import get_locator
from portal.db import db
from portal.demo.scale import list_counties, make_outlets
from portal.errors import InvalidInput
from portal.network.models import Distributor, Outlet
from portal.network.rules import OutletStatus
from tests.boundaries.country import build_country

COUNT = 1_500


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("geodata")
    build_country(directory)
    return directory


def test_outlets_stand_in_the_counties_they_name(session: object, country: Path) -> None:
    done: list[int] = []
    assert make_outlets(db.session(), COUNT, geodata=country, report=done.append) == COUNT == sum(done)
    rows = db.session.execute(select(Outlet.code, Outlet.lng, Outlet.lat, Outlet.county_code).order_by(Outlet.id)).all()
    locator = get_locator(country)
    found = locator.locate_many([row.lng for row in rows], [row.lat for row in rows])
    assert [locator.places[place].county_code for place in found] == [row.county_code for row in rows]
    assert [rows[0].code, rows[-1].code] == ["SCALE000001", f"SCALE{COUNT:06}"]
    assert {row.county_code for row in rows} == {county.place.county_code for county in list_counties(country)}
    statuses = set(db.session.scalars(select(Outlet.status).distinct()))
    assert statuses == set(OutletStatus)
    owners = db.session.scalars(select(Distributor.prefecture_code).order_by(Distributor.code)).all()
    assert len(owners) == len(set(owners)) == 4
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.changes == {"outlets": [None, COUNT]}


def test_the_same_number_gives_the_same_network(session: object, country: Path) -> None:
    columns = (Outlet.code, Outlet.lng, Outlet.lat, Outlet.status, Outlet.county_code, Outlet.opened_on)
    made = []
    for _time in range(2):
        make_outlets(db.session(), 300, geodata=country)
        made.append(db.session.execute(select(*columns).order_by(Outlet.code)).all())
        db.session.query(Outlet).delete()
        db.session.query(Distributor).delete()
        db.session.commit()
    assert made[0] == made[1]


def test_a_second_time_is_refused(session: object, country: Path) -> None:
    make_outlets(db.session(), 50, geodata=country)
    with pytest.raises(InvalidInput) as refused:
        make_outlets(db.session(), 50, geodata=country)
    assert refused.value.code == "scale_present"


def test_the_command_says_what_is_missing(
    app: Flask, session: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "GEODATA_DIR", tmp_path)
    result = app.test_cli_runner().invoke(args=["demo", "scale", "--outlets", "10"])
    assert result.exit_code == 1
    assert "no boundaries are built" in result.output
