"""``--format latex``: a block that compiles as it is pasted, with special functions by their letters."""

import re
import shutil
import subprocess

import pytest
from commandline import command
from thinning import thinned

PAGE = r"""\documentclass{article}
\usepackage{amsmath}
\begin{document}
%s
\end{document}
"""
COMMANDS = [
    "derive --depth 2 --imbalance 0,3",
    "derive --depth 3 --imbalance 0,1,2 --at 1/2 --digits 5 --limits",
    "derive --depth 2 --q 3/2 --imbalance 0,1 --decay decoupled --alpha 1/10",
    "derive --depth 2 --imbalance 0,lam --decay coupled --alpha 1/(1+t)",
    "derive --depth 4 --q 3/2 --imbalance 0,1,2,3",
    "derive --depth 3 --q 3/2 --imbalance 0,1,1 --compare x**2",
    "derive --reparam separable --map u**2-v**3 --weights u,v --initial 1.234567,2.345678",
    "derive --reparam power-difference --depth 3 --q 3/2 --initial 2,1",
    "derive --reparam separable --map tanh(u) --weights u --q 3/2 --initial 1",
    "legendre --potential x*log(x)-x",
    "legendre --potential (1-y)**(-3)-(1+y)**(-3) --given inverse-mirror-map --domain -1<y<1",
]


def block(line):
    done = command(*line.split(), "--format", "latex")
    assert done.returncode == int("--compare x**2" in line), done.stderr  # it is not that potential: REFUTED
    return done.stdout


@thinned("line", COMMANDS, every=3)
def test_a_block_of_aligned_rows_below_comments(line):
    lines = block(line).splitlines()
    rows = [row for row in lines if not row.startswith("%")]
    assert (rows[0], rows[-1]) == (r"\begin{align*}", r"\end{align*}")
    assert all(row.count("&=") == 1 for row in rows[1:-1])
    assert [row.endswith(r"\\") for row in rows[1:-1]] == [True] * (len(rows) - 3) + [False]
    assert all(row.count("{") == row.count("}") for row in rows)
    assert not re.search(r"operatorname\{(carlson|powers)", "".join(rows))


def test_each_form_has_its_row():
    shown = block(COMMANDS[0])
    assert r"\frac{d}{dt} \left(w_{1}^{2} - w_{2}^{2}\right) &= 0 \\" in shown
    assert r"\lambda &= \left(0, 3\right) \\" in shown
    assert r"R''(x) &= \frac{1}{\sqrt{4 x^{2} + 9}} \\" in shown
    assert r"R'(x) &= R_F\left(2 + \frac{2}{s}, 1 + \frac{2}{s}, \frac{2}{s}\right) \\" in block(COMMANDS[1])
    decayed = block(COMMANDS[2])
    assert r"\lambda(t) &= \left(0, e^{- \frac{3 A}{2}}\right) \\" in decayed
    assert r"\dot{y} &= - \frac{y}{20} - " in decayed


@pytest.mark.slow
def test_pdflatex_compiles_every_block(tmp_path):
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed (Debian: texlive-latex-base)")
    page = tmp_path / "page.tex"
    page.write_text(PAGE % "\n".join(map(block, COMMANDS)), encoding="utf-8")
    call = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", page.name]
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
