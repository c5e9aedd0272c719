"""A loss of your own, as two functions, whose gradient is compared with differences of its value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import ArrayLike

from mirrortheory.errors import InvalidArgument
from mirrortheory.flows.problems.base import DIFFERENCE, Array, Problem

_MOST_DIRECTIONS = 32  # in which a gradient is compared with differences of the value
_SLOPES_AGREE = 1e-5  # relative to the largest entry of the gradient


@final
@dataclass(frozen=True, eq=False, init=False)
class Callables(Problem):
    """A loss of your own: ``value(x)`` a number and ``gradient(x)`` of shape (d,), for x of shape (d,).

    The shapes are looked at in every call; at the start of a flow the gradient is compared with differences of the value.

    >>> Callables(lambda x: float(x @ x), lambda x: 2 * x).slope(np.ones(2)).tolist()
    [2.0, 2.0]
    >>> Callables(lambda x: float(x @ x), lambda x: x).check(np.ones(1))
    Traceback (most recent call last):
    ...
    mirrortheory.errors.InvalidArgument: gradient must be the derivative of value, got 1 where differences give 2; correct it
    """

    _value: Callable[[Array], float]
    _gradient: Callable[[Array], ArrayLike]

    def __init__(self, value: Callable[[Array], float], gradient: Callable[[Array], ArrayLike]) -> None:
        for name, function in (("value", value), ("gradient", gradient)):
            if not callable(function):
                raise InvalidArgument(name, "a function of x, shape (d,)", function, "write for example lambda x: x @ x")
        object.__setattr__(self, "_value", value)
        object.__setattr__(self, "_gradient", gradient)

    def value(self, x: Array) -> float:
        found = np.asarray(self._value(x.copy()), dtype=float)
        if found.shape != ():
            raise InvalidArgument("value", "a function that returns one number", found.shape, "return a float")
        return float(found)

    def slope(self, x: Array) -> Array:
        found = np.asarray(self._gradient(x.copy()), dtype=float)
        if found.shape != x.shape:
            raise InvalidArgument("gradient", f"a function that returns shape {x.shape}", found.shape, "one entry a coordinate")
        return found

    def check(self, x: Array) -> None:
        """Refuse a start x where the loss is not finite, or where the gradient is not that of the value.

        Raises:
            NotSmooth, InvalidArgument: naming what is wrong.
        """
        super().check(x)
        gradient, h = self.slope(x), DIFFERENCE * max(1.0, float(np.abs(x).max()))
        directions = np.eye(len(x))
        if len(x) > _MOST_DIRECTIONS:
            directions = np.random.default_rng(0).normal(size=(_MOST_DIRECTIONS, len(x)))
            directions /= np.linalg.norm(directions, axis=1)[:, None]
        for u in directions:
            with np.errstate(all="ignore"):
                near, far = ((self.value(x + s * u) - self.value(x - s * u)) / (2 * s) for s in (h, 2 * h))
            rounding = 8 * np.finfo(float).eps * abs(self.value(x)) / h
            allowed = _SLOPES_AGREE * np.abs(gradient).max() + 4 * abs(near - far) + rounding
            if abs(near - gradient @ u) > allowed:  # not so where a difference is NaN: that says nothing
                got = f"{gradient @ u:.4g} where differences give {near:.4g}"
                raise InvalidArgument("gradient", "the derivative of value", got, "correct it")
