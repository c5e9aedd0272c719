r"""The curve in s that a derivation states runs along the flow, and on it dR' = D ds has the metric of the weights.

.. math:: \frac{\mathrm d w_i}{\mathrm d s} = D(s)\, \dot w_i \big|_{f' = -1}, \qquad x(s) = g(w(s)), \qquad
          D(s) \sum_i \Bigl|\frac{\partial g}{\partial w_i}\Bigr|^q = \frac{\mathrm d x}{\mathrm d s}, \qquad
          \frac{\mathrm d R^*}{\mathrm d s} = x D, \quad u_i - u_j = \lambda_i - \lambda_j

The weights w_i(s) are those of the separated flow, whose charges u_i are s + lambda_i. So y = R'(x), with dy/ds = D, passes as time
does under the slope -1 (in general, as -phi(f') dt), and R'' = dy/dx is 1 over the inverse metric. Forms in s of y and R* have D
and x D as their derivatives. Where x < 0 is covered, x changes sign with each weight.

Not to be confused with derived_elliptic_integrals_have_the_dual_density_as_derivative, on Carlson's integrals.

Source: this project; Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, for depth two and for balanced layers.
"""

import sympy
from sympy import Derivative

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity
from mirrortheory.exact import carlson_rf
from mirrortheory.notation import imbalance, lam, q
from mirrortheory.reparams import Mask, PowersProduct, Separable
from mirrortheory.theory import S, X, separate

CLAIM = Claim(
    "derived_curves_are_mirror_potentials_of_the_flow",
    r"\frac{dw_i}{ds} = D(s)\, \dot w_i|_{f' = -1}, \quad D(s) \sum_i |\partial_i g|^q = x'(s)",
    topic="potentials",
    source="this project; arXiv:2603.02064 for depth two and balanced layers",
    scope="what is derived for products of depth 1..4 and masks, 1 <= q <= 2; u^2 v^3, u v^2 and 3 u v^2 for 5 pairs of map and q;"
    " three products from initial weights; not Carlson's integrals",
    on_paper=("the derivative of an integral in its end",),
)

u, v = sympy.symbols("u v", positive=True)
FLOWS = (
    *((Flow(Lq(q), Product(depth)), imbalance(depth)) for depth in range(1, 5)),
    (Flow(Lq(q), Product(3)), (0, lam, 0)),
    (Flow(Lq(q), Mask()), (lam, 0)),
    *((Flow(Lq(e), Product(3)), shifts) for e, shifts in ((1, (0, lam, lam)), (2, (0, lam, lam)), (2, (0, 0, lam)))),
    *((Flow(Lq(e), PowersProduct(2, 3)), (0, 0)) for e in ("5/4", 2)),
    *((Flow(Lq(e), PowersProduct(1, 2)), shifts) for e, shifts in ((1, (0, lam)), ("3/2", (lam, 0)))),
    (Flow(Lq("3/2"), Separable(3 * u * v**2, (u, v))), (lam, 0)),
)
STARTS = ((Flow(Lq("3/2"), Product(2)), (0, -2)), (Flow(Lq(1), Product(3)), (2, "-1/2", 3)), (Flow(Lq(2), Mask()), (1, 3)))
GIVEN = (*((flow, {"imbalance": e}) for flow, e in FLOWS), *((flow, {"initial": e}) for flow, e in STARTS))


def check(pace=1, charge=0):
    for place, (flow, given) in enumerate(GIVEN, 1):
        derived, part = derive(flow, **given), f"{place}: {flow.effective} for {flow.geometry}"
        potential, separation = derived.potential, separate(flow)
        letters = {S, *sympy.Add(*derived.imbalance).free_symbols}
        on = Domain(dict.fromkeys(letters, POSITIVE) | ({q: sympy.Interval(1, 2)} if flow.geometry.exponent == q else {}))
        charges = [S + shift + charge * k for k, shift in enumerate(derived.imbalance)]
        curve = {
            w: inverse.subs(separation.charge, c) for w, inverse, c in zip(flow.weights, separation.inverses, charges, strict=True)
        }
        density, x = pace * potential.dual_density.expression(S), potential.effective.expression(S)
        for w, along in curve.items():
            move = density * at(flow.derivative(w), curve | {flow.slope: -1})
            yield Identity(Derivative(along, S), move, on=on, part=f"{part}, d{w}/ds")
        for k, invariant in enumerate(derived.invariants, 1):
            gap = derived.imbalance[0] - derived.imbalance[k]
            yield Identity(at(invariant, curve), gap, on=on, part=f"{part}, imbalance of {k + 1}")
        metric, both = at(flow.inverse_metric, curve), flow.domain()
        yield Identity(derived.inverse_metric, flow.inverse_metric, on=both, part=f"{part}, 1/R'' of the weights")
        yield Identity(x, at(flow.effective, curve), on=on, part=f"{part}, x(s)")
        yield Identity(potential.inverse_metric, metric, on=on, part=f"{part}, 1/R''")
        yield Identity(density * metric, Derivative(x, S), on=on, part=f"{part}, D/R'' = dx/ds")
        conjugate = potential.conjugate_density.expression(S)
        yield Identity(conjugate, density * at(flow.effective, curve), on=on, part=f"{part}, dR*/ds = x D")
        forms = (potential.mirror_map_expression(), density), (potential.conjugate_expression(), conjugate)
        for form, slope in forms:
            sign, integral = form.as_coeff_Mul()
            if isinstance(integral, sympy.Integral):  # its derivative in an end is its integrand there
                (bound, _, end), edge = integral.limits[0], sign if integral.limits[0][2] == S else -sign
                at_edge = edge * at(integral.function, {bound: S})
                yield Identity(at_edge, slope, on=on, part=f"{part}, {form} up to {end}")
            elif form.has(S) and not form.has(carlson_rf, X):
                yield Identity(Derivative(form, S), slope, on=on, part=f"{part}, {form} in s")
        for w in flow.weights if potential.even else ():
            yield Identity(at(flow.effective, {w: -w}), -flow.effective, on=both, part=f"{part}, odd in {w}")


MUTANTS = {"twice the density": {"pace": 2}, "another imbalance": {"charge": 1}}
