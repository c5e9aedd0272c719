"""How many laws flows have: against known counts, laws along exact velocities, and what is refused."""

import random

import pytest
import sympy
from law_counts import LETTER, MODELS, gram, letters, linear_net, matrix, relu_net

from mirrortheory import InvalidArgument, count_laws

SMALL = [name for name in MODELS if "net [5" not in name and "net [4" not in name and "net [3" not in name and "4,5,2" not in name]

# The counts of theory by hand, or published for q = 2 (Marcotte, Gribonval and Peyre 2023): q = 1, between, q = 2.
KNOWN = {
    "w_1 w_2 w_3": (2, 2, 2),
    "m_j w_j, j = 1, 2": (2, 2, 2),
    "a w_j, j = 1, 2": (0, 0, 1),
    "a u_j v_j, j = 1, 2": (2, 2, 3),
    "U v, 2 x 2": (2, 0, 3),
    "U U^T, 2 x 3": (0, 0, 2),
    "linear net [2,2,2]": (0, 0, 3),
    "linear net [1,3,1]": (5, 5, 5),
    "linear net [4,4,4]": (0, 0, 10),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_counts(name):
    found = [count_laws(*MODELS[name], q) for q in (1, LETTER, 2)]
    assert tuple(count.count for count in found) == KNOWN[name]
    assert [count.recheck() for count in found] == [(n, n) for n in KNOWN[name]]


@pytest.mark.parametrize("name", SMALL)
def test_counts_at_numbers_are_those_of_the_letter(name):
    between = [count_laws(*MODELS[name], q, seed=seed) for seed, q in enumerate((LETTER, "5/4", "7/5", "3/2"))]
    assert {(count.at_least, count.at_most) for count in between} == {(between[0].at_least, between[0].at_most)}
    assert all(count.recheck() == (count.at_least, count.at_most) for count in between)


u, v, w = letters("u v w")
CURVED = {  # factors of a ratio that are squares, lines, or neither
    "u^3 + v": ([u**3 + v], [u, v]),
    "u/v^2": ([u / v**2], [u, v]),
    "(1 + u) v + 2 v": ([(1 + u) * v + 2 * v], [u, v]),
    "u (v - 3)^4, -2 u w": ([u * (v - 3) ** 4], [u, v, w]),
    "u^2 v^3 w": ([u**2 * v**3 * w], [u, v, w]),
    "log-like": ([u * v / (u + v)], [u, v]),
}


@pytest.mark.parametrize("q", [1, "5/4", "3/2", 2])
@pytest.mark.parametrize("name", [*SMALL, *CURVED])
def test_laws_are_conserved_along_velocities_for_any_slope_of_the_loss(name, q):
    """A second route: the laws as they are shown, differentiated by SymPy, along -phi_q(J^T c) in numbers."""
    outputs, weights = (MODELS | CURVED)[name]
    rng, exponent = random.Random(name), sympy.Rational(q)
    point = {w: sympy.Rational(rng.randint(-99, 99) * 2 + 1, 40) for w in weights}
    jacobian = sympy.Matrix(outputs).jacobian(weights).subs(point)
    c = sympy.Matrix([sympy.Rational(rng.randint(-50, 50) * 2 + 1, 7) for _ in outputs])
    velocity = [-sympy.sign(slope) * abs(slope) ** (exponent - 1) for slope in jacobian.T * c]
    laws = count_laws(outputs, weights, q).laws
    for law in laws:
        constant = {part: part.subs(point) for part in law.atoms(sympy.sign)} if q == 1 else {}  # inside a sign cell
        slopes = [sympy.diff(law.xreplace(constant), w).doit().subs(point) for w in weights]
        terms = [sympy.N(s * v, 40) for s, v in zip(slopes, velocity, strict=True)]
        assert abs(sum(terms)) <= max(map(abs, terms)) * sympy.Float("1e-30", 40)
    assert len(laws) == len(weights) - 1 or name not in CURVED


def test_laws_with_curved_factors_are_integrals():
    found = count_laws([u / (1 + v**2)], [u, v], "3/2")
    assert found.count == 1
    assert found.laws[0].has(sympy.Integral)
    (law,) = count_laws([u / (1 + v**2)], [u, v], 2).laws
    assert sympy.simplify(sympy.diff(law, u) * (1 + v**2) ** -1 - sympy.diff(law, v) * 2 * u * v / (1 + v**2) ** 2) == 0


def test_weights_that_do_not_move_are_laws():
    for q in (1, "3/2", 2):
        found = count_laws([u * v], [u, v, w], q)
        assert found.count == 2
        assert w in found.laws
    assert count_laws([sympy.Integer(3)], [u, v], 2).count == 2


def test_quotients_of_minors_are_the_laws_of_a_gram_matrix():
    found = count_laws(*gram(2, 3), 2)
    assert found.count == 2
    assert not any(law.is_polynomial() for law in found.laws)


@pytest.mark.parametrize(("rank", "damping"), [(2, 0), (5, 0), (5, 1), (3, "1/2")])
def test_momentum_leaves_the_angular_momenta(rank, damping):
    left, right = matrix("u", 2, rank), matrix("v", 1, rank)
    found = count_laws(list(left * right.T), [*left, *right], 2, damping=damping)
    assert found.count == rank * (rank - 1) // 2
    assert found.recheck() == (found.count, found.count)
    assert all(law.has(sympy.exp) == (damping != 0) for law in found.laws)


def test_relu_nets_keep_one_law_for_each_neuron_in_every_cell():
    for active in ([(True, True), (True, True)], [(True, False), (True, True)], [(False, True), (True, False)]):
        assert count_laws(*relu_net(active, [(1, 2), (3, -1)]), 2).at_least >= 2


def test_nothing_depends_on_the_seed():
    outputs, weights = linear_net(2, 3, 2)
    assert len({(c.count, c.laws) for c in (count_laws(outputs, weights, 2, seed=seed) for seed in range(5))}) == 1


x, y, z = letters("x y z")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([x * y], [], 2), "weights must be distinct symbols, at least one"),
        (([x * y], [x, x], 2), "weights must be distinct symbols"),
        (([], [x], 2), "map must be a list of expressions, at least one"),
        (([x * z], [x, y], 2), "map must be of rational functions of the weights, got z"),
        (([sympy.sin(x)], [x], 2), "map must be of rational functions of the weights"),
        (([sympy.sqrt(x)], [x], 2), "map must be of rational functions of the weights"),
        (([1 / (x - x * 1)], [x], 2), "map must be"),
        ((["x*y"], [x, y], 2), "map must be"),
        (([x * y], [x, y], 3), "q must be"),
        (([x * y], [x, y], "1/2"), "q must be"),
        (([0.5 * x * y], [x, y], 2), "map must be"),
    ],
)
def test_bad_input_is_refused_in_one_line(arguments, message):
    with pytest.raises(InvalidArgument, match=message) as refused:
        count_laws(*arguments)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("damping", "q", "message"), [(-1, 2, "at least 0"), (1, "3/2", "given at q = 2 only"), (0.1, 2, "exact")])
def test_bad_damping_is_refused(damping, q, message):
    with pytest.raises(InvalidArgument, match=message):
        count_laws([x * y], [x, y], q, damping=damping)
