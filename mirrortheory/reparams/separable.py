r"""A scalar map of your own, for positive weights.

.. math:: x = g(w_1, \ldots, w_n), \qquad w_i > 0, \quad \partial g/\partial w_i \ne 0.

A derivation finds the first integrals where the velocities separate; a map for which they do not is refused with
:class:`~mirrortheory.errors.NoClosedForm`, never given a potential.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy

from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import as_expression, inverse
from mirrortheory.reparams.base import Reparam

_MAX_OPERATIONS, _MAX_WEIGHTS = 500, 8
_INCREASING = (sympy.exp, sympy.log, sympy.sinh, sympy.tanh, sympy.asinh, sympy.atanh, sympy.atan)


@dataclass(frozen=True)
class Separable(Reparam):
    """The map ``expr`` of positive ``symbols``, strictly monotone in each of them.

    Args:
        expr: SymPy expression in the symbols; from text, :func:`mirrortheory.exact.expression` makes one.
        symbols: the weights, at most 8 positive symbols, each of which appears; one alone needs no tuple.

    Raises:
        InvalidArgument: for another symbol, a weight that does not appear, a float, a complex or long expression, and a map that is
            not seen to be strictly monotone in some weight.

    >>> u, v = sympy.symbols("u v", positive=True)
    >>> Separable(u**3 - sympy.log(v), (u, v)).jacobian()
    (3*u**2, -1/v)
    """

    expr: sympy.Expr
    symbols: Sequence[sympy.Symbol] | sympy.Symbol

    def __post_init__(self) -> None:
        expr = as_expression(self.expr, "map")
        symbols = (self.symbols,) if isinstance(self.symbols, sympy.Symbol) else tuple(self.symbols)
        if not 1 <= len(symbols) <= _MAX_WEIGHTS or not all(isinstance(w, sympy.Symbol) and w.is_positive for w in symbols):
            raise InvalidArgument("weights", f"1 to {_MAX_WEIGHTS} positive symbols", symbols, "declare Symbol(.., positive=True)")
        strangers = expr.free_symbols - set(symbols)
        if strangers:
            raise InvalidArgument("map", "an expression in the weights", min(map(str, strangers)), "name it among the weights")
        if expr.has(sympy.Float):
            raise InvalidArgument("map", "made of exact numbers", expr, "write Rational(1, 2), not 0.5")
        if expr.count_ops() > _MAX_OPERATIONS:
            raise InvalidArgument("map", f"of at most {_MAX_OPERATIONS} operations", expr, "write a shorter map")
        if expr.is_extended_real is False or expr.has(sympy.I):
            raise InvalidArgument("map", "real for positive weights", expr, "remove roots and logs of negative numbers")
        object.__setattr__(self, "expr", expr)
        object.__setattr__(self, "symbols", symbols)
        for w in symbols:
            if w not in expr.free_symbols:
                raise InvalidArgument("weights", "those that appear in the map", w, "leave it out")
            self.direction(w)

    def direction(self, weight: sympy.Symbol) -> int:
        """Return 1 where the map increases in ``weight`` and -1 where it decreases, on all positive weights.

        Args:
            weight: one of the symbols.

        Raises:
            InvalidArgument: where neither is seen.
        """
        inner, scale = _part(self.expr, weight)
        while isinstance(inner, _INCREASING):
            inner, factor = _part(inner.args[0], weight)
            scale *= factor
        entry = scale * sympy.diff(inner, weight)
        on = Domain(dict.fromkeys(self.symbols, POSITIVE))
        rest = sympy.Mul(*(f for f in sympy.Mul.make_args(sympy.factor_terms(entry)) if not _positive_everywhere(f)))
        for sign in (1, -1):
            if on.positive_by_form(sign * rest):
                return sign
        entry = sympy.diff(self.expr, weight)
        raise InvalidArgument("map", f"strictly monotone in {weight}", entry, "its derivative must keep its sign by its form")

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        return tuple(self.symbols)

    def forward(self, *weights: sympy.Expr) -> sympy.Expr:
        return self.expr.xreplace(dict(zip(self.symbols, weights, strict=True)))

    def lift(self, x: sympy.Expr) -> tuple[sympy.Expr, ...]:
        first, *others = self.symbols
        solution = inverse(self.forward(first, *[sympy.S.One] * len(others)), first, x)
        if solution is None:
            raise NoClosedForm("lift", f"{self.expr} = x is not solved for {first}")
        return (solution, *[sympy.S.One] * len(others))

    @property
    def image(self) -> sympy.Set:
        first, *others = self.symbols
        alone = self.forward(first, *[sympy.S.One] * len(others))
        ends = sympy.limit(alone, first, 0, "+"), sympy.limit(alone, first, sympy.oo)
        return sympy.Interval.open(sympy.Min(*ends), sympy.Max(*ends))


def _part(expr: sympy.Expr, weight: sympy.Symbol) -> tuple[sympy.Expr, sympy.Expr]:
    """Return the part of a sum that depends on a weight, without its constant factor, and the sign of that."""
    number, inner = expr.as_independent(weight, as_Add=True)[1].as_coeff_Mul()
    return inner, sympy.sign(number)


def _positive_everywhere(factor: sympy.Expr) -> bool:
    """Return whether a factor is a positive number, or positive wherever its argument is real."""
    if not factor.free_symbols:
        return bool(factor.is_positive)
    argument = factor.exp if factor.is_Pow and factor.base.is_positive and not factor.base.free_symbols else None
    if isinstance(factor, sympy.exp | sympy.cosh):
        argument = factor.args[0]
    return argument is not None and bool(argument.is_extended_real)
