"""Potentials of the user's own: the laws of a mirror potential in balls, the forms on paper, and what is refused, with the reason."""

import dataclasses
import itertools

import pytest
import sympy
from own_formulas import ACCEPTED, NAMES, of
from thinning import thinned

from mirrortheory.errors import BrokenCheck, InvalidArgument, NotEvaluable
from mirrortheory.exact import BallFunction, ball, expression, points, precision
from mirrortheory.potentials import DualPotential, Potential, PrimalPotential, Y, own
from mirrortheory.potentials.asymptotics import verify
from mirrortheory.potentials.limits import limits
from mirrortheory.potentials.numeric import values

R = sympy.Rational
x, X = sympy.Symbol("x", real=True), sympy.Symbol("x", positive=True)


def places(potential, count=7):
    inside = sorted(itertools.islice(points(*potential.region), 63))
    return inside[:: len(inside) // count]


@thinned("case", ACCEPTED, every=12, ids=NAMES)
def test_values_are_those_of_a_mirror_potential(case):
    """R' is between difference quotients of R, and R'' of R'; R* is the supremum of x y - R(x); closed forms agree with R and R'."""
    potential = of(case)
    step = R(1, 10**12)
    for place in places(potential):
        try:
            here, after = (values(potential, p, digits=50) for p in (place, place + step))
        except NotEvaluable:
            assert place == 0  # R'' jumps or is infinite there
            continue
        with precision(300):
            h = ball(step)
            quotient = (after.potential - here.potential) / h
            assert here.mirror_map < quotient
            assert quotient < after.mirror_map
            rate = (after.mirror_map - here.mirror_map) / h
            low, high = sorted((here.hessian, after.hessian), key=lambda b: float(b.mid()))
            assert not rate < low * (1 - 10 * h)
            assert not rate > high * (1 + 10 * h)
            assert (here.conjugate + here.potential).overlaps(here.x * here.mirror_map)
            other = values(potential, places(potential)[0], digits=50)
            assert not other.x * here.mirror_map - other.potential > here.conjugate  # Fenchel and Young
            for form, expected in ((potential.closed_inverse_mirror_map, here.x), (potential.closed_conjugate, here.conjugate)):
                if form is not None:
                    found = BallFunction(form, (Y,))(here.mirror_map)
                    assert found.is_finite()
                    assert found.overlaps(expected)


@thinned("case", ACCEPTED, every=12, ids=NAMES)
def test_limits_hold_in_balls(case):
    potential = of(case)
    for expansion in limits(potential) if isinstance(potential, PrimalPotential) else ():
        assert verify(expansion, potential).holds, expansion


KNOWN = [  # on paper: R'', R', x(y), R*(y)
    ("x**4/4", "3*x**2", "x**3", "sign(y)*abs(y)**(1/3)", "3*abs(y)**(4/3)/4"),
    ("cosh(x)", "cosh(x)", "sinh(x)", "asinh(y)", "y*asinh(y) - sqrt(1 + y**2)"),
    ("-sqrt(x)", "x**(-3/2)/4", "-1/(2*sqrt(x))", "1/(4*y**2)", "-1/(4*y)"),
    ("3*abs(x)**(4/3)/4", "abs(x)**(-2/3)/3", "sign(x)*abs(x)**(1/3)", "y**3", "y**4/4"),
    ("x*log(x) - x", "1/x", "log(x)", "exp(y)", "exp(y)"),
    ("-log(x)", "1/x**2", "-1/x", "-1/y", "-1 - log(-y)"),
    ("x*asinh(x/2) - sqrt(x**2 + 4)", "1/sqrt(x**2 + 4)", "asinh(x/2)", "2*sinh(y)", "2*cosh(y)"),
    ("log(1 + exp(x))", "exp(x)/(1 + exp(x))**2", "exp(x)/(1 + exp(x))", "log(y/(1 - y))", "y*log(y) + (1 - y)*log(1 - y)"),
    ("sqrt(1 + x**2)", "(1 + x**2)**(-3/2)", "x/sqrt(1 + x**2)", "y/sqrt(1 - y**2)", "-sqrt(1 - y**2)"),
    ("3*log(cosh(x)) + x", "3/cosh(x)**2", "1 + 3*tanh(x)", "atanh((y - 1)/3)", None),
]


@thinned("case", KNOWN, ids=[case[0] for case in KNOWN], every=4)
def test_forms_are_those_on_paper(case):
    formula, hessian, mirror_map, x_of_y, conjugate = case
    potential = Potential.of(formula)
    pairs = [(potential.hessian, hessian, "x"), (potential.mirror_map, mirror_map, "x")]
    pairs += [(potential.inverse_mirror_map, x_of_y, "y"), (potential.conjugate, conjugate, "y")]
    for found, wanted, letter in pairs:
        if wanted is None:
            continue
        symbol = potential.symbol if letter == "x" else Y
        written = BallFunction(expression(wanted, {letter: symbol}), (symbol,))
        derived = BallFunction(found, (symbol,))
        ends = potential.region if letter == "x" else potential.dual_domain
        with precision(200):
            for place in points(*ends, depth=4):
                if place != 0:  # abs(x)**(-2/3)
                    assert derived(ball(place)).is_finite()
                    assert derived(ball(place)).overlaps(written(ball(place)))


def test_each_way_to_give_a_potential_gives_the_same():
    """The hyperbolic entropy by R, R', R'' and x(y)."""
    ways = [
        own("x*asinh(x/2) - sqrt(x**2 + 4) + 2"),
        own("asinh(x/2)", "R", given="mirror-map"),
        own("1/sqrt(x**2 + 4)", "R", given="hessian"),
        own("2*sinh(y)", "R", given="inverse-mirror-map"),
        own(X * 0 + x * sympy.asinh(x / 2) - sympy.sqrt(x**2 + 4) + 2, sympy.S.Reals),
    ]
    seen = [values(potential, "17/5", digits=40) for potential in ways]
    for other in seen[1:]:
        for name in ("hessian", "mirror_map", "potential", "conjugate"):
            assert getattr(other, name).overlaps(getattr(seen[0], name))


REFUSED = [
    ("x**3", "R", "potential", "strictly convex on -oo < x < oo, .*; R'' = -6 .* at x = -1"),
    ("x**3", None, "potential", "strictly convex on -oo < x < oo, .*; R'' = -6"),  # x > 0 is not taken instead
    ("x**2 - x**4/100", "R", "potential", "strictly convex .*; R'' = -.* at x = "),
    ("x**2 - exp(-1000*x**2)/100", "R", "potential", "convex"),  # where x is about 1/25
    ("cosh(x) - 1000001*x**2/2000000", "R", "potential", "R'' = -0.000001 .* at x = 0"),
    ("log(x)", "x > 0", "potential", "strictly convex"),
    ("sin(x)", "0 < x < 4", "potential", "R'' = -.* at x = 2"),
    ("-sin(x)", "0 < x < 10", "potential", "R'' = -.* at x = "),
    ("3*x + 1", "R", "potential", "strictly convex .*; R'' = 0"),
    ("7", "R", "potential", "R'' = 0"),
    ("-1", "R", "hessian", "R'' = -1"),
    ("x**2 + abs(x)", "R", "potential", "differentiable .*R'\\(0-\\) = -1 and R'\\(0\\+\\) = 1"),
    ("x**2 - abs(x)", "R", "potential", "differentiable .*R'\\(0-\\) = 1 and R'\\(0\\+\\) = -1"),
    ("x**2 + sign(x)", "R", "potential", "differentiable .*R\\(0-\\) = -1 and R\\(0\\+\\) = 1"),
    ("abs(x)*log(abs(x)) - abs(x)", "R", "potential", "R' has no finite limit at x = 0; take x > 0"),
    ("abs(x)**(1/2)", "R", "potential", "strictly convex .*; R'' = -"),
    ("1/abs(x)", "R", "hessian", "no finite limit at x = 0"),
    ("abs(x - 1)**3", "R", "potential", "smooth but at x = 0"),
    ("x*log(x) - x", "R", "potential", "defined and smooth on -oo < x < oo, .*not at x = 0"),
    ("-log(x)", "x < 0", "potential", "defined and smooth on -oo < x < 0, .*not at x = -1"),
    ("x**(4/3)", "R", "potential", "not at x = -1"),
    ("1/(x - 2)**2", "x > 0", "hessian", "defined and smooth on 0 < x < oo, .*x = 2"),
    ("1/(x**2 - 2)", "x > 1", "hessian", "smooth on 1 < x < oo, got .*not seen to be"),  # the pole is irrational
    ("sqrt(x)", "R", "mirror-map", "not at x = -1"),
    ("-y", "R", "inverse-mirror-map", "strictly increasing on -oo < y < oo, got -y; dx/dy = -1"),
    ("y**2", "R", "inverse-mirror-map", "strictly increasing .*; dx/dy = -2 .* at y = -1"),
    ("1/y", "R", "inverse-mirror-map", "defined and smooth .* y = 0"),
    ("abs(y)", "R", "inverse-mirror-map", "smooth on"),
    ("a*x**2", "R", "potential", "a formula in known symbols, got a; write one of x, pi"),
    ("y", "R", "potential", "a formula in known symbols, got y"),
    ("x", "R", "inverse-mirror-map", "a formula in known symbols, got x"),
    ("x^^2", "R", "potential", r"a complete formula, not nested deeply, got x\^\^2; "),
    ("1.5x**2", "R", "potential", "made of numbers and names, got 1.5x; write 3/2"),
    ("", "R", "potential", "a formula"),
    ("__import__('os')", "R", "potential", "a formula"),
    ("x**2", "x", "potential", "an interval, got x"),
    ("x**2", "1 < x < 1", "potential", "more than one point"),
    ("x**2", "R", "R", "given must be one of potential, mirror-map, hessian, inverse-mirror-map, got R"),
    (3, "R", "potential", "a formula in x, got 3"),
    (x * sympy.Symbol("a"), "R", "potential", "a formula in x, got a\\*x; give its parameters numbers"),
]


@pytest.mark.parametrize(("formula", "domain", "given", "said"), REFUSED, ids=[f"{f}, {d}, {g}" for f, d, g, _ in REFUSED])
def test_what_is_no_potential_is_refused_in_one_line_with_the_reason(formula, domain, given, said):
    with pytest.raises(InvalidArgument, match=said) as refused:
        own(formula, domain, given=given)
    assert "\n" not in str(refused.value)


def test_a_jump_of_the_second_derivative_has_no_value():
    potential = own("x**2 + x*abs(x)/2")
    assert [values(potential, p, digits=10).hessian for p in (-1, 1)] == [1, 3]
    with pytest.raises(NotEvaluable, match="jumps"):
        values(potential, 0)
    with pytest.raises(InvalidArgument, match="in the region 0 < x < oo, got -1"):
        values(own("x*log(x)"), -1)


def test_limits_of_the_mirror_map_have_the_sign_that_an_increasing_function_gives_them():
    """SymPy's limit from below of (x - 1/2)/(sqrt(x) sqrt(1 - x)) at 1 is -oo."""
    assert own("-sqrt(x*(1 - x))", "0 < x < 1").dual_domain == (-sympy.oo, sympy.oo)
    assert own("-sqrt(1 - x**2)", "-1 < x < 1").dual_domain == (-sympy.oo, sympy.oo)
    assert own("x*exp(x)", "x > -2").dual_domain == (-sympy.exp(-2), sympy.oo)


def test_scaling_and_kinds():
    potential = own("x**4/4")
    assert isinstance(potential, PrimalPotential)
    assert potential.scaled(sympy.Integer(3)).inverse_mirror_map.subs(Y, 24) == 2
    assert isinstance(own("y**3 + y", given="inverse-mirror-map"), DualPotential)
    assert own("-log(x)").where == "0 < x < oo"  # not defined on R
    assert own("exp(y)", given="inverse-mirror-map").normalised == "x(y) as given, R*(0) = 0"
    assert own("1/x", given="hessian").normalised == "R(1) = 0 and R'(1) = 0"


def test_a_form_that_contradicts_the_formula_is_a_broken_check():
    potential = own("cosh(x)")
    for name in ("closed_inverse_mirror_map", "closed_conjugate"):
        wrong = dataclasses.replace(potential, **{name: getattr(potential, name) + R(1, 10**12)})
        with pytest.raises(BrokenCheck, match="contradicts R and R' at x = 2"):
            values(wrong, 2, digits=30)
