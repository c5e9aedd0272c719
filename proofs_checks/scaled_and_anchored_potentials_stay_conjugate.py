r"""A derived potential that is scaled or anchored stays a potential of the flow: R' by c, x(y/c) and c R*(y/c), or y less y_0.

.. math:: \frac{c\,D(s)}{c\,R''} = \frac{\mathrm d x}{\mathrm d s}, \quad (cR)' = c R', \quad x_c(y) = x(y/c), \quad
          \frac{\mathrm d R_c^*}{\mathrm d y} = x_c(y),
.. math:: (R - y_0 x)' = R' - y_0, \quad x_0(y) = x(y + y_0), \quad \frac{\mathrm d R_0^*}{\mathrm d y} = x_0(y)

for a factor c > 0 and any y_0. R'' of a scaled potential is c times that of the weights, and of an anchored one the same.

Source: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity
from mirrortheory.notation import lam, q
from mirrortheory.reparams import PowerDifference, Square
from mirrortheory.theory import S, X, Y, separate

CLAIM = Claim(
    "scaled_and_anchored_potentials_stay_conjugate",
    r"(cR)' = c R', \quad x_c(y) = x(y/c), \quad (R - y_0 x)' = R' - y_0",
    topic="potentials",
    source="this project",
    scope="products of depth 2 and 3 at q = 1 and every q, w^2/4 and u^2 - v^2; every factor c > 0, every y_0",
)

factor, y0 = sympy.Symbol("c", positive=True), sympy.Symbol("y0", real=True)


FLOWS = (Flow(Lq(1), Product(2)), (0, lam)), (Flow(Lq(1), Product(3)), (0, 0, 0)), (Flow(Lq(q), Product(3)), (0, lam, lam))


def check(power=1, shift=y0):
    for flow, shifts in FLOWS:
        form, part = derive(flow, imbalance=shifts).potential, f"{flow.effective} for {flow.geometry}"
        scaled, exponents = form.scaled(factor), {q: sympy.Interval(1, 2)} if flow.geometry.exponent == q else {}
        on = Domain(dict.fromkeys((S, X, factor, lam), POSITIVE) | {Y: REALS} | exponents)
        layers = zip(flow.weights, separate(flow).inverses, shifts, strict=True)
        curve = {w: inverse.subs(separate(flow).charge, S + shift) for w, inverse, shift in layers}
        density, conjugate = (e.expression(S) for e in (scaled.dual_density, scaled.conjugate_density))
        x, metric = scaled.effective.expression(S), at(flow.inverse_metric, curve) / factor**power
        yield Identity(scaled.inverse_metric, metric, on=on, part=f"{part}, 1/R''")
        yield Identity(density * metric, Derivative(at(flow.effective, curve), S), on=on, part=f"{part}, D/R'' = dx/ds")
        yield Identity(conjugate, density * at(flow.effective, curve), on=on, part=f"{part}, dR*/ds")
        yield Identity(x, at(flow.effective, curve), on=on, part=f"{part}, x(s)")
        if form.closed_mirror_map is not None:
            yield Identity(Derivative(scaled.potential, X), factor**power * form.mirror_map, on=on, part=f"{part}, R'")
            yield Identity(Derivative(scaled.mirror_map, X), factor**power * form.hessian, on=on, part=f"{part}, R''")
            yield Identity(Derivative(scaled.mirror_map, X), scaled.hessian, on=on, part=f"{part}, scaled R''")
            legendre = at(X * Y - y0, {Y: scaled.mirror_map, y0: scaled.potential})
            yield Identity(scaled.conjugate_at, legendre, on=on, part=f"{part}, R* at R'(x)")
            yield from _dual(form, scaled, factor**power, sympy.S.Zero, on, part)
    for reparam, start in ((Square(), None), (PowerDifference(2), (2, 1))):
        form, part = derive(Flow(Lq(1), reparam), initial=start).potential, f"{reparam.effective} for Lq(q=1)"
        on = Domain({Y: REALS, form.symbol: POSITIVE, factor: POSITIVE, y0: REALS})
        yield from _dual(form, form.scaled(factor), factor**power, sympy.S.Zero, on, f"{part}, scaled")
        anchored = form.anchored(y0)
        yield from _dual(form, anchored, sympy.S.One, shift, on, f"{part}, anchored")
        yield Identity(Derivative(anchored.potential, form.symbol), form.mirror_map - shift, on=on, part=f"{part}, anchored R'")
        yield Identity(anchored.mirror_map, Derivative(anchored.potential, form.symbol), on=on, part=f"{part}, anchored R'")
        for end, before in zip(anchored.dual_domain, form.dual_domain, strict=True):
            if before.is_finite:
                x = at(form.inverse_mirror_map, {Y: before})
                yield Identity(at(anchored.inverse_mirror_map, {Y: end}), x, on=on, part=f"{part}, end {end}")


def _dual(before, after, scale, shift, on, part):
    yield Identity(after.inverse_mirror_map, at(before.inverse_mirror_map, {Y: Y / scale + shift}), on=on, part=f"{part}, x(y)")
    yield Identity(Derivative(after.conjugate, Y), after.inverse_mirror_map, on=on, part=f"{part}, R*")


MUTANTS = {"by c^2": {"power": 2}, "anchored elsewhere": {"shift": 2 * y0}}
