r"""From a flow to its mirror potential: invariants, balance law, inverse metric, R, R', R'', R*, D_R.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064; the parametric form for every depth and imbalance is this project's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sympy

from mirrortheory.decays import NoDecay
from mirrortheory.errors import InvalidArgument, NoClosedForm
from mirrortheory.exact import rational, reduce_to_ring
from mirrortheory.theory.additive import DualPotential, Term, explicit, terms
from mirrortheory.theory.affine import AffineField, affine_field, solved
from mirrortheory.theory.ansatz import polynomial_integrals
from mirrortheory.theory.closed import with_closed_forms
from mirrortheory.theory.flow import Flow
from mirrortheory.theory.potential import Normalisation, Potential, PowerProduct, S
from mirrortheory.theory.powers import power_form
from mirrortheory.theory.separation import Separation, separate

_NAMES_TAKEN = {"x", "x0", "y", "y0", "s", "u", "z", "L"}  # by the forms, their integrals and their limits


@dataclass(frozen=True)
class BalanceLaw:
    """How an invariant of the flow without decay moves under the decay.

    Attributes:
        invariant: an expression in the weights.
        derivative: its time derivative along the flow, with the decay.
        rate: c with derivative = c * invariant on every orthant (decided in a ring), or None when there is no such c.
    """

    invariant: sympy.Expr
    derivative: sympy.Expr
    rate: sympy.Expr | None

    def __str__(self) -> str:
        if self.rate == 0:
            return f"d/dt ({self.invariant}) = 0"
        if self.rate is not None:
            return f"d/dt ({self.invariant}) = {self.rate} * ({self.invariant})"
        return f"d/dt ({self.invariant}) is no constant multiple of itself; it is {self.derivative}"


@dataclass(frozen=True)
class Derivation:
    """What :func:`derive` finds.

    Attributes:
        flow: the flow derived from.
        imbalance: |w_i|^q - min_j |w_j|^q (in general: charge minus the smallest charge), one entry a layer; none for a sum.
        invariants: first integrals of the flow without decay, u_1 - u_i, as expressions in the signed weights.
        balance_laws: how they move under the decay.
        inverse_metric: 1/R'' as a function of the weights.
        potential: the mirror potential for this imbalance.
        initial: the weights given, if any; x_0 is their image, and R'(x_0) is kept (R is not shifted).
        assumptions: what was assumed, in words.
    """

    flow: Flow
    imbalance: tuple[sympy.Expr, ...]
    invariants: tuple[sympy.Expr, ...]
    balance_laws: tuple[BalanceLaw, ...]
    inverse_metric: sympy.Expr
    potential: Potential | DualPotential
    initial: tuple[sympy.Expr, ...] | None
    assumptions: tuple[str, ...]

    @property
    def x0(self) -> sympy.Expr | None:
        """The effective parameter of the initial weights."""
        return None if self.initial is None else self.flow.reparam.forward(*self.initial)


def derive(flow: Flow, *, imbalance: Sequence[object] | None = None, initial: Sequence[object] | None = None) -> Derivation:
    """Derive the mirror potential of ``flow`` for an imbalance, or for the imbalance of initial weights.

    Args:
        flow: geometry, reparameterization and decay. With decay the potential is the one at time zero.
        imbalance: one rational >= 0 or positive symbol a layer, at least one of them 0; all zero (balanced) by default.
        initial: initial weights, exact rationals, instead of ``imbalance``.

    Raises:
        InvalidArgument: for both or neither usable, a wrong length, no zero, a negative entry, a float.
        NoClosedForm: when the flow neither separates nor is solved; the message names the step, and first integrals found.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential.mirror_map
    asinh(2*x/3)/2
    """
    if initial is not None and imbalance is not None:
        raise InvalidArgument("imbalance", "absent when initial weights are given", imbalance, "give one of the two")
    start = None if initial is None else _initial(flow, initial)
    summands = terms(flow)
    if summands is not None:
        return _of_a_sum(flow, summands, imbalance, start)
    try:
        return _of_separate_layers(flow, imbalance, start)
    except NoClosedForm as error:
        failed = error
    field = affine_field(flow)
    if field is not None and start is not None:
        try:
            return _of_an_affine_field(flow, field, start)
        except NoClosedForm as error:
            failed = error
    hint = "; initial weights instead would give x(y)" if field is not None and start is None else ""
    raise NoClosedForm(failed.step, f"{failed.reason}; {_integrals_known(flow)}{hint}")


def _of_separate_layers(flow: Flow, imbalance: Sequence[object] | None, start: tuple[sympy.Rational, ...] | None) -> Derivation:
    separation = separate(flow)
    shifts = _imbalance(flow, imbalance) if start is None else _imbalance_of(separation, start)
    invariants = _invariants(flow, separation)
    # SymPy does not see that an imbalance such as 1 - 2**-q is positive: derive with a positive symbol in its place.
    stand_ins = {sympy.Dummy(f"lam{i + 1}", positive=True): e for i, e in enumerate(shifts) if not (e.is_Symbol or e.is_Rational)}
    symbols = {e: symbol for symbol, e in stand_ins.items()}
    potential = parametric(flow, separation, [symbols.get(e, e) for e in shifts])
    return Derivation(
        flow=flow,
        imbalance=shifts,
        invariants=invariants,
        balance_laws=tuple(balance_law(flow, invariant) for invariant in invariants),
        inverse_metric=sympy.Add(*(sympy.Abs(j) ** flow.geometry.exponent for j in flow.reparam.jacobian())),
        potential=with_closed_forms(potential, flow.geometry.exponent).subs(stand_ins),
        initial=start,
        assumptions=_assumptions(flow),
    )


def _of_a_sum(
    flow: Flow, summands: Sequence[Term], imbalance: Sequence[object] | None, start: tuple[sympy.Rational, ...] | None
) -> Derivation:
    if imbalance is not None:
        raise InvalidArgument("imbalance", "absent for a sum of functions of one weight", imbalance, "give initial weights")
    invariants = tuple(summands[0].charge - term.charge for term in summands[1:])
    return _without_imbalance(flow, invariants, explicit(flow, summands, start), start)


def _of_an_affine_field(flow: Flow, field: AffineField, start: tuple[sympy.Rational, ...]) -> Derivation:
    invariants = polynomial_integrals(flow)
    if len(invariants) < len(flow.weights) - 1:
        invariants = field.integrals()
    return _without_imbalance(flow, invariants, solved(flow, field, start), start)


def _without_imbalance(
    flow: Flow, invariants: tuple[sympy.Expr, ...], potential: DualPotential, start: tuple[sympy.Rational, ...] | None
) -> Derivation:
    return Derivation(
        flow=flow,
        imbalance=(),
        invariants=_conserved(flow, invariants),
        balance_laws=tuple(balance_law(flow, invariant) for invariant in invariants),
        inverse_metric=sympy.Add(*(sympy.Abs(j) ** flow.geometry.exponent for j in flow.reparam.jacobian())),
        potential=potential,
        initial=start,
        assumptions=_assumptions(flow),
    )


def _integrals_known(flow: Flow) -> str:
    """Say which first integrals an ansatz finds where no potential is found."""
    try:
        found = polynomial_integrals(flow)
    except NoClosedForm as failed:
        return f"no first integral: {failed.step}: {failed.reason}"
    if not found and len(flow.weights) > 1:
        return "no first integral found by the polynomial ansatz"
    count = f"{len(found)} of {len(flow.weights) - 1}"
    return f"{count} first integrals known: {', '.join(map(str, found))}; the level set is not solved for x"


def parametric(flow: Flow, separation: Separation, imbalance: Sequence[sympy.Expr]) -> Potential:
    """Return the potential as an exact curve in s, without closed forms.

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


