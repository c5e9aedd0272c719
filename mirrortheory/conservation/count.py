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
    are_decoupled,
    class_fields,
    gradients,
    heavy_ball,
    parallel_columns,
)
from mirrortheory.conservation.integrals import FirstIntegral, annihilated, as_expr, independent, resting
from mirrortheory.conservation.jets import Point
from mirrortheory.conservation.outputs import Output, outputs_of
from mirrortheory.conservation.quadrature import quadratures
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import as_expression, rational
from mirrortheory.geometries import Lq
from mirrortheory.recount import recount

_PLACES = 100
_DEGREES = (1, 2)  # of the quotients that are tried where quadratic laws are too few, and of polynomials less 2


@dataclass(frozen=True)
class LawCount:
    """How many laws hold for every loss, near a generic point.

    Attributes:
        letters: the symbols of the weights and, with momentum, of what else moves.
        q: the gradient exponent.
        at_least: how many laws there are at least: those or, where no field moves what another depends on, as many as the letters
            exceed the fields (Frobenius; a single field is such a case).
        at_most: the number of letters less the rank that brackets were seen to have.
        cell: a point, as a rational for each weight, of the cell of weights for which at_most was seen; None where all cells are
            alike. In a cell no irreducible factor of a ratio of parallel columns changes its sign.
    """

    letters: tuple[sympy.Symbol, ...]
    q: sympy.Expr
    at_least: int
    at_most: int
    cell: tuple[sympy.Rational, ...] | None
    _found: Callable[[], tuple[sympy.Expr, ...]] = field(repr=False, compare=False)
    _certified: Callable[[], Mapping[str, Any]] = field(repr=False, compare=False)

    @cached_property
    def laws(self) -> tuple[sympy.Expr, ...]:
        """The laws that were found, independent and verified."""
        return self._found()

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
        where = "for all q between 1 and 2 but finitely many" if self.q.is_Symbol else f"at q = {self.q}"
        cell = "" if self.cell is None else f", in the cell of signs of ({', '.join(map(str, self.cell))})"
        return f"{number} law{'' if number == '1' else 's'} of {len(self.letters)} letters {where}{cell}"


def count_laws(
    map: Sequence[sympy.Expr],
    weights: Sequence[sympy.Symbol],
    q: object,
    *,
    at: Sequence[object] | None = None,
    damping: object = None,
    seed: int = 0,
) -> LawCount:
    """Count the conservation laws of w' = -phi_q(J(w)^T c), c arbitrary.

    Args:
        map: the outputs of x = g(w), rational functions of the weights with rational coefficients.
        weights: the symbols of the weights.
        q: the gradient exponent, a rational number in [1, 2]; or a symbol, for all q in (1, 2) but finitely many.
        at: for q < 2 a rational for each weight, in whose cell is counted; positive and different by default.
        damping: at q = 2, a rational gamma >= 0 for the laws of w'' + gamma w' = -J(w)^T c, in w, w' and e^(gamma t).
        seed: fixes the random point mod a prime.

    Raises:
        InvalidArgument: for another map, no weights, one that is named twice, q outside [1, 2], and a point on the edge of a cell.
        NotEvaluable: where no prime suits the powers.

    >>> a, b, c, d = sympy.symbols("a b c d", real=True)
    >>> [count_laws([a * c, b * d], [a, b, c, d], q).count for q in (1, "3/2", 2)]
    [2, 2, 2]
    >>> found = count_laws([a * c, a * d], [a, c, d], 2)
    >>> print(found, found.laws)
    1 law of 3 letters at q = 2 (a**2 - c**2 - d**2,)
    """
    exponent = Lq(q).q
    if not isinstance(seed, int):
        raise InvalidArgument("seed", "an integer", seed, "write for example 0")
    exprs, symbols = _checked(map, weights)
    gamma = None if damping is None else _damping(damping, exponent)
    _must_be_no_weight(exponent if exponent.is_Symbol else "", "q", symbols)
    _must_be_no_weight("t" if gamma else "", "the time in e^(gamma t)", symbols)
    others = _moving_too(symbols, gamma) if gamma is not None else ()
    for velocity in others:
        _must_be_no_weight(velocity, "a velocity", symbols)
    outputs, ring = outputs_of(exprs, symbols, others)
    r = None if exponent.is_Symbol else Fraction(int(exponent.p), int(exponent.q)) - 1
    classes = parallel_columns(outputs, ring) if r != 1 else []
    if gamma is not None:
        fields = heavy_ball(outputs, ring, gamma)
    else:
        fields = gradients(outputs, ring) if r == 1 else class_fields(classes, ring, r)
    if at is not None and r in (1, None):
        raise InvalidArgument("at", "absent unless q is a number below 2", at, "all cells are alike there; leave it out")
    cell = None if r in (1, None) else _cell(fields, at)
    letters, point = ring.weights, point_of(fields, fields.signs(cell) if cell else (), random.Random(seed))
    laws: list[FirstIntegral] = []
    for found in _at_first(fields, classes, exponent, 3 if gamma else 2):
        laws = _verified(laws, found, fields, point)
    bound = span(fields, point, most=len(letters) - len(laws), seed=seed)
    by_frobenius = len(letters) - len(fields.vectors) if are_decoupled(fields) else 0
    for further in _afterwards(fields, outputs) if r == 1 else ():
        if len(laws) + bound.rank == len(letters):
            break
        laws = _verified(laws, further(), fields, point)
    shown = partial(certificate, exprs, symbols, exponent, gamma, fields, classes, laws, bound, cell)
    written = partial(_written, laws, others, gamma)
    rationals = tuple(sympy.Rational(v.numerator, v.denominator) for v in cell) if cell and fields.ring.bases else None
    return LawCount(letters, exponent, max(by_frobenius, len(laws)), len(letters) - bound.rank, rationals, written, shown)


