"""Command line: ``mirrortheory check``, ``recheck``, ``list``, ``show``, ``derive``, ``simulate`` and others.

Exit code 0: every verdict is the expected one; 1: one differs, a check is broken, a conjecture is refuted, or a balance leaves its
law; 2: wrong usage; 3: a conjecture stays open; 130: interrupted (Ctrl-C or SIGTERM).
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib import metadata
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from typer.core import TyperCommand

import mirrortheory
from mirrortheory.check.claims import Outcome, find, load, select
from mirrortheory.cli.conjecture import conjecture
from mirrortheory.cli.drift import drift
from mirrortheory.cli.escape import price_of_escape
from mirrortheory.cli.forms import Wanted
from mirrortheory.cli.jumps import jumps
from mirrortheory.cli.legendre import legendre
from mirrortheory.cli.plot import plot
from mirrortheory.cli.predict import predict
from mirrortheory.cli.study import study
from mirrortheory.cli.terminal import STYLES, interruptible, plain_table, terminal
from mirrortheory.errors import InvalidArgument, MirrorTheoryError
from mirrortheory.exact import integer, rational

if TYPE_CHECKING:
    import sympy

    from mirrortheory.theory import Derivation

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

_BESIDE_PACKAGE = Path(mirrortheory.__file__).resolve().parent.parent / "proofs_checks"
_LIBRARIES = ("mirrortheory", "sympy", "mpmath", "numpy", "scipy", "python-flint")
_COLUMNS = {"claim": 25, "verdict": 11, "expected": 9, "evidence": 9, "seconds": 7, "source": 12}  # fits 80 columns

_EXAMPLES = {
    "depth": "--depth 3",
    "tau": "--tau 1/2",
    "powers": "--powers 2,3",
    "map": "--map 'u**2 - v**3'",
    "weights": "--weights u,v",
    "decay": "--decay decoupled or --decay coupled",
    "alpha": "--alpha 1/10",
}

Checks = Annotated[Path | None, typer.Option("--checks", help="Folder of theorem files (default: proofs_checks).")]


app.command()(conjecture)
app.command()(legendre)
app.command("escape")(price_of_escape)
app.command()(drift)
app.command()(jumps)
app.command()(plot)
app.command()(predict)
app.add_typer(study, name="study")


@app.callback()
def _main() -> None:
    """Derive, check and simulate the mirror flows of reparameterized steepest descent."""


@app.command()
def check(
    names: Annotated[list[str] | None, typer.Argument(help="Claims, or files FILE.py, to check; all when none is named.")] = None,
    checks: Checks = None,
    jobs: Annotated[str, typer.Option(help="Worker processes at once.")] = "2",
    seed: Annotated[str, typer.Option(help="Seed of the sampling.")] = "0",
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the outcomes to this JSON file.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a self-contained HTML page to this file.")] = None,
    site: Annotated[Path | None, typer.Option(help="Write a static site, one page for each claim, to this folder.")] = None,
    certificates: Annotated[Path | None, typer.Option(help="Write a certificate of each claim to this folder.")] = None,
    journal: Annotated[Path | None, typer.Option(help="Append each outcome to this file as it arrives.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Run only what the journal does not hold.")] = False,
    seconds: Annotated[str, typer.Option(help="Time limit of each claim.")] = "600",
    memory: Annotated[str, typer.Option(help="Memory limit of each claim in MiB.")] = "8192",
) -> None:
    """Check claims and show how much of each was shown."""
    from mirrortheory.check.results import Journal, write_atomically
    from mirrortheory.check.run import Limits, run

    workers, start = integer(jobs, "jobs", 1, 64), integer(seed, "seed", 0, 2**32)
    limits = Limits(integer(seconds, "seconds", 1, 10**6), integer(memory, "memory", 64, 2**24) * 2**20)
    paths = select(find(_folder(checks)), names or [])
    if resume and journal is None:
        raise InvalidArgument("journal", "given with --resume", "nothing", "add --journal FILE")
    for target in (json_file, report, site, certificates):
        if target is not None and not target.resolve().parent.is_dir():
            raise InvalidArgument("output", "in an existing folder", target, "make the folder first")
    if site is not None and site.exists() and not site.is_dir():
        raise InvalidArgument("site", "a folder", site, "name another, or use --report")
    kept = None if journal is None else Journal(journal, paths, seed=start, versions=_versions(), resume=resume)
    done, arrived = {} if kept is None else kept.done, list[Outcome]()
    console, progress = terminal(), _progress()

    def fate() -> str:
        lost = f"{len(arrived)} of {len(paths)} outcomes are lost; use --journal"
        return lost if kept is None else f"{kept.count} of {len(paths)} outcomes are in {journal}"

    if resume:
        typer.echo(f"{len(done)} of {len(paths)} outcomes taken from {journal}")
    with kept or nullcontext(), interruptible(fate):
        with progress:
            task = progress.add_task("checking", total=len(paths), completed=len(done))

            def advance(outcome: Outcome) -> None:
                arrived.append(outcome)
                if kept is not None:
                    kept.append(outcome)
                progress.update(task, advance=1, description=outcome.claim.name)
                progress.refresh()

            outcomes = run(paths, jobs=workers, seed=start, limits=limits, done=done, each=advance)
        console.print(_table(outcomes))
        for number, note in enumerate(filter(None, map(_note, outcomes)), start=1):
            console.print(f"({number}) {note}", markup=False, highlight=False, soft_wrap=True)
        for outcome in filter(lambda o: not o.as_expected, outcomes):
            console.print(outcome.remark, markup=False, highlight=False, soft_wrap=True)
        if json_file is not None:
            write_atomically(json_file, json.dumps(_as_json(outcomes), indent=1) + "\n")
        if report is not None or site is not None:
            from mirrortheory.cli.pages import write_report, write_site

            if report is not None:
                write_report(report, outcomes, paths, certificates, versions=_versions())
            if site is not None:
                write_site(site, outcomes, paths, versions=_versions())
        if certificates is not None:
            certificates.mkdir(exist_ok=True)
            for outcome in outcomes:
                if outcome.certificate is not None:
                    target = certificates / f"{outcome.claim.name}.json"
                    write_atomically(target, json.dumps(outcome.certificate) + "\n")
    expected = sum(outcome.as_expected for outcome in outcomes)
    console.print(f"{expected} of {len(outcomes)} claims have the expected verdict.")
    raise typer.Exit(0 if expected == len(outcomes) else 1)


@app.command()
def recheck(folder: Annotated[Path, typer.Argument(help="Folder of certificates (*.json).")]) -> None:
    """Recheck certificates with the kernel, in an interpreter that loads neither SymPy nor this package."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".json")
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise InvalidArgument("folder", "a readable folder of certificates", folder, reason) from None
    if not files:
        raise InvalidArgument("folder", "a folder with certificates (*.json)", folder, "run check --certificates first")
    kernel = Path(mirrortheory.__file__).with_name("kernel.py")
    finished = subprocess.run([sys.executable, "-I", str(kernel), *map(str, files)], check=False)
    raise typer.Exit(finished.returncode)


