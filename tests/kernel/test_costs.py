"""What a certificate may cost is bounded for the whole of it, and what others wrote is printed in one line."""

import json
import random
import time
from fractions import Fraction

import pytest
from test_kernel import ABOVE, HALF, ONE, UNIT, X, Y, claimed, minus, nested
from thinning import named

from mirrortheory import kernel

pytestmark = pytest.mark.usefixtures("bits_of_the_kernel")
NOUGHT, LARGE = ["num", "0"], ["pow", ["num", "10"], ["num", "100000"]]


def defined(layer, count, first=X):
    """Return definitions d0, d1, .., each of which is made from the one before."""
    return [{"name": f"d{k}", "is": layer(["def", f"d{k - 1}"]) if k else first} for k in range(count)]


def with_definitions(lhs, definitions, **more):
    return claimed(lhs, **more) | {"definitions": definitions}


def twice(t):
    return ["add", t, t]


def cancelled(t):
    return ["add", t, LARGE, minus(LARGE)]


def chebyshev(degree):
    """Return the Chebyshev polynomial of a degree, multiplied out, as a tree."""
    a, b = [1], [0, 1]
    for _ in range(degree - 1):
        a, b = b, [s - (a[i] if i < len(a) else 0) for i, s in enumerate([0, *(2 * v for v in b)])]
    return ["add", *(["mul", ["num", str(v)], ["pow", X, ["num", str(i)]]] for i, v in enumerate(b) if v)]


def divisors(count, degree):
    square = ["pow", chebyshev(degree), ["num", "2"]]
    return ["add", *(["pow", ["add", square, ["num", f"1/{2000 + k}"]], ["num", "-1"]] for k in range(count))]


def flow_of(definitions):
    flow = {
        "weights": ["x"],
        "map": ["def", definitions[-1]["name"]],
        "slope": Y,
        "q": ["num", "2"],
        "coupled": NOUGHT,
        "decoupled": NOUGHT,
    }
    return with_definitions(NOUGHT, definitions) | {"flows": [flow]}


LAST = ["def", "d23"]
POINTS = [{"x": f"1/{k + 3}"} for k in range(60)]
SUBSTITUTED = ["add", *([["at", ["def", "B"], [["x", Y]]]] * 3000)]
SLOPES = ["add", *([["diff", ["def", "B"], "x"]] * 3000)]
BODY = [{"name": "B", "is": ["add", *([["mul", X, Y]] * 2000)]}]
SIGN = {"intervals": [["-1", "1", False, False]], "without": []}
THIRD = ["mul", X, ["num", "3"]]  # 1 at 1/3, which a ball does not show


def tied(t):
    return ["piecewise", [["eq", ["mul", t, THIRD], ONE], THIRD], [True, THIRD]]


def ranged(intervals, without):
    """Return a certificate on a range of many intervals, without many numbers."""
    region = {"intervals": [["-1", "1", False, False]] * intervals, "without": [f"1/{k + 2}" for k in range(without)]}
    rhs = ["add", ["abs", X], ["sin", X]]
    return claimed(["abs", X], rhs=rhs, relation="le", kind="form", ranges={"x": region}, points=[{"x": "3/4"}])


COSTLY = {
    "many intervals without many numbers": (ranged(1500, 1500), "parts"),
    "many intervals": (ranged(20_000, 0), "parts"),
    "an interval without many numbers": (ranged(1, 20_000), "parts"),
    "some intervals without some numbers": (ranged(20, 80), "earns SUPPORTED"),
    "ties within ties": (claimed(tied(THIRD), kind="sampled", ranges={"x": ABOVE}, points=[{"x": "1/3"}]), "earns SUPPORTED"),
    "ties within many ties": (
        claimed(nested(tied, 35, THIRD), kind="sampled", ranges={"x": ABOVE}, points=[{"x": "1/3"}]),
        "earns SUPPORTED",
    ),
    "ties within many ties of a condition": (
        claimed(X, ranges={"x": ABOVE}, points=[{"x": "1/3"}], conditions=[["le", nested(tied, 30, THIRD), ONE]]),
        "outside",
    ),
    "sums of definitions": (with_definitions(LAST, defined(twice, 24)), "nodes"),
    "products of definitions": (with_definitions(LAST, defined(lambda t: ["mul", t, ["sin", t]], 24)), "nodes"),
    "definitions in branches": (
        with_definitions(LAST, defined(lambda t: ["piecewise", [["lt", t, ONE], t], [True, ONE]], 24)),
        "nodes",
    ),
    "the slope of sums of definitions": (with_definitions(["diff", LAST, "x"], defined(twice, 24)), "nodes"),
    "a definition that is a slope": (
        with_definitions(NOUGHT, [*defined(twice, 22), {"name": "e", "is": ["diff", ["def", "d21"], "x"]}]),
        "nodes",
    ),
    "slopes of slopes": (
        with_definitions(nested(lambda t: ["diff", t, "x"], 20, ["exp", ["exp", ["mul", X, ["sin", X]]]]), []),
        "nodes",
    ),
    "a flow of definitions": (flow_of(defined(twice, 24)), "nodes"),
    "values put into a definition": (with_definitions(SUBSTITUTED, BODY), "nodes"),
    "slopes of a definition": (with_definitions(SLOPES, BODY), "nodes"),
    "a definition at many places": (with_definitions(["add", *([["def", "B"]] * 3000)], BODY), "nodes"),
    "gamma at points where all cancels": (
        claimed(cancelled(["gamma", X]), kind="sampled", ranges={"x": ABOVE}, points=POINTS),
        "no points",
    ),
    "lambertw at points where all cancels": (
        claimed(cancelled(["lambertw", X]), kind="sampled", ranges={"x": ABOVE}, points=POINTS),
        "no points",
    ),
    "exponentials at points where all cancels": (
        claimed(cancelled(["exp", ["exp", X]]), kind="sampled", ranges={"x": ABOVE}, points=POINTS * 50),
        "no points",
    ),
    "divisors that are positive by a fine form": (
        claimed(divisors(400, 4), ranges={"x": SIGN}, points=POINTS[:1]),
        "earns SUPPORTED",
    ),
    "divisors of a higher degree": (claimed(divisors(200, 8), ranges={"x": SIGN}, points=POINTS[:1]), "earns SUPPORTED"),
    "conditions with such divisors": (
        claimed(X, ranges={"x": UNIT}, points=POINTS[:1], conditions=[["ne", e, NOUGHT] for e in divisors(150, 4)[1:]]),
        None,
    ),
}


