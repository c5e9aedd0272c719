"""How signs are shown and errors carried in Taylor steps: piece by piece, against what is known exactly."""

import importlib
import math
from fractions import Fraction

import mpmath
import numpy as np
import sympy

from mirrortheory import Flow, Lq
from mirrortheory.exact.arb import Ball
from mirrortheory.exact.series import Model, Polynomial, Program, _sign_over
from mirrortheory.flows import Quadratic, taylor
from mirrortheory.reparams import PowerDifference

module = importlib.import_module("mirrortheory.flows.smooth.taylor")


def test_the_bound_carried_over_pieces_holds_the_solution_of_its_inequality():
    """e' = r e + delta with r = 3 on the first half of [0, 1], -2 on the second, solved exactly."""
    error, delta, rates = Ball(1) / 1000, Ball(1) / 500, [Ball(3), Ball(-2)]
    during, after = module._carried(error, delta, rates)
    e, most = 1e-3, 1e-3
    for rate in (3.0, -2.0):
        growth = math.exp(rate / 2)
        e = e * growth + 2e-3 * (growth - 1) / rate
        most = max(most, e)
    assert most <= during
    assert e <= after < 1.5 * e
    whole, end = module._carried(error, delta, [Ball(3)])
    assert whole > during
    assert end > after


def test_growth_bounded_in_pieces_keeps_true_digits():
    """Digits of two precisions agree where steps grow fast."""
    rng = np.random.default_rng(5)
    flow, Z = Flow(Lq(2), PowerDifference(3)), rng.normal(size=(2, 2))
    coarse = taylor(flow, Quadratic(Z, [1.0, -1.0]), [[1, 0.5], [0.5, 1]], 0.5, digits=30)
    fine = taylor(flow, Quadratic(Z, [1.0, -1.0]), [[1, 0.5], [0.5, 1]], 0.5, digits=45)
    assert coarse.how.startswith("proved")
    assert coarse.digits is not None
    context = mpmath.mp.clone()
    context.dps = 50
    for row, other in zip(coarse.digits, fine.digits, strict=True):
        assert all(abs(context.mpf(a) - context.mpf(b)) < context.mpf(10) ** -29 for a, b in zip(row, other, strict=True))


def test_signs_that_hold_are_seen_piece_by_piece_and_those_that_do_not_are_not():
    """2.3 - 3 t + t^2 is at least 0.3 on [0, 1], though its range over one box does not show it."""
    positive = Model(Polynomial([Ball("2.3"), -3, 1]))
    assert not positive.range > 0
    assert _sign_over(positive) == 1
    assert _sign_over(Model(-positive.polynomial)) == -1
    for other in (Model(Polynomial([Ball("1.9"), -3, 1])), Model(positive.polynomial, Ball(1))):
        assert _sign_over(other) not in (1, -1)


def test_a_sign_only_field_does_not_expand_what_it_does_not_move_with():
    program = Program(2)
    argument = program.product(0, 1)
    velocity = [program.signed(program.linear((), (), sympy.S.One), argument), program.signed(1, argument)]
    polynomials = program.expand([Ball(1), Ball(2)], velocity, Fraction(1, 4), 6)
    models = program.models(polynomials, 6, velocity)
    assert models[velocity[0]].polynomial[0] == 1
    assert not models[argument].error.is_finite()  # not worked out
    full = program.models(polynomials, 6)
    assert all(models[v].range.overlaps(full[v].range) for v in velocity)
    crossing = program.models([Polynomial([1, -2]), Polynomial([1])], 6, velocity)
    assert not crossing[velocity[1]].error.is_finite()
