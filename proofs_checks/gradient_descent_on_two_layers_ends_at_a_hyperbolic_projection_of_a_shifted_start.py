r"""Gradient descent on two layers ends at the hyperbolic projection, with its last scale, of a start that its steps have shifted.

.. math:: y = R'_\lambda(x) = \tfrac12 \log\frac{w_+}{w_-}, \quad \lambda = w_+ w_-, \qquad
          y^+ = y - \operatorname{artanh} s, \quad s = h f', \quad w_\pm = w_1 \pm w_2
.. math:: x_T = \mathrm{argmin} \left\{D_{\lambda_T}(x, \tilde x_0) : Zx = b\right\}, \qquad
          R'_{\lambda_T}(\tilde x_0) = y_0 - \sum_t (\operatorname{artanh} s_t - s_t)

if Z x_T = b: R'(x_T) is R'(x~_0) minus the sum of the s_t, h Z^T times a vector. Here x~_0 = (a^2 - b^2)/4 with a = w_+ e^S, b =
w_- e^-S at the end, S the sum of the s_t, so that a b = lambda_T. The shift is of third order in the steps, but it is none of
zero: with x_0 in the place of x~_0 this is false (gradient_descent_on_two_layers_ends_at_the_hyperbolic_projection_of_its_start).
The last scale: gradient_steps_on_two_layers_multiply_the_imbalance_by_one_minus_squared_slopes. R'_lambda is the derived mirror
map.

Source: Even, Pesme, Gunasekar, Flammarion (2023), arXiv:2302.08982, cf. Theorem 1, there for steps that vary too.
"""

import sympy
from sympy import Derivative, Rational, exp, log

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import lam
from mirrortheory.theory import X

CLAIM = Claim(
    "gradient_descent_on_two_layers_ends_at_a_hyperbolic_projection_of_a_shifted_start",
    r"R'_{\lambda_T}(x_T) = R'_{\lambda_T}(\tilde x_0) - \sum_t s_t, \quad"
    r" R'_{\lambda_T}(\tilde x_0) = y_0 - \sum_t (\mathrm{artanh}\, s_t - s_t)",
    topic="discrete",
    source="Even, Pesme, Gunasekar, Flammarion (2023), arXiv:2302.08982, cf. Theorem 1",
    scope="two layers, w_1 > |w_2|, steps of gradient descent with |h f'| < 1; any loss of Zx; two data in three coordinates",
    on_paper=(
        "induction over the steps",
        "a function is fixed by its derivatives and one value, here asinh 0 = log 1; artanh s is log((1 + s)/(1 - s))/2",
        "a convex function is least on Zx = b where its gradient is in the row space",
    ),
)

a, b, h, up, down = sympy.symbols("a b h p m", positive=True)
z, total, slope = sympy.symbols("z S f", real=True)
step = sympy.Symbol("s", nonnegative=True)


def check(dual=log(a / b) / 2, moved=log(down / up) / 2, grown=1, spent=Rational(4, 3)):
    potential = derive(Flow(Lq(2), Product(2)), imbalance=(0, lam)).potential
    mirror = Named("R'", potential.mirror_map.subs(X, z))  # odd, so that it is known for all x
    weights, on = {z: (a**2 - b**2) / 4, lam: a * b}, Domain({a: POSITIVE, b: POSITIVE})
    for name, letter in (("w_+", a), ("w_-", b)):
        sides = Derivative(at(mirror, weights), letter), Derivative(dual, letter)
        yield Identity(*sides, on=on, part=f"R' is log(w_+/w_-)/2, derivative in {name}")
    flow = Flow(Lq(2), Product(2))
    halves = dict(zip(flow.weights, ((a + b) / 2, (a - b) / 2), strict=True)) | {flow.slope: slope}
    first, second = (at(w + h * flow.derivative(w), halves) for w in flow.weights)
    everywhere = on.with_ranges({h: POSITIVE, slope: REALS})
    yield Identity(first + second, a * (1 - h * slope), on=everywhere, part="a step of w_+")
    yield Identity(first - second, b * (1 + h * slope), on=everywhere, part="a step of w_-")
    factors = on.with_ranges({up: POSITIVE, down: POSITIVE})  # 1 + s and 1 - s
    yield Identity(at(dual, {a: a * down, b: b * up}), dual + moved, on=factors, part="y moves by -artanh s")
    shifted = at(mirror, {z: (a**2 * exp(2 * total) - b**2 * exp(-2 * total)) / 4, lam: a * b})
    yield Identity(
        Derivative(shifted, total), grown, on=on.with_ranges({total: REALS}), part="R' of the shifted start grows with S"
    )
    yield Inequality(0, Derivative(mirror, z), on=Domain({z: REALS, lam: POSITIVE}), part="R'' > 0", strict=True)
    shift, near = Derivative(sympy.atanh(step) - step, step), Domain({step: sympy.Interval.open(0, Rational(1, 2))})
    yield Inequality(shift, spent * step**2, on=near, part="the shift is of third order", strict=True)
    rows, r = sympy.symbols("z1:7", real=True), sympy.symbols("r1 r2", real=True)
    normal = sympy.Matrix(rows[:3]).cross(sympy.Matrix(rows[3:]))
    pulls = [rows[j] * r[0] + rows[3 + j] * r[1] for j in range(3)]
    inner = sum(e * g for e, g in zip(normal, pulls, strict=True))
    yield Identity(inner, 0, on=Domain(dict.fromkeys((*rows, *r), REALS)), part="the sum of the s_t is in the row space")


MUTANTS = {
    "twice y": {"dual": log(a / b)},
    "exponentiated gradient": {"moved": (down - up) / 2},
    "half of S": {"grown": Rational(1, 2)},
    "of higher order": {"spent": Rational(1, 2)},
}
