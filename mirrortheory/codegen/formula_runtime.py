"""What the NumPy code of a formula needs beside NumPy; its text is copied into that code, so that it stands alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def between(x: Any, low: float, high: float) -> Any:
    """Return x where low < x < high, elsewhere nan."""
    x = np.asarray(x, dtype=float)
    return np.where((x > low) & (x < high), x, np.nan)


def raised(base: Any, exponent: float, rest: float = 0.0) -> Any:
    """Return base^(exponent + rest), where rest is what a float misses of a third, say."""
    return base**exponent * (1 + rest * np.log(np.where(base > 0, base, 1.0)))


def invert(target: Any, function: Callable[..., Any], slope: Callable[..., Any], low: float, high: float) -> Any:
    """Return x in (low, high) with function(x) = target for an increasing function: Newton's method, or else a bracket is cut."""
    target = np.asarray(target, dtype=float)
    start = 0.0 if low < 0 < high else (low + high) / 2 if np.isfinite(high - low) else low + 1 if np.isfinite(low) else high - 1
    a, b, x, step = (np.full(target.shape, value) for value in (low, high, start, np.inf))
    for k in range(1, 200):
        value = function(x)
        a, b = np.where(value < target, x, a), np.where(value < target, b, x)
        newton = x + (target - value) / slope(x)
        shift = 2.0 ** min(k, 500)
        far = np.where(a == 0, b / shift, np.where(b == 0, a / shift, (a + b) / 2))
        far = np.where(np.isinf(a), np.minimum(b, -1) * shift, np.where(np.isinf(b), np.maximum(a, 1) * shift, far))
        far = np.where((a > 0) & np.isfinite(b), np.sqrt(a) * np.sqrt(b), far)
        far = np.where((b < 0) & np.isfinite(a), -np.sqrt(-a) * np.sqrt(-b), far)
        quick = (newton > a) & (newton < b) & (np.abs(newton - x) <= step / 2)
        following = np.where(value == target, x, np.where(quick, newton, far))
        step = np.abs(following - x)
        if ((following <= a) | (following >= b) | (following == x) | np.isnan(target)).all():
            break
        x = np.where((following > a) & (following < b), following, x)
    return np.where(np.isnan(target), np.nan, x)
