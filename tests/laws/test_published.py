"""Published potentials that people ask about: each is a multiple of the derived one, and its neighbours are not."""

import mpmath
import pytest
import sympy
from thinning import thinned

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.errors import NoClosedForm
from mirrortheory.evidence import Verdict
from mirrortheory.exact import expression
from mirrortheory.laws.comparison import compare, symbol_of
from mirrortheory.potentials import Y, own
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import LogDifference, PowerDifference

R = sympy.Rational


def compared(text, potential):
    return compare(expression(text, {"x": symbol_of(potential), "y": Y}), potential)


LOGARITHMIC = [  # log u - log v: R'' is a multiple of 1/cosh^2
    ((2, 1), "3*log(cosh(x)) + x", R(12, 5)),
    ((2, 1), "log(exp(x) + exp(-x))", R(4, 5)),
    ((2, 1), "log(1 + exp(2*x)) - 7*x", R(4, 5)),
    ((1, 1), "log(cosh(x))", 2),
    ((3, R(1, 3)), "5*log(cosh(x)) + 4", None),
    ((2, 1), "3*log(cosh(x)) + x**3/10**9", "REFUTED"),
    ((2, 1), "3*log(cosh(2*x))", "REFUTED"),
    ((2, 1), "log(1 + exp(x))", "REFUTED"),
]


@pytest.mark.parametrize(("start", "text", "factor"), LOGARITHMIC, ids=[f"{s} {t}" for s, t, _ in LOGARITHMIC])
def test_log_difference(start, text, factor):
    found = compared(text, derive(Flow(Lq(2), LogDifference()), initial=start).potential)
    assert found.verdict is (Verdict.REFUTED if factor == "REFUTED" else Verdict.PROVED)
    if isinstance(factor, int | R):
        assert found.factor == factor


def q_of(depth, scale=1):
    """h_D of Woodworth et al. (2020), for weights that start at alpha with alpha^D = scale."""
    return f"{scale}*((1 - y)**(-{depth}/({depth} - 2)) - (1 + y)**(-{depth}/({depth} - 2)))"


@thinned(("depth", "scale"), [(3, 1), (4, 1), (5, 1), (6, 1), (3, 8), (4, R(1, 16))], every=3)
def test_potential_of_woodworth_et_al(depth, scale):
    alpha = sympy.root(scale, depth)
    potential = derive(Flow(Lq(2), PowerDifference(depth)), initial=(alpha, alpha)).potential
    found = compared(q_of(depth, scale), potential)
    assert found.verdict is Verdict.PROVED
    assert found.factor == depth * (depth - 2) * alpha ** (depth - 2)
    for wrong in (q_of(depth + 1, scale), q_of(depth, scale * R(10**6 + 1, 10**6))):
        assert compared(wrong, potential).verdict is Verdict.REFUTED


H = {2: "sinh(2*y)/2", 3: "sin(y)/cos(y)**3", 4: "y/(1 - y**2)**2"}  # h_L of Yun et al. (2021), solved


@pytest.mark.parametrize("depth", H)
def test_potential_of_yun_et_al(depth):
    potential = derive(Flow(Lq(2), Product(depth)), imbalance=(0, *(1,) * (depth - 1))).potential
    found = compared(H[depth], potential)
    assert (found.verdict, found.factor) == (Verdict.PROVED, 1)
    for other, form in H.items():
        if other != depth:
            assert compared(form, potential).verdict is Verdict.REFUTED


@pytest.mark.parametrize("depth", [2, 3, 4, 5])
def test_potential_of_yun_et_al_by_its_differential_equation(depth):
    """p' = p^(L-2) q, q' = p^(L-1) from (1, 0), and h_L = p^(L-1) q; H_L is the integral of the inverse of h_L."""
    potential = derive(Flow(Lq(2), Product(depth)), imbalance=(0, *(1,) * (depth - 1))).potential
    with mpmath.workdps(30):
        flow = mpmath.odefun(lambda _, w: [w[0] ** (depth - 2) * w[1], w[0] ** (depth - 1)], 0, [1, 0])
        for time in (mpmath.mpf(1) / 4, mpmath.mpf(1) / 2):
            p, q = flow(time)
            x = p ** (depth - 1) * q
            found = values(potential, R(str(mpmath.nstr(x, 25))), digits=25).mirror_map
            assert abs(float(found.mid()) - float(time)) < 1e-15


def test_depth_four_is_one_potential_for_both_papers():
    """q_4(x) and H_4(x/4) differ by a factor, as at depth two; at depth three q_3 and H_3 differ however x is scaled."""
    assert compared(q_of(4), own(f"4*({H[4]})", "-1 < y < 1", given="inverse-mirror-map")).verdict is Verdict.DERIVED
    three = own(f"4*({H[3]})", "-pi/2 < y < pi/2", given="inverse-mirror-map").inverse_mirror_map
    other = expression(q_of(3), {"y": Y})
    orders = [[sympy.series(form, Y, 0, 7).removeO().coeff(Y, n) for n in (1, 3, 5)] for form in (three, other)]
    first, second = ((a * c / b**2) for a, b, c in orders)  # which no scale of x or y changes
    assert first != second


def test_a_published_inverse_is_compared_where_both_vanish_at_zero():
    with pytest.raises(NoClosedForm, match="R'\\(0\\) is infinite"):
        compared("exp(2*y)", derive(Flow(Lq(2), Product(2))).potential)
    with pytest.raises(NoClosedForm, match="both have x\\(0\\) = 0"):
        compared("sinh(y) + 1", derive(Flow(Lq(2), Product(2)), imbalance=(0, 1)).potential)
    assert compared("2*sinh(y)", own("x*asinh(x/2) - sqrt(x**2 + 4)")).verdict is Verdict.PROVED
    assert compared("2*sinh(y) + y**3/10**9", own("x*asinh(x/2) - sqrt(x**2 + 4)")).verdict is Verdict.REFUTED
