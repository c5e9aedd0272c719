"""``jumps``: the table of plateaus, flows from tiny starts beside it, and one line for what is refused."""

import re
from pathlib import Path

import pytest
from commandline import command

DOCS = Path(__file__).parents[2] / "docs"
FILE = DOCS / "changes_sign.toml"


def test_the_plateaus_are_listed_with_what_enters_and_leaves():
    shown = [re.split(r"  +", line.rstrip()) for line in command("jumps", FILE).stdout.splitlines()]
    assert shown[0] == ["Plateaus from the layers (0, a, .., a) as a -> 0, q = 2, depth 2; time over log(1/a)"]
    assert " ".join(shown[4]) == "3/4 1/2 +x2 in, x1 out 0, 2"
    assert " ".join(shown[5]) == "11/4 0 -x1 in -1, 4"


def test_flows_stand_beside_them(tmp_path):
    file = tmp_path / "three.toml"
    text = FILE.read_text().replace("depth = 2", "depth = 3").replace("q = 2", 'q = "3/2"')
    file.write_text(text.replace("[[0, 0], ", "[[0, 0], [1, 1], "))
    shown = command("jumps", file, "--run", "--start", "1e-100,1e-150").stdout.splitlines()
    assert "q = 3/2, depth 3, a conjecture for q < 2" in shown[0]
    cells = shown[3].split()
    assert cells[0] == "0.577350269"
    assert abs(float(cells[1]) - 0.57785) < 1e-4
    assert cells[3] == "0.5773503"
    assert cells[4:6] == ["<", "1e-06"]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            [DOCS / "three_layers.toml"],
            "got q = 1, 3 weights, Product, Decoupled, Quadratic; write for example q = 2 and depth = 2",
        ),
        ([FILE, "--start", "1,2"], "start must be scales that fall, got 1,2; write for example 1e-100,1e-200"),
        ([FILE, "--run", "--start", "1e-5"], "start must be a scale between 0 and 1e-10, got 1/100000; write for example 1e-200"),
        (["nowhere.toml"], "nowhere.toml must be a readable TOML file"),
    ],
)
def test_bad_input_is_one_line(arguments, line):
    refused = command("jumps", *arguments)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert line in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_columns_that_share_a_plateau_are_named(tmp_path):
    file = tmp_path / "parallel.toml"
    file.write_text(FILE.read_text().replace("[[2, 1], [1, 0]]", "[[1, 1], [1, 1]]"))
    assert f"{file}: problem.Z must be with one minimum on each plateau" in command("jumps", file).stderr
