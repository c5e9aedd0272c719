"""Random formulas: each is taken or refused in one line, and of those taken R'' is nowhere seen to be negative."""

import dataclasses
import random

import pytest
import sympy
from thinning import thinned

from mirrortheory.errors import BrokenCheck, InvalidArgument, NotEvaluable
from mirrortheory.exact import BallFunction, ball, points, precision
from mirrortheory.laws.axioms import legendre
from mirrortheory.potentials import DualPotential, Y, own
from mirrortheory.potentials.own import GIVEN

FUNCTIONS = ("exp", "cosh", "log", "sqrt", "abs", "atan", "asinh", "tanh", "sinh", "sin", "cos")
EXPONENTS = ("2", "3", "4", "(1/2)", "(3/2)", "(-1)", "(4/3)", "(-1/2)")


def formula(rng, depth, letter):
    if depth == 0:
        return rng.choice((letter, letter, letter, str(rng.randint(1, 4)), f"{rng.randint(1, 4)}/{rng.randint(1, 4)}"))
    a, b = formula(rng, depth - 1, letter), formula(rng, rng.randrange(depth), letter)
    kind = rng.randrange(8)
    if kind < 5:
        return (f"({a} + {b})", f"({b} + {a})", f"({a} - {b})", f"{a}*{b}", f"({a})**{rng.choice(EXPONENTS)}")[kind]
    return f"{rng.choice(FUNCTIONS)}({a})"


def random_case(seed):
    rng = random.Random(seed)
    given = rng.choice(GIVEN)
    letter = "y" if given == "inverse-mirror-map" else "x"
    domain = rng.choice((None, "R", f"{letter} > 0", f"{letter} > 1", f"0 < {letter} < 1", f"-1 < {letter} < 1"))
    return formula(rng, rng.choice((1, 2, 2)), letter), domain, given


@thinned("seed", range(120), every=8)
def test_a_random_formula_is_convex_or_refused(seed):
    text, domain, given = random_case(seed)
    try:
        potential = own(text, domain, given=given)
    except (InvalidArgument, NotEvaluable) as refused:
        assert "\n" not in str(refused)
        return
    dual = isinstance(potential, DualPotential)
    form, symbol = (potential.inverse_metric, Y) if dual else (potential.hessian, potential.symbol)
    rate, rng = BallFunction(form, (symbol,)), random.Random(seed)
    with precision(200):
        for place in points(*(potential.dual_domain if dual else potential.region)):
            near = place * (1 + sympy.Rational(rng.randint(-999, 999), 10**6)) if place else place
            assert not rate(ball(near)) < 0, (text, domain, given, near)
    assert legendre(potential).verdict("strict convexity").value in ("PROVED", "DERIVED")


def test_some_random_formulas_are_taken_and_some_are_not():
    taken = 0
    for seed in range(0, 120, 8):
        text, domain, given = random_case(seed)
        try:
            own(text, domain, given=given)
            taken += 1
        except (InvalidArgument, NotEvaluable):
            continue
    assert 2 <= taken <= 13


def test_a_hessian_made_negative_by_hand_is_not_seen_to_be_convex():
    potential = own("x**4/4")
    assert potential.is_convex()
    wrong = dataclasses.replace(potential, closed_hessian=potential.closed_hessian - sympy.Rational(1, 10**9))
    assert not wrong.is_convex()
    assert legendre(wrong).verdict("strict convexity").value == "UNDECIDED"
    with pytest.raises(BrokenCheck, match="does not tend to 5"):
        legendre(dataclasses.replace(own("cosh(x)"), dual_domain=(-sympy.oo, sympy.Integer(5))))
