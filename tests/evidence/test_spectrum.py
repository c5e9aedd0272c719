"""Spectrum: minors, a vector or an eigenpair, each refuted by a point where it fails."""

import pytest
import sympy
from certified import assert_earns, assert_rejected, certify, recheck

from mirrortheory import kernel
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Spectrum

x = sympy.Symbol("x", real=True)
g, h = sympy.symbols("g h", positive=True)
NOWHERE, RAY, BOTH = Domain({}), Domain({g: POSITIVE}), Domain({g: POSITIVE, h: POSITIVE})
HYPERBOLIC = [[0, -g], [-g, 0]]  # two layers at a saddle under the slope g: the Hessian of g w1 w2
ROOT = sympy.sqrt(5)

CASES = {
    "numbers": (Spectrum([[2, 1], [1, 2]], on=NOWHERE), "PROVED"),
    "by form": (Spectrum([[g + 1, 1], [1, 1 + 1 / g]], on=RAY), "PROVED"),
    "three rows": (Spectrum(sympy.diag(g, g, 1) + sympy.ones(3, 3), on=RAY), "PROVED"),
    "by boxes": (Spectrum([[2, sympy.cos(x)], [sympy.cos(x), 1]], on=Domain({x: sympy.Interval(-1, 1)})), "PROVED"),
    "negative definite": (Spectrum([[-2, g], [g, -(g**2) - 1]], on=RAY, sign=-1), "PROVED"),
    "along a vector": (Spectrum(HYPERBOLIC, on=RAY, sign=-1, vector=(1, 1)), "PROVED"),
    "along a vector of letters": (Spectrum([[0, g], [g, h]], on=BOTH, sign=-1, vector=(h, -g)), "PROVED"),
    "eigenpair": (Spectrum(HYPERBOLIC, on=RAY, sign=-1, vector=(1, 1), value=-g), "PROVED"),
    "irrational eigenpair": (Spectrum([[1, 1], [1, 0]], on=NOWHERE, vector=((1 + ROOT) / 2, 1), value=(1 + ROOT) / 2), "PROVED"),
    "a saddle is not definite": (Spectrum(HYPERBOLIC, on=RAY), "REFUTED"),
    "semidefinite is not definite": (Spectrum([[1, 1], [1, 1]], on=NOWHERE), "REFUTED"),
    "definite for large g only": (Spectrum([[g, 1], [1, 1]], on=RAY), "REFUTED"),
    "the other sign along the vector": (Spectrum(HYPERBOLIC, on=RAY, vector=(1, 1)), "REFUTED"),
    "the other vector": (Spectrum(HYPERBOLIC, on=RAY, sign=-1, vector=(1, -1)), "REFUTED"),
    "the vector 0": (Spectrum(HYPERBOLIC, on=RAY, sign=-1, vector=(0, 0)), "REFUTED"),
    "another eigenvalue": (Spectrum(HYPERBOLIC, on=RAY, sign=-1, vector=(1, 1), value=-2 * g), "REFUTED"),
    "the eigenpair 0": (Spectrum(HYPERBOLIC, on=RAY, sign=-1, vector=(0, 0), value=-g), "REFUTED"),
    "the other sign": (Spectrum(HYPERBOLIC, on=RAY, vector=(1, 1), value=-g), "REFUTED"),
}


@pytest.mark.parametrize(("statement", "verdict"), CASES.values(), ids=CASES)
def test_verdicts(statement, verdict):
    assert_earns(statement, verdict)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"matrix": [[1, 2], [3, 4]]}, "symmetric"),
        ({"matrix": [[1, 2]]}, "square"),
        ({"matrix": [[1]], "sign": 0}, "1 or -1"),
        ({"matrix": [[1]], "value": 1}, "given with value"),
        ({"matrix": [[1]], "vector": (1, 2)}, "of 1 entries"),
    ],
)
def test_what_has_no_meaning_is_refused(arguments, message):
    with pytest.raises(InvalidArgument, match=message):
        Spectrum(on=NOWHERE, **arguments)


TAMPERED = {
    "asymmetric": lambda s, e: s["matrix"][0].__setitem__(1, ["num", "1"]),
    "another matrix": lambda s, e: s.update(matrix=[[["sym", "g"], ["num", "0"]], [["num", "0"], ["sym", "g"]]]),
    "another vector": lambda s, e: s.update(vector=[["num", "1"], ["num", "-1"]]),
    "no vector": lambda s, e: s.pop("vector"),
    "a vector too short": lambda s, e: s["vector"].pop(),
    "another value": lambda s, e: s.update(value=["num", "-1"]),
    "no value": lambda s, e: s.pop("value"),
    "another sign": lambda s, e: s.update(sign=1),
    "a sign that is none": lambda s, e: s.update(sign=True),
    "a part left out": lambda s, e: e["parts"].pop(),
    "a row left out": lambda s, e: s["matrix"].pop(),
    "no matrix": lambda s, e: s.update(matrix=[]),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_the_kernel_rejects_what_is_tampered_with(tamper):
    _, data = certify(Spectrum(HYPERBOLIC, on=RAY, sign=-1, vector=(1, 1), value=-g))
    assert recheck(data) == "PROVED"
    assert_rejected(data, tamper)


def test_all_minors_count():
    """diag(1, -1, -1) has a positive determinant."""
    _, data = certify(Spectrum(sympy.eye(3), on=NOWHERE))
    assert recheck(data) == "PROVED"
    assert_rejected(data, lambda s, e: [s["matrix"][i].__setitem__(i, ["num", "-1"]) for i in (1, 2)])


@pytest.mark.parametrize("entry", [1 / x, sympy.log(x), sympy.sqrt(x)])
def test_a_matrix_that_is_undefined_has_no_sign_along_a_vector(entry):
    statement = Spectrum([[1, entry], [entry, 1]], on=Domain({x: sympy.FiniteSet(-1, 0, 1)}), vector=(1, 0))
    found, data = certify(statement)
    assert found.verdict.name == "UNDECIDED"
    part = {"kind": "form", "verdict": "PROVED", "points": [{"x": "1"}]}
    data["evidence"][0] |= {"kind": "parts", "verdict": "PROVED", "parts": [part]}
    data["verdict"] = "PROVED"
    with pytest.raises(kernel.Rejected):
        recheck(data)
