r"""Sign flow of a product of layers on smooth losses in ball arithmetic, with any decay: every state and event is proved.

The components and the arcs are those of :mod:`mirrortheory.flows.sign.smooth.ball_components` and
:mod:`mirrortheory.flows.sign.smooth.enclosed_arc`: between events
nothing is integrated, and the state at a time is enclosed by itself. What vanishes at an event is an identity from then on: the
gradient of a component that slides, a weight that reached 0, the gradient just after a crossing (order 1) and, as the control is
continuous, just after a component leaves (order 2).

**Cross or slide.** A choice of :math:`\sigma` on the set Z of vanishing gradients is guessed in double precision and then proved:
on the arc that it makes, a sliding control lies strictly inside [-1, 1] and the first coefficient of :math:`\sigma_i G_i` that does
not vanish by identity is positive.

**Uniqueness.** For two solutions from one start that differ by :math:`\delta v` on Z, with the mean :math:`\bar S` of S between
them, :math:`\delta G = \bar S\,\delta v` and D = diag(rho),

.. math:: \frac{d}{dt}\frac{\delta v^T \bar S\,\delta v}{2} \le -\delta G^T D\,\delta\sigma + C\,|\delta v|^2 \le C\,|\delta v|^2,

as SIGN is monotone and :math:`S, \varrho` are Lipschitz. Where S_ZZ is positive definite Gronwall gives :math:`\delta v = 0`. This
is proved at each decision and on each piece of an arc, so the flow is the only one up to the first saddle at which it stays.

**Ties.** Events of components that are alike by a symmetry are one event. Under coupled decay layers of a coordinate whose
gradients vanish together have equal modulus, :math:`w_i^2 = -x f'/\alpha`, and are alike from then on; k of them that reach 0
do so together, with x, and their gradients :math:`f' \prod_{m \ne i} w_m + \alpha w_i` vanish there. Other events that are
not separated end the flow, with the reason.

Not to be confused with :func:`mirrortheory.flows.certified_sign_flow` (polynomial arcs of quadratic losses, also with dependent
columns), or :func:`mirrortheory.flows.sign.smooth.double` (double precision, events estimated).
Source: derived for this project; Filippov (1988), "Differential Equations with Discontinuous Righthand Sides", for the inclusion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.decays import Coupled
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, Exact, exact, precision
from mirrortheory.flows.problems import Problem
from mirrortheory.flows.progress import Tick, silent
from mirrortheory.flows.sign.certified_steps import at_rising_precision, followed
from mirrortheory.flows.sign.event_driven import states
from mirrortheory.flows.sign.polynomial.certified_trajectory import Certified
from mirrortheory.flows.sign.smooth.ball_components import BallComponents, BallCoordinates, BallLayers, Matrix, Weights
from mirrortheory.flows.sign.smooth.certified_state import advance, decide, first_event, start
from mirrortheory.flows.sign.smooth.enclosed_arc import Arc
from mirrortheory.flows.starts import numbers_in
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

_DOUBLINGS = 4
_MOST_EVENTS = 10_000


@dataclass(frozen=True, eq=False)
class CertifiedSignArcs(Certified):
    """A sign flow by smooth arcs, enclosed: every value is a ball that contains the true one.

    Attributes:
        components: what moves, with the loss, the decay and the weights at the start.
        arcs: in order of time.
    """

    components: BallComponents
    arcs: tuple[Arc, ...]
    method = "sign flow in ball arithmetic: smooth arcs enclosed by interval Newton steps"

    @property
    def initial(self) -> Weights:
        """The weights at the start as exact rationals, shape (depth, d)."""
        return self.components.initial

    @property
    def rate(self) -> Exact:
        """The rate of the decay."""
        return self.components.alpha

    def w(self, t: object) -> tuple[tuple[Ball, ...], ...]:
        """Enclose the weights at a rational time, shape (depth, d).

        Args:
            t: an exact time.

        Raises:
            InvalidArgument: for a time outside [0, until].
        """
        with precision(self.bits):
            time = self._time(t)
            if time == 0:
                return tuple(tuple(map(Ball, row)) for row in self.initial)
            eta = self.components.clock(time)
            joined: Matrix | None = None
            for place, arc in enumerate(self.arcs):
                after = self.arcs[place + 1].start if place + 1 < len(self.arcs) else None
                if eta < arc.start or (after is not None and eta > after):
                    continue
                here = self.components.weights(eta, arc.at(eta - arc.start))
                joined = here if joined is None else _joined(joined, here)
            assert joined is not None
            return tuple(tuple(row) for row in joined)

    def x(self, t: object) -> tuple[Ball, ...]:
        """Enclose the effective parameter at a rational time, shape (d,).

        Args:
            t: an exact time.
        """
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
    components = (BallLayers if coupled else BallCoordinates)(problem, weights, alpha)

    def follow(bits: int) -> tuple[CertifiedSignArcs, bool]:
        with precision(bits):
            steps = states(*start(components, components.clock(end)), first_event, advance, decide)
            _, arcs, told, final = followed(steps, components.time, end, bits, tick, _MOST_EVENTS)
            return CertifiedSignArcs(components=components, digits=digits, arcs=tuple(arcs), **told), final

    return at_rising_precision(follow, digits, _DOUBLINGS, sharpens=False)


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


def _joined(one: Matrix, other: Matrix) -> Matrix:
    return [[a.union(b) for a, b in zip(*rows, strict=True)] for rows in zip(one, other, strict=True)]
