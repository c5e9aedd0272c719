r"""The Bregman divergence of a mirror potential is positive away from the diagonal.

.. math:: D_R(x, x_0) = R(x) - R(x_0) - R'(x_0)(x - x_0) > 0 \qquad (x \ne x_0)

Shown by ball arithmetic on boxes that cover a compact domain off the diagonal, for the derived R, whose R'' is that of the flow.
Strict convexity, which gives it everywhere, is the positive metric of inverse_metric_is_an_elementary_symmetric_polynomial.

Source: Bregman (1967); the potentials are derived from Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import x
from mirrortheory.theory import S

CLAIM = Claim(
    "bregman_divergence_is_positive_off_the_diagonal",
    r"D_R(x, x_0) > 0",
    topic="potentials",
    source="Bregman (1967)",
    scope="depth 2, imbalance 1 and 0, q = 1 and 2; x, x0 in [1/2, 4], |x - x0| >= 1",
)

start = sympy.Symbol("x0", positive=True)
HYPERBOLA = S * (S + 2) / (2 * S + 2), (S**2 + 2 * S + 2) / (2 * S + 2)  # all a, b > 0 with b^2 - a^2 = 1
RANGE = sympy.Interval(sympy.Rational(1, 2), 4)


def check(sign=1, shift=0):
    off_diagonal = Domain({x: RANGE, start: RANGE}, ((x - start) ** 2 >= 1,))
    for q in (1, 2):
        for imbalance in (0, 1):
            flow, part = Flow(Lq(q), Product(2)), f"q = {q}, imbalance {imbalance}"
            potential = derive(flow, imbalance=(0, imbalance)).potential
            r, dual = Named(f"R, {part}", potential.potential), Named(f"R', {part}", potential.mirror_map)
            sizes = HYPERBOLA if (q, imbalance) == (2, 1) else (S, S + imbalance)  # of the weights, whose signs are any
            curve = {w: sympy.sign(w) * size for w, size in zip(flow.weights, sizes, strict=True)}
            metric = at(sympy.Derivative(r, x, x), {x: sympy.Mul(*sizes)})
            yield Identity(
                metric * at(flow.inverse_metric, curve), 1, on=flow.domain({S: POSITIVE}), part=f"{part}, R'' of the flow"
            )
            yield Identity(sympy.Derivative(r, x), dual, on=Domain({x: POSITIVE}), part=f"{part}, R'")
            linear = at(r, {x: start}) + sign * at(dual, {x: start}) * (x - start)
            yield Inequality(0, r - linear - shift, on=off_diagonal, part=part, strict=True)


MUTANTS = {"slope with the other sign": {"sign": -1}, "lowered": {"shift": sympy.Rational(1, 5)}}
