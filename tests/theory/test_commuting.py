"""Outputs that share weights: what commutes, what cannot be a mirror flow, and what is refused."""

import pytest
import sympy

from mirrortheory.errors import InvalidArgument
from mirrortheory.theory import commutation

A, B, U, V = sympy.symbols("a b u v", positive=True)


@pytest.mark.parametrize(
    ("outputs", "weights"),
    [
        ([A * U, A * V], [A, U, V]),  # a linear neuron with a vector of weights
        ([A * U, A * V, A * B], [A, B, U, V]),
        ([A**2 * U, A * V], [A, U, V]),
        ([U * V, U + V], [U, V]),
        ([sympy.exp(A) * U, A * V], [A, U, V]),
    ],
)
def test_shared_factors_are_no_mirror_flow(outputs, weights):
    found = commutation(outputs, weights)
    assert found.obstruction is not None
    assert not found.commutes
    assert str(found).startswith("no mirror flow: ")


@pytest.mark.parametrize(
    ("outputs", "weights"),
    [
        ([A * U, B * V], [A, B, U, V]),  # separate coordinates
        ([U**2 + V**2, U**2 - V**2], [U, V]),  # functions of the same squares
        ([U + V, U - 2 * V], [U, V]),  # linear
        ([sympy.log(U) + V**2, sympy.log(U) - 3 * V**2], [U, V]),
    ],
)
def test_separate_or_diagonal_outputs_commute(outputs, weights):
    found = commutation(outputs, weights)
    assert found.commutes
    assert found.obstruction is None
    assert "commute: gradient flow is a mirror flow" in str(found)


def test_the_obstruction_is_along_the_bracket():
    found = commutation([A * U, A * V], [A, U, V])
    i, j, k, product = found.obstruction
    bracket = found.brackets[i, j]
    assert bracket == (0, -V, U)
    assert sympy.expand(sum(b * g for b, g in zip(bracket, (U, A, 0), strict=True)) - product) == 0
    assert k == 1


@pytest.mark.parametrize(
    ("outputs", "weights", "message"),
    [([A * U], [A, U], "outputs must be at least two"), ([A * U, B], [A, U], "outputs must be expressions in the weights, got b")],
)
def test_refusals(outputs, weights, message):
    with pytest.raises(InvalidArgument, match=message):
        commutation(outputs, weights)
