"""Errors of generated NumPy code in units in the last place, against balls.

For a sum the generated code says where to look; values of opposite signs on both sides of a place show that the root is there.
"""

import math

import numpy as np
import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.codegen import as_numpy
from mirrortheory.errors import NoClosedForm
from mirrortheory.exact import Ball, BallFunction, ball, compare, inverse_function, precision
from mirrortheory.potentials import DualPotential, Y
from mirrortheory.potentials.numeric import Values, values

R = sympy.Rational
BITS = 3000  # of a dual variable that is the end of its interval but for 1e-300
NAMES = ("hessian", "mirror_map", "potential", "inverse_mirror_map", "conjugate")
POWERS = (
    -300,
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
)
SIZES = sorted({c * 10.0**k for k in POWERS for c in (1.4, 3.7)} | {75.3, 310.7, 1e300})


def load(text):
    """The names that the generated text defines; it is our own text, no user's."""
    names = {}
    exec(compile(text, "generated", "exec"), names)
    return names


def ulps(got, exact):
    """|got - exact| in units of 2^-52 |exact|; at 1e-300 and less, or 1e300 and more, None if ``got`` is so too, and else inf."""
    size = abs(exact)
    if size < Ball("1e-300"):
        return None if abs(got) <= 1.01e-300 else math.inf
    if size > Ball("1e300"):
        return None if abs(got) >= 0.99e300 and (got > 0) == bool(exact > 0) else math.inf
    if not math.isfinite(got):
        return math.inf
    return float(abs((Ball(float(got)) - exact) / exact).mid()) * 2**52


def errors(names, potential, x, *arguments):
    """Errors of the functions at x; of x(y) and R*(y) at the double next to R'(x), over the condition of x(y)."""
    is_sum = isinstance(potential, DualPotential)
    with precision(BITS if is_sum and not potential.inverse_mirror_map.has(inverse_function) else 300):
        searched = is_sum and not potential.inverse_mirror_map.has(inverse_function)
        exact = _of_a_sum(names, potential, x) if searched else values(potential, R(x), digits=25)
        if exact is None:
            return _at_a_limit(names, potential, x)
        found = {name: ulps(float(names[name](x, *arguments)), getattr(exact, name)) for name in NAMES[:3]}
        y = float(exact.mirror_map.mid())
        condition = max(1.0, abs(float((exact.mirror_map / (exact.x * exact.hessian)).mid())))
        if condition < 1e6:  # beyond, y has no digits left to say which x is meant
            for name, value in zip(NAMES[3:], _at_dual(potential, exact, y), strict=True):
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
    with np.errstate(all="ignore"):
        place, lost = names["_CURVE"]._at_effective(np.array([x]))
    if lost.any():
        return None
    bases = [(Ball(0), place.y)]
    bases += [
        (BallFunction(end, ())(), -distance if distance is place.below else distance)
        for end, distance in zip(potential.dual_domain, place[1:3], strict=True)
        if distance is not None
    ]
    if place.from_zero is not None and not potential.origin and compare(potential.region[0], 0) < 0:
        bases.append((values(potential, 0, digits=700).mirror_map, place.from_zero))
    base, distance = min(bases, key=lambda pair: abs(float(pair[1].high[0])))
    y = base + Ball(float(distance.high[0])) + Ball(float(distance.low[0]))
    function, slope = (BallFunction(e, (Y,)) for e in (potential.inverse_mirror_map, potential.inverse_metric))
    target = ball(R(x))
    for _ in range(8):
        step = ((target - function(y)) / slope(y)).mid()
        y = (y + step).mid()
    width = abs(step) * 4 + (abs(y) + 1 + abs(target) / slope(y)) * Ball(2) ** (40 - BITS)  # x(y) is rounded too
    low, high = (y - width).mid(), (y + width).mid()
    assert function(low) < target < function(high), (x, y)
    y = low.union(high)
    conjugate = BallFunction(potential.conjugate, (Y,))(y)
    return Values(target, 1 / slope(y), y, target * y - conjugate, conjugate)


def _at_a_limit(names, potential, x):
    """Where the distance of y from an end, or y, is beyond all doubles, R'' is 0 or infinite, and R' the end."""
    end = potential.dual_domain[int(x > 0)]
    right = names["mirror_map"](x) == float(end) and names["hessian"](x) == (0 if end.is_finite else math.inf)
    return dict.fromkeys(NAMES[:2], 0.0 if right else math.inf)


def next_to_ends(potential):
    """Doubles next to the finite ends of x, but for 0: the nearest three, and some at distances of 2^-50 to 2^-3 of the end."""
    if not isinstance(potential, DualPotential):
        return []
    found = []
    for end, inwards in zip(potential.region, (1, -1), strict=True):
        if end.is_infinite or compare(end, 0) == 0:
            continue
        with precision(300):
            x = nearest = float(BallFunction(end, ())().mid())
        for _ in range(3):
            found.append(x)
            x = math.nextafter(x, inwards * math.inf)
        found += [nearest + inwards * abs(nearest) * 2.0**-k for k in (3, 8, 15, 25, 35, 45, 50)]
    return found


def largest(potential, names, sizes=SIZES):
    """The largest error of each function at x of these sizes and both signs and next to the ends, where they are in the region."""
    worst = dict.fromkeys(NAMES, 0.0)
    for x in (*(sign * size for size in sizes for sign in (1, -1)), *next_to_ends(potential)):
        if isinstance(potential, DualPotential):
            inside = compare(potential.region[0], R(x)) < 0 < compare(potential.region[1], R(x))
        else:
            inside = x > 0  # the others are exact images
        for name, error in errors(names, potential, x).items() if inside else ():
            worst[name] = max(worst[name], error)
    return worst


def table(rows, exponents):
    """Return the largest error of the five functions, by row of the table of forms and exponent, as Markdown."""
    lines = [f"| x | {' | '.join(f'q = {q}' for q in exponents)} |", "|---" * (len(exponents) + 1) + "|"]
    for name, reparam, start in rows:
        cells = []
        for q in exponents:
            try:
                derivation = derive(Flow(Lq(q), reparam), **start)
                code = as_numpy(derivation)
            except NoClosedForm as refused:
                cells.append("no code" if refused.step == "numpy form" else "none")
                continue
            cells.append(f"{max(largest(derivation.potential, load(code)).values()):.1f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)