def balance_law(flow: Flow, invariant: sympy.Expr) -> BalanceLaw:
    """Find c with d(invariant)/dt = c * invariant along ``flow``: a candidate from one point, decided in a ring."""
    derivative = flow.derivative(invariant).doit()
    if reduce_to_ring(derivative).vanishes:
        return BalanceLaw(invariant, derivative, sympy.S.Zero)
    for first in (2, 3, 5, 7):  # a point where the invariant is not 0
        point = {w: sympy.Integer(first if i == 0 else 1) for i, w in enumerate(flow.weights)} | {flow.slope: sympy.S.One}
        value = sympy.simplify(invariant.subs(point))
        if value != 0:
            candidate = sympy.simplify(derivative.subs(point) / value)
            holds = reduce_to_ring(derivative - candidate * invariant).vanishes
            return BalanceLaw(invariant, derivative, candidate if holds else None)
    return BalanceLaw(invariant, derivative, None)


def _invariants(flow: Flow, separation: Separation) -> tuple[sympy.Expr, ...]:
    at_weights = {a: sympy.Abs(w) for a, w in zip(separation.magnitudes, flow.weights, strict=True)}
    charges = [charge.subs(at_weights) for charge in separation.charges]
    return _conserved(flow, tuple(charges[0] - charge for charge in charges[1:]))


