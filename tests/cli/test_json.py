"""``--json``: each command prints one document, with the keys and types that docs/json.md says."""

import functools
import json
import re
import shlex
from pathlib import Path

import pytest
import typer.main
from commandline import ROOT, command
from test_predict_command import FILE

from mirrortheory.cli.answer import plain
from mirrortheory.cli.commands import app

PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
QUICK = "energy_decays_along_steepest_flow"
PRIMITIVE = {
    "text": lambda v: isinstance(v, str),
    "exact": lambda v: isinstance(v, str),
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: (isinstance(v, float | int) and not isinstance(v, bool)) or v in ("inf", "-inf", "nan"),
    "flag": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
}
RUNS = [
    f"check {QUICK}",
    "list",
    f"show {QUICK}",
    "derive --imbalance 0,3 --at 1",
    "derive --decay coupled --alpha alpha --q q --format latex",
    "derive --depth 2 --format python",
    "legendre --q 2 --depth 2,3",
    "legendre --potential x**4/4 --compare x**4 --at 2 --limits",
    "simulate docs/three_layers.toml",
    "predict docs/changes_sign.toml",
    "predict {folder}/rule.toml --run --digits 12",
    "predict {folder}/none.toml --run",
    "laws a*u;a*v --weights a,u,v --q 2",
    "laws a*u*v --weights a,u,v --q 3/2 --at 1,-2,3",
    "escape --depth 2,8 --start 1e-60",
    "jumps docs/changes_sign.toml",
    "drift --betas 1/2:9/10 --eta 1/1000",
    "plot order --out {folder}/order.svg",
    "study feature {folder}/feature.csv --sizes 8x4x1 --starts 1/10 --seeds 6",
    "study price --depth 3 --start 1/10 --size 12x6x1 --seeds 1 --most 300",
    "conjecture w1**2+w2**2 --conserved --q 2",
    "conjecture w1**2-w2**2 --conserved --q 2",
    "cite burg_entropy_comes_from_an_exponential",
    "new-check a_name --folder {folder}",
]
SLOW = [
    "jumps docs/changes_sign.toml --run --start 1e-100",
    "study recovery {folder}/recovery.csv --regression 12x6x1 --classification none --seeds 6 --start 1/100 --methods flow-2",
]


@functools.cache
def schema():
    """The tables of the page by their headings: type and whether it may be absent, by key."""
    found = {}
    for heading, text in re.findall(r"^##+ (.*?)\n(.*?)(?=^##|\Z)", PAGE, re.MULTILINE | re.DOTALL):
        rows = re.findall(r"^\| (\w+\??) \| ([^|]*?) \|", text, re.MULTILINE)
        found[heading] = {key.removesuffix("?"): (kind, key.endswith("?")) for key, kind in rows if key != "key"}
    found["legendre"] |= {key: (kind, True) for key, (kind, _) in found["derive"].items()} | {
        key: (kind, True) for key, (kind, _) in found["legendre"].items()
    }
    return found


def faults(value, kind, where):
    """What is wrong with a value of this type, as lines."""
    if kind.startswith("list of "):
        inner = kind.removeprefix("list of ")
        null = inner.endswith(" or null")
        if null and value is None:
            return []
        inner = inner.removesuffix(" or null")
        if not isinstance(value, list):
            return [f"{where}: no list"]
        return [fault for i, entry in enumerate(value) for fault in faults(entry, inner, f"{where}[{i}]")]
    if kind.startswith("map of "):
        if not isinstance(value, dict):
            return [f"{where}: no map"]
        return [fault for key, entry in value.items() for fault in faults(entry, kind.removeprefix("map of "), f"{where}.{key}")]
    if " or " in kind:
        found = [faults(value, one, where) for one in kind.split(" or ")]
        return [] if [] in found else found[0]
    if kind in PRIMITIVE:
        return [] if PRIMITIVE[kind](value) else [f"{where}: {value!r} is no {kind}"]
    return faults_of_object(value, schema()[kind], where)


def faults_of_object(value, table, where):
    if not isinstance(value, dict):
        return [f"{where}: no object"]
    missing = [f"{where}: {key} is missing" for key, (_, optional) in table.items() if not optional and key not in value]
    strange = [f"{where}: {key} is not documented" for key in value if key not in table]
    return [*missing, *strange, *(f for k, v in value.items() if k in table for f in faults(v, table[k][0], f"{where}.{k}"))]


