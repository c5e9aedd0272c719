r"""A stationary point of a quadratic loss with an l_1 penalty minimises it: a rise costs a square and, in each coordinate, a kink.

.. math:: F(y) - F(x) = \tfrac12 |Z(y - x)|^2 + \sum_j \bigl(\mu_j (y_j - x_j) + A|y_j| - A|x_j|\bigr), \quad
          F = f + A |x|_1,\ \mu = \nabla f(x),
.. math:: x_j \ne 0,\ \mu_j = -A\,\mathrm{sign}\,x_j: \ A\,(|y_j| - \mathrm{sign}(x_j)\,y_j) \ge 0; \qquad
          x_j = 0,\ |\mu_j| \le A: \ A|y_j| + \mu_j y_j \ge 0

So the signs of x and of A - |mu|, decided in exact rationals, certify where flows end for which decay is this penalty: decoupled at
L = p with A = alpha^(p-1), coupled at L = 2 with A = alpha (decay_stops_at_stationary_points_of_a_power_penalty).

Checked with two data and three coordinates: x_1 = u > 0 and mu_1 = -A; x_2 = -v < 0 and mu_2 = A; x_3 = 0 and mu_3 = A k, |k| <= 1.
The moves are d_1, d_2 and, to either side, d_3; the terms of each are at least 0. On paper it is the same sum in any size.
Source: Tibshirani (1996), (2013), arXiv:1206.0313, for the conditions of the lasso; this project for the use.
"""

import sympy

from mirrortheory.check.claims import Claim
from mirrortheory.domain import NONNEGATIVE, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality

CLAIM = Claim(
    "kkt_points_minimise_a_quadratic_loss_with_an_l1_penalty",
    r"F(y) - F(x) = \tfrac12 |Z(y-x)|^2 + \sum_j \left(\mu_j (y_j - x_j) + A|y_j| - A|x_j|\right) \ge 0",
    topic="decay",
    source="Tibshirani (1996), (2013), arXiv:1206.0313; this project for the use",
    scope="two data, three coordinates, one of each sign and one 0; every Z; every A > 0",
    on_paper=(
        "the same sum in any size: any number of data and of coordinates of each kind",
        "a sum of terms that are at least 0 is",
        "|y| - y and |y| + y are at least 0",
    ),
)

A, u, v = sympy.symbols("A u v", positive=True)
t = sympy.Symbol("t", nonnegative=True)
d1, d2, k, r1, r2 = sympy.symbols("d1 d2 k r1 r2", real=True)
Z = sympy.Matrix(2, 3, sympy.symbols("z1:7", real=True))


def check(pull=1, between=1, half=sympy.S.Half):
    third_range = {t: NONNEGATIVE, k: sympy.Interval(-1, 1)}
    on = Domain(dict.fromkeys((*Z, d1, d2), REALS) | dict.fromkeys((A, u, v), POSITIVE) | third_range)
    for side in (1, -1):
        x, moved, slope = sympy.Matrix([u, -v, 0]), sympy.Matrix([d1, d2, side * t]), sympy.Matrix([-pull * A, A, between * A * k])
        hessian = Z.T * Z
        g = hessian * x - slope

        def penalised(point, hessian=hessian, g=g):
            return (point.T * hessian * point)[0] / 2 - (g.T * point)[0] + A * sum(map(abs, point))

        squares = sum(row**2 for row in Z * moved)
        third = A * t * (1 + side * k)
        costs = A * (abs(u + d1) - (u + d1)) + A * (abs(d2 - v) + (d2 - v)) + third
        rise = penalised(x + moved) - penalised(x)
        part = f"x_3 moves to the side {side}"
        yield Identity(rise, half * squares + costs, on=on, part=f"{part}, what a move costs", samples=4)
        rows = Domain(dict.fromkeys((r1, r2), REALS) | {A: POSITIVE} | third_range)
        cost = half * (r1**2 + r2**2) + third
        yield Inequality(0, cost, on=rows, part=f"{part}, the third coordinate, and r for Z(y - x)")


MUTANTS = {"half the pull": {"pull": sympy.S.Half}, "a slope beyond A": {"between": 2}, "the whole square": {"half": 1}}
