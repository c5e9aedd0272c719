"""How commands print: the console, and the colours of verdicts."""

from __future__ import annotations

from rich.console import Console

from mirrortheory.evidence import Verdict

STYLES = {Verdict.PROVED: "green", Verdict.DERIVED: "green", Verdict.SUPPORTED: "cyan", Verdict.REFUTED: "magenta"}
_WIDE = 10_000  # columns of what no terminal folds


def terminal() -> Console:
    """Return where tables are printed: as wide as the terminal, and in a file or a pipe as wide as they are."""
    return Console() if Console().is_terminal else Console(width=_WIDE)
