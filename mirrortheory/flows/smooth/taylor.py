r"""Smooth arcs of a flow to many digits, by Taylor polynomials whose error is enclosed.

On a step of length h the coefficients of the solution from an exact point come by recurrence, in fixed point and doubles
(:class:`mirrortheory.exact.series.Program`), and make a polynomial p(tau), tau = t/h in [0, 1]. Nothing about it is believed: its
defect :math:`|p' - h f(p)| \le \delta` on [0, 1] is enclosed by Taylor models. Those take roots, quotients, exp and log along p
from the recurrence as candidates, and bound how far each is from solving its equation.
With J(B) enclosing the Jacobian over a convex box B that holds p([0, 1]) with a margin, and m its logarithmic 2-norm, the distance
e of the true solution from p obeys :math:`e' \le h m e + \delta`: hence :math:`e(1) \le e^{hm} e(0) + \delta \max(1, e^{hm})`
as long as this bound stays below the margin. Where it grows fast, [0, 1] is cut into pieces, each with its own box and m, and the
bound is carried from piece to piece. Where flows contract, so does the bound; no box is propagated, so none is wrapped.

The distance e(0) holds what the step before left, and what rounding the start to fixed point adds.

Order and length of the steps come from the radius of convergence r that the last terms show: r 10^(-digits/p) is the length at
order p, and of all numbers of equal steps over the time left the one of least effort is taken. They matter for speed only.

The arguments of the link keep their signs over B, or the step is shortened; where that does not help the arc ends.

Where the rate of the decay jumps a step ends, and the field is another (:mod:`mirrortheory.flows.smooth.taylor_field`).

Source: Nedialkov, Jackson, Corliss (1999), Appl. Math. Comput. 105, for enclosures by Taylor series; Hairer, Norsett, Wanner
(1993), "Solving Ordinary Differential Equations I", I.10, for the logarithmic norm; the defect as here: this project.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

import numpy as np
import sympy
from numpy.typing import ArrayLike

from mirrortheory.decays import stretches
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.exact import integer, rational
from mirrortheory.exact.arb import Ball, ball, bits_for, precision
from mirrortheory.exact.series import Model, Polynomial, growth_bound
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.progress import Tick, silent
from mirrortheory.flows.result.solution import Solution
from mirrortheory.flows.smooth.dop853 import blow_up
from mirrortheory.flows.smooth.taylor_field import Field, field_of
from mirrortheory.flows.starts import numbers_in
from mirrortheory.theory import Flow

_COARSE_BITS = 64  # for boxes and bounds, whose own width is far above 2^-64
_MARGIN = 2**20  # of the box around the polynomial, over the error at the start of a step
_EATEN, _FAST, _PIECES = 16, 0.25, 4  # error over that of a step, and growth, beyond which growth is bounded on so many pieces
_WIDEST = 2.0**-16  # an error beyond which following makes no sense
_DOUBLE_DIGITS = 15  # that a double coefficient is good for
_DOUBLE_RANGE = 250  # digits beyond which double coefficients would leave the range of doubles
_SCOUT = 16  # order of what looks for the length of the first step
_SCOUT_ERROR = 0.85  # coefficients of low order make the radius look larger
_EFFORT = 1.3  # of a step of order p: like p to this power
_LEAST_ORDER = 0.8  # by the digits: what the last terms show is not to be carried to much lower orders
_CAUTION = 0.97  # of the radius of convergence, in plans
_STRETCH_BITS = 12  # of the guard of fixed point, for a step that is longer than planned: its error grows as that of h^k
_GUARD_DIGITS = 4  # two less on short arcs, where few defects add and little grows
_SMALLEST_STEP = 2.0**-24  # of the time asked for
_NEAREST = 2.0**-50  # what a radius of convergence is at least, as a part of it
_ALL_BUT = Fraction(1) - Fraction(1, 2**20)  # of what is left: a longer step goes to the end
_SOON = 2.0**-16  # of the time asked for: what would vanish within it at its present rate is named as the reason
_MAX_STEPS = 4000
_LEAST, _MOST = Fraction(1, 2**1000), 2**1000  # so that doubles hold what is planned with
_ROUNDED_UP = 1 + 1e-9  # covers what rounding to double loses


@dataclass(frozen=True)
class _Step:
    """The polynomials in (t - start) / length, and bounds of their distance from the solution during the step and after it."""

    start: Fraction
    length: Fraction
    polynomials: list[Polynomial]
    during: Ball
    after: Ball

    def at(self, time: Fraction) -> list[Ball]:
        tau = _ball((time - self.start) / self.length)
        return [p(tau) for p in self.polynomials]


@dataclass(frozen=True, eq=False)
class Arc:
    """A smooth arc as Taylor polynomials: call it with a time for weights of shape (depth, d), or ask for :meth:`digits`.

    Attributes:
        steps: the polynomials, in the order of time.
        t_end, shape: the end, and (depth, d).
        bits: working precision.
        proved: whether the steps carry proved errors.
    """

    steps: tuple[_Step, ...]
    t_end: Fraction
    shape: tuple[int, int]
    bits: int
    proved: bool

    def __call__(self, t: float) -> Array:
        """Return the weights at time ``t``, rounded to double precision."""
        return np.array([float(v.mid()) for v in self.at(t)]).reshape(self.shape)

    def digits(self, t: object, digits: int = 30) -> tuple[tuple[str, ...], ...]:
        """Return the weights at an exact time as decimals, none more than ``digits`` long, right to one unit of their last place.

        Args:
            t: a time of the arc, exact.
            digits: the most decimal digits of a weight.

        Raises:
            InvalidArgument: for a time outside [0, t_end], or when the error of this arc is an estimate only.
        """
        if not self.proved:
            raise InvalidArgument("digits", "asked of an arc with a proved error", digits, "end where the error can be proved")
        with precision(self.bits):
            texts = [value.str(digits, radius=False) for value in self.at(t)]
        return tuple(tuple(texts[i : i + self.shape[1]]) for i in range(0, len(texts), self.shape[1]))

    def at(self, t: object) -> list[Ball]:
        """Return balls that hold the weights at an exact time, row by row; only their midpoints count when nothing is proved.

        Args:
            t: a time of the arc.

        Raises:
            InvalidArgument: for a time outside the arc.
        """
        time = _exact(t, "t")
        if time > self.t_end and time == Fraction(float(self.t_end)):  # the double nearest to the end, beyond it, stands for it
            time = self.t_end
        if not 0 <= time <= self.t_end:
            raise InvalidArgument("t", f"a time in [0, {float(self.t_end):g}]", float(time), "simulate to a later time")
        step = next(s for s in reversed(self.steps) if s.start <= time)
        error = step.after if time == step.start + step.length else step.during
        with precision(self.bits):
            return [value + Ball(0, error) for value in step.at(time)[: self.shape[0] * self.shape[1]]]


class _TooWide(Exception):
    """The bound of the error is of no use from ``time`` on: caught below, and another precision taken."""

    def __init__(self, time: Fraction) -> None:
        self.time = time


def taylor(flow: Flow, problem: Problem, initial: ArrayLike, t_end: object, *, digits: int = 30, tick: Tick = silent) -> Solution:
    r"""Follow a smooth arc of ``flow`` on ``problem`` from weights ``initial`` to ``t_end``, to many digits with a proved error.

    Args:
        flow: geometry with a rational q, reparameterization, decay with a rational rate or one that depends on time.
        problem: a Quadratic, Logistic, Exponential, or a Scalar without floats; doubles in the data are exact binary fractions.
        initial: weights, shape (depth, d), or (depth,) for d = 1: integers, fractions, text such as "1/3", or exact doubles.
        t_end: final time > 0, exact in the same way, dimensionless.
        digits: 30 to 200; the last weights are enclosed to 10^-digits, relative to max(1, \|w\|).
        tick: told how far the flow has come, from 0 to 1, and again from 0 at each higher precision.

    Returns:
        A solution at the ends of the steps, whose ``dense`` is an :class:`Arc`. ``how`` starts with "proved", and ``digits`` is
        given, when the enclosure reached the end; else with "estimated", from runs of two precisions and orders.

    Raises:
        InvalidArgument: for symbols in the flow, wrong shapes, inexact numbers, a time that is not positive.
        NotSmooth: when an argument of the link vanishes before ``t_end`` and q < 2, on stiffness, and on blow-up, with an
            estimate of its time and of the error of that.

    >>> from mirrortheory import Flow, Lq, Product
    >>> from mirrortheory.flows import Quadratic
    >>> taylor(Flow(Lq(2), Product(1)), Quadratic([[1.0]], [0.0]), [1], 1).digits
    (('0.367879441171442321595523770161',),)
    """
    digits = integer(digits, "digits", 30, 200)
    start, shape = _weights(flow, initial)
    end = _exact(t_end, "t_end")
    if not end > 0:
        raise InvalidArgument("t_end", "a time > 0", t_end, "write for example 2")
    if not _LEAST < end < _MOST:
        raise InvalidArgument("t_end", "a time between 2^-1000 and 2^1000", t_end, "write for example 2")
    if not all(abs(v) < _MOST for v in start):
        raise InvalidArgument("initial", "below 2^1000 in every entry", max(map(abs, start)), "scale the weights")
    fields = [field_of(flow, problem, shape, stretch) for stretch in stretches(flow.decay.rate)]
    field = fields[0]
    for place in field.positive:
        if start[place] <= 0:
            raise InvalidArgument("initial", "positive for weights that are meant positive", start[place], "write for example 1/2")
    start = [*start, Fraction(0)] if flow.decay.varies else start
    radius = _scout(field, start, end)
    if radius < _NEAREST * float(end):
        far = f"at most 2^50 times the radius of convergence at the start, {radius:.3g}"
        raise InvalidArgument("t_end", far, f"{float(end):g}", "end long before it")
    extra = _GUARD_DIGITS if radius < float(end) / 2 else _GUARD_DIGITS - 2 + math.floor(float(end) / radius)
    doubtful = False
    while extra <= 4 * digits + 100:
        try:
            arc = _follow(flow, _Stepper(fields, digits + extra, radius, True), start, end, shape, tick)
        except (_TooWide, NotSmooth) as wide:
            if not doubtful:  # no precision leads past a blow-up
                _refuse_blow_up(flow, problem, start, end, shape)
            doubtful = True
            if isinstance(wide, NotSmooth):
                raise
            extra = math.ceil((digits + extra) * float(end / wide.time) * 1.1) - digits
            continue
        short = _short(arc, digits)
        if short < 0:
            return _solution(arc, None, digits)
        extra += math.ceil(short) + 2
    coarse, fine = (
        _follow(flow, _Stepper(fields, n, radius, False), start, end, shape, tick) for n in (digits, digits + digits // 4)
    )
    return _solution(fine, coarse, digits)


def _refuse_blow_up(flow: Flow, problem: Problem, start: list[Fraction], end: Fraction, shape: tuple[int, int]) -> None:
    found = blow_up(flow, problem, np.array([float(v) for v in start[: shape[0] * shape[1]]]).reshape(shape), float(end))
    if found is not None:
        where = f"t = {found.time:.10g} (blow-up; +- {found.error:.1e}, estimated in double precision)"
        raise NotSmooth(f"the flow cannot be followed past {where}; end before it") from None


def _short(arc: Arc, digits: int) -> float:
    """Return how many decimal digits the error at the end lacks; negative when there are enough."""
    with precision(_COARSE_BITS):
        missing = max(v.rad() / max(Ball(1), abs(v.mid())) for v in arc.at(arc.t_end))
        return _log2(missing) / math.log2(10) + digits + 0.5


# What is followed ---------------------------------------------------------------------------------------------------


def _exact(value: object, name: str) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, float | np.floating):
        if not math.isfinite(value):
            raise InvalidArgument(name, "finite", value, "write a finite number")
        return Fraction(float(value))
    number = rational(int(value) if isinstance(value, np.integer) else value, name)
    return Fraction(int(number.p), int(number.q))


def _ball(value: Fraction) -> Ball:
    return ball(sympy.Rational(value.numerator, value.denominator))


def _weights(flow: Flow, initial: ArrayLike) -> tuple[list[Fraction], tuple[int, int]]:
    numbers_in(flow, in_time=True)
    table = np.array(initial, dtype=object)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or table.shape[0] != len(flow.weights) or table.shape[1] == 0:
        shape = f"({len(flow.weights)}, d)"
        raise InvalidArgument("initial", f"of shape {shape}", table.shape, f"give {len(flow.weights)} layers")
    return [_exact(entry, "initial") for entry in table.ravel()], (table.shape[0], table.shape[1])


# Steps --------------------------------------------------------------------------------------------------------------


class _Pace:
    """Order and length of the next step, from the radius of convergence that those before it showed: no proof rests on this.

    Terms of order p fall below 10^-digits on a step of length radius 10^(-digits/p), at an effort like p^e.
    """

    def __init__(self, digits: int, radius: float) -> None:
        self.digits, self.radius, self.trust = digits, radius, _CAUTION
        self._measured: tuple[float, float] | None = None

    def plan(self, left: float) -> tuple[int, float]:
        """Return the order and the length of as many equal steps over the time left as take the least effort."""
        ratio = max(_CAUTION * self.radius / left, 2.0**-50)
        best = math.floor(math.exp(_EFFORT) / ratio)  # what p = digits log(10) / e takes

        def order(steps: int) -> float:
            return max(self.digits / math.log10(ratio * steps), _LEAST_ORDER * self.digits)

        steps = min(max(best, 1), best + 1, key=lambda n: n * order(n) ** _EFFORT)
        return math.ceil(order(steps)), left / steps

    def learn(self, order: int, length: float, right: float, promised: float) -> None:
        """Take in a step of some length, for which ``right`` would have been right and its last terms had ``promised`` another."""
        if right > 0.8 * promised:  # else the last terms were not what ended the step
            self.trust = min(1.0, right / promised)
        radius = right * 10 ** (self.digits / order)
        change = (radius - self._measured[0]) * length / self._measured[1] if self._measured else 0.0  # singularities come and go
        self.radius = min(max(radius + change, radius / 2), 2 * radius)
        self._measured = radius, length


class _Stepper:
    """Steps of one precision, with defects below 10^-digits each."""

    def __init__(self, fields: Sequence[Field], digits: int, radius: float, proved: bool) -> None:
        self.fields, self.digits, self.proved, self.bits = fields, digits, proved, bits_for(digits)
        self.field = fields[0]  # the one that holds now
        self.pace = _Pace(digits, radius)
        with precision(_COARSE_BITS):
            self._allowed = Ball(10) ** -digits

    def exact(self, order: int) -> int:
        """Return the order up to which coefficients are needed to more digits than doubles have."""
        return order if self.digits > _DOUBLE_RANGE else math.ceil(order * (1 - _DOUBLE_DIGITS / self.digits))

    def expand(self, w: Sequence[Ball], length: Fraction, order: int) -> tuple[list[Polynomial | None], float]:
        """Return polynomials in t / length from an exact point, and up to where their last terms are below 10^-digits."""
        polynomials = self.field.program.expand(w, self.field.velocity, length, order, self.exact(order))
        return polynomials, _reach(polynomials[: len(self.field.velocity)], order, self.digits)

    def attempt(
        self, polynomials: Sequence[Polynomial | None], order: int, start: Fraction, length: Fraction, error: Ball
    ) -> tuple[_Step | None, float]:
        """Return a step from ``error`` at its start, or None; and the factor by which to shorten it, or lengthen the next."""
        h, program, velocity = _ball(length), self.field.program, self.field.velocity
        P = [p for p in polynomials[: len(velocity)] if p is not None]
        models = program.models(polynomials, order, velocity)
        defects = [Model(p.derivative() - h * models[v].polynomial) for p, v in zip(P, velocity, strict=True)]
        with precision(_COARSE_BITS):
            delta = _norm([d.size + h * models[v].error for d, v in zip(defects, velocity, strict=True)])
            if not delta.is_finite():
                return None, 0.5
            factor = 0.98 * min(max(math.exp2((_log2(self._allowed) - _log2(delta)) / order), 0.3), 2.0)
            if not delta < self._allowed:
                return None, factor
            margin = (error + self._allowed) * _MARGIN
            wide = [m.range + Ball(0, margin) for m in models[: len(P)]]
            rate = self._growth(wide)
            if not (rate.is_finite() and all(wide[i] > 0 for i in self.field.positive)):
                return None, 0.5
            if not self.proved:
                return _Step(start, length, P, delta, delta), factor
            during, after = _carried(error, delta, [h * rate])
            if after > _EATEN * self._allowed and h * rate > _FAST:
                pieces = [Ball(2 * i + 1, 1) / (2 * _PIECES) for i in range(_PIECES)]
                boxes = [[m.polynomial(piece) + Ball(0, m.error + margin) for m in models[: len(P)]] for piece in pieces]
                during, after = _carried(error, delta, [h * self._growth(box) for box in boxes])
            if not during < margin:
                return None, 0.5
        return _Step(start, length, P, during, after), factor

    def _growth(self, box: list[Ball]) -> Ball:
        """Bound the logarithmic norm of the Jacobian over a box; not finite where the field is not smooth on it."""
        jacobian = self.field.program.jacobian(box, self.field.velocity)
        if not all(entry.is_finite() for row in jacobian for entry in row):
            return Ball("inf")
        middle = np.array([[float(entry.mid()) for entry in row] for row in jacobian])
        return growth_bound(jacobian, np.linalg.eigh((middle + middle.T) / 2)[1].tolist())


def _carried(error: Ball, delta: Ball, rates: Sequence[Ball]) -> tuple[Ball, Ball]:
    """Bound e on equal pieces of [0, 1] and at 1, where e' <= rate e + delta on each, from the error at 0."""
    during, after, share = error, error, delta / len(rates)
    for rate in rates:
        growth = (rate / len(rates)).exp().upper()
        most = growth.max(Ball(1))
        during = during.max(((after + share) * most).upper())
        after = (after * growth + share * most).upper()
    return during, after


