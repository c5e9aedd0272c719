"""The commands ``study feature``, ``study price`` and ``study recovery``: measurements over many flows, as CSV and as tables."""

from __future__ import annotations

import csv
import math
import os
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from mirrortheory.cli.answer import Answer, AsJson
from mirrortheory.cli.paths import must_be_writable
from mirrortheory.cli.terminal import interruptible, plain_table
from mirrortheory.errors import InvalidArgument

if TYPE_CHECKING:
    import sympy

    from mirrortheory.features.study import Cell

study = typer.Typer(no_args_is_help=True, help="Measure features, the price of saddles and recovery in many runs.")

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
    as_json: AsJson = False,
) -> None:
    """Measure feature learning over m and p/L.

    Measures are kernel and metric distance, cost and sparsity, with 95 % intervals of the median.

    Example: mirrortheory study feature f.csv --sizes 8x4x1 --seeds 6
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads cost more than they give on tables so small
    from mirrortheory.exact import integer, rational
    from mirrortheory.features import study as work

    answer = Answer("study feature", as_json=as_json)
    count, budgets = integer(seeds, "seeds", 1, 10_000), [rational(entry, "budget") for entry in budget.split(",")]
    wanted = work.cells([_size(text, "sizes") for text in sizes.split(",")], starts.split(","))
    names = show.split(",")
    for name in names:
        if name not in work.MEASURES:
            raise InvalidArgument("show", f"in {', '.join(work.MEASURES)}", name, "write some of them, separated by commas")
    entries = [
        (
            work.key_of(cell),
            f"d = {cell.dimension}, start {cell.start}, q = {cell.q}, L = {cell.depth}",
            partial(work.measured, cell, count),
        )
        for cell in wanted
    ]
    rows = _rows(file, entries, work.COLUMNS, count, resume=resume)
    summary = work.summarized(rows)
    _print(answer.console, summary, names, budgets)
    answer.give(
        lambda: {
            "file": file,
            "cells": [
                {
                    "dimension": cell.dimension,
                    "data": cell.data,
                    "nonzeros": cell.nonzeros,
                    "q": cell.q,
                    "depth": cell.depth,
                    "start": cell.start,
                    "metric_exponent": cell.metric_exponent,
                    "sparsity": cell.sparsity,
                    "measures": {name: _interval(*found) for name, found in measures.items()},
                }
                for cell, measures in summary.items()
            ],
        }
    )


@study.command()
def recovery(
    file: Annotated[Path, typer.Argument(help="CSV file for the results, one row for each seed of each cell.")],
    regression: Annotated[str, typer.Option(help="Coordinates x data x nonzeros of the regression, or none.")] = "300x100x5",
    classification: Annotated[str, typer.Option(help="Those of the classification, or none.")] = "80x60x4",
    depth: Annotated[str, typer.Option(help="Depths, from 2 to 8.")] = "3",
    start: Annotated[str, typer.Option(help="Size of the start, in (0, 1).")] = "1/1000000",
    methods: Annotated[str, typer.Option(help="Methods, or all: flow-2 (gradient flow), .., flow-1 (sign flow), adam, ..")] = "all",
    seeds: Annotated[str, typer.Option(help="Runs of a cell, at least 6 for an interval.")] = "10",
    resume: Annotated[bool, typer.Option("--resume", help="Keep the cells that the file holds, and run the others.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure sparse recovery by flows and optimizers.

    Measures are support, distance to the truth and time to escape, with 95 % intervals.

    Example: mirrortheory study recovery r.csv --regression 12x6x1 --seeds 6
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from mirrortheory.bias.sparse_recovery import recovery as work
    from mirrortheory.exact import integer

    answer = Answer("study recovery", as_json=as_json)
    count = integer(seeds, "seeds", 1, 10_000)
    given = {work.REGRESSION: regression, work.CLASSIFICATION: classification}
    sizes = [(setup, _size(text, setup)) for setup, text in given.items() if text != "none"]
    wanted = work.cells(sizes, depth.split(","), start, work.METHODS if methods == "all" else methods.split(","))
    if not wanted:
        raise InvalidArgument("regression", "given where classification is none", "none", "leave one of the two options out")
    entries = [
        (work.key_of(cell), f"{cell.setup}, L = {cell.depth}: {cell.method} {cell.rate}", partial(work.measured, cell, count))
        for cell in wanted
    ]
    rows = _rows(file, entries, work.COLUMNS, count, resume=resume)
    together = _together(rows, work.KEY)
    _print_recovery(answer.console, together)
    answer.give(
        lambda: {
            "file": file,
            "cells": [
                {"cell": dict(zip(work.KEY, known, strict=True)), "seeds": len(found), "measures": _measures(found, work.MEASURES)}
                for known, found in together.items()
            ],
        }
    )


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
    as_json: AsJson = False,
) -> None:
    """Measure what gradient descent pays at a saddle, in real steps.

    Beside it stand sign descent, Adam and the bound N_c.

    Example: mirrortheory study price --depth 3 --size 12x6x1 --seeds 1
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from mirrortheory.exact import integer, rational
    from mirrortheory.features.real_steps import line, positive_regression, prices
    from mirrortheory.features.study import cells
    from mirrortheory.saddles import fewest_stable_steps

    answer = Answer("study price", as_json=as_json)
    depths, part = [integer(entry, "depth", 2, 8) for entry in depth.split(",")], rational(reach, "reach")
    starts = [rational(entry, "start") for entry in start.split(",")]
    bounds = {(layers, w): fewest_stable_steps(layers, start=w, reach=part) for layers in depths for w in starts}
    whole, count, limit = _size(size, "size"), integer(seeds, "seeds", 1, 100), integer(most, "most", 1, 10**7)
    cells([whole], [])
    regressions = [positive_regression(*whole, seed) for seed in range(count)]
    losses = {"(x - 1)^2/2": [line()], f"d = {whole[0]}": regressions}
    table = plain_table("loss", "L", "w_0", "N_c", "gradient descent", "sign descent", "Adam", numbers=True)
    console, priced = answer.console, list[dict[str, object]]()
    with interruptible(lambda: "nothing is kept"), Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("descending", total=len(bounds) * sum(map(len, losses.values())))
        for name, problems in losses.items():
            for (layers, w), bound in bounds.items():
                found = []
                for problem, truth in problems:
                    found.append(prices(problem, truth, layers, float(w), float(part), limit))
                    progress.advance(task)
                steps = {optimizer: [each[optimizer] for each in found] for optimizer in found[0]}
                spans = {optimizer: _span(seen, limit) for optimizer, seen in steps.items()}
                priced.append({"loss": name, "depth": layers, "start": w, "bound": bound, "steps": spans})
                shown = [_range(seen, limit) for seen in steps.values()]
                table.add_row(name, str(layers), str(w), f"{bound:,}".replace(",", " "), *shown)
    console.print(f"Fewest steps to {part} x* over all rates tried", highlight=False)
    console.print(table)
    answer.give(lambda: {"reach": part, "most": limit, "rows": priced})


