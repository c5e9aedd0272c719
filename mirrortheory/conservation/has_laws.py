r"""The statement that a flow has exactly so many conservation laws, whatever the loss.

.. math:: \#\{h : \tfrac{\mathrm d}{\mathrm dt} h(w(t)) = 0 \text{ for all } c\} = n, \qquad \dot w = -\varphi_q(J(w)^\top c)

near a generic point, functionally independent ones: :func:`mirrortheory.count_laws`. PROVED where laws and brackets meet at n,
REFUTED where they leave no room for n, UNDECIDED where they leave room for more than one number. The kernel has the program
:mod:`mirrortheory.recount` count again, from the map of the statement.

On paper, and said in the evidence where it is used: Frobenius's theorem, where fewer laws are exhibited than are counted; and below
q = 2 that the links of columns that are not parallel are linearly independent functions of c.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sympy

from mirrortheory.conservation.count import LawCount, count_laws
from mirrortheory.domain import Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Evidence, Statement, Verdict
from mirrortheory.recount import FLOW


@dataclass(frozen=True)
class HasLaws(Statement):
    """The flow w' = -phi_q(J(w)^T c) has exactly ``count`` conservation laws near a generic point, for c arbitrary.

    Args:
        map: the outputs of x = g(w), rational functions of the weights with rational coefficients.
        weights: the symbols of the weights.
        q: the gradient exponent, a rational number in [1, 2]; or a symbol, for all q in (1, 2) but finitely many.
        count: how many laws it is to have.
        at: for q < 2 a rational for each weight, in whose cell is counted, as of :func:`mirrortheory.count_laws`.
        damping: at q = 2, gamma >= 0 of a flow with momentum.
        part: which part of the claim this is.

    Raises:
        InvalidArgument: for a count that is no whole number, and as :func:`mirrortheory.count_laws`, when it is examined.

    >>> a, u, v = sympy.symbols("a u v", real=True)
    >>> found = HasLaws([a * u, a * v], [a, u, v], 2, 1).examine(seed=0)
    >>> found.verdict.name, found.detail
    ('PROVED', '1 law of 3 letters at q = 2, by laws and by 2 brackets of the fields at a point')
    """

    map: Sequence[sympy.Expr]
    weights: Sequence[sympy.Symbol]
    q: Any
    count: int
    at: Sequence[object] | None = None
    damping: Any = None
    part: str = ""

    def __post_init__(self) -> None:
        if type(self.count) is not int or self.count < 0:
            raise InvalidArgument("count", "a whole number of at least 0", self.count, "write how many laws the flow is to have")

    @cached_property
    def found(self) -> LawCount:
        """The count itself, from both sides."""
        return count_laws(self.map, self.weights, self.q, at=self.at, damping=self.damping)

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        flow = {key: value for key, value in self.found.certificate.items() if key in FLOW}
        return {"relation": "laws", "flow": flow, "count": self.count, "domain": place(Domain({}))}

    def examine(self, *, seed: int) -> Evidence:
        found = self.found
        exact = found.count == self.count
        possible = found.at_least <= self.count <= found.at_most
        verdict = Verdict.PROVED if exact else Verdict.UNDECIDED if possible else Verdict.REFUTED
        sides = "by laws and by" if found.count is not None else "by"
        paper = ["Frobenius's theorem"] if found.at_least > len(found.laws) else []
        paper += ["links of columns that are not parallel are independent"] if found.q != 2 else []
        given = f", given {' and '.join(paper)}" if paper else ""
        detail = f"{found}, {sides} {found.dimension} brackets of the fields at a point{given}"
        witness = {"laws": f"{found}"} if verdict is Verdict.REFUTED else None
        shown = {key: value for key, value in found.certificate.items() if key not in FLOW}
        return Evidence("count", verdict, self.part, detail, witness, data={"record": {"brackets": shown}})
