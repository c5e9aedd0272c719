r"""Maps that are solved by hand: sums of blocks over disjoint weights, each of them a path with one clock.

A map is split into blocks, :math:`x = c + \sum_b g_b` over disjoint weights. Each block is a function of one weight, a function
of a map, or layers (:mod:`mirrortheory.theory.paths`), or its field is affine (:mod:`mirrortheory.theory.affine`). For each the
dual variable is found by quadrature (:mod:`mirrortheory.theory.clocks`), and all blocks share it,

.. math:: x(y) = c + \sum_b x_b(y + y_b), \qquad R^*(y) = c\,y + \sum_b R_b^*(y + y_b).

No block needs a closed form of its inverse mirror map for that: where there is none, x_b(y) is an inverse function.

Source: this project.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sympy

from mirrortheory.errors import NoClosedForm, NotEvaluable
from mirrortheory.exact import reduce_to_ring
from mirrortheory.potentials.potential import Y
from mirrortheory.reparams import Separable
from mirrortheory.theory.affine import affine_field, combined, ends_of_curve, image_of_end
from mirrortheory.theory.ansatz import polynomial_integrals
from mirrortheory.theory.clocks import Clock, clocked, potential_of, summed
from mirrortheory.theory.derivation import Derivation, Start, Step, derivation
from mirrortheory.theory.flow import Flow
from mirrortheory.theory.paths import Path, composed, of_layers, of_weight, outermost


class SumOfBlocks(Step):
    """The map is split into blocks, and each is followed along the clock that they share."""

    @property
    def name(self) -> str:
        return "sum of blocks"

    def refuses(self, flow: Flow, start: Start) -> str | None:
        if flow.geometry.exponent.free_symbols:
            return f"it needs a number for {flow.geometry.exponent}"
        if len(flow.weights) == 1:
            return None
        if not all(w.is_positive for w in flow.weights):
            return "it is meant for positive weights"
        return "initial weights instead would give a path" if start is None else None

    def derive(self, flow: Flow, imbalance: Sequence[object] | None, start: Start) -> Derivation:
        blocks = _Blocks(flow, start)
        clock = blocks.clock(flow.effective)
        potential = potential_of(clock, blocks.validity())
        return derivation(flow, blocks.integrals(), potential, start)


class _Blocks:
    """The blocks of a flow from its start."""

    def __init__(self, flow: Flow, start: Start) -> None:
        self.flow, self.q = Flow(flow.geometry, flow.reparam), flow.geometry.exponent
        self.decayed = flow.decay.rate != 0
        self.start = {} if start is None else dict(zip(flow.weights, start, strict=True))
        self.found: list[sympy.Expr] = []

    def clock(self, expr: sympy.Expr) -> Clock:
        """Return the clock of a map of some of the weights."""
        constant, blocks = split(expr)
        if len(blocks) > 1:
            return summed([self.clock(block) for block in blocks], constant)
        return clocked(self.paths(expr))

    def paths(self, expr: sympy.Expr) -> list[Path]:
        """Return what paths are found for a block.

        Raises:
            NoClosedForm: naming the step that failed, when there is none.
        """
        weights = sorted(expr.free_symbols, key=str)
        ways: list[Callable[[], list[Path]]] = [lambda: self._function(expr)]
        if len(weights) == 1:
            ways.append(lambda: [of_weight(expr, weights[0], self.q, self.start)])
        else:
            ways += [lambda: self._layers(expr, weights), lambda: [self._field(expr, weights)]]
        found: list[Path] = []
        failed: list[NoClosedForm] = []
        for way in ways:
            try:
                found += way()
            except NoClosedForm as error:
                failed.append(error)
            if found and len(weights) > 1:
                break
        if not found:
            raise NoClosedForm(failed[-2].step, failed[-2].reason) if len(failed) > 1 else failed[0]
        return found

    def _function(self, expr: sympy.Expr) -> list[Path]:
        forms = dict.fromkeys((expr, sympy.factor(expr), *_about_a_critical_point(expr)))
        last = next(filter(None, map(outermost, forms)), None)
        if last is None:
            raise NoClosedForm("a function of a map", f"{expr} is none")
        form, z, inner = last
        if len(split(inner)[1]) > 1:
            return [composed(form, z, self.clock(inner).path, self.q)]
        return [composed(form, z, path, self.q) for path in self.paths(inner)]

    def _layers(self, expr: sympy.Expr, weights: Sequence[sympy.Symbol]) -> list[Path]:
        path, integrals = of_layers(sympy.factor(expr), weights, self.q, self.start)
        self.found += integrals
        return [path]

    def _field(self, expr: sympy.Expr, weights: Sequence[sympy.Symbol]) -> Path:
        block = Flow(self.flow.geometry, Separable(expr, tuple(weights)))
        field = affine_field(block)
        if field is None:
            raise NoClosedForm("affine field", f"that of {expr} is none at q = {self.q}")
        curve = field.curve([self.start[w] for w in weights])
        x = combined(expr.subs(dict(zip(weights, curve, strict=True)), simultaneous=True))
        (low, first), (high, last) = ends_of_curve(block, curve)
        limits = image_of_end(block, x, curve, low, first), image_of_end(block, x, curve, high, last)
        t = sympy.Dummy("y", real=True)
        return Path(t, (low, high), x.subs(Y, t), limits, sympy.S.One, sympy.S.Zero)

    def integrals(self) -> tuple[sympy.Expr, ...]:
        """Return the first integrals found that are decided in the ring."""
        own = tuple(e for e in self.found if _is_conserved(self.flow, e))
        if len(own) == len(self.flow.weights) - 1:
            return own
        try:
            return max(own, polynomial_integrals(self.flow), key=len)
        except NoClosedForm:
            return own

    def validity(self) -> tuple[str, ...]:
        """What holds of the potential, in words."""
        lines = ["at a finite end of it a weight may reach the end of the range for which the map is meant"]
        if self.decayed:
            lines.append("with decay the first integrals move by the balance law; this is the potential at time zero")
        return tuple(lines)


def _is_conserved(flow: Flow, integral: sympy.Expr) -> bool:
    try:
        return reduce_to_ring(flow.derivative(integral).doit()).vanishes
    except NotEvaluable:
        return False


def split(expr: sympy.Expr) -> tuple[sympy.Expr, list[sympy.Expr]]:
    """Return the constant and the blocks of a sum, which share no weights: as many as a form of it shows.

    >>> u, v, w, z = sympy.symbols("u v w z", positive=True)
    >>> split(3 + u * (v + 1) - w * z + u**2)
    (3, [-w*z, u**2 + u*(v + 1)])
    """
    if expr.is_Add or expr.is_Mul or isinstance(expr, sympy.log):
        forms = (expr, sympy.expand(expr), sympy.expand(sympy.expand_log(expr)))
        return max(map(_components, forms), key=lambda found: len(found[1]))
    return sympy.S.Zero, [expr]


def _components(expr: sympy.Expr) -> tuple[sympy.Expr, list[sympy.Expr]]:
    constant, groups = sympy.S.Zero, list[tuple[set[sympy.Symbol], list[sympy.Expr]]]()
    for term in sympy.Add.make_args(expr):
        weights = set(term.free_symbols)
        if not weights:
            constant += term
            continue
        terms = [term]
        for group in [g for g in groups if g[0] & weights]:
            groups.remove(group)
            weights |= group[0]
            terms += group[1]
        groups.append((weights, terms))
    blocks = sorted((sympy.Add(*terms) for _, terms in groups), key=sympy.default_sort_key)
    return constant, blocks


def _about_a_critical_point(expr: sympy.Expr) -> list[sympy.Expr]:
    """Return c + (expr - c) with the second factored, c a critical value: u v + u + v = (u + 1) (v + 1) - 1."""
    weights = sorted(expr.free_symbols, key=str)
    if not expr.is_polynomial(*weights) or any(sympy.degree(expr, w) > 1 for w in weights) or not 2 <= len(weights) <= 3:
        return []
    found = []
    for point in sympy.solve([sympy.diff(expr, w) for w in weights], weights, dict=True):
        value = expr.subs(point)
        if value.is_Rational and value != 0:
            factored = sympy.factor(sympy.expand(expr - value))
            if factored.is_Mul:
                found.append(sympy.Add(value, factored, evaluate=False))
    return found
