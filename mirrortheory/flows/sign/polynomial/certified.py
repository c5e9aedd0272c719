r"""Exact sign flow in ball arithmetic: the arcs and events of the solver in doubles, each decided by a proof.

The data are taken as the exact rationals that they are, so :math:`H = Z^T Z` and every rank are exact, and so is all of the
flow up to the first irrational event; from then on numbers are balls. The gradient of a sliding coordinate is 0 by
construction, that of one whose event is now vanishes at the start of the next arc: both are kept as identities, never as
balls near 0.

**Events.** Each is the first root of a function that is proved to have none before (:mod:`mirrortheory.exact.roots`). Two
events whose enclosures overlap are taken as one only when they are equal by proof:

* both are roots of the same irreducible polynomial over Q;
* a symmetry of the problem exchanges the two coordinates (:mod:`mirrortheory.flows.sign.symmetries`);
* the sliding set lacks one column of the rank of Z: all free gradients are then multiples of one function;
* two dual variables started equal or opposite, never slid and always moved alike, so they reach 0 together.

**Cross or slide.** A choice of :math:`\sigma` on the set :math:`Z_0` of vanishing gradients is guessed in double precision and
then proved: on the arc that it makes, the first Taylor coefficient of each free :math:`g_i` that is not 0 by identity has the
sign :math:`\sigma_i`, and each sliding control lies strictly inside its bound, or on it and turning inside.

**Uniqueness.** For two solutions from one start, with :math:`D = \mathrm{diag}\,P'(s)`,

.. math:: \frac{d}{dt}\frac{|Z\,\delta x|^2}{2} = -\delta g^T D_1\,\delta\sigma - \delta g^T (D_1 - D_2)\,\sigma_2
          \le C\,|Z\,\delta x|\,|\delta x|,

for SIGN is monotone, so :math:`P'_i\,\delta g_i\,\delta\sigma_i \ge 0` for each i, and :math:`P' \circ P^{-1}` is Lipschitz away
from multiple zeros. Coordinates whose gradient does not vanish move alike for a while. So if the columns of Z in :math:`Z_0`
are independent, Gronwall gives :math:`\delta x = 0` for a while: **away from saddles the solution is unique as long as the columns
of vanishing gradient are independent**, however the event is decided; if Z has full column rank, always. Under decay
:math:`\dot b` is common to both and drops out. Independence is an exact rank. A coordinate whose column of Z is 0 never moves:
its gradient is 0 everywhere, and so is Filippov's set.

Not to be confused with :func:`mirrortheory.flows.sign_flow`, in double precision, for many coordinates, without a certificate.
Source: derived for this project; Filippov (1988), "Differential Equations with Discontinuous Righthand Sides", for the inclusion.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.decays import Decay, Decoupled, NoDecay
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Exact, exact, precision
from mirrortheory.flows.problems import Problem, Quadratic
from mirrortheory.flows.progress import Tick, silent
from mirrortheory.flows.sign.certified_steps import at_rising_precision, followed
from mirrortheory.flows.sign.event_driven import states
from mirrortheory.flows.sign.polynomial.certified_decision import decide, start
from mirrortheory.flows.sign.polynomial.certified_events import first_event
from mirrortheory.flows.sign.polynomial.certified_state import System, advance
from mirrortheory.flows.sign.polynomial.certified_trajectory import CertifiedArc, CertifiedSignFlow, clock

_DOUBLINGS = 5
_MOST_EVENTS = 100_000


def certified_sign_flow(
    problem: Problem, initial: ArrayLike, t_end: object, *, digits: int = 30, decay: Decay | None = None, tick: Tick = silent
) -> CertifiedSignFlow:
    """Follow the sign flow of a product of layers on a quadratic loss in ball arithmetic, every event certified.

    Args:
        problem: a :class:`Quadratic`; its floats are exact numbers here.
        initial: weights, floats or rationals, shape (depth, d); d = 1 may be given as shape (depth,).
        t_end: final time > 0, a float or a rational, dimensionless.
        digits: certified decimal digits of the final weights (relative above 1).
        decay: None, ``NoDecay()`` or ``Decoupled(alpha)`` with a rational alpha.
        tick: told how far the flow has come, from 0 to 1, and again from 0 at each higher precision.

    Returns:
        The flow as balls. When something cannot be decided at 32 times the first precision, the certified part and the reason.

    Raises:
        InvalidArgument: for another loss or decay, wrong shapes, a time that is not positive, digits below 1.

    >>> flow = certified_sign_flow(Quadratic([[1.0]], [1.0]), [0.5, 0.25], 2, digits=20)
    >>> [(event.kind, event.time.str(20, radius=False)) for event in flow.events], flow.unique
    ([('slide', '0.63278221853731870655'), ('rest', '0.63278221853731870655')], True)
    """
    weights, end, alpha = _checked(problem, initial, t_end, digits, decay)
    assert isinstance(problem, Quadratic)
    Z = tuple(tuple(exact(float(v)) for v in row) for row in problem.Z)
    b = tuple(exact(float(v)) for v in problem.b)

    def follow(bits: int) -> tuple[CertifiedSignFlow, bool]:
        return _followed(Z, b, weights, end, alpha, digits, bits, tick)

    return at_rising_precision(follow, digits, _DOUBLINGS, sharpens=True)


def _followed(
    Z: tuple[tuple[Exact, ...], ...],
    b: tuple[Exact, ...],
    weights: tuple[tuple[Exact, ...], ...],
    end: Exact,
    alpha: Exact,
    digits: int,
    bits: int,
    tick: Tick,
) -> tuple[CertifiedSignFlow, bool]:
    """Return the flow as far as it is decided at this precision, and whether no precision leads further."""
    with precision(bits):
        system = System(Z, b, weights, alpha, clock(end, alpha))
        steps = states(*start(system), first_event, advance, decide)
        state, arcs, told, final = followed(steps, system.time, end, bits, tick, _MOST_EVENTS)
        if not arcs:  # nothing is decided even at the start
            saddles = tuple(sorted(state.stuck - system.constant))
            arcs.append(CertifiedArc(state.eta, state.y, state.sigma, (), False, saddles, tuple((v,) for v in state.x)))
    return CertifiedSignFlow(Z=Z, b=b, initial=weights, alpha=alpha, digits=digits, arcs=tuple(arcs), **told), final


def _checked(
    problem: Problem, initial: ArrayLike, t_end: object, digits: int, decay: Decay | None
) -> tuple[tuple[tuple[Exact, ...], ...], Exact, Exact]:
    if not isinstance(problem, Quadratic):
        raise InvalidArgument("problem", "a Quadratic", type(problem).__name__, "other losses have no polynomial arcs")
    if not isinstance(decay, NoDecay | Decoupled | None):
        raise InvalidArgument("decay", "None, NoDecay() or Decoupled(alpha)", decay, "coupled decay has no polynomial arcs")
    if decay is not None and decay.rate.free_symbols:
        raise InvalidArgument("alpha", "a number in a simulation", decay.rate, "write a rational such as 1/2")
    if digits < 1:
        raise InvalidArgument("digits", "at least 1", digits, "write for example 30")
    table = np.array(initial, dtype=object)
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or 0 in table.shape or table.shape[1] != problem.dimension:
        condition = f"of shape (depth, {problem.dimension}), as the problem has it"
        raise InvalidArgument("initial", condition, np.shape(initial), "give one column for each coordinate of x")
    weights = tuple(tuple(exact(v, "initial") for v in row) for row in table.tolist())
    end = exact(t_end, "t_end")
    if not end > 0:
        raise InvalidArgument("t_end", "a finite time > 0", t_end, "write for example 2")
    return weights, end, Exact(0) if decay is None else exact(decay.rate, "alpha")
