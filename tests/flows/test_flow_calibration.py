"""Stated errors cover the true ones in at least 99 of 100 random cases with a known solution, are of use, and cover nothing wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from every_solver import by_batch, by_certified, by_dual, by_sign, by_simulate, by_taylor
from thinning import thinned

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.flows import Problem, Quadratic, Scalar, certified_sign_flow, taylor

X = sympy.Symbol("x", real=True)

CONTEXT = mpmath.MPContext()
CONTEXT.dps = 40
number = CONTEXT.mpf
EACH = 25  # cases of each family


@dataclass(frozen=True)
class Known:
    """A flow with its solution: the weights at a time, nested as (depth, d), to 40 digits."""

    flow: Flow
    problem: Problem
    start: list
    end: float
    solution: Callable


def ratio(value):
    return number(value.numerator) / value.denominator


def exponential(rng):
    """q = 2, depth one, decoupled decay: exponential approach."""
    z, b, w, alpha = *map(float, rng.uniform(0.3, 2, 3)), Fraction(int(rng.integers(0, 10)), 10)
    rate = number(z) ** 2 + ratio(alpha)
    rest = number(z) * number(b) / rate
    flow = Flow(Lq(2), Product(1), Decoupled(sympy.Rational(alpha)))
    end = float(rng.uniform(0.2, 3))
    return Known(flow, Quadratic([[z]], [b]), [[w]], end, lambda t: [[rest + (w - rest) * CONTEXT.exp(-rate * t)]])


def logistic(rng):
    """q = 2, depth two, balanced, quadratic loss: x solves the logistic equation."""
    z, b, w = map(float, rng.uniform(0.3, 1.5, 3))
    most, rate = number(b) / z, 2 * number(z) * b

    def solution(t):
        return [[CONTEXT.sqrt(most / (1 + (most / number(w) ** 2 - 1) * CONTEXT.exp(-rate * t)))]] * 2

    return Known(Flow(Lq(2), Product(2)), Quadratic([[z]], [b]), [[w], [w]], float(rng.uniform(0.2, 4)), solution)


def hyperbolic(rng):
    """q = 2, depth two, any imbalance, constant slope, decoupled decay; x may pass 0."""
    slope, alpha = (Fraction(int(v), 10) for v in rng.integers(1, 15, 2))
    u, v = map(float, rng.uniform(-1, 1, 2))

    def solution(t):
        a, b = CONTEXT.cosh(ratio(slope) * t), CONTEXT.sinh(ratio(slope) * t)
        return [[CONTEXT.exp(-ratio(alpha) * t) * w] for w in (a * u + b * v, a * v + b * u)]

    flow = Flow(Lq(2), Product(2), Decoupled(sympy.Rational(alpha)))
    return Known(flow, Scalar(-sympy.Rational(slope) * X), [[u], [v]], float(rng.uniform(0.2, 2)), solution)


def power_law(rng, beyond=None):
    """1 < q < 2, depth one, quadratic loss: |z (z w - b)|^(2-q) falls at a constant rate; until a hundredth or more is left."""
    q, (z, b, w) = Fraction(int(rng.integers(21, 40)), 20), map(float, rng.uniform(0.3, 1.5, 3))
    order, gap = 2 - ratio(q), number(w) - number(b) / z
    speed = order * number(z) ** (2 * ratio(q) - 2)
    part = 1 - number(float(rng.uniform(0.01, 0.9))) ** order if beyond is None else float(rng.uniform(*beyond))
    end = float(part * abs(gap) ** order / speed)

    def solution(t):
        left = max(abs(gap) ** order - speed * t, number(0))
        return [[number(b) / z + CONTEXT.sign(gap) * left ** (1 / order)]]

    return Known(Flow(Lq(sympy.Rational(q)), Product(1)), Quadratic([[z]], [b]), [[w]], end, solution)


def extinction(rng):
    """The same up to its rest at a finite time, or beyond."""
    return power_law(rng, (0.5, 1.5))


def escape(rng):
    """1 < q <= 2, depth 2 to 4, balanced, constant slope, no or decoupled decay."""
    q, depth = Fraction(int(rng.integers(21, 41)), 20), int(rng.integers(2, 5))
    slope, alpha = (Fraction(int(v), 10) for v in rng.integers(1, 15, 2))
    alpha *= int(rng.integers(0, 2))
    w, push, r = float(rng.uniform(0.2, 1)), ratio(slope) ** (ratio(q) - 1), (depth - 1) * (q - 1)
    order = 1 - ratio(r)
    end = float(rng.uniform(0.1, 0.6)) * (float(w**order / (-order * push)) if r > 1 else 2.0)

    def solution(t):
        if r == 1:
            size = w * CONTEXT.exp((push - ratio(alpha)) * t)
        elif alpha:
            rest = push / ratio(alpha)
            size = (rest + (number(w) ** order - rest) * CONTEXT.exp(-order * ratio(alpha) * t)) ** (1 / order)
        else:
            size = (number(w) ** order + order * push * t) ** (1 / order)
        return [[size]] * depth

    flow = Flow(Lq(sympy.Rational(q)), Product(depth), Decoupled(sympy.Rational(alpha)))
    return Known(flow, Scalar(-sympy.Rational(slope) * X), [[w]] * depth, end, solution)


def by_forty_digits(rng):
    """q = 2, depth two, two coupled coordinates: the enclosure of 40 digits is the truth."""
    Z, start = rng.normal(size=(2, 2)), rng.uniform(-1, 1, (2, 2))
    flow, problem, end = Flow(Lq(2), Product(2)), Quadratic(Z, rng.normal(size=2)), float(rng.uniform(0.2, 1.5))
    truth = taylor(flow, problem, start, end, digits=40)
    assert truth.how.startswith("proved")

    def solution(t):
        texts = truth.dense.digits(Fraction(float(t)), 40)
        return [[number(text) for text in row] for row in texts]

    return Known(flow, problem, start.tolist(), end, solution)


def target(rng, wrong=0):
    """q = 1, one coordinate, depth 1 to 4, no or decoupled decay: straight to the target in exp(-alpha t), then at rest on it."""
    depth, alpha = int(rng.integers(1, 5)), Fraction(int(rng.integers(0, 4)), 10)
    z, b = float(rng.uniform(0.5, 2)), float(rng.uniform(-1.5, 1.5))
    w = [float(v) for v in rng.uniform(0.1, 1.5, depth) * rng.choice([-1, 1], depth)]
    smallest = min(range(depth), key=lambda i: abs(w[i]))
    excess = [abs(number(v)) - abs(number(w[smallest])) for v in w]
    side = CONTEXT.mpf(np.sign(np.prod(w)))
    y, rate, aim = side * abs(number(w[smallest])), ratio(alpha) + wrong, number(b) / z

    def effective(y, shrunk):
        return CONTEXT.sign(y) * CONTEXT.fprod(abs(y) + shrunk * e for e in excess)

    def dual(t, way):
        return CONTEXT.exp(-rate * t) * y + way * ((1 - CONTEXT.exp(-rate * t)) / rate if rate else t)

    way = 1 if aim > effective(y, 1) else -1
    reached = lambda t: way * (effective(dual(t, way), CONTEXT.exp(-rate * t)) - aim) >= 0  # noqa: E731

    def solution(t):
        shrunk, t = CONTEXT.exp(-rate * t), number(t)
        if reached(t):
            low, high = number(0), 2 + abs(y)
            for _ in range(130):
                middle = (low + high) / 2
                low, high = (low, middle) if effective(middle, shrunk) > abs(aim) else (middle, high)
            now = CONTEXT.sign(aim) * low
        else:
            now = dual(t, way)
        signs = [CONTEXT.sign(v) for v in w]
        signs[smallest] *= side * CONTEXT.sign(now)
        return [[s * (abs(now) + shrunk * e)] for s, e in zip(signs, excess, strict=True)]

    flow = Flow(Lq(1), Product(depth), Decoupled(sympy.Rational(alpha)))
    return Known(flow, Quadratic([[z]], [b]), [[v] for v in w], float(rng.uniform(0.2, 3)), solution)


def by_certificates(rng):
    """q = 1, depth 1 to 3, three coupled coordinates and as many data: the certified flow of 30 digits is the truth."""
    depth = int(rng.integers(1, 4))
    problem, start = Quadratic(rng.normal(size=(3, 3)), rng.normal(size=3)), rng.uniform(-1, 1, (depth, 3))
    end = float(rng.uniform(0.2, 2))
    truth = certified_sign_flow(problem, start, Fraction(end))
    assert truth.finished
    solution = lambda t: [[number(v.mid().str(30, radius=False)) for v in row] for row in truth.w(Fraction(float(t)))]  # noqa: E731
    return Known(Flow(Lq(1), Product(depth)), problem, start.tolist(), end, solution)


def departure(solver, known, stretch=0, **settings):
    """The largest multiple of the stated error that separates the flow from its solution, at nine of the times."""
    found, worst = solver(known.flow, known.problem, known.start, known.end, **settings), 0.0
    looked = np.unique(np.linspace(0, len(found.t) - 1, 9).astype(int))
    for t, w, error in zip(found.t[looked], found.w[looked], found.error[looked], strict=True):
        exact = known.solution(number(float(t)) * (1 - number(stretch)))
        gap = max(abs(number(float(v)) - e) for row, true in zip(w, exact, strict=True) for v, e in zip(row, true, strict=True))
        worst = max(worst, float(gap / error) if error else 0.0 if gap == 0 else np.inf)
    return worst


ARCS = [exponential, logistic, hyperbolic, power_law, escape]
CALIBRATED = {
    "simulate": (by_simulate, [*ARCS, by_forty_digits]),
    "dual_flow": (by_dual, [*ARCS, extinction, by_forty_digits]),
    "simulate of a batch": (by_batch, [*ARCS, by_forty_digits]),
    "taylor": (by_taylor, ARCS),
    "sign_flow": (by_sign, [target, by_certificates]),
    "certified_sign_flow": (by_certified, [target]),
}


USEFUL = ("simulate", "dual_flow")  # whose stated errors are at most 1000 times the true ones, in the middle


def departures(name, each, seed=2026, stretch=0):
    """For each family the departures of ``each`` cases, at random tolerances where there is one to choose."""
    solver, families = CALIBRATED[name]
    found = {}
    for family in families:
        rng = np.random.default_rng(seed)
        cases = [(family(rng), float(10 ** rng.uniform(-9, -4))) for _ in range(each)]
        found[family.__name__] = np.array([departure(solver, known, stretch, rtol=rtol) for known, rtol in cases])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", CALIBRATED)
def test_stated_errors_cover_the_true_ones_in_99_of_100_cases(name):
    found = departures(name, max(EACH, -(-100 // len(CALIBRATED[name][1]))))
    everything = np.concatenate(list(found.values()))
    covered = int((everything <= 1).sum())
    each = ", ".join(
        f"{family} {(d <= 1).sum()}/{len(d)} (median {np.median(d):.1g}, largest {d.max():.2g})" for family, d in found.items()
    )
    print(f"\n{name}: {covered} of {len(everything)}; departures over stated errors: {each}")
    assert len(everything) >= 100
    assert covered >= 0.99 * len(everything)
    assert name not in USEFUL or np.median(everything) >= 1e-3


def test_an_arc_that_is_a_polynomial_is_not_refused():
    """q = 5/4, depth three, constant slope: w = (sqrt(w_0) + c t/2)^2, whose Taylor series ends, so that its reach is no guide."""
    start, push = 0.9042657231846629, CONTEXT.mpf(3) / 10
    c = push ** (number(1) / 4)
    known = Known(
        Flow(Lq("5/4"), Product(3)),
        Scalar(-3 * X / 10),
        [[start]] * 3,
        0.7097908098684231,
        lambda t: [[(CONTEXT.sqrt(start) + c * t / 2) ** 2]] * 3,
    )
    assert departure(by_taylor, known) <= 1


@thinned("name", CALIBRATED, every=3)
def test_a_clock_that_is_wrong_by_a_hundredth_is_not_covered(name):
    """So no stated error is so large that it covers anything."""
    _, families = CALIBRATED[name]
    found = departures(name, 2, stretch="0.01")
    assert all((found[family.__name__] > 1).any() for family in families)
