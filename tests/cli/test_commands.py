"""The command line: what it prints, its exit codes, and one line for every wrong input."""

import json
import os
import re
import textwrap

import pytest
import sympy
from commandline import ROOT, command
from thinning import thinned

from mirrortheory.check import find
from mirrortheory.domain import Domain
from mirrortheory.evidence import Evidence, Verdict
from mirrortheory.exact import Ball
from mirrortheory.laws import comparison

QUICK = "energy_decays_along_steepest_flow"

BROKEN = """
    from mirrortheory.check.claims import Claim
    CLAIM = Claim("raises", "", source="", scope="")
    def check():
        raise ZeroDivisionError("on purpose")
    MUTANTS = {"none": {}}
"""
FALSE = """
    import sympy
    from mirrortheory.check.claims import Claim
    from mirrortheory.domain import REALS, Domain
    from mirrortheory.evidence import Identity
    CLAIM = Claim("false", "x = x + 1", source="this test", scope="all x")
    x = sympy.Symbol("x", real=True)
    def check(shift=1):
        yield Identity(x, x + shift, on=Domain({x: REALS}))
    MUTANTS = {"two": {"shift": 2}}
"""


def ball(entry):
    return Ball(entry["mid"], entry["rad"])


def test_check_prints_json_and_exits_0():
    finished = command("check", QUICK, "balance_decays_under_coupled_decay", "--json", "--jobs", "2")
    assert finished.returncode == 0
    written = json.loads(finished.stdout)
    proved, refuted = written["claims"]
    assert (proved["name"], proved["verdict"], proved["expected"]) == (QUICK, "PROVED", "PROVED")
    assert refuted["verdict"] == refuted["expected"] == "REFUTED"
    witness = refuted["evidence"][0]["witness"]
    assert {"q", "alpha", "w1", "w2", "lhs", "rhs"} <= set(witness)
    assert 1 <= sympy.Rational(witness["q"]) < 2


def test_a_differing_verdict_and_a_broken_check_exit_1_and_the_others_still_run(tmp_path):
    for name, text in (("raises", BROKEN), ("false", FALSE), ("syntax", "def")):
        (tmp_path / f"{name}.py").write_text(textwrap.dedent(text), encoding="utf-8")
    finished = command("check", "--checks", str(tmp_path))
    assert finished.returncode == 1
    assert "0 of 3 claims" in finished.stdout
    assert "broken: raises: ZeroDivisionError: on purpose" in finished.stdout
    assert "broken: syntax: syntax.py does not run: SyntaxError" in finished.stdout
    assert re.search(r"^REFUTED: false: .*; lhs = .*; rhs = ", finished.stdout, re.MULTILINE)
    assert "Traceback" not in finished.stdout + finished.stderr


def test_names_are_not_folded_where_no_terminal_is():
    name = "balance_decays_under_coupled_decay"
    assert len(name) > 25
    finished = command("check", name)
    assert re.search(rf"^{name} +REFUTED +REFUTED ", finished.stdout, re.MULTILINE)


def test_report_is_written(tmp_path):
    target, site, certificates = tmp_path / "report.html", tmp_path / "site", tmp_path / "certificates"
    outputs = ("--report", str(target), "--site", str(site), "--certificates", str(certificates))
    assert command("check", QUICK, *outputs).returncode == 0
    text = target.read_text(encoding="utf-8")
    assert QUICK in text
    for name in (f"{os.path.relpath(ROOT / 'proofs_checks', tmp_path)}/{QUICK}.py", f"certificates/{QUICK}.json"):
        assert (tmp_path / name).is_file()
        assert f'href="{name}"' in text
    for name in ("index.html", f"claims/{QUICK}.html", f"sources/{QUICK}.py", f"certificates/{QUICK}.json"):
        assert (site / name).is_file()


