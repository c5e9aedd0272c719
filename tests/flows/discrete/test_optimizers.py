"""Discrete optimizers: step by step against torch.optim and against exact arithmetic, and the laws of their balances."""

from fractions import Fraction
from math import isqrt

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from mirrortheory import Coupled, Decoupled, NoDecay, Product
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import (
    Adam,
    AdamW,
    GradientDescent,
    Lion,
    Quadratic,
    Scalar,
    SGDMomentum,
    SignDescent,
    Signum,
    descend,
    sign_flow,
)
from mirrortheory.reparams import Exp, LogDifference, PowerDifference, PowersProduct

EPS = float(np.finfo(float).eps)
X = sympy.Symbol("x")
FALLING, RISING = Scalar(-X), Scalar(X)
NO_TORCH = "torch is not installed: python -m pip install '.[torch]'"


def run(optimizer, w, gradients):
    """Return the weights before and after each step, stacked."""
    path, state = [w], optimizer.start(w)
    for gradient in gradients:
        w, state = optimizer.step(w, gradient, state)
        path.append(w)
    return np.array(path)


def drawn(rng, name):
    """Return one of our optimizers with random hyperparameters."""
    eta, decay = float(10 ** rng.uniform(-4, -1)), float(rng.choice([0.0, rng.uniform(0, 0.5)]))
    betas = [float(rng.choice([0.0, 1 - 10 ** rng.uniform(-3, 0)])) for _ in range(2)]
    if name == "Adam" and decay:  # a shorter memory of squares makes steps without bound, and coupled decay feeds them back:
        betas.sort()  # one unit of rounding in the start then grows to 1e8 in our own path, so that paths cannot be compared
    eps = float(10 ** rng.uniform(-10, -3))
    momentum, nesterov = float(rng.uniform(0.05, 0.99)), bool(rng.integers(2))
    dampening = 0.0 if nesterov else float(rng.choice([0.0, rng.uniform(0, 0.9)]))
    return {
        "GradientDescent": lambda: GradientDescent(eta, Coupled(Fraction(decay))),
        "SGDMomentum": lambda: SGDMomentum(eta, momentum, dampening, nesterov, decay),
        "Adam": lambda: Adam(eta, *betas, eps, decay),
        "AdamW": lambda: AdamW(eta, *betas, eps, decay),
        "Lion": lambda: Lion(eta, *betas, decay),
    }[name]()


# Against torch --------------------------------------------------------------------------------------------------------


def of_torch(torch, ours, parameter):
    """Return the optimizer of torch.optim with the same hyperparameters; it has no Lion, so that one is the paper's listing."""
    if isinstance(ours, GradientDescent):
        return torch.optim.SGD([parameter], lr=ours.eta, weight_decay=ours.coupled)
    if isinstance(ours, SGDMomentum):
        form = {"momentum": ours.momentum, "dampening": ours.dampening, "nesterov": ours.nesterov}
        return torch.optim.SGD([parameter], lr=ours.eta, weight_decay=ours.weight_decay, **form)
    if isinstance(ours, Adam | AdamW):
        form = {"betas": (ours.beta1, ours.beta2), "eps": ours.eps, "weight_decay": ours.weight_decay}
        return getattr(torch.optim, type(ours).__name__)([parameter], lr=ours.eta, **form)

    class LionOfThePaper(torch.optim.Optimizer):
        """Chen et al. (2023), arXiv:2302.06675, Algorithm 2, line by line."""

        def step(self):
            for p in self.param_groups[0]["params"]:
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                update = torch.lerp(p.grad, m, ours.beta1)
                p.data.sub_(ours.eta * (torch.sign(update) + ours.weight_decay * p.data))
                m.lerp_(p.grad, 1 - ours.beta2)

    return LionOfThePaper([parameter], {"lr": ours.eta})