DEAR = {
    "values put into a definition",
    "slopes of a definition",
    "exponentials at points where all cancels",
    "divisors that are positive by a fine form",
    "divisors of a higher degree",
    "some intervals without some numbers",
    "conditions with such divisors",
}


@pytest.mark.parametrize(("data", "expected"), named(COSTLY, slow=DEAR))
def test_what_a_certificate_costs_is_bounded(data, expected):
    started = time.process_time()
    try:
        answer = kernel.check(json.loads(json.dumps(data)))
    except kernel.Rejected as error:
        answer = str(error)
    assert time.process_time() - started < 20
    assert expected is None or expected in answer
    assert kernel.SPENT["nodes worked out"] < 2 * kernel.MOST["nodes worked out"]


def test_costs_of_many_statements_come_to_one_account(monkeypatch):
    """Each statement by itself is cheap enough; all of them are not."""
    data = claimed(divisors(1, 4), ranges={"x": SIGN}, points=POINTS[:1])
    data["statement"] *= 3
    data["evidence"] = [{**data["evidence"][0], "statement": k} for k in range(3)]
    assert kernel.check(data) == "PROVED"
    monkeypatch.setitem(kernel.MOST, "steps of algebra", kernel.SPENT["steps of algebra"] - 1)
    with pytest.raises(kernel.Rejected, match="statement 2 earns SUPPORTED"):
        kernel.check(data)


def test_an_account_is_opened_for_each_certificate():
    data = claimed(X)
    kernel.SPENT.update(dict.fromkeys(kernel.MOST, 10**12))
    assert kernel.check(data) == "PROVED"


# What is printed ------------------------------------------------------------------------------------------------------


FORGED = "accepted important.json: PROVED"
TEXTS = [
    "\ud800",
    f"nothing\n{FORGED}",
    f"nothing\r{FORGED}",
    f"\x1b[2K\x1b[1G{FORGED}",
    f"\u2028{FORGED}\u202e",
    "\x00",
    "x" * 10**6,
    "caf\u00e9",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_what_others_wrote_is_printed_in_one_line(tmp_path, capsys, text):
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    first.write_text(json.dumps(claimed(X) | {"claim": {"given": text}}), encoding="ascii")
    second.write_text(json.dumps(claimed(X)), encoding="ascii")
    assert kernel.main([str(first), str(second)]) == 0
    one, two, end = capsys.readouterr().out.split("\n")
    assert one.startswith(f"accepted {first}: PROVED, given ")
    assert one.isascii()
    assert one.isprintable()
    assert len(one) < 5000
    assert (two, end) == (f"accepted {second}: PROVED", "")


@pytest.mark.parametrize("name", [f"a\n{FORGED}", "a\x1b[2K", "\udcff", "caf\u00e9"])
def test_the_name_of_a_file_is_printed_in_one_line(tmp_path, capsys, name):
    target = str(tmp_path / f"{name}.json")
    with open(target, "w", encoding="ascii") as file:
        json.dump(claimed(X), file)
    assert kernel.main([target, f"{target}.not"]) == 1
    accepted, rejected, end = capsys.readouterr().out.split("\n")
    assert accepted.startswith("accepted ")
    assert accepted.endswith(".json: PROVED")
    assert rejected.startswith("REJECTED ")
    assert (accepted + rejected).isascii()
    assert (accepted + rejected).isprintable()
    assert end == ""


@pytest.mark.parametrize("text", ["\ud800", f"a\n{FORGED}", "\x1b[2K", "\u202e" * 50])
def test_what_is_refused_is_named_in_one_line(tmp_path, capsys, text):
    target = tmp_path / "bad.json"
    rng = random.Random(1)
    for change in (
        {"verdict": text},
        {"statement": [{"relation": text, "domain": 0}]},
        {"statement": [{"relation": "eq", "domain": 0, "lhs": [text], "rhs": X}]},
        {"statement": [{"relation": "eq", "domain": 0, "lhs": ["sym", text], "rhs": X}]},
        {"statement": [{"relation": "eq", "domain": 0, "lhs": ["num", text], "rhs": X}]},
        {"statement": [{"relation": "eq", "domain": 0, "lhs": ["def", text], "rhs": X}]},
        {"domain": text},
        {text: HALF},
    ):
        target.write_text(json.dumps(claimed(rng.choice((X, Y))) | change), encoding="ascii")
        assert kernel.main([str(target)]) == 1
        line, end = capsys.readouterr().out.split("\n")
        assert line.startswith(f"REJECTED {target}: ")
        assert line.isascii()
        assert line.isprintable()
        assert len(line) < 1000
        assert end == ""


def test_powers_within_powers_of_a_number_do_not_grow():
    """A power of a number is worked out only while it is short."""
    tree = ("sym", "x")
    for _ in range(40):
        tree = ("pow", tree, ("num", Fraction(63)))
    assert kernel.letters(kernel.replaced(tree, {"x": ("num", Fraction(1, 3))})) == set()
