"""The outputs of a map, read from SymPy into FLINT's ring of the weights."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import flint
import sympy

from mirrortheory.conservation.terms import Polynomial
from mirrortheory.errors import InvalidArgument, shown

_HIGHEST_POWER, _MOST_PRODUCTS = 1000, 10**6
_POWERS = range(1, _HIGHEST_POWER + 1)
SHORTER = "write a map with fewer or shorter terms"


@dataclass(frozen=True)
class Ring:
    """Polynomials in the weights and in the powers of some bases, over the rationals.

    Attributes:
        weights: the symbols of the weights.
        bases: irreducible polynomials in the weights, or prime numbers, whose powers are letters too.
    """

    weights: tuple[sympy.Symbol, ...]
    bases: tuple[Polynomial, ...] = ()

    @property
    def context(self) -> Any:
        """FLINT's ring."""
        names = [f"w{i}" for i in range(len(self.weights))] + [f"p{j}" for j in range(len(self.bases))]
        return flint.fmpq_mpoly_ctx.get(tuple(names), "lex")

    @property
    def letters(self) -> tuple[Polynomial, ...]:
        """The weights as polynomials."""
        return tuple(self.context.gens()[: len(self.weights)])

    @property
    def powers(self) -> tuple[Polynomial, ...]:
        """The powers of the bases as polynomials."""
        return tuple(self.context.gens()[len(self.weights) :])


@dataclass(frozen=True)
class Output:
    """An output of a map, a quotient of polynomials in lowest terms.

    Attributes:
        top: its numerator.
        bottom: its denominator; 1 where that is a number.
    """

    top: Polynomial
    bottom: Polynomial

    def slopes(self, letters: int) -> list[Polynomial]:
        """Return the derivatives by so many first letters, each times the square of the denominator."""
        top, bottom = self.top, self.bottom
        tops = [top.derivative(i) for i in range(letters)]
        return tops if bottom == 1 else [a * bottom - top * bottom.derivative(i) for i, a in enumerate(tops)]


def outputs_of(
    map: Sequence[sympy.Expr], weights: Sequence[sympy.Symbol], others: Sequence[sympy.Symbol] = ()
) -> tuple[list[Output], Ring]:
    """Return the outputs of a map, and the ring that they are in.

    Args:
        map: rational functions of the weights.
        weights: their symbols.
        others: more letters of the ring, which the map may not hold.

    Raises:
        InvalidArgument: for an output that is no rational function of the weights.
    """
    ring = Ring((*weights, *others))
    letters, context = dict(zip(weights, ring.letters, strict=False)), ring.context
    names = {str(w) for w in weights}
    memo: dict[sympy.Expr, tuple[Polynomial, Polynomial]] = {}

    def convert(expr: sympy.Expr) -> tuple[Polynomial, Polynomial]:
        if expr not in memo:
            memo[expr] = reduced(*_convert(expr))
        return memo[expr]

    def _convert(expr: sympy.Expr) -> tuple[Polynomial, Polynomial]:
        one = context.constant(1)
        if isinstance(expr, sympy.Rational):
            return context.constant(flint.fmpq(int(expr.p), int(expr.q))), one
        if expr in letters:
            return letters[expr], one
        if isinstance(expr, sympy.Add | sympy.Mul):
            total = convert(expr.args[0])
            for part in expr.args[1:]:
                (a, b), (c, d) = total, convert(part)
                if len(a) * len(d) + len(b) * (len(c) + len(d)) > _MOST_PRODUCTS:
                    raise InvalidArgument("map", "shorter once it is over one denominator", shown(expr), SHORTER)
                total = (a * d + c * b, b * d) if isinstance(expr, sympy.Add) else (a * c, b * d)
            return total
        if isinstance(expr, sympy.Pow) and expr.exp.is_Integer:
            top, bottom = convert(expr.base)
            n = int(expr.exp)
            if abs(n) > _HIGHEST_POWER or (len(top) + len(bottom)) ** min(abs(n), 40) > _MOST_PRODUCTS < math.comb(
                abs(n) + max(len(top), len(bottom)) - 1, abs(n)
            ):
                raise InvalidArgument("map", f"of powers up to {_HIGHEST_POWER} that are not too long", shown(expr), SHORTER)
            if n < 0 and top == 0:
                raise InvalidArgument("map", "defined somewhere", shown(expr), "write a map with a denominator that is not 0")
            return (top**n, bottom**n) if n >= 0 else (bottom**-n, top**-n)
        remedy = "write it with the weights, rational numbers, +, *, / and whole powers; other letters must be given numbers"
        if str(expr) in names:
            remedy = f"it has other assumptions than the weight {expr}: use one symbol for both"
        raise InvalidArgument("map", "of rational functions of the weights", shown(expr), remedy)

    def reduced(top: Polynomial, bottom: Polynomial) -> tuple[Polynomial, Polynomial]:
        if bottom.is_constant():
            return top / bottom, context.constant(1)
        common = top.gcd(bottom)
        return top / common, bottom / common

    places = {w: place for place, w in enumerate(weights)}
    found = []
    for expr in map:
        output = _sum_of_monomials(expr, places, ring) or Output(*convert(expr))
        if not output.bottom.is_constant() and len(output.top) * len(output.bottom) > _MOST_PRODUCTS:
            raise InvalidArgument("map", "shorter once it is over one denominator", shown(expr), SHORTER)
        found.append(output)
    return found, ring


def _sum_of_monomials(expr: sympy.Expr, places: Mapping[sympy.Symbol, int], ring: Ring) -> Output | None:
    """Read an output that is multiplied out, as most are; None where it is not."""
    letters, one = ring.letters, ring.context.constant(1)
    parts = list[Polynomial]()
    for term in expr.args if isinstance(expr, sympy.Add) else (expr,):
        product = None
        for factor in term.args if isinstance(term, sympy.Mul) else (term,):
            if factor in places:
                value = letters[places[factor]]
            elif isinstance(factor, sympy.Rational):
                value = one * flint.fmpq(int(factor.p), int(factor.q))
            elif isinstance(factor, sympy.Pow) and factor.base in places and factor.exp in _POWERS:
                value = letters[places[factor.base]] ** int(factor.exp)
            else:
                return None
            product = value if product is None else product * value
        parts.append(product)
    while len(parts) > 1:  # two by two, as a sum that grows by one term is copied each time
        odd = parts[len(parts) // 2 * 2 :]
        parts = [a + b for a, b in zip(parts[::2], parts[1::2], strict=False)] + odd
    return Output(parts[0], one)
