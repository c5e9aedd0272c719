"""Outcomes as ``check`` shows them: whole names at any width, the witness and the command that shows it again, and a count."""

import io
import json
import re
import shlex
import textwrap
from pathlib import Path

import pytest
from commandline import command
from rich.console import Console

from mirrortheory.check.claims import Claim, Outcome, unexamined
from mirrortheory.cli.outcomes import counted, counts_of, print_outcomes
from mirrortheory.cli.terminal import terminal
from mirrortheory.evidence import Evidence, Verdict

FALSE = """
    import sympy
    from mirrortheory.check.claims import Claim
    from mirrortheory.domain import REALS, Domain
    from mirrortheory.evidence import Identity
    CLAIM = Claim("{name}", "x = x + 1", source="this test", scope="all x")
    x = sympy.Symbol("x", real=True)
    def check(shift=1):
        yield Identity(x, x + shift, on=Domain({{x: REALS}}))
    MUTANTS = {{"two": {{"shift": 2}}}}
"""
LONG = ("a_name_as_long_as_those_of_claims_are_" * 3)[:98]
NAMES = ("short", "balance_is_conserved_for_products_of_some_layers", LONG)


def outcome(name, verdict=Verdict.PROVED, expect=Verdict.PROVED, on_paper=()):
    claim = Claim(
        name,
        "x",
        source="someone, somewhere, a source of several words and 1234.56789",
        scope="x",
        expect=expect,
        on_paper=on_paper,
    )
    evidence = tuple(Evidence(kind, verdict, "", "looked at") for kind in ("ring", "sampled"))
    return Outcome(claim, "", verdict, evidence, {"a neighbour": Verdict.REFUTED}, seconds=1.25)


def printed(outcomes, width):
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    print_outcomes(console, outcomes)
    return console.file.getvalue().splitlines()


@pytest.mark.parametrize("width", [40, 80, 100])
def test_names_stay_whole_and_the_rest_fits_the_terminal(width):
    lines = printed([outcome(name, on_paper=("a limit",)) for name in NAMES], width)
    assert [line for line in lines if line in NAMES] == list(NAMES)
    body = [line for line in lines if line not in NAMES and not line.startswith("(")]
    assert max(len(line.rstrip()) for line in body) <= width
    text = " ".join(" ".join(body).split())
    assert text.count("1234.56789") == len(NAMES)
    assert "PROVED (2), expected PROVED; 1 ring, 1 sampled; 1.2 s; someone, somewhere," in text


def test_a_table_is_shown_where_it_fits():
    assert printed([outcome("short")], 150)[0].split() == ["claim", "verdict", "expected", "evidence", "seconds", "source"]
    assert printed([outcome("short")], 150)[1].startswith("short ")


def test_in_a_pipe_each_claim_has_one_line_and_nothing_is_cut(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    out = io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    print_outcomes(terminal(), [outcome(name) for name in NAMES])
    rows = out.getvalue().splitlines()[1:]
    assert [row.split()[0] for row in rows] == list(NAMES)
    assert all("1234.56789" in row and "…" not in row for row in rows)


def test_names_in_a_pipe_can_be_fed_to_show():
    listed = [line.split()[1] for line in command("list").stdout.splitlines()]
    assert max(map(len, listed)) > 90
    for name in (listed[0], max(listed, key=len)):
        assert command("show", name).stdout.startswith(f"{name}\n")


def test_the_last_line_counts_verdicts():
    found = [outcome("a"), outcome("b", on_paper=("a limit",)), outcome("c", Verdict.REFUTED), outcome("d", Verdict.DERIVED)]
    found += [outcome("e", Verdict.REFUTED, Verdict.REFUTED), unexamined(Path("f.py"), "no verdict within 4 s")]
    assert counts_of(found) == {"PROVED": 2, "DERIVED": 1, "REFUTED": 2, "BROKEN": 1}
    assert (
        counted(found) == "3 of 6 claims have the expected verdict. 2 PROVED (1 of them given ..), 1 DERIVED, 2 REFUTED, 1 BROKEN"
    )


def test_an_unexpected_verdict_is_shown_with_its_witness_and_can_be_shown_again(tmp_path):
    folder = tmp_path / "my claims"
    folder.mkdir()
    for name in ("false", "false_too"):
        (folder / f"{name}.py").write_text(textwrap.dedent(FALSE).format(name=name), encoding="utf-8")
    shown = command("check", "--checks", folder, "--seed", "3").stdout
    assert shown.splitlines()[-1] == "0 of 2 claims have the expected verdict. 2 REFUTED"
    assert len(re.findall(r"^REFUTED: false(?:_too)?: .*; x = .*; lhs = .*; rhs = ", shown, re.MULTILINE)) == 2
    lines = re.findall(r"^  again: mirrortheory (.*)$", shown, re.MULTILINE)
    assert len(lines) == 2
    again = command(*shlex.split(lines[0]))
    assert again.returncode == 1
    assert re.search(r"; x = (.*); lhs", again.stdout)[1] == re.search(r"; x = (.*); lhs", shown)[1]
    document = json.loads(command(*shlex.split(lines[1]), "--json").stdout)
    assert (document["counts"], document["claims"][0]["again"]) == ({"REFUTED": 1}, f"mirrortheory {lines[1]}")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("check --certificates file", "certificates must be a folder, got file; this is a file; name a folder, which is made"),
        ("check --certificates none/there", "certificates must be in an existing folder, got none/there; make the folder first"),
        ("check --report folder", "report must be a file, got folder; this is a folder; name a file in it"),
        ("check --report none/a.html", "report must be in an existing folder, got none/a.html; make the folder first"),
        ("simulate x.toml --plot folder.svg", "plot must be a file, got folder.svg; this is a folder; name a file in it"),
        ("simulate x.toml --out none/a.npz", "out must be in an existing folder, got none/a.npz; make the folder first"),
        ("predict x.toml --plot folder.svg", "plot must be a file, got folder.svg; this is a folder; name a file in it"),
        ("plot phase --out folder.svg", "out must be a file, got folder.svg; this is a folder; name a file in it"),
        ("study feature folder", "file must be a file, got folder; this is a folder; name a file in it"),
    ],
)
def test_paths_that_cannot_be_written_are_refused_before_the_run(tmp_path, monkeypatch, line, message):
    monkeypatch.setattr("mirrortheory.check.run.run", lambda *arguments, **options: pytest.fail("it was run"))
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.svg").mkdir()
    finished = command(*line.split(), cwd=tmp_path)
    assert (finished.returncode, finished.stdout) == (2, "")
    assert finished.stderr.startswith(f"error: {message}")
    assert finished.stderr.count("\n") == 1
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"
