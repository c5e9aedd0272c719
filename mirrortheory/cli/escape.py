"""The command ``escape``: what gradient descent pays at a saddle, over depth and start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated

import typer

from mirrortheory.cli.answer import Answer, AsJson
from mirrortheory.cli.terminal import plain_table

if TYPE_CHECKING:
    from mirrortheory.exact import Ball

_PLACES = 6


def price_of_escape(
    depth: Annotated[str, typer.Option(help="Depths of the columns, such as 3 or 2,3,4, from 2 to 8.")] = "2,3,4,5,6",
    start: Annotated[
        str, typer.Option(help="Starts w_0/w* of the rows, such as 1/100 or 1/10,1/100, between 0 and 1.")
    ] = "1/10,1/100,1/1000,1/10000,1/100000,1/1000000",
    reach: Annotated[str, typer.Option(help="The part theta of x* that is to be reached, between 0 and 1.")] = "1/2",
    as_json: AsJson = False,
) -> None:
    """Show what gradient descent pays to leave a saddle.

    That is the fewest steps at any stable rate, and its rate over that of sign descent.

    Example: mirrortheory escape --depth 2,3 --start 1/100
    """
    from mirrortheory.exact import integer, rational
    from mirrortheory.saddles import escape_rate_ratio, fewest_stable_steps

    answer = Answer("escape", as_json=as_json)
    depths, part = [integer(entry, "depth", 2, 8) for entry in depth.split(",")], rational(reach, "reach")
    starts = [rational(entry, "start") for entry in start.split(",")]
    steps = [[fewest_stable_steps(layers, start=w, reach=part) for layers in depths] for w in starts]
    rates = [[escape_rate_ratio(layers, start=w, end=1, slope=1, digits=_PLACES + 2) for layers in depths] for w in starts]
    console = answer.console
    counts = [[f"{count:,}".replace(",", " ") for count in row] for row in steps]
    for title, rows in (
        (f"Gradient descent on (x - x*)^2/2 reaches {part} x* at no stable rate in fewer steps than", counts),
        (
            "Its rate over that of sign descent, from w_0 to 1 at slope -1 in many small steps",
            [[_short(r) for r in row] for row in rates],
        ),
    ):
        console.print(title, highlight=False)
        table = plain_table("w_0", *(f"L = {layers}" for layers in depths), numbers=True)
        for w, row in zip(starts, rows, strict=True):
            table.add_row(str(w), *row)
        console.print(table)
    answer.give(
        lambda: {
            "reach": part,
            "rows": [
                {"start": w, "depth": layers, "fewest_steps": count, "rate_ratio": _short(rate)}
                for w, of_steps, of_rates in zip(starts, steps, rates, strict=True)
                for layers, count, rate in zip(depths, of_steps, of_rates, strict=True)
            ],
        }
    )


def _short(value: Ball) -> str:
    from mirrortheory.exact import decimal

    near = float(value.mid())
    return f"{near:.{_PLACES}g}" if math.isfinite(near) else decimal(value, _PLACES - 3)["mid"]  # which keeps three more
