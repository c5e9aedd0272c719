"""Minimiser: convexity proves it, a lower point refutes it, a stationary point alone shows nothing."""

import pytest
import sympy
from certified import assert_earns, assert_rejected, certify, recheck
from thinning import thinned

from mirrortheory import kernel
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Minimiser
from mirrortheory.exact import BallFunction, precision

x, y = sympy.symbols("x y", real=True)
u, a, g = sympy.symbols("u a g", positive=True)
R = sympy.Rational
LINE, PLANE, RAY = Domain({x: REALS}), Domain({x: REALS, y: REALS}), Domain({u: POSITIVE})
OCTANT = Domain({u: POSITIVE, a: POSITIVE, g: POSITIVE})
BOWL = x**2 + x * y + y**2 - x

CASES = {
    "parabola": (Minimiser(x**2 - x, {x: R(1, 2)}, on=LINE, strict=True), "PROVED"),
    "with parameters": (Minimiser(a * R(3, 4) * u ** R(4, 3) - g * u, {u: (g / a) ** 3}, on=OCTANT, strict=True), "PROVED"),
    "entropy": (Minimiser(u * sympy.log(u / a) - u, {u: a}, on=Domain({u: POSITIVE, a: POSITIVE}), strict=True), "PROVED"),
    "two variables, strict": (Minimiser(BOWL, {x: R(2, 3), y: -R(1, 3)}, on=PLANE, strict=True), "PROVED"),
    "two variables": (Minimiser(BOWL, {x: R(2, 3), y: -R(1, 3)}, on=PLANE), "PROVED"),
    "by boxes": (Minimiser(sympy.cosh(x), {x: 0}, on=Domain({x: sympy.Interval(-3, 3)}), strict=True), "PROVED"),
    "quartic on an interval": (Minimiser(x**4 - x, {x: R(1, 4) ** R(1, 3)}, on=Domain({x: sympy.Interval(0, 2)})), "PROVED"),
    "a line of minimisers": (Minimiser((x + y) ** 2, {x: 0, y: 0}, on=PLANE), "PROVED"),
    "a line of minimisers, strict": (Minimiser((x + y) ** 2, {x: 0, y: 0}, on=PLANE, strict=True), "UNDECIDED"),
    "undefined in places": (Minimiser(u - sympy.log(u - 5), {u: 6}, on=RAY), "UNDECIDED"),
    "a kink": (Minimiser(abs(x) + x**2, {x: 0}, on=LINE), "UNDECIDED"),
    "no point": (Minimiser(u**2, {u: 1}, on=Domain({u: POSITIVE, y: sympy.Interval(0, 1)}).where(y < 0)), "VACUOUS"),
    # the penalty of decay beyond the conjugate depth: L = 3, q = 2, alpha = G = 1
    "a maximiser": (Minimiser(R(3, 2) * u ** R(2, 3) - u, {u: 1}, on=RAY), "REFUTED"),
    "a maximiser, depth five": (Minimiser(R(5, 2) * u ** R(2, 5) - u, {u: 1}, on=RAY), "REFUTED"),
    "a maximiser with parameters": (Minimiser(a * R(3, 2) * u ** R(2, 3) - g * u, {u: (a / g) ** 3}, on=OCTANT), "REFUTED"),
    "a saddle": (Minimiser(x**2 + 3 * x * y + y**2, {x: 0, y: 0}, on=PLANE), "REFUTED"),
    "nearly": (Minimiser(x**2 - x, {x: R(51, 100)}, on=LINE), "REFUTED"),
    "nearly, with parameters": (Minimiser(u**2 - 2 * a * u, {u: a + R(1, 50)}, on=OCTANT), "REFUTED"),
    "not stationary": (Minimiser(BOWL, {x: 0, y: 0}, on=PLANE, strict=True), "REFUTED"),
}


@pytest.mark.parametrize(("statement", "verdict"), CASES.values(), ids=CASES)
def test_verdicts(statement, verdict):
    assert_earns(statement, verdict)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((x**2, {x: 0}, Domain({x: sympy.Union(sympy.Interval(-2, -1), sympy.Interval(0, 1))})), "an interval"),
        ((x**2, {x: 0}, PLANE.where(x < y)), "no condition tie"),
        ((x**2 + y**2, {x: y, y: 0}, PLANE), "in parameters"),
        ((x**2, {}, LINE), "of 1 to 4 variables"),
        ((x**2, {u: 1}, LINE), "an interval"),
    ],
)
def test_what_convexity_cannot_speak_of_is_refused(arguments, message):
    objective, point, on = arguments
    with pytest.raises(InvalidArgument, match=message):
        Minimiser(objective, point, on=on)


