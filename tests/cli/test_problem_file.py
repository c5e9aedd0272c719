"""Problem files: what they mean, and one line with file, key, value and remedy for everything that is wrong."""

import json
import os
import tomllib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory import Coupled, Decoupled, Flow, Lq, NoDecay, Product
from mirrortheory.cli.problem_file import named, parse_problem, read_problem
from mirrortheory.errors import InvalidArgument, MirrorTheoryError, NoClosedForm
from mirrortheory.flows import Exponential, Logistic, Quadratic, Scalar
from mirrortheory.reparams import PowersProduct, Tempered

DOCS = Path(__file__).resolve().parents[2] / "docs"
FLOW = {"reparam": "product", "depth": 2, "q": "3/2"}
QUADRATIC = {"kind": "quadratic", "Z": [[1, 0.5], [0, -2]], "b": [1, 0]}
SCALAR = {"kind": "scalar", "loss": "(x - 13/10)**2/2"}
RUN = {"initial": [["1/3", 1], [1, 0.1]], "t_end": "2"}


def written(value):
    """A value as TOML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {written(v)}" for key, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, str):
        return json.dumps(value)
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)


def setup(flow=FLOW, problem=QUADRATIC, run=RUN):
    tables = {"flow": flow, "problem": problem, "run": run}
    return parse_problem("\n".join(f"{name} = {written(table)}" for name, table in tables.items()), "a.toml")


def test_decimals_of_a_flow_are_exact():
    found = setup(
        flow={"reparam": "tempered", "tau": 0.1, "q": 1.5, "decay": "decoupled", "alpha": 0.2},
        problem=SCALAR,
        run={"initial": [1], "t_end": 1},
    )
    assert found.flow == Flow(Lq("3/2"), Tempered(Fraction(1, 10)), Decoupled("1/5"))


def test_a_file_is_read_exactly():
    found = setup()
    assert (found.flow.geometry, found.flow.reparam, found.flow.decay) == (Lq("3/2"), Product(2), NoDecay())
    assert isinstance(found.problem, Quadratic)
    assert found.problem.Z.tolist() == [[1.0, 0.5], [0.0, -2.0]]
    assert found.initial == ((Fraction(1, 3), Fraction(1)), (Fraction(1), Fraction(1, 10)))
    assert (found.t_end, found.options) == (2, {})


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0.2", Fraction(1, 5)),
        ('"1/5"', Fraction(1, 5)),
        ("2e-1", Fraction(1, 5)),
        ("+1_0.2_5E+1", Fraction(205, 2)),
        ("3.0e-300", Fraction(3, 10**300)),
        ("0.1000000000000000055511151231257827", Fraction(1000000000000000055511151231257827, 10**34)),
    ],
)
def test_a_time_is_meant_as_it_is_typed(typed, meant):
    tables = "\n".join(f"{name} = {written(table)}" for name, table in (("flow", FLOW), ("problem", QUADRATIC)))
    found = parse_problem(f"{tables}\nrun = {{initial = [[{typed}, 1], [1, 1]], t_end = {typed}}}", "a.toml")
    assert (found.t_end, found.initial[0][0]) == (meant, meant)


@pytest.mark.parametrize("typed", ["1e-400", "0.0e-999999999999", "1e-999999999", "0." + 2000 * "3", "1e999999999"])
def test_a_decimal_that_would_fill_the_memory_is_refused_in_one_line(typed):
    tables = "\n".join(f"{name} = {written(table)}" for name, table in (("flow", FLOW), ("problem", QUADRATIC)))
    with pytest.raises(InvalidArgument, match=r"^a\.toml: run\.t_end must be ") as raised:
        parse_problem(f"{tables}\nrun = {{initial = [[1, 1], [1, 1]], t_end = {typed}}}", "a.toml")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        ({"decay": "decoupled", "alpha": "1/10"}, Decoupled("1/10")),
        ({"decay": "coupled", "alpha": 2}, Coupled(2)),
        ({"decay": "decoupled", "alpha": "1/(1 + t)"}, Decoupled("1/(1 + t)")),
        ({"decay": "coupled", "alpha": "1/10 if t < 1/2 else 0"}, Coupled("1/10 if t < 1/2 else 0")),
        ({"decay": "none"}, NoDecay()),
    ],
)
def test_decays(flow, expected):
    assert setup(flow=FLOW | flow).flow.decay == expected


def test_reparameterizations_take_their_own_options():
    assert setup({"reparam": "powers-product", "powers": [2, 3], "q": 1}).flow.reparam == PowersProduct(2, 3)
    found = setup({"reparam": "separable", "map": "u**2 - v**3", "weights": ["u", "v"], "q": 2}, SCALAR)
    u, v = sympy.symbols("u v", positive=True)
    assert found.flow.effective == u**2 - v**3
    assert setup({"reparam": "tempered", "tau": "1/2", "q": 2}, SCALAR, RUN | {"initial": [1]}).flow.reparam == Tempered("1/2")


def test_problems():
    labels = {"kind": "logistic", "Z": [[1, 2], [3, 4]], "labels": [1, -1]}
    assert isinstance(setup(problem=labels).problem, Logistic)
    assert isinstance(setup(problem=labels | {"kind": "exponential"}).problem, Exponential)
    scalar = setup(problem=SCALAR).problem
    assert isinstance(scalar, Scalar)
    assert scalar.slope(np.array([2.3]))[0] == pytest.approx(1.0)


def test_one_coordinate_may_be_a_flat_list_and_options_are_passed_on():
    found = setup(
        problem=SCALAR, run={"initial": [1, "1/2"], "t_end": 0.5, "method": "auto", "rtol": 1e-6, "events": ["w1 - 2*w2"]}
    )
    assert found.initial == ((1,), (Fraction(1, 2),))
    w1, w2 = found.flow.weights
    assert found.options == {"method": "auto", "rtol": 1e-6, "events": (w1 - 2 * w2,)}


REFUSED = [
    ({"flow": {"depht": 2}}, "a.toml: keys of [flow] must be among reparam, depth, tau,", "got depht; did you mean depth?"),
    ({"flow": {"colour": 2}}, "got colour; leave it out", ""),
    ({"flow": {"q": float("nan")}}, "a.toml: flow.q must be an exact rational, got nan; write", ""),
    ({"flow": {"q": "3"}}, "a.toml: flow.q must be", "got 3; write"),
    ({"flow": {"q": None}}, 'a.toml: flow.q must be given, got nothing; add for example q = "3/2"', ""),
    ({"flow": {"reparam": "products"}}, "a.toml: flow.reparam must be one of", "got products"),
    ({"flow": {"reparam": 3}}, 'a.toml: flow.reparam must be text, got 3; write for example reparam = "product"', ""),
    ({"flow": {"depth": 0}}, "a.toml: flow.depth must be an integer from 1 to 8, got 0", ""),
    ({"flow": {"depth": None}}, "a.toml: flow.depth must be given for product, got nothing; add for example depth = 3", ""),
    ({"flow": {"tau": "1/2"}}, "a.toml: flow.tau must be absent for product, got 1/2; product takes depth", ""),
    ({"flow": {"alpha": "1/2"}}, 'a.toml: flow.alpha must be absent without decay, got 1/2; add decay = "decoupled" or', ""),
    (
        {"flow": {"decay": "decoupled"}},
        'a.toml: flow.alpha must be given with a decay, got nothing; add for example alpha = "1/10"',
        "",
    ),
    ({"flow": {"decay": "decoupled", "alpha": "alpha"}}, "a.toml: flow.alpha must be a number, or a formula in t, got alpha", ""),
    (
        {"flow": {"decay": "decoupled", "alpha": "1 - t"}},
        "a.toml: flow.alpha must be >= 0 at all times, got 1 - t, which is neg",
        "",
    ),
    (
        {"flow": {"decay": "coupled", "alpha": "1/(t - 1)"}},
        "a.toml: flow.alpha must be integrable, got 1/(t - 1), which is not",
        "",
    ),
    ({"flow": {"decay": "coupled", "alpha": "t - sin(t)"}}, "a.toml: flow.alpha must be seen to be >= 0 and continuous by its", ""),
    ({"flow": {"decay": "decoupled", "alpha": "t*s"}}, "a.toml: flow.alpha must be a formula in known symbols, got s", ""),
    ({"flow": {"decay": "decoupled", "alpha": -1}}, "a.toml: flow.alpha must be an exact rational >= 0, got -1", ""),
    ({"flow": {"decay": "l2"}}, "a.toml: flow.decay must be none, decoupled or coupled, got l2", ""),
    (
        {"problem": {"kind": "quadratics"}},
        "a.toml: problem.kind must be one of quadratic, logistic, exponential, scalar",
        "did you mean quadratic?",
    ),
    ({"problem": {"kind": None}}, "a.toml: problem.kind must be given, got nothing; add for example kind", ""),
    ({"problem": {"labels": [1, 1]}}, "a.toml: problem.labels must be absent for quadratic", "quadratic takes Z and b"),
    (
        {"problem": {"Z": "1"}},
        "a.toml: problem.Z must be a list of rows, none of them empty, got 1; write for example Z = [[1, 0]",
        "",
    ),
    ({"problem": {"Z": [[1, 2], [3]]}}, "a.toml: problem.Z must be of rows of one length, 2, got 1 entries in row 2; fill", ""),
    (
        {"problem": {"Z": [["1/2", 1]]}},
        "a.toml: problem.Z must be of finite numbers that are doubles, got 1/2; write for example",
        "",
    ),
    ({"problem": {"Z": [[float("nan"), 1], [1, 1]]}}, "a.toml: problem.Z must be of finite numbers that are doubles, got nan", ""),
    ({"problem": {"Z": [[2**53 + 1, 1], [1, 1]]}}, "a.toml: problem.Z must be of finite numbers that are doubles", ""),
    ({"problem": {"Z": [[True, 1], [1, 1]]}}, "a.toml: problem.Z must be of finite numbers that are doubles, got True", ""),
    ({"problem": {"b": [1]}}, "a.toml: problem.b must be of shape (2,), got (1,); give one target", ""),
    ({"run": {"initial": None}}, "a.toml: run.initial must be given, got nothing", ""),
    (
        {"run": {"initial": [[1, 2]]}},
        "a.toml: run.initial must be of 2 rows, one for each weight, of 2 entries, got 1 rows of 2",
        "",
    ),
    ({"run": {"initial": [[1, 2], [1]]}}, "a.toml: run.initial must be of rows of one length", ""),
    ({"run": {"initial": [[1, "x"], [1, 1]]}}, "a.toml: run.initial must be exact", "got x; write an integer or a fraction"),
    ({"run": {"initial": [[1, "0,5"], [1, 1]]}}, "got 0,5; write an integer or a fraction", ""),
    ({"run": {"initial": [[1, float("inf")], [1, 1]]}}, "a.toml: run.initial must be exact", "got inf"),
    ({"run": {"initial": [[1, "1" + "0" * 400], [1, 1]]}}, "a.toml: run.initial must be within the range of doubles", ""),
    ({"run": {"initial": []}}, "a.toml: run.initial must be a list of", ""),
    ({"run": {"t_end": 0}}, "a.toml: run.t_end must be a time > 0, got 0", ""),
    ({"run": {"t_end": "1/0"}}, "a.toml: run.t_end must be exact", "got 1/0; the denominator is zero"),
    ({"run": {"rtol": -1.0}}, "a.toml: run.rtol must be above 0, got -1.0", ""),
    ({"run": {"method": 3}}, "a.toml: run.method must be text, got 3", ""),
    ({"run": {"events": "w1"}}, "a.toml: run.events must be a list of formulas in the weights, got w1", ""),
    ({"run": {"events": ["__import__('os')"]}}, "a.toml: run.events must be", ""),
]


@pytest.mark.parametrize(("change", "begins", "has"), REFUSED)
def test_every_mistake_is_one_line_with_file_key_value_and_remedy(change, begins, has):
    tables = {"flow": FLOW, "problem": QUADRATIC, "run": RUN}
    for name, entries in change.items():
        tables[name] = {key: v for key, v in (tables[name] | entries).items() if v is not None}
    with pytest.raises(InvalidArgument) as raised:
        setup(**tables)
    message = str(raised.value)
    assert begins in message
    assert has in message
    assert message.startswith("a.toml: ")
    assert "\n" not in message
    assert " must be " in message
    assert "; " in message


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        ("13/10", "a.toml: problem.loss must be a formula in x, got 13/10; write for example"),
        ("x + y", "a.toml: problem.loss must be a formula in known symbols, got y; write one of x"),
        ("__import__('os').system('true')", "a.toml: problem.loss must be"),
        ("x**9**9**9", "a.toml: problem.loss must be"),
    ],
)
def test_losses_that_are_no_formula_in_x(loss, message):
    with pytest.raises(InvalidArgument) as raised:
        setup(problem=SCALAR | {"loss": loss})
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[flow\n", "a.toml must be TOML, got line 1, column 6; expected"),
        ("[flow]\nq = 3/2\n", "a.toml must be TOML, got line 2, column 6; expected newline or end of document after a statement"),
        ("[flow]\nq = ", "a.toml must be TOML, got line 2, column 5; invalid value"),
        ("[flow]\nq = 1\nq = 2", "a.toml must be TOML, got line 3, column 6; cannot overwrite a value"),
        ("x = " + "[" * 100_000, "a.toml must be TOML of moderate size"),
        ("x = " + "9" * 10_000, "a.toml must be TOML of moderate size"),
        ("", "a.toml: flow must be a table, got nothing; add a line [flow] and its keys"),
        ("flow = 3", "a.toml: flow must be a table, got 3"),
        ("[flows]", "a.toml: tables must be among flow, problem, run, got flows; did you mean flow?"),
    ],
)
def test_text_that_is_no_problem_file(text, message):
    with pytest.raises(InvalidArgument) as raised:
        parse_problem(text, "a.toml")
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


def test_positive_weights_start_positive_and_several_outputs_are_refused():
    flow = {"reparam": "separable", "map": "u**2 - v**2", "weights": ["u", "v"], "q": 2}
    with pytest.raises(InvalidArgument, match=r"a.toml: run.initial must be positive for the weight v, got -1; "):
        setup(flow, SCALAR, RUN | {"initial": [1, -1]})
    with pytest.raises(NoClosedForm, match="2 outputs share weights"):
        setup(flow | {"map": "u*v;u"}, SCALAR)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InvalidArgument, match=r"absent.toml must be a readable TOML file, got no such file or directory; check"):
        read_problem(tmp_path / "absent.toml")
    with pytest.raises(InvalidArgument, match="is a directory"):
        read_problem(tmp_path)
    target = tmp_path / "latin.toml"
    target.write_bytes(b"[flow]\n# \xe9\n")
    with pytest.raises(InvalidArgument, match=r"latin.toml must be text in UTF-8, got another byte in line 2; save"):
        read_problem(target)
    if os.path.exists("/dev/zero"):
        with pytest.raises(InvalidArgument, match="of at most 67108864 bytes"):
            read_problem(Path("/dev/zero"))


def test_errors_of_a_solver_name_the_file_and_the_key():
    with pytest.raises(InvalidArgument, match=r"b.toml: run.rtol must be small, got 1; shrink"), named("b.toml"):
        raise InvalidArgument("rtol", "small", 1, "shrink it")
    with pytest.raises(InvalidArgument, match=r"^digits must be few"), named("b.toml"):
        raise InvalidArgument("digits", "few", 1, "ask for less")


def test_the_example_in_the_documentation_is_the_file_beside_it():
    examples = (DOCS / "problem_files.md").read_text(encoding="utf-8").split("```toml\n")[1:]
    texts = [example.split("```")[0] for example in examples]
    assert texts[0] == (DOCS / "three_layers.toml").read_text(encoding="utf-8")
    assert len([parse_problem(text) for text in texts]) == 2
    assert read_problem(DOCS / "three_layers.toml").flow.reparam == Product(3)


def test_the_documentation_names_every_key():
    text = (DOCS / "problem_files.md").read_text(encoding="utf-8")
    with pytest.raises(InvalidArgument) as raised:
        parse_problem("[flow]\n[problem]\nxyzzy = 1\n[run]")
    known = raised.value.condition.removeprefix("among ").split(", ")
    assert len(known) == 5
    for key in (*known, "reparam", "depth", "tau", "powers", "map", "weights", "q", "decay", "alpha", "initial", "t_end", "events"):
        assert f"`{key}`" in text


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["1/2", "product", "x**2", "", "w1", "quadratic"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)
KEYS = {"flow": FLOW, "problem": QUADRATIC | SCALAR | {"labels": [1]}, "run": RUN | {"method": "", "rtol": 1e-9, "events": []}}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_whatever_is_written_gives_a_setup_or_one_line(data):
    tables = {"flow": dict(FLOW), "problem": dict(QUADRATIC), "run": dict(RUN)}
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(tables)))
        tables[name][data.draw(st.sampled_from(sorted(KEYS[name])))] = data.draw(VALUES)
    text = "\n".join(f"{name} = {written({k: v for k, v in t.items() if v is not None})}" for name, t in tables.items())
    try:
        parse_problem(text, "a.toml")
    except MirrorTheoryError as error:
        assert "\n" not in str(error)
        assert "a.toml" in str(error)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="[]{}=\"'\n#abx019.,-_ é", max_size=60))
def test_any_text_is_refused_in_one_line(text):
    with pytest.raises(InvalidArgument) as raised:
        parse_problem(text, "a.toml")
    assert "\n" not in str(raised.value)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assert "TOML" in str(raised.value)
