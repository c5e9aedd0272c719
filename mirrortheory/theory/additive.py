r"""Sums of functions of one weight each: the dual variable is the clock, and the inverse mirror map is explicit.

For :math:`x = \sum_i g_i(w_i)` the flow without decay is :math:`\dot w_i = -\phi(f')\,\phi(g_i'(w_i))`. With the charges

.. math:: u_i(w_i) = \int \frac{\mathrm d w_i}{\phi(g_i'(w_i))}, \qquad \dot u_i = -\phi(f') \quad\text{for every } i,

the differences u_i - u_j are first integrals, and y = R'(x) is any one of the charges up to a constant, so that

.. math:: x(y) = \sum_i g_i\bigl(w_i(y + c_i)\bigr), \qquad R^*(y) = \int x\,\mathrm d y, \qquad
          \frac{1}{R''(x)} = \frac{\mathrm d x}{\mathrm d y}.

The constants c_i, of mean zero, are the charges at the start less their mean. The forms hold while every y + c_i stays in the
image of its charge; beyond, some weight has left the range for which the map is meant.

Source: this project; Amid and Warmuth (2020), arXiv:2002.10487, for one weight and q = 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sympy

from mirrortheory.domain import GRADIENT_EXPONENTS
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import compare, inverse, is_steep, ordered, placed, put_in, reduce_to_ring, sign_of
from mirrortheory.potentials.dual import REAL_X, DualPotential, closed_forms
from mirrortheory.potentials.potential import X, Y
from mirrortheory.potentials.powers import power_form
from mirrortheory.theory.derivation import Derivation, Start, Step, at_start, conserved, derivation
from mirrortheory.theory.flow import Flow


class SumOfFunctions(Step):
    """The charges are the clock; the potential is that of the initial weights, which one weight alone does not need."""

    @property
    def name(self) -> str:
        return "sum of functions of one weight each"

    def refuses(self, flow: Flow, start: Start) -> str | None:
        if is_a_sum(flow):
            return None
        return "one real weight alone is a layer" if len(flow.weights) == 1 else f"x = {flow.effective} is none"

    def derive(self, flow: Flow, imbalance: Sequence[object] | None, start: Start) -> Derivation:
        summands = terms(flow)
        assert summands is not None  # it was not refused
        if imbalance is not None:
            raise InvalidArgument("imbalance", "absent for a sum of functions of one weight", imbalance, "give initial weights")
        potential = explicit(flow, summands, start)
        invariants = tuple(summands[0].charge - term.charge for term in summands[1:])
        return derivation(flow, conserved(flow, invariants), potential, start)


_LONG = 64  # integers above it make numbers too long to raise to powers


@dataclass(frozen=True)
class Term:
    """One summand g_i(w), along its charge u(w).

    Attributes:
        weight, charge: w, and u as a function of it.
        low, high: limits of the charge at the ends of the weight's range, in increasing order.
        first, last: limits of g_i there.
        side, size: u = side * size, where size is a positive symbol if the charge keeps its sign, else a real one.
        value, conjugate: g_i and int g_i du (or None) as functions of the size.
        value_in_weight: g_i as a function of w.
        written: the charge with letters where its factor may come to a large power, as in value and conjugate.
        numbers: values of these letters.
    """

    weight: sympy.Symbol
    charge: sympy.Expr
    low: sympy.Expr
    high: sympy.Expr
    first: sympy.Expr
    last: sympy.Expr
    side: int
    size: sympy.Symbol
    value: sympy.Expr
    conjugate: sympy.Expr | None
    value_in_weight: sympy.Expr
    written: sympy.Expr
    numbers: tuple[tuple[sympy.Symbol, sympy.Expr], ...]

    def at(self, form: sympy.Expr, charge: sympy.Expr) -> sympy.Expr:
        """Return ``form``, a function of the size, at a charge."""
        return form.subs(self.size, self.side * charge)


@lru_cache(maxsize=256)  # a derivation for other weights asks again
def terms(flow: Flow) -> tuple[Term, ...] | None:
    """Split the effective parameter into functions of one weight each; None when it is no such sum, or linear in one real weight.

    Args:
        flow: any flow; its decay is set aside.

    Raises:
        NoClosedForm: naming the step (sign of the Jacobian, quadrature, inversion) that failed.
    """
    if not is_a_sum(flow):
        return None
    if flow.geometry.exponent.free_symbols:
        raise NoClosedForm("quadrature", f"{_for_the_letter(flow)}; derive with a number such as 3/2")
    letters: dict[sympy.Expr, sympy.Symbol] = {}
    return tuple(_term(flow, entry, w, letters) for entry, w in zip(flow.reparam.jacobian(), flow.weights, strict=True))


def charges(flow: Flow) -> tuple[sympy.Expr, ...] | None:
    """Return the charge of each weight of a sum for a number q; None as for :func:`terms`. Their mean is y = R'(x).

    Args:
        flow: whose map is a sum of functions of one weight each.

    Raises:
        NoClosedForm: naming the step (sign of the Jacobian, quadrature, range of the charge) that failed.
    """
    if not is_a_sum(flow):
        return None
    return tuple(_charge(flow, entry, w)[0] for entry, w in zip(flow.reparam.jacobian(), flow.weights, strict=True))


def is_a_sum(flow: Flow) -> bool:
    """Return whether the effective parameter is a sum of functions of one weight each, and not linear in one real weight."""
    jacobian = flow.reparam.jacobian()
    alone = len(jacobian) == 1 and not (jacobian[0].free_symbols or flow.weights[0].is_positive)  # a product of one layer
    return not alone and all(entry.free_symbols <= {w} for entry, w in zip(jacobian, flow.weights, strict=True))


def symbolic_integrals(flow: Flow) -> tuple[tuple[sympy.Expr, ...], tuple[sympy.Expr, ...]]:
    """Return first integrals of a sum for the letter q, and the values of q in [1, 2] that they exclude.

    At an excluded value some charge is a logarithm; a derivation with that number finds it. The charges may be negative, and
    on which side of an excluded value they are is the case of q that a potential would depend on.

    Args:
        flow: q a positive symbol; the effective parameter a sum of functions of one weight each. Its decay is set aside.

    Raises:
        NoClosedForm: when a slope is not seen to keep its sign, or a charge is not found.

    >>> from mirrortheory import Lq
    >>> from mirrortheory.reparams import PowerDifference
    >>> (integral,), excluded = symbolic_integrals(Flow(Lq(sympy.Symbol("q", positive=True)), PowerDifference(4)))
    >>> excluded
    (4/3,)
    """
    charges, excluded = [], set()
    for entry, weight in zip(flow.reparam.jacobian(), flow.weights, strict=True):
        if not entry.free_symbols <= {weight}:
            raise NoClosedForm("quadrature", f"dx/d{weight} = {entry} depends on another weight")
        pace = _pace(flow, entry, weight)
        charge = sympy.integrate(pace, weight)
        for cases in charge.atoms(sympy.Piecewise):  # the general case comes first, where q is unequal to something
            general, condition = cases.args[0]
            if not (isinstance(condition, sympy.Ne) and condition.rhs.is_Rational and condition.lhs == flow.geometry.exponent):
                raise NoClosedForm("quadrature", f"the charge of {weight} has the case {condition}, which is not read")
            excluded |= {condition.rhs} if GRADIENT_EXPONENTS.contains(condition.rhs) == sympy.true else set()
            charge = charge.subs(cases, general)
        if charge.has(sympy.Integral, sympy.Piecewise):
            raise NoClosedForm("quadrature", f"SymPy finds no antiderivative of {pace} in {weight}")
        charges.append(charge)
    undecayed = Flow(flow.geometry, flow.reparam)
    integrals = tuple(charges[0] - charge for charge in charges[1:])
    for integral in integrals:
        if not reduce_to_ring(undecayed.derivative(integral).doit()).vanishes:
            raise NoClosedForm("first integrals", f"{integral} is not seen to be conserved")
    return integrals, tuple(sorted(excluded))


def _for_the_letter(flow: Flow) -> str:
    q = flow.geometry.exponent
    case = f"the potential of a sum depends on the case of {q}"
    try:
        integrals, excluded = symbolic_integrals(flow)
    except NoClosedForm as failed:
        return f"{case}, and {failed.reason}"
    if not integrals:
        return case
    where = " and ".join(f"{q} != {value}" for value in excluded) or f"every {q}"
    return f"{case}; first integrals for {where}: {', '.join(map(str, integrals))}"


def _charge(flow: Flow, entry: sympy.Expr, weight: sympy.Symbol) -> tuple[sympy.Expr, tuple[sympy.Expr, sympy.Expr]]:
    """Return the charge of a weight, and its limits at the ends of the weight's range."""
    pace = _pace(flow, entry, weight)
    charge = _antiderivative(pace, weight)
    if charge is None:
        raise NoClosedForm("quadrature", f"SymPy finds no antiderivative of {pace} in {weight}")
    start = sympy.limit(charge, weight, 0 if weight.is_positive else -sympy.oo, "+")
    if start.is_finite:  # the constant of the quadrature: let the charge vanish where the weight's range starts
        charge, start = charge - start, sympy.S.Zero
    ends = start, sympy.limit(charge, weight, sympy.oo)
    if not all(end.is_extended_real and not end.has(sympy.Limit, sympy.AccumBounds) for end in ends):
        raise NoClosedForm("range of the charge", f"SymPy finds no limits of {charge} at the ends of the range of {weight}")
    return charge, ends


