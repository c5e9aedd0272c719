"""``legendre --potential``: all there is to say of a formula, and one line for what is none."""

import json
import time

import pytest
from commandline import command

from mirrortheory import codegen, potentials
from mirrortheory.laws import axioms, comparison
from mirrortheory.potentials import numeric
from mirrortheory.report import describe
from mirrortheory.theory import patience


def test_a_potential_of_ones_own_is_described_with_its_axioms():
    shown = command("legendre", "--potential", "x*log(x)-x", "--domain", "x>0", "--at", "1/2", "--digits", "20", "--limits").stdout
    for line in (
        "mirror map R'(x): log(x)",
        "inverse mirror map x(y): exp(y)",
        "conjugate R*(y): exp(y)",
        "Bregman divergence D_R(x, x0): x*log(x) - x - x0*log(x0) + x0 - (x - x0)*log(x0)",
        "axioms on: [0, oo)",
        "image of R': (-oo, oo)",
        "Legendre function: DERIVED (strictly convex and essentially smooth)",
        "  strict convexity: PROVED: R'' >= 0 and analytic on the whole region, by bounds on cells that cover it",
        "  essential smoothness: DERIVED: R' tends to -oo as x tends to 0",
        "  R'(x) = log(x) exactly as x -> 0",
        "  hessian = 2 +/- 0",
    ):
        assert line in shown


def test_an_axiom_that_fails_is_refuted_with_its_limit():
    burg = command("legendre", "--potential", "-log(x)", "--domain", "half-line").stdout
    assert "  closed zone: REFUTED: R tends to oo as x tends to 0 (limit = oo)" in burg
    bounded = command("legendre", "--potential", "sqrt(1 + x**2)").stdout
    assert "R' onto: REFUTED: R' tends to -1 as x tends to -oo; R' tends to 1 as x tends to oo" in bounded


def test_comparison_and_formats():
    found = command("legendre", "--potential", "x**4/4", "--compare", "x**4 + x", "--json", "--at", "2")
    described = json.loads(found.stdout)
    assert described["comparison"].startswith("PROVED: 4 times the potential given on x in R")
    assert described["values"]["hessian"]["mid"] == "12"
    assert described["axioms"][0].startswith("strict convexity: PROVED")
    assert found.returncode == 0
    for more in ((), ("--json",)):
        refuted = command("legendre", "--potential", "x**4/4", "--compare", "x**2", *more)
        assert refuted.returncode == 1
        assert "REFUTED: no multiple of the potential given" in refuted.stdout
    assert "def inverse_mirror_map(y):" in command("legendre", "--potential", "cosh(x)", "--format", "numpy").stdout
    assert "import mpmath" in command("legendre", "--potential", "cosh(x)", "--format", "python").stdout
    assert "\\cosh" in command("legendre", "--potential", "cosh(x)", "--format", "latex").stdout


def test_a_published_inverse_mirror_map_is_a_potential_too():
    shown = command("legendre", "--potential", "(1-y)**(-3) - (1+y)**(-3)", "--given", "inverse-mirror-map", "--domain", "-1<y<1")
    assert "image of R': (-1, 1)" in shown.stdout
    derived = command(
        *["derive", "--reparam", "power-difference", "--depth", "3", "--initial", "1,1", "--compare"], "(1-y)**(-3) - (1+y)**(-3)"
    )
    assert "PROVED: 3 times the derived potential on x in R" in derived.stdout
    logarithms = command(*["derive", "--reparam", "log-difference", "--initial", "2,1", "--compare"], "3*log(cosh(x))+x")
    assert "PROVED: 12/5 times the derived potential on x in R" in logarithms.stdout


BAD = [
    (("--potential", "x**3"), "potential must be strictly convex on -oo < x < oo, got x**3; R'' = -6 +/- 0 at x = -1"),
    (("--potential", "x*log(x)", "--domain", "R"), "potential must be defined and smooth on -oo < x < oo"),
    (("--potential", "a*x**2"), "potential must be a formula in known symbols, got a; write one of x, pi"),
    (("--potential", "x**2", "--given", "R"), "given must be one of potential, mirror-map, hessian, inverse-mirror-map, got R"),
    (("--potential", "x**2", "--domain", "C"), "domain must be an interval, got C; write for example 'x > 0'"),
    (("--potential", "x**2", "--depth", "3"), "depth must be absent with --potential, got 3"),
    (("--potential", "x**2", "--q", "2"), "q must be absent with --potential, got 2"),
    (("--potential", "x**2", "--format", "yaml"), "format must be one of text, latex, python, numpy, torch, got yaml"),
    (("--potential", "x**2", "--format", "numpy", "--at", "1"), "at must be absent with --format numpy, got 1"),
    (("--potential", "x*log(x)", "--at", "-1"), "x must be in the region 0 < x < oo, got -1"),
    (
        ("--potential", "x**2", "--at", "1e9999"),
        "at must be between 1e-1000 and 1e1000 in size, got 1e9999; write a number of another size",
    ),
    (("--potential", "x**2", "--compare", "3*x"), "published must be a potential with R'' != 0, got 3*x"),
    (("--at", "3"), "at must be given with --potential only, got 3"),
    (("--limits",), "limits must be given with --potential only, got True"),
    (("--format", "latex"), "format must be given with --potential only, got latex"),
    (("--seconds", "9"), "seconds must be given with --potential only, got 9"),
    (("--potential", "x**2", "--seconds", "0"), "seconds must be an integer from 1 to 1000000, got 0"),
]


@pytest.mark.parametrize(("arguments", "said"), BAD, ids=[" ".join(a) for a, _ in BAD])
def test_wrong_input_gives_one_line_and_exit_2(arguments, said):
    finished = command("legendre", *arguments)
    assert finished.returncode == 2
    assert finished.stderr.startswith(f"error: {said}")
    assert finished.stderr.count("\n") == 1
    assert finished.stdout == ""


STEPS = [
    (potentials, "own", "proof that the formula is a potential, and its forms"),
    (axioms, "legendre", "axioms"),
    (describe, "as_mapping", "writing of the forms and limits"),
    (comparison, "compare", "comparison with the published potential"),
    (numeric, "values", "enclosure of the values"),
]


def out_of_time(monkeypatch, module, name, step):
    """Have a step go on for ever, and be given little time."""

    def forever(*arguments, **settings):
        while True:
            time.sleep(0.01)

    limited = patience.in_time
    monkeypatch.setattr(module, name, forever)
    monkeypatch.setattr(patience, "in_time", lambda work, seconds, names: limited(work, 0.2 if names == [step] else seconds, names))


@pytest.mark.parametrize(("module", "name", "step"), STEPS, ids=[name for _, name, _ in STEPS])
def test_a_step_that_takes_too_long_is_named_in_one_line(module, name, step, monkeypatch):
    out_of_time(monkeypatch, module, name, step)
    finished = command("legendre", "--potential", "x**2", "--compare", "3*x**2", "--at", "2", "--seconds", "500")
    assert finished.returncode == 2
    assert (
        finished.stderr == f"error: no answer within 0.2 s: {step} was at work; allow more seconds, or a simpler map or formula\n"
    )


def test_code_is_written_in_the_same_time(monkeypatch):
    out_of_time(monkeypatch, codegen, "as_numpy", "writing of the code")
    said = command("legendre", "--potential", "x**2", "--format", "numpy").stderr
    assert said.startswith("error: no answer within 0.2 s: writing of the code was at work")
