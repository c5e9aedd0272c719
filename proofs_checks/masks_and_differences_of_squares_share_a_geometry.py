r"""FALSE for q < 2: u^2 - v^2 has the geometry of a mask, for some imbalance and up to a factor.

.. math:: h = k \sqrt{\lambda^2 + 4 x^q} \iff J := h\,\frac{\mathrm d h}{\mathrm d x}\, x^{1-q} = 2 q k^2 \text{ is constant}

h = 1/R'' is the inverse metric and dh/dx its rate along the flow over that of x, at slope 1; J knows neither lambda nor a start.
It is 2 q for the mask. For the difference of squares it is constant along the flow at q = 2 only, where the reduction of a mask to
u, v = (m +- w)/2 is right, with factor 2 (hyperbolic_entropy_comes_from_masks_and_differences_of_squares). How they differ is
difference_of_squares_is_no_mask_below_q_two.

Source: this project; Jacobs and Burkholz (2025), arXiv:2408.09966, for the reduction at q = 2.
"""

import sympy

from mirrortheory import Flow, Lq
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import NONZERO, POSITIVE, Domain
from mirrortheory.evidence import Identity, Verdict
from mirrortheory.notation import lam, q, x
from mirrortheory.reparams import PowerDifference, Separable

CLAIM = Claim(
    "masks_and_differences_of_squares_share_a_geometry",
    r"h \frac{dh}{dx} x^{1-q} \text{ is constant, for } m w \text{ and for } u^2 - v^2",
    topic="potentials",
    source="this project",
    scope="1 <= q <= 2; x > 0",
    expect=Verdict.REFUTED,
)

u, v, b, k = sympy.symbols("u v b k", positive=True)
MASK, DIFFERENCE = Separable(u * v, (u, v)), PowerDifference(2)


def check(exponent=q, maps=(MASK, DIFFERENCE)):
    exponents = {q: sympy.Interval(1, 2)} if exponent == q else {}
    square = k**2 * (lam**2 + 4 * x**exponent)  # h^2, and h h' is half its derivative
    on = Domain(dict.fromkeys((k, lam, x), POSITIVE) | exponents)
    yield Identity(
        sympy.Derivative(square, x) / 2 * x ** (1 - exponent), 2 * exponent * k**2, on=on, part="J of the form of a mask"
    )
    for reparam in maps:
        flow = Flow(Lq(exponent), reparam)
        metric = Named(f"h of {reparam.effective}", flow.inverse_metric)
        slope = at(flow.derivative(metric) / flow.derivative(flow.effective), {flow.slope: 1})
        j = metric * slope * flow.effective ** (1 - exponent)
        change = at(flow.derivative(j), {u: v + b})  # u > v, so that x > 0
        ranges = {v: POSITIVE, b: POSITIVE, flow.slope: NONZERO}
        yield Identity(change, 0, on=Domain(ranges | exponents), part=str(reparam.effective))


CONTROLS = {"q = 2": {"exponent": sympy.Integer(2)}, "the mask, every q": {"maps": (MASK,)}}