def _follow(flow: Flow, stepper: _Stepper, start: list[Fraction], end: Fraction, shape: tuple[int, int], tick: Tick) -> Arc:
    """Return the arc; when errors are not proved they are not carried from step to step."""
    steps: list[_Step] = []
    with precision(stepper.bits):
        enclosed, error, time, pace = [_ball(v) for v in start], Ball(0), Fraction(0), stepper.pace
        while time < end:
            stepper.field = next(field for field in stepper.fields if field.until is None or time < field.until)
            until = min(stepper.field.until or end, end)  # no step crosses a jump of the rate
            order, h = pace.plan(float(until - time))
            planned = _ending_at_a_double(time, h, until)
            polynomials, reach = stepper.expand(enclosed, planned, order)
            error = error + _norm([v - p[0] for v, p in zip(enclosed, polynomials, strict=False) if p is not None])
            stretch = min(reach * pace.trust, math.exp2(_STRETCH_BITS / stepper.exact(order)))
            h, step, rejected = h if 1 <= stretch <= 1.05 else h * stretch, None, -1
            while step is None:
                if h < min(_SMALLEST_STEP * float(end), float(until - time)) or len(steps) == _MAX_STEPS:
                    raise NotSmooth(_why(flow, stepper.field, enclosed, time, end, len(steps)))
                length = _ending_at_a_double(time, h, until)
                scale = Polynomial([0, _ball(length / planned)])
                scaled = polynomials if length == planned else [p and p(scale) for p in polynomials]
                step, factor = stepper.attempt(scaled, order, time, length, error)
                h = float(length) * factor
                rejected += 1
            # Rounding is in the defect too, and hides what the last terms show; what was not their fault comes again.
            promised = float(planned) * reach
            right = min(h, float(length)) if rejected else max(h, min(promised * pace.trust, 2 * float(length)))
            pace.learn(order, float(length), right, promised)
            if stepper.proved and not step.after < _WIDEST:
                raise _TooWide(time + length)
            steps.append(step)
            time, error = time + length, step.after
            tick(float(time / end))
            enclosed = [p(Ball(1)) for p in step.polynomials]
    return Arc(tuple(steps), end, shape, stepper.bits, stepper.proved)


