r"""Radau IIA collocation for :math:`\dot\omega = -e\,v,\ G(\omega) = \phi_p(v)`: the velocity is the unknown, not the gradient.

With nodes :math:`0 < c_1 < \dots < c_s = 1` and :math:`a_{ij} = \int_0^{c_i} \ell_j`, one step of length h solves

.. math:: \omega_i = \omega_0 - h \sum_j a_{ij} e_j v_j, \qquad G(\omega_i) = \phi_p(v_i) = \mathrm{sign}(v_i) |v_i|^{p-1},

for the stages v. It is stiffly accurate, of order 2s - 1 = 9 at the ends and s + 1 within where v is smooth.

**Newton.** :math:`v = \phi_q(G)` has slope oo at G = 0, and :math:`G = \phi_p(v)` slope 0 at v = 0. Both disappear in
:math:`\zeta = v + \phi_p(v)/c`, of which v and G are functions of slopes at most 1 and c (Minty's parameter of a monotone
graph). With c = h a_ii e_i |dG_j/domega_j|, one coordinate with an affine G and one stage takes one iteration, however stiff.

**Error of a step.** v - P = delta pi(theta) to leading order, P the polynomial through the stages, delta = v(0) - P(0) and
pi(theta) = prod (1 - theta/c_i). So h |delta| max |int pi| is the error of :math:`\omega` within the step: of order s + 1,
above the error at its end.

Source: Hairer and Wanner (1996), "Solving Ordinary Differential Equations II", IV.5, IV.8 and VI.1;
Minty (1962), doi:10.1215/S0012-7094-62-02933-2.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.polynomial import Polynomial
from scipy.special import roots_jacobi

from mirrortheory.flows.problems import Array

STAGES = 5
_MOST_ITERATIONS = 12
_EPS, _TINY = 4 * float(np.finfo(float).eps), float(np.finfo(float).tiny) ** 0.5


def _tableau(stages: int) -> tuple[Array, Array, Array, float]:
    """Return c, the coefficients of int_0^theta l_j in powers 1.. of theta, those of l_j(0), and max |int_0^theta pi|."""
    c = np.append((1 + roots_jacobi(stages - 1, 1, 0)[0]) / 2, 1.0)
    basis = []
    for j in range(stages):
        others = np.delete(c, j)
        basis.append(Polynomial.fromroots(others) / np.prod(c[j] - others))
    integrals = np.array([b.integ().coef[1:] for b in basis])
    defect = (Polynomial.fromroots(c) / np.prod(-c)).integ()
    return c, integrals, np.array([float(b(0.0)) for b in basis]), float(np.abs(defect(c)).max())


NODES, _INTEGRALS, _AT_ZERO, _DEFECT = _tableau(STAGES)
_POWERS = np.arange(1, STAGES + 1)
_A = (NODES[:, None] ** _POWERS) @ _INTEGRALS.T
_OTHERS = np.array([np.delete(NODES, j) for j in range(STAGES)])
_BASIS = np.prod(NODES[:, None] - _OTHERS, axis=1)  # what makes a Lagrange polynomial 1 at its own node


def partial(theta: float | Array) -> Array:
    """Return int_0^theta l_j for each stage j, shape (.., s), so that omega(theta) = omega_0 - h sum_j of it times e_j v_j."""
    powers = np.asarray(theta)[..., None] ** _POWERS
    return np.asarray(np.einsum("np,sp->ns", powers, _INTEGRALS) if powers.ndim > 1 else powers @ _INTEGRALS.T)


def extrapolated(v: Array, ratio: float) -> Array:
    """Return the polynomial through the stages v of a step at the nodes of the next, ``ratio`` times as long."""
    theta = 1 + ratio * NODES
    return np.asarray(np.prod(theta[:, None, None] - _OTHERS, axis=2) / _BASIS @ v)


def defect(v0: Array, v: Array) -> Array:
    """Return the error of omega within a step of length 1 with velocity ``v0`` at its start and stages ``v``."""
    return np.asarray(_DEFECT * np.abs(v0 - _AT_ZERO @ v))


def solve(
    gradient: Callable[[Array], Array],
    jacobian: Array,
    noise: Array,
    omega: Array,
    h: float,
    e: Array,
    guess: Array,
    power: float,
    tolerance: Array,
) -> Array | None:
    """Return the stages v of one step, shape (s, d), or None where Newton does not converge.

    Args:
        gradient: omega at all stages, shape (s, d), to G there.
        jacobian: dG/domega near the step, shape (d, d).
        noise: the size of the rounding of G, shape (d,).
        omega: start, shape (d,).
        h: length of the step.
        e: weights e_j at the nodes, shape (s,).
        guess: stages v to start from, shape (s, d).
        power: p - 1 >= 1.
        tolerance: for the change of omega in the last iteration, shape (d,).
    """
    d, v, weights = len(omega), guess.copy(), h * _A * e
    own = np.maximum(weights.diagonal()[:, None] * np.abs(jacobian.diagonal()), _TINY)
    linear = np.einsum("ab,ij->iajb", jacobian, weights)
    diagonal = np.arange(len(linear))[:, None], np.arange(d)
    for _ in range(_MOST_ITERATIONS):
        G = gradient(omega - weights @ v)
        size = np.abs(v) ** (power - 1)
        residual = G - v * size
        if not np.isfinite(residual).all():
            return None
        if (np.abs(residual) <= noise).all():
            return v
        slope = 1 + power * size / own  # dzeta/dv
        matrix = linear / (own * slope)[:, :, None, None]
        matrix[*diagonal, *diagonal] += power * size / (own * slope)
        change = _solution(matrix.reshape(v.size, v.size), (residual / (own * slope)).ravel()).reshape(v.shape)
        before, v = v, _resolvent(v + v * size / own + slope * change, own, power)
        if (np.abs(weights @ (v - before)) <= tolerance).all():
            return v
    return None


def _solution(matrix: Array, right: Array) -> Array:
    """Return the solution, the shortest where there are many: at v = 0 dependent columns of G share one equation."""
    try:
        return np.asarray(np.linalg.solve(matrix, right))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(matrix, right)[0])


def _resolvent(zeta: Array, c: Array, power: float) -> Array:
    """Return v with v + sign(v) |v|^power / c = zeta: a quadratic for power 2, else by Newton from above on the convex side."""
    size = np.abs(zeta)
    if power == 2:
        root = np.sqrt(c)
        return np.asarray(np.copysign(2 * size * root / (root + np.sqrt(c + 4 * size)), zeta))
    v = np.minimum(size, (c * size) ** (1 / power))
    for _ in range(_MOST_ITERATIONS):
        slope = np.where(v > 0, v ** (power - 1) / c, 0.0)
        step = (v + v * slope - size) / (1 + power * slope)
        v = np.maximum(v - step, 0.0)
        if (np.abs(step) <= _EPS * v).all():
            break
    return np.copysign(v, zeta)
