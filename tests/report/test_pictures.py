"""Pictures of the theory: each is drawn, and its numbers are those of formulas and quadratures that it knows nothing of."""

import csv
import io
import time
from math import exp, log

import numpy as np
import pytest
from scipy.integrate import quad
from thinning import thinned

from mirrortheory.drawing import line
from mirrortheory.errors import InvalidArgument
from mirrortheory.report.pictures import PICTURES, Picture, write

SECONDS = 20  # of one picture, on a machine that is busy; alone each takes about one


@pytest.fixture(scope="module")
def rows():
    """The rows of each picture, as dictionaries with numbers where they are."""

    def of(name):
        table = csv.DictReader(io.StringIO(PICTURES[name]().table))
        return [{key: number(value) for key, value in row.items()} for row in table]

    return of


def number(text):
    try:
        return float(text)
    except ValueError:
        return text


def conjugate(q):
    return q / (q - 1) if q > 1 else float("inf")


@thinned("name", PICTURES, every=4)
def test_a_picture_is_drawn_in_seconds_with_its_numbers_beside(name, tmp_path):
    started = time.process_time()
    beside = write(PICTURES[name], tmp_path / f"{name}.png")
    assert time.process_time() - started < SECONDS
    assert (tmp_path / f"{name}.png").stat().st_size > 20_000
    table = list(csv.reader(beside.read_text(encoding="utf-8").splitlines()))
    assert beside == tmp_path / f"{name}.csv"
    assert {len(row) for row in table} == {len(table[0])}
    assert len(table) > 30
    assert all(np.isfinite(number(entry)) for row in table[1:] for entry in row if isinstance(number(entry), float))


@thinned("name", ["phase", "ratio", "stationary"], every=3)
def test_a_picture_is_the_same_each_time_and_labelled_in_text(name, tmp_path):
    files = [tmp_path / f"{k}.svg" for k in (1, 2)]
    for file in files:
        write(PICTURES[name], file)
    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert b"<text" in first


def test_lines_differ_by_dashes_and_markers_too():
    styles = [line(i, points=6) for i in range(7)]
    for key in ("color", "linestyle", "marker"):
        assert len({str(style[key]) for style in styles}) == 7


def test_phase(rows):
    for row in rows("phase"):
        q, depth = row["q"], row["L"]
        assert row["m"] == pytest.approx(q * (depth - 1) / depth, abs=1e-12)
        attracts = depth > conjugate(q) + 1e-9  # at L = p, slope -1 and alpha = 1/2 it repels
        assert row["origin"] == ("attracts" if attracts else "repels")


def test_escape(rows):
    found = rows("escape")
    assert {row["m"] for row in found} == {0.5, 0.75, 1.0, 4 / 3, 1.5}
    for row in found:
        metric, m = row["L"], row["m"]
        time_taken, _ = quad(lambda s: exp((1 - m) * s) / metric, log(row["x_0"]), 0.0, epsabs=0, epsrel=1e-10)  # noqa: B023
        assert row["T"] == pytest.approx(time_taken, rel=1e-7)


def test_ratio(rows):
    found = rows("ratio")
    for row in found:
        depth, w = row["L"], row["w_0"]
        assert row["rho_oo"] == pytest.approx(quad(lambda s: exp((2 - depth) * s), log(w), 0)[0] / (1 - w), rel=1e-8)  # noqa: B023
        if row["N_c"] < 3000:
            v, steps = w, 0
            while v < 0.5 ** (1 / depth):
                v, steps = v + 2 / depth * v ** (depth - 1), steps + 1
            assert row["N_c"] == steps
    assert sum(row["N_c"] < 3000 for row in found) > 30


def test_balance(rows):
    found = rows("balance")
    for row in found:
        q, off = row["q"], abs(row["balance"] - row["law"])
        start = 1.2**q - 0.4**q
        assert row["law"] == pytest.approx(start * exp(-q * row["t"] / 2), abs=1e-12)
        if row["decay"] == "decoupled" or q == 2:
            assert off < 1e-7
        elif row["t"] > 0.2:
            assert row["balance"] < row["law"] - 0.05


def test_balance_under_coupled_decay_is_that_of_small_steps(rows):
    found = [row for row in rows("balance") if row["decay"] == "coupled" and row["q"] == 1.5]
    w, steps = np.array([1.2, 0.4]), 20_000
    for k in range(steps):
        if k == steps // 2:
            half = w
        argument = (w.prod() - 1) * w[::-1] + w / 2
        w = w - 1.0 / steps * np.sign(argument) * np.sqrt(np.abs(argument))
    for moment, sizes in ((0.5, half), (1.0, w)):
        row = min(found, key=lambda r: abs(r["t"] - moment))
        assert row["t"] == pytest.approx(moment, abs=1e-12)
        assert row["balance"] == pytest.approx(sizes[0] ** 1.5 - sizes[1] ** 1.5, abs=1e-4)


