r"""Antiderivatives of rates: a short table that ends at once, each entry checked before it is used.

Term by term, with a polynomial P and a linear l = a t + b,

.. math:: \int P f = \sum_{j \ge 0} (-1)^j P^{(j)} f^{(-j-1)}, \qquad
          f \in \{e^{l},\ c^{\,l},\ \cos l,\ \sin l,\ l^r\ (r \notin \mathbb Z)\},

whose repeated antiderivatives are themselves of the kind; :math:`\log l`; and rational functions by partial fractions, with
:math:`\log` and, for irreducible quadratics, atan. What is in no entry has no closed form here, and stays an integral.

Source: integration by parts; Bronstein (2005), "Symbolic Integration I", for partial fractions.
"""

from __future__ import annotations

import sympy

_MOST_DEGREE = 64  # of what is multiplied out
_MOST_APART = 12  # of a denominator that is split into partial fractions


def antiderivative(rate: sympy.Expr, t: sympy.Symbol) -> sympy.Expr | None:
    """Return a function whose derivative is thought to be ``rate``, by the table; None where it has no entry.

    >>> t = sympy.Symbol("t", nonnegative=True)
    >>> antiderivative(t * sympy.exp(-t) + 1 / (1 + t), t)
    -t*exp(-t) + log(t + 1) - exp(-t)
    """
    if max((abs(p.exp) for p in rate.atoms(sympy.Pow) if p.exp.is_Integer), default=0) > _MOST_DEGREE:
        return None
    terms = [rate] if rate.is_rational_function(t) else sympy.Add.make_args(sympy.expand_mul(rate))
    found = [_of_term(term, t) for term in terms]
    return None if None in found else sympy.Add(*found)


def _of_term(term: sympy.Expr, t: sympy.Symbol) -> sympy.Expr | None:
    constant, rest = term.as_independent(t, as_Add=False)
    if rest.is_rational_function(t):
        whole = _of_fraction(rest, t)
        if whole is None and sympy.degree(sympy.fraction(sympy.together(rest))[1], t) <= _MOST_APART:
            parts = [_of_fraction(part, t) for part in sympy.Add.make_args(sympy.apart(rest, t))]
            whole = None if None in parts else sympy.Add(*parts)
        return None if whole is None else constant * whole
    polynomial, others = sympy.S.One, []
    for factor in sympy.Mul.make_args(rest):
        if factor.is_polynomial(t):
            polynomial *= factor
        else:
            others.append(factor)
    if len(others) != 1:
        return None
    total, sign, derivative, times = sympy.S.Zero, 1, polynomial, 1
    while derivative != 0:
        integrated = _integrated(others[0], times, t)
        if integrated is None:
            return None
        total, sign, times = total + sign * derivative * integrated, -sign, times + 1
        derivative = sympy.diff(derivative, t)
    return constant * total


def _integrated(f: sympy.Expr, times: int, t: sympy.Symbol) -> sympy.Expr | None:
    """Return f integrated so many times, without constants."""
    inner = f.exp if isinstance(f, sympy.Pow) and not f.base.has(t) else f.base if isinstance(f, sympy.Pow) else f.args[0]
    slope = sympy.diff(inner, t)
    if slope.has(t) or len(f.args) > 2:
        return None
    if isinstance(f, sympy.exp) or (isinstance(f, sympy.Pow) and not f.base.has(t)):
        return f / (slope * (1 if isinstance(f, sympy.exp) else sympy.log(f.base))) ** times
    if isinstance(f, sympy.cos | sympy.sin):
        turned = (sympy.sin, sympy.cos) if isinstance(f, sympy.cos) else (sympy.cos, sympy.sin)
        sign = (-1) ** ((times + isinstance(f, sympy.sin)) // 2)
        return sign * turned[(times - 1) % 2](inner) / slope**times
    if isinstance(f, sympy.Pow) and not f.exp.has(t) and not f.exp.is_Integer:
        return inner ** (f.exp + times) / slope**times / sympy.Mul(*(f.exp + k for k in range(1, times + 1)))
    if isinstance(f, sympy.log) and times == 1:
        return (inner * f - inner) / slope
    return None


def _of_fraction(part: sympy.Expr, t: sympy.Symbol) -> sympy.Expr | None:
    """Return the antiderivative of a polynomial, or of a partial fraction over a linear or a quadratic polynomial."""
    below = sympy.fraction(sympy.together(part))[1]
    if not below.has(t):
        return sympy.integrate(sympy.expand(part), t)
    base, power = (below.as_independent(t, as_Add=False)[1]).as_base_exp()
    factor = sympy.cancel(part * base**power)
    line = sympy.Poly(base, t)
    if line.degree() == 1 and not factor.has(t):
        slope = line.LC()
        return factor * (sympy.log(base) if power == 1 else base ** (1 - power) / (1 - power)) / slope
    if line.degree() == 2 and power == 1 and sympy.degree(factor, t) <= 1:
        a, b, c = line.all_coeffs()
        lead, rest = sympy.Poly(factor, t).coeff_monomial(t), sympy.Poly(factor, t).coeff_monomial(1)
        root = sympy.sqrt(4 * a * c - b**2)
        if not root.is_positive:
            return None
        arc = 2 * sympy.atan((2 * a * t + b) / root) / root
        return lead * sympy.log(base) / (2 * a) + (rest - lead * b / (2 * a)) * arc
    return None
