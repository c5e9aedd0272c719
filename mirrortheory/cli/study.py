"""The commands ``study feature`` and ``study price``: measurements over many flows, as CSV and as tables."""

from __future__ import annotations

import csv
import math
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from mirrortheory.cli.terminal import interruptible, plain_table, terminal
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import integer, rational

if TYPE_CHECKING:
    import sympy

    from mirrortheory.features.study import Cell

study = typer.Typer(no_args_is_help=True, help="Measure feature learning, and the price of gradient descent, over many runs.")

_SHOWN = ("kernel_distance", "steps_one_rate", "support", "error")
_Summary = dict["Cell", dict[str, tuple[float, float, float]]]


@study.command()
def feature(
    file: Annotated[Path, typer.Argument(help="CSV file for the results, one row for each seed of each cell.")],
    sizes: Annotated[
        str, typer.Option(help="Coordinates x data x nonzeros of the regressions, such as 20x10x2.")
    ] = "20x10x2,300x60x5",
    starts: Annotated[str, typer.Option(help="Sizes of the start, in (0, 1).")] = "1/10,1/100,1/10000,1/1000000,1/100000000",
    seeds: Annotated[str, typer.Option(help="Regressions of a cell, at least 6 for an interval.")] = "20",
    show: Annotated[str, typer.Option(help="Measures to show, of the columns of the file.")] = ",".join(_SHOWN),
    budget: Annotated[str, typer.Option(help="Costs at one rate, each for the best pair that costs no more.")] = "30,100,300,1000",
    resume: Annotated[bool, typer.Option("--resume", help="Keep the cells that the file holds, and run the others.")] = False,
) -> None:
    """Measure feature learning over m and p/L: kernel and metric distance, cost, sparsity, with 95 % intervals of the median."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads cost more than they give on tables so small
    from mirrortheory.check.results import write_atomically
    from mirrortheory.features import study as work

    count, budgets = integer(seeds, "seeds", 1, 10_000), [rational(entry, "budget") for entry in budget.split(",")]
    wanted = work.cells([_size(text, "sizes") for text in sizes.split(",")], starts.split(","))
    names = show.split(",")
    for name in names:
        if name not in work.MEASURES:
            raise InvalidArgument("show", f"in {', '.join(work.MEASURES)}", name, "write some of them, separated by commas")
    if not file.resolve().parent.is_dir():
        raise InvalidArgument("file", "in an existing folder", file, "make the folder first")
    if file.exists() and not resume:
        raise InvalidArgument("file", "a new file", file, "add --resume to go on from it, or name another")
    done = work.read(file, count) if file.exists() else {}
    kept = [row for rows in done.values() for row in rows]
    write_atomically(file, "".join(",".join(line) + "\n" for line in (work.COLUMNS, *(row.values() for row in kept))))
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    rows: list[work.Row] = []
    with (
        file.open("a", encoding="utf-8", newline="") as lines,
        interruptible(lambda: f"{len(rows) // count} of {len(wanted)} cells are in {file}; --resume goes on"),
    ):
        writer = csv.writer(lines, lineterminator="\n")
        with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("", total=len(wanted))
            for cell in wanted:
                progress.update(task, description=f"d = {cell.dimension}, start {cell.start}, q = {cell.q}, L = {cell.depth}")
                found = done.get(work.key_of(cell))
                if found is None:
                    found = work.measured(cell, count)
                    writer.writerows(row.values() for row in found)
                    lines.flush()
                rows += found
                progress.advance(task)
    _print(work.summarized(rows), names, budgets)


@study.command()
def price(
    depth: Annotated[str, typer.Option(help="Depths, from 2 to 8.")] = "2,3,4",
    start: Annotated[
        str, typer.Option(help="Weights w_0 of all layers at the start, between 0 and 1; at the minimum they are 1.")
    ] = ("1/10,1/100,1/1000"),
    reach: Annotated[str, typer.Option(help="The part theta of x* that is to be reached, between 0 and 1.")] = "1/2",
    size: Annotated[str, typer.Option(help="Coordinates x data x nonzeros of the regressions.")] = "300x60x5",
    seeds: Annotated[str, typer.Option(help="How many regressions.")] = "3",
    most: Annotated[str, typer.Option(help="Steps after which a rate is given up.")] = "20000",
) -> None:
    """Measure in real steps what gradient descent pays to leave a saddle, beside sign descent, Adam and the bound N_c."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from mirrortheory.features.real_steps import line, positive_regression, prices
    from mirrortheory.features.study import cells
    from mirrortheory.saddles import fewest_stable_steps

    depths, part = [integer(entry, "depth", 2, 8) for entry in depth.split(",")], rational(reach, "reach")
    starts = [rational(entry, "start") for entry in start.split(",")]
    bounds = {(layers, w): fewest_stable_steps(layers, start=w, reach=part) for layers in depths for w in starts}
    whole, count, limit = _size(size, "size"), integer(seeds, "seeds", 1, 100), integer(most, "most", 1, 10**7)
    cells([whole], [])
    regressions = [positive_regression(*whole, seed) for seed in range(count)]
    losses = {"(x - 1)^2/2": [line()], f"d = {whole[0]}": regressions}
    table = plain_table("loss", "L", "w_0", "N_c", "gradient descent", "sign descent", "Adam", numbers=True)
    console = terminal()
    with interruptible(lambda: "nothing is kept"), Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("descending", total=len(bounds) * sum(map(len, losses.values())))
        for name, problems in losses.items():
            for (layers, w), bound in bounds.items():
                found = []
                for problem, truth in problems:
                    found.append(prices(problem, truth, layers, float(w), float(part), limit))
                    progress.advance(task)
                shown = [_range([each[optimizer] for each in found], limit) for optimizer in found[0]]
                table.add_row(name, str(layers), str(w), f"{bound:,}".replace(",", " "), *shown)
    console.print(f"Fewest steps to {part} x* over all rates tried", highlight=False)
    console.print(table)


