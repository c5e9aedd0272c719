"""``study feature``, ``study price`` and ``study recovery``: tables, a file that goes on after a kill, and one line for what is wrong."""

import pytest
from commandline import command

SMALL = ("--sizes", "8x4x1", "--starts", "1/10", "--seeds", "6")


def test_a_study_is_written_shown_and_resumed(tmp_path):
    file = tmp_path / "study.csv"
    first = command("study", "feature", str(file), *SMALL)
    assert first.returncode == 0, first.stderr
    assert "kernel_distance, d = 8, 4 data, 1 nonzeros" in first.stdout
    assert "r(error, p/L)" in first.stdout
    text = file.read_text()
    assert len(text.splitlines()) == 1 + 15 * 6
    file.write_text(text[: len(text) // 2])
    again = command("study", "feature", str(file), *SMALL, "--resume")
    assert file.read_text() == text
    assert again.stdout == first.stdout
    short = command("study", "feature", str(file), *SMALL, "--resume", "--show", "l1_l2")
    assert "l1_l2, d = 8" in short.stdout
    assert "kernel_distance" not in short.stdout
    refused = command("study", "feature", str(file), *SMALL)
    assert refused.returncode == 2
    assert "file must be a new file" in refused.stderr


def test_recovery_is_written_shown_and_resumed(tmp_path):
    file = tmp_path / "recovery.csv"
    options = (
        "--regression",
        "12x6x1",
        "--classification",
        "12x8x1",
        "--start",
        "1/100",
        "--seeds",
        "6",
        "--methods",
        "flow-2,flow-1",
    )
    first = command("study", "recovery", str(file), *options)
    assert first.returncode == 0, first.stderr
    assert "regression, d = 12, 6 data, 1 nonzeros, L = 3, start 1/100" in first.stdout
    assert "classification, d = 12, 8 data, 1 nonzeros, L = 3, start 1/100" in first.stdout
    assert [line.split()[:2] for line in first.stdout.splitlines() if line.startswith("flow")] == [
        ["flow-2", "6/6"],
        ["flow-1", "6/6"],
    ] * 2
    text = file.read_text()
    assert len(text.splitlines()) == 1 + 4 * 6
    file.write_text(text[: len(text) // 2])
    again = command("study", "recovery", str(file), *options, "--resume")
    assert file.read_text() == text
    assert again.stdout == first.stdout
    refused = command("study", "recovery", str(file), *options)
    assert refused.returncode == 2
    assert "file must be a new file" in refused.stderr
    other = command("study", "feature", str(file), *SMALL, "--resume")
    assert other.returncode == 2
    assert "file must be a file of this study" in other.stderr


def test_prices_stand_beside_the_bound():
    shown = command("study", "price", "--depth", "3", "--start", "1/10", "--size", "12x6x1", "--seeds", "1", "--most", "300")
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert lines[2][:6] == ["(x", "-", "1)^2/2", "3", "1/10", "16"]
    assert lines[2][6] == "16"
    assert lines[3][:6] == ["d", "=", "12", "3", "1/10", "16"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["feature", "x.csv", "--sizes", "8x4"], "sizes must be coordinates x data x nonzeros, got 8x4"),
        (["feature", "x.csv", "--starts", "2"], "start must be a number in (0, 1), got 2"),
        (["feature", "x.csv", "--show", "loss"], "show must be in kernel_distance"),
        (["feature", "x.csv", "--seeds", "0"], "seeds must be an integer from 1 to 10000, got 0"),
        (["feature", "no/folder/x.csv"], "file must be in an existing folder"),
        (["recovery", "x.csv", "--regression", "12x6"], "regression must be coordinates x data x nonzeros, got 12x6"),
        (
            ["recovery", "x.csv", "--regression", "none", "--classification", "none"],
            "regression must be given where classification",
        ),
        (["recovery", "x.csv", "--methods", "sgd"], "methods must be in flow-2, flow-3/2, flow-4/3, flow-1, gradient-descent"),
        (["recovery", "x.csv", "--depth", "9"], "depth must be an integer from 2 to 8, got 9"),
        (["recovery", "x.csv", "--start", "1"], "start must be a number in (0, 1), got 1"),
        (["price", "--depth", "1"], "depth must be an integer from 2 to 8, got 1"),
        (["price", "--reach", "1"], "reach must be a number in (0, 1), got 1"),
        (["price", "--start", "0"], "start must be a number > 0, got 0"),
        (["price", "--size", "5x3x5"], "nonzeros must be an integer from 1 to 4, got 5"),
    ],
)
def test_bad_input_gives_one_line(arguments, message):
    found = command("study", *arguments)
    assert found.returncode == 2
    assert message in found.stderr
    assert len(found.stderr.splitlines()) == 1
