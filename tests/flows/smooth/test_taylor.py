"""High-precision arcs: the truth is inside what is claimed to hold it, and false claims are caught."""

import importlib
import math
import re
from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st
from thinning import thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.exact.arb import Ball, precision
from mirrortheory.exact.balls import evaluate
from mirrortheory.exact.series import Polynomial, Program
from mirrortheory.flows import Logistic, Problem, Quadratic, Scalar, Solution, simulate, taylor
from mirrortheory.reparams import Exp, Mask, PowerDifference

module = importlib.import_module("mirrortheory.flows.smooth.taylor")
X, T = sympy.Symbol("x", real=True), sympy.Symbol("t")
POS = sympy.Symbol("x", positive=True)
ROOT = sympy.sqrt(2)

# flow, problem, start, end, the solution in t
CLOSED = {
    "exponential": (Flow(Lq(2), Product(1)), Quadratic([[1]], [0]), [1], 2, [sympy.exp(-T)]),
    "end that is no double": (Flow(Lq(2), Product(1)), Quadratic([[1]], [0]), ["1/3"], "7/3", [sympy.exp(-T) / 3]),
    "constant slope, through 0": (
        Flow(Lq(2), Product(2)),
        Scalar(-X),
        [1, -0.5],
        2,
        [sympy.cosh(T) - sympy.sinh(T) / 2, sympy.sinh(T) - sympy.cosh(T) / 2],
    ),
    "saddle at depth two": (
        Flow(Lq(2), Product(2)),
        Quadratic([[1]], [1]),
        ["1/2", "1/2"],
        3,
        2 * [1 / sympy.sqrt(1 + 3 * sympy.exp(-2 * T))],
    ),
    "decoupled decay": (Flow(Lq(2), Product(1), Decoupled("1/3")), Quadratic([[1]], [0]), [1], 1, [sympy.exp(-4 * T / 3)]),
    "coupled decay, q = 3/2": (Flow(Lq("3/2"), Product(1), Coupled(3)), Quadratic([[1]], [0]), [1], "3/4", [(1 - T) ** 2]),
    "q = 3/2": (Flow(Lq("3/2"), Product(1)), Quadratic([[1]], [0]), [1], 1, [(1 - T / 2) ** 2]),
    "q = 4/3, negative": (
        Flow(Lq("4/3"), Product(1)),
        Quadratic([[1]], [0]),
        [-1],
        1,
        [-((1 - 2 * T / 3) ** sympy.Rational(3, 2))],
    ),
    "balanced, q = 3/2": (Flow(Lq("3/2"), Product(2)), Scalar(-X), [1, 1], 1, 2 * [(1 + T / 2) ** 2]),
    "sign flow": (Flow(Lq(1), Product(2)), Scalar(-X), [1, "1/3"], 2, [1 + T, T + sympy.Rational(1, 3)]),
    "loss with exp": (Flow(Lq(2), Product(1)), Scalar(sympy.exp(X)), [1], 2, [-sympy.log(sympy.exp(-1) + T)]),
    "loss with log": (Flow(Lq(2), Product(1)), Scalar(-sympy.log(POS)), [1], 2, [sympy.sqrt(1 + 2 * T)]),
    "irrational coefficient": (Flow(Lq(2), Product(1)), Scalar(ROOT * X**2 / 2), [1], 1, [sympy.exp(-ROOT * T)]),
    "exponential map": (Flow(Lq(2), Exp()), Scalar(X), [0], 2, [-sympy.log(1 + T)]),
    "difference of squares": (Flow(Lq(2), PowerDifference(2)), Scalar(X), [1, 2], 1, [sympy.exp(-2 * T), 2 * sympy.exp(2 * T)]),
}
cases = pytest.mark.parametrize("case", CLOSED.values(), ids=CLOSED.keys())


def truths(expressions, t, digits):
    """The true weights at an exact time, as balls far sharper than what is tested."""
    return [evaluate(sympy.nsimplify(e).subs(T, t), {}, digits) for e in expressions]


