"""Derivations as text, LaTeX and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sympy

from mirrortheory.exact import decimal
from mirrortheory.potentials.asymptotics import limit_lines
from mirrortheory.potentials.numeric import Values
from mirrortheory.theory import A, Derivation

_LINES = {
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
    "validity": "validity",
    "limits": "limits",
    "comparison": "compared with the published potential",
}


def as_mapping(
    derivation: Derivation, show: Callable[[sympy.Basic], str] = str, *, limits: bool = False
) -> dict[str, str | list[str]]:
    """Return a derivation as a mapping from names to text, each expression through ``show``.

    Keys: flow, assumptions, invariants, balance_law, imbalance, x0 (with initial weights), inverse_metric, form, where,
    curve (when a form is parametric), hessian, mirror_map, inverse_mirror_map, potential, conjugate, bregman, normalisation,
    validity, limits (when asked for).

    Under a decay that leaves a law also decay_integral, imbalance_in_time (with an imbalance), dual_law, drift_form,
    mirror_map_in_time, potential_in_time (closed, or in those of time zero), in the letter A for A(t).
    """
    flow, potential = derivation.flow, derivation.potential
    found: dict[str, str | list[str]] = {
        "flow": f"{flow.geometry}, {flow.reparam}, {flow.decay}",
        "assumptions": list(derivation.assumptions),
        "invariants": [show(e) for e in derivation.invariants],
        "balance_law": [_law(law.invariant, law.rate, law.derivative, show) for law in derivation.balance_laws],
        "imbalance": [show(e) for e in derivation.imbalance],
    }
    if derivation.x0 is not None:
        found["x0"] = show(derivation.x0)
    found |= {
        "inverse_metric": show(derivation.inverse_metric),
        "form": potential.form,
        "where": potential.where,
        "mirror_map": show(potential.mirror_map_expression()),
        "potential": show(potential.potential_expression()),
        "conjugate": show(potential.conjugate_expression()),
        "bregman": show(potential.bregman_expression()),
        "normalisation": _normalisation(derivation),
        "validity": list(potential.validity),
    }
    if potential.mirror_map is None or potential.conjugate is None:
        found["curve"] = show(potential.curve)
    found |= _under_decay(derivation, show)
    for name in ("hessian", "inverse_mirror_map"):
        expression = getattr(potential, name)
        if expression is not None:
            found[name] = show(expression)
    if limits:
        found["limits"] = limit_lines(derivation.potential)
    return {name: found[name] for name in _LINES if name in found}


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
            lines.append(f"{_LINES[name]}: {value}")
        else:
            lines.append(f"{_LINES[name]}:" + ("" if value else " none"))
            lines.extend(f"  {entry}" for entry in value)
    return "\n".join(lines)


def values_mapping(values: Values, digits: int) -> dict[str, dict[str, str]]:
    """Return enclosures as decimal strings: x, hessian, mirror_map, potential, conjugate, each with mid and rad."""
    return {name: decimal(getattr(values, name), digits) for name in ("x", "hessian", "mirror_map", "potential", "conjugate")}


def _law(invariant: sympy.Expr, rate: sympy.Expr | None, derivative: sympy.Expr, show: Callable[..., str]) -> str:
    if rate is None:
        return f"d/dt ({show(invariant)}) = {show(derivative)}, which is no constant multiple of it"
    return f"d/dt ({show(invariant)}) = " + ("0" if rate == 0 else f"{show(rate)} * ({show(invariant)})")


def _normalisation(derivation: Derivation) -> str:
    text = derivation.potential.normalised
    if derivation.initial is None or "x0" in text:
        return text
    return f"{text}; R'(x0) is kept as it is: R is not shifted to have its minimum at x0"
