r"""What is derived for a sum of functions of one weight each runs along the flow, with y = R'(x) as the clock.

.. math:: \frac{\mathrm d w_i}{\mathrm d y} = \dot w_i \big|_{f' = -1}, \qquad x(y) = g(w(y)), \qquad
          x'(y) = \sum_i \Bigl|\frac{\partial g}{\partial w_i}\Bigr|^q, \qquad \frac{\mathrm d R^*}{\mathrm d y} = x

The weights w_i(y) invert the charges u_i = y + c_i; c_i those at the start less their mean. y runs over the dual domain (a, b) as
(a + b t)/(1 + t), a + t or b - t for t > 0, as z, or as the charge of the weight z. Hyperbolic functions and logarithms obey one
equation, g' = f' or f'' = 16 f, and are compared in balls: within 1e-20 on an interval of length 1e-24 from z = 1 or t = 1.
Not to be confused with the forms in x: derived_closed_forms_in_x_invert_the_dual_variable.
Source: this project; Amid and Warmuth (2020), arXiv:2002.10487, for one weight and q = 2.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.exact import inverse
from mirrortheory.reparams import Exp, LogDifference, PowerDifference, Separable, Square, Tempered
from mirrortheory.theory import Y, charges

CLAIM = Claim(
    "derived_dual_potentials_are_those_of_the_flow",
    r"x(y) = g(w(y)), \quad x'(y) = \sum_i |\partial_i g|^q, \quad dR^*/dy = x(y) \qquad (\text{by balls: to } 10^{-20})",
    topic="potentials",
    source="this project; arXiv:2002.10487 for one weight and q = 2",
    scope="w^2/4, w + w^2, tempered maps, exponentials; differences of powers and of logarithms, three powers, from one start each;"
    " 15 pairs of map and q; every y of the dual domain; by balls, within 1e-20: constants of u^2 - v^2 and log u - log v at q = 2",
)
u, v, w = sympy.symbols("u v w", positive=True)
t, z, size = sympy.Symbol("t", positive=True), sympy.Symbol("z", real=True), sympy.Symbol("U", positive=True)
FLOWS = (  # with the start, and what is compared in balls
    *((reparam, e, None, ()) for reparam in (Square(), Exp()) for e in (1, "3/2", 2)),
    *((reparam, e, None, ()) for reparam, e in ((Tempered("1/2"), "3/2"), (Separable(u**2 + u, (u,)), 1))),
    *((PowerDifference(2), e, start, ()) for e, start in ((1, (2, 1)), ("3/2", (2, "1/2")))),
    (PowerDifference(2), 2, (2, 1), ("x(y)", "x'(y)")),
    *((PowerDifference(3), e, (2, 1), ()) for e in (1, 2)),
    (LogDifference(), 2, (2, 1), ("x(y)", "R*")),
    (Separable(u**2 + v**2 - w**3, (u, v, w)), 1, (2, 1, 1), ()),
)


def check(factor=1):
    for place, (reparam, exponent, start, loose) in enumerate(FLOWS, 1):
        flow = Flow(Lq(exponent), reparam)
        form, part = derive(flow, initial=start).potential, f"{place}: {flow.effective} for {flow.geometry}"
        x_of_y, free = factor * form.inverse_mirror_map, isinstance(reparam, Exp)
        y, letter, inside = (charges(flow)[0].subs(flow.weights[0], z), z, ()) if free else _dual(*form.dual_domain)
        curve = {flow.weights[0]: z} if free else _weights(flow, start, y)
        on = Domain({letter: POSITIVE if letter == t else REALS}, inside)
        for weight, along in curve.items():
            move = Derivative(y, letter) * at(flow.derivative(weight), curve | {flow.slope: -1})
            yield Identity(Derivative(along, letter), move, on=on, part=f"{part}, d{weight}/dy")
        sides = {"x(y)": (x_of_y, at(flow.effective, curve)), "x'(y)": (Derivative(x_of_y, Y), at(flow.inverse_metric, curve))}
        sides["R*"] = Derivative(form.conjugate, Y), at(x_of_y, {Y: y})
        for name, (left, right) in sides.items():
            there, about = at(left, {Y: y}), f"{part}, {name}"
            yield from _close(there, right, letter, on, about) if name in loose else [Identity(there, right, on=on, part=about)]


def _close(left, right, letter, on, part):
    box = Domain({letter: sympy.Interval(1, 1 + sympy.Rational(1, 10**24))})
    yield Inequality(abs(left - right), sympy.Rational(1, 10**20), on=box, part=f"{part}, in balls")
    pairs = ((Derivative(f, z, z), 16 * f) for f in (left, right)) if letter == z else [(Derivative(left, t), Derivative(right, t))]
    yield from (Identity(one, other, on=on, part=f"{part}, an equation of both sides") for one, other in pairs)


def _dual(low, high):
    if low.is_finite and high.is_finite:
        y = (low + high * t) / (1 + t)
        return y, t, (y > low, y < high, (y - low) * (high - y) > 0)
    return (low + t, t, ()) if low.is_finite else (high - t, t, ()) if high.is_finite else (z, z, ())


def _weights(flow, start, y):
    found, curve = charges(flow), {}
    first = [e.subs(w, value) for e, w, value in zip(found, flow.weights, map(sympy.Rational, start or [0]), strict=True)]
    shifts = [value - sympy.Add(*first) / len(first) for value in first] if start else [0]
    for charge, weight, shift in zip(found, flow.weights, shifts, strict=True):
        side = -1 if charge.is_negative else 1
        u = size if (side * charge).is_positive else z
        solution = inverse(sympy.expand_log(side * charge), weight, u)
        curve[weight] = sympy.factor(solution.subs(u, sympy.factor(side * (y + shift))))
    return curve


MUTANTS = {"twice x(y)": {"factor": 2}, "x(y) falls": {"factor": -1}}
