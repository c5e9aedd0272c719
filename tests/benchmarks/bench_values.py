"""Enclosed values R'', R', R and R* of products at any size, against mpmath's quadrature and Arb's in the same run.

Run with ``python -m pytest -s tests/benchmarks/bench_values.py``; the table goes into docs/benchmarks.md. Times are of one processor.
"""

import random
import time

import flint
import mpmath
import pytest
import sympy
from random_products import any_product

from mirrortheory import Flow, Lq, Product, derive
from mirrortheory.exact import bits_for, precision
from mirrortheory.potentials.numeric import values

R = sympy.Rational
BARS = {50: 0.2, 500: 3.0, 2000: 10.0}  # seconds, for any product
TENS = [R(37, 11) * R(10) ** k for k in (-300, -210, -120, -30, 60, 150, 240)]
NAMED = [
    (R(2), (0, R(1, 10**30)), R(17, 10)),
    (R(2), (0, R(1, 10**30)), R(10**300)),
    (R(3, 2), tuple(range(6)), R(17, 10)),
    (R(3, 2), tuple(range(6)), R(10**300)),
    (R(3, 2), (0, *TENS), R(10**300)),
    (R(6, 5), (0, *TENS), R(10**300)),
    (R(2), (0, *TENS), R(10**300)),
    (R(5, 4), (0, *(R(7) ** k for k in range(-3, 4))), R(10**300)),
]


def seconds(function, *arguments, **settings):
    begin = time.process_time()
    function(*arguments, **settings)
    return time.process_time() - begin


def potential_of(q, shifts):
    return derive(Flow(Lq(q), Product(len(shifts))), imbalance=shifts).potential


@pytest.mark.parametrize(("digits", "count"), [(50, 200), (500, 100), (2000, 40)])
def test_any_product_meets_the_bar(digits, count):
    rng = random.Random(digits)
    cases = [*NAMED, *(any_product(rng) for _ in range(count))]
    times = []
    for q, shifts, x in cases:
        times.append((seconds(values, potential_of(q, shifts), x, digits=digits), q, len(shifts)))
    named = ", ".join(f"{t:.3f}" for t, *_ in times[: len(NAMED)])
    times.sort()
    slowest, q, depth = times[-1]
    middle = times[len(times) // 2][0]
    print(
        f"\n{digits} digits: median {middle:.4f} s, slowest {slowest:.3f} s (q = {q}, depth {depth}); bar {BARS[digits]} s; named {named}"
    )
    assert slowest < BARS[digits]


def by_mpmath(q, shifts, s, digits):
    """R' and R* by tanh-sinh quadrature of their integrals up to s."""
    ctx = mpmath.mp.clone()
    ctx.dps = digits + 10
    end, lam, root = ctx.mpf(s), [ctx.mpf(int(shift)) for shift in shifts], 1 / ctx.mpf(int(q.p)) * int(q.q)
    for exponent in (root - 1, 2 * root - 1):
        ctx.quad(lambda u, e=exponent: ctx.fprod(u + shift for shift in lam) ** e / int(q.p) * int(q.q), [0, end])


def by_arb(q, shifts, s, digits):
    """The same by Arb's Gauss-Legendre quadrature, which encloses, after u = z^n, without the singular point at 0."""
    with precision(bits_for(digits)):
        end, n = flint.acb(s), int(q.p)
        for power in (1, 2):  # u^(power/q - 1) du = (p/..) z^(power numerator - 1) dz
            exponent = flint.acb(flint.fmpq(power * int(q.q) - int(q.p), int(q.p)))

            def integrand(z, analytic, power=power, exponent=exponent):
                rest = [z**n + shift for shift in shifts if shift]
                found = n * z ** (power * int(q.q) - 1)
                for base in rest:
                    found = found * base.pow(exponent, analytic=analytic)
                return found

            flint.acb.integral(integrand, flint.acb(0), end.pow(flint.acb(flint.fmpq(1, n))))


@pytest.mark.parametrize(("digits", "rounds"), [(50, 5), (200, 2), (500, 1)])
def test_against_quadrature(digits, rounds):
    """Depth 6, q = 3/2, imbalances 0 to 5, where quadrature has no trouble with sizes: s = 1."""
    q, shifts = R(3, 2), range(6)
    potential = potential_of(q, tuple(shifts))
    x = 81  # x(s) = (s (s + 1) .. (s + 5))^(2/3) is 720^(2/3) = 80.3 at s = 1
    values(potential, x, digits=digits)
    ours = min(seconds(values, potential, x, digits=digits) for _ in range(rounds))
    arb = min(seconds(by_arb, q, shifts, 1, digits) for _ in range(rounds))
    peer = min(seconds(by_mpmath, q, shifts, 1, digits) for _ in range(rounds))
    print(f"\n{digits} digits: {peer / ours:.0f} times faster than mpmath's quadrature, {arb / ours:.0f} times than Arb's")
    assert peer > ours
