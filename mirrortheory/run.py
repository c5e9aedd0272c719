"""Running many theorem files: one worker process a file, with limits, so that none can take the others with it."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from mirrortheory.claims import Outcome, examine, load, one_line, unexamined
from mirrortheory.errors import MirrorTheoryError

_POLL_SECONDS = 0.5
_PRELOADED = ["mirrortheory.claims", "mirrortheory.flows", "mirrortheory.notation"]


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
    each: Callable[[Outcome], None] = lambda outcome: None,
) -> list[Outcome]:
    """Examine theorem files in worker processes and return their outcomes in the order of ``paths``.

    A worker that raises, is killed, runs out of memory or exceeds the time makes its claim UNDECIDED with the reason.

    Args:
        paths: theorem files.
        jobs: how many workers at once.
        seed: seed of the sampling.
        limits: time and memory of each worker.
        each: called in this process with each outcome as it arrives.
    """
    limits = limits or Limits()
    # A fork server starts clean of this process's threads, and has the imports done when a worker is forked from it.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    waiting, workers = list(paths), list[_Worker]()
    outcomes: dict[Path, Outcome] = {}
    try:
        while waiting or workers:
            while waiting and len(workers) < jobs:
                workers.append(_start(context, waiting.pop(0), seed, limits))
            wait([w.answer for w in workers], timeout=_POLL_SECONDS)
            for worker in list(workers):
                outcome = _collect(worker, limits)
                if outcome is not None:
                    workers.remove(worker)
                    outcomes[worker.path] = outcome
                    each(outcome)
    finally:
        for worker in workers:
            _stop(worker)
    return [outcomes[path] for path in paths]


def _start(context: multiprocessing.context.ForkServerContext, path: Path, seed: int, limits: Limits) -> _Worker:
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(path, seed, limits.memory, sending), daemon=True)
    process.start()
    sending.close()
    return _Worker(path, process, receiving, time.monotonic())


def _work(path: Path, seed: int, memory: int, answer: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    try:
        outcome = examine(load(path), seed=seed)
    except MirrorTheoryError as error:
        outcome = unexamined(path, one_line(error))
    except MemoryError:
        outcome = unexamined(path, f"out of memory: more than {memory / 2**30:.3g} GiB")
    answer.send(outcome)
    answer.close()


def _collect(worker: _Worker, limits: Limits) -> Outcome | None:
    """Return the worker's outcome when there is one, a reason when there will be none, None while it is at work."""
    elapsed = time.monotonic() - worker.began
    if worker.answer.poll():
        try:
            outcome: Outcome = worker.answer.recv()
        except EOFError:
            worker.process.join()
            outcome = unexamined(worker.path, f"the worker died with exit code {worker.process.exitcode}", elapsed)
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
