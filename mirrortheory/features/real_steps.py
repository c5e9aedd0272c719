r"""The price of gradient descent, measured with real steps: how many it takes to leave a saddle, beside sign descent and Adam.

An optimizer with the rate eta has arrived at step n when from there on, for as many steps again and at least 100, the loss is at
most :math:`(1 - \theta)^2` of what it was at the start: on :math:`(x - x^*)^2/2` from a small start, when x stays between about
:math:`\theta x^*` and :math:`(2 - \theta) x^*`. So a rate at which x passes by does not count. The price is the smallest n over a
list of rates. For gradient descent they are parts of the limit of stability at the minimum, :math:`2/\lambda_{\max}(K(x^*))`.

All layers start at w_0, and x* >= 0. On the one-dimensional loss no rate below the limit takes fewer steps than N_c,
:func:`mirrortheory.saddles.fewest_stable_steps`; on a regression there is no such theorem, and N_c is shown for comparison.

Source: this project.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from mirrortheory.features.follow import sparse_regression
from mirrortheory.flows import Adam, GradientDescent, Optimizer, Quadratic, SignDescent
from mirrortheory.flows.discrete.descent import UNCHECKED, walk
from mirrortheory.flows.problems import Array
from mirrortheory.reparams import Product

PARTS = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5, 0.25)  # of the limit of stability
RATES = tuple(2.0 ** (k / 4) for k in range(-40, 1))  # of sign descent and Adam, 1/1024 to 1; the weights at the minimum are 1
_LEAST = 100  # steps to stay


def steps_to_arrive(optimizer: Optimizer[Any], problem: Quadratic, w: Array, reach: float, most: int) -> int | None:
    """Return the step at which ``optimizer`` arrives from weights w, shape (depth, d); None when not within ``most`` steps.

    >>> steps_to_arrive(GradientDescent(0.5), Quadratic([[1.0]], [1.0]), np.array([[0.1], [0.1]]), 0.5, 100)
    6
    """
    entered, bound = None, np.inf
    with np.errstate(**UNCHECKED):
        for step, (_, x) in enumerate(walk(optimizer, Product(len(w)), problem, w)):
            loss = problem.value(x)
            if step == 0:
                bound = (1 - reach) ** 2 * loss
            if loss <= bound:
                entered = step if entered is None else entered
                if step - entered >= max(entered, _LEAST):
                    return entered
            elif step >= most or not np.isfinite(loss):
                return None
            else:
                entered = None
    return None


def price(
    make: Callable[[float], Optimizer[Any]], rates: Iterable[float], problem: Quadratic, w: Array, reach: float, most: int
) -> tuple[int, float] | None:
    """Return the fewest steps to arrive over the rates, and that rate; None when none arrives within ``most`` steps.

    A rate is given up once it is no better than one before it.
    """
    best = None
    for rate in rates:
        steps = steps_to_arrive(make(rate), problem, w, reach, most if best is None else best[0] - 1)
        best = best if steps is None else (steps, rate)
    return best


def prices(
    problem: Quadratic, truth: Array, depth: int, start: float, reach: float, most: int
) -> dict[str, tuple[int, float] | None]:
    """Return the price of gradient descent, sign descent and Adam, with the rate, that of gradient descent as a part of its limit.

    Args:
        problem: the loss.
        truth: x* >= 0, where the limit of stability is taken, with layers of equal size.
        depth, start: layers, and their size at the start.
        reach: theta in (0, 1).
        most: steps to arrive.
    """
    w = np.full((depth, len(truth)), start)
    curvature = depth * truth ** (2 - 2 / depth)
    limit = 2 / float(np.linalg.eigvalsh((problem.Z * curvature) @ problem.Z.T)[-1])
    optimizers: dict[str, tuple[Callable[[float], Optimizer[Any]], Iterable[float]]] = {
        "gradient descent": (lambda part: GradientDescent(part * limit), PARTS),
        "sign descent": (SignDescent, RATES),
        "Adam": (Adam, RATES),
    }
    return {name: price(make, rates, problem, w, reach, most) for name, (make, rates) in optimizers.items()}


def line() -> tuple[Quadratic, Array]:
    """Return the loss (x - 1)^2/2 in one coordinate, and 1."""
    return Quadratic([[1.0]], [1.0]), np.ones(1)


def positive_regression(dimension: int, data: int, nonzeros: int, seed: int) -> tuple[Quadratic, Array]:
    """Return the regression of :func:`sparse_regression` with the signs of columns changed so that x* >= 0."""
    loss, truth = sparse_regression(dimension, data, nonzeros, seed)
    return Quadratic(loss.Z * np.where(truth < 0, -1.0, 1.0), loss.b), np.abs(truth)
