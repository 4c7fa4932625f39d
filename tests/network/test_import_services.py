"""Imports against other writers: who was faster wins, and nobody is locked out while rows are staged."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, select

from portal import clock
from portal.db import db
from portal.errors import IllegalMove, InvalidInput, OutOfScope
from portal.geo import Datum
from portal.network.models import Distributor, ImportBatch, ImportFinding, ImportKind, ImportStatus, Outlet
from portal.network.services import imports as services
from portal.network.services.imports_writing import Staged, begin_staging
from portal.network.services.life import SystemActor
from portal.network.uploads import Upload, check_upload
from portal.scope import Scope, ScopeKind, bind_scope
from portal.storage import SPREADSHEETS, Storage
from tests.factories import make_distributor
from tests.network.importing import count, country_books, outlet_row, write_csv

ACTOR = SystemActor(name="somebody")


@pytest.fixture
def country(app, session, tmp_path_factory):
    yield from country_books(app, session, tmp_path_factory)


@pytest.fixture
def dealer(session):
    row = make_distributor(code="D1")
    session.commit()
    return row


class Handed:
    """A file that was handed in, checked and is about to be imported."""

    def __init__(self, session, country: Path, folder: Path, path: Path) -> None:
        self.session = session
        with path.open("rb") as stream:
            kept = Storage(folder / "storage").store(stream, path.name, SPREADSHEETS)
        self.batch = services.hand_in(session(), kept=kept, kind=ImportKind.OUTLETS, datum=Datum.WGS84, actor=ACTOR)
        session.commit()
        self.found = check_upload(session(), Upload(path, path.name, ImportKind.OUTLETS, Datum.WGS84), geodata=country)
        self.move(services.start_checking)
        services.keep_report(session(), self.batch, self.found.report, is_readable=True)
        session.commit()
        self.move(services.start_importing)

    def move(self, verb) -> None:
        verb(self.session(), self.batch)
        self.session.commit()

    def import_rows(self) -> ImportBatch:
        batch = services.import_rows(self.session(), self.batch, self.found.checked, self.found.report, actor=ACTOR)
        self.session.commit()
        return batch


@pytest.fixture
def hand_in(session, country, dealer, tmp_path):
    def make(name: str, *numbers: int) -> Handed:
        path = write_csv(tmp_path / name, [outlet_row(number) for number in numbers])
        return Handed(session, country, tmp_path, path)

    return make


def test_of_two_imports_of_one_file_the_second_is_refused(hand_in, session):
    first, second = hand_in("a.csv", 1, 2), hand_in("b.csv", 1, 2)
    batch = first.import_rows()
    assert (batch.status, batch.imported_count) == (ImportStatus.IMPORTED, 2)
    with pytest.raises(InvalidInput) as caught:
        second.import_rows()
    assert (caught.value.code, caught.value.details["batch"].id) == ("already_imported", first.batch.id)
    assert count(session, Outlet) == 2


def test_a_code_that_somebody_took_meanwhile_undoes_everything(hand_in, session):
    first, second = hand_in("a.csv", 1, 2), hand_in("b.csv", 2, 3)
    first.import_rows()
    with pytest.raises(InvalidInput) as caught:
        second.import_rows()
    assert caught.value.code == "changed_meanwhile"
    session.rollback()
    assert sorted(session.scalars(select(Outlet.code))) == ["N001", "N002"]
    assert session.get_one(ImportBatch, second.batch.id).status is ImportStatus.IMPORTING


def test_a_batch_that_is_not_being_imported_is_not_imported(hand_in, session):
    handed = hand_in("a.csv", 1)
    handed.import_rows()
    with pytest.raises(IllegalMove):
        handed.import_rows()
    assert count(session, Outlet) == 1


def test_others_write_while_rows_are_staged(hand_in, session):
    handed = hand_in("a.csv", 1, 2, 3)
    staged = Staged(begin_staging(session()), ImportKind.OUTLETS, handed.found.checked.columns)
    staged.fill(handed.found.checked.values())
    at = clock.now()
    with db.engine.begin() as other:
        other.execute(insert(Distributor), [{"code": "D8", "name": "八", "created_at": at, "updated_at": at}])
    assert staged.copy_over(handed.batch.id, ACTOR) == 3
    session.commit()
    assert count(session, Outlet) == 3


def test_errors_keep_a_batch_from_being_imported(session, hand_in, country, dealer, tmp_path):
    path = write_csv(tmp_path / "bad.csv", [outlet_row(1, 经销商代码="D9")])
    with pytest.raises(IllegalMove) as caught:
        Handed(session, country, tmp_path, path)
    assert caught.value.code == "import_has_errors"
    assert session.scalars(select(ImportFinding.rule)).all() == ["distributor_unknown"]


def test_only_who_sees_everything_may_import(session, hand_in, tmp_path):
    handed = hand_in("a.csv", 1)
    bind_scope(session(), Scope(ScopeKind.AREAS, frozenset({1})))
    with pytest.raises(OutOfScope):
        handed.import_rows()


def test_a_check_that_died_can_be_begun_anew(hand_in, session):
    handed = hand_in("a.csv", 1)
    services.put_back(session(), handed.batch)
    session.commit()
    assert handed.batch.status is ImportStatus.UPLOADED
    handed.move(services.start_checking)
    assert handed.batch.status is ImportStatus.CHECKING
    with pytest.raises(IllegalMove):
        services.discard(session(), handed.batch)
