"""``drift``: the table of measured over predicted moves, and one line for bad input."""

import pytest
from commandline import command


def test_the_table_has_a_row_for_betas_and_a_column_for_steps():
    shown = command("drift", "--betas", "1/2:9/10,0:1/2", "--eta", "1/1000,1/100000").stdout.splitlines()
    assert shown[1].split() == ["betas", "eta", "=", "0.001", "eta", "=", "1e-05"]
    for row, betas in zip(shown[2:4], ("0.5, 0.9", "0, 0.5"), strict=True):
        assert row.startswith(betas)
        assert abs(float(row.split()[-1]) - 1) < 0.001
    assert [row.split()[-2:] for row in shown[6:8]] == [["0.018", "0.00018"], ["0.002", "2e-05"]]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--betas", "1/2"], "betas must be two numbers, got 1/2; write for example 9/10:999/1000"),
        (["--betas", "1/2:1/2"], "beta2 must be other than beta1, got 0.5; at equal betas the lags move nothing"),
        (["--betas", "1/2:1"], "beta2 must be in [0, 1), got 1.0; write for example 0.9"),
        (["--eta", "0"], "eta must be a finite step > 0, got 0.0; write for example 0.01"),
        (["--start", "1"], "start must be two numbers, got 1; write for example 1,1/2"),
        (["--start", "1,1"], "start must be two positive sizes that differ, got (1.0, 1.0); write for example 1, 1/2"),
    ],
)
def test_bad_input_is_one_line(arguments, line):
    refused = command("drift", *arguments)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr == f"error: {line}\n"