@app.command("list")
def list_claims(checks: Checks = None) -> None:
    """List the claims, one a line: expected verdict, name and scope."""
    for path in find(_folder(checks)):
        claim = load(path).claim
        typer.echo(f"{claim.expect!s:<9} {claim.name}: {claim.scope}")  # names stay whole, however narrow the terminal


@app.command()
def show(name: str, checks: Checks = None) -> None:
    """Show one claim: statement, source, scope, explanation, mutants."""
    (path,) = select(find(_folder(checks)), [name])
    theorem = load(path)
    claim = theorem.claim
    lines = [claim.name, f"statement: {claim.statement}", f"source: {claim.source}", f"scope: {claim.scope}"]
    lines += [f"given, on paper: {text}" for text in claim.on_paper]
    lines += [f"expected: {claim.expect}", f"mutants: {', '.join(theorem.mutants) or 'none'}"]
    lines += [f"controls: {', '.join(theorem.controls)}"] if theorem.controls else []
    typer.echo("\n".join((*lines, f"file: {path}", "", theorem.explanation)))


@app.command("new-check")
def new_check(
    name: Annotated[str, typer.Argument(help="Name of the claim, its conclusion: small letters, digits and _.")],
    folder: Annotated[Path, typer.Option(help="Where NAME.py is written.")] = Path(),
) -> None:
    """Write a theorem file that runs, with a word on each of its parts; an existing file is kept.

    Example: mirrortheory new-check weighted_balance_is_kept
    """
    from mirrortheory.check.template import template

    text, path = template(name), folder / f"{name}.py"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InvalidArgument("name", "of a new file", path, "it is kept; choose another name") from None
    except OSError as error:
        raise InvalidArgument("folder", "one that can be written to", folder, (error.strerror or "").lower()) from None
    typer.echo(f"written: {path}; now: mirrortheory check {path}")


