r"""A flow is a geometry, a reparameterization and a decay: the only place where the three meet.

.. math:: \dot w_i = -\phi(f'(x)\, \partial_i g(w)) \quad\text{(without decay)}

The slope f'(x) stays a symbol, so whatever is derived holds for every differentiable loss.

Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from weakref import WeakValueDictionary

import sympy

from mirrortheory.decays import TIME, Decay, NoDecay
from mirrortheory.definitions import Defined, Worked, differentiated
from mirrortheory.domain import NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import as_expression
from mirrortheory.geometries import Geometry
from mirrortheory.reparams import Reparam

_More = ParamSpec("_More")
_Found = TypeVar("_Found")

SLOPE = sympy.Symbol("f'", real=True)


class Velocity(Defined):
    """dw/dt of one weight of a flow, as it is defined: by the map, the link and the decay."""

    def __new__(cls, flow: Flow, weight: sympy.Symbol) -> Velocity:
        slope = differentiated(Worked(flow.effective), weight)
        field = Worked(flow.velocity[flow.weights.index(weight)], slope.nonzero, slope.defined)
        found = super().__new__(cls, field.expr)
        found.flow, found.weight = flow, weight
        found.field, found.content = field, (weight, field.expr, repr(flow))  # once: SymPy asks for them at each comparison
        return found  # type: ignore[no-any-return]

    def __getnewargs__(self) -> tuple[Flow, sympy.Symbol]:
        return self.flow, self.weight

    def _hashable_content(self) -> tuple[Any, ...]:
        return self.content  # type: ignore[no-any-return]

    def _sympystr(self, printer: Any) -> str:
        return f"d{self.weight}/dt"

    def _latex(self, printer: Any) -> str:
        return rf"\dot{{{printer.doprint(self.weight)}}}"

    @property
    def free_symbols(self) -> set[sympy.Symbol]:
        """The weights that the map holds, the slope and the parameters, also where one of them cancels."""
        return {self.weight, SLOPE, *self.flow.effective.free_symbols, *self.flow.parameters}

    def worked(self) -> Worked:
        return self.field  # type: ignore[no-any-return]


@lru_cache(maxsize=256)
def _velocity(flow: Flow, weight: sympy.Symbol) -> Velocity:
    return Velocity(flow, weight)


@dataclass(frozen=True)
class Flow:
    """Steepest flow of f(g(w)) for one coordinate.

    Args:
        geometry: the link phi.
        reparam: the map g.
        decay: how weight decay enters; none by default.

    Raises:
        InvalidArgument: for anything else in one of the three places.

    >>> from mirrortheory import Lq, Product
    >>> Flow(Lq(2), Product(2)).velocity
    (-f'*w2, -f'*w1)
    """

    geometry: Geometry
    reparam: Reparam
    decay: Decay = field(default_factory=NoDecay)

    def __post_init__(self) -> None:
        for name, kind in (("geometry", Geometry), ("reparam", Reparam), ("decay", Decay)):
            given = getattr(self, name)
            if not isinstance(given, kind):
                raise InvalidArgument(name, f"a {kind.__name__}", given, "write for example Flow(Lq(2), Product(2), Decoupled(1))")
        others = (*self.weights, *self.geometry.exponent.free_symbols)
        if self.decay.varies and any(symbol.name == TIME.name for symbol in others):
            raise InvalidArgument("weights", "no t where decay depends on the time t", TIME, "write another letter")

    def __getstate__(self) -> dict[str, Any]:
        return {part.name: getattr(self, part.name) for part in fields(self)}  # what is derived from it is derived anew

    def _repr_latex_(self) -> str:
        moves = (rf"\dot{{{sympy.latex(w)}}} = {sympy.latex(v)}" for w, v in zip(self.weights, self.velocity, strict=True))
        text = r", \quad ".join((f"x = {sympy.latex(self.effective)}", *moves))
        return rf"$\displaystyle {text}$"

    @property
    def weights(self) -> tuple[sympy.Symbol, ...]:
        """The weights of one coordinate."""
        return self.reparam.weights

    @property
    def slope(self) -> sympy.Symbol:
        """The symbol f' for the slope f'(x) of the loss."""
        return SLOPE

    @property
    def effective(self) -> sympy.Expr:
        """The effective parameter x as an expression in the weights."""
        return self.reparam.effective

    @property
    def gradient(self) -> tuple[sympy.Expr, ...]:
        """The gradient of the loss in the weights, f' dg/dw_i."""
        return tuple(SLOPE * j for j in self.reparam.jacobian())

    @property
    def link_arguments(self) -> tuple[sympy.Expr, ...]:
        """What the link is applied to, entrywise: the gradient, plus alpha w under coupled decay."""
        return tuple(self.decay.link_argument(g, w) for g, w in zip(self.gradient, self.weights, strict=True))

    @property
    def velocity(self) -> tuple[sympy.Expr, ...]:
        """The vector field dw_i/dt."""
        pairs = zip(self.gradient, self.weights, strict=True)
        return tuple(self.decay.velocity(self.geometry, g, w) for g, w in pairs)

    @property
    def inverse_metric(self) -> sympy.Expr:
        """1/R'' as a function of the weights, by its definition: the sum of |dg/dw_i|^q, not worked out."""
        q = self.geometry.exponent
        return sympy.Add(*(sympy.Abs(sympy.Derivative(self.effective, w)) ** q for w in self.weights))

    @property
    def parameters(self) -> frozenset[sympy.Symbol]:
        """The symbols of the exponent and of the decay rate, which no weight moves: t, too, where the rate depends on it."""
        return frozenset(self.geometry.exponent.free_symbols | self.decay.rate.free_symbols)

    def derivative(self, quantity: sympy.Expr, *, constants: Iterable[sympy.Symbol] = ()) -> sympy.Expr:
        """Return d(quantity)/dt along the flow, by its definition: the sum of d(quantity)/dw_i dw_i/dt, not worked out.

        Statements keep it like this, so that what is certified is the derivative along the field of this flow. ``.doit()``
        works it out. Where the rate depends on time, so may the quantity, and d(quantity)/dt at fixed weights joins the sum.

        Args:
            quantity: an expression in the weights, and in the exponent and rate where these are symbols.
            constants: other symbols in it, which do not move along the flow (the slope is one for a linear loss only).

        Raises:
            InvalidArgument: for any other symbol; it would be taken as a constant.

        >>> from mirrortheory import Lq, Product
        >>> flow = Flow(Lq(2), Product(2))
        >>> rate = flow.derivative(flow.weights[0]**2 - flow.weights[1]**2)
        >>> print(rate)
        Derivative(w1**2 - w2**2, w1)*dw1/dt + Derivative(w1**2 - w2**2, w2)*dw2/dt
        >>> rate.doit()
        0
        """
        quantity = as_expression(quantity, "quantity")
        self.must_know(quantity.free_symbols - set(constants), "quantity")
        moving = [w for w in self.weights if w in quantity.free_symbols]  # has() does not look into a named expression
        own = sympy.Derivative(quantity, TIME) if TIME in quantity.free_symbols & self.parameters else sympy.S.Zero
        return sympy.Add(own, *(sympy.Derivative(quantity, w) * _velocity(self, w) for w in moving))

    def must_know(self, symbols: Iterable[sympy.Symbol], name: str) -> None:
        """Refuse symbols that are no weight and no parameter of the flow.

        Raises:
            InvalidArgument: naming the first of them; one that has the name of a weight has other assumptions.
        """
        own = {*self.weights, *self.parameters}
        for symbol in sorted(set(symbols) - own, key=str):
            namesake = next((s for s in (*self.weights, *self.parameters, SLOPE) if s.name == symbol.name), None)
            if namesake is not None and namesake != symbol:
                remedy = "it was made with other assumptions; take it from flow.weights, flow.slope or the geometry"
            elif symbol == SLOPE:
                remedy = "the slope moves with x; name it among the constants if the loss is linear"
            else:
                remedy = "take weights from flow.weights, and name what does not move among the constants"
            raise InvalidArgument(name, f"in the symbols {', '.join(map(str, sorted(own, key=str)))} of the flow", symbol, remedy)

    def domain(self, ranges: Mapping[sympy.Symbol, sympy.Set] | None = None) -> Domain:
        """Return where the field is smooth: every orthant of nonzero weights and slopes, every q and alpha meant.

        Args:
            ranges: of other symbols, or in place of these.

        Raises:
            InvalidArgument: for a symbol that has the name of one of the flow's and other assumptions.
        """
        names = {s.name: s for s in (*self.weights, *self.parameters, SLOPE)}
        self.must_know((s for s in ranges or {} if names.get(s.name, s) != s), "ranges")
        found: dict[sympy.Symbol, sympy.Set] = {w: POSITIVE if w.is_positive else NONZERO for w in (*self.weights, SLOPE)}
        exponent, rate = self.geometry.exponent, self.decay.rate
        if isinstance(exponent, sympy.Symbol):
            found[exponent] = sympy.Interval(1, 2)
        found |= dict.fromkeys(rate.free_symbols, NONNEGATIVE)  # a letter for it, or time
        return Domain({**found, **(ranges or {})})