def test_list_and_show():
    listed = command("list")
    assert listed.returncode == 0
    assert sorted(line.split()[1] for line in listed.stdout.splitlines()) == sorted(p.stem for p in find(ROOT / "proofs_checks"))
    shown = command("show", QUICK)
    assert shown.returncode == 0
    assert "source: arXiv:2603.02064" in shown.stdout
    assert "mutants: squared norm" in shown.stdout


def test_derive_json_has_the_documented_keys_and_certified_values():
    arguments = ("--depth", "2", "--q", "2", "--imbalance", "0,3", "--at", "17/10", "--digits", "40", "--json")
    finished = command("derive", *arguments)
    assert finished.returncode == 0
    found = json.loads(finished.stdout)
    keys = {"invariants", "balance_law", "inverse_metric", "mirror_map", "potential", "conjugate", "bregman", "validity"}
    assert keys | {"values"} <= set(found)
    assert found["mirror_map"] == "asinh(2*x/3)/2"
    exact = {
        "x": sympy.Rational(17, 10),
        "hessian": 1 / sympy.sqrt(9 + 4 * sympy.Rational(17, 10) ** 2),
        "mirror_map": sympy.asinh(sympy.Rational(17, 15)) / 2,
    }
    for name, value in exact.items():
        entry = found["values"][name]
        assert abs(sympy.N(value, 60) - sympy.Rational(entry["mid"])) <= sympy.Rational(entry["rad"])
        assert sympy.Rational(entry["rad"]) < sympy.Rational(1, 10**40)


def test_derive_initial_says_that_r_is_not_shifted():
    finished = command("derive", "--depth", "2", "--q", "2", "--initial", "1,1/2", "--json")
    found = json.loads(finished.stdout)
    assert found["imbalance"] == ["3/4", "0"]
    assert found["x0"] == "1/2"
    assert "not shifted" in found["normalisation"]


def test_derive_latex_and_decay():
    arguments = ("--depth", "2", "--q", "q", "--decay", "coupled", "--alpha", "alpha", "--format", "latex")
    finished = command("derive", *arguments)
    assert finished.returncode == 0
    assert r"\left|{w_{1}}\right|^{q}" in finished.stdout
    assert r"\text{(no constant multiple of it)}" in finished.stdout


