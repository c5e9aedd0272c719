r"""Muon: the matrix sign of a mean of the gradients, by Newton-Schulz iteration.

.. math:: m_k = \mu m_{k-1} + (1 - \mu) g_k, \qquad u_k = \mu m_k + (1 - \mu) g_k \ \text{(Nesterov), or}\ m_k, \qquad
          W^+ = (1 - \eta\alpha) W - \eta\, r\, \mathrm{NS}(u_k), \quad m_0 = 0,

with decoupled decay, which the factor r does not touch: :math:`r = \sqrt{\max(1, \text{rows}/\text{columns})}` ("original"),
:math:`0.2 \sqrt{\max(\text{rows}, \text{columns})}` ("match_rms_adamw"), or 1 ("none"). That is what ``torch.optim.Muon`` does, in
doubles; torch iterates in bfloat16, so that its steps differ from these by some percent. The mean is as its code has it: the
formula in its documentation lacks the factor 1 - mu, which Newton-Schulz divides out but for ``eps``.

NS is the iteration of :mod:`mirrortheory.geometries.newton_schulz`; its singular values are not 1. The exact matrix sign,
``ns_steps=None``, is a step of the flow of Schatten(1).

Source: Jordan et al. (2024), "Muon: an optimizer for hidden layers in neural networks", kellerjordan.github.io/posts/muon; Liu et
al. (2025), "Muon is scalable for LLM training", arXiv:2502.16982, for the second factor r.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import integer
from mirrortheory.flows.discrete.base import Optimizer, fraction, nonnegative
from mirrortheory.flows.problems import Array
from mirrortheory.geometries import MUON, Coefficients, Schatten, exact_coefficients, newton_schulz

_ADJUST = {
    "original": lambda rows, columns: sqrt(max(1.0, rows / columns)),
    "match_rms_adamw": lambda rows, columns: 0.2 * sqrt(max(rows, columns)),
    "none": lambda rows, columns: 1.0,
}
_MOST_STEPS = 50


@dataclass(frozen=True)
class Muon(Optimizer[Array]):
    """Muon for one matrix, with torch's settings by default; the state is m.

    Attributes:
        eta: size of a step.
        momentum: mu in [0, 1).
        nesterov: whether the gradient is mixed in once more.
        ns_steps: of Newton-Schulz, 0 to 50; None for the exact matrix sign.
        weight_decay: decoupled.
        coefficients: (a, b, c) of Newton-Schulz.
        eps: the smallest norm that is divided by.
        adjust: the factor r: original, match_rms_adamw or none.

    Raises:
        InvalidArgument: for settings out of range; by ``start`` for weights ``w`` that are no matrix.

    >>> muon = Muon(0.5, momentum=0.0, ns_steps=None, weight_decay=0.0)
    >>> w = np.eye(2)
    >>> np.diag(muon.step(w, np.diag([3.0, -1e-6]), muon.start(w))[0]).round(12).tolist()
    [0.5, 1.5]
    """

    momentum: float = 0.95
    nesterov: bool = True
    ns_steps: int | None = 5
    weight_decay: float = 0.1
    coefficients: Coefficients = MUON
    eps: float = 1e-7
    adjust: str = "original"

    of_matrices = True

    def __post_init__(self) -> None:
        super().__post_init__()
        fraction(self.momentum, "momentum")
        nonnegative(self.weight_decay, "weight_decay")
        nonnegative(self.eps, "eps")
        exact_coefficients(self.coefficients)
        if self.ns_steps is not None:
            integer(self.ns_steps, "ns_steps", 0, _MOST_STEPS)
        if not isinstance(self.nesterov, bool):
            raise InvalidArgument("nesterov", "True or False", self.nesterov, "write one of them")
        if not isinstance(self.adjust, str) or self.adjust not in _ADJUST:
            raise InvalidArgument("adjust", f"one of {', '.join(_ADJUST)}", self.adjust, "write one of them")

    @property
    def decoupled(self) -> float:
        return self.weight_decay

    def start(self, w: Array) -> Array:
        if w.ndim != 2:
            raise InvalidArgument("w", "a matrix", w.shape, "give Muon one matrix at a time, or descend along a MatrixProduct")
        return np.zeros_like(w)

    def direction(self, gradient: Array, state: Array) -> tuple[Array, Array]:
        mean = self.momentum * state + (1 - self.momentum) * gradient
        mixed = self.momentum * mean + (1 - self.momentum) * gradient if self.nesterov else mean
        if self.ns_steps is None:
            along = Schatten(1).link_of(mixed)
        else:
            along = newton_schulz(mixed, self.ns_steps, coefficients=self.coefficients, eps=self.eps)
        return _ADJUST[self.adjust](*gradient.shape) * along, mean
