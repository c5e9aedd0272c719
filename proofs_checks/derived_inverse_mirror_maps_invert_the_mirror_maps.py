r"""The forms in y that a derivation states belong to the flow: x(y) inverts R', and R*(y) has the derivative x(y).

.. math:: \frac{\mathrm d R^*}{\mathrm d y} = x(y), \qquad x(R'(x)) = x, \quad R^*(R'(x)) = x R'(x) - R(x), \qquad
          x(y(s)) = g(w(s)), \quad x'(y(s)) = \sum_i \Bigl|\frac{\partial g}{\partial w_i}\Bigr|^q

the last two along the curve of the weights where dy/ds is a constant. At R'(1) = 0 the inverse is exponential; then
R''(x(y)) x'(y) = 1 and x(0) = 1; else R*(0) = 0 where R'(0) = 0. For two layers at q = 2, R'(x(y)) - y, an asinh of a sinh, is seen
in balls to be within 1e-20 on an interval of length 1e-24; in the cosh of R*(0) the letter z stands for 2 y, and both are 0.

Source: this project; Ghai, Hazan, Singer (2020), arXiv:1902.01903, for the hyperbolic entropy.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import lam, q
from mirrortheory.reparams import Mask, PowersProduct
from mirrortheory.theory import Normalisation, S, X, Y, separate

CLAIM = Claim(
    "derived_inverse_mirror_maps_invert_the_mirror_maps",
    r"dR^*/dy = x(y), \quad x(R'(x)) = x \qquad (\text{by balls: to } 10^{-20})",
    topic="potentials",
    source="this project; arXiv:1902.01903 for the hyperbolic entropy",
    scope="products of depth 1..3, balanced at q = 1, 3/2, 2, and of any imbalance at q = 1; two layers at q = 2 and"
    " imbalance 1 by balls, within 1e-20 near y = 1/2; masks; u^2 v^3 and u v^2; every y of the dual domain with x > 0",
)

mu = sympy.Symbol("mu", positive=True)
FLOWS = (
    *((Flow(Lq(e), Product(depth)), (0,) * depth) for depth, e in ((1, q), (2, 1), (2, "3/2"), (2, 2), (3, 1), (3, "3/2"), (3, 2))),
    *((Flow(Lq(e), Product(2)), (0, lam)) for e in (1, 2)),
    (Flow(Lq(1), Product(3)), (0, lam, mu)),
    (Flow(Lq(1), Mask()), (lam, 0)),
    *((Flow(Lq(e), PowersProduct(2, 3)), (0, 0)) for e in (1, "3/2", 2)),
    (Flow(Lq(1), PowersProduct(1, 2)), (0, lam)),
)
z, half, TINY = sympy.Symbol("z", real=True), sympy.S.Half, sympy.Rational(1, 10**24)


def check(factor=1):
    for place, (flow, shifts) in enumerate(FLOWS, 1):
        form, part = derive(flow, imbalance=shifts).potential, f"{place}: {flow.effective} for {flow.geometry}, {shifts}"
        letters = {S, *sympy.Add(*shifts).free_symbols}
        ranges = dict.fromkeys(letters, POSITIVE) | ({q: sympy.Interval(1, 2)} if flow.geometry.exponent == q else {})
        on, x_of_y = Domain({**ranges, z: REALS}), factor * form.inverse_mirror_map
        y = {Normalisation.ORIGIN: S, Normalisation.INFINITY: -S, Normalisation.ONE: z}[form.normalisation]
        yield Identity(at(Derivative(form.conjugate, Y), {Y: y}), at(x_of_y, {Y: y}), on=on, part=f"{part}, R*")
        if form.normalisation is Normalisation.ONE:
            pace = at(form.hessian, {X: x_of_y}) * Derivative(x_of_y, Y)
            yield Identity(at(pace, {Y: z}), 1, on=on, part=f"{part}, x'(y)")
            yield Identity(at(x_of_y, {Y: 0}), 1, on=on, part=f"{part}, x(0)")
            yield Identity(at(form.mirror_map, {X: 1}), 0, on=on, part=f"{part}, R'(1)")
            start = factor * at(form.conjugate_at, {X: 1})
            yield Identity(at(form.conjugate, {Y: 0}), start, on=on, part=f"{part}, R*(0)")
        elif not form.dual_density.factors:
            layers = zip(flow.weights, separate(flow).inverses, shifts, strict=True)
            curve = {w: inverse.subs(separate(flow).charge, S + shift) for w, inverse, shift in layers}
            clock = {Y: form.dual_density.coefficient * S}
            yield Identity(at(form.conjugate, {Y: 0}), 0, on=on, part=f"{part}, R*(0)")
            yield Identity(at(x_of_y, clock), at(flow.effective, curve), on=on, part=f"{part}, x on the curve")
            metric = at(flow.inverse_metric, curve)
            yield Identity(at(Derivative(x_of_y, Y), clock), metric, on=on, part=f"{part}, x' on the curve")
        elif form.mirror_map.has(sympy.asinh):
            back, box = at(form.mirror_map.xreplace({X: z}), {z: x_of_y}), {Y: sympy.Interval(half, half + TINY)}
            apart = abs(at(back, {lam: 1}) - Y)
            yield Inequality(apart, sympy.Rational(1, 10**20), on=Domain(box), part=f"{part}, R'(x(y)), in balls")
            start = at(form.conjugate.xreplace({2 * Y: z}), {Y: 0, z: 0})
            yield Identity(start, 0, on=Domain({lam: POSITIVE}), part=f"{part}, R*(0)")
        if form.closed_mirror_map is not None and not form.mirror_map.has(sympy.asinh, sympy.log):
            line = Domain({X: POSITIVE, **ranges})
            yield Identity(at(x_of_y, {Y: form.mirror_map}), X, on=line, part=f"{part}, x(R'(x))")
            reached = at(form.conjugate, {Y: form.mirror_map})
            yield Identity(reached, form.conjugate_at, on=line, part=f"{part}, R*(R'(x))")


MUTANTS = {"twice x(y)": {"factor": 2}, "minus x(y)": {"factor": -1}}
