r"""DOP853 on the halves of given steps, and the dense output of many steps at once.

A run that takes each step of another one in two halves has, for smooth fields, :math:`2^{-8}` of its error, as the order is 8: the
two differ by nearly the whole error of the other. Two runs with tolerances of their own have no such law, and agree on what is
wrong where they accept the same steps.

Between the ends of a step the state is Hairer's interpolant of order 7,
:math:`y + \theta (F_0 + (1 - \theta)(F_1 + \theta (F_2 + (1 - \theta)(F_3 + ..))))`, as in SciPy; here for all times at once.

Source: Hairer, Norsett, Wanner (1993), "Solving Ordinary Differential Equations I", II.4 and II.6; coefficients from SciPy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.integrate import DOP853

from mirrortheory.flows.problems import Array

RightHandSide = Callable[[float, Array], Array]

_STAGES, _ALL = len(DOP853.B), len(DOP853.B) + 1 + len(DOP853.C_EXTRA)
# Each stage by those before it: twelve, the slope at the end of the step, and those that only dense output needs.
_BEFORE = (
    [row[:s] for s, row in enumerate(DOP853.A)] + [DOP853.B] + [row[: _STAGES + 1 + s] for s, row in enumerate(DOP853.A_EXTRA)]
)
_NODES = [*DOP853.C, 1.0, *DOP853.C_EXTRA]
_ERRORS = np.stack([DOP853.E5, DOP853.E3])
POWERS = len(DOP853.D) + 3


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps of a run with their interpolants.

    Attributes:
        ends: increasing times, shape (m + 1,).
        states: at the starts of the steps, shape (m, n).
        powers: the coefficients F of the steps, shape (m, 7, n).
    """

    ends: Array
    states: Array
    powers: Array

    def at(self, times: Array) -> Array:
        """Return the states at times of shape (k,), shape (k, n)."""
        places = np.clip(np.searchsorted(self.ends, times, side="left") - 1, 0, len(self.states) - 1)
        theta = ((times - self.ends[places]) / (self.ends[places + 1] - self.ends[places]))[:, None]
        found = np.zeros((len(times), self.states.shape[1]))
        for power in range(POWERS - 1, -1, -1):
            found += self.powers[places, power]
            found *= 1 - theta if power % 2 else theta
        return np.asarray(found + self.states[places])


def halved(
    fields: Sequence[RightHandSide], ends: Array, start: Array, rtol: float, atol: float, tick: Callable[[float], None]
) -> tuple[Steps, Array, Array]:
    """Follow a flow in two halves of each given step.

    Args:
        fields: the right-hand side on each of the given steps; where it is another than before, the slope is made anew.
        ends: of the given steps, one more than these.
        start: the state at the first of them, shape (n,).
        rtol, atol: of the embedded estimate.
        tick: told the time that is reached.

    Returns:
        The steps, twice as many; the states at their ends, shape (2 m, n), and the embedded estimate of the error of each over its
        tolerance, infinite or NaN from where the state is no longer finite.
    """
    times = np.empty(2 * len(ends) - 1)
    times[::2], times[1::2] = ends, (ends[:-1] + ends[1:]) / 2
    states, powers = np.empty((len(times), len(start))), np.empty((len(times) - 1, POWERS, len(start)))
    errors = np.empty((len(times) - 1, 2, len(start)))
    slopes, before = np.empty((_ALL, len(start))), None
    states[0] = start
    for k, (t, end) in enumerate(zip(times[:-1].tolist(), times[1:].tolist(), strict=True)):
        field, y, h = fields[k // 2], states[k], end - t
        slopes[0] = slopes[_STAGES] if field is before else field(t, y)
        before = field
        for s in range(1, _STAGES):
            slopes[s] = field(t + _NODES[s] * h, y + (h * _BEFORE[s]) @ slopes[:s])
        states[k + 1] = y + (h * DOP853.B) @ slopes[:_STAGES]
        slopes[_STAGES] = field(end, states[k + 1])
        for s in range(_STAGES + 1, _ALL):
            slopes[s] = field(t + _NODES[s] * h, y + (h * _BEFORE[s]) @ slopes[:s])
        errors[k] = (h * _ERRORS) @ slopes[: _STAGES + 1]
        step = states[k + 1] - y
        powers[k, 0], powers[k, 1] = step, h * slopes[0] - step
        powers[k, 2] = 2 * step - h * (slopes[_STAGES] + slopes[0])
        powers[k, 3:] = (h * DOP853.D) @ slopes
        tick(end)
    errors /= (atol + rtol * np.maximum(np.abs(states[:-1]), np.abs(states[1:])))[:, None]
    fifth, third = (np.square(errors).sum(axis=2)).T
    size = np.sqrt((fifth + 0.01 * third) * len(start))
    return Steps(times, states[:-1], powers), states[1:], np.where(size == 0, 0.0, fifth / np.where(size == 0, 1.0, size))
