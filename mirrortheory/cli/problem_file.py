"""Problem files: a flow, a loss and a start as TOML, documented in docs/problem_files.md.

Weights and times are exact: integers, text such as ``"1/3"``, or decimals, meant as they are typed: 0.1 is one tenth. Exponents
and rates are integers or text; a rate in the letter t depends on time. The data of a loss are doubles, so that text is refused
there. Formulas are read by the whitelist parser; nothing is evaluated.
"""

from __future__ import annotations

import difflib
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import sympy

from mirrortheory.cli import choice
from mirrortheory.cli.toml_text import Typed, no_strangers, parsed, text_of
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import expression, rational
from mirrortheory.exact.rationals import MAX_DIGITS
from mirrortheory.flows import Exponential, Logistic, Problem, Quadratic, Scalar
from mirrortheory.geometries import Lq
from mirrortheory.theory import Flow

_TABLES = {
    "flow": ("reparam", "depth", "tau", "powers", "map", "weights", "q", "decay", "alpha"),
    "problem": ("kind", "Z", "b", "labels", "loss"),
    "run": ("initial", "t_end", "method", "rtol", "events"),
}
_DATA = {
    "quadratic": ("Z", "b"),
    "logistic": ("Z", "labels"),
    "exponential": ("Z", "labels"),
    "scalar": ("loss",),
}  # what a kind of problem needs
_EXAMPLES = {
    "reparam": 'reparam = "product"',
    "depth": "depth = 3",
    "tau": 'tau = "1/2"',
    "powers": "powers = [2, 3]",
    "map": 'map = "u**2 - v**3"',
    "weights": 'weights = ["u", "v"]',
    "q": 'q = "3/2"',
    "decay": 'decay = "decoupled" or decay = "coupled"',
    "alpha": 'alpha = "1/10"',
    "kind": 'kind = "quadratic"',
    "Z": "Z = [[1, 0], [1, 1]]",
    "b": "b = [1, 2]",
    "labels": "labels = [1, -1]",
    "loss": 'loss = "(x - 13/10)**2/2"',
    "initial": 'initial = [["1/2", 1], [1, 1]]',
    "t_end": 't_end = "2"',
}


@dataclass(frozen=True, eq=False)
class Setup:
    """What a problem file says: the arguments of :func:`mirrortheory.flows.simulate`.

    Attributes:
        flow, problem: what is followed.
        initial: exact weights, depth rows of d entries.
        t_end: exact final time > 0, dimensionless.
        options: ``method``, ``rtol`` and ``events``, those that were given.
    """

    flow: Flow
    problem: Problem
    initial: tuple[tuple[Any, ...], ...]  # of Fraction, which ArrayLike does not know
    t_end: Fraction
    options: Mapping[str, Any] = field(default_factory=dict)


def read_problem(path: Path) -> Setup:
    """Read a problem file.

    Raises:
        InvalidArgument: for a file that cannot be read, or is wrong in any way, with the file, the key, the value and a remedy.
        NoClosedForm: for a map of several outputs.
    """
    return parse_problem(text_of(path), str(path))


def parse_problem(text: str, file: str = "problem") -> Setup:
    """Read the text of a problem file; ``file`` is how it is called in messages.

    Raises:
        InvalidArgument: when it is wrong in any way, with the file, the key, the value and a remedy.
        NoClosedForm: for a map of several outputs.

    >>> setup = parse_problem('''
    ... flow = {reparam = "product", depth = 2, q = "3/2"}
    ... problem = {kind = "scalar", loss = "(x - 1)**2/2"}
    ... run = {initial = [["1/3"], [1]], t_end = 2}
    ... ''')
    >>> setup.initial[0][0], setup.flow.geometry
    (Fraction(1, 3), Lq(q=3/2))
    """
    entries = parsed(text, file)
    no_strangers(file, "tables", entries, tuple(_TABLES))
    tables = {}
    for name, keys in _TABLES.items():
        if not isinstance(entries.get(name), dict):
            raise InvalidArgument(f"{file}: {name}", "a table", entries.get(name, "nothing"), f"add a line [{name}] and its keys")
        no_strangers(file, f"keys of [{name}]", entries[name], keys)
        tables[name] = _Table(file, name, entries[name])
    with named(file):
        flow = _flow(tables["flow"])
        problem = _problem(tables["problem"])
    run = tables["run"]
    initial = _initial(run, flow, problem)
    t_end = run.exact("t_end", run["t_end"])
    if t_end <= 0:
        raise run.refusal("t_end", "a time > 0", run["t_end"], 'write for example "2"')
    return Setup(flow, problem, initial, t_end, _options(run, flow))


