r"""Derivations as NumPy code that stands alone, vectorised, without cancellation from 1e-300 to 1e300.

Nothing is computed from the closed forms in x, which cancel (:math:`(\sqrt{\lambda^2 + 4x} - \lambda)/2` near 0), but along the
curve: r from x by a quotient or a root, then y, R* and 1/R'' as sums of positive terms in r. With R'(0) = 0

.. math:: R(x) = x y - R^*(y), \qquad R^* = \int x\,\mathrm d y \le x y,

and R* / (x y) tends to (1 - m)/(2 - m) < 1 where R is a power: the one subtraction loses a bounded factor. The Bregman divergence
is the integral of (x - u) R''(u) from x0 to x where the two are close.

Sums of functions of one weight have no such curve: :mod:`mirrortheory.codegen.numpy_of_a_sum`.

Source: derived for this project.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy

from mirrortheory.codegen import double_double, formula_runtime, sum_runtime, table_runtime
from mirrortheory.codegen import numpy_runtime as runtime
from mirrortheory.codegen.names import named
from mirrortheory.codegen.numpy_of_a_formula import of_a_formula
from mirrortheory.codegen.numpy_of_a_sum import of_a_sum
from mirrortheory.codegen.sources import runtime_for
from mirrortheory.errors import NoClosedForm
from mirrortheory.potentials import DualPotential, MirrorPotential, Normalisation, Potential, PowerProduct, PrimalPotential, S
from mirrortheory.report.describe import as_mapping, as_text, heading
from mirrortheory.theory import Derivation

Factor = tuple[sympy.Expr, sympy.Rational]


def as_numpy(found: Derivation | MirrorPotential) -> str:
    """Return a module with hessian, mirror_map, inverse_mirror_map, potential, conjugate and bregman, as text.

    Its functions take arrays, and the symbols of the imbalance, if any, as further arguments that broadcast.

    Args:
        found: a derivation, or a potential.

    Raises:
        NoClosedForm: when q is a symbol; when the imbalance is one, and the form is no elementary one; when a form has a
            function that NumPy lacks.

    >>> from mirrortheory import Flow, Lq, Product, derive
    >>> print(as_numpy(derive(Flow(Lq(1), Product(1)))).splitlines()[0])
    \"\"\"Mirror potential of Lq(q=1), Product(depth=1), NoDecay().
    """
    potential = found if isinstance(found, MirrorPotential) else found.potential
    if isinstance(potential, PrimalPotential):
        body = of_a_formula(potential)
    else:
        body = of_a_sum(potential) if isinstance(potential, DualPotential) else _Curve(potential).text()
    called = runtime_for(body, runtime, double_double, sum_runtime, table_runtime, formula_runtime)
    head = f'"""Mirror potential of {heading(found)}.\n\n{as_text(as_mapping(found))}\n"""\n'
    return "\n".join((head.replace("\\", "\\\\"), f"{called}\n\n", body.strip("\n"), ""))


@dataclass(frozen=True)
class _Form:
    """scale * r^order * prod (r^beta + shift)^exponent, shifts positive."""

    scale: sympy.Expr
    order: sympy.Rational
    factors: tuple[Factor, ...]

    @classmethod
    def of(cls, product: PowerProduct, beta: sympy.Rational, *, density: bool = True) -> _Form:
        """Write a function of s, or a density in s, with s = r^beta."""
        order = product.order_at_zero() * beta
        factors = tuple((shift, e) for shift, e in product.factors if shift != 0)
        return cls(product.coefficient * beta, order + beta - 1, factors) if density else cls(product.coefficient, order, factors)


class _Curve:
    """The text of the functions of a potential that is an exact curve in s, here in r with s = r^beta.

    With r of the order of x at 0, nothing underflows that does not have to; where x is a power of s, r is x itself.
    """

    def __init__(self, potential: Potential) -> None:
        products = potential.effective, potential.dual_density, potential.conjugate_density
        if not all(e.is_Rational for product in products for _, e in product.factors):
            raise NoClosedForm("numpy form", "q is a symbol; derive with a number such as 3/2")
        order = products[0].order_at_zero()
        self.beta = 1 / (order if len(products[0].factors) == 1 else min(order, sympy.S.One))
        self.x = _Form.of(products[0], self.beta, density=False)
        self.dual, self.conjugate = (_Form.of(product, self.beta) for product in products[1:])
        self.potential = potential
        self.exponents = {e for _, e in products[0].factors}
        symbols = sorted({str(symbol) for shift, _ in self.x.factors for symbol in shift.free_symbols})
        self.further = "".join(f", {named(symbol, runtime)}" for symbol in symbols)
        self.constants: list[str] = []

    def text(self) -> str:
        """Return the six functions, before them what they are made of."""
        further, even = self.further, self.potential.even
        near = self.potential.normalisation is Normalisation.ORIGIN
        r, dual, conjugate = self._r_of_size(), self._integral("_DUAL", self.dual), self._integral("_CONJUGATE", self.conjugate)
        r_of_y = self._r_of_y("size" if near else "y")
        order = self.x.order - 1 - self.dual.order
        at_zero = "np.inf" if order > 0 else "0.0" if order < 0 else f"lambda r: 1 / _inverse_metric(r{further})"
        odd, kept = ("odd", "even") if even else ("positive", "positive")
        bound = "lambda u: {0}(u" + further + ")" if further else "{0}"
        ends = "_LOW, _HIGH = _r(np.array([1e-300, 1e300]))"

        def private(name: str, argument: str, value: str) -> str:
            return f"def {name}({argument}{further}):\n    return {value}"

        def public(name: str, arguments: str, what: str, value: str) -> str:
            return f'def {name}({arguments}{further}):\n    """Return {what}."""\n    return {value}'

        def sized(value: str, of: str, sign: str, zero: str) -> str:
            return f'at_size(lambda size: {value}, {of}, "{sign}", {zero})'

        at = f"_r(size{further})"
        y_of_size = f"_dual({at}{further})"
        blocks = [
            private("_r", "size", r),
            "\n".join((ends, *self.constants)) if self.constants else "",
            private("_dual", "r", dual),
            private("_conjugate", "r", conjugate),
            private("_inverse_metric", "r", self._inverse_metric()),
            private("_effective", "r", self._terms(self.x.scale, self.x.order, self.x.factors)),
            public("hessian", "x", "R''(x)", sized(f"1 / _inverse_metric({at}{further})", "x", kept, at_zero)),
            public("mirror_map", "x", "R'(x)", sized(y_of_size, "x", odd, "0.0" if near else "-np.inf")),
            public("potential", "x", "R(x)", sized(f"legendre(size, {y_of_size}, _conjugate({at}{further}))", "x", kept, "0.0")),
            public(
                "inverse_mirror_map",
                "y",
                "the x with R'(x) = y" + ("" if even and near else " and x > 0"),
                sized(f"_effective({r_of_y}{further})", "y", odd, "0.0")
                if near
                else f"guarded(lambda y: _effective({r_of_y}{further}), y)",
            ),
            public(
                "conjugate",
                "y",
                "R*(y) = x y - R(x) at the x of inverse_mirror_map",
                sized(f"_conjugate({r_of_y}{further})", "y", kept, "0.0")
                if near
                else f"guarded(lambda y: _conjugate({r_of_y}{further}), y)",
            ),
            public(
                "bregman",
                "x, x0",
                "D_R(x, x0)",
                f"divergence(x, x0, {', '.join(bound.format(f) for f in ('potential', 'mirror_map', 'hessian'))})",
            ),
        ]
        return "\n\n\n".join(block for block in blocks if block)

    def _r_of_size(self) -> str:
        size, factors = _over("size", self.x.scale), self.x.factors
        if not factors:
            return size
        if len(factors) == 1 and len(self.exponents) == 1:
            ((gap, e),) = factors
            return f"quadratic({_power(size, 1 / (2 * e))}, {_number(gap)}, {_arguments(1 / self.beta)})"
        return f"root({size}, {self._numbers(self.x)})"

    def _integral(self, name: str, form: _Form) -> str:
        order = form.order + 1
        if not form.factors:
            return _times(form.scale, "np.log(r)") if order == 0 else _times(form.scale / order, _power("r", order))
        if self.beta == 1 and order.is_Integer and all(e.is_Integer and e > 0 for _, e in form.factors):
            polynomial = sympy.Poly(sympy.Mul(*((S + shift) ** e for shift, e in form.factors)), S)
            text = ""
            for k, coefficient in reversed(list(enumerate(polynomial.all_coeffs()[::-1]))):
                leading = f"{_number(form.scale * coefficient / (order + k))}"
                text = f"{leading} + r * ({text})" if text else leading
            return "r * (" * int(order) + text + ")" * int(order)
        if self._is_hyperbolic(form):
            return _times(form.scale, f"np.arcsinh(r / np.sqrt({_number(form.factors[0][0])}))")
        infinite = self.potential.normalisation is Normalisation.INFINITY and form is self.dual
        end = order + self.beta * sum(e for _, e in form.factors) if infinite else order
        numbers, front = self._numbers(form), _number(sympy.Mul(*(shift**e for shift, e in form.factors)))
        self.constants.append(f"{name} = Primitive(({_arguments(end, 2)}), {front}, {numbers}, _LOW, _HIGH)")
        return _times(form.scale, f"{name}(r)")

    def _is_hyperbolic(self, form: _Form) -> bool:
        return self.beta == 2 and form.order == 0 and [e for _, e in form.factors] == [-sympy.S.Half]

    def _r_of_y(self, y: str) -> str:
        form, order = self.dual, self.dual.order + 1
        if not form.factors:
            if order == 0:
                return f"np.exp({_over(y, form.scale)})"
            return _power(_times(order / form.scale, y), 1 / order)
        if self._is_hyperbolic(form):
            return f"np.sqrt({_number(form.factors[0][0])}) * np.sinh({_over(y, form.scale)})"
        return f"_DUAL.inverse({_over(y, form.scale)})"

    def _inverse_metric(self) -> str:
        """(dx/dr) / (dy/dr), as a sum over the factors of x of products of powers."""
        exponents = dict(self.x.factors)
        for shift, e in self.dual.factors:
            exponents[shift] = exponents.get(shift, sympy.S.Zero) - e
        scale, order = self.x.scale / self.dual.scale, self.x.order - 1 - self.dual.order
        terms = [self._terms(scale * self.x.order, order, tuple(exponents.items()))]
        for shift, e in self.x.factors:
            others = tuple((other, total - int(other == shift)) for other, total in exponents.items())
            terms.append(self._terms(scale * e * self.beta, order + self.beta, others))
        return " + ".join(terms)

    def _terms(self, scale: sympy.Expr, order: sympy.Rational, factors: tuple[Factor, ...]) -> str:
        s = _power("r", self.beta)
        parts = [_number(scale)] if scale != 1 else []
        parts += [_power("r", order)] if order != 0 else []
        parts += [_power(f"{s} + {_number(shift)}", e) for shift, e in factors if e != 0]
        return " * ".join(parts) or "1.0"

    def _numbers(self, form: _Form) -> str:
        if self.further:
            raise NoClosedForm("numpy form", "with a symbol for an imbalance it needs an elementary form; derive with numbers")
        entries = "".join(f"({_number(shift)}, ({_arguments(e, 2)})), " for shift, e in form.factors)
        return f"({_arguments(form.order, 2)}), ({_arguments(self.beta, 2)}), ({entries.rstrip()})"


def _arguments(exponent: sympy.Rational, least: int = 1) -> str:
    """Return an exponent as a float, and what that misses where it is not 0 or two numbers are wanted."""
    nearest = float(exponent)
    rest = float(exponent - sympy.Rational(nearest))
    return f"{nearest!r}, {rest!r}" if rest or least == 2 else repr(nearest)


def _power(base: str, exponent: sympy.Rational) -> str:
    simple = base.isidentifier()
    if exponent == 1:
        return base if simple else f"({base})"
    if exponent in (2, 3):
        return f"{base if simple else f'({base})'} ** {exponent}"
    return f"power({base}, {_arguments(exponent)})"


def _number(expr: sympy.Expr) -> str:
    """Return a constant as the nearest float, an expression in symbols as it is."""
    return str(expr) if expr.free_symbols else repr(float(expr.evalf(40)))


def _times(scale: sympy.Expr, text: str) -> str:
    return text if scale == 1 else f"{_number(scale)} * {text}"


def _over(text: str, scale: sympy.Expr) -> str:
    return text if scale == 1 else f"{text} / {_number(scale)}"
