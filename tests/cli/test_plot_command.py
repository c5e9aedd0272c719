"""``plot``: a picture and its numbers, and one line for bad input."""

import pytest
from commandline import command


def test_a_picture_and_its_numbers_are_written(tmp_path):
    out = tmp_path / "order.svg"
    done = command("plot", "order", "--out", str(out))
    assert done.returncode == 0
    assert done.stdout == f"written: {out}\nwritten: {out.with_suffix('.csv')}\n"
    assert out.read_bytes().startswith(b"<?xml")
    assert out.with_suffix(".csv").read_text(encoding="utf-8").startswith("q,L,b,T\n1.0,2,0.01,")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ["moon", "--out", "moon.svg"],
            "picture must be one of phase, escape, ratio, balance, origin, stationary, feature, order, got moon; write one of them",
        ),
        (["order", "--out", "order.eps"], "out must be a file .svg, .png or .pdf, got order.eps; write for example flow.svg"),
        (["order", "--out", "none/order.svg"], "out must be in an existing folder, got none/order.svg; make the folder first"),
    ],
)
def test_bad_input_is_one_line(arguments, line):
    refused = command("plot", *arguments)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr == f"error: {line}\n"
