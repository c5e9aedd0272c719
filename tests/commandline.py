"""The command line in this process: what it prints and its exit code, without the seconds that a new interpreter takes."""

import contextlib
import io
import signal
import subprocess
import sys
from pathlib import Path
from unittest import mock

from mirrortheory.cli import main

ROOT = Path(__file__).resolve().parent.parent


def command(*arguments, cwd=ROOT):
    """Run ``mirrortheory`` with these arguments in a folder; return what a process would: exit code and what was printed."""
    line, out, err = ["mirrortheory", *map(str, arguments)], io.StringIO(), io.StringIO()
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    code = 0
    try:
        with (
            mock.patch.object(sys, "argv", line),
            contextlib.chdir(cwd),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            main()
    except SystemExit as ended:
        code = ended.code or 0
    finally:  # an interrupted command leaves signals unheeded, as it is about to end; the tests go on
        for number, handler in kept.items():
            signal.signal(number, handler)
    return subprocess.CompletedProcess(line, code, out.getvalue(), err.getvalue())
