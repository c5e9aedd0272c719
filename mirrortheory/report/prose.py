"""Plain text as HTML: the formulas in it as mathematics, names of claims and arXiv numbers as links.

Texts of claims write formulas as one types them: ``|w_i|^q - |w_j|^q``, ``alpha >= 0``, ``R*(y)``. What is not surely a formula
stays text, and nothing is evaluated.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from mirrortheory.report.mathml import mathml

Token = tuple[str, str]  # kind and text

_GREEK = {
    **{name: f"\\{name}" for name in ("alpha", "beta", "gamma", "delta", "eta", "theta", "kappa", "lambda", "mu", "nu", "xi")},
    **{name: f"\\{name}" for name in ("pi", "rho", "sigma", "tau", "phi", "psi", "omega")},
    **{name: f"\\{name}" for name in ("Gamma", "Delta", "Lambda", "Sigma", "Phi", "Omega")},
    "epsilon": r"\varepsilon",
    "lam": r"\lambda",
}
_FUNCTIONS = "asinh|acosh|atanh|sinh|cosh|tanh|atan|sin|cos|log|exp"  # no English words
_WORDS = "sqrt|sign|max|min|abs|argmin"  # functions only before a bracket
_OPERATORS = {
    "<=>": r"\iff ",
    "=>": r"\Rightarrow ",
    "->": r"\to ",
    "<=": r"\le ",
    ">=": r"\ge ",
    "!=": r"\ne ",
    "+-": r"\pm ",
    "-+": r"\mp ",
    "...": r"\dots ",
    "..": r"\dots ",
    "*": r"\cdot ",
    ".": r"\cdot ",
    "{": r"\{",
    "}": r"\}",
    " x ": r"\times ",
}
_SUB = r"(?:_\{[^{}\s]*\}|_(?:[A-Za-z0-9]{1,3}|\([^()\s]*\))(?![A-Za-z0-9_])|\d+(?![A-Za-z0-9]))?"
_PRIMES = r"(?:'(?!s\b))*"
_END = _PRIMES + r"(?:\*(?![\w*]))?"  # primes, and the star of a conjugate
_TOKENS = re.compile(
    rf"""(?P<role>:math:`[^`]+`)|(?P<code>``[^`]+``|`[^`]+`)|(?P<arxiv>arXiv:\d{{4}}\.\d{{4,5}})|(?P<doi>doi:[^\s;,]*[^\s;,.])
    |(?P<name>[A-Za-z]\w*_\w{{4,}}|[A-Za-z]\w*_\w+_\w+)
    |(?P<word>\b(?:e\.g\.|i\.e\.|cf\.|w\.r\.t\.))
    |(?P<function>\b(?:{_FUNCTIONS})\b(?=[(|]|[ ](?:[|\d]|{"|".join(_GREEK)}|[A-Za-z](?![A-Za-z])))|\b(?:{_WORDS})(?=[(_]))
    |(?P<atom>\b2F1\b
       |(?<![A-Za-z_])(?:{"|".join(_GREEK)}|Abs|oo|d[txyswuzvcRMTGA]|[A-Za-z]){_PRIMES}{_SUB}{_END}(?:(?<=')|(?![A-Za-z]))
       |\d+(?:\.\d+)?(?:e[+-]?\d+)?)
    |(?P<operator>(?<=\d)[ ]x[ ](?=\d)|(?<=[A-Za-z0-9])\.(?=[A-Za-z](?![A-Za-z])|\()|(?<=\()\.(?=,)
       |<=>|=>|<=|>=|!=|->|:=|\+-|-\+|\*\*|\.\.\.?|[=<>+\-*/^|!])
    |(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<comma>,)|(?P<space>\s+)
    |(?P<plain>'s\b|[A-Za-z]\w*(?:['-][A-Za-z]\w*)*|.)""",
    re.VERBOSE,
)
_MATHEMATICAL = ("function", "atom", "operator", "open", "close", "space")
_ARTICLES = ("a", "A", "I")
_RELATIONS = ("=", "<", ">", "<=", ">=", "=>", "<=>")
_LONG = 24  # tokens that are cut before a relation
_LONGEST = 400  # tokens of a formula in a text


def as_html(text: str, links: Mapping[str, str] | None = None) -> str:
    """Return plain text as HTML, escaped.

    Args:
        text: what to show.
        links: where names in it lead, such as those of claims.

    >>> as_html("a rate x > 0 of <both>")
    'a rate <math display="inline"><mi>x</mi><mo>&gt;</mo><mn>0</mn></math> of &lt;both&gt;'
    """
    out, run, depth = [], list[Token](), 0
    for token in [*_tokens(text), ("plain", "")]:
        kind, found = token
        depth += (kind == "open") - (kind == "close")
        if kind in _MATHEMATICAL or (kind == "comma" and depth > 0):
            run.append(token)
            continue
        out.append(_run(run))
        run, depth = [], 0
        out.append(_other(kind, found, links or {}))
    return "".join(out)


def _tokens(text: str) -> list[Token]:
    return [(str(match.lastgroup), match[0]) for match in _TOKENS.finditer(text)]


def _other(kind: str, found: str, links: Mapping[str, str]) -> str:
    shown = html.escape(found)
    if found in links:
        return f'<a href="{html.escape(links[found])}">{_broken_up(found)}</a>'
    if kind == "role":
        return mathml(found[7:-1], display="inline") or shown
    if kind == "code":
        return f"<code>{html.escape(found.strip('`'))}</code>"
    if kind in ("arxiv", "doi"):
        where = "https://arxiv.org/abs/" if kind == "arxiv" else "https://doi.org/"
        return f'<a href="{where}{html.escape(found.partition(":")[2])}">{shown}</a>'
    return _broken_up(found) if kind == "name" else shown


