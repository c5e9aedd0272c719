"""``predict``: rule, end, certificate; beside the flow; a pair where nothing predicts it; one line for bad input."""

import pytest
from commandline import command

FILE = """
[flow]
reparam = "product"
depth = 2
q = "{q}"

[problem]
kind = "quadratic"
Z = {Z}
b = {b}

[run]
initial = [["1/2", 1, 1], [1, "1/3", -1]]
t_end = 2
"""


def predict(tmp_path, *arguments, q="1", Z="[[1, -2, 0.5]]", b="[2]"):
    file = tmp_path / "flow.toml"
    file.write_text(FILE.format(q=q, Z=Z, b=b), encoding="utf-8")
    return command("predict", file, *arguments)


def test_rule_end_and_certificate_are_printed_beside_the_flow(tmp_path):
    done = predict(tmp_path, "--run", "--digits", "12", "--plot", str(tmp_path / "end.svg"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("rule: rows equivalent to disjoint supports: argmin sum")
    assert "\nnot gradient flow: the dual variable leaves the row space of Z for q = 1\n" in done.stdout
    assert "\ncertificate: proved: the KKT conditions have one solution, by Krawczyk's operator" in done.stdout
    assert "they differ by " in done.stdout
    rows = [line.split() for line in done.stdout.splitlines() if line[:1] in "012"]
    assert all(abs(float(predicted) - float(flow)) < 1e-9 for _, predicted, flow in rows)
    assert (tmp_path / "end.svg").read_text(encoding="utf-8").startswith("<?xml")


def test_a_pair_of_problems_is_shown_where_nothing_predicts_the_end(tmp_path):
    done = predict(tmp_path, "--run", q="3/2", Z="[[1, -2, 0.5], [1, 1, 1]]", b="[2, 1]")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("rule: none: no functional of (R, x_0, {Z x = b}) predicts this\n")
    assert "A = [[2.0, 1.0], [0.0, 1.0]]" in done.stdout
    assert "on (A Z, A b)" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "options", "line"),
    [
        (["--plot", "end.eps"], {}, "plot must be a file .svg, .png or .pdf, got end.eps; write for example end.svg"),
        (["--digits", "0"], {}, "digits must be an integer from 1 to 10000, got 0; write one of 1..10000"),
        ([], {"Z": "[[1, 1, 1], [2, 2, 2]]", "b": "[1, 3]"}, "problem.b must be in the range of Z, got [1.0, 3.0]"),
    ],
)
def test_bad_input_is_refused_in_one_line(tmp_path, arguments, options, line):
    done = predict(tmp_path, *arguments, **options)
    assert done.returncode == 2
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1
