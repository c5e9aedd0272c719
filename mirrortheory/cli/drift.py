"""The command ``drift``: how far Adam moves a balance, measured over predicted, by betas and step."""

from __future__ import annotations

from typing import Annotated

import typer

from mirrortheory.cli.answer import Answer, AsJson
from mirrortheory.cli.terminal import plain_table
from mirrortheory.errors import InvalidArgument


def drift(
    betas: Annotated[
        str, typer.Option(help="Pairs beta_1:beta_2 of the rows, in [0, 1), such as 9/10:999/1000.")
    ] = "0:9/10,1/2:9/10,9/10:99/100,9/10:999/1000,19/20:999/1000,99/100:9/10",
    eta: Annotated[
        str, typer.Option(help="Steps of the columns, such as 1/1000 or 1/100,1/1000.")
    ] = "1/1000,1/10000,1/100000,1/1000000",
    start: Annotated[str, typer.Option(help="Sizes of the two layers at the start.")] = "1,1/2",
    as_json: AsJson = False,
) -> None:
    """Show how far Adam moves a balance, over what its lags predict.

    The slope is steady. A second table says where the prediction applies.

    Example: mirrortheory drift --betas 9/10:999/1000 --eta 1/1000
    """
    from mirrortheory.exact import rational
    from mirrortheory.flows.discrete.drift import drift_of_adam

    answer = Answer("drift", as_json=as_json)
    rows = [_pair(entry, "betas", ":") for entry in betas.split(",")]
    steps, sizes = [float(rational(entry, "eta")) for entry in eta.split(",")], _pair(start, "start", ",")
    found = [[drift_of_adam(step, *row, start=sizes) for step in steps] for row in rows]
    console = answer.console
    for title, cells in (
        (
            "Change of |w_1| - |w_2| under Adam in ten memories, over that by its lags",
            [[f"{cell.measured / cell.predicted:.4f}" for cell in row] for row in found],
        ),
        (
            "The larger eta tau/|w|, which is to be small: the part of a layer that it moves while the memory lasts",
            [[f"{cell.part:.2g}" for cell in row] for row in found],
        ),
    ):
        console.print(title, highlight=False)
        table = plain_table("betas", *(f"eta = {step:g}" for step in steps), numbers=True)
        for (first, second), row in zip(rows, cells, strict=True):
            table.add_row(f"{first:g}, {second:g}", *row)
        console.print(table)
    answer.give(
        lambda: {
            "start": sizes,
            "rows": [
                {"beta_1": row[0], "beta_2": row[1], "eta": eta, "measured": c.measured, "predicted": c.predicted, "part": c.part}
                for row, cells in zip(rows, found, strict=True)
                for eta, c in zip(steps, cells, strict=True)
            ],
        }
    )


def _pair(text: str, name: str, between: str) -> tuple[float, float]:
    from mirrortheory.exact import rational

    entries = text.split(between)
    if len(entries) != 2:
        raise InvalidArgument(name, "two numbers", text, f"write for example {'9/10:999/1000' if between == ':' else '1,1/2'}")
    first, second = (float(rational(entry, name)) for entry in entries)
    return first, second
