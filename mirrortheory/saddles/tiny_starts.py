r"""Jumps and plateaus of a flow from a tiny start, beside those of the limit.

From the layers (0, a, .., a) a jump comes at the time :math:`T(a) = \tau \log(1/a) + c + o(1)`, where c is the time that the
orbits between plateaus take, and the o(1) is a power of a; a small power where some :math:`|s_j|` comes close to 1 and turns back.
So T/log(1/a) is off by :math:`c/\log(1/a)`, but

.. math:: \tau \approx \frac{T(a_2) - T(a_1)}{\log(1/a_2) - \log(1/a_1)}

to as many digits as the flow is followed. A jump is dated by the coordinate that enters, when it passes half of what it is on the
next plateau.

Not to be confused with :mod:`mirrortheory.saddles.jumps`, which knows nothing of these flows.
Source: this project.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from fractions import Fraction

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import Ball, ball, rational
from mirrortheory.flows import Quadratic
from mirrortheory.flows.smooth.logarithmic import LARGEST, LogarithmicFlow, logarithmic_flow
from mirrortheory.saddles.jumps import JumpPath

_HALVINGS = 60


@dataclass(frozen=True)
class DatedFlow:
    """What a flow from the scale a shows; estimates, in double precision.

    Attributes:
        log_scale: log(1/a).
        times: of the jumps, in the time of the flow (not over log(1/a)); nan for one that is not seen.
        distances: the largest |x_j - plateau_j| of each plateau, in the middle of it; on the last, as long after its jump as the
            longest plateau takes.
    """

    log_scale: float
    times: tuple[float, ...]
    distances: tuple[float, ...]


def dated_flow(problem: Quadratic, path: JumpPath, *, start: object = "1e-200") -> DatedFlow:
    """Follow the flow from a tiny scale, and date its jumps.

    Args:
        problem: the loss of ``path``.
        path: what :func:`mirrortheory.saddles.saddle_to_saddle` returns for it.
        start: the scale a of the layers, an exact rational between 0 and 1e-10.

    Raises:
        InvalidArgument: for another scale.
        NotSmooth: where the solver stops.

    >>> from mirrortheory.saddles import saddle_to_saddle
    >>> loss = Quadratic([[1.0]], [2.0])
    >>> found = dated_flow(loss, saddle_to_saddle(loss))
    >>> round(found.times[0] / found.log_scale, 3), found.distances[1] < 1e-9
    (0.501, True)
    """
    scale = rational(start, "start")
    if not 0 < scale <= LARGEST:
        raise InvalidArgument("start", "a scale between 0 and 1e-10", start, "write for example 1e-200")
    unit = -float(ball(scale).log().mid())
    begins = [0.0, *(unit * _double(time) for time in path.times)]
    gaps = [after - before for before, after in itertools.pairwise(begins)]
    ends = [*begins[1:], begins[-1] + max(gaps, default=1.0)]
    middles = [(begin + end) / 2 for begin, end in zip(begins, ends, strict=True)]
    middles[-1] = ends[-1]
    flow = logarithmic_flow(problem, path.depth, -unit, ends[-1])
    rests = zip([flow.x(t).tolist() for t in middles], path.plateaus, strict=True)
    distances = tuple(max(abs(v - float(w)) for v, w in zip(x, plateau.x, strict=True)) for x, plateau in rests)
    return DatedFlow(unit, tuple(_date(flow, path, jump, middles[jump - 1]) for jump in range(1, len(begins))), distances)


def _date(flow: LogarithmicFlow, path: JumpPath, jump: int, after: float) -> float:
    """Return the first time at which the coordinate that enters has half of its value on the plateau; nan without one."""
    j = path.entering(jump)[0]
    half = float(path.plateaus[jump].x[j]) / 2

    def there(t: float) -> bool:
        return bool(flow.x(t)[j] / half >= 1)

    steps: list[float] = [after, *(t for t in flow.t.tolist() if t > after)]
    found = next(((low, high) for low, high in itertools.pairwise(steps) if there(high)), None)
    if found is None or there(after):
        return math.nan
    low, high = found
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if there(middle) else (middle, high)
    return high


def _double(time: Fraction | Ball) -> float:
    return float(time if isinstance(time, Fraction) else time.mid())