@thinned(
    ("arguments", "message"),
    [
        ("derive --q 3", "q must be an exact rational in [1, 2] or a positive symbol, got 3; write"),
        ("derive --q 1.5.0", "q must be an exact rational, got 1.5.0; write an integer or a fraction such as 3/2"),
        ("derive --q __import__('os')", "q must be an exact rational, got __import__('os'); write"),
        ("derive --depth 0", "depth must be an integer from 1 to 8, got 0; write"),
        ("derive --depth 1.5", "depth must be an integer from 1 to 8, got 1.5; write"),
        ("derive --decay decoupled --alpha -1", "alpha must be an exact rational >= 0, got -1; write"),
        ("derive --decay decoupled", "alpha must be given with a decay, got nothing; add"),
        ("derive --alpha 1", "alpha must be absent without decay, got 1; add"),
        ("derive --decay decoupled --alpha 1-t", "alpha must be >= 0 at all times, got 1 - t, which is negative at t = 2; if it"),
        ("derive --decay decoupled --alpha 1/t", "alpha must be integrable, got 1/t, which is not defined near t = 0; write"),
        ("derive --decay decoupled --alpha t^^2", "alpha must be a complete formula, not nested deeply, got t^^2; write"),
        (
            "derive --decay decoupled --alpha 1/(1+t) --imbalance 0,t",
            "imbalance must be named as nothing else in the forms is, got t",
        ),
        ("derive --decay coupled --alpha 1/(1+t) --reparam separable --map t*u --weights t,u", "weights must be no t where decay"),
        ("derive --decay sometimes", "decay must be none, decoupled or coupled, got sometimes; write"),
        ("derive --imbalance 1,2", "imbalance must be 0 for at least one layer, got 1,2; write"),
        ("derive --imbalance 0,1,2", "imbalance must be one entry for each of 2 layers, got 0,1,2; write"),
        ("derive --imbalance 0,-1", "imbalance must be nonnegative in every entry, got 0,-1; write"),
        ("derive --initial 1", "initial must be 2 weights, one a layer, got 1; write"),
        ("derive --initial 1,2 --imbalance 0,1", "imbalance must be absent when initial weights are given"),
        (
            "derive --reparam cube",
            "reparam must be one of exp, log-difference, mask, power-difference, powers-product, product, separable",
        ),
        ("derive --at 1/10.5", "at must be an exact rational, got 1/10.5; write an integer"),
        ("derive --at 1 --digits 0", "digits must be an integer from 1 to 10000, got 0; write"),
        ("derive --depth 3 --at 0", "R'(0) is infinite here; choose x != 0"),
        ("derive --format yaml", "format must be one of text, latex, python, numpy, torch, got yaml; write"),
        ("check balance_is_conserved", "got balance_is_conserved; did you mean balance_is_conserved_for_products"),
        ("check zzzzzz", "claim must be the name of a theorem file, got zzzzzz; see mirrortheory list"),
        ("check --checks /nowhere", "checks must be a readable folder, got /nowhere; no such file or directory"),
        ("check --jobs 0", "jobs must be an integer from 1 to 64, got 0; write"),
        ("check --seed x", "seed must be an integer from 0 to 4294967296, got x; write"),
        ("check --report page.pdf", "report must be a file .html, .htm or .tex, got page.pdf; write for example report.html"),
        ("check --report /nowhere/x.html", "report must be in an existing folder, got /nowhere/x.html; make"),
        ("check --json x.json", "json must be without a file, got x.json; write --json > x.json"),
        ("show energy", "did you mean energy_decays_along_steepest_flow"),
    ],
    every=5,
)
def test_wrong_input_gives_one_line_and_exit_2(arguments, message):
    finished = command(*arguments.split())
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr.startswith("error: ")
    assert finished.stderr.count("\n") == 1
    assert message in finished.stderr


def test_unknown_option_exits_2():
    finished = command("check", "--no-such-option")
    assert finished.returncode == 2
    assert "Traceback" not in finished.stderr


def test_rates_beyond_the_doubles_are_shown():
    assert command("escape", "--depth", "8", "--start", "1e-60").stdout.split()[-1] == "1.66667e+359"


def test_certificates_are_written_and_rechecked(tmp_path):
    folder = tmp_path / "certificates"
    assert command("check", QUICK, "balance_decays_under_coupled_decay", "--certificates", str(folder)).returncode == 0
    rechecked = command("recheck", str(folder))
    assert rechecked.returncode == 0
    assert rechecked.stdout.splitlines() == [
        f"accepted {folder / 'balance_decays_under_coupled_decay.json'}: REFUTED",
        f"accepted {folder / QUICK}.json: PROVED",
    ]
    target = folder / f"{QUICK}.json"
    target.write_text(target.read_text(encoding="utf-8").replace('["num", "-1"]', '["num", "-2"]', 1), encoding="utf-8")
    rechecked = command("recheck", str(folder))
    assert rechecked.returncode == 1
    assert f"REJECTED {target}: " in rechecked.stdout
    assert rechecked.stderr == ""


def test_recheck_of_nothing_is_refused(tmp_path):
    for folder, reason in ((tmp_path, "with certificates (*.json)"), (tmp_path / "absent", "readable folder")):
        finished = command("recheck", str(folder))
        assert finished.returncode == 2
        assert reason in finished.stderr
        assert finished.stderr.count("\n") == 1