def _scout(field: Field, start: list[Fraction], end: Fraction) -> float:
    """Return about the radius of convergence at the start, from a few coefficients in doubles."""
    with precision(_COARSE_BITS):
        polynomials = field.program.expand([_ball(v) for v in start], field.velocity, end, _SCOUT, 0)
        return _SCOUT_ERROR * float(end) * _reach(polynomials[: len(start)], _SCOUT, 0)


def _reach(polynomials: Sequence[Polynomial | None], order: int, digits: int) -> float:
    """Return up to where the derivatives of the last two terms are below 10^-digits; 0 when they are not finite."""
    last = [(k, p[k] * k) for p in polynomials if p is not None for k in (order - 1, order)]
    if not all(c.is_finite() for _, c in last):
        return 0.0
    return math.exp2(min(60.0, *((-digits * math.log2(10) - _log2(c)) / k for k, c in last)))


def _ending_at_a_double(time: Fraction, h: float, end: Fraction) -> Fraction:
    """Return about h, or what is left if that is hardly more: a last step of rounding alone would have no length."""
    left = end - time
    return Fraction(float(time + Fraction(h))) - time if h < left * _ALL_BUT else left


def _why(flow: Flow, field: Field, w: list[Ball], time: Fraction, end: Fraction, steps: int) -> str:
    """Say why the arc ends: in words only, nothing depends on it."""
    values = [m.range for m in field.program.models([Polynomial([v]) for v in w], 0)]
    velocity = [values[v] for v in field.velocity]
    rates = [sum(map(mul, row, velocity), Ball(0)) for row in field.program.jacobian(w, field.arguments)]
    soon = _ball(end) * _SOON
    if any(not abs(values[a]) > abs(rate) * soon for a, rate in zip(field.arguments, rates, strict=True)):
        where = f"where the field is not smooth for q = {flow.geometry.exponent}"
        return f"an argument of the link vanishes near t = {float(time):.6g}, {where}; end before it"
    if steps == _MAX_STEPS:
        reached = f"{steps} steps reach only t = {float(time):.6g} of {float(end):g}"
        return f"{reached}: the flow is stiff, or its end too far; end before it"
    why = "blow-up, a singularity of the field, or an end too far"
    return f"the flow cannot be followed past t = {float(time):.6g} ({why}); end before it"