def _rows(
    file: Path,
    entries: Sequence[tuple[tuple[str, ...], str, Callable[[], list[dict[str, str]]]]],
    columns: tuple[str, ...],
    seeds: int,
    *,
    resume: bool,
) -> list[dict[str, str]]:
    """Return the rows of all cells (key, words for the progress, how to measure it), and keep them in a file as they come.

    The key of a cell is in the first columns.
    """
    from mirrortheory.check.results import write_atomically
    from mirrortheory.features.study import read

    must_be_writable("file", file)
    if file.exists() and not resume:
        raise InvalidArgument("file", "a new file", file, "add --resume to go on from it, or name another")
    done = read(file, seeds, columns, len(entries[0][0])) if file.exists() else {}
    kept = [row for found in done.values() for row in found]
    write_atomically(file, "".join(",".join(line) + "\n" for line in (columns, *(row.values() for row in kept))))
    shown = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    rows: list[dict[str, str]] = []
    with (
        file.open("a", encoding="utf-8", newline="") as lines,
        interruptible(lambda: f"{len(rows) // seeds} of {len(entries)} cells are in {file}; --resume goes on"),
    ):
        writer = csv.writer(lines, lineterminator="\n")
        with Progress(*shown, console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("", total=len(entries))
            for key, words, measure in entries:
                progress.update(task, description=words)
                found = done.get(key)
                if found is None:
                    found = measure()
                    writer.writerows(row.values() for row in found)
                    lines.flush()
                rows += found
                progress.advance(task)
    return rows


def _together(rows: list[dict[str, str]], key: tuple[str, ...]) -> dict[tuple[str, ...], list[dict[str, str]]]:
    """Return the rows of each cell."""
    together = defaultdict(list)
    for row in rows:
        together[tuple(row[name] for name in key)].append(row)
    return dict(together)


def _measures(found: list[dict[str, str]], names: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return the median and its interval of each measure over the rows of a cell."""
    from mirrortheory.features.study import interval

    return {name: _interval(*interval(float(row[name]) for row in found)) for name in names}


def _interval(median: float, low: float, high: float) -> dict[str, float]:
    return {"median": median, "low": low, "high": high}


def _print_recovery(console: Console, together: dict[tuple[str, ...], list[dict[str, str]]]) -> None:
    from mirrortheory.features.study import interval

    for whole in dict.fromkeys(known[:6] for known in together):
        setup, d, data, nonzeros, depth, start = whole
        table = plain_table(
            *("method", "rate", "at the end", "F1", "exact", "distance", "loss", "escape", "time", "steps", "error"), numbers=True
        )
        for known, found in together.items():
            if known[:6] != whole:
                continue
            first, count = found[0], len(found)
            decay = f", decay {float(first['decay']):g}" if float(first["decay"]) else ""
            rate = "" if known[-1] == "none" else f"{known[-1]}, {float(first['eta']):g}{decay}"
            ended, exact = (f"{sum(float(row[name]) == 1 for row in found)}/{count}" for name in ("reached", "exact"))
            f1, away, loss, escape, time, steps = (
                _with_interval(interval(float(row[name]) for row in found))
                for name in ("f1", "distance", "loss", "escape", "time", "steps")
            )
            error = f"{max(float(row['error']) for row in found):.1g}"
            table.add_row(known[-2], rate, ended, f1, exact, away, loss, escape, time, steps, error)
        console.print(f"{setup}, d = {d}, {data} data, {nonzeros} nonzeros, L = {depth}, start {start}", highlight=False)
        console.print(table)
    if any(row["reached"] == "0" for found in together.values() for row in found):
        console.print("runs that are not at the end were given up; escape inf: the start was not left before", highlight=False)


def _span(found: list[tuple[int, float] | None], most: int) -> dict[str, int | None]:
    """Return the fewest and the most steps of several losses; None for more than so many."""
    steps = sorted(most + 1 if each is None else each[0] for each in found)
    return {name: n if n <= most else None for name, n in (("fewest", steps[0]), ("most", steps[-1]))}


def _range(found: list[tuple[int, float] | None], most: int) -> str:
    """Return the fewest and the most steps of several losses."""
    low, high = (f"> {most}" if n is None else str(n) for n in _span(found, most).values())
    return low if low == high else f"{low} .. {high}"


def _size(text: str, name: str) -> tuple[int, int, int]:
    parts = text.split("x")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        raise InvalidArgument(name, "coordinates x data x nonzeros", text, "write for example 20x10x2")
    return int(parts[0]), int(parts[1]), int(parts[2])


def _print(console: Console, summary: _Summary, names: list[str], budgets: list[sympy.Rational]) -> None:
    from mirrortheory.features.study import rank_correlation

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
    return f"{'~' if found['fitted'][0] < 1 else ''}{_with_interval(found[name])}"


def _with_interval(found: tuple[float, float, float]) -> str:
    middle, low, high = found
    return f"{middle:.3g} ({low:.3g} .. {high:.3g})"


def _best(pairs: list[tuple[Cell, dict[str, tuple[float, float, float]]]]) -> str:
    if not pairs:
        return "none"
    cell, found = min(pairs, key=lambda pair: pair[1]["error"][0])
    return f"p/L = {cell.sparsity} ({cell.q}, {cell.depth}): {found['error'][0]:.2g}"
