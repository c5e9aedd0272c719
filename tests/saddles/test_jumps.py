"""From saddle to saddle: exact plateaus and times, what holds of each of them, and one line for what is refused."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from mirrortheory.errors import InvalidArgument, MirrorTheoryError, NotEvaluable
from mirrortheory.exact import Ball
from mirrortheory.flows import Logistic, Quadratic
from mirrortheory.saddles import saddle_to_saddle

SIGN_CHANGE = Quadratic([[2, 1], [1, 0]], [2, -1])
ENTRIES = st.integers(-3, 3)


@st.composite
def problems(draw):
    n, d = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    Z = draw(st.lists(st.lists(ENTRIES, min_size=d, max_size=d), min_size=n, max_size=n))
    return Quadratic(Z, draw(st.lists(st.integers(-4, 4), min_size=n, max_size=n)))


def followed(problem, exponent=2):
    """The path, where each plateau is unique and no two come at one time without a reason."""
    try:
        return saddle_to_saddle(problem, exponent=exponent, digits=15)
    except MirrorTheoryError:
        assume(False)


def pull_at(problem, x):
    """-f'(x), exactly."""
    rows = [[Fraction(v) for v in row] for row in problem.Z.tolist()]
    residual = [
        Fraction(b) - sum(z * v for z, v in zip(row, x, strict=True)) for row, b in zip(rows, problem.b.tolist(), strict=True)
    ]
    return [sum(z * r for z, r in zip(column, residual, strict=True)) for column in zip(*rows, strict=True)]


@settings(max_examples=60)
@given(problems(), st.sampled_from([2, "3/2", "4/3"]))
def test_each_plateau_is_a_minimum_under_its_signs_and_lower_than_the_last(problem, exponent):
    path = followed(problem, exponent)
    for plateau in path.plateaus:
        pull = pull_at(problem, plateau.x)
        for x, sign, p in zip(plateau.x, plateau.signs, pull, strict=True):
            assert x * sign >= 0
            assert x == 0 or p == 0
            assert p * sign <= 0
            assert sign != 0 or x == 0
        rest = problem.Z @ np.array(plateau.x, dtype=float) - problem.b
        assert float(plateau.loss) == pytest.approx(rest @ rest / 2, abs=1e-12)
    losses = [plateau.loss for plateau in path.plateaus]
    assert all(after < before for before, after in pairwise(losses))
    assert not any(pull)


@settings(max_examples=60)
@given(problems())
def test_the_accumulated_gradient_moves_as_the_plateau_says(problem):
    path = followed(problem)
    for before, after in pairwise(path.plateaus):
        lasted = after.start - before.start
        assert lasted > 0
        assert after.dual == tuple(s + lasted * p for s, p in zip(before.dual, pull_at(problem, before.x), strict=True))
        assert max(map(abs, after.dual)) == 1
        assert after.signs == tuple(s if abs(s) == 1 else 0 for s in after.dual)


@settings(max_examples=60)
@given(problems())
def test_gradient_flow_ends_at_the_least_sum_of_sizes(problem):
    """By a certificate: s = Z^T c, |s| <= 1 and s.x = sum |x|; and by a linear program, which knows nothing of s."""
    last = followed(problem).plateaus[-1]
    d = len(last.x)
    assert sum(s * x for s, x in zip(last.dual, last.x, strict=True)) == sum(map(abs, last.x))
    assert np.linalg.matrix_rank(np.vstack([problem.Z, np.array(last.dual, dtype=float)])) == np.linalg.matrix_rank(problem.Z)
    gram = problem.Z.T @ problem.Z
    found = linprog(np.ones(2 * d), A_eq=np.hstack([gram, -gram]), b_eq=problem.Z.T @ problem.b)
    assert float(sum(map(abs, last.x))) == pytest.approx(found.fun, abs=1e-7)


@pytest.mark.slow
@pytest.mark.parametrize(("exponent", "least", "all_of_them"), [(2, 217, 217), ("3/2", 228, 244), ("4/3", 222, 244)])
def test_how_often_the_end_has_the_least_sum_of_sizes(exponent, least, all_of_them):
    """The counts that the docs give."""
    random, found = np.random.default_rng(0), []
    for _ in range(300):
        problem = Quadratic(random.integers(-3, 4, (2, 4)), random.integers(-4, 5, 2))
        if np.linalg.matrix_rank(problem.Z) < 2:
            continue
        try:
            last = saddle_to_saddle(problem, exponent=exponent, digits=10).plateaus[-1]
        except MirrorTheoryError:
            continue
        best = linprog(np.ones(8), A_eq=np.hstack([problem.Z, -problem.Z]), b_eq=problem.b).fun
        found.append(abs(float(sum(map(abs, last.x))) - best) < 1e-9)
    assert (sum(found), len(found)) == (least, all_of_them)


def test_below_q_two_the_end_need_not_have_the_least_sum_of_sizes():
    problem = Quadratic([[1, 3, 0, 1], [3, 2, 1, 0]], [1, 4])
    assert problem.Z @ np.array([10, -1, 0, 0]) / 7 == pytest.approx(problem.b)  # of size 11/7
    assert sum(map(abs, saddle_to_saddle(problem).plateaus[-1].x)) == Fraction(11, 7)
    assert saddle_to_saddle(problem, exponent="3/2").plateaus[-1].x == (1, 0, 1, 0)


