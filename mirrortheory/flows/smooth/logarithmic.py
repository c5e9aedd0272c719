r"""Flows of products on the critical line from starts far below the range of doubles, in logarithms.

Of L layers one starts at 0, the others at a; q = L/(L - 1). With the smallest layer :math:`\omega = a \sinh\theta` the balances
:math:`|w_i|^q = |\omega|^q + a^q` leave

.. math:: \dot\theta_j = -\phi_q(\partial_j f(x))\, h(\theta_j), \quad h = \frac{(|\sinh\theta|^q + 1)^{1/q}}{\cosh\theta},
          \qquad \log|x_j| = L \log a + \log|\sinh\theta_j| + \tfrac{L-1}q \log(|\sinh\theta_j|^q + 1)

in which a enters x alone, by its logarithm. At q = 2, h = 1 and theta is the dual variable. For every q on this line h is between 1
and 2^(1/q - 1/2), and tends to 1 as theta grows.

**Link.** Below q = 2 the slope of phi_q at 0 is infinite, and on a plateau many components of the gradient are 0. So
:math:`\phi_q(g)` is taken as :math:`g\,(g^2 + \epsilon^2)^{(q-2)/2}`, with :math:`\epsilon = 10^{-6}` times the largest component
at x = 0, which moves the speed of a component g by a part :math:`\tfrac{2-q}2 \epsilon^2/g^2`.

Radau's method of order 5, with a Jacobian that is exact but for h', which vanishes wherever x is not negligible. There is no bound
of its error; the tests compare it with solvers that have one.

Not to be confused with :mod:`mirrortheory.flows.smooth.dual`, which has an error and takes any imbalance, and needs weights whose
product is in the range of doubles.
Source: Hairer and Wanner (1996), "Solving Ordinary Differential Equations II", for the method; the variables: this project.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp

from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array, Quadratic

_LOG_2 = float(np.log(2.0))
_SMOOTHED = 1e-6
_RTOL, _ATOL = 1e-8, 1e-7


@dataclass(frozen=True, eq=False)
class LogarithmicFlow:
    """A flow in theta.

    Attributes:
        depth: the layers L.
        log_start: log a.
        t: the times of the solver's steps.
        theta: theta as a function of one time, or of many: shape (d,), or (d, n).
    """

    depth: int
    log_start: float
    t: Array
    theta: Callable[[Array | float], Array]

    def x(self, t: Array | float) -> Array:
        """Return x at a time, shape (d,), or at n times, shape (d, n)."""
        return _x(self.theta(t), self.depth, self.log_start)


def logarithmic_flow(problem: Quadratic, depth: int, log_start: float, t_end: float) -> LogarithmicFlow:
    """Follow the flow with q = depth/(depth - 1) from the layers (0, a, .., a).

    Args:
        problem: the loss.
        depth: layers, 2 or more.
        log_start: log a; below some -10, so that x is negligible where h is not 1.
        t_end: final time > 0.

    Raises:
        InvalidArgument: for values outside of these ranges.
        NotSmooth: where the solver stops.

    >>> flow = logarithmic_flow(Quadratic([[1.0]], [2.0]), 2, -100.0, 60.0)  # theta rises to log(1/a) at the speed 2
    >>> bool(abs(flow.theta(40.0)[0] - 80) < 1e-6), bool(abs(flow.x(60.0)[0] - 2) < 1e-6)
    (True, True)
    """
    for name, value, good in (("depth", depth, depth >= 2), ("log_start", log_start, log_start < -10), ("t_end", t_end, t_end > 0)):
        if not good or not np.isfinite(value):
            raise InvalidArgument(
                name, {"depth": "2 or more", "log_start": "below -10"}.get(name, "above 0"), value, "write another"
            )
    q = depth / (depth - 1)
    H, c = problem.Z.T @ problem.Z, problem.Z.T @ problem.b
    smooth = 0.0 if depth == 2 else _SMOOTHED * float(np.abs(c).max())

    def field(_: float, theta: Array) -> Array:
        pull = c - H @ _x(theta, depth, log_start)
        sinh, cosh = _log_sinh(theta), np.logaddexp(theta, -theta) - _LOG_2
        return np.asarray(pull * np.hypot(pull, smooth) ** (q - 2) * np.exp(np.logaddexp(q * sinh, 0.0) / q - cosh))

    def jacobian(_: float, theta: Array) -> Array:
        x = _x(theta, depth, log_start)
        pull = c - H @ x
        rate = np.hypot(pull, smooth) ** (q - 4) * ((q - 1) * pull**2 + smooth**2) if smooth else np.ones_like(pull)
        return np.asarray(-rate[:, None] * H * (depth * np.abs(x)))

    if not c.any():
        return LogarithmicFlow(depth, log_start, np.array([0.0, t_end]), lambda t: np.zeros((len(c), *np.shape(t))))
    with np.errstate(all="ignore"):  # of steps that are too long, and are not taken
        found = solve_ivp(field, (0.0, t_end), np.zeros(len(c)), "Radau", jac=jacobian, rtol=_RTOL, atol=_ATOL, dense_output=True)
    if not found.success:
        raise NotSmooth(f"the flow in logarithms stops at t = {found.t[-1]:g}: {found.message}")
    return LogarithmicFlow(depth, log_start, found.t, found.sol)


def _log_sinh(theta: Array) -> Array:
    size = np.abs(theta)
    with np.errstate(divide="ignore"):  # log 0
        return np.asarray(size - _LOG_2 + np.log(-np.expm1(-2 * size)))


def _x(theta: Array, depth: int, log_start: float) -> Array:
    sinh = _log_sinh(theta)
    q = depth / (depth - 1)
    return np.asarray(np.sign(theta) * np.exp(depth * log_start + sinh + (depth - 1) / q * np.logaddexp(q * sinh, 0.0)))