def _solution(arc: Arc, coarse: Arc | None, digits: int) -> Solution:
    times = [s.start for s in arc.steps] + [arc.t_end]
    with precision(arc.bits):
        points = [arc.at(t) for t in times]
        w = np.array([[float(v.mid()) for v in point] for point in points])
        errors = [0.0, *(float(s.during.upper()) for s in arc.steps)]
        if coarse is not None:
            apart = (
                [abs(a - b).upper() for a, b in zip(point, coarse.at(t), strict=True)]
                for t, point in zip(times, points, strict=True)
            )
            errors = [float(max(gaps)) for gaps in apart]
        last = arc.steps[-1]  # the end need not be a double
        speed = max(Model(p.derivative()).size for p in last.polynomials) / _ball(last.length)
        errors[-1] += float((speed * _ball(abs(Fraction(float(arc.t_end)) - arc.t_end))).upper())
    rounding = np.finfo(float).eps * np.abs(w).max(axis=1) + np.finfo(float).tiny
    order = max(p.degree() for step in arc.steps for p in step.polynomials)
    count = f"{len(arc.steps)} Taylor steps of order {order} or less in {arc.bits} bits"
    estimated = "estimated: difference of two precisions and orders; the bound by the logarithmic norm grew too large to prove more"
    proved = "proved: defects of the Taylor polynomials in ball arithmetic, carried by the logarithmic norm of the Jacobian"
    return Solution(
        t=np.array([float(t) for t in times]),
        w=w.reshape(-1, *arc.shape),
        error=np.maximum.accumulate(np.array(errors) * _ROUNDED_UP + rounding),
        how=proved if coarse is None else estimated,
        method=f"{count}: a smooth arc, asked for to {digits} digits",
        dense=arc,
        digits=arc.digits(arc.t_end, digits) if coarse is None else None,
        unique=True if coarse is None else None,  # the enclosed field is differentiable
    )


def _norm(values: Sequence[Ball]) -> Ball:
    """Return an upper bound of the Euclidean norm; not finite where a value is not."""
    return sum((abs(v).upper() ** 2 for v in values), Ball(0)).sqrt().upper()


def _log2(value: Ball) -> float:
    mantissa, exponent = abs(value).upper().man_exp()
    return float(exponent) + math.log2(int(mantissa)) if mantissa else -math.inf
