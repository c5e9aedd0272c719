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

from mirrortheory.conservation.outputs import SHORTER, Output, Ring
from mirrortheory.conservation.terms import Polynomial, Terms
from mirrortheory.errors import InvalidArgument, shown

_MOST_TERMS, _MOST_DIGITS = 300_000, 40


@dataclass(frozen=True)
class Fields:
    """Vector fields on the weights, up to factors.

    Attributes:
        ring: where their entries are.
        vectors: for each field its entries that are not 0, by the place of the weight.
        exponent: r of the powers |p|^r of the bases; None where it is a letter.
        potentials: where the fields are gradients of outputs that are polynomials, these; else empty.
    """

    ring: Ring
    vectors: tuple[Mapping[int, Polynomial], ...]
    exponent: Fraction | None
    potentials: tuple[Output, ...] = ()

    @cached_property
    def terms(self) -> tuple[Terms, ...]:
        """The terms of each field."""
        letters = len(self.ring.weights) + len(self.ring.bases)
        if self.potentials:
            return tuple(Terms.of({0: output.top}, letters).gradient() for output in self.potentials)
        return tuple(Terms.of(vector, letters) for vector in self.vectors)

    @cached_property
    def degree(self) -> int:
        """A bound of the degree of all entries."""
        outputs = [output.top for output in self.potentials]
        polynomials = outputs or [entry for vector in self.vectors for entry in vector.values()]
        return max((int(entry.total_degree()) for entry in polynomials), default=0)

    def side_by_side(self, apart: Polynomial) -> dict[int, Polynomial]:
        """Return sum_k a^(N k) X_k by the places of the weights.

        Args:
            apart: a^N, a power of the first letter.
        """
        powers = [self.ring.context.constant(1)]
        for _ in self.vectors[1:]:
            powers.append(powers[-1] * apart)
        every = list(zip(powers, self.vectors, strict=True))
        if not self.potentials:
            return {i: _total([p * v[i] for p, v in every if i in v]) for i in {i for v in self.vectors for i in v}}
        whole = _total([p * output.top for p, output in zip(powers, self.potentials, strict=True)])
        slopes = {i: whole.derivative(i) for i in range(1, len(self.ring.weights))}  # by the first letter the powers have one too
        return slopes | {0: _total([p * v.get(0, 0 * p) for p, v in every])}

    def integers(self) -> set[int]:
        """Return the numerators and denominators of all coefficients."""
        outputs = [output.top for output in self.potentials]  # their slopes have exponents for factors, too small to matter
        polynomials = (*self.ring.bases, *(outputs or (entry for vector in self.vectors for entry in vector.values())))
        return {int(n) for entry in polynomials for c in entry.coeffs() for n in (c.p, c.q)}

    def signs(self, at: Sequence[Fraction]) -> tuple[int, ...]:
        """Return the signs of the bases at a point; 0 where one vanishes.

        Args:
            at: a rational for each weight.
        """
        values = [flint.fmpq(v.numerator, v.denominator) for v in at]
        return tuple((value > 0) - (value < 0) for value in (base(*values) for base in self.ring.bases))


def _total(parts: Sequence[Polynomial]) -> Polynomial:
    return sum(parts[1:], start=parts[0])


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


def gradients(outputs: Sequence[Output], ring: Ring) -> Fields:
    """Return the gradients of the outputs of a map, each times the square of its denominator.

    Args:
        outputs: of the map.
        ring: that they are in.
    """
    size = len(ring.weights)
    vectors = [{i: entry for i, entry in enumerate(output.slopes(size)) if entry != 0} for output in outputs]
    if sum(len(entry) for vector in vectors for entry in vector.values()) > _MOST_TERMS:
        raise InvalidArgument("map", f"of gradients with at most {_MOST_TERMS} terms", "more", SHORTER)
    moving = [(output, v) for output, v in zip(outputs, vectors, strict=True) if v]
    potentials = tuple(output for output, _ in moving) if all(output.bottom == 1 for output in outputs) else ()
    return Fields(ring, tuple(v for _, v in moving), Fraction(1), potentials)


def heavy_ball(outputs: Sequence[Output], ring: Ring, damping: Fraction) -> Fields:
    """Return the fields of w'' + gamma w' = -grad f(g(w)) on weights, velocities and, where gamma > 0, e^(gamma t).

    Args:
        outputs: of the map, in the weights.
        ring: the ring of weights, velocities and, where gamma > 0, the exponential, in this order.
        damping: gamma.
    """
    letters, n = ring.letters, len(ring.weights) // 2
    gamma = flint.fmpq(damping.numerator, damping.denominator)
    drift = {i: letters[n + i] for i in range(n)}
    if damping:
        drift |= {n + i: letters[n + i] * -gamma for i in range(n)} | {2 * n: letters[2 * n] * gamma}
    forces = [{n + i: entry for i, entry in vector.items()} for vector in gradients(outputs, ring).vectors]
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


def parallel_columns(outputs: Sequence[Output], ring: Ring) -> list[ParallelColumns]:
    """Return the classes of identically parallel columns of the Jacobian, those that vanish apart.

    Args:
        outputs: of the map.
        ring: that they are in.
    """
    denominators = [output.bottom**2 for output in outputs]
    columns = list(zip(*(output.slopes(len(ring.weights)) for output in outputs), strict=True))
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
