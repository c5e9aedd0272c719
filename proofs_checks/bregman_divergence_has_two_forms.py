r"""The Bregman divergence of a mirror potential equals its form with the conjugate.

.. math:: D_R(x, x_0) = R(x) - R(x_0) - R'(x_0)(x - x_0) = R(x) + R^*(y_0) - x y_0, \qquad y_0 = R'(x_0)

Here R and R* are derived closed forms that come from different integrals, R' is the derivative of R, R'' belongs to the flow, and
dR*(R'(x)) = x R''(x) dx. The derived R*(y) has the derivative x(y), which inverts R' (at depth two and q = 2 not checked here). At
other depths and imbalances R is defined as x y - R*(y), and nothing is left to compare.

Source: Bregman (1967); Bauschke and Borwein (1997), for Legendre functions.
"""

import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import lam, metric_exponent, x, y

CLAIM = Claim(
    "bregman_divergence_has_two_forms",
    r"R(x) - R(x_0) - R'(x_0)(x - x_0) = R(x) + R^*(y_0) - x\,y_0",
    topic="potentials",
    source="Bregman (1967); Bauschke and Borwein (1997)",
    scope="depth 2 of every imbalance for q = 1, 2; balanced, depth 1..6, for q = 1, 3/2, 2; x, x0 > 0",
)

start, dual, size, step = sympy.symbols("x0 t a d", positive=True)


def check(cross=-1, multiple=1):
    cases = [(sympy.Rational(value), 2, (0, lam)) for value in (1, 2)]
    cases += [(sympy.Rational(value), depth, (0,) * depth) for value in ("1", "3/2", "2") for depth in range(1, 7)]
    for value, depth, shifts in cases:
        flow, part = Flow(Lq(value), Product(depth)), f"q = {value}, depth {depth}, imbalance {', '.join(map(str, shifts))}"
        potential = derive(flow, imbalance=shifts).potential
        r, conjugate = Named(f"R, {part}", potential.potential), Named(f"R*(R'), {part}", multiple * potential.conjugate_at)
        sizes = [size if e == 0 else size + step for e in shifts]  # of the weights, whose signs are any
        weights = {w: sympy.sign(w) * a for w, a in zip(flow.weights, sizes, strict=True)}
        here = {x: sympy.Mul(*sizes), lam: step if value == 1 else step * (2 * size + step)}
        on, slope, metric = (
            flow.domain(dict.fromkeys((size, step, x, start, dual, lam), POSITIVE)),
            *(sympy.Derivative(r, *(x,) * n) for n in (1, 2)),
        )
        yield Identity(at(metric, here) * at(flow.inverse_metric, weights), 1, on=on, part=f"{part}, R'' of the flow")
        yield Identity(sympy.Derivative(conjugate, x), x * metric, on=on, part=f"{part}, conjugate")
        first = r - at(r, {x: start}) - at(slope, {x: start}) * (x - start)
        second = r + at(conjugate, {x: start}) + cross * x * at(slope, {x: start})
        yield Identity(first, second, on=on, part=f"{part}, two forms")
        yield Identity(potential.bregman_expression(), first, on=on, part=f"{part}, derived D_R")
        yield Identity(potential.mirror_map, slope, on=on, part=f"{part}, derived R'")
        back, of_y = Named(f"x(y), {part}", potential.inverse_mirror_map), Named(f"R*, {part}", potential.conjugate)
        here = {y: -dual if metric_exponent(depth, value) > 1 and shifts[-1] == 0 else dual}  # R' < 0 where R'(oo) = 0
        yield Identity(at(sympy.Derivative(of_y, y), here), at(back, here), on=on, part=f"{part}, dR*/dy = x(y)")
        if not potential.inverse_mirror_map.has(sympy.sinh):  # cosh^2 - sinh^2 = 1 is no rule of the kernel
            inverse = at(sympy.Derivative(back, y), here) * at(metric, {x: at(back, here)})
            yield Identity(inverse, 1, on=on, part=f"{part}, x(y) is the inverse of R'")


MUTANTS = {"cross term added": {"cross": 1}, "cross term forgotten": {"cross": 0}, "twice the conjugate": {"multiple": 2}}