def _cell(fields: Fields, at: Sequence[object] | None) -> tuple[Fraction, ...]:
    """Return a point at which no base vanishes: what is given, or different primes."""
    size = len(fields.ring.weights)
    if at is not None:
        if not isinstance(at, list | tuple):
            raise InvalidArgument("at", "a list of rationals", at, "write them in the order of the weights")
        found = tuple(rational(value, "at") for value in at)
        if len(found) != size:
            raise InvalidArgument(
                "at", f"a rational for each of the {size} weights", found, "write them in the order of the weights"
            )
        point = tuple(Fraction(int(v.p), int(v.q)) for v in found)
        if 0 in fields.signs(point):
            base = as_expr(fields.ring.bases[fields.signs(point).index(0)], fields.ring.weights)
            raise InvalidArgument("at", f"inside a cell, where {base} is not 0", found, "move it a little")
        return point
    primes = list(sympy.primerange(sympy.prime(size + _PLACES)))
    points = (tuple(Fraction(v) for v in primes[k : k + size]) for k in range(_PLACES))
    found_one = next((point for point in points if 0 not in fields.signs(point)), None)
    if found_one is None:
        raise InvalidArgument(
            "at", "given, as factors vanish at the points that are tried", "nothing", "name a point inside a cell"
        )
    return found_one


def _must_be_no_weight(letter: object, what: str, weights: Sequence[sympy.Symbol]) -> None:
    if str(letter) in map(str, weights):
        raise InvalidArgument("weights", f"other letters than {letter}, which is {what}", letter, "rename the weight")


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


def _written(laws: Sequence[FirstIntegral], others: Sequence[sympy.Symbol], gamma: Fraction | None) -> tuple[sympy.Expr, ...]:
    t = sympy.Symbol("t", real=True)
    growth = {others[-1]: sympy.exp(sympy.Rational(gamma.numerator, gamma.denominator) * t)} if gamma else {}
    return tuple(law.expr.xreplace(growth) for law in laws)


def _verified(laws: list[FirstIntegral], found: Iterable[FirstIntegral], fields: Fields, point: Point) -> list[FirstIntegral]:
    return independent([*laws, *annihilated(list(found), fields)], point)


def _at_first(fields: Fields, classes: Sequence[ParallelColumns], q: sympy.Expr, highest: int) -> Iterator[Iterable[FirstIntegral]]:
    if q == 2:
        return (polynomials(fields, degree) for degree in range(1, highest + 1))
    return iter((resting(fields), quadratures(classes, fields, q)))


def _afterwards(fields: Fields, outputs: Sequence[Output]) -> Iterator[Callable[[], Iterable[FirstIntegral]]]:
    """Yield further ways to find laws at q = 2, from the cheapest on."""
    yield lambda: quadratures(parallel_columns(outputs, fields.ring), fields, sympy.Integer(2))
    for degree in _DEGREES:
        yield partial(quotients, fields, degree)
        yield partial(polynomials, fields, degree + 2)


def _checked(map: Sequence[sympy.Expr], weights: Sequence[sympy.Symbol]) -> tuple[list[sympy.Expr], tuple[sympy.Symbol, ...]]:
    remedy = 'write for example symbols("u v", real=True)'
    if not isinstance(weights, Iterable) or not all(isinstance(w, sympy.Symbol) for w in weights):
        raise InvalidArgument("weights", "a list of distinct symbols, at least one", weights, remedy)
    letters = tuple(weights)
    if not letters or len({str(w) for w in letters}) < len(letters):
        raise InvalidArgument("weights", "a list of distinct symbols, at least one", letters, remedy)
    given = [map] if isinstance(map, sympy.Expr) else map
    if isinstance(given, str) or not isinstance(given, Iterable) or not list(given):
        raise InvalidArgument("map", "a list of expressions, at least one", map, "write for example [u * v]")
    outputs = [as_expression(entry, "map") for entry in given]
    return outputs, letters
