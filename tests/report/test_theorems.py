"""``check --report FILE.tex``: an environment for each claim that says no more than its verdict, in a document that compiles."""

import shutil
import subprocess

import pytest
from theorems import FILES

from mirrortheory.check import Claim, Outcome, load
from mirrortheory.evidence import Evidence, Verdict
from mirrortheory.report.theorems import as_theorems


def outcome(verdict, **more):
    claim = Claim("a_name_of_100_percent", r"x_1 \le \tfrac12", source="A & B (2020), #3", scope="x_1 > 0; {q}", on_paper=("50 %",))
    return Outcome(claim, "", verdict, **more)


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (Verdict.PROVED, "theorem"),
        (Verdict.DERIVED, "derivedstatement"),
        (Verdict.SUPPORTED, "conjecture"),
        (Verdict.UNDECIDED, "conjecture"),
        (Verdict.VACUOUS, "conjecture"),
        (Verdict.REFUTED, "falsestatement"),
    ],
)
def test_no_environment_says_more_than_the_verdict(verdict, kind):
    written = as_theorems([outcome(verdict)], versions={"sympy": "1"})
    holds = verdict in (Verdict.PROVED, Verdict.DERIVED, Verdict.SUPPORTED)
    earned = f"{verdict}, given what is on paper" if holds else verdict
    assert rf"\begin{{{kind}}}[{earned}]\label{{a_name_of_100_percent}}" in written
    assert rf"\end{{{kind}}}" in written
    assert r"Scope: x\_1 \textgreater{} 0; \{q\}. Source: A \& B (2020), \#3. On paper: 50 \%." in written


def test_a_broken_check_proves_nothing():
    assert r"\begin{conjecture}[BROKEN]" in as_theorems([outcome(Verdict.UNDECIDED, broken="it raised")], versions={})


def test_a_false_statement_has_its_witness():
    evidence = Evidence("sampled", Verdict.REFUTED, "", "", witness={"x_1": "1/2", "lhs": "3 +/- 0"})
    written = as_theorems([outcome(Verdict.REFUTED, evidence=(evidence,))], versions={})
    assert r"Fails at: x\_1 = 1/2; lhs = 3 +/- 0." in written


@pytest.mark.slow
def test_pdflatex_compiles_all_claims(tmp_path):
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed (Debian: texlive-latex-base)")
    outcomes = [Outcome(load(path).claim, "", load(path).claim.expect) for path in FILES]
    (tmp_path / "all.tex").write_text(as_theorems(outcomes, versions={}), encoding="utf-8")
    call = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
