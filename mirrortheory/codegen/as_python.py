r"""Derivations as Python code with mpmath as its only dependency: the forms as they were derived, at any precision.

A closed form is printed; of a parametric one the curve is, and mpmath finds the root and the integral. The calling program sets
``mpmath.mp.dps``, and gets so many digits: values are computed with more of them until two agree.

Source: derived for this project.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import sympy
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.pycode import MpmathPrinter

from mirrortheory.codegen import python_runtime
from mirrortheory.codegen.names import named
from mirrortheory.codegen.numpy_of_a_sum import forms_in_distances, zero_of
from mirrortheory.codegen.sources import runtime_for
from mirrortheory.errors import NoClosedForm
from mirrortheory.potentials import DualPotential, MirrorPotential, Normalisation, Potential, PowerProduct, PrimalPotential, S
from mirrortheory.report.describe import as_mapping, as_text, heading
from mirrortheory.theory import Derivation

FUNCTIONS = {
    "hessian": ("x", "R''(x)"),
    "mirror_map": ("x", "R'(x)"),
    "potential": ("x", "R(x)"),
    "inverse_mirror_map": ("y", "the x with R'(x) = y"),
    "conjugate": ("y", "R*(y)"),
}
_Z = sympy.Symbol("z", positive=True)
_ZERO = "root(lambda y: (_effective(*at_dual(y, {0}, {1})), _slope(*at_dual(y, {0}, {1}))), {0}, {1})"


def as_python(found: Derivation | MirrorPotential) -> str:
    """Return a module with hessian, mirror_map, inverse_mirror_map, potential, conjugate and bregman, as text.

    Its functions take numbers that mpmath reads, and the symbols of the imbalance, if any, as further arguments.

    Args:
        found: a derivation, or a potential.

    Raises:
        NoClosedForm: when q is a symbol and the form is not closed.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> "return mpmath.asinh((mpmath.mpf(2)/mpmath.mpf(3))*x)" in as_python(derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)))
    False
    """
    potential = found if isinstance(found, MirrorPotential) else found.potential
    head = f'"""Mirror potential of {heading(found)}.\n\n{as_text(as_mapping(found))}\n"""\n'
    if isinstance(potential, PrimalPotential):
        blocks = _of_a_formula(potential)
    else:
        blocks = _of_a_sum(potential) if isinstance(potential, DualPotential) else _of_a_curve(potential)
    body = "\n\n\n".join(blocks)
    called = runtime_for(body, python_runtime)
    return "\n".join((head.replace("\\", "\\\\"), f"{called}\n\n", body, ""))


def _of_a_curve(potential: Potential) -> list[str]:
    effective, density = potential.effective, potential.dual_density
    products = (effective, density, potential.conjugate_density)
    forms = (
        potential.closed_mirror_map,
        potential.closed_potential,
        potential.closed_hessian,
        potential.closed_inverse_mirror_map,
        potential.closed_conjugate,
    )
    if None in forms and not all(e.is_Rational for product in products for _, e in product.factors):
        raise NoClosedForm("python form", "q is a symbol and the form is not closed; derive with a number such as 3/2")
    names = {str(symbol) for product in products for shift, e in product.factors for symbol in shift.free_symbols | e.free_symbols}
    more = "".join(f", {named(name, python_runtime)}" for name in sorted(names))
    near, t = potential.normalisation is Normalisation.ORIGIN, sympy.exp(S)
    odd, even = (f"-{{0}}(-{{1}}{more})", f"{{0}}(-{{1}}{more})") if potential.even else ("mpmath.nan", "mpmath.nan")

    def function(name: str, variable: str, at_zero: str | None, below: str | None, value: str, supremum: str | None = None) -> str:
        lines = [f"def _{name}({variable}{more}):"]
        if below is not None:
            lines += [f"    if {variable} < 0:", f"        return {below.format(f'_{name}', variable)}"]
        if at_zero is not None:
            lines += [f"    if {variable} == 0:", f"        return {at_zero}"]
        if supremum is not None:
            lines += [f"    if not {variable} < {supremum}:", "        return mpmath.nan"]
        return "\n".join((*lines, f"    return {value}"))

    def private(name: str, value: str) -> str:
        return f"def {name}(s{more}):\n    return {value}"

    at, order = f"_charge(x{more})", effective.order_at_zero() - 1 - density.order_at_zero()
    dual, hessian = f"_dual({at}{more})", f"mpmath.mpf(1) / _inverse_metric({at}{more})"
    hessian = hessian if potential.closed_hessian is None else _text(potential.closed_hessian)
    mirror_map = dual if potential.closed_mirror_map is None else _text(potential.closed_mirror_map)
    value = f"x * {dual} - _conjugate_at({at}{more})" if potential.closed_potential is None else _text(potential.closed_potential)
    slope = _text((S * density.expression(S)).subs(S, t))
    s_of_y = f"_charge_of_dual(y{more})"
    ratio = ("dual / y", "") if near else ("y / dual", "-")  # R' < 0 unless R'(0) = 0
    x_of_y = (
        f"_effective({s_of_y}{more})" if potential.closed_inverse_mirror_map is None else _text(potential.closed_inverse_mirror_map)
    )
    conjugate = f"_conjugate_at({s_of_y}{more})" if potential.closed_conjugate is None else _text(potential.closed_conjugate)
    top, tail = None, ""
    if potential.closed_inverse_mirror_map is None and density.order_at_infinity() < -1:  # the mirror map is bounded
        top, tail = (f"_supremum({more.removeprefix(', ')})", _integral(density, infinite=True)) if near else ("0", "")
    above_zero = ("mpmath.mpf(0)", odd, even) if near else (None, None, None)
    blocks = [
        _charge(effective, more),
        private("_effective", _text(effective.expression(S))),
        private("_dual", _dual(potential, more)),
        f"def _supremum({more.removeprefix(', ')}):\n    s = mpmath.mpf(1)\n    return _dual(s{more}) - {tail}",
        f"""def _charge_of_dual(y{more}):
    def logarithm(s):
        dual = _dual(mpmath.exp(s){more})
        return mpmath.log({ratio[0]}), {ratio[1]}{slope} / dual

    return mpmath.exp(root(logarithm, -mpmath.inf, mpmath.inf))""",
        private("_conjugate_at", _conjugate(potential, more)),
        private("_inverse_metric", _text(potential.inverse_metric)),
        function("hessian", "x", "mpmath.inf" if order > 0 else None, even, hessian),
        function("mirror_map", "x", "mpmath.mpf(0)" if near else "-mpmath.inf", odd, mirror_map),
        function("potential", "x", "mpmath.mpf(0)", even, value),
        function("inverse_mirror_map", "y", above_zero[0], above_zero[1], x_of_y, top),
        function("conjugate", "y", above_zero[0], above_zero[2], conjugate, top),
    ]
    closed = {name for name in FUNCTIONS if getattr(potential, f"closed_{name}") is not None}
    return _with_publics(blocks, more, closed, dict.fromkeys(FUNCTIONS, ""))


def _with_publics(blocks: list[str], more: str, closed: set[str], where: Mapping[str, str]) -> list[str]:
    """Return the six functions and those of the blocks that they call; ``closed`` are those whose formulas cancel."""
    publics = []
    for name, (variable, what) in FUNCTIONS.items():
        cancels = ", cancels=True" if name in closed else ""
        publics.append(
            f'def {name}({variable}{more}):\n    """Return {what}{where[name]}."""\n'
            f"    return precise(_{name}, {variable}{more}{cancels})"
        )
    difference = f"_potential(x{more}) - _potential(x0{more}) - _mirror_map(x0{more}) * (x - x0)"
    publics += [
        f"def _bregman(x, x0{more}):\n    return {difference} if x != x0 else mpmath.mpf(0)",
        f'def bregman(x, x0{more}):\n    """Return D_R(x, x0)."""\n    return precise(_bregman, x, x0{more}, cancels=True)',
    ]
    names = {block[4 : block.index("(")]: block for block in blocks}
    needed, pending = set[str](), "\n".join(publics)
    while found := {name for name in names if name not in needed and re.search(rf"\b{name}\b", pending)}:
        needed |= found
        pending = "\n".join(names[name] for name in found)
    return [*(block for name, block in names.items() if name in needed), *publics]


def _charge(effective: PowerProduct, more: str) -> str:
    t = sympy.exp(S)
    log_x = sympy.log(effective.coefficient) + sympy.Add(*(e * (S if c == 0 else sympy.log(t + c)) for c, e in effective.factors))
    slope = sympy.Add(*(e * (1 if c == 0 else t / (t + c)) for c, e in effective.factors))
    return f"""def _charge(x{more}):
    if x == 0:
        return mpmath.mpf(0)
    target = mpmath.log(x)
    return mpmath.exp(root(lambda s: ({_text(log_x)} - target, {_text(slope)}), -mpmath.inf, mpmath.inf))"""


def _dual(potential: Potential, more: str) -> str:
    if potential.closed_mirror_map is not None:
        return f"_mirror_map(_effective(s{more}){more})"
    known = potential.mirror_map_expression()
    infinite = potential.normalisation is Normalisation.INFINITY
    return _integral(potential.dual_density, infinite=infinite) if known.has(sympy.Integral) else _text(known)


def _conjugate(potential: Potential, more: str) -> str:
    if potential.closed_conjugate is not None:
        return f"_conjugate(_dual(s{more}){more})"
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
    return f"{'-' if infinite else ''}integral(lambda z: {_text(integrand)}, [{turns}], {end})"


def _of_a_sum(potential: DualPotential) -> list[str]:
    if potential.closed_conjugate is None:
        raise NoClosedForm("python form", "no closed form of R*(y) is found; derive --at gives values")
    effective, slope, conjugate = (
        _text(form) for form in forms_in_distances(potential, potential.closed_inverse_mirror_map, potential.closed_conjugate)
    )
    (left, right), (low, high) = potential.region, potential.dual_domain

    zero = zero_of(potential)
    written = "None" if zero is None else _text(zero) if zero.is_number else _ZERO.format(_text(low), _text(high))
    at_x = "place(x, _effective, _slope, *_ends())"
    blocks = [
        f"def _ends():\n    return {_text(low)}, {_text(high)}, {written}",
        f"def _effective(y, above, below):\n    return {effective}",
        f"def _slope(y, above, below):\n    return {slope}",
        f"def _conjugate_at(y, above, below):\n    return {conjugate}",
        _within("mirror_map", "x", (left, right), f"{at_x}[0]"),
        _within("hessian", "x", (left, right), f"mpmath.mpf(1) / _slope(*{at_x})"),
        _within("potential", "x", (left, right), f"x * {at_x}[0] - _conjugate_at(*{at_x})"),
        _within("inverse_mirror_map", "y", (low, high), "_effective(*at_dual(y, *_ends()[:2]))"),
        _within("conjugate", "y", (low, high), "_conjugate_at(*at_dual(y, *_ends()[:2]))"),
    ]
    return _with_publics(blocks, "", set(FUNCTIONS), _where((left, right), (low, high)))


def _of_a_formula(potential: PrimalPotential) -> list[str]:
    region, (low, high) = potential.region, potential.dual_domain
    dual = -sympy.oo if low is None else low, sympy.oo if high is None else high
    x_of_y = f"root(lambda x: (_mirror_map(x) - y, _hessian(x)), {_text(region[0])}, {_text(region[1])})"
    conjugate = "y * _inverse_mirror_map(y) - _potential(_inverse_mirror_map(y))"
    closed = potential.closed_inverse_mirror_map, potential.closed_conjugate
    blocks = [
        _within("hessian", "x", region, _text(potential.closed_hessian)),
        _within("mirror_map", "x", region, _text(potential.closed_mirror_map)),
        _within("potential", "x", region, _text(potential.closed_potential)),
        _within("inverse_mirror_map", "y", dual, x_of_y if closed[0] is None else _text(closed[0])),
        _within("conjugate", "y", dual, conjugate if closed[1] is None else _text(closed[1])),
    ]
    return _with_publics(blocks, "", set(FUNCTIONS), _where(region, dual))


def _within(name: str, variable: str, ends: tuple[sympy.Expr, sympy.Expr], value: str) -> str:
    lines = [f"def _{name}({variable}):", f"    if not {_text(ends[0])} < {variable} < {_text(ends[1])}:"]
    return "\n".join((*lines, "        return mpmath.nan", f"    return {value}"))


def _where(region: tuple[sympy.Expr, sympy.Expr], dual: tuple[sympy.Expr, sympy.Expr]) -> dict[str, str]:
    """Return for which arguments each function is, in words."""
    ends = {name: (variable, region if variable == "x" else dual) for name, (variable, _) in FUNCTIONS.items()}
    return {name: f", for {low} < {variable} < {high}" for name, (variable, (low, high)) in ends.items()}


class _Printer(MpmathPrinter):  # type: ignore[misc]
    def _print_exp(self, expr: sympy.Expr) -> str:
        return f"exp({self._print(expr.args[0])})"

    def _print_sin_between(self, expr: sympy.Expr) -> str:
        return f"sin_between({', '.join(map(self._print, expr.args))})"

    def _print_carlson_rf(self, expr: sympy.Expr) -> str:
        return f"mpmath.elliprf({', '.join(map(self._print, expr.args))})"


def _text(expr: sympy.Expr) -> str:
    try:
        return str(_Printer().doprint(expr))
    except PrintMethodNotImplementedError as failed:
        raise NoClosedForm("python form", f"SymPy does not print {expr} for mpmath; derive --at gives values") from failed
