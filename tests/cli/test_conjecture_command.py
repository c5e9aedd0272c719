"""``conjecture`` and ``new-check``: what is printed, exit codes, files, JSON, and one line for every wrong input."""

import json
import re
from pathlib import Path

import pytest
from commandline import answered

ROOT = Path(__file__).parents[2]
SHOWN = re.compile(r"```sh\nmirrortheory conjecture (.*?)\n```\n\n```text\n(.*?)```", re.DOTALL)
PAGE = (ROOT / "docs" / "conjectures.md").read_text(encoding="utf-8")
SCHEMA = {"command", "version", "conjecture", "flow", "on", "verdict", "mutants", "why", "witness", "python", "nearest"}
RATIO = ("|w_1|^q |w_2|^(-q)", "--conserved")
BALANCE = ("abs(w1)**q - abs(w2)**q", "--conserved")


@pytest.fixture
def run():
    return answered


@pytest.fixture
def write(tmp_path):
    def write(text):
        (tmp_path / "it.toml").write_text(text, encoding="utf-8")
        return tmp_path / "it.toml"

    return write


def test_what_the_pages_show_is_what_is_printed(run):
    pages = PAGE + "".join((ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/tour.md", "docs/recipes.md"))
    shown = SHOWN.findall(pages)
    assert len(shown) >= 3
    for line, printed in shown:
        arguments = [quoted or bare for quoted, bare in re.findall(r"'(.*?)'|(\S+)", line)]
        code, out, _ = run("conjecture", *arguments)
        assert out.startswith(printed)
        assert code == (1 if "REFUTED" in printed else 0)


@pytest.mark.parametrize(
    ("arguments", "code", "verdict"),
    [
        (BALANCE, 0, "PROVED, no mutants"),
        ((*BALANCE, "--q", "1", "--decay", "decoupled", "--alpha", "1/2"), 1, "REFUTED"),
        (("1/(x - 1)", "--at-most", "5"), 3, "UNDECIDED"),
        (("x", "--equals", "x", "--where", "x > 1", "--where", "x < 1"), 3, "VACUOUS"),
        (("tanh(x)", "--at-most", "x", "--where", "x > 0"), 0, "SUPPORTED, no mutants"),
        (("hessian", "--equals", "1/sqrt(4x^2 + lam^2)", "--q", "2", "--imbalance", "0,lam"), 0, "PROVED, no mutants"),
        (("u^2 - 2v^2", "--conserved", "--map", "u^2 v", "--weights", "u,v", "--q", "2"), 0, "PROVED, no mutants"),
        (("u^q/2 - v^q/3", "--conserved", "--reparam", "powers-product", "--powers", "2,3", "--q", "2"), 0, "PROVED, no mutants"),
    ],
)
def test_exit_code_and_verdict(run, arguments, code, verdict):
    found, out, err = run("conjecture", *arguments)
    assert f"\nverdict: {verdict}\n" in out
    assert (found, err) == (code, "")


def test_a_file_says_the_same_as_options(run, write):
    options = ("conjecture", "u^2 - v^2", "--conserved", "--map", "u^2 v", "--weights", "u,v", "--q", "2", "--where", "u > v")
    from_page = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1]
    assert run("conjecture", write(from_page)) == run(*options)
    lists = (
        'formula = "hessian"\nequals = "1/sqrt(4x^2 + 9)"\nq = 2.0\nimbalance = [0, 3]\nseed = 1\nseconds = 30\nwhere = "x > 1/2"'
    )
    assert run("conjecture", write(lists))[0] == 0
    assert (
        run("conjecture", write('formula = "|w1| - |w2|"\nrate = "-(|w1| - |w2|)/10"\nq = 1\ndecay = "decoupled"\nalpha = 0.1'))[0]
        == 0
    )


def test_json_has_the_documented_keys(run):
    for arguments, code in ((RATIO, 1), (BALANCE, 0)):
        found, out, _ = run("conjecture", *arguments, "--json")
        document = json.loads(out)
        assert set(document) == SCHEMA
        assert (found, document["command"]) == (code, "conjecture")
        assert (document["witness"] is None) == (document["python"] is None) == (code == 0)


def test_the_options_and_keys_are_documented(run):
    _, printed, _ = run("conjecture", "--help")
    for option in set(re.findall(r"--[a-z-]+", printed)) - {"--help"}:
        assert option in PAGE or f"`{option[2:]}`" in PAGE, option


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("w1",), "the relation must be one of conserved, rate, equals and at-most, got nothing"),
        (("w1", "--conserved", "--equals", "3"), "got conserved, equals; leave out all but one"),
        (("w1", "--conserved", "--rate", "0"), "got conserved, rate"),
        (("w3", "--conserved"), "formula must be a formula in known symbols, got w3; write one of w1, w2, q, pi, x"),
        (("w1", "--conserved", "--q", "3"), "q must be an exact rational in [1, 2]"),
        (("w1", "--conserved", "--q", "two"), "q must be an exact rational, got two"),
        (("w1", "--conserved", "--depth", "9"), "depth must be an integer from 1 to 8, got 9"),
        (("w1", "--conserved", "--decay", "some"), "decay must be none, decoupled or coupled, got some"),
        (("w1", "--conserved", "--alpha", "1"), "alpha must be absent without decay"),
        (("alpha w1", "--conserved"), "it is the rate of a decay; add --decay decoupled"),
        (("u", "--conserved", "--weights", "u"), "map must be given for separable, got nothing; add for example --map"),
        (("u", "--conserved", "--map", "u v", "--weights", "u,t"), "map must be a formula in known symbols, got v"),
        (
            ("t", "--conserved", "--map", "u t", "--weights", "u,t", "--decay", "coupled", "--alpha", "1/(1+t)"),
            "weights must be no t",
        ),
        (("w1", "--equals", "w1", "--imbalance", "0,3"), "imbalance must be absent where no potential is named, got 0,3"),
        (("hessian", "--conserved"), "it is a function of x"),
        (
            ("potential", "--equals", "x", "--depth", "3", "--q", "2", "--imbalance", "0,1,2"),
            "potential failed; it is known along a curve",
        ),
        (("w1", "--conserved", "--seconds", "0"), "seconds must be an integer from 1 to 1000000, got 0"),
        (("w1", "--conserved", "--where", "w1 = 2"), "where must be free of equalities"),
        (("__import__('os')", "--conserved"), "formula must be a formula, got"),
        (("nowhere.toml",), "nowhere.toml must be a readable TOML file"),
        (("nowhere.toml", "--depth", "3"), "depth must be absent with a file, got 3; write it in nowhere.toml"),
    ],
)
def test_wrong_input_gives_one_line_and_exit_2(run, arguments, message):
    code, out, err = run("conjecture", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert message in err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('formula = "w1"\nconservd = true', "got conservd; did you mean conserved?"),
        ('formula = "w1"\nconserved = "yes"', "conserved must be true or false, without quotes, got yes"),
        ('formula = "w1"\nconserved = false', "one of conserved, rate, equals and at-most, got nothing"),
        ("conserved = true", "formula must be given, got nothing; add for example formula ="),
        ("formula = 3\nconserved = true", "formula must be text, got 3"),
        ('formula = "w1"\nconserved = true\nq = [1, 2]', "q must be text or a number, got [1, 2]"),
        ('formula = "w1"\nconserved = true\ndepth = true', "depth must be text or a number, got True"),
        (
            'formula = "u"\nconserved = true\nweights = "u"',
            'map must be given for separable, got nothing; add for example map = "u**2*v"',
        ),
        ('formula = "w1 + beta"\nconserved = true', "formula must be a formula in known symbols, got beta"),
        ('formula = "w1', "must be TOML, got line 1"),
    ],
)
def test_wrong_files_give_one_line_that_names_the_file(run, write, text, message):
    code, out, err = run("conjecture", write(text))
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {write(text)}")
    assert err.count("\n") == 1
    assert message in err


