r"""First integrals by quadrature in a class of parallel columns.

Let the columns of two weights be parallel, :math:`J_j = (A(w_i) / B(w_j))\, J_i`. Each field moves both, in the ratio
:math:`\varphi_q(B) : \varphi_q(A)`, or neither, so

.. math:: \int \varphi_q(A(w_i))\, dw_i - \int \varphi_q(B(w_j))\, dw_j

is conserved: :math:`|w_i|^q - |w_j|^q` for the layers of a product, at every q.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy

from mirrortheory.conservation.fields import Factored, Fields, ParallelColumns
from mirrortheory.conservation.integrals import FirstIntegral, as_expr
from mirrortheory.conservation.terms import Polynomial


def quadratures(classes: Sequence[ParallelColumns], fields: Fields, q: sympy.Expr) -> Iterator[FirstIntegral]:
    """Yield a first integral for each weight of a class with one before it from which it separates.

    Inside a sign cell, sign flow needs no such separation: sign(J_j / J_i) is constant.

    Args:
        classes: the classes of parallel columns.
        fields: their fields.
        q: the gradient exponent.
    """
    weights = fields.ring.weights
    for group in classes:
        for n in range(1, len(group.weights)):
            pairs = [(group.weights[m], group.weights[n], group.ratios[n].over(group.ratios[m])) for m in range(n)]
            separated = ((i, j, _separated(ratio, i, j)) for i, j, ratio in pairs)
            i, j, parts = next((found for found in separated if found[2] is not None), (*pairs[0][:2], None))
            if parts is not None:
                yield _quadrature(parts, (i, j), weights, q, fields)
            elif q == 1:
                yield _in_a_sign_cell(pairs[0], fields)


def _in_a_sign_cell(pair: tuple[int, int, Factored], fields: Fields) -> FirstIntegral:
    """Return w_i - sign(J_j / J_i) w_j."""
    i, j, ratio = pair
    weights, one = fields.ring.weights, fields.ring.context.constant(1)
    top, bottom = _power(ratio, fields)
    return FirstIntegral(weights[i] - _sign(ratio, weights) * weights[j], {i: (one, one), j: (-bottom, top)})


def _sign(value: Factored, weights: Sequence[sympy.Symbol]) -> sympy.Expr:
    """Return the sign of a rational function, by its factors with odd exponents."""
    return value.sign * sympy.sign(
        sympy.Mul(*(as_expr(base, weights) for base, exponent in value.factors.values() if exponent % 2))
    )


def _power(ratio: Factored, fields: Fields) -> tuple[Polynomial, Polynomial]:
    """Return phi_q of a rational function in the ring of the fields, as numerator and denominator."""
    ring = fields.ring
    powers = dict(zip(map(str, ring.bases), ring.powers, strict=True))
    top, bottom = ring.context.constant(ratio.sign), ring.context.constant(1)
    for key, (base, exponent) in ratio.factors.items():
        power = powers[key] if fields.exponent != 1 else base
        top, bottom = (top * power**exponent, bottom) if exponent > 0 else (top, bottom * power**-exponent)
    return top, bottom


def _separated(ratio: Factored, i: int, j: int) -> tuple[Factored, Factored] | None:
    """Return A, in the i-th weight, and B, in the j-th, of a ratio A/B; None where there are none."""
    above, below = {}, {}
    for key, (base, exponent) in ratio.factors.items():
        used = {k for powers in base.to_dict() for k, n in enumerate(powers) if n}
        if used <= {i}:
            above[key] = (base, exponent)
        elif used == {j}:
            below[key] = (base, -exponent)
        else:
            return None
    return Factored(ratio.sign, above), Factored(1, below)


def _quadrature(
    parts: tuple[Factored, Factored], places: tuple[int, int], weights: Sequence[sympy.Symbol], q: sympy.Expr, fields: Fields
) -> FirstIntegral:
    total, gradient = sympy.S.Zero, {}
    for part, place, turn in zip(parts, places, (1, -1), strict=True):
        total += turn * _integral(part, weights, place, q)
        top, bottom = _power(part, fields)
        gradient[place] = (top * turn, bottom)
    turned = total.could_extract_minus_sign()
    return FirstIntegral(-total if turned else total, gradient)


def _integral(part: Factored, weights: Sequence[sympy.Symbol], place: int, q: sympy.Expr) -> sympy.Expr:
    """Return q times the integral of phi_q(A) in one weight."""
    w, constant, moving = weights[place], sympy.Integer(part.sign), []
    for base, exponent in part.factors.values():
        expr = as_expr(base, weights)
        if expr.is_number:
            constant *= expr**exponent
        else:
            moving.append((expr, exponent))
    scale = q * sympy.sign(constant) * abs(constant) ** (q - 1)
    if not moving:
        return scale * w
    if len(moving) == 1 and sympy.degree(moving[0][0], w) == 1:
        (line, exponent), slope = moving[0], sympy.diff(moving[0][0], w)
        power = exponent * (q - 1) + 1
        if sympy.simplify(power) == 0:
            return scale / slope * sympy.log(abs(line)) * sympy.sign(line) ** ((exponent + 1) % 2)
        return scale / (slope * power) * abs(line) ** power * sympy.sign(line) ** ((exponent + 1) % 2)
    if q == 1:  # inside a sign cell
        return _sign(part, weights) * w
    integrand = sympy.Mul(*(expr**exponent for expr, exponent in moving))
    if q == 2 and all(exponent > 0 or sympy.degree(expr, w) == 1 for expr, exponent in moving):
        return scale * sympy.integrate(sympy.apart(integrand, w), w).replace(sympy.log, lambda f: sympy.log(abs(f)))
    if q == 2:
        return scale * sympy.Integral(integrand, w)
    return scale * sympy.Integral(sympy.sign(integrand) * abs(integrand) ** (q - 1), w)
