r"""The dual variable y = R'(x) along a simulated flow, in double precision, from what the derivation found.

**Sums of functions of one weight.** Every charge u_i(w_i) has :math:`\dot u_i = -\phi(f')` without decay, and y is their mean, as
the constants of the derived potential have mean zero.

**Products.** Each coordinate has a mirror map of its own: that of its imbalance, the charges (:math:`|w_i|^q`, or w at depth one,
for a product of layers) less the smallest, s. The derivation gives the density D of y along the curve x(s) for symbols
:math:`\lambda_i`; with u = s exp(-z), or u = s exp(z) where R' vanishes at oo,

.. math:: y = \mathrm{sign}(x) \int_0^s D(u)\,\mathrm d u = \mathrm{sign}(x) \int_0^\infty s e^{-z} D(s e^{-z})\,\mathrm d z,

whose integrand is analytic for \|Im z\| < pi, however small an imbalance is, and an exponential once u is beyond all of them. So
Gauss's rule on panels of length 4 converges at one rate everywhere, and the tail is known. R'(1) = 0 leaves the logarithm of s.

Source: Davis and Rabinowitz (1984), "Methods of Numerical Integration", for the rate of Gauss's rule; the rest: this project.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy

from mirrortheory.errors import NoClosedForm
from mirrortheory.flows.field import effective_parameter
from mirrortheory.flows.problems import Array
from mirrortheory.potentials import Normalisation, Potential
from mirrortheory.theory import Flow, charges, parametric, separate
from mirrortheory.theory.flow import once_per_flow

_PANEL = 4.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_BEYOND = 40.0  # exp(-40) is below rounding: an imbalance is not seen from there


def dual_variable(flow: Flow, w: Array) -> Array:
    """Return y = R'(x) for weights w, shape (n, depth, d), the first row the start: shape (n, d).

    Layers whose charges are smallest together at the start stay so. At x = 0 it is the limit, which may be infinite. Under decay
    the mirror map is that of the imbalance of each time.

    Raises:
        NoClosedForm: when the flow is that of no sum and no product, or the density is no product of powers.
    """
    bare = _bare(flow)
    along = _summed(bare)
    if along is not None:
        with np.errstate(all="ignore"):  # a charge may be infinite at the end of the weight's range
            values = [charge(layer) for charge, layer in zip(along, np.moveaxis(w, 1, 0), strict=True)]
            return np.asarray(np.mean(values, axis=0))
    return _of_a_product(bare, w)


@once_per_flow
def _bare(flow: Flow) -> Flow:
    """Return the flow without its decay, on which the mirror map does not depend."""
    return Flow(flow.geometry, flow.reparam)


def _of_a_product(flow: Flow, w: Array) -> Array:
    along = np.stack([charge(layer) for charge, layer in zip(_charges(flow), np.moveaxis(np.abs(w), 1, 0), strict=True)], axis=1)
    s, x = along.min(axis=1), effective_parameter(flow)(np.moveaxis(w, 1, 0))
    y, tied = np.empty_like(s), along[0] == s[0]
    for pattern in {tuple(column) for column in tied.T.tolist()}:
        shifts, potential = _potential(flow, pattern)
        for j in np.flatnonzero((pattern == tied.T).all(axis=1)):
            excess = {shift: along[:, i, j] - s[:, j] for i, shift in enumerate(shifts) if shift != 0}
            y[:, j] = _along(potential, s[:, j], excess)
    return np.asarray(np.where(x < 0, -y, y))


@once_per_flow
def _summed(flow: Flow) -> list[Callable[[Array], Array]] | None:
    """Return the charges of the weights where x is a sum, each compiled for NumPy."""
    found = charges(flow)
    return None if found is None else [sympy.lambdify(w, charge, "numpy") for w, charge in zip(flow.weights, found, strict=True)]


@once_per_flow
def _charges(flow: Flow) -> list[Callable[[Array], Array]]:
    separation = separate(flow)
    laws = zip(separation.magnitudes, separation.charges, strict=True)
    return [sympy.lambdify(magnitude, charge, "numpy") for magnitude, charge in laws]


@once_per_flow
def _potential(flow: Flow, pattern: tuple[bool, ...]) -> tuple[list[sympy.Expr], Potential]:
    """Return a letter for the imbalance of each layer that is not smallest, and the potential for these letters."""
    shifts = [sympy.S.Zero if smallest else sympy.Dummy(f"lam{i}", positive=True) for i, smallest in enumerate(pattern)]
    potential = parametric(flow, separate(flow), shifts)
    if not (potential.even or all(weight.is_positive for weight in flow.weights)):
        raise NoClosedForm("dual variable", f"x = {flow.effective} does not change sign with each weight")
    return shifts, potential


def _along(potential: Potential, s: Array, excess: dict[sympy.Symbol, Array]) -> Array:
    """Return R'(x(s)) for x > 0, at charges s with an imbalance each, shape (n,)."""
    density, where = potential.dual_density, potential.normalisation
    coefficient = float(density.coefficient)
    with np.errstate(divide="ignore", invalid="ignore"):  # log 0, at s = 0 and where layers meet
        log_s = np.log(s)
        if where is Normalisation.ONE:
            return np.asarray(coefficient * log_s)
        direction = -1 if where is Normalisation.ORIGIN else 1
        apart = [direction * (np.log(lam) - log_s) for lam in excess.values()]
        last = max((float(z[np.isfinite(z)].max(initial=0.0)) for z in apart), default=0.0) + _BEYOND if apart else 0.0
        panels = _PANEL * np.arange(int(np.ceil(last / _PANEL)))
        z = (panels[:, None] + _PANEL / 2 * (1 + _NODES)).ravel()
        rule = np.tile(_PANEL / 2 * _WEIGHTS, len(panels))

        def integrand(z: Array) -> Array:
            log_u = log_s[:, None] + direction * z
            total = (1 + float(density.order_at_zero())) * log_u
            for shift, exponent in density.factors:
                if shift != 0:
                    total += float(exponent) * np.logaddexp(log_u, np.log(excess[shift])[:, None])
            return np.asarray(np.exp(total))

        order = density.order_at_zero() if where is Normalisation.ORIGIN else density.order_at_infinity()
        tail = integrand(np.array([_PANEL * len(panels)]))[:, 0] / abs(1 + float(order))
        y = -direction * coefficient * (integrand(z) @ rule + tail)
    return np.asarray(np.where(s > 0, y, 0.0 if where is Normalisation.ORIGIN else -np.inf))
