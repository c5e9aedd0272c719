r"""Where x(y) is derived, its region ends with the dual domain, and it starts where it is stated to.

.. math:: x(a) = x_a, \quad x(b) = x_b \ \text{ for the ends of } (a, b) \to (x_a, x_b), \qquad x(0) = 0 = R^*(0)
          \ \text{ or } \ x(0) = x_0,\ R^*(0) = 0

for R(0) = R'(0) = 0, or R(x_0) = R'(x_0) = 0. Under sign flow, where the field is affine, every weight is positive inside, and at a
finite end one vanishes. 1/R'' as a function of the weights is sum_i |dx/dw_i|^q.

In cosh(4 y) and its like the letter z stands for 4 y, and both are 0: the kernel knows cosh of a number that is exact.

Not to be confused with the constants of the closed forms in x: derived_closed_forms_in_x_invert_the_dual_variable.
Source: this project.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.reparams import LogDifference, PowerDifference, Separable, Square
from mirrortheory.theory import Y, charges
from mirrortheory.theory.affine import affine_field

CLAIM = Claim(
    "derived_regions_end_with_the_dual_domain",
    r"x(a) = x_a, \quad x(b) = x_b, \quad x(0) = x_0, \quad R^*(0) = 0",
    topic="potentials",
    source="this project",
    scope="squares, differences of powers and logarithms, and five maps with affine fields, from one start each; finite ends",
)

u, v, w, t = sympy.symbols("u v w t", positive=True)
z = sympy.Symbol("z", real=True)
FLOWS = (
    *((Square(), e, None) for e in (1, "3/2")),
    *((PowerDifference(depth), e, (2, 1)) for depth, e in ((1, 2), (2, 1), (2, 2), (3, 1), (3, 2))),
    (LogDifference(), 2, (2, 1)),
    (Separable(u * v + v**3, (u, v)), 1, (2, 1)),
    (Separable((u + v) * w, (u, v, w)), 1, (1, 2, 3)),
    (Separable(u / v, (u, v)), 1, (2, 1)),
    (Separable(u**2 + u * v + v**2, (u, v)), 2, (2, 1)),
    (Separable(2 * u * v + u + v, (u, v)), 2, (2, 1)),
)


def check(shift=0, stretch=1):
    point = Domain({})
    for place, (reparam, exponent, start) in enumerate(FLOWS, 1):
        flow = Flow(Lq(exponent), reparam)
        derived, part = derive(flow, initial=start), f"{place}: {flow.effective} for {flow.geometry}"
        form, metric = derived.potential, derived.inverse_metric
        yield Identity(metric, flow.inverse_metric, on=flow.domain(), part=f"{part}, 1/R'' of the weights")
        x, (low, high) = form.inverse_mirror_map + shift, form.dual_domain
        for end, bound in zip((low, high), form.region, strict=True):
            if end.is_finite and x.is_polynomial(Y):
                yield Identity(at(x, {Y: end}), stretch * bound, on=point, part=f"{part}, the region ends at {bound}")
        if start is not None:
            initial = dict(zip(flow.weights, derived.initial, strict=True))
            yield Identity(at(flow.effective, initial), derived.x0, on=point, part=f"{part}, x0")
        for value, expected in ((x, derived.x0 if form.at_start else 0), (form.conjugate, 0)):
            multiples = {f.args[0]: z for f in value.atoms(sympy.sinh, sympy.cosh, sympy.atanh) if f.args[0].subs(Y, 0) == 0}
            there = at(value.xreplace(multiples), {Y: 0, z: 0})
            yield Identity(there, expected, on=point, part=f"{part}, {value} at 0")
        if form.at_start and exponent == 1:
            yield from _inside(form, affine_field(flow).curve(start), part)
        if not form.at_start and start is not None and x.is_polynomial(Y):
            mean = sympy.Add(*charges(flow)) / len(start)
            yield Identity(at(x, {Y: at(mean, initial)}), derived.x0, on=point, part=f"{part}, x(y0) = x0")


def _inside(form, curve, part):
    """Every weight of an affine field is positive inside the dual domain, and one vanishes at a finite end."""
    (low, high), on = form.dual_domain, Domain({t: POSITIVE})
    y = (low + high * t) / (1 + t) if high.is_finite else low + t
    for k, along in enumerate(curve, 1):
        yield Inequality(0, at(along, {Y: y}), on=on, part=f"{part}, weight {k} is positive", strict=True)
    for end in (low, high) if high.is_finite else (low,):
        yield Identity(at(sympy.Mul(*curve), {Y: end}), 0, on=on, part=f"{part}, a weight vanishes at {end}")


MUTANTS = {"another start": {"shift": 1}, "twice the region": {"stretch": 2}}
