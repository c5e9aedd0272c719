r"""Closed forms of a parametric potential, found by SymPy; None where no rule applies.

1. s(x): the effective parameter is inverted when it is a monomial or a power of a quadratic in s.
2. R'' = 1/(inverse metric at s(x)), R' = int R'', R*(R'(x)) = int x R'', R = x R' - R*.
3. x(y) and R*(y): through a constant dual density (then s is a multiple of y), or by solving R'(x) = y.

Every rule is a SymPy integration or solution; :mod:`mirrortheory.potentials.numeric` encloses the same quantities by a route that
uses none of them, and the tests compare the two.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache

import sympy
from sympy.integrals.transforms import MellinTransformStripError

from mirrortheory.domain import GRADIENT_EXPONENTS
from mirrortheory.exact import inverse
from mirrortheory.potentials.potential import Normalisation, Potential, PowerProduct, S, U, X, Y
from mirrortheory.potentials.powers import is_monomial

_Y_POSITIVE = sympy.Symbol("y", positive=True)


@lru_cache(maxsize=256)  # a check derives the same again for each of its mutants
def with_closed_forms(potential: Potential, exponent: sympy.Expr) -> Potential:
    """Return ``potential`` (of gradient exponent ``exponent``) with the closed forms that the rules find."""
    forms: dict[str, sympy.Expr] = {}
    s_of_x = charge_of_effective(potential.effective)
    if s_of_x is not None:
        forms |= _from_hessian(1 / _tidy(potential.inverse_metric.subs(S, s_of_x)), potential.normalisation)
    if not potential.dual_density.factors:
        s_of_y = Y / potential.dual_density.coefficient
        x_of_y = _tidy(potential.effective.expression(S).subs(S, s_of_y))
        forms["closed_inverse_mirror_map"] = x_of_y
        forms["closed_conjugate"] = sympy.integrate(sympy.expand(x_of_y), (Y, 0, Y))
    elif "closed_mirror_map" in forms:
        forms |= _from_inversion(forms, potential.normalisation)
    return dataclasses.replace(potential, **{name: _within(form, exponent) for name, form in forms.items()})


def charge_of_effective(effective: PowerProduct) -> sympy.Expr | None:
    """Return s(x) for x > 0 when x(s) is a monomial or a power of a quadratic with one zero root."""
    if len(effective.factors) == 1 and effective.factors[0][0] == 0:
        return sympy.powsimp((X / effective.coefficient) ** (1 / effective.factors[0][1]))
    exponents = {e for _, e in effective.factors}
    if len(effective.factors) == 2 and len(exponents) == 1:
        target = sympy.Symbol("X", positive=True)
        quadratic = sympy.expand(sympy.Mul(*(S + shift for shift, _ in effective.factors)))
        for root in sympy.roots(quadratic - target, S):
            if sympy.limit(root, target, sympy.oo) == sympy.oo:
                return root.subs(target, (X / effective.coefficient) ** (1 / exponents.pop()))
    return None


def _from_hessian(hessian: sympy.Expr, normalisation: Normalisation) -> dict[str, sympy.Expr]:
    hessian = _tidy(hessian)
    forms = {"closed_hessian": hessian}
    monomial = is_monomial(hessian, X)
    if not monomial and normalisation is not Normalisation.ORIGIN:
        return forms
    integrals = []
    for integrand in (hessian, X * hessian):
        # The antiderivative of a monomial vanishes at 0, at oo, or (the logarithm) at 1: the three normalisations.
        limits = X if monomial else (U, 0, X)
        try:
            value = sympy.integrate(sympy.powsimp(integrand) if monomial else integrand.subs(X, U), limits)
        except MellinTransformStripError:  # SymPy fails on some definite integrals: no closed form
            return forms
        if value.has(sympy.Integral):
            return forms
        integrals.append(_tidy_hypergeometric(value))
    mirror_map, conjugate_at = integrals
    return forms | {
        "closed_mirror_map": mirror_map,
        "conjugate_at": conjugate_at,
        "closed_potential": _tidy(sympy.piecewise_fold(sympy.expand(X * mirror_map - conjugate_at))),
    }


def _from_inversion(forms: dict[str, sympy.Expr], normalisation: Normalisation) -> dict[str, sympy.Expr]:
    mirror_map = forms["closed_mirror_map"]
    if mirror_map.has(sympy.hyper, sympy.Piecewise):
        return {}
    # A monomial with negative coefficient has y < 0: solve for -y > 0.
    sign = -1 if is_monomial(mirror_map, X) and mirror_map.is_negative else 1
    x_of_y = inverse(sign * mirror_map, X, _Y_POSITIVE)
    if x_of_y is None:
        return {}
    if normalisation is Normalisation.ORIGIN:
        conjugate = sympy.integrate(x_of_y.subs(_Y_POSITIVE, U), (U, 0, _Y_POSITIVE))
    else:
        conjugate = forms["conjugate_at"].subs(X, x_of_y)
    at_y = {_Y_POSITIVE: sign * Y}
    return {"closed_inverse_mirror_map": x_of_y.subs(at_y), "closed_conjugate": sympy.simplify(conjugate).subs(at_y)}


def _within(expr: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
    """Drop the special cases of a Piecewise that lie outside 1 <= q <= 2."""
    for condition in expr.atoms(sympy.Ne):
        if condition.lhs == exponent and GRADIENT_EXPONENTS.contains(condition.rhs) == sympy.false:
            expr = expr.subs(condition, sympy.true)
    return expr


def _tidy(expr: sympy.Expr) -> sympy.Expr:
    return sympy.powsimp(sympy.expand_power_base(sympy.factor_terms(expr), force=True))


def _tidy_hypergeometric(expr: sympy.Expr) -> sympy.Expr:
    if not expr.has(sympy.hyper):
        return expr
    expr = expr.replace(sympy.hyper, lambda a, b, z: sympy.hyper(a, b, sympy.unpolarify(z)))
    return sympy.gammasimp(expr)
