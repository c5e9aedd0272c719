r"""Sign flow of a product of layers on smooth losses in ball arithmetic, with any decay: every state and event is proved.

The units and the arcs are those of :mod:`mirrortheory.flows.sign.smooth.ball_units` and
:mod:`mirrortheory.flows.sign.smooth.enclosed_arc`: between events
nothing is integrated, and the state at a time is enclosed by itself. What vanishes at an event is an identity from then on: the
gradient of a unit that slides, a weight that reached 0, the gradient just after a crossing (order 1) and, as the control is
continuous, just after a unit leaves (order 2).

**Cross or slide.** A choice of :math:`\sigma` on the set Z of vanishing gradients is guessed in double precision and then proved:
on the arc that it makes, a sliding control lies strictly inside [-1, 1] and the first coefficient of :math:`\sigma_i G_i` that does
not vanish by identity is positive.

**Uniqueness.** For two solutions from one start that differ by :math:`\delta v` on Z, with the mean :math:`\bar S` of S between
them, :math:`\delta G = \bar S\,\delta v` and D = diag(rho),

.. math:: \frac{d}{dt}\frac{\delta v^T \bar S\,\delta v}{2} \le -\delta G^T D\,\delta\sigma + C\,|\delta v|^2 \le C\,|\delta v|^2,

as SIGN is monotone and :math:`S, \varrho` are Lipschitz. Where S_ZZ is positive definite Gronwall gives :math:`\delta v = 0`. This
is proved at each decision and on each piece of an arc, so the flow is the only one up to the first saddle at which it stays.

**Ties.** Events of units that are alike by a symmetry are one event. Under coupled decay layers of a coordinate whose gradients
vanish together have equal modulus, :math:`w_i^2 = -x f'/\alpha`, and are alike from then on; k of them that reach 0 do so together,
with x, and their gradients :math:`f' \prod_{m \ne i} w_m + \alpha w_i` vanish there. Other events that are not separated end the
flow, with the reason.

Not to be confused with :func:`mirrortheory.flows.certified_sign_flow` (polynomial arcs of quadratic losses, also with dependent
columns), or :func:`mirrortheory.flows.sign.smooth.double` (double precision, events estimated).
Source: derived for this project; Filippov (1988), "Differential Equations with Discontinuous Righthand Sides", for the inclusion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.decays import Coupled
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, Exact, Undecided, bits_for, exact, is_accurate, precision, sign
from mirrortheory.exact.series import Polynomial
from mirrortheory.flows.problems import Problem
from mirrortheory.flows.progress import Tick, silent
from mirrortheory.flows.sign.equivalent_control import box
from mirrortheory.flows.sign.polynomial.certified_trajectory import Certified, CertifiedEvent
from mirrortheory.flows.sign.smooth.ball_units import BallCoordinates, BallLayers, BallUnits, Matrix, Weights
from mirrortheory.flows.sign.smooth.enclosed_arc import Arc, Hit, NotDefinite
from mirrortheory.flows.starts import numbers_in
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

_DOUBLINGS = 4
_MOST_EVENTS = 10_000


@dataclass(frozen=True, eq=False)
class CertifiedSignArcs(Certified):
    """A sign flow by smooth arcs, enclosed: every value is a ball that contains the true one.

    Attributes:
        initial: the weights as exact rationals, shape (depth, d).
        t_end: the time that was asked for.
        until: the time up to which the flow is certified: t_end, or earlier with the ``reason``.
        reason: what was not decided, or empty.
        unique_until: the time up to which it is proved that no other Filippov solution starts here; None: up to ``until``.
        notes: which solution was selected from there on.
        converged: whether the weights rest from the last event on.
        digits, bits: what was asked for, and the precision that it took.
        events, arcs: in order of time.
    """

    units: BallUnits
    t_end: Fraction
    until: Fraction
    reason: str
    unique_until: Ball | None
    notes: tuple[str, ...]
    converged: bool
    digits: int
    bits: int
    events: tuple[CertifiedEvent, ...]
    arcs: tuple[Arc, ...]
    method = "sign flow in ball arithmetic: smooth arcs enclosed by interval Newton steps"

    @property
    def initial(self) -> Weights:
        """The weights at the start as exact rationals, shape (depth, d)."""
        return self.units.initial

    @property
    def rate(self) -> Exact:
        """The rate of the decay."""
        return self.units.alpha

    def w(self, t: object) -> tuple[tuple[Ball, ...], ...]:
        """Enclose the weights at a rational time, shape (depth, d).

        Raises:
            InvalidArgument: for a time outside [0, until].
        """
        with precision(self.bits):
            time = self._time(t)
            if time == 0:
                return tuple(tuple(map(Ball, row)) for row in self.initial)
            eta = self.units.clock(time)
            joined: Matrix | None = None
            for place, arc in enumerate(self.arcs):
                after = self.arcs[place + 1].start if place + 1 < len(self.arcs) else None
                if eta < arc.start or (after is not None and eta > after):
                    continue
                here = self.units.weights(eta, arc.at(eta - arc.start))
                joined = here if joined is None else _joined(joined, here)
            assert joined is not None
            return tuple(tuple(row) for row in joined)

    def x(self, t: object) -> tuple[Ball, ...]:
        """Enclose the effective parameter at a rational time, shape (d,)."""
        found = [Ball(1)] * len(self.initial[0])
        with precision(self.bits):
            for row in self.w(t):
                found = [a * b for a, b in zip(found, row, strict=True)]
        return tuple(found)


def certified_sign_arcs(
    flow: Flow, problem: Problem, initial: ArrayLike, t_end: object, *, digits: int = 30, tick: Tick = silent
) -> CertifiedSignArcs:
    """Follow the sign flow of a product of layers on a smooth loss in ball arithmetic, every event certified.

    Args:
        flow: ``Lq(1)``, a Product, and no, decoupled or coupled decay with a rational rate.
        problem: a Quadratic, Logistic, Exponential, or a smooth Scalar without floats; doubles in the data are exact numbers.
        initial: weights, floats or rationals, shape (depth, d); d = 1 may be given as shape (depth,).
        t_end: final time > 0, a float or a rational, dimensionless.
        digits: certified decimal digits of the final weights (relative above 1).
        tick: told how far the flow has come, from 0 to 1, and again from 0 at each higher precision.

    Returns:
        The flow as balls. When something cannot be decided at 16 times the first precision, the certified part and the reason.

    Raises:
        InvalidArgument: for q > 1, symbols in the flow, another reparameterization or loss, wrong shapes or ranges.

    >>> import sympy
    >>> from mirrortheory import Lq
    >>> from mirrortheory.flows import Scalar
    >>> loss = Scalar(sympy.cosh(sympy.Symbol("x") - 1))
    >>> path = certified_sign_arcs(Flow(Lq(1), Product(2)), loss, [0.5, 0.25], 2, digits=20)  # (1/2 + t)(1/4 + t) = 1
    >>> [(event.kind, event.time.str(20, radius=False)) for event in path.events], path.unique
    ([('slide', '0.63278221853731870655'), ('rest', '0.63278221853731870655')], True)
    """
    weights, end, alpha = _checked(flow, problem, initial, t_end, digits)
    coupled = isinstance(flow.decay, Coupled) and alpha > 0
    units = (BallLayers if coupled else BallCoordinates)(problem, weights, alpha)
    bits = bits_for(digits) + 32
    for attempt in range(_DOUBLINGS + 1):
        with precision(bits):
            follower = _Follower(units)
            follower.run(units.clock(end), lambda time: tick(time / float(end)))
            found = follower.result(end, digits, bits)
        accurate = all(is_accurate(v, digits) for row in found.w(found.until) for v in row)
        if follower.final or (found.finished and accurate):
            break
        bits = 2 * bits if attempt < _DOUBLINGS else bits
    if not accurate:
        found = replace(found, notes=(*found.notes, f"the last weights have fewer than {digits} certified digits"))
    return found


def _checked(flow: Flow, problem: Problem, initial: ArrayLike, t_end: object, digits: int) -> tuple[Weights, Exact, Exact]:
    if not isinstance(flow.reparam, Product):
        raise InvalidArgument("reparam", "a Product", flow.reparam, "use simulate for q > 1 on smooth stretches")
    numbers_in(flow)
    if flow.geometry.exponent != 1:
        raise InvalidArgument("q", "1 for sign flow", flow.geometry.exponent, "use simulate for 1 < q <= 2")
    if digits < 1:
        raise InvalidArgument("digits", "at least 1", digits, "write for example 30")
    table = np.array(initial, dtype=object)
    table = table[:, None] if table.ndim == 1 else table
    depth = flow.reparam.depth
    if table.ndim != 2 or len(table) != depth or table.shape[1] == 0 or problem.dimension not in (None, table.shape[1]):
        condition = f"of shape ({depth}, {'d' if problem.dimension is None else problem.dimension})"
        raise InvalidArgument("initial", condition, np.shape(initial), "give a row for each layer, a column for each coordinate")
    weights = tuple(tuple(exact(v, "initial") for v in row) for row in table.tolist())
    end = exact(t_end, "t_end")
    if not end > 0:
        raise InvalidArgument("t_end", "a finite time > 0", t_end, "write for example 2")
    return weights, end, exact(flow.decay.rate, "alpha")


class _Follower:
    """The state between two events, and the rules that take it to the next."""

    def __init__(self, units: BallUnits) -> None:
        n = len(units.start)
        self.units, self.eta, self.reached = units, Ball(0), Ball(0)
        self.z = [Ball(v) for v in units.start]
        self.side = [sign(v) or 0 for v in units.start]
        self.sigma, self.order = [0] * n, [0] * n
        self.sliding: list[int] = []
        self.stuck: set[int] = set()
        self.alike = list(units.alike)
        self.arcs: list[Arc] = []
        self.events: list[CertifiedEvent] = []
        self.notes: list[str] = []
        self.unique_until: Ball | None = None
        self.resting, self.final, self.reason = False, False, ""

    def result(self, end: Exact, digits: int, bits: int) -> CertifiedSignArcs:
        """Return what was followed, certified until the end or until what was not decided."""
        until = end
        if self.reason:
            until = min(end, max(self.units.time(self.reached).lower().fmpq(), Exact(0)))
        reason = f"{self.reason}; certified until t = {float(until):.10g}, at {bits} bits" if self.reason else ""
        return CertifiedSignArcs(
            units=self.units,
            t_end=_fraction(end),
            until=_fraction(until),
            reason=reason,
            unique_until=self.unique_until,
            notes=tuple(self.notes),
            converged=self.resting,
            digits=digits,
            bits=bits,
            events=tuple(self.events),
            arcs=tuple(arc for arc in self.arcs if arc.pieces),
        )

    def run(self, end: Ball, tick: Tick) -> None:
        """Follow the flow to the clock ``end``, or until something is not decided at this precision."""
        try:
            self._follow(end, tick)
        except Undecided as error:
            self.reason, self.final = error.text, isinstance(error, NotDefinite)
            self.reached = self.eta + error.low if error.low > 0 else self.eta

    def _follow(self, end: Ball, tick: Tick) -> None:
        self._hold([i for i, v in enumerate(self.z) if v == 0 and not self.units.simple[i]])
        G = self.units.gradient(self.eta, [Polynomial([v]) for v in self.z], self.side, 1)
        hits = []
        for i, g in enumerate(G):
            s = 0 if i in self.stuck else sign(g[0])
            if s is None:
                raise Undecided("the sign of a gradient at the start is not decided")
            self.sigma[i] = s
            if s == 0 and i not in self.stuck:
                hits.append(i)
        if hits:
            self._decide(hits, {})
        for _ in range(_MOST_EVENTS):
            arc = self._arc()
            self.arcs.append(arc)
            if self.units.autonomous and not any(self.sigma):
                self.resting = True
                self._record("rest", range(len(self.z)))
            found = arc.first(end - self.eta, [] if self.resting else arc.watched(self.order))
            if not found:
                return
            if not self._event(arc, found, end - self.eta):
                return
            tick(float(self.units.time(self.eta).mid()))
        raise Undecided(f"{_MOST_EVENTS} events were followed")

    def _arc(self) -> Arc:
        self.side = [s or -self.sigma[i] for i, s in enumerate(self.side)]
        return Arc(self.units, self.eta, tuple(self.z), tuple(self.sigma), tuple(self.sliding), tuple(self.side))

    def _record(self, kind: str, which: Sequence[int]) -> None:
        if which:
            names = tuple(sorted({self.units.coordinate[i] for i in which}))
            self.events.append(CertifiedEvent(self.units.time(self.eta), names, kind))

    # Events

    def _event(self, arc: Arc, found: list[Hit], remaining: Ball) -> bool:
        """Go to the first of the events found; False when it lies beyond the end."""
        first = min(found, key=lambda hit: hit.time.upper())
        near = [hit for hit in found if not hit.time > first.time]
        low = min(hit.time.lower() for hit in near)
        together = self._together(near)
        for hit in near:
            one, other = first.watched, hit.watched
            mirrored = one.side * arc.side[one.unit] == other.side * arc.side[other.unit]
            same = one.kind == other.kind and mirrored and self.alike[one.unit] == self.alike[other.unit]
            same = same or (one.kind == other.kind == "zero" and first.time == hit.time)  # exact times, of units that never slid
            if not (same or {one.unit, other.unit} <= together):
                text = f"{one.kind} of {self._name(one.unit)} and {other.kind} of {self._name(other.unit)} are not separated"
                raise Undecided(text, low)
        tau = first.time
        for hit in near:
            tau = tau.intersection(hit.time)
        if not tau <= remaining:
            if tau > remaining:
                return False
            raise Undecided("an event is not separated from the end", low)
        self.z, self.eta, self.reached = arc.at(tau), self.eta + tau, self.eta + tau
        self.order = [0] * len(self.z)
        units = {kind: sorted({h.watched.unit for h in near if h.watched.kind == kind}) for kind in ("hit", "exit", "zero")}
        leaving = {h.watched.unit: h.watched.side for h in near if h.watched.kind == "exit"}
        hits = units["hit"]
        if together:
            for i in together:
                self.z[i], self.side[i] = Ball(0), 0
            hits = sorted(together - set(self.sliding))
            self._record("zero", sorted(together))
        elif units["zero"]:
            passed = [i for i in units["zero"] if self.units.simple[i]]
            for i in units["zero"]:
                self.z[i], self.side[i] = Ball(0), -self.side[i]
            self._record("zero", passed)
            self._hold([i for i in units["zero"] if not self.units.simple[i]])
        if hits or leaving:
            self._decide(hits, leaving)
        return True

    def _together(self, near: list[Hit]) -> set[int]:
        """Return the layers of one coordinate, two or more, that reach 0 with x now, by identity."""
        together: set[int] = set()
        for hit in near if self.units.layered else ():
            if hit.watched.kind == "zero":
                i, names = hit.watched.unit, self.units.coordinate
                own = [k for k, j in enumerate(names) if j == names[i] and (k in self.sliding or self.alike[k] == self.alike[i])]
                together |= set(own) if len(own) > 1 else set()
        return together

    def _hold(self, stuck: Sequence[int]) -> None:
        if stuck:
            self.stuck |= set(stuck)
            for i in stuck:
                self.sigma[i] = self.side[i] = 0
            self.sliding = [i for i in self.sliding if i not in self.stuck]
            self._record("saddle", stuck)
            if self.unique_until is None:
                self.unique_until = self.units.time(self.eta)
            text = "two or more zero layers stay by the selection sign(0) = 0, but may leave at any time"
            self.notes.append(f"t = {float(self.units.time(self.eta).mid()):.6g}: {text}")

    # Cross or slide

    def _decide(self, hits: list[int], leaving: dict[int, int]) -> None:
        """Choose sigma where G vanishes, and prove the choice."""
        Z, before, was = sorted({*self.sliding, *hits}), list(self.sigma), list(self.sliding)
        names = ", ".join(map(self._name, Z))
        text = f"crossing or sliding of {names} at t = {float(self.units.time(self.eta).mid()):.10g}"
        if hits and leaving:
            raise Undecided(f"{text}: one reaches its bound as the gradient of another vanishes")
        bound = leaving or self._guess(Z)
        if bound is None:
            raise Undecided(text)
        self.sigma = [bound.get(i, 0 if i in Z else s) for i, s in enumerate(before)]
        self.sliding = [i for i in Z if i not in bound]
        self.order = [(1 if hits else 2) if i in bound else 0 for i in range(len(before))]
        self._prove(Z, text)
        self._record("leave", [i for i in was if i not in self.sliding])
        self._record("slide", [i for i in self.sliding if i not in was])
        self._record("cross", [i for i, s in enumerate(before) if s * self.sigma[i] < 0])
        if self.units.layered:  # G = 0 is w^2 = -x f'/alpha: layers of one coordinate have one modulus, whatever they do next
            for i in Z:
                for k in Z:
                    if self.units.coordinate[i] == self.units.coordinate[k]:
                        self.alike = [self.alike[i] if a == self.alike[k] else a for a in self.alike]

    def _guess(self, Z: list[int]) -> dict[int, int] | None:
        """Return the bounds of those that do not slide, in double precision: it proves nothing."""
        side = [s or 1 for s in self.side]
        z = [Polynomial([v, 0 if i in Z else -s]) for i, (v, s) in enumerate(zip(self.z, self.sigma, strict=True))]
        G = self.units.gradient(self.eta, z, side, 2)
        S, rate = self.units.bend(self.eta, self.z, side, Z)
        matrix, size = np.array([[float(v.mid()) for v in row] for row in S]), np.array([float(v.mid()) for v in rate])
        pull = np.array([-float(G[i][1].mid()) for i in Z])
        if not (np.isfinite(matrix).all() and np.isfinite(size).all() and np.isfinite(pull).all()):
            return None
        was = np.array([float(self.sigma[i]) for i in Z])
        pattern = box(matrix, pull, size, np.zeros(len(Z)), was, np.zeros(len(Z), dtype=bool))[0]
        return None if pattern is None else {i: int(s) for i, s in zip(Z, pattern, strict=True) if s}

    def _prove(self, Z: list[int], text: str) -> None:
        """Prove that the arc that starts now stays in the inclusion just after now, and that no other does."""
        arc = self._arc()
        found = arc.state(Ball(0), [self.z[i] for i in self.sliding])
        if found is None:
            raise Undecided(f"{text}: the sliding units are not enclosed")
        state, inside = found
        if not arc.definite(Ball(0), inside, Z):
            raise NotDefinite(f"{text}: the Hessian is not shown to be positive definite, and there may be several ways on")
        for i in Z:
            if i in self.sliding and not (1 - state.z[i][1] > 0 and 1 + state.z[i][1] > 0):
                raise Undecided(f"{text}: the control of {self._name(i)} is not inside its bounds")
            if i not in self.sliding and not state.G[i][self.order[i]] * self.sigma[i] > 0:
                raise Undecided(f"{text}: the gradient of {self._name(i)} does not leave 0 as it should")

    def _name(self, i: int) -> str:
        layer, j = divmod(i, self.units.d)
        return f"layer {layer} of coordinate {j}" if self.units.layered else f"coordinate {j}"


def _joined(one: Matrix, other: Matrix) -> Matrix:
    return [[a.union(b) for a, b in zip(*rows, strict=True)] for rows in zip(one, other, strict=True)]


def _fraction(value: Exact) -> Fraction:
    return Fraction(int(value.p), int(value.q))
