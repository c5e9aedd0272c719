r"""The dual variable y = R'(x) along a simulated product, in double precision, from the derived density.

Each coordinate has a mirror map of its own: that of its imbalance :math:`\lambda_i = |w_i|^q - s`, :math:`s = \min_j |w_j|^q`. The
derivation gives the density D of y along the curve x(s) for symbols :math:`\lambda_i`; with u = s exp(-z), or u = s exp(z) where R'
vanishes at oo,

.. math:: y = \mathrm{sign}(x) \int_0^s D(u)\,\mathrm d u = \mathrm{sign}(x) \int_0^\infty s e^{-z} D(s e^{-z})\,\mathrm d z,

whose integrand is analytic for \|Im z\| < pi, however small the imbalance is. The double exponential rule for a half-line,
:math:`z = \exp(\tfrac\pi2 \sinh\tau)`, therefore converges at one rate for all of them; R'(1) = 0 leaves the logarithm of s.

Source: Takahasi and Mori (1974), Publ. RIMS 9, for the rule.
"""

from __future__ import annotations

import numpy as np
import sympy

from mirrortheory.errors import NoClosedForm
from mirrortheory.flows.problems import Array
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow, Normalisation, Potential, separate
from mirrortheory.theory.derive import parametric

_STEP = 1 / 24
_TAU = np.arange(-4.5, 4.5, _STEP)
_Z = np.exp(np.pi / 2 * np.sinh(_TAU))
_RULE = _STEP * np.pi / 2 * np.cosh(_TAU) * _Z


def dual_variable(flow: Flow, w: Array) -> Array:
    """Return y = R'(x) for weights w, shape (n, depth, d), the first row the start: shape (n, d).

    Layers that are smallest together at the start stay so. At x = 0 it is the limit, which may be infinite.

    Raises:
        NoClosedForm: when the flow is none of a product, or its density is no product of powers.
    """
    if not isinstance(flow.reparam, Product):
        raise NoClosedForm("dual variable", f"{flow.reparam} is no Product, whose imbalance determines R'")
    q = float(flow.geometry.exponent)
    charges = np.abs(w) ** q
    s, x = charges.min(axis=1), w.prod(axis=1)
    if q == 1:
        return np.asarray(np.sign(x) * s)
    size, bare = np.abs(w[0]), Flow(flow.geometry, flow.reparam)
    tied = size == size.min(axis=0)
    y, separation, depth = np.empty_like(s), separate(bare), len(size)
    for pattern in {tuple(column) for column in tied.T.tolist()}:
        shifts = [sympy.S.Zero if zero else sympy.Dummy(f"lam{i}", positive=True) for i, zero in enumerate(pattern)]
        potential = parametric(bare, separation, shifts)
        for j in np.flatnonzero((pattern == tied.T).all(axis=1)):
            excess = {shifts[i]: charges[:, i, j] - s[:, j] for i in range(depth) if not pattern[i]}
            y[:, j] = _along(potential, s[:, j], excess)
    return np.asarray(np.where(x < 0, -y, y))


def _along(potential: Potential, s: Array, excess: dict[sympy.Symbol, Array]) -> Array:
    """Return R'(x(s)) for x > 0, at charges s with an imbalance each, shape (n,)."""
    density, where = potential.dual_density, potential.normalisation
    coefficient = float(density.coefficient)
    with np.errstate(divide="ignore", invalid="ignore"):  # log 0, at s = 0 and where layers meet
        log_s = np.log(s)
        if where is Normalisation.ONE:
            return np.asarray(coefficient * log_s)
        direction = -1 if where is Normalisation.ORIGIN else 1
        log_u = log_s[:, None] + direction * _Z
        total = (1 + float(density.order_at_zero())) * log_u
        for shift, exponent in density.factors:
            if shift != 0:
                total += float(exponent) * np.logaddexp(log_u, np.log(excess[shift])[:, None])
        y = -direction * coefficient * (np.exp(total) @ _RULE)
    return np.asarray(np.where(s > 0, y, 0.0 if where is Normalisation.ORIGIN else -np.inf))
