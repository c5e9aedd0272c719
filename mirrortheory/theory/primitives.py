r"""Primitives of what clocks are made of, with their limits: powers of binomials, rational functions, powers times exponentials.

The clock of a one-dimensional flow is a primitive of :math:`\prod_k b_k(t)^{e_k}` in nearly all cases that are solved by hand. With
:math:`\alpha = (a + 1)/n`

.. math:: \int t^a (b + c\,t^n)^e\,\mathrm d t = \frac{b^e t^{a + 1}}{a + 1}\,
          {}_2F_1\Bigl(-e, \alpha; \alpha + 1; -\frac{c\,t^n}b\Bigr), \qquad
          \int t^a e^{-k t}\,\mathrm d t = -t^{a + 1} E_{-a}(k t),

and at oo, where it converges, the first is :math:`b^{e + \alpha} c^{-\alpha}\,\mathrm B(\alpha, -e - \alpha)/n`. More than two
different factors leave Carlson's R_F where it is one, and else :class:`~mirrortheory.exact.powers_integral`.

Source: Chebyshev (1853) for binomial differentials; DLMF 8.19 and 15.6 for E and 2F1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import sympy
from sympy.integrals.rationaltools import ratint

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import carlson_rf, powers_integral, reduce_to_ring, sign_of
from mirrortheory.potentials.elliptic import first_kind
from mirrortheory.potentials.powers import power_form
from mirrortheory.theory.end_limits import limit_at

_LARGEST_POWER = 4  # of a polynomial that is multiplied out
Constants = Mapping[sympy.Symbol, sympy.Expr]


@dataclass(frozen=True)
class Primitive:
    """A primitive, and its limits at the lower and the upper end of an interval."""

    form: sympy.Expr
    low: sympy.Expr
    high: sympy.Expr


@dataclass(frozen=True)
class _Powers:
    """coefficient * prod base^exponent * exp(-rate t), the bases polynomials in t or sums of two powers."""

    coefficient: sympy.Expr
    factors: dict[sympy.Expr, sympy.Expr]
    rate: sympy.Expr


def primitive(
    integrand: sympy.Expr, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants
) -> Primitive | None:
    """Return a primitive of ``integrand``, smooth on an open interval of ``t``, with its limits there; None when no rule applies.

    Args:
        integrand: keeps its sign on the interval.
        t: the variable.
        ends: of the interval.
        constants: the values of the symbols in the integrand that stand for constants.
    """
    powers = _powers(integrand, t, inner_point(ends), constants)
    if powers is None:
        return _with_logarithm(integrand, t, ends, constants) or _of_terms(integrand, t, ends, constants)
    bases = list(powers.factors.items())
    if not bases and powers.rate == 0:
        return _with_limits(powers.coefficient * t, t, ends, constants)
    if powers.rate != 0:
        return _with_exponential(powers, t, ends, constants)
    if len(bases) == 1 and _is_linear(bases[0][0], t):
        return _power(powers.coefficient, *bases[0], t, ends, constants)
    if all(e.is_Integer for _, e in bases) and all(base.is_polynomial(t) for base, _ in bases):
        return _rational(integrand, t, ends, constants)
    for rule in (_binomial, _elliptic, _several, _sum):
        found = rule(powers, t, ends, constants)
        if found is not None:
            return found
    return None


def _sum(powers: _Powers, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants) -> Primitive | None:
    """Multiply a polynomial factor out, and add the primitives of the terms."""
    whole = next((b for b, e in powers.factors.items() if b != t and e.is_Integer and 0 < e <= _LARGEST_POWER), None)
    if whole is None or not whole.is_polynomial(t):
        return None
    rest = powers.coefficient * sympy.Mul(*(b**e for b, e in powers.factors.items() if b != whole))
    terms = sympy.Add.make_args(sympy.expand(whole ** powers.factors[whole]))
    return _added([power_form(term * rest) for term in terms], t, ends, constants)


def _of_terms(
    integrand: sympy.Expr, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants
) -> Primitive | None:
    terms = sympy.Add.make_args(sympy.expand(integrand, power_exp=False, power_base=False, log=False))
    return _added(terms, t, ends, constants) if len(terms) > 1 else None


def _added(
    terms: Sequence[sympy.Expr], t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants
) -> Primitive | None:
    found: list[Primitive] = []
    for term in terms:
        known = primitive(term, t, ends, constants)
        if known is None:
            return None
        found.append(known)
    limits = []
    for values in zip(*((p.low, p.high) for p in found), strict=True):
        infinite = {value for value in values if value.is_infinite}
        if len(infinite) > 1:
            return None
        limits.append(infinite.pop() if infinite else sympy.Add(*values))
    return Primitive(sympy.Add(*(p.form for p in found)), *limits)


def _with_logarithm(
    integrand: sympy.Expr, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants
) -> Primitive | None:
    """A power of a linear base times its logarithm, by parts."""
    logs = integrand.atoms(sympy.log)
    if len(logs) != 1 or not _is_linear(next(iter(logs)).args[0], t):
        return None
    log = logs.pop()
    coefficient, rest = power_form(integrand / log).as_independent(t, as_Add=False)
    base, k = (log.args[0], sympy.S.Zero) if rest == 1 else rest.as_base_exp()
    scale, other = sympy.diff(log.args[0], t), sympy.cancel(base / log.args[0])
    if not k.is_Rational or other.has(t):
        return None
    front = coefficient * other**k / scale
    u = log.args[0]
    form = front * (log**2 / 2 if k == -1 else u ** (k + 1) * (log / (k + 1) - 1 / (k + 1) ** 2))
    return _with_limits(form, t, ends, constants)


def _powers(expr: sympy.Expr, t: sympy.Symbol, at: sympy.Expr, constants: Constants) -> _Powers | None:
    """Read a product, its polynomials factored, with factors that are positive at a point of the interval."""
    coefficient, rest = power_form(expr).as_independent(t, as_Add=False)
    factors: dict[sympy.Expr, sympy.Expr] = {}
    rate = sympy.S.Zero
    for factor in sympy.Mul.make_args(rest) if rest != 1 else ():
        if isinstance(factor, sympy.exp):
            exponent = sympy.expand(factor.args[0])
            if not (exponent.is_polynomial(t) and sympy.degree(exponent, t) == 1):
                return None
            rate -= sympy.diff(exponent, t)
            coefficient *= sympy.exp(exponent.subs(t, 0))
            continue
        base, exponent = factor.as_base_exp()
        if not exponent.is_Rational or not (base.is_polynomial(t) or _binomial_of(base, t)):
            return None
        content, parts = _parts(base, t)
        for part, times in parts:
            positive = sympy.sign(_sign(part.subs(t, at), constants))
            content *= positive**times
            part = sympy.expand(positive * part)
            leading = abs(sympy.LC(part, t)) if _is_linear(part, t) else sympy.S.One
            content, part = content * leading**times, sympy.expand(part / leading)
            factors[part] = factors.get(part, sympy.S.Zero) + times * exponent
        coefficient *= content**exponent
    return _Powers(coefficient, _joined({b: e for b, e in factors.items() if e != 0}, t), rate)


def _joined(factors: dict[sympy.Expr, sympy.Expr], t: sympy.Symbol) -> dict[sympy.Expr, sympy.Expr]:
    """Join two factors of one fractional exponent whose product is a binomial, as (1 - t) (1 + t)."""
    for (first, e), (second, other) in combinations(factors.items(), 2):
        product = sympy.expand(first * second)
        if e == other and not e.is_Integer and t not in (first, second) and _binomial_of(product, t) is not None:
            return {base: k for base, k in factors.items() if base not in (first, second)} | {product: e}
    return factors


def _parts(base: sympy.Expr, t: sympy.Symbol) -> tuple[sympy.Expr, list[tuple[sympy.Expr, int]]]:
    """Return the factors of a polynomial with their multiplicities, a power of t times a binomial among them."""
    if not base.is_polynomial(t):
        return sympy.S.One, [(base, 1)]
    polynomial = sympy.Poly(base, t)
    lowest = min(degree for (degree,) in polynomial.monoms())
    rest = sympy.Poly({(degree - lowest,): c for (degree,), c in polynomial.terms()}, t).as_expr()
    if _binomial_of(rest, t) is None or not rest.has(t):
        content, parts = sympy.factor_list(base, t)
        return content, list(parts)
    return sympy.S.One, [(t, lowest), (rest, 1)] if lowest else [(rest, 1)]


def _is_linear(base: sympy.Expr, t: sympy.Symbol) -> bool:
    return bool(base.is_polynomial(t)) and sympy.degree(base, t) == 1


def _binomial_of(base: sympy.Expr, t: sympy.Symbol) -> tuple[sympy.Expr, sympy.Expr, sympy.Rational] | None:
    """Return b, c, n with base = b + c t^n, n > 0; None for another form."""
    constant, rest = base.as_independent(t, as_Add=True)
    c, power = rest.as_independent(t, as_Add=False)
    root, n = power.as_base_exp()
    return (constant, c, n) if root == t and n.is_Rational and n > 0 else None


def _sign(expr: sympy.Expr, constants: Constants) -> int:
    return sign_of(expr.xreplace(dict(constants)))


def _with_limits(form: sympy.Expr, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants) -> Primitive | None:
    valued = form.xreplace(dict(constants))
    found = [limit_at(valued, t, end, side) for end, side in zip(ends, "+-", strict=True)]
    return None if None in found else Primitive(form, *found)


def inner_point(ends: tuple[sympy.Expr, sympy.Expr], share: sympy.Rational = sympy.S.Half) -> sympy.Expr:
    """Return a point of an open interval."""
    low, high = ends
    if low.is_infinite and high.is_infinite:
        return 4 * share - 1
    if low.is_infinite:
        return high - 1 / share
    return low + share / (1 - share) if high.is_infinite else low + share * (high - low)


def _power(
    coefficient: sympy.Expr,
    base: sympy.Expr,
    e: sympy.Rational,
    t: sympy.Symbol,
    ends: tuple[sympy.Expr, sympy.Expr],
    constants: Constants,
) -> Primitive:
    slope = sympy.diff(base, t)
    positive = _sign(base.subs(t, inner_point(ends)), constants)

    def form(b: sympy.Expr) -> sympy.Expr:
        return coefficient / slope * (sympy.log(positive * b) if e == -1 else b ** (e + 1) / (e + 1))

    limits = []
    for end in ends:
        value = base.subs(t, end) if end.is_finite else sympy.oo
        if value == sympy.oo or _sign(value, constants) == 0:
            growing = (e + 1 >= 0) if value == sympy.oo else (e + 1 <= 0)
            side = _sign(coefficient / slope, constants) * (1 if e + 1 > 0 or (e == -1 and value == sympy.oo) else -1)
            limits.append(side * sympy.oo if growing else sympy.S.Zero)
        else:
            limits.append(form(value))
    return Primitive(form(base), *limits)


def _rational(
    integrand: sympy.Expr, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants
) -> Primitive | None:
    form = ratint(sympy.together(integrand), t)
    if form.has(sympy.RootSum, sympy.Integral):
        return None
    return _checked(form, integrand, t, ends, constants)


def _checked(
    form: sympy.Expr, integrand: sympy.Expr, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants
) -> Primitive | None:
    """Return what SymPy found when its derivative is the integrand in the ring, with real logarithms."""
    at = inner_point(ends)
    try:
        form = form.replace(sympy.log, lambda e: sympy.log(-e if _sign(e.subs(t, at), constants) < 0 else e))
        if not reduce_to_ring(sympy.diff(form, t) - integrand).vanishes:
            return None
    except NotEvaluable:
        return None
    return _with_limits(form, t, ends, constants)


def _with_exponential(
    powers: _Powers, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants
) -> Primitive | None:
    k = powers.rate
    if not powers.factors:
        return _with_limits(-powers.coefficient * sympy.exp(-k * t) / k, t, ends, constants)
    if len(powers.factors) > 1:
        return None
    ((base, a),) = powers.factors.items()
    if not _is_linear(base, t) or _sign(sympy.diff(base, t), constants) < 0:
        return None
    slope = sympy.diff(base, t)
    shift = base.subs(t, 0) / slope
    u, scale = t + shift, powers.coefficient * slope**a * sympy.exp(k * shift)
    if a.is_Integer and a >= 0:
        terms = (sympy.ff(a, j) * u ** (a - j) / k ** (j + 1) for j in range(int(a) + 1))
        return _with_limits(-scale * sympy.exp(-k * u) * sympy.Add(*terms), t, ends, constants)
    if _sign(k, constants) < 0:
        return None

    def form(u: sympy.Expr) -> sympy.Expr:
        return -scale * u ** (a + 1) * sympy.expint(-a, k * u)

    limits = []
    for end in ends:
        start = end.is_finite and _sign(end + shift, constants) == 0
        if end == sympy.oo:
            limits.append(sympy.S.Zero)
        elif start:
            limits.append(-scale * sympy.gamma(a + 1) / k ** (a + 1) if a > -1 else -_sign(scale, constants) * sympy.oo)
        else:
            limits.append(form(end + shift))
    return Primitive(form(u), *limits)


def _binomial(powers: _Powers, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants) -> Primitive | None:
    for (shift, a), (b, c, n), e in _as_binomials(powers, t, ends, constants):
        alpha = (a + 1) / n
        C = powers.coefficient
        if e.q == 2 and (2 * alpha).is_Integer:
            radical = 2 * C / n * _of_radical(int(2 * alpha) - 1, b, c, e, (t + shift) ** (n / 2), constants)
            return _with_limits(radical, t, ends, constants)
        if (alpha.is_Integer and alpha <= 0) or (e.is_Integer and e >= 0):
            continue

        def form(u: sympy.Expr) -> sympy.Expr:
            start, z = C * b**e * u ** (a + 1) / (a + 1), c * u**n / b  # noqa: B023
            if -e == alpha + 1:  # noqa: B023 - a parameter cancels
                return start * (1 + z) ** -alpha  # noqa: B023
            return start * sympy.hyper([-e, alpha], [alpha + 1], -z)  # noqa: B023

        limits = []
        side = _sign(C, constants)
        for end in ends:
            u = end + shift if end.is_finite else end
            if u == sympy.oo:
                size = b ** (e + alpha) * c**-alpha * sympy.gamma(alpha) * sympy.gamma(-e - alpha) / sympy.gamma(-e) / n
                limits.append(C * size if a + n * e < -1 else side * sympy.oo)
            elif _sign(u, constants) == 0:
                limits.append(sympy.S.Zero if alpha > 0 else -side * sympy.oo)
            elif _sign(b + c * u**n, constants) == 0:
                size = b ** (e + alpha) * (-c) ** -alpha * sympy.gamma(alpha) * sympy.gamma(e + 1) / sympy.gamma(alpha + e + 1) / n
                limits.append(C * size if e > -1 else side * sympy.oo)
            else:
                limits.append(form(u))
        return Primitive(form(t + shift), *limits)
    return None


def _of_radical(a: int, b: sympy.Expr, c: sympy.Expr, e: sympy.Rational, r: sympy.Expr, constants: Constants) -> sympy.Expr:
    """The integral of r^a (b + c r^2)^e for an odd multiple e of 1/2 and b > 0, by parts down to e = -1/2 and a = 0, 1 or -1."""
    P, half = b + c * r**2, -sympy.S.Half
    if e > half:
        if a + 1 + 2 * e == 0:  # then the power of r is raised first
            lower = _of_radical(a + 2, b, c, e - 1, r, constants)
            return (r ** (a + 1) * P**e - 2 * e * c * lower) / (a + 1)
        return (r ** (a + 1) * P**e + 2 * e * b * _of_radical(a, b, c, e - 1, r, constants)) / (a + 1 + 2 * e)
    if e < half:
        inner = (a + 3 + 2 * e) * _of_radical(a, b, c, e + 1, r, constants) if a + 3 + 2 * e != 0 else sympy.S.Zero
        return (inner - r ** (a + 1) * P ** (e + 1)) / (2 * (e + 1) * b)
    if a >= 2:
        return (r ** (a - 1) * sympy.sqrt(P) - (a - 1) * b * _of_radical(a - 2, b, c, e, r, constants)) / (c * a)
    if a <= -2:
        return (r ** (a + 1) * sympy.sqrt(P) - c * (a + 2) * _of_radical(a + 2, b, c, e, r, constants)) / ((a + 1) * b)
    if a == 1:
        return sympy.sqrt(P) / c
    rising = _sign(c, constants) > 0
    if a == -1:
        angle = sympy.asinh(sympy.sqrt(b / c) / r) if rising else sympy.atanh(sympy.sqrt(P / b))
        return -angle / sympy.sqrt(b)
    return sympy.asinh(r * sympy.sqrt(c / b)) / sympy.sqrt(c) if rising else sympy.atan(r * sympy.sqrt(-c / P)) / sympy.sqrt(-c)


def _as_binomials(
    powers: _Powers, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants
) -> Iterator[tuple[tuple[sympy.Expr, sympy.Rational], tuple[sympy.Expr, sympy.Expr, sympy.Rational], sympy.Rational]]:
    """Yield shift, a and b, c, n and e with (t + shift)^a (b + c (t + shift)^n)^e, t + shift > 0 and b > 0 on the interval."""
    items = list(powers.factors.items())
    if len(items) == 1:
        base, e = items[0]
        parts = _binomial_of(base, t)
        if parts is not None and _sign(ends[0], constants) >= 0 and parts[0] != 0 and _sign(parts[0], constants) > 0:
            yield (sympy.S.Zero, sympy.S.Zero), parts, e
        return
    if len(items) != 2:
        return
    for (first, a), (second, e) in (items, items[::-1]):
        if not _is_linear(first, t) or sympy.diff(first, t) != 1:
            continue
        shift = first.subs(t, 0)
        parts = _binomial_of(sympy.expand(second.subs(t, t - shift)), t)
        positive = ends[0].is_finite and _sign(ends[0] + shift, constants) >= 0
        if positive and parts is not None and parts[0] != 0 and _sign(parts[0], constants) > 0:
            yield (shift, a), parts, e


def _elliptic(powers: _Powers, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants) -> Primitive | None:
    shifts = _shifts(powers, t)
    if shifts is None or ends[0].is_infinite or any(_sign(d + ends[0], constants) < 0 for d in shifts):
        return None
    least = next((d for d in shifts if all(_sign(other - d, constants) >= 0 for other in shifts)), None)
    if least is None:
        return None
    moved = tuple((sympy.S.Zero if d == least else d - least, e) for d, e in shifts.items())
    found = first_kind(moved, t + least)
    if found is None:
        return None
    form = powers.coefficient * found
    limits: list[sympy.Expr | None] = []
    for end in ends:
        if end == sympy.oo:  # of the arguments, sqrt(s) X_i X_j / s tends to 1 or 0
            limits.append(None)
        else:
            limits.append(sympy.S.Zero if _sign(end + least, constants) == 0 else form.subs(t, end))
    if None in limits:
        roots = [d for d, e in moved for _ in range(int(-2 * e))]
        twin = None if len(roots) == 3 else _several(powers, t, ends, constants)
        if len(roots) > 3 and twin is None:
            return None
        last = powers.coefficient * 2 * carlson_rf(*roots) if twin is None else twin.high
        limits = [last if e is None else e for e in limits]
    return Primitive(form, *limits)


def _shifts(powers: _Powers, t: sympy.Symbol) -> dict[sympy.Expr, sympy.Rational] | None:
    if not all(_is_linear(base, t) and sympy.diff(base, t) == 1 for base in powers.factors):
        return None
    return {base.subs(t, 0): e for base, e in powers.factors.items()}


def _up_to_a_zero(
    end: sympy.Expr, order: sympy.Rational, pairs: Sequence[tuple[sympy.Expr, sympy.Expr, sympy.Rational]], constants: Constants
) -> sympy.Expr:
    """Return the integral up to a zero of factors, by halves: the second half from its end, in v = end - u."""
    last = [_sign(a * end + b, constants) == 0 for a, b, _ in pairs]
    exponent = sympy.Add(*(e for (_, _, e), here in zip(pairs, last, strict=True) if here))
    if exponent <= -1:
        return sympy.oo
    size = sympy.Mul(*((-a) ** e for (a, _, e), here in zip(pairs, last, strict=True) if here))
    turned = [(-sympy.S.One, end, order)]
    turned += [(-a, a * end + b, e) for (a, b, e), here in zip(pairs, last, strict=True) if not here]
    first = powers_integral(end / 2, order, *(part for triple in pairs for part in triple))
    return first + size * powers_integral(end / 2, exponent, *(part for triple in turned for part in triple))


def _several(powers: _Powers, t: sympy.Symbol, ends: tuple[sympy.Expr, sympy.Expr], constants: Constants) -> Primitive | None:
    """The integral from the zero of the factor that vanishes last before the interval."""
    if not all(_is_linear(base, t) for base in powers.factors) or ends[0].is_infinite:
        return None
    rising = [(base.subs(t, 0), e) for base, e in powers.factors.items() if sympy.diff(base, t) == 1]
    first = next(((d, e) for d, e in rising if all(_sign(other - d, constants) >= 0 for other, _ in rising) and e > -1), None)
    if first is None or _sign(ends[0] + first[0], constants) < 0:
        return None
    shift, order = first
    others = [(base, e) for base, e in powers.factors.items() if base != t + shift]
    pairs = [(sympy.diff(base, t), base.subs(t, -shift), e) for base, e in others]
    if not all(_sign(b, constants) > 0 for _, b, _ in pairs):
        return None

    def form(u: sympy.Expr) -> sympy.Expr:
        return powers.coefficient * powers_integral(u, order, *(part for triple in pairs for part in triple))

    limits = []
    for end in ends:
        if end == sympy.oo:
            total = order + sum(e for _, _, e in pairs)
            if total >= -1:
                limits.append(_sign(powers.coefficient, constants) * sympy.oo)
                continue
            turned = powers_integral(sympy.S.One, -total - 2, *(part for a, b, e in pairs for part in (b, a, e)))
            limits.append(form(sympy.S.One) + powers.coefficient * turned)
        elif any(_sign(a * (end + shift) + b, constants) == 0 for a, b, _ in pairs):
            limits.append(_up_to_a_zero(end + shift, order, pairs, constants) * powers.coefficient)
        else:
            limits.append(sympy.S.Zero if _sign(end + shift, constants) == 0 else form(end + shift))
    return Primitive(form(t + shift), *limits)