def document(line, folder):
    (folder / "rule.toml").write_text(FILE.format(q="1", Z="[[1, -2, 0.5]]", b="[2]"), encoding="utf-8")
    (folder / "none.toml").write_text(FILE.format(q="3/2", Z="[[1, -2, 0.5], [1, 1, 1]]", b="[2, 1]"), encoding="utf-8")
    finished = command(*shlex.split(line.format(folder=folder)), "--json")
    assert finished.returncode in (0, 1), finished.stderr
    found = json.loads(finished.stdout, parse_constant=pytest.fail)
    name = found.pop("command")
    assert line.startswith(name)
    assert isinstance(found.pop("version"), str)
    return found, name


@pytest.mark.parametrize("line", RUNS)
def test_documents_are_as_the_page_says(line, tmp_path):
    found, name = document(line, tmp_path)
    assert faults_of_object(found, schema()[name], name) == []


@pytest.mark.slow
@pytest.mark.parametrize("line", SLOW)
def test_long_documents_are_as_the_page_says(line, tmp_path):
    found, name = document(line, tmp_path)
    assert faults_of_object(found, schema()[name], name) == []


def test_certificates_that_are_rejected_are_said(tmp_path):
    (tmp_path / "a é.json").write_text("{}", encoding="utf-8")
    found, name = document("recheck {folder}", tmp_path)
    assert faults_of_object(found, schema()[name], name) == []
    (entry,) = found["certificates"]
    assert (Path(entry["file"]).name, entry["accepted"]) == ("a é.json", False)
    assert not entry["said"].startswith(str(tmp_path))


def commands():
    """All commands, those of a group by both words."""
    found = typer.main.get_command(app).commands
    for name, one in found.items():
        yield from ((f"{name} {inner}" for inner in one.commands) if hasattr(one, "commands") else (name,))


def test_every_command_is_on_the_page_and_is_run():
    assert set(commands()) <= set(schema())
    assert set(commands()) - {"recheck"} == {next(n for n in commands() if line.startswith(n)) for line in [*RUNS, *SLOW]}


@pytest.mark.parametrize("name", sorted(set(commands())))
def test_help_has_json_and_an_example_on_one_line(name):
    shown = command(*name.split(), "--help", columns=80).stdout
    assert "--json" in shown
    (example,) = re.findall(r"^ *Example: (mirrortheory .*)$", shown, re.MULTILINE)
    assert example.startswith(f"mirrortheory {name}")
    assert shown.split("Example:")[1].split("\n")[1].strip() == ""


def test_wrong_documents_are_seen():
    table = {"x": ("list of number", False), "note": ("text", True), "digits": ("list of list of text or null", False)}
    right = {"x": [1.0, "inf", 2], "digits": None}
    assert faults_of_object(right, table, "it") == []
    for wrong in ({"digits": None}, right | {"x": ["1"]}, right | {"y": 1}, right | {"note": None}, right | {"digits": [["1", 2]]}):
        assert len(faults_of_object(wrong, table, "it")) == 1


def test_numbers_that_are_not_finite_and_large_integers_are_kept():
    assert plain({"a": float("nan"), "b": (float("-inf"), 10**400), "c": None}) == {"a": "nan", "b": ["-inf", 10**400], "c": None}


def test_errors_stay_one_line_without_a_document():
    for line in ("derive --q 3 --json", "show nothing_of_it --json", "predict nowhere.toml --json"):
        finished = command(*line.split())
        assert (finished.returncode, finished.stdout, finished.stderr.count("\n")) == (2, "", 1)


def test_the_problem_file_in_the_help_is_followed_predicted_and_has_plateaus(tmp_path):
    shown = command("simulate", "--help", columns=80).stdout
    text = re.search(r"^A problem file:\n(.*?)\nMethods", shown, re.MULTILINE | re.DOTALL)[1]
    (tmp_path / "problem.toml").write_text(text, encoding="utf-8")
    for name in ("simulate", "predict", "jumps"):
        found, _ = document(f"{name} {{folder}}/problem.toml", tmp_path)
        assert found
