"""The command ``plot``: a picture of the theory, and its numbers beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mirrortheory.errors import InvalidArgument


def plot(
    picture: Annotated[str, typer.Argument(help="phase, escape, ratio, balance, origin, stationary, feature or order.")],
    out: Annotated[Path, typer.Option(help="Draw to this file, .svg or .png; the numbers go to a .csv beside it.")],
) -> None:
    """Draw a picture of the theory, and write the numbers in it beside it."""
    from mirrortheory.report.pictures import PICTURES, write

    if picture not in PICTURES:
        raise InvalidArgument("picture", f"one of {', '.join(PICTURES)}", picture, "write one of them")
    beside = write(PICTURES[picture], out)
    typer.echo(f"written: {out}\nwritten: {beside}")