def last_place(text):
    """One unit of the last place of a decimal."""
    mantissa, _, exponent = text.lower().partition("e")
    return Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def assert_holds(solution, expressions, digits):
    """The certified decimals, the balls along the arc and the doubles with their errors all agree with the closed form."""
    arc = solution.dense
    with precision(1200):
        for t in (Fraction(arc.t_end), arc.t_end / 3, arc.t_end * 5 / 7):
            for value, truth in zip(
                arc.at(t), truths(expressions, sympy.Rational(t.numerator, t.denominator), digits + 60), strict=True
            ):
                assert value.overlaps(truth)
                assert value.rad() < Ball(10) ** (3 - digits)
        end = truths(expressions, sympy.Rational(arc.t_end.numerator, arc.t_end.denominator), digits + 60)
        for text, truth in zip((row[0] for row in solution.digits), end, strict=True):
            exact, unit = sympy.Rational(text), last_place(text)
            assert abs(Ball(flint.fmpq(int(exact.p), int(exact.q))) - truth) < Ball(flint.fmpq(unit.numerator, unit.denominator))
            assert unit <= Fraction(10) ** (2 - digits) * max(1, abs(Fraction(text)))
        for t, w, error in zip(solution.t.tolist(), solution.w, solution.error.tolist(), strict=True):
            for value, truth in zip(w[:, 0].tolist(), truths(expressions, sympy.Rational(*t.as_integer_ratio()), 40), strict=True):
                assert abs(Ball(value) - truth) <= Ball(error)
    assert solution.how.startswith("proved")


@cases
def test_closed_forms_are_inside_at_30_digits(case):
    flow, problem, start, end, expressions = case
    solution = taylor(flow, problem, start, end)
    assert isinstance(solution, Solution)
    assert_holds(solution, expressions, 30)


@pytest.mark.parametrize("name", ["exponential", "q = 3/2", "saddle at depth two", "loss with exp"])
def test_closed_forms_are_inside_at_100_digits(name):
    flow, problem, start, end, expressions = CLOSED[name]
    assert_holds(taylor(flow, problem, start, end, digits=100), expressions, 100)


@pytest.mark.parametrize("name", ["exponential", "saddle at depth two", "balanced, q = 3/2"])
def test_200_digits(name):
    flow, problem, start, end, expressions = CLOSED[name]
    assert_holds(taylor(flow, problem, start, end, digits=200), expressions, 200)


def test_balances_are_conserved_to_all_digits():
    flow, start = Flow(Lq(2), Product(3)), [["1/2", 1], ["1/3", -2], [2, "1/7"]]
    arc = taylor(flow, Quadratic([[1, 2], [0, 1]], [1, -1]), start, 1, digits=50).dense
    with precision(400):
        w = np.array(arc.at(1)).reshape(3, 2)
        for j, balance in enumerate([Fraction(1, 4) - Fraction(1, 9), 1 - 4]):
            value = w[0, j] ** 2 - w[1, j] ** 2
            assert value.contains(flint.fmpq(Fraction(balance).numerator, Fraction(balance).denominator))
            assert value.rad() < Ball(10) ** -48
            assert not (w[0, j] ** 3 - w[1, j] ** 3).contains(
                flint.fmpq(Fraction(balance).numerator, Fraction(balance).denominator)
            )


def test_energy_is_what_the_gradient_takes():
    """f(x(0)) - f(x(T)) = int ||grad_w f||_q^q dt, by Gauss-Legendre on the dense output; q = 3/2."""
    flow, problem = Flow(Lq("3/2"), Product(2)), Quadratic([[1, 0.5], [0, 1]], [2, 1])
    arc = taylor(flow, problem, [[0.5, 0.25], [0.75, 1]], "1/4").dense
    nodes, weights = np.polynomial.legendre.leggauss(12)

    def rate(t):
        u, v = arc(t)
        slope = problem.slope(u * v)
        return float((np.abs(slope * v) ** 1.5 + np.abs(slope * u) ** 1.5).sum())

    drop = sum(w * rate((n + 1) / 8) for n, w in zip(nodes.tolist(), weights.tolist(), strict=True)) / 8
    values = [problem.value(arc(t).prod(axis=0)) for t in (0.0, 0.25)]
    assert values[0] - values[1] == pytest.approx(drop, abs=1e-12)
    assert values[0] - values[1] != pytest.approx(drop * (1 + 1e-9), abs=1e-12)


