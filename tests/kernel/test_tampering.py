"""Tampered certificates: whatever the kernel accepts after a change is still true, and malformed files give one line."""

import copy
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
import sympy
from theorems import FEW, FILES, examined

from mirrortheory import kernel
from mirrortheory.exact import BallFunction

pytestmark = pytest.mark.usefixtures("bits_of_the_kernel")
ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "mirrortheory" / "kernel.py"

SWAPS = {"add": "mul", "mul": "add", "abs": "sign", "sign": "abs", "exp": "log", "log": "exp", "sinh": "cosh", "cosh": "sinh"}
STRONGER = {"SUPPORTED": "PROVED", "PROVED": "REFUTED", "REFUTED": "PROVED", "DERIVED": "PROVED"}


def places(data, path=()):
    """Yield (path, value) of every part of a JSON value."""
    yield path, data
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from places(value, (*path, key))


def tampered(data, rng, count):
    """Yield copies of a certificate in which one number, operator, bound or verdict is changed."""
    spots = [(p, x) for p, x in places(data) if p and p[0] != "claim" and p[-1] not in ("part", "detail", "quantity")]
    for path, value in rng.sample(spots, min(count, len(spots))):
        changed = copy.deepcopy(data)
        parent = changed
        for key in path[:-1]:
            parent = parent[key]
        if isinstance(value, bool):
            parent[path[-1]] = not value
        elif isinstance(value, int):
            parent[path[-1]] = value + rng.choice((-1, 1))
        elif isinstance(value, str):
            number = value.replace("/", "").replace("-", "").isdecimal()
            parent[path[-1]] = f"{value}7" if number else SWAPS.get(value, STRONGER.get(value, f"{value}x"))
        elif isinstance(value, list) and value and isinstance(value[0], str) and value[0] in kernel.ARITY:
            parent[path[-1]] = ["mul", ["num", "2"], value]
        elif isinstance(parent, dict):
            del parent[path[-1]]
        else:
            parent.pop(path[-1])
        yield path, changed


def sympy_of(data, given, own):
    """Return a tree of a certificate as SymPy works it out, with what the certificate defines."""
    head, *rest = data
    if head == "num":
        return sympy.Rational(rest[0])
    if head == "sym":
        return own.get(sympy.Symbol(rest[0], real=True), sympy.Symbol(rest[0], real=True))
    if head == "diff":
        slope = sympy.diff(sympy_of(rest[0], given, own), sympy_of(["sym", rest[1]], given, own))
        return slope.replace(sympy.DiracDelta, lambda *of: sympy.S.Zero)
    if head == "at":
        values = {sympy.Symbol(letter, real=True): sympy_of(value, given, own) for letter, value in rest[1]}
        return sympy_of(rest[0], given, {x: letter for x, letter in own.items() if x not in values}).xreplace(values)
    if head == "def":
        return next(sympy_of(entry["is"], given, own) for entry in given["definitions"] if entry["name"] == rest[0])
    if head == "velocity":
        return velocity_of(given["flows"][rest[0]], rest[1], given, own)
    arguments = [sympy_of(argument, given, own) for argument in rest]
    if head == "hyp2f1":
        return sympy.hyper(arguments[:2], arguments[2:3], arguments[3])
    names = {"max": "Max", "min": "Min", "add": "Add", "mul": "Mul", "pow": "Pow", "abs": "Abs", "lambertw": "LambertW"}
    return sympy.pi if head == "pi" else getattr(sympy, names.get(head, head))(*arguments)


def velocity_of(flow, weight, given, own):
    slope, q, inside, outside = (sympy_of(flow[key], given, own) for key in ("slope", "q", "coupled", "decoupled"))
    w, gradient = sympy_of(["sym", weight], given, own), slope * sympy_of(["diff", flow["map"], weight], given, own)
    argument = gradient + inside * w
    return -(sympy.sign(argument) * sympy.Abs(argument) ** (q - 1) + outside * w)


def letter_of(name, domain):
    """Return the symbol of a variable, of the sign that its range has, so that SymPy knows what is real."""
    sign = "real" if domain.low(name) < 0 else "nonnegative" if domain.inside(name, 0) else "positive"
    return sympy.Symbol(name, **{sign: True})


