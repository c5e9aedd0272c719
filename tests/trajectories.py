"""Trajectories for the tests of what shows them."""

import dataclasses

import numpy as np
import sympy

from mirrortheory import Decoupled, Lq, NoDecay, Product
from mirrortheory.flows import Quadratic, Scalar, simulate
from mirrortheory.theory import Flow


def regression(d, n, depth, q, decay, t_end=4.0, method="auto", seed=0):
    """A random regression with unequal positive layers."""
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(n, d)) / np.sqrt(n)
    initial = np.abs(rng.normal(size=(depth, d))) + np.arange(depth)[:, None] / 4 + 0.1
    return simulate(Flow(Lq(q), Product(depth), decay), Quadratic(Z, Z @ rng.normal(size=d)), initial, t_end, method=method)


def quartic():
    """A scalar loss that is negative in places."""
    x = sympy.Symbol("x", real=True)
    loss = Scalar((x**2 - 1) ** 2 - sympy.Rational(1, 2))
    return simulate(Flow(Lq(2), Product(2), NoDecay()), loss, [[0.5], [0.25]], 3.0)


def told(path, alpha):
    """The same trajectory, told that the decay was another: a false law of the balances."""
    return dataclasses.replace(path, flow=dataclasses.replace(path.flow, decay=Decoupled(alpha)))
