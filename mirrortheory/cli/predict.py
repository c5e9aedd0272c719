"""The command ``predict``: where the flow of a problem file ends, without following it; with --run, beside where it does end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mirrortheory.cli.terminal import interruptible, plain_table, terminal
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import integer

if TYPE_CHECKING:
    from mirrortheory.bias import End, Prediction

_MOST = 20  # coordinates in the table
_SUFFIXES = (".svg", ".png")


def predict(
    file: Annotated[Path, typer.Argument(help="Problem file in TOML with a quadratic loss; run.t_end is not used.")],
    digits: Annotated[str | None, typer.Option(help="Decimal digits of the end, proved.")] = None,
    run: Annotated[bool, typer.Option("--run", help="Follow the flow too, or two flows where no rule predicts the end.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw start and end to this file, .svg or .png.")] = None,
) -> None:
    """Predict where the flow of a problem file ends: the rule, the end and what shows it."""
    from mirrortheory.bias import end_of_flow, implicit_bias
    from mirrortheory.cli.problem_file import named, read_problem
    from mirrortheory.flows import Quadratic

    places = None if digits is None else integer(digits, "digits", 1, 10_000)
    if plot is not None and plot.suffix.lower() not in _SUFFIXES:
        raise InvalidArgument("plot", f"a file {' or '.join(_SUFFIXES)}", plot, "write for example end.svg")
    if plot is not None and not plot.resolve().parent.is_dir():
        raise InvalidArgument("plot", "in an existing folder", plot, "make the folder first")
    setup = read_problem(file)
    with interruptible(lambda: "nothing is kept"):
        with named(file):
            found = implicit_bias(setup.flow, setup.problem, setup.initial, digits=places, witness=run)
        problem, followed = setup.problem, None
        assert isinstance(problem, Quadratic)
        if run and found.x is not None:
            followed = end_of_flow(setup.flow, problem, setup.initial, to_equations=found.on_equations)
        _show(found, followed)
        if plot is not None:
            from mirrortheory.report.predicted import plot_ends

            assert found.start is not None
            ends = {"start": found.start}
            if found.x is not None:
                ends["predicted end"] = found.x
            if followed is not None:
                ends["end of the flow"] = followed.x
            plot_ends(ends, found.rule, plot)
            typer.echo(f"written: {plot}")
    off = followed is not None and _distance(found, followed) > found.error + followed.error
    raise typer.Exit(1 if off else 0)


def _show(found: Prediction, followed: End | None) -> None:
    console = terminal()
    lines = [f"rule: {found.rule}", *(f"not {name.partition(':')[0]}: {reason}" for name, reason in found.refused)]
    lines.append(f"certificate: {found.certificate}")
    lines += [f"given: {text}" for text in found.given]
    lines += [] if found.kkt_residual is None else [f"KKT residual: {found.kkt_residual:.1e}, relative to its terms"]
    lines += [] if found.x is None else [f"error of x, as doubles: at most {found.error:.1e}"]
    if followed is not None:
        how = followed.how.partition(":")[0]
        lines += [f"the flow, to t = {followed.time:.6g}: error at most {followed.error:.1e} ({how})"]
        lines += [f"they differ by {_distance(found, followed):.1e}"]
    lines += [f"note: {text}" for text in found.notes]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if found.x is None:
        _show_pair(found)
        return
    table = plain_table("coordinate", "predicted", *(["flow"] if followed is not None else []), numbers=True)
    for j, x in enumerate(found.x[:_MOST].tolist()):
        predicted = f"{x:.12g}" if found.digits is None else found.digits[j]
        table.add_row(str(j), predicted, *([] if followed is None else [f"{followed.x[j]:.12g}"]))
    console.print(table)
    if len(found.x) > _MOST:
        console.print(f"and {len(found.x) - _MOST} more", highlight=False)


def _show_pair(found: Prediction) -> None:
    from mirrortheory.bias import Pair

    if not isinstance(found.witness, Pair):
        return
    table = plain_table("coordinate", "on (Z, b)", "on (A Z, A b)", numbers=True)
    for j, (x, other) in enumerate(zip(found.witness.end.x[:_MOST], found.witness.other_end.x[:_MOST], strict=True)):
        table.add_row(str(j), f"{x:.12g}", f"{other:.12g}")
    terminal().print(f"A = {found.witness.A.tolist()}", markup=False, highlight=False, soft_wrap=True)
    terminal().print(table)


def _distance(found: Prediction, followed: End) -> float:
    assert found.x is not None
    return float(abs(found.x - followed.x).max())
