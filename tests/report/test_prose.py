"""Formulas in plain text become mathematics, and only these; what is text stays as it is, escaped."""

# ruff: noqa: RUF001
import ast
import html
import re

import pytest
from theorems import FILES

from mirrortheory.report.prose import as_html


def plain(shown):
    """Return HTML as text, with what is mathematics in ⟦ ⟧."""
    marked = re.sub(r"<math.*?>(.*?)</math>", r"⟦\1⟧", shown)
    return html.unescape(re.sub(r"<[^>]*>", "", marked)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the balance |w_i|^q - |w_j|^q is", "the balance ⟦|wi|q−|wj|q⟧ is"),
        ("depth 2..6; 1 <= q < 2; alpha >= 0", "depth ⟦2…6⟧; ⟦1≤q<2⟧; ⟦α≥0⟧"),
        ("for a layer, with a > 0 and a product", "for a layer, with ⟦a>0⟧ and a product"),
        ("x's end, f'(x), f = f'x, R*(y)", "⟦x⟧'s end, ⟦f′(x)⟧, ⟦f=f′x⟧, ⟦R*(y)⟧"),
        ("f'_j = -z_j r, x^+, I(x)", "⟦fj′=−zj r⟧, ⟦x+⟧, ⟦I(x)⟧"),
        ("10^-6 and x**2 or w1, lam2", "⟦10−6⟧ and ⟦x2⟧ or ⟦w1⟧, ⟦λ2⟧"),
        ("f = |Z x - b|^2/2, Z = [[2, 1], [1, 0]]", "⟦f=|Z x−b|2/2⟧, ⟦Z=[[2,1],[1,0]]⟧"),
        ("a loss of z.x alone, W(., x_0), 2 x 2", "a loss of ⟦z·x⟧ alone, ⟦W(·,x0)⟧, ⟦2×2⟧"),
        ("e.g. the i-th p-norm, cf. Theorem 4.2 (2026)", "e.g. the ⟦i⟧-th ⟦p⟧-norm, cf. Theorem 4.2 (2026)"),
        ("Jacobs, Zhou, Burkholz (2026), 2 layers", "Jacobs, Zhou, Burkholz (2026), 2 layers"),
        ("of the same sign, the max and log files", "of the same sign, the max and log files"),
        ("isn't - or is it? (see (there)", "isn't - or is it? (see (there)"),
        (r":math:`e^{\kappa A}` and ``code``", "⟦eκA⟧ and code"),
        ("W(y, x_0) - W(x, x_0) = W(y, x_oo) >= 0 for", "⟦W(y,x0)−W(x,x0)⟧⟦=W(y,x∞)⟧⟦≥0⟧ for"),
        ("at q < 2 a weight is z = a there", "at ⟦q<2⟧ a weight is ⟦z=a⟧ there"),
        ("x^a^b", "x^a^b"),
        ("", ""),
    ],
)
def test_formulas_are_found(text, shown):
    assert plain(as_html(text)) == shown


def test_names_and_numbers_of_papers_are_links():
    links = {"a_claim": "#claim-a_claim"}
    assert as_html("see a_claim", links) == 'see <a href="#claim-a_claim">a_<wbr>claim</a>'
    assert "<a" not in as_html("see no_claim", links)
    assert 'href="https://arxiv.org/abs/2603.02064"' in as_html("arXiv:2603.02064.")
    assert 'href="https://doi.org/10.1016/S0167-6377(02)00231-6"' in as_html("doi:10.1016/S0167-6377(02)00231-6.")


@pytest.mark.parametrize(
    "attack", ["<script>", '"><img src=x>', "&lt;b&gt; </style>", ":math:`<b>`", r":math:`\href{x}{y}`", "`<i>`"]
)
def test_text_is_escaped(attack):
    shown = as_html(attack)
    assert not re.search(r"<(?!/?(math|m[a-z]+|code)\b)", shown), shown
    assert "href" not in shown or "href{" in shown


@pytest.mark.parametrize("hostile", ["(" * 5000, "x^" * 5000, "|" * 5001, "x^(" * 300 + ")" * 300, "a, " * 5000])
def test_hostile_text_stays_text(hostile):
    assert html.unescape(re.sub(r"<[^>]*>", "", as_html(hostile)))


RENAMED = re.compile(
    r"\de[+-]?\d+|[^A-Za-z0-9]|oo|sqrt|[a-z]*(?:eta|lam|psi|phi|xi|mu|nu|pi|rho)[a-z]*|alpha|delta|gamma|kappa|sigma|tau|omega",
    re.I,
)


def test_nothing_of_a_docstring_is_lost():
    """Letters and digits are those of the text, but for names of Greek letters, and what has another look as mathematics."""
    for path in FILES[::7]:
        for block in ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))).split("\n\n"):
            text = " ".join(block.split())
            if ".. math" in text or ":math:" in text or re.search(r"\de-?\d", text):
                continue
            shown = html.unescape(re.sub(r"<[^>]*>", " ", as_html(text)))
            kept, told = (sorted(RENAMED.sub("", t)) for t in (text, shown))
            assert kept == told, text
