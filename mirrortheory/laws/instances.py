"""The laws that every geometry, reparameterization, decay and flow must obey, as statements: for the tests, and for yours.

>>> from mirrortheory import Lq
>>> {law.examine(seed=0).verdict.name for law in geometry_laws(Lq("3/2"))}
{'PROVED'}
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from mirrortheory.decays import Coupled, Decay, Decoupled, NoDecay
from mirrortheory.domain import GRADIENT_EXPONENTS, NONNEGATIVE, NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Statement
from mirrortheory.geometries import Geometry, Lq
from mirrortheory.reparams import Reparam
from mirrortheory.theory import Flow

_G, _H, _W, _X = sympy.symbols("g h w x", real=True)
_C = sympy.Symbol("c", positive=True)
_P = sympy.Symbol("x", positive=True)


def geometry_laws(geometry: Geometry) -> Iterator[Statement]:
    """Yield the laws of a link: odd, homogeneous of degree q - 1, multiplicative, g phi(g) = |g|^q.

    Args:
        geometry: whose link is examined.
    """
    q, link = geometry.exponent, geometry.link
    on = _with_exponent(geometry, {_G: NONZERO})
    scaled, two = on.with_ranges({_C: POSITIVE}), on.with_ranges({_H: NONZERO})
    yield Identity(link(-_G), -link(_G), on=on, part="odd")
    yield Identity(link(_C * _G), _C ** (q - 1) * link(_G), on=scaled, part="homogeneous of degree q - 1")
    yield Identity(link(_G * _H), link(_G) * link(_H), on=two, part="multiplicative")
    yield Identity(_G * link(_G), sympy.Abs(_G) ** q, on=on, part="<g, phi(g)> = |g|^q")


def reparam_laws(reparam: Reparam) -> Iterator[Statement]:
    """Yield the laws of a reparameterization: lifted weights are weights and map to x, and dx = sum J_i dw_i.

    Args:
        reparam: the map.
    """
    x = _P if reparam.image == POSITIVE else _X
    image, lifted = Domain({x: reparam.image}), reparam.lift(x)
    yield Identity(reparam.forward(*lifted), x, on=image, part="lifted weights map to x")
    for weight, value in zip(reparam.weights, lifted, strict=True):
        if weight.is_positive:
            yield Inequality(0, value, on=image, strict=True, part=f"lifted {weight} > 0")
        else:  # what is undefined somewhere, such as the root of a negative number, is not proved to be itself
            yield Identity(value, value, on=image, part=f"lifted {weight} is real")
    step = sympy.Symbol("dw", real=True)
    everywhere = Domain({w: POSITIVE if w.is_positive else NONZERO for w in reparam.weights})
    for i, (weight, entry) in enumerate(zip(reparam.weights, reparam.jacobian(), strict=True), start=1):
        moved = reparam.forward(*(w + step if w == weight else w for w in reparam.weights))
        first_order = sympy.diff(moved, step).subs(step, 0)
        yield Identity(entry, first_order, on=everywhere, part=f"derivative in layer {i}")


def decay_laws(geometry: Geometry) -> Iterator[Statement]:
    """Yield the laws of decay in a geometry: rate 0 is no decay, and the two forms agree for a linear link."""
    on = _with_exponent(geometry, {_G: NONZERO, _W: NONZERO})
    plain = NoDecay().velocity(geometry, _G, _W)
    for decay in (Decoupled(sympy.S.Zero), Coupled(sympy.S.Zero)):
        yield Identity(decay.velocity(geometry, _G, _W), plain, on=on, part=f"{type(decay).__name__} at rate 0")
    if geometry.exponent == 2:
        decoupled, coupled = (cls(sympy.Rational(1, 3)).velocity(geometry, _G, _W) for cls in (Decoupled, Coupled))
        yield Identity(decoupled, coupled, on=on, part="decoupled is coupled at q = 2")


def pull_laws(decay: Decay) -> Iterator[Statement]:
    """Yield the laws of one decay: its rate is >= 0, it treats w and -w alike, and alone it pulls towards the origin.

    >>> [(law.part, law.examine(seed=0).verdict.name) for law in pull_laws(Coupled("1/2"))][:2]
    [('rate >= 0', 'PROVED'), ('odd at q = 2', 'PROVED')]
    """
    rates = dict.fromkeys(decay.rate.free_symbols, NONNEGATIVE)  # a letter for it, or time
    rate = rates or {_C: POSITIVE}
    yield Inequality(0, decay.rate if rates else decay.rate * _C, on=Domain(rate), part="rate >= 0")
    for geometry in (Lq(2), Lq("3/2"), Lq(1)):
        there, mirrored = (decay.velocity(geometry, sign * _G, sign * _W) for sign in (1, -1))
        yield Identity(mirrored, -there, on=Domain(rates | {_G: NONZERO, _W: NONZERO}), part=f"odd at q = {geometry.q}")
        alone = decay.velocity(geometry, sympy.S.Zero, _W)
        yield Inequality(alone * _W, 0, on=Domain(rates | {_W: NONZERO}), part=f"towards the origin at q = {geometry.q}")


def flow_laws(flow: Flow) -> Iterator[Statement]:
    """Yield the laws of a flow without its decay: f falls at |grad|_q^q, x' = -phi(f')/R'', and -f runs it backwards.

    Here 1/R'' stands for sum_i |dg/dw_i|^q, as a function of the weights.

    >>> from mirrortheory import Flow, Lq, Product
    >>> [(law.part, law.examine(seed=0).verdict.name) for law in flow_laws(Flow(Lq("3/2"), Product(2)))]
    [('energy', 'PROVED'), ('mirror flow', 'PROVED'), ('reversal in w1', 'PROVED'), ('reversal in w2', 'PROVED')]
    """
    plain, q = Flow(flow.geometry, flow.reparam), flow.geometry.exponent
    on, slope = plain.domain(), plain.slope
    speed = plain.derivative(plain.effective)
    metric = sympy.Add(*(sympy.Abs(entry) ** q for entry in flow.reparam.jacobian()))
    yield Identity(slope * speed, -sympy.Add(*(sympy.Abs(g) ** q for g in plain.gradient)), on=on, part="energy")
    yield Identity(speed, -metric * flow.geometry.link(slope), on=on, part="mirror flow")
    for weight, velocity in zip(plain.weights, plain.velocity, strict=True):
        yield Identity(velocity.subs(slope, -slope), -velocity, on=on, part=f"reversal in {weight}")


def _with_exponent(geometry: Geometry, ranges: dict[sympy.Symbol, sympy.Set]) -> Domain:
    q = geometry.exponent
    return Domain(ranges | ({q: GRADIENT_EXPONENTS} if isinstance(q, sympy.Symbol) else {}))
