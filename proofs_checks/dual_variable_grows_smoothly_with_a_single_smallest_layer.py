r"""Without a tie the dual variable is a continuously differentiable function of the smallest layer, so x crosses 0 in one way.

.. math:: \frac{\mathrm d y}{\mathrm d w_1} = \prod_{i > 1} \bigl(|w_1|^q + \lambda_i\bigr)^{-(q-1)/q}
          \operatorname{sign} \frac{x}{w_1} \ne 0, \qquad \dot y = -\phi_q(f')

on every orthant, w_1 = 0 included. As x is such a function of w_1 too, y' = -phi_q(f'(x(y))) is an equation with a
continuously differentiable x(y), dx/dy = 1/R'' = prod lambda_i > 0 at 0: for f in C^2 it has one solution while f' != 0. With
k tied smallest layers the same derivative carries |w_1|^(-(k-1)(q-1)): it is unbounded at 0 (q > 1), and integrable just for k
< p. So while f' != 0 "almost every start" leaves out the ties of k < p layers, a set of measure 0, and of these only the ones
whose y reaches 0.

Not to be confused with what happens at a tie: flow_may_stay_at_a_saddle_or_leave_it_below_the_conjugate_exponent.
Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for "almost everywhere".
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import imbalance, q
from mirrortheory.theory import S, Velocity

CLAIM = Claim(
    "dual_variable_grows_smoothly_with_a_single_smallest_layer",
    r"\frac{dy}{dw_1} = \prod_{i > 1} |w_i|^{-(q-1)} \operatorname{sign} \frac{x}{w_1}, \quad \dot y = -\phi_q(f')",
    topic="potentials",
    source="this project; arXiv:2603.02064 for 'almost everywhere'",
    scope="depth 2..4, layer 1 the only smallest; 1 <= q <= 2; every orthant; k = 1..L tied layers for the order at 0",
    on_paper=("an equation y' = F(y) with a continuously differentiable F has one solution",),
)

first = sympy.Symbol("v", positive=True)


def check(rest=lambda w: sympy.Mul(*(abs(e) ** (1 - q) for e in w)), tied=lambda k: (1 - k) * (q - 1), side=1):
    for depth in range(2, 5):
        flow, part = Flow(Lq(q), Product(depth)), f"depth {depth}"
        smallest, *others = flow.weights
        rises = side * rest(others) * sympy.Mul(*map(sympy.sign, others))
        on = Domain(dict.fromkeys((flow.slope, *others), NONZERO) | {q: sympy.Interval(1, 2)})
        for place, name, region in (({smallest: 0}, "w_1 = 0", {}), ({}, "w_1 != 0", {smallest: NONZERO})):
            moves = at(rises * Velocity(flow, smallest), place)
            here = on.with_ranges(region)
            yield Identity(moves, -flow.geometry.link(flow.slope), on=here, part=f"{part}, {name}, dy/dt")
        for k in range(1, depth + 1):
            shifts = (sympy.S.Zero,) * k + imbalance(depth)[k:]
            density = derive(flow, imbalance=shifts).potential.dual_density
            curve = sympy.Mul(*((first**q + shift) ** (1 / q - 1) for shift in shifts[k:])) * first ** tied(k)
            dual = at(density.expression(S), {S: first**q}) * Derivative(first**q, first)
            along = Domain(dict.fromkeys((first, *shifts[k:]), POSITIVE) | {q: sympy.Interval(1, 2)})
            yield Identity(dual, curve, on=along, part=f"{part}, k = {k}, dy/dw_1")


MUTANTS = {
    "the square of the others": {"rest": lambda w: sympy.Mul(*(abs(e) ** (2 - 2 * q) for e in w))},
    "a layer more at zero": {"tied": lambda k: -k * (q - 1)},
    "y falls": {"side": -1},
}