def _term(flow: Flow, entry: sympy.Expr, weight: sympy.Symbol, letters: dict[sympy.Expr, sympy.Symbol]) -> Term:
    pace = _pace(flow, entry, weight)
    charge, ends = _charge(flow, entry, weight)
    low, high = ordered(ends)
    alone = _summed(flow).as_independent(weight, as_Add=True)[1]
    if alone.free_symbols != {weight}:
        raise NoClosedForm("splitting the sum", f"{alone} is not seen to be a function of {weight} plus one of the others")
    first, last = (sympy.limit(alone, weight, end, "+") for end in (0 if weight.is_positive else -sympy.oo, sympy.oo))
    if low != ends[0]:
        first, last = last, first
    size = sympy.Dummy("u", positive=True) if sign_of(low) >= 0 or sign_of(high) <= 0 else sympy.Dummy("u", real=True)
    side = -1 if sign_of(high) <= 0 else 1
    written, numbers = _in_letters_where_steep(charge, weight, letters)
    solution = inverse(sympy.expand_log(side * written), weight, size)
    if solution is None:
        raise NoClosedForm("inversion", f"{charge} = u is not solved for {weight}")
    conjugate = _antiderivative(power_form(sympy.expand(alone * pace)), weight)
    value, conjugate = (None if e is None else _in_size(e.subs(weight, solution)) for e in (alone, conjugate))
    return Term(weight, charge, low, high, first, last, side, size, value, conjugate, alone, written, numbers)