@app.command()
def derive(
    reparam: Annotated[str, typer.Option(help="Reparameterization: product, mask, power-difference, separable, ..")] = "product",
    depth: Annotated[str | None, typer.Option(help="Number of layers, 1 to 8, of maps with layers (default: 2).")] = None,
    tau: Annotated[str | None, typer.Option(help="Temperature of tempered, a rational in [0, 2).")] = None,
    powers: Annotated[str | None, typer.Option(help="Exponents of powers-product: 2,3.")] = None,
    formula: Annotated[str | None, typer.Option("--map", help="Map of separable, such as 'u**2 - v**3'.")] = None,
    weights: Annotated[str | None, typer.Option(help="Weights in --map, positive: u,v.")] = None,
    q: Annotated[str, typer.Option(help="Gradient exponent in [1, 2], such as 3/2; or the letter q.")] = "2",
    imbalance: Annotated[
        str | None, typer.Option(help="One rational >= 0 or name a layer, one of them 0: 0,1/2,2 or 0,lam.")
    ] = None,
    initial: Annotated[str | None, typer.Option(help="Initial weights instead of the imbalance: 1,1/2,2.")] = None,
    decay: Annotated[str, typer.Option(help="none, decoupled or coupled.")] = "none",
    alpha: Annotated[str | None, typer.Option(help="Rate of the decay, such as 1/10 or '1/(1+t)'; or the word alpha.")] = None,
    output: Annotated[str, typer.Option("--format", help="text, latex, json, python (mpmath), numpy or torch.")] = "text",
    factor: Annotated[str, typer.Option(help="Multiply R by this rational > 0, as a paper may.")] = "1",
    published: Annotated[
        str | None, typer.Option("--compare", help="A published R(x), or x(y), compared up to affine terms.")
    ] = None,
    limits: Annotated[bool, typer.Option("--limits", help="Show leading terms of R' at 0 and oo, and in the imbalance.")] = False,
    at: Annotated[str | None, typer.Option(help="Evaluate R'', R', R and R* at this rational x.")] = None,
    at_dual: Annotated[str | None, typer.Option(help="The same at the x with R'(x) = this rational y.")] = None,
    digits: Annotated[str, typer.Option(help="Decimal digits of the values.")] = "40",
    seconds: Annotated[str, typer.Option(help="Time limit of the derivation.")] = "30",
) -> None:
    """Derive the mirror potential, invariants and balance law of a flow."""
    from mirrortheory.cli import choice
    from mirrortheory.notation import q as q_symbol

    wanted = Wanted(output, published, at, digits, limits, at_dual, seconds)
    exponent = q_symbol if q == "q" else rational(q, "q")
    if depth is None and "depth" in choice.options_of(reparam):
        depth = "2"
    options = {"depth": depth, "tau": tau, "powers": _entries(powers), "map": formula, "weights": _entries(weights)}
    flow = mirrortheory.Flow(
        mirrortheory.Lq(exponent), choice.reparam(reparam, options, _EXAMPLES), choice.decay(decay, alpha, _EXAMPLES)
    )
    entries = _entries(imbalance)
    shifts = None if entries is None else choice.shifts(entries)
    derivation = mirrortheory.derive(flow, imbalance=shifts, initial=_entries(initial), seconds=wanted.limit)
    typer.echo(wanted.text(_scaled(derivation, rational(factor, "factor"))))


