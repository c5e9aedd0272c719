"""Certificates of projections: their errors hold what is known exactly, from wrong points they grow, and none is given for nothing."""

import functools
import time

import mpmath
import numpy as np
import pytest
import sympy
from thinning import thinned

from mirrortheory import Flow, Lq, Product, Quadratic, derive, implicit_bias
from mirrortheory.bias import bregman_projection
from mirrortheory.bias.equations import equivalent
from mirrortheory.bias.mirrors import of_potentials
from mirrortheory.bias.projection import projected
from mirrortheory.bias.uniqueness import proved_error
from mirrortheory.errors import InvalidArgument
from mirrortheory.reparams import Exp, PowerDifference

SHAPES = [(0,), (0, 0), (0, 3), (0, "1/1000000"), (0, 0, 0), (0, 1, 2), (0, 1, 1), (0, "1/2", 1, 2, 3), (0, 1, 2, 3, 4, 5)]


@functools.cache
def of_layers(q, *imbalance):
    return derive(Flow(Lq(q), Product(len(imbalance))), imbalance=imbalance).potential


def instance(seed, d=6, n=2, low=0.1, size=1.0):
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(n, d))
    return size * rng.uniform(low, 2, d), Z, Z @ rng.uniform(low, 2, d)


@thinned("imbalance", SHAPES, every=2)
@thinned("q", ["1", "6/5", "3/2", "2"], every=2)
def test_there_is_one_for_every_product(q, imbalance):
    potential, (x0, Z, b) = of_layers(q, *imbalance), instance(1)
    plain, found = bregman_projection(potential, x0, Z, b), bregman_projection(potential, x0, Z, b, certified=True)
    assert plain.certificate is None
    assert found.certificate.startswith("proved: there is one projection, within the error of x")
    assert (found.x == plain.x).all()
    assert found.error < 2 * plain.error + 1e-15


@pytest.mark.parametrize("low", [-2.0, 0.1])
@pytest.mark.parametrize("size", [1.0, 1e-8, 1e-100])
def test_the_error_holds_what_is_known_exactly_at_depth_one(size, low):
    x0, Z, b = instance(2, low=low, size=size)
    table, start, right = (sympy.Matrix(v).applyfunc(lambda v: sympy.Rational(float(v))) for v in (Z, x0, b))
    truth = start + table.T * (table * table.T).LUsolve(right - table * start)
    found = bregman_projection(of_layers(2, 0), x0, Z, b, certified=True)
    off = max(abs(sympy.Rational(float(v)) - t) for v, t in zip(found.x, truth, strict=True))
    assert off <= found.error < 1e-13


@pytest.mark.parametrize("explicit", [False, True])
@pytest.mark.parametrize("size", [1.0, 1e-6])
def test_the_error_holds_the_hyperbolic_projection_to_forty_digits(size, explicit):
    """x = (lam/2) sinh(2 y), solved by mpmath; u^2 - v^2 from (a, a) has x = 2 a^2 sinh(4 y)."""
    x0, Z, b = instance(3, low=-2.0, size=size)
    potential = derive(Flow(Lq(2), PowerDifference(2)), initial=(1, 1)).potential if explicit else of_layers(2, 0, 4)
    found = bregman_projection(potential, x0, Z, b, certified=True)
    context, rate = mpmath.mp.clone(), 4 if explicit else 2
    context.dps = 40
    y0 = [context.asinh(context.mpf(float(v)) / 2) / rate for v in x0]
    rows, right = [[context.mpf(float(v)) for v in row] for row in Z], [context.mpf(float(v)) for v in b]

    def x_of(c):
        return [2 * context.sinh(rate * (y + sum(r[j] * v for r, v in zip(rows, c, strict=True)))) for j, y in enumerate(y0)]

    def gap(*c):
        x = x_of(c)
        return [sum(a * v for a, v in zip(row, x, strict=True)) - t for row, t in zip(rows, right, strict=True)]

    truth = x_of(list(context.findroot(gap, [float(v) for v in found.multipliers], tol=1e-60)))
    off = max(abs(context.mpf(float(v)) - t) for v, t in zip(found.x, truth, strict=True))
    assert off <= found.error < 1e-13