def _in_letters_where_steep(
    charge: sympy.Expr, weight: sympy.Symbol, letters: dict[sympy.Expr, sympy.Symbol]
) -> tuple[sympy.Expr, tuple[tuple[sympy.Symbol, sympy.Expr], ...]]:
    """Return a charge with letters for its numbers, when they may come to a large power, and their values.

    Equal numbers share a letter, by ``letters``, also between charges.
    """
    constant, function = charge.as_independent(weight, as_Add=True)
    factor, rest = function.as_independent(weight, as_Add=False)
    exponents = [abs(int(part)) for e in (factor, *rest.atoms(sympy.Rational)) if e.is_Rational for part in (e.p, e.q)]
    if max(exponents, default=0) < _LONG:
        return charge, ()
    written, numbers = [], []
    for name, number in (("k", factor), ("h", constant)):
        sign = sign_of(number)
        letter = letters.setdefault(sign * number, sympy.Symbol(f"|{name}_{weight}|", positive=True)) if sign else sympy.S.Zero
        written.append(sign * letter)
        numbers += [(letter, sign * number)] if sign else []
    return written[1] + written[0] * rest, tuple(numbers)


def _summed(flow: Flow) -> sympy.Expr:
    """Return the effective parameter with the logarithm of a product as a sum."""
    effective = flow.reparam.effective
    return sympy.expand(sympy.expand_log(effective)) if len(flow.weights) > 1 else effective


