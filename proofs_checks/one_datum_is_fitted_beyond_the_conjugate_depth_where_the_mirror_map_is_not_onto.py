r"""Beyond the conjugate depth R' is bounded above, yet steepest flow can fit one datum to every target that its signs allow.

.. math:: L > p: \quad R'(x) = -\frac{x^{-(m-1)}}{L(m-1)} < 0, \qquad
          x_j(c)^{-(m-1)} = a_j^{-(m-1)} - L(m-1)\,\phi_q(z_j)\,c, \quad m = q\tfrac{L-1}L > 1

for balanced positive layers from a_j, with y = y_0 + c phi_q(z). Each z_j x_j grows with c, by |z_j|^q/R''. Upwards in c the
first x_j with z_j > 0 for which the right side reaches 0 tends to infinity there, as a power 1/(m-1) of what is left; x_j tends
to 0 as c tends to -oo. With z_j < 0 the ends change places. So z.x takes each b in (0, oo) once if all z_j > 0, and each real b
once if both signs occur: the weighted projection exists and is unique (flow_on_one_datum_ends_at_a_weighted_bregman_projection),
while not each y is that of an x (mirror_map_is_onto_up_to_the_conjugate_depth), and the c of a target far out lies close to where
it ends.

Not to be confused with a slope that stays the same, under which x leaves at a finite time.
Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Limit
from mirrortheory.notation import metric_exponent, q, x

CLAIM = Claim(
    "one_datum_is_fitted_beyond_the_conjugate_depth_where_the_mirror_map_is_not_onto",
    r"L > p: \quad z \cdot x(c) = b \text{ for exactly one } c, \quad y = y_0 + c\,\phi_q(z), \qquad R' < 0",
    topic="bias",
    source="this project",
    scope="depth 3..6; L/(L - 1) < q <= 2; balanced positive layers, all z_j != 0; b of one sign, or any b where both signs occur",
    on_paper=(
        "a continuous increasing function takes each value between its limits once",
        "the other x_j are finite where the first one tends to infinity, or tend to infinity with it",
    ),
)

z, pull = sympy.symbols("z r", real=True)
left = sympy.Symbol("k", positive=True)


def check(slower=lambda depth: depth, power=q, side=-1):
    for depth in range(3, 7):
        part, n = f"depth {depth}", metric_exponent(depth) - 1
        beyond = {q: sympy.Interval.Lopen(sympy.Rational(depth, depth - 1), 2)}
        flow = Flow(Lq(q), Product(depth))
        balanced = dict.fromkeys(flow.weights, x ** sympy.Rational(1, depth))
        dual, metric = side * x**-n / (slower(depth) * n), at(flow.inverse_metric, balanced)
        on = Domain({x: POSITIVE} | beyond)
        yield Identity(Derivative(dual, x) * metric, 1, on=on, part=f"{part}, R'", samples=6)
        yield Inequality(dual, 0, on=on, part=f"{part}, R' is bounded", strict=True, samples=20)
        moved = at(z * flow.derivative(flow.effective), balanced | {flow.slope: -z * pull})
        data = on.with_ranges({z: NONZERO, pull: NONZERO})
        grows = abs(z) ** power * Lq(q).link(pull) * depth * x ** metric_exponent(depth)
        yield Identity(moved, grows, on=data, part=f"{part}, z x grows with c", samples=6)
        size, on = left ** (-1 / n), Domain({left: POSITIVE} | beyond)  # x of x^-(m-1) = k
        yield Identity(
            dual.xreplace({x: size}), side * left / (slower(depth) * n), on=on, part=f"{part}, y is affine in k", samples=6
        )
        near = Domain({left: sympy.Interval.open(0, 1)} | beyond)
        yield Limit(1 / size, left, 0, 0, on=near, factor=1, power=1 / n, part=f"{part}, x tends to infinity", samples=10)
        yield Limit(size, left, sympy.oo, 0, on=on, factor=1, power=1 / n, part=f"{part}, x tends to 0", samples=10)


MUTANTS = {"one layer more": {"slower": lambda depth: depth + 1}, "z for |z|^q": {"power": 1}, "R' from above": {"side": 1}}
