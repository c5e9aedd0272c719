r"""Derivations as Python code with mpmath as its only dependency: the forms as they were derived, at any precision.

A closed form is printed; of a parametric one the curve is, and mpmath finds the root and the integral. The calling program sets
``mpmath.mp.dps``; where a form cancels, digits are lost as in the formula.

Source: derived for this project.
"""

from __future__ import annotations

import inspect

import sympy
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.pycode import MpmathPrinter

from mirrortheory.codegen import python_runtime
from mirrortheory.codegen.names import named
from mirrortheory.errors import NoClosedForm
from mirrortheory.potentials import DualPotential, Normalisation, Potential, PowerProduct, S
from mirrortheory.report.describe import as_mapping, as_text
from mirrortheory.theory import Derivation

_Z = sympy.Symbol("z", positive=True)


def as_python(derivation: Derivation) -> str:
    """Return a module with hessian, mirror_map, inverse_mirror_map, potential, conjugate and bregman, as text.

    Its functions take numbers that mpmath reads, and the symbols of the imbalance, if any, as further arguments.

    Raises:
        NoClosedForm: when q is a symbol and the form is not closed.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> "return mpmath.asinh((mpmath.mpf(2)/mpmath.mpf(3))*x)" in as_python(derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)))
    False
    """
    potential, flow = derivation.potential, derivation.flow
    head = f'"""Mirror potential of {flow.geometry}, {flow.reparam}, {flow.decay}.\n\n{as_text(as_mapping(derivation))}\n"""\n'
    blocks = _of_a_sum(potential) if isinstance(potential, DualPotential) else _of_a_curve(potential)
    body = "\n\n\n".join(blocks)
    called = runtime_for(body, python_runtime).replace("  # type: ignore[no-untyped-def]", "")
    return "\n".join((head.replace("\\", "\\\\"), f"{called}\n\n", body, ""))


def _of_a_curve(potential: Potential) -> list[str]:
    effective, density = potential.effective, potential.dual_density
    products = (effective, density, potential.conjugate_density)
    forms = (potential.mirror_map, potential.potential, potential.hessian, potential.inverse_mirror_map, potential.conjugate)
    closed = None not in forms
    if not closed and not all(e.is_Rational for product in products for _, e in product.factors):
        raise NoClosedForm("python form", "q is a symbol and the form is not closed; derive with a number such as 3/2")
    names = {str(symbol) for product in products for shift, e in product.factors for symbol in shift.free_symbols | e.free_symbols}
    more = "".join(f", {named(name, python_runtime)}" for name in sorted(names))
    near, t = potential.normalisation is Normalisation.ORIGIN, sympy.exp(S)
    odd, even = (f"-{{0}}(-{{1}}{more})", f"{{0}}(-{{1}}{more})") if potential.even else ("mpmath.nan", "mpmath.nan")

    def public(
        name: str, variable: str, what: str, at_zero: str | None, below: str | None, value: str, supremum: str | None = None
    ) -> tuple[str, str]:
        lines = [f"def _{name}({variable}{more}):"]
        if below is not None:
            lines += [f"    if {variable} < 0:", f"        return {below.format('_' + name, variable)}"]
        if at_zero is not None:
            lines += [f"    if {variable} == 0:", f"        return {at_zero}"]
        if supremum is not None:
            lines += [f"    if not {variable} < {supremum}:", "        return mpmath.nan"]
        return "\n".join((*lines, f"    return {value}")), _public(name, variable, what, more)

    def private(name: str, value: str) -> str:
        return f"def {name}(s{more}):\n    return {value}"

    at, order = f"_charge(x{more})", effective.order_at_zero() - 1 - density.order_at_zero()
    dual, hessian = f"_dual({at}{more})", f"1 / _inverse_metric({at}{more})"
    hessian = hessian if potential.hessian is None else _text(potential.hessian)
    mirror_map = dual if potential.mirror_map is None else _text(potential.mirror_map)
    value = f"x * {dual} - _conjugate({at}{more})" if potential.potential is None else _text(potential.potential)
    slope = _text((S * density.expression(S)).subs(S, t))
    s_of_y = f"mpmath.exp(root(lambda s: _dual(mpmath.exp(s){more}) - y, lambda s: {slope}, -mpmath.inf, mpmath.inf))"
    x_of_y = f"_effective({s_of_y}{more})" if potential.inverse_mirror_map is None else _text(potential.inverse_mirror_map)
    conjugate = f"_conjugate({s_of_y}{more})" if potential.conjugate is None else _text(potential.conjugate)
    top, tail = None, ""
    if potential.inverse_mirror_map is None and density.order_at_infinity() < -1:  # the mirror map is bounded
        top, tail = (f"_supremum({more.removeprefix(', ')})", _integral(density, infinite=True)) if near else ("0", "")
    blocks = [
        _charge(effective, more),
        private("_effective", _text(effective.expression(S))),
        private("_dual", _dual(potential, more)),
        f"def _supremum({more.removeprefix(', ')}):\n    s = mpmath.mpf(1)\n    return _dual(s{more}) - {tail}",
        private("_conjugate", _conjugate(potential, more)),
        private("_inverse_metric", _text(potential.inverse_metric)),
    ]
    public_ones = [
        public("hessian", "x", "R''(x)", "mpmath.inf" if order > 0 else None, even, hessian),
        public("mirror_map", "x", "R'(x)", "mpmath.mpf(0)" if near else "-mpmath.inf", odd, mirror_map),
        public("potential", "x", "R(x)", "mpmath.mpf(0)", even, value),
        public(
            "inverse_mirror_map", "y", "the x with R'(x) = y", "mpmath.mpf(0)" if near else None, odd if near else None, x_of_y, top
        ),
        public("conjugate", "y", "R*(y)", "mpmath.mpf(0)" if near else None, even if near else None, conjugate, top),
        _bregman(more),
    ]
    text, needed = "\n".join(public_ones), list[str]()
    for block in reversed(blocks):  # each calls only those before it, and _dual the first
        if f"{block[4 : block.index('(')]}(" in text:
            needed.insert(0, block)
            text += block
    return [*needed, *public_ones]


