"""The command ``jumps``: from saddle to saddle as the start vanishes, and flows from tiny starts beside it."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mirrortheory.cli.answer import Answer, AsJson
from mirrortheory.cli.terminal import plain_table
from mirrortheory.errors import InvalidArgument

if TYPE_CHECKING:
    from mirrortheory.exact import Ball
    from mirrortheory.saddles import JumpPath

_CLOSE = 1e-6  # a distance that is the rounding and the tolerance of the solver
_LONGEST = 12  # characters of an exact number, beyond which it is shown as a decimal


def jumps(
    file: Annotated[
        Path, typer.Argument(help="Problem file as in simulate --help; of [run], nothing is used: the start vanishes.")
    ],
    run: Annotated[bool, typer.Option("--run", help="Follow the flow from tiny starts too, and compare.")] = False,
    start: Annotated[
        str, typer.Option(help="Scales a of these starts (0, a, .., a), at most 1e-10, falling.")
    ] = "1e-50,1e-100,1e-200",
    as_json: AsJson = False,
) -> None:
    """Show the plateaus of a flow as its start vanishes.

    The flow is of a product on L = p: gradient flow at depth 2, q = 3/2 at depth 3, ..

    Example: mirrortheory jumps problem.toml
    """
    from mirrortheory.cli.problem_file import named, read_problem
    from mirrortheory.decays import NoDecay
    from mirrortheory.exact import rational
    from mirrortheory.flows import Quadratic
    from mirrortheory.reparams import Product
    from mirrortheory.saddles import saddle_to_saddle
    from mirrortheory.saddles.tiny_starts import dated_flow

    answer = Answer("jumps", as_json=as_json)
    setup, scales = read_problem(file), [rational(entry, "start") for entry in start.split(",")]
    flow, problem = setup.flow, setup.problem
    q, depth = flow.geometry.exponent, len(flow.weights)
    critical = isinstance(flow.reparam, Product) and isinstance(flow.decay, NoDecay) and q * (depth - 1) == depth
    if not critical or not isinstance(problem, Quadratic):
        kinds = (type(part).__name__ for part in (flow.reparam, flow.decay, problem))
        got = f"q = {q}, {depth} weights, {', '.join(kinds)}"
        remedy = "write for example q = 2 and depth = 2, or q = 3/2 and depth = 3"
        raise InvalidArgument(f"{file}: flow", "a product on L = p without decay, on a quadratic loss", got, remedy)
    if scales != sorted(set(scales), reverse=True):
        raise InvalidArgument("start", "scales that fall", start, "write for example 1e-100,1e-200")
    with named(file):
        path = saddle_to_saddle(problem, exponent=q)
    columns = {"time": [_short(plateau.start) for plateau in path.plateaus]}
    dated = []
    if run:
        dated = [dated_flow(problem, path, start=scale) for scale in scales]
        for entry, seen in zip(start.split(","), dated, strict=True):
            columns[f"a = {entry}"] = ["", *(f"{time / seen.log_scale:.6f}" for time in seen.times)]
        for before, last in list(itertools.pairwise(dated))[-1:]:
            pairs, more = zip(before.times, last.times, strict=True), last.log_scale - before.log_scale
            columns["slope"] = ["", *(f"{(t - s) / more:.7f}" for s, t in pairs)]
        columns["distance"] = [f"{distance:.0e}" if distance > _CLOSE else f"< {_CLOSE:g}" for distance in dated[-1].distances]
    columns["loss"] = [_short(plateau.loss) for plateau in path.plateaus]
    columns["change"] = [_change(path, jump) for jump in range(len(path.plateaus))]
    columns["x"] = [", ".join(map(_short, plateau.x)) for plateau in path.plateaus]
    console = answer.console
    how = "" if q == 2 else ", a conjecture for q < 2"
    console.print(
        f"Plateaus from the layers (0, a, .., a) as a -> 0, q = {q}, depth {depth}{how}; time over log(1/a)", highlight=False
    )
    table = plain_table(*columns)
    for cells in zip(*columns.values(), strict=True):
        table.add_row(*cells)
    console.print(table)
    answer.give(
        lambda: {
            "q": q,
            "depth": depth,
            "conjecture": bool(q < 2),
            "plateaus": [
                {
                    "start": _exactly(plateau.start),
                    "loss": _exactly(plateau.loss),
                    "x": list(map(_exactly, plateau.x)),
                    "enter": [j + 1 for j in path.entering(i)] if i else [],
                    "leave": [j + 1 for j in path.leaving(i)] if i else [],
                }
                for i, plateau in enumerate(path.plateaus)
            ],
            "flows": [
                {"start": scale, "log_scale": seen.log_scale, "times": seen.times, "distances": seen.distances}
                for scale, seen in zip(scales, dated, strict=False)
            ],
        }
    )


def _exactly(value: Fraction | Ball) -> object:
    """Return a rational as it is, and the middle of a ball as a double."""
    return value if isinstance(value, Fraction) else float(value.mid())


def _change(path: JumpPath, jump: int) -> str:
    """Return which coordinates enter, with their signs, and which leave."""
    if jump == 0:
        return ""
    enter = [f"{'+' if path.plateaus[jump].x[j] > 0 else '-'}x{j + 1} in" for j in path.entering(jump)]
    return ", ".join((*enter, *(f"x{j + 1} out" for j in path.leaving(jump))))


def _short(value: Fraction | Ball) -> str:
    text = str(value)
    if isinstance(value, Fraction) and len(text) <= _LONGEST:
        return text
    return f"{float(value if isinstance(value, Fraction) else value.mid()):.9g}"
