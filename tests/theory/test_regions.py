"""Regions of validity are decided exactly, also from weights that nearly cancel: against truths found in another way."""

import random

import mpmath
import pytest
import sympy
from sympy import Rational
from thinning import thinned

from mirrortheory import Flow, Lq, Product, Separable, derive
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import compare, evaluate
from mirrortheory.potentials.legendre import natural_domain
from mirrortheory.potentials.numeric import values
from mirrortheory.theory import DualPotential

U, V, W = sympy.symbols("u v w", positive=True)
TINY = {n: Rational(1, 10**n) for n in (8, 9, 12, 13, 16)}
MAPS = {
    "u*v + v^2": Separable(U * V + V**2, (U, V)),
    "u*v + u*w": Separable(U * V + U * W, (U, V, W)),
    "(u + v)*w": Separable((U + V) * W, (U, V, W)),
    "u^2 + u*v": Separable(U**2 + U * V, (U, V)),
}
TYPED = [
    ("u*v + v^2", (1, TINY[12])),
    ("u*v + v^2", (10**8, TINY[8])),
    ("u*v + v^2", (1, TINY[16])),
    ("u*v + v^2", (1, TINY[9])),
    ("u*v + u*w", (1, 1, TINY[13])),
    ("u*v + u*w", (1, 1, TINY[8])),
    ("(u + v)*w", (1, TINY[16], 1)),
    ("u^2 + u*v", (1, TINY[16])),
]


def drawn():
    """Two starts for each map, with one weight so small, or two so close, that doubles do not tell what vanishes first."""
    draw = random.Random(12)
    for name, reparam in MAPS.items():
        for _ in range(2):
            start = [Rational(draw.randint(1, 999), draw.randint(1, 99)) for _ in reparam.weights]
            start[draw.randrange(len(start))] *= Rational(1, 10 ** draw.randint(9, 25))
            yield name, tuple(start)


def truth(reparam, start):
    """The region of a quadratic map at q = 2 by the eigenvectors of its matrix, at 200 digits: dw/dy = H w until a weight is 0."""
    weights = reparam.weights
    matrix = sympy.hessian(reparam.effective, weights)
    with mpmath.workdps(200):
        hessian = mpmath.matrix([[mpmath.mpf(int(e)) for e in matrix.row(i)] for i in range(len(weights))])
        point = mpmath.matrix([mpmath.mpf(int(w.p)) / int(w.q) for w in map(sympy.sympify, start)])
        rates, vectors = mpmath.eigsy(hessian)
        places = range(len(weights))
        along = [sum(vectors[i, k] * point[i] for i in places) for k in places]
        parts = [[along[k] * vectors[i, k] for k in places] for i in places]
        step = rates[1] - rates[0]
        assert all(abs(rates[k] - rates[0] - k * step) < mpmath.mpf(10) ** -190 for k in places)

        def zeros(c):
            if len(c) == 2:
                roots = [-c[0] / c[1]]
            else:
                discriminant = c[1] ** 2 - 4 * c[0] * c[2]
                roots = [(-c[1] + s * mpmath.sqrt(discriminant)) / (2 * c[2]) for s in (1, -1)] if discriminant >= 0 else []
            return [mpmath.log(root) / step for root in roots if root > 0]

        found = [y for c in parts for y in zeros(c)]

        def x_at(y):
            w = [sum(parts[i][k] * mpmath.exp(rates[k] * y) for k in places) for i in places]
            return sum(hessian[i, j] * w[i] * w[j] for i in places for j in places) / 2

        left = max((y for y in found if y < 0), default=None)
        right = min((y for y in found if y > 0), default=None)
        return [None if y is None else x_at(y) for y in (left, right)]


def regions_agree(potential, expected):
    for side, (end, value) in enumerate(zip(potential.region, expected, strict=True)):
        if value is None:
            assert end == (-sympy.oo, sympy.oo)[side]
        else:
            with mpmath.workdps(200):
                assert abs(mpmath.mpf(evaluate(end, {}, digits=90).mid().str(100, radius=False)) - value) < mpmath.mpf(10) ** -80


@thinned(("name", "start"), [*TYPED, *drawn()], ids=str, every=8)
def test_the_region_is_the_true_one(name, start):
    flow = Flow(Lq(2), MAPS[name])
    found = derive(flow, initial=start)
    assert isinstance(found.potential, DualPotential)
    regions_agree(found.potential, truth(MAPS[name], start))
    assert natural_domain(found.potential).inf == found.potential.region[0]
    assert found.potential.symbol.is_positive  # every one of these regions lies in x >= 0


@pytest.mark.parametrize("start", [(1, TINY[12]), (10**8, TINY[8]), (1, TINY[16])], ids=str)
def test_no_value_is_printed_outside(start):
    potential = derive(Flow(Lq(2), MAPS["u*v + v^2"]), initial=start).potential
    assert potential.region == (0, sympy.oo)
    with pytest.raises(InvalidArgument, match="in the region 0 < x < oo"):
        values(potential, Rational(-3))


@thinned("small", [TINY[8], TINY[13], TINY[16]], ids=str, every=3)
@pytest.mark.parametrize(("name", "at"), [("u*v + u*w", (1, 1, 0)), ("(u + v)*w", (1, 0, 1))])
def test_where_the_smallest_of_three_weights_is_zero(name, at, small):
    """Of v - w and u^2 - (v + w)^2/2, which are conserved: at w = 0 it is u^2 = 1 - 2 small, v = 1 - small and x = u v."""
    potential = derive(Flow(Lq(2), MAPS[name]), initial=[w or small for w in at]).potential
    assert compare(potential.region[0], (1 - small) * sympy.sqrt(1 - 2 * small)) == 0
    assert potential.region[1] == sympy.oo


def sums():
    draw = random.Random(21)
    for q in ("1", "3/2"):
        for _ in range(2):
            first = Rational(draw.randint(1, 999), draw.randint(1, 99))
            yield q, (first, first + Rational(draw.choice((-1, 1)), 10 ** draw.randint(12, 40)))


@pytest.mark.parametrize(("q", "start"), [*sums(), ("3/2", (1, 1 + Rational(1, 10**30)))], ids=str)
def test_a_sum_from_weights_that_nearly_cancel(q, start):
    """u^2 + v^2 ends where the smaller weight is 0: u - v is conserved at q = 1, and sqrt(u) - sqrt(v) at q = 3/2."""
    potential = derive(Flow(Lq(q), Separable(U**2 + V**2, (U, V))), initial=start).potential
    u, v = map(sympy.sympify, start)
    assert compare(potential.region[0], (u - v) ** 2 if q == "1" else (sympy.sqrt(u) - sympy.sqrt(v)) ** 4) == 0
    assert potential.region[1] == sympy.oo


def test_layers_from_weights_that_nearly_cancel():
    """The smallest layer is found where its charge differs in the 100th digit only."""
    start = (1 + Rational(1, 10**100), 1)
    for q in ("5/4", "3/2"):
        found = derive(Flow(Lq(q), Product(2)), initial=start)
        assert found.imbalance[1] == 0
        assert evaluate(found.imbalance[0] * 10**100, {}, digits=20) > 1
