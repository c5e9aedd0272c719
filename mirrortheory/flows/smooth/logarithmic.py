r"""Flows of products on the critical line from starts far below the range of doubles, in the dual variable.

Of L layers one starts at 0, the others at a; q = L/(L - 1). With v the q-th power of the smallest layer over that of a,

.. math:: |x| = a^L (v (1 + v)^{L-1})^{1/q}, \qquad
          |y| = \frac1q \int_0^v u^{1/q - 1} (1 + u)^{-1/q} \, \mathrm d u = \frac{\log v - \psi(1/q) - \gamma}q + O(1/v)

where :math:`\psi` is the digamma function and :math:`\gamma` Euler's constant. So the mirror flow is

.. math:: \dot y = -\phi_q(\nabla f(x)), \qquad x_j = \mathrm{sign}(y_j)\, (\kappa\, a\, e^{|y_j|})^L (1 + O(1/v)),
          \qquad \kappa = e^{(\psi(1/q) + \gamma)/q}

with :math:`\kappa = 1/2` at q = 2. The O(1/v) is left out: it moves no x of order 1 or less by more than the order
a^q. So a enters by its logarithm alone, and x may be far below the range of doubles.

**Link.** Below q = 2 the slope of phi_q at 0 is infinite, and on a plateau many components of the gradient are 0. So
:math:`\phi_q(g)` is taken as :math:`g\,(g^2 + \epsilon^2)^{(q-2)/2}`, with :math:`\epsilon = 10^{-6}` times the largest component
at x = 0, which moves the speed of a component g by a part :math:`\tfrac{2-q}2 \epsilon^2/g^2`.

Radau's method of order 5. There is no bound of its error; the tests compare it with solvers that have an estimate.

Not to be confused with :mod:`mirrortheory.flows.smooth.dual`, which has an error and takes any imbalance, and needs weights whose
product is in the range of doubles.
Source: Hairer and Wanner (1996), "Solving Ordinary Differential Equations II", for the method; the variables: this project.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import digamma

from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows.problems import Array, Quadratic

_SMOOTHED = 1e-6
_RTOL, _ATOL = 1e-8, 1e-7
LARGEST = 1e-10  # scale a, so that what is left out, a^q, is below the tolerances


@dataclass(frozen=True, eq=False)
class LogarithmicFlow:
    """A flow in the dual variable.

    Attributes:
        depth: the layers L.
        log_start: log a.
        t: the times of the solver's steps.
        dual: y as a function of one time, shape (d,), or of n times, shape (d, n).
    """

    depth: int
    log_start: float
    t: Array
    dual: Callable[[Array | float], Array]

    def x(self, t: Array | float) -> Array:
        """Return x at a time, shape (d,), or at n times, shape (d, n)."""
        return _x(self.dual(t), self.depth, self.log_start)


def logarithmic_flow(problem: Quadratic, depth: int, log_start: float, t_end: float) -> LogarithmicFlow:
    """Follow the flow with q = depth/(depth - 1) from the layers (0, a, .., a).

    Args:
        problem: the loss.
        depth: layers, 2 or more.
        log_start: log a, for a up to 1e-10.
        t_end: final time > 0.

    Raises:
        InvalidArgument: for values outside of these ranges.
        NotSmooth: where the solver stops.

    >>> flow = logarithmic_flow(Quadratic([[1.0]], [2.0]), 2, -100.0, 60.0)  # y rises to log(1/a) at the speed 2
    >>> bool(abs(flow.dual(40.0)[0] - 80) < 1e-6), bool(abs(flow.x(60.0)[0] - 2) < 1e-6)
    (True, True)
    """
    if depth < 2:
        raise InvalidArgument("depth", "2 or more", depth, "one layer has no saddle")
    if not -np.inf < log_start <= np.log(LARGEST):
        raise InvalidArgument(
            "log_start", f"a logarithm of at most log {LARGEST:g}", log_start, "write a smaller one, or use simulate"
        )
    if not 0 < t_end < np.inf:
        raise InvalidArgument("t_end", "a time > 0", t_end, "write for example 1000.0")
    q = depth / (depth - 1)
    H, c = problem.Z.T @ problem.Z, problem.Z.T @ problem.b
    smooth = 0.0 if depth == 2 else _SMOOTHED * float(np.abs(c).max())

    def field(_: float, y: Array) -> Array:
        pull = c - H @ _x(y, depth, log_start)
        return np.asarray(pull * np.hypot(pull, smooth) ** (q - 2) if smooth else pull)

    def jacobian(_: float, y: Array) -> Array:
        x = _x(y, depth, log_start)
        pull = c - H @ x
        rate = np.hypot(pull, smooth) ** (q - 4) * ((q - 1) * pull**2 + smooth**2) if smooth else np.ones_like(pull)
        return np.asarray(-rate[:, None] * H * (depth * np.abs(x)))

    with np.errstate(all="ignore"):  # of steps that are too long, and are not taken
        found = solve_ivp(field, (0.0, t_end), np.zeros(len(c)), "Radau", jac=jacobian, rtol=_RTOL, atol=_ATOL, dense_output=True)
    if not found.success:
        raise NotSmooth(f"the flow in logarithms stops at t = {found.t[-1]:g}: {found.message}")
    return LogarithmicFlow(depth, log_start, found.t, found.sol)


def _x(y: Array, depth: int, log_start: float) -> Array:
    share = (depth - 1) / depth  # 1/q
    return np.asarray(np.sign(y) * np.exp(depth * (np.abs(y) + log_start + share * (digamma(share) + np.euler_gamma))))
