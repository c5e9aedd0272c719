"""Events of the user: a change of sign above the error, and every one of them, however close two are."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from thinning import thinned

from mirrortheory import Decoupled, Flow, Lq, Product, derive
from mirrortheory.errors import InvalidArgument
from mirrortheory.flows import Callables, Quadratic, Scalar, methods, simulate

X = sympy.Symbol("x")
TARGET = Quadratic([[1.0]], [1.0])
START = [0.9, 0.5]
RATIONAL = [Fraction(1, 2), Fraction(1, 4)]


def product(q, *decay):
    return Flow(Lq(q), Product(2), *decay)


def times(path, kind="user 0"):
    return [event.time for event in path.events if event.kind == kind]


@thinned(("q", "method"), [(1, "auto"), ("5/4", "auto"), ("3/2", "auto"), (2, "dual"), (2, "dop853")], every=3)
def test_nothing_happens_at_a_rest_and_to_what_is_conserved(q, method):
    flow, exponent = product(q), sympy.Rational(q)
    w1, w2 = flow.weights
    conserved = w1**exponent - w2**exponent
    events = [w1 * w2 - 1, conserved - conserved.subs({w1: sympy.Rational(9, 10), w2: sympy.Rational(1, 2)}), w1 * w2 - 0.9]
    path = simulate(flow, TARGET, START, 30.0, method=method, events=events)
    assert [len(times(path, f"user {k}")) for k in range(3)] == [0, 0, 1]
    assert abs(np.prod(path.at(times(path, "user 2")[0])) - 0.9) < 1e-9


def test_nothing_happens_to_a_balance_that_decays_to_zero():
    flow = product(2, Decoupled(1))
    w1, w2 = flow.weights
    path = simulate(flow, Scalar(X**2), [0.5, 0.4], 30.0, events=[w1**2 - w2**2, w1 - w2, w1 * w2])
    assert not path.events


@thinned("gap", [0.02, 0.002, 1e-4], every=3)
@thinned(
    ("q", "problem", "settings"),
    [
        (2, TARGET, {"digits": 30}),
        ("3/2", TARGET, {"digits": 30}),
        (1, TARGET, {"digits": 30}),
        (1, Scalar(sympy.cosh(X - 1)), {"digits": 30}),
        (2, TARGET, {}),
        ("3/2", TARGET, {}),
        (1, TARGET, {}),
    ],
    ids=str,
    every=3,
)
def test_two_roots_close_to_each_other_are_both_found(q, problem, settings, gap):
    flow, end = product(q), Fraction(1, 2)
    path = simulate(flow, problem, RATIONAL, end, **settings)
    for first in (0.1, 0.25, 0.31):
        a, b = (sympy.Rational(float(path.at(t)[0, 0])) for t in (first, first + gap))
        watched = (flow.weights[0] - a) * (flow.weights[0] - b)
        found = times(simulate(flow, problem, RATIONAL, end, events=[watched], **settings))
        assert found == pytest.approx([first, first + gap], abs=1e-7)


def test_many_roots_of_a_function_of_time_are_found():
    path = simulate(product(2), TARGET, START, 3.0, events=[lambda t, w: np.sin(50 * t + 1), lambda t, w: np.sign(t - 1.25)])
    expected = (np.arange(1, 49) * np.pi - 1) / 50
    assert times(path) == pytest.approx(expected.tolist(), abs=1e-12)
    assert times(path, "user 1") == pytest.approx([1.25], abs=1e-9)


def test_a_change_below_the_error_of_a_function_of_all_coordinates_is_none():
    """Its error is the sum over all entries of the weights: two that are shifted together would hide it."""
    loss = Callables(lambda x: float(x @ x) / 2, lambda x: x)
    rough = {"rtol": 1e-4, "method": "dop853"}
    start = np.array([[0.5, 0.5], [0.4, 0.4]])
    path = simulate(product(2), loss, start, 5.0, **rough)
    offset = float(path.error[-1]) / 2
    events = [lambda t, w: w[0, 0] - w[0, 1] + offset * np.cos(3 * t), lambda t, w: w[0, 0] - w[0, 1] + 20 * offset * np.cos(3 * t)]
    found = simulate(product(2), loss, start, 5.0, events=events, **rough)
    assert len(times(found)) == 0
    assert len(times(found, "user 1")) == 5


FORM = derive(product(2), imbalance=(0, 3)).potential.mirror_map


@pytest.mark.parametrize(
    ("events", "message"),
    [
        (
            [FORM],
            "events must be in the weights, not in x, got asinh(2*x/3)/2; "
            "write a function of (t, w), such as lambda t, w: form(w[0]*w[1]) - 1",
        ),
        (FORM, "events must be a list of expressions in the weights or functions of (t, w), got asinh(2*x/3)/2; write events=[..]"),
        (X, "events must be a list of expressions in the weights or functions of (t, w), got x; write events=[..]"),
        ("w1", "events must be a list of expressions in the weights or functions of (t, w), got w1; write events=[..]"),
        (["w1"], "events must be a SymPy expression or a number, got w1; make one of text by mirrortheory.exact.expression"),
        ([X], "events must be expressions in (w1, w2), got x; put numbers for other symbols"),
        ([lambda w: w[0]], "events must be functions of (t, w), got <lambda>; write for example lambda t, w: w[0] - 1"),
    ],
    ids=["a form", "one form", "one symbol", "one text", "text", "a stranger", "one argument"],
)
def test_what_cannot_be_watched_is_refused_before_the_flow_is_followed(events, message, monkeypatch):
    monkeypatch.setattr(methods, "choose", None)
    with pytest.raises(InvalidArgument) as refused:
        simulate(product(2), TARGET, START, 3.0, events=events)
    assert str(refused.value) == message


def test_a_form_is_watched_as_that_message_says():
    found = simulate(product(2), TARGET, START, 3.0, events=[lambda t, w: FORM(w[0] * w[1]) - 0.3])
    level = 1.5 * np.sinh(0.6)
    assert [float(np.prod(found.at(t))) for t in times(found)] == pytest.approx([level], rel=1e-7)
