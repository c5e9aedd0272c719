r"""Expansions of mirror potentials against certified values at several scales, and as lines of text.

An expansion f = T + r + o(r) is looked at through the balls of :mod:`mirrortheory.potentials.numeric`: at each scale

.. math:: \rho = \frac{f - T}{r}, \qquad \rho \to 1,

with r the first term left out. A wrong coefficient in T, or an r of too high an order, makes rho grow without bound; an r of too
low an order makes it fall to 0. What is seen at finitely many scales supports an expansion; the derivation in
:mod:`mirrortheory.potentials.limits` is what proves it.

Source: this project.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sympy

from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import Ball, BallFunction, ball, bits_for, is_accurate, precision, rational
from mirrortheory.potentials.limits import DEPTH, Expansion, limits
from mirrortheory.potentials.numeric import values
from mirrortheory.potentials.potential import Potential, Y
from mirrortheory.potentials.primal import MirrorPotential

_DIGITS, _ACCURACY = 60, 20
_MAX_DOUBLINGS = 6
_NEAR = sympy.Rational(1, 50)


@dataclass(frozen=True)
class Approach:
    """What was seen of an expansion at several scales.

    Attributes:
        scales: values of the variable, towards the limit point.
        ratios: enclosures of the error divided by the remainder, one a scale; of the error itself where the terms are exact.
        exact: whether the expansion claims to be exact.
    """

    scales: tuple[sympy.Rational, ...]
    ratios: tuple[Ball, ...]
    exact: bool

    @property
    def holds(self) -> bool:
        """Whether the ratios come closer to 1 from scale to scale, up to 1/50; of exact terms, whether each error may be 0."""
        if self.exact:
            return all(ratio.contains(0) for ratio in self.ratios)
        gaps = [abs(ratio - 1) for ratio in self.ratios]
        closer = all(after < before or (after - before).contains(0) for before, after in itertools.pairwise(gaps))
        return bool(closer and gaps[-1] < ball(_NEAR))


def verify(
    expansion: Expansion,
    potential: MirrorPotential,
    scales: Sequence[object] | None = None,
    *,
    at: Mapping[sympy.Symbol, object] | None = None,
    x: object = 1,
) -> Approach:
    """Enclose the error of an expansion divided by its remainder at several scales.

    Args:
        expansion: from :func:`~mirrortheory.potentials.limits.expand` on ``potential``.
        potential: the potential expanded; symbols other than the variable are given by ``at``.
        scales: exact positive values of the variable (of x for x(y)), by default 10^10, 10^20, 10^40 or their inverses;
            10^2, 10^3, 10^4 for the depth.
        at: exact rational value of each other symbol of the imbalance.
        x: where the other variables have their limit; used for lam and L only.

    Raises:
        InvalidArgument: for symbols without value.
        NotEvaluable: where the error is not enclosed to three digits.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> from mirrortheory.potentials.limits import expand
    >>> entropy = derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential
    >>> verify(expand(entropy, "mirror_map", sympy.oo), entropy, (10**6, 10**12)).holds
    True
    """
    numbers = {symbol: rational(value, str(symbol)) for symbol, value in (at or {}).items()}
    given = _default(expansion) if scales is None else scales
    points = tuple(rational(value, "scales") for value in given)
    if not all(point > 0 for point in points):
        raise InvalidArgument("scales", "positive", given, "write distances from the limit, or large numbers")
    fixed = rational(x, "x")
    known, found = expansion.subs(numbers), potential.replaced(numbers) if isinstance(potential, Potential) else potential
    unknown = (known.expression + known.remainder).free_symbols - {expansion.variable, potential.symbol}
    if unknown:
        raise InvalidArgument("at", "a value for each symbol but the variable", ", ".join(map(str, unknown)), "give it a value")
    ratios = tuple(_ratio(known, found, point, fixed) for point in points)
    return Approach(points, ratios, expansion.remainder == 0)


def limit_lines(potential: MirrorPotential, *, terms: int = 2) -> list[str]:
    """Return the limits of R' as lines of text; none where q is a symbol or no expansion is found.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> limit_lines(derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential)[1]
    "R'(x) = log(4*x/3)/2 + 9/(32*x**2) + O(x**(-4)) as x -> oo"
    """
    try:
        found = limits(potential, terms=terms)
    except InvalidArgument:  # q is a symbol, or 0 does not lie inside the region of a sum
        return []
    return [f"R'(x) = {expansion}" for expansion in found]


def _default(expansion: Expansion) -> tuple[sympy.Rational, ...]:
    if expansion.variable == DEPTH:
        return tuple(sympy.Integer(10) ** k for k in (2, 3, 4))
    sign = 1 if expansion.point == sympy.oo else -1
    return tuple(sympy.Rational(10) ** (sign * k) for k in (10, 20, 40))


def _ratio(expansion: Expansion, potential: MirrorPotential, point: sympy.Rational, fixed: sympy.Rational) -> Ball:
    """Enclose the error over the remainder, or the error where that is 0, raising the digits as cancellation asks for."""
    in_x = expansion.variable in (Y, potential.symbol)
    if not in_x and isinstance(potential, Potential):
        potential = potential.replaced({expansion.variable: point})
        expansion = replace(
            expansion,
            variable=potential.symbol,
            terms=tuple(t.subs(expansion.variable, point) for t in expansion.terms),
            remainder=expansion.remainder.subs(expansion.variable, point),
        )
    leading, remainder = (BallFunction(e, (expansion.variable,)) for e in (expansion.expression, expansion.remainder))
    place, digits = point if in_x else fixed, _DIGITS
    for _ in range(_MAX_DOUBLINGS):
        seen = values(potential, place, digits=digits)
        with precision(bits_for(2 * digits)):
            inverse = expansion.quantity == "inverse_mirror_map"
            where, value = (seen.mirror_map, seen.x) if inverse else (seen.x, getattr(seen, expansion.quantity))
            ratio = value - leading(where)
            if expansion.remainder != 0:
                ratio /= remainder(where)
            if is_accurate(ratio, _ACCURACY):
                return ratio
        digits *= 2
    raise NotEvaluable(f"the error of the expansion of {expansion.quantity} is not enclosed at {point}")
