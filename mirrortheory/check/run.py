"""Running many theorem files: one worker process a file, with limits, so that none can take the others with it."""

from __future__ import annotations

import fcntl
import gc
import multiprocessing
import os
import resource
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

import sympy.core.random

from mirrortheory.check.claims import Outcome, examine, load, one_line, unexamined
from mirrortheory.check.results import can_be_written
from mirrortheory.errors import MirrorTheoryError

_POLL_SECONDS = 0.5
_LAST_WORDS_SECONDS = 3.0
_STARTS = 4
_GARBAGE = 100_000  # objects of SymPy hold no cycles to speak of, and Python would look for them thousands of times
_REMEMBERED = "50000"  # results of SymPy, of which it keeps 1000 of a function by default
_PRELOADED = ["mirrortheory.check.run", "mirrortheory.flows", "mirrortheory.notation"]
_MANY = 10  # claims, for which it pays to prepare more


@dataclass(frozen=True)
class Limits:
    """What one theorem file may use: wall time in seconds and address space in bytes."""

    seconds: float = 600.0
    memory: int = 8 * 2**30


@dataclass
class _Worker:
    path: Path
    process: BaseProcess
    answer: Connection
    began: float


def run(
    paths: Sequence[Path],
    *,
    jobs: int = 1,
    seed: int = 0,
    limits: Limits | None = None,
    done: Mapping[Path, Outcome] | None = None,
    each: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Examine theorem files in worker processes and return their outcomes in the order of ``paths``.

    A worker that raises, is killed, runs out of memory or exceeds the time makes its claim UNDECIDED with the reason.
    Workers end with this process, however it ends: at once when an exception such as KeyboardInterrupt leaves this
    function, and by a signal of the kernel when this process is killed.

    Args:
        paths: theorem files.
        jobs: how many workers at once.
        seed: seed of the sampling.
        limits: time and memory of each worker.
        done: outcomes already known, returned in their place; their files are not run.
        each: called in this process with each new outcome as it arrives.
    """
    limits = limits or Limits()
    # A fork server starts clean of this process's threads, and has the imports done when a worker is forked from it.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED + ["mirrortheory.check.prepared"] * (len(paths) >= _MANY))
    os.environ.setdefault("SYMPY_CACHE_SIZE", _REMEMBERED)  # for the fork server, which begins with none of this process's modules
    outcomes = dict(done or {})
    waiting, workers = [path for path in paths if path not in outcomes], list[_Worker]()
    try:
        while waiting or workers:
            while waiting and len(workers) < jobs:
                path = waiting.pop(0)
                try:
                    workers.append(_start(context, path, seed, limits))
                except (OSError, EOFError) as error:
                    outcomes[path] = unexamined(path, f"no worker could be started: {one_line(error)}")
                    each(outcomes[path])
            wait([w.answer for w in workers], timeout=_POLL_SECONDS)
            for worker in list(workers):
                outcome = _collect(worker, limits)
                if outcome is not None:
                    workers.remove(worker)
                    outcomes[worker.path] = outcome
                    each(outcome)
    finally:
        for worker in workers:
            worker.process.kill()  # all of them first: an impatient second Ctrl-C may cut the joins short
        for worker in workers:
            _stop(worker)
    return [outcomes[path] for path in paths]


def _start(context: ForkServerContext, path: Path, seed: int, limits: Limits, starts: int = _STARTS) -> _Worker:
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(path, seed, limits.memory, sending), daemon=True)
    resource_tracker.ensure_running()  # its start would unblock SIGINT below
    # The fork server, started here if need be, and its workers inherit the mask: no Ctrl-C reaches a worker, ever.
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    except (OSError, EOFError):  # the fork server was killed; once it is gone, another is brought up
        if starts == 1:
            raise
        time.sleep(_POLL_SECONDS)
        return _start(context, path, seed, limits, starts - 1)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        sending.close()
    return _Worker(path, process, receiving, time.monotonic())


def _work(path: Path, seed: int, memory: int, answer: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    gc.freeze()
    gc.set_threshold(_GARBAGE)
    _end_with_parent()
    sympy.core.random.seed(seed)  # SymPy asks for its facts in a random order; a verdict must come again
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    memory = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        outcome = examine(load(path), seed=seed)
        # What a certificate was made from stays here: it is much, and nobody reads it there.
        outcome = replace(outcome, evidence=tuple(replace(found, data={}) for found in outcome.evidence))
        if not can_be_written(outcome):  # said here, where it costs this claim alone
            outcome = unexamined(path, "its texts must be str and its verdicts Verdict; something else is among them")
    except MirrorTheoryError as error:
        outcome = unexamined(path, one_line(error))
    except MemoryError:
        outcome = unexamined(path, f"out of memory: more than {memory / 2**30:.3g} GiB")
    answer.send(outcome)
    answer.close()


def _end_with_parent() -> None:
    """Have the kernel end this process when its parent does, even in the middle of a long computation in C.

    A pipe whose other end only the parent holds raises SIGIO when that end closes, and SIGIO ends a process. A thread
    that watches the pipe would wait for the interpreter's lock; PR_SET_PDEATHSIG would watch the fork server.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, fcntl.fcntl(parent.sentinel, fcntl.F_GETFL) | os.O_ASYNC)
    if not parent.is_alive():  # it ended before the signal was asked for
        os._exit(1)


def _collect(worker: _Worker, limits: Limits) -> Outcome | None:
    """Return the worker's outcome when there is one, a reason when there will be none, None while it is at work."""
    elapsed = time.monotonic() - worker.began
    if worker.answer.poll():
        try:
            outcome: Outcome = worker.answer.recv()
        except (EOFError, OSError):  # it died before or while it sent the outcome
            worker.process.join(_LAST_WORDS_SECONDS)
            code = worker.process.exitcode
            reason = "the worker closed its pipe" if code is None else f"the worker died with exit code {code}"
            outcome = unexamined(worker.path, reason, elapsed)
    elif elapsed > limits.seconds:
        outcome = unexamined(worker.path, f"no verdict within {limits.seconds:g} s", elapsed)
    else:
        return None
    _stop(worker)
    return outcome


def _stop(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join()
    worker.answer.close()
