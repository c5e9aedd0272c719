"""Claims as tests of pytest: off unless asked for, readable where one fails, refused in one line where there is none."""

import ast
import importlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from toy_runs import TOY, run_pytest

from mirrortheory import testing


@pytest.fixture
def toy(tmp_path):
    """A copy of the toy package."""
    return shutil.copytree(TOY, tmp_path / "toy", ignore=shutil.ignore_patterns("__pycache__"))


OFF = """
import sys


def test_nothing_was_loaded():
    ours = {name for name in sys.modules if name.split(".")[0] == "mirrortheory"}
    assert ours == {"mirrortheory", "mirrortheory.testing", "mirrortheory.testing.plugin"}
    assert not {"sympy", "flint", "hypothesis", "numpy", "scipy", "typer"} & set(sys.modules)
"""


def test_off_it_loads_nothing_and_collects_nothing(tmp_path):
    (tmp_path / "test_off.py").write_text(OFF, encoding="utf-8")
    shutil.copy(TOY / "false_checks" / "does_not_run.py", tmp_path)
    run = run_pytest(tmp_path, "--quiet")
    assert run.returncode == 0, run.stdout
    assert "1 passed" in run.stdout


def test_its_import_loads_pytest_and_no_more():
    code = "import sys, mirrortheory.testing.plugin; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {"sympy", "flint", "hypothesis", "numpy", "scipy", "typer", "rich"} & set(run.stdout.split())


def test_claims_are_collected_and_chosen_by_name(toy):
    listed = run_pytest(toy, "--mirrortheory-checks", "checks", "--mirrortheory-checks", "false_checks", "--collect-only", "-q")
    names = [line for line in listed.stdout.splitlines() if line.endswith("::verdict")]
    assert names == [
        "checks/cube_flows_with_a_power_of_x.py::verdict",
        "checks/plain_balance_is_not_kept.py::verdict",
        "false_checks/does_not_run.py::verdict",
        "false_checks/mutant_survives.py::verdict",
        "false_checks/plain_balance_is_kept.py::verdict",
    ]
    assert "own_tests/test_toy_laws.py::" in listed.stdout  # what would run without the option still does


@pytest.mark.slow
def test_a_claim_that_is_named_is_collected_without_its_neighbours(toy):
    chosen = run_pytest(
        toy, "--mirrortheory-checks", "checks", "checks/plain_balance_is_not_kept.py::verdict", "--collect-only", "-q"
    )
    assert "cube_flows" not in chosen.stdout
    assert "checks/plain_balance_is_not_kept.py::verdict\n" in chosen.stdout


@pytest.mark.slow
def test_a_folder_inside_what_is_collected_is_collected_once(toy):
    everywhere = run_pytest(toy, "--mirrortheory-checks", "checks", ".", "--collect-only", "-q", "-k", "cube_flows")
    assert everywhere.stdout.count("::verdict") == 1


def test_ordinary_tests_inside_the_folder_of_claims_do_not_replace_it(toy):
    """They are asked for by their path, and are no claims: to collect them alone would pass without one claim."""
    (toy / "checks" / "own_tests").mkdir()
    shutil.copy(toy / "own_tests" / "test_toy_laws.py", toy / "checks" / "own_tests")
    listed = run_pytest(toy, "--mirrortheory-checks", "checks", "checks/own_tests", "--collect-only", "-q")
    assert listed.stdout.count("::verdict") == 2
    assert "own_tests/test_toy_laws.py::" in listed.stdout


BROKEN = "broken: mutant_survives: the mutant 'itself' survives: PROVED; a mutant must be false, and the check must refute it"
DOES_NOT_RUN = "broken: does_not_run: does_not_run.py does not run: RuntimeError: nothing here"


