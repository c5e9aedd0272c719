"""Command line: ``mirrortheory check``, ``recheck``, ``list``, ``show``, ``derive``, ``simulate`` and others.

Exit code 0: every verdict is the expected one; 1: one differs, a check is broken, a conjecture is refuted, or a balance leaves its
law; 2: wrong usage; 3: a conjecture stays open; 130: interrupted (Ctrl-C or SIGTERM).
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from importlib import metadata
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
from typer.core import TyperCommand

import mirrortheory
from mirrortheory.cli.answer import Answer, AsJson
from mirrortheory.cli.claims import Checks, cite, folder_of, list_claims, names_of_claims, new_check, show
from mirrortheory.cli.conjecture import conjecture
from mirrortheory.cli.drift import drift
from mirrortheory.cli.escape import price_of_escape
from mirrortheory.cli.jumps import jumps
from mirrortheory.cli.laws import laws
from mirrortheory.cli.legendre import legendre
from mirrortheory.cli.outcomes import as_json as outcomes_as_json
from mirrortheory.cli.outcomes import counted, print_outcomes, print_unexpected
from mirrortheory.cli.paths import must_be_a_writable_folder, must_be_writable
from mirrortheory.cli.plot import plot
from mirrortheory.cli.predict import predict
from mirrortheory.cli.study import study
from mirrortheory.cli.terminal import interruptible
from mirrortheory.errors import InvalidArgument, MirrorTheoryError

if TYPE_CHECKING:
    import sympy

    from mirrortheory.check.claims import Outcome
    from mirrortheory.theory import Derivation

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None)

_LIBRARIES = ("mirrortheory", "sympy", "mpmath", "numpy", "scipy", "python-flint")

_EXAMPLES = {
    "depth": "--depth 3",
    "tau": "--tau 1/2",
    "powers": "--powers 2,3",
    "map": "--map 'u**2 - v**3'",
    "weights": "--weights u,v",
    "decay": "--decay decoupled or --decay coupled",
    "alpha": "--alpha 1/10",
}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mirrortheory {mirrortheory.__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Derive, check and simulate the mirror flows of reparameterized steepest descent."""


@app.command()
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Claims, or files FILE.py, to check; all when none is named.", autocompletion=names_of_claims),
    ] = None,
    checks: Checks = None,
    jobs: Annotated[str, typer.Option(help="Worker processes at once.")] = "2",
    seed: Annotated[str, typer.Option(help="Seed of the sampling.")] = "0",
    as_json: AsJson = False,
    report: Annotated[Path | None, typer.Option(help="Write a page, FILE.html, or theorem environments, FILE.tex.")] = None,
    site: Annotated[Path | None, typer.Option(help="Write a static site, one page for each claim, to this folder.")] = None,
    certificates: Annotated[Path | None, typer.Option(help="Write a certificate of each claim to this folder.")] = None,
    journal: Annotated[Path | None, typer.Option(help="Append each outcome to this file as it arrives.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Run only what the journal does not hold.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Examine also what is remembered of earlier runs.")] = False,
    seconds: Annotated[str, typer.Option(help="Time limit of each claim.")] = "600",
    memory: Annotated[str, typer.Option(help="Memory limit of each claim in MiB.")] = "8192",
) -> None:
    """Check claims, and show how much of each was shown.

    Example: mirrortheory check balance_is_conserved_for_products
    """
    from mirrortheory.check.claims import find, select
    from mirrortheory.check.memory import Memory
    from mirrortheory.check.results import Journal, write_atomically
    from mirrortheory.check.run import Limits, run
    from mirrortheory.exact import integer

    answer = Answer("check", as_json=as_json)
    workers, start = integer(jobs, "jobs", 1, 64), integer(seed, "seed", 0, 2**32)
    limits = Limits(integer(seconds, "seconds", 1, 10**6), integer(memory, "memory", 64, 2**24) * 2**20)
    if names and as_json and names[-1].endswith(".json"):
        raise InvalidArgument("json", "without a file", names[-1], f"write --json > {names[-1]}")
    paths = select(find(folder_of(checks)), names or [])
    if resume and journal is None:
        raise InvalidArgument("journal", "given with --resume", "nothing", "add --journal FILE")
    must_be_writable("report", report, (".html", ".htm", ".tex"), "report.html")
    must_be_a_writable_folder("site", site)
    must_be_a_writable_folder("certificates", certificates)
    kept = None if journal is None else Journal(journal, paths, seed=start, versions=_versions(), resume=resume)
    remembered = Memory([] if fresh else paths, seed=start, versions=_versions())
    taken = {} if kept is None else kept.done
    earlier = {path: outcome for path, outcome in remembered.done.items() if path not in taken}
    done, arrived = taken | earlier, list["Outcome"]()
    progress = _progress()

    def fate() -> str:
        lost = f"{len(arrived)} of {len(paths)} outcomes are lost; use --journal"
        return lost if kept is None else f"{kept.count} of {len(paths)} outcomes are in {journal}"

    if resume:
        answer.say(f"{len(taken)} of {len(paths)} outcomes taken from {journal}")
    if earlier:
        seen = f"{remembered.rechecked} of {len(remembered.done)} certificates rechecked"
        answer.say(f"{len(earlier)} of {len(paths)} outcomes remembered, {seen}; --fresh examines them again")
    with kept or nullcontext(), interruptible(fate):
        with progress:
            task = progress.add_task("checking", total=len(paths), completed=len(done))

            for outcome in earlier.values():
                if kept is not None:
                    kept.append(outcome)

            def advance(outcome: Outcome) -> None:
                arrived.append(outcome)
                if kept is not None:
                    kept.append(outcome)
                remembered.keep(outcome)
                progress.update(task, advance=1, description=outcome.claim.name)
                progress.refresh()

            outcomes = run(paths, jobs=workers, seed=start, limits=limits, done=done, each=advance)
        print_outcomes(answer.console, outcomes)
        print_unexpected(answer.console, outcomes, checks=checks, seed=start)
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
    remembered.forget_old()
    if remembered.lost:
        answer.say(f"nothing is remembered: {remembered.lost}")
    answer.say(counted(outcomes))
    answer.give(lambda: outcomes_as_json(outcomes, checks=checks, seed=start) | {"resumed": len(taken), "versions": _versions()})
    raise typer.Exit(0 if all(outcome.as_expected for outcome in outcomes) else 1)


