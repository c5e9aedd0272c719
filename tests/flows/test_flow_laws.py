"""Laws along flows, whatever the solver: balances, energy, dual increments, limits, symmetries, restarts, calibrated errors."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from scipy.interpolate import make_interp_spline

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.bias import bregman_projection
from mirrortheory.errors import NotSmooth
from mirrortheory.flows import (
    GradientDescent,
    Problem,
    Quadratic,
    Scalar,
    SignDescent,
    certified_sign_flow,
    descend,
    dual_flow,
    sign_flow,
    simulate,
    taylor,
)
from mirrortheory.theory import separate
from mirrortheory.theory.derive import parametric
from mirrortheory.theory.numeric import values

X = sympy.Symbol("x", real=True)
EPS = float(np.finfo(float).eps)
seeds = st.integers(0, 10**6)
few = settings(deadline=None, max_examples=3)


# All solvers in one shape ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Path:
    """A followed flow: times, weights of shape (n, depth, d), stated errors, weights at any time, and where it may be rough."""

    t: np.ndarray
    w: np.ndarray
    error: np.ndarray
    at: Callable[[float], np.ndarray]
    breaks: tuple[float, ...]
    converged: bool


def path(found):
    """What all solutions have in common, and a spline where there is no dense output."""
    dense = getattr(found, "dense", None)
    if dense is None:
        spline = make_interp_spline(found.t, found.w.reshape(len(found.t), -1), k=7)
        shape = found.w.shape[1:]
        dense = lambda t: spline(t).reshape(shape)  # noqa: E731
    events = tuple(float(event.time) for event in getattr(found, "events", ()))
    return Path(found.t, found.w, found.error, dense, events, bool(getattr(found, "converged", False)))


def by_simulate(flow, problem, start, end, **settings):
    return path(simulate(flow, problem, start, end, **settings))


def by_dual(flow, problem, start, end, **settings):
    return path(dual_flow(flow, problem, start, end, **settings))


def by_taylor(flow, problem, start, end, **settings):
    return path(taylor(flow, problem, start, end))


def by_batch(flow, problem, start, end, **settings):
    start = np.array(start, dtype=float)
    start = start[:, None] if start.ndim == 1 else start
    found = simulate(flow, problem, start[None], end, times=np.linspace(0, end, 33), **{"method": "dop853", **settings})
    if found.reasons[0]:
        raise NotSmooth(found.reasons[0])
    spline = make_interp_spline(found.t, found.w[0].reshape(33, -1), k=7)
    return Path(found.t, found.w[0], found.error[0], lambda t: spline(t).reshape(start.shape), (), False)


def by_sign(flow, problem, start, end, **settings):
    """Its error is stated in words: 1e-15 for each event, times the condition of the sliding columns."""
    found = sign_flow(problem, start, end, decay=flow.decay)
    times = np.linspace(0, end, 65)
    w = found.w(times)
    sliding = {tuple(arc.sliding) for arc in found.arcs if len(arc.sliding)}
    condition = max((np.linalg.cond(problem.Z[:, list(columns)]) for columns in sliding), default=1.0)
    error = 1e-15 * (1 + len(found.events)) * condition * max(1.0, np.abs(w).max()) * np.ones(65)
    return Path(times, w, error, lambda t: found.w([t])[0], tuple(e.time for e in found.events), found.converged)


def by_certified(flow, problem, start, end, **settings):
    found = certified_sign_flow(problem, start, Fraction(float(end)), decay=flow.decay)
    assert found.finished, found.reason
    return path(found.solution(np.linspace(0, float(end), 9)))


SMOOTH = {"simulate": by_simulate, "dual": by_dual, "batch": by_batch, "taylor": by_taylor}
SIGN = {"sign": by_sign, "certified": by_certified}
SOLVERS = [(name, solver, q) for name, solver in SMOOTH.items() for q in ("2", "3/2")]
SOLVERS += [(name, solver, "1") for name, solver in SIGN.items()]
every_solver = pytest.mark.parametrize(("solver", "q"), [s[1:] for s in SOLVERS], ids=[f"{s[0]}, q = {s[2]}" for s in SOLVERS])


def coupled(seed, depth, d=3, n=2):
    """Positive weights of different sizes below the target, so that all of x rises for a while; doubles with few digits."""
    rng = np.random.default_rng(seed)
    Z = np.round(rng.uniform(0.2, 1.0, (n, d)), 3)
    start = np.round(rng.uniform(0.3, 1.0, (depth, d)), 3)
    return Quadratic(Z, np.round(Z @ (start.prod(axis=0) + rng.uniform(0.5, 1.5, d)), 3)), start


def link(q, g):
    return np.sign(g) * np.abs(g) ** (float(Fraction(q)) - 1)


def gradient(problem, w):
    """The gradient in the weights, shape (depth, d)."""
    others = np.array([np.delete(w, i, axis=0).prod(axis=0) for i in range(len(w))])
    return problem.slope(w.prod(axis=0)) * others


def integral(function, found, end):
    """Integrate over [0, end] between the events, by Gauss and Legendre."""
    nodes, weights = np.polynomial.legendre.leggauss(12)
    inner = [t for t in found.breaks if 0 < t < end]
    ends = np.unique(np.concatenate([np.linspace(0, end, 9), inner]))
    middle, half = (ends[1:] + ends[:-1]) / 2, (ends[1:] - ends[:-1]) / 2
    values = np.array([[function(found.at(m + h * x)) for x in nodes] for m, h in zip(middle, half, strict=True)])
    return np.tensordot(half, np.tensordot(values, weights, axes=(1, 0)), axes=(0, 0))


def followed(solver, *arguments, **settings):
    try:
        return solver(*arguments, **settings)
    except NotSmooth:  # an argument of the link vanished: not the subject here
        assume(False)


# Laws -----------------------------------------------------------------------------------------------------------------


@every_solver
@pytest.mark.parametrize("alpha", ["0", "1/2"])
@few
@given(seeds, st.integers(2, 3))
def test_balances_decay_at_the_rate_q_alpha_within_the_stated_error(solver, q, alpha, seed, depth):
    problem, start = coupled(seed, depth)
    found = followed(solver, Flow(Lq(q), Product(depth), Decoupled(alpha)), problem, start, 0.3)
    power, rate = float(Fraction(q)), float(Fraction(alpha))
    charges = np.abs(found.w) ** power
    size = power * np.abs(found.w).max() ** (power - 1)

    def departure(rate):
        balances = charges[:, 0] - charges[:, 1]
        gap = np.abs(balances - np.exp(-rate * found.t)[:, None] * balances[0]).max(axis=1)
        return float((gap / (2 * size * found.error + 8 * EPS * charges.max())).max())

    assert departure(power * rate) <= 1
    wide = np.abs(charges[0, 0] - charges[0, 1]).max() > 1e-3
    assume(wide)
    assert departure(power * rate + 0.01) > 1
    assert rate == 0 or departure(rate if power > 1 else 0.0) > 1


@every_solver
@pytest.mark.parametrize("alpha", ["0", "1/2"])
@few
@given(seeds, st.integers(1, 3))
def test_loss_falls_by_the_integral_of_the_gradient(solver, q, alpha, seed, depth):
    """Without decay df/dt = -|grad|_q^q; decoupled decay adds -alpha <grad, w>."""
    problem, start = coupled(seed, depth)
    end, power, rate = 0.3, float(Fraction(q)), float(Fraction(alpha))
    found = followed(solver, Flow(Lq(q), Product(depth), Decoupled(alpha)), problem, start, end)

    def departure(power):
        def dissipation(w):
            g = gradient(problem, w)
            return (np.abs(g) ** power).sum() + rate * (g * w).sum()

        fall = problem.value(found.w[0].prod(axis=0)) - problem.value(found.w[-1].prod(axis=0))
        push = max(np.abs(gradient(problem, w)).sum() for w in found.w[[0, -1]])
        return abs(fall - integral(dissipation, found, end)) / ((1 + 4 * push) * found.error[-1] + 1e-12 * (1 + push**2))

    assert departure(power) <= 1 < departure(power + 1e-3)


@every_solver
@pytest.mark.parametrize("depth", [1, 2, 3])
@settings(deadline=None, max_examples=2)
@given(seeds)
def test_dual_variable_moves_by_the_integral_of_the_linked_slope(solver, q, depth, seed):
    problem, start = coupled(seed, depth)
    end = 0.3
    found = followed(solver, Flow(Lq(q), Product(depth)), problem, start, end)

    def moved(q_of_map):
        increments = []
        for column, before, after in zip(start.T, found.w[0].T, found.w[-1].T, strict=True):
            potential = potential_from(q_of_map, column)
            y0, y1 = (values(potential, sympy.Rational(float(v.prod())), digits=20).mirror_map for v in (before, after))
            increments.append(float((y1 - y0).mid()))
        return np.array(increments)

    linked = integral(lambda w: link(q, problem.slope(w.prod(axis=0))), found, end)
    steep = 1 / np.abs(found.w).min() ** depth  # more than dy/dw here, with w <= 2 or so
    allowed = 20 * steep * found.error[-1] + 1e-11
    assert np.abs(moved(q) + linked).max() <= allowed
    assert np.abs(moved(q) + 1.001 * linked).max() > allowed
    assert depth == 1 or np.abs(moved("5/4") + linked).max() > allowed


def potential_from(q, column):
    """The derived potential of the imbalance of these weights, as a curve."""
    flow, charges = Flow(Lq(q), Product(len(column))), np.abs(column) ** float(Fraction(q))
    return parametric(flow, separate(flow), [sympy.Rational(float(c)) for c in charges - charges.min()])


# Limits ---------------------------------------------------------------------------------------------------------------

LIMITS = {
    "depth one": [[0.3, -0.2, 0.1, 0.4]],
    "depth two": [[0.5, 0.2, 0.9, 0.3], [0.1, -0.6, 0.4, 1.2]],
    "depth two, balanced": [[0.5, 0.2, 0.9, 0.3]] * 2,
    "depth three": [[0.5, 0.2, 0.9, 0.3], [0.8, 0.6, 0.4, 1.2], [0.7, -1.1, 0.6, 0.5]],
    "depth three, balanced": [[0.5, 0.6, 0.9, 0.7]] * 3,
}
DATA = np.array([[1.0, 0.5, -0.25, 0.75], [0.25, -0.5, 1.0, 0.5]])


def limit_and_projection(q, start, Z=DATA):
    """Where the flow comes to rest, its error, and the projection of the start by the derived potentials."""
    start = np.array(start)
    problem = Quadratic(Z, Z @ np.array([0.9, 0.7, 1.1, 0.8]))
    flow = Flow(Lq(q), Product(len(start)))
    found = sign_flow(problem, start, 60.0) if q == "1" else dual_flow(flow, problem, start, 60.0, rtol=1e-11)
    x = found.x(60.0)[0] if q == "1" else found.w[-1].prod(axis=0)
    error = 1e-13 if q == "1" else float(found.error[-1])
    potentials = [potential_from(q, column) for column in start.T]
    projection = bregman_projection(potentials, start.prod(axis=0), problem.Z, problem.b)
    assert projection.residual < 1e-12
    # Out of the kernel of Z nothing is said before convergence; in it, what is left of the residual moves x by its size.
    left = np.linalg.norm(np.linalg.pinv(Z)) * np.linalg.norm(problem.Z @ x - problem.b)
    return x, projection.x, 10 * (error + left)


@pytest.mark.parametrize("start", LIMITS.values(), ids=LIMITS.keys())
def test_gradient_flow_ends_at_the_bregman_projection(start):
    x, projection, allowed = limit_and_projection("2", start)
    assert allowed < 1e-6
    assert np.abs(x - projection).max() <= allowed


@pytest.mark.parametrize("q", ["3/2", "5/4", "1"])
@pytest.mark.parametrize("start", LIMITS.values(), ids=LIMITS.keys())
def test_below_q_two_it_ends_elsewhere(q, start):
    """The witness: on the data, but not at the projection, by more than a thousand times what is uncertain."""
    x, projection, allowed = limit_and_projection(q, start)
    assert allowed < 1e-6
    assert np.abs(x - projection).max() > 1e-3


@pytest.mark.parametrize("q", ["1", "3/2", "2"])
@pytest.mark.parametrize("start", LIMITS.values(), ids=LIMITS.keys())
def test_one_datum_of_equal_sizes_is_no_witness(q, start):
    """phi(z_j r) = phi(z_j) phi(r) is a multiple of z_j when |z_j| is the same for all j: then the limit is the projection."""
    x, projection, allowed = limit_and_projection(q, start, np.array([[0.5, 0.5, -0.5, 0.5]]))
    assert allowed < 1e-6
    assert np.abs(x - projection).max() <= allowed


# Symmetries -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Reversed(Problem):
    """Minus a loss: its flow is that of the loss, backwards in time."""

    problem: Problem

    def value(self, x):
        return -self.problem.value(x)

    def slope(self, x):
        return -self.problem.slope(x)


def growth(flow, problem, found):
    """A rate that bounds how fast two solutions near this one part: the largest norm of the Jacobian of the field, and half more."""
    shape = found.w.shape[1:]
    q = flow.geometry.exponent

    def field(flat):
        return -link(q, gradient(problem, flat.reshape(shape))).ravel() - float(flow.decay.rate) * flat

    norms = []
    for w in found.w[:: max(1, len(found.w) // 8)]:
        flat = w.ravel()
        steps = 1e-6 * np.eye(flat.size)
        norms.append(np.linalg.norm([(field(flat + h) - field(flat - h)) / 2e-6 for h in steps], 2))
    return 1.5 * max(norms)


@pytest.mark.parametrize("q", ["2", "3/2"])
@pytest.mark.parametrize("solver", [by_simulate, by_dual, by_batch])
@few
@given(seeds, st.integers(1, 3))
def test_smooth_arcs_run_backwards_to_their_start(solver, q, seed, depth):
    problem, start = coupled(seed, depth)
    flow, end = Flow(Lq(q), Product(depth)), 0.3
    there = followed(solver, flow, problem, start, end)
    back = followed(solver, flow, Reversed(problem), there.w[-1], end)
    allowed = there.error[-1] * np.sqrt(start.size) * np.exp(growth(flow, problem, there) * end) + back.error[-1]
    assert np.abs(back.w[-1] - start).max() <= allowed < 1e-3
    further = followed(solver, flow, problem, there.w[-1], end)
    assert np.abs(further.w[-1] - start).max() > allowed


@every_solver
@pytest.mark.parametrize("alpha", ["0", "1/2"])
@few
@given(seeds, st.integers(2, 3), st.randoms(use_true_random=False))
def test_permutations_and_signs_are_symmetries(solver, q, alpha, seed, depth, random):
    problem, start = coupled(seed, depth)
    flow, end = Flow(Lq(q), Product(depth), Decoupled(alpha)), 0.3
    plain = followed(solver, flow, problem, start, end)
    coordinates, layers = random.sample(range(3), 3), random.sample(range(depth), depth)
    pair = np.ones((depth, 3))
    pair[random.sample(range(depth), 2), random.randrange(3)] = -1
    one = np.ones((depth, 3))
    one[random.randrange(depth), random.randrange(3)] = -1
    images = {
        "coordinates": (Quadratic(problem.Z[:, coordinates], problem.b), lambda w: w[..., coordinates]),
        "layers": (problem, lambda w: w[..., layers, :]),
        "two signs": (problem, lambda w: w * pair),
        "x and a column": (Quadratic(problem.Z * one.prod(axis=0), problem.b), lambda w: w * one),
        "x and the data": (Quadratic(problem.Z, -problem.b), lambda w: np.concatenate([-w[..., :1, :], w[..., 1:, :]], axis=-2)),
    }
    for name, (image, act) in images.items():
        found = followed(solver, flow, image, act(start), end)
        assert np.abs(found.w[-1] - act(plain.w[-1])).max() <= found.error[-1] + plain.error[-1], name
    wrong = followed(solver, flow, Quadratic(problem.Z, 1.001 * problem.b), start, end)
    assert q == "1" or np.abs(wrong.w[-1] - plain.w[-1]).max() > wrong.error[-1] + plain.error[-1]


# Restarts -------------------------------------------------------------------------------------------------------------


class Restarts(RuleBasedStateMachine):
    """A flow followed step by step, each step from the end of the last, against one run since the decay last changed."""

    solver, q, depth, most = staticmethod(by_dual), "2", 2, 1.5

    @initialize(seed=seeds, alpha=st.sampled_from(["0", "1/4", "1"]))
    def begin(self, seed, alpha):
        self.problem, self.start = coupled(seed, self.depth)
        self.w, self.bound, self.time, self.decayed = self.start, 0.0, 0.0, 0.0
        self._change(alpha)

    def _change(self, alpha):
        self.alpha = Fraction(alpha)
        self.flow = Flow(Lq(self.q), Product(self.depth), Decoupled(alpha))
        self.since, self.from_w, self.from_bound = 0.0, self.w, self.bound

    @precondition(lambda self: self.time < self.most)
    @rule(step=st.sampled_from([0.0625, 0.125, 0.25]))
    def extend(self, step):
        found = self.solver(self.flow, self.problem, self.w, step)
        rate = growth(self.flow, self.problem, found)
        self.bound = self.bound * np.exp(rate * step) * np.sqrt(self.w.size) + found.error[-1]
        self.w, self.time, self.since = found.w[-1], self.time + step, self.since + step
        self.decayed += float(self.alpha) * step
        once = self.solver(self.flow, self.problem, self.from_w, self.since)
        from_start = self.from_bound * np.exp(growth(self.flow, self.problem, once) * self.since) * np.sqrt(self.w.size)
        assert np.abs(once.w[-1] - self.w).max() <= self.bound + from_start + once.error[-1]
        if self.alpha == 0:
            assert self.problem.value(self.w.prod(axis=0)) <= self.problem.value(found.w[0].prod(axis=0))

    @precondition(lambda self: self.since > 0)
    @rule(alpha=st.sampled_from(["0", "1/4", "1"]))
    def change_decay(self, alpha):
        self._change(alpha)

    @invariant()
    def balances_know_all_decay_so_far(self):
        if not hasattr(self, "w"):
            return
        power = float(Fraction(self.q))
        now, first = (np.diff(np.abs(w) ** power, axis=0) for w in (self.w, self.start))
        size = power * max(1.0, np.abs(self.w).max()) ** (power - 1)
        allowed = 2 * size * self.bound + 1e-14 * (1 + np.abs(self.w).max() ** power)
        assert (np.abs(now - np.exp(-power * self.decayed) * first) <= allowed).all()


class SignRestarts(Restarts):
    solver, q = staticmethod(by_sign), "1"

    @precondition(lambda self: self.time < 0.3)  # before the first gradient vanishes, or little later
    @rule(step=st.sampled_from([0.03125, 0.0625]))
    def extend(self, step):
        found = self.solver(self.flow, self.problem, self.w, step)
        self.bound += found.error[-1]  # weights move at speed one whatever they are: errors stay, and an event moves by their size
        self.w, self.time, self.since = found.w[-1], self.time + step, self.since + step
        self.decayed += float(self.alpha) * step
        once = self.solver(self.flow, self.problem, self.from_w, self.since)
        assert np.abs(once.w[-1] - self.w).max() <= 10 * (self.bound + once.error[-1])


TestRestarts = Restarts.TestCase
TestRestarts.settings = settings(deadline=None, max_examples=8, stateful_step_count=8)
TestSignRestarts = SignRestarts.TestCase
TestSignRestarts.settings = settings(deadline=None, max_examples=8, stateful_step_count=8)


# Discrete steps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("optimizer", "q"), [(GradientDescent, "2"), (SignDescent, "1")])
@pytest.mark.parametrize("seed", range(3))
def test_descent_comes_to_its_flow_at_first_order(optimizer, q, seed):
    problem, start = coupled(seed, 2)
    end, steps = 0.25, np.array([64, 256, 1024])
    solver = by_sign if q == "1" else by_dual
    exact = solver(Flow(Lq(q), Product(2)), problem, start, end).w[-1]
    wrong = by_dual(Flow(Lq("3/2"), Product(2)), problem, start, end).w[-1]
    ends = [descend(optimizer(end / n), Product(2), problem, start, int(n), record=int(n)).w[-1] for n in steps]
    errors = np.array([np.abs(w - exact).max() for w in ends])
    if q == "2":
        order = -np.polyfit(np.log(steps), np.log(errors), 1)[0]
        assert 0.9 < order < 1.1
    else:  # exact between events, an error of a step at each
        assert (errors <= 10 * end / steps).all()
    assert np.abs(ends[-1] - wrong).max() > 10 * errors[-1]


# Calibration: the stated error covers the true error in at least 99 of 100 random cases with a known solution ----------

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


@pytest.mark.parametrize("name", CALIBRATED)
def test_a_clock_that_is_wrong_by_a_hundredth_is_not_covered(name):
    """So no stated error is so large that it covers anything."""
    _, families = CALIBRATED[name]
    found = departures(name, 2, stretch="0.01")
    assert all((found[family.__name__] > 1).any() for family in families)