def _pace(flow: Flow, entry: sympy.Expr, weight: sympy.Symbol) -> sympy.Expr:
    """Return du/dw = 1/phi(dg/dw)."""
    sign = 1 if entry.is_positive else -1
    if not (sign * entry).is_positive:
        raise NoClosedForm("sign of the Jacobian", f"dx/d{weight} = {entry} is not seen to keep its sign")
    return sign * power_form(1 / flow.geometry.link(sign * entry))


def _in_size(expr: sympy.Expr) -> sympy.Expr:
    return sympy.powsimp(sympy.powdenest(sympy.expand_log(expr)))


def _antiderivative(integrand: sympy.Expr, variable: sympy.Symbol) -> sympy.Expr | None:
    found = _of_powers(integrand, variable)
    if found is not None:
        return found
    inside = {log.args[0] for log in integrand.atoms(sympy.log)}
    slopes = [sympy.diff(argument, variable) for argument in inside]
    if len(inside) == 1 and not slopes[0].has(variable):
        # log(a w + b) = t, as SymPy answers t exp(k t) at once, and w^(k - 1) log w by Meijer's G, if at all.
        t, argument = sympy.Dummy("t", real=True), inside.pop()
        weight = (sympy.exp(t) - argument.subs(variable, 0)) / slopes[0]
        in_t = integrand.subs(argument, sympy.exp(t)).subs(variable, weight) * sympy.exp(t) / slopes[0]
        found = sympy.integrate(sympy.powsimp(sympy.expand(sympy.powsimp(in_t))), t).subs(t, sympy.log(argument))
    else:
        found = sympy.integrate(integrand, variable)
    known = not found.has(sympy.Integral, sympy.Piecewise) and sympy.simplify(sympy.diff(found, variable) - integrand) == 0
    return found if known else None


def _of_powers(integrand: sympy.Expr, w: sympy.Symbol) -> sympy.Expr | None:
    """Return the integral of a polynomial in w times a power of a w + b with a long exponent, on which SymPy spends hours."""
    bases = {node.base for node in integrand.atoms(sympy.Pow) if node.base.has(w) and is_steep(node)}
    if len(bases) != 1:
        return None
    (base,) = bases
    slope, t = sympy.diff(base, w), sympy.Dummy("t", positive=True)
    if slope.has(w):
        return None
    in_t = sympy.expand(integrand.subs(base, t).subs(w, (t - base.subs(w, 0)) / slope) / slope)
    terms = [term.as_independent(t, as_Add=False) for term in sympy.Add.make_args(in_t)]
    powers = [(factor, *sympy.powsimp(power).as_base_exp()) for factor, power in terms]
    if not all(power == 1 or (b == t and e.is_Rational) for (_, power), (_, b, e) in zip(terms, powers, strict=True)):
        return None
    orders = [(factor, sympy.S.Zero if b == 1 else e) for factor, b, e in powers]
    found = sympy.Add(*(factor * (sympy.log(t) if e == -1 else t ** (e + 1) / (e + 1)) for factor, e in orders))
    return found.subs(t, base)


def explicit(flow: Flow, found: tuple[Term, ...], start: Sequence[sympy.Expr] | None) -> DualPotential:
    """Return the potential of a sum for the first integrals of ``start``, which one weight alone does not need.

    Numbers decide which weight reaches the end of its range first; the forms are those for letters, into which numbers are put.

    Raises:
        InvalidArgument: when a start is needed.
    """
    shifts, values = _shifts(found, start)
    low, high = (_end(found, shifts, values, upper) for upper in (False, True))
    left, right = (_image(flow, found, shifts, values, end, name) for end, name in ((low, "1"), (high, "2")))
    values |= {letter: number for term in found for letter, number in term.numbers}
    numbers = placed([low, high, left, right], values)
    x_is_positive = sign_of(left.subs(numbers)) >= 0
    inside = sign_of(low.subs(numbers)) <= 0 < sign_of(high.subs(numbers))
    forms, origin = _in_letters(flow, found, shifts, x_is_positive, inside)
    numbers = placed([*forms.values(), low, high, left, right], values)
    forms = {name: None if form is None else put_in(form, numbers) for name, form in forms.items()}
    low, high, left, right = (put_in(end, numbers) for end in (low, high, left, right))
    return DualPotential(
        dual_domain=(low, high),
        region=(left, right),
        symbol=X if x_is_positive else REAL_X,
        origin=origin,
        validity=_validity(found, left, right),
        **forms,
    )