class _WithSolvers(TyperCommand):
    """A command whose help lists the solvers; they are imported when it is shown."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        from mirrortheory.flows.methods import SOLVERS

        with formatter.section("Methods (run.method in the file; auto takes one of them)"):
            formatter.write_dl([(solver.name, f"{solver.follows} ({solver.promises})") for solver in SOLVERS])


@app.command(cls=_WithSolvers)
def simulate(
    file: Annotated[Path, typer.Argument(help="Problem file in TOML; docs/problem_files.md has the format and examples.")],
    digits: Annotated[str | None, typer.Option(help="Certified decimal digits of the last weights.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw loss, x, weights and balances to this file, .svg or .png.")] = None,
    out: Annotated[Path | None, typer.Option(help="Save the trajectory to this file, .npz or .json.")] = None,
) -> None:
    """Follow the flow of a problem file; show its events, its end with errors, and its balances against their laws."""
    from mirrortheory import flows
    from mirrortheory.cli.problem_file import named, read_problem
    from mirrortheory.report.summary import summarized

    places = None if digits is None else integer(digits, "digits", 1, 10_000)
    for name, target, suffixes in (("plot", plot, (".svg", ".png")), ("out", out, (".npz", ".json"))):
        if target is not None and target.suffix.lower() not in suffixes:
            raise InvalidArgument(name, f"a file {' or '.join(suffixes)}", target, f"write for example flow{suffixes[0]}")
        if target is not None and not target.resolve().parent.is_dir():
            raise InvalidArgument(name, "in an existing folder", target, "make the folder first")
    setup = read_problem(file)
    written: list[str] = []
    with interruptible(lambda: f"written in full: {', '.join(written) or 'nothing'}"), _patience() as (say, tell):
        say(f"following the flow to t = {float(setup.t_end):g}")
        with named(file):
            path = flows.simulate(
                setup.flow, setup.problem, setup.initial, setup.t_end, digits=places, progress=tell, **setup.options
            )
        say("comparing balances with their laws")
        lines, lawful = summarized(path)
        if out is not None:
            from mirrortheory.check.results import replacing

            say(f"writing {out}")
            with replacing(out) as beside:
                path.save(beside)
            written.append(str(out))
        if plot is not None:
            from mirrortheory.report.plots import plot_trajectory

            say(f"drawing {plot}")
            plot_trajectory(path, plot)
            written.append(str(plot))
    typer.echo("\n".join((*lines, *(f"written: {name}" for name in written))))
    raise typer.Exit(0 if lawful else 1)


def _folder(checks: Path | None) -> Path:
    if checks is not None:
        return checks
    here = Path("proofs_checks")
    return here if here.is_dir() else _BESIDE_PACKAGE


def _entries(text: str | None) -> list[str] | None:
    return None if text is None else text.split(",")


def _scaled(derivation: Derivation, factor: sympy.Rational) -> Derivation:
    if not factor > 0:
        raise InvalidArgument("factor", "positive", factor, "write for example 4")
    if factor == 1:
        return derivation
    assumptions = (*derivation.assumptions, f"R is multiplied by {factor}")
    potential, metric = derivation.potential.scaled(factor), derivation.inverse_metric / factor
    return dataclasses.replace(derivation, potential=potential, inverse_metric=metric, assumptions=assumptions)


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # No refresh thread: worker processes are started while the bar is shown.
    return Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False)


@contextmanager
def _patience(seconds: float = 2.0) -> Iterator[tuple[Callable[[str], None], Callable[[float, float], None] | None]]:
    """Show on standard error what is being done, and which part of it is, once it has taken so many seconds.

    Call what is given, the first to say what is being done, the second with (done, whole); None where nothing is shown.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield (lambda text: None), None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    progress = Progress(*columns, console=console, transient=True)
    task = progress.add_task("", total=None)
    timer = Timer(seconds, progress.start)
    timer.daemon = True
    timer.start()
    try:
        say = lambda text: progress.reset(task, description=escape(text), total=None)  # noqa: E731
        yield say, lambda done, whole: progress.update(task, completed=done, total=whole)
    finally:
        timer.cancel()
        timer.join()
        if progress.live.is_started:
            progress.stop()


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = plain_table()
    for name, narrowest in _COLUMNS.items():
        table.add_column(name, min_width=narrowest, overflow="fold")
    notes = itertools.count(1)
    for outcome in outcomes:
        verdict = "BROKEN" if outcome.broken else str(outcome.verdict)
        verdict += f" ({next(notes)})" if _note(outcome) else ""
        style = STYLES.get(outcome.verdict, "yellow") if outcome.as_expected else "bold red"
        kinds = Counter(e.kind for e in outcome.evidence)
        evidence = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        row = (outcome.claim.name, f"[{style}]{verdict}[/]", str(outcome.claim.expect), evidence)
        table.add_row(*row, f"{outcome.seconds:.1f}", escape(outcome.claim.source))
    return table


def _note(outcome: Outcome) -> str:
    """Return what belongs to a verdict: what it takes from paper, and whether nothing shows that its check can fail."""
    parts = [f"given: {outcome.given}"] if outcome.given else []
    parts += [f"{outcome.untested}, so nothing shows that the check can fail"] if outcome.untested else []
    return ", ".join((str(outcome.verdict), *parts)) if parts else ""


def _as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    return {"claims": [_outcome_as_json(o) for o in outcomes], "versions": _versions()}


def _outcome_as_json(outcome: Outcome) -> dict[str, Any]:
    evidence = [
        {"kind": e.kind, "verdict": str(e.verdict), "part": e.part, "detail": e.detail, "essential": e.essential}
        | ({"witness": dict(e.witness)} if e.witness is not None else {})
        for e in outcome.evidence
    ]
    return {
        "name": outcome.claim.name,
        "verdict": str(outcome.verdict),
        "given": list(outcome.claim.on_paper) if outcome.given else [],
        "expected": str(outcome.claim.expect),
        "scope": outcome.claim.scope,
        "source": outcome.claim.source,
        "evidence": evidence,
        "neighbours": {name: str(v) for name, v in outcome.neighbours.items()},
        "broken": outcome.broken,
        "seconds": round(outcome.seconds, 3),
    }


def _versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in _LIBRARIES}


def main() -> None:
    """Run the command line; an error of this package goes to standard error, without a traceback, with exit code 2."""
    try:
        app()
    except MirrorTheoryError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)
