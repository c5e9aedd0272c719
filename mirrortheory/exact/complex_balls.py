r"""Complex balls: what an analytic expression is over a rectangle of the complex plane, where its branch cuts do not enter it.

With ``analytic`` a value is not finite where the expression has a branch cut or a kink inside the rectangle, so that a finite one
shows that it is analytic there, and how large. An inverse of cosh is taken by exponentials that are small where its argument is
far from the imaginary axis,

.. math:: \frac1{\cosh z} = \frac{2 e^{-z}}{1 + e^{-2z}}, \qquad \mathrm{Re}\, z > 0 ,

as a rectangle of many periods has a cosh that says nothing of its size.

Source: Johansson (2018), "Numerical integration in arbitrary-precision ball arithmetic", arXiv:1802.07942, for ``analytic``.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import flint
import sympy

from mirrortheory.errors import NotEvaluable, shown
from mirrortheory.exact.arb import Ball, ball

_ENTIRE_OR_POLES = sympy.exp | sympy.sinh | sympy.cosh | sympy.tanh | sympy.sin | sympy.cos | sympy.tan
_MOST_DEGREE = 64  # of a polynomial that is taken about the middle of a rectangle


def complex_function(expr: sympy.Expr, variables: Sequence[sympy.Symbol]) -> Callable[..., Any]:
    """Return a function of (analytic, \\*point) over complex balls; with ``analytic`` it is not finite where it has a branch cut.

    Args:
        expr: an expression of ``variables`` without floats.
        variables: the symbols, in the order of the point.

    Raises:
        NotEvaluable: for a function that has no enclosure here.
    """
    if isinstance(expr, sympy.Rational):
        return lambda analytic, *point: flint.acb(ball(expr))
    if expr in variables:
        place = tuple(variables).index(expr)
        return lambda analytic, *point: point[place]
    if expr in (sympy.pi, sympy.E):
        return lambda analytic, *point: flint.acb(Ball.pi() if expr is sympy.pi else Ball.const_e())
    if isinstance(expr, sympy.Pow) and isinstance(expr.exp, sympy.Integer) and expr.exp < 0 and isinstance(expr.base, sympy.cosh):
        inner, power = complex_function(expr.base.args[0], variables), -int(expr.exp)
        return lambda analytic, *point: _reciprocal_cosh(inner(analytic, *point)) ** power
    parts = [complex_function(a, variables) for a in expr.args]
    if isinstance(expr, sympy.Add | sympy.Mul):
        joined: Callable[..., Any] = operator.add if expr.is_Add else operator.mul
        return lambda analytic, *point: reduce(joined, (part(analytic, *point) for part in parts))
    if isinstance(expr, sympy.Pow) and isinstance(expr.exp, sympy.Integer):
        n = int(expr.exp)
        return lambda analytic, *point: parts[0](analytic, *point) ** n
    if isinstance(expr, sympy.Pow):
        return lambda analytic, *point: parts[0](analytic, *point).pow(parts[1](analytic, *point), analytic=analytic)
    if isinstance(expr, sympy.log):
        return lambda analytic, *point: parts[0](analytic, *point).log(analytic=analytic)
    if isinstance(expr, sympy.Abs):
        return lambda analytic, *point: _modulus(analytic, parts[0](analytic, *point))
    if isinstance(expr, sympy.atan | sympy.asinh):
        name = type(expr).__name__
        return lambda analytic, *point: _off_the_cuts(analytic, name, parts[0](analytic, *point))
    if isinstance(expr, _ENTIRE_OR_POLES):
        name = type(expr).__name__
        return lambda analytic, *point: getattr(parts[0](analytic, *point), name)()
    raise NotEvaluable(f"{shown(expr)} has no enclosure inside an integral")


def _reciprocal_cosh(z: flint.acb) -> flint.acb:
    if z.real > 0 or z.real < 0:
        small = (-z if z.real > 0 else z).exp()
        return 2 * small / (1 + small * small)
    return 1 / z.cosh()


def _modulus(analytic: bool, z: flint.acb) -> flint.acb:
    """Return the modulus of what is real on the real axis; its continuation is z or -z where the real part keeps its sign."""
    if not analytic:
        return flint.acb(abs(z))
    return z if z.real > 0 else -z if z.real < 0 else flint.acb(Ball("nan"))


def _off_the_cuts(analytic: bool, name: str, z: flint.acb) -> flint.acb:
    """Return atan or asinh, whose cuts are those of log(1 + z^2)."""
    if analytic and not (1 + z * z).log(analytic=True).is_finite():
        return flint.acb(Ball("nan"))
    if name == "atan":
        return z.atan()
    if z.real < 0:
        return -_off_the_cuts(analytic, name, -z)
    return (z + (1 + z * z).sqrt(analytic=analytic)).log(analytic=analytic)  # FLINT's own says nothing over wide rectangles


class Analytic:
    """An expression of one variable over rectangles about points of the real axis.

    Polynomials in it are taken about the middle of the rectangle, so that :math:`t^2 - t + 1/4` is as narrow as its square.

    Args:
        expr: an expression of ``variable``, without floats, that is real on the part of the real axis that is asked for.
        variable: the symbol.

    Raises:
        NotEvaluable: for a function that has no enclosure here.

    >>> t = sympy.Symbol("t")
    >>> peak = Analytic(1 / (1 + 100 * (t**2 - t) + 25), t)  # its poles are at 1/2 + i/10 and 1/2 - i/10
    >>> peak.bound(sympy.Rational(1, 2), sympy.Rational(1, 20), sympy.Rational(1, 20)) is None
    False
    >>> peak.bound(sympy.Rational(1, 2), sympy.Rational(1, 5), sympy.Rational(1, 5)) is None
    True
    """

    def __init__(self, expr: sympy.Expr, variable: sympy.Symbol) -> None:
        self._polynomials: dict[sympy.Expr, sympy.Dummy] = {}
        reduced = self._without_polynomials(expr, variable)
        self._function = complex_function(reduced, tuple(self._polynomials.values()))
        self._coefficients = [_coefficients(p, variable) for p in self._polynomials]

    def _without_polynomials(self, expr: sympy.Expr, variable: sympy.Symbol) -> sympy.Expr:
        """Return the expression with a letter for each largest part that is a polynomial of the variable over the rationals."""
        if not expr.has(variable):
            return expr
        if _degree(expr, variable) <= _MOST_DEGREE:
            return self._polynomials.setdefault(expr, sympy.Dummy())
        return expr.func(*(self._without_polynomials(a, variable) for a in expr.args))

    def bound(self, middle: sympy.Rational, wide: sympy.Rational, high: sympy.Rational) -> Ball | None:
        """Return a bound of the modulus on [middle - wide, middle + wide] + i [-high, high]; None where it is not seen analytic.

        Args:
            middle: a point of the real axis.
            wide, high: half the sides of the rectangle.
        """
        here = flint.acb(Ball(0, ball(wide)), Ball(0, ball(high)))
        about = flint.fmpq(int(middle.p), int(middle.q))
        moved = flint.fmpq_poly([about, flint.fmpq(1)])
        value = self._function(True, *(_at(p(moved), here) for p in self._coefficients))
        if not value.is_finite():
            return None
        bound = abs(value).upper()
        return bound if bound.is_finite() else None


def _degree(expr: sympy.Expr, variable: sympy.Symbol) -> float:
    """Return a bound of the degree of a polynomial over the rationals, infinite for what is none."""
    if isinstance(expr, sympy.Rational):
        return 0
    if expr == variable:
        return 1
    if isinstance(expr, sympy.Add):
        return max(_degree(a, variable) for a in expr.args)
    if isinstance(expr, sympy.Mul):
        return sum(_degree(a, variable) for a in expr.args)
    if isinstance(expr, sympy.Pow) and isinstance(expr.exp, sympy.Integer) and expr.exp > 0:
        return _degree(expr.base, variable) * int(expr.exp)
    return float("inf")


def _coefficients(expr: sympy.Expr, variable: sympy.Symbol) -> flint.fmpq_poly:
    coefficients = reversed(sympy.Poly(expr, variable).all_coeffs())
    return flint.fmpq_poly([flint.fmpq(int(c.p), int(c.q)) for c in coefficients])


def _at(polynomial: flint.fmpq_poly, z: flint.acb) -> flint.acb:
    value = flint.acb(0)
    for k in range(polynomial.degree(), -1, -1):
        value = value * z + flint.acb(Ball(polynomial[k]))
    return value
