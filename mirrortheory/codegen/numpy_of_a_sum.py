r"""The NumPy code of a potential that is given by its inverse mirror map x(y), such as that of a sum.

Every term that vanishes or has its singularity at an end of the interval of y is written in the distance from that end, which the
runtime knows to all its digits. Constants are double-doubles, as are the values; next to its zero x(y) is its Taylor polynomial.

Source: derived for this project.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import sympy
from sympy.printing.precedence import PRECEDENCE
from sympy.printing.str import StrPrinter

from mirrortheory.codegen.tabulated import Tabled, tabled
from mirrortheory.errors import NoClosedForm
from mirrortheory.exact import Ball, BallFunction, compare, precision, sign_of
from mirrortheory.potentials import DualPotential, Y
from mirrortheory.potentials.numeric import values

_ABOVE, _BELOW = (sympy.Symbol(name, positive=True) for name in ("above", "below"))
_BITS = 400
_TERMS = 4  # of a Taylor polynomial, each less than 2^-18 of the one before


def of_a_sum(potential: DualPotential) -> str:
    """Return the text of the six functions, before them what they are made of.

    Raises:
        NoClosedForm: when R*(y) has no closed form, or a form has a function that the runtime lacks.
    """
    if potential.closed_conjugate is None:
        raise NoClosedForm("numpy form", "no closed form of R*(y) is found; derive --at gives values")
    printer = _Printer()
    effective, conjugate, tables = tabled(potential)
    effective, slope, conjugate = map(_balanced, forms_in_distances(potential, effective, conjugate, tables))
    forms = {"_effective": ("x", effective), "_inverse_metric": ("1 / R''", slope), "_conjugate": ("R*", conjugate)}
    functions = [table.text(potential.dual_domain, printer.constant) for table in tables]
    functions += [
        f'def {name}(y, above, below):\n    """Return {what}."""\n'
        + "".join(table.call(form) for table in tables)
        + f"    return {printer.text(form)}"
        + ("" if form.free_symbols else " + 0*y")
        for name, (what, form) in forms.items()
    ]
    (left, right), ends = potential.region, [None if end.is_infinite else printer.constant(end) for end in potential.dual_domain]
    arguments = [
        ", ".join(forms),
        f"({_end(left, printer)}, {_end(right, printer)})",
        f"low={ends[0]}",
        f"high={ends[1]}",
        *_at_zero(potential, printer),
    ]
    publics = [
        ("mirror_map", "x", "R'(x)", potential.region),
        ("hessian", "x", "R''(x)", potential.region),
        ("potential", "x", "R(x)", potential.region),
        ("inverse_mirror_map", "y", "the x with R'(x) = y", potential.dual_domain),
        ("conjugate", "y", "R*(y)", potential.dual_domain),
    ]
    blocks = [
        printer.definitions(),
        *functions,
        "\n    ".join(("_CURVE = DualCurve(", *(f"{argument}," for argument in arguments))) + "\n)",
        *(
            f'def {name}({variable}):\n    """Return {what}, nan unless {low} < {variable} < {high}."""\n'
            f"    return _CURVE.{name}({variable})"
            for name, variable, what, (low, high) in publics
        ),
        'def bregman(x, x0):\n    """Return D_R(x, x0)."""\n    return divergence(x, x0, potential, mirror_map, hessian)',
    ]
    return "\n\n\n".join(block for block in blocks if block)


def forms_in_distances(
    potential: DualPotential, effective: sympy.Expr, conjugate: sympy.Expr, tables: Sequence[Tabled] = ()
) -> tuple[sympy.Expr, sympy.Expr, sympy.Expr]:
    """Return x, 1/R'' and R* as functions of y, ``above`` = y - low, ``below`` = high - y and what tables give."""
    effective, conjugate = (_in_distances(_one_quotient(form), potential) for form in (effective, conjugate))
    slope = sympy.diff(effective, Y) + sympy.diff(effective, _ABOVE) - sympy.diff(effective, _BELOW)  # a sum of positive terms
    return effective, _without_y_above(slope) + sympy.Add(*(table.rate(effective) for table in tables)), conjugate


def _one_quotient(form: sympy.Expr) -> sympy.Expr:
    """Write what a power is taken of as one quotient: 1 - y^2/(1 + y^2), of which nothing is left far out, is 1/(1 + y^2)."""

    def is_of_quotients(expr: sympy.Basic) -> bool:
        if not (isinstance(expr, sympy.Pow) and expr.base.is_Add and expr.base.free_symbols == {Y}):
            return False
        return bool(expr.base.is_rational_function(Y) and not expr.base.is_polynomial(Y))

    return form.replace(is_of_quotients, lambda power: sympy.cancel(power.base) ** power.exp)


def _without_y_above(slope: sympy.Expr) -> sympy.Expr:
    """Write a sum as one quotient where no y is left above the bar, so that nothing cancels; else as it is."""
    above, below = sympy.fraction(sympy.together(slope))
    return slope if above.free_symbols or not slope.is_Add else above / below


def _in_distances(form: sympy.Expr, potential: DualPotential) -> sympy.Expr:
    """Write what is affine in y and vanishes at an end of its interval as a multiple of the distance from there."""
    ends = [(end, distance) for end, distance in zip(potential.dual_domain, (_ABOVE, -_BELOW), strict=True) if not end.is_infinite]

    def distance(expr: sympy.Expr) -> sympy.Expr:
        slope = sympy.diff(expr, Y)
        root = -expr.subs(Y, 0) / slope
        return next((slope * mark for end, mark in ends if compare(root, end) == 0), expr)

    def is_affine(expr: sympy.Basic) -> bool:
        return (expr.is_Add or expr == Y) and expr.free_symbols == {Y} and not sympy.diff(expr, Y).has(Y)

    return _next_to_zeros(_elementary(form), potential).replace(_is_shared, _distributed).replace(is_affine, distance)


def _is_shared(expr: sympy.Expr) -> bool:
    """Return whether an exponential multiplies a sum: one may overflow where the other underflows."""
    return expr.is_Mul and any(isinstance(e, sympy.exp) for e in expr.args) and any(e.is_Add and e.has(Y) for e in expr.args)


def _distributed(expr: sympy.Expr) -> sympy.Expr:
    return sympy.powsimp(sympy.expand_mul(expr))


_FUNCTIONS = (sympy.exp, sympy.log, sympy.sinh, sympy.cosh, sympy.asinh, sympy.sin, sympy.cos, sympy.atan, sympy.asin)


class sin_between(sympy.Function):  # type: ignore[misc]  # noqa: N801
    """The sine of an angle in [0, pi], and what it lacks of pi."""

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """Return the derivative by the angle, which the rest does not add to."""
        return sympy.cos(self.args[0]) if argindex == 1 else sympy.S.Zero


class exp_of(sympy.Function):  # type: ignore[misc]  # noqa: N801
    """The exponential, of which SymPy does not take constants out."""


def _elementary(form: sympy.Expr) -> sympy.Expr:
    """Write functions by those of the runtime."""
    for others, by in (
        ((sympy.tanh, sympy.coth, sympy.sech, sympy.csch), sympy.exp),
        ((sympy.acosh, sympy.atanh, sympy.acoth), sympy.log),
        ((sympy.acos,), sympy.asin),
        ((sympy.acot,), sympy.atan),
    ):
        form = form.replace(lambda e, others=others: isinstance(e, others), lambda e, by=by: e.rewrite(by))
    quotients = {
        sympy.tan: lambda z: sympy.sin(z) / sympy.cos(z),
        sympy.cot: lambda z: sympy.cos(z) / sympy.sin(z),
        sympy.sec: lambda z: 1 / sympy.cos(z),
        sympy.csc: lambda z: 1 / sympy.sin(z),
    }
    for function, quotient in quotients.items():
        form = form.replace(function, quotient)
    return form.replace(_is_log_near_1, _by_asinh)


def _by_asinh(expr: sympy.Expr) -> sympy.Expr:
    """Write log(1 + f) = asinh((f + f / (1 + f)) / 2), which keeps a small f."""
    f = expr.args[0] - 1
    return sympy.asinh((f + f / expr.args[0]) / 2)


def _is_log_near_1(expr: sympy.Expr) -> bool:
    """Return whether an expression is log(1 + f); an affine 1 + f is a distance from its zero, and f a place next to 0."""
    if not (isinstance(expr, sympy.log) and expr.args[0].is_Add and sympy.diff(expr.args[0], Y).has(Y)):
        return False
    return bool(expr.args[0].as_independent(Y, as_Add=True)[0] == 1)


def _next_to_zeros(form: sympy.Expr, potential: DualPotential) -> sympy.Expr:
    """Write a sine, a cosine or c e^(k y) + b that vanishes at an end of the interval by the distance from there."""
    low, high = potential.dual_domain

    def rewritten(expr: sympy.Expr) -> sympy.Expr:
        slope = sympy.diff(expr.args[0], Y)
        at = [end for end in (low, high) if not end.is_infinite and not slope.has(Y) and sign_of(expr.subs(Y, end)) == 0]
        if not at:
            return expr
        rate, first = slope * sign_of(slope), sign_of(sympy.diff(expr, Y).subs(Y, at[0]))
        if len(at) == 2 and compare(rate * (high - low), sympy.pi) == 0:
            return first * sin_between(rate * _ABOVE, rate * _BELOW)
        return first * sympy.sin(rate * (_ABOVE if at[0] == low else -_BELOW))

    def lifted(expr: sympy.Expr) -> sympy.Expr:  # -b (e^(2 z) - 1) = -2 b e^z sinh z
        constant, rest = expr.as_independent(Y, as_Add=True)
        wave = rest.as_independent(Y, as_Add=False)[1]
        rate = sympy.diff(wave.args[0], Y) if isinstance(wave, sympy.exp) else Y
        if rate.has(Y):
            return expr
        ends = [
            (end, mark) for end, mark in ((low, _ABOVE), (high, -_BELOW)) if not end.is_infinite and sign_of(expr.subs(Y, end)) == 0
        ]
        return -2 * constant * sympy.exp(rate * ends[0][1] / 2) * sympy.sinh(rate * ends[0][1] / 2) if ends else expr

    form = form.replace(lambda e: e.is_Add and e.free_symbols == {Y}, lifted)
    return form.replace(lambda e: isinstance(e, sympy.sin | sympy.cos) and e.has(Y), rewritten)


def _balanced(form: sympy.Expr) -> sympy.Expr:
    """Write c e^z and c b^p as e^(z + log c) and e^(p log b + log c) for a large or small c: only the product may be a double."""

    def is_extreme(expr: sympy.Expr) -> bool:
        size = abs(expr.as_independent(sympy.Symbol, as_Add=False)[0])
        return bool(expr.is_Mul and not sympy.Rational(1, 10**6) < size < 10**6)

    def rewritten(expr: sympy.Expr) -> sympy.Expr:
        number, rest = expr.as_independent(sympy.Symbol, as_Add=False)
        if isinstance(rest, sympy.sinh | sympy.cosh):
            return sympy.Add(*(rewritten(number * term) for term in sympy.expand(rest.rewrite(sympy.exp)).args))
        base, exponent = rest.as_base_exp()
        if not (base.free_symbols or base is sympy.E) or (exponent.is_Integer and exponent > 0):
            return expr
        log = exponent if base is sympy.E else exponent * sympy.log(base)
        return sympy.sign(number) * exp_of(sympy.log(abs(number)) + log)

    return form.replace(is_extreme, rewritten)


def _at_zero(potential: DualPotential, printer: _Printer) -> list[str]:
    """Return the arguments that say where x(y) = 0, and what it is there."""
    with precision(_BITS):
        zero = zero_of(potential)
        if zero is None:
            return []
        value = BallFunction(zero, ())() if zero.is_number else values(potential, 0, digits=100).mirror_map
        series, derivative = list[float](), _elementary(potential.closed_inverse_mirror_map)
        arguments = [f"zero={printer.constant(zero, value)}"]
        if zero == 0 and potential.closed_inverse_mirror_map.is_polynomial(Y):
            return arguments  # its terms of the least degree are what counts
        for k in range(1, _TERMS + 3):
            derivative = sympy.diff(derivative, Y)
            coefficient = BallFunction(derivative, (Y,))(value) / math.factorial(k)
            if not coefficient.is_finite():
                return arguments  # a power of the distance from an end, say
            series.append(0.0 if coefficient.contains(0) else float(coefficient.mid()))
        at_zero = BallFunction(_elementary(potential.closed_conjugate), (Y,))(value)
    orders = [k for k, c in enumerate(series) if c]
    if len(orders) < 2:
        return arguments  # a monomial
    radius = min(abs(series[orders[0]] / series[k]) ** (1 / (k - orders[0])) for k in orders[1:])
    arguments += [
        f"series=({', '.join(map(repr, series[: orders[0] + _TERMS]))},)",
        f"radius={2.0 ** math.floor(math.log2(radius) - 18)!r}",
    ]
    return arguments if at_zero.contains(0) else [*arguments, f"at_zero={printer.constant(sympy.Symbol('R*(zero)'), at_zero)}"]


def zero_of(potential: DualPotential) -> sympy.Expr | None:
    """Return where x(y) = 0, or a symbol for a root that has no name; None where nowhere."""
    if potential.origin:
        return sympy.S.Zero
    for x, y in zip(potential.region, potential.dual_domain, strict=True):
        if not (x.is_infinite or y.is_infinite) and sign_of(x) == 0:
            return y
    inside = compare(potential.region[0], 0) < 0 < compare(potential.region[1], 0)
    return sympy.Symbol("the zero of x(y)") if inside else None


def _end(end: sympy.Expr, printer: _Printer) -> str:
    """Return an end of x: infinite, a double, or the name of a constant."""
    if end.is_infinite:
        return "math.inf" if end == sympy.oo else "-math.inf"
    with precision(_BITS):
        value = BallFunction(end, ())()
        double = float(value.mid())
        return repr(double) if value.contains(double) else printer.constant(end, value)


class _Printer(StrPrinter):  # type: ignore[misc]
    """Formulas for double-doubles: constants by name, powers by exact exponents, nothing in floats."""

    def __init__(self) -> None:
        super().__init__()
        self.constants: dict[str, tuple[str, float, float]] = {}

    def text(self, form: sympy.Expr) -> str:
        """Return a formula as code."""
        return str(self.doprint(form))

    def constant(self, expr: sympy.Expr, value: Ball | None = None) -> str:
        """Return the name of a constant."""
        with precision(_BITS):
            value = BallFunction(expr, ())() if value is None else value
            high = float(value.mid())
            low = float((value - Ball(high)).mid())
        return self.constants.setdefault(str(expr), (f"_C{len(self.constants) + 1}", high, low))[0]

    def definitions(self) -> str:
        """Return the lines that define the constants."""
        parts = (
            (name, repr(high) if not low else f"{high!r}, {low!r}", what) for what, (name, high, low) in self.constants.items()
        )
        return "\n".join(f"{name} = DoubleDouble({numbers})  # {what}" for name, numbers, what in parts)

    def _print(self, expr: sympy.Basic, **settings: Any) -> str:
        """Name what is a number, but for short integers."""
        if isinstance(expr, sympy.Expr) and expr.is_number and not (expr.is_Integer and abs(expr) < 2**53):
            return self.constant(expr)
        return str(super()._print(expr, **settings))

    def _print_Mul(self, expr: sympy.Mul) -> str:  # noqa: N802
        number, rest = expr.as_independent(sympy.Symbol, as_Add=False)
        if rest.is_Mul:  # whose factors, or the products of some, may be no doubles where the whole is one
            return self._product(number, rest)
        if number.is_Rational and max(abs(number.p), number.q) < 2**53:
            return str(super()._print_Mul(expr))
        return f"{self.constant(number)}*{self.parenthesize(rest, PRECEDENCE['Mul'])}"

    def _product(self, number: sympy.Expr, rest: sympy.Mul) -> str:
        factors = [] if number in (1, -1) else [(number, sympy.S.One)]
        for factor in rest.args:
            base, exponent = factor.as_base_exp()
            factors.append((base, exponent) if exponent.is_Rational and base is not sympy.E else (factor, sympy.S.One))
        parts = ", ".join(f"({self._print(base)}, {exponent.p}, {exponent.q})" for base, exponent in factors)
        return f"{'-' if number == -1 else ''}product_of_powers({parts})"

    def _print_Pow(self, expr: sympy.Pow, rational: bool = False) -> str:  # noqa: N802
        base, exponent = expr.as_base_exp()
        if base is sympy.E:
            return f"exp({self._print(exponent)})"
        if exponent.is_Integer:
            return (
                f"{self.parenthesize(base, PRECEDENCE['Atom'], strict=True)}**{exponent}"
                if exponent > 0
                else f"1/{self.parenthesize(base, PRECEDENCE['Atom'], strict=True)}**{-exponent}"
            )
        if abs(exponent) == sympy.S.Half:
            return f"sqrt({self._print(base)})" if exponent > 0 else f"1/sqrt({self._print(base)})"
        if not exponent.is_Rational:
            raise NoClosedForm("numpy form", f"{expr} is no rational power; derive --at gives values")
        return f"rational_power({self._print(base)}, {exponent.p}, {exponent.q})"

    def _print_Function(self, expr: sympy.Function) -> str:  # noqa: N802
        if not isinstance(expr, (*_FUNCTIONS, sin_between, exp_of)):
            raise NoClosedForm("numpy form", f"NumPy has no function for {expr}; derive --at gives values")
        return f"{'exp' if isinstance(expr, exp_of) else expr.func.__name__}({', '.join(map(self._print, expr.args))})"
