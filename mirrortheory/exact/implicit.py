r"""Functions given by an equation or an integral, as SymPy functions with their derivatives.

.. math:: t(y): F(t) = y, \quad \frac{\mathrm d t}{\mathrm d y} = \frac{1}{F'(t)}; \qquad
          \int_0^s u^r \prod_i (a_i u + b_i)^{e_i}\,\mathrm d u, \quad r > -1, \; a_i u + b_i > 0 \text{ on } [0, s).

The second is s^(r+1)/(r+1) times Lauricella's F_D (for one factor Gauss's 2F1), up to a constant factor.

Source: Lauricella (1893) for F_D; DLMF 19.15 for the relation to elliptic integrals.
"""

from __future__ import annotations

from typing import Any

import sympy

_BITS_PER_DIGIT = 3.33


class Enclosed(sympy.Function):  # type: ignore[misc]  # SymPy is untyped
    """A function whose values come from ball arithmetic."""

    def _eval_evalf(self, bits: int) -> sympy.Expr | None:
        from mirrortheory.exact.balls import evaluate  # which compiles this function

        if self.free_symbols:
            return None
        digits = int(bits / _BITS_PER_DIGIT) + 2
        return sympy.Float(evaluate(self, {}, digits).mid().str(digits, radius=False), precision=bits)


class _Defined(Enclosed):
    """A function that is real and finite wherever it is meant, and has no series here."""

    def _eval_is_extended_real(self) -> bool:
        return True

    def _eval_is_finite(self) -> bool:
        return True

    def _eval_nseries(self, *args: Any, **kwargs: Any) -> sympy.Expr:
        raise NotImplementedError("no series of a function that an equation or an integral defines")

    _eval_as_leading_term = _eval_nseries
    _eval_aseries = _eval_nseries


class inverse_function(_Defined):  # noqa: N801 - lower case like SymPy's own functions
    """t in (low, high) with F(t) = y, for F strictly increasing there: arguments Lambda(t, F), Lambda(t, F'), y, low, high.

    >>> t, y = sympy.symbols("t y", real=True)
    >>> root = inverse_function(sympy.Lambda(t, t + t**5), sympy.Lambda(t, 1 + 5 * t**4), y, -sympy.oo, sympy.oo)
    >>> print(root)
    inverse(t -> t**5 + t)(y)
    >>> print(sympy.diff(root, y))
    1/(5*inverse(t -> t**5 + t)(y)**4 + 1)
    """

    nargs = 5

    @property
    def form(self) -> sympy.Lambda:
        """t -> F(t)."""
        return self.args[0]

    @property
    def slope(self) -> sympy.Lambda:
        """t -> F'(t)."""
        return self.args[1]

    @property
    def value(self) -> sympy.Expr:
        """y."""
        return self.args[2]

    @property
    def ends(self) -> tuple[sympy.Expr, sympy.Expr]:
        """The interval of t."""
        return self.args[3], self.args[4]

    def _eval_derivative(self, symbol: sympy.Symbol) -> sympy.Expr:
        return sympy.diff(self.value, symbol) / self.slope(self)

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[3].is_nonnegative else None

    def _mpmathcode(self, printer: Any) -> str:
        name = sympy.Symbol(f"t{len(self.atoms(inverse_function))}")
        form, slope = (printer.doprint(side(name)) for side in (self.form, self.slope))
        value, *ends = (printer.doprint(e) for e in self.args[2:])
        return f"root(lambda {name}: ({form} - ({value}), {slope}), {', '.join(ends)})"

    def _sympystr(self, printer: Any) -> str:
        (t,) = self.form.variables
        shown = sympy.Symbol(t.name)
        return f"inverse({shown} -> {printer.doprint(self.form(shown))})({printer.doprint(self.value)})"

    def _latex(self, printer: Any, exp: Any = None) -> str:
        (t,) = self.form.variables
        shown = sympy.Symbol(t.name)
        mapping = rf"{shown} \mapsto {printer.doprint(self.form(shown))}"
        text = rf"\left({mapping}\right)^{{-1}}\left({printer.doprint(self.value)}\right)"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


class powers_integral(_Defined):  # noqa: N801
    """The integral from 0 to s of u^r prod (a_i u + b_i)^(e_i): arguments s, r, a_1, b_1, e_1, a_2, b_2, e_2, ..

    >>> s = sympy.Symbol("s", positive=True)
    >>> sympy.diff(powers_integral(s, 0, 1, 2, sympy.Rational(1, 3)), s)
    (s + 2)**(1/3)
    """

    @property
    def factors(self) -> tuple[tuple[sympy.Expr, sympy.Expr, sympy.Expr], ...]:
        """The a_i, b_i and e_i."""
        return tuple(self.args[i : i + 3] for i in range(2, len(self.args), 3))

    def integrand(self, u: sympy.Expr) -> sympy.Expr:
        """The integrand at u."""
        return u ** self.args[1] * sympy.Mul(*((a * u + b) ** e for a, b, e in self.factors))

    def _eval_derivative(self, symbol: sympy.Symbol) -> sympy.Expr:
        if any(symbol in argument.free_symbols for argument in self.args[1:]):
            raise NotImplementedError("the integral is differentiated in its end only")
        return self.integrand(self.args[0]) * sympy.diff(self.args[0], symbol)

    def _eval_is_positive(self) -> bool | None:
        return bool(self.args[0].is_positive) or None

    def _latex(self, printer: Any, exp: Any = None) -> str:
        u = sympy.Symbol("u", positive=True)
        text = printer.doprint(sympy.Integral(self.integrand(u), (u, 0, self.args[0])))
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"

    def _mpmathcode(self, printer: Any) -> str:
        """In z with u = s z^n, where the integrand is analytic at 0."""
        end, order = self.args[:2]
        n, z = 1 / (order + 1), sympy.Symbol("z", positive=True)
        factors = [(a * end * z**n + b) ** e for a, b, e in self.factors]
        integrand, front = printer.doprint(sympy.Mul(*factors)), printer.doprint(n * end ** (order + 1))
        return f"({front} * mpmath.quad(lambda z: {integrand}, [0, 1]))"
