r"""The fields whose common first integrals are the laws of a flow, whatever the loss.

A loss enters :math:`\dot w = -\varphi_q(J(w)^\top c)` only by :math:`c = \nabla f`, which can be any vector. A function h is
conserved for every loss if and only if :math:`\nabla h` annihilates what the velocities span:

- at q = 2 the gradients :math:`\nabla g_k`;
- at :math:`1 \le q < 2` one field for each class of parallel columns of J. With :math:`J_i = \lambda_i v` for i in a class,
  the functions :math:`c \mapsto \varphi_q(v \cdot c)` of different classes are linearly independent (each has its own
  hyperplane where it is not analytic), so h is conserved if and only if :math:`E h = 0` for each

  .. math:: E_{\text{class}} = \sum_{i \in \text{class}} \varphi_q(\lambda_i)\, \partial_i .

Only what the fields span counts, so each is multiplied by a function to have polynomials for entries: in the weights and, for
q < 2, in the powers :math:`P_j = \varphi_q(p_j)` of the irreducible factors p_j of all :math:`\lambda_i`. Such a power is
differentiated by :math:`\partial P_j = (q - 1)\, P_j\, \partial p_j / p_j`. Weights whose column vanishes do not move.

Source: q = 2, Marcotte, Gribonval and Peyre (2023), arXiv:2307.00144; q < 2, this project.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import flint
import numpy as np
import numpy.typing as npt
import sympy

from mirrortheory.errors import InvalidArgument, shown

Polynomial = Any  # flint.fmpq_mpoly

_HIGHEST_POWER, _MOST_PRODUCTS, _MOST_TERMS, _MOST_DIGITS = 1000, 10**6, 300_000, 40
_SHORTER = "write a map with fewer or shorter terms"


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


Indices = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Terms:
    """Polynomials as arrays of their terms, times a number that makes their coefficients whole.

    Attributes:
        slots: which polynomial each term belongs to, of shape (terms,), in increasing order.
        letters: the places of its letters in increasing order, each as often as its exponent, then ``blank`` for 1;
            of shape (terms, highest degree).
        coefficients: an integer for each, of shape (terms,).
        blank: the number of letters.
    """

    slots: Indices
    letters: Indices
    coefficients: Any
    blank: int

    def used(self) -> set[int]:
        """Return the letters that occur."""
        return {int(i) for i in np.unique(self.letters)} - {self.blank}

    @classmethod
    def of(cls, polynomials: Mapping[int, Polynomial], blank: int) -> Terms:
        """Read polynomials in ``blank`` letters."""
        entries = sorted(polynomials.items())
        powers = [row for _, entry in entries for row in entry.monoms()]
        coefficients = [c for _, entry in entries for c in entry.coeffs()]
        slots = np.repeat(np.array([slot for slot, _ in entries], np.int64), [len(entry) for _, entry in entries])
        if not powers:
            return cls(slots, np.zeros((0, 0), np.int64), np.zeros(0, np.int64), blank)
        try:  # ten times as fast as an array of numbers
            table = np.frombuffer(b"".join(map(bytes, powers)), np.uint8).reshape(len(powers), -1)
        except ValueError:  # an exponent above 255
            table = np.array([[int(n) for n in row] for row in powers], np.int64)
        term, letter = np.nonzero(table)
        times = table[term, letter].astype(np.int64)
        degrees = np.bincount(term, times, len(powers)).astype(np.int64)
        letters = np.full((len(powers), int(degrees.max())), blank, np.int64)
        letters[np.arange(letters.shape[1]) < degrees[:, None]] = np.repeat(letter, times)
        common = math.lcm(*(int(c.q) for c in coefficients))
        whole = [int(c.p) * (common // int(c.q)) for c in coefficients]
        return cls(slots, letters, np.array(whole, np.int64 if max(map(abs, whole)) < 2**31 else object), blank)

    @classmethod
    def gradient(cls, polynomial: Polynomial, blank: int) -> Terms:
        """Read the derivatives of a polynomial in its ``blank`` letters: what is left of a term without one of its letters."""
        whole = cls.of({0: polynomial}, blank)
        places = range(whole.letters.shape[1])
        slots = np.concatenate([np.zeros(0, np.int64), *(whole.letters[:, k] for k in places)])
        rest = [np.delete(whole.letters, k, axis=1) for k in places] or [whole.letters]
        order = np.flatnonzero(slots != blank)
        order = order[np.argsort(slots[order], kind="stable")]
        coefficients = np.tile(whole.coefficients, len(places))
        return cls(slots[order], np.concatenate(rest)[order], coefficients[order], blank)


@dataclass(frozen=True)
class Fields:
    """Vector fields on the weights, up to factors.

    Attributes:
        ring: where their entries are.
        vectors: for each field its entries that are not 0, by the place of the weight.
        exponent: r of the powers |p|^r of the bases; None where it is a letter.
        potentials: where the fields are gradients of polynomials, these; else empty.
    """

    ring: Ring
    vectors: tuple[Mapping[int, Polynomial], ...]
    exponent: Fraction | None
    potentials: tuple[Polynomial, ...] = ()

    @cached_property
    def terms(self) -> tuple[Terms, ...]:
        """The terms of each field."""
        letters = len(self.ring.weights) + len(self.ring.bases)
        if self.potentials:
            return tuple(Terms.gradient(potential, letters) for potential in self.potentials)
        return tuple(Terms.of(vector, letters) for vector in self.vectors)

    def integers(self) -> set[int]:
        """Return the numerators and denominators of all coefficients."""
        polynomials = (*self.ring.bases, *(entry for vector in self.vectors for entry in vector.values()))
        return {int(n) for entry in polynomials for c in entry.coeffs() for n in (c.p, c.q)}

    def signs(self, at: Sequence[Fraction]) -> tuple[int, ...]:
        """Return the signs of the bases at a point; 0 where one vanishes.

        Args:
            at: a rational for each weight.
        """
        values = [flint.fmpq(v.numerator, v.denominator) for v in at]
        return tuple((value > 0) - (value < 0) for value in (base(*values) for base in self.ring.bases))


def are_decoupled(fields: Fields) -> bool:
    """Return whether no field moves a weight on which another depends: then they commute, and all but as many laws as fields exist.

    Args:
        fields: the fields.
    """
    size = len(fields.ring.weights)
    of_base = [Terms.of({0: base}, size).used() for base in fields.ring.bases]
    used = []
    for terms in fields.terms:
        letters = terms.used()
        used.append({i for i in letters if i < size}.union(*(of_base[j - size] for j in letters if j >= size)))
    return all(left is right or not used[k] & right.keys() for k, left in enumerate(fields.vectors) for right in fields.vectors)


def gradients(functions: Sequence[tuple[Polynomial, Polynomial]], ring: Ring) -> Fields:
    """Return the gradients of the outputs of a map, each times the square of its denominator.

    Args:
        functions: each output as numerator and denominator.
        ring: the ring of both.
    """
    vectors = []
    for top, bottom in functions:
        entries = enumerate(_slope(top, bottom, i) for i in range(len(ring.weights)))
        vectors.append({i: entry for i, entry in entries if entry != 0})
    if sum(len(entry) for vector in vectors for entry in vector.values()) > _MOST_TERMS:
        raise InvalidArgument("map", f"of gradients with at most {_MOST_TERMS} terms", "more", _SHORTER)
    moving = [(top, v) for (top, _), v in zip(functions, vectors, strict=True) if v]
    potentials = tuple(top for top, _ in moving) if all(bottom == 1 for _, bottom in functions) else ()
    return Fields(ring, tuple(v for _, v in moving), Fraction(1), potentials)


def _slope(top: Polynomial, bottom: Polynomial, i: int) -> Polynomial:
    return top.derivative(i) if bottom == 1 else top.derivative(i) * bottom - top * bottom.derivative(i)


def heavy_ball(functions: Sequence[tuple[Polynomial, Polynomial]], ring: Ring, damping: Fraction) -> Fields:
    """Return the fields of w'' + gamma w' = -grad f(g(w)) on weights, velocities and, where gamma > 0, e^(gamma t).

    Args:
        functions: each output as numerator and denominator, in the weights.
        ring: the ring of weights, velocities and, where gamma > 0, the exponential, in this order.
        damping: gamma.
    """
    letters, n = ring.letters, len(ring.weights) // 2
    gamma = flint.fmpq(damping.numerator, damping.denominator)
    drift = {i: letters[n + i] for i in range(n)}
    if damping:
        drift |= {n + i: letters[n + i] * -gamma for i in range(n)} | {2 * n: letters[2 * n] * gamma}
    forces = [{n + i: entry for i, entry in vector.items()} for vector in gradients(functions, ring).vectors]
    return Fields(ring, (drift, *forces), Fraction(1))


@dataclass(frozen=True)
class ParallelColumns:
    """Weights whose columns of the Jacobian are multiples of one vector, identically.

    Attributes:
        weights: their places.
        ratios: the multiple of each, as sign, powers of irreducible factors and powers of primes.
    """

    weights: tuple[int, ...]
    ratios: tuple[Factored, ...]


@dataclass(frozen=True)
class Factored:
    """A rational function as a sign times powers of irreducible polynomials and primes, by their text."""

    sign: int
    factors: Mapping[str, tuple[Polynomial, int]]

    def over(self, other: Factored) -> Factored:
        """Return the quotient of two."""
        found = dict(self.factors)
        for key, (base, exponent) in other.factors.items():
            total = found.get(key, (base, 0))[1] - exponent
            found[key] = (base, total)
        return Factored(self.sign * other.sign, {key: entry for key, entry in found.items() if entry[1]})


def factored(top: Polynomial, bottom: Polynomial) -> Factored:
    """Factor a quotient of polynomials; bases have coprime integer coefficients, the first of which is positive."""
    constants = Fraction(1)
    found: dict[str, tuple[Polynomial, int]] = {}
    for value, turn in ((top, 1), (bottom, -1)):
        content, parts = value.factor()
        constants *= _fraction(content) ** turn
        for part, exponent in parts:
            base, scale = _primitive(part)
            constants *= scale ** (turn * int(exponent))
            found[str(base)] = (base, found.get(str(base), (base, 0))[1] + turn * int(exponent))
    one = top.context().constant(1)
    if max(abs(constants.numerator), constants.denominator) >= 10**_MOST_DIGITS:
        remedy = f"round the numbers, as primes of more than {_MOST_DIGITS} digits are not sought"
        raise InvalidArgument(
            "map", f"of ratios of columns with numbers up to {_MOST_DIGITS} digits", shown(str(constants)), remedy
        )
    for number, turn in ((abs(constants.numerator), 1), (constants.denominator, -1)):
        for prime, exponent in flint.fmpz(number).factor():
            key = str(int(prime))
            found[key] = (one * int(prime), found.get(key, (one, 0))[1] + turn * int(exponent))
    return Factored(1 if constants > 0 else -1, {key: entry for key, entry in found.items() if entry[1]})


def _primitive(value: Polynomial) -> tuple[Polynomial, Fraction]:
    """Return a polynomial with coprime integer coefficients, the first of which is positive, and what it was divided by."""
    coefficients = [_fraction(c) for c in value.coeffs()]
    scale = Fraction(math.gcd(*(c.numerator for c in coefficients)), math.lcm(*(c.denominator for c in coefficients)))
    scale = scale if coefficients[0] > 0 else -scale
    return value / flint.fmpq(scale.numerator, scale.denominator), scale


def _fraction(value: Any) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def parallel_columns(functions: Sequence[tuple[Polynomial, Polynomial]], ring: Ring) -> list[ParallelColumns]:
    """Return the classes of identically parallel columns of the Jacobian, those that vanish apart.

    Args:
        functions: each output as numerator and denominator.
        ring: the ring of both.
    """
    denominators = [bottom**2 for _, bottom in functions]
    columns = [[_slope(top, bottom, i) for top, bottom in functions] for i in range(len(ring.weights))]
    classes: list[list[int]] = []
    shapes: dict[tuple[bool, ...], list[list[int]]] = {}
    for i, column in enumerate(columns):
        if all(entry == 0 for entry in column):
            continue
        alike = shapes.setdefault(tuple(entry == 0 for entry in column), [])
        group = next((g for g in alike if _are_parallel(columns[g[0]], column)), None)
        if group is None:
            group = []
            alike.append(group)
            classes.append(group)
        group.append(i)
    found = []
    for group in classes:
        k = next(k for k, entry in enumerate(columns[group[0]]) if entry != 0)
        found.append(ParallelColumns(tuple(group), tuple(factored(columns[i][k], denominators[k]) for i in group)))
    return found


def _are_parallel(left: Sequence[Polynomial], right: Sequence[Polynomial]) -> bool:
    if len(left) == 1:
        return True
    k = next(k for k, entry in enumerate(left) if entry != 0)
    return all(left[k] * right[m] == left[m] * right[k] for m in range(len(left)))


def class_fields(classes: Sequence[ParallelColumns], ring: Ring, exponent: Fraction | None) -> Fields:
    """Return the field of each class for 1 < q < 2.

    Args:
        classes: the classes of parallel columns.
        ring: the ring of the map.
        exponent: q - 1, or None for the letter.
    """
    relative = [[ratio.over(group.ratios[0]) for ratio in group.ratios] for group in classes]
    bases: dict[str, Polynomial] = {}
    for ratio in (ratio for group in relative for ratio in group):
        bases.update({key: base for key, (base, _) in ratio.factors.items()})
    wide = Ring(ring.weights, tuple(bases.values()))
    powers = dict(zip(bases, wide.powers, strict=True))
    vectors = []
    for group, ratios in zip(classes, relative, strict=True):
        lowest = {key: min(0, *(ratio.factors.get(key, (None, 0))[1] for ratio in ratios)) for key in bases}
        entries = {}
        for i, ratio in zip(group.weights, ratios, strict=True):
            entry = wide.context.constant(ratio.sign)
            for key in bases:
                entry *= powers[key] ** (ratio.factors.get(key, (None, 0))[1] - lowest[key])
            entries[i] = entry
        vectors.append(entries)
    return Fields(wide, tuple(vectors), exponent)


def as_fractions(
    map: Sequence[sympy.Expr], weights: Sequence[sympy.Symbol], others: Sequence[sympy.Symbol] = ()
) -> tuple[list[tuple[Polynomial, Polynomial]], Ring]:
    """Return the outputs of a map as numerators and denominators, and their ring.

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
                    raise InvalidArgument("map", "shorter once it is over one denominator", shown(expr), _SHORTER)
                total = (a * d + c * b, b * d) if isinstance(expr, sympy.Add) else (a * c, b * d)
            return total
        if isinstance(expr, sympy.Pow) and expr.exp.is_Integer:
            top, bottom = convert(expr.base)
            n = int(expr.exp)
            if abs(n) > _HIGHEST_POWER or (len(top) + len(bottom)) ** min(abs(n), 40) > _MOST_PRODUCTS < math.comb(
                abs(n) + max(len(top), len(bottom)) - 1, abs(n)
            ):
                raise InvalidArgument("map", f"of powers up to {_HIGHEST_POWER} that are not too long", shown(expr), _SHORTER)
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

    found = [convert(expr) for expr in map]
    for expr, (top, bottom) in zip(map, found, strict=True):
        if not bottom.is_constant() and len(top) * len(bottom) > _MOST_PRODUCTS:
            raise InvalidArgument("map", "shorter once it is over one denominator", shown(expr), _SHORTER)
    return found, ring
