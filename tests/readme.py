"""The generated parts of the README and of docs/: tables of claims, forms and solvers, worked example. Run this to rewrite them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import sympy

from mirrortheory import Flow, Lq, derive
from mirrortheory.check.claims import Outcome, find
from mirrortheory.check.run import run
from mirrortheory.errors import NoClosedForm
from mirrortheory.flows import methods
from mirrortheory.reparams import (
    Exp,
    LogDifference,
    Mask,
    PowerDifference,
    PowersProduct,
    Product,
    Reparam,
    Separable,
    Square,
    Tempered,
)

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
SOLVERS_PAGE = ROOT / "docs" / "solvers.md"
EXPONENTS = ("1", "5/4", "4/3", "3/2", "2")  # columns of the table of forms


def claims_table(outcomes: Sequence[Outcome]) -> str:
    """Return the table of claims as Markdown."""
    rows = ["| claim | verdict | scope | source |", "|---|---|---|---|"]
    for outcome in outcomes:
        claim = outcome.claim
        name = f"[`{claim.name}`](proofs_checks/{claim.name}.py)"
        scope = claim.scope.replace("|", "\\|")
        verdict = f"{outcome.verdict}, given {outcome.given}" if outcome.given else str(outcome.verdict)
        rows.append(f"| {name} | {verdict} | {scope} | {claim.source} |")
    return "\n".join(rows)


def forms_rows() -> list[tuple[str, Reparam, dict[str, tuple[object, ...]]]]:
    """Return the rows of the table of forms: name, reparameterization, and the start for :func:`derive`."""
    u, v = sympy.symbols("u v", positive=True)
    half = sympy.Rational(1, 2)
    return [
        ("w", Product(1), {}),
        ("w1 w2, balanced", Product(2), {}),
        ("w1 w2, imbalance 0, 3", Product(2), {"imbalance": (0, 3)}),
        ("m w from (2, 1)", Mask(), {"initial": (2, 1)}),
        ("w1 w2 w3, balanced", Product(3), {}),
        ("w1 w2 w3, imbalance 0, 1/2, 2", Product(3), {"imbalance": (0, half, 2)}),
        ("w1 .. w4, imbalance 0, 1/2, 2, 3", Product(4), {"imbalance": (0, half, 2, 3)}),
        ("w1 .. w5, imbalance 0, 1/2, 2, 3, 4", Product(5), {"imbalance": (0, half, 2, 3, 4)}),
        ("u^2 v^3 from (2, 1)", PowersProduct(2, 3), {"initial": (2, 1)}),
        *((f"u^{L} - v^{L} from (2, 1)", PowerDifference(L), {"initial": (2, 1)}) for L in (2, 3, 4)),
        ("w^2/4", Square(), {}),
        ("w + w^2/4", Separable(u + u**2 / 4, (u,)), {}),
        ("exp(w)", Exp(), {}),
        ("tempered, tau = 1/2", Tempered(half), {}),
        ("log u - log v from (2, 1)", LogDifference(), {"initial": (2, 1)}),
        ("u^3 - log v from (2, 1)", Separable(u**3 - sympy.log(v), (u, v)), {"initial": (2, 1)}),
        ("u v + v^2", Separable(u * v + v**2, (u, v)), {"initial": (2, 1)}),
    ]


def forms_table() -> str:
    """Return the table of the forms that derivations find, reparameterization by gradient exponent, as Markdown."""
    lines = [f"| x | {' | '.join(f'q = {q}' for q in EXPONENTS)} |", "|---" * (len(EXPONENTS) + 1) + "|"]
    for name, reparam, start in forms_rows():
        lines.append(f"| {name} | {' | '.join(_form(Flow(Lq(q), reparam), start) for q in EXPONENTS)} |")
    return "\n".join(lines)


def _form(flow: Flow, start: dict[str, tuple[object, ...]]) -> str:
    try:
        return derive(flow, **start).potential.form
    except NoClosedForm:
        return "none"


def between(text: str, mark: str) -> str:
    """Return what stands between the marks ``<!-- mark: begin -->`` and ``<!-- mark: end -->``."""
    found = re.search(f"<!-- {mark}: begin -->\n(.*?)\n?<!-- {mark}: end -->", text, re.DOTALL)
    assert found is not None, f"the page has no marks for {mark}"
    return found[1]


def replaced(text: str, mark: str, table: str) -> str:
    """Return the text with another table between the marks."""
    begin, end = f"<!-- {mark}: begin -->\n", f"<!-- {mark}: end -->"
    before, rest = text.split(begin)
    return f"{before}{begin}{table}\n{end}{rest.split(end)[1]}"


def example(text: str) -> tuple[list[str], str]:
    """Return the worked example: the arguments of its command, and the output printed under it."""
    found = re.search(r"<!-- example: derive -->\n```sh\nmirrortheory (.*?)\n```\n\n```text\n(.*?)```", text, re.DOTALL)
    assert found is not None, "README.md has no worked example"
    return found[1].split(), found[2]


def output_of(arguments: Sequence[str]) -> str:
    """Return what the command line prints."""
    command = [sys.executable, "-m", "mirrortheory", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def main() -> None:
    """Rewrite the generated parts."""
    page = SOLVERS_PAGE.read_text(encoding="utf-8")
    SOLVERS_PAGE.write_text(replaced(page, "solvers", methods.table()), encoding="utf-8")
    text = README.read_text(encoding="utf-8")
    outcomes = run(find(ROOT / "proofs_checks"), jobs=2)
    for mark, table in (("claims", claims_table(outcomes)), ("forms", forms_table())):
        text = replaced(text, mark, table)
    arguments, printed = example(text)
    text = text.replace(f"```text\n{printed}```", f"```text\n{output_of(arguments)}```", 1)
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
