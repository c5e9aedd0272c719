"""The study: its cells, its rows, its file and its intervals."""

import csv
import math

import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from mirrortheory.errors import InvalidArgument
from mirrortheory.features import study

SMALL = [(8, 4, 1)], ["1/10"]


def test_cells_hold_pairs_that_share_one_exponent_and_not_the_other():
    cells = study.cells(*SMALL)
    assert len(cells) == 15
    places = {(c.q, c.depth): (c.metric_exponent, c.sparsity) for c in cells}
    third = sympy.Rational(1, 3)
    assert places[1, 3][0] == places[4 * third, 2][0] == 2 * third
    assert places[1, 3][1] == sympy.oo
    assert places[4 * third, 2][1] == places[sympy.Rational(6, 5), 3][1] == 2
    for m, sparsity in places.values():
        assert (m < 1, m == 1, m > 1) == (sparsity > 1, sparsity == 1, sparsity < 1)


def test_rows_have_all_columns_and_make_sense():
    cell = study.cells(*SMALL)[-3]  # q = 2, L = 2
    rows = study.measured(cell, 3)
    assert [row["seed"] for row in rows] == ["0", "1", "2"]
    for row in rows:
        assert tuple(row) == study.COLUMNS
        assert study.key(row) == study.key_of(cell)
        assert 0 < float(row["kernel_distance"]) < 1
        assert float(row["steps"]) <= float(row["steps_one_rate"])
        assert 1 <= float(row["l1_l2"]) <= math.sqrt(8)
    assert rows == study.measured(cell, 3)


def written(file, rows):
    with file.open("w", newline="") as lines:
        out = csv.DictWriter(lines, study.COLUMNS)
        out.writeheader()
        out.writerows(rows)


def test_a_file_gives_back_whole_cells_only(tmp_path):
    file, cells = tmp_path / "study.csv", study.cells(*SMALL)[-3:-1]
    rows = [row for cell in cells for row in study.measured(cell, 2)]
    written(file, rows)
    assert study.read(file, 2) == {study.key_of(cell): rows[2 * k : 2 * k + 2] for k, cell in enumerate(cells)}
    with pytest.raises(InvalidArgument, match=r"seeds must be as many as in study.csv, got 3"):
        study.read(file, 3)
    with pytest.raises(InvalidArgument, match=r"seeds must be as many as in study.csv, got 1"):
        study.read(file, 1)
    text = file.read_text()
    for torn in (text[:-20], text[:-2]):
        file.write_text(torn)
        assert list(study.read(file, 2)) == [study.key_of(cells[0])]
    (summary,) = study.summarized(rows[:2]).values()
    assert summary["error"][0] == np.mean([float(row["error"]) for row in rows[:2]])


def test_another_file_is_refused(tmp_path):
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")
    with pytest.raises(InvalidArgument, match="file must be a file of this study"):
        study.read(file, 2)


@pytest.mark.parametrize(
    ("sizes", "starts", "message"),
    [
        ([(1, 4, 1)], ["1/10"], "dimension must be an integer from 2 to 10000, got 1"),
        ([(8, 4, 8)], ["1/10"], "nonzeros must be an integer from 1 to 7, got 8"),
        ([(8, 0, 1)], ["1/10"], "data must be an integer from 1 to 10000, got 0"),
        ([(8, 4, 1)], ["1"], r"start must be a number in \(0, 1\), got 1"),
        ([(8, 4, 1)], [0.1], "start must be an exact rational, got 0.1; write 1/10, not a float"),
        ([(8, 4, 1)], ["a"], "start must be an exact rational, got a; write an integer or a fraction such as 3/2"),
    ],
)
def test_bad_input_gives_one_line(sizes, starts, message):
    with pytest.raises(InvalidArgument, match=message):
        study.cells(sizes, starts)


@given(st.integers(6, 40))
def test_intervals_hold_the_median_with_the_probability_they_say(n):
    """The binomial probability that between ranks low and high lie the median, at least 95 %; one rank further in it is less."""
    middle, low, high = study.interval(range(1, n + 1))
    assert low + high == n + 1
    assert middle == (n + 1) / 2
    outside = [2 * sum(math.comb(n, k) for k in range(int(rank))) / 2**n for rank in (low, low + 1)]
    assert outside[0] <= 0.05 < outside[1]


def test_few_values_give_no_interval():
    assert study.interval([3, 1, 2]) == (2, -math.inf, math.inf)


@given(st.lists(st.integers(0, 5), min_size=3, max_size=12), st.integers(0, 10**6))
def test_ranks_do_not_see_monotone_maps(values, seed):
    other = np.random.default_rng(seed).normal(size=len(values)).tolist()
    if len(set(values)) > 1:
        found = study.rank_correlation(values, other)
        assert found == pytest.approx(study.rank_correlation([v**3 for v in values], other))
        assert found == pytest.approx(-study.rank_correlation([-v for v in values], other))


@pytest.mark.parametrize("kind", ["folder", "bytes"])
def test_what_is_no_text_is_no_file_of_the_study(tmp_path, kind):
    file = tmp_path / "other.csv"
    file.mkdir() if kind == "folder" else file.write_bytes(b"\x89PNG")
    with pytest.raises(InvalidArgument, match="a file of this study"):
        study.read(file, 1)