Z, B = [[0.7, -0.2], [0.3, 1.1]], [1.0, -0.5]
PEERS = {
    "logistic": (Flow(Lq(2), Product(2)), Logistic(Z, [1, -1]), [[0.5, 0.25], [1.0, -0.75]], 0.5),
    "q = 3/2": (Flow(Lq("3/2"), Product(2)), Quadratic(Z, B), [[0.5, 0.25], [1.0, -0.75]], 0.0625),
    "mask with decay": (Flow(Lq(2), Mask(), Decoupled("1/4")), Quadratic(Z, B), [[0.5, 0.25], [1.0, -0.75]], 0.5),
}


@pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS.keys())
def test_mpmath_agrees(peer):
    flow, problem, start, end = peer
    solution = taylor(flow, problem, start, end)
    context = mpmath.mp.clone()
    context.dps = 34
    reference = context.odefun(right_hand_side(context, flow, problem, 2), 0, [context.mpf(v) for row in start for v in row])(
        context.mpf(end)
    )
    ours = [context.mpf(text) for row in solution.digits for text in row]
    assert all(abs(a - b) < context.mpf(10) ** -29 for a, b in zip(ours, reference, strict=True))


def right_hand_side(context, flow, problem, d):
    """The derived field for mpmath: no rational passes through a double."""
    names = {"sqrt": context.sqrt, "Abs": abs, "sign": context.sign, "exp": context.exp}
    quarter = sympy.Symbol("quarter")
    velocity = [v.subs(sympy.Rational(1, 4), quarter) for v in flow.velocity]
    field, effective = (sympy.lambdify((*flow.weights, flow.slope, quarter), e, names) for e in (velocity, flow.effective))
    rows, data = problem.Z.tolist(), (problem.b if isinstance(problem, Quadratic) else problem.labels).tolist()

    def outer(margin, target):
        return margin - target if isinstance(problem, Quadratic) else -target / (1 + context.exp(target * margin)) / len(data)

    def call(_, y):
        columns = [y[j::d] for j in range(d)]
        x = [effective(*c, 0, 0) for c in columns]
        residual = [outer(sum(z * v for z, v in zip(row, x, strict=True)), target) for row, target in zip(rows, data, strict=True)]
        slopes = [sum(row[j] * r for row, r in zip(rows, residual, strict=True)) for j in range(d)]
        rates = [field(*c, s, context.mpf(1) / 4) for c, s in zip(columns, slopes, strict=True)]
        return [rate[i] for i in range(len(flow.weights)) for rate in rates]

    return call


def test_simulate_agrees():
    flow, problem, start = Flow(Lq("5/4"), Product(3)), Logistic(Z, [1, -1]), [[0.5, 0.25], [1.0, 0.75], [1.0, 1.25]]
    path, solution = simulate(flow, problem, start, 0.25), taylor(flow, problem, start, 0.25)
    assert np.abs(path.w[-1] - solution.w[-1]).max() <= path.error[-1] + solution.error[-1]
    assert solution.error[-1] < 1e-15
    assert np.abs(solution.dense(0.125) - path.w[32]).max() <= path.error[32] + 1e-15


# What is claimed falls with what it rests on -------------------------------------------------------------------------


def short_of_order(monkeypatch, order):
    """Steps of low order, as long as if they were of the order asked for."""
    monkeypatch.setattr(module._Pace, "plan", lambda self, left: (order, min(left, 1 / 8)))
    monkeypatch.setattr(module, "_reach", lambda *args: 1.04)


def shifted(monkeypatch, place, by, order=3):
    """A coefficient of the input, or of the candidate, at a place is wrong."""
    genuine = Program.expand

    def off(self, *args):
        polynomials = genuine(self, *args)
        polynomials[place] += Polynomial([*[0] * order, Ball(flint.fmpq(by.numerator, by.denominator))])
        return polynomials

    monkeypatch.setattr(Program, "expand", off)


def test_without_the_defect_a_low_order_is_caught(monkeypatch):
    flow, problem, start, end, expressions = CLOSED["saddle at depth two"]
    short_of_order(monkeypatch, 8)
    monkeypatch.setattr(module, "_norm", lambda values: Ball(0))
    with pytest.raises(AssertionError):
        assert_holds(taylor(flow, problem, start, end), expressions, 30)


