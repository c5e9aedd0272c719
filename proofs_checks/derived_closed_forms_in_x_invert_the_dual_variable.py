r"""Closed forms in x that are derived beside an x(y) belong to it and to R*(y), with the constants that are stated.

.. math:: R''(x(y))\, x'(y) = 1, \qquad R'(x(y)) = y, \qquad R(x(y)) + R^*(y) = x(y)\,y, \qquad
          \frac{\mathrm d R}{\mathrm d x} = R', \quad \frac{\mathrm d R'}{\mathrm d x} = R''

y being S or -S with S > 0. Where R' is a logarithm, the constants are compared at y = 0, which is enough, as the derivatives agree.
What hyperbolic functions say is compared in balls, near y = 1, or near x = 1 with y = R'(x): on an interval of length 1e-24 the two
sides differ by at most 1e-20.

Not to be confused with what ties x(y) to the flow: derived_dual_potentials_are_those_of_the_flow.
Source: this project; Amid and Warmuth (2020), arXiv:2002.10487, for one weight and q = 2.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.reparams import Exp, LogDifference, PowerDifference, Separable, Square, Tempered
from mirrortheory.theory import S, X, Y

CLAIM = Claim(
    "derived_closed_forms_in_x_invert_the_dual_variable",
    r"R'' x'(y) = 1, \quad R'(x(y)) = y, \quad R(x(y)) + R^*(y) = x(y)\,y \qquad (\text{by balls: to } 10^{-20})",
    topic="potentials",
    source="this project; arXiv:2002.10487 for one weight and q = 2",
    scope="w^2/4, w + w^2, tempered maps, exponentials, differences of powers and of logarithms; three maps with affine fields;"
    " 15 pairs of map and q; x > 0; by balls, within 1e-20"
    " near x or y = 1: u^2 - v^2, 2uv + u + v (dR/dx and dR'/dx: every x) and log u - log v at q = 2, u^3 - v^3 at q = 1",
)

u, v, w = sympy.symbols("u v w", positive=True)
z = sympy.Symbol("z", real=True)
BALLS = sympy.Interval(1, 1 + sympy.Rational(1, 10**24))
FLOWS = (  # with the start, and y: S or -S, z where R' is a logarithm, or a variable of balls (x for y = R'(x))
    *((Square(), e, None, y) for e, y in ((1, S), ("3/2", S), (2, z))),
    *((Exp(), e, None, y) for e, y in ((1, z), ("3/2", -S), (2, -S))),
    (Tempered("1/2"), "3/2", None, S),
    (Separable(u**2 + u, (u,)), 1, None, S),
    (PowerDifference(2), 1, (2, 1), S),
    (PowerDifference(2), 2, (2, 1), Y),
    (PowerDifference(3), 1, (2, 1), Y),
    (LogDifference(), 2, (2, 1), X),
    (Separable((u + v) * w, (u, v, w)), 1, (1, 2, 3), S),
    (Separable(u * v + u, (u, v)), 2, (2, 1), z),
    (Separable(2 * u * v + u + v, (u, v)), 2, (2, 1), Y),
)


def check(offset=0, factor=1):
    for place, (reparam, exponent, start, y) in enumerate(FLOWS, 1):
        flow = Flow(Lq(exponent), reparam)
        form, part = derive(flow, initial=start).potential, f"{place}: {flow.effective} for {flow.geometry}"
        x, conjugate, symbol = form.inverse_mirror_map, form.conjugate, form.symbol
        slope, value = Derivative(form.mirror_map, symbol), Derivative(form.potential, symbol)
        derivatives = {"R'": (slope, factor * form.hessian), "R": (factor * value, form.mirror_map + offset)}
        hessian, mirror_map, potential = (e.xreplace({symbol: z}) for e in (form.hessian, form.mirror_map, form.potential))
        sides = {
            "R'' x'(y)": (at(factor * hessian, {z: x}) * Derivative(x, Y), sympy.S.One),
            "R'(x(y))": (at(mirror_map, {z: x}) + offset, Y),
            "R + R*": (factor * at(potential, {z: x}) + conjugate, x * Y),
        }
        if y in (X, Y):
            if y == X:
                at_x = {Y: form.mirror_map}
                sides = {"R'' x'(y)": (form.hessian * at(Derivative(x, Y), at_x), sympy.S.One), "x(R'(x))": (at(x, at_x), symbol)}
                sides["R + R*"] = form.potential + at(conjugate, at_x), symbol * form.mirror_map
            for name, (left, right) in (derivatives | sides).items():
                exact = left.has(sympy.exp) if name == "R'' x'(y)" else not form.mirror_map.has(sympy.sinh, sympy.tanh)
                if exact and name in ("R'' x'(y)", *derivatives):
                    everywhere = {symbol: POSITIVE} if name in derivatives else {Y: REALS}
                    yield Identity(left, right, on=Domain(everywhere), part=f"{part}, {name}")
                    continue
                on = Domain({symbol if name in derivatives or y == X else Y: BALLS})
                yield Inequality(abs(left - right), sympy.Rational(1, 10**20), on=on, part=f"{part}, {name}, in balls")
            continue
        line = Domain({symbol: POSITIVE})
        for name, (left, right) in derivatives.items():
            yield Identity(left, right, on=line, part=f"{part}, derivative of {name}")
        for name, (left, right) in sides.items():
            there = {Y: 0 if y == z and not name.startswith("R''") else y}
            yield Identity(at(left, there), at(right, there), on=Domain({S: POSITIVE, z: REALS}), part=f"{part}, {name}")


MUTANTS = {"twice R": {"factor": 2}, "another constant": {"offset": 1}}
