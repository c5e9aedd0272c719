r"""Gradient flow through three or four layers has an elliptic mirror map: Carlson's R_F, or its elementary case.

.. math:: R'(s) = c\, R_F(U_2, U_3, U_4), \qquad \frac{\mathrm d U_i}{\mathrm d s} = \frac{\mathrm d U_2}{\mathrm d s}, \qquad
          -\frac{c}{2 \sqrt{U_2 U_3 U_4}}\, \frac{\mathrm d U_2}{\mathrm d s} = D(s)

The arguments differ by constants, so that they move together; and R_F(x, y, z) is half the integral over t > 0 of
((t + x)(t + y)(t + z))^(-1/2), whose derivative along x + h, y + h, z + h is minus half its integrand at t = 0. Where two
imbalances are equal R_F is an arctangent, or its hyperbolic twin. The density D is dy/ds along the flow, as another claim shows.

Not to be confused with derived_curves_are_mirror_potentials_of_the_flow, on the curves and their elementary forms.
Source: Carlson (1995), "Numerical computation of real or complex elliptic integrals"; DLMF 19.29.4; the flow: this project.
"""

import sympy
from sympy import Derivative

from mirrortheory import POSITIVE, Claim, Domain, Flow, Identity, Lq, Product, derive
from mirrortheory.exact import carlson_rf
from mirrortheory.notation import imbalance
from mirrortheory.theory import S

CLAIM = Claim(
    "derived_elliptic_integrals_have_the_dual_density_as_derivative",
    r"\frac{\mathrm d}{\mathrm d s}\, c\, R_F(U_2, U_3, U_4) = D(s)",
    topic="potentials",
    source="Carlson (1995); DLMF 19.29.4; this project",
    scope="gradient flow; depth three, imbalance 0, lam2 > 0, lam3 > 0; depth four, (0, 1, 2, 3), (0, 1, 1, 2) and (0, 1, 2, 2)",
    on_paper=("the derivative of an integral in its end",),
)

CASES = ((3, imbalance(3)), (4, (0, 1, 2, 3)), (4, (0, 1, 1, 2)), (4, (0, 1, 2, 2)))


def check(scale=1):
    for depth, shifts in CASES:
        derived = derive(Flow(Lq(2), Product(depth)), imbalance=shifts)
        form, density = derived.potential.mirror_map_expression(), scale * derived.potential.dual_density.expression(S)
        on = Domain(dict.fromkeys({S, *sympy.Add(*derived.imbalance).free_symbols}, POSITIVE))
        if not form.has(carlson_rf):
            yield Identity(Derivative(form, S), density, on=on, part=f"{shifts}, {form}")
            continue
        (integral,) = form.atoms(carlson_rf)
        moves = [Derivative(argument, S) for argument in integral.args]
        for k in (1, 2):
            yield Identity(moves[k], moves[0], on=on, part=f"{shifts}, arguments 1 and {k + 1} move together")
        at_end = -form.coeff(integral) * moves[0] / (2 * sympy.sqrt(sympy.Mul(*integral.args)))
        yield Identity(at_end, density, on=on, part=f"{shifts}, {form}")


MUTANTS = {"half the density": {"scale": sympy.Rational(1, 2)}, "minus the density": {"scale": -1}}
