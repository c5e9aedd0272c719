"""The laws of the package's own classes, and conjectures about them on what the strategies draw."""

import numpy as np
import pytest
from hypothesis import given, settings
from toy_mirrors import Cube, Roots, RungeKutta

from mirrortheory import Flow, Lq, Product, Quadratic, simulate
from mirrortheory.testing import (
    LawBroken,
    SolverCase,
    check_flow,
    check_geometry,
    check_reparam,
    check_solver,
    flows,
    problems,
    simulations,
    starts,
)


def test_the_geometry_obeys_its_laws():
    check_geometry(Roots())


def test_the_map_obeys_its_laws():
    check_reparam(Cube())
    check_flow(Flow(Roots(), Cube()))


def test_the_solver_obeys_its_laws():
    own = SolverCase(
        "two data", Flow(Lq(2), Product(3)), Quadratic([[1.0, 2.0], [0.0, 1.0]], [1.0, 1.0]), np.full((3, 2), 0.5), 1.0
    )
    report = check_solver(RungeKutta(), [own])
    assert report["other solvers"].name == "SUPPORTED"
    assert "exact solution" in str(report.evidence)


def test_a_solver_of_few_steps_is_honest_about_it():
    with pytest.raises(LawBroken, match="errors say something: UNDECIDED"):
        check_solver(RungeKutta(steps=2))


@settings(max_examples=10, deadline=None)
@given(problems(2), starts(Cube(), 2))
def test_the_loss_of_a_cube_never_rises(problem, start):
    loss = simulate(Flow(Lq(2), Cube()), problem, start, 0.1).loss
    assert (np.diff(loss) <= 1e-9 * np.maximum(1, np.abs(loss[1:]))).all()


@settings(max_examples=10, deadline=None)
@given(simulations(2, flows=flows(exponents=["2"])))
def test_the_solver_agrees_with_those_of_the_package(found):
    ours, theirs = found.run(1 / 64, method=RungeKutta()), found.run(1 / 64)
    assert np.abs(ours.w[-1] - theirs.w[-1]).max() <= ours.error[-1] + theirs.error[-1]
