"""Compiled single flows: proved digits, known solutions, estimates that cover, blow-up, clean refusals."""

import sys
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from importlib.util import find_spec

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows import Callables, Exponential, Logistic, Quadratic, Scalar, Trajectory, simulate
from mirrortheory.flows.smooth import compiled as taylor_compiled
from mirrortheory.reparams import Exp, PowerDifference

X = sympy.Symbol("x", real=True)
PRODUCT = Flow(Lq(2), Product(2))
RNG = np.random.default_rng(0)
Z, B = RNG.normal(size=(4, 4)), RNG.normal(size=4)
needs_heyoka = pytest.mark.skipif(find_spec("heyoka") is None, reason="heyoka is not installed (extra fast)")
if find_spec("heyoka") is not None:
    import heyoka
needs_quadruple = pytest.mark.skipif(
    find_spec("heyoka") is None or not hasattr(heyoka, "real128"), reason="no heyoka with quadruple precision (extra fast, x86-64)"
)

CASES = {
    "fractions": (PRODUCT, Quadratic(Z, B), [["1/3"] * 4, [Fraction(1, 4)] * 4], Fraction(1, 3)),
    "depth 3 with decay": (Flow(Lq(2), Product(3), Decoupled("1/10")), Quadratic(Z, B), [[0.5] * 4, [0.25] * 4, ["1/7"] * 4], 4),
    "logistic": (Flow(Lq(2), PowerDifference(2)), Logistic(Z, [1, -1, 1, 1]), [[0.5] * 4, [0.25] * 4], 1),
    "exponential": (PRODUCT, Exponential(Z[:, :2], [1, -1, 1, 1]), [["1/3", 1], [1, "1/2"]], 1),
    "formula": (PRODUCT, Scalar(sympy.sqrt(2) * X**2 / 3 + sympy.cosh(X / 7)), [["1/3", 1], ["1/5", 1]], 2),
    "q = 3/2": (Flow(Lq("3/2"), Product(2)), Quadratic(Z, B), [[0.5] * 4, [0.25] * 4], "1/8"),
    "q = 4/3": (Flow(Lq("4/3"), Product(2), Decoupled("1/3")), Logistic(Z, [1, -1, 1, 1]), [[0.5] * 4, [0.25] * 4], "1/4"),
    "exp(w)": (Flow(Lq(2), Exp()), Quadratic(Z, B), [[0.5] * 4], "1/2"),
}


def apart(ours, proved):
    """The largest distance of two tables of decimals."""
    pairs = zip((v for row in ours for v in row), (v for row in proved for v in row), strict=True)
    return max(abs(Fraction(a) - Fraction(b)) for a, b in pairs)


@needs_quadruple
@pytest.mark.parametrize("name", CASES)
def test_digits_are_those_that_are_proved(name):
    flow, problem, w, end = CASES[name]
    ours, proved = simulate(flow, problem, w, end, method="heyoka", digits=30), simulate(flow, problem, w, end, digits=32)
    assert proved.how.startswith("proved")
    assert ours.how.startswith("estimated")
    assert apart(ours.digits, proved.digits) < 5e-29
    assert all(len(v.strip("-0.").replace(".", "")) >= 28 for row in ours.digits for v in row)
    assert np.abs(ours.w[-1] - proved.w[-1]).max() <= ours.error[-1] < 1e-14


@needs_quadruple
@pytest.mark.parametrize("name", ["formula", "depth 3 with decay"])
def test_numbers_in_double_precision_would_be_seen(name, monkeypatch):
    """1/3 or 1/10 as a double moves the sixteenth digit, in both runs alike."""
    flow, problem, w, end = CASES[name]
    kind = taylor_compiled._precision

    def doubles(module, digits):
        found = kind(module, digits)
        return taylor_compiled._Precision(found.real, found.epsilon, lambda v: found.real(int(v.p) / int(v.q)))

    good = simulate(flow, problem, w, end, method="heyoka", digits=30)
    taylor_compiled._integrator.cache_clear()
    monkeypatch.setattr(taylor_compiled, "_precision", doubles)
    bad = simulate(flow, problem, w, end, method="heyoka", digits=30)
    taylor_compiled._integrator.cache_clear()
    assert 1e-20 < apart(good.digits, bad.digits) < 1e-14


