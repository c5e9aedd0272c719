r"""Minimisers: a point, which may depend on parameters, minimises an objective on a domain.

.. math:: f(z_0) \le f(z) \quad \text{for all } z \in D \qquad (\text{strict: } < \text{ for } z \ne z_0)

Shown by convexity: the range of each variable is an interval, no condition ties a variable, f is defined, :math:`\nabla f(z_0) = 0`
is an identity in the parameters, and the Hessian is positive semidefinite on D, as all its principal minors are at least 0 (strict:
positive definite, as its leading ones are positive; Sylvester). Each part is earned by the ring, by form or by boxes. REFUTED by a
point with a lower value; a part that fails shows only that this proof does.

Not to be confused with a stationary point: under decay, sparse ones (p/L < 1) can be maximisers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sympy

from mirrortheory.definitions import at, work_out
from mirrortheory.domain import Domain, Point
from mirrortheory.errors import InvalidArgument, NotEvaluable
from mirrortheory.evidence.identity import Identity
from mirrortheory.evidence.inequality import Inequality
from mirrortheory.evidence.parts import Part, all_of
from mirrortheory.evidence.sampling import enclosures, points_of, refuted
from mirrortheory.evidence.verdicts import Evidence, Statement, Verdict
from mirrortheory.exact import as_expression, decimal, evaluate

MOST_VARIABLES = 4
_NEAR = tuple(sympy.Rational(s, n) for n in (10, 1000) for s in (1, -1))


@dataclass(frozen=True)
class Minimiser(Statement):
    """``point`` minimises ``objective`` over ``on``, and alone does so when ``strict``.

    Args:
        objective: SymPy expression in the variables of ``on``.
        point: the value of each variable that is minimised over, an expression in the others, the parameters.
        on: the domain of variables and parameters.
        part: which part of the claim this is.
        strict: whether the point is to be the only minimiser.
        samples: how many points.

    >>> x, a = sympy.symbols("x a", positive=True)
    >>> quadrant = Domain({x: sympy.Interval.open(0, sympy.oo), a: sympy.Interval.open(0, sympy.oo)})
    >>> Minimiser(x - a * sympy.log(x), {x: a}, on=quadrant, strict=True).examine(seed=0).verdict.name
    'PROVED'
    >>> Minimiser(sympy.log(x) * a - x, {x: a}, on=quadrant).examine(seed=0).verdict.name
    'REFUTED'
    """

    objective: sympy.Expr
    point: Mapping[sympy.Symbol, sympy.Expr]
    on: Domain
    part: str = ""
    strict: bool = False
    samples: int = 40

    def __post_init__(self) -> None:
        object.__setattr__(self, "objective", as_expression(self.objective, "objective"))
        object.__setattr__(self, "point", {v: as_expression(e, str(v)) for v, e in self.point.items()})
        if not 1 <= len(self.point) <= MOST_VARIABLES:
            raise InvalidArgument("point", f"of 1 to {MOST_VARIABLES} variables", len(self.point), "minimise over fewer")
        for variable, value in self.point.items():
            region = self.on.ranges.get(variable)
            if not (region == sympy.S.Reals or isinstance(region, sympy.Interval)):
                remedy = "the proof is by convexity"
                raise InvalidArgument(f"the range of {variable}", "an interval", region, remedy)
            if set(self.point) & (value.free_symbols.union(*(c.free_symbols for c in self.on.conditions))):
                raise InvalidArgument("point", "in parameters, that conditions may tie", value, "let no condition tie a variable")

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        return {
            "relation": "minimiser",
            "objective": tree(self.objective),
            "variables": [str(v) for v in self.point],
            "point": [tree(e) for e in self.point.values()],
            "strict": self.strict,
            "domain": place(self.on),
        }

    def examine(self, *, seed: int) -> Evidence:
        return self._lower(seed) or self._convex(seed)

    @property
    def parts(self) -> tuple[Part, ...]:
        """What convexity comes to: defined, inside, stationary, and the minors of the Hessian."""
        f, on, variables = self.objective, self.on, list(self.point)
        parts: list[Part] = [Identity(f, f, on=on, part="defined")]
        for v, value in self.point.items():
            region = on.ranges[v]
            if region.inf.is_finite:
                parts.append(Inequality(region.inf, value, on=on, part=f"{v} is inside", strict=bool(region.left_open)))
            if region.sup.is_finite:
                parts.append(Inequality(value, region.sup, on=on, part=f"{v} is inside", strict=bool(region.right_open)))
        for v in variables:
            parts.append(Identity(at(sympy.Derivative(f, v), self.point), 0, on=on, part=f"stationary in {v}"))
        hessian = sympy.Matrix([[sympy.Derivative(f, u, v) for v in variables] for u in variables])
        sizes = range(1, len(variables) + 1)
        chosen = [k for n in sizes for k in ([tuple(range(n))] if self.strict else combinations(range(len(variables)), n))]
        for kept in chosen:
            name = "convex" if len(variables) == 1 else f"minor {', '.join(str(variables[i]) for i in kept)} of the Hessian"
            value = hessian.extract(kept, kept).det(method="berkowitz")
            parts.append(Inequality(0, value, on=on, part=name, strict=self.strict))
        return tuple(parts)

    def _convex(self, seed: int) -> Evidence:
        try:
            found = all_of(self.parts, part=self.part, seed=seed)
        except NotEvaluable as error:  # the slope of a kink
            return Evidence("parts", Verdict.UNDECIDED, self.part, f"no lower value was found, but no proof by convexity: {error}")
        if found.verdict is not Verdict.REFUTED:
            return found
        return Evidence(
            "parts", Verdict.UNDECIDED, self.part, f"no lower value was found, but no proof by convexity: {found.detail}"
        )

    def _lower(self, seed: int) -> Evidence | None:
        """Return the evidence of a point with a lower value than ``point`` has."""
        objective, at_point = (work_out(e).where_defined for e in (self.objective, at(self.objective, self.point)))
        points = points_of(self.on, objective, at_point, self.samples, seed)
        if not points:
            return Evidence("sampled", Verdict.VACUOUS, self.part, "no point satisfies the assumptions")
        for point, left, right in enclosures(self.on, at_point, objective, [*points, *self._near(points)]):
            if left > right:
                return refuted(self.part, point, left, right, "the objective (rhs) is lower than at the point (lhs)")
        return None

    def _near(self, points: list[Point]) -> Iterator[Point]:
        for point in points[: self.samples // 2]:
            try:
                balls = {v: evaluate(e, point, 30) for v, e in self.point.items()}
            except NotEvaluable:
                continue
            middle = {**point, **{v: sympy.Rational(decimal(b, 20)["mid"]) for v, b in balls.items()}}
            for v in self.point:
                yield from (p for p in ({**middle, v: middle[v] * (1 + near)} for near in _NEAR) if self.on.contains(p))
