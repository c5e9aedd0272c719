"""Exists: a witness proves it, a proof of the contrary refutes it, and the kernel earns both again."""

import pytest
import sympy
from certified import assert_earns, assert_rejected, certify, recheck
from thinning import named

from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Exists

x, y = sympy.symbols("x y", real=True)
u, q = sympy.symbols("u q", positive=True)
LINE, RAY = Domain({x: REALS}), Domain({u: POSITIVE})
STRIP = Domain({u: POSITIVE, q: sympy.Interval(1, 2)})

CASES = {
    "abs": (Exists(abs(x), x, on=LINE), "PROVED"),
    "at a point": (Exists(abs(x), x, on=LINE, at={x: "-1/7"}), "PROVED"),
    "at some variables": (Exists(u**q, u, on=STRIP, at={q: "3/2"}), "PROVED"),
    "where it is rare": (Exists(x * (x - 1), abs(x * (x - 1)), on=LINE, at={x: "1/1000"}), "PROVED"),
    "below": (Exists(u**2, u, on=RAY, below=True), "PROVED"),
    "above": (Exists(u, u**2, on=RAY, below=True), "PROVED"),
    "no constants differ": (Exists(sympy.sqrt(8), 2 * sympy.sqrt(2), on=Domain({})), "REFUTED"),
    "identity": (Exists((u + 1) ** 2, u**2 + 2 * u + 1, on=RAY), "REFUTED"),
    "identity of powers": (Exists((u**q) ** 2, u ** (2 * q), on=STRIP), "REFUTED"),
    "never below": (Exists(u + 1, u, on=RAY, below=True), "REFUTED"),
    "never below, equal at the border": (Exists(x**2, 0, on=LINE, below=True), "REFUTED"),
    "undefined is no difference": (Exists(sympy.sqrt(x), sympy.sqrt(x) + 1, on=Domain({x: sympy.Interval(-2, -1)})), "UNDECIDED"),
    "no point": (Exists(u, 1, on=Domain({x: sympy.Interval(0, 1), u: POSITIVE}).where(x < 0)), "VACUOUS"),
}


@pytest.mark.parametrize(("statement", "verdict"), named(CASES, slow={"no point"}))
def test_verdicts(statement, verdict):
    found, _ = assert_earns(statement, verdict)
    assert (found.witness is not None) == (verdict == "PROVED")


def test_a_false_neighbour_is_refuted():
    for factor, verdict in ((4, "REFUTED"), (1, "PROVED"), (2, "PROVED"), (-4, "PROVED")):
        assert_earns(Exists((u + 1) ** 2 - (u - 1) ** 2, factor * u, on=RAY), verdict)


def test_points_outside_the_domain_are_refused():
    with pytest.raises(InvalidArgument, match="a point of the domain"):
        Exists(x, 1, on=LINE.where(x > 0), at={x: -1}).examine(seed=0)
    with pytest.raises(InvalidArgument, match="as the symbol is declared"):
        Exists(u, 1, on=RAY, at={u: -1}).examine(seed=0)
    with pytest.raises(InvalidArgument, match="an exact rational"):
        Exists(x, 1, on=LINE, at={x: 0.5})


TAMPERED = {
    "witness where they agree": lambda s, e: e["contrary"].update(witness={"x": "1"}),
    "witness outside": lambda s, e: e["contrary"].update(witness={"x": "1/0"}),
    "witness of another variable": lambda s, e: e["contrary"].update(witness={"y": "-1"}),
    "no witness": lambda s, e: e["contrary"].pop("witness"),
    "no contrary": lambda s, e: e.pop("contrary"),
    "contrary sampled only": lambda s, e: e.update(contrary={"kind": "sampled", "points": [{"x": "1"}]}),
    "contrary that is none": lambda s, e: e.update(contrary="REFUTED"),
    "other side": lambda s, e: s.update(rhs=s["lhs"]),
    "below": lambda s, e: s.update(below=True, lhs=s["rhs"], rhs=["num", "-9"]),
    "below is no truth value": lambda s, e: s.update(below=0),
    "unknown kind": lambda s, e: s.update(relation="never"),
    "kind is no text": lambda s, e: s.update(relation=["exists"]),
}


@pytest.mark.parametrize("tamper", TAMPERED.values(), ids=TAMPERED)
def test_the_kernel_rejects_what_is_tampered_with(tamper):
    _, data = certify(Exists(abs(x), x, on=LINE, at={x: -1}))
    assert recheck(data) == "PROVED"
    assert_rejected(data, tamper)


def test_a_refutation_needs_the_proof_of_the_contrary():
    _, data = certify(Exists(u**2 - u, u * (u - 1), on=RAY))
    assert recheck(data) == "REFUTED"
    assert_rejected(data, lambda s, e: s.update(rhs=["sym", "u"]))
    assert_rejected(data, lambda s, e: e["contrary"].update(kind="sampled"))
