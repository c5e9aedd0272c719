"""The command simulate: what it prints, what it writes, its exit codes, and that an interruption leaves nothing half written."""

import dataclasses
import inspect
import json
import re
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from commandline import answered
from trajectories import regression, told

from mirrortheory import Decoupled, Product, flows
from mirrortheory.cli import commands as cli
from mirrortheory.cli.problem_file import parse_problem
from mirrortheory.errors import NoClosedForm, NotSmooth
from mirrortheory.evidence import Verdict
from mirrortheory.exact import Ball
from mirrortheory.report.summary import judged, summarized

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = [
    text.split("```")[0] for text in (ROOT / "docs" / "problem_files.md").read_text(encoding="utf-8").split("```toml\n")[1:]
]


@pytest.fixture(autouse=True)
def _signals():
    """An interrupted command leaves signals unheeded, as it is about to end; the tests go on."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in the background inherit that it is ignored
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def run():
    return partial(answered, "simulate")


@pytest.fixture
def files(tmp_path):
    paths = [tmp_path / "sign.toml", tmp_path / "map.toml"]
    for path, text in zip(paths, EXAMPLES, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def test_the_documented_examples_run(run, files):
    code, out, err = run(files[0])
    assert (code, err) == (0, "")
    for text in (
        "flow: Lq(q=1), Product(depth=3), Decoupled(alpha=1/10)",
        "method: ",
        "error: ",
        "slide",
        "converged: ",
        "kept by the solver itself",
    ):
        assert text in out
    assert len(re.findall(r"^  \S+  +(zero|cross|slide|leave|rest) +x\d", out, re.MULTILINE)) >= 4
    code, out, err = run(files[1], "--digits", "30")
    assert (code, err) == (0, "")
    assert "u of x1 = 1.1633179429288" in out
    assert "log(u)/2 + log(v)/2: SUPPORTED: within its error of its law" in out


def test_values_are_those_of_the_flow(run, files, tmp_path):
    """dx/dt = -(4 u^2 + 4 v^2)(x - 1.3) with u v constant, for the second example: one equation in x, by another solver."""
    from scipy.integrate import solve_ivp

    _, out, _ = run(files[1], "--digits", "30")
    x0, product = 1 - 1 / 9, 1 / 3
    path = solve_ivp(lambda t, x: -4 * np.sqrt(x**2 + 4 * product**2) * (x - 1.3), (0, 0.5), [x0], rtol=1e-11, atol=1e-13)
    middle, radius = re.search(r"x1 = (\S+) \+/- (\S+)", out).groups()
    assert float(middle) == pytest.approx(path.y[0, -1], abs=1e-9)
    assert float(radius) < 1e-12
    u, v = (float(re.search(rf"{name} of x1 = (\S+)", out)[1]) for name in "uv")
    assert (u * v, u**2 - v**2) == pytest.approx((product, path.y[0, -1]), abs=1e-9)


@pytest.mark.parametrize("time", ["0.2", '"1/5"', "2e-1"])
def test_digits_are_those_at_the_time_that_is_typed(run, tmp_path, time):
    file = tmp_path / "fifth.toml"
    file.write_text(
        """flow = {reparam = "product", depth = 2, q = 1}