def test_a_file_that_does_not_run_fails_in_one_line(toy):
    run = run_pytest(toy, "--mirrortheory-checks", "false_checks", "false_checks/does_not_run.py::verdict")
    assert run.returncode == 1
    assert "_ claim does_not_run _" in run.stdout
    assert f"\n{DOES_NOT_RUN}\n  again: mirrortheory check does_not_run --checks false_checks --seed 0\n" in run.stdout
    assert "Traceback" not in run.stdout
    assert "0 of 1 claims have the expected verdict. 1 BROKEN" in run.stdout


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "two"])
def test_a_failure_is_what_check_prints(toy, workers):
    run = run_pytest(toy, "--mirrortheory-checks", "false_checks", "false_checks", "--mirrortheory-seed", "3", *workers)
    assert run.returncode == 1
    shown = run.stdout[run.stdout.index("= FAILURES =") : run.stdout.index("= short test summary info =")]
    assert "Traceback" not in shown
    assert DOES_NOT_RUN in shown
    assert BROKEN in shown
    assert re.search(r"REFUTED: plain_balance_is_kept: lhs and rhs differ, .*; u = .*; v = .*; lhs = .*; rhs = 0", shown)
    assert "\n  again: mirrortheory check plain_balance_is_kept --checks false_checks --seed 3\n" in shown
    assert "0 of 3 claims have the expected verdict. 2 BROKEN, 1 REFUTED" in run.stdout


@pytest.mark.slow
def test_it_is_the_text_of_check_word_for_word(toy):
    names = ("plain_balance_is_kept", "--checks", "false_checks", "--seed", "3")
    command = [sys.executable, "-m", "mirrortheory", "check", *names]
    said = subprocess.run(command, cwd=toy, capture_output=True, text=True, check=False).stdout.splitlines()
    told = [line for line in said if line.startswith(("REFUTED:", "  again:"))]
    assert len(told) == 2
    file = "false_checks/plain_balance_is_kept.py"
    run = run_pytest(toy, "--mirrortheory-checks", "false_checks", file, "--mirrortheory-seed", "3")
    assert "\n".join(told) in run.stdout


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("--mirrortheory-checks", "nowhere"), "ERROR: --mirrortheory-checks must be a readable folder, got nowhere; no such file"),
        pytest.param(
            ("--mirrortheory-checks", "empty"),
            "ERROR: --mirrortheory-checks must be a folder with theorem files (*.py), got empty;",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            ("--mirrortheory-checks", "checks", "--mirrortheory-seed", "-1"),
            "ERROR: --mirrortheory-seed must be an integer from 0",
            marks=pytest.mark.slow,
        ),
    ],
    ids=["nowhere", "empty", "seed"],
)
def test_what_cannot_be_collected_is_refused_in_one_line(toy, arguments, line):
    (toy / "empty").mkdir()
    run = run_pytest(toy, *arguments)
    assert run.returncode == 4
    assert "collected" not in run.stdout
    (said,) = filter(None, run.stderr.splitlines())
    assert said.startswith(line)


@pytest.mark.slow
def test_a_package_of_someone_else_uses_all_of_it(toy):
    run = run_pytest(toy, "--mirrortheory-checks", "checks", "-rP")
    assert run.returncode == 0, run.stdout
    assert "2 of 2 claims have the expected verdict. 1 PROVED, 1 REFUTED" in run.stdout
    assert "PROVED: cube_flows_with_a_power_of_x: zero in a ring" in run.stdout


def test_the_toy_package_imports_public_names_alone():
    files = sorted(TOY.rglob("*.py"))
    froms = [
        node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ImportFrom)
    ]
    ours = [node for node in froms if node.module.startswith("mirrortheory")]
    assert {node.module for node in ours} == {"mirrortheory", "mirrortheory.flows", "mirrortheory.testing"}
    for node in ours:
        assert {alias.name for alias in node.names} <= set(importlib.import_module(node.module).__all__)


def test_names_of_the_room_are_those_that_type_checkers_see():
    (typed,) = (node for node in ast.parse(Path(testing.__file__).read_text(encoding="utf-8")).body if isinstance(node, ast.If))
    assert sorted(alias.asname for node in typed.body for alias in node.names) == testing.__all__
    assert set(testing.__all__) <= set(dir(testing))
    with pytest.raises(AttributeError, match="has no attribute 'no_such_name'"):
        _ = testing.no_such_name
