"""What every mirror potential does at a prompt: it is shown, called, plotted, and takes numbers for its parameters."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import rational
from mirrortheory.potentials.along_curve import AlongCurve
from mirrortheory.potentials.closed_form import ClosedForm
from mirrortheory.potentials.form import Form, pairs

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from mirrortheory.drawing import Axes

_BOUND = {"x", "x0", "y", "s", "u"}  # the letters of the forms themselves


class Shown:
    """The part of a potential that has no mathematics of its own; see the module."""

    def __repr__(self: Any) -> str:
        return f"{type(self).__name__}(R'(x) = {self.mirror_map} for {self.where})"

    def _repr_latex_(self: Any) -> str:
        forms = (("R'(x)", self.mirror_map_expression()), ("R(x)", self.potential_expression()))
        text = r", \quad ".join(f"{name} = {sympy.latex(form)}" for name, form in forms)
        if isinstance(self.mirror_map, AlongCurve):
            text += rf" \quad \text{{where}} \quad {sympy.latex(self.curve)}"
        return rf"$\displaystyle {text}$"

    def __call__(self: Any, x: object) -> float | NDArray[np.float64]:
        """Return R(x) as a double, for one number or an array of them; see :func:`mirrortheory.potentials.called.called`.

        >>> from mirrortheory import Flow, Lq, Product, derive
        >>> derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential("1/2")
        0.041293122517219776
        """
        from mirrortheory.potentials.called import called  # which imports the potentials, and they this

        return called(self, x)

    def plot(self: Any, ax: Axes | None = None, *, of: str | None = None, x: Sequence[object] | None = None) -> Any:
        """Draw the potential from certified values: a figure of R, R', R'' and R*, or one of them.

        Args:
            ax: Matplotlib axes to draw one quantity into; without, a new figure, unknown to pyplot.
            of: potential, mirror_map, hessian, conjugate or inverse_mirror_map. Without, potential in ``ax``, or the first four.
            x: interval of x, two numbers in the region. Without, the region, at most two units of it where it does not end.

        Returns:
            The figure, or ``ax``.

        Raises:
            InvalidArgument: where symbols are left, for another quantity, and for an x outside the region.
            NotEvaluable: where no value is finite.

        >>> from mirrortheory.potentials import Potential
        >>> [panel.get_ylabel() for panel in Potential.of("x**4/4").plot().axes][:2]
        ['mirror potential $R(x)$', "mirror map $y = R'(x)$"]
        """
        from mirrortheory.potentials.plotted import plotted  # which imports the potentials, and Matplotlib

        return plotted(self, ax, of, x)

    @property
    def potential(self: Any) -> Any:
        """R(x): a :class:`ClosedForm`, which is ``closed_potential``, or where that is None an :class:`AlongCurve`."""
        return self._held("potential")

    @property
    def mirror_map(self: Any) -> Any:
        """R'(x), as :attr:`potential` is given."""
        return self._held("mirror_map")

    @property
    def hessian(self: Any) -> Any:
        """R''(x), as :attr:`potential` is given."""
        return self._held("hessian")

    @property
    def inverse_mirror_map(self: Any) -> Any:
        """The x with R'(x) = y as a function of y, as :attr:`potential` is given."""
        return self._held("inverse_mirror_map")

    @property
    def conjugate(self: Any) -> Any:
        """R*(y), as :attr:`potential` is given."""
        return self._held("conjugate")

    def _held(self: Any, quantity: str) -> Form:
        return (AlongCurve if getattr(self, f"closed_{quantity}") is None else ClosedForm)(self, quantity)

    @property
    def parameters(self: Any) -> tuple[sympy.Symbol, ...]:
        """The symbols that are left to be given numbers, such as q or an imbalance, in the order of their names."""
        found = {symbol for form in self.expressions() for symbol in form.free_symbols if symbol.name not in _BOUND}
        return tuple(sorted(found, key=lambda symbol: symbol.name))

    def subs(self: Any, replacements: Any, value: object = None) -> Any:
        """Put numbers or expressions for parameters, such as q or the imbalance; names count, not assumptions.

        Args:
            replacements: a mapping from symbols or their names, or pairs; or one symbol or name, with its ``value``.
            value: what to put for the one symbol.

        Raises:
            InvalidArgument: for a symbol that does not occur, a float, a value that is not positive for a positive symbol, and
                values at which the potential is normalised in another way.

        >>> from mirrortheory import Flow, Lq, Product, derive
        >>> found = derive(Flow(Lq(2), Product(2)), imbalance=(0, sympy.Symbol("lambda", positive=True))).potential
        >>> found.subs({"lambda": 3}), found.subs(sympy.Symbol("lambda"), 3) == found.subs("lambda", "3")
        (Potential(R'(x) = asinh(2*x/3)/2 for x > 0; R(-x) = R(x)), True)
        >>> found.subs("mu", 3)
        Traceback (most recent call last):
        ...
        mirrortheory.errors.InvalidArgument: replacements must be for lambda, got mu; write a symbol that occurs
        """
        known = {symbol.name: symbol for symbol in self.parameters}
        given: dict[sympy.Symbol, sympy.Expr] = {}
        for old, new in pairs(replacements, value).items():
            name = str(old)
            if name not in known:
                remedy = f"call it for a value: potential({new})" if name == "x" else "write a symbol that occurs"
                condition = f"for {', '.join(known)}" if known else "empty, as no symbol is left"
                raise InvalidArgument("replacements", condition, name, remedy)
            given[known[name]] = _value(known[name], new)
        return self.replaced(given)

    def replaced(self: Any, replacements: Mapping[sympy.Symbol, sympy.Expr]) -> Any:
        """Put expressions for symbols, exactly those, in every form; see :meth:`subs`, which looks at what it is given."""

        def put(form: Any) -> Any:
            if isinstance(form, tuple):
                return tuple(map(put, form))
            return form.subs(replacements) if hasattr(form, "subs") else form

        forms = {field.name: getattr(self, field.name) for field in dataclasses.fields(self) if field.name != "symbol"}
        return dataclasses.replace(self, **{name: put(form) for name, form in forms.items()})


def _value(symbol: sympy.Symbol, new: object) -> sympy.Expr:
    value = new if isinstance(new, sympy.Expr) and not isinstance(new, sympy.Float) else rational(new, symbol.name)
    if value.is_number and (value is sympy.nan or value.is_finite is False or value.is_extended_real is False):
        raise InvalidArgument(symbol.name, "a finite real number or an expression", value, "write for example 2")
    if symbol.is_positive and value.is_nonpositive:
        raise InvalidArgument(symbol.name, "positive", value, "the forms hold for positive values")
    return value
