r"""Exact sign flow of a product of layers on a quadratic loss: from event to event, without a step size.

q = 1, :math:`x = w_1 \cdots w_L` entrywise, :math:`f = |Zx - b|^2/2`, gradient :math:`g = Z^T r`, :math:`r = Zx - b`.

**One dual variable per coordinate.** The flow :math:`\dot w_i = -\sigma\,\mathrm{sign}(x/w_i)`,
:math:`\sigma \in \mathrm{SIGN}(g)`, moves all :math:`|w_i|` at the same speed, so with :math:`s = \min_i |w_i|` the
differences :math:`\lambda_i = |w_i| - s \ge 0` are constant and

.. math:: |w_i| = s + \lambda_i, \quad |x| = P(s) = \prod_i (s + \lambda_i), \quad
          y = R'(x) = \mathrm{sign}(x)\, s, \quad \dot y = -\sigma .

A layer with :math:`\lambda_i > 0` never vanishes and keeps its sign :math:`\epsilon_i`. If one layer k alone is smallest,
:math:`w_k = y \prod_{i \ne k} \epsilon_i`: it changes sign with y and x passes through 0, smoothly, for
:math:`dx/dy = P'(|y|)` is even in y. If two or more are smallest, y = 0 is a saddle of f(w): every
:math:`\nabla_{w_i} f` vanishes there, the selection sign(0) = 0 stays, other Filippov solutions leave at any time, and the
result says so.

**Arcs.** While :math:`\sigma` is constant, y is affine in t and x and g are polynomials of degree L. On the set A of sliding
coordinates :math:`g_A = 0`, hence with the pseudoinverse :math:`Z_A^+` and the projector :math:`\Pi` onto the complement of
the range of :math:`Z_A`, from any x before the correction,

.. math:: x_A \leftarrow x_A - Z_A^+ r, \qquad r \leftarrow \Pi r,

polynomials too. The equivalent control is :math:`\sigma_A = -\dot x_A/P'(s_A)`.

**Events.** A free component of g vanishes; a sliding control reaches :math:`\pm 1`; y reaches 0: first roots of
polynomials and of :math:`P'(s) \mp \dot x`, found without passing one by :mod:`mirrortheory.flows.sign.depth_polynomial`.

**Cross or slide.** With :math:`u = P'(s)\sigma = -\dot x` and :math:`Z_0` the set where g vanishes, the condition
:math:`\sigma_i \in \mathrm{SIGN}(g_i)` just after the event is, for :math:`\dot g = -Z^T Z u`,

.. math:: u_i \in P'(s_i)\,\mathrm{SIGN}(-(Z^T Z u)_i),\ i \in Z_0
          \iff u \text{ minimises } |Z u|^2 \text{ over } |u_i| \le P'(s_i),\ i \in Z_0 :

**the sign flow chooses the velocity that moves the residual least.** Zu, hence the velocity of the loss, is unique; u is unique
unless the columns that may slide are dependent. Then u is drawn towards the least change of x, as far as the bounds allow, and
the result says so: at Zx = b with d > n this stays, while the inclusion also allows every motion in the kernel of Z that
respects the bounds. So discrete sign descent need not stay there either. As Zx - b tends to 0, P' freezes, :math:`|\dot r|`
can only fall, and the number of arcs is finite, though large: thousands of them at d = 2000. An event of one coordinate
changes the set by one and needs no search: with :math:`\rho` the part of its column outside the range of :math:`Z_A`, its u
moves by :math:`-\rho \cdot Zu/|\rho|^2` towards its other bound, and A by :math:`-Z_A^+ z_i` times as much; whoever reaches a
bound on the way leaves. All signs of the minimum must then hold by a margin; else, and at ties, the box problem is solved.

**Decoupled decay** :math:`\dot w = -\sigma\,\mathrm{sign}(x/w) - \alpha w` is the same flow of
:math:`\hat w = e^{\alpha (t - t_0)} w` on the clock :math:`\eta = (e^{\alpha (t - t_0)} - 1)/\alpha`, towards a target that
grows: :math:`\hat b = (1 + \alpha\eta)^L b`, again a polynomial. Only :math:`\dot b` joins Zu above. Each arc has a clock of
its own, from its start :math:`t_0` to :math:`\alpha\eta = 1` at most: on one clock for all, times and coefficients would grow
as :math:`e^{\alpha t}` to :math:`e^{L \alpha t}` and rounding and the bounds on roots with them. At :math:`\alpha = 0` hats
drop and :math:`\eta = t - t_0`.

The state between two events and :func:`.double_state.advance`, :func:`.double_events.first_event` and
:func:`.double_decision.decide` are in modules of their own; here they are run.

Not to be confused with :mod:`mirrortheory.flows.smooth.dop853`, for smooth stretches of 1 < q <= 2.
Source: derived for this project; Filippov (1988), "Differential Equations with Discontinuous Righthand Sides", for the inclusion;
Stark and Parker (1995), "Bounded-variable least squares", for the active set.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.decays import Decay, Decoupled, NoDecay
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array, Problem, Quadratic
from mirrortheory.flows.progress import Tick, silent
from mirrortheory.flows.result.solution import Event
from mirrortheory.flows.sign.event_driven import Record, states
from mirrortheory.flows.sign.polynomial.double_decision import decide, start
from mirrortheory.flows.sign.polynomial.double_events import first_event
from mirrortheory.flows.sign.polynomial.double_state import System, advance
from mirrortheory.flows.sign.polynomial.trajectory import Arc, SignTrajectory
from mirrortheory.flows.starts import end_of, weights_of

_MOST_EVENTS = 1_000_000


def sign_flow(
    problem: Problem, initial: ArrayLike, t_end: float, *, decay: Decay | None = None, tick: Tick = silent
) -> SignTrajectory:
    """Follow the sign flow of a product of layers on a quadratic loss exactly, from event to event.

    Args:
        problem: a :class:`Quadratic`.
        initial: weights, shape (depth, d), one imbalance per coordinate; d = 1 may be given as shape (depth,).
        t_end: final time > 0, dimensionless.
        decay: None, ``NoDecay()`` or ``Decoupled(alpha)`` with a rational alpha.
        tick: told how far the flow has come, from 0 to 1.

    Returns:
        The trajectory, exact up to rounding: about 1e-15 per event, times the condition of the sliding columns of Z. From a
        condition of 1e5 on (of unit columns) doubles do not tell how x moves; ``known_until`` is when that begins.

    Raises:
        InvalidArgument: for another loss or decay, wrong shapes, a time that is not positive.
        NotSmooth: when events do not advance the clock or a weight overflows, as may happen under decay once Zx = b and d > n.

    >>> path = sign_flow(Quadratic([[1.0]], [1.0]), [0.5, 0.25], 2.0)
    >>> [(event.kind, round(event.time, 6)) for event in path.events], path.converged, path.unique
    ([('slide', 0.632782), ('rest', 0.632782)], True, True)
    """
    weights, alpha = _checked(problem, initial, t_end, decay)
    assert isinstance(problem, Quadratic)
    end, record = float(t_end), Record[Arc, Event]()
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # NaN say that there is no root
        for count, state in enumerate(states(*start(System(problem, weights, alpha, end)), first_event, advance, decide)):
            record.keep(state)
            if state.arc is not None:
                tick(state.point.time / end)
            if count > 2 * _MOST_EVENTS:
                raise NotSmooth(f"{_MOST_EVENTS} events reach only t = {state.point.time:.6g}; end before it")
    return SignTrajectory(
        problem,
        weights,
        end,
        alpha,
        tuple(record.arcs),
        tuple(record.events),
        state.converged,
        state.unique_until,
        state.known_until,
        tuple(f"t = {note.time:.6g}: {note.text}" for note in record.notes),
    )


def _checked(problem: Problem, initial: ArrayLike, t_end: float, decay: Decay | None) -> tuple[Array, float]:
    if not isinstance(problem, Quadratic):
        raise InvalidArgument("problem", "a Quadratic", type(problem).__name__, "other losses have no polynomial arcs")
    if not isinstance(decay, NoDecay | Decoupled | None):
        raise InvalidArgument("decay", "None, NoDecay() or Decoupled(alpha)", decay, "coupled decay has no polynomial arcs")
    if decay is not None and decay.rate.free_symbols:
        raise InvalidArgument("alpha", "a number in a simulation", decay.rate, "write a rational such as 1/2")
    alpha = 0.0 if decay is None else float(decay.rate)
    weights = weights_of(initial, None, problem.dimension)
    end_of(t_end, depth=len(weights), decay=decay)
    return weights, alpha
