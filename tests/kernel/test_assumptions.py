"""The kernel shows what it assumes, by something else: conditions, rewritings, functions that are real in a part of the domain."""

import pytest
from test_kernel import ABOVE, HALF, ONE, X, Y, claimed, minus

from mirrortheory import kernel

pytestmark = pytest.mark.usefixtures("bits_of_the_kernel")

OFF_ZERO = {"intervals": [["-oo", "oo", True, True]], "without": ["0"]}
REAL = {"intervals": [["-oo", "oo", True, True]], "without": []}
NOUGHT, SIGN, LOG = ["num", "0"], ["sign", X], ["log", X]
ABOVE_ZERO = ["add", SIGN, ["num", "2"]]
ROOTS_OF_SIGN = ["add", ["pow", ABOVE_ZERO, ["num", "3/2"]], ["mul", ["num", "-2"], ["pow", ABOVE_ZERO, HALF]]]
ODD = ["mul", X, ["pow", X, Y]]  # positive for x < 0 too where y is odd
SQUARE = ["add", ["pow", X, ["num", "2"]], ONE, minus(["pow", SIGN, ["num", "2"]])]  # 1 at 0
NO_MATTER = {  # conditions that hold on all of the domain, or on points with x < 0, but show what a statement needs if it is assumed
    "roots of a sign": (LOG, {"x": OFF_ZERO}, [["lt", NOUGHT, ABOVE_ZERO], ["lt", NOUGHT, ["mul", X, ROOTS_OF_SIGN]]]),
    "a power with a letter": (
        LOG,
        {"x": OFF_ZERO, "y": {"intervals": [["2", "3", False, False]], "without": []}},
        [["lt", NOUGHT, ODD]],
    ),
    "a sign at 0": (["pow", X, ["num", "-1"]], {"x": REAL}, [["lt", NOUGHT, SQUARE]]),
    "a sign at 0, of two letters": (["pow", X, ["num", "-1"]], {"x": REAL, "y": ABOVE}, [["lt", NOUGHT, ["mul", Y, SQUARE]]]),
}


@pytest.mark.parametrize("name", NO_MATTER)
def test_a_condition_is_used_only_where_its_sum_stands_for_it(name):
    lhs, ranges, conditions = NO_MATTER[name]
    data = claimed(lhs, ranges=ranges, conditions=conditions, points=[{"x": "3/2"} | dict.fromkeys({*ranges} - {"x"}, "2")])
    with pytest.raises(kernel.Rejected, match="earns DERIVED"):
        kernel.check(data)


DEFINED_BELOW = {  # a function that has values where what makes its sum real fails
    "gamma": (["gamma", X], OFF_ZERO),
    "lambertw": (["lambertw", X], {"intervals": [["-1/4", "1", False, False]], "without": ["0"]}),
    "a third parameter": (["hyp2f1", ONE, ONE, X, HALF], {"intervals": [["-3/4", "2", False, False]], "without": ["0"]}),
}


@pytest.mark.parametrize("name", DEFINED_BELOW)
def test_a_function_with_values_on_both_sides_gives_no_sign(name):
    function, region = DEFINED_BELOW[name]
    data = claimed(["mul", SIGN, function], rhs=function, ranges={"x": region})
    with pytest.raises(kernel.Rejected, match="earns SUPPORTED"):
        kernel.check(data)


@pytest.mark.parametrize(
    "rewriting",
    [
        [["mul", NOUGHT, LOG], NOUGHT],
        [["add", Y, ["mul", NOUGHT, ["pow", X, HALF]]], Y],
        [Y, ["mul", Y, ["pow", ["pow", X, HALF], ["num", "0"]]]],
    ],
    ids=["a logarithm", "a root", "a root to the power 0"],
)
def test_a_rewriting_that_holds_in_a_part_derives_nothing_elsewhere(rewriting):
    data = claimed(SIGN, rhs=ONE, ranges={"x": OFF_ZERO, "y": ABOVE}, rewrites=[rewriting])
    with pytest.raises(kernel.Rejected, match="earns SUPPORTED"):
        kernel.check(data)


