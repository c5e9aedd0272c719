"""How far a solver has come, told to a function of the user at most four times a second and at the end."""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[float, float], None]
Tick = Callable[[float], None]  # told how much is done

_PAUSE = 0.25  # seconds between two reports


class Ticker:
    """Tells ``progress`` (done, whole), with done never falling.

    >>> told = []
    >>> tick = Ticker(lambda done, whole: told.append((done, whole)), 2.0)
    >>> tick(2.0), tick(1.0)
    (None, None)
    >>> told
    [(2.0, 2.0)]
    """

    def __init__(self, progress: Progress | None, whole: float) -> None:
        self.progress, self.whole, self.told, self.last = progress, whole, 0.0, time.monotonic()

    def __call__(self, done: float) -> None:
        if self.progress is None or done <= self.told:
            return
        if done >= self.whole or time.monotonic() - self.last >= _PAUSE:
            self.told, self.last = min(done, self.whole), time.monotonic()
            self.progress(self.told, self.whole)


def silent(done: float) -> None:
    """Tell nobody."""


def part(tick: Tick, base: float, size: float = 1.0) -> Tick:
    """Return what tells ``tick`` about a part of the work, which begins at ``base`` and has this size."""
    return lambda done: tick(base + size * done)
