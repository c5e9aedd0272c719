"""Linear equations of an ansatz: solutions against FLINT's nullspace, and terms of gradients against derivatives."""

import random

import flint
import numpy as np
import pytest
import sympy
from law_counts import linear_net

from mirrortheory.conservation.ansatz import _Equations
from mirrortheory.conservation.fields import gradients
from mirrortheory.conservation.outputs import outputs_of
from mirrortheory.conservation.terms import Terms

COEFFICIENTS = (-3, -2, -1, 1, 2, 3, 6)


def drawn(rng):
    """Return how many unknowns there are and equations {unknown: coefficient}, most of them of two unknowns."""
    size = rng.randint(2, 7)
    lengths = (min(n, size) for n in rng.choices((2, 2, 2, 3, 4), k=rng.randint(0, 8)))
    return size, [{u: rng.choice(COEFFICIENTS) for u in rng.sample(range(size), length)} for length in lengths]


@pytest.mark.parametrize("kind", [np.int64, object])
def test_solutions_span_the_nullspace(kind):
    rng = random.Random(1)
    for _ in range(500):
        size, rows = drawn(rng)
        terms = [(k, u, c) for k, row in enumerate(rows) for u, c in sorted(row.items())]
        equations = _Equations(size)
        equations.equation, equations.unknown = (np.array([t[k] for t in terms], np.int64) for k in (0, 1))
        equations.coefficient = np.array([c for *_, c in terms], kind)
        found = equations.solutions(range(size))
        matrix = flint.fmpz_mat(max(1, len(rows)), size, [row.get(u, 0) for row in rows or [{}] for u in range(size)])
        assert len(found) == size - matrix.rank(), rows
        if found:
            basis = flint.fmpz_mat(len(found), size, [row.get(u, 0) for row in found for u in range(size)])
            assert basis.rank() == len(found)
            assert not any((matrix * basis.transpose()).entries()), rows


def values(terms, point):
    """Return the polynomials of terms at a point, by slot."""
    found = dict.fromkeys(terms.slots.tolist(), 0)
    for slot, letters, c in zip(terms.slots.tolist(), terms.letters.tolist(), terms.coefficients.tolist(), strict=True):
        found[slot] += int(c) * int(np.prod([point[k] for k in letters], dtype=object))
    return found


@pytest.mark.parametrize("map_", ["u**3*v + 2*u*v**2 - w", "u**300*w + v", "u*v*w", "u**2 + 3"])
def test_terms_of_a_gradient_are_those_of_the_derivatives(map_):
    weights = sympy.symbols("u v w", real=True)
    output = sympy.sympify(map_, dict(zip("uvw", weights, strict=True)))
    outputs, ring = outputs_of([output], weights)
    (terms,) = gradients(outputs, ring).terms
    point = [2, -3, 5, 1]
    expected = {i: sympy.diff(output, w).subs(dict(zip(weights, point, strict=False))) for i, w in enumerate(weights)}
    assert values(terms, point) == {i: v for i, v in expected.items() if sympy.diff(output, weights[i]) != 0}


def test_terms_of_gradients_of_a_linear_net_are_those_of_its_polynomials():
    outputs, ring = outputs_of(*linear_net(2, 3, 2))
    fields = gradients(outputs, ring)
    point = [*range(2, 2 + len(ring.weights)), 1]
    for terms, vector in zip(fields.terms, fields.vectors, strict=True):
        assert values(terms, point) == values(Terms.of(vector, len(ring.weights)), point)
        assert (np.diff(terms.slots) >= 0).all()
