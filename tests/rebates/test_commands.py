"""`flask rebates evaluate` and `flask rebates check`."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event

from portal.db import db
from tests.rebates.building import policy, sold, term, tiers
from tests.rebates.test_docs import examples


@pytest.fixture
def write(tmp_path):
    def write(name, value, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).encode(encoding))
        return str(path)

    return write


@pytest.fixture
def run(app):
    def run(*arguments):
        return app.test_cli_runner().invoke(args=["rebates", *arguments])

    return run


@pytest.mark.parametrize("number", [0, -1])
def test_evaluate_prints_the_result_as_json(run, write, number):
    of, on, expected = examples()[number]
    result = run("evaluate", write("policy.json", of), write("facts.json", on))
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["total_fen"] == expected["total_fen"]
    assert found["terms"][0]["reasons"][0]["text"]["zh"]


def test_evaluate_touches_no_database(run, write, app):
    statements = []
    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2]))
    assert run("evaluate", write("policy.json", policy(term())), write("facts.json", sold(2))).exit_code == 0
    assert statements == []


def test_a_wrong_policy_is_not_evaluated(run, write):
    of = policy(term(tiers=tiers(("5", "1"), ("3", "1")), method="total"))
    result = run("evaluate", write("policy.json", of), write("facts.json", sold(2)))
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "policy.json: $.terms[0].tiers[1].from: The tier begins at 3, below the one before it (5)." in result.stderr


def test_wrong_facts_are_named(run, write):
    result = run("evaluate", write("policy.json", policy(term())), write("facts.json", sold(2, lines=[{"units": 1}])))
    assert result.exit_code == 1
    assert "facts.json: $.lines[0].model: The key “model” is missing." in result.stderr


def test_check_says_that_a_policy_is_sound(run, write):
    result = run("check", write("policy.json", policy(term())))
    assert (result.exit_code, result.stdout.endswith("policy.json: sound.\n")) == (0, True)


def test_check_prints_every_problem(run, write):
    result = run("check", write("policy.json", policy(term(pays="cash"), party="x")))
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    result = run("check", "--locale", "zh", write("policy.json", policy(term(pays="cash"))))
    assert "$.terms[0].pays：“cash”不在可选值之内。" in result.stdout


def test_check_compares_several_policies(run, write):
    one, other = write("a.json", policy(term(), code="A")), write("b.json", policy(term(), code="B"))
    result = run("check", one, other)
    assert result.exit_code == 1
    assert "Policies A and B both pay for the same lines" in result.stdout
    assert run("check", one, write("b.json", policy(term(), code="B", stacks_with=["A"]))).exit_code == 0


@pytest.mark.parametrize("text", ["", "{", '{"code": 1, "code": 2}', "[1,", '"x'])
def test_a_file_that_is_no_json(run, write, text):
    for arguments in (["check", write("a.json", text)], ["evaluate", write("a.json", text), write("b.json", {})]):
        result = run(*arguments)
        assert result.exit_code == 1
        assert "$: " in result.output
        assert "Traceback" not in result.output


def test_a_mark_of_windows_editors_is_no_fault(run, write):
    path = write("policy.json", "\ufeff" + json.dumps(policy(term())))
    assert run("check", path).exit_code == 0


def test_a_file_in_another_encoding(run, write):
    result = run("check", write("policy.json", policy(term(label={"en": "x", "zh": "任务"})), "gb18030"))
    assert result.exit_code == 1
    assert "not UTF-8" in result.output


def test_a_file_that_is_not_there(run):
    assert run("check", "/nowhere/policy.json").exit_code == 2
