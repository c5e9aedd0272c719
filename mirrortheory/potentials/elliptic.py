r"""Dual densities that are the inverse root of a cubic or quartic: gradient flow through three or four layers.

With :math:`X_i^2 = s + \lambda_i`, :math:`Y_i^2 = \lambda_i` (and X_4 = Y_4 = 1 for a cubic)

.. math:: \int_0^s \frac{\mathrm d u}{\prod_i \sqrt{u + \lambda_i}} = 2\,R_F(U_{12}^2, U_{13}^2, U_{14}^2), \qquad
          U_{ij} = \frac{X_i X_j Y_k Y_m + Y_i Y_j X_k X_m}{s},

which is elementary when two of the imbalances are equal, as then two of the U are.

Source: Carlson (1995), "Numerical computation of real or complex elliptic integrals"; DLMF 19.29.4.
"""

from __future__ import annotations

import sympy

from mirrortheory.exact import carlson_rf, sign_of


def first_kind(factors: tuple[tuple[sympy.Expr, sympy.Expr], ...], s: sympy.Expr) -> sympy.Expr | None:
    """Return the integral from 0 to ``s`` of prod (u + shift)^exponent, when it is that of an inverse root of a cubic or quartic.

    The shifts are nonnegative, and at most one factor of exponent -1/2 has shift 0; None for all other products.
    """
    half = -sympy.S.Half
    counts = [(shift, exponent / half) for shift, exponent in factors]
    if not all(count.is_Integer and count > 0 and (shift != 0 or count == 1) for shift, count in counts):
        return None
    shifts = [shift for shift, count in counts for _ in range(int(count))]
    if len(shifts) not in (3, 4):
        return None
    upper, lower = [sympy.sqrt(s + shift) for shift in shifts], [sympy.sqrt(shift) for shift in shifts]
    upper, lower = (roots + [sympy.S.One] * (4 - len(roots)) for roots in (upper, lower))
    pairs = (((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2)))
    arguments = [
        (upper[i] * upper[j] * lower[k] * lower[m] + lower[i] * lower[j] * upper[k] * upper[m]) / s for (i, j), (k, m) in pairs
    ]
    if len(set(arguments)) < 3:
        return _elementary([a**2 for a in arguments])
    return 2 * carlson_rf(*(sympy.expand(a**2) for a in arguments))


def _elementary(arguments: list[sympy.Expr]) -> sympy.Expr:
    """Return 2 R_F(x, y, y) = 2 R_C(x, y): an arctangent where y > x, its hyperbolic twin where y < x."""
    double = next(a for a in arguments if arguments.count(a) > 1)
    single = next((a for a in arguments if a != double), double)
    gap = sympy.simplify(double - single)
    if gap == 0 or (gap.is_number and sign_of(gap) == 0):
        return 2 / sympy.sqrt(double)
    if sign_of(gap) > 0 if gap.is_number else gap.is_positive:
        return 2 * sympy.atan(sympy.sqrt(sympy.simplify(gap / single))) / sympy.sqrt(gap)
    return 2 * sympy.atanh(sympy.sqrt(sympy.simplify(-gap / single))) / sympy.sqrt(-gap)