@lru_cache(maxsize=256)  # once for all starts
def _in_letters(
    flow: Flow, found: tuple[Term, ...], shifts: tuple[sympy.Expr, ...], x_is_positive: bool, inside: bool
) -> tuple[dict[str, Any], bool]:
    """Return the forms by name, for shifts of the charges, and whether R(0) = R'(0) = 0; ``inside``: whether y = 0 is meant."""
    charges = [Y + c for c in shifts]
    constant = _constant(flow)
    x_of_y = _simplest(constant + sympy.Add(*(t.at(t.value, u) for t, u in zip(found, charges, strict=True))))
    at_zero = x_of_y.subs(Y, 0) if inside else sympy.S.NaN
    origin = (at_zero if is_steep(at_zero) else sympy.simplify(at_zero)) == 0
    conjugate = _conjugate(found, charges, constant, origin)
    symbol = X if x_is_positive else REAL_X
    if len(found) == 1:
        (term,) = found
        weight = inverse(term.value_in_weight, term.weight, symbol - constant)
        mirror_map = None if weight is None else _simplest(term.written.subs(term.weight, weight))
    else:
        mirror_map = inverse(x_of_y, Y, symbol)
    forms = closed_forms(mirror_map, conjugate, symbol)
    short = forms["closed_mirror_map"]
    if mirror_map is not None and short != mirror_map and forms["closed_potential"] is not None:  # R' has a shorter form
        shorter = inverse(short, symbol, Y)
        if shorter is not None:
            in_y = forms["closed_potential"].subs(short, Y).subs(symbol, shorter)
            x_of_y, conjugate = shorter, _powers_out(sympy.simplify(shorter * Y - in_y), short)
    return {"closed_inverse_mirror_map": x_of_y, "closed_conjugate": conjugate, **forms}, origin


def _powers_out(form: sympy.Expr, mirror_map: sympy.Expr) -> sympy.Expr:
    """Write log(b^n) as n log b, where b is seen to be positive along y = R'(x)."""

    def is_power(e: sympy.Expr) -> bool:
        return isinstance(e, sympy.log) and e.args[0].is_Pow and bool(e.args[0].base.subs(Y, mirror_map).is_positive)

    return form.replace(is_power, lambda e: e.args[0].exp * sympy.log(e.args[0].base))


def _constant(flow: Flow) -> sympy.Expr:
    return _summed(flow).as_independent(*flow.weights, as_Add=True)[0]


def _end(
    found: tuple[Term, ...], shifts: Sequence[sympy.Expr], values: Mapping[sympy.Symbol, sympy.Expr], upper: bool
) -> sympy.Expr:
    """Return the end of the range of y, in letters, where the first weight reaches the end of its own."""
    ends = [(_moved(t.high if upper else t.low, -c)) for t, c in zip(found, shifts, strict=True)]
    numbers = {end: end if end.is_infinite else end.xreplace(values) for end in reversed(ends)}
    first = ordered(numbers.values())[0 if upper else -1]
    return next(end for end in ends if numbers[end] == first)


def _image(
    flow: Flow,
    found: tuple[Term, ...],
    shifts: Sequence[sympy.Expr],
    values: dict[sympy.Symbol, sympy.Expr],
    end: sympy.Expr,
    name: str,
) -> sympy.Expr:
    """Return the limit of x, in letters, at an end of the range of y; a charge that comes to a large power has one of its own."""
    parts = [_constant(flow)]
    for term, shift in zip(found, shifts, strict=True):
        charge = _moved(end, shift)
        number = charge if charge.is_infinite else charge.xreplace(values)
        limits = ((term.low, term.first), (term.high, term.last))  # for which SymPy is asked as a function of the weight
        at_limit = [value for bound, value in limits if compare(number, bound) == 0]
        if not at_limit and is_steep(term.value):
            sign, letter = sign_of(number), sympy.Symbol(f"|b_{term.weight}{name}|", positive=True)
            if sign:
                values[letter] = sign * number
            charge = sign * letter
        parts.append(at_limit[0] if at_limit else _at(term, charge))
    return next((part for part in parts if part.is_infinite), sympy.Add(*parts))  # the infinite ones have one sign


