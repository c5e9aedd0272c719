"""Random starts, data and flows with known solutions for batches."""

import numpy as np
import sympy

from mirrortheory import Decoupled, Flow, Lq, Product, notation
from mirrortheory.flows import Quadratic, Scalar, Stack, simulate

X, Q, ALPHA = sympy.Symbol("x"), notation.q, notation.alpha
PRODUCT = Flow(Lq(2), Product(2))
FALLING = Scalar(-X)


def starts(rng, size, depth, d):
    return rng.uniform(0.2, 1.2, size=(size, depth, d))


def data(rng, size, n, d):
    return quadratics(rng.normal(size=(size, n, d)) / np.sqrt(n), rng.normal(size=(size, n)))


def quadratics(tables, targets):
    return Stack(Quadratic(Z, b) for Z, b in zip(tables, targets, strict=True))


def logistic_growth(rng, size):
    """Balanced depth 2, |x - 1|^2/2: x solves the logistic equation."""
    w = rng.uniform(0.1, 2.0, size)
    return PRODUCT, Scalar((X - 1) ** 2 / 2), w, 2, {}, lambda t: (1 + (w**-2 - 1) * np.exp(-2 * t)) ** -0.5


def powers(rng, size):
    """Balanced depth 2, constant slope -1, decoupled decay, own q and alpha: w^(2-q) is linear in exp(-(2-q) alpha t)."""
    w, q, rate = rng.uniform(0.2, 1.2, size), rng.uniform(1.05, 1.95, size), rng.uniform(0.1, 1, size)
    r = q - 1
    known = lambda t: (1 / rate + (w ** (1 - r) - 1 / rate) * np.exp(-(1 - r) * rate * t)) ** (1 / (1 - r))  # noqa: E731
    return Flow(Lq(Q), Product(2), Decoupled(ALPHA)), FALLING, w, 2, {"q": q, "alpha": rate}, known


def relaxation(rng, size):
    """Depth 1, own data: exponential approach."""
    z, b, w = rng.uniform(0.3, 3, size), rng.uniform(-2, 2, size), rng.uniform(-2, 2, size)
    problem = quadratics(z[:, None, None], (z * b)[:, None])
    return Flow(Lq(2), Product(1)), problem, w, 1, {}, lambda t: b + (w - b) * np.exp(-z * z * t)


def coverage(family, seed, rtol, end, method="dop853"):
    """Return which trajectories are within their error estimate at every time, and the largest estimate."""
    flow, problem, w, depth, values, known = family(np.random.default_rng(seed), 200)
    start = np.repeat(w[:, None, None], depth, axis=1)
    paths = simulate(flow, problem, start, end, rtol=rtol, method=method, **values)
    assert paths.reasons == ("",) * 200
    expected = np.stack([known(t) for t in paths.t], axis=1)
    gap = np.abs(paths.w - expected[:, :, None, None]).max(axis=(2, 3))
    return (gap <= paths.error).all(axis=1), paths.error[:, -1].max()
