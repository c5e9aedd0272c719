"""What users are given passes through a process pool: a pickled result is the same data and answers the same questions."""

import copy
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, is_dataclass
from fractions import Fraction

import numpy as np
import pytest
import sympy
from thinning import thinned

from mirrortheory import Coupled, Decoupled, Flow, Lq, Product, derive
from mirrortheory.bias import bregman_projection
from mirrortheory.exact import Ball, BallFunction
from mirrortheory.flows import (
    Adam,
    Callables,
    Logistic,
    Quadratic,
    Scalar,
    SignDescent,
    Stack,
    certified_sign_arcs,
    certified_sign_flow,
    descend,
    dual_flow,
    sign_arcs,
    sign_flow,
    simulate,
    taylor,
)
from mirrortheory.flows.smooth.dop853 import smooth
from mirrortheory.laws.axioms import legendre
from mirrortheory.potentials.numeric import values
from mirrortheory.reparams import Exp, LogDifference, PowerDifference

X = sympy.Symbol("x")
W = [[0.5, 0.3], [0.2, 0.1]]
PAIR = Quadratic([[1.0, 0.5]], [1.0])
LABELS = Logistic([[1.0, 0.5]], [1])
SCALAR = Scalar((X - 1) ** 2 / 2 + abs(X - 1) ** 3)
SMOOTH = Scalar(sympy.cosh(X - 1))


IN_TIME = Decoupled("exp(-t**2) if t < 1/2 else 1/(1+t)")


def product(q, decay=None):
    return Flow(Lq(q), Product(2)) if decay is None else Flow(Lq(q), Product(2), decay)


def square(x):
    return float(x @ x) / 2


def identity(x):
    return x


def hyperbolic():
    return derive(product(2), imbalance=(0, 3)).potential


RESULTS = {
    "smooth": lambda: smooth(product(2), SCALAR, W, 1.0),
    "dual": lambda: dual_flow(product("3/2"), SCALAR, W, 1.0),
    "sign arcs": lambda: sign_arcs(product(1), SMOOTH, W, 1.0),
    "sign flow": lambda: sign_flow(PAIR, W, 1.0),
    "taylor": lambda: taylor(product(2), SCALAR, W, Fraction(1, 4)),
    "certified sign flow": lambda: certified_sign_flow(PAIR, W, 1.0, digits=20),
    "certified sign flow with decay": lambda: certified_sign_flow(PAIR, W, 1.0, digits=20, decay=Decoupled("1/3")),
    "certified arcs of a formula": lambda: certified_sign_arcs(product(1), SMOOTH, W, 1.0, digits=20),
    "certified arcs of labels": lambda: certified_sign_arcs(product(1, Coupled("1/4")), LABELS, W, 1.0, digits=20),
    "a certified solution": lambda: certified_sign_flow(PAIR, W, 1.0, digits=20).solution(np.linspace(0, 1, 5)),
    "trajectory": lambda: simulate(product(2), SCALAR, W, 1.0),
    "trajectory at q = 1": lambda: simulate(product(1), SMOOTH, W, 1.0),
    "trajectory with digits": lambda: simulate(product(2), SCALAR, W, Fraction(1, 4), digits=30),
    "trajectory of callables": lambda: simulate(product(2), Callables(square, identity), W, 1.0),
    "batch": lambda: simulate(product(2), SCALAR, [W, W], 1.0),
    "batch of a stack": lambda: simulate(product(2), Stack([SCALAR, Scalar(X**2)]), [W, W], 1.0),
    "stack of tables": lambda: Stack([PAIR, PAIR]),
    "descent": lambda: descend(Adam(0.1), Product(2), SCALAR, W, 10),
    "sign descent": lambda: descend(SignDescent(0.1), Product(2), PAIR, W, 10),
    "a schedule": lambda: smooth(product(2, IN_TIME), SCALAR, W, 1.0),
    "a schedule, dual": lambda: dual_flow(product("3/2", IN_TIME), SCALAR, W, 1.0),
    "a schedule, sign arcs": lambda: sign_arcs(product(1, IN_TIME), SMOOTH, W, 1.0),
    "a schedule, digits": lambda: simulate(product(2, Decoupled("1/(1+t)")), SCALAR, W, Fraction(1, 4), digits=30),
    "a schedule, steps": lambda: descend(SignDescent(0.1, IN_TIME), Product(2), PAIR, W, 10),
    "a schedule, derivation": lambda: derive(product(2, IN_TIME)),
    "derivation": lambda: derive(product(2)),
    "derivation of powers": lambda: derive(Flow(Lq("3/2"), PowerDifference(2)), initial=(2, 1)),
    "derivation of exp": lambda: derive(Flow(Lq(2), Exp())),
    "derivation of a log difference": lambda: derive(Flow(Lq(2), LogDifference()), initial=(2, 1)),
    "potential": hyperbolic,
    "projection": lambda: bregman_projection(hyperbolic(), [0.0, 0.0], [[1.0, 1.0]], [2.0]),
    "values": lambda: values(hyperbolic(), 2),
    "Legendre report": lambda: legendre(hyperbolic()),
    "invariants": lambda: simulate(product(2), SCALAR, W, 1.0).invariants(),
    "function of balls": lambda: BallFunction(sympy.exp(X) / 3, (X,)),
}


