r"""Limits, from a bound on the remainder that holds on a stated neighbourhood.

.. math:: |e(x) - \ell| \le C\,d(x)^r \text{ on } D, \quad r > 0, \qquad d(x) = |x - x_0| \text{ or } 1/x \;(x_0 = \infty)

so :math:`e \to \ell` as :math:`x \to x_0` in D, for each value of the parameters, on which :math:`\ell`, C and r may depend. The
rate is part of what is claimed. The two inequalities are earned by form or by boxes, and refuted by a point. Nothing rests
on SymPy's ``limit``.

Not to be confused with a limit without a rate, which no finite computation shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy

from mirrortheory.domain import Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence.inequality import Inequality
from mirrortheory.evidence.parts import all_of
from mirrortheory.evidence.verdicts import Evidence, Statement
from mirrortheory.exact import as_expression, rational


@dataclass(frozen=True)
class Limit(Statement):
    """``expression`` tends to ``value`` as ``variable`` tends to ``to``: it is within ``factor * distance**power`` on ``on``.

    Args:
        expression: SymPy expression in the variables of ``on``.
        variable: what tends to ``to``.
        to: an exact rational in the closure of the range of ``variable``, or ``sympy.oo``.
        value: the limit, an expression in the other variables.
        on: the neighbourhood: an interval for ``variable``, tied by no condition, and the ranges of the others.
        factor, power: of the remainder, expressions in the other variables; the distance is |variable - to|, or 1/variable at oo.
        part: which part of the claim this is.
        samples: how many points.

    >>> x = sympy.Symbol("x", positive=True)
    >>> ray = Domain({x: sympy.Interval.open(0, sympy.oo)})
    >>> Limit(x / (1 + x), x, sympy.oo, 1, on=ray, factor=1, power=1).examine(seed=0).verdict.name
    'PROVED'
    """

    expression: sympy.Expr
    variable: sympy.Symbol
    to: Any
    value: sympy.Expr
    on: Domain
    factor: sympy.Expr
    power: sympy.Expr
    part: str = ""
    samples: int = 100

    def __post_init__(self) -> None:
        for name in ("expression", "value", "factor", "power"):
            object.__setattr__(self, name, as_expression(getattr(self, name), name))
        object.__setattr__(self, "to", sympy.oo if self.to == sympy.oo else rational(self.to, "to"))
        region, x = self.on.ranges.get(self.variable), self.variable
        whole = sympy.Interval(-sympy.oo, sympy.oo) if region == sympy.S.Reals else region
        if not isinstance(whole, sympy.Interval) or not self._reached(whole):
            raise InvalidArgument(f"the range of {x}", f"an interval that reaches {self.to}", region, "for oo, inside (0, oo)")
        if any(x in e.free_symbols for e in (self.value, self.factor, self.power, *self.on.conditions)):
            raise InvalidArgument("value, factor, power and conditions", f"without {x}", x, "put it into the expression")

    def _reached(self, region: sympy.Interval) -> bool:
        if self.to == sympy.oo:
            return bool(region.sup == sympy.oo and (region.inf > 0 or (region.inf == 0 and region.left_open)))
        return bool(region.inf <= self.to <= region.sup and region.inf < region.sup)

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        trees = {name: tree(getattr(self, name)) for name in ("expression", "value", "factor", "power")}
        to = "oo" if self.to == sympy.oo else str(self.to)
        return {"relation": "limit", "variable": str(self.variable), "to": to, **trees, "domain": place(self.on)}

    def examine(self, *, seed: int) -> Evidence:
        return all_of(self.parts, part=self.part, seed=seed)

    @property
    def parts(self) -> tuple[Inequality, ...]:
        """What it comes to: a positive power, and the two bounds."""
        distance = 1 / self.variable if self.to == sympy.oo else sympy.Abs(self.variable - self.to)
        bound = self.factor * distance**self.power
        return (
            Inequality(0, self.power, on=self.on, part="positive power", strict=True, samples=self.samples),
            Inequality(self.value - bound, self.expression, on=self.on, part="lower bound", samples=self.samples),
            Inequality(self.expression, self.value + bound, on=self.on, part="upper bound", samples=self.samples),
        )
