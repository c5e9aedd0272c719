"""Laws along flows, whatever the solver: balances, energy, dual increments, symmetries, restarts, discrete steps."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
import sympy
from every_solver import by_batch, by_certified, by_dual, by_sign, by_simulate, by_taylor, potential_from
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from thinning import thinned

from mirrortheory import Decoupled, Flow, Lq, Product
from mirrortheory.errors import NotSmooth
from mirrortheory.flows import GradientDescent, Problem, Quadratic, SignDescent, descend
from mirrortheory.potentials.numeric import values
from mirrortheory.testing.paths import energy_departure, growth, integral

EPS = float(np.finfo(float).eps)
seeds = st.integers(0, 10**6)
few = settings(deadline=None, max_examples=3)

# All solvers in one shape ---------------------------------------------------------------------------------------------


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


def followed(solver, *arguments, **settings):
    try:
        return solver(*arguments, **settings)
    except NotSmooth:  # an argument of the link vanished: not the subject here
        assume(False)


# Laws -----------------------------------------------------------------------------------------------------------------


@every_solver
@thinned("alpha", ["0", "1/2"], every=2)
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
@thinned("alpha", ["0", "1/2"], every=2)
@few
@given(seeds, st.integers(1, 3))
def test_loss_falls_by_the_integral_of_the_gradient(solver, q, alpha, seed, depth):
    """Without decay df/dt = -|grad|_q^q; decoupled decay adds -alpha <grad, w>."""
    problem, start = coupled(seed, depth)
    power = Fraction(q)
    found = followed(solver, Flow(Lq(q), Product(depth), Decoupled(alpha)), problem, start, 0.3)

    def departure(power):
        return energy_departure(Flow(Lq(power), Product(depth), Decoupled(alpha)), problem, found)

    near = power - Fraction(1, 1000) if power == 2 else power + Fraction(1, 1000)
    assert departure(power) <= 1 < departure(near)


@every_solver
@thinned("depth", [1, 2, 3], every=3)
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


# Symmetries -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Reversed(Problem):
    """Minus a loss: its flow is that of the loss, backwards in time."""

    problem: Problem

    def value(self, x):
        return -self.problem.value(x)

    def slope(self, x):
        return -self.problem.slope(x)


@thinned("q", ["2", "3/2"], every=2)
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
@thinned("alpha", ["0", "1/2"], every=2)
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