def test_a_coordinate_leaves_and_enters_with_the_other_sign():
    path = saddle_to_saddle(SIGN_CHANGE)
    assert path.times == (Fraction(1, 3), Fraction(3, 4), Fraction(11, 4))
    assert [plateau.x for plateau in path.plateaus] == [(0, 0), (Fraction(3, 5), 0), (0, 2), (-1, 4)]
    assert [plateau.loss for plateau in path.plateaus] == [Fraction(5, 2), Fraction(8, 5), Fraction(1, 2), 0]
    assert [plateau.signs for plateau in path.plateaus] == [(0, 0), (1, 0), (1, 1), (-1, 1)]
    assert [(path.entering(k), path.leaving(k)) for k in (1, 2, 3)] == [((0,), ()), ((1,), (0,)), ((0,), ())]


def test_it_does_so_below_q_two_at_other_times():
    path = saddle_to_saddle(SIGN_CHANGE, exponent="3/2", digits=20)
    assert [plateau.x for plateau in path.plateaus] == [plateau.x for plateau in saddle_to_saddle(SIGN_CHANGE).plateaus]
    first, second = 1 / Ball(3).sqrt(), (1 - (Ball(2) / 3).sqrt()) / (Ball(4) / 5).sqrt()
    for found, expected in zip(path.times, (first, first + second, first + second + 2), strict=True):
        assert found.overlaps(expected)


@settings(max_examples=40)
@given(st.lists(st.integers(-9, 9), min_size=1, max_size=6), st.sampled_from([2, "3/2"]))
def test_orthogonal_coordinates_enter_one_by_one(targets, exponent):
    """Each on its own, at 1/|b|^(q - 1); those of one size at once."""
    path = saddle_to_saddle(Quadratic(np.eye(len(targets)), targets), exponent=exponent)
    sizes = sorted({abs(b) for b in targets} - {0}, reverse=True)
    assert len(path.times) == len(sizes)
    for size, time, plateau in zip(sizes, path.times, path.plateaus[1:], strict=True):
        assert plateau.x == tuple(b if abs(b) >= size else 0 for b in targets)
        assert float(time if exponent == 2 else time.mid()) == pytest.approx(size ** -(float(Fraction(exponent)) - 1))


@settings(max_examples=40)
@given(problems(), st.sampled_from([2, "3/2"]), st.randoms(use_true_random=False))
def test_permuting_and_reflecting_coordinates_does_so_to_the_path(problem, exponent, random):
    path = followed(problem, exponent)
    d = len(path.plateaus[0].x)
    order, side = random.sample(range(d), d), [random.choice((-1, 1)) for _ in range(d)]
    other = saddle_to_saddle(Quadratic(problem.Z[:, order] * side, problem.b), exponent=exponent, digits=15)
    for one, two in zip(path.plateaus, other.plateaus, strict=True):
        assert two.x == tuple(s * one.x[j] for s, j in zip(side, order, strict=True))
        assert two.start == one.start or two.start.overlaps(one.start)


def test_an_exact_tie_is_one_jump_and_a_broken_tie_is_two():
    tied, broken = (saddle_to_saddle(Quadratic([[1, 0], [1, 2]], [b, 1])) for b in (1, 1 + 2**-40))
    assert tied.times == (Fraction(1, 2),)
    assert tied.entering(1) == (0,)  # both arrive; the second stays at 0 with no pull
    assert tied.plateaus[1].signs == (1, 1)
    assert len(broken.times) == 2


def test_a_tie_of_different_histories_is_left_open_in_balls():
    """Pulls 18, 8 then 1/2, and 2: the second and the third come at 1/sqrt(2), each by another sum of roots."""
    problem = Quadratic([[12, 5, 0], [0, 1, 0], [0, 0, 1]], [1.5, 0.5, 2])
    with pytest.raises(NotEvaluable, match="two coordinates come within 1e-30 of one time"):
        saddle_to_saddle(problem, exponent="3/2")


def test_the_times_have_their_digits():
    problem = Quadratic([[1, 2, 0.1], [0.5, -1, 3]], [1, 7])
    for time in saddle_to_saddle(problem, exponent="4/3", digits=100).times:
        assert time.rad() <= time.mid() * Ball(10) ** -100


def test_without_a_pull_there_is_one_plateau():
    path = saddle_to_saddle(Quadratic([[1, 1], [0, 0]], [0, 3]))
    assert path.times == ()
    assert [plateau.loss for plateau in path.plateaus] == [Fraction(9, 2)]


@pytest.mark.parametrize(
    ("problem", "settings", "message"),
    [
        (SIGN_CHANGE, {"exponent": "5/3"}, r"exponent must be L/\(L - 1\) for a depth L from 2 to 8, got 5/3"),
        (SIGN_CHANGE, {"exponent": 1}, r"exponent must be L/\(L - 1\) for a depth L from 2 to 8, got 1"),
        (SIGN_CHANGE, {"exponent": 1.5}, "exponent must be an exact rational, got 1.5"),
        (SIGN_CHANGE, {"digits": 0}, "digits must be an integer from 1 to 1000, got 0"),
        (Logistic([[1.0]], [1]), {}, "problem must be a Quadratic, got Logistic"),
        (Quadratic([[1, 1]], [1]), {}, r"Z must be with one minimum on each plateau, got several where \+x1, \+x2 may grow"),
        (Quadratic([[1, -2], [1, -2]], [3, 1]), {"exponent": "3/2"}, None),
    ],
)
def test_what_is_refused_gives_one_line(problem, settings, message):
    if message is None:  # the first of two parallel columns takes all there is: nothing to refuse
        assert saddle_to_saddle(problem, **settings).plateaus[-1].x == (0, -1)
        return
    with pytest.raises(InvalidArgument, match=message) as raised:
        saddle_to_saddle(problem, **settings)
    assert "\n" not in str(raised.value)