@app.command()
def recheck(
    folder: Annotated[Path, typer.Argument(help="Folder of certificates (*.json), as check --certificates writes it.")],
    as_json: AsJson = False,
) -> None:
    """Recheck certificates by the kernel alone.

    It runs in an interpreter that loads neither SymPy nor this package.

    Example: mirrortheory recheck certificates
    """
    answer = Answer("recheck", as_json=as_json)
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".json")
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise InvalidArgument("folder", "a readable folder of certificates", folder, reason) from None
    if not files:
        raise InvalidArgument("folder", "a folder with certificates (*.json)", folder, "run check --certificates first")
    kernel = Path(mirrortheory.__file__).with_name("kernel.py")
    lines = []
    with subprocess.Popen(
        [sys.executable, "-I", "-u", str(kernel), *map(str, files)], stdout=subprocess.PIPE, text=True
    ) as process:
        for line in process.stdout or ():
            lines.append(line.rstrip("\n"))
            answer.say(lines[-1])
    answer.give(lambda: {"certificates": [_rechecked(file, line) for file, line in zip(files, lines, strict=True)]})
    raise typer.Exit(process.returncode)


def _rechecked(file: Path, line: str) -> dict[str, object]:
    """Return what the kernel said of a certificate: ``accepted FILE: VERDICT, given ..`` or ``REJECTED FILE: reason``."""
    word, _, rest = line.partition(" ")
    said = rest.removeprefix(f"{ascii(str(file))[1:-1]}: ")
    return {"file": file, "accepted": word == "accepted", "said": said}


