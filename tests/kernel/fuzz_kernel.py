"""Hostile inputs for the kernel, run as a program of its own: ``python fuzz_kernel.py DIR COUNT [--atheris]``.

DIR holds certificates, ``seed*.json``. Every input is made from its number alone; the number of the one in progress is kept in the
file DIR/progress, so that what crashed or hung can be made again by ``make(number, seeds)``. Each input must be given a verdict or
be rejected, in one line and in time, without opening another file, importing, or starting anything; the first that is not ends the
run. The last line printed counts the outcomes. With --atheris, inputs grow out of the seeds by the coverage of the kernel.
"""

import codecs
import contextlib
import faulthandler
import json
import os
import random
import re
import sys
import time
from collections import Counter
from pathlib import Path

from hostile_certificates import make, mutated

SOURCE = Path(__file__).resolve().parents[2] / "mirrortheory"
SECONDS = 5
VERDICTS = {"SUPPORTED", "DERIVED", "PROVED", "REFUTED", "VACUOUS", "UNDECIDED"}
FORBIDDEN = (
    "open",
    "import",
    "exec",
    "compile",
    "os.",
    "subprocess.",
    "socket.",
    "shutil.",
    "tempfile.",
    "ctypes.dlopen",
    "urllib.",
)


class Failed(Exception):
    """An input did what none may do."""


class Watch:
    """Runs the kernel on inputs, records what happens meanwhile, and counts how it ends."""

    def __init__(self, kernel, folder, plain=None):
        self.plain = plain or kernel  # where the kernel counts what it covers, the same without: what is slow is timed in it
        self.kernel, self.file, self.counts, self.slowest, self.active, self.events = (
            kernel,
            str(folder / "input.json"),
            Counter(),
            0.0,
            False,
            [],
        )
        for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"):
            codecs.lookup(encoding)  # imports it
        sys.addaudithook(self.hear)

    def hear(self, event, arguments):
        own = (event, *arguments[:2]) == ("open", self.file, "r")
        frame = (
            arguments[:1] == (b"_getframe()",) and event == "compile"
        )  # Cython makes a frame for the traceback of a singular matrix
        if self.active and event.startswith(FORBIDDEN) and not (own or frame):
            self.events.append((event, str(arguments)[:200]))

    def run(self, family, given):
        """Give bytes to the reader and what it returns, or a value, to the checker."""
        if isinstance(given, bytes):
            Path(self.file).write_bytes(given)
        if not self.counts.total() % 500:  # a thread each time would be slow
            faulthandler.dump_traceback_later(100, exit=True)  # also out of a hang in C
        started, self.active = time.process_time(), True
        try:
            verdict = self.kernel.check(self.kernel.read(self.file) if isinstance(given, bytes) else given)
            outcome = "accepted" if verdict in VERDICTS else f"returned {verdict!r}"
        except self.kernel.Rejected as error:
            reason = re.sub(r"""^(\w+|["'].*) (?=with|is no|divides)""", ".. ", str(error))
            outcome = "rejected: " + re.split(r"""(?<=.)["'\[{<]|-?\d|True|False|None|, got""", reason)[0].strip()[:50]
            if str(error).splitlines() != [str(error)] or len(str(error)) > 200 or not str(error).isprintable():
                raise Failed(f"a message that is not one short line: {error!r:.300}") from error
        finally:
            self.active, seconds = False, time.process_time() - started
        self.slowest = max(self.slowest, seconds)
        if self.plain is not self.kernel and seconds > SECONDS:
            seconds = self.seconds_without_counting(given)
        if self.events or seconds > SECONDS or outcome.startswith("returned"):
            raise Failed(f"{outcome}; {seconds:.1f} s; {self.events}")
        self.counts[family, outcome] += 1

    def seconds_without_counting(self, given):
        """Return the seconds of the kernel as it is shipped."""
        started = time.process_time()
        with contextlib.suppress(self.plain.Rejected):
            self.plain.check(self.plain.read(self.file) if isinstance(given, bytes) else given)
        return time.process_time() - started

    def report(self):
        rejected = Counter()
        for (family, outcome), count in self.counts.items():
            rejected[outcome] += count
            rejected[f"in {family}"] += count
        print(
            json.dumps({"inputs": self.counts.total(), "slowest": round(self.slowest, 2), "counts": dict(rejected.most_common())}),
            flush=True,
        )


def load():
    """Import the kernel by itself, as it is run."""
    sys.path.insert(0, str(SOURCE))
    import flint
    import kernel

    flint.ctx.prec = 240
    return kernel


def main(folder, count):
    seeds = [json.loads(path.read_bytes()) for path in sorted(folder.glob("seed*.json"))]
    watch = Watch(load(), folder)
    progress = os.open(folder / "progress", os.O_CREAT | os.O_WRONLY)
    for number in range(count):
        os.pwrite(progress, b"%9d" % number, 0)
        watch.run(*make(number, seeds))
    watch.report()


def grow(folder, count):
    """Let Atheris choose inputs by the coverage of the kernel; half of its mutations are those above."""
    import atheris

    plain = load()
    del sys.modules["kernel"]
    import_kernel = atheris.instrument_imports(include=["kernel"])
    with import_kernel:
        kernel = load()
    watch = Watch(kernel, folder, plain)

    def change(data, max_size, seed):
        rng = random.Random(seed)
        with contextlib.suppress(ValueError, RecursionError):
            if rng.random() < 0.5:
                changed = json.dumps(mutated(rng, [json.loads(data)])).encode()
                return changed if len(changed) <= max_size else data
        return atheris.Mutate(data, max_size)

    corpus, runs = folder / "corpus", [0]
    corpus.mkdir(exist_ok=True)
    for path in folder.glob("seed*.json"):
        (corpus / path.name).write_bytes(path.read_bytes())

    def run(data):
        watch.run("coverage", bytes(data))
        runs[0] += 1
        if runs[0] == count:
            watch.report()

    options = [f"-atheris_runs={count}", "-max_len=8000", "-timeout=20", "-rss_limit_mb=4096", "-seed=1", "-verbosity=0"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/", str(corpus)], run, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    (grow if "--atheris" in sys.argv else main)(Path(sys.argv[1]), int(sys.argv[2]))