def fails_somewhere(data):
    """Return whether some statement of an accepted certificate is refuted, or undefined, at a point of its domain."""
    rng = random.Random(5)
    for entry in data["statement"]:
        if entry["relation"] not in ("eq", "le", "lt"):  # the other kinds have tests of their own
            continue
        domain = kernel.Domain(data["domain"][entry["domain"]])
        letters = [letter_of(x, domain) for x in domain.ranges]
        own = {sympy.Symbol(x, real=True): letter for x, letter in zip(domain.ranges, letters, strict=True)}
        lhs, rhs = (BallFunction(sympy_of(entry[s], data, own), letters) for s in ("lhs", "rhs"))
        for _ in range(60):
            point = {x: sympy.Rational(rng.randint(-24, 24), rng.choice((1, 2, 3, 7, 12))) for x in domain.ranges}
            if not all(domain.inside(x, kernel.number(str(p))) for x, p in point.items()):
                continue
            left, right = lhs(*point.values()), rhs(*point.values())
            if not left.is_finite() or not (left.overlaps(right) if entry["relation"] == "eq" else not left > right):
                return True
    return False


@pytest.mark.parametrize(
    ("names", "changes", "least"),
    [
        pytest.param(sorted(FEW), 6, 18, id="a few"),
        pytest.param([p.stem for p in FILES], 50, 1500, id="all", marks=pytest.mark.slow),
    ],
)
def test_tampered_certificates_are_rejected_or_still_true(outcome_of, names, changes, least):
    """Whatever the kernel accepts after a change is a statement that is still true, shown by what is left."""
    rng = random.Random(2603)
    rejected = accepted = 0
    for name in names:
        data = outcome_of(name).certificate
        small = {**data, "statement": data["statement"][:6], "evidence": data["evidence"][:6]}
        if kernel_verdict(small) is None:
            small = data
        for path, changed in tampered(small, rng, changes):
            verdict = kernel_verdict(changed)
            if verdict is None:
                rejected += 1
                continue
            accepted += 1
            assert verdict == "REFUTED" or not fails_somewhere(changed), (name, path)
    assert rejected > least
    print(f"tampered certificates: {rejected} rejected, {accepted} still true")


def kernel_verdict(data):
    try:
        return kernel.check(json.loads(json.dumps(data)))
    except kernel.Rejected as error:
        assert "\n" not in str(error)
        return None


def without_points(data):
    """Take the points, the witness, or the brackets of a count, of the first evidence that has some, or whose contrary has."""
    found = next(
        part
        for e in data["evidence"]
        for part in (e, e.get("contrary") or {})
        if part.get("points") or part.get("witness") or part.get("kind") == "count"
    )
    found["brackets"].update(brackets=[]) if found["kind"] == "count" else found.update(points=[], witness=None)


@pytest.mark.parametrize("path", examined(FILES))
def test_verdicts_cannot_be_strengthened_or_parts_dropped(outcome_of, path):
    for change in (
        lambda d: d.update(verdict=STRONGER[d["verdict"]]),
        lambda d: d["evidence"].pop(),
        lambda d: d["statement"].pop(),
        without_points,
        lambda d: d.update(version=1),
        lambda d: d.pop("domain"),
        lambda d: d.update(extra=1),
    ):
        changed = copy.deepcopy(outcome_of(path.stem).certificate)
        change(changed)
        assert kernel_verdict(changed) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 200_000, "maximum recursion depth"),
        ("1e999", "must have the keys"),
        ("NaN", "must have the keys"),
        ("9" * 10_000, "no JSON"),
        ("[]", "must have the keys"),
        ("\x00\xff", "no JSON"),
    ],
    ids=range(8),
)
def test_malformed_files_give_one_line(tmp_path, text, reason):
    target = tmp_path / "bad.json"
    target.write_bytes(text.encode("latin-1"))
    finished = subprocess.run([sys.executable, "-I", str(SOURCE), str(target)], capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    assert finished.stderr == ""
    assert finished.stdout.startswith(f"REJECTED {target}: ")
    assert reason in finished.stdout
    assert finished.stdout.count("\n") == 1


def test_truncated_certificate_is_rejected(tmp_path, outcome_of):
    text = json.dumps(outcome_of("energy_decays_along_steepest_flow").certificate)
    target = tmp_path / "cut.json"
    for length in (1, len(text) // 2, len(text) - 1):
        target.write_text(text[:length], encoding="utf-8")
        with pytest.raises(kernel.Rejected, match="no JSON"):
            kernel.read(target)
