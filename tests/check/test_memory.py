"""What is remembered of earlier runs: what brings a claim up again, what is not believed, and what is not kept."""

import json
import os
from pathlib import Path

import pytest
from commandline import command

from mirrortheory.check import memory
from mirrortheory.check.claims import examine, load
from mirrortheory.check.memory import Memory, folder

CLAIM = '''"""Squares add up."""

import sympy

from mirrortheory import REALS, Domain
from mirrortheory.check.claims import Claim
from mirrortheory.evidence import Identity

CLAIM = Claim("{name}", "x^2 + x^2 = 2 x^2", source="a test", scope="x real")


def check(factor=2):
    x = sympy.Symbol("x", real=True)
    yield Identity(x**2 + x**2, factor * x**2, on=Domain({{x: REALS}}))


MUTANTS = {{"three": {{"factor": 3}}}}
'''


@pytest.fixture
def checks(tmp_path):
    for name in ("squares_add_up", "squares_add_up_again"):
        (tmp_path / f"{name}.py").write_text(CLAIM.format(name=name))
    return tmp_path


def seen(checks, *options):
    """Return the claims of a run, by name, from its JSON; its exit code must be 0."""
    done = command("check", "--checks", checks, "--json", *options)
    assert done.returncode == 0, done.stderr
    return {claim["name"]: claim["remembered"] for claim in json.loads(done.stdout)["claims"]}


def test_a_second_run_remembers_the_first(checks):
    assert seen(checks) == {"squares_add_up": False, "squares_add_up_again": False}
    assert seen(checks) == {"squares_add_up": True, "squares_add_up_again": True}
    said = command("check", "--checks", checks).stdout
    assert "2 of 2 outcomes remembered, 2 of 2 certificates rechecked; --fresh examines them again" in said
    assert said.count("earlier") == 2


def test_all_else_of_an_outcome_is_the_same(checks, tmp_path):
    first, second = (command("check", "--checks", checks, "--json", "--certificates", tmp_path / k).stdout for k in ("a", "b"))
    first, second = ([{**c, "remembered": None} for c in json.loads(text)["claims"]] for text in (first, second))
    assert first == second
    for name in ("squares_add_up", "squares_add_up_again"):
        assert (tmp_path / "a" / f"{name}.json").read_text() == (tmp_path / "b" / f"{name}.json").read_text()


def test_fresh_examines_again(checks):
    seen(checks)
    assert seen(checks, "--fresh") == {"squares_add_up": False, "squares_add_up_again": False}


def test_an_edited_claim_is_examined_again_and_the_other_is_not(checks):
    seen(checks)
    path = checks / "squares_add_up.py"
    path.write_text(path.read_text().replace("x real", "every real x"))
    assert seen(checks) == {"squares_add_up": False, "squares_add_up_again": True}


def test_another_seed_is_another_run(checks):
    seen(checks)
    assert set(seen(checks, "--seed", "1").values()) == {False}


def test_an_edit_of_the_package_brings_up_all(checks, monkeypatch):
    seen(checks)
    monkeypatch.setattr(memory, "digest_of_package", lambda: "another package")
    assert set(seen(checks).values()) == {False}


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-40],
        lambda text: text.replace("PROVED", "REFUTED"),
        lambda text: "",
        lambda text: text.replace("\n", " "),
        lambda text: "\udcff",
        lambda text: signed({**json.loads(text.split("\n")[1]), "certificate": {"version": 2}}),
        lambda text: signed({"claim": 1}),
        lambda text: of_another_claim(text, "scope", "all the world"),
        lambda text: of_another_claim(text, "on_paper", ["what is not so"]),
        lambda text: signed({**json.loads(text.split("\n")[1]), "certificate": None}),
        lambda text: signed([]),
    ],
)
def test_what_is_damaged_is_not_believed(checks, damage):
    seen(checks)
    for file in folder().glob("*.outcome"):
        file.write_text(damage(file.read_text()), errors="surrogateescape")
    assert set(seen(checks).values()) == {False}
    assert set(seen(checks).values()) == {True}  # and was mended


def of_another_claim(text, key, value):
    record = json.loads(text.split("\n")[1])
    record["claim"][key] = value
    return signed(record)


def signed(record):
    entry = json.dumps(record)
    return f"{memory._sum(entry)}\n{entry}\n"


def test_the_outcome_of_one_claim_is_not_that_of_another(checks):
    seen(checks)
    one, other = sorted(folder().glob("*.outcome"))
    one.write_text(other.read_text())
    assert sorted(seen(checks).values()) == [False, True]


