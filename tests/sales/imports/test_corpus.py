"""Every file of the corpus gets the sentences that stand in sentences.json, in both languages, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.sales.imports.corpus import HOSTILE, HUMAN, WRONG
from tests.sales.imports.importing import counts, found, line, lines_of_table, xlsx

SENTENCES = json.loads((Path(__file__).parent / "sentences.json").read_text(encoding="utf-8"))
FILES = {**HOSTILE, **WRONG, **HUMAN}
# Said of nearly every table of people's own; it has a test of its own.
LEFT_OUT = {"columns_absent_zero"}


def sentences(report) -> list[str]:
    kept = [each for each in (*report["errors"], *report["warnings"]) if each["rule"] not in LEFT_OUT]
    return [each["message"] for each in kept]


@pytest.mark.parametrize("name", FILES)
def test_each_file_gets_its_sentences(command, known, session, tmp_path, name):
    file_name, data = FILES[name]()
    path = tmp_path / file_name.replace("/", "_")
    path.write_bytes(data)
    before = counts(session)
    english, chinese = command(path), command(path, "--dry-run", "--locale", "zh")
    expected = SENTENCES[name]
    is_wrong = name not in HUMAN
    assert sentences(english) == expected["en"]
    assert english["rows"] == expected["rows"]
    assert bool(english["errors"]) == is_wrong
    assert english["imported"] == (0 if is_wrong else expected["imported"])
    if is_wrong:
        assert counts(session) == before
        assert sentences(chinese) == expected["zh"]


@pytest.mark.parametrize("name", HUMAN)
def test_remarks_are_said_in_chinese_too(command, known, tmp_path, name):
    file_name, data = HUMAN[name]()
    path = tmp_path / file_name
    path.write_bytes(data)
    assert sentences(command(path, "--dry-run", "--locale", "zh")) == SENTENCES[name]["zh"]


def test_the_corpus_has_forty_files_and_each_its_sentences():
    assert len(FILES) >= 40
    assert set(FILES) == set(SENTENCES)


def test_numbers_are_read_as_people_mean_them(command, known, session, tmp_path):
    file_name, data = HUMAN["numbers as people write them"]()
    path = tmp_path / file_name
    path.write_bytes(data)
    command(path)
    assert lines_of_table(session, batch_only=True) == {("T1", "F3"): (1200, 1000, 2196, 4)}


def test_columns_that_are_absent_are_named_once(command, known):
    data = xlsx([["T1", "F3", 6, 4]], header=("网点编码", "车型编码", "本期零售", "期末库存"))
    report = command(data, "--dry-run", "--locale", "zh")
    (absent,) = found(report, "columns_absent_zero")
    assert absent["message"] == (
        "文件没有以下各列，均按0处理：本期进货、调入、调出、在途、本期批发、客户退货、退厂、库龄>90天。如有数据请增加相应的列。"
    )
    assert len(found(report, "column_absent_opening")) == 1
    assert found(command(xlsx([line()]), "--dry-run"), "columns_absent_zero") == []
