"""The generated parts of README and docs: tables, and what the commands shown there print.

``python tests/pages.py`` rewrites all of them but those that are measured, ``python tests/pages.py rooms forms`` only those. A table stands between the marks
``<!-- NAME: begin -->`` and ``<!-- NAME: end -->`` of one page; a command that is shown with its output stands below
``<!-- example: NAME -->``.
"""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import jumps_from_tiny_starts
import law_counts
import sympy
import ulps
from test_architecture import LAYERS, PACKAGE, STANDALONE

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
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
EXPONENTS = ("1", "5/4", "4/3", "3/2", "2")  # columns of the table of forms
EXAMPLE = re.compile(r"<!-- example: (.*?) -->\n```sh\nmirrortheory (.*?)\n```\n\n```text\n(.*?)```", re.DOTALL)


def claims_table(outcomes: Sequence[Outcome] | None = None) -> str:
    """Return the table of claims as Markdown; all are examined where no outcomes are given."""
    rows = ["| claim | verdict | scope | source |", "|---|---|---|---|"]
    for outcome in outcomes or run(find(ROOT / "proofs_checks"), jobs=2):
        claim = outcome.claim
        name = f"[`{claim.name}`](../proofs_checks/{claim.name}.py)"
        verdict = f"{outcome.verdict}, given {outcome.given}" if outcome.given else str(outcome.verdict)
        cells = [cell.replace("|", "\\|") for cell in (name, verdict, claim.scope, claim.source)]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def forms_rows() -> list[tuple[str, Reparam, dict[str, tuple[object, ...]]]]:
    """Return the rows of the table of forms: name, reparameterization, and the start for :func:`derive`."""
    u, v, w, z = sympy.symbols("u v w z", positive=True)
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
        ("u v + u from (3, 1)", Separable(u * v + u, (u, v)), {"initial": (3, 1)}),
        ("u v w + u v from (3, 2, 1/2)", Separable(u * v * w + u * v, (u, v, w)), {"initial": (3, 2, half)}),
        ("u/v from (2, 1)", Separable(u / v, (u, v)), {"initial": (2, 1)}),
        ("u/(1 + v) from (2, 1)", Separable(u / (1 + v), (u, v)), {"initial": (2, 1)}),
        ("(u + v)^2 from (3, 1)", Separable((u + v) ** 2, (u, v)), {"initial": (3, 1)}),
        ("log(u + v) from (3, 1)", Separable(sympy.log(u + v), (u, v)), {"initial": (3, 1)}),
        ("sinh(u)", Separable(sympy.sinh(u), (u,)), {}),
        ("tanh(u)", Separable(sympy.tanh(u), (u,)), {}),
        ("exp(exp(u))", Separable(sympy.exp(sympy.exp(u)), (u,)), {}),
        ("u + u^3", Separable(u + u**3, (u,)), {}),
        ("u^4 + u^2", Separable(u**4 + u**2, (u,)), {}),
        ("1/(1 + u) - 1/(1 + v) from (1, 2)", Separable(1 / (1 + u) - 1 / (1 + v), (u, v)), {"initial": (1, 2)}),
        ("u v - w z from (2, 1, 1, 3)", Separable(u * v - w * z, (u, v, w, z)), {"initial": (2, 1, 1, 3)}),
        ("u v w - z from (1, 2, 3, 1)", Separable(u * v * w - z, (u, v, w, z)), {"initial": (1, 2, 3, 1)}),
    ]


def forms_table() -> str:
    """Return the table of the forms that derivations find, reparameterization by gradient exponent, as Markdown."""
    head = [f"| x | {' | '.join(f'q = {q}' for q in EXPONENTS)} |", "|---" * (len(EXPONENTS) + 1) + "|"]
    return "\n".join([*head, *(forms_row(*row) for row in forms_rows())])


def forms_row(name: str, reparam: Reparam, start: dict[str, tuple[object, ...]]) -> str:
    """Return one row of the table of forms."""
    return f"| {name} | {' | '.join(_form(Flow(Lq(q), reparam), start) for q in EXPONENTS)} |"


