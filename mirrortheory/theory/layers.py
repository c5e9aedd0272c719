r"""Layers that separate: the mirror potential as an exact curve in the smallest charge s.

With the charges of :mod:`mirrortheory.theory.separation` and the imbalance :math:`\lambda_i = u_i - \min_j u_j`, which is kept,

.. math:: x(s) = g\bigl(a_1(s + \lambda_1), \ldots, a_n(s + \lambda_n)\bigr), \qquad
          \frac{\mathrm d y}{\mathrm d s} = \frac{1}{\kappa C}.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064; the parametric form for every depth and imbalance is this project's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import sympy

from mirrortheory.decays import TIME
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import compare, placed, rational, sign_of
from mirrortheory.potentials import Normalisation, Potential, PowerProduct, S
from mirrortheory.potentials.closed import with_closed_forms
from mirrortheory.potentials.powers import power_form
from mirrortheory.theory.additive import is_a_sum
from mirrortheory.theory.decay_law import A
from mirrortheory.theory.derivation import Derivation, Start, Step, at_start, conserved, derivation
from mirrortheory.theory.flow import Flow
from mirrortheory.theory.separation import Separation, separate

_NAMES_TAKEN = {"x", "x0", "y", "y0", "s", "u", "z", "L"}  # by the forms, their integrals and their limits


class SeparateLayers(Step):
    """Variables are separated; the potential is that of the imbalance, or of the imbalance of the initial weights."""

    @property
    def name(self) -> str:
        return "separate layers"

    def refuses(self, flow: Flow, start: Start) -> str | None:
        return "x is a sum of functions of one weight each" if is_a_sum(flow) else None

    def derive(self, flow: Flow, imbalance: Sequence[object] | None, start: Start) -> Derivation:
        return _derived(flow, start, _imbalance(flow, imbalance) if start is None else _imbalance_of(flow, separate(flow), start))


@lru_cache(maxsize=256)  # a check derives the same again for each of its mutants
def _derived(flow: Flow, start: Start, shifts: tuple[sympy.Expr, ...]) -> Derivation:
    separation = separate(flow)
    invariants = conserved(flow, separation.integrals(flow.weights))  # the separation looked at positive weights only
    letters, values = _in_letters(shifts)
    potential = _closed(flow, separation, letters)
    potential = potential.replaced(placed(potential.expressions(), values))
    return derivation(flow, invariants, potential, start, shifts)


def _in_letters(shifts: Sequence[sympy.Expr]) -> tuple[tuple[sympy.Expr, ...], dict[sympy.Symbol, sympy.Expr]]:
    """Return an imbalance with a positive letter for each entry but 0, equal ones sharing one, and the values of the letters."""
    values: dict[sympy.Symbol, sympy.Expr] = {}
    found = []
    for place, shift in enumerate(shifts, 1):
        letter = next((e for e, value in values.items() if value == shift or _equal(value, shift)), None)
        if letter is None and not (shift == 0 or shift.is_Symbol):
            letter = sympy.Symbol(f"|lam{place}|", positive=True)
            values[letter] = shift
        found.append(shift if letter is None else letter)
    return tuple(found), values


def _equal(left: sympy.Expr, right: sympy.Expr) -> bool:
    return not (left.free_symbols or right.free_symbols) and compare(left, right) == 0


@lru_cache(maxsize=256)  # once for all imbalances of a pattern
def _closed(flow: Flow, separation: Separation, imbalance: tuple[sympy.Expr, ...]) -> Potential:
    return with_closed_forms(parametric(flow, separation, imbalance), flow.geometry.exponent)


def parametric(flow: Flow, separation: Separation, imbalance: Sequence[sympy.Expr]) -> Potential:
    """Return the potential as an exact curve in s, without closed forms.

    Args:
        flow: of a product of powers.
        separation: its separated variables.
        imbalance: of the layers, smallest 0.

    Raises:
        NoClosedForm: when the densities are no products of powers of s plus constants, or x does not vanish with s.
    """
    layers = zip(separation.magnitudes, separation.inverses, imbalance, strict=True)
    at_s = {a: inverse.subs(separation.charge, S + shift) for a, inverse, shift in layers}
    effective = power_form(flow.reparam.forward(*separation.magnitudes).subs(at_s))
    density = power_form((1 / separation.pace).subs(at_s))
    jacobian = (sympy.diff(flow.reparam.forward(*separation.magnitudes), a) for a in separation.magnitudes)
    metric = sympy.Add(*(power_form((entry**flow.geometry.exponent).subs(at_s)) for entry in jacobian))
    dual, image = PowerProduct.parse(density, S), PowerProduct.parse(effective, S)
    if any(shift.is_negative for shift, _ in image.factors) or (image.order_at_zero() <= 0) == sympy.true:
        raise NoClosedForm("parametric form", f"x = {effective} does not start at 0 with the smallest charge {S}")
    return Potential(
        effective=image,
        dual_density=dual,
        conjugate_density=PowerProduct.parse(power_form(effective * density), S),
        inverse_metric=metric,
        normalisation=_normalisation(dual),
        even=_is_odd_in_each_weight(flow),
        validity=_validity(flow, dual, sum(shift == 0 for shift in imbalance)),
    )


def _normalisation(dual: PowerProduct) -> Normalisation:
    near, far = dual.order_at_zero(), dual.order_at_infinity()
    if (near > -1) == sympy.true:
        return Normalisation.ORIGIN
    if (near <= -1) == sympy.true and (far < -1) == sympy.true:
        return Normalisation.INFINITY
    return Normalisation.ONE if (near <= -1) == sympy.true else Normalisation.ORIGIN


def _is_odd_in_each_weight(flow: Flow) -> bool:
    """Return whether x changes sign with each weight, so that what holds for positive weights holds on every orthant."""
    x = flow.effective
    return not any(w.is_positive or sympy.expand(x.subs(w, -w) + x) != 0 for w in flow.weights)


def _validity(flow: Flow, dual: PowerProduct, smallest: int) -> tuple[str, ...]:
    near, far = dual.order_at_zero(), dual.order_at_infinity()
    lines = ["first integrals: decided in a ring on every orthant of weights, off the planes w_i = 0"]
    if not _is_odd_in_each_weight(flow):
        lines = ["x > 0: the map is derived for positive weights, and x does not change sign with each of them"]
    elif smallest == 1:
        lines.append("x in R: one layer is smallest, so x passes through 0 when that layer changes sign")
    elif (near <= -1) == sympy.true:
        lines.append("x > 0, or x < 0 by evenness: R'(0+) = -oo, and 0 is not reached in finite time")
    else:
        lines.append(
            f"x > 0, or x < 0 by evenness: {smallest} layers are smallest, so x = 0 is a saddle of f(g(w));"
            " where the flow reaches it in finite time, it is not unique after"
        )
        if near.free_symbols:
            lines.append(f"R'(0) = 0 where {near} > -1; elsewhere R'(0+) = -oo and R' is normalised otherwise")
    onto = sympy.simplify(far >= -1)
    if onto == sympy.true:
        lines.append("R' is onto: the dual domain is unbounded")
    elif onto == sympy.false:
        lines.append("R' is bounded at oo: the dual domain is not all of R")
    else:
        lines.append(f"R' is onto where {far} >= -1, that is where depth <= q/(q - 1)")
    if flow.decay.rate != 0:
        lines.append("with decay the imbalance moves by the balance law; this is the potential at time zero")
    return tuple(lines)


def _imbalance_of(flow: Flow, separation: Separation, start: Sequence[sympy.Rational]) -> tuple[sympy.Expr, ...]:
    charges = at_start(separation.charges, separation.magnitudes, [abs(w) for w in start], flow.weights)
    smallest = charges[0]
    for charge in charges[1:]:
        smallest = charge if _is_below(charge, smallest) else smallest
    differences = (sympy.simplify(d) if d.free_symbols else sympy.expand_mul(d) for d in (c - smallest for c in charges))
    return tuple(sympy.S.Zero if d == 0 or (d.is_number and sign_of(d) == 0) else d for d in differences)


def _is_below(left: sympy.Expr, right: sympy.Expr) -> bool:
    """Return whether a charge is smaller than another for every exponent meant: exactly, or at the ends and the middle."""
    exponents = sorted((left - right).free_symbols, key=str)
    signs = {sign_of((left - right).subs(dict.fromkeys(exponents, value))) for value in (1, sympy.Rational(3, 2), 2)}
    if len(signs - {0}) > 1:
        raise InvalidArgument(
            "initial", "of one order of charges for every q", "weights whose order depends on q", "give q a value"
        )
    return -1 in signs


def _imbalance(flow: Flow, imbalance: Sequence[object] | None) -> tuple[sympy.Expr, ...]:
    count = len(flow.weights)
    listed = isinstance(imbalance, Sequence) and not isinstance(imbalance, str)
    entries: Sequence[object] = (0,) * count if imbalance is None else tuple(imbalance) if listed else (imbalance,)
    remedy = f"write {count} rationals >= 0, at least one of them 0, such as {','.join(map(str, range(count)))}"
    if len(entries) != count or not (listed or imbalance is None):
        raise InvalidArgument("imbalance", f"one entry for each of {count} layers", _text(entries), remedy)
    found = tuple(e if isinstance(e, sympy.Symbol) and e.is_positive else rational(e, "imbalance") for e in entries)
    given = {e for e in found if e.is_Symbol}
    taken = _NAMES_TAKEN | {s.name for s in (*flow.weights, *flow.geometry.exponent.free_symbols, *flow.decay.rate.free_symbols)}
    taken |= {TIME.name, A.name} if flow.decay.rate != 0 else set()
    for symbol in given:
        if symbol.name in taken:  # the forms would mean two things by one letter
            raise InvalidArgument("imbalance", "named as nothing else in the forms is", symbol, "write for example lam")
    if any(e.is_negative for e in found):
        raise InvalidArgument("imbalance", "nonnegative in every entry", _text(entries), remedy)
    if not any(e == 0 for e in found):
        raise InvalidArgument("imbalance", "0 for at least one layer", _text(entries), remedy)
    return found


def _text(entries: Sequence[object]) -> str:
    return ",".join(map(str, entries))
