r"""Zeros of systems: exactly one in a closed box.

.. math:: \exists!\, z \in X: \; f_1(z) = \dots = f_n(z) = 0 \qquad (\text{for each value of the parameters})

PROVED by Krawczyk's operator in balls on an inner box, which it pulls into itself, and by parts that cover the rest of the box, on
each of which some :math:`f_i` is not 0. REFUTED when the parts cover all of it, so that there is no zero, or when there are two
inner boxes that do not overlap. A zero on the border, or a multiple one, is left UNDECIDED. See :mod:`mirrortheory.exact.krawczyk`.

Not to be confused with an identity at a known zero: here the zero need not have a closed form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from mirrortheory.definitions import differentiated, work_out
from mirrortheory.domain import Domain
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.evidence.verdicts import Evidence, Statement, Verdict
from mirrortheory.exact import Cover, Inner, System, as_expression


@dataclass(frozen=True)
class Root(Statement):
    """``system`` has exactly one common zero in the box that ``on`` is (at least one, when not ``unique``).

    Args:
        system: SymPy expressions in the variables of ``on``, as many as unknowns.
        variables: the unknowns; the other variables of ``on`` are parameters.
        on: closed bounded ranges with rational ends, no conditions.
        unique: whether there is to be no other zero.
        part: which part of the claim this is.

    >>> x = sympy.Symbol("x", real=True)
    >>> Root([sympy.exp(-x) - x], [x], on=Domain({x: sympy.Interval(0, 1)})).examine(seed=0).detail
    'one zero, at x = 0.567143290410, and no other by 2 boxes'
    """

    system: Sequence[sympy.Expr]
    variables: Sequence[sympy.Symbol]
    on: Domain
    unique: bool = True
    part: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "system", tuple(as_expression(e, "system") for e in self.system))
        object.__setattr__(self, "variables", tuple(self.variables))
        missing = set().union(self.variables, *(e.free_symbols for e in self.system)) - set(self.on.ranges)
        if missing or not 1 <= len(self.system) == len(set(self.variables)) == len(self.variables) <= 4:
            got = f"{len(self.system)} expressions in {len(self.variables)} unknowns"
            remedy = (
                f"give {', '.join(map(str, missing))} a range" if missing else "solve for as many as there are expressions, 1 to 4"
            )
            raise InvalidArgument("system", "square, over variables of the domain", got, remedy)
        if self.on.box() is None or self.on.conditions:
            raise InvalidArgument("on", "closed bounded ranges without conditions", self.on, "write a box")

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        names = [str(v) for v in self.variables]
        trees = [tree(e) for e in self.system]
        return {"relation": "root", "system": trees, "variables": names, "unique": self.unique, "domain": place(self.on)}

    def examine(self, *, seed: int) -> Evidence:
        box = self.on.box()
        assert box is not None
        try:
            worked = [work_out(e) for e in self.system]
            slopes = [[differentiated(w, v) for v in self.variables] for w in worked]
            nonzero = [e for w in worked for e in w.nonzero], [e for row in slopes for s in row for e in s.nonzero]
            jacobian = [[s.expr for s in row] for row in slopes]
            sides = dict(zip(self.on.ranges, box, strict=True))
            system = System([w.where_defined for w in worked], jacobian, self.variables, sides, nonzero)
        except NotEvaluable as error:
            return Evidence("krawczyk", Verdict.UNDECIDED, self.part, f"no enclosure: {error}")
        inner = system.inner_boxes()
        if self.unique and len(inner) > 1:
            return self._evidence(Verdict.REFUTED, f"two zeros, at {self._at(inner[0])} and {self._at(inner[1])}", inner[:2])
        if inner and not self.unique:
            return self._evidence(Verdict.PROVED, f"a zero, at {self._at(inner[0])}", inner[:1])
        cover = system.cover(inner[0] if inner else None)
        if cover is None:
            found = (
                f"one zero was found, at {self._at(inner[0])}, others are not ruled out" if inner else "none was found or ruled out"
            )
            return Evidence("krawczyk", Verdict.UNDECIDED, self.part, found)
        if not inner:
            return self._evidence(Verdict.REFUTED, f"no zero: some side is not 0 on each of {cover.boxes} boxes", [], cover)
        return self._evidence(
            Verdict.PROVED, f"one zero, at {self._at(inner[0])}, and no other by {cover.boxes} boxes", inner, cover
        )

    def _evidence(self, verdict: Verdict, detail: str, inner: Sequence[Inner], cover: Cover | None = None) -> Evidence:
        boxes = [{"box": [[str(a), str(b)] for a, b in i.sides]} for i in inner]
        data: dict[str, Any] = {"record": {"inner": boxes}} | ({"splits": cover.splits} if cover else {})
        witness = {f"zero {n}": self._at(i) for n, i in enumerate(inner, 1)} or {"zeros": "none"}
        return Evidence("krawczyk", verdict, self.part, detail, witness if verdict is Verdict.REFUTED else None, data=data)

    def _at(self, inner: Inner) -> str:
        middles = ((low + high) / 2 for low, high in inner.sides)
        return ", ".join(f"{v} = {sympy.N(m, 12)}" for v, m in zip(self.variables, middles, strict=True))
