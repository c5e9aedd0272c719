r"""Under a constant slope, balanced layers travel from x_0 to x_1 in an explicit time.

.. math:: T = \frac{x_1^{1-m} - x_0^{1-m}}{L(1-m)\,G^{q-1}} \quad (m \ne 1), \qquad
          T = \frac{\log(x_1/x_0)}{L\,G^{q-1}} \quad (m = 1), \qquad f' = -G < 0

T is 0 at x_1 = x_0, and dT/dx_1 = 1/(dx/dt). x_0 -> 0: escape_time_stays_bounded_as_the_start_vanishes_below_the_critical_line.

Where two layers vanish the point is a strict saddle of f(w_1 .. w_L): the Hessian in these two has the eigenvalues +-G times the
product of the others, along (1, 1) and (1, -1). Where all of three or more vanish the Hessian is 0.
Source: Jacobs, Zhou, Burkholz (2026), arXiv:2603.02064, cf. saddle escape; the explicit time is this project's.
"""

import itertools

import sympy

from mirrortheory import Flow, Lq, Product
from mirrortheory.check.claims import Claim
from mirrortheory.definitions import at
from mirrortheory.domain import POSITIVE, REALS, Domain
from mirrortheory.evidence import START, TIME, AlongFlow, Identity, Spectrum
from mirrortheory.flows import Scalar
from mirrortheory.notation import metric_exponent, q

CLAIM = Claim(
    "balanced_saddle_is_escaped_in_explicit_time",
    r"T = \frac{x_1^{1-m} - x_0^{1-m}}{L(1-m) G^{q-1}}",
    topic="saddles",
    source="this project; arXiv:2603.02064, cf. saddle escape",
    scope="depth 1..6; 1 <= q <= 2, m != 1, and m = 1 with the logarithm; constant slope -G",
    on_paper=("as x rises all the way, the time is the integral of dx/(dx/dt) from x_0 to x_1",),
)
start, end, strength = sympy.symbols("x0 x1 G", positive=True)


def _power_law(depth, exponent, m):
    return (end ** (1 - m) - start ** (1 - m)) / (depth * (1 - m) * strength ** (exponent - 1))


def _logarithm(depth, exponent):
    return sympy.log(end / start) / (depth * strength ** (exponent - 1))


def check(time=_power_law, critical=_logarithm, curvature=strength):
    positive = dict.fromkeys((start, end, strength), POSITIVE)
    for depth in range(1, 7):
        line = sympy.FiniteSet(sympy.Rational(depth, depth - 1)) if depth > 1 else sympy.S.EmptySet
        on = Domain(positive | {q: sympy.Interval(1, 2) - line})
        yield from _travels(depth, q, time(depth, q, metric_exponent(depth)), on, f"depth {depth}")
        for exponent in line:
            part = f"depth {depth}, q = {exponent}"
            yield from _travels(depth, exponent, critical(depth, exponent), Domain(positive), part)
    yield from _saddle(curvature)
    flow, law = Flow(Lq("3/2"), Product(2)), START + 2 * (1 - metric_exponent(2, sympy.Rational(3, 2))) * sympy.sqrt(2) * TIME
    falling = Scalar(-2 * sympy.Symbol("x"))
    quarter = sympy.Abs(flow.effective) ** sympy.Rational(1, 4)
    yield AlongFlow(flow, falling, [0.01, 0.01], 1.0, quarter, law, part="q = 3/2, depth 2, G = 2")


def _saddle(curvature):
    for depth in range(2, 5):
        product = Product(depth)
        (a, b), others, loss = product.weights[:2], product.weights[2:], -strength * product.effective
        across = sympy.Derivative(loss, a, b)  # the Hessian in a and b does not depend on them
        hessian = [[sympy.Derivative(loss, a, a), across], [across, sympy.Derivative(loss, b, b)]]
        on = Domain(dict.fromkeys((strength, *others), POSITIVE) | dict.fromkeys((a, b), REALS))
        for sign in (-1, 1):
            value, part = sign * curvature * sympy.Mul(*others), f"depth {depth}, two layers vanish, curvature of sign {sign}"
            yield Spectrum(hessian, on=on, sign=sign, vector=(1, -sign), value=value, part=part)
        for pair in itertools.combinations_with_replacement(product.weights, 2) if others else ():
            entry = at(sympy.Derivative(loss, *pair), dict.fromkeys(product.weights, 0))
            yield Identity(entry, 0, on=Domain({strength: POSITIVE}), part=f"depth {depth}, Hessian at 0 in {pair}")


def _travels(depth, exponent, time, on, part):
    flow = Flow(Lq(exponent), Product(depth))
    balanced = dict(zip(flow.weights, flow.reparam.lift(end), strict=True))
    speed = at(flow.derivative(flow.effective), {**balanced, flow.slope: -strength})
    yield Identity(sympy.Derivative(time, end) * speed, 1, on=on, part=f"{part}, dT = dx/speed")
    yield Identity(at(time, {end: start}), 0, on=on, part=f"{part}, T = 0 at the start")


MUTANTS = {
    "L forgotten": {"time": lambda depth, exponent, m: (depth + 1) * _power_law(depth, exponent, m)},
    "G forgotten": {"time": lambda depth, exponent, m: strength * _power_law(depth, exponent, m)},
    "from zero": {"time": lambda depth, exponent, m: end ** (1 - m) / (depth * (1 - m) * strength ** (exponent - 1))},
    "twice the curvature": {"curvature": 2 * strength},
    "a minimum": {"curvature": -strength},
    "critical without L": {"critical": lambda depth, exponent: depth * _logarithm(depth, exponent)},
}
