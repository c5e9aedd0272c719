r"""The clock on which layers under decoupled decay move at unit speed, for a constant rate and for one that depends on time.

.. math:: \gamma = e^{A(t)}, \quad A(t) = \int_0^t \alpha, \qquad \eta = \int_0^t \gamma, \qquad
          \frac{\mathrm d \gamma}{\mathrm d \eta} = \alpha ,

since :math:`\gamma w` moves by :math:`-\gamma\sigma` in t, hence by :math:`-\sigma` in eta. For a constant rate
:math:`\gamma = 1 + \alpha\eta`. Else :math:`\gamma` is interpolated at Chebyshev points on panels that are halved until the last
coefficients are rounding, its integral is eta, and t is the root of that by Newton's method. All times here are from the start of
the stretch of the decay, on which the rate has no jump.

Source: Trefethen (2013), "Approximation Theory and Approximation Practice", for resolution by Chebyshev coefficients.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.polynomial import Chebyshev

from mirrortheory.decays import Decay
from mirrortheory.errors import NotSmooth
from mirrortheory.flows.schedules import RateAt, since

_DEGREE, _LAST = 20, 3
_ROUNDING = 2e-15  # of the largest coefficient: the last ones are not told from it
_MOST_PANELS = 4000
_MOST_ITERATES = 60
_KEPT = 4096


class Clock(ABC):
    """The clock eta of a stretch of decoupled decay.

    Attributes:
        stops: whether there is no decay on it, so that gamma is 1.
    """

    stops: bool

    @abstractmethod
    def eta(self, t: float) -> float:
        """Return eta at the time t."""

    @abstractmethod
    def time(self, eta: float) -> float:
        """Return the time at eta."""

    @abstractmethod
    def growth(self, eta: float) -> float:
        """Return gamma."""

    @abstractmethod
    def rate(self, eta: float) -> float:
        """Return alpha."""


class ConstantRate(Clock):
    """gamma = 1 + alpha eta."""

    def __init__(self, alpha: float) -> None:
        self.alpha, self.stops = alpha, alpha == 0

    def eta(self, t: float) -> float:
        return float(np.expm1(self.alpha * t) / self.alpha if self.alpha else t)

    def time(self, eta: float) -> float:
        return float(np.log1p(self.alpha * eta) / self.alpha if self.alpha else eta)

    def growth(self, eta: float) -> float:
        return 1 + self.alpha * eta

    def rate(self, eta: float) -> float:
        return self.alpha


class ChangingRate(Clock):
    """The rate of a decay on a stretch from ``begin`` to ``end``, without a jump; it may be pickled.

    >>> from mirrortheory import Decoupled
    >>> clock = ChangingRate(Decoupled("1/(1+t)"), 0.0, 2.0)  # gamma = 1 + t
    >>> round(clock.eta(2.0), 12), round(clock.time(1.5), 12), round(clock.growth(1.5), 12)
    (4.0, 1.0, 2.0)
    """

    stops = False

    def __init__(self, decay: Decay, begin: float, end: float) -> None:
        self.decay, self.begin, self.length = decay, begin, end - begin
        self._alpha, self._gone = RateAt(decay), lru_cache(maxsize=_KEPT)(since(decay, begin, end))
        self.starts, self.etas, self.integrals = [], [0.0], []
        for low, _, gamma in self._resolved():
            whole = gamma.integ(lbnd=low, k=self.etas[-1])
            self.starts.append(low)
            self.integrals.append((whole, gamma))
            self.etas.append(float(whole(gamma.domain[1])))
        self._time = lru_cache(maxsize=_KEPT)(self._found)

    def __reduce__(self) -> tuple[type[ChangingRate], tuple[Decay, float, float]]:
        return ChangingRate, (self.decay, self.begin, self.begin + self.length)  # made anew

    def _resolved(self) -> list[tuple[float, float, Chebyshev]]:
        waiting, found = [(0.0, self.length)], []
        while waiting:
            low, high = waiting.pop()
            gamma = Chebyshev.interpolate(self._gammas, _DEGREE, [low, high])
            if np.abs(gamma.coef[-_LAST:]).max() <= _ROUNDING * np.abs(gamma.coef).max():
                found.append((low, high, gamma))
            elif len(found) + len(waiting) > _MOST_PANELS:
                raise NotSmooth(f"the integral of the decay is not resolved near t = {low:.6g}; end before it")
            else:
                middle = (low + high) / 2
                waiting += [(middle, high), (low, middle)]
        return found

    def _gammas(self, t: Any) -> Any:
        return np.exp([self._gone(s) for s in np.ravel(t).tolist()]).reshape(np.shape(t))

    def eta(self, t: float) -> float:
        return float(self.integrals[max(bisect_right(self.starts, t) - 1, 0)][0](t))

    def time(self, eta: float) -> float:
        return self._time(eta)

    def _found(self, eta: float) -> float:
        place = min(max(bisect_right(self.etas, eta) - 1, 0), len(self.starts) - 1)
        whole, gamma = self.integrals[place]
        low, high = gamma.domain
        share = (eta - self.etas[place]) / (self.etas[place + 1] - self.etas[place])
        t = float(low + (high - low) * share)
        for _ in range(_MOST_ITERATES):
            change = float((whole(t) - eta) / gamma(t))
            t = float(min(max(t - change, 0.0), self.length))
            if abs(change) <= 4 * np.finfo(float).eps * max(t, abs(change)):
                break
        return t

    def growth(self, eta: float) -> float:
        return float(self._gammas(self.time(eta)))

    def rate(self, eta: float) -> float:
        return self._alpha(self.begin + self.time(eta))