class _Derived(dict[Any, Any]):
    """What is derived from a flow: a dictionary that may be held weakly."""


_OF_EQUAL_FLOWS: WeakValueDictionary[tuple[Any, ...], _Derived] = WeakValueDictionary()


def once_per_flow(derive: Callable[Concatenate[Flow, _More], _Found]) -> Callable[Concatenate[Flow, _More], _Found]:
    """Keep what ``derive(flow, ..)`` returns with the flow, and with the flows that are equal to it; it is dropped with them.

    >>> from mirrortheory import Lq, Product
    >>> named = once_per_flow(lambda flow: object())
    >>> flow = Flow(Lq(2), Product(2))
    >>> named(flow) is named(Flow(Lq(2), Product(2))), named(flow) is named(Flow(Lq(2), Product(3)))
    (True, False)
    """

    @wraps(derive)
    def kept(flow: Flow, *more: _More.args, **settings: _More.kwargs) -> _Found:
        found: _Derived | None = vars(flow).get("_derived")
        if found is None:
            parts = (flow.geometry, flow.reparam, flow.decay)
            vars(flow)["_derived"] = found = _OF_EQUAL_FLOWS.setdefault(parts, _Derived())
        place = (derive, *more, *settings.items())
        if place not in found:
            found[place] = derive(flow, *more, **settings)
        return found[place]  # type: ignore[no-any-return]

    return kept  # type: ignore[return-value]  # wraps gives it a type of its own


def must_be_a_flow(flow: object) -> None:
    """Refuse what is no :class:`Flow`, as a potential that was derived from one.

    Raises:
        InvalidArgument: for anything else.
    """
    if not isinstance(flow, Flow):
        raise InvalidArgument("flow", "a Flow", flow, "write for example Flow(Lq(2), Product(2))")