def test_legendre_table_shows_the_line():
    finished = command("legendre", "--q", "3/2,2", "--depth", "2,3,4")
    assert finished.returncode == 0
    rows = [line for line in finished.stdout.splitlines() if line.startswith(("3/2", "2 "))]
    assert [(*row.split()[:4], "PROVED" in row) for row in rows] == [
        ("3/2", "2", "<", "3", True),
        ("3/2", "3", "=", "3", True),
        ("3/2", "4", ">", "3", False),
        ("2", "2", "=", "2", True),
        ("2", "3", ">", "2", False),
        ("2", "4", ">", "2", False),
    ]
    assert "REFUTED m_oo = 4/3 > 1" in rows[4]
    assert "(so it is in 6 of 6 rows)" in finished.stdout
    assert "mirrortheory check mirror_map_is_onto_up_to_the_conjugate_depth" in finished.stdout
    assert all(len(line) <= 80 for line in finished.stdout.splitlines())


def test_legendre_table_of_a_symbol_names_the_condition_and_one_row_its_evidence():
    row = command("legendre", "--q", "q", "--depth", "3", "--smallest", "1")
    assert "UNDECIDED m_oo = 2*q/3 <= 1" in row.stdout
    assert "R' onto: UNDECIDED: diverges iff m_oo = 2*q/3 <= 1" in " ".join(row.stdout.split())
    whole = command("legendre", "--q", "1,2", "--depth", "2", "--domain", "R")
    assert "REFUTED" in whole.stdout
    assert "VACUOUS" in whole.stdout
    assert "(b) essential smoothness" in whole.stdout


def test_a_map_of_ones_own_is_derived():
    finished = command(
        *[
            "derive",
            "--reparam",
            "separable",
            "--map",
            "u**2-v**2",
            "--weights",
            "u,v",
            "--initial",
            "2,1",
            "--at",
            "1",
            "--digits",
            "20",
        ]
    )
    assert finished.returncode == 0
    assert "mirror map R'(x): asinh(x/4)/4" in finished.stdout


@thinned(
    ("arguments", "message"),
    [
        (
            "derive --reparam separable --map u**2-v**2",
            "weights must be given for separable, got nothing; add for example --weights",
        ),
        ("derive --reparam separable --weights u", "map must be given for separable, got nothing; add for example --map"),
        ("derive --reparam separable --map u --weights u,u", "weights must be different names"),
        ("derive --reparam separable --map u --weights u;v", "weights must be names such as u or w_1, got u;v"),
        ("derive --reparam separable --map 9**9**9*u --weights u", "map must be free of exponents and roots beyond 64"),
        ("derive --reparam separable --map a*u;a*v --weights a,u,v", "no mirror flow: the fields of x1 and x2 do not commute"),
        ("derive --reparam tempered", "tau must be given for tempered, got nothing; add for example --tau 1/2"),
        ("derive --reparam powers-product --powers 2", "powers must be given for powers-product, got nothing; add for example"),
        ("legendre --q 3", "q must be an exact rational in [1, 2]"),
        ("legendre --domain C", "domain must be natural, R or half-line, got C"),
        ("legendre --depth 9", "depth must be an integer from 1 to 8, got 9"),
    ],
    every=4,
)
def test_wrong_maps_are_refused_in_one_line(arguments, message):
    finished = command(*arguments.split())
    assert finished.returncode == 2
    assert finished.stderr.count("\n") == 1
    assert message in finished.stderr


def test_a_map_needs_no_name():
    assert "R'(x): atan(x)\n" in command("derive", "--map", "sinh(u)", "--weights", "u").stdout


def test_published_potential_limits_and_factor():
    shown = command("derive", "--imbalance", "0,3", "--factor", "2", "--limits", "--compare", "x*asinh(2*x/3) - sqrt(x**2 + 9/4)")
    assert shown.returncode == 0, shown.stderr
    assert "mirror map R'(x): asinh(2*x/3)" in shown.stdout
    assert "R is multiplied by 2" in shown.stdout
    assert "R'(x) = log(4*x/3) + 9/(16*x**2) + O(x**(-4)) as x -> oo" in shown.stdout
    assert "compared with the published potential: PROVED: 1 times the derived potential on x in R, up to" in shown.stdout
    printed = command("derive", "--depth", "3", "--imbalance", "0,1,3", "--q", "1", "--compare", "x**2")
    assert "REFUTED: no multiple of the derived potential" in printed.stdout
    assert printed.returncode == 1  # as of a conjecture that is refuted
    named = command("derive", "--imbalance", "0,lam", "--q", "1")
    assert "inverse mirror map x(y): y*(lam + y)" in named.stdout


