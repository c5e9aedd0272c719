r"""The closed forms in x that a derivation states are those of one potential, which has the metric of the weights.

.. math:: R''(x) \sum_i \Bigl|\frac{\partial g}{\partial w_i}\Bigr|^q = 1, \qquad \frac{\mathrm d R}{\mathrm d x} = R',
          \quad \frac{\mathrm d R'}{\mathrm d x} = R'', \quad R^*(R'(x)) = x R' - R,
          \quad D_R(x, x_0) = R(x) - R(x_0) - R'(x_0)(x - x_0)

along the curve of the weights, |w_i|^q = s + lambda_i for a product. By the normalisation R and R* vanish at x = 0, and R' at
0, oo or 1, as stated. This is seen in balls: they are below 1e-20 from 1e-120 to 2e-120, from 1e120 to 2e120, or from 1 to
1 + 1e-120. So is the derivative of a hypergeometric function, within 1e-20 from 1/2 to 1/2 + 1e-24.

Not to be confused with the forms in y: derived_inverse_mirror_maps_invert_the_mirror_maps.
Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for depth two and for balanced layers.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import lam, q
from mirrortheory.potentials.potential import X0
from mirrortheory.reparams import Mask, PowersProduct
from mirrortheory.theory import Normalisation, S, X, Y, separate

CLAIM = Claim(
    "derived_closed_forms_agree_with_the_curve",
    r"R'' \sum_i |\partial_i g|^q = 1, \quad dR/dx = R', \quad dR'/dx = R'' \qquad (\text{by balls: to } 10^{-20})",
    topic="potentials",
    source="this project; arXiv:2603.02064 for depth two and balanced layers",
    scope="balanced products of depth 1..3, two layers and masks of any imbalance, u^2 v^3; x > 0; by balls, within 1e-20 and with"
    " imbalance 1: dR/dx and dR'/dx of two layers at q = 3/2 near x = 1/2, and what vanishes at 0, oo or 1",
)

HYPERBOLIC = tuple(sympy.sqrt(lam) * (S + sign / S) / 2 for sign in (-1, 1))  # squares differ by lam
FLOWS = (
    *((Flow(Lq(e), Product(depth)), (0,) * depth) for depth, e in ((1, q), (2, q), (3, q), (2, 2), (3, 1), (3, "3/2"), (3, 2))),
    *((Flow(Lq(e), Product(2)), (0, lam)) for e in (1, 2, "3/2")),
    (Flow(Lq(1), Mask()), (lam, 0)),
    *((Flow(Lq(e), PowersProduct(2, 3)), (0, 0)) for e in (1, 2)),
)
TINY, HUGE = sympy.Rational(1, 10**120), sympy.Integer(10**120)
PLACES = {Normalisation.ORIGIN: (TINY, 2 * TINY), Normalisation.INFINITY: (HUGE, 2 * HUGE), Normalisation.ONE: (1, 1 + TINY)}
INTERVAL, z = (sympy.S.Half, sympy.S.Half + sympy.Rational(1, 10**24)), sympy.Symbol("z", real=True)


def check(factor=1, offset=0):
    for place, (flow, shifts) in enumerate(FLOWS, 1):
        form, part = derive(flow, imbalance=shifts).potential, f"{place}: {flow.effective} for {flow.geometry}, {shifts}"
        mirror_map, potential = (f.replace(sympy.Piecewise, lambda *cases: cases[0][0]) for f in (form.mirror_map, form.potential))
        critical = sympy.FiniteSet(*(c.rhs for c in form.mirror_map.atoms(sympy.Ne)))  # q at which R' is a logarithm
        exponents = {q: sympy.Interval(1, 2) - critical} if flow.geometry.exponent == q else {}
        extra = exponents | ({lam: POSITIVE} if lam in shifts else {})
        separation = separate(flow)
        layers = zip(separation.inverses, shifts, strict=True)
        curve = [inverse.subs(separation.charge, S + shift) for inverse, shift in layers]
        curve = dict(zip(flow.weights, HYPERBOLIC if mirror_map.has(sympy.asinh) else curve, strict=True))
        on, line = Domain({S: sympy.Interval.open(1, sympy.oo)} | extra), Domain({X: POSITIVE} | extra)
        hessian = at(factor * form.hessian.xreplace({X: z}), {z: at(flow.effective, curve)})
        yield Identity(hessian * at(flow.inverse_metric, curve), 1, on=on, part=f"{part}, R'' is 1 over the metric")
        for slope, expected, name in ((mirror_map, factor * form.hessian, "R'"), (potential, mirror_map + offset, "R")):
            if slope.has(sympy.hyper):
                yield _close(Derivative(slope, X), expected, INTERVAL, f"{part}, derivative of {name}")
            else:
                yield Identity(Derivative(slope, X), expected, on=line, part=f"{part}, derivative of {name}")
        legendre = at(X * Y - z, {Y: mirror_map, z: potential})
        yield Identity(form.conjugate_at, legendre, on=line, part=f"{part}, R* at R'(x)")
        if critical == sympy.S.EmptySet:
            tangent = at(potential, {X: X0}) + at(mirror_map, {X: X0}) * (X - X0)
            both = line.with_ranges({X0: POSITIVE})
            yield Identity(form.bregman_expression(), potential - tangent, on=both, part=f"{part}, D_R")
            yield _close(mirror_map, 0, PLACES[form.normalisation], f"{part}, {form.normalisation}")
            for small in (potential, form.conjugate_at):
                yield _close(small, 0, PLACES[Normalisation.ORIGIN], f"{part}, {small} near 0", exponents)


def _close(left, right, ends, part, ranges=()):
    apart = abs(at(left - right, {lam: 1}))
    return Inequality(apart, sympy.Rational(1, 10**20), on=Domain({X: sympy.Interval(*ends), **dict(ranges)}), part=part)


MUTANTS = {"twice R''": {"factor": 2}, "another constant": {"offset": 1}}
