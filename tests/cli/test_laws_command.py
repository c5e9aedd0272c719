"""mirrortheory laws: what it prints, writes and refuses."""

import json

import pytest
from commandline import command

from mirrortheory.recount import recount


def test_a_count_names_its_laws_and_its_cell():
    printed = command("laws", "u*v", "--weights", "u,v", "--q", "3/2", "--at", "1,-2").stdout
    assert printed.splitlines() == [
        "1 law of 2 letters at q = 3/2, in the cell of signs of (1, -2)",
        "  Abs(u)**(3/2) - Abs(v)**(3/2)",
        "Counted again from the certificate by a program that shares no code: 1 to 1.",
    ]


def test_laws_that_exist_and_are_not_shown_are_told():
    printed = command("laws", "a*b + c*d", "--weights", "a,b,c,d", "--q", "3/2").stdout
    assert "1 more exist by Frobenius's theorem" in printed


def test_sides_that_differ_are_told():
    printed = command("laws", "(s+u)**3 + (s+v)**3 + (s+w)**3; s", "--weights", "s,u,v,w", "--q", "3/2").stdout
    assert printed.startswith("between 0 and 1 laws")
    assert "brackets leave room for 1" in printed


def test_the_certificate_that_is_written_shows_the_count(tmp_path):
    file = tmp_path / "count.json"
    command("laws", "a*u; a*v", "--weights", "a,u,v", "--certificate", str(file))
    assert recount(json.loads(file.read_text(encoding="utf-8"))) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["u*z", "--weights", "u"], "got z"),
        (["u*v", "--weights", "u,u"], "different names"),
        (["u*v", "--weights", "u,v", "--q", "3"], "q must be"),
        (["u*v", "--weights", "u,v", "--q", "3/2", "--at", "1"], "a rational for each of the 2 weights"),
        (["t*v", "--weights", "t,v", "--damping", "1"], "the time"),
        (["u*v", "--weights", "u,v", "--certificate", "no/such/folder/x.json"], "certificate"),
    ],
)
def test_bad_input_ends_in_one_line(arguments, message):
    refused = command("laws", *arguments)
    assert refused.returncode == 2
    assert message in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1
