"""The statement that a flow has so many laws: its verdicts, and what the kernel makes of certificates and of tampered ones."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sympy

from mirrortheory import HasLaws, InvalidArgument, Verdict, kernel, recount
from mirrortheory.check.certificates import certificate

A, U, V, W, S = sympy.symbols("a u v w s", real=True)
GAINS = [A * U, A * V], [A, U, V]


def certified(statement):
    found = statement.examine(seed=0)
    return json.loads(json.dumps(certificate({"name": "t"}, [(statement, found)], found.verdict)))


@pytest.mark.parametrize(
    ("q", "count", "verdict"),
    [(2, 1, "PROVED"), (2, 0, "REFUTED"), (2, 2, "REFUTED"), ("3/2", 0, "PROVED"), (1, 0, "PROVED"), (1, 3, "REFUTED")],
)
def test_counts_of_two_gains_are_shown_and_certified(q, count, verdict):
    statement = HasLaws(*GAINS, q, count)
    assert statement.examine(seed=0).verdict.name == verdict == kernel.check(certified(statement))


@pytest.mark.parametrize(
    ("map_", "q", "given"),
    [
        (GAINS, 2, None),
        (GAINS, "3/2", "given links of columns that are not parallel are independent"),
        (([A * U], [A, U, V]), 1, "given links of columns that are not parallel are independent"),
    ],
)
def test_what_is_taken_from_paper_is_said(map_, q, given):
    count = HasLaws(*map_, q, 0).found.count
    detail = HasLaws(*map_, q, count).examine(seed=0).detail
    assert detail.endswith(given) if given else "given" not in detail


def test_a_letter_stands_for_all_exponents_but_finitely_many():
    statement = HasLaws(*GAINS, sympy.Symbol("q", positive=True), 0)
    assert kernel.check(certified(statement)) == "PROVED"


def test_momentum_has_laws_of_its_own():
    statement = HasLaws([A * U + S * V], [A, S, U, V], 2, 2, damping=1)
    assert kernel.check(certified(statement)) == str(statement.examine(seed=0).verdict) == "PROVED"
    other = certified(statement)
    other["statement"][0]["flow"]["damping"] = None  # with another friction it holds as well
    with pytest.raises(kernel.Rejected):
        kernel.check(other)


def test_where_the_two_sides_differ_nothing_is_claimed():
    outputs, weights = [(S + U) ** 3 + (S + V) ** 3 + (S + W) ** 3, S], [S, U, V, W]
    found = [HasLaws(outputs, weights, "3/2", count, at=(1, 2, 3, 4)) for count in (0, 1, 2)]
    assert [s.examine(seed=0).verdict.name for s in found] == ["UNDECIDED", "UNDECIDED", "REFUTED"]
    assert HasLaws(outputs, weights, "3/2", 0, at=(1, -2, 3, 4)).examine(seed=0).verdict is Verdict.PROVED


def test_a_cell_belongs_to_the_statement():
    outputs, weights = [(S + U) ** 3 + (S + V) ** 3 + (S + W) ** 3, S], [S, U, V, W]
    record = certified(HasLaws(outputs, weights, "3/2", 0, at=(1, -2, 3, 4)))
    record["statement"][0]["flow"]["cell"] = ["1", "2", "3", "4"]
    with pytest.raises(kernel.Rejected, match="no power|none of its base|in this cell"):
        kernel.check(record)


def tampered(change):
    record = certified(HasLaws(*GAINS, 2, 1))
    change(record["statement"][0], record["evidence"][0])
    return record


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda s, e: s.update(count=0), "earns REFUTED"),
        (lambda s, e: s.update(count=True), "no whole number"),
        (lambda s, e: s.pop("count"), "no whole number"),
        (lambda s, e: s["flow"].update(q="3/2"), "."),
        (lambda s, e: s["flow"].update(q="5"), "q must be"),
        (lambda s, e: s["flow"].pop("cell"), "a flow with laws is"),
        (lambda s, e: s.update(flow=[1]), "a flow with laws is"),
        (lambda s, e: s["flow"].update(map=s["flow"]["map"][:1]), "."),
        (lambda s, e: e["brackets"].update(laws=[]), "earns UNDECIDED"),
        (lambda s, e: e["brackets"].update(brackets=[]), "earns UNDECIDED"),
        (lambda s, e: e["brackets"].update(q="2"), "does not name the flow"),
        (lambda s, e: e["brackets"].pop("laws"), "other parts"),
        (lambda s, e: e.update(brackets=7), "does not name the flow"),
        (lambda s, e: e.pop("brackets"), "earns UNDECIDED"),
    ],
)
def test_tampered_counts_are_rejected(change, reason):
    with pytest.raises(kernel.Rejected, match=reason):
        kernel.check(tampered(change))


def test_the_kernel_alone_asks_for_the_program_that_counts(tmp_path):
    (tmp_path / "c.json").write_text(json.dumps(certified(HasLaws(*GAINS, 2, 1))))
    shutil.copy(kernel.__file__, tmp_path / "kernel.py")
    command = [sys.executable, "-P", str(tmp_path / "kernel.py"), str(tmp_path / "c.json")]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert run.returncode == 1
    assert "recount.py; put it beside this file" in run.stdout
    shutil.copy(recount.__file__, tmp_path / "recount.py")
    run = subprocess.run([sys.executable, *command[2:]], capture_output=True, text=True, cwd=tmp_path)
    assert (run.returncode, run.stdout.split(":")[-1].strip()) == (0, "PROVED")


@pytest.mark.parametrize("count", [-1, True, 1.0, "1"])
def test_a_count_is_a_whole_number(count):
    with pytest.raises(InvalidArgument, match="count must be a whole number"):
        HasLaws(*GAINS, 2, count)


def test_a_map_without_weights_is_refused_in_one_line():
    with pytest.raises(InvalidArgument, match="weights must be") as refused:
        HasLaws([A * U], [], 2, 0).examine(seed=0)
    assert "\n" not in str(refused.value)


def test_the_program_is_where_the_package_is():
    assert Path(recount.__file__).parent == Path(kernel.__file__).parent


SYMBOLS = {letter: ["sym", letter] for letter in "auv"}
LONG = ["add", SYMBOLS["a"], SYMBOLS["u"], SYMBOLS["v"], ["num", "1"]]


@pytest.mark.parametrize(
    "output",
    [
        ["pow", ["pow", ["add", SYMBOLS["a"], ["num", "1"]], ["num", "1000"]], ["num", "1000"]],
        ["pow", ["pow", LONG, ["num", "40"]], ["num", "3"]],
        ["pow", LONG, ["num", "100"]],
        ["pow", ["pow", ["pow", ["num", "3"], ["num", "1000"]], ["num", "1000"]], ["num", "1000"]],
        ["mul", *[["num", "9" * 1000]] * 2000],
        ["mul", *[["pow", LONG, ["num", "20"]]] * 9],
        ["num", "1", "x"],
        ["pow", SYMBOLS["a"], ["num", "2"], "x"],
    ],
)
def test_maps_that_would_be_long_are_rejected_at_once(output):
    record = tampered(lambda s, e: s["flow"].update(map=[output, SYMBOLS["u"]]))
    with pytest.raises(kernel.Rejected, match="too long|other parts"):
        kernel.check(record)


def test_brackets_that_would_take_long_are_rejected():
    outputs = [A**2 * U + V**3, 3 * A * V * U**2]
    record = certified(HasLaws(outputs, [A, U, V], 2, 0))
    deep = 0
    for place in range(12):
        deep = [deep, (place + 1) % 2]
    record["evidence"][0]["brackets"]["brackets"] = [0, 1, deep]
    with pytest.raises(kernel.Rejected, match="too much work"):
        kernel.check(record)