def test_a_certificate_of_another_claim_is_not_believed(checks):
    seen(checks)
    for file in folder().glob("*.outcome"):
        record = json.loads(file.read_text().split("\n")[1])
        names = {"squares_add_up": "squares_add_up_again", "squares_add_up_again": "squares_add_up"}
        record["certificate"]["claim"]["name"] = names[record["claim"]["name"]]
        file.write_text(signed(record))
    assert set(seen(checks).values()) == {False}


def test_what_is_unexpected_is_not_kept(checks):
    path = checks / "squares_add_up.py"
    path.write_text(path.read_text().replace("factor=2", "factor=4"))
    for _ in range(2):
        done = command("check", "--checks", checks, "--json")
        assert done.returncode == 1
        found = {claim["name"]: claim["remembered"] for claim in json.loads(done.stdout)["claims"]}
        assert not found["squares_add_up"]


@pytest.mark.parametrize(
    "line",
    [
        "import beside",
        "from . import beside",
        "from beside import x",
        "open('/dev/null').close()",
        "import io; io.open('/dev/null').close()",
        "from pathlib import Path; Path('/dev/null').read_text()",
        "import os; os.environ.get('K')",
        "import importlib; importlib.import_module('beside')",
        "import runpy; runpy.run_path('beside.py')",
        "import builtins; builtins.open('/dev/null').close()",
        "import numpy; numpy.loadtxt('/dev/null')",
        "import numpy; numpy.fromfile('/dev/null')",
        "from numpy import loadtxt as rows; rows('/dev/null')",
        "from collections import __builtins__ as all_there_is",
        "from mirrortheory.flows import Trajectory; Trajectory.load('path.npz')",
        "sympy.__dict__",
        "eval('1')",
    ],
)
def test_files_that_may_depend_on_others_are_not_kept(checks, line):
    path = checks / "squares_add_up.py"
    path.write_text(path.read_text() + f"\n\ndef unused():\n    {line}\n")
    kept = Memory([path], seed=0, versions={"sympy": "1"})
    assert not kept._places


def test_a_claim_that_is_edited_while_it_is_examined_is_not_kept(checks):
    paths = sorted(checks.glob("*.py"))
    seen(checks, "--fresh")
    kept = Memory(paths, seed=0, versions={"sympy": "1"})
    outcome = examine(load(paths[0]))
    path = checks / f"{outcome.claim.name}.py"
    path.write_text(path.read_text() + "\n")
    kept.keep(outcome)
    assert not Memory(paths, seed=0, versions={"sympy": "1"}).done
    Memory(paths, seed=0, versions={"sympy": "1"}).keep(outcome)
    assert len(Memory(paths, seed=0, versions={"sympy": "1"}).done) == 1


def test_names_that_stand_twice_are_not_kept(checks, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    twin = other / "squares_add_up.py"
    twin.write_text(CLAIM.format(name="squares_add_up"))
    assert not Memory([checks / "squares_add_up.py", twin], seed=0, versions={"sympy": "1"})._places


def test_without_a_place_to_write_nothing_is_remembered_and_it_is_said(checks, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MIRRORTHEORY_CACHE", str(tmp_path / "file" / "below"))
    done = command("check", "--checks", checks)
    assert done.returncode == 0
    assert "nothing is remembered: " in done.stdout


def test_old_outcomes_are_deleted(checks, monkeypatch):
    seen(checks)
    monkeypatch.setattr(memory, "_MOST", 1)
    first, second = sorted(folder().glob("*.outcome"))
    os.utime(first, (1, 1))
    Memory([], seed=0, versions={}).forget_old()
    assert [*folder().glob("*.outcome")] == [second]


def test_the_folder_is_in_the_cache_of_the_user(monkeypatch):
    monkeypatch.delenv("MIRRORTHEORY_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert folder() == Path("/somewhere/mirrortheory")
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert folder() == Path.home() / ".cache" / "mirrortheory"


def test_a_journal_holds_what_is_remembered(checks, tmp_path):
    seen(checks)
    journal = tmp_path / "j"
    seen(checks, "--journal", journal)
    done = command("check", "--checks", checks, "--json", "--journal", journal, "--resume", "--fresh")
    found = json.loads(done.stdout)
    assert found["resumed"] == 2
    assert [claim["remembered"] for claim in found["claims"]] == [True, True]
