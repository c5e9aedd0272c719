r"""The potential |x|^p/p of p-norm mirror descent is p - 1 times that of gradient flow on a power of one weight.

.. math:: x = \Bigl(\frac{p w}2\Bigr)^{2/p}, \qquad D_R = \frac1{p-1}\, D_{x^p/p}, \qquad 1 < p \le 2,

which is the tempered map of temperature 2 - p. For x < 0 the map and the potential are continued oddly and evenly. The potential is
the one that mirror descent with |x|^p/p uses coordinate by coordinate, not half the square of the p-norm, which does not separate.

Source: Azizan, Lale, Hassibi (2019), arXiv:1906.03830, for the potential; the map is that of Amid and Warmuth (2020),
arXiv:2002.10487; the comparison is this project's.
"""

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import POSITIVE
from mirrortheory.evidence import Identity
from mirrortheory.notation import x
from mirrortheory.reparams import Tempered

CLAIM = Claim(
    "power_potentials_come_from_tempered_maps",
    r"x = (p w/2)^{2/p}: \quad D_R = \frac{1}{p-1} D_{x^p/p}",
    topic="potentials",
    source="this project; Azizan, Lale, Hassibi (2019), arXiv:1906.03830, for the potential",
    scope="gradient flow, w > 0; p = 2, 9/5, 3/2, 4/3, 5/4, 11/10; x > 0",
)

start, letter = sympy.symbols("x0 p", positive=True)


def check(factor=lambda p: 1 / (p - 1), power=lambda p: p):
    for p in map(sympy.Rational, ("2", "9/5", "3/2", "4/3", "5/4", "11/10")):
        flow, part = Flow(Lq(2), Tempered(2 - p)), f"p = {p}"
        (w,) = flow.weights
        on = flow.domain({x: POSITIVE, start: POSITIVE})
        published, derived = Named(f"x^{p}/{p}", x ** power(p) / p), Named(f"R, {part}", derive(flow).potential.potential)
        yield Identity(flow.effective, at((letter * w / 2) ** (2 / letter), {letter: p}), on=on, part=f"{part}, the map")
        metric = factor(p) * at(sympy.Derivative(published, x, x), {x: flow.effective})
        yield Identity(metric * flow.inverse_metric, 1, on=on, part=f"{part}, R'' of the flow")
        first, second = (r - at(r, {x: start}) - at(sympy.Derivative(r, x), {x: start}) * (x - start) for r in (derived, published))
        yield Identity(first, factor(p) * second, on=on, part=f"{part}, derived Bregman divergence")


MUTANTS = {
    "factor 1": {"factor": lambda p: 1},
    "factor p - 1": {"factor": lambda p: p - 1},
    "another power": {"power": lambda p: p + 1},
}
