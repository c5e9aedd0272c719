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
    rate = sympy.diff(law, u) / (1 + v**2) - sympy.diff(law, v) * 2 * u * v / (1 + v**2) ** 2
    assert sympy.simplify(rate.replace(sympy.sign, lambda e: e / abs(e)).subs(abs(v), -v)) == 0


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


s, p = letters("s p")


def sums_of_powers(n):
    """x = ((s + u)^n + (s + v)^n + (s + w)^n, s): three columns that are parallel, and a fourth that moves what they depend on."""
    return [(s + u) ** n + (s + v) ** n + (s + w) ** n, s], [u, v, w, s]


@pytest.mark.parametrize(("n", "q"), [(4, "4/3"), (6, "6/5"), (8, "8/7")])
def test_no_bound_denies_a_law_that_powers_hide(n, q):
    """At q = n/(n - 1) the link makes ((s + u)^(n - 1)) linear, so (u - v)/(u - w) is a law in every cell."""
    outputs, weights = sums_of_powers(n)
    for at in (None, (1, 2, 3, 5), (-9, 2, 3, 1), (-9, -8, 3, 1), (-9, -8, -7, 1)):
        found = count_laws(outputs, weights, q, at=at)
        assert found.at_most == 1
        assert found.recheck() == (0, 1)


def test_the_count_depends_on_the_cell_between_1_and_2():
    """At q = 3/2 the link of (s + u)^2 is s + u where that is positive: the law (u - v)/(u - w) holds where all signs are one."""
    outputs, weights = sums_of_powers(3)
    cells = [(1, 2, 3, 5), (-9, -8, -7, 1), (-9, 2, 3, 1), (-9, -8, 3, 1)]
    assert [count_laws(outputs, weights, "3/2", at=at).at_most for at in cells] == [1, 1, 0, 0]
    assert {count_laws(outputs, weights, "3/2", seed=seed).at_most for seed in range(6)} == {1}


def test_bases_that_are_never_negative_have_no_such_cell():
    a = sympy.Dummy()
    g = sympy.integrate((1 + (s + a) ** 2) ** 2, a)
    outputs = [sympy.expand(sum(g.subs(a, weight) for weight in (u, v, w, p))), s]
    assert count_laws(outputs, [u, v, w, p, s], "3/2").at_most == 1  # a cross ratio


def test_laws_that_are_not_homogeneous_are_found():
    assert count_laws([(u + 1) * v, v * w], [u, v, w], 2).count == 1
    left, right = matrix("u", 2, 2), matrix("v", 2, 2)
    outputs = list((sympy.eye(2) + left) * right)
    assert count_laws(outputs, [*left, *right], 2).count == 3  # (I + U)^T (I + U) - V V^T
    assert count_laws([u**2 + v**2 + w**2, u + v + w], [u, v, w], 2).count == 1  # (u - v)/(v - w)


def test_damping_of_wider_products():
    left, right = matrix("u", 2, 4), matrix("v", 2, 4)
    assert count_laws(list(left * right.T), [*left, *right], 2, damping=1).count == 6


@pytest.mark.parametrize("outputs", [[u * v / 2147483647], [u * (1 + v / 2147483647)], [2147483647 * u * v]])
def test_numbers_that_share_a_factor_with_a_modulus(outputs):
    for q in (1, "4/3", "3/2", 2):
        found = count_laws(outputs, [u, v], q)
        assert found.count == 1
        assert found.recheck() == (1, 1)
    assert count_laws([u * v], [u, v], "2147483648/2147483647").count == 1


def test_data_with_many_primes():
    weights = letters("l:13")
    outputs = [sympy.Add(*(sympy.prime(k + 1) * weight for k, weight in enumerate(weights)))]
    assert [count_laws(outputs, weights, q).count for q in ("4/3", "3/2", LETTER)] == [12, 12, 12]


def test_fine_exponents_and_many_bases_take_no_time():
    assert count_laws([u * v], [u, v], "1.999999").count == 1
    many = letters("l:16")
    found = count_laws([sympy.Add(*((s + weight) ** 3 for weight in many)), s], [s, *many], "3/2")
    assert found.at_most >= 1
    assert found.recheck() == (found.at_least, found.at_most)


def test_a_single_field_needs_no_integral():
    found = count_laws([u**4 / (u**3 + u + 7) + v**3 / (v**2 + 5 * v + 2)], [u, v], 2)
    assert found.count == 1


def test_laws_of_one_weight_have_logarithms_of_moduli():
    (law,) = count_laws([u**2 * v - v], [u, v], 2).laws
    assert law.has(sympy.log(abs(u)))


def test_deep_brackets_end():
    weights = letters("l:14")
    outputs = [weights[0], sympy.Add(*(weights[0] ** k * weights[k] for k in range(1, 14)))]
    found = count_laws(outputs, weights, 2)
    assert found.at_least == 0
    assert found.recheck() == (found.at_least, found.at_most)


x, y, z = letters("x y z")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([x * y], [], 2), "weights must be a list of distinct symbols, at least one"),
        (([x * y], [x, x], 2), "weights must be a list of distinct symbols"),
        (([], [x], 2), "map must be a list of expressions, at least one"),
        (([x * z], [x, y], 2), "map must be of rational functions of the weights, got z"),
        (([sympy.sin(x)], [x], 2), "map must be of rational functions of the weights"),
        (([sympy.sqrt(x)], [x], 2), "map must be of rational functions of the weights"),
        (([1 / (x - x * 1)], [x], 2), "map must be"),
        ((["x*y"], [x, y], 2), "map must be"),
        (([x * y], [x, y], 3), "q must be"),
        (([x * y], [x, y], "1/2"), "q must be"),
        (([0.5 * x * y], [x, y], 2), "map must be"),
        (("x*y", [x, y], 2), "map must be a list of expressions"),
        ((None, [x, y], 2), "map must be a list of expressions"),
        (([x * y], x, 2), "weights must be a list of distinct symbols"),
        (([x * y], None, 2), "weights must be a list of distinct symbols"),
        (([x * y], [x, sympy.Symbol("x")], 2), "weights must be a list of distinct symbols"),
        (([x * sympy.Symbol("y")], [x, y], 2), "other assumptions than the weight y"),
        (([x**1001 * y], [x, y], 2), "powers up to 1000"),
        (([LETTER * y], [LETTER, y], LETTER), "which is q"),
        (([x + (10**60 + 7) * y], [x, y], "3/2"), "up to 40 digits"),
        (
            (
                [sympy.Add(*(1 / (1 + sympy.Symbol(f"l{k}") * sympy.Symbol(f"l{k + 1}")) for k in range(15)))],
                sympy.symbols("l:16"),
                2,
            ),
            "shorter",
        ),
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


def test_a_weight_is_not_called_as_the_time():
    t = sympy.Symbol("t", real=True)
    with pytest.raises(InvalidArgument, match="which is the time"):
        count_laws([t * y], [t, y], 2, damping=1)
    assert count_laws([t * y], [t, y], 2).count == 1


@pytest.mark.parametrize(
    ("at", "message"), [((1,), "a rational for each of the 2 weights"), ((1, 0), "inside a cell"), ((1, 0.5), "exact")]
)
def test_bad_cells_are_refused(at, message):
    with pytest.raises(InvalidArgument, match=message):
        count_laws([x * y], [x, y], "3/2", at=at)
