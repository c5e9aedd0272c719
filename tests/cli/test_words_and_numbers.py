"""Inputs that mean something else than they look like: one right line each."""

import pytest
from commandline import command

PROBLEM = """
[flow]
reparam = "product"
depth = 2
q = 2

[problem]
kind = "quadratic"
Z = [[1]]
b = [1]

[run]
initial = [[1], ["1/2"]]
t_end = {end}
"""
NAMES = "imbalance must be rationals >= 0 and names such as lam, got {word}; {why}; write for example 3/2 or lam"


def refusal(*arguments, **options):
    finished = command(*arguments, **options)
    assert (finished.returncode, finished.stdout, finished.stderr.count("\n")) == (2, "", 1)
    return finished.stderr.removeprefix("error: ").rstrip("\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("nan", "NaN", "NAN"), "it is no number"),
        (("inf", "oo", "zoo", "Infinity"), "it is infinite"),
        (("pi", "I", "E"), "it is a constant"),
        (("lambda", "for", "None"), "it is a word of Python"),
    ],
)
def test_words_that_mean_something_are_no_names_of_an_imbalance(words, why):
    for word in words:
        assert refusal("derive", "--imbalance", f"0,{word}") == NAMES.format(word=word, why=why)


def test_names_that_mean_nothing_are_taken():
    for name in ("lam", "Lam", "nano", "e1"):
        assert f"imbalance:\n  0\n  {name}\n" in command("derive", "--imbalance", f"0,{name}").stdout


@pytest.mark.parametrize("word", ["pi", "lambda", "inf"])
def test_words_that_mean_something_are_no_weights(word):
    said = refusal("derive", "--reparam", "separable", "--map", "u*v", "--weights", f"u,{word}")
    assert said.startswith(f"weights must be names such as u or w_1, got {word}; it is ")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "legendre --smallest 7",
            "smallest must be at most the depth, which is 1 in a row, got 7; write 1 or fewer, or --depth 7 or more",
        ),
        ("legendre --smallest 4 --depth 3,5", "smallest must be at most the depth, which is 3 in a row, got 4; write 3 or fewer"),
        ("legendre --smallest 0 --depth 3", "smallest must be an integer from 1 to 8, got 0"),
        ("derive --digits 20", "digits must be absent where no value is asked for, got 20; add for example --at 1"),
        ("derive --digits 0", "digits must be absent where no value is asked for, got 0; add for example --at 1"),
        (
            "legendre --potential x**2 --digits 20",
            "digits must be absent where no value is asked for, got 20; add for example --at 1",
        ),
        (
            "derive --reparam product --map u*v",
            "map must be absent for product, got u*v; product takes depth; map is for separable",
        ),
        ("derive --map u*v", "weights must be given for separable, got nothing; add for example --weights u,v"),
        ("derive --map u*v --depth 2", "depth must be absent for separable, got 2; separable takes map, weights"),
        ("derive --reparam mask --map u*v", "map must be absent for mask, got u*v; mask takes no option; map is for separable"),
        ("derive --reparam separable --map u*v", "weights must be given for separable, got nothing; add for example --weights u,v"),
        ("derive --format json", "format must be one of text, latex, python, numpy, torch, got json; add --json instead"),
        ("derive --at inf", "at must be an exact rational, got inf; write an integer or a fraction such as 3/2"),
        ("derive --initial 1,pi", "initial must be an exact rational, got pi; write an integer or a fraction such as 3/2"),
    ],
)
def test_options_that_do_not_go_together_are_refused_for_the_right_reason(line, message):
    assert refusal(*line.split()).startswith(message)


@pytest.mark.parametrize("end", ["1e300", "1e12", f'"1{"0" * 30}"'])
def test_an_end_too_far_is_said_to_be_one(tmp_path, monkeypatch, end):
    monkeypatch.setattr("mirrortheory.flows.smooth.dop853._MAX_STEPS", 100)
    (tmp_path / "flow.toml").write_text(PROBLEM.format(end=end), encoding="utf-8")
    said = refusal("simulate", "flow.toml", cwd=tmp_path)
    assert said.startswith("100 steps reach only t = ")
    assert said.endswith(f" of {float(end.strip(chr(34))):g}: the flow is stiff, or its end too far; end before it")


@pytest.mark.parametrize("end", ["1e300", "1e200", f'"1{"0" * 30}"'])
def test_an_end_too_far_for_certified_digits_is_said_to_be_one(tmp_path, end):
    (tmp_path / "flow.toml").write_text(PROBLEM.format(end=end), encoding="utf-8")
    said = refusal("simulate", "flow.toml", "--digits", "30", cwd=tmp_path)
    assert said.startswith("flow.toml: run.t_end must be at most 2^50 times the radius of convergence at the start, ")
    assert said.endswith(f", got {float(end.strip(chr(34))):g}; end long before it")


def test_a_map_alone_says_which_kind_it_is():
    alone, named = (command("derive", *more, "--map", "sinh(u)", "--weights", "u") for more in ((), ("--reparam", "separable")))
    assert alone.returncode == named.returncode == 0
    assert alone.stdout == named.stdout
    assert "flow: Lq(q=2), Separable(expr=sinh(u), symbols=(u,)), NoDecay()" in alone.stdout


@pytest.mark.parametrize(
    "line",
    [
        "derive --reparam separable --map u{}3-v{}2 --weights u,v --initial 2,1",
        "derive --decay decoupled --alpha 1/(1+t){}2",
        "derive --q 1 --compare 2*abs(x){}(3/2)/3",
        "legendre --potential x{}4/4 --domain 0<x<2{}3",
        "legendre --given inverse-mirror-map --potential y{}3+y",
        "conjecture w1{}2-w2{}2 --conserved",
        "conjecture w1{}2 --equals w1{}3 --where w1{}2>4",
        "conjecture 2*w1*w2 --at-most w1{}2+w2{}2",
    ],
    ids=lambda line: line.partition("{")[0].replace(" ", "_"),
)
def test_a_hat_is_a_power_in_every_formula_of_the_command_line(line):
    hats, stars, products = (command(*line.replace("{}", power).split()) for power in ("^", "**", "*"))
    assert (hats.returncode, hats.stderr) == (stars.returncode, stars.stderr)
    shown = [text.replace("^", "**") for text in (hats.stdout, stars.stdout)]  # a conjecture is repeated as it was typed
    assert shown[0] == shown[1] != products.stdout
    assert hats.returncode in (0, 1)


def test_a_hat_is_a_power_in_a_problem_file(tmp_path):
    written = PROBLEM.format(end=1).replace('kind = "quadratic"\nZ = [[1]]\nb = [1]', 'kind = "scalar"\nloss = "(x - 1){0}2/2"')
    written += 'events = ["w1{0}2 - 1/2"]\n'
    found = []
    for power in ("^", "**", "*"):
        (tmp_path / "flow.toml").write_text(written.replace("{0}", power), encoding="utf-8")
        found.append(command("simulate", "flow.toml", cwd=tmp_path))
    assert (found[0].returncode, found[0].stderr) == (0, "")
    assert found[0].stdout == found[1].stdout != found[2].stdout