def same(a, b):
    """Compare data through and through; functions are compared by what they answer."""
    assert type(a) is type(b)
    if isinstance(a, np.ndarray):
        np.testing.assert_array_equal(a, b)
    elif isinstance(a, Ball):
        assert (a.mid(), a.rad()) == (b.mid(), b.rad()) or (a.is_nan() and b.is_nan())
    elif isinstance(a, sympy.Basic | str | int | float | Fraction | None):
        assert a == b or (a != a and b != b)
    elif isinstance(a, tuple | list):
        assert len(a) == len(b)
        for u, v in zip(a, b, strict=True):
            same(u, v)
    elif is_dataclass(a):
        for field in fields(a):
            same(getattr(a, field.name), getattr(b, field.name))


@thinned("make", RESULTS.values(), ids=RESULTS, every=4)
def test_a_result_is_pickled_and_copied(make):
    result = make()
    for back in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        same(result, back)
        if hasattr(result, "dense"):
            for t in np.linspace(0, result.t[-1], 7):
                np.testing.assert_array_equal(result.dense(float(t)), back.dense(float(t)))
        if hasattr(result, "decimals"):
            for t in (Fraction(1, 3), result.until):
                assert result.decimals(t) == back.decimals(t)
                same(result.x(t), back.x(t))
        if isinstance(result, BallFunction):
            same(result(2), back(2))


@pytest.mark.slow
def test_results_come_back_from_other_processes():
    """Fresh ones, which have imported nothing of what they are sent."""
    problems = [SCALAR, SMOOTH, Scalar(abs(X - 2) ** 3)]
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        paths = list(pool.map(simulate, [product(2)] * 3, problems, [W] * 3, [1.0] * 3))
        arcs = pool.submit(certified_sign_arcs, product(1), SMOOTH, W, 1.0).result(timeout=120)
        solution = pool.submit(taylor, product(2), SCALAR, W, Fraction(1, 4)).result(timeout=120)
    for problem, path in zip(problems, paths, strict=True):
        same(path.w, simulate(product(2), problem, W, 1.0).w)
        assert path.problem.value(np.ones(2)) == problem.value(np.ones(2))
    assert arcs.decimals() == certified_sign_arcs(product(1), SMOOTH, W, 1.0).decimals()
    assert solution.dense.digits(Fraction(1, 8)) == taylor(product(2), SCALAR, W, Fraction(1, 4)).dense.digits(Fraction(1, 8))
