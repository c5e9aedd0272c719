r"""Sign flow of a product of layers on any smooth loss, from event to event along smooth arcs; no ODE is integrated.

Components z with :math:`\dot z \in -\mathrm{SIGN}(G)`, their places v and the symmetric :math:`S = \partial G/\partial v` are those
of :mod:`mirrortheory.flows.sign.smooth.components`: coordinates without or with decoupled decay, single layers under coupled decay.

**Arcs.** Between events the components fall into B, with :math:`G_B \ne 0` and constant :math:`\sigma_B = \mathrm{sign}(G_B)`, and
the sliding set A with :math:`G_A = 0`. So :math:`z_B` is affine in time, explicit, and :math:`v_A` is a root:

.. math:: G_A(v_A, v_B(\eta)) = 0, \qquad S_{AA} u_A = S_{A\cdot}\,\partial_\eta v - S_{AB} u_B, \quad u = \varrho\,\sigma,

found by Newton's method at any one time, to rounding, whatever the steps; the second line is the equivalent control. Where S_AA is
singular neither has one solution: columns of Z that are parallel, or layers of such coordinates that meet. Then u is selected
(:func:`mirrortheory.flows.sign.equivalent_control.controls`) as the chattering of sign descent selects it from starts on the
grid of its
steps (from others it takes any of the solutions), and v is its integral, put on G_A = 0.

**Events.** A component of :math:`\sigma_B G_B` or of :math:`\varrho_A \mp u_A` falls below 0, or v passes 0. On a panel of time
each of these functions is interpolated at Chebyshev points, and the panel is halved until the last coefficients are small; then all
roots of the interpolant are known, and the first after which it is negative is located in the true function by bracketing. Nothing
is known of the derivatives of the loss, so two things can be missed: a dip below 0 by less than the resolution that returns, and
a feature of the loss so narrow that all points of a panel fall beside it.

**Decay that depends on time.** Where its rate jumps, all is begun anew from the weights there; the record goes on. Between jumps
decoupled decay of any rate has a clock of its own (:mod:`mirrortheory.flows.sign.smooth.clocks`).

**Cross or slide** at an event is decided by :mod:`mirrortheory.flows.sign.equivalent_control`. Where the decision is not shown
to be the only
one, or S_AA turns indefinite while A slides, the result says so.

Not to be confused with :func:`mirrortheory.flows.sign_flow`: the polynomial arcs of quadratic losses, first roots never passed by.
Source: derived for this project; Filippov (1988), "Differential Equations with Discontinuous Righthand Sides", for the inclusion;
Trefethen (2013), "Approximation Theory and Approximation Practice", for resolution by Chebyshev coefficients.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.decays import Coupled, stretches, text_of
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.progress import Tick, part, silent
from mirrortheory.flows.result.solution import Event, Solution
from mirrortheory.flows.schedules import is_constant, rates
from mirrortheory.flows.sign.event_driven import Record, states
from mirrortheory.flows.sign.smooth.clocks import ChangingRate, ConstantRate
from mirrortheory.flows.sign.smooth.components import Components, Coordinates, Layers
from mirrortheory.flows.sign.smooth.double_state import State, advance, decide, first_event, start
from mirrortheory.flows.sign.smooth.panels import Mesh, Panel
from mirrortheory.flows.starts import end_of, numbers_in, tolerance, weights_of
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

_ROUNDING = 64 * float(np.finfo(float).eps)
_TIMES = 65
_POINTS, _FEWER = 17, 13  # Chebyshev points of a panel: of the run that is returned, and of the one it is compared with
_LOOSER = 10.0

Rate: TypeAlias = Callable[[float], float]


def sign_arcs(
    flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, *, rtol: float = 1e-10, tick: Tick = silent
) -> Solution:
    """Follow the sign flow of a product of layers on a smooth loss, with any decay, from event to event.

    Args:
        flow: ``Lq(1)``, a Product, and no, decoupled or coupled decay with a rational rate, or one that depends on time; coupled
            decay: one that is constant between jumps.
        problem: a loss with continuous second derivatives; its ``slope`` and ``hessian`` are used.
        initial: weights, shape (depth, d); d = 1 may be given as shape (depth,).
        t_end: final time > 0, dimensionless.
        rtol: resolution of the event functions relative to their terms, 1e-12 to 1e-4.
        tick: told how far the two runs have come, from 0 to 1.

    Returns:
        The weights at 65 times, with the difference from a coarser run as estimate of the error. Events: "cross" and "slide" (a
        component of the gradient vanishes), "leave" (slides no more), "zero" (a weight and x_j pass 0), "saddle" (x_j stays at 0 by
        the selection sign(0) = 0), "rest". Under coupled decay single layers cross, slide and leave; an event names coordinates.

    Raises:
        InvalidArgument: for q > 1, symbols in the flow, another reparameterization, wrong shapes or ranges.
        NotSmooth: where the loss is not finite or not resolved, or events do not advance the clock.

    >>> import sympy
    >>> from mirrortheory import Lq, Product
    >>> from mirrortheory.flows import Scalar
    >>> loss = Scalar(sympy.cosh(sympy.Symbol("x") - 1))
    >>> path = sign_arcs(Flow(Lq(1), Product(2)), loss, [0.5, 0.25], 2.0)  # (1/2 + t)(1/4 + t) = 1
    >>> [(event.kind, round(event.time, 6)) for event in path.events], path.converged
    ([('slide', 0.632782), ('rest', 0.632782)], True)
    """
    start = _checked(flow, problem, initial, t_end, rtol)
    end = float(t_end)
    fine, record, rests = _followed(flow, problem, start, Mesh(_POINTS, rtol), end, part(tick, 0, 1 / 2))
    rough, _, _ = _followed(flow, problem, start, Mesh(_FEWER, _LOOSER * rtol), end, part(tick, 1 / 2, 1 / 2))
    t = np.linspace(0.0, end, _TIMES)
    w, other = (np.array([path.weights(time) for time in t]) for path in (fine, rough))
    spread, size = (np.maximum.accumulate(np.abs(a).max(axis=(1, 2))) for a in (w - other, w))
    firsts = {note.text: note for note in reversed(record.notes)}
    notes = [note for note in record.notes if note is firsts[note.text]]
    method = f"smooth arcs by Newton's method, events bracketed after interpolation at {_POINTS} Chebyshev points"
    return Solution(
        t=t,
        w=w,
        error=spread + _ROUNDING * (1 + len(record.events)) * size,
        how="estimated: largest difference so far from a run on other points, and rounding; an event function that dips below 0 by "
        f"less than {rtol:g} of its terms and returns may be missed",
        method="; ".join((method, *(f"not shown to be unique from t = {note.time:.6g} on: {note.text}" for note in notes))),
        dense=fine.weights,
        events=tuple(record.events),
        converged=rests,
    )


def _checked(flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, rtol: float) -> Array:
    if not isinstance(flow.reparam, Product):
        raise InvalidArgument("reparam", "a Product", flow.reparam, "use simulate for q > 1 on smooth stretches")
    numbers_in(flow, in_time=True)
    if (reason := not_by_arcs(flow)) is not None:
        raise InvalidArgument("alpha", "constant between jumps where decay is coupled", text_of(flow.decay.rate), reason)
    if flow.geometry.exponent != 1:
        raise InvalidArgument("q", "1 for sign flow", flow.geometry.exponent, "use dual_flow for 1 < q <= 2")
    start = weights_of(initial, flow.reparam.depth, problem.dimension)
    end_of(t_end, depth=flow.reparam.depth, decay=None if isinstance(flow.decay, Coupled) else flow.decay)
    tolerance(rtol, 1e-12, 1e-4)
    return start


def not_by_arcs(flow: Flow) -> str | None:
    """Return why arcs cannot follow a decay, in one line; None when they can."""
    if isinstance(flow.decay, Coupled) and any(s.rate.free_symbols for s in stretches(flow.decay.rate)):
        return f"coupled decay of sign flow is followed for a rate that is constant between jumps, not {text_of(flow.decay.rate)}"
    return None


@dataclass(frozen=True, eq=False)
class _Path:
    """Where a run went: the start of each stretch of the decay, what moves on it, and its panels, one after the other."""

    stretches: tuple[tuple[float, Components, tuple[Panel, ...]], ...]

    def weights(self, t: float) -> Array:
        """Return the weights at a time, shape (depth, d)."""
        place = max(bisect_right(self.stretches, float(t), key=lambda stretch: stretch[0]) - 1, 0)
        start, components, panels = self.stretches[place]
        eta = components.clock(float(t) - start)
        panel = panels[max(bisect_right(panels, eta, key=lambda p: p.start) - 1, 0)]
        z = panel.place(eta - panel.start)
        if z is None:
            raise NotSmooth(f"the arc could not be evaluated at t = {t:.6g}; end before it")
        return components.weights(eta, z)


def _followed(
    flow: Flow, problem: Problem, initial: Array, mesh: Mesh, t_end: float, tick: Tick
) -> tuple[_Path, Record[Panel, Event], bool]:
    """Return the path of one run, its record, and whether it comes to rest."""
    path, record, state, begin = _Path(()), Record[Panel, Event](), None, 0.0
    for end, rate in rates(flow.decay, t_end):
        weights = path.weights(begin) if path.stretches else initial
        components = _components(flow, problem, weights, rate, begin, end)
        before, own = state, Record[Panel, Event]()
        for count, state in enumerate(
            states(*start(components, mesh, components.clock(end - begin)), first_event, advance, decide)
        ):
            own.keep(_going_on(state, before) if before is not None and count < 2 else state)
            if state.arc is not None and not state.finished:
                tick((begin + state.here.time) / t_end)
        record.arcs += own.arcs
        record.events += [replace(event, time=begin + event.time) for event in own.events]
        record.notes += [note._replace(time=begin + note.time) for note in own.notes]
        path = _Path((*path.stretches, (begin, components, tuple(own.arcs))))
        begin = end
    assert state is not None
    return path, record, state.finished


def _components(flow: Flow, problem: Problem, weights: Array, rate: Rate, begin: float, end: float) -> Components:
    """Return what moves on a stretch of the decay, with times from its beginning."""
    if isinstance(flow.decay, Coupled) and rate(begin) > 0:
        return Layers(problem, weights, rate(begin))
    if is_constant(flow.decay, begin):
        return Coordinates(problem, weights, ConstantRate(0.0 if isinstance(flow.decay, Coupled) else rate(begin)))
    return Coordinates(problem, weights, ChangingRate(flow.decay, begin, end))


def _going_on(state: State, before: State) -> State:
    """Return a state at the beginning of a further stretch with what changes there as its events, not what is there already."""
    slid, slides = (np.unique(s.here.components.coordinate[s.here.sliding]) for s in (before, state))
    rested = before.finished
    events = [event for event in state.events if event.kind == "rest" and not rested]
    if not state.undecided:
        changes = (("leave", np.setdiff1d(slid, slides)), ("slide", np.setdiff1d(slides, slid)))
        events += [Event(state.here.time, tuple(map(int, which)), kind) for kind, which in changes if which.size]
    return replace(state, events=tuple(events))
