r"""FALSE: Gradient descent on two layers ends at the hyperbolic projection, with its last scale, of the start itself.

.. math:: x_T \ne \mathrm{argmin} \left\{D_{\lambda_T}(x, x_0) : z \cdot x = b\right\}, \qquad
          \frac{\operatorname{artanh}(z_1 r)}{\operatorname{artanh}(z_2 r)} \ne \frac{z_1}{z_2}

On one datum from w = (1, 0) in both coordinates, so x_0 = 0, the step h = 1/|z|^2 fits the datum at once: x = b z/|z|^2 for |z_j
b| < |z|^2, and descent rests there. A projection of x_0 would have y = R'_lambda(x), lambda the last scale, in the ratio of z;
but y_j = artanh(z_j b/|z|^2). Also false with the first scale, lambda = 1, unless all |z_j| are equal.

What holds: gradient_descent_on_two_layers_ends_at_a_hyperbolic_projection_of_a_shifted_start: y less
what its steps have shifted has the ratio.

Source: this project; Even, Pesme, Gunasekar, Flammarion (2023), arXiv:2302.08982, cf. Theorem 1, have the shifted start.
"""

import sympy
from sympy import Rational, atanh

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import Named, at
from mirrortheory.domain import Domain
from mirrortheory.evidence import Identity, Verdict
from mirrortheory.notation import lam
from mirrortheory.theory import X

CLAIM = Claim(
    "gradient_descent_on_two_layers_ends_at_the_hyperbolic_projection_of_its_start",
    r"x_T = \mathrm{argmin}\left\{D_{\lambda_T}(x, x_0) : z \cdot x = b\right\}",
    topic="discrete",
    source="this project; Even, Pesme, Gunasekar, Flammarion (2023), arXiv:2302.08982, cf. Theorem 1",
    scope="one datum z = (2, 1), every |b| < 5/2; w = (1, 0) in both coordinates; the step h = 1/5, which fits it at once",
    expect=Verdict.REFUTED,
)

b, z, width = sympy.symbols("b z c", real=True)


def check(entries=(2, 1), shifted=0):
    size = sum(e**2 for e in entries)
    flow, h = Flow(Lq(2), Product(2)), Rational(1, size)
    near = Rational(size, max(entries))
    on = Domain({b: sympy.Interval.open(-near, near)})
    mirror = Named("R'", derive(flow, imbalance=(0, lam)).potential.mirror_map.xreplace({X: z, lam: width}))
    ends = []
    for entry in entries:
        here = dict(zip(flow.weights, (1, 0), strict=True)) | {flow.slope: -entry * b}  # z.x - b = -b at the start
        ends.append([at(w + h * flow.derivative(w), here) for w in flow.weights])
    fitted = sum(e * first * second for e, (first, second) in zip(entries, ends, strict=True))
    yield Identity(fitted, b, on=on, part="the datum is fitted")
    for scale in ("last",) if shifted else ("last", "first"):
        widths = [first**2 - second**2 if scale == "last" else sympy.S.One for first, second in ends]
        places = [{z: first * second, width: c} for (first, second), c in zip(ends, widths, strict=True)]
        duals = [at(mirror, place) - shifted * (atanh(h * e * b) - h * e * b) for e, place in zip(entries, places, strict=True)]
        yield Identity(entries[1] * duals[0], entries[0] * duals[1], on=on, part=f"y by the {scale} scale is in the row space")


CONTROLS = {"entries of one size": {"entries": (1, 1)}, "of the shifted start": {"shifted": 1}}
