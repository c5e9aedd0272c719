r"""Hypothesis strategies: geometries, maps, decays, imbalances, starts, losses, flows, and all that a simulation needs.

Numbers are small and exact. What is drawn shrinks to the simplest case: q = 2, one layer, no decay, imbalance 0, weights 1, one
datum of ones. From there integers come before halves, halves before other fractions, positive numbers before negative ones.

>>> from hypothesis import find
>>> find(flows(), lambda flow: True)
Flow(geometry=Lq(q=2), reparam=Product(depth=1), decay=NoDecay())
>>> find(flows(), lambda flow: flow.decay.rate > 0 and len(flow.weights) > 1)
Flow(geometry=Lq(q=2), reparam=Product(depth=2), decay=Decoupled(alpha=1))

Source: MacIver, Hatfield-Dodds et al. (2019), "Hypothesis: A new approach to property-based testing", for shrinking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import sympy
from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from mirrortheory.decays import Coupled, Decay, Decoupled, NoDecay
from mirrortheory.errors import InvalidArgument
from mirrortheory.exact import integer
from mirrortheory.flows.problems import Exponential, Logistic, Problem, Quadratic, Scalar
from mirrortheory.flows.result.trajectory import Trajectory
from mirrortheory.flows.simulate import simulate
from mirrortheory.flows.starts import has_balances
from mirrortheory.geometries import Geometry, Lq
from mirrortheory.notation import alpha, q
from mirrortheory.reparams import (
    Exp,
    LogDifference,
    Mask,
    PowerDifference,
    PowersProduct,
    Product,
    Reparam,
    Separable,
    Square,
    Tempered,
)
from mirrortheory.theory import Flow

Number: TypeAlias = int | Fraction
Rational: TypeAlias = Any  # what the classes take: integers, fractions, text such as "3/2", rationals of SymPy
Start: TypeAlias = tuple[tuple[Number, ...], ...]

_EXPONENTS = ("2", "1", "3/2", "4/3", "5/4", "5/3", "7/4")
_RATES = ("1", "1/2", "2", "1/4", "1/10")
_DEPTHS = (1, 2, 3, 4)
_SIZES: tuple[Number, ...] = (1, 2, Fraction(1, 2), Fraction(3, 2), Fraction(1, 4), Fraction(3, 4), Fraction(5, 4))
_U, _V = sympy.symbols("u v", positive=True)
_X = sympy.Symbol("x", real=True)
_MAPS: dict[Any, Callable[[Sequence[int]], list[Reparam]]] = {
    Product: lambda depths: [Product(depth) for depth in depths],
    Square: lambda depths: [Square()],
    Exp: lambda depths: [Exp()],
    Mask: lambda depths: [Mask()],
    PowerDifference: lambda depths: [PowerDifference(depth) for depth in depths],
    PowersProduct: lambda depths: [PowersProduct(a, b) for a, b in ((1, 1), (2, 1), (1, 2), (2, 3))],
    LogDifference: lambda depths: [LogDifference()],
    Tempered: lambda depths: [Tempered(tau) for tau in ("1", "0", "1/2", "3/2")],
    Separable: lambda depths: [Separable(g, sorted(g.free_symbols, key=str)) for g in (_U**2, _U + _V, _U**2 - _V, _U**2 * _V)],
}
_HALF = Fraction(1, 2)

# Made once: Hypothesis prepares each strategy that it meets.
_POSITIVE = st.sampled_from(_SIZES)
_NONZERO = st.sampled_from((*_SIZES, *(-size for size in _SIZES)))
_FACTORS: SearchStrategy[Number] = st.sampled_from((1, 2, _HALF))
_CENTRES: SearchStrategy[Number] = st.sampled_from((1, 2, _HALF, -1, 0))
_CONVEX = st.sampled_from((_X**2 / 2, sympy.cosh(_X), _X**4 / 4))
_ENTRIES = st.sampled_from((1.0, 2.0, 0.5, 0.0, -1.0, -2.0, -0.5))
_TARGETS = st.sampled_from((1.0, 2.0, 0.5, -1.0, 3.0, 0.0))
_LABELS = st.sampled_from((1.0, -1.0))
_QUARTERS = st.integers(0, 3)
_LOSSES = (Quadratic, Scalar, Logistic, Exponential)


def geometries(*, exponents: Iterable[Rational] | None = None, symbolic: bool = False) -> SearchStrategy[Geometry]:
    """Geometries, the first of ``exponents`` being the simplest: by default 2, then 1 and 3/2, then others in [1, 2].

    Args:
        exponents: the gradient exponents to draw, rationals in [1, 2].
        symbolic: whether the letter :data:`mirrortheory.notation.q` is drawn, too.

    Raises:
        InvalidArgument: for another exponent, or none at all.

    >>> from hypothesis import find
    >>> find(geometries(), lambda geometry: geometry.exponent < 2)
    Lq(q=1)
    """
    return st.sampled_from(_geometries(exponents, symbolic))


def _geometries(exponents: Iterable[Rational] | None, symbolic: bool) -> list[Geometry]:
    found = [Lq(exponent) for exponent in _some("exponents", _EXPONENTS if exponents is None else exponents)]
    return [*found, Lq(q)] if symbolic else [*found]


def reparams(*, kinds: Iterable[type[Reparam]] | None = None, depths: Iterable[int] | None = None) -> SearchStrategy[Reparam]:
    """Reparameterizations, the simplest being one layer; the maps without layers come after ``Product``.

    Args:
        kinds: classes of maps, by default all of the package.
        depths: of ``Product`` and ``PowerDifference``, by default 1 to 4.

    Raises:
        InvalidArgument: for another class or depth, or none at all.

    >>> from hypothesis import find
    >>> find(reparams(), lambda reparam: len(reparam.weights) == 3)
    Product(depth=3)
    """
    layers = sorted(_some("depths", _DEPTHS if depths is None else depths))
    classes = _known("kinds", _MAPS, kinds)
    found = [reparam for kind in classes for reparam in _MAPS[kind](layers)]
    products = [reparam for reparam in found if isinstance(reparam, Product)]
    return st.sampled_from(found + products * (len(found) // max(1, len(products))))  # about half are products


def decays(
    *, kinds: Iterable[type[Decay]] | None = None, rates: Iterable[Rational] | None = None, symbolic: bool = False
) -> SearchStrategy[Decay]:
    """Weight decay of constant rate: none, decoupled, coupled.

    Args:
        kinds: of ``NoDecay``, ``Decoupled`` and ``Coupled``.
        rates: rationals >= 0, or schedules as text such as "1/(1+t)"; by default 1, 1/2, 2, 1/4, 1/10.
        symbolic: whether the letter :data:`mirrortheory.notation.alpha` is drawn, too.

    Raises:
        InvalidArgument: for another class or rate, or none at all.

    >>> from hypothesis import find
    >>> find(decays(kinds=[Coupled], rates=["1/3", "1/10"]), lambda decay: True)
    Coupled(alpha=1/3)
    """
    classes = _known("kinds", (NoDecay, Decoupled, Coupled), kinds)
    every = [*_some("rates", _RATES if rates is None else rates), *([alpha] if symbolic else [])]
    found: list[Decay] = []
    for kind in classes:
        found += [NoDecay()] if kind is NoDecay else [kind(rate) for rate in every]
    return st.sampled_from(found)


@st.composite
def _imbalances(draw: DrawFn, depth: int) -> tuple[sympy.Rational, ...]:
    few: tuple[Number, ...] = (0, 1, Fraction(1, 2))
    entries = st.one_of(st.sampled_from(few), st.fractions(Fraction(1, 12), 12, max_denominator=12))
    others = draw(st.lists(entries.map(_exact), min_size=depth - 1, max_size=depth - 1))
    place = draw(st.integers(0, depth - 1))
    return (*others[:place], sympy.S.Zero, *others[place:])


def imbalances(depth: int) -> SearchStrategy[tuple[sympy.Rational, ...]]:
    """Imbalances of ``depth`` layers, as ``derive(.., imbalance=..)`` takes them: rationals >= 0, at least one of them 0.

    Balanced layers are the simplest; 0, 1 and 1/2 repeat often, since equal layers are a case of their own.

    Raises:
        InvalidArgument: for a depth that is no integer from 1 to 8.

    >>> from hypothesis import find
    >>> find(imbalances(2), lambda shifts: True), find(imbalances(2), any)
    ((0, 0), (0, 1))
    """
    return _imbalances(integer(depth, "depth", 1, 8))


def starts(reparam: Reparam, d: int = 1, *, signs: bool = True) -> SearchStrategy[Start]:
    """Initial weights of shape (depth, d): rows of exact numbers from 1/4 to 2, positive where the map is for positive weights.

    ``simulate`` takes them as they are; ``derive(.., initial=..)`` takes a column, ``[row[0] for row in start]``.

    Args:
        reparam: the map, whose weights say how many rows there are and which of them are positive.
        d: coordinates of x.
        signs: whether weights that may be negative are.

    Raises:
        InvalidArgument: for a ``d`` that is no integer from 1 to 100, or another ``reparam``.

    >>> from hypothesis import find
    >>> from mirrortheory import Product
    >>> find(starts(Product(2), 3), lambda start: True)
    ((1, 1, 1), (1, 1, 1))
    >>> find(starts(Product(2)), lambda start: start[0][0] < 1)
    ((Fraction(1, 2),), (1,))
    """
    if not isinstance(reparam, Reparam):
        raise InvalidArgument("reparam", "a Reparam", reparam, "write for example starts(Product(2))")
    d = integer(d, "d", 1, 100)
    return st.tuples(*(st.tuples(*[_POSITIVE if w.is_positive or not signs else _NONZERO] * d) for w in reparam.weights))


def problems(d: int = 1, *, kinds: Iterable[type[Problem]] | None = None, most: int = 3) -> SearchStrategy[Problem]:
    """Losses of x in R^d, the simplest being (x_1 + .. + x_d - 1)^2/2.

    Args:
        d: coordinates of x.
        kinds: of ``Quadratic``, ``Scalar`` (a convex formula for each coordinate), ``Logistic`` and ``Exponential``.
        most: data, of which there is at least one.

    Raises:
        InvalidArgument: for another class, or a number that is no integer >= 1.

    >>> from hypothesis import find
    >>> find(problems(2), lambda problem: True)
    Quadratic(Z=array([[1., 1.]]), b=array([1.]))
    """
    d, most = integer(d, "d", 1, 100), integer(most, "most", 1, 100)
    return _problems(st.sampled_from(_known("kinds", _LOSSES, kinds)), st.integers(1, most), _rows(st.tuples(*[_ENTRIES] * d), d))


# Hypothesis shrinks to the fewest choices first: the simplest loss of each kind takes four, so that a Quadratic comes first.
@st.composite
def _problems(
    draw: DrawFn, kinds: SearchStrategy[type[Problem]], count: SearchStrategy[int], of_row: SearchStrategy[list[float]]
) -> Problem:
    kind = draw(kinds)
    if kind is Scalar:
        target, factor = _exact(draw(_CENTRES)), _exact(draw(_FACTORS))
        return Scalar(factor * draw(_CONVEX).subs(_X, _X - target))
    rows = [draw(of_row) for _ in range(draw(count))]
    targets = _TARGETS if kind is Quadratic else _LABELS
    return kind(rows, [draw(targets) for _ in rows])  # type: ignore[call-arg]


@st.composite
def _rows(draw: DrawFn, entries: SearchStrategy[tuple[float, ...]], d: int) -> list[float]:
    """Return a datum: ones, or else d entries, not all of them 0."""
    if draw(_QUARTERS) == 0:
        return [1.0] * d
    found = draw(entries)
    return list(found) if any(found) else [1.0] * d


@st.composite
def _flows(
    draw: DrawFn, exponents: list[Geometry], of_reparam: SearchStrategy[Reparam], of_decay: SearchStrategy[Decay], followed: bool
) -> Flow:
    reparam, decay, place = draw(of_reparam), draw(of_decay), draw(st.integers(0, len(exponents) - 1))
    possible = [g for g in exponents if not followed or _followed_anywhere(g, reparam, decay)]
    return Flow(possible[place % len(possible)], reparam, decay) if possible else reject()


def _followed_anywhere(geometry: Geometry, reparam: Reparam, decay: Decay) -> bool:
    """Return whether "auto" has a solver that goes on where an argument of the link passes zero."""
    if geometry.exponent == 2:
        return True
    return isinstance(reparam, Product) and (geometry.exponent == 1 or has_balances(Flow(geometry, reparam, decay)))


def flows(
    *,
    exponents: Iterable[Rational] | None = None,
    kinds: Iterable[type[Reparam]] | None = None,
    depths: Iterable[int] | None = None,
    decays: SearchStrategy[Decay] | None = None,
    symbolic: bool = False,
    followed: bool = False,
) -> SearchStrategy[Flow]:
    """Flows, the simplest being gradient flow of one layer without decay.

    Args:
        exponents: as in :func:`geometries`.
        kinds, depths: as in :func:`reparams`.
        decays: the decays to draw, such as ``st.just(NoDecay())``; by default those of :func:`decays`.
        symbolic: whether q and the rate may be letters, for what is derived; ``simulate`` takes numbers alone.
        followed: whether only flows are drawn that ``simulate`` follows from any start: all at q = 2, else products, for 1 < q < 2
            without coupled decay. The field of others is not Lipschitz where a gradient passes zero, and no solver goes on there.

    >>> from hypothesis import find
    >>> find(flows(exponents=["1", "3/2"], depths=[3, 2]), lambda flow: True)
    Flow(geometry=Lq(q=1), reparam=Product(depth=2), decay=NoDecay())
    """
    of_decay = _all_decays(symbolic=symbolic) if decays is None else decays
    return _flows(_geometries(exponents, symbolic), reparams(kinds=kinds, depths=depths), of_decay, followed)


_all_decays = decays


@dataclass(frozen=True)
class Simulation:
    """What ``simulate`` needs but for the time.

    Attributes:
        flow, problem: what is followed.
        start: initial weights, shape (depth, d).
    """

    flow: Flow
    problem: Problem
    start: Start

    def run(self, t_end: Any, **settings: Any) -> Trajectory:
        """Return the trajectory up to ``t_end``, dimensionless; ``settings`` are those of :func:`mirrortheory.flows.simulate`."""
        return simulate(self.flow, self.problem, self.start, t_end, **settings)


@st.composite
def _simulations(
    draw: DrawFn, of_flow: SearchStrategy[Flow], of_problem: SearchStrategy[Problem], d: int, signs: bool
) -> Simulation:
    flow = draw(of_flow)
    return Simulation(flow, draw(of_problem), draw(starts(flow.reparam, d, signs=signs)))


def simulations(
    d: int = 1, *, flows: SearchStrategy[Flow] | None = None, losses: Iterable[type[Problem]] | None = None, signs: bool = True
) -> SearchStrategy[Simulation]:
    """A flow that ``simulate`` follows, a loss and a start that belong together.

    Args:
        d: coordinates of x.
        flows: the flows to draw; by default those of :func:`flows` with ``followed=True``.
        losses: as ``kinds`` of :func:`problems`.
        signs: as in :func:`starts`.

    >>> from hypothesis import find
    >>> found = find(simulations(2), lambda found: True)
    >>> found.flow, found.problem, found.start
    (Flow(geometry=Lq(q=2), reparam=Product(depth=1), decay=NoDecay()), Quadratic(Z=array([[1., 1.]]), b=array([1.])), ((1, 1),))
    >>> found.run(0.5).x[-1].round(4).tolist()
    [0.6839, 0.6839]
    """
    of_flow = _all_flows(followed=True) if flows is None else flows
    return _simulations(of_flow, problems(d, kinds=losses), integer(d, "d", 1, 100), signs)


_all_flows = flows


def _exact(value: Number) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def _some(name: str, values: Iterable[Any]) -> list[Any]:
    """Return values as a list that is not empty."""
    found = list(values)
    if not found:
        raise InvalidArgument(name, "at least one", "none", "leave it out for all of them")
    return found


def _known(name: str, known: Iterable[type], given: Iterable[type] | None) -> list[type]:
    """Return the classes of ``known`` that are given, in their own order; all by default."""
    every = list(known)
    chosen = every if given is None else _some(name, given)
    for kind in chosen:
        if kind not in every:
            raise InvalidArgument(name, f"of {', '.join(k.__name__ for k in every)}", kind, "draw others by a strategy of your own")
    return [kind for kind in every if kind in chosen]
