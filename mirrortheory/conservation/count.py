r"""How many conservation laws a flow has, whatever the loss: from below by laws, from above by brackets.

.. math:: \#\{\text{laws}\} = \dim w - \operatorname{rank} \operatorname{Lie}(\text{fields})

at a generic point, where the fields are those of :mod:`mirrortheory.conservation.fields`. Laws that are exhibited, verified and
independent bound the number from below; brackets that are independent at one point bound it from above. Where the two meet,
the number is known. At q = 1 the fields of the classes are constant inside a sign cell (where no ratio of parallel columns
changes its sign), so there are exactly dim w less the number of classes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import sympy

from mirrortheory.conservation.ansatz import polynomials, quotients
from mirrortheory.conservation.certificate import certificate
from mirrortheory.conservation.closure import point_of, span
from mirrortheory.conservation.fields import (
    Fields,
    ParallelColumns,
    Polynomial,
    are_decoupled,
    as_fractions,
    class_fields,
    gradients,
    heavy_ball,
    parallel_columns,
)
from mirrortheory.conservation.integrals import FirstIntegral, independent, resting
from mirrortheory.conservation.jets import Point
from mirrortheory.conservation.quadrature import quadratures
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import as_expression, rational
from mirrortheory.geometries import Lq
from mirrortheory.recount import recount

_DEGREES = (1, 2)  # of the quotients that are tried where quadratic laws are too few, and of polynomials less 2


@dataclass(frozen=True)
class LawCount:
    """How many laws hold for every loss, near a generic point.

    Attributes:
        letters: the symbols of the weights and, with momentum, of what else moves.
        q: the gradient exponent.
        laws: laws that were found, independent and verified.
        at_least: how many laws there are at least: those or, where no field moves what another depends on, as many as the letters
            exceed the fields (Frobenius; a single field is such a case).
        at_most: the number of letters less the rank that brackets were seen to have.
    """

    letters: tuple[sympy.Symbol, ...]
    q: sympy.Expr
    laws: tuple[sympy.Expr, ...]
    at_least: int
    at_most: int
    _certified: Callable[[], Mapping[str, Any]] = field(repr=False, compare=False)

    @property
    def count(self) -> int | None:
        """How many laws there are; None where the two sides differ."""
        return self.at_most if self.at_least == self.at_most else None

    @property
    def dimension(self) -> int:
        """The rank that brackets were seen to have: at most the dimension of what a flow can reach."""
        return len(self.letters) - self.at_most

    @cached_property
    def certificate(self) -> Mapping[str, Any]:
        """The map, the laws and the brackets as JSON, for :func:`mirrortheory.recount.recount`."""
        return self._certified()

    def recheck(self) -> tuple[int, int]:
        """Return at least and at most how many laws the certificate shows, as a program says that shares nothing with this one.

        Raises:
            mirrortheory.recount.Rejected: when it shows nothing.
        """
        at_least, at_most = recount(json.loads(json.dumps(self.certificate)))
        return at_least, at_most

    def __str__(self) -> str:
        number = f"{self.count}" if self.count is not None else f"between {self.at_least} and {self.at_most}"
        return f"{number} law{'' if number == '1' else 's'} of {len(self.letters)} letters at q = {self.q}"


def count_laws(
    map: Sequence[sympy.Expr], weights: Sequence[sympy.Symbol], q: object, *, damping: object = None, seed: int = 0
) -> LawCount:
    """Count the conservation laws of w' = -phi_q(J(w)^T c), c arbitrary.

    Args:
        map: the outputs of x = g(w), rational functions of the weights with rational coefficients.
        weights: the symbols of the weights.
        q: the gradient exponent, a rational number in [1, 2]; or a symbol, for all q in (1, 2) but finitely many.
        damping: at q = 2, a rational gamma >= 0 for the laws of w'' + gamma w' = -J(w)^T c, in w, w' and e^(gamma t).
        seed: fixes the random point.

    Raises:
        InvalidArgument: for another map, no weights, one that is named twice, and q outside [1, 2].

    >>> a, b, c, d = sympy.symbols("a b c d", real=True)
    >>> [count_laws([a * c, b * d], [a, b, c, d], q).count for q in (1, "3/2", 2)]
    [2, 2, 2]
    >>> found = count_laws([a * c, a * d], [a, c, d], 2)
    >>> print(found, found.laws)
    1 law of 3 letters at q = 2 (a**2 - c**2 - d**2,)
    """
    exponent = Lq(q).q
    outputs, symbols = _checked(map, weights)
    gamma = None if damping is None else _damping(damping, exponent)
    others = _moving_too(symbols, gamma) if gamma is not None else ()
    functions, ring = as_fractions(outputs, symbols, others)
    r = None if exponent.is_Symbol else Fraction(int(exponent.p), int(exponent.q)) - 1
    classes = parallel_columns(functions, ring) if r != 1 else []
    if gamma is not None:
        fields = heavy_ball(functions, ring, gamma)
    else:
        fields = gradients(functions, ring) if r == 1 else class_fields(classes, ring, r)
    letters, point = ring.weights, point_of(fields, random.Random(seed))
    laws: list[FirstIntegral] = []
    for found in _at_first(fields, classes, exponent, 3 if gamma else 2):
        laws = _verified(laws, found, fields, point)
    bound = span(fields, point, most=len(letters) - len(laws), seed=seed)
    for further in _afterwards(fields, functions) if r == 1 else ():
        if len(laws) + bound.rank == len(letters):
            break
        laws = _verified(laws, further(), fields, point)
    by_frobenius = len(letters) - len(fields.vectors) if are_decoupled(fields) else 0
    shown = partial(certificate, outputs, symbols, exponent, gamma, fields, classes, laws, bound)
    exprs = tuple(_with_time(law.expr, others, gamma) for law in laws)
    return LawCount(letters, exponent, exprs, max(by_frobenius, len(laws)), len(letters) - bound.rank, shown)


def _damping(damping: object, q: sympy.Expr) -> Fraction:
    gamma = rational(damping, "damping")
    if gamma < 0:
        raise InvalidArgument("damping", "at least 0", gamma, "write 0 for a flow without friction")
    if q != 2:
        raise InvalidArgument("damping", "given at q = 2 only", gamma, "leave it out, or take q = 2")
    return Fraction(int(gamma.p), int(gamma.q))


def _moving_too(weights: Sequence[sympy.Symbol], gamma: Fraction) -> tuple[sympy.Symbol, ...]:
    """Return symbols for the velocities and, where there is friction, for e^(gamma t)."""
    velocities = tuple(sympy.Symbol(f"{w}'", real=True) for w in weights)
    return (*velocities, sympy.Dummy("e^(gamma t)", positive=True)) if gamma else velocities


def _with_time(law: sympy.Expr, others: Sequence[sympy.Symbol], gamma: Fraction | None) -> sympy.Expr:
    t = sympy.Symbol("t", real=True)
    return law.xreplace({others[-1]: sympy.exp(sympy.Rational(gamma.numerator, gamma.denominator) * t)}) if gamma else law


def _verified(laws: list[FirstIntegral], found: Iterable[FirstIntegral], fields: Fields, point: Point) -> list[FirstIntegral]:
    return independent([*laws, *(law for law in found if law.is_annihilated(fields))], point)


def _at_first(fields: Fields, classes: Sequence[ParallelColumns], q: sympy.Expr, highest: int) -> Iterator[Iterable[FirstIntegral]]:
    if q == 2:
        return (polynomials(fields, degree) for degree in range(1, highest + 1))
    return iter((resting(fields), quadratures(classes, fields, q)))


def _afterwards(
    fields: Fields, functions: Sequence[tuple[Polynomial, Polynomial]]
) -> Iterator[Callable[[], Iterable[FirstIntegral]]]:
    """Yield further ways to find laws at q = 2, from the cheapest on."""
    yield lambda: quadratures(parallel_columns(functions, fields.ring), fields, sympy.Integer(2))
    for degree in _DEGREES:
        yield partial(quotients, fields, degree)
        yield partial(polynomials, fields, degree + 2)


def _checked(map: Sequence[sympy.Expr], weights: Sequence[sympy.Symbol]) -> tuple[list[sympy.Expr], tuple[sympy.Symbol, ...]]:
    letters = tuple(weights)
    if not letters or not all(isinstance(w, sympy.Symbol) for w in letters) or len(set(letters)) < len(letters):
        raise InvalidArgument("weights", "distinct symbols, at least one", letters, 'write for example symbols("u v", real=True)')
    outputs = [as_expression(entry, "map") for entry in ([map] if isinstance(map, sympy.Expr) else list(map))]
    if not outputs:
        raise InvalidArgument("map", "a list of expressions, at least one", outputs, "write for example [u * v]")
    return outputs, letters
