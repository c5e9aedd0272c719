r"""Basins of decay beyond the conjugate depth, r < 1: which of many local minima a start ends at.

.. math:: x > 0: \quad \operatorname{sign}\dot a = \operatorname{sign}\bigl(c\,x^{1-r}(x^* - x) - A\bigr), \qquad x = a^L

for one coordinate with layers of one size a and f = c (x - x*)^2/2. The level on the right rises up to :math:`x_c = (1-r)x^*/(2-r)`
and falls beyond. So the flow ends at the outer point where the level is A, if it is there or on the way from x_c, and else at 0;
and F is least at the outer point just where the level at 2 x_c is at least A. Both are signs of constants, and decided.

Source: this project (sparse_stationary_points_fold_at_an_explicit_rate,
sparse_penalised_minimum_jumps_to_zero_before_the_fold).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy

from mirrortheory.bias.decay.penalty import Penalty, kkt_residual
from mirrortheory.bias.decay.power_penalty import PowerPenalised
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.exact import Exact, sign_of
from mirrortheory.flows import Quadratic, simulate
from mirrortheory.flows.problems import Array
from mirrortheory.flows.starts import end_of
from mirrortheory.theory import Flow

_PATIENCE = 20  # a run goes on for so many times 1/alpha
_NEAR = 1e-2  # a run has shown its basin when it is so near, relative, to the point that Newton's method finds
_ROUNDING = 1e-12  # of a point that it does find
_STIFF = 1e7  # curvature times the time of a run: the steps of an explicit method, but for a factor


@dataclass(frozen=True)
class BalancedEnd:
    """Where a coordinate with layers of one size ends: about x, and whether the penalised loss is least there, and only there."""

    x: float
    least: bool
    alone: bool


def balanced_end(curvature: Exact, pull: Exact, layers: Array, penalty: Penalty) -> BalancedEnd:
    """Return where one coordinate ends on c x^2/2 - g x with order r < 1.

    Args:
        curvature, pull: c >= 0 and g, exact.
        layers: of one size, shape (depth,).
        penalty: of order r < 1.
    """
    A, r = penalty.strength, sympy.Rational(penalty.order)
    here = sympy.prod([sympy.Rational(abs(float(w))) for w in layers])
    side = int(np.sign(layers).prod())
    c, toward = (sympy.Rational(int(v.p), int(v.q)) for v in (curvature, pull))
    if toward == 0:
        return BalancedEnd(0.0, True, True)
    target = abs(toward) / c
    fold = (1 - r) * target / (2 - r)

    def exceeds(x: sympy.Expr) -> int:
        return sign_of(c * x ** (1 - r) * (target - x) - A)

    jump = exceeds(2 * fold)
    grows = exceeds(here) if here else -1
    if side * toward <= 0 or exceeds(fold) < 0 or (here <= fold and grows < 0):
        return BalancedEnd(0.0, jump <= 0, jump < 0)
    if here <= fold and grows == 0:  # at rest on the inner branch
        return BalancedEnd(side * float(here), False, False)
    low, high = float(fold), float(target)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if float(c) * middle ** float(1 - r) * (float(target) - middle) > float(A) else (low, middle)
    return BalancedEnd(side * low, jump >= 0, jump > 0)


def end_of_a_run(
    flow: Flow, problem: Quadratic, power: PowerPenalised, penalty: Penalty, start: Array, t_end: float | None
) -> tuple[Array, tuple[str, ...]]:
    """Return the stationary point that the flow is near at the end of a run, and that its basin is known so.

    Raises:
        InvalidArgument: when no solver follows the flow, or the run ends at no point that Newton's method finds.
    """
    alpha, r = float(flow.decay.rate), float(power.order)
    end = _PATIENCE / alpha if t_end is None else end_of(t_end)
    remedy = "give t_end for another length of the run, or another start"
    curvature = float((problem.Z**2).sum())
    if not curvature * end <= _STIFF:
        raise InvalidArgument(
            "Z", f"of a size that a run to t = {end:g} can follow", f"curvature {curvature:.1e}", "scale the data"
        )
    try:
        path = simulate(flow, problem, start, end)
    except NotSmooth as lost:
        raise InvalidArgument(
            "initial", "the start of a flow that a solver can follow", str(lost), "take layers of one size"
        ) from None
    near = np.asarray(path.x[-1])
    held = float(power.strength) * np.where(near == 0, 1, np.abs(near)) ** (r - 1) > 2 * np.abs(problem.slope(near))
    near = np.where((near == 0) | held, 0.0, near)
    x = power.polished(near)
    close = bool((np.abs(x - near) <= _NEAR * (np.abs(near) + np.abs(near).max())).all())
    if not close or kkt_residual(problem, penalty, x) > _ROUNDING:  # such as the ghost of two points that have met and vanished
        raise InvalidArgument("t_end", "a time at which the flow is near its end", end, remedy)
    return x, (f"the basin is that of a run of the flow to t = {end:g}, which is not proved",)
