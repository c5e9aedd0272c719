r"""The nearest true statement to one that is refuted: the same, but for a constant; or the balance that is kept.

Of a quantity along a flow, its terms :math:`T_k` (or the factors of a product, or their logarithms) are summed with unknown
coefficients, and :math:`\sum_k c_k \dot T_k = 0` is a linear system at exact points, without the decay. Of two formulas, a constant
factor or summand is read off at a point. What is found so is a guess; each is examined like any other statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import sympy

from mirrortheory.conjecture.stated import Conjecture
from mirrortheory.conjecture.typed import typed
from mirrortheory.conjecture.witness import small_numbers
from mirrortheory.decays import TIME
from mirrortheory.definitions import work_out
from mirrortheory.errors import NoClosedForm, NotEvaluable
from mirrortheory.evidence import Inequality
from mirrortheory.exact import as_expression
from mirrortheory.geometries import Lq
from mirrortheory.theory import Flow, balance_law, polynomial_integrals, separate

_SHORT, _TRIES = 25, 10  # operations, points
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)
_EXPONENTS = tuple(map(sympy.Rational, ("2", "1", "3/2")))  # at which the coefficients for a letter q are sought
_FACTORS, _SUMMANDS = (sympy.Rational(3, 2), 2, 3, 4, 8), (1, 2, 4)  # that make a bound weaker


def guesses(refuted: Conjecture) -> Iterator[Conjecture]:
    """Yield statements that are like a refuted one and may be true, the nearest first."""
    statement, quantity = refuted.statement, refuted.quantity
    if isinstance(statement, Inequality):
        yield from _bounds(refuted)
        return
    lhs, rhs = (work_out(side).expr for side in (statement.lhs, statement.rhs))
    if rhs != 0:  # a constant is wrong
        kept = statement.lhs if quantity is None else quantity
        for constant in (c for c in _constants(refuted, lhs / rhs) if c * statement.rhs != statement.lhs):
            yield refuted.like(kept, constant * statement.rhs)
        if quantity is None:
            for constant in (c for c in _constants(refuted, lhs - rhs) if c + statement.rhs != statement.lhs):
                yield refuted.like(kept, statement.rhs + constant)
    if quantity is not None:
        yield from _laws(refuted, [quantity])
        if rhs != 0:
            yield from _worked_out(refuted, quantity, lhs)
        yield from _laws(refuted, _combinations(refuted.flow, quantity))
        yield from _laws(refuted, _integrals(refuted.flow))
        yield from _worked_out(refuted, quantity, lhs)


def _worked_out(refuted: Conjecture, quantity: sympy.Expr, rate: sympy.Expr) -> Iterator[Conjecture]:
    """Yield what the derivative of a quantity is, where that is short."""
    shorter = min(rate, sympy.factor_terms(rate), key=sympy.count_ops)
    if sympy.count_ops(shorter) <= _SHORT:
        yield refuted.like(quantity, shorter)


def _laws(refuted: Conjecture, quantities: Sequence[sympy.Expr] | Iterator[sympy.Expr]) -> Iterator[Conjecture]:
    """Yield that quantities are conserved, or move by a multiple of themselves."""
    for quantity in quantities:
        if TIME in quantity.free_symbols:  # a law is sought of functions of the weights
            continue
        try:
            rate = balance_law(refuted.flow, quantity).rate
        except NotEvaluable:  # the ring does not hold it
            continue
        if rate is not None:
            factors = (*sympy.Mul.make_args(rate), quantity)
            yield refuted.like(quantity, sympy.S.Zero if rate == 0 else sympy.Mul(*factors, evaluate=False))


# Constants --------------------------------------------------------------------------------------------------------------


def _constants(refuted: Conjecture, expr: sympy.Expr) -> Iterator[sympy.Expr]:
    """Yield what ``expr`` is at a point of the domain, if it is the same at another one; parameters stay letters."""
    on, parameters = refuted.statement.on, {p.name for p in refuted.flow.parameters}
    numbers = {v: [n for n in small_numbers(region) if n != 0] for v, region in on.ranges.items()}
    moving = [v for v in on.ranges if v.name not in parameters]
    if not moving or not all(numbers.values()):
        return
    found: list[sympy.Expr] = []
    for k in range(_TRIES):
        point = {v: numbers[v][(k + 2 * place) % len(numbers[v])] for place, v in enumerate(moving)}
        if on.contains({v: point.get(v, some[0]) for v, some in numbers.items()}):
            value = sympy.simplify(expr.subs(point))
            if value.is_finite is not False and not value.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I):
                found.append(value)
        if len(found) == 2:
            if found[0] != 0 and sympy.simplify(found[0] - found[1]) == 0:
                yield found[0]
            return


def _bounds(refuted: Conjecture) -> Iterator[Conjecture]:
    lhs, rhs = refuted.statement.lhs, refuted.statement.rhs
    yield refuted.like(rhs, lhs)
    for factor in _FACTORS:
        yield refuted.like(lhs, factor * rhs)
    for summand in _SUMMANDS:
        yield refuted.like(lhs, rhs + summand)


# Quantities that are kept -----------------------------------------------------------------------------------------------


def _combinations(flow: Flow, quantity: sympy.Expr) -> Iterator[sympy.Expr]:
    """Yield sums of the terms of a quantity, and products of powers of its factors, that are seen to be kept at exact points."""
    expanded = sympy.expand(quantity)
    terms = [t.as_coeff_Mul()[1] for t in sympy.Add.make_args(expanded) if t.free_symbols & set(flow.weights)]
    bases = [f.as_base_exp() for t in sympy.Add.make_args(expanded) for f in sympy.Mul.make_args(t)]
    powers = [b ** (-e if e.could_extract_minus_sign() else e) for b, e in bases if b.free_symbols & set(flow.weights)]
    for sought in (terms, powers, _of_all_weights(flow, [*terms, *powers])):
        for combined in _kept(flow, list(dict.fromkeys(sought))):
            yield _signed(sympy.Add(*(c * t for c, t in combined)))
    logarithms = list(dict.fromkeys(sympy.log(sympy.Abs(b)) for b, _ in bases if b.free_symbols & set(flow.weights)))
    for combined in _kept(flow, logarithms):
        yield sympy.Mul(*(t.args[0] ** c for c, t in combined))


def _signed(quantity: sympy.Expr) -> sympy.Expr:
    """Return a quantity or its opposite: the one that is not written with a sign in front."""
    return -quantity if typed(quantity).startswith("-") else quantity


def _of_all_weights(flow: Flow, terms: Sequence[sympy.Expr]) -> list[sympy.Expr]:
    """Return the terms in one weight alone, of every weight in its place."""
    alone = [(t, found.pop()) for t in terms if len(found := t.free_symbols & set(flow.weights)) == 1]
    return [t.xreplace({w: other}) for t, w in alone for other in flow.weights]


def _kept(flow: Flow, terms: Sequence[sympy.Expr]) -> Iterator[list[tuple[sympy.Expr, sympy.Expr]]]:
    """Yield combinations of terms, (coefficient, term), whose derivative without decay vanishes at exact points."""
    letter = flow.geometry.exponent
    if len(terms) < 2:
        return
    if letter.is_Rational:
        for vector in _nullspace(Flow(flow.geometry, flow.reparam), terms):
            yield [(c, t) for c, t in zip(vector, terms, strict=True) if c != 0]
        return
    at = []
    for q in _EXPONENTS:
        basis = _nullspace(Flow(Lq(q), flow.reparam), [t.subs(letter, q) for t in terms])
        if len(basis) != 1:
            return
        at.append(basis[0])
    gradient, sign, middle = at
    # Coefficients that are linear in q are read off at 1 and 2; 3/2 has to agree.
    linear = [a + (b - a) * (letter - 1) for a, b in zip(sign, gradient, strict=True)]
    if [c.subs(letter, _EXPONENTS[2]) for c in linear] == middle:
        yield [(c, t) for c, t in zip(linear, terms, strict=True) if c != 0]


def _nullspace(flow: Flow, terms: Sequence[sympy.Expr]) -> list[list[sympy.Expr]]:
    """Return coefficients with which the derivatives of terms add up to 0 at exact points; the first one of each is 1."""
    rates = [flow.derivative(t, constants=t.free_symbols - set(flow.weights)).doit() for t in terms]
    order = flow.geometry.exponent.q
    rows = []
    for k in range(len(terms) + 2):
        values = {w: sympy.Integer(_PRIMES[(3 * k + (k + 1) * i) % len(_PRIMES)]) ** order for i, w in enumerate(flow.weights)}
        row = [as_expression(r.subs({**values, flow.slope: 1})) for r in rates]
        if not all(value.is_Rational for value in row):
            return []
        rows.append(row)
    found = []
    for vector in sympy.Matrix(rows).nullspace():
        first = next(c for c in vector if c != 0)
        found.append([c / first for c in vector])
    return found


def _integrals(flow: Flow) -> Iterator[sympy.Expr]:
    """Yield what a derivation finds to be kept without decay, whatever was conjectured."""
    undecayed = Flow(flow.geometry, flow.reparam)
    ways: tuple[Callable[[], tuple[sympy.Expr, ...]], ...] = (
        lambda: separate(undecayed).integrals(flow.weights),
        lambda: polynomial_integrals(undecayed),
    )
    for known in ways:
        try:
            yield from map(_signed, known())
        except NoClosedForm:  # the map has none of this form
            continue
