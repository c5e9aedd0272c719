"""Derivations, and potentials of the user's own, as text, LaTeX and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy

from mirrortheory.errors import NotEvaluable
from mirrortheory.exact import accurate, bits_for, constants_in, decimal
from mirrortheory.potentials import MirrorPotential, PrimalPotential
from mirrortheory.potentials.asymptotics import limit_lines
from mirrortheory.potentials.numeric import Values
from mirrortheory.theory import A, Derivation

_MOST_BITS, _DIGITS = 4000, 10
LINES = {
    "flow": "flow",
    "assumptions": "assumptions",
    "invariants": "first integrals (without decay)",
    "balance_law": "balance law",
    "imbalance": "imbalance",
    "decay_integral": "integral A(t) of the decay",
    "imbalance_in_time": "imbalance at the time t",
    "x0": "effective parameter at the start",
    "inverse_metric": "inverse metric 1/R'' in the weights",
    "form": "form found",
    "where": "for",
    "curve": "on the curve",
    "hessian": "R''(x)",
    "mirror_map": "mirror map R'(x)",
    "inverse_mirror_map": "inverse mirror map x(y)",
    "potential": "mirror potential R(x)",
    "conjugate": "conjugate R*(y)",
    "bregman": "Bregman divergence D_R(x, x0)",
    "dual_law": "dual decay law",
    "drift_form": "drift form",
    "mirror_map_in_time": "mirror map R_t'(x) at the time t",
    "potential_in_time": "mirror potential R_t(x) at the time t",
    "normalisation": "normalisation",
    "constants": "constants",
    "validity": "validity",
    "limits": "limits",
    "comparison": "compared with the published potential",
    "domain": "axioms on",
    "dual_domain": "image of R'",
    "legendre": "Legendre function",
    "axioms": "axioms",
}


def heading(found: Derivation | MirrorPotential) -> str:
    """Return in a few words of what it is the mirror potential.

    >>> from mirrortheory.potentials import Potential
    >>> heading(Potential.of("x**4/4"))
    'the formula R(x) = x**4/4'
    """
    if isinstance(found, MirrorPotential):
        primal = isinstance(found, PrimalPotential)
        return f"the formula R(x) = {found.closed_potential}" if primal else f"the formula x(y) = {found.closed_inverse_mirror_map}"
    return f"{found.flow.geometry}, {found.flow.reparam}, {found.flow.decay}"


def as_mapping(
    found: Derivation | MirrorPotential, show: Callable[[sympy.Basic], str] = str, *, limits: bool = False
) -> dict[str, str | list[str]]:
    """Return a derivation, or a potential, as a mapping from names to text, each expression through ``show``.

    Keys: of a derivation, flow, assumptions, invariants, balance_law, imbalance, x0 (with initial weights), inverse_metric; of
    each, form, where, curve (when a form is parametric), hessian, mirror_map, inverse_mirror_map, potential, conjugate, bregman,
    normalisation, constants (when some number is too long to stand in the forms), validity, limits (when asked for).

    Under a decay that leaves a law also decay_integral, imbalance_in_time (with an imbalance), dual_law, drift_form,
    mirror_map_in_time, potential_in_time (closed, or in those of time zero), in the letter A for A(t).
    """
    if isinstance(found, MirrorPotential):
        return _of_potential(found, found.normalised, show, limits=limits)
    parts = _of_flow(found, show) | _of_potential(found.potential, _normalisation(found), show, limits=limits)
    parts |= _under_decay(found, show)
    return {name: parts[name] for name in LINES if name in parts}


def _of_flow(derivation: Derivation, show: Callable[[sympy.Basic], str]) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {
        "flow": heading(derivation),
        "assumptions": list(derivation.assumptions),
        "invariants": [show(e) for e in derivation.invariants],
        "balance_law": [_law(law.invariant, law.rate, law.derivative, show) for law in derivation.balance_laws],
        "imbalance": [_number(e, show) for e in derivation.imbalance],
    }
    if derivation.x0 is not None:
        found["x0"] = _number(derivation.x0, show)
    return found | {"inverse_metric": show(derivation.inverse_metric)}


def _of_potential(
    potential: MirrorPotential, normalisation: str, show: Callable[[sympy.Basic], str], *, limits: bool
) -> dict[str, str | list[str]]:
    found: dict[str, str | list[str]] = {
        "form": potential.form,
        "where": potential.where,
        "mirror_map": show(potential.mirror_map_expression()),
        "potential": show(potential.potential_expression()),
        "conjugate": show(potential.conjugate_expression()),
        "bregman": show(potential.bregman_expression()),
        "normalisation": normalisation,
        "validity": list(potential.validity),
    }
    if potential.closed_mirror_map is None or potential.closed_conjugate is None:
        found["curve"] = show(potential.curve)
    for name in ("hessian", "inverse_mirror_map"):
        expression = getattr(potential, f"closed_{name}")
        if expression is not None:
            found[name] = show(expression)
    constants = constants_in(potential.expressions())
    if constants:
        found["constants"] = [f"{show(c)} = {_number(c.value, show, also_decimal=True)}" for c in constants]
    if limits:
        found["limits"] = limit_lines(potential)
    return {name: found[name] for name in LINES if name in found}


def _under_decay(derivation: Derivation, show: Callable[[sympy.Basic], str]) -> dict[str, str | list[str]]:
    """Return how the dual variable and the potential move under decay, if there is a law."""
    law, x = derivation.decay_law, derivation.potential.symbol
    if law is None:
        return {}
    manifold = "0" if law.rate == 0 else f"({show(law.rate)}) R_t"
    forms = law.forms(derivation.potential, A)

    def power(exponent: sympy.Expr) -> sympy.Expr:
        return sympy.exp(exponent * A)

    slope, value = sympy.Function("R'"), sympy.Function("R")
    parametric = {
        "mirror_map": power(-law.rate) * slope(power(law.degree) * x),
        "potential": power(-law.rate - law.degree) * value(power(law.degree) * x),
    }
    found: dict[str, str | list[str]] = {
        "decay_integral": show(law.total),
        "dual_law": f"dy/dt = {show(law.dual_velocity)} for y = R_t'(x)",
        "drift_form": f"d R_t'(x)/dt = {show(law.free_velocity)} - alpha M_t'(x), M_t = {manifold}",
        **{f"{name}_in_time": show(forms.get(name, parametric[name])) for name in parametric},
    }
    moved = derivation.imbalance_in_time(A)
    return found if moved is None else found | {"imbalance_in_time": [show(e) for e in moved]}


def as_text(described: Mapping[str, str | list[str]]) -> str:
    """Return what :func:`as_mapping` gave as lines for a terminal."""
    lines = []
    for name, value in described.items():
        if isinstance(value, str):
            lines.append(f"{LINES[name]}: {value}")
        else:
            lines.append(f"{LINES[name]}:" + ("" if value else " none"))
            lines.extend(f"  {entry}" for entry in value)
    return "\n".join(lines)


def values_mapping(values: Values, digits: int) -> dict[str, dict[str, str]]:
    """Return enclosures as decimal strings: x, hessian, mirror_map, potential, conjugate, each with mid and rad."""
    return {name: decimal(getattr(values, name), digits) for name in ("x", "hessian", "mirror_map", "potential", "conjugate")}


def _number(number: sympy.Expr, show: Callable[[sympy.Basic], str], *, also_decimal: bool = False) -> str:
    """Return a number as text, in decimals where it is too long to be read, and in both ways where that is asked for."""
    long = sum(int(e.p).bit_length() + int(e.q).bit_length() for e in number.atoms(sympy.Rational)) > _MOST_BITS
    if number.free_symbols or not (long or also_decimal):
        return show(number)
    try:
        about = f"about {decimal(accurate(number, bits_for(_DIGITS)), _DIGITS)['mid']}"
    except NotEvaluable:
        about = "of a size that is not enclosed"
    return about if long else f"{show(number)}, {about}"


def _law(invariant: sympy.Expr, rate: sympy.Expr | None, derivative: sympy.Expr, show: Callable[..., str]) -> str:
    if rate is None:
        return f"d/dt ({show(invariant)}) = {show(derivative)}, which is no constant multiple of it"
    return f"d/dt ({show(invariant)}) = " + ("0" if rate == 0 else f"{show(rate)} * ({show(invariant)})")


def _normalisation(derivation: Derivation) -> str:
    text = derivation.potential.normalised
    if derivation.initial is None or "x0" in text:
        return text
    return f"{text}; R'(x0) is kept as it is: R is not shifted to have its minimum at x0"