def test_new_check_writes_a_file_that_is_checked_and_keeps_one_that_is_there(run, tmp_path):
    code, out, _ = run("new-check", "my_first", "--folder", tmp_path)
    path = tmp_path / "my_first.py"
    assert (code, out) == (0, f"written: {path}; now: mirrortheory check {path}\n")
    path.write_text(path.read_text(encoding="utf-8") + "MUTANTS = {}\n", encoding="utf-8")
    kept = path.read_text(encoding="utf-8")
    code, _, err = run("new-check", "my_first", "--folder", tmp_path)
    assert (code, path.read_text(encoding="utf-8")) == (2, kept)
    assert "name must be of a new file" in err
    assert "folder must be one that can be written to" in run("new-check", "other", "--folder", tmp_path / "absent")[2]
    assert "name must be made of small letters" in run("new-check", "../other")[2]


@pytest.mark.slow
def test_a_claim_without_mutants_is_checked_by_its_path_and_says_so(run, tmp_path):
    path = tmp_path / "my_first.py"
    assert run("new-check", "my_first", "--folder", tmp_path)[0] == 0
    path.write_text(path.read_text(encoding="utf-8") + "MUTANTS = {}\n", encoding="utf-8")
    code, out, _ = run("check", path)
    assert code == 0
    assert re.search(r"^my_first +PROVED \(1\) +PROVED ", out, re.MULTILINE)
    assert "\n(1) PROVED, no mutants, so nothing shows that the check can fail\n" in out
