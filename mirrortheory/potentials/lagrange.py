r"""Series of primitives of power products along a curve, and their reversion, by Lagrange's formula.

Along the curve x = C s^a prod (1 + s/lam_i)^(alpha_i), a primitive F of a density K s^d prod (1 + s/lam_i)^(delta_i) is a
series in z = (x/C)^(1/a), since the residue of F'(s)/z^(e_n) does not change with the variable:

.. math:: F = c + \sum_{n \ge 0} \frac{K}{e_n}\,[s^n] \prod_i \Bigl(1 + \frac{s}{\lambda_i}\Bigr)^{\delta_i - \alpha_i e_n/a}
          z^{e_n}, \qquad e_n = d + 1 + n,

with log z in place of z^(e_n)/e_n where e_n = 0. At infinity the same holds in 1/s with e_n = d + 1 - n. The constant c is 0 at the
end where F vanishes; at the other it is a finite part in s (:mod:`mirrortheory.potentials.finite_part`), carried over to z: a power
s^m that grows, with m a whole number, adds [z^0] s^m = [s^(-m)] (s/z) dz/ds of itself.

Source: this project; DLMF 1.10(vii) for Lagrange inversion.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy

from mirrortheory.errors import NoClosedForm
from mirrortheory.exact import sign_of
from mirrortheory.potentials.finite_part import coefficient, finite_part, inverted
from mirrortheory.potentials.potential import PowerProduct, X

MOST_ZEROS = 12  # so many vanishing coefficients in a row are followed, no more

# c x^p + l x^p log x is kept as {p: (c, l)}; with it goes the first exponent that is not covered, None when nothing is left out.
Terms = dict[sympy.Expr, tuple[sympy.Expr, sympy.Expr]]
Covered = tuple[Terms, sympy.Expr | None]


def primitive(
    effective: PowerProduct, density: PowerProduct, orders: int, *, far: bool, from_infinity: bool, at_one: bool = False
) -> Covered:
    """Expand the primitive of ``density`` that vanishes at s = 0, at s = oo, or (of a monomial) at x = 1."""
    sign = -1 if far else 1
    (c, a, alphas), (k, d, deltas) = _at_end(effective, far=far), _at_end(density, far=far)
    shifts = list(dict.fromkeys([*alphas, *deltas]))
    found: Terms = {}
    logarithm = sympy.S.Zero
    for n in range(orders if shifts else 1):
        e = d + 1 + sign * n
        powers = [((shift if far else 1 / shift), deltas.get(shift, 0) - alphas.get(shift, 0) * e / a) for shift in shifts]
        value = k * coefficient(powers, n)
        if e == 0:
            logarithm = value
        else:
            found[e / a] = value / e * c ** (-e / a), sympy.S.Zero
    end = (d + 1 + sign * orders) / a if shifts else None
    if end is None or end * sign > 0:  # the constant lies within what is covered
        constant = sympy.S.Zero
        if far != from_infinity and not at_one:
            constant = -finite_part(inverted(density)) if from_infinity else finite_part(density)
        if not at_one:
            constant += _moved(alphas, deltas, d + 1, far=far) * k / a - logarithm * sympy.log(c) / a
        found[sympy.S.Zero] = constant, logarithm / a
    return found, end


def _moved(
    alphas: Mapping[sympy.Expr, sympy.Expr], deltas: Mapping[sympy.Expr, sympy.Expr], e: sympy.Expr, *, far: bool
) -> sympy.Expr:
    """What the growing whole powers of s in the primitive add to the constant, as [z^0] s^m = [s^(-m)] (s/z) dz/ds."""
    sign = -1 if far else 1
    total = sympy.S.Zero
    for n in range(int(-sign * e) if e.is_Integer and sign * e < 0 else 0):
        m = e + sign * n
        power = sympy.Add(*(alpha * (-(shift if far else 1 / shift)) ** abs(m) for shift, alpha in alphas.items()))
        total -= sign * power * coefficient([((shift if far else 1 / shift), delta) for shift, delta in deltas.items()], n) / m
    return total


def _at_end(product: PowerProduct, *, far: bool) -> tuple[sympy.Expr, sympy.Expr, dict[sympy.Expr, sympy.Expr]]:
    """Return K, the order d, and the exponents by shift, of K s^d prod (1 + ..)^e at s = 0 or at s = oo."""
    rest = {shift: e for shift, e in product.factors if shift != 0}
    if far:
        return product.coefficient, product.order_at_infinity(), rest
    return product.coefficient * sympy.Mul(*(shift**e for shift, e in rest.items())), product.order_at_zero(), rest


def reverted(coefficients: list[sympy.Expr], a: sympy.Expr, e: sympy.Expr) -> Terms:
    r"""Solve y = c_0 w^e h(w) with h = sum c_n w^n/c_0 and w = x^(1/a) for x, in powers of y.

    .. math:: x = \sum_n \frac{a}{a + n}\,[w^n] h^{-(a + n)/e}\,(y/c_0)^{(a + n)/e}

    >>> reverted([sympy.Integer(1), sympy.Integer(1)], sympy.Integer(1), sympy.Integer(1))  # y = x + x^2
    {1: (1, 0), 2: (-1, 0)}
    """
    first, h = coefficients[0], [c / coefficients[0] for c in coefficients]
    found: Terms = {}
    for n in range(len(h)):
        power, raised = -(a + n) / e, [sympy.S.One]
        for m in range(1, n + 1):  # h (h^r)' = r h' h^r
            raised.append(sympy.expand(sum((power * k - (m - k)) * h[k] * raised[m - k] for k in range(1, m + 1)) / m))
        found[-power] = a / (a + n) * raised[n] * first**power, sympy.S.Zero
    return found


def leading_terms(cover: Callable[[int], Covered], count: int, *, far: bool) -> tuple[tuple[sympy.Expr, ...], sympy.Expr]:
    """Return the leading terms that are not zero, and the next one; more orders are asked for until that many are found."""
    for orders in range(count + 1, count + 2 + MOST_ZEROS):
        found, end = cover(orders)
        covered = [p for p in sorted(found, reverse=far) if end is None or (p > end if far else p < end)]
        pairs = ((p, _tidy(found[p][0]), _tidy(found[p][1])) for p in covered)
        leading = [_term(p, c, log) for p, c, log in pairs if not (c == 0 and log == 0)]
        if len(leading) > count:
            return tuple(leading[:count]), leading[count]
        if end is None:
            return tuple(leading), sympy.S.Zero
    raise NoClosedForm("expansion", f"{MOST_ZEROS} coefficients in a row are zero")


def _tidy(expr: sympy.Expr) -> sympy.Expr:
    """Simplify a coefficient; zero is seen where it is algebraic or has logarithms, and an integral is taken to be none."""
    if expr.has(sympy.Integral):
        return expr
    if expr.has(sympy.log):
        zero = sympy.simplify(expr) == 0 or (expr.is_number and sign_of(expr) == 0)
        return sympy.S.Zero if zero else expr
    tidy = sympy.powsimp(sympy.powdenest(sympy.factor(sympy.powsimp(sympy.expand(expr))), force=True))
    return sympy.S.Zero if tidy.is_Add and tidy.is_algebraic and sign_of(tidy) == 0 else tidy


def _term(p: sympy.Expr, c: sympy.Expr, log: sympy.Expr) -> sympy.Expr:
    if log == 0:
        return c * X**p
    if c.has(sympy.Integral):
        return log * X**p * (sympy.log(X) + c / log)
    outside, inside = sympy.expand(sympy.expand_log(c / log, force=True)).as_independent(sympy.log, as_Add=True)
    taken, kept = sympy.sift(sympy.Add.make_args(inside), _is_a_log, binary=True)
    return log * X**p * (sympy.logcombine(sympy.log(X) + sympy.Add(*taken), force=True) + sympy.Add(*kept) + outside)


def _is_a_log(part: sympy.Expr) -> bool:
    factor, log = part.as_independent(sympy.log, as_Add=False)
    return bool(factor.is_Rational) and isinstance(log, sympy.log)
