r"""A conjecture about a flow as a statement: what is typed, with the letters put in, on the domain that is meant.

Along a flow it is about the derivative of a quantity Q, as it is defined,

.. math:: \frac{\mathrm d Q}{\mathrm d t} = \sum_i \frac{\partial Q}{\partial w_i}\,\dot w_i ,

which is 0 (conserved) or another expression (its rate). Else it is an equation or an inequality of two formulas,
in the weights or in x.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sympy

from mirrortheory.conjecture.typed import SLOPE_NAME, Condition, conditions, formula, typed
from mirrortheory.decays import TIME, NoDecay
from mirrortheory.definitions import Named
from mirrortheory.domain import NONNEGATIVE, POSITIVE, REALS, Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Identity, Inequality
from mirrortheory.notation import alpha, q
from mirrortheory.theory import SLOPE, Flow

RELATIONS = ("conserved", "rate", "equals", "at_most")
FORMS = ("potential", "mirror_map", "hessian")  # of R in x, where a potential is given
_X = sympy.Symbol("x", real=True)
_ENDS = {sympy.Gt: (True, True), sympy.Ge: (True, False), sympy.Lt: (False, True), sympy.Le: (False, False)}
_MIRRORED = {sympy.Gt: sympy.Lt, sympy.Ge: sympy.Le, sympy.Lt: sympy.Gt, sympy.Le: sympy.Ge, sympy.Ne: sympy.Ne}

_ELSEWHERE = {
    "alpha": "it is the rate of a decay; add --decay decoupled or --decay coupled",
    "t": "it is the time, where a rate depends on it; add for example --alpha '1/(1 + t)'",
    SLOPE_NAME: "it moves with x, and may stand in --rate and --where alone",
    "f": "the slope of the loss is called slope",
    "y": "the dual variable is called mirror_map",
    "R": "a mirror potential is called potential",
    "L": "write the number of layers",
    "p": "write q/(q - 1)",
}
_ELSEWHERE |= dict.fromkeys(FORMS, "it is a function of x, and goes with --equals and --at-most")

Ranges = dict[sympy.Symbol, sympy.Set]


@dataclass(frozen=True)
class Conjecture:
    """What is conjectured.

    Attributes:
        flow: the flow that it is about.
        statement: what is to be examined.
        quantity: what moves along the flow; None where nothing does.
        text: the statement as it was read, in formulas that can be typed again.
    """

    flow: Flow
    statement: Identity | Inequality
    quantity: sympy.Expr | None
    text: str

    @property
    def of_a_flow(self) -> bool:
        """Whether it is about the flow, or its potential, and not about two formulas alone."""
        return self.quantity is not None or self.statement.lhs.has(Named) or self.statement.rhs.has(Named)

    def like(self, lhs: sympy.Expr, rhs: sympy.Expr) -> Conjecture:
        """Return the same relation of two other sides on the same domain; along the flow, of the derivative of ``lhs``.

        Args:
            lhs: the left side, or the quantity whose derivative it is.
            rhs: the right side.
        """
        relation = type(self.statement)
        if self.quantity is None:
            return Conjecture(self.flow, relation(lhs, rhs, self.statement.on), None, _text(relation, typed(lhs), typed(rhs)))
        rate, name = self.flow.derivative(lhs), f"d/dt ({typed(lhs)})"
        return Conjecture(self.flow, relation(rate, rhs, self.statement.on), lhs, _text(relation, name, typed(rhs)))


def conjecture(
    flow: Flow,
    text: object,
    *,
    conserved: bool = False,
    rate: object = None,
    equals: object = None,
    at_most: object = None,
    where: Sequence[object] = (),
    forms: Mapping[str, sympy.Expr] | None = None,
) -> Conjecture:
    """Return the conjecture that is typed: ``text`` and one relation.

    Args:
        flow: what the weights follow; q and alpha stand for its exponent and the rate of its decay.
        text: a formula in the weights, q, alpha, x = g(w), and t where the decay depends on time.
        conserved: whether it is constant along the flow.
        rate: its derivative along the flow, where the slope of the loss is called ``slope``.
        equals, at_most: what it is equal to, or at most. Without weights, x is a real number.
        where: conditions, such as ``w1 > w2`` or ``0 < x < 1``.
        forms: the functions of x that may be named, of :data:`FORMS`.

    Raises:
        InvalidArgument: for what is no formula or condition, for other letters, and unless there is one relation.

    >>> from mirrortheory import Lq, Product
    >>> found = conjecture(Flow(Lq(q), Product(2)), "|w_1|^q - |w_2|^q", conserved=True)
    >>> found.text, found.statement.examine(seed=0).verdict.name
    ('d/dt (abs(w1)**q - abs(w2)**q) = 0', 'PROVED')
    """
    given = {"conserved": conserved or None, "rate": rate, "equals": equals, "at_most": at_most}
    chosen = [name for name in RELATIONS if given[name] is not None]
    if len(chosen) != 1:
        got = ", ".join(name.replace("_", "-") for name in chosen)
        remedy = "leave out all but one" if chosen else "add one, such as --conserved, or conserved = true in a file"
        raise InvalidArgument("the relation", "one of conserved, rate, equals and at-most", got, remedy)
    names = {w.name: w for w in flow.weights}
    own = {"q": q, "pi": sympy.Symbol("pi", positive=True), "x": _X} | ({} if isinstance(flow.decay, NoDecay) else {"alpha": alpha})
    own |= {"t": TIME} if flow.decay.varies else {}
    forms = forms or {}
    own |= {s.name: s for form in forms.values() for s in form.free_symbols if s.name not in own}  # an imbalance
    letters = names | own | {name: sympy.Symbol(name, real=True) for name in forms}
    for name in sorted(names.keys() & {*own, *FORMS, "alpha", SLOPE_NAME}):
        raise InvalidArgument("weights", "named as no other letter", name, "q, alpha, t, x, pi and slope mean something else")
    along = chosen[0] in ("conserved", "rate")
    if along:
        letters = {name: letter for name, letter in letters.items() if name not in forms}
    with_slope = letters | ({SLOPE_NAME: SLOPE} if along else {})
    with _hinted():
        lhs = formula(text, letters, "formula")
        rhs = sympy.S.Zero if conserved else formula(given[chosen[0]], with_slope, chosen[0].replace("_", "-"))
        asked = [c for entry in where for c in conditions(entry, with_slope)]
    values = {q: flow.geometry.exponent, letters["pi"]: sympy.pi} | ({alpha: flow.decay.rate} if "alpha" in letters else {})
    if along:
        return _along(flow, lhs, rhs, asked, values | {_X: flow.effective})
    return _still(flow, lhs, rhs, asked, values, at_most is not None, {letters[n]: Named(n, f) for n, f in forms.items()})


@contextmanager
def _hinted() -> Iterator[None]:
    """Have a refusal of a letter that has a meaning elsewhere say where."""
    try:
        yield
    except InvalidArgument as error:
        if error.value not in _ELSEWHERE:
            raise
        raise InvalidArgument(error.name, error.condition, error.value, _ELSEWHERE[str(error.value)]) from None


def _along(
    flow: Flow, quantity: sympy.Expr, law: sympy.Expr, asked: Iterable[Condition], values: Mapping[sympy.Symbol, sympy.Expr]
) -> Conjecture:
    on = _narrowed(flow.domain(), asked, values)
    quantity = quantity.xreplace(values)
    if not quantity.free_symbols & {*flow.weights, TIME}:
        weights = ", ".join(map(str, flow.weights))
        raise InvalidArgument("formula", "a formula in the weights, which move", typed(quantity), f"write one in {weights}")
    empty = Conjecture(flow, Identity(sympy.S.Zero, sympy.S.Zero, on=on), quantity, "")
    return empty.like(quantity, law.xreplace(values))


def _still(
    flow: Flow,
    lhs: sympy.Expr,
    rhs: sympy.Expr,
    asked: Sequence[Condition],
    values: Mapping[sympy.Symbol, sympy.Expr],
    ordered: bool,
    forms: Mapping[sympy.Symbol, Named],
) -> Conjecture:
    """Return a relation of two formulas: of weights, then x is g(w), or of x, then it is a number."""
    sides = (lhs, rhs, *(side for _, *pair in asked for side in pair))
    letters = set().union(*(side.free_symbols for side in sides))
    of_weights, of_forms = letters & set(flow.weights), [forms[letter] for letter in letters & forms.keys()]
    if of_weights and of_forms:
        raise InvalidArgument("formula", "one in x where a function of x is named", of_forms[0].name, "write x in place of weights")
    ranges = dict(flow.domain().ranges)
    if of_weights:
        values = {**values, _X: flow.effective}
    else:
        letter = next((s for form in of_forms for s in form.free_symbols if s.name == "x"), _X)
        values = {**values, _X: letter}
        ranges[letter] = POSITIVE if letter.is_positive else REALS
        ranges |= {s: POSITIVE for form in of_forms for s in form.free_symbols if s not in ranges}  # an imbalance
    on = _narrowed(Domain(ranges), asked, values)
    meant = {letter: Named(form.name, _branch(form.meaning, on.ranges)) for letter, form in forms.items()}
    lhs, rhs = (side.xreplace({**values, **meant}) for side in (lhs, rhs))
    relation = Inequality if ordered else Identity
    text = _text(relation, typed(lhs), typed(rhs))
    kept = set().union(lhs.free_symbols, rhs.free_symbols, *(c.free_symbols for c in on.conditions))
    kept |= {s for s, region in on.ranges.items() if region is sympy.S.EmptySet}
    declared = {s: _declared(s, on.ranges[s]) for s in kept if s in on.ranges}
    changed = {old: new for old, new in declared.items() if old != new}
    lhs, rhs = (side.xreplace(changed) for side in (lhs, rhs))
    on = Domain(
        {new: on.ranges[old] for old, new in sorted(declared.items(), key=str)}, tuple(c.xreplace(declared) for c in on.conditions)
    )
    return Conjecture(flow, relation(lhs, rhs, on), None, text)


def _branch(form: sympy.Expr, ranges: Mapping[sympy.Symbol, sympy.Set]) -> sympy.Expr:
    """Return a form without the cases of numbers that its letters do not have on these ranges, such as q = 2."""

    def excluded(condition: sympy.Basic) -> bool:
        letter, value = condition.args if isinstance(condition, sympy.Ne) else (None, None)
        return letter in ranges and ranges[letter].contains(value) == sympy.false

    pieces = {p: p.args[0].expr for p in form.atoms(sympy.Piecewise) if excluded(p.args[0].cond)}
    return form.xreplace(pieces)


def _text(relation: type[Identity | Inequality], lhs: str, rhs: str) -> str:
    return f"{lhs} {'=' if relation is Identity else '<='} {rhs}"


def _declared(letter: sympy.Symbol, region: sympy.Set) -> sympy.Symbol:
    """Return a letter of the same name that is declared positive, or nonnegative, where its range is; so more is seen of it."""
    if letter.is_positive or region is sympy.S.EmptySet:
        return letter
    for name, where in (("positive", POSITIVE), ("nonnegative", NONNEGATIVE)):
        if region.is_subset(where):
            return sympy.Symbol(letter.name, **{name: True})
    return letter


def _narrowed(on: Domain, asked: Iterable[Condition], values: Mapping[sympy.Symbol, sympy.Expr]) -> Domain:
    """Return the part of a domain where conditions hold: those of one letter narrow its range, the others stay conditions."""
    ranges: Ranges = dict(on.ranges)
    kept = []
    for kind, left, right in ((kind, *(side.xreplace(values) for side in sides)) for kind, *sides in asked):
        relation = kind
        if right.is_Symbol and left.is_Rational:
            left, right, relation = right, left, _MIRRORED[kind]
        if left in ranges and right.is_Rational:
            ranges[left] = _cut(ranges[left], relation, right)
        else:
            kept.append(relation(left, right))
    conditions_left = tuple(c for c in kept if c is not sympy.true)
    return Domain(ranges, conditions_left)


def _cut(region: sympy.Set, relation: type, value: sympy.Rational) -> sympy.Set:
    if relation is sympy.Ne:
        return region - sympy.FiniteSet(value)
    above, is_open = _ENDS[relation]
    ends = (value, sympy.oo) if above else (-sympy.oo, value)
    return region & sympy.Interval(*ends, left_open=is_open, right_open=is_open)
