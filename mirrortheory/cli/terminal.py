"""How commands print: the console, tables, the colours of verdicts; and how they end when they are interrupted."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.table import Table

STYLES = {"PROVED": "green", "DERIVED": "green", "SUPPORTED": "cyan", "REFUTED": "magenta"}
WIDE = 10_000  # columns of what no terminal folds


def terminal() -> Console:
    """Return where tables are printed: as wide as the terminal, and in a file or a pipe as wide as they are."""
    return Console() if Console().is_terminal else Console(width=WIDE)


def plain_table(*heads: str, numbers: bool = False) -> Table:
    """Return a table without lines; with ``numbers`` all columns but the first are set to the right."""
    table = Table(*heads, box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for column in table.columns[1:] if numbers else ():
        column.justify = "right"
    return table


@contextmanager
def interruptible(fate: Callable[[], str]) -> Iterator[None]:
    """Have Ctrl-C and SIGTERM end the command with one line, which says what became of the results, and exit code 130."""

    def interrupt(*_: object) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # an impatient second Ctrl-C must not cut the clean-up short
        raise KeyboardInterrupt

    heeded = [n for n in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(n) is not signal.SIG_IGN]
    before = {number: signal.signal(number, interrupt) for number in heeded}
    try:
        yield
    except KeyboardInterrupt:
        before.clear()
        typer.echo(f"interrupted: {fate()}", err=True)
        raise typer.Exit(130) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