@needs_quadruple
@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    z=st.fractions(Fraction(1, 3), 2, max_denominator=99),
    w=st.fractions(Fraction(1, 9), 2, max_denominator=99),
    end=st.fractions(Fraction(1, 9), 6, max_denominator=99),
    digits=st.integers(5, 30),
)
def test_a_known_solution_is_within_the_digits(z, w, end, digits):
    """Balanced depth 2 on a (x - 1)^2/2: x = w^2 solves the logistic equation with rate 2a."""
    a = sympy.Rational(z.numerator, z.denominator)
    path = simulate(PRODUCT, Scalar(a * (X - 1) ** 2 / 2), [[w], [w]], end, method="heyoka", digits=digits)
    start, time = (sympy.Rational(v.numerator, v.denominator) for v in (w, end))
    known = ((1 + (start**-2 - 1) * sympy.exp(-2 * a * time)) ** sympy.Rational(-1, 2)).evalf(45)
    text = path.digits[0][0]
    unit = Fraction(10) ** -len(text.partition(".")[2])
    assert abs(Fraction(text) - Fraction(str(known))) <= unit
    assert len(text.strip("0.").replace(".", "")) <= digits


@needs_heyoka
@pytest.mark.parametrize("rtol", [1e-4, 1e-9, 1e-13])
@pytest.mark.parametrize("end", [0.1, 3.0, 20.0])
def test_estimates_in_double_precision_cover(rtol, end):
    for w in RNG.uniform(0.1, 2.0, size=8):
        path = simulate(PRODUCT, Scalar((X - 1) ** 2 / 2), [w, w], end, method="heyoka", rtol=rtol)
        known = (1 + (w**-2 - 1) * np.exp(-2 * path.t)) ** -0.5
        gap = np.abs(path.w[:, :, 0] - known[:, None]).max(axis=1)
        assert (gap <= path.error).all()
        assert path.error[-1] < 10 * rtol * max(w, 1)
        middle = end * 0.39
        assert path.at(middle)[0, 0] == pytest.approx((1 + (w**-2 - 1) * np.exp(-2 * middle)) ** -0.5, abs=2 * path.error[-1])


@needs_heyoka
def test_balances_are_tested_as_the_solver_knows_of_none():
    path = simulate(Flow(Lq(2), Product(3)), Quadratic(Z, B), RNG.uniform(0.2, 1, size=(3, 4)), 2.0, method="heyoka")
    assert [law.holds for law in path.invariants()] == [True, True]
    assert all(law.independent for law in path.invariants())
    assert "heyoka's Taylor series in double precision" in path.method
    assert path.digits is None


@needs_quadruple
def test_a_trajectory_is_saved_with_its_digits(tmp_path):
    path = simulate(PRODUCT, Quadratic([[1.0]], [1.0]), ["1/2", "1/3"], 1, method="heyoka", digits=25)
    path.save(tmp_path / "path.json")
    again = Trajectory.load(tmp_path / "path.json")
    assert (again.digits, again.how) == (path.digits, path.how)
    assert max(len(row[0]) for row in again.digits) <= 27


@needs_quadruple
def test_threads_share_the_compiled_code():
    follow = lambda k: simulate(PRODUCT, Quadratic(Z[:, :2] + k, B), [[0.5, 1], [1, 0.5]], 1, method="heyoka", digits=20).digits  # noqa: E731
    alone = [follow(k) for k in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(follow, range(4))) == alone
    assert len({str(digits) for digits in alone}) == 4


REFUSED = [
    (Flow(Lq("3/2"), Product(1)), Scalar(X**2 / 2), {}, InvalidArgument, "shape"),
    (PRODUCT, Scalar(sympy.Abs(X) ** 3), {}, InvalidArgument, "Unable to convert the sympy object"),
    (PRODUCT, Callables(lambda x: float(x @ x) / 2, lambda x: x), {}, InvalidArgument, "a Callables is not compiled"),
    (PRODUCT, Scalar(X**2 / 2), {"digits": 31}, InvalidArgument, "an integer from 1 to 30"),
    (PRODUCT, Scalar(0.3 * X**2), {"digits": 20}, InvalidArgument, "exact numbers when digits are asked for"),
    (PRODUCT, Scalar(X**2 / 2), {"rtol": 1e-15}, InvalidArgument, "rtol must be between"),
    (PRODUCT, Scalar(X**2 / 2), {"digits": 20, "rtol": 1e-9}, InvalidArgument, "rtol must be absent"),
    (Flow(Lq(1), Product(2)), Scalar(X**2 / 2), {}, NotSmooth, "sign flow"),
    (Flow(Lq(2), Product(3)), Scalar(-X), {}, InvalidArgument, "shape"),
]


