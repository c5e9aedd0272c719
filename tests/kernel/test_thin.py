"""DERIVED is true off a thin set: what must not vanish, vanishes nowhere on an open set, and the domain holds one."""

import pytest
from test_kernel import ABOVE, FROM_ZERO, HALF, ONE, TWO, WIDE, X, Y, claimed, minus

from mirrortheory import kernel

pytestmark = pytest.mark.usefixtures("bits_of_the_kernel")
NOUGHT, SQUARE, SIGN = ["num", "0"], ["pow", X, ["num", "2"]], {"intervals": [["-1", "1", False, False]], "without": []}
REAL = {"intervals": [["-oo", "oo", True, True]], "without": []}


def plus(*parts):
    return ["add", *(["num", part] if isinstance(part, str) else part for part in parts)]


def root(t):
    return ["pow", t, HALF]


PART, GAP = ["max", X, NOUGHT], ["abs", plus(X, "-1")]
BETWEEN = plus(["abs", plus(SQUARE, "-2")], ["abs", plus(SQUARE, "-7/2")], "-3/2")  # 0 where x^2 is between 2 and 7/2
WIDTH = {"intervals": [["0", "3", False, False]], "without": []}
FLAT = {  # u is 0 on an interval, and not at the point
    "max": (PART, SIGN, "1/2"),
    "a square of max": (["pow", PART, ["num", "2"]], SIGN, "1/2"),
    "min": (["min", X, NOUGHT], SIGN, "-1/2"),
    "|x| - x": (plus(["abs", X], minus(X)), SIGN, "-1/2"),
    "|x| - x, on a longer range": (plus(["abs", X], minus(X)), REAL, "-1/2"),
    "two moduli": (BETWEEN, WIDTH, "1"),
    "|x - 1| - x + 1": (plus(GAP, minus(X), "1"), WIDE, "-1/2"),
    "a root of a square, multiplied out": (plus(root(plus(SQUARE, ["mul", ["num", "-2"], X], "1")), minus(X), "1"), WIDE, "-1/2"),
    "a root of a square that is a sum of terms": (
        plus(root(plus(SQUARE, ["mul", ["num", "2"], X], "1")), minus(X), "-1"),
        WIDE,
        "-3/2",
    ),
    "atan across a pole": (
        plus(["atan", plus(X, "-1")], ["atan", ["pow", plus(X, "-1"), ["num", "-1"]]], ["mul", ["num", "-1/2"], ["pi"]]),
        WIDE,
        "1/2",
    ),
    "signs": (plus(["sign", X], ["sign", plus(X, "-1")]), WIDE, "3/2"),
    "a modulus of a sine": (plus(["abs", ["sin", X]], minus(["sin", X])), REAL, "-1/2"),
    "max in a sine": (["sin", PART], SIGN, "1/2"),
    "a large square under a root": (
        plus(root(["num", str((2**61 - 1) ** 2)]), ["num", str(1 - 2**61)], ["abs", X], minus(X)),
        SIGN,
        "-1/2",
    ),
    "acosh": (plus(["acosh", plus(SQUARE, "1")], ["mul", ["num", "-1"], ["acosh", plus(SQUARE, "1")]], PART), SIGN, "1/2"),
}


@pytest.mark.parametrize("name", FLAT)
def test_what_vanishes_on_an_interval_is_not_off_a_thin_set(name):
    u, region, at = FLAT[name]
    data = claimed(["pow", ["sign", u], ["num", "2"]], rhs=ONE, ranges={"x": region}, points=[{"x": at}])
    with pytest.raises(kernel.Rejected, match="earns SUPPORTED"):
        kernel.check(data)


LOGARITHM = plus(["log", X], "-1")
THIN = {
    "a polynomial": (plus(SQUARE, ["mul", ["num", "-1"], X]), WIDE),
    "a modulus of a sum": (plus(GAP, "-1"), WIDE),
    "a modulus and a letter": (plus(["abs", X], ["mul", ["num", "-2"], X]), WIDE),
    "a root of a letter": (plus(root(X), minus(X)), FROM_ZERO),
    "a symbolic power": (plus(["pow", X, Y], minus(Y)), FROM_ZERO),
    "an exponent with a pole": (plus(["pow", X, ["pow", plus(Y, "-2"), ["num", "-1"]]], minus(Y)), ABOVE),
    "a root of a sum that is positive": (plus(root(plus(SQUARE, "1")), ["num", "-3/2"]), WIDE),
    "an irrational zero": (plus(X, minus(root(["num", "2"]))), TWO),
    "a logarithm": (LOGARITHM, ABOVE),
    "a logarithm of a sum": (plus(["log", plus(SQUARE, "1")], "-1"), WIDE),
    "asinh": (plus(["asinh", ["mul", X, Y]], "-1"), WIDE),
    "asinh of a modulus": (plus(["asinh", GAP], "-1"), WIDE),
    "a sine": (["sin", X], WIDE),
    "gamma": (plus(["gamma", X], "-2"), ABOVE),
    "max that a condition keeps off 0": (PART, SIGN),
}


