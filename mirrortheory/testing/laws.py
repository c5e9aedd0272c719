"""The laws of :mod:`mirrortheory.laws` as assertions: which law a geometry, map, decay or flow of your own breaks, and where.

A law that is refuted raises :class:`mirrortheory.errors.LawBroken` with the point at which it fails and both sides there. So does
one that stays open, as UNDECIDED is no pass; ``allow_open=True`` lets it be, and the report that comes back says so. A point is
made as small as one is found: integers and halves first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sympy

from mirrortheory.conjecture.witness import smallest
from mirrortheory.decays import Decay
from mirrortheory.errors import InvalidArgument
from mirrortheory.evidence import Evidence, Identity, Inequality, Statement, Verdict
from mirrortheory.geometries import Geometry
from mirrortheory.laws import flow_laws, geometry_laws, pull_laws, reparam_laws
from mirrortheory.reparams import Reparam
from mirrortheory.testing.report import LawReport, judged
from mirrortheory.theory import Flow


def check_geometry(geometry: Geometry, *, seed: int = 0, allow_open: bool = False) -> LawReport:
    """Check that a link is odd, homogeneous of degree q - 1 and multiplicative, and g phi(g) = |g|^q.

    Args:
        geometry: an instance of your class.
        seed: of the sampling.
        allow_open: whether a law that is neither shown nor refuted may stay.

    Returns:
        The verdict on each law.

    Raises:
        LawBroken: with each law that fails, or stays open.
        InvalidArgument: for no geometry, or one whose exponent is no rational in [1, 2] and no positive symbol.

    >>> from dataclasses import dataclass
    >>> from mirrortheory import Geometry
    >>> @dataclass(frozen=True)
    ... class Saturated(Geometry):
    ...     exponent = sympy.Integer(1)
    ...     def link(self, gradient):
    ...         return gradient / (abs(gradient) + 1)
    >>> check_geometry(Saturated())
    Traceback (most recent call last):
    ...
    mirrortheory.errors.LawBroken: Saturated() breaks 3 laws
      homogeneous of degree q - 1: REFUTED at g = 1, c = 2: lhs = 0.66666666666666666666667 +/- 1e-23, rhs = 0.5
      multiplicative: REFUTED at g = 1, h = 1: lhs = 0.5, rhs = 0.25
      <g, phi(g)> = |g|^q: REFUTED at g = 1: lhs = 0.5, rhs = 1
    """
    _must_be("geometry", geometry, Geometry)
    q = geometry.exponent
    rational = isinstance(q, sympy.Rational) and 1 <= q <= 2
    if not rational and not (isinstance(q, sympy.Symbol) and q.is_positive):
        raise InvalidArgument("exponent", "an exact rational in [1, 2] or a positive symbol", q, "write for example Rational(3, 2)")
    return judged(geometry, _examined(geometry_laws(geometry), seed), allow_open=allow_open)


def check_reparam(reparam: Reparam, *, seed: int = 0, allow_open: bool = False) -> LawReport:
    """Check that lifted weights of ``reparam`` are weights and map to x, and that the Jacobian is the derivative of the map.

    ``seed``, ``allow_open``, result and errors are as of :func:`check_geometry`.

    >>> from mirrortheory import Square
    >>> print(check_reparam(Square()))
    Square() obeys 3 laws: 3 PROVED
    """
    _must_be("reparam", reparam, Reparam)
    return judged(reparam, _examined(reparam_laws(reparam), seed), allow_open=allow_open)


def check_decay(decay: Decay, *, seed: int = 0, allow_open: bool = False) -> LawReport:
    """Check that a decay has a rate >= 0, treats w and -w alike, and alone pulls to the origin, for q = 2, 3/2 and 1.

    ``seed``, ``allow_open``, result and errors are as of :func:`check_geometry`.

    >>> from mirrortheory import Decoupled
    >>> check_decay(Decoupled("1/2"))["rate >= 0"].name
    'PROVED'
    """
    _must_be("decay", decay, Decay)
    return judged(decay, _examined(pull_laws(decay), seed), allow_open=allow_open)


def check_flow(flow: Flow, *, seed: int = 0, allow_open: bool = False) -> LawReport:
    """Check the laws of the flow without its decay: f falls at the rate |g|_q^q, x' = -phi(f')/R'', and -f runs it backwards.

    They follow from the laws of the geometry and of the map; a link that breaks its laws breaks these. ``seed``, ``allow_open``,
    result and errors are as of :func:`check_geometry`.

    >>> from mirrortheory import Lq, Product
    >>> check_flow(Flow(Lq("3/2"), Product(2))).verdict.name
    'PROVED'
    """
    _must_be("flow", flow, Flow)
    return judged(f"{flow.geometry}, {flow.reparam}", _examined(flow_laws(flow), seed), allow_open=allow_open)


def _examined(laws: Iterable[Statement], seed: int) -> Iterator[Evidence]:
    for law in laws:
        found = law.examine(seed=seed)
        if found.verdict is Verdict.REFUTED and isinstance(law, Identity | Inequality):
            found = smallest(law, found)
        yield found


def _must_be(name: str, given: object, kind: type) -> None:
    if isinstance(given, type) and issubclass(given, kind):
        raise InvalidArgument(name, f"an instance of {kind.__name__}", given.__name__, f"write {given.__name__}(..)")
    if not isinstance(given, kind):
        raise InvalidArgument(name, f"a {kind.__name__}", given, f"inherit from mirrortheory.{kind.__name__}")
