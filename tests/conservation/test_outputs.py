"""Outputs that are multiplied out are read term by term, as by the general way; terms of polynomials are read from their text."""

import random

import flint
import numpy as np
import pytest
import sympy

from mirrortheory.conservation.ansatz import polynomials
from mirrortheory.conservation.fields import Fields, gradients
from mirrortheory.conservation.integrals import FirstIntegral, annihilated
from mirrortheory.conservation.outputs import outputs_of
from mirrortheory.conservation.terms import Terms

W = sympy.symbols("u v w x", real=True)
u, v, w, x = W


def drawn(rng):
    """A sum of monomials, some of them alike, as it is written."""
    terms = []
    for _ in range(rng.randint(1, 9)):
        factors = [letter ** rng.choice((1, 1, 2, 7)) for letter in rng.choices(W, k=rng.randint(0, 3))]
        coefficient = rng.choice((1, -1, sympy.Rational(2, 3), 10**30, sympy.Rational(-7, 10**20)))
        terms.append(sympy.Mul(coefficient, *factors, evaluate=rng.random() < 0.7))
    return sympy.Add(*terms, evaluate=rng.random() < 0.5)


def of_terms(terms, context, blank):
    """The polynomial of one array of terms."""
    gens, total = [*context.gens()[:blank], context.constant(1)], context.constant(0)
    for letters, c in zip(terms.letters.tolist(), terms.coefficients.tolist(), strict=True):
        product = context.constant(int(c))
        for place in letters:
            product *= gens[place]
        total += product
    return total


def test_sums_of_monomials_are_read_as_they_are():
    rng = random.Random(3)
    for _ in range(300):
        expr = drawn(rng)
        (output,), ring = outputs_of([expr], W)
        (other,), _ = outputs_of([sympy.Mul(sympy.Add(u, 1, evaluate=False), sympy.expand(expr), evaluate=False)], W)
        assert output.top * (ring.letters[0] + 1) == other.top  # read the general way
        assert output.bottom == 1
        found = of_terms(Terms.of({0: output.top}, len(W)), ring.context, len(W))
        assert (found == 0) == (output.top == 0)
        if found != 0:
            assert found * output.top.leading_coefficient() == output.top * found.leading_coefficient()


@pytest.mark.parametrize("expr", [(u + v) * w, u / v, 1 / (1 + u), u**-1 * v, sympy.Add(u, u, evaluate=False), u**0 + v])
def test_outputs_have_the_values_of_their_expressions(expr):
    (output,), ring = outputs_of([expr], W)
    point = [flint.fmpq(n) for n in (2, 3, 5, 7)]
    value = expr.subs(dict(zip(W, (2, 3, 5, 7), strict=True)))
    assert output.top(*point) / output.bottom(*point) == flint.fmpq(int(value.p), int(value.q))
    assert len(ring.weights) == 4


def rows(terms, kept):
    """Slot, letters and coefficient of the terms that are kept, without the letters that stand for 1 or for a field."""
    every = zip(terms.slots.tolist(), terms.letters.tolist(), terms.coefficients.tolist(), kept, strict=True)
    return sorted((slot, *sorted(i for i in letters if i < len(W)), c) for slot, letters, c, yes in every if yes)


def test_fields_side_by_side_stay_apart():
    """sum_k z_k X_k holds the terms of each field, and each with its own letter."""
    fields = gradients(*outputs_of([u * v, u**2 * w + x, x**3], W)).terms
    together = Terms.told_apart(fields)
    assert (np.diff(together.slots) >= 0).all()
    for k, field in enumerate(fields):
        mine = together.letters[:, -1] == len(W) + 1 + k
        assert rows(together, mine) == rows(field, np.ones(len(field.slots), bool))


def law(expr, ring):
    """A function with its gradient; it need not be a law."""
    (output,), _ = outputs_of([expr], W)
    one = ring.context.constant(1)
    return FirstIntegral(expr, {i: (slope, one) for i, slope in enumerate(output.slopes(len(W))) if slope != 0})


def test_only_what_all_fields_annihilate_is_kept():
    """Also where what two fields leave would cancel if they were added up, and in powers of the first letter."""
    outputs, ring = outputs_of([u * v, w * x], W)
    fields = gradients(outputs, ring)
    good = [law(u**2 - v**2, ring), law(w**2 - x**2 + u**4 - 2 * u**2 * v**2 + v**4, ring)]
    bad = [law(e, ring) for e in (u, u**2 - w**2, u**2 - v**2 + w * x, u * v - w * x, u**9 * x, (u**2 - v**2) * w)]
    assert annihilated([bad[0], good[0], *bad[1:], good[1]], fields) == good
    assert annihilated([], fields) == []
    line = Fields(ring, ({0: ring.letters[0]}, {1: -(ring.letters[0] ** 2)}), fields.exponent)  # u d/du and - u^2 d/dv
    assert annihilated([law(u + v, ring), law(u * v, ring), law(w, ring)], line) == [law(w, ring)]


def test_monomials_of_high_degree_do_not_meet():
    """Where products of primes leave 64 bits, numbers of any length tell monomials apart."""
    outputs, ring = outputs_of([u**40 * v**30, w**25 * x**40], W)
    found = [integral.expr for integral in polynomials(gradients(outputs, ring), 2)]
    assert {sympy.factor(e) for e in found} == {3 * u**2 - 4 * v**2, 8 * w**2 - 5 * x**2}