problem = {kind = "quadratic", Z = [[1]], b = [10]}
"""
        f"run = {{initial = [0.5, 0.25], t_end = {time}}}",
        encoding="utf-8",
    )
    code, out, err = run(file, "--digits", "30")
    assert (code, err) == (0, "")
    assert "w1 of x1 = 0.7\n" in out
    assert "w2 of x1 = 0.45\n" in out


def test_the_trajectory_and_the_figure_are_written(run, files, tmp_path):
    out, plot = tmp_path / "flow.npz", tmp_path / "flow.svg"
    code, printed, _ = run(files[0], "--out", out, "--plot", plot)
    assert code == 0
    assert printed.splitlines()[-2:] == [f"written: {out}", f"written: {plot}"]
    assert "w" in np.load(out)
    assert "</svg>" in plot.read_text(encoding="utf-8")
    target = tmp_path / "flow.json"
    assert run(files[0], "--out", target)[0] == 0
    json.loads(target.read_text(encoding="utf-8"))
    assert {p.name for p in tmp_path.iterdir()} == {"sign.toml", "map.toml", "flow.npz", "flow.svg", "flow.json"}


@pytest.fixture(scope="module")
def path():
    setup = parse_problem(EXAMPLES[0])
    return flows.simulate(setup.flow, setup.problem, setup.initial, setup.t_end)


@pytest.fixture(scope="module")
def tested():
    """By a solver that knows nothing of the balances."""
    return regression(2, 3, 2, 2, Decoupled("1/10"), method="dop853")


def test_a_balance_that_leaves_its_law_is_undecided_and_exits_1(run, files, monkeypatch, tested):
    (verdict, detail), *_ = [judged(invariant, tested.t) for invariant in tested.invariants()]
    assert verdict is Verdict.SUPPORTED
    assert "within its error of its law at 65 times" in detail
    false = told(tested, "1001/10000")  # the mutant: another rate of the law
    (verdict, detail), *_ = [judged(invariant, false.t) for invariant in false.invariants()]
    assert verdict is Verdict.UNDECIDED
    assert "NOT within its error" in detail
    monkeypatch.setattr(flows, "simulate", lambda *arguments, **options: false)
    code, out, _ = run(files[0])
    assert code == 1
    assert "UNDECIDED: x" in out


def test_a_balance_that_the_solver_keeps_or_that_has_no_law_gets_no_verdict(path, tested):
    kept, *_ = path.invariants()
    assert not kept.independent
    assert judged(kept, path.t)[0] is None
    assert judged(dataclasses.replace(kept, predicted=kept.predicted + 1), path.t)[0] is Verdict.UNDECIDED
    lawless = dataclasses.replace(tested.invariants()[0], predicted=None, holds=None)
    verdict, detail = judged(lawless, tested.t)
    assert verdict is None
    assert detail.startswith("no law is known under this decay; it moved by up to ")


def test_a_flow_without_first_integrals_says_which_step_failed(tested, monkeypatch):
    def none(self):
        raise NoClosedForm("first integrals", "none is found")

    monkeypatch.setattr(type(tested), "invariants", none)
    lines, lawful = summarized(tested)
    assert "balances against their laws: none, no closed form: first integrals failed; none is found" in lines
    assert lawful


def test_a_gap_that_is_no_number_is_not_within_the_error(tested):
    invariant = tested.invariants()[0]
    values = invariant.values.copy()
    values[7, 1] = np.nan
    verdict, detail = judged(dataclasses.replace(invariant, values=values), tested.t)
    assert verdict is Verdict.UNDECIDED
    assert detail.startswith(f"x2 at t = {tested.t[7]:.4g}")


def test_what_is_printed_of_the_end_holds_the_truth(path):
    """x is enclosed over the weights and their error: it holds the product of any weights that near."""
    lines = {line.split(" = ")[0].strip(): line.split(" = ")[1] for line in summarized(path)[0] if " = " in line}
    rough = dataclasses.replace(path, error=np.full(len(path.t), 1e-3))
    wide = {line.split(" = ")[0].strip(): line.split(" = ")[1] for line in summarized(rough)[0] if " = " in line}
    rng = np.random.default_rng(0)
    for j in range(3):
        exact, shown = float(path.x[-1, j]), Ball(lines[f"x{j + 1}"])
        assert shown.contains(Ball(exact))
        for _ in range(20):
            near = (path.w[-1, :, j] + rng.uniform(-1e-3, 1e-3, size=3)).prod()
            assert Ball(wide[f"x{j + 1}"]).contains(Ball(float(near)))
        assert not shown.contains(Ball(exact + 1e-3))


def test_many_coordinates_and_events_are_cut_with_their_number(path):
    wide = dataclasses.replace(
        path,
        w=np.tile(path.w, (1, 1, 7)),
        x=np.tile(path.x, (1, 7)),
        w_coarse=None,
        events=tuple(flows.Event(k / 50, tuple(range(k + 1)), "cross") for k in range(40)),
        problem=parse_problem(EXAMPLES[1]).problem,
    )
    text = "\n".join(summarized(wide)[0])
    assert ".. and 10 more\n" in text
    assert "x8, and 2 more" in text
    assert "cross     all" in text
    assert ".. and 13 more coordinates" in text
    assert "x9 =" not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["absent.toml"], "absent.toml must be a readable TOML file, got no such file or directory; check"),
        (["{file}", "--digits", "0"], "digits must be an integer from 1 to 10000, got 0; write"),
        (["{file}", "--plot", "a.eps"], "plot must be a file .svg, .png or .pdf, got a.eps; write for example flow.svg"),
        (["{file}", "--out", "a.csv"], "out must be a file .npz or .json, got a.csv; write for example flow.npz"),
        (["{file}", "--out", "/nowhere/a.npz"], "out must be in an existing folder, got /nowhere/a.npz; make the folder first"),
    ],
)
def test_wrong_input_is_one_line_and_exits_2(run, files, arguments, message):
    code, out, err = run(*(argument.format(file=files[0]) for argument in arguments))
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {message}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("depth = 3", "dpeth = 3", "sign.toml: keys of [flow] must be among"),
        ("t_end = 1", "t_end = ", "sign.toml must be TOML, got line 17, column"),
        ("b = [1, 0.5]", "b = [1]", "sign.toml: problem.b must be of shape (2,), got (1,)"),
        ("t_end = 1", "t_end = 100000000", "t_end must be at most"),
    ],
)
def test_a_wrong_file_is_one_line_that_names_it(run, files, old, new, message):
    files[0].write_text(EXAMPLES[0].replace(old, new), encoding="utf-8")
    code, out, err = run(files[0])
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_a_flow_that_cannot_be_followed_is_one_line(run, files, monkeypatch):
    def refuse(*arguments, **options):
        raise NotSmooth("the flow is stiff; end before it")

    monkeypatch.setattr(flows, "simulate", refuse)
    assert run(files[0]) == (2, "", "error: the flow is stiff; end before it\n")


def test_the_arguments_of_the_file_arrive(run, files, monkeypatch, path):
    seen = {}

    def note(flow, problem, initial, t_end, **options):
        seen.update(flow=flow, t_end=t_end, initial=initial, **options)
        return path

    monkeypatch.setattr(flows, "simulate", note)
    files[0].write_text(EXAMPLES[0] + 'method = "auto"\nrtol = 1e-6\nevents = ["w1 - w2"]\n', encoding="utf-8")
    assert run(files[0], "--digits", "20")[0] == 0
    w1, w2, _ = Product(3).weights
    assert (seen["t_end"], seen["digits"], seen["method"], seen["rtol"], seen["events"]) == (1, 20, "auto", 1e-6, (w1 - w2,))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_the_old_files(run, files, tmp_path, monkeypatch, path, number):
    out = tmp_path / "flow.npz"
    out.write_text("old", encoding="utf-8")

    def save(self, target):
        target.write_text("half", encoding="utf-8")
        signal.raise_signal(number)

    monkeypatch.setattr(type(path), "save", save)
    monkeypatch.setattr(flows, "simulate", lambda *arguments, **options: path)
    code, printed, err = run(files[0], "--out", out)
    assert (code, printed, err) == (130, "", "interrupted: written in full: nothing\n")
    assert out.read_text(encoding="utf-8") == "old"
    assert {p.name for p in tmp_path.iterdir()} == {"sign.toml", "map.toml", "flow.npz"}


def test_ctrl_c_from_outside_while_the_flow_is_followed(files, tmp_path):
    code = "import signal, sys, time\nsignal.signal(signal.SIGINT, signal.default_int_handler)\nfrom mirrortheory import cli, flows\nflows.simulate = lambda *a, **o: (print('at work', flush=True), time.sleep(60))\ncli.main()"
    call = [sys.executable, "-c", code, "simulate", str(files[0]), "--plot", str(tmp_path / "a.svg")]
    with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "at work\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "", "interrupted: written in full: nothing\n")
    assert not (tmp_path / "a.svg").exists()


def test_what_takes_long_is_shown_on_a_terminal_and_what_does_not_is_not(run, files, monkeypatch, path):
    monkeypatch.setenv("FORCE_COLOR", "1")  # has rich take the error stream for a terminal
    monkeypatch.setenv("COLUMNS", "100")
    assert inspect.signature(cli._patience).parameters["seconds"].default == 2.0
    monkeypatch.setattr(cli, "_patience", partial(cli._patience, 0.5))
    monkeypatch.setattr(flows, "simulate", lambda *arguments, **options: path)
    assert run(files[0])[::2] == (0, "")

    def slow(*arguments, progress, **options):
        progress(0.37, 1.0)
        time.sleep(0.9)
        return path

    monkeypatch.setattr(flows, "simulate", slow)
    code, out, err = run(files[0])
    assert code == 0
    assert "following the flow to t = 1" in err
    assert "37%" in err
    assert "following" not in out


def test_nothing_is_shown_where_there_is_no_terminal(run, files, monkeypatch, path):
    monkeypatch.setattr(cli, "_patience", partial(cli._patience, 0.0))
    monkeypatch.setattr(flows, "simulate", lambda *arguments, **options: (time.sleep(0.3), path)[1])
    assert run(files[0])[2].strip() == ""