def test_with_the_defect_a_low_order_only_shortens_the_steps(monkeypatch):
    flow, problem, start, _, expressions = CLOSED["saddle at depth two"]
    short_of_order(monkeypatch, 16)
    solution = taylor(flow, problem, start, "1/8")
    assert len(solution.t) > 4
    assert_holds(solution, expressions, 30)


@pytest.mark.parametrize("lost", [Fraction(1, 10**40), Fraction(1, 10**20)])
def test_a_wrong_recurrence_proves_nothing_false(monkeypatch, lost):
    """The recurrence is not part of the proof: off by little it costs error, off by more it gets nowhere."""
    shifted(monkeypatch, 0, lost)
    flow, problem, start, end, expressions = CLOSED["exponential"]
    if lost < Fraction(1, 10**35):
        assert_holds(taylor(flow, problem, start, end), expressions, 30)
    else:
        try:
            solution = taylor(flow, problem, start, "1/1024")
        except NotSmooth:
            return
        assert_holds(solution, expressions, 30)


@pytest.mark.parametrize("lost", [Fraction(1, 10**37), Fraction(1, 10**31)])
def test_a_wrong_candidate_for_a_root_proves_nothing_false(monkeypatch, lost):
    """The root along the polynomials is not believed either: it is checked by its equation."""
    flow, problem, start, _, expressions = CLOSED["q = 3/2"]
    program = module.field_of(flow, problem, (1, 1)).program
    (place,) = (i for i, o in enumerate(program._operations, 1) if o.kind == "power")
    honest = taylor(flow, problem, start, "1/2")
    shifted(monkeypatch, place, lost)
    solution = taylor(flow, problem, start, "1/2")
    assert_holds(solution, expressions, 30)
    assert (len(solution.t) > len(honest.t)) == (lost > Fraction(1, 10**35))


def test_a_start_that_was_rounded_is_paid_for(monkeypatch):
    flow, problem, start, end, expressions = CLOSED["exponential"]
    least = Ball(10) ** -33
    assert taylor(flow, problem, start, end).dense.steps[0].during < least
    shifted(monkeypatch, 0, Fraction(1, 10**33), order=0)
    solution = taylor(flow, problem, start, end)
    assert solution.dense.steps[0].during > least * (1 - 1e-9)
    assert_holds(solution, expressions, 30)


@pytest.mark.parametrize("ratio", [0.1, 0.9, 7.0])
def test_plans_take_the_least_effort(ratio):
    """By trial of every number of equal steps; the terms of the order taken are small enough."""
    pace = module._Pace(34, ratio)
    order, length = pace.plan(1.0)
    steps = round(1 / length)
    assert order >= 34 / np.log10(ratio / length)
    orders = {n: 34 / np.log10(0.97 * ratio * n) for n in range(1, 200) if 0.97 * ratio * n > 1.2}
    effort = {n: n * max(p, 34 * module._LEAST_ORDER) ** module._EFFORT for n, p in orders.items()}
    assert effort[steps] == min(effort.values())


def test_a_radius_that_shrinks_is_followed():
    """Towards a singularity at t = 1 steps of four tenths, then of a quarter."""
    pace = module._Pace(34, 1.0)
    for time, length in ((0.0, 0.4), (0.4, 0.25)):
        pace.learn(50, length, (1 - time) * 10 ** (-34 / 50), (1 - time) * 10 ** (-34 / 50))
    assert pace.radius == pytest.approx(0.35)


@pytest.mark.parametrize("honest", [True, False])
def test_a_growth_that_is_too_small_is_caught(monkeypatch, honest):
    """Errors made on the way run apart as exp(t); a bound that says they contract misses the truth."""
    shifted(monkeypatch, 0, Fraction(1, 10**36))
    if not honest:
        monkeypatch.setattr(module, "growth_bound", lambda jacobian, basis: Ball(-9))
    solution = taylor(Flow(Lq(2), Product(1)), Scalar(-(X**2) / 2), ["1/4096"], 8)
    if honest:
        assert_holds(solution, [sympy.exp(T) / 4096], 30)
    else:
        with pytest.raises(AssertionError):
            assert_holds(solution, [sympy.exp(T) / 4096], 30)


