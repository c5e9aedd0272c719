r"""Where parallel columns slide, sign flow with a control for each entry does not determine how they share the motion.

.. math:: Z = \begin{pmatrix} 1 & 1 & 1 \\ 0 & 0 & 1 \end{pmatrix}, \quad b = (0, 1), \quad x_0 = 0: \qquad
          x_\infty = (-p, p - 1, 1) \quad \text{for every } p \in [0, 1]

At depth one from x = 0 the first two slopes are 0 and stay so when their controls sigma_1 = -p, sigma_2 = p - 1 add up to -1; the
third coordinate moves at speed 1 until the data are fitted at t = 1. Each p is a solution of the entrywise inclusion dx_j/dt in
-SIGN(f'_j). Filippov's inclusion is smaller: signs of parallel columns flip together, so that its hull has one control for both,
sigma_1 = sigma_2, and its only solution is p = 1/2. It keeps y_1 - y_2, as the class law has it
(dual_variables_of_parallel_columns_move_in_a_fixed_ratio), and is the projection of x_0 at which the flow ends for q > 1, whose
links of equal slopes are equal. With entrywise controls, two directions of columns and rank two are not enough for a prediction
at q = 1: it needs slopes that are not 0, as for data that share no coordinate, or one control for the class.

With a single column that slides there is one solution: scaling_a_row_of_the_data_moves_the_end_of_sign_flow.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Exists, Identity, Inequality
from mirrortheory.theory import Velocity

CLAIM = Claim(
    "sign_flow_on_parallel_columns_that_slide_may_end_anywhere_in_their_class",
    r"x_1 + x_2 + x_3 = 0,\ x_3 = 1: \quad x_\infty = (-p, p - 1, 1) \quad (0 \le p \le 1)",
    topic="bias",
    source="this project",
    scope="q = 1, depth one; the square loss of two data in three coordinates, from x = 0; every p in [0, 1]; one control an entry",
    on_paper=(
        "the entrywise inclusion dx_j/dt in -SIGN(f'_j), of which these are solutions; it is larger than Filippov's, whose only "
        "solution is p = 1/2",
        "the residual is 0 from t = 1 on",
    ),
)

t, size = sympy.symbols("t G", positive=True)
share = sympy.Symbol("p", nonnegative=True)
ROWS, TARGET = ((1, 1, 1), (0, 0, 1)), (0, 1)


def check(rest=lambda p: p - 1, most=1):
    controls = -share, rest(share), sympy.S.One
    path = [control * t for control in controls]
    left = [b - sum(z * e for z, e in zip(row, path, strict=True)) for row, b in zip(ROWS, TARGET, strict=True)]
    shares = sympy.Interval(0, most)
    on = Domain({t: sympy.Interval.open(0, 1), share: shares})
    for j in range(2):
        pull = sum(row[j] * r for row, r in zip(ROWS, left, strict=True))
        yield Identity(pull, 0, on=on, part=f"coordinate {j + 1}, its slope stays 0")
        yield Inequality(controls[j] ** 2, 1, on=Domain({share: shares}), part=f"coordinate {j + 1}, a control in [-1, 1]")
    pull = sum(row[2] * r for row, r in zip(ROWS, left, strict=True))
    yield Inequality(0, pull, on=on, part="coordinate 3, is pulled upwards", strict=True)
    flow = Flow(Lq(1), Product(1))
    along = at(Velocity(flow, flow.weights[0]), {flow.slope: -size})
    yield Identity(along, Derivative(path[2], t), on=Domain({size: POSITIVE, t: POSITIVE}), part="coordinate 3, moves so")
    for row, b in zip(ROWS, TARGET, strict=True):
        fitted = at(sum(z * e for z, e in zip(row, path, strict=True)), {t: 1})
        yield Identity(fitted, b, on=Domain({share: shares}), part=f"fits the datum {row}")
    apart = at(path[0] - path[1], {t: 1})
    yield Exists(apart, 0, on=Domain({share: shares}), at={share: 1}, part="x_1 - x_2 is not kept at p = 1")
    yield Identity(at(apart, {share: sympy.Rational(1, 2)}), 0, on=Domain({}), part="x_1 - x_2 is kept at p = 1/2")


MUTANTS = {"both down by p": {"rest": lambda p: -p}, "together to 2": {"rest": lambda p: p - 2}, "shares beyond 1": {"most": 3}}
