"""Trajectories for the tests of what shows them, made from the solvers as they are."""

from dataclasses import dataclass

import numpy as np
import sympy

from mirrortheory.flows import Event, Quadratic, Scalar, dual_flow, sign_flow, taylor
from mirrortheory.flows.problems import Problem
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow


@dataclass(frozen=True)
class Balance:
    """|w_i|^q - |w_j|^q along a flow."""

    name: str
    values: np.ndarray
    error: np.ndarray
    predicted: np.ndarray


@dataclass(frozen=True, eq=False)
class Path:
    """A trajectory with the attributes that ``mirrortheory.flows.Trajectory`` promises."""

    flow: Flow
    problem: Problem
    t: np.ndarray
    w: np.ndarray
    error: np.ndarray
    how: str
    method: str
    events: tuple[Event, ...] = ()
    converged: bool = False
    digits: tuple[tuple[str, ...], ...] | None = None
    notes: tuple[str, ...] = ()
    rate: float = 1.0  # that the law of the balance is told the flow has, as a multiple of the true one

    @property
    def x(self):
        return np.asarray(sympy.lambdify(self.flow.weights, self.flow.effective, "numpy")(*np.moveaxis(self.w, 1, 0)))

    @property
    def loss(self):
        return np.array([self.problem.value(row) for row in self.x])

    def invariants(self):
        if not isinstance(self.flow.reparam, Product):
            return ()
        q, alpha = float(self.flow.geometry.exponent), float(self.flow.decay.rate)
        found = []
        for i in range(1, self.w.shape[1]):
            first, other = (np.abs(self.w[:, k]) ** q for k in (0, i))
            values = first - other
            law = values[0] * np.exp(-self.rate * q * alpha * self.t)[:, None]
            widest = np.abs(self.w[:, [0, i]]).max(axis=1) + self.error[:, None]
            error = 2 * q * widest ** (q - 1) * self.error[:, None]
            found.append(Balance(f"|w1|^q - |w{i + 1}|^q", values, error, law))
        return tuple(found)

    def save(self, path):
        if path.suffix == ".npz":
            np.savez(path, t=self.t, w=self.w)
        else:
            path.write_text(f'{{"method": "{self.method}"}}', encoding="utf-8")


def follow(flow, problem, initial, t_end, *, method="auto", digits=None, rtol=None, events=()):
    """The interface of ``mirrortheory.flows.simulate`` over today's solvers for products."""
    if flow.geometry.exponent == 1:
        path = sign_flow(problem, np.array(initial, dtype=float), float(t_end), decay=flow.decay)
        t = np.unique(np.concatenate([np.linspace(0.0, float(t_end), 65), path.times[path.times <= float(t_end)]]))
        parts = (path.w(t), np.full(len(t), 1e-13), "estimated: rounding", "exact arcs, since q = 1", path.events, path.converged)
        return Path(flow, problem, t, *parts, notes=path.notes)
    if digits is not None:
        found = taylor(flow, problem, initial, t_end, digits=digits)
    else:
        found = dual_flow(flow, problem, np.array(initial, dtype=float), float(t_end), rtol=rtol or 1e-9)
    parts = (found.t, found.w, found.error, found.how, found.method, found.events, found.converged, found.digits)
    return Path(flow, problem, *parts)


def regression(d, n, depth, q, decay, t_end=4.0, seed=0):
    """A random regression with unequal positive layers."""
    from mirrortheory import Lq, Product

    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(n, d)) / np.sqrt(n)
    initial = np.abs(rng.normal(size=(depth, d))) + np.arange(depth)[:, None] / 4 + 0.1
    return follow(Flow(Lq(q), Product(depth), decay), Quadratic(Z, Z @ rng.normal(size=d)), initial, t_end)


def quartic():
    """A scalar loss that is negative in places."""
    x = sympy.Symbol("x", real=True)
    from mirrortheory import Lq, NoDecay, Product

    return follow(Flow(Lq(2), Product(2), NoDecay()), Scalar((x**2 - 1) ** 2 - sympy.Rational(1, 2)), [[0.5], [0.25]], 3.0)