@pytest.mark.parametrize("rewritten", [False, True])
@pytest.mark.parametrize("function", ["abs", "sign", "root", "log"])
def test_a_sum_may_be_nothing_once_it_is_multiplied_out(function, rewritten):
    """A sum that is 0 once it is multiplied out has no first term, and 0 no primes: FLINT ends the process when asked for them."""
    total, nothing = ["add", X, Y], ["mul", ["add", X, minus(X)], Y]
    left = ["add", ["mul", ["pow", total, ["num", "-1"]], total], ["num", "-1"]]
    outer = ["pow", left, HALF] if function == "root" else [function, left]
    data = claimed(
        ["add", ["mul", NOUGHT, outer], Y], rhs=Y, ranges={"x": ABOVE, "y": ABOVE}, rewrites=[[left, nothing]] * rewritten
    )
    if function == "log":
        with pytest.raises(kernel.Rejected):
            kernel.check(data)
    else:
        assert kernel.check(data) == "PROVED"


def test_a_rewriting_that_holds_everywhere_derives_what_it_shows():
    difference = ["add", ["pow", X, ["num", "2"]], minus(["pow", Y, ["num", "2"]])]
    product = ["mul", ["add", X, Y], ["add", X, minus(Y)]]
    left, right = (["add", ["mul", NOUGHT, LOG], ["abs", side]] for side in (difference, product))
    data = claimed(left, rhs=right, ranges={"x": OFF_ZERO, "y": OFF_ZERO}, rewrites=[[difference, product]])
    with pytest.raises(kernel.Rejected, match="earns DERIVED"):
        kernel.check(data)


@pytest.mark.parametrize("side", [Y, ["pow", X, Y], ["exp", ["mul", X, Y]]], ids=str)
def test_a_letter_that_only_a_rewriting_has_is_read(side):
    assert kernel.check(claimed(NOUGHT, rhs=X, kind="form", relation="lt", rewrites=[[side, side]])) == "PROVED"


@pytest.mark.parametrize(("low", "high"), [("-oo", "oo"), ("-oo", "0"), ("-1", "0")])
def test_halves_at_whole_numbers_stand_in_exponents(low, high):
    """A half that begins or ends at 0 has exact rational ends, as all others: an integer was a traceback."""
    side = ["add", ["exp", X], ["pow", X, ["num", "2"]], X, ONE]
    region = {"intervals": [[low, high, low == "-oo", high == "oo"]], "without": []}
    data = claimed(NOUGHT, rhs=side, kind="form", relation="lt", ranges={"x": region}, points=[{"x": "-1/2"}])
    assert kernel.check(data) == "PROVED"


@pytest.mark.parametrize("entry", [LOG, ["pow", X, HALF], ["pow", X, ["num", "-1"]]], ids=str)
def test_a_vector_is_defined_where_the_matrix_has_zeros(entry):
    data = claimed(ONE, ranges={"x": REAL})
    fields = {"sign": 1, "matrix": [[ONE, NOUGHT], [NOUGHT, NOUGHT]], "vector": [ONE, entry]}
    data["statement"] = [{"relation": "spectrum", "domain": 0, **fields}]
    data["evidence"] = [{"statement": 0, "kind": "parts", "verdict": "PROVED", "parts": [{"kind": "form", "points": [{"x": "1"}]}]}]
    with pytest.raises(kernel.Rejected, match="earns SUPPORTED"):
        kernel.check(data)


@pytest.mark.parametrize(
    ("power", "verdict"),
    [(HALF, "PROVED"), (["num", "4/3"], "PROVED"), (["num", "-1/2"], None), (Y, None), (minus(Y), None)],
    ids=str,
)
def test_a_positive_root_of_nothing_is_nothing(power, verdict):
    data = claimed(["pow", ["add", X, minus(X)], power], rhs=NOUGHT)
    if verdict:
        assert kernel.check(data) == verdict
    else:
        with pytest.raises(kernel.Rejected):
            kernel.check(data)
