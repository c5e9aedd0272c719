from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from mirrortheory.decays import Coupled
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.flows import collocation
from mirrortheory.flows.problems import Array, Problem
from mirrortheory.flows.solution import Event, Solution
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

_EPS = float(np.finfo(float).eps)
_TIMES = 65
_TIGHTER = 1e-2
_SMALLEST_RTOL = 1e-12
_MOST_STEPS = 20_000
_MOST_ALPHA_T = 600.0


def dual_flow(flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, *, rtol: float = 1e-9) -> Solution:
    """Follow a flow."""
    weights = _checked(flow, problem, initial, t_end, rtol)
    coarse, fine = (_Follower(flow, problem, weights, float(t_end), r) for r in (rtol, rtol * _TIGHTER))
    for follower in (coarse, fine):
        follower.run()
    t = np.linspace(0.0, float(t_end), _TIMES)
    w, rough = (np.array([follower.weights(time) for time in t]) for follower in (fine, coarse))
    spread = np.maximum.accumulate(np.abs(w - rough).max(axis=(1, 2)))
    rounding = 64 * _EPS * np.maximum.accumulate(np.abs(w).max(axis=(1, 2)))
    return Solution(
        t=t,
        w=w,
        error=spread + rounding,
        how=f"estimated: largest difference so far from a run at rtol {rtol:g}, plus rounding",
        method=f"Radau IIA of order {2 * collocation.STAGES - 1} in the smallest layer, rtol {rtol * _TIGHTER:g}, {len(fine.pieces)} steps",
        dense=fine.weights,
        events=tuple(fine.events),
        converged=fine.converged,
    )


def _checked(flow: Flow, problem: Problem, initial: ArrayLike, t_end: float, rtol: float) -> Array:
    if not isinstance(flow.reparam, Product):
        raise InvalidArgument("reparam", "a Product", flow.reparam, "use simulate on smooth stretches")
    if isinstance(flow.decay, Coupled) and flow.decay.rate != 0:
        raise InvalidArgument("decay", "none or decoupled", flow.decay, "coupled decay does not keep the balances")
    for name, value in (("q", flow.geometry.exponent), ("alpha", flow.decay.rate)):
        if value.free_symbols:
            raise InvalidArgument(name, "a number in a simulation", value, "write a rational such as 3/2")
    if flow.geometry.exponent == 1:
        raise InvalidArgument("q", "above 1", 1, "use sign_flow")
    start = np.array(initial, dtype=float)
    start = start[:, None] if start.ndim == 1 else start
    depth, d = flow.reparam.depth, problem.dimension
    if start.ndim != 2 or len(start) != depth or start.shape[1] == 0 or d not in (None, start.shape[1]):
        condition = f"of shape ({depth}, {'d' if d is None else d})"
        raise InvalidArgument("initial", condition, np.shape(initial), "give one row a layer, one column a coordinate of x")
    if not np.isfinite(start).all():
        raise InvalidArgument("initial", "finite in every entry", start[~np.isfinite(start)][0], "remove the entry")
    if not 0 < t_end < np.inf:
        raise InvalidArgument("t_end", "a finite time > 0", t_end, "write for example 2.0")
    if not _SMALLEST_RTOL <= rtol <= 1e-3:
        raise InvalidArgument("rtol", f"between {_SMALLEST_RTOL:g} and 1e-3", rtol, "write for example 1e-9")
    alpha = float(flow.decay.rate)
    if depth * alpha * t_end > _MOST_ALPHA_T:
        most = _MOST_ALPHA_T / (depth * alpha)
        raise InvalidArgument("t_end", f"at most {most:g} at this depth and decay", t_end, "end earlier: the start is forgotten")
    return start


class _Layers:
    """The weights and the gradient as functions of the smallest layer of each coordinate."""

    def __init__(self, q: float, problem: Problem, initial: Array) -> None:
        self.q, self.problem = q, problem
        size, columns = np.abs(initial), np.arange(initial.shape[1])
        self.smallest = size.argmin(axis=0)
        self.start = initial[self.smallest, columns]
        self.excess = size**q - np.abs(self.start) ** q
        self.ties = (self.excess == 0).sum(axis=0)
        self.signs = np.sign(initial)
        self.signs[self.smallest, columns] = 1.0
        self.others = np.ones(initial.shape, dtype=bool)
        self.others[self.smallest, columns] = False

    def weights(self, omega: Array) -> Array:
        """Return all layers, shape (depth, d)."""
        return np.asarray(self.signs * np.where(self.others, (np.abs(omega) ** self.q + self.excess) ** (1 / self.q), omega))

    def gradient(self, omega: Array) -> tuple[Array, Array, Array]:
        """Return G = df/domega, its Jacobian and the size of its rounding."""
        w = self.weights(omega)
        C = np.where(self.others, w, 1.0).prod(axis=0)
        x = omega * C
        charge = np.where(self.others, np.abs(omega) ** self.q + self.excess, np.inf)
        with np.errstate(divide="ignore", invalid="ignore"):
            bend = C * np.sign(omega) * np.abs(omega) ** (self.q - 1) * (1 / charge).sum(axis=0)
        bend = np.where(omega == 0, 0.0, bend)
        g, H = self.problem.slope(x), self.problem.hessian(x)
        noise = 4 * _EPS * (np.abs(H) @ np.abs(x) + np.abs(g)) * np.abs(C)
        K = C[:, None] * H * (C + omega * bend)
        K[np.diag_indices(len(x))] += g * bend
        return g * C, K, noise


