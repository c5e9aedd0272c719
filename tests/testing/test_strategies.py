"""What the strategies draw is taken by the library, and shrinks to the simplest case of its kind."""

from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st
from thinning import examples

from mirrortheory import (
    Coupled,
    Decoupled,
    Exp,
    Exponential,
    Flow,
    InvalidArgument,
    Logistic,
    Lq,
    NoDecay,
    PowerDifference,
    Product,
    Quadratic,
    Scalar,
    Separable,
    derive,
    simulate,
)
from mirrortheory.evidence import HOLDS
from mirrortheory.notation import alpha, q
from mirrortheory.testing import (
    check_decay,
    check_geometry,
    check_reparam,
    decays,
    flows,
    geometries,
    imbalances,
    problems,
    reparams,
    simulations,
    starts,
)

few = settings(deadline=None, max_examples=examples(96, every=12), suppress_health_check=[HealthCheck.too_slow])


# What is drawn is valid ------------------------------------------------------------------------------------------------


@few
@given(geometries(symbolic=True), reparams(), decays(symbolic=True))
def test_what_is_drawn_obeys_its_laws(geometry, reparam, decay):
    assert check_geometry(geometry).verdict in HOLDS
    assert check_reparam(reparam).verdict in HOLDS
    assert check_decay(decay, allow_open=True).verdict in HOLDS


@settings(few, max_examples=examples(60, every=15))
@given(st.integers(1, 3).flatmap(simulations))
def test_a_simulation_is_taken_by_simulate(found):
    path = found.run(1 / 16)
    assert path.w.shape[1:] == np.shape(found.start)
    assert np.isfinite(path.w).all()
    assert path.w[0] == pytest.approx(np.array(found.start, dtype=float), rel=1e-15)


@few
@given(st.data())
def test_a_column_of_a_start_and_an_imbalance_are_taken_by_derive(data):
    reparam = data.draw(reparams(kinds=[Product]))
    flow = Flow(Lq(2), reparam)
    start = data.draw(starts(reparam, 2))
    column = [row[1] for row in start]
    assert derive(flow, initial=column).potential is not None
    shifts = data.draw(imbalances(reparam.depth))
    assert len(shifts) == reparam.depth
    assert min(shifts) == 0
    assert derive(flow, imbalance=shifts).potential is not None


@few
@given(reparams().flatmap(lambda reparam: st.tuples(st.just(reparam), starts(reparam, 2))))
def test_starts_are_positive_where_the_map_asks_for_it_and_never_zero(pair):
    reparam, start = pair
    for weight, row in zip(reparam.weights, start, strict=True):
        assert all(value != 0 for value in row)
        assert not weight.is_positive or all(value > 0 for value in row)


@few
@given(problems(3))
def test_losses_have_a_gradient(problem):
    x, step = np.array([0.5, -0.25, 1.0]), 1e-6 * np.eye(3)
    slope = [(problem.value(x + h) - problem.value(x - h)) / 2e-6 for h in step]
    assert problem.slope(x) == pytest.approx(slope, rel=1e-5, abs=1e-7)


@few
@given(flows(followed=True))
def test_followed_flows_have_a_solver_everywhere(flow):
    assert not flow.parameters
    assert flow.geometry.exponent == 2 or isinstance(flow.reparam, Product)
    assert flow.geometry.exponent in (1, 2) or not isinstance(flow.decay, Coupled)


def test_every_kind_is_drawn_and_letters_only_where_asked_for():
    for kind in (Quadratic, Scalar, Logistic, Exponential):
        assert isinstance(find(problems(), lambda problem, kind=kind: isinstance(problem, kind)), kind)
    for flow in (Flow(Lq(q), Product(1)), Flow(Lq(2), Product(1), Decoupled(alpha))):
        assert find(flows(symbolic=True), lambda found, flow=flow: found.parameters == flow.parameters) == flow


# Shrinking ---------------------------------------------------------------------------------------------------------------


def simplest(strategy, condition=lambda found: True):
    return find(strategy, condition, settings=settings(database=None, max_examples=300))