def _range(found: list[tuple[int, float] | None], most: int) -> str:
    """Return the fewest and the most steps of several losses."""
    steps = sorted(most + 1 if each is None else each[0] for each in found)
    low, high = (f"> {most}" if n > most else str(n) for n in (steps[0], steps[-1]))
    return low if low == high else f"{low} .. {high}"


def _size(text: str, name: str) -> tuple[int, int, int]:
    parts = text.split("x")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise InvalidArgument(name, "coordinates x data x nonzeros", text, "write for example 20x10x2")
    return int(parts[0]), int(parts[1]), int(parts[2])


def _print(summary: _Summary, names: list[str], budgets: list[sympy.Rational]) -> None:
    from mirrortheory.features.study import rank_correlation

    console = terminal()
    for size in dict.fromkeys((cell.dimension, cell.data, cell.nonzeros) for cell in summary):
        mine = {cell: found for cell, found in summary.items() if (cell.dimension, cell.data, cell.nonzeros) == size}
        starts = sorted({cell.start for cell in mine}, reverse=True)
        pairs = sorted({(cell.q, cell.depth): cell for cell in mine}.values(), key=lambda c: (-c.sparsity, c.metric_exponent))
        at = {(cell.q, cell.depth, cell.start): found for cell, found in mine.items()}
        for name in names:
            console.print(f"{name}, d = {size[0]}, {size[1]} data, {size[2]} nonzeros", highlight=False)
            table = plain_table("q", "L", "m", "p/L", *(f"start {start}" for start in starts), numbers=True)
            for pair in pairs:
                shown = [_entry(at[pair.q, pair.depth, start], name) for start in starts]
                table.add_row(str(pair.q), str(pair.depth), str(pair.metric_exponent), str(pair.sparsity), *shown)
            console.print(table)
        costs = (f"N <= {budget}" for budget in budgets)
        table = plain_table("start", "r(error, p/L)", "r(error, m)", *costs, "any N", numbers=True)
        for start in starts:
            here = [(pair, at[pair.q, pair.depth, start]) for pair in pairs]
            fitted = [(pair, found) for pair, found in here if found["fitted"][0] == 1]
            errors = [found["error"][0] for _, found in fitted]
            axes = ([float(p.sparsity) for p, _ in fitted], [float(p.metric_exponent) for p, _ in fitted])
            correlations = [f"{rank_correlation(errors, axis):+.2f}" for axis in axes]
            within = ([(p, f) for p, f in fitted if f["steps_one_rate"][0] <= budget] for budget in (*budgets, math.inf))
            table.add_row(str(start), *correlations, *map(_best, within))
        console.print(f"Ranks, and the pair with the least median error at a cost, d = {size[0]}", highlight=False)
        console.print(table)
    if any(found["fitted"][0] < 1 for found in summary.values()):
        console.print("~ half of the seeds or more had not fitted when the follower ran out of steps", highlight=False)


def _entry(found: dict[str, tuple[float, float, float]], name: str) -> str:
    middle, low, high = found[name]
    return f"{'~' if found['fitted'][0] < 1 else ''}{middle:.3g} ({low:.3g} .. {high:.3g})"


def _best(pairs: list[tuple[Cell, dict[str, tuple[float, float, float]]]]) -> str:
    if not pairs:
        return "none"
    cell, found = min(pairs, key=lambda pair: pair[1]["error"][0])
    return f"p/L = {cell.sparsity} ({cell.q}, {cell.depth}): {found['error'][0]:.2g}"