@contextmanager
def named(file: str | Path) -> Iterator[None]:
    """Have errors about the arguments that a problem file gives name the file and the key."""
    try:
        yield
    except InvalidArgument as error:
        for table, keys in _TABLES.items():
            if error.name == table or error.name in keys:
                key = table if error.name == table else f"{table}.{error.name}"
                raise InvalidArgument(f"{file}: {key}", error.condition, error.value, error.remedy) from None
        raise


class _Table:
    """One table of a file, whose errors name both."""

    def __init__(self, file: str, name: str, entries: Mapping[str, Any]) -> None:
        self.file, self.name, self.entries = file, name, entries

    def __getitem__(self, key: str) -> Any:
        if key not in self.entries:
            raise self.refusal(key, "given", "nothing", f"add for example {_EXAMPLES[key]}")
        return self.entries[key]

    def refusal(self, key: str, condition: str, value: object, remedy: str) -> InvalidArgument:
        return InvalidArgument(f"{self.file}: {self.name}.{key}", condition, value, remedy)

    def text(self, key: str) -> str:
        value = self[key]
        if not isinstance(value, str):
            raise self.refusal(key, "text", value, f"write for example {_EXAMPLES.get(key, 'text')}")
        return value

    def exact(self, key: str, value: object) -> Fraction:
        condition = "exact: an integer, text such as 1/3, or a finite decimal"
        if isinstance(value, Typed) and math.isfinite(value):
            mantissa = value.text.lower().partition("e")[0]
            if not mantissa.strip("+-0."):
                return Fraction(0)
            if abs(value) < sys.float_info.min or len(mantissa) > MAX_DIGITS:  # what would take up any amount of memory
                condition = f"0, or within the range of doubles and of at most {MAX_DIGITS} digits"
                raise self.refusal(key, condition, value.text, "rescale the problem")
            return Fraction(value.text)
        if not isinstance(value, int | str) or isinstance(value, bool):
            raise self.refusal(key, condition, value, 'write for example "1/3"')
        try:
            number = rational(value)
        except InvalidArgument as error:
            raise self.refusal(key, condition, value, error.remedy) from None
        if abs(number) > sys.float_info.max:
            raise self.refusal(key, "within the range of doubles", value, "rescale the problem")
        return Fraction(int(number.p), int(number.q))

    def double(self, key: str, value: object) -> float:
        if isinstance(value, float) and math.isfinite(value):
            return float(value)
        if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 2**53:
            raise self.refusal(key, "of finite numbers that are doubles", value, "write for example 1 or 0.5, without quotes")
        return float(value)

    def rows(self, key: str, entry: Callable[[str, object], Any]) -> tuple[tuple[Any, ...], ...]:
        value = self[key]
        if not isinstance(value, list) or not value or not all(isinstance(row, list) and row for row in value):
            raise self.refusal(key, "a list of rows, none of them empty", value, f"write for example {_EXAMPLES[key]}")
        for number, row in enumerate(value[1:], 2):
            if len(row) != len(value[0]):
                condition = f"of rows of one length, {len(value[0])}"
                raise self.refusal(key, condition, f"{len(row)} entries in row {number}", "fill or cut the row")
        return tuple(tuple(entry(key, number) for number in row) for row in value)

    def row(self, key: str, entry: Callable[[str, object], Any]) -> tuple[Any, ...]:
        value = self[key]
        if not isinstance(value, list) or not value:
            raise self.refusal(key, "a list of numbers", value, f"write for example {_EXAMPLES[key]}")
        return tuple(entry(key, number) for number in value)


