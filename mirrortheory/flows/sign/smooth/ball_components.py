r"""The components of :mod:`mirrortheory.flows.sign.smooth.components` in balls, with gradients as short power series in the clock.

Not one code with them: there a gradient is a value for arrays and any loss, here a series of enclosures for losses of one form.

**Losses.** Each loss here is a sum of ridge functions of one smooth profile,

.. math:: f(x) = c \sum_k \varphi(a_k \cdot x - b_k), \quad f' = c\,A^T \varphi'(Ax - b), \quad
          f'' = c\,A^T \mathrm{diag}(\varphi'')\,A,

and along a series :math:`m_0 + \delta(\tau)` one has
:math:`\varphi'(m_0 + \delta) = \sum_k \varphi^{(k+1)}(m_0)\,\delta^k/k!`. Doubles in the data are the exact numbers that they are.

**Components.** For z affine in the clock, or a series, G is returned as a series: coordinates with
:math:`x = \pm P(\pm z)\,\gamma^{-L}`, continued analytically past z = 0 with the sign that z had, or single weights with
:math:`G_i = f'(x) \prod_{k \ne i} w_k + \alpha w_i`. The derivative of G by z is :math:`S\,\mathrm{diag}(\varrho)`, S symmetric.

**Alike.** Layers of one coordinate may be permuted, and coordinates j and k may be exchanged (with a sign s) when that maps the
set of rows :math:`(a_k, b_k)` to itself. A unique solution keeps the symmetries of its start: components with |z| equal there by
such an exchange keep |z| equal, and their events are one event.

Source: derived for this project.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from math import comb, factorial
from typing import TypeVar

import sympy

from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.exact import Ball, BallFunction, Exact, as_ball, exact, sign
from mirrortheory.exact.series import Polynomial
from mirrortheory.flows.problems import Exponential, Logistic, Problem, Quadratic, Scalar
from mirrortheory.flows.sign.polynomial.certified_trajectory import clock, excesses

Weights = tuple[tuple[Exact, ...], ...]
Matrix = list[list[Ball]]
T = TypeVar("T")
_M = sympy.Symbol("m", real=True)
_KINKS = (sympy.Piecewise, sympy.Abs, sympy.sign, sympy.Max, sympy.Min, sympy.Heaviside, sympy.DiracDelta, sympy.Derivative)
TERMS = 3  # of a series: two derivatives of G, for the slope of a control


class RidgeLoss:
    """A loss f(x) = c sum_k phi(a_k x - b_k) of x, shape (d,), in balls.

    Raises:
        InvalidArgument: for a loss of another kind, or one that is not smooth by its form.
    """

    def __init__(self, problem: Problem, d: int) -> None:
        if isinstance(problem, Quadratic):
            rows, shifts, laws = problem.Z.tolist(), problem.b.tolist(), _derivatives(_M)
        elif isinstance(problem, Logistic | Exponential):
            rows, shifts = (problem.labels[:, None] * problem.Z).tolist(), [0.0] * len(problem.labels)
            p, r = (1 / (1 + sympy.exp(s * _M)) for s in (1, -1))  # products of these are far narrower on balls than diff(-p)
            laws = _derivatives(-sympy.exp(-_M)) if isinstance(problem, Exponential) else [-p, p * r, p * r * (p - r)]
        elif isinstance(problem, Scalar):
            rows, shifts = [[float(i == j) for j in range(d)] for i in range(d)], [0.0] * d
            (symbol,) = problem.expr.free_symbols
            laws = _derivatives(sympy.diff(problem.expr.xreplace({symbol: _M}), _M))
        else:
            known = "a Quadratic, a Logistic, an Exponential or a Scalar"
            raise InvalidArgument("problem", known, type(problem).__name__, "other losses have no enclosure: leave out digits")
        self.rows = [([exact(v) for v in row], exact(b)) for row, b in zip(rows, shifts, strict=True)]
        self.factor = Exact(1, len(rows)) if isinstance(problem, Logistic | Exponential) else Exact(1)
        if any(law.has(*_KINKS) for law in laws):
            raise InvalidArgument("problem", "smooth by its form", problem, "leave out digits")
        try:
            self._laws = [BallFunction(law, (_M,)) for law in laws]
        except NotEvaluable as error:
            raise InvalidArgument("problem", "of exact numbers and functions with an enclosure", problem, str(error)) from None

    def slope(self, x: Sequence[Polynomial], terms: int) -> list[Polynomial]:
        """Return the gradient along series x, to this number of terms."""
        total = [Polynomial([0])] * len(x)
        for row, shift in self.rows:
            margin = sum((v * a for v, a in zip(x, row, strict=True) if a != 0), Polynomial([-shift]))
            start = margin[0]
            away, power, value = margin - start, Polynomial([1]), Polynomial([0])
            for k, law in enumerate(self._laws[:terms]):
                value = value + power * (law(start) / factorial(k))
                power = (power * away).truncate(terms)
            total = [t + value * (a * self.factor) if a != 0 else t for t, a in zip(total, row, strict=True)]
        return total

    def hessian(self, x: Sequence[Ball], least: bool = False) -> Matrix:
        """Return the Hessian on a box x; or with ``least`` one matrix that is nowhere above it: c A^T diag(inf phi'') A."""
        d = len(x)
        total = [[Ball(0)] * d for _ in range(d)]
        for row, shift in self.rows:
            bend = self._laws[1](sum((v * a for v, a in zip(x, row, strict=True)), Ball(0)) - shift)
            bend = (bend.lower() if least else bend) * self.factor
            for i in range(d):
                for j in range(i + 1) if row[i] != 0 else ():
                    total[i][j] = total[j][i] = total[i][j] + bend * (row[i] * row[j])
        return total

    def exchanges(self, j: int, k: int, s: int) -> bool:
        """Return whether x_j <-> s x_k, the others unchanged, maps the set of rows to itself."""

        def turned(row: list[Exact]) -> list[Exact]:
            other = list(row)
            other[j], other[k] = s * row[k], s * row[j]
            return other

        return sorted((turned(row), b) for row, b in self.rows) == sorted(self.rows)


class BallComponents(ABC):
    """What moves at unit speed, on the clock eta, in balls.

    Attributes:
        start: z at eta = 0, exact.
        coordinate: the coordinate of x to which each component belongs.
        autonomous: whether G depends on z alone.
        simple: whether the component may pass 0; if not it stays there, by the selection sign(0) = 0.
        alike: components with one number have |z| equal for ever, by a symmetry.
    """

    start: list[Exact]
    coordinate: list[int]
    autonomous: bool
    simple: list[bool]
    alike: list[int]
    layered: bool

    def __init__(self, problem: Problem, initial: Weights, alpha: Exact) -> None:
        self.initial, self.alpha, self.depth, self.d = initial, alpha, len(initial), len(initial[0])
        self.loss = RidgeLoss(problem, self.d)

    @abstractmethod
    def gradient(self, eta: Ball, z: Sequence[Polynomial], side: Sequence[int], terms: int = TERMS) -> list[Polynomial]:
        """Return G as series in tau, at eta + tau along the series z, on the branch ``side`` z >= 0."""

    @abstractmethod
    def bend(
        self, eta: Ball, z: Sequence[Ball], side: Sequence[int], which: Sequence[int], least: bool = False
    ) -> tuple[Matrix, list[Ball]]:
        """Return S and rho of these components on a box z; with ``least`` S may be a matrix that is nowhere above it."""

    @abstractmethod
    def weights(self, eta: Ball, z: Sequence[Ball]) -> Matrix:
        """Return the weights, shape (depth, d)."""

    def clock(self, t: Exact) -> Ball:
        """Return eta at the time t."""
        return as_ball(t)

    def time(self, eta: Ball) -> Ball:
        """Return the time at eta."""
        return eta

    def _groups(self, size: Sequence[Exact]) -> list[int]:
        """Return for each component the first one that is alike at the start."""
        column = [list(v) for v in zip(*self.initial, strict=True)]
        x = [_product(c) for c in column]
        found: list[int] = []
        for i, j in enumerate(self.coordinate):
            for k in range(i):
                other = self.coordinate[k]
                if size[i] == size[k] and (
                    (j == other and self.layered)
                    or (
                        j != other
                        and sorted(map(abs, column[j])) == sorted(map(abs, column[other]))
                        and any(x[j] == s * x[other] and self.loss.exchanges(j, other, s) for s in (1, -1))
                    )
                ):
                    found.append(found[k])
                    break
            else:
                found.append(i)
        return found


class BallCoordinates(BallComponents):
    """One component a coordinate: no or decoupled decay."""

    layered = False

    def __init__(self, problem: Problem, initial: Weights, alpha: Exact) -> None:
        super().__init__(problem, initial, alpha)
        self.excess, self.coordinate, self.autonomous = excesses(initial), list(range(self.d)), alpha == 0
        self.simple = [own.count(Exact(0)) == 1 for own in self.excess]
        self.turn = [_product([Exact(sign(v) or 0) for v in column]) for column in zip(*initial, strict=True)]
        self.start = [s * min(map(abs, column)) for s, column in zip(self.turn, zip(*initial, strict=True), strict=True)]
        self.alike = self._groups([abs(v) for v in self.start])

    def clock(self, t: Exact) -> Ball:
        return as_ball(clock(t, self.alpha))

    def time(self, eta: Ball) -> Ball:
        return as_ball((1 + self.alpha * eta).log() / self.alpha) if self.alpha else eta

    def gradient(self, eta: Ball, z: Sequence[Polynomial], side: Sequence[int], terms: int = TERMS) -> list[Polynomial]:
        grown, L = 1 + self.alpha * eta, self.depth
        shrink = Polynomial([(-1) ** k * comb(L + k - 1, k) * Ball(self.alpha) ** k / grown ** (L + k) for k in range(terms)])
        x = []
        for v, s, own in zip(z, side, self.excess, strict=True):
            value = shrink * s
            for shift in own if s else ():
                value = (value * (v * s + shift)).truncate(terms)
            x.append(value)
        return self.loss.slope(x, terms)

    def bend(
        self, eta: Ball, z: Sequence[Ball], side: Sequence[int], which: Sequence[int], least: bool = False
    ) -> tuple[Matrix, list[Ball]]:
        shrink = 1 / (1 + self.alpha * eta) ** self.depth
        x, rate = [], []
        for v, s, own in zip(z, side, self.excess, strict=True):
            value, slope = shrink, Ball(0)
            for shift in own:
                value, slope = value * (v * s + shift), slope * (v * s + shift) + value
            x.append(value * s)
            rate.append(slope if s else Ball(0))
        S = self.loss.hessian(x, least)
        return [[S[i][k] for k in which] for i in which], [rate[i] for i in which]

    def weights(self, eta: Ball, z: Sequence[Ball]) -> Matrix:
        columns, grown = [], 1 + self.alpha * eta
        for j, (column, own) in enumerate(zip(zip(*self.initial, strict=True), self.excess, strict=True)):
            weights = []
            for start, shift in zip(column, own, strict=True):
                if self.simple[j] and shift == 0:  # the one smallest layer takes the sign of x through 0 with it
                    rest = _product([Exact(sign(v) or 0) for v, e in zip(column, own, strict=True) if e != 0])
                    weights.append(rest * z[j] / grown)
                else:
                    weights.append((sign(start) or 0) * (abs(z[j]) + shift) / grown)
            columns.append(weights)
        return [list(row) for row in zip(*columns, strict=True)]


class BallLayers(BallComponents):
    """One component a weight, layer by layer: coupled decay."""

    layered = True

    def __init__(self, problem: Problem, initial: Weights, alpha: Exact) -> None:
        super().__init__(problem, initial, alpha)
        self.start = [v for row in initial for v in row]
        self.coordinate, self.autonomous = list(range(self.d)) * self.depth, True
        self.simple = [True] * len(self.start)
        self.alike = self._groups([abs(v) for v in self.start])

    def gradient(self, eta: Ball, z: Sequence[Polynomial], side: Sequence[int], terms: int = TERMS) -> list[Polynomial]:
        others, x = [], []
        for j in range(self.d):
            rest, whole = _leave_one_out(z[j :: self.d], Polynomial([1]), lambda v: v.truncate(terms))
            others.append(rest)
            x.append(whole)
        slope = self.loss.slope(x, terms)
        return [
            (slope[j] * others[j][i]).truncate(terms) + z[i * self.d + j] * self.alpha
            for i in range(self.depth)
            for j in range(self.d)
        ]

    def bend(
        self, eta: Ball, z: Sequence[Ball], side: Sequence[int], which: Sequence[int], least: bool = False
    ) -> tuple[Matrix, list[Ball]]:
        columns = [list(z[j :: self.d]) for j in range(self.d)]
        parts = [_leave_one_out(c, Ball(1), lambda v: v) for c in columns]
        x = [whole for _, whole in parts]
        slope, bend = self.loss.slope([Polynomial([v]) for v in x], 1), self.loss.hessian(x)
        S = [[Ball(0)] * len(which) for _ in which]
        for a, p in enumerate(which):
            i, j = divmod(p, self.d)
            for b, q in enumerate(which[: a + 1]):
                k, m = divmod(q, self.d)
                value = parts[j][0][i] * bend[j][m] * parts[m][0][k]
                if j == m and i == k:
                    value = value + self.alpha
                elif j == m:
                    rest = Ball(1)
                    for n, v in enumerate(columns[j]):
                        rest = rest * v if n not in (i, k) else rest
                    value = value + slope[j][0] * rest
                S[a][b] = S[b][a] = value
        return S, [Ball(1)] * len(which)

    def weights(self, eta: Ball, z: Sequence[Ball]) -> Matrix:
        return [list(z[i * self.d : (i + 1) * self.d]) for i in range(self.depth)]


def _leave_one_out(values: Sequence[T], one: T, cut: Callable[[T], T]) -> tuple[list[T], T]:
    """Return the products of all but one, and of all."""
    before = [one]
    for v in values:
        before.append(cut(before[-1] * v))  # type: ignore[operator]
    after, found = one, []
    for v, left in zip(reversed(values), reversed(before[:-1]), strict=True):
        found.append(cut(left * after))  # type: ignore[operator]
        after = cut(after * v)  # type: ignore[operator]
    return found[::-1], before[-1]


def _derivatives(first: sympy.Expr) -> list[sympy.Expr]:
    return [sympy.diff(first, _M, k) for k in range(TERMS)]


def _product(values: Sequence[Exact]) -> Exact:
    total = Exact(1)
    for value in values:
        total = total * value
    return total
