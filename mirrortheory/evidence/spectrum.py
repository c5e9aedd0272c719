r"""Signs of eigenvalues of a symmetric matrix whose entries may depend on parameters.

.. math:: \sigma M \succ 0; \qquad \text{with a vector: } \sigma\,v^T M v > 0;
          \qquad \text{with a value: } M v = \mu v, \; \sigma \mu > 0, \; v \ne 0

everywhere on a domain. The first by Sylvester: the leading minors of :math:`\sigma M` are positive, which is also necessary, so a
point where one is not refutes. By the second M has an eigenvalue of sign :math:`\sigma` (Courant and Fischer: the extreme
eigenvalue is the extreme quotient of Rayleigh); by the third :math:`\mu` is one. The vector belongs to what is claimed: a wrong one
is refuted by a point, whatever the eigenvalues are. Each part is earned by the ring, by form or by boxes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from mirrortheory.definitions import Worked
from mirrortheory.domain import Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence.identity import Identity
from mirrortheory.evidence.inequality import Inequality
from mirrortheory.evidence.parts import Part, all_of
from mirrortheory.evidence.verdicts import Evidence, Statement
from mirrortheory.exact import as_expression

MOST_ROWS = 4


@dataclass(frozen=True)
class Spectrum(Statement):
    """All eigenvalues of a symmetric matrix have a sign; with ``vector``, one has; with ``value`` too, they are an eigenpair.

    Args:
        matrix: rows of SymPy expressions in the variables of ``on``, symmetric.
        on: where it is claimed.
        sign: 1 or -1.
        part: which part of the claim this is.
        vector: entries along which the quadratic form has the sign.
        value: the eigenvalue of ``vector``.

    >>> g = sympy.Symbol("g", positive=True)
    >>> ray = Domain({g: sympy.Interval.open(0, sympy.oo)})
    >>> Spectrum([[0, g], [g, 0]], on=ray, sign=-1, vector=(1, -1), value=-g).examine(seed=0).verdict.name
    'PROVED'
    >>> Spectrum([[0, g], [g, 0]], on=ray).examine(seed=0).verdict.name
    'REFUTED'
    """

    matrix: Sequence[Sequence[sympy.Expr]]
    on: Domain
    sign: int = 1
    part: str = ""
    vector: Sequence[sympy.Expr] | None = None
    value: sympy.Expr | None = None

    def __post_init__(self) -> None:
        rows = [list(row) for row in (self.matrix.tolist() if isinstance(self.matrix, sympy.MatrixBase) else self.matrix)]
        size = len(rows)
        if not 1 <= size <= MOST_ROWS or any(len(row) != size for row in rows):
            raise InvalidArgument("matrix", f"square, with 1 to {MOST_ROWS} rows", f"{size} rows", "write out its rows")
        matrix = sympy.ImmutableMatrix(size, size, [as_expression(e, "matrix") for row in rows for e in row])
        if matrix != matrix.T:
            raise InvalidArgument("matrix", "symmetric, entry by entry", matrix, "write equal entries alike")
        if self.sign not in (1, -1):
            raise InvalidArgument("sign", "1 or -1", self.sign, "write the sign of the eigenvalue")
        if self.vector is None and self.value is not None:
            raise InvalidArgument("vector", "given with value", None, "write the eigenvector")
        object.__setattr__(self, "matrix", matrix)
        if self.vector is not None:
            vector = sympy.ImmutableMatrix([as_expression(e, "vector") for e in self.vector])
            if len(vector) != size:
                raise InvalidArgument("vector", f"of {size} entries", len(vector), "give one for each row")
            object.__setattr__(self, "vector", vector)
        if self.value is not None:
            object.__setattr__(self, "value", as_expression(self.value, "value"))

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        matrix = sympy.Matrix(self.matrix).tolist()
        entry = {"relation": "spectrum", "matrix": [[tree(e) for e in row] for row in matrix], "sign": self.sign}
        if self.vector is not None:
            entry["vector"] = [tree(e) for e in self.vector]
        if self.value is not None:
            entry["value"] = tree(self.value)
        return {**entry, "domain": place(self.on)}

    def examine(self, *, seed: int) -> Evidence:
        return all_of(self.parts, part=self.part, seed=seed)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What it comes to: leading minors, or the form along the vector, or the equations of an eigenpair."""
        m, on, sign = sympy.Matrix(self.matrix), self.on, self.sign
        if self.vector is None:
            minors = ((sign * m[:n, :n]).det(method="berkowitz") for n in range(1, m.rows + 1))
            return tuple(Inequality(0, e, on=on, part=f"leading minor {n}", strict=True) for n, e in enumerate(minors, 1))
        v = sympy.Matrix(self.vector)
        entries = (*self.matrix, *self.vector)  # what a zero cancels must be defined too
        if self.value is None:
            along = Worked(sign * v.dot(m * v), defined=entries).where_defined
            return (Inequality(0, along, on=on, part="along the vector", strict=True),)
        image = [Worked(e, defined=entries).where_defined for e in m * v]
        rows = [Identity(e, self.value * v[i], on=on, part=f"row {i + 1} of M v = mu v") for i, e in enumerate(image)]
        return (
            *rows,
            Inequality(0, sympy.Add(*(e**2 for e in v)), on=on, part="the vector is not 0", strict=True),
            Inequality(0, sign * self.value, on=on, part="sign of the value", strict=True),
        )