@pytest.mark.slow
def test_long_constants_are_named():
    long = ("--reparam", "separable", "--map", "u**2 - exp(v)", "--weights", "u,v", "--initial", f"{10**300},1/{10**300}")
    printed = command("derive", *long, "--seconds", "60")
    assert "inverse mirror map x(y): exp(4*y + 4*c1)" in printed.stdout
    assert "\nconstants:\n  c1 = " in printed.stdout
    assert "c1" in command("derive", *long, "--format", "python").stdout


def test_values_far_out_and_at_a_dual_variable():
    found = command("derive", "--reparam", "log-difference", "--initial", "2,1", "--at", "25", "--digits", "20")
    assert "hessian = 9.643749239819588915083e-22" in found.stdout  # 5/4 / cosh(25)^2
    found = command("derive", "--depth", "3", "--imbalance", "0,1,2", "--at-dual", "5/4", "--digits", "20")
    assert "values at y = 5/4, enclosed:\n  x = 4399.4135822617050139757 +/- " in found.stdout


@thinned(
    ("arguments", "message"),
    [
        (("--factor", "-1"), "factor must be positive, got -1"),
        (("--compare", "x**2 + a"), "compare must be"),
        (("--compare", "3*x"), "published must be a potential with R'' != 0"),
        (("--format", "numpy", "--at", "2"), "at must be absent with --format numpy"),
        (("--format", "numpy", "--compare", "x**2"), "compare must be absent with --format numpy, got x**2; ask for it as text"),
        (("--format", "python", "--limits"), "limits must be absent with --format python"),
        (("--at", "1", "--at-dual", "2"), "at-dual must be absent with --at"),
        (("--imbalance", "0,1", "--at-dual", "half"), "at-dual must be an exact rational, got half; write an integer"),
        (("--format", "numpy", "--q", "q"), "q is a symbol"),
        (("--imbalance", "0,2lam"), "imbalance must be"),
        (
            ("--reparam", "product", "--map", "tanh(u)", "--weights", "u"),
            "map must be absent for product, got tanh(u); product takes depth",
        ),
        (("--reparam", "mask", "--depth", "5"), "depth must be absent for mask, got 5; mask takes no option"),
        (("--tau", "1/2"), "tau must be absent for product"),
        (("--seconds", "0"), "seconds must be an integer from 1 to 1000000, got 0"),
        (("--initial", "1.2.4,2"), "initial must be an exact rational, got 1.2.4; write an integer"),
    ],
    every=3,
)
def test_wrong_options_of_derive_give_one_line(arguments, message):
    finished = command("derive", *arguments)
    assert finished.returncode == 2
    assert message in finished.stderr
    assert len(finished.stderr.splitlines()) == 1


@pytest.mark.parametrize(("verdict", "code"), [("SUPPORTED", 0), ("UNDECIDED", 3), ("VACUOUS", 3), ("REFUTED", 1)])
def test_a_comparison_ends_with_the_exit_code_of_a_conjecture(verdict, code, monkeypatch):
    evidence = Evidence("ring", Verdict[verdict], "R_published'' = c R''", "by hand", witness={"x": "1"})
    monkeypatch.setattr(comparison, "compare", lambda *_: comparison.Comparison(sympy.S.One, Domain({}), (evidence,)))
    finished = command("derive", "--compare", "x**2")
    assert f"compared with the published potential: {verdict}" in finished.stdout
    assert finished.returncode == code