def _form(flow: Flow, start: dict[str, tuple[object, ...]]) -> str:
    try:
        return derive(flow, **start).potential.form
    except NoClosedForm:
        return "none"


def rooms() -> str:
    """Return the rooms of the package with the layer of each, from the bottom up, and the first sentences of their docstrings."""
    layers = [layer - {"__main__"} for layer in LAYERS]
    width = max(len(room) for room in set().union(STANDALONE, *layers))
    lines = [
        f"{rank:>3}  {room:<{width}}  {_about(room)}"
        for rank, layer in [*enumerate(filter(None, layers), start=1), ("-", STANDALONE)]
        for room in sorted(layer)
    ]
    return "\n".join(["```text", *lines, "```"])


def _about(room: str) -> str:
    place = PACKAGE / room / "__init__.py" if (PACKAGE / room).is_dir() else PACKAGE / f"{room}.py"
    docstring = ast.get_docstring(ast.parse(place.read_text(encoding="utf-8")))
    assert docstring is not None, f"{room} has no docstring"
    sentence = docstring.splitlines()[0].split(". ")[0].removesuffix(".")
    return re.sub(":mod:`(.*?)`", r"\1", sentence)


# Measured, which takes minutes: written when they are named, and not compared with a run.
MEASURED: dict[str, Callable[[], str]] = {
    "ulps": lambda: ulps.table(forms_rows(), EXPONENTS),
    "tiny-starts": jumps_from_tiny_starts.table,
}
TABLES: dict[str, Callable[[], str]] = {
    "claims": claims_table,
    "forms": forms_table,
    "rooms": rooms,
    "solvers": methods.table,
    "law_counts": law_counts.table,
}


def page_of(mark: str) -> Path:
    """Return the page on which a generated table stands."""
    found = [page for page in PAGES if f"<!-- {mark}: begin -->" in page.read_text(encoding="utf-8")]
    assert len(found) == 1, f"the mark {mark} stands on {len(found)} pages"
    return found[0]


def between(mark: str) -> str:
    """Return what stands between the marks ``<!-- mark: begin -->`` and ``<!-- mark: end -->``, with its last line break."""
    found = re.search(f"<!-- {mark}: begin -->\n(.*?)<!-- {mark}: end -->", page_of(mark).read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, f"the mark {mark} has no end"
    return found[1]


def examples() -> dict[str, tuple[Path, str, str]]:
    """Return the commands that are shown with their output, by name: page, arguments, output."""
    found = {}
    for page in PAGES:
        for name, arguments, printed in EXAMPLE.findall(page.read_text(encoding="utf-8")):
            assert name not in found, f"two examples are called {name}"
            found[name] = (page, arguments, printed)
    return found


def output_of(arguments: str, cwd: Path = ROOT) -> str:
    """Return what the command line prints, without the blanks that fill its columns."""
    command = [sys.executable, "-m", "mirrortheory", *shlex.split(arguments)]
    return without_fill(subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout)


def without_fill(printed: str) -> str:
    """Return lines without the blanks that fill their columns."""
    return "".join(f"{line.rstrip()}\n" for line in printed.splitlines())


def main(names: Sequence[str]) -> None:
    """Rewrite the generated parts of these names; all of them, but those that are measured, when there is none."""
    for mark, table in (TABLES | MEASURED).items():
        if mark in names or (mark in TABLES and not names):
            _replace(page_of(mark), f"<!-- {mark}: begin -->\n{between(mark)}", f"<!-- {mark}: begin -->\n{table()}\n")
    for name, (page, arguments, printed) in examples().items():
        if name in names or not names:
            command = f"{arguments}\n```\n\n```text\n"
            _replace(page, f"{command}{printed}```", f"{command}{output_of(arguments)}```")


def _replace(page: Path, old: str, new: str) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{page.name} was changed meanwhile"
    page.write_text(text.replace(old, new), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
