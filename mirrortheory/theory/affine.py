r"""Fields affine in the weights: the flow is solved, and with it the inverse mirror map, whether or not variables separate.

For one output the dual variable is the clock: along the curve :math:`\mathrm d w_i/\mathrm d y = \phi(\partial_i g)`, which
the flow without decay follows at the pace :math:`-\phi(f')`,

.. math:: \frac{\mathrm d x}{\mathrm d y} = \sum_i |\partial_i g|^q = \frac{1}{R''(x)}, \qquad x(y) = g(w(y)), \qquad
          R^*(y) = \int_0^y x\,\mathrm d y,

with y = 0 at the start, so that R(x) is the Bregman divergence from x_0. The curve w(y) is explicit in two cases. For q = 1 and
a map g that is monotone in each weight, with the signs :math:`\sigma_i` of its slopes,

.. math:: w_i(y) = w_i(0) + \sigma_i y;

for q = 2 and a quadratic g, with :math:`\nabla g = H w + b` and the spectral projections :math:`P_\lambda` of H,

.. math:: w(y) = \sum_\lambda P_\lambda\Bigl(e^{\lambda y}\,w(0) + \int_0^y e^{\lambda t}\,b\,\mathrm d t\Bigr).

There a row l of :math:`P_\lambda` makes an affine form :math:`l \cdot (w + b/\lambda)` that grows at the rate :math:`\lambda`,
and any two such forms make a first integral.

Source: this project; Li, Wang, Lee, Arora (2022), arXiv:2207.04036, for one output and gradient flow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import sympy

from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import Constant, compare, inverse, is_short, ordered, placed, reduce_to_ring, sign_of
from mirrortheory.potentials.dual import REAL_X, DualPotential, closed_forms
from mirrortheory.potentials.potential import X, Y
from mirrortheory.theory.ansatz import polynomial_integrals
from mirrortheory.theory.derivation import Derivation, Start, Step, conserved, derivation
from mirrortheory.theory.flow import Flow

_MOST_BITS = 200  # of a rational initial weight that SymPy works with


@dataclass(frozen=True)
class AffineField:
    """dw/dy = H w + b, where H is symmetric, with its spectral projections.

    Attributes:
        weights: w.
        constant: b.
        projections: P_lambda for each eigenvalue lambda of H.
    """

    weights: tuple[sympy.Symbol, ...]
    constant: sympy.Matrix
    projections: dict[sympy.Expr, sympy.Matrix]

    def curve(self, start: Sequence[sympy.Expr]) -> tuple[sympy.Expr, ...]:
        """Return w(y) from ``start`` at y = 0."""
        total, w = sympy.zeros(len(self.weights), 1), sympy.Matrix(start)
        for rate, projection in self.projections.items():
            drift = Y if sign_of(rate) == 0 else (sympy.exp(rate * Y) - 1) / rate
            total += (projection * w) * sympy.exp(rate * Y) + (projection * self.constant) * drift
        return tuple(sympy.expand(sympy.radsimp(entry)) for entry in total)

    def integrals(self) -> tuple[sympy.Expr, ...]:
        """Return one first integral less than weights, from affine forms that grow at the rates lambda."""
        forms = []
        for rate, projection in self.projections.items():
            still = sign_of(rate) == 0
            shifted = sympy.Matrix(self.weights) + (sympy.zeros(len(self.weights), 1) if still else self.constant / rate)
            for pivot in projection.T.rref(iszerofunc=_is_zero)[1]:
                row = projection.T.col(pivot)
                row = (row / next(entry for entry in row if not _is_zero(entry))).applyfunc(sympy.radsimp)
                drift = sympy.expand((row.T * self.constant)[0]) if still else sympy.S.Zero
                forms.append((rate, drift, sympy.expand((row.T * shifted)[0])))
        forms.sort(key=lambda form: _is_zero(form[0]))  # a form that grows comes first
        (rate, drift, first), *others = forms
        found = []
        for other_rate, other_drift, other in others:
            if _is_zero(rate):
                found.append(other_drift * first - drift * other)
            elif compare(other_rate, rate) == 0:
                found.append(other / first)
            elif _is_zero(other_rate):
                found.append(rate * other - other_drift * sympy.log(sympy.Abs(first)))
            else:
                found.append(other_rate * sympy.log(sympy.Abs(first)) - rate * sympy.log(sympy.Abs(other)))
        return tuple(found)


def _is_zero(constant: sympy.Expr) -> bool:
    return sign_of(constant) == 0


class SolvedField(Step):
    """The curve w(y) is solved from the initial weights; first integrals are polynomials where enough of them are."""

    @property
    def name(self) -> str:
        return "affine field"

    def refuses(self, flow: Flow, start: Start) -> str | None:
        if affine_field(flow) is None:
            return "w(y) is solved at q = 1 for monotone maps of positive weights and at q = 2 for quadratic maps"
        return "initial weights instead would give x(y)" if start is None else None

    def derive(self, flow: Flow, imbalance: Sequence[object] | None, start: Start) -> Derivation:
        field = affine_field(flow)
        assert field is not None  # it was not refused
        assert start is not None
        invariants = polynomial_integrals(flow)
        if len(invariants) < len(flow.weights) - 1:
            invariants = field.integrals()
        potential = solved(flow, field, start)
        return derivation(flow, conserved(flow, invariants), potential, start)


@lru_cache(maxsize=64)  # a step asks for it twice
def affine_field(flow: Flow) -> AffineField | None:
    """Return the field along the clock when it is affine in the weights, else None.

    >>> from mirrortheory import Flow, Lq
    >>> from mirrortheory.reparams import Separable
    >>> u, v = sympy.symbols("u v", positive=True)
    >>> affine_field(Flow(Lq(1), Separable(u * v + v**3, (u, v)))).curve((2, 1))
    (y + 2, y + 1)
    """
    q, weights = flow.geometry.exponent, flow.weights
    if q == 1 and all(w.is_positive for w in weights):
        on = Domain(dict.fromkeys(weights, POSITIVE))
        signs = [next((s for s in (1, -1) if on.positive_by_form(s * entry)), 0) for entry in flow.reparam.jacobian()]
        return None if 0 in signs else AffineField(weights, sympy.Matrix(signs), {sympy.S.Zero: sympy.eye(len(weights))})
    if q != 2 or not flow.effective.is_polynomial(*weights):
        return None
    hessian = sympy.hessian(flow.effective, weights).applyfunc(sympy.expand)
    if hessian.free_symbols:
        return None
    rates = sympy.roots(hessian.charpoly().as_expr(), multiple=False)
    if sum(rates.values()) < len(weights) or any(rate.has(sympy.I) for rate in rates):  # a cubic with three real roots
        return None
    constant = sympy.Matrix(flow.reparam.jacobian()).subs(dict.fromkeys(weights, 0))
    projections = {rate: sympy.eye(len(weights)) for rate in rates}
    for rate in rates:
        for other in rates:
            if compare(other, rate) != 0:
                step = (hessian - other * sympy.eye(len(weights))) / (rate - other)
                projections[rate] = (projections[rate] * step).applyfunc(sympy.radsimp)
    return AffineField(weights, constant, projections)


def solved(flow: Flow, field: AffineField, start: Sequence[sympy.Expr]) -> DualPotential:
    """Return the potential of ``flow`` for the first integrals of ``start``.

    Raises:
        InvalidArgument: when the start is a stationary point.
        NoClosedForm: when the ends of the curve are not found.
    """
    rule = dict(zip(flow.weights, start, strict=True))
    if all(sign_of(entry.subs(rule)) == 0 for entry in flow.reparam.jacobian()):
        raise InvalidArgument("initial", "no stationary point of the map", start, "the flow does not leave it")
    start = [_named_if_long(value, weight) for value, weight in zip(start, flow.weights, strict=True)]
    curve = field.curve(start)
    x_of_y = combined(flow.reparam.forward(*curve))
    (low, first), (high, last) = ends_of_curve(flow, curve)
    left, right = image_of_end(flow, x_of_y, curve, low, first), image_of_end(flow, x_of_y, curve, high, last)
    along = dict(zip(flow.weights, curve, strict=True))
    slopes = [entry.xreplace(along) for entry in flow.reparam.jacobian()]
    velocities = slopes if flow.geometry.exponent == 2 else list(field.constant)
    metric = sympy.Add(*(slope * velocity for slope, velocity in zip(slopes, velocities, strict=True)))
    if not reduce_to_ring(sympy.diff(x_of_y, Y) - metric).vanishes:
        raise NoClosedForm("inverse mirror map", f"{x_of_y} is not seen to have the inverse metric as its derivative")
    symbol = X if sign_of(left) >= 0 else REAL_X
    waves = flow.geometry.exponent == 2
    lettered, wave, at_start, values = _of_modes(x_of_y) if waves else _of_starts(flow, field, start)
    numbers = placed([lettered, wave], values)
    conjugate, in_x = (_from_start(form, numbers) for form in (lettered, wave))
    in_x = None if in_x is None else in_x.subs(at_start)
    forms = {
        "closed_inverse_mirror_map": lettered,
        "closed_conjugate": conjugate,
        **closed_forms(_inverted(wave, symbol), in_x, symbol),
    }
    numbers = placed([form for form in forms.values() if form is not None], values)
    low, high, left, right = (_named(end, name) for end, name in ((low, "y_1"), (high, "y_2"), (left, "x_1"), (right, "x_2")))
    named: dict[str, Any] = {name: None if form is None else form.subs(numbers) for name, form in forms.items()}
    return DualPotential(
        dual_domain=(low, high),
        region=(left, right),
        symbol=symbol,
        origin=False,
        at_start=True,
        validity=_validity(flow, left, right, first is not None or last is not None),
        **named,
    )


_Lettered = tuple[sympy.Expr, sympy.Expr, dict[sympy.Expr, sympy.Expr], dict[sympy.Symbol, sympy.Expr]]
"""x(y) in letters, the same with waves, what the waves are at y = 0, and the values of the letters."""


def _of_starts(flow: Flow, field: AffineField, start: Sequence[sympy.Expr]) -> _Lettered:
    """Return x(y) with a positive letter for each initial weight, equal ones sharing one."""
    letters: dict[sympy.Expr, sympy.Symbol] = {}
    for weight, value in zip(flow.weights, start, strict=True):
        letters.setdefault(value, sympy.Symbol(f"|{weight}_0|", positive=True))
    x_of_y = combined(flow.reparam.forward(*field.curve([letters[value] for value in start])))
    return x_of_y, x_of_y, {}, {letter: value for value, letter in letters.items()}


def _of_modes(x_of_y: sympy.Expr) -> _Lettered:
    """Return x(y) with letters for the sizes of its coefficients.

    Two exponentials of opposite rates are one wave, 2 m sinh or cosh of (rate y + t), of which the inverse is known.
    """
    modes, values = _modes(x_of_y), dict[sympy.Symbol, sympy.Expr]()

    def letter(name: str, value: sympy.Expr) -> sympy.Expr:
        """Return the value as a sign times a letter."""
        sign, found = sign_of(value), sympy.Symbol(f"|{name}|", positive=True)
        if sign:
            values[found] = sign * value
        return sign * found if sign else sympy.S.Zero

    terms = {
        rate: {power: letter(f"a_{len(values) + 1}", c) for (power,), c in sympy.Poly(mode, Y).terms()}
        for rate, mode in modes.items()
    }
    summed = {rate: sympy.Add(*(c * Y**k for k, c in powers.items())) * sympy.exp(rate * Y) for rate, powers in terms.items()}
    total = sympy.Add(*summed.values())
    rates = ordered(rate for rate in modes if rate != 0)
    if len(rates) != 2 or rates[0] != -rates[1] or any(modes[rate].has(Y) for rate in rates):
        return total, total, {}, values
    low, high = (modes[rate] for rate in rates)
    signs = sign_of(low), sign_of(high)
    square = signs[0] * signs[1] * low * high
    middle = sympy.sqrt(square if square.has(Constant) else sympy.radsimp(sympy.expand(square)))
    ratio = signs[1] * high / middle
    size, turn = letter("m", middle), letter("t", sympy.log(ratio if ratio.has(Constant) else sympy.radsimp(ratio)))
    function, twin = (sympy.cosh, sympy.sinh) if signs[0] == signs[1] else (sympy.sinh, sympy.cosh)
    below, above = (signs[i] * terms[rate][0] for i, rate in enumerate(rates))
    at_start = {twin(turn): (above - below if twin is sympy.sinh else above + below) / (2 * size)} if turn != 0 else {}
    rest = sympy.Add(*(e for rate, e in summed.items() if rate == 0))
    return total, rest + 2 * signs[1] * size * function(rates[1] * Y + turn), at_start, values


def _named_if_long(value: sympy.Expr, weight: sympy.Symbol) -> sympy.Expr:
    """Return an initial weight, by a name where SymPy would fail on roots of polynomials in it."""
    long = value.is_Rational and int(value.p).bit_length() + int(value.q).bit_length() > _MOST_BITS
    return sympy.sign(value) * Constant(f"{weight}_0", abs(value)) if long else value


def _named(end: sympy.Expr, name: str) -> sympy.Expr:
    """Return an end, by a name where it is no short number."""
    if end in (sympy.oo, -sympy.oo) or is_short(end):
        return end
    sign = sign_of(end)
    return sign * Constant(name, sign * end) if sign else sympy.S.Zero


def _from_start(x_of_y: sympy.Expr, numbers: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr | None:
    """Return the integral of x from 0 to y, or None; ``numbers`` are those of its letters."""

    def real(argument: sympy.Expr) -> sympy.Expr:
        return sympy.log(-argument if sign_of(argument.subs(Y, 0).subs(numbers)) < 0 else argument)

    found = _integrated(x_of_y).replace(sympy.log, real)
    known = not found.has(sympy.Integral, sympy.Piecewise) and reduce_to_ring(sympy.diff(found, Y) - x_of_y).vanishes
    return found - found.subs(Y, 0) if known else None


@lru_cache(maxsize=64)  # once for all starts, which are letters in it
def _integrated(x_of_y: sympy.Expr) -> sympy.Expr:
    return sympy.integrate(x_of_y, Y)


def _modes(expr: sympy.Expr) -> dict[sympy.Expr, sympy.Expr]:
    """Write a sum of exponentials as {rate: coefficient}; what is no exponential in y stays in the coefficient."""
    found: dict[sympy.Expr, sympy.Expr] = {}
    for term in sympy.Add.make_args(sympy.expand(expr)):
        factors = sympy.Mul.make_args(term)
        rate = sympy.radsimp(sympy.expand(sympy.Add(*(f.args[0] / Y for f in factors if isinstance(f, sympy.exp)))))
        rest = sympy.Mul(*(f for f in factors if not isinstance(f, sympy.exp)))
        if rate.is_number:  # one key for equal rates
            rate = next((known for known in (sympy.S.Zero, *found) if known.is_number and compare(known, rate) == 0), rate)
        found[rate] = found.get(rate, sympy.S.Zero) + rest
    found = {rate: sympy.radsimp(sympy.expand(coefficient)) for rate, coefficient in found.items()}
    return {rate: c for rate, c in found.items() if c != 0 and (c.free_symbols or sign_of(c) != 0)}


def combined(expr: sympy.Expr) -> sympy.Expr:
    """Let the exponentials of a sum combine and cancel; an expression of another form is left alone."""
    modes = _modes(expr)
    plain = all(rate.is_number and coefficient.is_polynomial(Y) for rate, coefficient in modes.items())
    return sympy.Add(*(coefficient * sympy.exp(rate * Y) for rate, coefficient in modes.items())) if plain else expr


def ends_of_curve(flow: Flow, curve: Sequence[sympy.Expr]) -> list[tuple[sympy.Expr, int | None]]:
    """Return the y below and above 0 where the first positive weight reaches 0, with its place; infinite if none does."""
    ends: list[tuple[sympy.Expr, int | None]] = [(-sympy.oo, None), (sympy.oo, None)]
    for place, (w, entry) in enumerate(zip(flow.weights, curve, strict=True)):
        for zero in _zeros(w, entry) if w.is_positive else ():
            if sign_of(zero) < 0 and compare(zero, ends[0][0]) > 0:
                ends[0] = zero, place
            elif sign_of(zero) > 0 and compare(zero, ends[1][0]) < 0:
                ends[1] = zero, place
    return ends


def _zeros(weight: sympy.Symbol, entry: sympy.Expr) -> list[sympy.Expr]:
    """Return every real zero of a weight along the curve."""
    modes = _modes(entry)
    rates = ordered(modes)
    if len(rates) == 1 and _is_zero(rates[0]):
        return [-modes[sympy.S.Zero].subs(Y, 0) / sympy.diff(modes[sympy.S.Zero], Y)] if modes[sympy.S.Zero].has(Y) else []
    steps = [sympy.radsimp(b - a) for a, b in pairwise(rates)]
    if any(c.has(Y) for c in modes.values()) or len(rates) > 3 or any(compare(step, steps[0]) != 0 for step in steps):
        raise NoClosedForm("range of the weights", f"where {weight} = {entry} reaches 0 is not found")
    power = sympy.Dummy("E", positive=True)  # exp(step y): a linear or quadratic equation
    roots = sympy.roots(sympy.Add(*(modes[rate] * power**k for k, rate in enumerate(rates))), power) if steps else {}
    if len(rates) == 3:
        first, second, third = (modes[rate] for rate in rates)
        roots = roots if sign_of(second**2 - 4 * first * third) >= 0 else {}  # else no root is real
    return [sympy.log(sympy.radsimp(root)) / steps[0] for root in roots if sign_of(root) > 0]


def image_of_end(flow: Flow, x_of_y: sympy.Expr, curve: Sequence[sympy.Expr], end: sympy.Expr, place: int | None) -> sympy.Expr:
    """Return the limit of x at an end of the curve, where the weight at ``place`` is 0."""
    if place is not None:
        vanishing = flow.weights[place]
        there = [vanishing if i == place else entry.subs(Y, end) for i, entry in enumerate(curve)]
        value = flow.reparam.forward(*there)
        polynomial = flow.effective.is_polynomial(*flow.weights)
        value = value.subs(vanishing, 0) if polynomial else sympy.limit(value, vanishing, 0, "+")
        if value.has(Constant):
            return value
        value = sympy.radsimp(sympy.expand(value))
        return sympy.sqrtdenest(value) if is_short(value) else value
    if flow.geometry.exponent == 1:
        return sympy.limit(x_of_y, Y, end)
    modes, sign = _modes(x_of_y), sympy.sign(end)
    fastest = ordered(modes)[-1 if sign > 0 else 0] if modes else sympy.S.Zero
    if sign_of(sign * fastest) > 0:
        return sign_of(modes[fastest]) * sympy.oo
    return sympy.limit(modes.get(sympy.S.Zero, sympy.S.Zero), Y, end)


def _inverted(x_of_y: sympy.Expr, x: sympy.Symbol) -> sympy.Expr | None:
    """Solve x(y) = x on the branch where x(y) increases; None when no rule applies."""
    above, below = sympy.fraction(sympy.together(x_of_y))
    equation = sympy.expand(above - x * below)
    if equation.is_polynomial(Y) and not below.has(Y) and sympy.degree(equation, Y) == 2:
        a, b, c = sympy.Poly(equation / below, Y).all_coeffs()
        return (sympy.sqrt(b**2 - 4 * a * c) - b) / (2 * a)
    if equation.is_polynomial(Y) and sympy.degree(equation, Y) == 1:
        return -equation.subs(Y, 0) / sympy.diff(equation, Y)
    constant, rest = x_of_y.as_independent(Y, as_Add=True)
    factor, wave = rest.as_independent(Y, as_Add=False)
    if isinstance(wave, sympy.cosh):  # of which x increases along one side
        angle = sympy.acosh((x - constant) / factor)
        return inverse(wave.args[0], Y, angle if factor.is_positive else -angle)
    modes = _modes(x_of_y)
    constant = modes.pop(sympy.S.Zero, sympy.S.Zero)
    rates = ordered(modes) if all(rate.is_number for rate in modes) else []
    if (
        len(rates) == 2
        and not any(e.free_symbols for e in (constant, *modes, *modes.values()))
        and compare(rates[0], -rates[1]) == 0
    ):
        below, above = modes[rates[0]], modes[rates[1]]
        size, side = sign_of(above) * above, sign_of(above) * sign_of(below)
        middle = sympy.sqrt(sympy.radsimp(sympy.expand(side * above * below)))
        if side < 0:  # 2 middle sinh(rate y + log(above/middle))
            angle = sympy.asinh((x - constant) / (2 * middle))
        else:
            angle = sympy.acosh((x - constant) / (2 * middle)) * sign_of(above)
        return (angle - sympy.log(sympy.radsimp(size / middle))) / rates[1]
    return inverse(x_of_y, Y, x)


def _validity(flow: Flow, left: sympy.Expr, right: sympy.Expr, ends: bool) -> tuple[str, ...]:
    lines = [f"{left} < x < {right}: there every weight stays in its range"]
    if ends:
        lines.append("at a finite end of it a weight reaches 0 and may leave the range for which the map is meant")
    if flow.decay.rate != 0:
        lines.append("with decay the first integrals move by the balance law; this is the potential at time zero")
    return tuple(lines)
