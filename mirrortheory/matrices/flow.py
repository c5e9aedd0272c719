r"""Steepest flows of the factors of a matrix product: a matrix geometry, a product and a decay.

.. math:: \dot W_i = -\Phi_q\bigl(\nabla_{W_i} f(W_1 \cdots W_L)\bigr) - \alpha W_i \quad\text{(decoupled decay)}

Schatten(2) and Entrywise(2) are gradient flow, along which :math:`W_i^\top W_i - W_{i+1} W_{i+1}^\top` is conserved. For q < 2 the
differences :math:`(W_i^\top W_i)^{q/2} - (W_{i+1} W_{i+1}^\top)^{q/2}` are conserved along Schatten flows from *aligned* starts,
whose factors share their singular vectors with each other and with f'(X) at all times; each singular value then follows the flow
of one coordinate of :class:`~mirrortheory.reparams.Product`. In general they are not conserved.

Source: Arora, Cohen, Hazan (2018), arXiv:1802.06509, for gradient flow; derived for this project for q < 2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, final

import numpy as np
import sympy

from mirrortheory.decays import Decay, NoDecay, text_of
from mirrortheory.errors import InvalidArgument
from mirrortheory.geometries import MatrixGeometry
from mirrortheory.matrices.product import Array, Factors, MatrixProduct


@final
@dataclass(frozen=True)
class MatrixFlow:
    """Steepest flow of f(W_1 .. W_L) in the factors; :func:`mirrortheory.flows.simulate` follows it.

    Args:
        geometry: Schatten(q), Entrywise(q), or one of your own.
        product: the shapes of the factors.
        decay: how weight decay enters, at a constant rate; none by default.

    Raises:
        InvalidArgument: for anything else in one of the three places, and a rate that depends on time.

    >>> from mirrortheory.geometries import Schatten
    >>> import numpy as np
    >>> flow = MatrixFlow(Schatten(1), MatrixProduct(2, 2))
    >>> np.diag(flow.velocity((np.eye(2),), np.diag([3.0, -2.0]))[0]).round(12).tolist()
    [-1.0, 1.0]
    """

    geometry: MatrixGeometry
    product: MatrixProduct
    decay: Decay = field(default_factory=NoDecay)

    def __post_init__(self) -> None:
        for name, kind in (("geometry", MatrixGeometry), ("product", MatrixProduct), ("decay", Decay)):
            given = getattr(self, name)
            if not isinstance(given, kind):
                remedy = "write for example MatrixFlow(Schatten(1), MatrixProduct(2, 3, 2), Decoupled(1))"
                raise InvalidArgument(name, f"a {kind.__name__}", given, remedy)
        if self.decay.varies:
            raise InvalidArgument("decay", "of a constant rate, for matrices", text_of(self.decay.rate), "write a rational rate")

    def link_arguments(self, factors: Sequence[Array], slope: Array) -> Factors:
        """Return what the link is applied to in each factor: the gradient, plus alpha W under coupled decay.

        Args:
            factors: W_1 .. W_L.
            slope: f'(X), of the shape of X.
        """
        argument, _ = _decayed(self.decay)
        gradients = self.product.gradients(factors, slope)
        return tuple(argument(gradient, factor) for gradient, factor in zip(gradients, factors, strict=True))

    def velocity(self, factors: Sequence[Array], slope: Array) -> Factors:
        """Return dW_i/dt of each factor; ``factors`` and ``slope`` are those of :meth:`link_arguments`."""
        return self.moved(factors, self.link_arguments(factors, slope))

    def moved(self, factors: Sequence[Array], arguments: Sequence[Array]) -> Factors:
        """Return dW_i/dt of each of the ``factors`` from the ``arguments`` of its link; all NaN where they are not finite."""
        _, pull = _decayed(self.decay)
        if not all(np.isfinite(argument).all() for argument in arguments):
            return tuple(np.full_like(factor, np.nan) for factor in factors)
        pairs = zip(arguments, factors, strict=True)
        return tuple(-(self.geometry.link_of(argument) + pull(factor)) for argument, factor in pairs)


@lru_cache(maxsize=256)
def _decayed(decay: Decay) -> tuple[Callable[[Array, Array], Array], Callable[[Array], Any]]:
    """Return the two parts of a decay as functions of arrays: they act on each entry alike, in every geometry."""
    gradient, weight = sympy.symbols("g w", real=True)
    argument = sympy.lambdify((gradient, weight), decay.link_argument(gradient, weight), "numpy")
    return argument, sympy.lambdify(weight, decay.pull(weight), "numpy")
