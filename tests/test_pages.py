"""README and docs are true: tables and examples are what a run gives, links lead somewhere, the README is short."""

import os
import pkgutil
import re
import shlex
import subprocess
import sys
from urllib.parse import unquote

import pytest
from commandline import command
from pages import PAGES, README, ROOT, TABLES, between, claims_table, examples, forms_row, forms_rows, output_of, without_fill

MOST_LINES = 250
FEW = {"w", "w1 w2, balanced", "w1 w2, imbalance 0, 3", "w^2/4", "u v + v^2"}  # of the table of forms; all of it is slow
PYTEST = re.compile(r"python -m pytest ([^`\n]*)`")
SHOWN = re.compile(r"```text\n(claim .*?)```", re.DOTALL)


@pytest.mark.slow
def test_table_of_claims_is_what_a_run_gives(outcomes):
    assert between("claims") == f"{claims_table(list(outcomes.values()))}\n"


@pytest.mark.parametrize("row", [row for row in forms_rows() if row[0] in FEW], ids=lambda row: row[0])
def test_rows_of_the_table_of_forms_are_what_derivations_give(row):
    assert forms_row(*row) in between("forms").splitlines()


def test_the_few_rows_are_in_the_table():
    assert {row[0] for row in forms_rows()} >= FEW


@pytest.mark.parametrize("mark", [pytest.param(m, marks=pytest.mark.slow if m == "forms" else ()) for m in TABLES if m != "claims"])
def test_tables_are_what_a_run_gives(mark):
    assert between(mark) == f"{TABLES[mark]()}\n"


@pytest.mark.parametrize("name", examples())
def test_examples_print_what_is_shown(name):
    _, arguments, printed = examples()[name]
    done = command(*shlex.split(arguments))  # in this process; one in a process of its own is below
    assert done.returncode == 0, done.stderr
    assert without_fill(done.stdout) == printed


def test_conjecture_of_the_readme_earns_the_verdict_that_is_shown(tmp_path):
    text = README.read_text(encoding="utf-8")
    folder, name, source = re.search(r"<!-- file: (\w+)/(\w+\.py) -->\n```python\n(.*?)```", text, re.DOTALL).groups()
    (tmp_path / folder).mkdir()
    (tmp_path / folder / name).write_text(source, encoding="utf-8")
    assert f"mirrortheory check --checks {folder}\n" in text
    printed = output_of(f"check --checks {folder}", cwd=tmp_path)
    assert _timeless(printed) == _timeless(SHOWN.search(text)[1])


def _timeless(printed: str) -> str:
    return re.sub(r"\d+\.\d", "0.0", printed)


def test_readme_is_short():
    assert len(README.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        path, _, anchor = unquote(target).partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.is_relative_to(ROOT), target
        assert there.exists(), target
        if anchor:
            assert anchor in _anchors(there.read_text(encoding="utf-8")), target


def _anchors(text: str) -> set[str]:
    """The anchors that headings get."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_and_modules_that_are_named_exist(page):
    text = page.read_text(encoding="utf-8")
    files = re.findall(r"\b(?:mirrortheory|tests|docs|proofs_checks)/[a-z0-9_/]+\.\w+", text)
    assert [name for name in files if not (ROOT / name).exists()] == []
    assert [name for name in re.findall(r"\bmirrortheory(?:\.\w+)+", text) if not _resolves(name)] == []


def _resolves(dotted: str) -> bool:
    """Whether a dotted name is a module, or an attribute of one."""
    try:
        pkgutil.resolve_name(dotted)
    except (ImportError, AttributeError):
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", sorted({found for page in PAGES for found in PYTEST.findall(page.read_text(encoding="utf-8"))})
)
def test_commands_with_which_figures_are_made_select_tests(arguments):
    command = [sys.executable, "-m", "pytest", *shlex.split(arguments), "--collect-only", "--quiet"]
    alone = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}  # it is nobody's worker
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=alone)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_rows_of_a_table_have_one_length(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        head, *rows = (len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines())
        assert set(rows) == {head}, table.splitlines()[0]


def test_every_page_is_reached_from_the_readme():
    text = README.read_text(encoding="utf-8")
    assert [page.name for page in PAGES[1:] if f"](docs/{page.name})" not in text] == []
