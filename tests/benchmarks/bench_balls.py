"""Ball arithmetic at 50 digits on 10^4 points of a closed form, against Arb by hand and mpmath with gmpy2, in one run.

Run with ``python -m pytest tests/benchmarks/bench_balls.py``; the ratios go into docs/benchmarks.md.
"""

import functools

import flint
import mpmath
import pytest
import sympy

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.exact import BallFunction, ball, bits_for, precision
from mirrortheory.theory import X

DIGITS, COUNT = 50, 10_000
POINTS = [sympy.Rational(k, 1000) for k in range(1, COUNT + 1)]


@functools.cache
def form():
    return derive(Flow(Lq(2), Product(2)), imbalance=(0, 3)).potential.potential


def by_hand():
    with precision(bits_for(DIGITS)):
        three, quarter, two = flint.arb(3), flint.arb(1) / 4, flint.arb(2)
        nine, four = flint.arb(9), flint.arb(4)
        points = [ball(p) for p in POINTS]
        return [x * (two * x / three).asinh() / two - (nine + four * x * x).sqrt() * quarter + three * quarter for x in points]


def ours():
    return BallFunction(form(), (X,)).over([(p,) for p in POINTS], DIGITS)


def with_mpmath():
    context = mpmath.mp.clone()
    context.dps = DIGITS
    asinh, sqrt, mpf = context.asinh, context.sqrt, context.mpf
    points = [mpf(int(p.p)) / int(p.q) for p in POINTS]
    return [x * asinh(2 * x / 3) / 2 - sqrt(9 + 4 * x * x) / 4 + mpf(3) / 4 for x in points]


@pytest.mark.parametrize("route", [by_hand, ours, with_mpmath], ids=lambda f: f.__name__)
def test_closed_form_at_50_digits(benchmark, route):
    assert mpmath.libmp.BACKEND == "gmpy"
    benchmark.group = f"{form()} at {DIGITS} digits on {COUNT} points"
    values = benchmark.pedantic(route, rounds=5, warmup_rounds=1)
    assert len(values) == COUNT
    last = sympy.Float(values[-1].mid().str(45, radius=False) if isinstance(values[-1], flint.arb) else str(values[-1]), 40)
    assert abs(last - form().subs(X, 10).n(40)) < 1e-14
