"""The command line, called in this process: what it prints and its exit code, without the seconds that an interpreter takes."""

import io
import os
import signal
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from mirrortheory.cli.commands import main

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Finished:
    """What is left of a command, as of a process."""

    returncode: int
    stdout: str
    stderr: str


class _Terminal(io.StringIO):
    def isatty(self):
        return True


def answered(*arguments):
    """Run the command line; return its exit code and what it printed, on standard output and standard error."""
    done = command(*arguments)
    return done.returncode, done.stdout, done.stderr


def command(*arguments, cwd=ROOT, columns=None):
    """Run the command line in a folder, on a terminal of so many columns, or in a pipe."""
    out, err = io.StringIO() if columns is None else _Terminal(), io.StringIO()
    words = ["mirrortheory", *map(str, arguments)]
    about = {} if columns is None else {"COLUMNS": str(columns), "TERM": "dumb"}
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with (
        chdir(cwd),
        redirect_stdout(out),
        redirect_stderr(err),
        mock.patch.object(sys, "argv", words),
        mock.patch.dict(os.environ, about),
    ):
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code or 0
    for number, handler in kept.items():  # an interrupted command leaves signals unheeded, as it is about to end
        signal.signal(number, handler)
    return Finished(code, out.getvalue(), err.getvalue())
