r"""The rate of a decay, and its integral A(t), in double precision: stretch by stretch, so that no step crosses a jump.

Closed forms of A are evaluated as they are; what stays an integral is by SciPy's adaptive quadrature, to about rounding. Solvers
that use them estimate their errors from two runs; proved ones work with the exact expressions (:mod:`mirrortheory.decays`).

Source: Piessens, de Doncker-Kapenga, Ueberhuber, Kahaner (1983), "QUADPACK", for the quadrature.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import sympy
from scipy.integrate import quad

from mirrortheory.decays import TIME, Decay, RateDecay, stretches
from mirrortheory.flows.problems import Array
from mirrortheory.theory import Flow

RATE = sympy.Symbol("alpha", nonnegative=True)
_CALLS = 4096  # of an integral, whose values are kept: the nodes of one step come many times


def with_letter(flow: Flow) -> Flow:
    """Return a flow whose rate is the letter :data:`RATE` when it depends on time, so that it is compiled once."""
    decay = flow.decay
    if not (isinstance(decay, RateDecay) and decay.varies):
        return flow
    return Flow(flow.geometry, flow.reparam, replace(decay, alpha=RATE))


def rates(decay: Decay, t_end: float) -> list[tuple[float, Callable[[float], float]]]:
    """Return the stretches of a decay up to ``t_end``: the end of each, and its rate as a function of time.

    >>> from mirrortheory import Decoupled
    >>> [(end, rate(4.0)) for end, rate in rates(Decoupled("1/10 if t < 5 else 1/(1+t)"), 7.0)]
    [(5.0, 0.1), (7.0, 0.2)]
    """
    if not _varies(decay):
        constant = float(decay.rate)
        return [(t_end, lambda t: constant)]
    found = [s for s in stretches(decay.rate) if s.start < t_end]
    return [(min(float(s.end), t_end), _function(s.rate)) for s in found]


class RateAt:
    """The rate of a decay as a function of one time >= 0; it may be pickled.

    >>> from mirrortheory import Decoupled
    >>> RateAt(Decoupled("1/10 if t < 5 else 1/100"))(5.0)
    0.01
    """

    def __init__(self, decay: Decay) -> None:
        self.decay, parts = decay, stretches(decay.rate)
        self._starts, self._functions = [float(s.start) for s in parts], [_function(s.rate) for s in parts]

    def __call__(self, t: float) -> float:
        return self._functions[max(bisect_right(self._starts, t) - 1, 0)](t)

    def __reduce__(self) -> tuple[type[RateAt], tuple[Decay]]:
        return RateAt, (self.decay,)  # compiled anew


def is_constant(decay: Decay, t: float) -> bool:
    """Return whether the rate is constant on the stretch that begins at the time t, or holds it."""
    return not next(s for s in reversed(stretches(decay.rate)) if float(s.start) <= t).rate.free_symbols


def ends(decay: Decay) -> float:
    """Return from which time on there is no decay: 0 without any, infinite where it goes on.

    >>> from mirrortheory import Decoupled
    >>> ends(Decoupled("1/10 if t < 5 else 0")), ends(Decoupled("1/10"))
    (5.0, inf)
    """
    last = stretches(decay.rate)[-1]
    return float(last.start) if last.rate == 0 else float("inf")


class Total:
    """A, the integral of the rate of a decay from 0, as a function of times >= 0 of any shape; it may be pickled.

    >>> from mirrortheory import Decoupled
    >>> A = Total(Decoupled("1/10 if t < 5 else 1/100"))
    >>> A(np.array([0.0, 5.0, 15.0])).round(12).tolist()
    [0.0, 0.5, 0.6]
    """

    def __init__(self, decay: Decay) -> None:
        self.decay, self._constant = decay, None if _varies(decay) else float(decay.rate)
        if self._constant is None:
            parts = stretches(decay.total)
            self._starts, self._functions = [float(s.start) for s in parts], [_integrated(s.rate) for s in parts]

    def __call__(self, t: float | Array) -> Array:
        if self._constant is not None:
            return np.asarray(self._constant * np.asarray(t))
        return np.array([self._at(float(s)) for s in np.ravel(t)]).reshape(np.shape(t))

    def _at(self, t: float) -> float:
        return self._functions[max(bisect_right(self._starts, t) - 1, 0)](t)

    def __reduce__(self) -> tuple[type[Total], tuple[Decay]]:
        return Total, (self.decay,)  # compiled anew


def _varies(decay: Decay) -> bool:
    return isinstance(decay, RateDecay) and decay.varies


def _function(expr: sympy.Expr) -> Callable[[float], float]:
    function = sympy.lambdify(TIME, expr, "numpy")
    return lambda t: float(function(t))


def _integrated(expr: sympy.Expr) -> Callable[[float], float]:
    """Return a constant and closed forms, and an integral from a constant to TIME, as a function."""
    found = expr.atoms(sympy.Integral)
    plain = _function(expr.xreplace(dict.fromkeys(found, sympy.S.Zero)))
    pieces = [(float(expr.coeff(i)), *_limits(i), _function(i.function.xreplace({i.variables[0]: TIME}))) for i in found]

    @lru_cache(maxsize=_CALLS)
    def function(t: float) -> float:
        parts = (c * quad(f, a, t if b is None else b, limit=500, epsabs=1e-15, full_output=1)[0] for c, a, b, f in pieces)
        return plain(t) + float(sum(parts))

    return function


def _limits(integral: sympy.Integral) -> tuple[float, float | None]:
    _, low, high = integral.limits[0]
    return float(low), None if high == TIME else float(high)