@needs_quadruple
@pytest.mark.parametrize(("flow", "problem", "values", "error", "text"), REFUSED, ids=[row[-1] for row in REFUSED])
def test_what_cannot_be_followed_is_refused_in_one_line(flow, problem, values, error, text):
    with pytest.raises(error, match=text) as found:
        simulate(flow, problem, [0.5, 0.25], 1.0, method="heyoka", **values)
    assert "\n" not in str(found.value)
    assert str(found.value).count("must be") <= 1


@needs_heyoka
def test_blow_up_ends_it():
    """Depth 3, balanced, constant slope -1: w' = w^2 reaches infinity at 1/w(0)."""
    with pytest.raises(NotSmooth, match=r"cannot be followed past t = (2|1\.99).*end before it"):
        simulate(Flow(Lq(2), Product(3)), Scalar(-X), [0.5] * 3, 3.0, method="heyoka")
    before = simulate(Flow(Lq(2), Product(3)), Scalar(-X), [0.5] * 3, 1.9, method="heyoka")
    assert abs(before.w[-1, 0, 0] - 10) <= before.error[-1]


@needs_quadruple
@pytest.mark.parametrize("values", [{}, {"digits": 30}])
def test_it_ends_before_a_rest_that_a_polynomial_would_pass(values):
    """w' = -sqrt(w) from 1: (1 - t/2)^2 until t = 2."""
    flow, problem = Flow(Lq("3/2"), Product(1)), Scalar(X**2 / 2)
    with pytest.raises(NotSmooth, match=r"past t = 2(\.0000\d*)? .*end before it"):
        simulate(flow, problem, [1], 3, method="heyoka", **values)
    with pytest.raises(NotSmooth, match="vanishes at the start"):
        simulate(flow, problem, [0], 3, method="heyoka", **values)
    path = simulate(flow, problem, [1], 1, method="heyoka", **values)
    assert abs(path.w[-1, 0, 0] - 0.25) <= path.error[-1]
    assert path.digits in (None, (("0.250000000000000000000000000000",),))


@pytest.mark.parametrize("values", [{}, {"digits": 30}])
def test_without_heyoka_it_is_refused_and_auto_needs_none(monkeypatch, values):
    monkeypatch.setitem(sys.modules, "heyoka", None)
    with pytest.raises(InvalidArgument, match=r"heyoka is not installed.*mirrortheory\[fast\]"):
        simulate(PRODUCT, Scalar(X**2 / 2), [0.5, 0.25], 1.0, method="heyoka", **values)
    path = simulate(PRODUCT, Scalar(X**2 / 2), [0.5, 0.25], 1.0, **values)
    assert "heyoka" not in path.method
    assert (path.digits is None) == (not values)


@needs_heyoka
def test_without_quadruple_precision_digits_are_left_to_the_proved_ones(monkeypatch):
    monkeypatch.delattr(heyoka, "real128", raising=False)
    with pytest.raises(InvalidArgument, match="no quadruple precision here.*leave out method for proved digits"):
        simulate(PRODUCT, Scalar(X**2 / 2), [0.5, 0.25], 1.0, method="heyoka", digits=20)
    assert simulate(PRODUCT, Scalar(X**2 / 2), [0.5, 0.25], 1.0, method="heyoka").digits is None


@needs_quadruple
@pytest.mark.parametrize("loss", [Exponential, Logistic])
@pytest.mark.parametrize("rows", [1, 3, 7])
def test_a_mean_over_data_is_not_rounded_to_double(loss, rows):
    """A third as a double would be wrong from the seventeenth digit on."""
    problem = loss([[k / 8] for k in range(1, rows + 1)], [1] * rows)
    flow = Flow(Lq(2), Product(2))
    fast = simulate(flow, problem, ["2", "30/19"], 1, method="heyoka", digits=30)
    proved = simulate(flow, problem, ["2", "30/19"], 1, digits=40)
    for mine, right in zip(fast.digits, proved.digits, strict=True):
        assert abs(Fraction(mine[0]) - Fraction(right[0])) < Fraction(1, 10**28)


@needs_heyoka
@pytest.mark.parametrize(
    ("initial", "t_end"), [([10**400, 1], 1), ([1, 1], 10**400), ([1, 1], Fraction(1, 10**400))], ids=["start", "late", "early"]
)
def test_numbers_beyond_doubles_are_refused_in_one_line(initial, t_end):
    with pytest.raises(InvalidArgument, match=r"between 2\^-1000 and 2\^1000"):
        taylor_compiled.taylor_compiled(Flow(Lq(2), Product(2)), Quadratic([[1]], [1]), initial, t_end)
