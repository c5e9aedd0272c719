r"""Finite parts at infinity of integrals of power products: the constants in expansions of R' and R* far out.

For D(u) = K u^(b-1) prod (u + lam_i)^(delta_i) with b > 0 and b + sum delta_i = e, the integral up to S has an expansion in
powers of S and log S. Its constant term is the *finite part*, which is the integral over (0, oo) when e < 0. Here it is

.. math:: K \lambda^{e}\,B(b, -e) \quad\text{or}\quad
          K \lambda^{n} \binom{\delta}{n} \bigl(\psi(n + 1) - \psi(b) - \log\lambda\bigr) \text{ at } e = n = 0, 1, 2, \dots

for one shift lam. For several shifts the derivative of u D and u/(u + lam_i) = 1 - lam_i/(u + lam_i) give

.. math:: e \operatorname{fp}\!\int D = [S^0]\, S D(S) + \sum_i \delta_i \lambda_i \operatorname{fp}\!\int \frac{D}{u + \lambda_i},

which lowers e by one, until the integral converges (Carlson's R_F where it is one), or e = 0. What is left is an integral over
[0, 1] after u = z^N and u = z^-N, with an integrand that is analytic there, so that balls can enclose it.

Source: this project; DLMF 5.12.3 for the Beta function and 19.29.4 for R_F.
"""

from __future__ import annotations

from collections.abc import Sequence

import sympy

from mirrortheory.exact import carlson_rf
from mirrortheory.potentials.elliptic import first_kind
from mirrortheory.potentials.potential import PowerProduct, S

_Z = sympy.Symbol("z", positive=True)
_Powers = tuple[tuple[sympy.Expr, sympy.Rational], ...]


def coefficient(powers: Sequence[tuple[sympy.Expr, sympy.Rational]], n: int) -> sympy.Expr:
    """Return the coefficient of t^n in prod (1 + r t)^e over the pairs (r, e).

    >>> coefficient([(sympy.Integer(2), sympy.Rational(1, 2))], 2)
    -1/2
    """
    found = [sympy.S.One]
    for k in range(1, n + 1):  # k c_k = sum_j p_j c_(k-j), where p_j are the coefficients of t d/dt log of the product
        sums = (sum(e * (-1) ** (j - 1) * r**j for r, e in powers) for j in range(1, k + 1))
        found.append(sympy.expand(sum(p * found[k - j] for j, p in enumerate(sums, 1)) / k))
    return found[n]


def inverted(product: PowerProduct) -> PowerProduct:
    """Return D(1/v)/v^2, so that the end of its integral at infinity is that of D at zero.

    >>> inverted(PowerProduct(sympy.S.One, ((sympy.S.Zero, sympy.Integer(-1)), (sympy.Integer(2), sympy.Integer(-1)))))
    PowerProduct(coefficient=1/2, factors=((1/2, -1),))
    """
    rest = [(shift, e) for shift, e in product.factors if shift != 0]
    order = -2 - product.order_at_infinity()
    at_zero = ((sympy.S.Zero, order),) if order != 0 else ()
    return PowerProduct(
        product.coefficient * sympy.Mul(*(shift**e for shift, e in rest)), at_zero + tuple((1 / shift, e) for shift, e in rest)
    )


def finite_part(product: PowerProduct) -> sympy.Expr:
    """Return the constant term of the integral of ``product`` from 0 to S as S -> oo, for numeric exponents and order at zero > -1.

    >>> root = sympy.Rational(-1, 2)
    >>> finite_part(PowerProduct(sympy.S.One, ((sympy.S.Zero, root), (sympy.Integer(1), root))))
    2*log(2)
    """
    b, e = product.order_at_zero() + 1, product.order_at_infinity() + 1
    rest = [(shift, power) for shift, power in product.factors if shift != 0]
    if not rest or all(power.is_Integer and power >= 0 for _, power in product.factors):
        return sympy.S.Zero
    scale = rest[0][0]  # u = scale * v leaves ratios of shifts, in which a common symbol cancels
    ratios = tuple((sympy.cancel(shift / scale), power) for shift, power in rest)
    log = sympy.log(scale) * coefficient(ratios, int(e)) if e.is_Integer and e >= 0 else sympy.S.Zero
    return product.coefficient * scale**e * (_scaled(b, _merged(ratios)) - log)