@app.command()
def derive(
    reparam: Annotated[
        str | None, typer.Option(help="Map: product, mask, power-difference, .. (default: product, or separable with --map).")
    ] = None,
    depth: Annotated[str | None, typer.Option(help="Number of layers, 1 to 8, of maps with layers (default: 2).")] = None,
    tau: Annotated[str | None, typer.Option(help="Temperature of tempered, a rational in [0, 2).")] = None,
    powers: Annotated[str | None, typer.Option(help="Exponents of powers-product: 2,3.")] = None,
    formula: Annotated[str | None, typer.Option("--map", help="A map of your own, such as 'u**2 - v**3'; needs --weights.")] = None,
    weights: Annotated[str | None, typer.Option(help="Weights in --map, positive: u,v.")] = None,
    q: Annotated[str, typer.Option(help="Gradient exponent in [1, 2], such as 3/2; or the letter q.")] = "2",
    imbalance: Annotated[
        str | None, typer.Option(help="One rational >= 0 or name a layer, one of them 0: 0,1/2,2 or 0,lam.")
    ] = None,
    initial: Annotated[str | None, typer.Option(help="Initial weights instead of the imbalance: 1,1/2,2.")] = None,
    decay: Annotated[str, typer.Option(help="none, decoupled or coupled.")] = "none",
    alpha: Annotated[str | None, typer.Option(help="Rate of the decay, such as 1/10 or '1/(1+t)'; or the word alpha.")] = None,
    output: Annotated[str, typer.Option("--format", help="text, latex, python (mpmath), numpy or torch.")] = "text",
    factor: Annotated[str, typer.Option(help="Multiply R by this rational > 0, as a paper may.")] = "1",
    published: Annotated[
        str | None, typer.Option("--compare", help="A published R(x), or x(y), compared up to affine terms.")
    ] = None,
    limits: Annotated[bool, typer.Option("--limits", help="Show leading terms of R' at 0 and oo, and in the imbalance.")] = False,
    at: Annotated[str | None, typer.Option(help="Evaluate R'', R', R and R* at this rational x.")] = None,
    at_dual: Annotated[str | None, typer.Option(help="The same at the x with R'(x) = this rational y.")] = None,
    digits: Annotated[str | None, typer.Option(help="Decimal digits of these values (default: 40).")] = None,
    seconds: Annotated[str, typer.Option(help="Time limit of the derivation.")] = "30",
    as_json: AsJson = False,
) -> None:
    """Derive mirror potential, invariants and balance law of a flow.

    Exit code 1: the comparison of --compare is refuted; 3: it stays open; 2: wrong usage.

    Example: mirrortheory derive --depth 2 --q 2 --imbalance 0,3
    """
    from mirrortheory.cli import choice
    from mirrortheory.cli.forms import Wanted
    from mirrortheory.exact import rational
    from mirrortheory.notation import q as q_symbol

    wanted = Wanted(output, published, at, digits, limits, at_dual, seconds)
    exponent = q_symbol if q == "q" else rational(q, "q")
    name = choice.named(reparam, {"map": formula, "weights": weights})
    if depth is None and "depth" in choice.options_of(name):
        depth = "2"
    options = {"depth": depth, "tau": tau, "powers": _entries(powers), "map": formula, "weights": _entries(weights)}
    flow = mirrortheory.Flow(
        mirrortheory.Lq(exponent), choice.reparam(name, options, _EXAMPLES), choice.decay(decay, alpha, _EXAMPLES)
    )
    entries = _entries(imbalance)
    shifts = None if entries is None else choice.shifts(entries)
    derivation = mirrortheory.derive(flow, imbalance=shifts, initial=_entries(initial), seconds=wanted.limit)
    wanted.answer(Answer("derive", as_json=as_json), _scaled(derivation, rational(factor, "factor")))


_PROBLEM = """\
[flow]
reparam = "product"
depth = 2
q = 2

[problem]
kind = "quadratic"
Z = [[1, 2], [0, 1]]
b = [1, 1]

[run]
initial = [[1, 1], ["1/2", "1/2"]]
t_end = 10
"""


class _WithSolvers(TyperCommand):
    """A command whose help shows a problem file and lists the solvers; they are imported when it is shown."""

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        from mirrortheory.flows.methods import SOLVERS

        with formatter.section("A problem file"):
            formatter.write("".join(f"  {line}\n" for line in _PROBLEM.splitlines()))
        with formatter.section("Methods (run.method in the file; auto takes one of them)"):
            formatter.write_dl([(solver.name, f"{solver.follows} ({solver.promises})") for solver in SOLVERS])


@app.command(cls=_WithSolvers)
def simulate(
    file: Annotated[Path, typer.Argument(help="Problem file in TOML, as below; docs/problem_files.md has all of the format.")],
    digits: Annotated[str | None, typer.Option(help="Certified decimal digits of the last weights.")] = None,
    plot: Annotated[Path | None, typer.Option(help="Draw loss, x, weights and balances to this file, .svg, .png or .pdf.")] = None,
    out: Annotated[Path | None, typer.Option(help="Save the trajectory to this file, .npz or .json.")] = None,
    as_json: AsJson = False,
) -> None:
    """Follow the flow of a problem file.

    Shown are its events, its end with errors, and its balances against their laws.

    Example: mirrortheory simulate problem.toml --plot flow.svg
    """
    from mirrortheory import flows
    from mirrortheory.cli.problem_file import named, read_problem
    from mirrortheory.exact import integer
    from mirrortheory.report.summary import as_mapping, summarized

    answer = Answer("simulate", as_json=as_json)
    places = None if digits is None else integer(digits, "digits", 1, 10_000)
    must_be_writable("plot", plot, (".svg", ".png", ".pdf"), "flow.svg")
    must_be_writable("out", out, (".npz", ".json"), "flow.npz")
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
    answer.say("\n".join((*lines, *(f"written: {name}" for name in written))))
    answer.give(lambda: as_mapping(path) | {"written": written})
    raise typer.Exit(0 if lawful else 1)


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


app.command("list")(list_claims)
app.command()(show)
app.command()(cite)
app.command("new-check")(new_check)
app.command()(conjecture)
app.command()(legendre)
app.command()(laws)
app.command()(predict)
app.command("escape")(price_of_escape)
app.command()(jumps)
app.command()(drift)
app.command()(plot)
app.add_typer(study, name="study")


def _versions() -> dict[str, str]:
    return {name: metadata.version(name) for name in _LIBRARIES}


def main() -> None:
    """Run the command line; an error of this package goes to standard error, without a traceback, with exit code 2."""
    try:
        app()
    except MirrorTheoryError as error:
        sys.stderr.write(f"error: {error}\n")
        sys.exit(2)
