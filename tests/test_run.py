"""Workers: a theorem file that hangs, dies or eats memory makes its claim UNDECIDED, and the others finish."""

import textwrap

import pytest

from mirrortheory.evidence import Verdict
from mirrortheory.run import Limits, run

GOOD = """
    import sympy
    from mirrortheory.claims import Claim
    from mirrortheory.domain import REALS, Domain
    from mirrortheory.evidence import Identity
    CLAIM = Claim("{name}", "x + x = 2x", source="this test", scope="all x")
    x = sympy.Symbol("x", real=True)
    def check(factor=2):
        {before}
        yield Identity(x + x, factor * x, on=Domain({{x: REALS}}))
    MUTANTS = {{"3x": {{"factor": 3}}}}
"""


def write(folder, name, before="pass"):
    path = folder / f"{name}.py"
    path.write_text(textwrap.dedent(GOOD).format(name=name, before=before), encoding="utf-8")
    return path


def test_outcomes_come_in_the_order_of_the_files(tmp_path):
    paths = [write(tmp_path, name) for name in ("b", "a", "c")]
    seen = []
    outcomes = run(paths, jobs=2, each=seen.append)
    assert [o.claim.name for o in outcomes] == ["b", "a", "c"]
    assert {o.verdict for o in outcomes} == {Verdict.PROVED}
    assert sorted(o.claim.name for o in seen) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ("import os; os.kill(os.getpid(), 9)", "the worker died with exit code -9"),
        ("import os; os._exit(3)", "the worker died with exit code 3"),
        ("import time; time.sleep(600)", "no verdict within 8 s"),
        ("raise KeyError('nothing there')", "KeyError: 'nothing there'"),
    ],
)
def test_a_broken_worker_takes_no_other_claim_with_it(tmp_path, before, reason):
    paths = [write(tmp_path, "bad", before), write(tmp_path, "good")]
    bad, good = run(paths, jobs=1, limits=Limits(seconds=8))
    assert bad.verdict is Verdict.UNDECIDED
    assert not bad.as_expected
    assert bad.broken == reason
    assert good.verdict is Verdict.PROVED
    assert good.as_expected


def test_out_of_memory_is_said(tmp_path):
    path = write(tmp_path, "greedy", "block = bytearray(4 * 2**30)")
    (outcome,) = run([path], limits=Limits(memory=2 * 2**30))
    assert outcome.verdict is Verdict.UNDECIDED
    assert "memory" in outcome.broken.lower()


def test_the_seed_reaches_the_worker(tmp_path):
    path = write(tmp_path, "seeded")
    text = path.read_text(encoding="utf-8").replace("factor=2", "factor=3").replace('"factor": 3', '"factor": 4')
    path.write_text(text, encoding="utf-8")
    witnesses = [run([path], seed=seed)[0].evidence[0].witness for seed in (1, 1, 2)]
    assert witnesses[0] == witnesses[1] != witnesses[2]