def test_where_growth_is_not_bounded_the_error_is_an_estimate(monkeypatch):
    flow, problem, start, end, expressions = CLOSED["saddle at depth two"]
    monkeypatch.setattr(module, "growth_bound", lambda jacobian, basis: Ball(400))
    solution = taylor(flow, problem, start, end)
    assert solution.how.startswith("estimated")
    assert solution.digits is None
    with precision(200):
        truth = truths(expressions, sympy.Integer(end), 40)[0]
        assert abs(solution.dense.at(end)[0].mid() - truth) < Ball(10) ** -30
        assert abs(Ball(solution.w[-1, 0, 0]) - truth) <= Ball(solution.error[-1])
    with pytest.raises(InvalidArgument):
        solution.dense.digits(end)


# Ends, and what is refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flow", "problem", "start", "end", "time", "word"),
    [
        (Flow(Lq("3/2"), Product(1)), Quadratic([[1]], [0]), [1], 3, 2, "vanishes"),
        (Flow(Lq("3/2"), Product(2)), Scalar(X), [1, 2], 9, None, "vanishes"),
        (Flow(Lq(1), Product(2)), Scalar(X), [2, "1/2"], 3, 0.5, "vanishes"),
        (Flow(Lq("3/2"), Product(2)), Scalar(X), [1, 0], 1, 0, "vanishes"),
        (Flow(Lq(2), Product(1)), Scalar(-(X**3) / 3), [1], 2, 1, "blow-up"),
    ],
)
def test_arcs_end_where_they_stop_being_smooth(flow, problem, start, end, time, word):
    with pytest.raises(NotSmooth, match=word) as caught:
        taylor(flow, problem, start, end)
    named = float(str(caught.value).split("t = ")[1].split(" ")[0].rstrip(","))
    assert time is None or named == pytest.approx(time, abs=1e-4)
    assert "\n" not in str(caught.value)


@thinned(
    ("q", "depth", "start"),
    [("3/2", 4, Fraction(1, 2)), ("7/4", 3, Fraction(2, 5)), ("3/2", 5, 1), (2, 3, Fraction(1, 2)), (2, 6, 1)],
    every=5,
)
def test_a_blow_up_is_named_after_one_attempt(q, depth, start, monkeypatch):
    """dw/dt = w^r: T = w0^(1-r)/(r - 1). No precision leads past it; all of them were tried, for minutes."""
    calls, follow = [], module._follow
    monkeypatch.setattr(module, "_follow", lambda *arguments: (calls.append(1), follow(*arguments))[1])
    r = (sympy.Rational(q) - 1) * (depth - 1)
    expected = float(sympy.Rational(start) ** (1 - r) / (r - 1))
    with pytest.raises(NotSmooth, match="blow-up; .* estimated in double precision") as caught:
        taylor(Flow(Lq(q), Product(depth)), Scalar(-X), [start] * depth, 5 * math.ceil(expected))
    named, error = re.search(r"t = (\S+) \(blow-up; \+- (\S+),", str(caught.value)).groups()
    assert abs(float(named) - expected) <= float(error) + 1e-9 * expected
    assert len(calls) == 1
    before = taylor(Flow(Lq(q), Product(depth)), Scalar(-X), [start] * depth, Fraction(0.875 * expected))
    assert before.how.startswith("proved")


class Sum(Problem):
    """A loss that no solver was told about."""

    def value(self, x):
        return float(x.sum())

    def slope(self, x):
        return np.ones_like(x)


