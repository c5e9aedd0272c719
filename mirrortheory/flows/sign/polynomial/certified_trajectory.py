r"""A certified sign flow as it is kept: pieces with ball coefficients, events with enclosed times, balls at rational times.

:func:`check_inclusion` looks at a trajectory from outside: at rational times it goes back from y to
:math:`x = \mathrm{sign}(y) P(|y|)`, takes the gradient of that x anew, and asks whether :math:`-\dot y \in \mathrm{SIGN}(g)` can
hold there. It finds a skipped event or a wrong selection; that no event lies between the times is what the solver proves, not this.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

import numpy as np

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, Exact, Number, as_ball, decimal, exact, precision, sign
from mirrortheory.flows.problems import Array
from mirrortheory.flows.result.solution import Event, Solution
from mirrortheory.flows.sign.ball_depth_polynomial import derivative, horner, inverse
from mirrortheory.flows.sign.depth_polynomial import taylor

_ZERO = Exact(0)


@dataclass(frozen=True, eq=False)
class CertifiedArc:
    """One polynomial piece, on the clock eta from ``start``.

    Attributes:
        start: eta at which it starts.
        y: dual variable there, shape (d,).
        sigma: -dy/deta of the free coordinates, 1 or -1; 0 for those that slide, rest, are stuck or have no data.
        sliding: the sliding coordinates: their gradient is 0 by construction.
        resting: whether the flow is at rest: every gradient is 0 by construction, unless a coordinate is stuck.
        stuck: coordinates at a saddle.
        x: Taylor coefficients of x in eta - start, shape (d, L + 1).
    """

    start: Number
    y: tuple[Number, ...]
    sigma: tuple[int, ...]
    sliding: tuple[int, ...]
    resting: bool
    stuck: tuple[int, ...]
    x: tuple[tuple[Number, ...], ...]


@dataclass(frozen=True, eq=False)
class CertifiedEvent:
    """What happened to ``coordinates`` at a time that ``time`` encloses; kinds as of Event, and graze: g touched 0, no change.

    Attributes:
        time: a ball.
        coordinates: their numbers, from 0.
        kind: what happened.
    """

    time: Ball
    coordinates: tuple[int, ...]
    kind: str


@dataclass(frozen=True, eq=False)
class Certified(ABC):
    """A flow of weights in balls, from 0 to ``until``.

    Attributes:
        t_end: the time that was asked for.
        until: the time up to which the flow is certified: t_end, or earlier with the ``reason``.
        reason: what was not decided, or empty.
        unique_until: the time up to which it is proved that no other Filippov solution starts here; None: up to ``until``.
        notes: why uniqueness is not proved from there on, and which solution was selected.
        converged: whether the weights rest from the last event on.
        digits, bits: what was asked for, and the precision that it took.
        events: in order of time.
    """

    t_end: Fraction
    until: Fraction
    reason: str
    unique_until: Ball | None
    notes: tuple[str, ...]
    converged: bool
    digits: int
    bits: int
    events: tuple[CertifiedEvent, ...]
    method: ClassVar[str]

    @property
    @abstractmethod
    def rate(self) -> Exact:
        """The rate of the decay."""

    @abstractmethod
    def w(self, t: object) -> tuple[tuple[Ball, ...], ...]:
        """Enclose the weights at a rational time, shape (depth, d)."""

    @property
    def finished(self) -> bool:
        """Whether it is certified up to t_end."""
        return not self.reason

    @property
    def unique(self) -> bool:
        """Whether it is proved to be the only Filippov solution up to t_end."""
        return self.finished and self.unique_until is None

    def rounded(self, t: float) -> Array:
        """Return the weights at a time, rounded to floats, shape (depth, d)."""
        return np.array([[float(v.mid()) for v in row] for row in self.w(float(t))])

    def decimals(self, t: object = None) -> tuple[tuple[dict[str, str], ...], ...]:
        """Return the weights at a rational time (default: ``until``) as decimal strings with a radius, shape (depth, d)."""
        return tuple(tuple(decimal(v, self.digits) for v in row) for row in self.w(self.until if t is None else t))

    def solution(self, times: Sequence[float | Fraction]) -> Solution:
        """Return the weights at increasing exact times, the first 0, rounded to floats, with a proved bound of the error.

        The digits are those at the last time itself; the error holds at its rounding to a double too, as no weight moves faster
        than 1 + alpha |w|.
        """
        values, errors = [], [0.0]
        for t in times:
            rows, moved = self.w(t), float(abs(Fraction(float(t)) - Fraction(t)))
            values.append([[float(v.mid()) for v in row] for row in rows])
            speed = 1 + float(self.rate) * (1 + float(np.abs(values[-1]).max()))
            radius = max(float(v.rad().upper()) + 2.0**-52 * abs(float(v.mid())) for row in rows for v in row)
            errors.append(max(errors[-1], radius + 2 * moved * speed))
        strings = tuple(tuple(part["mid"] for part in row) for row in self.decimals(times[-1]))
        return Solution(
            t=np.array([float(t) for t in times]),
            w=np.array(values),
            error=np.array(errors[1:]),
            how=f"proved: ball arithmetic at {self.bits} bits, every event certified, then rounded to floats",
            method=self.method,
            dense=self.rounded,
            events=tuple(Event(float(event.time.mid()), event.coordinates, event.kind) for event in self.events),
            converged=self.converged,
            digits=strings,
            unique=True if self.unique else None,
            notes=(*self.notes, *([f"certified up to t = {float(self.until):.6g}: {self.reason}"] if self.reason else [])),
        )

    def _time(self, t: object) -> Exact:
        time, until = exact(t, "t"), exact(self.until)
        if time > until and time == exact(float(self.until)):  # the double nearest to the end, beyond it, stands for it
            time = until
        if not 0 <= time <= until:
            raise InvalidArgument("t", f"in [0, {float(self.until):g}]", t, self.reason or "ask for an earlier time")
        return time


@dataclass(frozen=True, eq=False)
class CertifiedSignFlow(Certified):
    """An exact sign flow, enclosed: every value is a ball that contains the true one.

    Attributes:
        Z, b: the data as exact rationals, shapes (n, d) and (n,).
        initial: the weights as exact rationals, shape (depth, d).
        alpha: the decay.
        arcs: in order of time.
    """

    Z: tuple[tuple[Exact, ...], ...]
    b: tuple[Exact, ...]
    initial: tuple[tuple[Exact, ...], ...]
    alpha: Exact
    arcs: tuple[CertifiedArc, ...]

    method = "exact sign flow in ball arithmetic: products on a quadratic loss at q = 1 have polynomial arcs"

    @property
    def rate(self) -> Exact:
        """The rate of the decay."""
        return self.alpha

    def y(self, t: object) -> tuple[Ball, ...]:
        """Enclose the dual variable sign(x) min_i |w_i| at a rational time, shape (d,).

        Args:
            t: an exact time.
        """
        return self._at(t)[0]

    def x(self, t: object) -> tuple[Ball, ...]:
        """Enclose the effective parameter at a rational time, shape (d,).

        Args:
            t: an exact time.
        """
        return self._at(t)[1]

    def w(self, t: object) -> tuple[tuple[Ball, ...], ...]:
        """Enclose the weights at a rational time, shape (depth, d).

        Args:
            t: an exact time.
        """
        with precision(self.bits):
            shrink, rows = self._shrink(self._time(t)), []
            y, depth = self._at(t)[0], len(self.initial)
            for column, dual in zip(zip(*self.initial, strict=True), y, strict=True):
                least = min(map(abs, column))
                lowest = [k for k in range(depth) if abs(column[k]) == least]
                weights = []
                for k, start in enumerate(column):
                    if lowest == [k]:  # the one smallest layer takes the sign of x through 0 with it
                        turned = [v for m, v in enumerate(column) if m != k]
                        weights.append(dual * (-1) ** sum(v < 0 for v in turned))
                    else:
                        size = abs(dual) + (abs(start) - least) * shrink
                        weights.append(size if start > 0 else -size if start < 0 else Ball(0))
                rows.append(weights)
            return tuple(zip(*rows, strict=True))

    def _shrink(self, time: Exact) -> Number:
        return Exact(1) if self.alpha == 0 else (as_ball(-self.alpha * time)).exp()

    def pieces(self, t: object) -> list[tuple[CertifiedArc, Number]]:
        """Return the arcs that may hold a rational time, each with the enclosed eta since its start.

        Args:
            t: an exact time.
        """
        with precision(self.bits):
            eta, found = clock(self._time(t), self.alpha), []
            for place, arc in enumerate(self.arcs):
                tau = eta - arc.start
                length = self.arcs[place + 1].start - arc.start if place + 1 < len(self.arcs) else None
                if tau < 0 or (length is not None and tau > length):
                    continue
                if sign(tau) is None:
                    tau = Ball(0).union(as_ball(tau).upper())
                if length is not None and not tau <= length:
                    tau = as_ball(tau).lower().union(as_ball(length).upper())
                found.append((arc, tau))
            return found

    def _at(self, t: object) -> tuple[tuple[Ball, ...], tuple[Ball, ...]]:
        with precision(self.bits):
            shrink, depth = self._shrink(self._time(t)), len(self.initial)
            excess, joined = excesses(self.initial), None
            for arc, tau in self.pieces(t):
                values = []
                for i, start in enumerate(arc.y):
                    x = horner(arc.x[i], tau)
                    if i in arc.sliding:
                        side = sign(x)
                        both = side is None
                        size = as_ball(inverse(abs(as_ball(x)), excess[i]))
                        y: Number = size.union(-size) if both else (side or 0) * size
                    else:
                        y = start - arc.sigma[i] * tau
                    values.append((as_ball(y * shrink), as_ball(x * shrink**depth)))
                joined = (
                    values
                    if joined is None
                    else [(p[0].union(r[0]), p[1].union(r[1])) for p, r in zip(joined, values, strict=True)]
                )
            assert joined is not None
            return tuple(v[0] for v in joined), tuple(v[1] for v in joined)


def clock(t: Exact, alpha: Exact) -> Number:
    """Return eta = (exp(alpha t) - 1)/alpha, which is t without decay."""
    return t if alpha == 0 else as_ball(alpha * t).expm1() / alpha


def excesses(initial: tuple[tuple[Exact, ...], ...]) -> list[list[Exact]]:
    """Return lambda_i = |w_i| - min_j |w_j|, shape (d, L)."""
    return [[abs(v) - min(map(abs, column)) for v in column] for column in zip(*initial, strict=True)]


def check_inclusion(flow: CertifiedSignFlow, *, samples: int = 5, seed: int = 0) -> list[str]:
    """Return what contradicts -dy/dt in SIGN(gradient), continuity or the start, in words: nothing for a true flow.

    Args:
        flow: what :func:`certified_sign_flow` returns.
        samples: rational times looked at on each arc.
        seed: of the times.
    """
    rng, faults = random.Random(seed), []
    with precision(flow.bits):
        excess, depth, d = excesses(flow.initial), len(flow.initial), len(flow.initial[0])
        end = clock(exact(flow.until), flow.alpha)
        for place, arc in enumerate(flow.arcs):
            last = place + 1 == len(flow.arcs)
            length = as_ball((end if last else flow.arcs[place + 1].start) - arc.start)
            for _ in range(samples if length > 0 else 0):
                fraction = Fraction(rng.randrange(1, 1000), 1000)
                tau = length * Exact(fraction.numerator, fraction.denominator)
                faults += [f"arc {place}: {fault}" for fault in _faults(flow, arc, tau, excess)]
            if not last:
                after = flow.arcs[place + 1]
                for i in range(d):
                    if not as_ball(horner(arc.x[i], length) - after.x[i][0]).contains(0):
                        faults.append(f"arc {place}: x_{i} jumps at its end")
        for i, column in enumerate(zip(*flow.initial, strict=True)):
            product = Exact(1)
            for weight in column:
                product = product * weight
            if not as_ball(flow.arcs[0].x[i][0] - product).contains(0):
                faults.append(f"x_{i} does not start at the product of its {depth} weights")
    return faults


def _faults(flow: CertifiedSignFlow, arc: CertifiedArc, tau: Ball, excess: list[list[Exact]]) -> list[str]:
    x: list[Ball] = []
    found, depth = [], len(flow.initial)
    for i, start in enumerate(arc.y):
        value = as_ball(horner(arc.x[i], tau))
        if i not in arc.sliding:
            y = as_ball(start - arc.sigma[i] * tau)
            from_y = as_ball(taylor(abs(y), excess[i])[0])
            if not (from_y - abs(value)).contains(0) or (sign(y) or 0) * (sign(value) or 0) < 0:
                found.append(f"x_{i} is not P of its dual variable")
            value = from_y if y > 0 else -from_y if y < 0 else value
        x.append(value)
    grown = 1 + flow.alpha * (arc.start + tau)
    target = [value * grown**depth for value in flow.b]
    residual = [sum((z * v for z, v in zip(row, x, strict=True)), _ZERO) - t for row, t in zip(flow.Z, target, strict=True)]
    for i in range(len(x)):
        g = as_ball(sum((row[i] * r for row, r in zip(flow.Z, residual, strict=True)), _ZERO))
        if i in arc.stuck:
            continue
        if i in arc.sliding:
            size = abs(x[i])
            slope = as_ball(taylor(inverse(size, excess[i]), excess[i])[1])
            if not g.contains(0):
                found.append(f"coordinate {i} slides, but its gradient is not 0")
            if abs(as_ball(horner(derivative(arc.x[i]), tau))) > slope:
                found.append(f"coordinate {i} slides, but its control is outside [-1, 1]")
        elif arc.sigma[i] * (sign(g) or 0) < 0 or (arc.sigma[i] == 0 and not g.contains(0)):
            found.append(f"coordinate {i}: sigma = {arc.sigma[i]} is not in SIGN(g)")
    return found
