r"""Several outputs that share weights: when gradient flow can be a mirror flow in all of them, and when not.

For outputs :math:`x_1(w), \ldots, x_m(w)` under gradient flow (q = 2) the velocity is a combination, which depends on the loss,
of the fields :math:`\nabla x_i`. With the bracket

.. math:: B_{ij} = \nabla^2 x_j\,\nabla x_i - \nabla^2 x_i\,\nabla x_j

the flow is a mirror flow when every B vanishes (the parameterization commutes), and it is none, for some loss and start, when
:math:`\nabla x_k \cdot B_{ij} \ne 0` for some k. In between nothing is said here.

Source: Li, Wang, Lee, Arora (2022), arXiv:2207.04036, cf. the theorems on commuting parameterizations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import reduce_to_ring


@dataclass(frozen=True)
class Commutation:
    """What the brackets of some outputs show.

    Attributes:
        brackets: B_ij, for every pair i < j of outputs, one entry a weight.
        obstruction: (i, j, k, grad x_k . B_ij), counted from 1, with a product that is not 0; None when there is none.
    """

    brackets: dict[tuple[int, int], tuple[sympy.Expr, ...]]
    obstruction: tuple[int, int, int, sympy.Expr] | None

    @property
    def commutes(self) -> bool:
        """Whether every bracket vanishes, decided in a ring: then gradient flow is a mirror flow in all outputs."""
        return all(reduce_to_ring(entry).vanishes for bracket in self.brackets.values() for entry in bracket)

    def __str__(self) -> str:
        if self.obstruction is not None:
            i, j, k, product = self.obstruction
            return f"no mirror flow: the fields of x{i} and x{j} do not commute, and grad x{k} . [x{i}, x{j}] = {product} is not 0"
        if self.commutes:
            return "the outputs commute: gradient flow is a mirror flow in all of them"
        return "the outputs do not commute, and no output sees it: nothing is known"


def commutation(outputs: Sequence[sympy.Expr], weights: Sequence[sympy.Symbol]) -> Commutation:
    """Return what the brackets of ``outputs`` in ``weights`` show under gradient flow.

    Raises:
        InvalidArgument: for fewer than two outputs, or symbols that are no weights.

    >>> a, u, v = sympy.symbols("a u v", real=True)
    >>> print(commutation([a * u, a * v], [a, u, v]))
    no mirror flow: the fields of x1 and x2 do not commute, and grad x1 . [x1, x2] = -a*v is not 0
    >>> print(commutation([u**2 + v**2, u**2 - v**2], [u, v]))
    the outputs commute: gradient flow is a mirror flow in all of them
    """
    if len(outputs) < 2:
        raise InvalidArgument("outputs", "at least two", outputs, "one output alone commutes with itself")
    strangers = {s for x in outputs for s in x.free_symbols} - set(weights)
    if strangers:
        raise InvalidArgument("outputs", "expressions in the weights", min(map(str, strangers)), "name it among the weights")
    gradients = [sympy.Matrix([sympy.diff(x, w) for w in weights]) for x in outputs]
    brackets: dict[tuple[int, int], tuple[sympy.Expr, ...]] = {}
    obstruction = None
    for i, j in combinations(range(len(outputs)), 2):
        bracket = sympy.hessian(outputs[j], weights) * gradients[i] - sympy.hessian(outputs[i], weights) * gradients[j]
        bracket = bracket.applyfunc(sympy.expand)
        brackets[i + 1, j + 1] = tuple(bracket)
        for k, gradient in enumerate(gradients):
            product = sympy.expand((gradient.T * bracket)[0])
            if obstruction is None and not reduce_to_ring(product).vanishes and _is_seen(product, weights):
                obstruction = i + 1, j + 1, k + 1, product
    return Commutation(brackets, obstruction)


def _is_seen(product: sympy.Expr, weights: Sequence[sympy.Symbol]) -> bool:
    """Return whether an exact point shows that an expression is not 0; the ring alone never says no."""
    for first in range(2, 7):
        value = product.subs({w: sympy.Rational(first + 2 * i, 3 + i) for i, w in enumerate(weights)})
        if value.is_Rational and value != 0:
            return True
        if value.is_number and abs(sympy.N(value, 40)) > sympy.Rational(1, 10**20):
            return True
    return False