@pytest.mark.parametrize("name", THIN)
def test_what_vanishes_here_and_there_is_derived(name):
    u, region = THIN[name]
    conditions = [["ne", PART, NOUGHT]] if u is PART else []
    data = claimed(
        ["pow", ["sign", u], ["num", "2"]],
        rhs=ONE,
        ranges={"x": region, "y": ABOVE, "z": WIDE},
        points=[{"x": "5/7", "y": "9/8", "z": "1/3"}],
        conditions=conditions,
    )
    data["statement"][0]["rhs"] = ["pow", ["sign", ["sym", "z"]], ["num", "2"]]  # which can vanish too: no PROVED
    with pytest.raises(kernel.Rejected, match="earns DERIVED"):
        kernel.check(data)


@pytest.mark.parametrize(
    ("ranges", "conditions", "point"),
    [
        ({"x": WIDE, "y": WIDE}, [["eq", ["mul", X, Y], NOUGHT]], {"x": "1", "y": "0"}),
        ({"x": WIDE, "y": WIDE}, [["le", ["pow", ["mul", X, Y], ["num", "2"]], NOUGHT]], {"x": "1", "y": "0"}),
        ({"x": WIDE, "y": {"intervals": [["0", "0", False, False]], "without": []}}, [], {"x": "1", "y": "0"}),
        ({"x": WIDE, "y": WIDE}, [["and", ["le", Y, NOUGHT], ["ge", Y, NOUGHT]]], {"x": "1", "y": "0"}),
    ],
    ids=["two lines", "two lines as an inequality", "a letter that is fixed", "one line"],
)
def test_a_domain_that_is_thin_itself_derives_nothing(ranges, conditions, point):
    """On x y = 0, sign(x)^2 is 1 on one line and 0 on the other."""
    data = claimed(["pow", ["sign", X], ["num", "2"]], rhs=ONE, ranges=ranges, conditions=conditions, points=[point])
    with pytest.raises(kernel.Rejected, match="earns SUPPORTED"):
        kernel.check(data)
    inner = {"x": "1", "y": "1/2"}
    wide = claimed(["pow", ["sign", X], ["num", "2"]], rhs=ONE, ranges={"x": WIDE, "y": WIDE}, points=[inner])
    with pytest.raises(kernel.Rejected, match="earns DERIVED"):
        kernel.check(wide)


# Ties of conditions, and rewritings that are not seen to hold ---------------------------------------------------------


THIRD, SUM = ["num", "1/3"], plus(["pow", X, ["num", "-1"]], ["pow", Y, ["num", "-1"]])


@pytest.mark.parametrize(
    ("condition", "point", "inside"),
    [
        (["eq", X, Y], ("1/3", "1/3"), True),
        (["eq", ["mul", ["num", "3"], X], ONE], ("1/3", "1/7"), True),
        (["ge", SUM, ["num", "10"]], ("1/3", "1/7"), True),
        (["le", SUM, ["num", "10"]], ("1/3", "1/7"), True),
        (["lt", SUM, ["num", "10"]], ("1/3", "1/7"), False),
        (["ne", X, ["mul", ["num", "7/3"], Y]], ("1/3", "1/7"), False),
        (["eq", ["mul", root(X), root(X)], X], ("1/3", "1/7"), True),
        (["eq", X, Y], ("1/3", f"{10**80}/{3 * 10**80 + 1}"), False),
        (["or", ["eq", X, Y], ["lt", X, Y]], ("1/3", "1/3"), True),
        (["eq", ["mul", ["log", plus(X, minus(Y))], NOUGHT], NOUGHT], ("1/3", "1/3"), False),
        (["le", ["pow", plus(X, minus(Y)), ["num", "-2"]], ONE], ("1/3", "1/3"), False),
    ],
    ids=str,
)
def test_ties_of_conditions_at_exact_points_are_settled(condition, point, inside):
    domain = kernel.Domain({"ranges": {"x": ABOVE, "y": ABOVE}, "conditions": [condition]})
    given = dict(zip("xy", point, strict=True))
    if inside:
        assert domain.point(given)
    else:
        with pytest.raises(kernel.Rejected, match="outside"):
            domain.point(given)


@pytest.mark.parametrize(
    "rewriting",
    [[plus(X, "1"), plus(X, "2")], [SQUARE, X], [root(["pow", plus(X, minus(Y)), ["num", "2"]]), plus(X, minus(Y))]],
    ids=["a sum", "a power", "a root"],
)
def test_a_rewriting_that_is_not_seen_to_hold_is_ignored(rewriting):
    left = root(plus(SQUARE, ["mul", ["num", "2"], X, Y], ["pow", Y, ["num", "2"]]))
    factored = [plus(SQUARE, ["mul", ["num", "2"], X, Y], ["pow", Y, ["num", "2"]]), ["pow", plus(X, Y), ["num", "2"]]]
    assert kernel.check(claimed(left, rhs=plus(X, Y), rewrites=[rewriting, factored])) == "PROVED"
    with pytest.raises(kernel.Rejected, match="shows otherwise|earns SUPPORTED"):
        kernel.check(
            claimed(rewriting[0], rhs=rewriting[1], rewrites=[rewriting], points=[{"x": "2", "y": "3"}, {"x": "1", "y": "3"}])
        )
