"""From event to event in exact rationals and balls; the mathematics is in :mod:`mirrortheory.flows.sign.polynomial.certified`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb

import numpy as np

from mirrortheory.exact import (
    Ball,
    Exact,
    Number,
    Root,
    Undecided,
    as_ball,
    exact,
    first_root,
    is_exact,
    modulus,
    precision,
    rank,
    sign,
    simple_root,
    solve,
)
from mirrortheory.flows.progress import Tick, silent
from mirrortheory.flows.sign.active_set import guess
from mirrortheory.flows.sign.ball_depth_polynomial import derivative, horner, inverse, room, squared_room, taylor
from mirrortheory.flows.sign.polynomial.certified_trajectory import CertifiedArc, CertifiedEvent, CertifiedSignFlow, clock, excesses
from mirrortheory.flows.sign.symmetries import exchangeable

_MOST_EVENTS = 100_000
_PAST = 1.0625  # how far past the first root found so far another one is looked for, so that ties are seen
_ZERO, _ONE = Exact(0), Exact(1)


@dataclass(frozen=True)
class _Candidate:
    kind: str  # hit, exit or zero
    i: int
    root: Root
    blocked: str = ""  # what is not decided there, instead of an event

    @property
    def low(self) -> Ball:
        return as_ball(self.root.time).lower()

    @property
    def high(self) -> Ball:
        return as_ball(self.root.time).upper()


class Follower:
    """The state between two events, and the rules that take it to the next."""

    def __init__(
        self, Z: Sequence[Sequence[Exact]], b: Sequence[Exact], initial: tuple[tuple[Exact, ...], ...], alpha: Exact
    ) -> None:
        self.d, self.depth, self.alpha = len(initial[0]), len(initial), alpha
        columns = list(zip(*Z, strict=True))
        self.H = [[_dot(left, right) for right in columns] for left in columns]
        self.pull = [_dot(column, b) for column in columns]
        self.excess = excesses(initial)
        self.simple = [own.count(_ZERO) == 1 for own in self.excess]
        self.y: list[Number] = [_signed_least(column) for column in zip(*initial, strict=True)]
        self.start = [exact(v) for v in self.y if isinstance(v, Exact)]
        self.trail: list[list[int] | None] = [[] for _ in self.y]  # sigma on each arc so far, while it never slid
        self.sigma, self.order = [0] * self.d, [0] * self.d  # order: leading coefficients of g that vanish by identity
        self.sliding: list[int] = []
        self.constant = {i for i in range(self.d) if self.H[i][i] == 0}  # no data, and the gradient is 0 everywhere
        self.stuck = set(self.constant)
        self.eta: Number = _ZERO
        self.resting, self.final, self.reason = False, False, ""
        self.reached: Number = _ZERO  # eta up to which the flow is certified
        self.arcs: list[CertifiedArc] = []
        self.events: list[CertifiedEvent] = []
        self.notes: list[str] = []
        self.unique_until: Ball | None = None

    @property
    def time(self) -> Ball:
        """The time that belongs to eta."""
        return as_ball((1 + self.alpha * as_ball(self.eta)).log() / self.alpha if self.alpha else self.eta)

    def result(
        self,
        Z: tuple[tuple[Exact, ...], ...],
        b: tuple[Exact, ...],
        initial: tuple[tuple[Exact, ...], ...],
        end: Exact,
        digits: int,
        bits: int,
    ) -> CertifiedSignFlow:
        """Return what was followed, certified until the end or until what was not decided."""
        with precision(bits):
            if not self.arcs:  # nothing is decided even at the start
                self._keep([[v] for v in self._values()])
            until, self.eta = end, self.reached
            if self.reason:
                until = min(end, max(self.time.lower().fmpq(), _ZERO))
        unique = self.unique_until
        events, arcs, notes = tuple(self.events), tuple(self.arcs), tuple(self.notes)
        reason = f"{self.reason}; certified until t = {float(until):.10g}, at {bits} bits" if self.reason else ""
        return CertifiedSignFlow(
            Z,
            b,
            initial,
            _fraction(end),
            _fraction(until),
            reason,
            unique,
            notes,
            self.resting,
            self.alpha,
            digits,
            bits,
            events,
            arcs,
        )

    def run(self, t_end: Exact, tick: Tick = silent) -> None:
        """Follow the flow to t_end, or until something is not decided at this precision."""
        end = clock(t_end, self.alpha)
        try:
            self._follow(end, lambda: tick(float(self.time.mid()) / float(t_end)))
        except Undecided as error:
            self.reason = error.text
            self.reached = self.eta + error.low if error.low > 0 else self.eta

    def _follow(self, end: Number, tell: Callable[[], None]) -> None:
        saddles = [i for i in range(self.d) if self.y[i] == 0 and not (self.simple[i] or i in self.constant)]
        if saddles:
            self._saddle(saddles)
        gradient = [
            sum((h * v for h, v in zip(row, self._values(), strict=True)), _ZERO) - c
            for row, c in zip(self.H, self.pull, strict=True)
        ]
        self.sigma = [0 if i in self.stuck else sign(g) or 0 for i, g in enumerate(gradient)]
        hits = [i for i in range(self.d) if i not in self.stuck and self.sigma[i] == 0]
        if hits and not self._decide(hits, [], False):
            return
        for _ in range(_MOST_EVENTS):
            x_now, g = self._polynomials()
            if not any(self.sigma) and (self.alpha == 0 or not (self.sliding or any(self.y[i] != 0 for i in self.constant))):
                self.resting = True
            self._keep(x_now)
            if self.resting:
                self._record("rest", range(self.d))
                return
            found = self._next(x_now, g, end - self.eta)
            if found is None:
                return
            tau, hits, exits, zeros, touching = found
            speed = [horner(derivative(row), tau) for row in x_now]
            self._advance(x_now, tau, zeros)
            tell()
            passed = [i for i in zeros if self.simple[i]]
            self._record("zero", passed)
            caught = [i for i in zeros if not self.simple[i]]
            if caught:
                self._saddle(caught)
            hits = [i for i in hits if i not in self.stuck]
            leaving = [(i, sign(-speed[i])) for i in exits if i not in self.stuck]
            if (hits or leaving) and not self._decide(hits, leaving, touching):
                return
        raise Undecided(f"{_MOST_EVENTS} events were followed")

    def _values(self) -> list[Number]:
        return [_sure(y) * taylor(modulus(y), own)[0] for y, own in zip(self.y, self.excess, strict=True)]

    def _keep(self, x: list[list[Number]]) -> None:
        rows = tuple(tuple(row) for row in x)
        here = (
            self.eta,
            tuple(self.y),
            tuple(self.sigma),
            tuple(self.sliding),
            self.resting,
            tuple(sorted(self.stuck - self.constant)),
            rows,
        )
        self.arcs.append(CertifiedArc(*here))
        self.reached = self.eta
        for i in range(self.d):
            own = self.trail[i]
            if own is not None and self.sigma[i]:
                own.append(self.sigma[i])
            else:
                self.trail[i] = None

    def _target(self) -> list[Number]:
        """Return the growth of b-hat, (1 + alpha eta)^L, as Taylor coefficients in eta."""
        grown: Number = 1 + self.alpha * self.eta
        powers: list[Number] = [_ONE]
        for _ in range(self.depth):
            powers.append(powers[-1] * grown)
        return [comb(self.depth, k) * self.alpha**k * powers[self.depth - k] for k in range(self.depth + 1)]

    def _polynomials(self) -> tuple[list[list[Number]], list[list[Number]]]:
        """Return x and the gradient as Taylor coefficients in eta; the gradient of those that do not move is left empty."""
        target, size = self._target(), range(self.depth + 1)
        x: list[list[Number]] = [[_ZERO] * (self.depth + 1) for _ in range(self.d)]
        moving = [i for i in range(self.d) if self.sigma[i]]
        for i, v in enumerate(self._values() if self.constant else ()):
            x[i][0] = v if i in self.constant else _ZERO
        for i in moving:
            side = _sure(self.y[i]) or -self.sigma[i]
            x[i] = [side * v for v in taylor(modulus(self.y[i]), self.excess[i], -self.sigma[i] * side)]
        if self.sliding:
            right = [
                [self.pull[i] * target[k] - sum((self.H[i][j] * x[j][k] for j in moving), _ZERO) for k in size]
                for i in self.sliding
            ]
            rows = solve([[self.H[i][j] for j in self.sliding] for i in self.sliding], right)
            for i, row in zip(self.sliding, rows, strict=True):
                x[i] = row
                if sign(self.y[i]) == 0:
                    row[0] = _ZERO
        elif not moving and self.alpha == 0:
            for i, v in enumerate(self._values()):
                x[i][0] = v
        live = moving + self.sliding
        g: list[list[Number]] = [[] for _ in range(self.d)]
        for i in moving:
            g[i] = [sum((self.H[i][j] * x[j][k] for j in live), _ZERO) - self.pull[i] * target[k] for k in size]
            g[i][: self.order[i]] = [_ZERO] * self.order[i]
        return x, g

    def _next(
        self, x: list[list[Number]], g: list[list[Number]], remaining: Number
    ) -> tuple[Number, list[int], list[int], list[int], bool] | None:
        """Return how long the arc lasts, what happens then to which coordinates, and whether g only touches 0; None at the end."""
        end = (as_ball(remaining).upper() * _PAST).upper()
        found: list[_Candidate] = []

        def look(kind: str, i: int, find: Callable[[Ball], Root | None]) -> None:
            nonlocal end
            try:
                root = find(end)
                if root is None:
                    return
                new = _Candidate(kind, i, root)
            except Undecided as error:
                new = _Candidate(kind, i, Root(error.low.union(error.high)), error.text)
            found.append(new)
            end = min(end, (new.high * _PAST).upper())

        for i in range(self.d):
            if self.sigma[i] and sign(self.y[i]) == self.sigma[i]:
                look("zero", i, lambda end, i=i: first_root([modulus(self.y[i]), -_ONE], end))  # type: ignore[misc]
        for i in range(self.d):
            if self.sigma[i]:
                look("hit", i, lambda end, i=i: first_root(g[i], end))  # type: ignore[misc]
        for i in self.sliding:
            side = self._side(x[i], i)
            if not side:
                continue  # it stays at 0, where a control of 0 holds it
            look("zero", i, lambda end, i=i: first_root(x[i], end))  # type: ignore[misc]
            for find in self._rooms(x[i], side, i):
                look("exit", i, find)
        first = min(found, key=lambda c: c.high, default=None)
        if first is None:
            return None
        near = [c for c in found if not c.low > first.high]
        if all(c.root.time > remaining for c in near):
            return None
        earliest = min(c.low for c in near)
        for c in near:
            if c.blocked:
                raise Undecided(f"coordinate {c.i}: {c.blocked}", earliest, c.high)
            if not (c is first or self._same(first, c)):
                names = f"{first.kind} of {first.i} and {c.kind} of {c.i}"
                raise Undecided(f"events near t = {self._near(first):.10g} are not separated: {names}", earliest, c.high)
        tau = next((c.root.time for c in near if is_exact(c.root.time)), first.root.time)
        if not tau <= remaining:
            raise Undecided("an event is not separated from the end", earliest, first.high)
        kinds = {kind: sorted({c.i for c in near if c.kind == kind}) for kind in ("hit", "exit", "zero")}
        touching = all(c.root.multiplicity > 1 for c in near)
        return tau, kinds["hit"], kinds["exit"], kinds["zero"], touching

    def _near(self, candidate: _Candidate) -> float:
        eta = float(as_ball(self.eta + candidate.root.time).mid())
        return float(np.log1p(float(self.alpha) * eta) / float(self.alpha)) if self.alpha else eta

    def _side(self, x: list[Number], i: int) -> int:
        """Return the side of 0 on which the sliding x_i is just after now; 0 when it stays there."""
        side = _sure(self.y[i])
        return side or next((s for s in map(_sure, x) if s), 0)

    def _rooms(self, x: list[Number], side: int, i: int) -> list[Callable[[Ball], Root | None]]:
        if self.depth <= 2:
            square = squared_room(x, side, self.excess[i])
            return [lambda end: first_root(square, end)]
        return [
            lambda end, bound=bound: simple_root(room(x, side, self.excess[i], bound), end)  # type: ignore[misc]
            for bound in (1, -1)
        ]

    def _same(self, one: _Candidate, other: _Candidate) -> bool:
        """Return whether two events are proved to be simultaneous."""
        if one.root.factor is not None and one.root.factor == other.root.factor:
            return True
        if one.kind != other.kind:
            return False
        if one.kind == "hit" and len(self.sliding) == self._rank([i for i in range(self.d) if i not in self.stuck]) - 1:
            return True
        i, j = one.i, other.i
        if one.kind == "zero" and self.trail[i] is not None and self.trail[j] is not None:
            for turn in (1, -1):
                if self.start[i] == turn * self.start[j] and self.trail[i] == [turn * s for s in self.trail[j] or []]:
                    return True
        return exchangeable(self.H, self.pull, self.start, self.excess, i, j)

    def _rank(self, columns: Sequence[int]) -> int:
        return rank([[self.H[i][j] for j in columns] for i in columns])

    def _advance(self, x: list[list[Number]], tau: Number, zeros: list[int]) -> None:
        for i in range(self.d):
            if i in zeros:
                self.y[i] = _ZERO
            elif i in self.sliding:
                here = horner(x[i], tau)
                side = self._side(x[i], i)
                self.y[i] = side * inverse(side * here, self.excess[i]) if side else _ZERO
            else:
                self.y[i] = self.y[i] - self.sigma[i] * tau
        self.eta = self.eta + tau
        self.reached = self.eta
        self.order = [0] * self.d

    def _saddle(self, caught: list[int]) -> None:
        where = "reaches" if self.arcs else "starts at"
        self.stuck |= set(caught)
        self.sliding = [i for i in self.sliding if i not in self.stuck]
        for i in caught:
            self.sigma[i] = 0
        self._record("saddle", caught)
        self._not_unique(f"{where} a saddle: two or more zero layers stay by the selection sign(0) = 0, but may leave at any time")

    def _not_unique(self, note: str) -> None:
        if self.unique_until is None:
            self.unique_until = self.time
        self.notes.append(f"t = {float(self.time.mid()):.6g}: {note}")

    def _record(self, kind: str, coordinates: Sequence[int]) -> None:
        if coordinates:
            self.events.append(CertifiedEvent(self.time, tuple(coordinates), kind))

    # Cross or slide -------------------------------------------------------------------------------------------------

    def _decide(self, hits: list[int], exits: list[tuple[int, int | None]], touching: bool) -> bool:
        """Choose sigma where the gradient vanishes, and prove the choice; False when the flow ends here."""
        was, before = self.sliding, list(self.sigma)
        free = [i for i in range(self.d) if i not in self.stuck]
        vanishing = sorted({*was, *hits})
        if hits and self._rank(vanishing) == self._rank(free):
            vanishing = free  # the residual has no part left in the range of Z
        if self._rank(vanishing) < len(vanishing):
            if self.alpha == 0 and vanishing == free:
                self._record("slide", [i for i in free if i not in was])
                self.sigma, self.sliding = [0] * self.d, []
                self._not_unique(
                    "the gradient vanishes and columns of Z are dependent: x rests by selection, but may move in the kernel of Z"
                )
                return True
            self._not_unique("uniqueness is not proved: the columns of vanishing gradient are dependent")
            self.reason, self.final = self._dependence(vanishing), True
            return False
        for inside, bound, order in self._choices(hits, exits, vanishing, touching):
            self.sliding, self.order = sorted(inside), [order.get(i, 0) for i in range(self.d)]
            self.sigma = [bound.get(i, 0 if i in inside else before[i]) for i in range(self.d)]
            if self._proved(vanishing):
                break
        else:
            raise Undecided(f"crossing or sliding of coordinates {vanishing} at t = {float(self.time.mid()):.10g}")
        self._record("leave", [i for i in was if i not in self.sliding])
        self._record("slide", [i for i in self.sliding if i not in was])
        self._record("cross", [i for i in range(self.d) if before[i] * self.sigma[i] < 0])
        grazed = hits and not exits and self.sliding == was and self.sigma == before
        self._record("graze", hits if grazed else [])
        return True

    def _dependence(self, vanishing: list[int]) -> str:
        """Say which velocities are still unique: that of Zx, and u_i if no vector of the kernel has a component i."""
        known = self._rank(vanishing)
        alone = [i for i in vanishing if self._rank([j for j in vanishing if j != i]) < known]
        moving = [i for i in vanishing if i not in alone]
        return (
            f"the columns of vanishing gradient {vanishing} are dependent, of rank {known}: the velocity of Zx is unique, those of "
            f"the coordinates {moving} are not shown to be, and the flow is not followed past it"
        )

    def _choices(
        self, hits: list[int], exits: list[tuple[int, int | None]], vanishing: list[int], touching: bool
    ) -> list[tuple[set[int], dict[int, int], dict[int, int]]]:
        """Return guesses: who slides, which bound the others take, and how many coefficients of g then vanish by identity."""
        was = set(self.sliding)
        if not hits:  # the control is continuous, so g' vanishes as well
            leaving = {i: s for i, s in exits if s}
            return [(was - set(leaving), leaving, dict.fromkeys(leaving, 2))]
        guesses = []
        if touching and not exits:
            guesses.append((was, {i: self.sigma[i] for i in hits}, dict.fromkeys(hits, 2)))
        size = {i: taylor(modulus(self.y[i]), self.excess[i])[1] for i in range(self.d)}
        moving = [i for i in range(self.d) if i not in vanishing and self.sigma[i]]
        growth = self._target()[1]
        offset = [
            float(sum((self.H[i][j] * (self.sigma[j] * size[j]) for j in moving), _ZERO) + self.pull[i] * growth) for i in vanishing
        ]
        gram = np.array([[float(self.H[i][j]) for j in vanishing] for i in vanishing])
        for pattern in guess(gram, np.array(offset), np.array([float(size[i]) for i in vanishing])):
            bound = {i: s for i, s in zip(vanishing, pattern, strict=True) if s}
            guesses.append((set(vanishing) - set(bound), bound, dict.fromkeys(bound, 1)))
        return guesses

    def _proved(self, vanishing: list[int]) -> bool:
        """Return whether the arc that the choice makes stays in the inclusion just after now."""
        try:
            x, g = self._polynomials()
            for i in vanishing:
                if i in self.sliding:
                    if not self._stays(x[i], i):
                        return False
                elif next((s for s in map(_sure, g[i]) if s), 0) != self.sigma[i]:  # a g_i that stays 0 is not followed freely
                    return False
        except Undecided:
            return False
        return True

    def _stays(self, x: list[Number], i: int) -> bool:
        c = taylor(modulus(self.y[i]), self.excess[i])
        side = self._side(x, i)
        margin = c[1] - modulus(x[1])
        if _sure(margin):
            return bool(margin > 0)
        if self.depth == 1:
            return True  # on the bound, and constant
        toward = _sure(x[1])  # on the bound: does it turn inside?
        if not side or not toward or not sign(c[1]):
            return False
        return bool(2 * c[2] / c[1] * side * x[1] - toward * 2 * x[2] > 0)


def _sure(value: Number) -> int:
    found = sign(value)
    if found is None:
        raise Undecided("the sign of a number is not decided at this precision")
    return found


def _fraction(value: Exact) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _dot(left: Sequence[Exact], right: Sequence[Exact]) -> Exact:
    return sum((a * b for a, b in zip(left, right, strict=True)), _ZERO)


def _signed_least(column: Sequence[Exact]) -> Exact:
    turned = 1
    for v in column:
        turned *= sign(v) or 0
    return turned * min(map(abs, column))
