"""Errors of generated NumPy code in units in the last place, against balls.

For a sum the generated code says where to look; balls of opposite signs on both sides show that the root is there.
"""

import math

import sympy

from mirrortheory.exact import Ball, BallFunction, ball, precision
from mirrortheory.potentials import DualPotential, Y
from mirrortheory.potentials.numeric import Values, values

R = sympy.Rational
BITS = 3000  # of a dual variable that is the end of its interval but for 1e-300
NAMES = ("hessian", "mirror_map", "potential", "inverse_mirror_map", "conjugate")
POWERS = (
    -300,
    -299,
    -240,
    -180,
    -120,
    -60,
    -30,
    -16,
    -12,
    -9,
    -7,
    -6,
    -5,
    -4,
    -3,
    -2,
    -1,
    0,
    1,
    2,
    3,
    4,
    5,
    8,
    12,
    20,
    30,
    60,
    120,
    180,
    240,
    299,
)
POINTS = sorted(
    {sign * x for k in POWERS for x in (1.4 * 10.0**k, 3.7 * 10.0**k) for sign in (-1, 1)}
    | {75.3, -75.3, 310.7, -310.7, 1e300, -1e300}
)


def ulps(got, exact):
    """|got - exact| in units of 2^-52 |exact|; beyond doubles 0 for the right limit, and else infinite; None for subnormal ones."""
    if not abs(exact) < Ball(2) ** 1024:
        return 0.0 if math.isinf(got) and (got > 0) == bool(exact > 0) else math.inf
    size = abs(float(exact.mid()))
    if size < 1e-300:
        return None if abs(got) <= 1.1e-300 else math.inf
    if size > 1e300:
        return None if abs(got) >= 0.9e300 else math.inf
    if not math.isfinite(got):
        return math.inf
    return float(abs((Ball(float(got)) - exact) / exact).mid()) * 2**52


def errors(names, potential, x, *arguments):
    """Errors of the functions at x; of x(y) and R*(y) at the double next to R'(x), over the condition of x(y)."""
    with precision(BITS if isinstance(potential, DualPotential) else 300):
        exact = _of_a_sum(names, potential, x) if isinstance(potential, DualPotential) else values(potential, R(x), digits=25)
        if exact is None:
            return _at_a_limit(names, potential, x)
        found = {name: ulps(float(names[name](x, *arguments)), getattr(exact, name)) for name in NAMES[:3]}
        y = float(exact.mirror_map.mid())
        if math.isfinite(y):
            condition = max(1.0, abs(float((exact.mirror_map / (exact.x * exact.hessian)).mid())))
            if condition < 1e6:  # beyond, y has no digits left to say which x is meant
                inverse, conjugate = _at_dual(potential, exact, y)
                for name, value in (("inverse_mirror_map", inverse), ("conjugate", conjugate)):
                    error = ulps(float(names[name](y, *arguments)), value)
                    found[name] = None if error is None else error / condition
    return {name: error for name, error in found.items() if error is not None}


def _at_dual(potential, exact, y):
    if isinstance(potential, DualPotential):
        return tuple(BallFunction(form, (Y,))(ball(R(y))) for form in (potential.inverse_mirror_map, potential.conjugate))
    change = ball(R(y)) - exact.mirror_map
    return exact.x + change / exact.hessian, exact.conjugate + exact.x * change


def _of_a_sum(names, potential, x):
    """Enclose the values at x from where the generated code found it; None where its place is beyond all doubles."""
    import numpy as np

    with np.errstate(all="ignore"):
        place, lost = names["_CURVE"]._at_effective(np.array([x]))
    if lost.any():
        return None
    marks = [
        (BallFunction(end, ())(), side * d)
        for end, d, side in zip(potential.dual_domain, place[1:3], (1, -1), strict=True)
        if d is not None
    ]
    marks += [] if place.y is None else [(Ball(0), place.y)]
    if names["_CURVE"].zero is not None and place.from_zero is not None:
        marks += [
            (values(potential, 0, digits=700).mirror_map if not potential.origin and _inside(potential) else None, place.from_zero)
        ]
    marks = [(base, d) for base, d in marks if base is not None]
    base, distance = min(marks, key=lambda mark: abs(float(mark[1].high[0])))
    y = base + Ball(float(distance.high[0])) + Ball(float(distance.low[0]))
    function, slope = (BallFunction(e, (Y,)) for e in (potential.inverse_mirror_map, potential.inverse_metric))
    target = ball(R(x))
    for _ in range(8):
        step = ((target - function(y)) / slope(y)).mid()
        y = (y + step).mid()
    width = abs(step) * 4 + abs(y) * Ball(2) ** (-BITS + 40) + Ball(2) ** (-BITS + 40)
    low, high = (y - width).mid(), (y + width).mid()
    assert function(low) < target < function(high), (x, y)
    y = low.union(high)
    conjugate = BallFunction(potential.conjugate, (Y,))(y)
    return Values(target, 1 / slope(y), y, target * y - conjugate, conjugate)


def _inside(potential):
    return bool(potential.region[0] < 0) and bool(potential.region[1] > 0)


def _at_a_limit(names, potential, x):
    """Where the distance of y from an end, or y, is beyond all doubles, R'' is 0 or infinite, and R' the end."""
    end = potential.dual_domain[int(x > 0)]
    ok = names["mirror_map"](x) == float(end) and names["hessian"](x) in (0, math.inf)
    return dict.fromkeys(NAMES[:2], 0.0 if ok else math.inf)