def _scaled(b: sympy.Rational, powers: _Powers) -> sympy.Expr:
    e = b + sum(power for _, power in powers)
    if len(powers) == 1 and powers[0][0] == 1:
        return _one_shift(b, powers[0][1])
    if e < 0:
        return _convergent(b, powers)
    if e == 0:
        return _logarithmic(b, powers)
    boundary = coefficient(powers, int(e)) if e.is_Integer else sympy.S.Zero
    lowered = (power * shift * _scaled(b, _merged(((shift, -sympy.S.One), *powers))) for shift, power in powers)
    return (boundary + sympy.Add(*lowered)) / e


def _merged(powers: _Powers) -> _Powers:
    total: dict[sympy.Expr, sympy.Rational] = {}
    for shift, power in powers:
        total[shift] = total.get(shift, sympy.S.Zero) + power
    return tuple((shift, power) for shift, power in total.items() if power != 0)


def _one_shift(b: sympy.Rational, delta: sympy.Rational) -> sympy.Expr:
    e = b + delta
    if delta.is_Integer and delta >= 0:
        return sympy.S.Zero
    if e.is_Integer and e >= 0:
        psi = (sympy.expand_func(sympy.digamma(value)) for value in (e + 1, b))
        return coefficient([(sympy.S.One, delta)], int(e)) * sympy.expand(next(psi) - next(psi)).rewrite(sympy.cos)
    return sympy.gammasimp(sympy.gamma(b) * sympy.gamma(-e) / sympy.gamma(-delta))


def _convergent(b: sympy.Rational, powers: _Powers) -> sympy.Expr:
    at_zero = ((sympy.S.Zero, b - 1),) if b != 1 else ()
    known = first_kind(at_zero + powers, S)
    if known is not None and known.has(carlson_rf):
        return known.replace(carlson_rf, lambda *args: carlson_rf(*(sympy.limit(a, S, sympy.oo) for a in args)))
    e = b + sum(power for _, power in powers)
    n = sympy.ilcm(b.q, e.q)
    near = n * _Z ** (n * b - 1) * sympy.Mul(*((_Z**n + shift) ** power for shift, power in powers))
    far = n * _Z ** (-n * e - 1) * sympy.Mul(*((1 + shift * _Z**n) ** power for shift, power in powers))
    return sympy.Integral(near + far, (_Z, 0, 1))


def _logarithmic(b: sympy.Rational, powers: _Powers) -> sympy.Expr:
    """As far out the integrand is (prod (1 + shift t)^power) dt/t in t = 1/u, of which dt/t is the logarithm."""
    near = b.q * _Z ** (b.q * b - 1) * sympy.Mul(*((_Z**b.q + shift) ** power for shift, power in powers))
    before, far = sympy.S.One, sympy.S.Zero
    for shift, power in powers:  # a b - 1 = (a - 1) + a (b - 1)
        far += before * _slope(shift, power)
        before *= (1 + shift * _Z) ** power
    return sympy.Integral(near + far, (_Z, 0, 1))


def _slope(shift: sympy.Expr, power: sympy.Rational) -> sympy.Expr:
    """((1 + shift z)^power - 1)/z without a division by z, through geometric sums of the root r = (1 + shift z)^(1/n)."""
    root = (1 + shift * _Z) ** sympy.Rational(1, power.q)
    above, below = (sympy.Add(*(root**j for j in range(count))) for count in (abs(power.p), power.q))
    return shift * above / below if power > 0 else -shift * above / below * root**power.p