GOOD = {"flow": Flow(Lq(2), Product(2)), "problem": Quadratic([[1.0]], [1.0]), "initial": [1, 2], "t_end": 1, "digits": 30}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"digits": 29}, "digits"),
        ({"digits": 201}, "digits"),
        ({"t_end": 0}, "t_end"),
        ({"t_end": -1.5}, "t_end"),
        ({"t_end": float("inf")}, "t_end"),
        ({"t_end": "soon"}, "t_end"),
        ({"initial": [1]}, "initial"),
        ({"initial": [["1/2", 1], [1, 2]]}, "initial"),
        ({"initial": [1, float("nan")]}, "initial"),
        ({"initial": [1, "0,1"]}, "initial"),
        ({"initial": [1, None]}, "initial"),
        ({"initial": [1, -1], "flow": Flow(Lq(2), PowerDifference(3))}, "initial"),
        ({"flow": Flow(Lq(sympy.Symbol("q", positive=True)), Product(2))}, "q"),
        ({"flow": Flow(Lq(2), Product(2), Decoupled(sympy.Symbol("a", positive=True)))}, "alpha"),
        ({"problem": Scalar(0.5 * X**2)}, "problem"),
        ({"problem": Scalar(sympy.gamma(X))}, "problem"),
        ({"problem": Sum()}, "problem"),
    ],
)
def test_bad_input_is_refused_in_one_line(change, name):
    arguments = {**GOOD, **change}
    with pytest.raises(InvalidArgument) as caught:
        taylor(arguments["flow"], arguments["problem"], arguments["initial"], arguments["t_end"], digits=arguments["digits"])
    assert caught.value.name == name
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("t", [-1, 1.5, "3/2"])
def test_times_outside_are_refused(t):
    with pytest.raises(InvalidArgument, match=r"t must be a time in \[0, 1\]"):
        taylor(**GOOD).dense.digits(t)


def test_the_same_again_and_arb_as_it_was():
    before = flint.ctx.prec, flint.ctx.cap
    first, second = taylor(**GOOD), taylor(**GOOD)
    assert first.digits == second.digits
    assert (first.t == second.t).all()
    with pytest.raises(NotSmooth):
        taylor(Flow(Lq("3/2"), Product(1)), Quadratic([[1]], [0]), [1], 3)
    assert (flint.ctx.prec, flint.ctx.cap) == before


@example(Fraction(1, 3), Fraction(1, 3) - Fraction(1 / 3), 1.0)
@given(st.fractions(0, 3), st.fractions(min_value=Fraction(1, 10**20), max_value=3), st.floats(2.0**-24, 1.0))
def test_a_step_has_a_length_and_ends_in_time(time, left, part):
    """From a double to any end: a step as long as what is left in doubles must not round to none."""
    time = Fraction(float(time))
    h = max(part * float(left), min(2.0**-24 * float(time + left), float(left)))
    length = module._ending_at_a_double(time, h, time + left)
    assert 0 < length <= left
    assert length == left or Fraction(float(time + length)) == time + length


@pytest.mark.parametrize(
    ("initial", "t_end"), [([10**400, 1], 1), ([1, 1], 10**400), ([1, 1], Fraction(1, 10**400)), ([1, 1], 5e-324)]
)
def test_numbers_beyond_doubles_are_refused_in_one_line(initial, t_end):
    with pytest.raises(InvalidArgument, match=r"2\^1000"):
        taylor(Flow(Lq(2), Product(2)), Quadratic([[1]], [1]), initial, t_end)


@pytest.mark.parametrize(
    ("flow", "loss", "start"),
    [
        (Flow(Lq("3/2"), Mask()), sympy.cosh(X - 1), [[9489], ["10/13"]]),
        (Flow(Lq(2), Exp()), sympy.exp(X), [300]),
        (Flow(Lq(2), PowerDifference(3)), sympy.cosh(X - 1), [["7/8"], [8833]]),
    ],
)
def test_gradients_beyond_doubles_end_in_one_line(flow, loss, start):
    with pytest.raises(NotSmooth, match="end before it"):
        taylor(flow, Scalar(loss), start, 1)


def test_coefficients_beyond_doubles_are_in_fixed_point():
    path = taylor(Flow(Lq(2), Product(1)), Scalar(sympy.exp(X)), [500], Fraction(1, 10**230))
    with precision(1000):
        assert (-(solution := (Ball(-500).exp() + Ball(10) ** -230).log())).overlaps(path.dense.at(path.dense.t_end)[0])
        assert not (-solution * (1 + Ball(2) ** -90)).overlaps(path.dense.at(path.dense.t_end)[0])


def test_an_exact_time_next_to_the_end_is_not_taken_for_the_end():
    path = taylor(Flow(Lq(2), Product(1)), Quadratic([[1]], [0]), [1], "2/3")
    near = Fraction(2 / 3)
    assert near < Fraction(2, 3)
    for time in (near, Fraction(2, 3)):
        with precision(200):
            assert path.dense.at(time)[0].overlaps((-Ball(time.numerator) / time.denominator).exp())
