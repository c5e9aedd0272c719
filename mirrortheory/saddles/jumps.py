r"""From saddle to saddle: where a product of layers rests, and when it leaves, as the scale of its start vanishes.

The loss is :math:`f = |Zx - b|^2/2`, and x is a product of L layers on the critical line L = p, q = L/(L-1): gradient flow at depth
two, q = 3/2 at depth three, and so on. Of the layers of each coordinate one starts at 0, the others at a. There

.. math:: \dot y_j = -\phi_q(\partial_j f(x)), \qquad x_j \approx \mathrm{sign}(y_j)\, (\kappa\, a\, e^{|y_j|})^L

for the dual variable y = R'(x), with a number :math:`\kappa` that q alone determines
(:mod:`mirrortheory.flows.smooth.logarithmic`). So x_j becomes visible where :math:`|y_j|` has come to log(1/a). Take the time in
units of log(1/a), and :math:`s_j = y_j/\log(1/a)`. As a tends to 0

- a coordinate with :math:`|s_j| < 1` is 0, and one with :math:`s_j = \pm 1` may be anything of this sign;
- x rests at a minimum of f under these signs, a **plateau**, since what may move does so in a time that is short in these units;
- s_j moves at the speed :math:`-\phi_q(\partial_j f)` of the plateau, which is 0 where x_j is not, and leads inwards where x_j
  has come back to 0 for good;
- where some s_j comes to :math:`\pm 1` the plateau ends, and the next one is the minimum under the new signs.

A coordinate that has come back to 0 may so come to the other end, and enter with the other sign. Each jump lowers f, so that there
are finitely many. The last plateau is a minimum of f on all of :math:`\mathbb R^d`. At q = 2 s stays in the row space of Z, so it
shows that the last plateau has the least :math:`\sum |x_j|` among these minima; for q < 2 it leaves the row space, and need not.

At q = 2 this is a theorem for data in general position: each plateau is the only minimum under its signs, and no two coordinates
come at one time. Several minima are refused. Of two that come at one time both may move, which is not part of the theorem. For
q < 2 all of it is a **conjecture**, supported by flows from tiny starts (:mod:`mirrortheory.saddles.tiny_starts`).

Not to be confused with balanced layers, which never change the sign of x: here one layer is the smallest.
Source: Pesme and Flammarion (2023), arXiv:2304.00488, for q = 2; the critical line: this project.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import Ball, Exact, Number, Undecided, as_ball, bits_for, exact, integer, modulus, precision, rational
from mirrortheory.exact.box_program import minimise
from mirrortheory.flows import Quadratic

_DEEPEST = 8
_MOST_JUMPS = 1000
_MOST_DOUBLINGS = 6
_ZERO = Exact(0)
_Pull = tuple[Exact, tuple[tuple[int, Exact], ...]]


@dataclass(frozen=True)
class Plateau:
    """Where x rests between two jumps.

    Attributes:
        start: when it begins, in units of log(1/a): exact at q = 2, else a ball.
        x: the point, shape (d,), exact.
        loss: f(x), exact.
        signs: 1 or -1 for each coordinate that the accumulated gradient allows this sign from the start on, 0 for the others.
        dual: s at the start, shape (d,): exact at q = 2, else balls where it is not.
    """

    start: Fraction | Ball
    x: tuple[Fraction, ...]
    loss: Fraction
    signs: tuple[int, ...]
    dual: tuple[Fraction | Ball, ...]


@dataclass(frozen=True)
class JumpPath:
    """The plateaus of a flow, in the order of time; the first is x = 0, the last a minimum of the loss.

    ``depth`` is the number of layers, with the exponent q = depth/(depth - 1).
    """

    depth: int
    plateaus: tuple[Plateau, ...]

    @property
    def times(self) -> tuple[Fraction | Ball, ...]:
        """The times of the jumps, in units of log(1/a)."""
        return tuple(plateau.start for plateau in self.plateaus[1:])

    def entering(self, jump: int) -> tuple[int, ...]:
        """Return the coordinates that are 0 before this jump, counted from 1, and not after it."""
        return self._changed(jump - 1, jump)

    def leaving(self, jump: int) -> tuple[int, ...]:
        """Return the coordinates that are not 0 before this jump, and 0 after it."""
        return self._changed(jump, jump - 1)

    def _changed(self, zero: int, other: int) -> tuple[int, ...]:
        pairs = zip(self.plateaus[zero].x, self.plateaus[other].x, strict=True)
        return tuple(j for j, (v, w) in enumerate(pairs) if v == 0 != w)


def saddle_to_saddle(problem: Quadratic, *, exponent: object = 2, digits: int = 30) -> JumpPath:
    """Return plateaus and jumps of a product of layers on the critical line, in the limit of a vanishing start.

    Args:
        problem: the loss |Z x - b|^2/2, whose doubles are taken as the exact numbers that they are.
        exponent: q = L/(L - 1) for a depth L from 2 to 8: 2, 3/2, 4/3, ..
        digits: decimal digits of the times for q < 2, 1 to 1000, relative to each.

    Returns:
        The path: by a theorem at q = 2, by a conjecture below.

    Raises:
        InvalidArgument: for another exponent or loss, and where a plateau is not the only minimum under its signs.
        NotEvaluable: where balls do not tell which of two coordinates comes first, or after 1000 jumps.

    >>> path = saddle_to_saddle(Quadratic([[1, 0], [0, 2]], [3, 2]))
    >>> path.times, [tuple(map(str, plateau.x)) for plateau in path.plateaus]
    ((Fraction(1, 4), Fraction(1, 3)), [('0', '0'), ('0', '1'), ('3', '1')])
    >>> saddle_to_saddle(Quadratic([[1, 0], [0, 2]], [3, 2]), exponent="3/2", digits=5).times
    (0.500000000000000, [0.57735026919 +/- 2.55e-12])
    """
    if not isinstance(problem, Quadratic):
        raise InvalidArgument("problem", "a Quadratic", type(problem).__name__, "other losses have no exact plateaus")
    q, places = rational(exponent, "exponent"), integer(digits, "digits", 1, 1000)
    depth = next((L for L in range(2, _DEEPEST + 1) if q * (L - 1) == L), None)
    if depth is None:
        raise InvalidArgument("exponent", "L/(L - 1) for a depth L from 2 to 8", exponent, "write for example 2, 3/2 or 4/3")
    table, target = ([[exact(v) for v in row] for row in rows] for rows in (problem.Z.tolist(), [problem.b.tolist()]))
    columns = list(zip(*table, strict=True))
    H, c = [[_dot(u, v) for v in columns] for u in columns], [_dot(u, target[0]) for u in columns]
    bits = bits_for(places)
    for _ in range(_MOST_DOUBLINGS):
        with precision(bits):
            try:
                path = JumpPath(depth, tuple(_plateaus(H, c, _dot(target[0], target[0]) / 2, depth)))
            except Undecided:
                bits *= 2
                continue
            if all(isinstance(t, Fraction) or t.rad() <= t.mid() * Ball(10) ** -places for t in path.times):
                return path
        bits *= 2
    raise NotEvaluable(f"two coordinates come within 1e-{places} of one time, and balls do not tell which is first; change b a bit")


def _plateaus(H: list[list[Exact]], c: list[Exact], most: Exact, depth: int) -> Iterator[Plateau]:
    """Follow s from plateau to plateau; ``most`` is the loss at 0."""
    d = len(c)
    time: Number = _ZERO
    s: list[Number] = [_ZERO] * d
    signs, x, pull = [0] * d, [_ZERO] * d, c
    since: list[_Pull] = [(_ZERO, ())] * d  # s as a sum over plateaus, which tells equal ones
    for jump in range(_MOST_JUMPS):
        loss = most - _dot(x, [a + b for a, b in zip(c, pull, strict=True)]) / 2
        yield Plateau(_public(time), tuple(map(_fraction, x)), _fraction(loss), tuple(signs), tuple(map(_public, s)))
        moving = [j for j in range(d) if pull[j] != 0]
        if not moving:
            return
        speeds = {j: _link(pull[j], depth) for j in moving}
        since = [(base, (*parts, (jump, p))) if p else (base, parts) for (base, parts), p in zip(since, pull, strict=True)]
        arrivals = {j: ((1 if pull[j] > 0 else -1) - s[j]) / speeds[j] for j in moving}
        first = _first(arrivals, since)
        time += arrivals[first[0]]
        for j in moving:
            s[j] += arrivals[first[0]] * speeds[j]
            signs[j] = 0
        for j in first:
            signs[j] = 1 if pull[j] > 0 else -1
            s[j] = Exact(signs[j])
            since[j] = (Exact(signs[j]), ())
        x = _minimiser(H, c, signs)
        pull = [v - _dot(row, x) for row, v in zip(H, c, strict=True)]
    raise NotEvaluable(f"{_MOST_JUMPS} jumps, and the loss is not at its minimum; take fewer coordinates")


def _minimiser(H: list[list[Exact]], c: list[Exact], signs: Sequence[int]) -> list[Exact]:
    """Return the minimum under these signs, exactly.

    Raises:
        InvalidArgument: where there are several.
    """
    kept = [j for j, sign in enumerate(signs) if sign]
    part, right = [[signs[i] * signs[j] * H[i][j] for j in kept] for i in kept], [signs[j] * c[j] for j in kept]
    found = minimise(part, right, [_ZERO] * len(kept), [None] * len(kept))
    if not found.unique:
        signed = ", ".join(f"{'+' if signs[j] > 0 else '-'}x{j + 1}" for j in kept)
        raise InvalidArgument("Z", "with one minimum on each plateau", f"several where {signed} may grow", "change Z or b a bit")
    x = [_ZERO] * len(c)
    for j, value in zip(kept, found.x, strict=True):
        x[j] = signs[j] * value
    return x


def _first(arrivals: dict[int, Number], since: Sequence[_Pull]) -> list[int]:
    """Return the coordinates that arrive first.

    Raises:
        Undecided: where balls overlap, and the two have not moved alike all the time.
    """
    best = [j for j, time in arrivals.items() if not any(other < time for other in arrivals.values())]
    for j in best[1:]:
        equal = arrivals[j] == arrivals[best[0]]  # of balls: only where both are exact
        if not equal and not _alike(since[j], since[best[0]]):
            raise Undecided("two coordinates come so close that balls do not tell which is first")
    return best


def _alike(one: _Pull, other: _Pull) -> bool:
    return one == other or one == (-other[0], tuple((jump, -p) for jump, p in other[1]))


def _link(pull: Exact, depth: int) -> Number:
    """phi_q, which is sign(p) |p|^(1/(L - 1))."""
    if depth == 2:
        return pull
    root = as_ball(modulus(pull)).root(depth - 1)
    return root if pull > 0 else -root


def _dot(left: Sequence[Exact], right: Sequence[Exact]) -> Exact:
    return sum((a * b for a, b in zip(left, right, strict=True)), _ZERO)


def _fraction(value: Exact) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _public(value: Number) -> Fraction | Ball:
    return _fraction(value) if isinstance(value, Exact) else value
