r"""Under coupled decay the origin is a strict minimum from depth three on, and at depth two a strict saddle iff |f'| > alpha.

.. math:: F(w) = f(w_1 \cdots w_L) + \tfrac\alpha2 \sum_i w_i^2: \quad \nabla^2 F(0) = \alpha I \; (L \ge 3), \qquad
          \begin{pmatrix} \alpha & f' \\ f' & \alpha \end{pmatrix}, \text{ eigenvalues } \alpha \pm f' \; (L = 2)

in every direction, for every q: F does not depend on the link, and its gradient is what the link is applied to. At depth two F is
definite for |f'| < alpha. At |f'| = alpha one eigenvalue is 0, and f'' decides: along w_1 = -sign(f') w_2 = e, F = f(0) + f'' e^4/2
where f''' = 0.

Not to be confused with the flow of balanced layers: coupled_decay_makes_the_origin_attracting_from_depth_three. With decoupled
decay: origin_is_a_saddle_under_decoupled_decay_below_the_conjugate_depth.
Source: this project.
"""

from itertools import combinations_with_replacement

import sympy
from sympy import Derivative

from mirrortheory import Coupled, Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import NONNEGATIVE, POSITIVE, REALS, Domain
from mirrortheory.evidence import Identity, Spectrum

CLAIM = Claim(
    "coupled_decay_makes_the_origin_a_minimum_from_depth_three",
    r"L \ge 3: \nabla^2 \bigl(f + \tfrac\alpha2 |w|^2\bigr)(0) = \alpha I; \quad L = 2: \text{a strict saddle iff } |f'| > \alpha",
    topic="decay",
    source="this project",
    scope="depth 2..6; every f', f'' and alpha > 0; every q; the Hessian in the layers of one coordinate",
    on_paper=(
        "a product does not change when layers change places",
        "second derivatives at x = 0 hold only f' and f''",
        "a positive definite Hessian at a stationary point makes a minimum",
    ),
)

slope, curvature, x, e = sympy.symbols("g h x e", real=True)
rate, more = sympy.symbols("alpha b", positive=True)
size = sympy.Symbol("a", nonnegative=True)


def check(diagonal=rate, threshold=rate, flat=sympy.Rational(1, 2)):
    loss = slope * x + curvature * x**2 / 2
    for depth in range(2, 7):
        flow = Flow(Lq(2), Product(depth), Coupled(rate))
        weights, part = flow.weights, f"depth {depth}"
        penalised = at(loss, {x: flow.effective}) + rate * sum(w**2 for w in weights) / 2
        everywhere = Domain(dict.fromkeys((slope, curvature, *weights), REALS) | {rate: POSITIVE})
        pull = at(flow.link_arguments[0], {flow.slope: at(Derivative(loss, x), {x: flow.effective})})
        yield Identity(Derivative(penalised, weights[0]), pull, on=everywhere, part=f"{part}, gradient is the argument of the link")
        still = dict.fromkeys(weights, 0)
        yield Identity(at(Derivative(penalised, weights[0]), still), 0, on=everywhere, part=f"{part}, stationary")
        hessian = {pair: at(Derivative(penalised, *pair), still) for pair in combinations_with_replacement(weights, 2)}
        if depth > 2:
            for (u, v), entry in hessian.items():
                yield Identity(entry, diagonal if u == v else 0, on=everywhere, part=f"{part}, Hessian in {(u, v)}")
        else:
            yield from _two(*hessian.values(), penalised, weights, threshold, flat)


def _two(corner, across, other, penalised, weights, threshold, flat):
    block = [[corner, across], [across, other]]
    on = Domain(dict.fromkeys((rate, more), POSITIVE) | {size: NONNEGATIVE, curvature: REALS, e: REALS})
    for sign, part in ((1, "depth 2, f' >= 0"), (-1, "depth 2, f' <= 0")):
        for values, far in (({slope: sign * (threshold + more)}, True), ({slope: sign * size, rate: size + more}, False)):
            here = [[at(entry, values) for entry in row] for row in block]
            if far:
                yield Spectrum(here, on=on, sign=-1, vector=(1, -sign), part=f"{part}, |f'| > alpha: strict saddle")
            else:
                yield Spectrum(here, on=on, part=f"{part}, |f'| < alpha: minimum")
        edge = at(corner * other - across**2, {slope: sign * rate})
        yield Identity(edge, 0, on=on, part=f"{part}, |f'| = alpha: one eigenvalue is 0")
        along = at(penalised, {weights[0]: e, weights[1]: -sign * e, slope: sign * rate})
        yield Identity(along, flat * curvature * e**4, on=on, part=f"{part}, |f'| = alpha, along the flat direction")


MUTANTS = {
    "twice the rate": {"diagonal": 2 * rate},
    "a saddle beyond half the rate": {"threshold": rate / 2},
    "flat to every order": {"flat": sympy.S.Zero},
}