SIMPLEST = [
    (geometries(), lambda g: True, Lq(2)),
    (geometries(), lambda g: g.exponent < 2, Lq(1)),
    (geometries(), lambda g: 1 < g.exponent < 2, Lq("3/2")),
    (reparams(), lambda r: True, Product(1)),
    (reparams(), lambda r: len(r.weights) > 1, Product(2)),
    (reparams(), lambda r: not isinstance(r, Product) and len(r.weights) == 2 and r.weights[0].is_positive, PowerDifference(1)),
    (decays(), lambda d: True, NoDecay()),
    (decays(), lambda d: d.rate > 0, Decoupled(1)),
    (decays(), lambda d: 0 < d.rate < 1, Decoupled("1/2")),
    (decays(), lambda d: isinstance(d, Coupled), Coupled(1)),
    (imbalances(3), lambda shifts: True, (0, 0, 0)),
    (imbalances(3), lambda shifts: shifts[1] > 0, (0, 1, 0)),
    (imbalances(2), lambda shifts: 0 < max(shifts) < 1, (0, sympy.S.Half)),
    (starts(Product(2), 2), lambda w: True, ((1, 1), (1, 1))),
    (starts(Product(2), 1), lambda w: w[0] != w[1], ((1,), (2,))),
    (starts(Product(2), 1), lambda w: w[1][0] < 0, ((1,), (-1,))),
    (starts(Product(1), 1), lambda w: abs(w[0][0]) < 1, ((Fraction(1, 2),),)),
    (flows(), lambda f: True, Flow(Lq(2), Product(1))),
    (flows(), lambda f: f.decay.rate > 0 and len(f.weights) > 2, Flow(Lq(2), Product(3), Decoupled(1))),
    (flows(followed=True), lambda f: len(f.weights) == 2, Flow(Lq(2), Product(2))),
    (flows(followed=True), lambda f: len(f.weights) == 2 and f.geometry.exponent < 2, Flow(Lq(1), Product(2))),
    (flows(exponents=["3/2"], depths=[4, 3]), lambda f: True, Flow(Lq("3/2"), Product(3))),
    (flows(kinds=[Exp], decays=decays(kinds=[Coupled], rates=["1/3"])), lambda f: True, Flow(Lq(2), Exp(), Coupled("1/3"))),
]


@pytest.mark.parametrize(("strategy", "condition", "end"), SIMPLEST, ids=[f"{k}: {end}" for k, (_, _, end) in enumerate(SIMPLEST)])
def test_it_shrinks_to(strategy, condition, end):
    assert simplest(strategy, condition) == end


@pytest.mark.parametrize(
    ("d", "condition", "Z", "b"),
    [
        (2, lambda f: True, [[1, 1]], [1]),
        (1, lambda f: isinstance(f, Quadratic) and len(f.b) == 2, [[1], [1]], [1, 1]),
        (2, lambda f: isinstance(f, Quadratic) and f.slope(np.zeros(2)) @ [1, -1] != 0, [[1, 2]], [1]),
        (1, lambda f: isinstance(f, Quadratic) and f.b[0] < 0, [[1]], [-1]),
    ],
    ids=["any", "two data", "unequal", "negative"],
)
def test_losses_shrink_to_one_datum_of_ones(d, condition, Z, b):
    found = simplest(problems(d), condition)
    assert (found.Z.tolist(), found.b.tolist()) == (Z, b)


def test_a_simulation_shrinks_in_all_of_its_parts():
    found = simplest(simulations(), lambda found: len(found.start) == 2 and found.start[0] != found.start[1])
    assert found.flow == Flow(Lq(2), Product(2))
    assert found.problem.Z.tolist() == [[1.0]]
    assert found.start == ((1,), (2,))


@pytest.mark.slow
def test_a_false_conjecture_is_refuted_by_the_simplest_flow():
    """That x reaches the target of one datum: it does not where decay pulls it back."""

    def misses(found):
        rest = simulate(found.flow, found.problem, found.start, 40.0).x[-1, 0]
        return abs(rest - 1) > 1e-3

    one = simulations(
        flows=flows(exponents=["2"], kinds=[Product], depths=[1, 2], decays=decays(rates=["1"]), followed=True),
        losses=[Quadratic],
        signs=False,
    ).filter(lambda found: found.problem.Z.tolist() == [[1.0]] and found.problem.b.tolist() == [1.0])
    assert simplest(one, misses).flow == Flow(Lq(2), Product(1), Decoupled(1))


# Refusals ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: geometries(exponents=[3]), "q must be an exact rational in [1, 2] or a positive symbol, got 3; write"),
        (lambda: geometries(exponents=[]), "exponents must be at least one, got none; leave it out"),
        (lambda: reparams(kinds=[Lq]), "kinds must be of Product, Square, "),
        (lambda: reparams(depths=[9]), "depth must be an integer from 1 to 8, got 9; write"),
        (lambda: decays(rates=[-1]), "alpha must be an exact rational >= 0, got -1; write"),
        (lambda: imbalances(0), "depth must be an integer from 1 to 8, got 0; write"),
        (lambda: starts(Lq(2)), "reparam must be a Reparam, got Lq(q=2); write"),
        (lambda: starts(Product(2), 0), "d must be an integer from 1 to 100, got 0; write"),
        (lambda: problems(2, kinds=[Product]), "kinds must be of Quadratic, Scalar, Logistic, Exponential, got"),
    ],
    ids=["exponent", "no exponent", "kind of map", "depth", "rate", "layers", "map", "d", "kind of loss"],
)
def test_a_wrong_restriction_is_told_in_one_line(make, message):
    with pytest.raises(InvalidArgument) as raised:
        make()
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)


def test_maps_of_formulas_are_drawn_too():
    assert isinstance(simplest(reparams(kinds=[Separable])), Separable)