def _charge(effective: PowerProduct, more: str) -> str:
    t = sympy.exp(S)
    log_x = sympy.log(effective.coefficient) + sympy.Add(*(e * (S if c == 0 else sympy.log(t + c)) for c, e in effective.factors))
    slope = sympy.Add(*(e * (1 if c == 0 else t / (t + c)) for c, e in effective.factors))
    return f"""def _charge(x{more}):
    if x == 0:
        return mpmath.mpf(0)
    target = mpmath.log(x)
    return mpmath.exp(root(lambda s: {_text(log_x)} - target, lambda s: {_text(slope)}, -mpmath.inf, mpmath.inf))"""


def _dual(potential: Potential, more: str) -> str:
    if potential.mirror_map is not None:
        return f"mirror_map(_effective(s{more}){more})"
    known = potential.mirror_map_expression()
    infinite = potential.normalisation is Normalisation.INFINITY
    return _integral(potential.dual_density, infinite=infinite) if known.has(sympy.Integral) else _text(known)


def _conjugate(potential: Potential, more: str) -> str:
    if potential.conjugate is not None:
        return f"conjugate(_dual(s{more}){more})"
    known = potential.conjugate_expression()
    return _integral(potential.conjugate_density, infinite=False) if known.has(sympy.Integral) else _text(known)


def _integral(density: PowerProduct, *, infinite: bool) -> str:
    """The integral from 0 in z = u^k, or minus that to oo in z = u^-k, with the k for which the density is analytic at z = 0."""
    k = 1 / (-1 - density.order_at_infinity() if infinite else 1 + density.order_at_zero())
    factors = [(shift, e) for shift, e in density.factors if shift != 0]
    bases = [(1 + shift * _Z**k if infinite else _Z**k + shift) ** e for shift, e in factors]
    integrand = density.coefficient * k * sympy.Mul(*bases)
    end = _text(S ** ((-1 if infinite else 1) / k))
    turns = ", ".join(_text(shift ** ((-1 if infinite else 1) / k)) for shift, _ in factors)
    points = f"points([{turns}], {end})" if factors else f"[0, {end}]"
    return f"{'-' if infinite else ''}mpmath.quad(lambda z: {_text(integrand)}, {points})"


def _bregman(more: str) -> str:
    value = f"potential(x{more}) - potential(x0{more}) - mirror_map(x0{more}) * (mpmath.mpf(x) - mpmath.mpf(x0))"
    return f'def bregman(x, x0{more}):\n    """Return D_R(x, x0)."""\n    return {value}'


def _of_a_sum(potential: DualPotential) -> list[str]:
    (left, right), (low, high) = potential.region, potential.dual_domain
    x_of_y = _text(potential.inverse_mirror_map)
    mirror_map = f"root(lambda y: _effective(y) - x, _inverse_metric, {_text(low)}, {_text(high)})"
    if potential.mirror_map is not None:
        mirror_map = _text(potential.mirror_map)
    if potential.conjugate is None:
        raise NoClosedForm("python form", "no closed form of R*(y) is found; derive --at gives values")

    def public(name: str, variable: str, what: str, within: tuple[sympy.Expr, sympy.Expr], value: str) -> str:
        lines = [f"def {name}({variable}):", f'    """Return {what}, for {within[0]} < {variable} < {within[1]}."""']
        lines += [f"    {variable} = mpmath.mpf({variable})", f"    if not {_text(within[0])} < {variable} < {_text(within[1])}:"]
        return "\n".join((*lines, "        return mpmath.nan", f"    return {value}"))

    return [
        f"def _effective(y):\n    return {x_of_y}",
        f"def _inverse_metric(y):\n    return {_text(potential.inverse_metric)}",
        public("mirror_map", "x", "R'(x)", (left, right), mirror_map),
        public("hessian", "x", "R''(x)", (left, right), "1 / _inverse_metric(mirror_map(x))"),
        public("inverse_mirror_map", "y", "the x with R'(x) = y", (low, high), "_effective(y)"),
        public("conjugate", "y", "R*(y)", (low, high), _text(potential.conjugate)),
        public("potential", "x", "R(x)", (left, right), "x * mirror_map(x) - conjugate(mirror_map(x))"),
        _bregman(""),
    ]


class _Printer(MpmathPrinter):  # type: ignore[misc]
    def _print_carlson_rf(self, expr: sympy.Expr) -> str:
        return f"mpmath.elliprf({', '.join(map(self._print, expr.args))})"


def _text(expr: sympy.Expr) -> str:
    try:
        return str(_Printer().doprint(expr))
    except PrintMethodNotImplementedError as failed:
        raise NoClosedForm("python form", f"SymPy does not print {expr} for mpmath; derive --at gives values") from failed