def through_torch(torch, ours, w, gradients):
    parameter = torch.nn.Parameter(torch.tensor(w, dtype=torch.float64))
    theirs, path = of_torch(torch, ours, parameter), [w]
    for gradient in gradients:
        parameter.grad = torch.tensor(gradient)
        theirs.step()
        path.append(parameter.detach().numpy().copy())
    return np.array(path)


def ulps(path, other):
    """Return the largest difference in units of rounding of the largest weight so far."""
    scale = np.maximum.accumulate(np.abs(other).max(axis=tuple(range(1, other.ndim))))
    return float((np.abs(path - other).max(axis=tuple(range(1, other.ndim))) / (EPS * scale)).max())


@pytest.mark.parametrize("name", ["GradientDescent", "SGDMomentum", "Adam", "AdamW", "Lion"])
def test_two_hundred_random_steps_agree_with_torch(name):
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    worst = 0.0
    for seed in range(12):
        rng = np.random.default_rng(seed)
        ours, w = drawn(rng, name), rng.normal(size=(2, 3, 4))
        gradients = rng.normal(size=(200, *w.shape)) * 10 ** rng.uniform(-3, 1)
        worst = max(worst, ulps(run(ours, w, gradients), through_torch(torch, ours, w, gradients)))
    print(f"{name}: at most {worst:.1f} units of rounding of the largest weight in 12 runs of 200 steps")
    assert worst <= 200  # one a step


def test_defaults_are_those_of_torch():
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    parameter = torch.nn.Parameter(torch.zeros(1))
    for ours in (Adam(0.01), AdamW(0.01)):
        theirs = getattr(torch.optim, type(ours).__name__)([parameter], lr=0.01).defaults
        assert (*theirs["betas"], theirs["eps"], theirs["weight_decay"]) == (ours.beta1, ours.beta2, ours.eps, ours.weight_decay)


@pytest.mark.parametrize("name", ["SGDMomentum", "Adam", "AdamW", "Lion"])
def test_descent_agrees_with_training_in_torch(name):
    """The whole road: torch differentiates the loss of a product of layers, we pull f' back through the derived Jacobian."""
    torch = pytest.importorskip("torch", reason=NO_TORCH)
    rng = np.random.default_rng(3)
    Z, b, w = rng.normal(size=(3, 4)), rng.normal(size=3), rng.uniform(0.5, 1, size=(3, 4))
    ours = {
        "SGDMomentum": SGDMomentum(0.01, 0.5, weight_decay=0.1),
        "Adam": Adam(0.01, weight_decay=0.1),
        "AdamW": AdamW(0.01, weight_decay=0.1),
        "Lion": Lion(0.01, weight_decay=0.1),
    }[name]
    parameter = torch.nn.Parameter(torch.tensor(w))
    theirs = of_torch(torch, ours, parameter)
    for _ in range(40):
        theirs.zero_grad()
        residual = torch.tensor(Z) @ parameter.prod(dim=0) - torch.tensor(b)
        (residual @ residual / 2).backward()
        theirs.step()
    path = descend(ours, Product(3), Quadratic(Z, b), w, 40, record=40)
    assert np.abs(path.w[-1] - parameter.detach().numpy()).max() < 1e-12


# Against exact arithmetic ----------------------------------------------------------------------------------------------


def sign(value):
    return (value > 0) - (value < 0)


