"""What a command answers: lines and tables for people or, with ``--json``, one document for programs (docs/json.md)."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

import mirrortheory
from mirrortheory.cli.terminal import terminal

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text; docs/json.md has its keys.")]
STATUS = {True: 0, False: 1, None: 3}  # exit codes: a statement of the user's holds, is refuted, stays open


class Answer:
    """The answer of one command, printed as it comes, or given as JSON at the end.

    Args:
        command: the words after mirrortheory, such as ``study price``.
        as_json: whether the document is printed, and nothing else.

    Attributes:
        console: where tables are printed; silent where the answer is JSON.
    """

    def __init__(self, command: str, *, as_json: bool) -> None:
        self.command, self.as_json = command, as_json
        self.console = Console(quiet=True) if as_json else terminal()

    def say(self, text: str) -> None:
        """Print lines for people."""
        if not self.as_json:
            typer.echo(text)

    def give(self, document: Callable[[], Mapping[str, object]]) -> None:
        """Print the document where JSON is asked for; it is not made where it is not."""
        if self.as_json:
            about = {"command": self.command, "version": mirrortheory.__version__}
            typer.echo(json.dumps(about | plain(document()), indent=1, allow_nan=False))


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: exact numbers and formulas as text, and numbers that are not finite as inf, -inf or nan.

    >>> from fractions import Fraction
    >>> plain({"x": Fraction(1, 3), "T": [float("inf"), 2.5]})
    {'x': '1/3', 'T': ['inf', 2.5]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if hasattr(value, "tolist"):  # of NumPy
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    return value if value is None or isinstance(value, str | bool | int) else str(value)
