"""Maps solved by hand: blocks over disjoint weights, layers that are shifted or divide, functions of maps; on three routes."""

from dataclasses import replace

import mpmath
import pytest
import sympy
from test_forms import by_derivative, by_flow, by_legendre
from thinning import thinned

from mirrortheory import Flow, Lq, derive
from mirrortheory.codegen.as_python import as_python
from mirrortheory.errors import NoClosedForm
from mirrortheory.exact import compare, evaluate, inverse_function
from mirrortheory.laws.axioms import legendre
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Separable
from mirrortheory.report.describe import as_mapping, as_text
from mirrortheory.theory import DualPotential, Y
from mirrortheory.theory.blocks import split

R, OO = sympy.Rational, sympy.oo
U, V, W, Z = sympy.symbols("u v w z", positive=True)
HALF, THIRD = R(1, 2), R(1, 3)
EXPONENTS = ("1", "5/4", "4/3", "3/2", "2")
MAPS = [  # besides the rows of the table of forms, two of each kind at least
    ((U + V) ** 3, (3, 1)),
    (sympy.exp(U + 2 * V), (1, 2)),
    (sympy.sqrt(U + V**2), (1, 2)),
    (U * V + U, (HALF, 3)),
    (U * V + U + V, (1, R(3, 2))),
    ((1 + U) * (1 + V) * (1 + W), (1, 2, 3)),
    (U * V / W, (1, 2, 3)),
    (U / (V * W), (1, 2, 3)),
    (U**2 / V, (1, 2)),
    (1 / (U * V), (1, 2)),
    (sympy.exp(U) * V, (1, 2)),
    (U * sympy.exp(U), None),
    (U**3 + U**2, None),
    (U + U**5, None),
    (U * V + W**3, (1, 2, 1)),
    (U * V - sympy.exp(W), (1, 2, 1)),
    (U**2 * V - W * Z, (1, 2, 1, 3)),
    (3 * U * V - W * Z + 5, (1, 1, 2, 1)),
    (sympy.tanh(U) - sympy.tanh(V), (1, HALF)),
    (sympy.sinh(U) - sympy.sinh(V), (1, HALF)),
]
ENTRIES = [
    pytest.param(expr, q, start, id=f"{expr}, q = {q}", marks=() if i in (8, 14) and k == i % 5 else pytest.mark.slow)
    for i, (expr, start) in enumerate(MAPS)
    for k, q in enumerate(EXPONENTS)
]


@pytest.fixture(autouse=True)
def thirty_digits():
    with mpmath.workdps(30):
        yield


def derived(expr, q, start=None):
    return derive(Flow(Lq(q), Separable(expr, sorted(expr.free_symbols, key=str))), initial=start)


def inside(derivation, start):
    """Two points on both sides of the start, inside the region."""
    weights = derivation.flow.weights
    x0 = R(str(sympy.N(derivation.flow.effective.subs(dict(zip(weights, start or [2] * len(weights), strict=True))), 8)))
    found = []
    for end, side in zip(derivation.potential.region, (-1, 1), strict=True):
        found.append(x0 + side if end.is_infinite else x0 + (R(str(sympy.N(end, 8))) - x0) * R(3, 10))
    return [R(round(point * 1000), 1000) for point in found]


@pytest.mark.parametrize(("expr", "q", "start"), ENTRIES)
def test_three_routes(expr, q, start):
    found = derived(expr, q, start)
    potential = found.potential
    assert isinstance(potential, DualPotential)
    assert by_derivative(potential)
    assert by_legendre(potential)
    assert by_flow(found, potential, inside(found, start))


x = sympy.Symbol("x", positive=True)
ANSWERS = [  # R' as it is found on paper
    (U / V, 2, (2, 1), 5 * (x / (2 * (1 + x**2)) + sympy.atan(x) / 2)),
    (U / (1 + V), 2, (2, 1), 8 * (x / (2 * (1 + x**2)) + sympy.atan(x) / 2)),
    (sympy.sinh(U), 2, None, sympy.atan(x)),
    (sympy.sinh(U), 1, None, sympy.asinh(x)),
    (sympy.tanh(U), 2, None, x / (2 * (1 - x**2)) + sympy.atanh(x) / 2),
    (sympy.tanh(U), R(3, 2), None, x / sympy.sqrt(1 - x**2)),
    ((U + V) ** 2, R(3, 2), (3, 1), x ** R(1, 4) / sympy.sqrt(2)),
    (sympy.log(U + V), 2, (3, 1), sympy.exp(2 * x) / 4),
    (U / V, R(3, 2), (2, 1), (1 + 2 ** R(3, 2)) * x * sympy.hyper([R(2, 3), 2], [R(5, 3)], -(x ** R(3, 2)))),
]


@thinned(("expr", "q", "start", "known"), ANSWERS, every=4)
def test_answers_on_paper(expr, q, start, known):
    found = derived(expr, q, start).potential.mirror_map
    point, other = (R(1, 3), R(2, 3)) if expr.has(sympy.tanh) else (R(4, 3), R(5, 2))
    difference = [evaluate(found - known, {x: place}, 40) for place in (point, other)]
    assert difference[0].overlaps(difference[1])  # the same up to a constant
    assert evaluate(sympy.diff(found - known, x), {x: point}, 40).contains(0)
    assert not evaluate(sympy.diff(found - R(1000001, 1000000) * known, x), {x: point}, 40).contains(0)