def _conserved(flow: Flow, invariants: tuple[sympy.Expr, ...]) -> tuple[sympy.Expr, ...]:
    undecayed = Flow(flow.geometry, flow.reparam)
    for invariant in invariants:  # the separation looked at positive weights only
        if not reduce_to_ring(undecayed.derivative(invariant).doit()).vanishes:
            raise NoClosedForm("first integrals", f"{invariant} is not seen to be conserved on every orthant")
    return invariants


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


def _assumptions(flow: Flow) -> tuple[str, ...]:
    range_of_weights = "positive" if all(w.is_positive for w in flow.weights) else "real and nonzero"
    lines = ["the loss is differentiable; its slope f'(x) is a symbol", f"the weights are {range_of_weights}"]
    if isinstance(flow.geometry.exponent, sympy.Symbol):
        lines.append(f"1 <= {flow.geometry.exponent} <= 2")
    if not isinstance(flow.decay, NoDecay):
        lines.append(f"decay {flow.decay.rate} >= 0, constant in time")
    return tuple(lines)


def _initial(flow: Flow, initial: Sequence[object]) -> tuple[sympy.Rational, ...]:
    count = len(flow.weights)
    if len(initial) != count:
        raise InvalidArgument("initial", f"{count} weights, one a layer", _list(initial), f"write {count} rationals")
    start = tuple(rational(w, "initial") for w in initial)
    for weight, value in zip(flow.weights, start, strict=True):
        if weight.is_positive and not value.is_positive:
            raise InvalidArgument("initial", f"positive for the weight {weight}", value, "write positive weights")
    return start


def _imbalance_of(separation: Separation, start: Sequence[sympy.Rational]) -> tuple[sympy.Expr, ...]:
    layers = zip(separation.charges, separation.magnitudes, start, strict=True)
    charges = [charge.subs(a, abs(w)) for charge, a, w in layers]
    smallest = charges[0]
    for charge in charges[1:]:
        smallest = charge if _is_below(charge, smallest) else smallest
    differences = (sympy.simplify(charge - smallest) for charge in charges)
    return tuple(sympy.S.Zero if d == 0 else d for d in differences)


def _is_below(left: sympy.Expr, right: sympy.Expr) -> bool:
    """Return whether a charge is smaller than another for every exponent meant: exactly, or at the ends and the middle."""
    exponents = sorted((left - right).free_symbols, key=str)
    signs = {
        sympy.sign(sympy.N((left - right).subs(dict.fromkeys(exponents, value)), 60)) for value in (1, sympy.Rational(3, 2), 2)
    }
    if len(signs - {sympy.S.Zero}) > 1:
        raise InvalidArgument(
            "initial", "of one order of charges for every q", "weights whose order depends on q", "give q a value"
        )
    return sympy.S.NegativeOne in signs


def _imbalance(flow: Flow, imbalance: Sequence[object] | None) -> tuple[sympy.Expr, ...]:
    count = len(flow.weights)
    entries = (0,) * count if imbalance is None else tuple(imbalance)
    remedy = f"write {count} rationals >= 0, at least one of them 0, such as {','.join(map(str, range(count)))}"
    if len(entries) != count:
        raise InvalidArgument("imbalance", f"one entry for each of {count} layers", _list(entries), remedy)
    found = tuple(e if isinstance(e, sympy.Symbol) and e.is_positive else rational(e, "imbalance") for e in entries)
    given = {e for e in found if e.is_Symbol}
    taken = _NAMES_TAKEN | {s.name for s in (*flow.weights, *flow.geometry.exponent.free_symbols, *flow.decay.rate.free_symbols)}
    for symbol in given:
        if symbol.name in taken:  # the forms would mean two things by one letter
            raise InvalidArgument("imbalance", "named as nothing else in the forms is", symbol, "write for example lam")
    if any(e.is_negative for e in found):
        raise InvalidArgument("imbalance", "nonnegative in every entry", _list(entries), remedy)
    if not any(e == 0 for e in found):
        raise InvalidArgument("imbalance", "0 for at least one layer", _list(entries), remedy)
    return found


def _list(entries: Sequence[object]) -> str:
    return ",".join(map(str, entries))