def _broken_up(name: str) -> str:
    """Return a long name that may be broken after each underscore."""
    return html.escape(name).replace("_", "_<wbr>")


def _run(run: Sequence[Token]) -> str:
    """Return tokens that may be a formula, as one where they are."""
    out = []
    while len(run) <= _LONGEST and (cut := _unmatched(run)) is not None:
        out += [_formula(run[:cut]), html.escape(run[cut][1])]
        run = run[cut + 1 :]
    return "".join([*out, _formula(run)])


def _formula(run: Sequence[Token]) -> str:
    first, last = 0, len(run)
    while first < last and (
        run[first][0] in ("space", "comma") or run[first][1] in ("/", "^", "*", "!", "<", ">", "=") or _is_article(run[first:last])
    ):
        first += 1
    while last > first and run[last - 1][0] in ("space", "comma", "operator") and run[last - 1][1] != "|":
        if last - first > 1 and run[last - 2][1] == "^":  # x^+ is a letter
            break
        last -= 1
    if last - first > 2 and last < len(run) and _ends_in_an_article(run[first:last]):  # q < 2 a weight is
        last -= 2
    inner = run[first:last]
    if len(inner) > _LONGEST or _unmatched(inner) is not None or not _is_formula(inner):
        return html.escape("".join(text for _, text in run))
    before, after = ("".join(text for _, text in part) for part in (run[:first], run[last:]))
    shown = [mathml(_latex(piece), display="inline") or "" for piece in _pieces(inner)]
    whole = "<wbr>".join(shown) if all(shown) else html.escape("".join(text for _, text in inner))
    return html.escape(before) + whole + html.escape(after)


def _pieces(run: Sequence[Token]) -> list[Sequence[Token]]:
    """Return a long formula cut before its relations, where a line may end."""
    depth, places = 0, [0]
    for place, (kind, text) in enumerate(run):
        depth += (kind == "open") - (kind == "close")
        if depth == 0 and place and text in _RELATIONS and len(run) > _LONG:
            places.append(place)
    return [run[first:last] for first, last in pairwise([*places, len(run)])]


def _unmatched(run: Sequence[Token]) -> int | None:
    """Return the place of a bracket without its other one, None where there is none; a bar alone is one, too."""
    opened = []
    for place, (kind, _) in enumerate(run):
        if kind == "open":
            opened.append(place)
        elif kind == "close":
            if not opened:
                return place
            opened.pop()
    bars = [place for place, (_, text) in enumerate(run) if text == "|"]
    return opened[0] if opened else bars[-1] if len(bars) % 2 else None


