"""The command ``plot``: a picture of the theory, and its numbers beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mirrortheory.cli.answer import Answer, AsJson
from mirrortheory.cli.paths import must_be_writable
from mirrortheory.errors import InvalidArgument


def plot(
    picture: Annotated[str, typer.Argument(help="phase, escape, ratio, balance, origin, stationary, feature or order.")],
    out: Annotated[Path, typer.Option(help="Draw to this file, .svg, .png or .pdf; the numbers go to a .csv beside it.")],
    as_json: AsJson = False,
) -> None:
    """Draw a picture of the theory, with its numbers beside it.

    Example: mirrortheory plot phase --out phase.svg
    """
    from mirrortheory.report.pictures import PICTURES, write

    if picture not in PICTURES:
        raise InvalidArgument("picture", f"one of {', '.join(PICTURES)}", picture, "write one of them")
    answer = Answer("plot", as_json=as_json)
    must_be_writable("out", out, (".svg", ".png", ".pdf"), "flow.svg")
    must_be_writable("out", out.with_suffix(".csv"))
    beside = write(PICTURES[picture], out)
    answer.say(f"written: {out}\nwritten: {beside}")
    answer.give(lambda: {"picture": picture, "written": [out, beside]})