@dataclass(frozen=True, eq=False)
class _Piece:
    start: float
    length: float
    omega: Array
    rates: Array  # e_j v_j

    def __call__(self, t: float) -> Array:
        theta = min(max((t - self.start) / self.length, 0.0), 1.0) if self.length else 0.0
        return np.asarray(self.omega - self.length * collocation.partial(theta) @ self.rates)


class _Follower:
    def __init__(self, flow: Flow, problem: Problem, initial: Array, t_end: float, rtol: float) -> None:
        self.q, self.alpha = float(flow.geometry.exponent), float(flow.decay.rate)
        self.power = float(1 / (flow.geometry.exponent - 1))
        self.layers = _Layers(self.q, problem, initial)
        self.t_end, self.rtol = t_end, rtol
        self.t, self.omega = 0.0, self.layers.start
        self.size = np.abs(initial)
        self.live = np.ones(len(self.omega), dtype=bool)
        self.pieces: list[_Piece] = []
        self.events: list[Event] = []
        self.converged = False
        self.rejected = 0

    def weights(self, t: float) -> Array:
        i = max(bisect_right([p.start for p in self.pieces], t) - 1, 0)
        shrink = np.exp(-self.alpha * t)
        return self.layers.weights(self.pieces[i](t)) * shrink

    def gradient(self, t: float, omega: Array) -> tuple[Array, Array, Array]:
        shrink = np.exp(-self.alpha * t)
        excess = self.layers.excess
        if self.alpha:
            self.layers.excess = excess * shrink**self.q
        G, K, noise = self.layers.gradient(omega * shrink)
        self.layers.excess = excess
        live = self.live
        return np.where(live, G, 0.0), np.where(live[:, None], K * shrink, 0.0), noise

    def scale(self, *omegas: Array) -> Array:
        w = np.max([np.abs(self.layers.weights(o)) for o in omegas], axis=0)
        if len(w) == 1:
            self.peak = np.maximum(getattr(self, "peak", 0.0), w.max())
            return np.full(w.shape[1], self.peak)
        return np.sort(w, axis=0)[1]

    def run(self) -> None:
        S = collocation.STAGES
        G, K, noise = self.gradient(0.0, self.omega)
        v = np.sign(G) * np.abs(G) ** (1 / self.power)
        h = 1e-3 * self.t_end
        guess, last, before = np.tile(v, (S, 1)), None, None
        while self.t < self.t_end:
            h = min(h, self.t_end - self.t)
            e = np.exp(self.alpha * (self.t + h * collocation.NODES))
            scale = self.scale(self.omega)
            found = collocation.solve(
                lambda i, o: self.gradient(self.t + h * collocation.NODES[i], o), self.omega, h, e, guess, self.power,
                np.maximum(0.01 * self.rtol * scale, 4 * _EPS * np.abs(self.omega)),
            )
            if found is None:
                self.rejected += 1
                h, last = h / 4, None
                guess = np.tile(v, (S, 1))
                continue
            stages, at, G1, K1 = found
            scale = self.scale(self.omega, at[-1])
            error = float((h * collocation.defect(e[0]*v, e[:,None]*stages) / (self.rtol * scale)).max())
            factor = 0.9 * max(error, 1e-10) ** (-1 / (S + 1))
            if error > 1:
                self.rejected += 1
                h *= max(factor, 0.1)
                guess = np.tile(v, (S, 1)) 
                continue
            if last is not None:
                factor = min(factor, factor * (h / last[0]) * (last[1] / max(error,1e-10)) ** (1 / (S + 1)))
            last = (h, max(error, 1e-10))
            self.pieces.append(_Piece(self.t, h, self.omega, e[:, None] * stages))
            self.t += h
            self.omega, v = at[-1], stages[-1]
            factor = min(max(factor, 0.1), 8)
            guess = collocation.extrapolated(stages, factor) if factor < 3 else np.tile(v, (S, 1))
            h *= factor
            if self.q < 2 and self.alpha == 0:
                s = (np.abs(G1) ** self.q).sum()
                rate = (2 - self.q) * (v @ K1 @ v) / s
                if rate > 0 and self.t + 1 / rate < self.t_end and (np.abs(v) / rate <= self.rtol * scale).all():
                    self.converged = True
                    self.rest = self.t + 1 / rate
                    self.omega = self.omega - v / rate * (2 - self.q) / 1
                    self.pieces.append(_Piece(self.rest, 0.0, self.omega, np.zeros((S, len(v)))))
                    return
            if len(self.pieces) > _MOST_STEPS:
                raise NotSmooth("stiff")
