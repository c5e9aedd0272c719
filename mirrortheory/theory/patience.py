r"""A limit of time for a computation in Python, in whichever thread it runs.

A second thread waits for the end of the time, and then has the interpreter raise an exception in the first one, as Ctrl-C does in
the main thread. Signals reach the main thread only, and a process of its own loses what SymPy remembers, cannot be forked safely
beside other threads, and would have to send back what a user's own classes are made of. So the limit holds in every thread,
threads have limits of their own, and no signal is used. The exception comes between two steps of the interpreter: a single
operation of a library in C, such as a power with a billion digits, is not cut short, and forms are derived with letters so that
none comes up.

Source: Python, "Python/C API reference", ``PyThreadState_SetAsyncExc``.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from mirrortheory.errors import OutOfTime

_Result = TypeVar("_Result")
_AGAIN_AFTER = 5.0  # where a library has swallowed the exception


class _TimeIsUp(BaseException):
    """Raised from outside; no handler of errors catches it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the block when it has run for so many seconds.

    >>> with limited(60):
    ...     sum(range(10))
    45
    """
    mine: type[_TimeIsUp] = type("_TimeIsUp", (_TimeIsUp,), {})  # a block inside another one has an exception of its own
    thread, done, lock = threading.get_ident(), threading.Event(), threading.Lock()
    raised = threading.Event()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            with lock:
                if not done.is_set():
                    raised.set()
                    _raise_in(thread, mine)
            wait = _AGAIN_AFTER

    def end() -> None:
        done.set()
        with lock:  # after this nothing more is raised; what was, and has not come, is taken back
            if raised.is_set():  # only then: after a call that takes nothing back, profilers and tracers of Python 3.11 hang
                _raise_in(thread, None)

    try:
        threading.Thread(target=watch, name="limit of time", daemon=True).start()
        try:
            yield
        finally:
            end()
    except mine:
        end()  # again, as it may have come in the first call
        raise TimeoutError(f"no answer within {seconds:g} s") from None


def in_time(work: Callable[[], _Result], seconds: float, at_work: Sequence[str]) -> _Result:
    """Return what ``work`` does in so many seconds.

    Raises:
        OutOfTime: when it takes longer, naming the last of ``at_work`` at that time.

    >>> in_time(lambda: sum(range(10)), 60, ["sum"])
    45
    """
    try:
        with limited(seconds):
            return work()
    except TimeoutError:
        raise OutOfTime(at_work[-1], seconds) from None


def _raise_in(thread: int, exception: type[BaseException] | None) -> None:
    kind = None if exception is None else ctypes.py_object(exception)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), kind)
