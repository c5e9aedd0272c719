r"""The penalty that AdamW's fixed points belong to is convex up to depth two; from depth three on only beyond a size.

.. math:: r(x) = \epsilon L\Bigl[-u - \frac{\log(1 - \alpha u)}{\alpha}\Bigr], \quad u = x^{1/L}: \qquad
          r''(x) > 0 \iff L \le 2 \ \text{or}\ \alpha u > \frac{L-2}{L-1}

So up to depth two a fixed point is the only minimum, on its orthant, of a convex loss plus the penalty. From depth three on those
with small layers are maxima along x where the loss is linear. Near 0 the slope of the penalty tends to 0 at depth one, and to
epsilon alpha at depth two: there small coordinates are held at 0 as by an l_1 penalty of weight epsilon alpha. From depth three on
it grows without bound: it is at least epsilon alpha u^(2-L).

Source: this project; fixed_points_of_adamw_are_stationary_points_of_a_logarithmic_penalty for the penalty.
"""

import sympy

from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, Domain
from mirrortheory.evidence import Identity, Inequality, Limit
from mirrortheory.notation import x

CLAIM = Claim(
    "penalty_of_adamw_is_convex_up_to_depth_two",
    r"r''(x) > 0 \iff L \le 2 \text{ or } \alpha u > \frac{L-2}{L-1}; \quad L = 2: r'(0+) = \epsilon\alpha",
    topic="discrete",
    source="this project",
    scope="depth 1..4; x > 0; 0 < alpha u < 1; epsilon, alpha > 0; the limit for alpha u <= 1/2",
)

rate, eps, s, k = sympy.symbols("alpha epsilon s k", positive=True)


def penalty(depth, size):
    """Return the penalty of one coordinate whose layers have this size."""
    return eps * depth * (-size - sympy.log(1 - rate * size) / rate)


def check(beyond=lambda depth: depth - 2, held=eps * rate, least=2):
    on, unit = Domain(dict.fromkeys((rate, eps, k), POSITIVE)), sympy.Interval.open(0, sympy.S.Half)
    for depth in range(1, 5):
        slope = sympy.Derivative(penalty(depth, sympy.root(x, depth)), x)
        bend = sympy.Derivative(penalty(depth, sympy.root(x, depth)), (x, 2))

        def there(odds):
            """Where alpha u = odds/(1 + odds), which is above (L - 2)/(L - 1) where the odds are above L - 2."""
            return {x: (odds / (1 + odds) / rate) ** depth}  # noqa: B023

        edge = beyond(depth)
        yield Inequality(0, at(bend, there(k + max(edge, 0))), on=on, part=f"depth {depth}, convex beyond", strict=True, samples=20)
        if depth > 2:
            yield Identity(at(bend, there(sympy.Integer(edge))), 0, on=on, part=f"depth {depth}, at the edge")
            yield Inequality(
                at(bend, there(edge * k / (1 + k))), 0, on=on, part=f"depth {depth}, concave below", strict=True, samples=20
            )
            steep = eps * rate * (k / (1 + k) / rate) ** (least - depth)
            yield Inequality(steep, at(slope, there(k)), on=on, part=f"depth {depth}, steep near 0", strict=True, samples=20)
        else:
            # x = (s/alpha)^L, alpha u = s
            near = Domain({rate: POSITIVE, eps: POSITIVE, s: unit})
            value, factor = (0, 2 * eps) if depth == 1 else (held, 2 * eps * rate)
            here = at(slope, {x: (s / rate) ** depth})
            yield Limit(here, s, 0, value, on=near, factor=factor, power=1, part=f"depth {depth}, the slope at 0")


MUTANTS = {
    "the edge at L - 1": {"beyond": lambda depth: depth - 1},
    "convex throughout": {"beyond": lambda depth: 0},
    "no hold at 0": {"held": 0},
    "steeper": {"least": 1},
}