def root(value):
    """Return the square root of a fraction to about 60 digits."""
    scale = 10**120
    return Fraction(isqrt(value.numerator * scale * scale // value.denominator), scale)


def exactly(ours, w, gradients, flaw=""):
    """Return the path of one weight in rational arithmetic, from the formulas of the papers; a flaw makes a mutant of it."""
    of = {name: Fraction(value) for name, value in vars(ours).items() if isinstance(value, float | int)}
    eta, decay = of["eta"], of.get("weight_decay", Fraction(ours.coupled + ours.decoupled))
    coupled = isinstance(ours, Adam | SGDMomentum) or bool(ours.coupled)
    coupled ^= flaw == "other decay"
    w, b, m, v = Fraction(w), None, Fraction(0), Fraction(0)
    path = [w]
    for k, gradient in enumerate(gradients, start=1):
        g = Fraction(gradient) + (decay * w if coupled else 0)
        if isinstance(ours, SGDMomentum):
            mu = -of["momentum"] if flaw == "sign of momentum" else of["momentum"]
            first = b is None and flaw != "first gradient dampened"
            b = g if first else mu * (b or 0) + (1 - of["dampening"]) * g
            d = g + mu * b if ours.nesterov != (flaw == "other momentum") else b
        elif isinstance(ours, Adam | AdamW):
            m, v = of["beta1"] * m + (1 - of["beta1"]) * g, of["beta2"] * v + (1 - of["beta2"]) * g * g
            both = (1, 1) if flaw == "no bias correction" else (1 - of["beta1"] ** k, 1 - of["beta2"] ** k)
            mean, square = m / both[0], v / both[1]
            d = mean / (root(square + of["eps"]) if flaw == "eps inside the root" else root(square) + of["eps"])
        elif isinstance(ours, Signum):
            m = of["beta"] * m + (1 - of["beta"]) * g
            d = sign(g if flaw == "no memory" else m)
        elif isinstance(ours, Lion):
            first, second = (of["beta2"], of["beta1"]) if flaw == "betas exchanged" else (of["beta1"], of["beta2"])
            d, m = sign(first * m + (1 - first) * g), second * m + (1 - second) * g
        else:
            d = sign(g) if isinstance(ours, SignDescent) else g
        w = w - eta * d - (0 if coupled else eta * decay * w)
        path.append(w)
    return path


SMALL = [
    (GradientDescent(0.1, Decoupled("1/3")), []),
    (GradientDescent(0.1, Coupled("1/3")), []),
    (SignDescent(0.1), ["no flaw applies"]),
    (SignDescent(0.1, Decoupled("1/3")), ["other decay"]),
    (SignDescent(0.1, Coupled("1/3")), ["other decay"]),
    (SGDMomentum(0.1, 0.75, 0.25, False, 0.5), ["other decay", "sign of momentum", "first gradient dampened", "other momentum"]),
    (SGDMomentum(0.1, 0.75, 0.0, True, 0.5), ["other decay", "sign of momentum", "other momentum"]),
    (Adam(0.1, 0.75, 0.875, 0.125, 0.5), ["other decay", "no bias correction", "eps inside the root"]),
    (AdamW(0.1, 0.75, 0.875, 0.125, 0.5), ["other decay", "no bias correction", "eps inside the root"]),
    (Lion(0.1, 0.5, 0.875, 0.5), ["other decay", "betas exchanged"]),
    (Signum(0.1, 0.75, 0.5), ["other decay", "no memory"]),
]


@pytest.mark.parametrize(("ours", "flaws"), SMALL, ids=lambda v: type(v).__name__ if not isinstance(v, list) else "")
def test_steps_are_those_of_exact_arithmetic_and_not_those_of_its_mutants(ours, flaws):
    rng = np.random.default_rng(1)
    gradients = rng.integers(-40, 41, size=25) / 16
    found = run(ours, np.array([[1.5]]), gradients[:, None, None])[:, 0, 0]

    def gap(flaw):
        return max(abs(float(Fraction(float(a)) - b)) for a, b in zip(found, exactly(ours, 1.5, gradients, flaw), strict=True))

    assert gap("") < 64 * EPS
    for flaw in flaws:
        assert (gap(flaw) > 1e-3) == (flaw != "no flaw applies"), flaw


@pytest.mark.parametrize("ours", [case[0] for case in SMALL], ids=lambda v: type(v).__name__)
def test_steps_are_entrywise_pure_and_batched(ours):
    rng = np.random.default_rng(2)
    w, gradients = rng.normal(size=(2, 3, 4)), rng.normal(size=(9, 2, 3, 4))
    before = w.copy(), gradients.copy()
    together = run(ours, w, gradients)
    alone = np.stack([run(ours, w[i], gradients[:, i]) for i in range(2)], axis=1)
    assert (together == alone).all()
    assert (w == before[0]).all()
    assert (gradients == before[1]).all()


@given(seed=st.integers(0, 2**32 - 1))
def test_without_memory_adam_and_lion_are_sign_descent_to_the_last_bit(seed):
    rng = np.random.default_rng(seed)
    w, gradients = rng.normal(size=(2, 3)), rng.choice([0.0, 1.0], p=[0.2, 0.8], size=(9, 2, 3)) * rng.normal(size=(9, 2, 3))
    expected = run(SignDescent(0.01), w, gradients)
    assert (run(Adam(0.01, 0, 0, 0), w, gradients) == expected).all()
    assert (run(AdamW(0.01, 0, 0, 0, 0.0), w, gradients) == expected).all()
    assert (run(Lion(0.01, 0, rng.uniform()), w, gradients) == expected).all()
    assert (run(Signum(0.01, 0), w, gradients) == expected).all()
    beta, decay = rng.uniform(), rng.uniform()
    assert (run(Signum(0.01, beta, decay), w, gradients) == run(Lion(0.01, beta, beta, decay), w, gradients)).all()
    first = run(Adam(0.01, eps=0), w, gradients[:1])
    assert np.abs(first - expected[:2]).max() < 4 * EPS
    changing = [[[(-1) ** k]] for k in range(9)] * (1 + np.abs(gradients))
    without = run(SignDescent(0.01), w, changing)
    for remembers in (Adam(0.01, 0, 0.5, 0), Adam(0.01, 0.5, 0, 0), Lion(0.01, 0.9, 0.5), Signum(0.01)):
        assert np.abs(run(remembers, w, changing) - without).max() > 1e-4


# Descent --------------------------------------------------------------------------------------------------------------


def problem_of(rng, d):
    return Quadratic(rng.normal(size=(3, d)), rng.normal(size=3))


@given(seed=st.integers(0, 2**32 - 1), depth=st.integers(2, 4))
def test_balances_obey_their_exact_laws(seed, depth):
    """On every loss, to rounding: sign descent with decay, gradient descent with decay, and momentum with its correction."""
    rng = np.random.default_rng(seed)
    problem, start = problem_of(rng, 3), rng.choice([-1, 1], size=(depth, 3)) * rng.uniform(1, 2, size=(depth, 3))
    layers = Product(depth).weights
    eta, n = 2.0**-7, 40
    linear, square = sympy.Abs(layers[0]) - sympy.Abs(layers[1]), layers[0] ** 2 - layers[1] ** 2
    for decay, factor in ((NoDecay(), 1.0), (Decoupled("1/4"), 1 - eta / 4)):
        path = descend(SignDescent(eta, decay), Product(depth), problem, start, n)
        balance = path.quantity(linear)
        assert np.abs(balance - factor ** path.steps[:, None] * balance[0]).max() < 100 * EPS
    eta = 2.0**-10
    path = descend(GradientDescent(eta, Decoupled("1/4")), Product(depth), problem, start, n)
    g = (path.w[:-1] * (1 - eta / 4) - path.w[1:]) / eta
    law = (1 - eta / 4) ** 2 * path.quantity(square)[:-1] + eta**2 * (g[:, 0] ** 2 - g[:, 1] ** 2)
    assert path.quantity(square)[1:] == pytest.approx(law, abs=1e-11 * (1 + np.abs(path.w).max() ** 2))
    mu = 0.5
    path = descend(SGDMomentum(eta, mu), Product(depth), problem, start, n)
    b = np.concatenate([np.zeros((1, *start.shape)), -np.diff(path.w, axis=0) / eta])
    charge = path.w[:, 0] * b[:, 0] - path.w[:, 1] * b[:, 1]
    corrected = path.quantity(square) - 2 * eta * mu / (1 - mu) * charge
    expected = eta**2 * (1 + mu) / (1 - mu) * (b[1:, 0] ** 2 - b[1:, 1] ** 2)
    assert np.diff(corrected, axis=0) == pytest.approx(expected, abs=1e-10 * (1 + np.abs(path.w).max() ** 2))


@pytest.mark.parametrize(
    "reparam", [Product(1), Product(3), PowerDifference(2), PowersProduct(2, 1), Exp(), LogDifference()], ids=str
)
def test_gradient_in_the_weights_is_the_derivative_of_the_loss(reparam):
    rng = np.random.default_rng(5)
    problem, w, small = problem_of(rng, 3), rng.uniform(1, 2, size=(len(reparam.weights), 3)), 1e-6
    path = descend(GradientDescent(small), reparam, problem, w, 1)
    for index in np.ndindex(*w.shape):
        moved = [w.copy(), w.copy()]
        moved[0][index] -= small
        moved[1][index] += small
        low, high = (descend(GradientDescent(small), reparam, problem, each, 1).loss[0] for each in moved)
        assert (w - path.w[1])[index] / small == pytest.approx((high - low) / (2 * small), rel=1e-4, abs=1e-4)


def test_what_is_recorded_does_not_change_the_path():
    rng = np.random.default_rng(6)
    problem, w = problem_of(rng, 2), rng.uniform(1, 2, size=(2, 2))
    every, some = (descend(Adam(0.01), Product(2), problem, w, 50, record=r) for r in (1, 7))
    assert some.steps.tolist() == [0, 7, 14, 21, 28, 35, 42, 49, 50]
    assert every.steps.tolist() == list(range(51))
    for name in ("t", "w", "x", "loss"):
        assert (getattr(some, name) == getattr(every, name)[some.steps]).all()
    assert every.t == pytest.approx(0.01 * np.arange(51))
    assert every.x == pytest.approx(every.w.prod(axis=1))
    assert [problem.value(x) for x in every.x] == every.loss.tolist()


def test_sign_descent_comes_to_the_sign_flow_at_first_order():
    rng = np.random.default_rng(8)
    problem, w = problem_of(rng, 4), rng.uniform(0.3, 1, size=(2, 4))
    for decay in (NoDecay(), Decoupled("1/2")):
        flow = sign_flow(problem, w, 1.0, decay=decay)
        paths = [descend(SignDescent(2.0**-k, decay), Product(2), problem, w, 2**k, record=2**k) for k in (8, 11)]
        far, near = (np.abs(path.x[-1] - flow.x(1.0)[0]).max() for path in paths)
        assert near < 16 * 2.0**-11
        assert near < far


def drift(optimizer, problem, start, t_end):
    """Return the largest change of |w1| - |w2| in each coordinate, over recorded steps up to t_end."""
    w1, w2 = Product(2).weights
    steps = round(t_end / optimizer.eta)
    balance = descend(optimizer, Product(2), problem, start, steps, record=8).quantity(sympy.Abs(w1) - sympy.Abs(w2))
    return np.abs(balance - balance[0]).max(axis=0)


@pytest.mark.parametrize(("beta1", "beta2"), [(0.5, 0.9), (0.9, 0.5)])
def test_memory_of_adam_moves_the_balance_as_its_lags_say(beta1, beta2):
    """On a slope without change of sign: eta (lag2 - lag1) times the integral of lam/(u1 u2), which is log 3/2 both ways."""
    lags = beta2 / (1 - beta2) - beta1 / (1 - beta1)
    for problem, start in ((FALLING, [1.0, 0.5]), (RISING, [2.0, 1.5])):
        found = [drift(Adam(2.0**-k, beta1, beta2), problem, start, 1.0)[0] for k in (9, 11)]
        ratios = [change / (abs(lags) * 2.0**-k * np.log(1.5)) for change, k in zip(found, (9, 11), strict=True)]
        print(f"betas {beta1}, {beta2}: drift over the law {ratios[0]:.3f} at eta = 2^-9, {ratios[1]:.3f} at 2^-11")
        assert abs(ratios[1] - 1) < 0.05
        assert abs(ratios[1] - 1) < abs(ratios[0] - 1) / 2


def test_equal_betas_move_the_balance_at_higher_order_only():
    found = [drift(Adam(2.0**-k, 0.9, 0.9), FALLING, [1.0, 0.5], 1.0)[0] for k in (8, 10)]
    print(f"betas 0.9, 0.9: drift {found[0]:.1e} at eta = 2^-8, {found[1]:.1e} at 2^-10")
    assert found[1] < found[0] / 10


@pytest.mark.parametrize(("make", "beta"), [(Lion, 0.9), (Signum, 0.99)])
def test_lion_and_signum_move_the_balance_by_multiples_of_twice_the_step(make, beta):
    """Not at all while no slope changes sign; and where one does, on the lattice."""
    assert drift(make(2.0**-8, beta), FALLING, [1.0, 0.5], 1.0).max() == 0
    rng = np.random.default_rng(1801)  # the sign flow crosses once and then slides; no weight comes near zero
    Z, start = rng.normal(size=(2, 2)), rng.uniform(0.5, 1.5, size=(2, 2))
    problem = Quadratic(Z, Z @ rng.uniform(-1, 3, size=2))
    moved = drift(make(2.0**-12, beta), problem, start, 2.0) / 2.0**-11
    print(f"{make.__name__}, sliding, eta = 2^-12: the balances moved by {moved} times twice the step")
    assert moved.max() >= 1
    assert np.abs(moved - np.round(moved)).max() < 1e-6
    assert drift(SignDescent(2.0**-12), problem, start, 2.0).max() < 1e-12


# Refusals -------------------------------------------------------------------------------------------------------------

SQUARE = Quadratic([[1.0]], [1.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: GradientDescent(0.0), "eta must be a finite step > 0, got 0.0"),
        (lambda: SignDescent(float("nan")), "eta must be a finite step > 0, got nan"),
        (lambda: SignDescent(0.1, 0.5), "decay must be NoDecay(), Decoupled(alpha) or Coupled(alpha), got 0.5"),
        (lambda: SignDescent(0.1, Decoupled(sympy.Symbol("a", nonnegative=True))), "alpha must be a number in a simulation, got a"),
        (lambda: SGDMomentum(0.1, 0.0), "momentum must be in (0, 1), got 0.0; write for example 0.9, or take GradientDescent"),
        (lambda: SGDMomentum(0.1, 0.5, 0.5, nesterov=True), "dampening must be 0 with nesterov, got 0.5"),
        (lambda: Adam(0.1, 1.0), "beta1 must be in [0, 1), got 1.0"),
        (lambda: AdamW(0.1, eps=-1.0), "eps must be a finite number >= 0, got -1.0"),
        (lambda: Signum(0.1, 1.0), "beta must be in [0, 1), got 1.0"),
        (lambda: Lion(0.1, weight_decay=-1.0), "weight_decay must be a finite number >= 0, got -1.0"),
        (lambda: Lion(0.1).step(np.ones(3), np.ones(2), np.ones(3)), "gradient must be of shape (3,), as the weights, got (2,)"),
        (lambda: descend(Lion(0.1), Product(2), SQUARE, [1.0], 3), "initial must be of shape (2, 1), got (1,)"),
        (lambda: descend(Lion(0.1), Product(2), FALLING, np.ones((2, 2, 2)), 3), "initial must be of shape (2, d), got (2, 2, 2)"),
        (lambda: descend(Lion(0.1), Product(2), SQUARE, [1.0, np.inf], 3), "initial must be finite in every entry, got inf"),
        (lambda: descend(Lion(0.1), Exp(), SQUARE, [1.0], 0), "steps must be an integer from 1 to 1000000000, got 0"),
        (lambda: descend(Lion(0.1), Exp(), SQUARE, [1.0], 3, record=0), "record must be an integer from 1"),
        (lambda: descend(Lion(0.1), PowerDifference(2), SQUARE, [1.0, -1.0], 3), "initial v must be positive, got -1.0"),
        (
            lambda: descend(SignDescent(0.3), PowerDifference(2), FALLING, [1.0, 1.0], 9),
            "eta must be small enough to keep u, v positive, which fails after step 4, got 0.3; take a smaller step",
        ),
        (
            lambda: descend(GradientDescent(9.0), Product(3), SQUARE, [2.0, 2.0, 2.0], 99),
            "eta must be small enough to keep the gradient finite, which it is not at step",
        ),
        (
            lambda: descend(GradientDescent(1e308), Product(1), FALLING, [1e308], 9),
            "eta must be small enough to keep the weights finite, which they are not after step 1",
        ),
        (lambda: descend(Lion(0.1), Product(1), FALLING, [1.0], 3).quantity(X), "expr must be an expression in the weights, got x"),
    ],
)
def test_refusals_name_the_value_and_the_remedy_in_one_line(call, message):
    with pytest.raises(InvalidArgument) as error:
        call()
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_the_step_named_in_a_refusal_is_the_first_that_fails():
    descend(SignDescent(0.3), PowerDifference(2), FALLING, [1.0, 1.0], 3)
    with pytest.raises(InvalidArgument, match="after step 4"):
        descend(SignDescent(0.3), PowerDifference(2), FALLING, [1.0, 1.0], 4)


# Gradients of every size ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1e-300, 1e-170, 1e-30, 1e30, 1e180, 1e300])
@pytest.mark.parametrize("make", [Adam, AdamW])
def test_adam_without_epsilon_does_not_know_the_size_of_the_gradients(make, size):
    """Their squares would vanish or overflow; a power of two changes not even the last bit."""
    rng = np.random.default_rng(3)
    w, gradients, power = rng.normal(size=(2, 3)), rng.normal(size=(50, 2, 3)), 2.0 ** round(np.log2(size))
    optimizer = make(0.01, eps=0, weight_decay=0)
    np.testing.assert_array_equal(run(optimizer, w, gradients * power), run(optimizer, w, gradients))


def test_adam_starts_from_tiny_weights_and_moves_on_a_steep_slope():
    tiny = descend(Adam(0.1, eps=0), Product(2), Quadratic([[1.0]], [1.0]), [1e-170, 1e-170], 1)
    np.testing.assert_allclose(tiny.w[-1], 0.1)
    steep = descend(Adam(0.1, eps=0), Product(1), Scalar(sympy.Float(1e180) * X), [0.0], 10)
    np.testing.assert_allclose(steep.w[:, 0, 0], -0.1 * np.arange(11), atol=1e-14)
    default = descend(Adam(0.1), Product(1), Scalar(sympy.Float(1e180) * X), [0.0], 10)
    np.testing.assert_allclose(default.w, steep.w, atol=1e-14)


def test_adam_forgets_a_gradient_that_was_far_larger():
    """Without memory every step is one of sign descent, from 1e200 to 1e-200 and back."""
    gradients = [np.array([s * 10.0**e]) for s, e in ((1, 200), (-1, -200), (1, -300), (1, 300), (-1, 0))]
    path = run(Adam(0.5, beta1=0, beta2=0, eps=0), np.zeros(1), gradients)
    assert path[:, 0].tolist() == [0, -0.5, 0, -0.5, -1, -0.5]
    falling = run(Adam(0.5, beta1=0, beta2=0.5, eps=0), np.zeros(1), [np.array([1e200]), *[np.array([1e-200])] * 3000])
    assert np.isfinite(falling).all()
    assert -np.diff(falling[:, 0])[-1] == pytest.approx(0.5)  # 2^-3000 of 1e400 is far less than 1e-400