def test_origin(rows):
    for row in rows("origin"):
        depth, a = row["L"], row["a"]
        if row["decay"] == "decoupled":
            expected = a ** ((depth - 1) / 2) - a / 2
        else:
            argument = a ** (depth - 1) - a / 2
            expected = np.sign(argument) * abs(argument) ** 0.5
        assert row["velocity"] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    near = {(row["decay"], row["L"]): row["velocity"] for row in rows("origin") if row["a"] < 1.01e-4}
    assert [near["decoupled", depth] > 0 for depth in (2, 3, 4, 5)] == [True, True, False, False]
    assert [near["coupled", depth] > 0 for depth in (2, 3, 4, 5)] == [True, False, False, False]


def test_stationary(rows):
    exponents = {"3/2": 1.5}
    found = rows("stationary")
    for row in found:
        q, depth, x, alpha = exponents.get(row["q"], row["q"]), row["L"], row["x"], row["alpha"]
        if q == 1:
            assert x == pytest.approx(min(1.0, alpha**-depth), rel=1e-9)
            continue
        p = conjugate(q)
        assert 1 - x == pytest.approx(alpha ** (p - 1) * x ** (p / depth - 1), rel=1e-9, abs=1e-12)
        r = p / depth
        bends = r - 1 < -1e-9 and x < (1 - r) / (2 - r) - 1e-6
        if row["branch"] != "fold":
            assert (row["branch"] == "inner") == bends
    folds = {(row["q"], row["L"]): row for row in found if row["branch"] == "fold"}
    assert set(folds) == {(2.0, 3.0), (2.0, 4.0), ("3/2", 4.0)}
    for (q, depth), row in folds.items():
        p = conjugate(exponents.get(q, q))
        r = p / depth
        assert row["x"] == pytest.approx((1 - r) / (2 - r), abs=1e-6)
        assert row["alpha"] == pytest.approx((1 / (2 - r) * ((1 - r) / (2 - r)) ** (1 - r)) ** (1 / (p - 1)), rel=1e-9)


def test_feature(rows):
    for row in rows("feature"):
        m, x0 = row["m"], row["x_0"]
        assert m < 1 or x0 > 0
        if x0 > 0:
            cost, _ = quad(lambda s: exp((1 - m) * s) / (1 - exp(s)), log(x0), log(0.5), epsabs=0, epsrel=1e-9)  # noqa: B023
        else:
            cost, _ = quad(lambda x: 1 / (1 - x), 0, 0.5, weight="alg", wvar=(-m, 0))
        assert row["N_half"] == pytest.approx(cost, rel=1e-6)


def test_order(rows):
    found = rows("order")
    for row in found:
        q, b = row["q"], row["b"]
        fit, _ = quad(lambda x: 0.5, 0, b, weight="alg", wvar=(-q / 2, 1 - q))  # of 1/(L x^m (b - x)^(q - 1))
        assert row["T"] == pytest.approx(fit, rel=1e-6)
    for q in {row["q"] for row in found}:
        times = [row["T"] for row in found if row["q"] == q]
        assert np.sign(times[-1] / times[0] - 1) * (abs(q - 4 / 3) > 1e-9) == np.sign(round(4 / 3 - q, 9))


def test_bad_files_are_refused_in_one_line_before_anything_is_drawn(tmp_path):
    def never() -> Picture:
        raise AssertionError("drawn")

    for path, message in (
        (tmp_path / "phase.eps", "out must be a file .svg, .png or .pdf, got"),
        (tmp_path / "none" / "phase.svg", "out must be in an existing folder, got"),
    ):
        with pytest.raises(InvalidArgument) as error:
            write(never, path)
        assert message in str(error.value)
        assert "\n" not in str(error.value)


def test_a_table_of_something_else_is_not_lost(tmp_path):
    drawn, mine = tmp_path / "phase.png", tmp_path / "phase.csv"
    mine.write_text("day,litres\n1,2\n", encoding="utf-8")
    with pytest.raises(InvalidArgument, match="out must be beside no other .csv file of that name, got"):
        write(PICTURES["phase"], drawn)
    assert (mine.read_text(encoding="utf-8"), drawn.exists()) == ("day,litres\n1,2\n", False)
    mine.unlink()
    write(PICTURES["phase"], drawn)
    before = mine.read_bytes()
    write(PICTURES["phase"], drawn)  # over its own
    assert mine.read_bytes() == before