@pytest.mark.parametrize("depth", [2, 3])
def test_the_error_holds_what_krawczyk_finds(depth):
    rng = np.random.default_rng(depth)
    w, Z = rng.integers(1, 9, size=(depth, 5)) * [[0.25]], rng.normal(size=(2, 5))
    w[0] += 0.125  # no two layers of one size
    b = Z @ rng.uniform(0.1, 2, 5)
    flow = Flow(Lq(2), Product(depth))
    digits = implicit_bias(flow, Quadratic(Z, b), w, digits=30).digits
    potentials = [derive(flow, initial=[sympy.Rational(float(v)) for v in column]).potential for column in w.T]
    found = bregman_projection(potentials, w.prod(axis=0), Z, b, certified=True)
    assert max(abs(sympy.Rational(float(v)) - sympy.Rational(t)) for v, t in zip(found.x, digits, strict=True)) <= found.error


@pytest.mark.parametrize("imbalance", [(0,), (0, 3), (0, 0), (0, 1, 2)])
@pytest.mark.parametrize("far", [1e-10, 1e-6])
def test_from_a_wrong_point_the_error_is_as_large_as_it_is_wrong(imbalance, far):
    potential, (x0, Z, b) = of_layers(2, *imbalance), instance(4)
    equations = equivalent(Z, b)
    mirrors = of_potentials([potential] * 6, x0)
    here = projected(mirrors, equations)
    for x, multipliers in ((here.x + far * np.eye(6)[2], here.multipliers), (here.x, here.multipliers + np.array([far, 0.0]))):
        error, _ = proved_error([potential] * 6, x0, equations, x, mirrors.y0, multipliers)
        assert error > 0.05 * far
        assert error >= np.abs(x - here.x).max() - 1e-13
    if len(imbalance) > 1:  # at depth one the dual is quadratic: the bound holds from anywhere
        with pytest.raises(InvalidArgument, match="certified must be False"):
            proved_error([potential] * 6, x0, equations, here.x, mirrors.y0, here.multipliers + np.array([50.0, 0.0]))


def test_another_target_is_seen():
    potential, (x0, Z, b) = of_layers(2, 0, 3), instance(5)
    here = projected(of_potentials([potential] * 6, x0), equivalent(Z, b))
    other = bregman_projection(potential, x0, Z, b + np.array([1e-7, 0.0]))
    error, _ = proved_error([potential] * 6, x0, equivalent(Z, b + np.array([1e-7, 0.0])), here.x, x0, here.multipliers)
    assert np.abs(other.x - here.x).max() <= error < 1e-4


def test_zeros_nearly_dependent_rows_and_equations_left_out():
    hyperbolic = of_layers(2, 0, 3)
    at_zero = bregman_projection(hyperbolic, [0.0, 0.0, 0.5], [[1.0, 0.0, 1.0]], [0.5], certified=True)
    assert at_zero.error < 1e-13
    assert bregman_projection(hyperbolic, [0.5, -1.0], [[0.0, 0.0]], [0.0], certified=True).error < 1e-15
    small = 2.0**-40
    near = bregman_projection(hyperbolic, [0.0, 0.0], [[1, 1], [1, 1 + small]], [1, 1 + 512 * small], certified=True)
    assert np.abs(near.x - [-511, 512]).max() <= near.error < 1e-10
    twice = bregman_projection(hyperbolic, [0.0] * 3, [[1, 1, 1], [2, 2, 2]], [3, 6], certified=True)
    assert np.abs(twice.x - 1).max() <= twice.error < 1e-14
    assert twice.certificate is not None


def test_several_potentials_and_the_exponential_map():
    mixed = [of_layers(2, 0, 3), of_layers(2, 0, 1, 2), of_layers(2, 0), of_layers(2, 0, 0), of_layers("3/2", 0, 0)]
    mixed.append(derive(Flow(Lq(2), PowerDifference(2)), initial=(1, "1/3")).potential)
    x0, Z, b = instance(6)
    assert bregman_projection(mixed, x0, Z, b, certified=True).error < 1e-13
    exponential = derive(Flow(Lq(2), Exp()), initial=(0,)).potential
    assert bregman_projection(exponential, x0, Z, b, certified=True).error < 1e-12


def test_a_thousand_coordinates_are_quick():
    """Bars of tests/benchmarks/bench_projection.py, with room for a busy machine."""
    x0, Z, b = instance(0, d=1000, n=20, low=-2.0)
    potential = of_layers(2, 0, 3)
    begin = time.process_time()
    found = bregman_projection(potential, x0, Z, b, certified=True)
    assert time.process_time() - begin < 2
    assert found.error < 1e-13