def test_u_plus_u_cubed_is_a_tangent():
    found = derived(U + U**3, 2).potential
    u = sympy.tan(sympy.sqrt(3) * Y) / sympy.sqrt(3)
    assert sympy.simplify(found.inverse_mirror_map - u - u**3) == 0
    assert compare(found.dual_domain[1], sympy.pi / (2 * sympy.sqrt(3))) == 0


REGIONS = [  # where the first weight leaves its range: from first integrals, on paper
    (U * V + U, 2, (R(5, 2), THIRD), (sympy.sqrt(R(25, 4) - R(16, 9) + 1), OO)),  # v = 0
    (U * V + U, 2, (HALF, 3), (0, OO)),  # u = 0
    (U / (1 + V), 2, (2, 1), (0, sympy.sqrt(7))),  # u^2 = 8 - 1 at v = 0
    (U / (1 + V), R(3, 2), (2, 1), (0, (4 * sympy.sqrt(2) - 1) ** R(2, 3))),
    (U * V * W + U * V, 2, (3, 2, HALF), (sympy.sqrt(341) / 4, OO)),  # u^2 = 31/4, v^2 = 11/4 at w = 0
    (U / V, R(5, 4), (2, 1), (0, OO)),
    ((U + V) ** 2, R(4, 3), (3, 1), (4, OO)),
    (sympy.tanh(U), R(5, 4), None, (0, 1)),
    (U * V - W, R(3, 2), (1, 1, 1), (-3, R(81, 16))),  # u = v: u dy = du at the rate sqrt(u), w = 1 - y
    (U * V * W - Z, 1, (1, 2, 3, 1), (-2, 24)),
]


@thinned(("expr", "q", "start", "region"), REGIONS, every=4)
def test_regions_are_exact(expr, q, start, region):
    found = derived(expr, q, start).potential.region
    assert all(compare(end, known) == 0 for end, known in zip(found, region, strict=True))


@pytest.mark.parametrize("sign", [1, 0, -1])
def test_a_layer_that_nearly_vanishes_first(sign):
    """Of u (v + 1), (v + 1)^2 - u^2 is conserved: near 1 it decides in the 30th digit whether u or v is 0 first."""
    small = sign * R(1, 10**30)
    region = derived(U * V + U, 2, (R(3, 4), R(1, 4) + small)).potential.region
    at_v = sympy.sqrt(1 - (R(5, 4) + small) ** 2 + R(9, 16)) if sign < 0 else sympy.S.Zero
    assert compare(region[0], at_v) == 0
    assert region[1] == OO


def test_blocks_are_found():
    assert split(U * V - W * Z) == (0, [U * V, -W * Z])
    assert set(split(sympy.log(U * V) + W)[1]) == {W, sympy.log(U), sympy.log(V)}
    assert split((U + 1) * (V + 2)) == (0, [(U + 1) * (V + 2)])
    assert split(2 + U * (V + 1) - W)[0] == 2
    assert len(split(U * V + V * W + Z)[1]) == 2


def test_what_is_refused_says_why():
    with pytest.raises(NoClosedForm, match=r"separation: the ratio of velocities"):
        derived(U * V + V**2 - W**3, "3/2", (1, 2, 1))
    with pytest.raises(NoClosedForm, match=r"it needs a number for q"):
        derived(U / V, sympy.Symbol("q", positive=True), (2, 1))
    with pytest.raises(NoClosedForm, match=r"initial weights instead"):
        derived(U / V, 2)
    with pytest.raises(NoClosedForm, match=r"range of the dual variable|quadrature"):
        derived(sympy.exp(U * V), 2, (1, 2))


@thinned(("expr", "q", "start"), [(U / V, 2, (2, 1)), (U * V - W * Z, "3/2", (2, 1, 1, 3)), (sympy.sinh(U), "3/2", None)], every=3)
def test_all_that_takes_a_potential_takes_it(expr, q, start):
    found = derived(expr, q, start)
    potential = found.potential
    assert potential.inverse_mirror_map.has(inverse_function)
    text = as_text(as_mapping(found, limits=True))
    assert "inverse(" in text
    report = legendre(potential)
    assert str(report)
    module = {}
    exec(as_python(found), module)
    point = R(3, 2)
    enclosed = values(potential, point, digits=25)
    with mpmath.workdps(25):
        for name in ("mirror_map", "hessian", "potential"):
            expected = mpmath.mpf(getattr(enclosed, name).mid().str(24, radius=False))
            assert abs(module[name](mpmath.mpf(3) / 2) - expected) < 1e-15
        back = module["inverse_mirror_map"](module["mirror_map"](mpmath.mpf(3) / 2))
        assert abs(back - 1.5) < 1e-15


def test_one_map_split_in_another_order_has_the_same_potential():
    first, second = derived(U * V - W, "3/2", (2, 1, 3)), derived(V * W - U, "3/2", (3, 2, 1))
    for point in (R(-1, 2), 1):
        a, b = (values(d.potential, point, digits=25) for d in (first, second))
        assert a.mirror_map.overlaps(b.mirror_map)
        assert a.potential.overlaps(b.potential)


@pytest.mark.slow
def test_a_wrong_form_is_caught_by_the_flow():
    blocks = derived(U * V - W * Z, "3/2", (2, 1, 1, 3))
    form = blocks.potential.inverse_mirror_map
    wrong = replace(blocks.potential, closed_inverse_mirror_map=form * (1 + R(1, 10**10)))
    points = inside(blocks, (2, 1, 1, 3))
    assert by_flow(blocks, blocks.potential, points)
    assert not by_flow(blocks, wrong, points)
    right, other = (derived(U / V, 2, (2, second)) for second in (1, R(100001, 100000)))
    assert by_flow(right, right.potential)
    assert not by_flow(right, other.potential)
