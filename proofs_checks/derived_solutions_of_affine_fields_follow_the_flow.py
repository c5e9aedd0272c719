r"""Where the field is affine in the weights, the curve that is derived from a start is the flow, and x(y), R and R* are its own.

.. math:: \frac{\mathrm d w_i}{\mathrm d y} = \dot w_i \big|_{f' = -1}, \quad w(0) = w_0, \qquad x(y) = g(w(y)), \quad
          x'(y) = \sum_i \Bigl|\frac{\partial g}{\partial w_i}\Bigr|^q, \ \frac{\mathrm d R^*}{\mathrm d y} = x, \ R^*(0) = 0

so that y = 0 at the start. At q = 2, where the link has no kink, the map is read for real weights: that the curve stays positive is
not seen by its form.

Not to be confused with the closed forms in x: derived_closed_forms_in_x_invert_the_dual_variable.

Source: this project; Li, Wang, Lee, Arora (2022), arXiv:2207.04036, for one output and gradient flow.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.reparams import Separable
from mirrortheory.reparams.base import Reparam
from mirrortheory.theory import Y
from mirrortheory.theory.affine import affine_field

CLAIM = Claim(
    "derived_solutions_of_affine_fields_follow_the_flow",
    r"dw_i/dy = \dot w_i|_{f' = -1}, \quad x(y) = g(w(y)), \quad x'(y) = \sum_i |\partial_i g|^q",
    topic="potentials",
    source="this project; arXiv:2207.04036 for one output and gradient flow",
    scope="six maps of two or three weights from one start each, sign flow and gradient flow; y >= 0",
)

u, v, w = sympy.symbols("u v w", positive=True)
y = sympy.Symbol("t", nonnegative=True)
FLOWS = (
    (1, u * v + v**3, {u: 2, v: 1}),
    (1, (u + v) * w, {u: 1, v: 2, w: 3}),
    (2, u**2 + u * v + v**2, {u: 2, v: 1}),
    (2, u**2 + 3 * u * v + v**2, {u: 2, v: 1}),
    (2, u * v + u, {u: 2, v: 1}),
    (2, 2 * u * v + u + v, {u: 2, v: 1}),
)


class OfRealWeights(Reparam):
    """A map of real letters."""

    weights = ()

    def __init__(self, expr, weights):
        self.expr, self.weights = expr, weights

    def __repr__(self):
        return f"OfRealWeights({self.expr}, {self.weights})"

    def forward(self, *weights):
        return self.expr.xreplace(dict(zip(self.weights, weights, strict=True)))

    def lift(self, x):
        raise NotImplementedError


def check(factor=1, offset=0):
    for place, (exponent, expr, start) in enumerate(FLOWS, 1):
        flow, part = Flow(Lq(exponent), Separable(expr, tuple(start))), f"{place}: {expr} for q = {exponent}"
        form, along = derive(flow, initial=tuple(start.values())).potential, affine_field(flow).curve(tuple(start.values()))
        if exponent == 2:
            real = {weight: sympy.Symbol(str(weight), real=True) for weight in start}
            flow = Flow(flow.geometry, OfRealWeights(expr.xreplace(real), tuple(real.values())))
        on, x_of_y = Domain({y: NONNEGATIVE}), factor * form.inverse_mirror_map
        curve = {weight: e.xreplace({Y: y}) for weight, e in zip(flow.weights, along, strict=True)}
        for (weight, e), first in zip(curve.items(), start.values(), strict=True):
            move = at(flow.derivative(weight), curve | {flow.slope: -1})
            yield Identity(Derivative(e, y), move, on=on, part=f"{part}, d{weight}/dy")
            yield Identity(at(e, {y: 0}), first, on=on, part=f"{part}, {weight} at the start")
        yield Identity(at(x_of_y, {Y: y}), at(flow.effective, curve), on=on, part=f"{part}, x(y)")
        yield Identity(at(Derivative(x_of_y, Y), {Y: y}), at(flow.inverse_metric, curve), on=on, part=f"{part}, x'(y)")
        yield Identity(at(Derivative(form.conjugate, Y), {Y: y}), at(x_of_y, {Y: y}), on=on, part=f"{part}, R*")
        yield Identity(at(form.conjugate, {Y: 0}), offset, on=on, part=f"{part}, R*(0)")


MUTANTS = {"twice x": {"factor": 2}, "another constant": {"offset": 1}}
