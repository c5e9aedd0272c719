"""The command ``predict``: where the flow of a problem file ends, without following it; with --run, beside where it does end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mirrortheory.cli.answer import Answer, AsJson
from mirrortheory.cli.paths import must_be_writable
from mirrortheory.cli.terminal import interruptible, plain_table

if TYPE_CHECKING:
    from rich.console import Console

    from mirrortheory.bias import End, Prediction

_MOST = 20  # coordinates in the table
_SUFFIXES = (".svg", ".png", ".pdf")


def predict(
    file: Annotated[Path, typer.Argument(help="Problem file as in simulate --help, with a quadratic loss; run.t_end is not used.")],
    digits: Annotated[str | None, typer.Option(help="Decimal digits of the end, proved.")] = None,
    run: Annotated[bool, typer.Option("--run", help="Follow the flow too, or two flows where no rule predicts the end.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw start and end to this file, .svg, .png or .pdf.")] = None,
    as_json: AsJson = False,
) -> None:
    """Predict where the flow of a problem file ends.

    Shown are the rule, the end and what shows it.

    Example: mirrortheory predict problem.toml --digits 20
    """
    from mirrortheory.bias import end_of_flow, implicit_bias
    from mirrortheory.cli.problem_file import named, read_problem
    from mirrortheory.exact import integer
    from mirrortheory.flows import Quadratic

    answer = Answer("predict", as_json=as_json)
    places = None if digits is None else integer(digits, "digits", 1, 10_000)
    must_be_writable("plot", plot, _SUFFIXES, "end.svg")
    setup = read_problem(file)
    with interruptible(lambda: "nothing is kept"):
        with named(file):
            found = implicit_bias(setup.flow, setup.problem, setup.initial, digits=places, witness=run)
        problem, followed = setup.problem, None
        assert isinstance(problem, Quadratic)
        if run and found.x is not None:
            followed = end_of_flow(setup.flow, problem, setup.initial, to_equations=found.on_equations)
        _show(answer.console, found, followed)
        if plot is not None:
            from mirrortheory.report.predicted import plot_ends

            assert found.start is not None
            ends = {"start": found.start}
            if found.x is not None:
                ends["predicted end"] = found.x
            if followed is not None:
                ends["end of the flow"] = followed.x
            plot_ends(ends, found.rule, plot)
            answer.say(f"written: {plot}")
    answer.give(lambda: _document(found, followed) | {"written": [] if plot is None else [plot]})
    off = followed is not None and _distance(found, followed) > found.error + followed.error
    raise typer.Exit(1 if off else 0)


def _show(console: Console, found: Prediction, followed: End | None) -> None:
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
        _show_pair(console, found)
        return
    table = plain_table("coordinate", "predicted", *(["flow"] if followed is not None else []), numbers=True)
    for j, x in enumerate(found.x[:_MOST].tolist()):
        predicted = f"{x:.12g}" if found.digits is None else found.digits[j]
        table.add_row(str(j), predicted, *([] if followed is None else [f"{followed.x[j]:.12g}"]))
    console.print(table)
    if len(found.x) > _MOST:
        console.print(f"and {len(found.x) - _MOST} more", highlight=False)


def _document(found: Prediction, followed: End | None) -> dict[str, object]:
    """Return a prediction as data for JSON."""
    from mirrortheory.bias import Pair

    flow, pair = None, None
    if followed is not None:
        flow = {"x": followed.x, "error": followed.error, "time": followed.time, "how": followed.how}
        flow["distance"] = _distance(found, followed)
    if isinstance(found.witness, Pair):
        ends = {"x": found.witness.end.x, "other_x": found.witness.other_end.x}
        pair = {"A": found.witness.A, **ends, "certificate": found.witness.certificate}
    return {
        "rule": found.rule,
        "refused": [{"rule": name, "reason": reason} for name, reason in found.refused],
        "certificate": found.certificate,
        "given": found.given,
        "kkt_residual": found.kkt_residual,
        "x": found.x,
        "error": None if found.x is None else found.error,
        "digits": found.digits,
        "notes": found.notes,
        "flow": flow,
        "pair": pair,
    }


def _show_pair(console: Console, found: Prediction) -> None:
    from mirrortheory.bias import Pair

    if not isinstance(found.witness, Pair):
        return
    table = plain_table("coordinate", "on (Z, b)", "on (A Z, A b)", numbers=True)
    for j, (x, other) in enumerate(zip(found.witness.end.x[:_MOST], found.witness.other_end.x[:_MOST], strict=True)):
        table.add_row(str(j), f"{x:.12g}", f"{other:.12g}")
    console.print(f"A = {found.witness.A.tolist()}", markup=False, highlight=False, soft_wrap=True)
    console.print(table)


def _distance(found: Prediction, followed: End) -> float:
    assert found.x is not None
    return float(abs(found.x - followed.x).max())