def _is_article(run: Sequence[Token]) -> bool:
    """Return whether the text begins with the word, not the letter, a: no operator follows."""
    following = next((token for token in run[1:] if token[0] != "space"), ("", ""))
    of = len(run) > 1 and run[1][0] == "open"  # I(x)
    return run[0][1] in _ARTICLES and not of and (following[0] != "operator" or following[1] == "|")


def _ends_in_an_article(run: Sequence[Token]) -> bool:
    return run[-1][1] in _ARTICLES and run[-2][0] == "space" and run[-3][0] not in ("operator", "comma")


def _is_formula(run: Sequence[Token]) -> bool:
    if all(text in _ARTICLES or kind == "space" for kind, text in run):
        return False
    letters = any(kind in ("atom", "function") and not text[0].isdigit() for kind, text in run)
    several = sum(kind == "atom" for kind, _ in run) > 1 and any(kind in ("operator", "comma") for kind, _ in run)
    signed = len(run) > 1 and run[0][0] == "operator" and any(kind == "atom" for kind, _ in run)
    return letters or several or signed


def _latex(run: Sequence[Token]) -> str:
    out, place = [], 0
    while place < len(run):
        kind, text = run[place]
        place += 1
        if text in ("^", "**") or text == "sqrt":
            inner, place = _argument(run, place)
            out.append(f"\\sqrt{{{inner}}}" if text == "sqrt" else f"^{{{inner}}}")
        elif kind == "atom":
            out.append(letter(text))
        elif kind == "function":
            out.append(
                f"\\{text} " if text in ("log", "exp", "sin", "cos", "sinh", "cosh", "tanh", "max", "min") else _operator(text)
            )
        else:
            out.append(_OPERATORS.get(text, "\\ " if kind == "space" and _between_letters(run, place) else text))
    return "".join(out)


def _operator(name: str) -> str:
    return f"\\operatorname{{{name}}}"


def _between_letters(run: Sequence[Token], after: int) -> bool:
    """Return whether a space stands between two numbers or letters, which it then keeps apart."""
    return 2 <= after < len(run) and run[after - 2][0] == run[after][0] == "atom"


def _argument(run: Sequence[Token], place: int) -> tuple[str, int]:
    """Return what an exponent, or a root, is of, without its brackets, and where it ends."""
    if place < len(run) and run[place][1] in "+-":
        inner, end = _argument(run, place + 1)
        return run[place][1] + inner, end
    depth = 0
    for end in range(place, len(run)):
        depth += (run[end][0] == "open") - (run[end][0] == "close")
        if depth == 0:
            whole = run[place : end + 1]
            return _latex(whole[1:-1] if whole[0][1] in ("(", "{") else whole), end + 1
    return "", place


def letter(text: str) -> str:
    """Return a letter with its index, primes and star, or a number, as LaTeX.

    >>> letter("lam2"), letter("x_oo"), letter("R*"), letter("1e-20")
    ('\\\\lambda_{2}', 'x_{\\\\infty}', 'R^{*}', '10^{-20}')
    """
    if text == "2F1":
        return "{}_2F_1"
    number = re.fullmatch(r"(\d+(?:\.\d+)?)(?:e([+-]?\d+))?", text)
    if number:
        power = f"10^{{{int(number[2])}}}" if number[2] else ""
        return number[1] if not power else power if number[1] == "1" else rf"{number[1]} \cdot {power}"
    found = re.fullmatch(r"([A-Za-z]+?)('*)(?:_?\{([^{}]*)\}|_\(([^()]*)\)|_?(\d+)|_([A-Za-z0-9]+))?('*)(\*?)", text)
    if found is None:
        plain = re.sub(r"[\\{}$&#%^_~]", " ", text)
        return rf"\text{{{plain}}}"
    base, before, *subs, primes, star = found.groups()
    sub = next(filter(None, subs), "")
    if sub:
        sub = r"\infty" if sub == "oo" else _GREEK.get(sub, sub)
    head = r"\infty" if base == "oo" else _GREEK.get(base, r"\operatorname{abs}" if base == "Abs" else base)
    if len(base) == 2 and base[0] == "d":
        head = rf"\mathrm{{d}}{base[1]}"
    return head + before + primes + (f"_{{{sub}}}" if sub else "") + ("^{*}" if star else "")