def _flow(table: _Table) -> Flow:
    typed = {key: value.text if isinstance(value, Typed) else value for key, value in table.entries.items()}
    table = _Table(table.file, table.name, typed)  # a decimal of a flow is exact
    name, decay = table.text("reparam"), table.text("decay") if "decay" in table.entries else "none"
    needed = choice.options_of(name)
    for option in ("depth", "tau", "powers", "map", "weights"):
        if option in table.entries and option not in needed:
            raise table.refusal(option, f"absent for {name}", table[option], f"{name} takes {', '.join(needed) or 'no option'}")
    reparam = choice.reparam(name, table.entries, _EXAMPLES)
    found = Flow(Lq(rational(table["q"], "q")), reparam, choice.decay(decay, table.entries.get("alpha"), _EXAMPLES))
    if found.decay.rate.free_symbols and not found.decay.varies:
        raise table.refusal("alpha", "a number, or a formula in t", table["alpha"], 'write for example "1/10" or "1/(1 + t)"')
    return found


def _problem(table: _Table) -> Problem:
    kind = table.text("kind")
    if kind not in _DATA:
        near = difflib.get_close_matches(kind, _DATA, n=1)
        remedy = f"did you mean {near[0]}?" if near else "write one of them"
        raise table.refusal("kind", f"one of {', '.join(_DATA)}", kind, remedy)
    for key in table.entries:
        if key != "kind" and key not in _DATA[kind]:
            raise table.refusal(key, f"absent for {kind}", table[key], f"{kind} takes {' and '.join(_DATA[kind])}")
    if kind == "scalar":
        x = sympy.Symbol("x", real=True)
        loss = expression(table.text("loss"), {"x": x}, "loss")
        if not loss.has(x):
            raise table.refusal("loss", "a formula in x", table["loss"], f"write for example {_EXAMPLES['loss']}")
        return Scalar(loss)
    Z = table.rows("Z", table.double)
    if kind == "quadratic":
        return Quadratic(Z, table.row("b", table.double))
    return (Logistic if kind == "logistic" else Exponential)(Z, table.row("labels", table.double))


def _initial(table: _Table, flow: Flow, problem: Problem) -> tuple[tuple[Fraction, ...], ...]:
    value = table["initial"]
    flat = isinstance(value, list) and bool(value) and not any(isinstance(row, list) for row in value)
    weights = tuple((w,) for w in table.row("initial", table.exact)) if flat else table.rows("initial", table.exact)
    depth, d = len(flow.weights), problem.dimension
    shape = (len(weights), len(weights[0]))
    if shape[0] != depth or d not in (None, shape[1]):
        condition = f"of {depth} rows, one for each weight, of {'any number of' if d is None else d} entries"
        got = f"{shape[0]} rows of {shape[1]}"
        raise table.refusal("initial", condition, got, "give one column for each coordinate of x")
    for symbol, row in zip(flow.weights, weights, strict=True):
        if symbol.is_positive and min(row) <= 0:
            raise table.refusal("initial", f"positive for the weight {symbol}", min(row), "write for example 1/2")
    return weights


def _options(table: _Table, flow: Flow) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "method" in table.entries:
        found["method"] = table.text("method")
    if "rtol" in table.entries:
        found["rtol"] = table.double("rtol", table["rtol"])
        if found["rtol"] <= 0:
            raise table.refusal("rtol", "above 0", table["rtol"], "write for example 1e-9")
    if "events" in table.entries:
        texts = table["events"]
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            example = f'write for example ["{flow.weights[0]} - 2"]'
            raise table.refusal("events", "a list of formulas in the weights", texts, example)
        with named(table.file):
            found["events"] = tuple(expression(text, {str(w): w for w in flow.weights}, "events") for text in texts)
    return found
