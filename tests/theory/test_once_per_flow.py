"""What is derived once for a flow: shared with equal flows, dropped with them, in no pickle."""

import copy
import gc
import pickle
import weakref

import numpy as np

from mirrortheory import Decoupled, Flow, Lq, Product, Quadratic, simulate
from mirrortheory.theory.flow import once_per_flow


class Found:
    pass


def test_what_is_kept_is_dropped_with_the_last_equal_flow():
    derive = once_per_flow(lambda flow, power=1: Found())
    one, two = (Flow(Lq(2), Product(2), Decoupled("3/17")) for _ in range(2))
    kept = weakref.ref(derive(one))
    assert derive(two) is kept()
    assert derive(one, 2) is not kept()
    del one
    gc.collect()
    assert derive(two) is kept()
    del two
    gc.collect()
    assert kept() is None


def test_a_flow_that_was_simulated_is_pickled_and_copied_without_what_was_compiled():
    flow = Flow(Lq(2), Product(2), Decoupled("3/19"))
    path = simulate(flow, Quadratic([[1.0]], [1.0]), [0.5, 0.1], 1.0)
    assert path.y is not None
    for again in (pickle.loads(pickle.dumps(flow)), copy.deepcopy(flow)):
        assert again == flow
        assert "_derived" not in vars(again)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(path)).y, path.y)
