"""Where flows end: gradient flow at the Bregman projection of its start, flows below q = 2 elsewhere."""

import numpy as np
import pytest
from every_solver import potential_from
from thinning import thinned

from mirrortheory import Flow, Lq, Product
from mirrortheory.bias import bregman_projection
from mirrortheory.flows import Quadratic, dual_flow, sign_flow

LIMITS = {
    "depth one": [[0.3, -0.2, 0.1, 0.4]],
    "depth two": [[0.5, 0.2, 0.9, 0.3], [0.1, -0.6, 0.4, 1.2]],
    "depth two, balanced": [[0.5, 0.2, 0.9, 0.3]] * 2,
    "depth three": [[0.5, 0.2, 0.9, 0.3], [0.8, 0.6, 0.4, 1.2], [0.7, -1.1, 0.6, 0.5]],
    "depth three, balanced": [[0.5, 0.6, 0.9, 0.7]] * 3,
}
DATA = np.array([[1.0, 0.5, -0.25, 0.75], [0.25, -0.5, 1.0, 0.5]])


def limit_and_projection(q, start, Z=DATA):
    """Where the flow comes to rest, its error, and the projection of the start by the derived potentials."""
    start = np.array(start)
    problem = Quadratic(Z, Z @ np.array([0.9, 0.7, 1.1, 0.8]))
    flow = Flow(Lq(q), Product(len(start)))
    found = sign_flow(problem, start, 60.0) if q == "1" else dual_flow(flow, problem, start, 60.0, rtol=1e-11)
    x = found.x(60.0)[0] if q == "1" else found.w[-1].prod(axis=0)
    error = 1e-13 if q == "1" else float(found.error[-1])
    potentials = [potential_from(q, column) for column in start.T]
    projection = bregman_projection(potentials, start.prod(axis=0), problem.Z, problem.b)
    assert projection.residual < 1e-12
    # Out of the kernel of Z nothing is said before convergence; in it, what is left of the residual moves x by its size.
    left = np.linalg.norm(np.linalg.pinv(Z)) * np.linalg.norm(problem.Z @ x - problem.b)
    return x, projection.x, 10 * (error + left)


@pytest.mark.parametrize("start", LIMITS.values(), ids=LIMITS.keys())
def test_gradient_flow_ends_at_the_bregman_projection(start):
    x, projection, allowed = limit_and_projection("2", start)
    assert allowed < 1e-6
    assert np.abs(x - projection).max() <= allowed


@thinned("q", ["3/2", "5/4", "1"], every=3)
@thinned("start", LIMITS.values(), ids=LIMITS.keys(), every=3)
def test_below_q_two_it_ends_elsewhere(q, start):
    """The witness: on the data, but not at the projection, by more than a thousand times what is uncertain."""
    x, projection, allowed = limit_and_projection(q, start)
    assert allowed < 1e-6
    assert np.abs(x - projection).max() > 1e-3


@thinned("q", ["1", "3/2", "2"], every=2)
@thinned("start", LIMITS.values(), ids=LIMITS.keys(), every=3)
def test_one_datum_of_equal_sizes_is_no_witness(q, start):
    """phi(z_j r) = phi(z_j) phi(r) is a multiple of z_j when |z_j| is the same for all j: then the limit is the projection."""
    x, projection, allowed = limit_and_projection(q, start, np.array([[0.5, 0.5, -0.5, 0.5]]))
    assert allowed < 1e-6
    assert np.abs(x - projection).max() <= allowed