TAMPERED = {
    "another point": lambda s, e: s.update(point=[["num", "0"], ["num", "0"]]),
    "a point that moves": lambda s, e: s.update(point=[["sym", "y"], ["num", "-1/3"]]),
    "another objective": lambda s, e: s.update(objective=["mul", ["sym", "x"], ["sym", "y"]]),
    "a concave objective": lambda s, e: s.update(objective=["mul", ["num", "-1"], s["objective"]]),
    "one variable only": lambda s, e: s.update(variables=["x"], point=s["point"][:1]),
    "a variable twice": lambda s, e: s.update(variables=["x", "x"]),
    "an unknown variable": lambda s, e: s.update(variables=["x", "z"]),
    "a point too short": lambda s, e: s.update(point=s["point"][:1]),
    "a part left out": lambda s, e: e["parts"].pop(),
    "parts exchanged": lambda s, e: e.update(parts=e["parts"][::-1]),
    "a part sampled only": lambda s, e: e["parts"][-1].update(kind="sampled"),
    "no parts": lambda s, e: e.pop("parts"),
    "strict is no truth value": lambda s, e: s.update(strict=1),
}


@thinned("tamper", TAMPERED.values(), ids=TAMPERED, every=4)
def test_the_kernel_rejects_what_is_tampered_with(tamper):
    _, data = certify(Minimiser(BOWL, {x: R(2, 3), y: -R(1, 3)}, on=PLANE, strict=True))
    assert recheck(data) == "PROVED"
    assert_rejected(data, tamper)


def test_the_domain_of_a_certificate_must_be_convex():
    _, data = certify(Minimiser(x**2 - x, {x: R(1, 2)}, on=LINE))
    for change in (
        {"ranges": {"x": {"intervals": [["-oo", "0", True, True], ["1/2", "oo", False, True]], "without": []}}},
        {"ranges": {"x": {"intervals": [["-oo", "oo", True, True]], "without": ["7"]}}},
        {"conditions": [["lt", ["sym", "x"], ["num", "100000"]]]},
    ):
        tampered = {**data, "domain": [{**data["domain"][0], **change}]}
        assert_rejected(tampered, lambda s, e: None)


def test_a_refutation_needs_a_lower_point():
    _, data = certify(Minimiser(R(3, 2) * u ** R(2, 3) - u, {u: 1}, on=RAY))
    assert recheck(data) == "REFUTED"
    assert_rejected(data, lambda s, e: e.update(witness={"u": "1"}))
    assert_rejected(data, lambda s, e: e.update(witness={"u": "-1"}))
    assert_rejected(data, lambda s, e: s.update(objective=["pow", ["add", ["sym", "u"], ["num", "-1"]], ["num", "2"]]))


SLOPES = [
    u**3 * a, u**a, a**u, sympy.exp(a * u), sympy.log(u + a), sympy.sinh(u), sympy.cosh(u * a), sympy.tanh(u), sympy.asinh(u),
    sympy.acosh(u + 1), sympy.atanh(u / (1 + u)), sympy.sin(u), sympy.cos(u), sympy.atan(a * u), sympy.LambertW(u), abs(u - a),
    sympy.sqrt(u + u**2) / (1 + u), sympy.hyper((R(1, 2), R(1, 3)), (R(4, 3),), -u * a), u * sympy.sign(u + a), sympy.pi * u,
]  # fmt: skip


@pytest.mark.parametrize("expression", SLOPES, ids=str)
def test_the_kernel_differentiates_as_sympy_does(expression):
    from mirrortheory.check.certificates import tree

    node = kernel.tree(tree(expression), {"u", "a"})
    first = kernel.derivative(node, "u", {})
    second = kernel.derivative(first, "u", {})
    with precision(240):
        for point in ({"u": R(1, 3), "a": R(5, 7)}, {"u": R(9, 4), "a": R(2, 11)}):
            for slope, order in ((first, 1), (second, 2))[: 1 if expression.has(sympy.Abs) else 2]:  # SymPy: DiracDelta
                exact = BallFunction(sympy.diff(expression, u, order).doit(), (u, a))(point["u"], point["a"])
                value = kernel.evaluate(slope, {n: kernel.ball(kernel.number(str(v))) for n, v in point.items()})
                assert abs(exact - value) < 1e-25


@pytest.mark.parametrize(
    ("objective", "region", "part", "witness"),
    [
        (x, sympy.Interval(0, 1), "stationary in x", "1/2"),  # the least value lies on the border
        (x**2 / (1 + x**2), sympy.S.Reals, "convex", "2"),
        (x**2 - x**4, sympy.Interval(-1, 1), "convex", "1"),
    ],
)
def test_a_part_that_fails_does_not_refute_a_minimiser(objective, region, part, witness):
    statement = Minimiser(objective, {x: 0}, on=Domain({x: region}))
    found = [p.part for p in statement.parts]
    point = {"points": [{"x": "1/2"}], "verdict": "PROVED"}
    parts = [
        {"kind": "sampled", "verdict": "REFUTED", "witness": {"x": witness}}
        if name == part
        else {**point, "kind": "form" if "inside" in name else "ring"}
        for name in found
    ]
    _, data = certify(statement)
    data["evidence"][0] = {"statement": 0, "kind": "parts", "verdict": "REFUTED", "parts": parts}
    data["verdict"] = "REFUTED"
    with pytest.raises(kernel.Rejected, match="earns UNDECIDED"):
        recheck(data)


def test_the_range_of_a_variable_must_not_be_empty():
    _, data = certify(Minimiser(x**2, {x: 0}, on=Domain({x: sympy.S.Reals})))
    data["domain"][0]["ranges"]["x"]["intervals"] = []
    with pytest.raises(kernel.Rejected, match="empty"):
        recheck(data)
