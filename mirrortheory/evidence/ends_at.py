r"""Ends of flows: from given weights a flow comes to rest in a box.

.. math:: x(t) = x(t_1) \in B \quad \text{for all } t \ge t_1

**Exact**, for sign flow of a product of layers without decay on :math:`|Zx - b|^2/2` whose rows share no coordinate. By the
chain rule all :math:`|w_i|` of a coordinate move at one speed, so with w_k the smallest one and
:math:`u = w_k \prod_{i \ne k} \mathrm{sign}\,w_i`,

.. math:: \dot u = -\mathrm{sign}(z)\,\mathrm{sign}(r), \qquad x = u \prod_{i \ne k} (|u| + |w_i| - |w_k|), \qquad r = z \cdot x - b

and x grows with u. All u of a row are u(0) + c sign(z) with one c, z.x grows with c, and c moves at unit speed to the one zero
of r: there the flow rests, at the time |c|. Two rationals around that zero, between which r changes its sign, enclose x and the
time in rational arithmetic, which the kernel repeats. Where two layers are smallest, u must not reach 0: the flow is not unique
there. On paper: the chain rule, and sign(0) = 0 at r = 0 (the inclusion may also move inside r = 0).

**Otherwise** the flow is simulated up to four times ``t_end``: SUPPORTED, and corroborating only, when x is in the box by its error
from ``t_end`` on and has come to rest, or moves in the second half of that time by at most half of what it moved in the quarter
before, and would stay in the box if it moved as far once more.

Not to be confused with :class:`Limit`, of an expression; :func:`mirrortheory.flows.certified_sign_flow` follows all rows, in balls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy

from mirrortheory.decays import NoDecay
from mirrortheory.domain import Domain
from mirrortheory.errors import InvalidArgument, NotSmooth
from mirrortheory.evidence.verdicts import Evidence, Statement, Verdict
from mirrortheory.exact import rational
from mirrortheory.reparams import Product
from mirrortheory.theory import Flow

_BISECTIONS = 80
_DOUBLINGS = 200
_LONGER = 4  # a simulation goes on for so many times t_end
_ON_PAPER = "given the chain rule, and rest at zero residual"

Table = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class EndsAt(Statement):
    """A flow is at rest in a box from some time on, or from ``t_end``.

    Args:
        flow: the flow, without symbols.
        problem: the loss; exact for a :class:`mirrortheory.flows.Quadratic`, whose floats are exact numbers here.
        initial: weights, rationals or floats, shape (depth, d).
        box: (low, high) of each x, exact rationals.
        t_end: by when, a rational; needed for a simulation.
        part: which part of the claim this is.

    >>> from mirrortheory.flows import Quadratic
    >>> from mirrortheory.geometries import Lq
    >>> flow = Flow(Lq(1), Product(2))
    >>> found = EndsAt(flow, Quadratic([[2]], [1]), [["3/2"], ["1/2"]], [("499/1000", "501/1000")], t_end="1/4").examine(seed=0)
    >>> found.verdict.name, found.detail
    ('PROVED', 'x = [0.500000000000] from t = 0.133974596216 on, given the chain rule, and rest at zero residual')
    """

    flow: Flow
    problem: Any = field(compare=False)
    initial: Sequence[Sequence[Any]]
    box: Sequence[tuple[Any, Any]]
    t_end: Any = None
    part: str = ""

    def __post_init__(self) -> None:
        rows = tuple(tuple(_fraction(w, "initial") for w in row) for row in self.initial)
        box = tuple((_fraction(low, "box"), _fraction(high, "box")) for low, high in self.box)
        if not rows or {len(row) for row in rows} != {len(box)} or len(rows) != len(self.flow.weights):
            condition = f"of shape ({len(self.flow.weights)}, {len(box)}), as flow and box have it"
            raise InvalidArgument("initial", condition, _text(rows), "give one row a layer, one column a coordinate")
        object.__setattr__(self, "initial", rows)
        object.__setattr__(self, "box", box)
        object.__setattr__(self, "t_end", None if self.t_end is None else _fraction(self.t_end, "t_end"))

    def written(self, tree: Callable[[sympy.Basic], Any], place: Callable[[Domain], int]) -> dict[str, Any]:
        text = f"x of {self.flow} from {_text(self.initial)} ends in {_text(self.box)}"
        if (data := self._exact()) is None:
            return {"relation": "simulated", "quantity": text}
        rows, target = data
        tables = {"matrix": _text(rows), "initial": _text(self.initial), "box": _text(self.box)}
        time = {} if self.t_end is None else {"t_end": str(self.t_end)}
        return {"relation": "ends", "target": [str(b) for b in target], **tables, **time, "domain": place(Domain({}))}

    def examine(self, *, seed: int) -> Evidence:
        data = self._exact()
        if data is None:
            return self._simulated()
        travels = [_travel(row, b, self.initial) for row, b in zip(*data, strict=True)]
        if any(t is None for t in travels):
            detail = "two smallest layers reach 0, where the flow is not unique"
            return Evidence("exact", Verdict.UNDECIDED, self.part, detail)
        moved = [(Fraction(0), Fraction(0))] * len(self.box)
        for row, travel in zip(data[0], travels, strict=True):
            assert travel is not None
            low, high = travel
            moved = [(low, high) if z > 0 else (-high, -low) if z < 0 else m for z, m in zip(row, moved, strict=True)]
        columns = list(zip(*self.initial, strict=True))
        ends = [tuple(x for c in m if (x := _place(column, c)) is not None) for column, m in zip(columns, moved, strict=True)]
        time = max(abs(c) for m in moved for c in m)
        record = {"record": {"travel": [[str(c) for c in t] for t in travels if t is not None]}}
        middle = ", ".join(f"{float((a + b) / 2):.12f}" for a, b in ends)
        detail = f"x = [{middle}] from t = {float(time):.12f} on, {_ON_PAPER}"
        sides = list(zip(ends, self.box, strict=True))
        if any(high < a or b < low for (low, high), (a, b) in sides):
            return Evidence("exact", Verdict.REFUTED, self.part, detail, {"x": f"[{middle}]"}, data=record)
        inside = all(a <= low and high <= b for (low, high), (a, b) in sides) and (self.t_end is None or time <= self.t_end)
        return Evidence("exact", Verdict.PROVED if inside else Verdict.UNDECIDED, self.part, detail, data=record if inside else {})

    def _exact(self) -> tuple[Table, tuple[Fraction, ...]] | None:
        """Return the data of the loss when the exact argument applies: rows that share no coordinate, and no row of zeros."""
        from mirrortheory.flows import Quadratic  # SciPy is slow to import, and exact claims do without it

        flow, problem = self.flow, self.problem
        sign = flow.geometry.exponent == 1 and isinstance(flow.reparam, Product) and isinstance(flow.decay, NoDecay)
        if not sign or not isinstance(problem, Quadratic) or problem.dimension != len(self.box):
            return None
        rows = tuple(tuple(Fraction(float(z)) for z in row) for row in problem.Z)
        apart = all(sum(z != 0 for z in column) <= 1 for column in zip(*rows, strict=True))
        return (rows, tuple(Fraction(float(b)) for b in problem.b)) if apart and all(map(any, rows)) else None

    def _simulated(self) -> Evidence:
        import numpy as np

        from mirrortheory.flows import simulate
        from mirrortheory.flows.field import effective_parameter

        if self.t_end is None:
            detail = "no exact argument applies, and without t_end nothing is simulated"
            return Evidence("simulated", Verdict.UNDECIDED, self.part, detail, essential=False)
        start, end = [[float(w) for w in row] for row in self.initial], float(self.t_end)
        try:
            path = simulate(self.flow, self.problem, start, _LONGER * end)
        except NotSmooth as lost:
            return Evidence("simulated", Verdict.UNDECIDED, self.part, str(lost), essential=False)
        values, error = path.quantity(self.flow.effective)
        seen = np.concatenate([effective_parameter(self.flow)(path.at(t)) for t in (end, 2 * end, path.t[-1])]).reshape(3, -1)
        first, then = np.abs(np.diff(seen, axis=0))
        settles = path.converged or (path.t[-1] == _LONGER * end and bool((then <= first / 2 + error[-1]).all()))
        still = 0 if path.converged else then  # each doubling of the time moves x by half as much, or less
        at_end = [(float(v), float(e)) for v, e in zip(values[-1], error[-1] + still, strict=True)]
        later = [*zip(values[path.t >= end], error[path.t >= end], strict=True), (values[-1], error[-1] + still)]
        box = np.array([[float(low), float(high)] for low, high in self.box])
        inside = all(bool(((box[:, 0] <= v - e) & (v + e <= box[:, 1])).all()) for v, e in later)
        verdict = Verdict.SUPPORTED if inside and settles else Verdict.UNDECIDED
        shown = ", ".join(f"{v:.6g} +/- {e:.1e}" for v, e in at_end)
        how = "NOT inside" if not inside else "inside" if settles else "not yet at rest, but inside"
        detail = f"x = [{shown}] from t = {end:g} to {path.t[-1]:g}, {how} the box; {path.method}"
        return Evidence("simulated", verdict, self.part, detail, essential=False)


def _fraction(value: Any, name: str) -> Fraction:
    if isinstance(value, float) and math.isfinite(value):
        return Fraction(value)
    exact = rational(value, name)
    return Fraction(int(exact.p), int(exact.q))


def _text(table: Sequence[Sequence[Fraction]]) -> list[list[str]]:
    return [[str(v) for v in row] for row in table]


def _place(layers: Sequence[Fraction], moved: Fraction) -> Fraction | None:
    """Return x once the smallest weight, with the sign of the others, has moved so far; None beyond a tie at 0."""
    smallest, *others = sorted(layers, key=abs)
    u = smallest * math.prod((1 if w > 0 else -1 for w in others), start=1)
    if others and abs(others[0]) == abs(smallest) and moved and not u * (u + moved) > 0:
        return None
    return (u + moved) * math.prod((abs(u + moved) + abs(w) - abs(smallest) for w in others), start=Fraction(1))


def _travel(row: Sequence[Fraction], b: Fraction, initial: Sequence[Sequence[Fraction]]) -> tuple[Fraction, Fraction] | None:
    """Return rationals around the c at which the residual vanishes; None when a tie at 0 comes before."""
    columns = list(zip(*initial, strict=True))

    def residual(c: Fraction) -> Fraction | None:
        at = [_place(column, c * ((z > 0) - (z < 0))) for column, z in zip(columns, row, strict=True)]
        return sum((z * x for z, x in zip(row, at, strict=True) if x is not None), -b) if None not in at else None

    start = residual(Fraction(0))
    assert start is not None
    if start == 0:
        return Fraction(0), Fraction(0)
    way = -1 if start > 0 else 1
    near, far = Fraction(0), Fraction(1)

    def short(c: Fraction) -> bool:
        value = residual(way * c)
        return value is not None and way * value < 0

    for _ in range(_DOUBLINGS):
        if not short(far):
            break
        near, far = far, 2 * far
    for _ in range(_BISECTIONS):
        middle = (near + far) / 2
        near, far = (middle, far) if short(middle) else (near, middle)
        if residual(way * far) == 0:
            near = far
            break
    if residual(way * far) is None:
        return None
    return (near, far) if way > 0 else (-far, -near)