@lru_cache(maxsize=1024)
def _at(term: Term, charge: sympy.Expr) -> sympy.Expr:
    value = term.at(term.value, charge)
    return value if is_steep(value) else sympy.simplify(value)


def _moved(end: sympy.Expr, shift: sympy.Expr) -> sympy.Expr:
    """Return end + shift; SymPy adds oo only to what it sees to be real."""
    return end if end.is_infinite else end + shift


def _conjugate(found: Sequence[Term], charges: Sequence[sympy.Expr], constant: sympy.Expr, origin: bool) -> sympy.Expr | None:
    parts = [None if t.conjugate is None else t.at(t.conjugate, u) for t, u in zip(found, charges, strict=True)]
    if None in parts:
        return None
    conjugate = _simplest(constant * Y + sympy.Add(*parts))
    return conjugate - sympy.limit(conjugate, Y, 0, "+") if origin else conjugate  # y log y has no value at 0, but a limit


def _shifts(
    found: Sequence[Term], start: Sequence[sympy.Expr] | None
) -> tuple[tuple[sympy.Expr, ...], dict[sympy.Symbol, sympy.Expr]]:
    """Return the constants c_i in positive letters, of which equal sizes share one, and the values of the letters."""
    if len(found) == 1:
        return (sympy.S.Zero,), {}
    if start is None:
        raise InvalidArgument("initial", "given for a sum of functions of one weight each", "nothing", "write initial weights")
    weights = [term.weight for term in found]
    charges = at_start([term.charge for term in found], weights, start, weights)
    mean = sympy.Add(*charges) / len(charges)
    values: dict[sympy.Symbol, sympy.Expr] = {}
    shifts = []
    for shift in (sympy.expand_mul(charge - mean) for charge in charges):
        sign = sign_of(shift)
        letter = next((e for e, size in values.items() if sign and compare(size, sign * shift) == 0), None)
        if sign and letter is None:
            letter = sympy.Symbol(f"|c{len(values) + 1}|", positive=True)
            values[letter] = sign * shift
        shifts.append(sympy.S.Zero if letter is None else sign * letter)
    return tuple(shifts), values


def _simplest(expr: sympy.Expr) -> sympy.Expr:
    """Let the parts of a sum cancel: polynomials are expanded, exponentials and logarithms combined."""
    if is_steep(expr):
        return expr
    if expr.is_polynomial(Y):
        return sympy.expand(expr)
    if expr.has(sympy.exp):
        letters: dict[sympy.Expr, sympy.Symbol] = {}  # of exp(c), as SymPy writes sums of exp(y + c) with no sinh

        def split(argument: sympy.Expr) -> sympy.Expr:
            constant, rest = sympy.expand(argument).as_independent(Y, as_Add=True)
            size = sympy.exp(constant)
            return (letters.setdefault(size, sympy.Dummy("e", positive=True)) if size != 1 else 1) * sympy.exp(rest)

        rest, waves = expr.replace(sympy.exp, split).as_independent(sympy.exp, as_Add=True)
        return sympy.powsimp((sympy.simplify(waves) + rest).subs({letter: size for size, letter in letters.items()}))
    terms = [term.as_independent(sympy.log, as_Add=False) for term in sympy.Add.make_args(expr)]
    if len(terms) == 2 and all(isinstance(log, sympy.log) for _, log in terms) and terms[0][0] == -terms[1][0]:
        (k, first), (_, second) = terms
        a, b = first.args[0], second.args[0]
        return 2 * k * sympy.atanh(sympy.cancel((a - b) / (a + b)))
    return expr


def _validity(found: Sequence[Term], left: sympy.Expr, right: sympy.Expr) -> tuple[str, ...]:
    lines = [f"{left} < x < {right}: there every weight stays in its range"]
    if len(found) > 1 and not (left == -sympy.oo and right == sympy.oo):
        resting = all(sympy.limit(sympy.diff(t.value_in_weight, t.weight), t.weight, 0, "+") == 0 for t in found)
        lines.append(
            "at a finite end of it a weight reaches 0, where its gradient vanishes; it may stay there, and then other laws hold;"
            " once the slope changes sign it need not stay (the flow is not unique)"
            if resting
            else "at a finite end of it a weight reaches 0 and may leave the range for which the map is meant"
        )
    return tuple(lines)
