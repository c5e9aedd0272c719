r"""One smooth arc of a sign flow, enclosed at any time without integrating, and the first event on it.

On an arc the free components are affine, :math:`z_i = z_i(0) - \sigma_i \tau`, and the sliding ones solve
:math:`G_A(\tau, z_A) = 0`.

**Enclosure.** On an interval T of time, with c near the root at its midpoint m, Y an approximate inverse of
:math:`J = \partial G_A/\partial z_A = S_{AA}\,\mathrm{diag}\,\varrho_A` and X a box about c, Krawczyk's operator is

.. math:: K(X) = c - Y\,[G_A(m, c) + \partial_\tau G_A(T, c)(T - m)] + (I - Y J(T, X))(X - c).

:math:`K(X) \subset \mathrm{int}\,X` proves one root in X at each time of T. It is the arc's own when X holds the root at the start
of T.
The derivatives of :math:`z_A` follow order by order from :math:`J z_A^{(k)} = -(\text{what is left of the coefficient of } G_A)`.

**Events.** The functions :math:`\sigma_i G_i` of a free component, :math:`1 \mp \sigma_i`, :math:`\sigma_i = -\dot z_i`, of a
sliding one, and :math:`\pm z_i` are positive on the arc. T is free of events when each is positive on T by its enclosure, by
the mean value theorem from the start of T, or by its ends if its slope keeps one sign; a function with a strict slope that is
negative at the end has one root, refined by interval Newton steps. Else T is halved. A function that vanishes to order k at
the start of the arc, by identity, is positive there as long as the k-th coefficient is. S_AA is proved positive definite on
every T.

Source: Krawczyk (1969), Computing 4, and Moore (1966), "Interval Analysis", for the operators; derived for this project.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from mirrortheory.exact import Ball, Undecided, current_bits, sign
from mirrortheory.exact.series import Polynomial, growth_bound
from mirrortheory.flows.sign.certified_steps import Indeterminate
from mirrortheory.flows.sign.smooth.ball_components import BallComponents, Matrix

_WIDER = 1.5  # of a box, when it is tried
_MOST_TRIES, _MOST_STEPS, _MOST_PIECES = 8, 60, 5_000
_PAST = 1.0625


class NotDefinite(Indeterminate):
    """S is not shown to be positive definite: there may be several ways on. Doubles limit this test, not the precision."""


@dataclass(frozen=True, eq=False)
class State:
    """An arc on an interval of time: z and G as series in the time from any point of it."""

    z: list[Polynomial]
    G: list[Polynomial]


@dataclass(frozen=True, eq=False)
class Piece:
    """An interval of time, and a box that holds the sliding components there and no other root."""

    low: Ball
    high: Ball
    box: list[Ball]


@dataclass(frozen=True, eq=False)
class Watched:
    """A function that is positive on the arc: "hit", "exit" (through the bound ``side``) or "zero" of a component."""

    kind: str
    component: int
    side: int = 0
    order: int = 0  # to which it vanishes at the start of the arc

    def __str__(self) -> str:
        return f"{self.kind} of component {self.component}"

    def series(self, arc: Arc, state: State) -> Polynomial:
        """Return its coefficients."""
        if self.kind == "hit":
            return state.G[self.component] * arc.sigma[self.component]
        if self.kind == "exit":
            return state.z[self.component].derivative() * self.side + 1
        return state.z[self.component] * arc.side[self.component]


@dataclass(frozen=True, eq=False)
class Hit:
    """The root of a watched function, enclosed, in time from the start of the arc."""

    watched: Watched
    time: Ball


@dataclass(frozen=True, eq=False)
class Arc:
    """A smooth arc from the clock ``start`` on.

    Attributes:
        z: the components at its start.
        sigma: 1 or -1 of free components; 0 of those that slide or stay.
        sliding: the sliding components, ordered.
        side: the sign that z has just after the start; 0 where it stays 0.
        pieces: the intervals on which it is proved so far, one after the other.
    """

    components: BallComponents
    start: Ball
    z: tuple[Ball, ...]
    sigma: tuple[int, ...]
    sliding: tuple[int, ...]
    side: tuple[int, ...]
    pieces: tuple[Piece, ...] = ()

    def state(self, T: Ball, near: Sequence[Ball], within: Sequence[Ball] | None = None) -> tuple[State, list[Ball]] | None:
        """Return the state on T and a box with one root at each time of T; None where no root is proved to be the arc's.

        Args:
            T: the interval of time.
            near: the sliding components at a time of T, which the box is made to hold.
            within: a box with one root at each time of T, the arc's; then ``near`` is a guess only.
        """
        made = self._box(T, near, within is None)
        if made is None:
            return None
        tried, box = made
        if within is not None and not all(w.contains(v) for w, v in zip(within, box, strict=True)):
            return None
        first = self._along(T, box, [])
        if not self.sliding:
            return State(*first), []
        S, rate = self._jacobian(T, box)
        slopes = self._solve(S, rate, [-first[1][i][1] for i in self.sliding])
        if slopes is None:
            return None
        z, G = self._along(T, box, [slopes])
        bends = self._solve(S, rate, [-G[i][2] for i in self.sliding])
        if bends is None:
            return None
        z, G = self._along(T, box, [slopes, bends])
        for i in self.sliding:
            G[i] = Polynomial([0])  # by identity
        return State(z, G), tried

    def definite(self, T: Ball, box: Sequence[Ball], which: Sequence[int]) -> bool:
        """Return whether S of these components is proved positive definite on T."""
        S, rate = self.components.bend(self.start + T, self._values(T, box), self.side, which, least=True)
        if not which:
            return True
        if not all(v.is_finite() for row in S for v in row) or not all(v > 0 for v in rate):
            return False
        middle = np.array([[float(v.mid()) for v in row] for row in S])
        return bool(growth_bound([[-v for v in row] for row in S], np.linalg.eigh(middle)[1].tolist()) < 0)

    def _values(self, T: Ball, box: Sequence[Ball]) -> list[Ball]:
        values = [v - s * T for v, s in zip(self.z, self.sigma, strict=True)]
        for i, v in zip(self.sliding, box, strict=True):
            values[i] = v
        return values

    def _along(self, T: Ball, box: Sequence[Ball], more: Sequence[Sequence[Ball]]) -> tuple[list[Polynomial], list[Polynomial]]:
        z = [Polynomial([v, -s]) for v, s in zip(self._values(T, box), self.sigma, strict=True)]
        for i, *c in zip(self.sliding, box, *more, strict=True):
            z[i] = Polynomial(c)
        return z, self.components.gradient(self.start + T, z, self.side)

    def _at(self, T: Ball, c: Sequence[Ball], terms: int) -> list[Polynomial]:
        """Return G of the sliding components along the clock at constant z_A = c."""
        z = [Polynomial([v, -s]).truncate(terms) for v, s in zip(self._values(T, c), self.sigma, strict=True)]
        G = self.components.gradient(self.start + T, z, self.side, terms)
        return [G[i] for i in self.sliding]

    def _jacobian(self, T: Ball, box: Sequence[Ball]) -> tuple[Matrix, list[Ball]]:
        """Return S_AA and rho_A: J is their product, S often exact."""
        return self.components.bend(self.start + T, self._values(T, box), self.side, self.sliding)

    def _box(self, T: Ball, near: Sequence[Ball], hold: bool) -> tuple[list[Ball], list[Ball]] | None:
        """Return a box with one root at each time of T, and a narrower one that holds these roots."""
        if not self.sliding:
            return [], []
        m, c = T.mid(), [v.mid() for v in near]
        size = max(abs(v) for v in self.z).upper() + abs(T).upper() + Ball(2) ** -32
        grain = size * Ball(2) ** -(current_bits() - 8)
        found = self._root(m, c, (T.rad() * 2**-20).max(grain / 16))
        if found is None:
            return None
        c, Y = found
        G, moved = self._at(m, c, 1), self._at(T, c, 2)
        shift = _times(Y, [-(g[0] + v[1] * (T - m)) for g, v in zip(G, moved, strict=True)])
        away = [v * _WIDER + Ball(0, grain) for v in shift]
        if hold:
            away = [a.union(n - v) for a, n, v in zip(away, near, c, strict=True)]
        for _ in range(_MOST_TRIES):
            K = self._contracted(T, c, Y, shift, away)
            if K is None:
                return None
            if all(a.contains_interior(k) for a, k in zip(away, K, strict=True)):
                tried = [v + a for v, a in zip(c, away, strict=True)]
                for _ in range(_MOST_TRIES):
                    last, away = away, [a.intersection(k) for a, k in zip(away, K, strict=True)]
                    if not any(2 * a.rad() < o.rad() for a, o in zip(away, last, strict=True)):
                        break
                    again = self._contracted(T, c, Y, shift, away)
                    if again is None or not all(a.overlaps(k) for a, k in zip(away, again, strict=True)):
                        break
                    K = again
                return tried, [v + a for v, a in zip(c, away, strict=True)]
            away = [a.union(k.mid() + (k - k.mid()) * _WIDER) + Ball(0, grain) for a, k in zip(away, K, strict=True)]
        return None

    def _contracted(self, T: Ball, c: Sequence[Ball], Y: Matrix, shift: Sequence[Ball], away: Sequence[Ball]) -> list[Ball] | None:
        """Return K(X) - c for X = c + away."""
        E = _defect(Y, *self._jacobian(T, [v + a for v, a in zip(c, away, strict=True)]))
        K = [s + v for s, v in zip(shift, _times(E, away), strict=True)]
        return K if all(v.is_finite() for v in K) else None

    def _root(self, m: Ball, c: list[Ball], enough: Ball) -> tuple[list[Ball], Matrix] | None:
        """Return an approximate root at the time m, by Newton's method, and an approximate inverse of J there."""
        Y, step = None, Ball("inf")
        for _ in range(_MOST_STEPS):
            if Y is None or step > 1e-14:
                Y = _inverse(*self._jacobian(m, c))
                if Y is None:
                    return None
            change = _times(Y, [g[0] for g in self._at(m, c, 1)])
            c = [(v - d).mid() for v, d in zip(c, change, strict=True)]
            last, step = step, max(abs(d.mid()) for d in change)
            if not step.is_finite():
                return None
            if step <= enough or (step >= last and step < 1e-8):
                return c, Y
        return None

    def _solve(self, S: Matrix, rate: Sequence[Ball], right: Sequence[Ball]) -> list[Ball] | None:
        """Enclose the solution of S diag(rate) x = right for every matrix in the balls."""
        Y = _inverse(S, rate)
        if Y is None:
            return None
        E, start = _defect(Y, S, rate), _times(Y, right)
        norm = max(sum((abs(v).upper() for v in row), Ball(0)).upper() for row in E)
        size = max(abs(v).upper() for v in start)
        if not norm < 1 or not size.is_finite():
            return None
        x = [Ball(0, (size / (1 - norm)).upper())] * len(start)
        grain = size * Ball(2) ** -current_bits()
        while True:
            last, x = x, [(s + v).intersection(o) for s, v, o in zip(start, _times(E, x), x, strict=True)]
            if not any(2 * a.rad() < o.rad() and o.rad() > grain for a, o in zip(x, last, strict=True)):
                return x

    # The first event

    def watched(self, order: Sequence[int]) -> list[Watched]:
        """Return the functions that are positive on the arc; ``order`` is that to which G_i vanishes at its start."""
        found = []
        for i, (s, side) in enumerate(zip(self.sigma, self.side, strict=True)):
            if s:
                found.append(Watched("hit", i, order=order[i]))
            if side and (s == side or i in self.sliding):
                found.append(Watched("zero", i))
        return found + [Watched("exit", i, bound) for i in self.sliding for bound in (1, -1)]

    def first(self, remaining: Ball, watched: Sequence[Watched]) -> tuple[Arc, list[Hit], Undecided | None]:
        """Return the arc with pieces proved until the first events, or until ``remaining``; and these with enclosed times.

        Last comes what is not decided, where no piece is short enough to decide all functions, with the time up to which all are.
        """
        pieces: list[Piece] = []
        try:
            hits, undecided = self._first(remaining, watched, pieces), None
        except Undecided as error:
            hits, undecided = [], error
        return replace(self, pieces=tuple(pieces)), hits, undecided

    def _first(self, remaining: Ball, watched: Sequence[Watched], pieces: list[Piece]) -> list[Hit]:
        limit = (remaining.upper() * _PAST).upper()
        low, h, least = Ball(0), limit, limit * Ball(2) ** -(32 + current_bits() // 8)
        near, halved = [self.z[i] for i in self.sliding], False
        found = self.state(low, near)
        if found is None:
            raise Undecided("the state at the start of an arc is not enclosed")
        before = found[0]
        if not all(w.order or w.series(self, before)[0] > 0 for w in watched):
            raise Undecided("an event follows another too closely")
        for _ in range(_MOST_PIECES):
            if low >= remaining:
                return []
            high = limit if low + 2 * h > limit and low + h >= limit else (low + h).mid()
            made = self._piece(low, high, near, before, watched)
            if isinstance(made, Undecided):
                h, halved = h / 2, True
                if not h > least:
                    raise made
                continue
            piece, after, roots = made
            pieces.append(piece)
            if roots:
                return [Hit(w, self._refined(w, piece)) for w in roots]
            low, h, before = high, (high - low) * (1 if halved else 2), after
            halved = False
            near = [after.z[i][0] for i in self.sliding]
        raise Undecided("the pieces allowed do not reach an event", low, low)

    def _piece(
        self, low: Ball, high: Ball, near: Sequence[Ball], before: State, watched: Sequence[Watched]
    ) -> tuple[Piece, State, list[Watched]] | Undecided:
        """Return a piece, the state at its end and what is negative there; or why it must be shorter."""
        T = low.union(high)
        found = self.state(T, near)
        if found is None:
            return Undecided("the sliding components are not enclosed", low, high)
        whole, box = found
        if not self.definite(T, box, self.sliding):
            return NotDefinite("the Hessian of the sliding set is not shown to be positive definite from here on", low, high)
        monotone = []
        for w in watched:
            here = w.series(self, whole)
            if w.order and low == 0:
                if not here[w.order] > 0:
                    return Undecided(f"{w} just after an event", low, high)
            elif not here[0] > 0 and not w.series(self, before)[0] + here[1] * (T - low) > 0:
                if here[1] > 0:
                    continue
                if not here[1] < 0:
                    return Undecided(f"{w} only touches 0, or two roots are too close", low, high)
                monotone.append(w)
        end = self.state(high, [v.mid() for v in box], box)
        if end is None:
            return Undecided("the sliding components are not enclosed", low, high)
        signs = [sign(w.series(self, end[0])[0]) for w in monotone]
        if not all(signs):
            return Undecided("a root is not separated from the end of a piece", low, high)
        return Piece(low, high, box), end[0], [w for w, s in zip(monotone, signs, strict=True) if s == -1]

    def _refined(self, w: Watched, piece: Piece) -> Ball:
        """Enclose the root of a function that falls on the piece from above 0 to below."""
        here, grain = piece.low.union(piece.high), piece.high * Ball(2) ** -current_bits()
        while here.rad() > grain:
            middle = here.mid()
            value, slope = self.inside(piece, middle), self.inside(piece, here)
            if value is None:
                raise Undecided("the sliding components are not enclosed near a root", piece.low, piece.high)
            f = w.series(self, value)[0]
            if slope is None:  # too long for one enclosure: the earlier or the later half
                side = sign(f)
                if not side:
                    raise Undecided("a root is not refined", piece.low, piece.high)
                here = (middle if side > 0 else here.lower()).union(here.upper() if side > 0 else middle)
                continue
            step = middle - f / w.series(self, slope)[1]
            if not (step.is_finite() and here.overlaps(step)):
                raise Undecided("a root is not refined", piece.low, piece.high)
            here, last = here.intersection(step), here
            if not 2 * here.rad() < last.rad():
                break
        return here

    def inside(self, piece: Piece, T: Ball) -> State | None:
        """Return the state on a part T of a piece."""
        found = self.state(T, [v.mid() for v in piece.box], piece.box)
        return None if found is None else found[0]

    def at(self, tau: Ball) -> list[Ball]:
        """Enclose z at a time that is proved; a tau that is not in one piece is taken in parts.

        Raises:
            Undecided: at a time that is not.
        """
        joined: list[Ball] | None = None
        for piece in self.pieces:
            if tau < piece.low or tau > piece.high:
                continue
            state = self.inside(piece, _part(tau, piece))
            if state is None:
                raise Undecided("the state is not enclosed at this precision")
            here = [v[0] for v in state.z]
            joined = here if joined is None else [a.union(b) for a, b in zip(joined, here, strict=True)]
        if joined is None:
            raise Undecided("the time is not on the arc")
        return joined


def _part(tau: Ball, piece: Piece) -> Ball:
    low, high = tau.lower(), tau.upper()
    if low >= piece.low and high <= piece.high:
        return tau
    return (low if low >= piece.low else piece.low).union(high if high <= piece.high else piece.high)


def _inverse(S: Matrix, rate: Sequence[Ball]) -> Matrix | None:
    """Return an inverse in doubles of the middle of S diag(rate): a preconditioner, which proves nothing."""
    middle = np.array([[float(v.mid()) * float(r.mid()) for v, r in zip(row, rate, strict=True)] for row in S])
    if not np.isfinite(middle).all():
        return None
    try:
        return [[Ball(v) for v in row] for row in np.linalg.inv(middle).tolist()]
    except np.linalg.LinAlgError:
        return None


def _times(Y: Matrix, x: Sequence[Ball]) -> list[Ball]:
    return [sum((a * b for a, b in zip(row, x, strict=True)), Ball(0)) for row in Y]


def _defect(Y: Matrix, S: Matrix, rate: Sequence[Ball]) -> Matrix:
    """Return I - Y S diag(rate)."""
    columns = list(zip(*S, strict=True))
    return [
        [int(i == k) - _times([row], column)[0] * r for k, (column, r) in enumerate(zip(columns, rate, strict=True))]
        for i, row in enumerate(Y)
    ]
